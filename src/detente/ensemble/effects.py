"""Finds the numbers of a crisis that have an effect on futures, and those that have none.

A number has no effect if moving it to either end of its range changes nothing that the kernel
reads, in any of the worlds in which it is tried; every switch is on in half of them. Effects are
found by encoding worlds. `as_read` clears what the encoder writes but the kernel never uses, and
`verification.model.effects` checks that by playing.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import numpy as np

from detente.ensemble.design import drawn_worlds, quantile
from detente.ensemble.encode.agenda import (
    CONCEDER_DRAW,
    PACE,
    CrisisOnTerms,
    has_agreed_terms,
    on_terms,
    terms_in_dispute,
)
from detente.ensemble.encode.copies import copied
from detente.ensemble.encode.world import COARSE_HORIZON, encode_epochs, encode_on_terms
from detente.ensemble.runners import Clock, Listener
from detente.kernel.defence import LayeredDefence
from detente.kernel.layout import Array
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.theatre import Weaponry
from detente.kernel.world import WORLD, World, epochs_of
from detente.pack.crisis import Crisis
from detente.pack.quantity import DOMAINS, Quantity

WORLDS = 64
"""Worlds in which a number is tried: some numbers have an effect in few of them."""
PRIORS = ("hard_log_odds", "tough_log_odds")
PARTS = (
    "beliefs",
    "talks",
    "incidents",
    "dispute",
    "mediators",
    "calendar",
    "partners",
    "war",
    "aftermath",
)
"""The parts of a world's record; the beliefs at the start are a separate part."""
WITHOUT_FORESIGHT = ("beliefs", "mediators")
"""Parts that are read in play only: choices are solved for all beliefs and all reports heard."""
FEW_WORLDS = 8
"""Worlds in which a single number is tried."""
SEED = 1
"""The default seed of a run."""
LOW, HIGH = 0.05, 0.95
"""Quantiles between which a number is moved."""
STEP = 0.1
"""A fixed number is moved by this share of it, or by this amount if it is 0."""
NEVER_BINDS = 5.0
"""Launchers for this multiple of all weapons that a war can bring are never a limit."""

Reading = Mapping[str, list[bytes]]
"""What the kernel reads of a world, by the part of its record."""


def without_effect(
    crisis: Crisis, *, worlds: int = WORLDS, progress: Listener | None = None
) -> tuple[str, ...]:
    """Return the numbers of a crisis that have no effect, by dotted path, in the pack's order.

    Each is tried in `worlds` worlds, or until one of them changes. `progress` is called with the
    progress, in numbers.
    """
    clock = Clock(len(crisis.numbers), progress)
    trials = [(values, reading(crisis, values)) for values in trial_worlds(crisis, worlds)]
    idle = []
    for path, number in crisis.numbers.items():
        moved = (
            reading(crisis, {**values, path: end}) != base
            for values, base in trials
            for end in ends(number)
        )
        if not any(moved):
            idle.append(path)
        clock.report(1)
    return tuple(idle)


def parts_moved(crisis: Crisis, path: str) -> tuple[str, ...]:
    """Return the `PARTS` of a world's record that change if a number moves to an end of its range.

    If it has no effect in `FEW_WORLDS` worlds, the result is empty.
    """
    moved: set[str] = set()
    for values in trial_worlds(crisis, FEW_WORLDS):
        base = reading(crisis, values)
        for end in ends(crisis.numbers[path]):
            other = reading(crisis, {**values, path: end})
            moved |= {part for part in PARTS if base[part] != other[part]}
    return tuple(part for part in PARTS if part in moved)


def trial_worlds(crisis: Crisis, worlds: int) -> Iterator[dict[str, float]]:
    """Yield worlds in which each switch that can be on or off is on in half of them.

    Two neighbouring switches have all four combinations of states within four worlds.
    """
    switches = [path for path, number in crisis.numbers.items() if number.kind == "chance"]
    for world, values in enumerate(drawn_worlds(crisis, worlds, SEED)):
        for place, path in enumerate(switches):
            values[path] = float(world >> place % 2 & 1)
        yield values


def ends(number: Quantity) -> tuple[float, float]:
    """Return the two values between which a number is moved to see whether it has an effect.

    They are the 5th and 95th percentile; the extremes of a set of values; off and on; or a fixed
    number and one close to it that is allowed in its domain.
    """
    if number.kind == "chance":
        return 0.0, 1.0
    if number.kind == "values" and not number.is_fixed:
        return float(number.low), float(number.high)
    if not number.is_fixed:
        return quantile(number, LOW), quantile(number, HIGH)
    value = float(number.low)
    if DOMAINS[number.domain].whole:
        return value, 1.0 - value
    if number.domain == "count":
        return value, value + 1.0
    return value, value * (1.0 - STEP) if value else STEP


def reading(crisis: Crisis, values: Mapping[str, float]) -> Reading:
    """Return what the kernel reads of a world, in all epochs and on all terms of the talks."""
    encode = partial(encode_on_terms, grid="normal", horizon=COARSE_HORIZON)
    read: dict[str, list[bytes]] = {part: [] for part in PARTS}
    cases = [(crisis, values)]
    if not has_agreed_terms(crisis):
        cases = [on_terms(crisis, values, terms) for terms in terms_in_dispute(crisis, values)]
        # The race of concessions depends on these two, and on the worth of both terms.
        read["dispute"] = [repr(values[path]).encode() for path in (PACE, CONCEDER_DRAW)]
    for case in cases:
        epochs = encode_epochs(crisis, CrisisOnTerms(*case), encode, COARSE_HORIZON)
        for world in (world for part in epochs_of(epochs).parts for world in part.worlds):
            as_read(world)
            record = np.frombuffer(bytearray(np.asarray(world).tobytes()), WORLD)
            read["beliefs"] += [record["talks"][prior].tobytes() for prior in PRIORS]
            for prior in PRIORS:
                record["talks"][prior] = 0.0
            for part in PARTS[1:]:
                read[part].append(record[part].tobytes())
    return read


def as_read(world: World) -> None:
    """Clear what the kernel never uses in the record of a world."""
    talks, theatre, calendar = world.talks, world.war.theatre, world.calendar
    partners, parties = world.partners, theatre.third_parties

    # Means of war of third parties that neither join nor begin one.
    is_there = (parties.presence > 0.0) | (partners.raise_rate > 0.0)
    joins = (parties.join_probability * parties.stands_by > 0.0) & is_there
    has_striking_ally = talks.ally_rate + talks.ally_rate_per_step > 0.0
    begins = (parties.is_ally > 0.0) & has_striking_ally
    clear(parties, ("join_probability", "stands_by", "presence"), ~joins)
    absent = np.flatnonzero(~joins & ~begins) + 1
    for arsenal in (theatre.challenger_arsenal, theatre.defender_arsenal):
        clear(arsenal, ("stock", "replenishment"), np.isin(arsenal.owner, absent))
    for defence in (theatre.challenger_defence, theatre.defender_defence):
        clear(defence, ("batteries",), np.isin(defence.owner, absent))
    clear_opposed(theatre.challenger_arsenal, theatre.defender_defence)
    clear_opposed(theatre.defender_arsenal, theatre.challenger_defence)

    # The stakes of an ally that never strikes first, and its restraint.
    if not has_striking_ally:
        of_deals = ("ally_deal", "ally_demand", "ally_deal_settled", "ally_demand_settled")
        of_press = ("ally_rate_by_force", "ally_rate_after_round", "recent_round")
        clear(talks, (*of_deals, *of_press, "ally_standoff", "restraint_cost", "restraint_success"))
        clear(world.war, ("ally_stake", "ally_loss_weight", "ally_war_cost", "ally_motive"))

    # The rate of vows if one was made, and the effects of a vow if none is ever made.
    if talks.has_vowed:
        talks.defender_rate[DefenderMove.VOW] = 0.0
    elif talks.defender_rate[DefenderMove.VOW] <= 0.0:
        clear(talks, ("vow_retreat",))
        clear(world.war, ("vow_price",))

    # Unrest that never comes, or justifies nothing.
    if talks.unrest_rate * talks.unrest_days * talks.justification <= 0.0:
        clear(talks, ("unrest_rate", "unrest_days", "justification"))

    # Effects of deployed force and its signs, if no force can ever be deployed.
    if calendar.ceiling.max() <= 0:
        of_force = ("raise_days", "force_cost", "capitulation")
        clear(talks, (*of_force, "ultimatum_days", "credibility_cost"))
        clear(world.incidents, ("rate_per_force",))
        clear(calendar, ("sign_probability",))
        moves = [ChallengerMove.LOWER, ChallengerMove.RAISE, ChallengerMove.ULTIMATUM]
        talks.challenger_rate[moves] = talks.challenger_price[moves] = 0.0

    # The judgement of a mediator who reports to nobody, and its correlation if fewer than two
    # report.
    mediators = world.mediators
    is_mute = (mediators.has_access == 0) | (mediators.report_rate <= 0.0)
    clear(mediators, _figures("Mediators", "actors.*", "mediator"), is_mute)
    if len(is_mute) - is_mute.sum() < 2:  # noqa: PLR2004  a correlation needs two
        clear(mediators, ("correlation",))

    # The weight of being hit if nobody can join; rates of third parties that never change their
    # mind.
    if not parties.join_probability.any():
        clear(parties, ("hit_weight",))
    stays = partners.withdrawal_rate <= 0.0
    clear(partners, ("threat_factor", "struck_factor", "renewal_rate"), stays)
    clear(partners, ("lower_rate",), partners.raise_rate <= 0.0)
    if stays.all():
        clear(calendar, ("levels_present", "levels_hosted"))

    # Direct action that never succeeds, and a chokepoint that is never closed.
    if theatre.direct_action_success <= 0.0:
        clear(theatre, ("direct_action_damage", "direct_action_loss"))
    if theatre.chokepoint.closing_rate <= 0.0:
        clear(theatre.chokepoint, ("cost", "world_cost"))


def clear_opposed(arsenal: Weaponry, defence: LayeredDefence) -> None:
    """Clear what has no effect in a side's weapons and in the defence against them.

    Prices of both are used by `detente engage` alone. Speeds, heights, ranges and times have an
    effect through the looks and the load made of them, which the record has too.
    """
    is_absent = (arsenal.stock <= 0.0) & (arsenal.replenishment <= 0.0)
    clear(arsenal, (*_figures("Weaponry", "arsenals.*.*"), "launch_rate", "load"), is_absent)
    at_hand = arsenal.stock + LONGEST_WAR * arsenal.replenishment
    most = at_hand * np.maximum(1.0, arsenal.launch_rate)
    clear(arsenal, ("launch_capacity",), arsenal.launch_capacity >= NEVER_BINDS * most)
    clear(arsenal, ("value",), arsenal.returns <= 0.0)
    clear(arsenal, ("speed", "cross_section", "altitude"))

    # A layer that is absent, or has no time for a shot at any weapon, does not fire.
    defence.looks[:, is_absent] = 0.0
    defence.looks[defence.batteries <= 0.0] = 0.0
    defence.occupancy[defence.looks < 1.0] = 0.0
    clear(defence, ("detection_probability", "kill_probability"), defence.looks < 1.0)
    is_idle = defence.looks.max(axis=1) < 1.0
    clear(defence, (*_figures("LayeredDefence", "defences.*.layers.*"), "salvo"), is_idle)
    clear(defence, ("reach", "minimum_reach", "reaction", "service_time", "engages"))
    clear(defence, ("detection_range", "radar_height"))
    if is_idle.all():
        clear(defence, (*_figures("LayeredDefence", "defences.*", "defender"), "resupply"))
        clear(arsenal, ("decoys",))


def _figures(kind: str, of: str, role: str = "") -> tuple[str, ...]:
    """Return the fields of a record that have numbers of a part of a pack."""
    return tuple(number.field for number in copied(kind, of, role))


def clear(record: object, fields: Iterable[str], where: Array | None = None) -> None:
    """Set fields of a record to 0, or the elements of its arrays where `where` is true."""
    for field in fields:
        if where is None:
            setattr(record, field, 0.0)
        else:
            getattr(record, field)[where] = 0.0

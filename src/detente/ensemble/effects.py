"""Which numbers of a crisis count, and which could be anything without a future being different.

A number is without effect if moving it to either end of its range changes nothing that the kernel
reads, in any of the worlds in which it is tried; every switch is on in half of these. Where a
number goes is found by encoding worlds; what the encoder writes and the kernel never comes to is
said in `as_read`, and `verification.model.effects` finds by playing whether that is right.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import numpy as np

from detente.ensemble.design import drawn_worlds, quantile
from detente.ensemble.encode.agenda import (
    CONCEDER_DRAW,
    PACE,
    Settled,
    is_settled,
    on_terms,
    terms_in_dispute,
)
from detente.ensemble.encode.copies import copied
from detente.ensemble.encode.world import COARSE_HORIZON, encode_epochs, encode_settled
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
"""Worlds in which a number is tried, as many as a run has unless asked otherwise: some numbers
count in few of them."""
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
"""The parts of a world's record; what is believed at the start is one of its own."""
WITHOUT_FORESIGHT = ("beliefs", "mediators")
"""Those that play alone goes by: choices are solved for any belief, and for any word heard."""
FEW_WORLDS = 8
"""Worlds in which a single number is tried."""
SEED = 1
"""The seed of a run unless asked otherwise."""
LOW, HIGH = 0.05, 0.95
"""Shares of worlds below the ends between which a number is moved."""
STEP = 0.1
"""A fixed number is moved by this share of itself, one that is 0 by this much."""
NEVER_BINDS = 5.0
"""Launchers for so many times the stock, and all that a war can bring up, never run short."""

Reading = Mapping[str, list[bytes]]
"""What the kernel reads in a world, by the part of its record."""


def without_effect(
    crisis: Crisis, *, worlds: int = WORLDS, progress: Listener | None = None
) -> tuple[str, ...]:
    """Return the numbers of a crisis that could be anything, by dotted path, in its order.

    Each is tried in `worlds` worlds, or until one of them has changed. `progress` is called with
    how far it has come, in numbers.
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


def parts_moved(crisis: Crisis, path: str, *, worlds: int = FEW_WORLDS) -> tuple[str, ...]:
    """Return the `PARTS` of a world's record that change if a number moves to an end of its range.

    `worlds`: in how many it is tried. None change if the number could be anything.
    """
    moved: set[str] = set()
    for values in trial_worlds(crisis, worlds):
        base = reading(crisis, values)
        for end in ends(crisis.numbers[path]):
            other = reading(crisis, {**values, path: end})
            moved |= {part for part in PARTS if base[part] != other[part]}
    return tuple(part for part in PARTS if part in moved)


def trial_worlds(crisis: Crisis, worlds: int) -> Iterator[dict[str, float]]:
    """Yield worlds in which each switch that may be on or off is on in one half.

    Two switches next to each other meet in each of their four states within four worlds.
    """
    switches = [path for path, number in crisis.numbers.items() if number.kind == "chance"]
    for world, values in enumerate(drawn_worlds(crisis, worlds, SEED)):
        for place, path in enumerate(switches):
            values[path] = float(world >> place % 2 & 1)
        yield values


def ends(number: Quantity) -> tuple[float, float]:
    """Return the two values between which a number is moved to see whether it counts.

    They are the 5th and the 95th percentile; the extremes of a set of values; off and on; a fixed
    number and one next to it, which every number of its domain may have.
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
    """Return what the kernel reads in a world: of each epoch, and on each of the terms of talks."""
    encode = partial(encode_settled, grid="normal", horizon=COARSE_HORIZON)
    found: dict[str, list[bytes]] = {part: [] for part in PARTS}
    terms = [(crisis, values)]
    if not is_settled(crisis):
        terms = [on_terms(crisis, values, one) for one in terms_in_dispute(crisis, values)]
        # The race of concessions goes by these two, and by what both terms are worth.
        found["dispute"] = [repr(values[path]).encode() for path in (PACE, CONCEDER_DRAW)]
    for settled in terms:
        epochs = encode_epochs(crisis, Settled(*settled), encode, COARSE_HORIZON)
        for world in (world for part in epochs_of(epochs).parts for world in part.worlds):
            as_read(world)
            record = np.frombuffer(bytearray(np.asarray(world).tobytes()), WORLD)
            found["beliefs"] += [record["talks"][prior].tobytes() for prior in PRIORS]
            for prior in PRIORS:
                record["talks"][prior] = 0.0
            for part in PARTS[1:]:
                found[part].append(record[part].tobytes())
    return found


def as_read(world: World) -> None:
    """Clear what the kernel reads in vain, or never comes to, in the record of a world."""
    talks, theatre, calendar = world.talks, world.war.theatre, world.calendar
    partners, parties = world.partners, theatre.third_parties

    # What those would bring to a war who neither join nor begin one.
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

    # What an ally weighs that never strikes by itself, and what restrains it.
    if not has_striking_ally:
        of_deals = ("ally_deal", "ally_demand", "ally_deal_settled", "ally_demand_settled")
        of_press = ("ally_rate_by_force", "ally_rate_after_round", "recent_round")
        clear(talks, (*of_deals, *of_press, "ally_standoff", "restraint_cost", "restraint_success"))
        clear(world.war, ("ally_stake", "ally_loss_weight", "ally_war_cost", "ally_motive"))

    # The rate of vows if one stands, and what a vow changes if none is ever made.
    if talks.has_vowed:
        talks.defender_rate[DefenderMove.VOW] = 0.0
    elif talks.defender_rate[DefenderMove.VOW] <= 0.0:
        clear(talks, ("vow_retreat",))
        clear(world.war, ("vow_price",))

    # Spells of unrest that never come, or that justify nothing.
    if talks.unrest_rate * talks.unrest_days * talks.justification <= 0.0:
        clear(talks, ("unrest_rate", "unrest_days", "justification"))

    # What deployed force and signs with it change, where none can ever be deployed.
    if calendar.ceiling.max() <= 0:
        of_force = ("raise_days", "force_cost", "capitulation")
        clear(talks, (*of_force, "ultimatum_days", "credibility_cost"))
        clear(world.incidents, ("rate_per_force",))
        clear(calendar, ("sign_probability",))
        moves = [ChallengerMove.LOWER, ChallengerMove.RAISE, ChallengerMove.ULTIMATUM]
        talks.challenger_rate[moves] = talks.challenger_price[moves] = 0.0

    # What a mediator judges that speaks to nobody, and how two judge together if fewer speak.
    mediators = world.mediators
    is_mute = (mediators.has_access == 0) | (mediators.report_rate <= 0.0)
    clear(mediators, _figures("Mediators", "actors.*", "mediator"), is_mute)
    if len(is_mute) - is_mute.sum() < 2:  # noqa: PLR2004  two, to go together
        clear(mediators, ("correlation",))

    # How much being hit counts for joining, where nobody can join; what moves the minds of third
    # parties that never change them.
    if not parties.join_probability.any():
        clear(parties, ("hit_weight",))
    stays = partners.withdrawal_rate <= 0.0
    clear(partners, ("threat_factor", "struck_factor", "renewal_rate"), stays)
    clear(partners, ("lower_rate",), partners.raise_rate <= 0.0)
    if stays.all():
        clear(calendar, ("there", "hosted"))

    # Forces that never go in, and a chokepoint that is never closed.
    if theatre.direct_action_success <= 0.0:
        clear(theatre, ("direct_action_damage", "direct_action_loss"))
    if theatre.chokepoint.closing_rate <= 0.0:
        clear(theatre.chokepoint, ("cost", "world_cost"))


def clear_opposed(arsenal: Weaponry, defence: LayeredDefence) -> None:
    """Clear what does not count of a side's weapons and of the defence that they meet.

    The prices of both are counted by `detente engage` alone. Speeds, heights, ranges and times
    count by the looks and the load that they give, which are in the record by themselves.
    """
    is_absent = (arsenal.stock <= 0.0) & (arsenal.replenishment <= 0.0)
    clear(arsenal, (*_figures("Weaponry", "arsenals.*.*"), "launch_rate", "load"), is_absent)
    at_hand = arsenal.stock + LONGEST_WAR * arsenal.replenishment
    most = at_hand * np.maximum(1.0, arsenal.launch_rate)
    clear(arsenal, ("launch_capacity",), arsenal.launch_capacity >= NEVER_BINDS * most)
    clear(arsenal, ("value",), arsenal.returns <= 0.0)
    clear(arsenal, ("speed", "cross_section", "altitude"))

    # A layer that is not there, or to which no weapon leaves time for a shot, does not fire.
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
    """Return the fields of a record that hold numbers of a part of a pack."""
    return tuple(one.field for one in copied(kind, of, role))


def clear(record: object, fields: Iterable[str], where: Array | None = None) -> None:
    """Set fields of a record to 0, or some places of its tables."""
    for field in fields:
        if where is None:
            setattr(record, field, 0.0)
        else:
            getattr(record, field)[where] = 0.0

"""Which numbers of a crisis count, and which could be anything without a future being different.

A number is without effect if moving it to either end of its range changes nothing that the kernel
goes by, in any of the worlds in which it is tried; every switch is on in half of these. What the
encoder reads and the kernel never comes to:

- the figures of a layer that is not there, or to which no weapon leaves time for a shot;
- the figures of a class of which there is no weapon, and the value of weapons that never return;
- launchers of which there are far more than weapons;
- what weapons and interceptors cost, which only `detente engage` counts;
- speeds, heights, ranges and times of air defence, but for the looks and the load that they give;
- the common figures of a defence none of whose layers fires, and the decoys that fly against it;
- what an ally weighs and what restrains it, where nobody would strike by himself;
- what a vow changes if none stands and none is ever made, and the rate of vows if one stands;
- spells of unrest that never come, or that justify nothing;
- how much being hit counts for joining, where nobody can join;
- what a closed chokepoint costs, where none is ever closed;
- what deployed force and signs with it change, where none can ever be deployed;
- what a mediator judges that speaks to nobody, and how two judge together if fewer speak.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

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
from detente.ensemble.runners import Clock
from detente.ensemble.simulate import Listener
from detente.kernel.cascade import Strait, ThirdParties
from detente.kernel.defence import LayeredDefence
from detente.kernel.layout import Array
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.mediators import Mediators
from detente.kernel.talks import ChallengerMove, DefenderMove, Negotiation
from detente.kernel.theatre import Weaponry
from detente.kernel.world import WORLD, World, epochs_of
from detente.pack.crisis import Crisis
from detente.pack.quantity import DOMAINS, Quantity

WORLDS = 64
"""Worlds in which a number is tried, as many as a run has unless asked otherwise: some numbers
count in few of them."""
PRIORS = ("hard_log_odds", "tough_log_odds")
PARTS = ("beliefs", "talks", "incidents", "dispute", "mediators", "calendar", "war", "aftermath")
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
DISPUTED = (PACE, CONCEDER_DRAW)
"""What settles a dispute about the talks, next to what they are worth."""
GEOMETRY = ("speed", "cross_section", "altitude")
TIMES = ("reach", "minimum_reach", "reaction", "service_time", "engages")
BY_CLASS = ("detection_probability", "kill_probability")
RADAR = ("detection_range", "radar_height")

OF_ALLY = (
    "ally_deal",
    "ally_demand",
    "ally_deal_settled",
    "ally_demand_settled",
    "ally_standoff",
    "restraint_cost",
    "restraint_success",
)
STAKES_OF_ALLY = ("ally_stake", "ally_loss_weight", "ally_war_cost")
OF_UNREST = ("unrest_rate", "unrest_days", "justification")
OF_FORCE_IN_VIEW = (
    "raise_days",
    "raise_cost",
    "force_cost",
    "capitulation",
    "ultimatum_days",
    "credibility_cost",
)
MOVES_OF_FORCE = [ChallengerMove.LOWER, ChallengerMove.RAISE, ChallengerMove.ULTIMATUM]
OF_CONSENT = ("threat_factor", "struck_factor", "renewal_rate")


def _copied_fields(kind: str, of: str, role: str = "") -> tuple[str, ...]:
    return tuple(one.field for one in copied(kind, of, role))


CLASS = _copied_fields("Weaponry", "arsenals.*.*")
LAYER = (*_copied_fields("LayeredDefence", "defences.*.layers.*"), "salvo")
COMMON = (*_copied_fields("LayeredDefence", "defences.*", "defender"), "resupply")
MEDIATOR = _copied_fields("Mediators", "actors.*", "mediator")
"""Figures of a class of weapons, of a layer, of a defence and of a mediator."""


def without_effect(
    crisis: Crisis, *, worlds: int = WORLDS, progress: Listener | None = None
) -> tuple[str, ...]:
    """Return the numbers of a crisis that could be anything, by dotted path, in its order.

    Each is tried in `worlds` worlds, or until one of them has changed. `progress` is called with
    how far it has come, in numbers.
    """
    clock = Clock(len(crisis.numbers), progress)
    trials = [
        TrialWorld(values, gone_by(crisis, values)) for values in trial_worlds(crisis, worlds)
    ]
    idle = []
    for path in crisis.numbers:
        if not any(_counts(crisis, trial, path) for trial in trials):
            idle.append(path)
        clock.tell(1)
    return tuple(idle)


class TrialWorld(NamedTuple):
    """A world in which numbers are tried, and what the kernel goes by in it."""

    values: Mapping[str, float]
    base: bytes


def _counts(crisis: Crisis, trial: TrialWorld, path: str) -> bool:
    """Say whether a number, moved to one of its ends, changes what the kernel goes by."""
    moved = ({**trial.values, path: end} for end in ends(crisis.numbers[path]))
    return any(gone_by(crisis, changed) != trial.base for changed in moved)


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
    number and one next to it.
    """
    if number.kind == "chance":
        return 0.0, 1.0
    if number.is_fixed:
        return float(number.low), _beside(float(number.low), number.domain)
    if number.kind == "values":
        return float(number.low), float(number.high)
    return quantile(number, LOW), quantile(number, HIGH)


def _beside(value: float, domain: str) -> float:
    """Return another value that every number of a domain may have."""
    if DOMAINS[domain].whole:
        return 1.0 - value
    if domain == "count":
        return value + 1.0
    return value * (1.0 - STEP) if value else STEP


def gone_by(crisis: Crisis, values: Mapping[str, float]) -> bytes:
    """Return what the kernel goes by in a world: its record, without what it reads in vain.

    Where agenda or venue are in dispute it goes by both terms, and by what the dispute rests on.
    """
    gone = [] if is_settled(crisis) else [repr(values[path]).encode() for path in DISPUTED]
    gone += [read_world(world) for world in worlds_gone_by(crisis, values)]
    return b"".join(gone)


def worlds_gone_by(crisis: Crisis, values: Mapping[str, float]) -> Iterator[World]:
    """Yield the records that the kernel goes by in a world: of each epoch, on each of the terms."""
    if is_settled(crisis):
        yield from _epochs(crisis, values)
        return
    for terms in terms_in_dispute(crisis, values):
        yield from _epochs(*on_terms(crisis, values, terms))


def _epochs(crisis: Crisis, values: Mapping[str, float]) -> Iterator[World]:
    """Yield the records of a world in which nothing about the talks is in dispute."""
    encode = partial(encode_settled, grid="normal", horizon=COARSE_HORIZON)
    epochs = encode_epochs(crisis, Settled(crisis, values), encode, COARSE_HORIZON)
    for view in epochs_of(epochs).views:
        yield from view.worlds


def parts_moved(crisis: Crisis, path: str, *, worlds: int = FEW_WORLDS) -> tuple[str, ...]:
    """Return the `PARTS` of a world's record that change if a number moves to an end of its range.

    `worlds`: in how many it is tried. None change if the number could be anything; `dispute` is
    one of them where it decides a dispute about the talks.
    """
    moved: set[str] = set()
    for values in trial_worlds(crisis, worlds):
        base = _by_part(crisis, values)
        for end in ends(crisis.numbers[path]):
            other = _by_part(crisis, {**values, path: end})
            moved |= {part for part in base if base[part] != other[part]}
    if path in DISPUTED and not is_settled(crisis):
        moved.add("dispute")
    return tuple(part for part in PARTS if part in moved)


def _by_part(crisis: Crisis, values: Mapping[str, float]) -> dict[str, list[bytes]]:
    """Return what the kernel goes by in a world, by the part of its record."""
    found: dict[str, list[bytes]] = {part: [] for part in PARTS}
    for world in worlds_gone_by(crisis, values):
        record = np.frombuffer(bytearray(read_world(world)), WORLD)
        found["beliefs"] += [record["talks"][prior].tobytes() for prior in PRIORS]
        for prior in PRIORS:
            record["talks"][prior] = 0.0
        for part in PARTS[1:]:
            found[part].append(record[part].tobytes())
    return found


def read_world(world: World) -> bytes:
    """Return the record of a world, without what the kernel reads in vain."""
    theatre = world.war.theatre
    clear_absent(world)
    clear_opposed(theatre.challenger_arsenal, theatre.defender_defence)
    clear_opposed(theatre.defender_arsenal, theatre.challenger_defence)
    clear_ally(world)
    clear_vow(world)
    clear_unrest(world.talks)
    clear_force_in_view(world)
    clear_mediators(world.mediators)
    clear_third_parties(theatre.third_parties)
    clear_decisions(world)
    if theatre.direct_action_success <= 0.0:
        clear(theatre, ("direct_action_damage", "direct_action_loss"))
    clear_chokepoint(theatre.chokepoint)
    return np.asarray(world).tobytes()


def clear_absent(world: World) -> None:
    """Clear what those would bring to a war who neither join nor begin one."""
    theatre, talks = world.war.theatre, world.talks
    parties = theatre.third_parties
    is_there = (parties.presence > 0.0) | (world.partners.raise_rate > 0.0)
    joins = (parties.join_probability * parties.stands_by > 0.0) & is_there
    begins = (parties.is_ally > 0.0) & (talks.ally_rate + talks.ally_rate_per_step > 0.0)
    clear(parties, ("join_probability", "stands_by", "presence"), ~joins)
    absent = np.flatnonzero(~joins & ~begins) + 1
    for arsenal in (theatre.challenger_arsenal, theatre.defender_arsenal):
        clear(arsenal, ("stock", "replenishment"), np.isin(arsenal.owner, absent))
    for defence in (theatre.challenger_defence, theatre.defender_defence):
        clear(defence, ("batteries",), np.isin(defence.owner, absent))


def clear_opposed(arsenal: Weaponry, defence: LayeredDefence) -> None:
    """Clear what does not count of a side's weapons and of the defence that they meet."""
    is_absent = (arsenal.stock <= 0.0) & (arsenal.replenishment <= 0.0)
    clear(arsenal, CLASS, is_absent)
    at_hand = arsenal.stock + LONGEST_WAR * arsenal.replenishment
    clear(arsenal, ("launch_capacity",), arsenal.launch_capacity >= NEVER_BINDS * at_hand)
    clear(arsenal, ("value",), arsenal.returns <= 0.0)
    clear(arsenal, GEOMETRY)
    defence.looks[:, is_absent] = 0.0
    defence.looks[defence.batteries <= 0.0] = 0.0
    defence.occupancy[defence.looks < 1.0] = 0.0
    clear(defence, BY_CLASS, defence.looks < 1.0)
    is_idle = defence.looks.max(axis=1) < 1.0
    clear(defence, LAYER, is_idle)
    clear(defence, (*TIMES, *RADAR))
    if is_idle.all():
        clear(defence, COMMON)
        clear(arsenal, ("decoys",))


def clear_ally(world: World) -> None:
    """Clear what an ally weighs that never does, and what restrains it."""
    if world.talks.ally_rate <= 0.0 and world.talks.ally_rate_per_step <= 0.0:
        clear(world.talks, OF_ALLY)
        clear(world.war, STAKES_OF_ALLY)


def clear_vow(world: World) -> None:
    """Clear the rate of vows if one stands, and what a vow changes if none ever does."""
    talks = world.talks
    if talks.has_vowed:
        talks.defender_rate[DefenderMove.VOW] = 0.0
    elif talks.defender_rate[DefenderMove.VOW] <= 0.0:
        clear(talks, ("vow_retreat",))
        clear(world.war, ("vow_price",))


def clear_unrest(talks: Negotiation) -> None:
    """Clear spells of unrest that never come, or that justify nothing."""
    if talks.unrest_rate * talks.unrest_days * talks.justification <= 0.0:
        clear(talks, OF_UNREST)


def clear_force_in_view(world: World) -> None:
    """Clear what deployed force changes, where none can ever be deployed."""
    if world.calendar.ceiling.max() <= 0:
        clear(world.talks, OF_FORCE_IN_VIEW)
        clear(world.incidents, ("rate_per_force",))
        clear(world.calendar, ("sign_probability",))
        world.talks.challenger_rate[MOVES_OF_FORCE] = 0.0


def clear_mediators(mediators: Mediators) -> None:
    """Clear what a mediator judges that speaks to nobody."""
    is_mute = (mediators.has_access == 0) | (mediators.report_rate <= 0.0)
    clear(mediators, MEDIATOR, is_mute)
    if len(is_mute) - is_mute.sum() < 2:  # noqa: PLR2004  two, to go together
        clear(mediators, ("correlation",))


def clear_third_parties(parties: ThirdParties) -> None:
    """Clear how much being hit counts, where nobody can join."""
    if not parties.join_probability.any():
        clear(parties, ("hit_weight",))


def clear_decisions(world: World) -> None:
    """Clear what moves the minds of third parties that never change them."""
    partners = world.partners
    stays = partners.withdrawal_rate <= 0.0
    clear(partners, OF_CONSENT, stays)
    clear(partners, ("lower_rate",), partners.raise_rate <= 0.0)
    if stays.all():
        clear(world.calendar, ("there", "hosted"))


def clear_chokepoint(chokepoint: Strait) -> None:
    """Clear what a closed chokepoint costs, where none is ever closed."""
    if chokepoint.closing_rate <= 0.0:
        clear(chokepoint, ("cost", "world_cost"))


def clear(record: object, fields: Iterable[str], where: Array | None = None) -> None:
    """Set fields of a record to 0, or some places of its tables."""
    for field in fields:
        if where is None:
            setattr(record, field, 0.0)
        else:
            getattr(record, field)[where] = 0.0

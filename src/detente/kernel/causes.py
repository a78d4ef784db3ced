"""Causes of war: the same futures with the same draws, in worlds with fewer mechanisms.

A mechanism is switched off in the world's record, or in the worths of force for which its
policies are solved; the rules stay the same (MODEL 8).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Annotated, NamedTuple, TypeVar, cast

import numpy as np

from detente.kernel.crisis import play_listed
from detente.kernel.endings import Trigger, Violence
from detente.kernel.layout import Array, copy_of
from detente.kernel.solution import Solved, WarTable, compute_wars, solve
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.theatre import CHALLENGER, DEFENDER
from detente.kernel.world import Epochs, World

W = TypeVar("W", bound=World | Epochs)


class Mechanism(IntEnum):
    """Mechanisms that can cause war; bit m of a subset says whether mechanism m acts."""

    TYPES = 0
    OPTIMISM = 1
    SELF_KNOWLEDGE = 2
    SHIFTING_POWER = 3
    BROKEN_DEALS = 4
    FIRST_STRIKE = 5
    THIRD_PARTY = 6
    MISREADING = 7
    FRICTION = 8
    NOISE = 9


def only(*mechanisms: Mechanism) -> int:
    """Return the subset in which only these mechanisms act."""
    return sum(1 << mechanism for mechanism in mechanisms)


EVERYTHING = only(*Mechanism)
PLACEBO = 1 << len(Mechanism)
"""Key of a subset in which all mechanisms act, and choices are only slightly more precise."""
EVENTS = only(Mechanism.THIRD_PARTY, Mechanism.MISREADING)
"""Mechanisms that are switched off as events of play; policies stay the same."""
ON_PURPOSE = only(Mechanism.FIRST_STRIKE, Mechanism.SHIFTING_POWER, Mechanism.BROKEN_DEALS)
"""Mechanisms of a deliberate war."""
NOISELESS_PRECISION = 160.0
"""Precision of choices without noise, unless it was higher before [per unit of value]."""
PLACEBO_FACTOR = 1.02
"""Factor of the placebo on precision (MODEL 8)."""
CERTAIN = 1e8
"""Log-odds of a known type: no sequence of acts shifts beliefs away from it."""
AT_ONCE = 10.0
"""Rate at which draft deals become ready without friction: practically at once [1/day]."""
MORE_OFTEN = 10.0
"""Factor on the rate of offers without friction."""


class Playing(NamedTuple):
    """The futures to be played: their world and draws."""

    seed: int
    number: Annotated[int, "index of the world"]
    futures: Annotated[Array, "indices of futures of the world"]


def play_subsets(
    world: World | Epochs, subsets: Sequence[int], playing: Playing
) -> dict[int, Array]:
    """Play futures of a world with each subset of the mechanisms, and the placebo, on their draws.

    Returns rows of FUTURE by subset.
    """
    rows: dict[int, Array] = {}
    # One solution for each subset of the mechanisms that policies foresee; events act in all.
    for decided in dict.fromkeys(subset | EVENTS for subset in subsets):
        rows |= play_events(world, decided, solve_for(world, decided), playing)
    changed = placebo_world(world)
    solved = solve(changed, with_exploitability=False)
    return {one: rows[one] for one in subsets} | {PLACEBO: play_all(changed, solved, playing)}


def world_with(world: W, active: int) -> W:
    """Return a copy of a world in which only the mechanisms of a subset act, in every epoch."""
    switches = [off for one, off in SWITCHES.items() if not active >> one & 1]
    return changed_by(world, switches)


def changed_by(world: W, changes: Iterable[Callable[[World], None]]) -> W:
    """Return a copy of a world, or of each of its epochs, with the changes made to its record."""

    def change(one: World) -> World:
        changed = copy_of(one)
        for make in changes:
            make(changed)
        return changed

    return cast("W", world.changed(change) if isinstance(world, Epochs) else change(world))


def solve_for(world: World | Epochs, active: int) -> Solved:
    """Solve a world in which only the mechanisms of a subset, and all events, act."""
    changed = world_with(world, active | EVENTS)
    wars = compute_wars(changed)
    if not active >> Mechanism.FIRST_STRIKE & 1:
        wars = [[level_starts(war) for war in of_view] for of_view in wars]
    return solve(changed, war=wars, with_exploitability=False)


def level_starts(war: WarTable) -> WarTable:
    """Return a table in which a strike has the same worth whichever principal begins it.

    Its worth and the discount of what it leaves open are means over both.
    """
    worth, continuation_discount = war.worth.copy(), war.continuation_discount.copy()
    # The first two onsets are a strike by the challenger and one by the defender. There is no
    # campaign by the defender with which to average the challenger's (MODEL 5.9).
    worth[:, :, :, : DEFENDER + 1] = worth[:, :, :, : DEFENDER + 1].mean(axis=3, keepdims=True)
    continuation_discount[:, :, : DEFENDER + 1] = continuation_discount[:, :, : DEFENDER + 1].mean(
        axis=2, keepdims=True
    )
    return WarTable(worth=worth, continuation_discount=continuation_discount, settled=war.settled)


def play_events(
    world: World | Epochs, decided: int, solved: Solved, playing: Playing
) -> dict[int, Array]:
    """Play a world's futures with and without each event, under the same policies.

    Returns rows of FUTURE by subset. Without an event a future is the same until the event would
    begin or join force, so that only futures in which that happened are played again.
    """
    rows = {decided: play_all(world_with(world, decided), solved, playing)}
    for event, concerns in CONCERNS.items():
        # `rows` grows with each event: the second is switched off with and without the first.
        for active, before in tuple(rows.items()):
            fewer = active & ~only(event)
            again = np.flatnonzero(concerns(before))
            rows[fewer] = before.copy()
            if len(again) > 0:
                some = playing._replace(futures=playing.futures[again])
                rows[fewer][again] = play_all(world_with(world, fewer), solved, some)
    return rows


def play_all(world: World | Epochs, solved: Solved, playing: Playing) -> Array:
    """Play futures of a world; return rows of FUTURE."""
    seed, number, futures = playing
    return play_listed(world, solved, seed=seed, number=number, futures=futures)


def is_war(rows: Array) -> Array:
    """Return which futures end in war, for two or more states."""
    return rows["violence"] >= Violence.WAR


def is_chosen_war(rows: Array) -> Array:
    """Return which futures end in a war that a principal began by its own choice to strike."""
    is_chosen = np.isin(rows["trigger"], (Trigger.STRIKE, Trigger.LAPSE))
    return is_war(rows) & is_chosen & (rows["initiator"] <= DEFENDER)


def has_force(rows: Array) -> Array:
    """Return which futures use force, so that third parties may join."""
    return rows["first_force_day"] >= 0


def is_misread(rows: Array) -> Array:
    """Return in which futures an accident taken for an attack may have begun force.

    Rows report the trigger of the first use of force only, so that later ones count as possible.
    """
    return (rows["trigger"] == Trigger.MISREAD) | (rows["rounds"] > 1)


CONCERNS: Mapping[Mechanism, Callable[[Array], Array]] = {
    Mechanism.THIRD_PARTY: has_force,
    Mechanism.MISREADING: is_misread,
}
"""Functions from rows to the futures that may differ without an event."""


def exclude_third_parties(world: World) -> None:
    """Let only the principals act: the ally considers no strike, no third party joins a war."""
    world.talks.ally_rate = 0.0
    world.talks.ally_rate_per_step = 0.0
    world.war.theatre.third_parties.count = 0


def know_accidents(world: World) -> None:
    """Let accidents raise no alarm; commanders' beliefs about alarms are unchanged."""
    world.incidents.are_accidents_known = 1


def know_types(world: World) -> None:
    """Make both sides' types public, and remove the mediators, who have nothing left to say.

    The grid keeps only its two ends, at which a type is certain, so that each of the four pairs of
    types is solved separately.
    """
    world.are_types_known = 1
    world.belief_points = 2
    world.belief_limit = CERTAIN
    world.mediators.count = 0


def remove_optimism(world: World) -> None:
    """Set both sides' optimism to 0."""
    world.war.theatre.optimism[CHALLENGER] = 0.0
    world.war.theatre.optimism[DEFENDER] = 0.0


def know_defences(world: World) -> None:
    """Let no side know more of its own defence than the other does."""
    world.war.theatre.self_knowledge = 0.0


def stop_programme(world: World) -> None:
    """Stop the programme; its worth is unchanged."""
    world.talks.growth_rate = 0.0
    world.talks.defender_rate[DefenderMove.ADVANCE] = 0.0


def enforce_deals(world: World) -> None:
    """Make deals hold; their worth is unchanged."""
    world.talks.breaking_rate[:] = 0.0


def remove_friction(world: World) -> None:
    """Make draft deals ready at once before force, and offers ten times as frequent.

    After force draft deals keep their rate: if they were ready at once only after it, force would
    be a way to talks.
    """
    talks, packages = world.talks, int(world.talks.packages)
    if 0.0 < talks.text_rate < AT_ONCE:
        world.aftermath.text_factor *= talks.text_rate / AT_ONCE
        talks.text_rate = AT_ONCE
    talks.challenger_rate[ChallengerMove.OFFER :][:packages] *= MORE_OFTEN
    talks.defender_rate[DefenderMove.OFFER :][:packages] *= MORE_OFTEN


def remove_noise(world: World) -> None:
    """Raise the precision of choices to SHARPEST: everyone chooses nearly without error."""
    scale_precision(world, max(1.0, NOISELESS_PRECISION / world.talks.precision))


def scale_precision(world: World, factor: float) -> None:
    """Multiply the precision of all choices: in talks, at the contact zones, under attack."""
    world.talks.precision *= factor


def placebo_world(world: W) -> W:
    """Return the placebo: a world in which choices are only slightly more precise."""
    return changed_by(world, [lambda one: scale_precision(one, PLACEBO_FACTOR)])


SWITCHES: Mapping[Mechanism, Callable[[World], None]] = {
    Mechanism.TYPES: know_types,
    Mechanism.OPTIMISM: remove_optimism,
    Mechanism.SELF_KNOWLEDGE: know_defences,
    Mechanism.SHIFTING_POWER: stop_programme,
    Mechanism.BROKEN_DEALS: enforce_deals,
    Mechanism.THIRD_PARTY: exclude_third_parties,
    Mechanism.MISREADING: know_accidents,
    Mechanism.FRICTION: remove_friction,
    Mechanism.NOISE: remove_noise,
}
"""How each mechanism is switched off in a world's record.

FIRST_STRIKE is switched off in the table of war instead (`level_starts`).
"""

"""What brought war: the same futures with the same luck, in worlds where fewer causes act.

A cause is switched off by changing the world's record, or the worths of force that its policies are
solved for; the rules are the same for all (MODEL 8).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, NamedTuple, TypeVar, cast

import numpy as np

from detente.kernel.crisis import play, play_listed
from detente.kernel.endings import Ending, Trigger
from detente.kernel.layout import Array
from detente.kernel.solution import Solved, Tables, WarTable, solve, work_out_wars
from detente.kernel.talks import DefenderMove
from detente.kernel.theatre import CHALLENGER, DEFENDER
from detente.kernel.world import Epochs, World

W = TypeVar("W", bound=World | Epochs)


class Mechanism(IntEnum):
    """What can bring war; bit m of a subset says whether mechanism m acts."""

    THIRD_PARTY = 0
    MISREAD_INCIDENT = 1
    PRIVATE_INFORMATION = 2
    FIRST_STRIKE = 3
    COMMITMENT = 4
    NOISE = 5


class Mark(IntEnum):
    """What is known of a future beside the subsets; bit by bit."""

    DELIBERATE = 0
    """War by a strike that a principal chose, with first strike and commitment alone."""
    PLACEBO = 1
    """War where choices are sharper by nearly nothing."""
    RESOLVED = 2
    """War where third parties are missing and everyone looks ahead to that."""


def only(*mechanisms: Mechanism) -> int:
    """Return the subset in which only these mechanisms act."""
    return sum(1 << mechanism for mechanism in mechanisms)


SUBSETS = 1 << len(Mechanism)
EVERYTHING = SUBSETS - 1
EVENTS = only(Mechanism.THIRD_PARTY, Mechanism.MISREAD_INCIDENT)
"""Mechanisms that are switched off as events: policies stay as they are."""
EXPECTED = only(Mechanism.PRIVATE_INFORMATION, Mechanism.NOISE)
"""Mechanisms that bear on what a war is thought to bring, and on how it is answered."""
ON_PURPOSE = only(Mechanism.FIRST_STRIKE, Mechanism.COMMITMENT)
SHARPER = 8.0
"""Choices without noise are so many times as precise (MODEL 8)."""
SHARPEST = 60.0
"""But not more precise than this, unless they were before [per unit of value]."""
NEARLY_NOTHING = 1.02
"""What the placebo multiplies precision by (MODEL 8)."""
CERTAIN = 1e8
"""Log-odds of a type that is known: no chain of acts leads away from it."""


class Playing(NamedTuple):
    """Which futures of which world are played, on which draws."""

    seed: int
    number: Annotated[int, "index of the world"]
    futures: Annotated[int, "futures of the world, from the first"]


@dataclass(frozen=True)
class Verdicts:
    """Under which subsets of mechanisms each future of a world has war."""

    rows: Array
    """The futures as they are, with every mechanism, rows of FUTURE."""
    wars: Array
    """Bit s says whether there is war with subset s alone, uint64, shape (futures,)."""
    marks: Array
    """Bits of Mark, uint8, shape (futures,)."""
    visited: int
    """Decision nodes visited, over all subsets."""
    unsettled: int
    """Of these, those whose residual is above .02."""


def judge(world: World | Epochs, *, seed: int, number: int, futures: int) -> Verdicts:
    """Play the futures of world `number` with every subset of the mechanisms, on the same draws."""
    playing = Playing(seed, number, futures)
    wars = np.zeros(futures, np.uint64)
    marks = np.zeros(futures, np.uint8)
    rows = np.zeros(0)
    counts = np.zeros(2, np.int64)
    tables = work_out_expected(world)
    # One solution for each subset of what policies look ahead to; events act in all of these.
    for decided in range(EVENTS, SUBSETS, EVENTS + 1):
        solved = solve_for(world, decided, tables[decided & EXPECTED])
        for active, played in play_events(world, decided, solved, playing).items():
            wars |= is_war(played).astype(np.uint64) << np.uint64(active)
            counts += count_nodes(played)
            if active == ON_PURPOSE:
                marks |= is_chosen_war(played) * bit_of(Mark.DELIBERATE)
            if active == EVERYTHING:
                rows = played
    for mark, changed in ((Mark.PLACEBO, nearly(world)), (Mark.RESOLVED, without_others(world))):
        played = play_all(changed, solve(changed, with_exploitability=False), playing)
        marks |= is_war(played) * bit_of(mark)
        counts += count_nodes(played)
    return Verdicts(rows, wars, marks, int(counts[0]), int(counts[1]))


def world_with(world: W, active: int) -> W:
    """Return a copy of a world in which only the mechanisms of a subset act, in every epoch."""
    switches = [off for one, off in SWITCHES.items() if not active >> one & 1]
    return changed_by(world, switches)


def changed_by(world: W, changes: Iterable[Callable[[World], None]]) -> W:
    """Return a copy of a world, or of each of its epochs, with changes made to its record."""

    def change(one: World) -> World:
        changed = copy_of(one)
        for make in changes:
            make(changed)
        return changed

    return cast("W", world.changed(change) if isinstance(world, Epochs) else change(world))


def work_out_expected(world: World | Epochs) -> dict[int, Tables]:
    """Return what force would bring, by which of EXPECTED act."""
    others = EVERYTHING & ~EXPECTED
    subsets = {active & EXPECTED for active in range(SUBSETS)}
    return {active: work_out_wars(world_with(world, active | others)) for active in subsets}


def solve_for(world: World | Epochs, active: int, wars: Tables | None = None) -> Solved:
    """Solve a world in which only the mechanisms of a subset act, events apart.

    `wars`: what force would bring with these, if it has been worked out.
    """
    changed = world_with(world, active | EVENTS)
    wars = work_out_wars(changed) if wars is None else wars
    if not active >> Mechanism.FIRST_STRIKE & 1:
        wars = [[level_starts(war) for war in of_view] for of_view in wars]
    return solve(changed, war=wars, with_exploitability=False)


def level_starts(war: WarTable) -> WarTable:
    """Return a table in which force is worth the same whichever principal begins it.

    It is the mean over both, and so is what it leaves open.
    """
    worth, goes_on = war.worth.copy(), war.goes_on.copy()
    worth[:, :, :, : DEFENDER + 1] = worth[:, :, :, : DEFENDER + 1].mean(axis=3, keepdims=True)
    goes_on[:, :, : DEFENDER + 1] = goes_on[:, :, : DEFENDER + 1].mean(axis=2, keepdims=True)
    return WarTable(worth=worth, goes_on=goes_on, settled=war.settled)


def play_events(
    world: World | Epochs, decided: int, solved: Solved, playing: Playing
) -> dict[int, Array]:
    """Play a world's futures with the events that act and without each, policies as they are.

    A future without an event is the same until the event begins force or joins in it, so that only
    those are played again to which this has happened.
    """
    rows = {decided: play_all(world_with(world, decided), solved, playing)}
    for event, concerns in CONCERNS.items():
        for active, before in tuple(rows.items()):
            fewer = active & ~only(event)
            again = np.flatnonzero(concerns(before))
            rows[fewer] = before.copy()
            rows[fewer][again] = play_listed(
                world_with(world, fewer),
                solved,
                seed=playing.seed,
                number=playing.number,
                futures=again,
            )
    return rows


def play_all(world: World | Epochs, solved: Solved, playing: Playing) -> Array:
    """Play all futures of a world."""
    seed, number, futures = playing
    return play(world, solved, seed=seed, number=number, first=0, futures=futures)


def is_war(rows: Array) -> Array:
    """Say which futures end in war, of two states or of more."""
    return rows["ending"] >= Ending.WAR


def is_chosen_war(rows: Array) -> Array:
    """Say which futures end in a war that a principal began by a strike of its own choice."""
    is_chosen = np.isin(rows["trigger"], (Trigger.STRIKE, Trigger.LAPSE))
    return is_war(rows) & is_chosen & (rows["initiator"] <= DEFENDER)


def has_force(rows: Array) -> Array:
    """Say in which futures there is ordered force, in which third parties may join."""
    return rows["first_force_day"] >= 0


def is_misread(rows: Array) -> Array:
    """Say in which futures an accident that was taken for an attack can have brought force.

    Rows tell what set off the first round of force only.
    """
    return (rows["trigger"] == Trigger.MISREAD) | (rows["rounds"] > 1)


CONCERNS: Mapping[Mechanism, Callable[[Array], Array]] = {
    Mechanism.THIRD_PARTY: has_force,
    Mechanism.MISREAD_INCIDENT: is_misread,
}
"""Which futures would be others without an event."""


def bit_of(mark: Mark) -> np.uint8:
    """Return a mark's bit."""
    return np.uint8(1 << mark)


def count_nodes(rows: Array) -> Array:
    """Count decision nodes visited, and of these the unsettled."""
    return np.array([rows["visited"].sum(), rows["unsettled"].sum()], np.int64)


def copy_of(world: World) -> World:
    """Return a copy of a world's record."""
    changed: World = np.array([world]).view(np.recarray)[0]
    return changed


def dismiss_third_parties(world: World) -> None:
    """Let nobody but the principals act: the ally weighs no strike, nobody joins a war."""
    world.talks.ally_rate = 0.0
    world.talks.ally_rate_per_step = 0.0
    world.war.theatre.third_parties.count = 0


def know_accidents(world: World) -> None:
    """Let accidents raise no alarm, and leave what commanders believe as it is."""
    world.incidents.are_accidents_known = 1


def know_types(world: World) -> None:
    """Let both know what the other is and has, and neither read war too rosily.

    A grid of two points whose ends are certain is the four corners of what can be believed, each by
    itself. Mediators have nothing left to tell.
    """
    world.are_types_known = 1
    world.belief_points = 2
    world.belief_limit = CERTAIN
    world.war.theatre.optimism[CHALLENGER] = 0.0
    world.war.theatre.optimism[DEFENDER] = 0.0
    world.war.theatre.self_knowledge = 0.0
    world.mediators.count = 0


def hold_to_commitments(world: World) -> None:
    """Let the programme stand still and deals hold; their worth stays what it was."""
    world.talks.growth_rate = 0.0
    world.talks.defender_rate[DefenderMove.ADVANCE] = 0.0
    world.talks.breaking_rate[:] = 0.0


def steady_choices(world: World) -> None:
    """Let everyone choose nearly without error."""
    sharpen(world, max(1.0, min(SHARPER, SHARPEST / world.talks.precision)))


def sharpen(world: World, factor: float) -> None:
    """Multiply the precision of all choices: in talks, at the contact zones, under attack."""
    world.talks.precision *= factor


def nearly(world: W) -> W:
    """Return a world in which choices are sharper by nearly nothing."""
    return changed_by(world, [lambda one: sharpen(one, NEARLY_NOTHING)])


def without_others(world: W) -> W:
    """Return a world without third parties, to be solved as such."""
    return world_with(world, EVERYTHING & ~only(Mechanism.THIRD_PARTY))


SWITCHES: Mapping[Mechanism, Callable[[World], None]] = {
    Mechanism.THIRD_PARTY: dismiss_third_parties,
    Mechanism.MISREAD_INCIDENT: know_accidents,
    Mechanism.PRIVATE_INFORMATION: know_types,
    Mechanism.COMMITMENT: hold_to_commitments,
    Mechanism.NOISE: steady_choices,
}
"""How each mechanism is switched off in a world's record; a first strike in the table of war."""

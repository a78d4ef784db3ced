"""Measures how the shipped crisis depends on the solver's grids of beliefs and stages.

`python -m verification.model.refinement` prints a table: shares of the same futures on the same
draws, each grid compared with the shipped one, with the standard error of the paired difference
over worlds; and the change of the ending that changes most. If a grid certainly changes an ending
by more than a point, those that ship are too coarse (exit status 1).
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, NamedTuple, TypeAlias
from unittest.mock import patch

import numpy as np

from detente.endings import Ending, numbers_of
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode import encode
from detente.ensemble.encode.posture import encode_calendar
from detente.kernel import solution
from detente.kernel.crisis import play
from detente.kernel.layout import Array
from detente.kernel.solution import solve
from detente.kernel.world import World
from detente.pack import Crisis, load

HORIZON = 365
WAR, DEAL = numbers_of("war"), numbers_of("deal")
ALLOWED = 1.0
"""Most that a finer grid may move an ending [points of 100]."""
SURE = 1.645
"""Standard errors by which it must be beyond that."""
LATER = 30.0
"""Length of each of three more stages past the horizon [days]."""

Values: TypeAlias = Mapping[str, float]


Change: TypeAlias = Callable[[Crisis, Values, World], None]


class Setting(NamedTuple):
    """One setting to compare: its name, and what to change in the record."""

    name: str
    change: Change
    after: Annotated[tuple[int, int], "most belief points after force, stages made one there"] = (
        solution.POINTS_AFTER,
        solution.MERGED,
    )


def keep(_crisis: Crisis, _values: Values, _world: World) -> None:
    """Change nothing in the record."""


def points(count: int) -> Change:
    """Return a change of the belief grid."""

    def change(_crisis: Crisis, _values: Values, world: World) -> None:
        world.belief_points = count

    return change


def stages_halved(crisis: Crisis, values: Values, world: World) -> None:
    """Change the stages to those of the finest grid."""
    encode_calendar(crisis, values, world.calendar, grid="fine", horizon=HORIZON)


def solve_longer(_crisis: Crisis, _values: Values, world: World) -> None:
    """Solve another 90 days past the horizon."""
    calendar = world.calendar
    solved = int(calendar.stages)
    calendar.stage_days[solved : solved + 3] = LATER
    calendar.stages = solved + 3


def grids() -> Iterator[Setting]:
    """List the solver's grids, the shipped one first."""
    yield Setting("as shipped (7 points, stages of 6, 9 and 16 days)", keep)
    yield Setting("5 belief points", points(5))
    yield Setting("9 belief points", points(9))
    yield Setting("13 belief points", points(13))
    yield Setting("stages halved (2 and 4 days)", stages_halved)
    yield Setting("90 more days solved", solve_longer)
    yield Setting("after force 7 points, stages as before", keep, (7, 1))


def rows_of(setting: Setting, worlds: int, futures: int) -> Array:
    """Return the ending of each future under a setting, shape (worlds, futures)."""
    crisis = load("oman-2026")
    rows = []
    for number, drawn in enumerate(drawn_worlds(crisis, worlds, 1)):
        world = encode(crisis, drawn, horizon=HORIZON)
        setting.change(crisis, drawn, world)
        points_after, merged = setting.after
        with patch.multiple(solution, POINTS_AFTER=points_after, MERGED=merged):
            solved = solve(world, with_exploitability=False)
        played = play(world, solved, seed=1, number=number, first=0, futures=futures)
        rows.append(played["ending"])
    return np.array(rows)


def moved(rows: Array, base: Array, endings: tuple[int, ...]) -> tuple[float, float]:
    """Return a share's paired difference from the base and its error over worlds, in percent."""
    by_world = 100.0 * (np.isin(rows, endings).mean(axis=1) - np.isin(base, endings).mean(axis=1))
    return float(by_world.mean()), float(by_world.std(ddof=1) / np.sqrt(len(by_world)))


def shares(rows: Array, base: Array, endings: tuple[int, ...]) -> str:
    """Return a share, its paired difference from the base and the error of that, in percent."""
    by, error = moved(rows, base, endings)
    return f"{100.0 * np.isin(rows, endings).mean():5.1f} {by:+6.2f} ±{error:4.2f}"


def largest_move(rows: Array, base: Array) -> tuple[Ending, float, float]:
    """Return the ending that moves most, by how much, and the error of that, in points of 100."""
    by_ending = {ending: moved(rows, base, (ending,)) for ending in Ending}
    most = max(Ending, key=lambda ending: abs(by_ending[ending][0]))
    return most, *by_ending[most]


def main() -> int:
    """Print the table; return 1 if a finer grid moves an ending too far."""
    parser = argparse.ArgumentParser(description="How far results hang on the solver's grids.")
    parser.add_argument("--worlds", type=int, default=16)
    parser.add_argument("--futures", type=int, default=2000, help="in each world")
    options = parser.parse_args()
    print(f"{options.worlds} worlds x {options.futures} futures; %, difference, standard error")
    print(f"{'setting':<50} {'war':^20} {'deal':^20}  the ending that moves most")
    base: Array | None = None
    furthest = 0.0
    for setting in grids():
        rows = rows_of(setting, options.worlds, options.futures)
        base = rows if base is None else base
        ending, by, error = largest_move(rows, base)
        furthest = max(furthest, abs(by) - SURE * error)
        reported = f"{shares(rows, base, WAR)}  {shares(rows, base, DEAL)}"
        reported += f"  {by:+.2f} ±{error:4.2f} {ending.name.lower()}"
        print(f"{setting.name:<50} {reported}", flush=True)
    return int(furthest > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())

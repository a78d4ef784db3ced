"""How far the shipped crisis hangs on the solver's settings: pace, precision, grid, stages.

`python -m verification.refinement` prints a table: shares of the same futures on the same draws,
each setting against the shipped one, with the standard error of the paired difference.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from detente.ensemble.design import draw_worlds
from detente.ensemble.encode import encode
from detente.ensemble.encode.posture import encode_calendar
from detente.kernel.crisis import play, solve
from detente.kernel.endings import Ending
from detente.kernel.layout import Array
from detente.kernel.world import World
from detente.pack import Crisis, load

HORIZON = 365
WAR = (Ending.WAR, Ending.REGIONAL_WAR)
DEAL = (Ending.COMPREHENSIVE_DEAL, Ending.NARROW_DEAL)


class Setting(NamedTuple):
    """One setting to compare: its name, numbers to fix, and what to change in the record."""

    name: str
    numbers: Mapping[str, float]
    change: Callable[[Crisis, World], None]


def keep(_crisis: Crisis, _world: World) -> None:
    """Change nothing in the record."""


def points(count: int) -> Callable[[Crisis, World], None]:
    """Return a change of the belief grid."""

    def change(_crisis: Crisis, world: World) -> None:
        world.belief_points = count

    return change


def stages(grid: str) -> Callable[[Crisis, World], None]:
    """Return a change of the stages to those of another grid."""

    def change(crisis: Crisis, world: World) -> None:
        encode_calendar(crisis, world.calendar, grid=grid, horizon=HORIZON)

    return change


def settings() -> Iterator[Setting]:
    """List the settings, the shipped one first."""
    yield Setting("as shipped (7 points, stages of 8 days)", {}, keep)
    for pace in (0.05, 0.1, 0.2, 0.4):
        both = {"moves.challenger_pace": pace, "moves.defender_pace": pace}
        yield Setting(f"pace {pace} a day, both sides", both, keep)
    for precision in (8.0, 12.0, 20.0, 30.0, 60.0):
        yield Setting(f"precision {precision:.0f}", {"moves.precision": precision}, keep)
    for count in (3, 5, 9, 13):
        yield Setting(f"{count} belief points", {}, points(count))
    for grid, days in (("tiny", 45), ("fine", 4)):
        yield Setting(f"stages of {days} days", {}, stages(grid))


def rows_of(setting: Setting, worlds: int, futures: int) -> Array:
    """Play the worlds under a setting."""
    crisis = load("oman-2026")
    values = draw_worlds(crisis.numbers, crisis.correlations, worlds=worlds, seed=1)
    rows = []
    for number in range(worlds):
        drawn = {path: float(column[number]) for path, column in values.items()}
        world = encode(crisis, drawn | dict(setting.numbers), horizon=HORIZON)
        setting.change(crisis, world)
        solved = solve(world, with_exploitability=False)
        rows.append(play(world, solved, seed=1, number=number, first=0, futures=futures))
    return np.concatenate(rows)


def shares(rows: Array, base: Array, endings: tuple[Ending, ...]) -> str:
    """Return a share, its paired difference from the base and the error of that, in percent."""
    inside = np.isin(rows["ending"], endings).astype(float)
    moved = inside - np.isin(base["ending"], endings)
    error = 100.0 * moved.std() / np.sqrt(len(moved))
    return f"{100.0 * inside.mean():5.1f} {100.0 * moved.mean():+6.2f} ±{error:4.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How far results hang on the solver's settings.")
    parser.add_argument("--worlds", type=int, default=16)
    parser.add_argument("--futures", type=int, default=2000, help="in each world")
    options = parser.parse_args()
    print(f"{options.worlds} worlds x {options.futures} futures; %, difference, standard error")
    print(f"{'setting':<42} {'war':^20} {'deal':^20}")
    base: Array | None = None
    for setting in settings():
        rows = rows_of(setting, options.worlds, options.futures)
        base = rows if base is None else base
        print(
            f"{setting.name:<42} {shares(rows, base, WAR)}  {shares(rows, base, DEAL)}", flush=True
        )


if __name__ == "__main__":
    main()

"""Moves every number of a pack across its range and records whether any future changes.

Each number is set to its 5th and to its 95th percentile in the same worlds, in half of which every
switch is on; the game is solved and played both times on the same draws. The numbers that change no
future must be those that `detente check` lists as without effect. The list may contain no number
that changes a future, and lack no number that changes none, except those of SLACK.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from detente.ensemble.effects import WORLDS, ends, trial_worlds, without_effect
from detente.ensemble.encode import encode
from detente.ensemble.encode.agenda import (
    CONCEDER_DRAW,
    PACE,
    Terms,
    agenda_is_open,
    race_between,
    settle,
    worth_of,
)
from detente.ensemble.encode.world import encode_coarsely
from detente.ensemble.record import Grid
from detente.errors import DetenteError
from detente.kernel.crisis import play
from detente.kernel.layout import Array
from detente.kernel.solution import solve
from detente.pack import Crisis, load

SEED = 1
FUTURES = 40_000
"""Futures of a run, shared out over its worlds, so that wars, which are rare, show theirs."""
SLACK = {
    "defences.us.layers.lower.reaction",
    "defences.us.layers.fighters.reload_rate",
    "defences.us.layers.close.reload_rate",
}
"""What the kernel reads and which binds in none of these worlds: so little of the time that is left
for drones goes by in it that channels have room either way; rounds do not run out."""
REMARKS = {
    (False, False): "changes no future, and check does not list it",
    (False, True): "changes no future, as check says",
    (True, True): "changes futures, though check lists it as without effect",
}
"""What is said of a number, by whether it changes futures and whether `check` lists it."""


class Trial(NamedTuple):
    """How numbers are tried: in which worlds, and how the game is solved."""

    crisis: Crisis
    worlds: Sequence[Mapping[str, float]]
    grid: Grid

    @property
    def futures(self) -> int:
        """Return how many futures each world plays."""
        return -(-FUTURES // len(self.worlds))


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the numbers of a pack and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        crisis = load(options.pack)
    except DetenteError as fault:
        print(fault, file=sys.stderr)
        return 2
    trial = Trial(crisis, tuple(trial_worlds(crisis, WORLDS)), options.grid)
    numbers = [path for path in crisis.numbers if path.startswith(options.only)]
    listed = without_effect(crisis)
    few = trial._replace(worlds=trial.worlds[: options.listed_in])
    return report(
        numbers, lambda path: changes_futures(path, few if path in listed else trial), listed
    )


def report(numbers: Sequence[str], changes: Callable[[str], bool], listed: Collection[str]) -> int:
    """Print a line for each number without effect; return 1 if `check` lists others than these."""
    wrong = 0
    for path in numbers:
        verdict = (changes(path), path in listed)
        wrong += verdict[0] == verdict[1] and not (path in SLACK and verdict == (False, False))
        if verdict in REMARKS:
            print(f"{path}: {REMARKS[verdict]}", flush=True)
    print(f"{len(numbers)} numbers moved; of {wrong} check says what does not hold")
    return int(wrong > 0)


def changes_futures(path: str, trial: Trial) -> bool:
    """Say whether two runs differ, one with a number at its lower end, one at its upper.

    They do as soon as the rows of one world do, so that most numbers need one world only.
    """
    moved = [{path: end} for end in ends(trial.crisis.numbers[path])]
    for world in range(len(trial.worlds)):
        low, high = on_brink(trial, world, moved)
        if not np.array_equal(rows_of(trial, world, low), rows_of(trial, world, high)):
            return True
    return False


def on_brink(
    trial: Trial, number: int, moved: Sequence[Mapping[str, float]]
) -> list[Mapping[str, float]]:
    """Return changes with luck put between them, where they are about who gives way on the agenda.

    One draw a world decides that, and would show a small change of its chance in few worlds only.
    """
    if PACE not in moved[0] or not agenda_is_open(trial.crisis):
        return list(moved)
    values = trial.worlds[number]
    sides = Terms(True, False), Terms(False, False)
    races = []
    for change in moved:
        changed = {**values, **change}
        games = [settle(trial.crisis, changed, encode_coarsely, worth_of, one) for one in sides]
        races.append(race_between(changed, *games))
    draws = fmean(race.challenger_concedes for race in races)
    return [{**change, CONCEDER_DRAW: draws} for change in moved]


def rows_of(trial: Trial, number: int, changes: Mapping[str, float]) -> Array:
    """Return the futures of one of the worlds, some of its numbers changed."""
    world = encode(trial.crisis, {**trial.worlds[number], **changes}, grid=trial.grid)
    solved = solve(world, with_exploitability=False)
    return play(world, solved, seed=SEED, number=number, first=0, futures=trial.futures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.model.effects",
        description="Move every number of a pack across its range and see what changes.",
        epilog="Exit status: 0 check lists the numbers without effect; 1 it lists others; "
        "2 the pack is faulty.",
    )
    parser.add_argument("pack", nargs="?", default="oman-2026", metavar="PACK")
    parser.add_argument("--grid", default="normal", choices=("tiny", "normal", "fine"))
    parser.add_argument(
        "--listed-in",
        type=int,
        default=WORLDS,
        metavar="WORLDS",
        help="try what check lists, which no world shows, in so many of them only",
    )
    parser.add_argument("--only", default="", metavar="START", help="move numbers that start so")
    return parser


if __name__ == "__main__":
    sys.exit(main())

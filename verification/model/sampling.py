"""Worlds of a pack with some of its numbers changed, solved and played in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.world import encode_all
from detente.kernel.causes import changed_by
from detente.kernel.crisis import play
from detente.kernel.layout import Array
from detente.kernel.solution import solve
from detente.kernel.world import World
from detente.pack import Crisis

OWNED = ("actors", "arsenals", "defences")
"""Tables whose second key is an actor, for which a role may stand."""
THREADS = 2

Values: TypeAlias = Mapping[str, float]
ChangeOfNumbers: TypeAlias = Callable[[Crisis, Values], Values]
"""Changes the numbers of a world before it is encoded."""
ChangeOfRecord: TypeAlias = Callable[[World], None]
"""Changes the record of a world after that."""


class Sample(NamedTuple):
    """Worlds of a pack, and how many futures of each are played on which draws."""

    crisis: Crisis
    draws: Annotated[tuple[Values, ...], "the numbers of each world"]
    futures: Annotated[int, "of each world"]
    seed: int
    grid: str


def sample_of(crisis: Crisis, worlds: int, futures: int, *, seed: int, grid: str) -> Sample:
    """Draw worlds of a crisis."""
    return Sample(crisis, tuple(drawn_worlds(crisis, worlds, seed)), futures, seed, grid)


def keep_numbers(_crisis: Crisis, values: Values) -> Values:
    """Change no number."""
    return values


def play_sample(
    sample: Sample,
    numbers: ChangeOfNumbers = keep_numbers,
    *records: ChangeOfRecord,
    unforeseen: Sequence[ChangeOfRecord] = (),
    threads: int = THREADS,
) -> Array:
    """Play the worlds of a sample, changed or not; return rows, shape (worlds, futures).

    `unforeseen` changes records once they are solved, so that nobody reckons with it.
    """

    def play_one(number: int) -> Array:
        values = numbers(sample.crisis, sample.draws[number])
        world = changed_by(encode_all(sample.crisis, values, grid=sample.grid), records)
        solved = solve(world, with_exploitability=False)
        world = changed_by(world, unforeseen)
        return play(world, solved, seed=sample.seed, number=number, first=0, futures=sample.futures)

    with ThreadPoolExecutor(threads) as pool:
        return np.stack(list(pool.map(play_one, range(len(sample.draws)))))


def paths_of(crisis: Crisis, pattern: str) -> tuple[str, ...]:
    """Return the numbers of a crisis that a path names.

    In the path a role may stand for its actor, and * for any key.
    """
    patterns = list(_without_roles(crisis, pattern.split(".")))
    return tuple(path for path in crisis.numbers if any(_fits(path, one) for one in patterns))


def _without_roles(crisis: Crisis, parts: list[str]) -> Iterator[list[str]]:
    table, *rest = parts
    keys = crisis.all_of_role(rest[0]) if table in OWNED and rest else ()
    yield from ([table, key, *rest[1:]] for key in keys)
    if not keys:
        yield parts


def _fits(path: str, pattern: list[str]) -> bool:
    parts = path.split(".")
    return len(parts) == len(pattern) and all(map(fnmatchcase, parts, pattern))

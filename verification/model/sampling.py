"""Worlds of a pack with some of its numbers changed, solved and played in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.world import encode_all
from detente.kernel.causes import changed_by
from detente.kernel.crisis import play
from detente.kernel.layout import Array
from detente.kernel.solution import solve
from detente.kernel.world import World
from detente.pack import Crisis
from detente.pack.number import WrittenNumber, quantity_of
from detente.pack.places import row_at
from detente.text import did_you_mean

OWNED = ("actors", "arsenals", "defences")
"""Tables whose second key is an actor, for which a role may stand."""
TRIED = "tried"
"""Why a number has its size here."""
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


def with_means(role: str, factor: float) -> ChangeOfNumbers:
    """Return the change that multiplies the weapons and the hardness of a role's forces."""

    def change(crisis: Crisis, values: Values) -> Values:
        stocks = [f"arsenals.{role}.*.stock", f"defences.{role}.hardness"]
        paths = [path for one in stocks for path in paths_of(crisis, one)]
        return {**values, **{path: factor * values[path] for path in paths}}

    return change


def with_numbers(crisis: Crisis, given: Mapping[str, Any]) -> Crisis:
    """Return a crisis in which numbers are as given.

    `given`: a figure, or a table as a pack writes it, by path. In a path a role may stand for its
    actor and * for any key; with the start of a reference before it, as in `violent/moves.drop`, it
    is of that pack alone. Draws of all other numbers stay as they are.
    """
    numbers = dict(crisis.numbers)
    for of_start, form in sorted(given.items(), key=lambda item: "/" in item[0]):
        start, _, pattern = of_start.rpartition("/")
        if start and (not crisis.model.reference or start != crisis.model.reference.start):
            continue
        written = {**(form if isinstance(form, Mapping) else {"value": form}), "assumed": TRIED}
        number = WrittenNumber.model_validate(
            {key: tuple(one) if isinstance(one, list) else one for key, one in written.items()}
        )
        for path in paths_of(crisis, pattern):
            row = row_at(path)
            if row is not None:
                numbers[path] = quantity_of(number, row, crisis.model.accepted_set)
    return replace(crisis, numbers=numbers)


def paths_of(crisis: Crisis, pattern: str) -> tuple[str, ...]:
    """Return the numbers of a crisis that a path names; see `with_numbers`.

    Raises
    ------
    KeyError
        If the crisis has none of them.
    """
    patterns = list(_without_roles(crisis, pattern.split(".")))
    found = [path for path in crisis.numbers if any(_fits(path, one) for one in patterns)]
    if not found:
        raise KeyError(f"{crisis.name} has no {pattern}; {did_you_mean(pattern, crisis.numbers)}")
    return tuple(found)


def _without_roles(crisis: Crisis, parts: list[str]) -> Iterator[list[str]]:
    table, *rest = parts
    keys = crisis.all_of_role(rest[0]) if table in OWNED and rest else ()
    yield from ([table, key, *rest[1:]] for key in keys)
    if not keys:
        yield parts


def _fits(path: str, pattern: list[str]) -> bool:
    parts = path.split(".")
    return len(parts) == len(pattern) and all(map(fnmatchcase, parts, pattern))

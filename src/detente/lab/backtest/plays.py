"""Reference packs with their levers moved, each played once and kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble.folder import unwritable
from detente.ensemble.record import FILE
from detente.ensemble.run import Run
from detente.ensemble.runners import Progress
from detente.ensemble.simulate import Listener, resume, simulate
from detente.ensemble.store import write_aside
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.lab.backtest.mapping import PERIOD, Lever
from detente.lab.calibration import REFERENCES
from detente.pack import Crisis, load
from detente.pack.files import library, merge
from detente.pack.quantity import Quantity
from detente.pack.writing import lines_of
from detente.questions.past.definitions import STARTS
from detente.questions.past.played import count

LEAST, MOST = 0.001, 0.999
"""Between these a share stays when it is moved."""
MOVABLE = ("fixed", "range")
"""Kinds of numbers that a lever can move."""


class Combination(NamedTuple):
    """A reference pack with its levers at some positions."""

    start: str
    positions: tuple[float, ...]

    @property
    def name(self) -> str:
        """Return the name of its folder."""
        return "_".join((self.start, *(f"{position:+.3f}" for position in self.positions)))


class PlayedShares(NamedTuple):
    """What came of a combination: of how many futures, and the share of each target."""

    futures: int
    serious: float
    war: float


@dataclass(frozen=True)
class PlaySettings:
    """Where combinations are played and kept, how much of each, and what listens to it."""

    folder: Path
    worlds: int = 128
    futures: Annotated[int, "of each world"] = 64
    seed: int = 1
    threads: Annotated[int | None, "as many as there are processors if None"] = None
    progress: Listener | None = None


def combinations(is_violent: Array, positions: Array) -> list[Combination]:
    """Return the combination of each row: shapes (rows,) and (rows, levers)."""
    calm, violent = STARTS
    return [
        Combination(violent if begun else calm, tuple(float(x) + 0.0 for x in row))
        for begun, row in zip(is_violent, positions, strict=True)
    ]


def play_each(
    asked: Iterable[Combination], levers: Mapping[str, Lever], settings: PlaySettings
) -> dict[Combination, PlayedShares]:
    """Play each distinct combination once; what lies in the folder is read and not played again.

    Raises
    ------
    DetenteError
        If a lever moves a number that it cannot, or the folder cannot be written.
    """
    distinct = sorted(set(asked))
    played = {}
    try:
        for at, one in enumerate(distinct):
            crisis = moved_pack(settings.folder / "packs", one, levers)
            run = _play(settings.folder / "plays" / one.name, crisis, settings, (at, len(distinct)))
            played[one] = _shares_of(run, one.start)
    except KeyboardInterrupt as stop:
        # The note of the one run that was stopped would not go on with the others.
        stop.__notes__ = [f"go on with the same command; {settings.folder} keeps what was played"]
        raise
    return played


def _shares_of(run: Run, start: str) -> PlayedShares:
    happened, futures = count(run, start).happened, run.record.settings.played
    serious, war = (float(happened[key].sum() / futures) for key in ("serious", "war"))
    return PlayedShares(futures, serious, war)


def moved_pack(folder: Path, one: Combination, levers: Mapping[str, Lever]) -> Crisis:
    """Write a reference pack with its levers moved into a folder, and load it.

    Its calibrated numbers come from the accepted set of `PERIOD`.

    Raises
    ------
    DetenteError
        If a lever names no number of the pack, or one that it cannot move.
    """
    name = REFERENCES[one.start]
    tree = merge({file.name: file.read_bytes() for file in (library() / name).iterdir()}).tree
    tree = {"accepted_set": PERIOD, **tree}
    numbers = load(name).numbers
    for lever, position in zip(levers.values(), one.positions, strict=True):
        for field in lever.fields if position else ():
            tree = _with(tree, field.split("."), _moved(numbers, field, lever, position))
    place = folder / one.name
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_aside(place / "crisis.toml", "\n".join((*lines_of(tree), "")).encode())
    except OSError as fault:
        raise unwritable(place, fault) from fault
    return load(place)


def _with(tree: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a tree with another value at a path."""
    key, *below = path
    return {**tree, key: _with(tree.get(key, {}), below, value) if below else value}


def _moved(
    numbers: Mapping[str, Quantity], field: str, lever: Lever, position: float
) -> dict[str, Any]:
    """Return a number of a pack, moved, as a pack writes it."""
    number = numbers.get(field)
    if number is None or number.kind not in MOVABLE:
        found = "no number of the reference packs" if number is None else f"of kind {number.kind}"
        hint = f"a lever moves numbers that are {' or '.join(MOVABLE)}"
        raise DetenteError(found, where=f"a lever's field {field}", hint=hint)
    ends = [lever.moved(end, position) for end in (number.low, number.high)]
    if number.domain in {"share", "probability"}:
        ends = np.clip(ends, LEAST, MOST).tolist()
    written: dict[str, Any] = {"value": ends[0]} if number.is_fixed else {"range": ends}
    if number.shape == "uniform":
        written["shape"] = "uniform"
    return {**written, "assumed": f"back-test: as in the reference pack, {lever.form} {position:g}"}


def _play(place: Path, crisis: Crisis, settings: PlaySettings, among: tuple[int, int]) -> Run:
    """Play a combination, or go on with what lies there."""
    futures = settings.worlds * settings.futures
    listener = _among(settings.progress, *among, futures)
    if not (place / FILE).exists():
        return simulate(
            crisis,
            worlds=settings.worlds,
            futures=futures,
            seed=settings.seed,
            grid="tiny",
            threads=settings.threads,
            out=place,
            progress=listener,
        )
    run = resume(place, progress=listener)
    lies = run.record.settings
    found = (lies.worlds, lies.futures_of_a_world, lies.seed)
    if run.record.pack != crisis.digest or found != (
        settings.worlds,
        settings.futures,
        settings.seed,
    ):
        hint = "name another folder with -o, or give the same settings"
        raise DetenteError("holds another back-test", where=str(place), hint=hint)
    return run


def _among(listener: Listener | None, at: int, of: int, futures: int) -> Listener | None:
    """Return what tells how far one of several plays has come as part of all."""
    if listener is None:
        return None

    def tell(one: Progress) -> None:
        listener(one._replace(done=at * futures + one.done, total=of * futures))

    return tell

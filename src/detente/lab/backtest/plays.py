"""Plays reference packs with a shifted lever, each combination once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble.intervention import Intervention, NewRange, Setting
from detente.ensemble.measures import outcome_of
from detente.ensemble.runners import Listener
from detente.ensemble.study import Study
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.lab import reference
from detente.lab.backtest.mapping import LEAST, MOST, PERIOD, Lever
from detente.pack import Crisis
from detente.questions.past.definitions import STARTS

MOVABLE = ("fixed", "range")
"""Kinds of numbers that a lever can move."""
OUTCOMES = ("force", "any_war")
"""Outcomes for the two targets: any use of force, and war of both kinds."""


class Combination(NamedTuple):
    """A reference pack with its lever at a position."""

    start: str
    position: float


class PlayedShares(NamedTuple):
    """The share of futures of a combination with each target."""

    serious: float
    war: float


@dataclass(frozen=True)
class PlaySettings:
    """The folder and the size of plays."""

    folder: Path
    worlds: int = 128
    futures: Annotated[int, "of each world"] = 64
    seed: int = 1
    threads: Annotated[int | None, "None for all processors"] = None
    progress: Listener | None = None


def combinations(is_violent: Array, positions: Array) -> list[Combination]:
    """Return the combination of each row; both arguments have shape (rows,)."""
    calm, violent = STARTS
    return [
        # Adding 0 turns -0.0 into 0.0.
        Combination(violent if begun else calm, float(position) + 0.0)
        for begun, position in zip(is_violent, positions, strict=True)
    ]


def play_each(
    asked: Iterable[Combination], lever: Lever, settings: PlaySettings
) -> dict[Combination, PlayedShares]:
    """Play each distinct combination once; results in the folder are read instead.

    Combinations are interventions in the worlds of a start's pack. Raises `DetenteError` if the
    lever names a number that cannot be shifted, or the folder cannot be written.
    """
    by_start: dict[str, list[Combination]] = {}
    for one in sorted(set(asked)):
        by_start.setdefault(one.start, []).append(one)
    worlds, played = settings.worlds, settings.worlds * settings.futures
    means: dict[str, Any] = {"threads": settings.threads, "progress": settings.progress}
    # One future of each world is enough, as the study plays its own.
    size = {"worlds": worlds, "futures": worlds, "seed": settings.seed, "grid": "tiny"}
    found = {}
    try:
        for start, several in by_start.items():
            crisis = base_pack(settings.folder / "packs", start)
            interventions = {one: intervention(crisis, lever, one.position) for one in several}
            place = settings.folder / "plays" / start
            run = reference.play(place, crisis, size, kept="another back-test", **means)
            study = Study(run, futures=settings.futures, **means)
            study.play(list(interventions.values()), worlds)
            for one, under in interventions.items():
                rows = study.rows(under, worlds)
                counts = (int(outcome_of(outcome).happened(rows).sum()) for outcome in OUTCOMES)
                found[one] = PlayedShares(*(count / played for count in counts))
    except KeyboardInterrupt as stop:
        # The study's own note names a command for this study only.
        stop.__notes__ = [f"go on with the same command; {settings.folder} keeps what was played"]
        raise
    return found


def base_pack(folder: Path, start: str) -> Crisis:
    """Write the reference pack of a start into a folder, and load it.

    Its calibrated numbers are those of the accepted set of `PERIOD`.
    """
    tree = {"accepted_set": PERIOD, **reference.tree_of(start)}
    return reference.written(folder / start, reference.one_file(tree))


def intervention(crisis: Crisis, lever: Lever, position: float) -> Intervention:
    """Return the intervention that shifts a pack's fields by the position of a lever.

    Raises `DetenteError` if the lever names no number of the pack, or one that cannot be shifted.
    """
    settings: dict[str, Setting] = {}
    for field in lever.fields if position else ():
        number = crisis.numbers.get(field)
        if number is None or number.kind not in MOVABLE:
            found = f"of kind {number.kind}" if number else "no number of the reference packs"
            hint = f"a lever moves numbers that are {' or '.join(MOVABLE)}"
            raise DetenteError(found, where=f"the lever's field {field}", hint=hint)
        low, high = number.low + position, number.high + position
        if number.domain in {"share", "probability"}:
            low, high = np.clip([low, high], LEAST, MOST).tolist()
        settings[field] = low if number.is_fixed else NewRange(low, high)
    return Intervention(settings)

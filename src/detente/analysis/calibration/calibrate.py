"""Approximate Bayesian computation: play the reference packs at the priors, keep what fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.analysis.calibration.acceptance import NON_VIOLENT, Acceptance, accept, shares_of
from detente.analysis.history.bands import STARTS
from detente.analysis.history.played import count
from detente.ensemble.design import draw_worlds
from detente.ensemble.folder import unwritable
from detente.ensemble.record import FILE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener, resume, simulate
from detente.ensemble.store import write_aside
from detente.errors import DetenteError
from detente.pack import Crisis, load
from detente.pack.files import library
from detente.pack.quantity import ACCEPTED, PRIORS, accepted_text, priors_text
from detente.pack.toml import read_shipped

REFERENCES = {start: f"reference-{start.replace('_', '')}" for start in STARTS}
"""The pack that stands for past crises of each start."""
METHOD = (
    "approximate Bayesian computation on a regression of the shares by world "
    "(Beaumont, Zhang & Balding 2002); accepted where every band holds by a margin"
)


@dataclass(frozen=True)
class Sizes:
    """How much is played: worlds of each start, futures of each, rows that are kept."""

    draws: int = 2048
    futures: int = 64
    rows: int = 256
    seed: int = 1


@dataclass(frozen=True)
class Calibration:
    """Values with which the model gives history's rates, and where they were written."""

    fitted: Acceptance
    sizes: Sizes
    runs: Mapping[str, Run]
    file: Path

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Return how the accepted set came about, as it is written next to the set."""
        first = next(iter(self.runs.values())).record
        packs = {REFERENCES[start]: run.record.pack for start, run in self.runs.items()}
        digests = {REFERENCES[start]: run.digest for start, run in self.runs.items()}
        return {
            "method": METHOD,
            "detente": first.package,
            "model": first.model,
            "packs": packs,
            "runs": digests,
            "seed": self.sizes.seed,
            "draws": self.sizes.draws,
            "futures_a_draw": self.sizes.futures,
            "candidates": self.fitted.candidates,
            "accepted": self.fitted.accepted,
            "acceptance_rate": self.fitted.rate,
            "foretold": self.fitted.means,
            "errors": self.fitted.errors,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the calibration as `detente lab calibrate --json` prints it."""
        rows = {path: values.tolist() for path, values in self.fitted.rows.items()}
        left = {path: self.fitted.left_of(path) for path in rows}
        return {
            "schema": "detente/calibrate/1",
            "file": str(self.file),
            "provenance": self.provenance,
            "left": left,
            "rows": rows,
        }


def calibrate(
    folder: Path,
    *,
    sizes: Sizes = Sizes(),
    threads: int | None = None,
    progress: Listener | None = None,
) -> Calibration:
    """Fit the calibrated numbers to history's bands and write the accepted set into a folder.

    Both reference packs are played with the calibrated numbers at their priors, one world a draw of
    these and of all else; the runs lie in the folder, and a calibration that was stopped goes on.

    Raises
    ------
    DetenteError
        If the folder holds another calibration or cannot be written, or no values meet the bands.
    """
    runs = {start: _play(folder, start, sizes, threads, progress) for start in STARTS}
    numbers = _priors_of(folder, NON_VIOLENT).numbers
    priors = {path: numbers[path] for path in calibrated()}
    points = draw_worlds(priors, (), worlds=sizes.draws, seed=sizes.seed)
    played = {start: shares_of(count(run, start)) for start, run in runs.items()}
    fitted = accept(priors, played, points, rows=sizes.rows, seed=sizes.seed)
    found = Calibration(fitted, sizes, runs, folder / ACCEPTED)
    text = accepted_text(found.provenance, fitted.rows)
    try:
        write_aside(found.file, text.encode())
    except OSError as fault:
        raise unwritable(found.file, fault) from fault
    return found


def calibrated() -> tuple[str, ...]:
    """Return the dotted paths of the numbers that are calibrated."""
    return tuple(f"{table}.{key}" for table, keys in read_shipped(PRIORS).items() for key in keys)


def _play(
    folder: Path, start: str, sizes: Sizes, threads: int | None, progress: Listener | None
) -> Run:
    """Play a reference pack at the priors, or go on with what lies there."""
    crisis, place = _priors_of(folder, start), folder / start
    if not (place / FILE).exists():
        futures = sizes.draws * sizes.futures
        return simulate(
            crisis,
            worlds=sizes.draws,
            futures=futures,
            seed=sizes.seed,
            threads=threads,
            out=place,
            progress=progress,
        )
    run = resume(place, progress=progress)
    settings = run.record.settings
    found = Sizes(settings.worlds, settings.futures_of_a_world, sizes.rows, settings.seed)
    if run.record.pack != crisis.digest or found != sizes:
        hint = "name another folder, or give the same settings"
        raise DetenteError("holds another calibration", where=str(place), hint=hint)
    return run


def _priors_of(folder: Path, start: str) -> Crisis:
    """Write a reference pack and its priors, unless it is there, and load it."""
    name = REFERENCES[start]
    place = folder / "packs" / name
    shipped = library() / name
    texts = {file.name: file.read_bytes() for file in shipped.iterdir()}
    texts[PRIORS] = priors_text()
    try:
        place.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            write_aside(place / file, text)
    except OSError as fault:
        raise unwritable(place, fault) from fault
    return load(place)

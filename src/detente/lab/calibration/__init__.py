"""Calibration: fits the few numbers that past crises inform to the moments of these crises.

`detente lab calibrate --json` prints one object, `detente/calibrate/1`: `file`, the file with the
accepted set; `provenance`, as in that file: `history` {first, last, crises, sha256}, the crises
used; `left` {NUMBER: share of the prior's spread that remains}; `priors`, `foretold` and `errors`
{MOMENT: its value at the priors, its predicted value over the accepted rows, the error of
predictions}; `rows` {NUMBER: accepted values}, where values at the same index belong together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.ensemble.design import draw_worlds
from detente.ensemble.folder import write
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener
from detente.errors import DetenteError
from detente.lab import reference
from detente.lab.calibration.acceptance import Acceptance, PlayedDraws, accept
from detente.lab.calibration.moments import HORIZON, NAMED, VARIANTS, moments, named, shares_of
from detente.notebook import Shown
from detente.pack import Crisis
from detente.pack.quantity import ACCEPTED, PRIORS, priors_text
from detente.pack.toml import read_shipped
from detente.pack.writing import accepted_text
from detente.questions.past.definitions import HISTORY, STARTS, History
from detente.questions.past.played import count

SIZES = ("value", "range", "values", "within")
"""Fields of a number that scale with it."""
METHOD = (
    "approximate Bayesian computation on a regression of the shares by world (Beaumont, Zhang & "
    "Balding 2002); accepted by the root mean square of how far the named moments are off, in "
    "standard errors of history, as the tolerance of a population of draws shrinks (Del Moral, "
    "Doucet & Jasra 2012)"
)
FEWER = 4
"""Factor by which fewer draws are played with another strength, which is used for checks only."""


def name_of(variant: str) -> str:
    """Return the name of a variant's pack."""
    start, strength = VARIANTS[variant]
    return "-".join(filter(None, (reference.REFERENCES[start], strength)))


def written_pack(folder: Path, variant: str, *, at_priors: bool) -> Crisis:
    """Write the pack of a variant into a folder and load it.

    `at_priors`: calibrated numbers are drawn from their priors instead of the accepted set. Raises
    `DetenteError` if the folder cannot be written.
    """
    asked = VARIANTS[variant]
    if asked.strength:
        files = reference.one_file(scaled(reference.tree_of(asked.start), asked.factor))
    else:
        files = reference.files_of(asked.start)
    if at_priors:
        files[PRIORS] = priors_text()
    return reference.written(folder / name_of(variant), files)


def scaled(tree: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return a pack with the challenger's stocks and hardness multiplied by a factor."""
    challenger = next(
        key for key, actor in tree["actors"].items() if "challenger" in actor.get("roles", ())
    )
    arsenals, defences = tree["arsenals"], tree["defences"]
    own_arsenals = {
        key: {**arsenal, "stock": _times(arsenal["stock"], factor)}
        for key, arsenal in arsenals[challenger].items()
    }
    hardness = _times(defences[challenger]["hardness"], factor)
    return {
        **tree,
        "arsenals": {**arsenals, challenger: own_arsenals},
        "defences": {**defences, challenger: {**defences[challenger], "hardness": hardness}},
    }


def _times(number: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return a written number multiplied by a factor."""
    grown = {}
    for key in SIZES:
        if key in number:
            sizes = number[key]
            is_list = isinstance(sizes, list | tuple)
            grown[key] = [factor * each for each in sizes] if is_list else factor * sizes
    return {**number, **grown}


@dataclass(frozen=True)
class Sizes:
    """The size of a calibration: worlds of each start, futures of each, rows accepted."""

    draws: int = 2048
    futures: int = 64
    rows: int = 256
    seed: int = 1

    def draws_of(self, variant: str) -> int:
        """Return the number of worlds of a variant; all variants share the first ones."""
        return self.draws if variant in STARTS else -(-self.draws // FEWER)


@dataclass(frozen=True, repr=False)
class Calibration(Shown):
    """Values that reproduce history's rates, and their file."""

    fitted: Acceptance
    history: History
    sizes: Sizes
    runs: Mapping[str, Run]
    file: Path

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Return the provenance of the accepted set, as written with it."""
        first = next(iter(self.runs.values())).record
        fitted, sizes = self.fitted, self.sizes
        return {
            "method": METHOD,
            "detente": first.package,
            "model": first.model,
            "history": {
                "first": self.history.first,
                "last": self.history.last,
                "crises": sum(self.history.starts.values()),
                "sha256": self.history.sha256,
            },
            "packs": {name_of(variant): run.record.pack for variant, run in self.runs.items()},
            "runs": {name_of(variant): run.digest for variant, run in self.runs.items()},
            "seed": sizes.seed,
            "draws": sizes.draws,
            "futures_a_draw": sizes.futures,
            "candidates": fitted.candidates,
            "accepted": fitted.accepted,
            "acceptance_rate": fitted.accepted / fitted.candidates,
            "closest": fitted.closest,
            "tolerance": fitted.tolerance,
            "named": ", ".join(moment.key for moment in named(fitted.asked)),
            "left": {path: fitted.left_of(path) for path in fitted.rows},
            "priors": fitted.before,
            "foretold": fitted.means,
            "errors": fitted.errors,
        }

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente lab calibrate --json` prints."""
        return {
            "schema": "detente/calibrate/1",
            "file": str(self.file),
            "provenance": self.provenance,
            "rows": {path: values.tolist() for path, values in self.fitted.rows.items()},
        }


def calibrate(
    folder: Path,
    *,
    history: History = HISTORY,
    sizes: Sizes = Sizes(),
    threads: int | None = None,
    progress: Listener | None = None,
) -> Calibration:
    """Fit the calibrated numbers to history's moments and write the accepted set into a folder.

    Both reference packs are played with calibrated numbers drawn from their priors, one world for
    each draw, and again with the challenger's means halved and doubled on the same draws. Runs are
    stored in the folder, so that an interrupted calibration continues. What is played does not
    depend on `history`, so that the runs of a folder can be used with another; by default it has
    all shipped years.

    Raises `DetenteError` if the folder has another calibration or cannot be written, or there are
    too few crises for the moments on which acceptance depends.
    """
    asked = moments(history)
    missing = [key for key in NAMED if key not in {moment.key for moment in asked}]
    if missing:
        what = f"too few crises of {history.first} to {history.last} show {', '.join(missing)}"
        raise DetenteError(what, where="the table", hint="give more crises, or a later --before")
    packs = {
        variant: written_pack(folder / "packs", variant, at_priors=True) for variant in VARIANTS
    }
    runs = {}
    for variant, crisis in packs.items():
        draws = sizes.draws_of(variant)
        size = {"worlds": draws, "futures": draws * sizes.futures, "seed": sizes.seed}
        runs[variant] = reference.play(
            folder / variant,
            crisis,
            {**size, "horizon": HORIZON},
            kept="another calibration",
            threads=threads,
            progress=progress,
        )
    priors = {path: packs[next(iter(STARTS))].numbers[path] for path in calibrated()}
    points = draw_worlds(priors, (), worlds=sizes.draws, seed=sizes.seed)
    played = {
        variant: PlayedDraws(
            {path: values[: sizes.draws_of(variant)] for path, values in points.items()},
            shares_of(count(run, VARIANTS[variant].start), variant, asked),
        )
        for variant, run in runs.items()
    }
    fitted = accept(priors, played, asked, rows=sizes.rows, seed=sizes.seed)
    found = Calibration(fitted, history, sizes, runs, folder / ACCEPTED)
    write(found.file, accepted_text(found.provenance, fitted.rows).encode())
    return found


def calibrated() -> tuple[str, ...]:
    """Return the paths of the calibrated numbers."""
    return tuple(f"{table}.{key}" for table, keys in read_shipped(PRIORS).items() for key in keys)

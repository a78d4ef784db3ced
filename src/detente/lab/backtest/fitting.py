"""Fits weights of attributes and the response of packs, only on rows before a date."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente import provenance
from detente.ensemble.folder import write
from detente.errors import DetenteError
from detente.lab.backtest.mapping import (
    PERIOD,
    FittedNumbers,
    FittedStart,
    RowMapping,
    rows_of,
)
from detente.lab.backtest.plays import Combination, PlaySettings, play_each
from detente.lab.regression import best_ridge
from detente.notebook import Shown
from detente.pack.writing import lines_of
from detente.questions.past.definitions import STARTS
from detente.questions.past.record import TARGETS
from detente.questions.past.reference import READ
from detente.questions.past.table import PastCrises

FILE = "fitted.toml"
HEAD = """\
# How a row of a table of past crises moves a reference pack, with weights and rates that were
# fitted on the rows of its years and on no other. Written by `detente lab backtest --fit`; not to
# be edited: what is written by hand is the mapping.
"""
LEAST_ROWS = 20
"""Least number of crises for a fit."""
DIGITS = 5


@dataclass(frozen=True, repr=False)
class MappingFit(Shown):
    """A mapping with fitted numbers, and its file."""

    mapping: RowMapping
    table: PastCrises
    file: Path

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente lab backtest --fit --json` prints."""
        known = self.mapping.known.model_dump()
        return {"schema": "detente/backtest-fit/2", "file": str(self.file), **known}


def fit_mapping(table: PastCrises, mapping: RowMapping, settings: PlaySettings) -> MappingFit:
    """Fit weights and rates, play the lever's positions, and write all into the folder.

    The penalty of the ridge is the one that forecasts left-out crises best. Raises `DetenteError`
    if there are too few crises, or the folder cannot be written.
    """
    years = mapping.years
    rows = rows_of(table.crises, years.first, years.before - 1)
    late = rows.years >= years.levels
    serious = rows.happened("serious")
    has_both = all((late & mask).any() for mask in rows.starts.values())
    if late.sum() < LEAST_ROWS or not has_both or not rows.happened("war")[late].any():
        what = f"{late.sum()} crises of {years.levels} to {years.before - 1} that can be fitted to"
        hint = f"give {LEAST_ROWS} or more of both starts, with some wars; --before sets the end"
        raise DetenteError(what, where=table.name, hint=hint)
    ridge, crossed = best_ridge(rows.attributes, rows.group, serious)
    positions = mapping.lever.positions
    played = play_each(
        [Combination(start, place) for start in STARTS for place in positions],
        mapping.lever,
        settings,
    )
    starts = {}
    for number, (start, mask) in enumerate(rows.starts.items()):
        rates = {key: float(rows.happened(key)[late & mask].mean()) for key in TARGETS}
        starts[start] = FittedStart(
            rates=_short(rates),
            played=tuple(
                round(played[Combination(start, place)].serious, DIGITS) for place in positions
            ),
            means=_short(dict(zip(READ, ridge.means[number].tolist(), strict=True))),
            weights=_short(dict(zip(READ, ridge.weights[number].tolist(), strict=True))),
        )
    version, model, _ = provenance.this()
    known = FittedNumbers(
        starts=starts,
        base=_short({key: float(rows.happened(key)[late].mean()) for key in TARGETS}),
        crossed=_short({"attributes": crossed.ridge, "trigger": crossed.groups}),
        provenance={
            "sha256": table.sha256,
            "crises": len(rows.years),
            "crises_of_levels": int(late.sum()),
            "penalty": ridge.penalty,
            "accepted_set": PERIOD,
            "detente": version,
            "model": model,
            "worlds": settings.worlds,
            "futures_of_a_world": settings.futures,
            "seed": settings.seed,
        },
    )
    fitted = mapping.model_copy(update={"fitted": known})
    found = MappingFit(fitted, table, settings.folder / FILE)
    text = "\n".join((HEAD.rstrip(), *lines_of(fitted.model_dump()), ""))
    write(found.file, text.encode())
    return found


def _short(figures: dict[str, float]) -> dict[str, float]:
    """Return rounded figures; adding 0 avoids writing -0.0."""
    return {name: round(value, DIGITS) + 0.0 for name, value in figures.items()}

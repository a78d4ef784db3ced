"""Fits outcomes of past crises by kind on a table; packs with a `[reference]` read the figures.

`detente lab kinds TABLE --json` prints one object, `detente/kinds/1`: `file`, the file written;
`provenance` {source, sha256, first_year, last_year, crises, penalty, brier_attributes, brier_start,
detente}, with Brier scores of crises left out of the fit, a tenth in turn; `days`, the days of
curves; `starts` {START: {crises, serious, war, agreement, means {ATTRIBUTE}, weights {ATTRIBUTE:
log-odds a unit}, covariance, agreement_by {ended}, serious_by and war_by {ended, begun}}}. A curve
is the share of the crises with the outcome in which it has come by a day: `ended` assumes the last
day of the crisis, `begun` each day of the crisis with equal probability.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detente import provenance
from detente.ensemble.folder import write
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.lab.regression import best_ridge
from detente.notebook import Shown
from detente.pack.writing import lines_of
from detente.questions.past import Selection
from detente.questions.past.definitions import COMPUTED, GROUPS, RATES, STARTS
from detente.questions.past.reference import READ, attributes_of
from detente.questions.past.table import PastCrises

HEAD = """\
# What past crises came to by how they began, and how attributes move the log-odds of serious
# clashes or war; curves are shares of the crises that came to it, by the day. Written by
# `detente lab kinds` from a table that does not ship; not to be edited.
"""
DAYS = (*range(10), 14, 21, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365, 450, 545, 730, 1095)
"""Days of curves, which are linear in between."""
CAME = ("serious", "war", "agreement")
DIGITS = 5
LEAST = 10
"""Least number of crises of each start for a fit."""


@dataclass(frozen=True, repr=False)
class KindsFit(Shown):
    """Figures fitted on a table, and their file."""

    file: Path
    figures: dict[str, Any]

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente lab kinds --json` prints."""
        return {"schema": "detente/kinds/1", "file": str(self.file), **self.figures}


def fit_kinds(table: PastCrises, file: Path, selection: Selection | None = None) -> KindsFit:
    """Fit attributes and curves on selected crises, and write them into a file.

    Raises `DetenteError` if there are too few crises, or the file cannot be written.
    """
    selection = selection or Selection()
    crises = [one for one in table.crises if selection.admits(one) and one.trigger and one.violence]
    group = np.array([int(bool(GROUPS["violent"].holds(one))) for one in crises])
    came = {key: np.array([bool(RATES[key].holds(one)) for one in crises]) for key in CAME}
    for number, start in enumerate(STARTS):
        mask = group == number
        has_all = all(came[key][mask].any() for key in CAME) and not came["serious"][mask].all()
        if mask.sum() < LEAST or not has_all:
            what = f"{mask.sum()} crises with a {GROUPS[start].title.lower()} that can be fitted to"
            hint = (
                f"give {LEAST} or more, some that came to war or an agreement and some to neither"
            )
            raise DetenteError(what, where=table.name, hint=hint)
    values = attributes_of(crises)
    fitted, left_out = best_ridge(values, group, came["serious"])
    starts: dict[str, Any] = {}
    for number, start in enumerate(STARTS):
        mask = group == number
        starts[start] = {
            "crises": int(mask.sum()),
            **{key: int(came[key][mask].sum()) for key in CAME},
            "means": _named(fitted.means[number]),
            "weights": _named(fitted.weights[number]),
            "covariance": np.round(fitted.covariance[number], DIGITS).tolist(),
        }
        for key in CAME:
            with_it = zip(crises, mask & came[key], strict=True)
            days = [one.days for one, has in with_it if has and one.days is not None]
            starts[start][f"{key}_by"] = _curves(np.array(days), is_dated=key == "agreement")
    made = {
        "source": COMPUTED,
        "sha256": table.sha256,
        "first_year": selection.first,
        "last_year": selection.last,
        "crises": len(crises),
        "penalty": fitted.penalty,
        "brier_attributes": round(left_out.ridge, DIGITS),
        "brier_start": round(left_out.groups, DIGITS),
        "detente": provenance.this()[0],
    }
    figures = {"provenance": made, "days": list(DAYS), "starts": starts}
    # TOML requires plain values before tables.
    text = "\n".join((HEAD, *lines_of({"days": figures["days"], **figures}), ""))
    write(file, text.encode())
    return KindsFit(file, figures)


def _named(values: Array) -> dict[str, float]:
    """Return attributes by name; adding 0 avoids writing -0.0."""
    rounded = [round(value, DIGITS) + 0.0 for value in values.tolist()]
    return dict(zip(READ, rounded, strict=True))


def _curves(lengths: Array, *, is_dated: bool) -> dict[str, list[float]]:
    """Return the share with the outcome by each of `DAYS`, for crises of these lengths."""
    days = np.array(DAYS, dtype=float)[:, None]
    curves = {"ended": (lengths <= days).mean(axis=1)}
    if not is_dated:
        curves["begun"] = np.minimum(1.0, (days + 1.0) / (lengths + 1.0)).mean(axis=1)
    return {name: np.round(curve, DIGITS).tolist() for name, curve in curves.items()}

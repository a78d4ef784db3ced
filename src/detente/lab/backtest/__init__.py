"""Back-test: forecasts of past crises by reference packs, compared with forecasts without a model.

`detente lab backtest TABLE --json` prints one object, `detente/backtest/1`: `file`, `sha256`,
`from`, `to`, the years of the crises judged; `fitted_before`, the first year without fitted rows;
`crises`, `left_out` {in_war, unknown} and `blanks`, crises with an unknown attribute;
`combinations`, the number played; `targets` {serious, war: {NAME: {brier, log, slope, auc
{non_violent, violent}}}} with NAME in model, base, trigger, logistic and unmapped; `happened`
{TARGET: crises}; `differences` {TARGET: {NAME: {brier, log: {value, low, high}}}}, the model's
scores less those of NAME; `intervals` {TARGET: {slope, auc {START}: {value, low, high}}} of the
model; `curve` {TARGET: [{forecast, happened, crises, share, low, high}]} of the model; `holds`
{CRITERION: true or false}, null with too few crises; `file_of_record`, the file with the scores.
Intervals are of 90 %, by resampling crises; those of the curve of 95 %.

With `--fit` it prints `detente/backtest-fit/2`: `file`, the file with the mapping and the fitted
numbers; `starts` {START: {rates {TARGET}, played (share of serious clashes or war at each position
of the lever), means {ATTRIBUTE}, weights {ATTRIBUTE: log-odds a unit}}}; `base` {TARGET}, shares of
all crises; `crossed` {attributes, trigger}, Brier scores of crises left out; `provenance`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from detente import provenance
from detente.ensemble.folder import write
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.lab.backtest.mapping import CrisisRows, RowMapping, is_usable, rows_of
from detente.lab.backtest.plays import PlaySettings, combinations, play_each
from detente.lab.backtest.scoring import TargetScores, judged
from detente.notebook import Shown
from detente.pack.writing import lines_of
from detente.questions.past.definitions import STARTS
from detente.questions.past.record import (
    BEHIND_LOGISTIC,
    LEAST_RANK,
    RIVALS,
    SLOPES,
    TARGETS,
    ModelRecord,
)
from detente.questions.past.table import PastCrises

RECORD = "record.toml"
RECORD_HEAD = """\
# How the mapping that ships fared on crises after those that it was fitted to: what every report
# says of how the model fared. Written by `detente lab backtest`; not to be edited.
"""
LEAST_JUDGED = 10
"""Least number of crises for a back-test."""
LAST = 9999
DIGITS = 5
NAMES = ("model", "base", "trigger", "logistic", "unmapped")
"""Names of the forecasts that are judged, in order."""


class LeftOut(NamedTuple):
    """Numbers of crises in the years asked for that are not judged."""

    in_war: int
    unknown: int


@dataclass(frozen=True, repr=False)
class Backtest(Shown):
    """Scores of forecasts of past crises by target, with their inputs."""

    table: PastCrises
    mapping: RowMapping
    rows: CrisisRows
    left_out: LeftOut
    combinations: int
    targets: Mapping[str, TargetScores]
    file: Path

    @property
    def years(self) -> tuple[int, int]:
        """Return the first and the last year in which crises began."""
        return int(self.rows.years.min()), int(self.rows.years.max())

    @property
    def holds(self) -> dict[str, bool | None]:
        """Return whether each criterion holds; None with too few crises."""

        def more(target: str, name: str) -> float:
            """Return by how much the model's Brier score is above that of another."""
            return self.targets[target].differences[name]["brier"].value

        serious = self.targets["serious"]
        slope, rank = serious.slope.value, serious.auc[next(iter(STARTS))].value
        return {
            "serious_better_than_trigger": more("serious", "trigger") < 0.0,
            "serious_near_logistic": more("serious", "logistic") <= BEHIND_LOGISTIC,
            "serious_slope": None if isnan(slope) else SLOPES[0] <= slope <= SLOPES[1],
            "serious_auc_non_violent": None if isnan(rank) else rank >= LEAST_RANK,
            "war_no_worse_than_base": more("war", "base") <= 0.0,
        }

    @property
    def record(self) -> ModelRecord:
        """Return the record of the model's scores, which every report cites."""
        scores = {
            key: {name: each.brier for name, each in one.scores.items()}
            for key, one in self.targets.items()
        }
        more = {
            key: one.differences[RIVALS[key]]["brier"].as_json()
            for key, one in self.targets.items()
        }
        holds = {key: does for key, does in self.holds.items() if does is not None}
        before = self.mapping.years.before
        return ModelRecord(*self.years, before, len(self.rows.years), scores, more, holds)

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente lab backtest --json` prints."""
        first, last = self.years
        targets = self.targets.items()
        return {
            "schema": "detente/backtest/1",
            "file": self.table.name,
            "sha256": self.table.sha256,
            "from": first,
            "to": last,
            "fitted_before": self.mapping.years.before,
            "crises": len(self.rows.years),
            "left_out": self.left_out,
            "blanks": self.rows.blanks,
            "combinations": self.combinations,
            "happened": {key: one.happened for key, one in targets},
            "targets": {key: one.scores for key, one in targets},
            "differences": {key: one.differences for key, one in targets},
            "intervals": {key: {"slope": one.slope, "auc": one.auc} for key, one in targets},
            "curve": {key: one.curve for key, one in targets},
            "holds": self.holds,
            "file_of_record": str(self.file),
        }


def backtest(
    table: PastCrises,
    mapping: RowMapping,
    settings: PlaySettings,
    years: tuple[int | None, int | None] = (None, None),
) -> Backtest:
    """Forecast the crises that began in some years, and score the forecasts.

    Each distinct combination of start and position is played once and stored in the folder, so that
    an interrupted back-test continues; the scores are written there too. The table has the columns
    `OF_BACKTEST`. By default the years start at the mapping's split; no crisis that was fitted is
    judged.

    Raises `DetenteError` if a year was used for the fit, there are too few crises, or the folder
    cannot be written.
    """
    before = mapping.years.before
    first = before if years[0] is None else years[0]
    last = LAST if years[1] is None else years[1]
    if first < before:
        hint = f"begin in {before} or later, or fit again with --fit --before {first}"
        what = f"rows before {before} were fitted to, and are not judged"
        raise DetenteError(what, where=f"--from {first}", hint=hint)
    of_years = [one for one in table.crises if first <= one.began.year <= last]
    rows = rows_of(of_years, first, last)
    if len(rows.years) < LEAST_JUDGED:
        what = f"{len(rows.years)} crises from {first} on that can be judged"
        hint = f"give {LEAST_JUDGED} or more outside ongoing wars, or change --from and --to"
        raise DetenteError(what, where=table.name, hint=hint)
    left_out = LeftOut(
        in_war=sum(one.is_in_war for one in of_years),
        unknown=sum(not (one.is_in_war or is_usable(one)) for one in of_years),
    )
    positions = mapping.positions(rows), np.zeros(len(rows.years))
    asked = [combinations(rows.is_violent, each) for each in positions]
    both = [one for each in asked for one in each]
    played = play_each(both, mapping.lever, settings)
    targets = {}
    for target in TARGETS:
        forecasts: dict[str, Array] = {
            name: np.array([getattr(played[one], target) for one in each])
            for name, each in zip(("model", "unmapped"), asked, strict=True)
        } | mapping.baselines(rows, target)
        named = {name: forecasts[name] for name in NAMES}
        targets[target] = judged(named, rows.happened(target), rows.starts, settings.seed)
    found = Backtest(
        table, mapping, rows, left_out, len(set(both)), targets, settings.folder / RECORD
    )
    version, model, _ = provenance.this()
    made = {"sha256": table.sha256, "detente": version, "model": model}

    def short(number: str) -> float:
        return round(float(number), DIGITS)

    record = json.loads(json.dumps(found.record._asdict()), parse_float=short)
    text = "\n".join((RECORD_HEAD, *lines_of({**record, "provenance": made}), ""))
    write(found.file, text.encode())
    return found

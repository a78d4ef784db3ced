"""Levels, elasticities and baselines, fitted on the rows before a date and on no other.

What the model gives at any position of the levers is read off a surface: a quadratic through the
log-odds that a few positions gave when they were played, of serious clashes or war and of war among
these. Levels and elasticities then have the highest likelihood times prior.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import provenance
from detente.ensemble.folder import write
from detente.errors import DetenteError
from detente.kernel.layout import Array
from detente.lab.backtest.mapping import (
    PERIOD,
    Baselines,
    CrisisRows,
    FittedNumbers,
    RowMapping,
    rows_of,
)
from detente.lab.backtest.plays import Combination, PlayedShares, PlaySettings, play_each
from detente.lab.regression import features, logistic, logistic_weights
from detente.notebook import Shown
from detente.pack.writing import lines_of
from detente.questions.past.definitions import STARTS
from detente.questions.past.record import TARGETS
from detente.questions.past.table import PastCrises

FILE = "fitted.toml"
HEAD = """\
# How a row of a table of past crises changes a reference pack, with levels, elasticities and
# baselines that were fitted on the rows of its years and on no other. Written by
# `detente lab backtest --fit`; not to be edited: what is written by hand is the mapping.
"""
RIDGE = 3.0
"""Weight of the logistic regression's prior that an input does not matter: a normal of sd .58.

Of .01, .3, 1 and 3 the one with the best scores of crises left out, among those before 1963.
"""
FOLDS = 10
STEPS, CLOSE_ENOUGH = 200, 1e-7
SLIGHT = 1e-5
"""Step by which slopes of the likelihood are taken."""
LEAST_ROWS = 20
"""With fewer crises nothing can be fitted."""
DIGITS = 5


class Surface(NamedTuple):
    """What the model gives at any position of the levers after one start, in log-odds."""

    serious: Annotated[Array, "weights of the features, shape (features,)"]
    war: Annotated[Array, "the same, of war among serious clashes or war"]
    ends: Annotated[Array, "least and greatest positions played, shape (2, levers)"]
    error: Annotated[float, "root mean square of what was played from it [log-odds]"]


class Response(NamedTuple):
    """How positions follow from what is fitted, and the surfaces of both starts."""

    design: Annotated[Array, "positions a unit of each number, shape (rows, levers, numbers)"]
    spreads: Annotated[Array, "prior standard deviations, shape (numbers,)"]
    surfaces: Annotated[tuple[Surface, ...], "in the order of STARTS"]


@dataclass(frozen=True, repr=False)
class MappingFit(Shown):
    """A mapping with what was fitted for it, and where it was written."""

    mapping: RowMapping
    table: PastCrises
    file: Path

    def content(self) -> dict[str, Any]:
        """Return what `detente lab backtest --fit --json` prints."""
        known = self.mapping.known.model_dump()
        return {"schema": "detente/backtest-fit/1", "file": str(self.file), **known}


def fit_mapping(table: PastCrises, mapping: RowMapping, settings: PlaySettings) -> MappingFit:
    """Fit levels, elasticities and baselines, and write the mapping with them into the folder.

    Raises
    ------
    DetenteError
        If too few crises are there, or the folder cannot be written.
    """
    years = mapping.years
    rows = rows_of(table.crises, years.first, years.before - 1)
    late = int((rows.years >= years.levels).sum())
    if late < LEAST_ROWS or not 0 < rows.happened("war").sum() < len(rows.years):
        what = f"{late} crises of {years.levels} to {years.before - 1} that can be fitted to"
        hint = f"give {LEAST_ROWS} or more, some of which came to war; --before sets the end"
        raise DetenteError(what, where=table.name, hint=hint)
    places = product(*(lever.positions for lever in mapping.levers.values()))
    design = [Combination(start, place) for place in places for start in STARTS]
    played = play_each(design, mapping.levers, settings)
    surfaces = tuple(_surface(played, start) for start in STARTS)
    response = response_of(rows, mapping, surfaces)
    levels, elasticities = _named(likeliest(rows, response), mapping)
    bare = mapping.model_copy(update={"moves": ()})
    unmapped, _ = _named(likeliest(rows, response_of(rows, bare, surfaces)), bare)
    version, model, _ = provenance.this()
    known = FittedNumbers(
        levels=levels,
        unmapped=unmapped,
        elasticities=elasticities,
        baselines=baselines(rows, mapping),
        crossed=_crossed(rows, mapping, response),
        provenance={
            "sha256": table.sha256,
            "crises": len(rows.years),
            "crises_of_levels": late,
            "accepted_set": PERIOD,
            "detente": version,
            "model": model,
            "worlds": settings.worlds,
            "futures_of_a_world": settings.futures,
            "seed": settings.seed,
            "surface_error": round(max(surface.error for surface in surfaces), DIGITS),
        },
    )
    fitted = mapping.model_copy(update={"fitted": known})
    found = MappingFit(fitted, table, settings.folder / FILE)
    text = "\n".join((HEAD.rstrip(), *lines_of(fitted.model_dump()), ""))
    write(found.file, text.encode())
    return found


def _surface(played: Mapping[Combination, PlayedShares], start: str) -> Surface:
    """Fit quadratics to the log-odds of what was played after a start.

    Of serious clashes or war, and of war among these, with half a future more of each kind.
    """
    of_start = {one: shares for one, shares in played.items() if one.start == start}
    places = np.array([one.positions for one in of_start])
    counts = np.array([(one.futures, one.serious, one.war) for one in of_start.values()])
    futures, serious, war = counts[:, 0], counts[:, 0] * counts[:, 1], counts[:, 0] * counts[:, 2]
    odds_of_serious = np.log((serious + 0.5) / (futures - serious + 0.5))
    odds_of_war = np.log((war + 0.5) / (serious - war + 0.5))
    design, weights, off = features(places), [], []
    for odds in (odds_of_serious, odds_of_war):
        weights.append(np.linalg.lstsq(design, odds, rcond=None)[0])
        off.append(design @ weights[-1] - odds)
    ends = np.array([places.min(axis=0), places.max(axis=0)])
    of_serious, of_war = weights
    return Surface(of_serious, of_war, ends, float(np.sqrt(np.mean(np.square(off)))))


def _named(
    values: Array, mapping: RowMapping
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Return levels by start and lever, and elasticities by name."""
    each = iter([round(value, DIGITS) for value in values.tolist()])
    levels = {start: {lever: next(each) for lever in mapping.levers} for start in STARTS}
    return levels, {move.key: next(each) for move in mapping.moves}


def response_of(rows: CrisisRows, mapping: RowMapping, surfaces: tuple[Surface, ...]) -> Response:
    """Return how positions follow from levels, elasticities and the levels of earlier rows."""
    levers = list(mapping.levers.values())
    starts = rows.starts.values()
    columns = [(at, each) for each in starts for at in range(len(levers))]
    names = list(mapping.levers)
    columns += [
        (names.index(move.lever), rows.input(move.input) * move.per_unit(rows.is_violent))
        for move in mapping.moves
    ]
    columns += [(at, rows.years < mapping.years.levels) for at in range(len(levers))]
    design = np.zeros((len(rows.years), len(levers), len(columns)))
    for number, (lever, values) in enumerate(columns):
        design[:, lever, number] = values
    of_levers = [lever.spread for lever in levers]
    spreads = [*of_levers * len(starts), *(move.spread for move in mapping.moves), *of_levers]
    return Response(design, np.array(spreads), surfaces)


def shares_at(rows: CrisisRows, response: Response, values: Array) -> tuple[Array, Array]:
    """Return the share of serious clashes or war in each row, and that of war among these."""
    places = response.design @ values
    found = np.empty((2, len(places)))
    for surface, mask in zip(response.surfaces, rows.starts.values(), strict=True):
        design = features(np.clip(places[mask], *surface.ends))
        found[:, mask] = [design @ surface.serious, design @ surface.war]
    serious, war = logistic(found)
    return serious, war


def _log_likelihoods(rows: CrisisRows, response: Response, values: Array) -> Array:
    """Return the log-likelihood of each row, shape (rows,)."""
    serious, war = shares_at(rows, response, values)
    chances = np.array([1.0 - serious, serious * (1.0 - war), serious * war])
    logs: Array = np.log(chances[rows.violence, np.arange(len(serious))])
    return logs


def likeliest(rows: CrisisRows, response: Response) -> Array:
    """Return the numbers of the highest posterior density, by scoring with steps that are halved.

    The curvature is that of the rows' slopes (Berndt, Hall, Hall & Hausman 1974) and of the prior.
    """
    weights = response.spreads**-2.0
    values = np.zeros(len(weights))

    def density(at: Array) -> float:
        return float(_log_likelihoods(rows, response, at).sum() - 0.5 * weights @ at**2)

    for _ in range(STEPS):
        slopes = np.array(
            [
                _log_likelihoods(rows, response, values + step)
                - _log_likelihoods(rows, response, values - step)
                for step in SLIGHT * np.eye(len(values))
            ]
        ) / (2.0 * SLIGHT)
        slope = slopes.sum(axis=1) - weights * values
        step = np.linalg.solve(slopes @ slopes.T + np.diag(weights), slope)
        while density(values + step) < density(values) and np.abs(step).max() > CLOSE_ENOUGH:
            step = 0.5 * step
        values = values + step
        if np.abs(step).max() <= CLOSE_ENOUGH:
            break
    return values


def baselines(rows: CrisisRows, mapping: RowMapping) -> Baselines:
    """Return rates of all and by start, of the rows of levels, and a logistic with the same inputs.

    It has the inputs of all moves, their signs turned as in the mapping.
    """
    levels = mapping.years.levels
    late = rows.where(rows.years >= levels)
    groups = {"all": np.full(len(late.years), True), **late.starts}
    rates = {
        target: {
            group: round(float(late.happened(target)[mask].mean()), DIGITS) if mask.any() else 0.0
            for group, mask in groups.items()
        }
        for target in TARGETS
    }
    read = {**terms_of(rows, mapping), "earlier": rows.years < levels}
    known = np.column_stack(list(read.values()))
    # Held back by a ridge, but for the constant.
    penalty = np.array([0.0, *(RIDGE for _ in range(len(read) - 1))])
    weights = {
        target: logistic_weights(known, rows.happened(target), penalty).tolist()
        for target in TARGETS
    }
    found = {
        # Adding 0 writes nothing at all as 0, not as minus 0.
        target: {term: round(weight, DIGITS) + 0.0 for term, weight in zip(read, each, strict=True)}
        for target, each in weights.items()
    }
    return Baselines(rates=rates, logistic=found)


def terms_of(rows: CrisisRows, mapping: RowMapping) -> dict[str, Array]:
    """Return what the logistic regression takes of each row, shape (rows,) each."""
    return {
        "constant": np.ones(len(rows.years)),
        "violent": rows.is_violent.astype(float),
        **{one.key: rows.input(one.input) * one.per_unit(rows.is_violent) for one in mapping.moves},
    }


def baseline_shares(
    rows: CrisisRows, mapping: RowMapping, known: Baselines, target: str
) -> dict[str, Array]:
    """Return what the baselines forecast of each row, by name, shape (rows,) each."""
    rates, weights = known.rates[target], known.logistic[target]
    calm, violent = (rates[start] for start in STARTS)
    odds = sum(weights[term] * values for term, values in terms_of(rows, mapping).items())
    return {
        "base": np.full(len(rows.years), rates["all"]),
        "trigger": np.where(rows.is_violent, violent, calm),
        "logistic": logistic(np.asarray(odds)),
    }


def _crossed(
    rows: CrisisRows, mapping: RowMapping, response: Response
) -> dict[str, dict[str, float]]:
    """Return Brier scores of folds of the rows that levels come from, each left out in turn."""
    late = rows.years >= mapping.years.levels
    fold = np.where(late, np.cumsum(late) % FOLDS, -1)
    found: dict[str, dict[str, Array]] = {target: {} for target in TARGETS}
    for one in range(FOLDS):
        left, kept = fold == one, fold != one
        values = likeliest(rows.where(kept), response._replace(design=response.design[kept]))
        part = rows.where(left)
        serious, war = shares_at(part, response._replace(design=response.design[left]), values)
        known = baselines(rows.where(kept), mapping)
        for target, share in zip(TARGETS, (serious, serious * war), strict=True):
            forecasts = {"model": share, **baseline_shares(part, mapping, known, target)}
            for name, each in forecasts.items():
                squares = np.square(each - part.happened(target))
                found[target].setdefault(name, np.zeros(late.sum()))[fold[late] == one] = squares
    return {
        target: {name: round(float(each.mean()), DIGITS) for name, each in names.items()}
        for target, names in found.items()
    }

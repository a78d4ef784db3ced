"""Scores of forecasts of past crises, recalibration, ranks, and intervals over crises."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, NamedTuple

import numpy as np

from detente.estimate.estimate import Estimate
from detente.kernel.layout import Array
from detente.lab.regression import logistic_weights
from detente.questions.past.definitions import share_interval

RESAMPLES = 2000
ENDS = (0.05, 0.95)
"""Quantiles of a 90 % interval, by resampling crises."""
GROUPS_OF_CURVE = 5
LEAST_OF_EACH = 2
"""Least number of crises with and without the outcome for ranks."""
LEAST_SHARE = 1e-4
"""Forecasts are cut to at least this in log scores and log-odds."""
UNKNOWN = Estimate(math.nan, math.nan, math.nan, kind="value")
"""An estimate for which there are too few crises."""


class ForecastScores(NamedTuple):
    """The scores of one kind of forecast for a target; lower scores are better."""

    brier: float
    log: float
    slope: Annotated[float | None, "of a logistic regression on their log-odds; 1 is calibrated"]
    auc: Annotated[Mapping[str, float | None], "share of pairs in order, by start; .5 is chance"]


class CurvePoint(NamedTuple):
    """Crises with similar forecasts: their mean forecast, and how many had the outcome."""

    forecast: float
    happened: int
    crises: int
    share: float
    low: Annotated[float, "95 % interval, Wilson's"]
    high: float


class TargetScores(NamedTuple):
    """The scores of all forecasts of a target, and the model's less the others'."""

    happened: int
    crises: int
    scores: Mapping[str, ForecastScores]
    differences: Annotated[
        Mapping[str, Mapping[str, Estimate]],
        "model less NAME: brier and log; below 0 is better",
    ]
    slope: Annotated[Estimate, "of the model"]
    auc: Annotated[Mapping[str, Estimate], "of the model, by start"]
    curve: Annotated[tuple[CurvePoint, ...], "of the model"]


def judged(
    forecasts: Mapping[str, Array], happened: Array, starts: Mapping[str, Array], seed: int
) -> TargetScores:
    """Return the scores of forecasts of a target, with "model" compared with all others.

    `forecasts` are probabilities by name, `starts` masks of crises by start; all arrays have shape
    (crises,). The seed is that of resampling.
    """
    draws = np.random.Generator(np.random.Philox(seed))
    samples = draws.integers(len(happened), size=(RESAMPLES, len(happened)))
    model = forecasts["model"]

    def auc_of(start: str) -> Estimate:
        def auc(sample: Array) -> float | None:
            chosen = sample[starts[start][sample]]
            return rank_share(model[chosen], happened[chosen])

        return _with_interval(auc, samples)

    losses = {
        name: {"brier": squares(each, happened), "log": surprises(each, happened)}
        for name, each in forecasts.items()
    }
    differences: dict[str, dict[str, Estimate]] = {}
    for other, of_other in losses.items():
        if other != "model":
            more = {score: losses["model"][score] - loss for score, loss in of_other.items()}
            differences[other] = {
                score: _resampled(float(each.mean()), each[samples].mean(axis=1))
                for score, each in more.items()
            }
    scores = {
        name: ForecastScores(
            float(losses[name]["brier"].mean()),
            float(losses[name]["log"].mean()),
            slope_of(each, happened),
            {start: rank_share(each[mask], happened[mask]) for start, mask in starts.items()},
        )
        for name, each in forecasts.items()
    }
    return TargetScores(
        int(happened.sum()),
        len(happened),
        scores,
        differences,
        _with_interval(lambda sample: slope_of(model[sample], happened[sample]), samples),
        {start: auc_of(start) for start in starts},
        tuple(curve_of(model, happened)),
    )


def squares(forecasts: Array, happened: Array) -> Array:
    """Return squared errors, whose mean is the Brier score, shape (crises,)."""
    found: Array = np.square(forecasts - happened)
    return found


def surprises(forecasts: Array, happened: Array) -> Array:
    """Return negative logarithms of the probability of the actual result, shape (crises,)."""
    given = np.clip(np.where(happened, forecasts, 1.0 - forecasts), LEAST_SHARE, 1.0)
    found: Array = -np.log(given)
    return found


def slope_of(forecasts: Array, happened: Array) -> float | None:
    """Return the slope of a logistic regression of results on the log-odds of forecasts.

    None if all forecasts or all results are the same, or if forecasts separate the results
    perfectly.
    """
    within = np.clip(forecasts, LEAST_SHARE, 1.0 - LEAST_SHARE)
    odds = np.log(within / (1.0 - within))
    if np.ptp(odds) < LEAST_SHARE or happened.all() or not happened.any():
        return None
    # Without overlap the slope would be infinite.
    came, others = odds[happened], odds[~happened]
    if came.min() >= others.max() or came.max() <= others.min():
        return None
    known = np.column_stack([np.ones(len(odds)), odds])
    return float(logistic_weights(known, happened, np.zeros(2))[1])


def rank_share(forecasts: Array, happened: Array) -> float | None:
    """Return the share of pairs with different results whose forecasts are in order.

    Ties count half. It is the area under the curve of hits against false alarms.
    """
    came, others = forecasts[happened], forecasts[~happened]
    if min(len(came), len(others)) < LEAST_OF_EACH:
        return None
    more = came[:, None] - others[None, :]
    return float(np.mean((more > 0.0) + 0.5 * (more == 0.0)))


def _with_interval(statistic: Callable[[Array], float | None], samples: Array) -> Estimate:
    """Return an estimate over all crises, with its interval from resamples."""
    value = statistic(np.arange(samples.shape[1]))
    if value is None:
        return UNKNOWN
    again = [one for one in map(statistic, samples) if one is not None]
    return _resampled(value, np.array(again))


def _resampled(value: float, again: Array) -> Estimate:
    """Return an estimate with its interval from the values of resamples."""
    low, high = np.quantile(again, ENDS).tolist()
    return Estimate(value, low, high, kind="value")


def curve_of(forecasts: Array, happened: Array) -> Iterator[CurvePoint]:
    """Yield the share of crises with the outcome by forecast, in groups of about equal size."""
    order = np.argsort(forecasts, kind="stable")
    for group in np.array_split(order, min(GROUPS_OF_CURVE, len(order))):
        came, crises = int(happened[group].sum()), len(group)
        ends = share_interval(came, crises)
        yield CurvePoint(float(forecasts[group].mean()), came, crises, came / crises, *ends)

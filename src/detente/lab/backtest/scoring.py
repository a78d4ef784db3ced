"""How forecasts of past crises fare: scores, recalibration, ranks, and intervals over crises."""

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
"""Ends of intervals: 90 %, by resampling crises."""
GROUPS_OF_CURVE = 5
LEAST_OF_EACH = 2
"""Crises of each kind, that came to it and that did not, from which ranks are computed."""
LEAST_SHARE = 1e-4
"""A forecast of less counts as that in log scores and log-odds."""
UNKNOWN = Estimate(math.nan, math.nan, math.nan, kind="value")
"""What there are too few crises for."""


class ForecastScores(NamedTuple):
    """How the forecasts of one name fare on one target; lower scores are better."""

    brier: float
    log: float
    slope: Annotated[float | None, "of a logistic regression on their log-odds; 1 is calibrated"]
    auc: Annotated[Mapping[str, float | None], "share of pairs in order, by start; .5 is chance"]


class CurvePoint(NamedTuple):
    """Crises with similar forecasts: how many, their mean forecast, and what came of them."""

    forecast: float
    happened: int
    crises: int
    share: float
    low: Annotated[float, "95 % interval, Wilson's"]
    high: float


class TargetScores(NamedTuple):
    """How all forecasts of one target fare, and how far the model's lie from the others."""

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
    """Return how forecasts of a target fare, "model" against all others.

    `forecasts` are probabilities by name, `starts` says which crises began in which way; all arrays
    are of shape (crises,). The seed is that of the resampling.
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
    """Return squared distances from what came, whose mean is the Brier score, shape (crises,)."""
    found: Array = np.square(forecasts - happened)
    return found


def surprises(forecasts: Array, happened: Array) -> Array:
    """Return the negative logarithm of the chance given to what came, shape (crises,)."""
    given = np.clip(np.where(happened, forecasts, 1.0 - forecasts), LEAST_SHARE, 1.0)
    found: Array = -np.log(given)
    return found


def slope_of(forecasts: Array, happened: Array) -> float | None:
    """Return the slope of a logistic regression of what came on the forecasts' log-odds.

    None where forecasts, or what came, are all alike, or where forecasts part the two for good.
    """
    within = np.clip(forecasts, LEAST_SHARE, 1.0 - LEAST_SHARE)
    odds = np.log(within / (1.0 - within))
    if np.ptp(odds) < LEAST_SHARE or happened.all() or not happened.any():
        return None
    # One kind of crises must not have all the higher forecasts.
    came, others = odds[happened], odds[~happened]
    if came.min() >= others.max() or came.max() <= others.min():
        return None
    known = np.column_stack([np.ones(len(odds)), odds])
    return float(logistic_weights(known, happened, np.zeros(2))[1])


def rank_share(forecasts: Array, happened: Array) -> float | None:
    """Return the share of pairs, one that happened and one that did not, that are in order.

    Ties count half. It is the area under the curve of hits against false alarms.
    """
    came, others = forecasts[happened], forecasts[~happened]
    if min(len(came), len(others)) < LEAST_OF_EACH:
        return None
    more = came[:, None] - others[None, :]
    return float(np.mean((more > 0.0) + 0.5 * (more == 0.0)))


def _with_interval(of: Callable[[Array], float | None], samples: Array) -> Estimate:
    """Return an estimate over all crises, with the interval that resampling them gives."""
    value = of(np.arange(samples.shape[1]))
    if value is None:
        return UNKNOWN
    again = [one for one in map(of, samples) if one is not None]
    return _resampled(value, np.array(again))


def _resampled(value: float, again: Array) -> Estimate:
    """Return an estimate with its interval over crises, from what resampling them gives."""
    low, high = np.quantile(again, ENDS).tolist()
    return Estimate(value, low, high, kind="value")


def curve_of(forecasts: Array, happened: Array) -> Iterator[CurvePoint]:
    """Yield what came of crises by their forecasts, in groups of about equal size."""
    order = np.argsort(forecasts, kind="stable")
    for group in np.array_split(order, min(GROUPS_OF_CURVE, len(order))):
        came, crises = int(happened[group].sum()), len(group)
        ends = share_interval(came, crises)
        yield CurvePoint(float(forecasts[group].mean()), came, crises, came / crises, *ends)

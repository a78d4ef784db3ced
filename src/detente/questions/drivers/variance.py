"""Parts of the variance of an outcome: between worlds, and of each part of a future's draws.

A future's yes or no varies with its world and with its draws, which have five parts, by purpose. A
future is played again with some parts of its draws kept and the others taken from another future
(pick-freeze), so that with A the future and C the mixed one, in one world

    cov(A, C) = Var E[outcome | parts kept]

The marginal contribution of a part, averaged over all orders, is its Shapley effect (Owen 2014;
Song, Nelson & Staum 2016). The parts add up to the variance within worlds; that between worlds is
`estimate.variance.split`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial
from typing import Annotated

import numpy as np

from detente.ensemble import folder as folders
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.measures import outcome_of
from detente.ensemble.study import FIRST_WORLDS, PlayedWorld, Readout, Study
from detente.ensemble.tally import classes
from detente.ensemble.weighing import Weighing
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import effective_size, reach_over_worlds, sums_without_each
from detente.estimate.variance import split
from detente.kernel.draws import Purpose

PARTS: dict[str, tuple[Purpose, ...]] = {
    "types": (Purpose.TYPES,),
    "nature": (
        Purpose.NATURE,
        Purpose.SIGN,
        Purpose.REPORT,
        Purpose.MEDIATOR,
        Purpose.RATIFY,
        Purpose.BREAKING,
        Purpose.PARTNER,
        Purpose.RULING,
    ),
    "incidents": (Purpose.INCIDENT, Purpose.INCIDENT_CELL),
    "war": (Purpose.WAR_COMMON, Purpose.WAR_RAID, Purpose.WAR_DAY, Purpose.WAR_JOIN),
    "acts": (
        Purpose.MOVE,
        Purpose.MOVE_CELL,
        Purpose.ANSWER,
        Purpose.LAPSE,
        Purpose.WAR_ANSWER,
        Purpose.ALLY,
        Purpose.DISPUTE,
    ),
}
"""The purposes of each part of a future's draws: acts are who acts when, and how."""
EVERY = (1 << len(PARTS)) - 1
"""The set of all parts: one bit each, in the order of PARTS."""
TINY = 1e-300
"""Replaces a sum of 0 as a divisor."""


@dataclass(frozen=True)
class Decomposition:
    """The parts of the variance of an outcome."""

    worlds: Annotated[int, "worlds whose draws were mixed"]
    futures: Annotated[int, "of each of them"]
    parts: Mapping[str, Estimate]
    """By `world` and the keys of PARTS; they add up to 1."""


def decompose(study: Study, outcome: str) -> Decomposition | None:
    """Return the parts of an outcome's variance: between worlds, and of each part of the draws.

    The part between worlds is that of the whole run. Each future of the first worlds is played
    with every set of parts of its draws; the results are stored in the run's folder. None if the
    outcome comes in all of their futures or in none.

    Raises `DetenteError` if there is no such outcome or option, another version of the model made
    the run, or another process writes into it; `UnplayedError` if worlds are missing and the study
    may not play.
    """
    run, option, asked_about = study.run, study.option, outcome_of(outcome)
    mixed = replace(study, reading=MIXED)
    asked = range(min(FIRST_WORLDS, run.record.settings.worlds_of(option)))
    mixed.play([AS_IT_IS], asked)
    happened = asked_about.happened(mixed.rows(AS_IT_IS, asked))
    values = np.array([values_of(each.T) for each in happened])
    came = asked_about.counted(run.tally(option).classes)
    futures = run.record.settings.futures_of_a_world
    between = split(came, futures, run.weighing_of(len(came)))
    if not values[:, EVERY].any() or not between.is_known:
        return None
    within = _shares(np.array([shapley(each) for each in values]), run.weighing_of(asked))
    # The rest of the variance is divided like the variance within these worlds.
    world = Estimate(between.not_knowing, between.low, between.high)
    least, own, most = 1.0 - world.high, 1.0 - world.value, 1.0 - world.low
    parts = {
        key: Estimate(own * part.value, least * part.low, most * part.high)
        for key, part in zip(PARTS, within, strict=True)
    }
    return Decomposition(len(asked), study.futures, {"world": world, **parts})


def values_of(happened: np.ndarray) -> np.ndarray:
    """Return the variance that each set of parts explains in one world, shape (sets,).

    `happened` is the outcome of each future by the set of parts that was kept, shape (sets,
    futures); the other parts are those of another future, which has all of them for the empty set.
    A set is estimated from its covariance with the future and from that of its complement with the
    other future, without bias.
    """
    futures = happened.shape[1]
    apart = happened - happened.mean(axis=1, keepdims=True)
    with_own = apart @ apart[EVERY] / (futures - 1)
    with_other = apart @ apart[0] / (futures - 1)
    values = (with_own + with_other[::-1]) / 2.0
    values[0] = 0.0
    values[EVERY] = (with_own[EVERY] + with_other[0]) / 2.0
    return np.asarray(values)


def shapley(values: np.ndarray) -> np.ndarray:
    """Return the mean marginal contribution of each part over all orders, shape (parts,).

    `values` has the value of each set of parts, 0 for the empty set, shape (sets,). The results add
    up to the value of all parts.
    """
    count = (len(values) - 1).bit_length()
    found = np.zeros(count)
    for part in range(count):
        others = [other for other in range(count) if other != part]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for chosen in combinations(others, size):
                before = sum(1 << other for other in chosen)
                found[part] += weight * (values[before | 1 << part] - values[before])
    return found


def _shares(by_world: np.ndarray, weighing: Weighing | None) -> list[Estimate]:
    """Return each part of the variance within worlds, by the jackknife over scrambles.

    Negative estimates count as 0.
    """
    left = sums_without_each(by_world, weighing)
    whole = by_world.sum(axis=0)
    if weighing is not None:
        whole = weighing.weights @ by_world
        by_world = weighing.weights[:, None] * by_world
    shares = _divided(whole).tolist()
    if len(by_world) == 1:
        return [Estimate(share, 0.0, 1.0) for share in shares]
    effective = effective_size(np.maximum(by_world.sum(axis=1), 0.0))
    reaches = (reach_over_worlds(column, effective) for column in _divided(left).T)
    return [
        Estimate(share, share - reach, share + reach).within(0.0, 1.0)
        for share, reach in zip(shares, reaches, strict=True)
    ]


def _divided(sums: np.ndarray) -> np.ndarray:
    """Return the positive entries divided by their sum, along the last axis."""
    positive = np.maximum(sums, 0.0)
    return np.asarray(positive / np.maximum(positive.sum(axis=-1, keepdims=True), TINY))


def _mixed(world: PlayedWorld) -> np.ndarray:
    """Return the class of each future with every set of parts of its draws kept."""
    solved = world.solved()
    found = []
    for kept_parts in range(EVERY + 1):
        renewed = sum(
            1 << purpose
            for place, purposes in enumerate(PARTS.values())
            if not kept_parts >> place & 1
            for purpose in purposes
        )
        found.append(classes(world.stage.played(*solved, world.stretch, renewed)))
    return np.stack(found, axis=1)


MIXED = Readout(
    "luck", np.dtype(np.int8), _mixed, shape=(EVERY + 1,), worlds=1, folder=folders.DRIVERS
)
"""The class of each future, by the set of parts of its draws that was kept."""

"""Which sign to watch for: how informative each is about an outcome and about the plan."""

import math
from collections.abc import Mapping
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    Effective,
    fewest,
    over_worlds,
    reach_over_worlds,
    sums_without_each,
    without_each,
)
from detente.questions.reweighting import Weighted, chances_of, read_futures


class Watched(NamedTuple):
    """How informative it would be to know whether a sign is seen when force arrives."""

    points_to: Annotated[tuple[str, ...], "plans, or one of force, answer, ally_force"]
    seen: Annotated[Estimate, "chance that it is seen"]
    outcome: Annotated[Estimate, "information about the outcome [bits]"]
    plan: Annotated[Estimate, "information about the plan [bits]"]
    outcome_part: Annotated[float, "share of the outcome's entropy [0-1]"]
    plan_part: Annotated[float, "share of the plan's entropy [0-1]"]
    if_seen: Annotated[Estimate, "share of futures with the outcome once it is seen"]
    if_not: Annotated[Estimate, "the same once it is not"]


def watch(
    weighted: Weighted,
    signs: Mapping[str, tuple[tuple[str, ...], np.ndarray]],
    happens: np.ndarray,
) -> dict[str, Watched]:
    """Return how informative each sign is, the most informative about the outcome first.

    It is for a reader who does not know in which world the crisis is. So information about the
    world counts as well, and a sign whose chances differ between worlds is less informative about
    the plan.

    `weighted` has the futures of a run, weighted by the observations so far. `signs` has by key
    what a sign points to, and the chance that it is seen by both sides' types and the challenger's
    plan, shape (worlds, TYPES, plans). `happens` says for each class of futures whether the outcome
    comes, shape (CLASSES,).
    """
    found = {}
    for key, (points_to, chances) in signs.items():
        seen = np.stack([chances, 1.0 - chances], axis=-1)
        # Sums over classes, then over types.
        by_plan = (weighted.table.sum(axis=3)[..., None] * seen).sum(axis=1)
        comes = ((weighted.table * happens).sum(axis=3)[..., None] * seen).sum(axis=1)
        of_outcome = np.stack([comes.sum(axis=1), (by_plan - comes).sum(axis=1)], axis=1)
        of_all = of_outcome.sum(axis=1)
        outcome, plan = _bits(of_outcome), _bits(by_plan)
        found[key] = Watched(
            points_to=points_to,
            seen=_share(weighted, of_all[:, 0], of_all.sum(axis=1)),
            outcome=outcome,
            plan=plan,
            outcome_part=_part(outcome.value, of_outcome),
            plan_part=_part(plan.value, by_plan),
            if_seen=_share(weighted, of_outcome[:, 0, 0], of_all[:, 0]),
            if_not=_share(weighted, of_outcome[:, 0, 1], of_all[:, 1]),
        )
    return dict(sorted(found.items(), key=lambda one: -one[1].outcome.value))


def bits_of(joint: np.ndarray) -> np.ndarray:
    """Return how informative a sign is about several things [bits], shape (...).

    `joint` has the weight of each thing with the sign seen and not seen, shape (..., things, 2).
    """
    of_thing = joint.sum(axis=-1)
    chances = of_thing / of_thing.sum(axis=-1, keepdims=True)
    return information(chances, joint[..., 0] / np.where(of_thing > 0.0, of_thing, 1.0))


def _part(bits: float, joint: np.ndarray) -> float:
    """Return the information as a share of the entropy."""
    chances = joint.sum(axis=(0, -1)) / joint.sum()
    used = chances[chances > 0.0]
    unknown = float(-np.sum(used * np.log2(used)))
    return bits / unknown if unknown > 0.0 else 0.0


def _bits(by_world: np.ndarray) -> Estimate:
    """Return the information in summed weights [bits], with its interval over worlds and chance.

    `by_world` has the weights in each world, shape (worlds, things, 2). The interval is computed
    for the square root, since bits grow with the square of the difference between chances.
    """
    bits = float(bits_of(by_world.sum(axis=0)))
    left_out = np.sqrt(bits_of(sums_without_each(by_world)))
    reach = reach_over_worlds(left_out, fewest(*by_world.sum(axis=2).T))
    root = math.sqrt(bits)
    return Estimate(bits, max(0.0, root - reach) ** 2, (root + reach) ** 2, kind="value")


def _share(weighted: Weighted, first: np.ndarray, of_all: np.ndarray) -> Estimate:
    """Return one weight as a share of all, each of shape (worlds,), with its interval."""
    share = float(first.sum() / of_all.sum())
    effective = Effective(weighted.effective.futures, fewest(first, of_all))
    ends = over_worlds(share, without_each(first, of_all), effective)
    return Estimate(share, *ends, kind="value")


def information(chances: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return how informative it is, on average, to know whether a sign is seen [bits], shape (...).

    The mutual information `H(sum_d c_d s_d) - sum_d c_d H(s_d)`, with `H` the entropy of a yes or
    no (Lindley 1956). It is 0 if the sign is equally likely in all cases, and at most 1 bit and at
    most the entropy of `chances`. False alarms count: they are the chances that the sign is seen in
    cases to which it does not point.

    `chances` are those of several exclusive cases, such as plans, which add up to 1; `seen` is the
    chance that the sign is seen in each case. Both have the shape (..., things).
    """
    together = np.sum(chances * seen, axis=-1)
    learnt = entropy(together) - np.sum(chances * entropy(seen), axis=-1)
    bits: np.ndarray = np.maximum(learnt, 0.0)
    return bits


def entropy(chance: np.ndarray) -> np.ndarray:
    """Return the entropy of a yes or no, given its chance [bits]; 0 if it is certain."""
    both = np.stack([chance, 1.0 - chance])
    logs = np.log2(both, out=np.zeros_like(both), where=both > 0.0)
    bits: np.ndarray = np.maximum(-np.sum(both * logs, axis=0), 0.0)
    return bits


def information_on_plan(run: Run) -> dict[str, np.ndarray]:
    """Return how informative each sign of a run's pack is about the plan in each world [bits].

    By the key of the sign, shape (worlds,), with the world's own false alarms and likelihood ratio.
    The chances of types and plans are the frequencies in the world's futures.
    """
    crisis, counted = run.crisis, read_futures(run, BASE, ()).counted()
    by_type = counted.played.sum(axis=3) / counted.futures
    by_plan = by_type.sum(axis=1)
    values = {path: drawn[: counted.worlds] for path, drawn in run.drawn.items()}
    found = {}
    for key, sign in crisis.model.signs.items():
        seen = (by_type * chances_of(crisis, key, sign, (), values)).sum(axis=1)
        found[key] = information(by_plan, seen / np.where(by_plan > 0.0, by_plan, 1.0))
    return found

"""Compares options future by future: paired differences, regret, dominance."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.endings import Ending, keys_of
from detente.ensemble.measures import LOSSES, MEASURES, OUTCOMES, SETS, outcome_of
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.tally import CLASSES, classes
from detente.ensemble.weighing import Weighing, mean_of
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    QUANTILE,
    ends_over_worlds,
    estimate_mean,
    interval,
    longer,
    noise_of_means,
    spread_of_amounts,
    without_chance,
)
from detente.kernel.endings import FirstShot

FOLDS = 10
"""Parts of a world's futures: options are chosen on all but one part and judged on that."""
COMPARED = (*SETS, *LOSSES)
"""Measures in which each option is compared with the base."""
COUNTED = ("any_war", "force", "deal")
"""Outcomes by which any two options are compared."""
USUAL = {"any_war": 0.05}
"""Default threshold on war."""


class Pairs(NamedTuple):
    """Outcomes under each option, the base first, and paired differences from the base."""

    options: tuple[str, ...]
    outcome: Annotated[str, "that was asked about"]
    futures: Annotated[int, "of each world"]
    classes: Annotated[np.ndarray, "futures by class, shape (worlds, options, CLASSES)"]
    together: Annotated[
        Mapping[str, np.ndarray],
        "futures with the outcome, or one of SETS, under both, shape (worlds, options, options)",
    ]
    folds: Annotated[np.ndarray, "futures with the outcome, shape (worlds, FOLDS, options)"]
    sums: Annotated[
        Mapping[str, np.ndarray],
        "each loss less the base's, over a world's futures, shape (worlds, options)",
    ]
    squares: Annotated[Mapping[str, np.ndarray], "of the same differences, squared"]
    became: Annotated[
        np.ndarray,
        "futures by how they end in the base and with an option, shape (options, endings, endings)",
    ]
    first_shots: Annotated[
        np.ndarray, "futures by how their first shot came, shape (options, first shots)"
    ]
    weighing: Weighing | None = None

    @property
    def worlds(self) -> int:
        """Return the number of counted worlds."""
        return len(self.classes)

    @property
    def counts(self) -> np.ndarray:
        """Return the futures of each world with the outcome, shape (worlds, options)."""
        return np.asarray(np.einsum("koo->ko", self.together[self.outcome]))

    def happened(self, outcome: str, option: int) -> np.ndarray:
        """Return the futures of each world with any outcome under an option, shape (worlds,)."""
        return OUTCOMES[outcome].counted(self.classes[:, option])


def count_pairs(run: Run, options: Sequence[str], outcome: str) -> Pairs:
    """Count a run's futures under some options, the base first, in the worlds common to all.

    Raises `DetenteError` if a file of the run is missing or was changed.
    """
    asked = outcome_of(outcome)
    worlds, count = min(map(run.record.settings.worlds_of, options)), len(options)
    pairs = Pairs(
        options=tuple(options),
        outcome=outcome,
        futures=run.record.settings.futures_of_a_world,
        weighing=run.weighing_of(worlds),
        classes=np.zeros((worlds, count, CLASSES), np.int64),
        together={key: np.zeros((worlds, count, count), np.int64) for key in {*SETS, outcome}},
        folds=np.zeros((worlds, FOLDS, count), np.int64),
        sums={loss: np.zeros((worlds, count)) for loss in LOSSES},
        squares={loss: np.zeros((worlds, count)) for loss in LOSSES},
        became=np.zeros((count, len(Ending), len(Ending)), np.int64),
        first_shots=np.zeros((count, len(FirstShot)), np.int64),
    )
    for blocks in _in_step([run.rows(option, worlds=worlds) for option in options]):
        of_world, of_future = blocks[0]["world"], blocks[0]["future"]
        starts = np.flatnonzero(np.diff(of_world, prepend=-1))
        for place, rows in enumerate(blocks):
            # Worlds repeat within a block: a plain `+=` would count each once.
            np.add.at(pairs.classes[:, place], (of_world, classes(rows)), 1)
            np.add.at(pairs.became[place], (blocks[0]["ending"], rows["ending"]), 1)
            np.add.at(pairs.first_shots[place], rows["first_shot"], 1)
        occurs = np.array([asked.happened(rows) for rows in blocks])
        np.add.at(pairs.folds, (of_world, of_future % FOLDS), occurs.T)
        for key, together in pairs.together.items():
            # Whole numbers, exact in double precision, which is multiplied faster than they are.
            occurs = np.array([OUTCOMES[key].happened(rows) for rows in blocks]).astype(float)
            for start, end in pairwise([*starts, len(of_world)]):
                one = occurs[:, start:end]
                together[of_world[start]] += (one @ one.T).astype(np.int64)
        for loss in LOSSES:
            values = np.array([MEASURES[loss].read(rows).above for rows in blocks])
            less = values - values[0]
            # Here each world comes once a block, and may go on in the next.
            pairs.sums[loss][of_world[starts]] += np.add.reduceat(less, starts, axis=1).T
            pairs.squares[loss][of_world[starts]] += np.add.reduceat(less * less, starts, axis=1).T
    return pairs


def _in_step(streams: Sequence[Iterator[Rows]]) -> Iterator[tuple[Rows, ...]]:
    """Yield blocks of the same futures from all streams, whose own blocks may differ in size."""
    blocks = [next(stream) for stream in streams]
    while all(map(len, blocks)):
        size = min(map(len, blocks))
        yield tuple(rows[:size] for rows in blocks)
        blocks = [
            rows[size:] if len(rows) > size else next(stream, rows[:0])
            for rows, stream in zip(blocks, streams, strict=True)
        ]


class WorldMeans(NamedTuple):
    """A paired difference in each world."""

    means: Annotated[np.ndarray, "over a world's futures, shape (worlds,)"]
    squares: Annotated[np.ndarray, "mean square over a world's futures, shape (worlds,)"]
    futures: Annotated[int, "of each world"]
    weighing: Weighing | None = None

    @property
    def noise(self) -> float:
        """Return the mean chance variance of a world's mean."""
        return noise_of_means(self.means, self.squares, self.futures)

    @property
    def mean(self) -> float:
        """Return the mean over worlds."""
        return float(mean_of(self.means, self.weighing))

    @property
    def drawn_in(self) -> np.ndarray:
        """Return the means with the noise of sampling futures removed, shape (worlds,)."""
        return without_chance(self.means, self.noise, self.weighing)


def means_of(values: np.ndarray, weighing: Weighing | None = None) -> WorldMeans:
    """Return the means in each world of a value of each future, shape (worlds, futures)."""
    means, squares = values.mean(axis=1), (values * values).mean(axis=1)
    return WorldMeans(means, squares, values.shape[1], weighing)


def paired_means(pairs: Pairs, option: int, other: int, outcome: str | None = None) -> WorldMeans:
    """Return how much more often an outcome comes under one option than under another.

    `outcome`: one of SETS; the one that was asked about unless given.
    """
    together = pairs.together[outcome or pairs.outcome]
    one, two = together[:, option, option], together[:, other, other]
    # A difference is 1, 0 or -1, so that its square counts the futures that differ.
    unlike = one + two - 2 * together[:, option, other]
    means, squares = (one - two) / pairs.futures, unlike / pairs.futures
    return WorldMeans(means, squares, pairs.futures, pairs.weighing)


def of_measure(pairs: Pairs, measure: str, option: int) -> Estimate:
    """Return how one of COMPARED differs from the base's."""
    if measure in SETS:
        return estimate_difference(paired_means(pairs, option, 0, measure))
    means = pairs.sums[measure][:, option] / pairs.futures
    squares = pairs.squares[measure][:, option] / pairs.futures
    return estimate_amount(WorldMeans(means, squares, pairs.futures, pairs.weighing))


def estimate_difference(one: WorldMeans) -> Estimate:
    """Estimate a difference of shares, each between -1 and 1."""
    return estimate_mean(*one).of_kind("difference")


def difference_of(
    before: np.ndarray, after: np.ndarray, weighing: Weighing | None = None
) -> Estimate:
    """Estimate how much more often something is so in the same futures, played otherwise.

    Both say of each future whether it is so, shape (worlds, futures).
    """
    # Numpy does not subtract booleans.
    return estimate_difference(means_of(after.astype(np.int8) - before, weighing))


def shift_of(before: np.ndarray, after: np.ndarray, weighing: Weighing | None = None) -> Estimate:
    """Return `difference_of` as a shift, without the range across worlds."""
    found = difference_of(before, after, weighing)
    return found.of_kind("shift", spread_low=math.nan, spread_high=math.nan)


def estimate_amount(one: WorldMeans) -> Estimate:
    """Estimate a difference of amounts that know no bounds.

    Chance by the normal law: the worlds are strata, and the variance of the mean is
    `sum_k v_k / (M - 1) / K^2`. Worlds and chance: `intervals.ends_over_worlds`.
    """
    mean, noise = one.mean, noise_of_means(*one)
    chance = QUANTILE * math.sqrt(noise / len(one.means))
    ends = ends_over_worlds(one.means, noise, one.weighing)
    spread = spread_of_amounts(one.means, one.noise, one.weighing)
    return Estimate(mean, *ends, *spread, mean - chance, mean + chance, "difference")


class Regret(NamedTuple):
    """How much better the best option of each world does, on average over worlds.

    The best of several noisy shares is too good: chance picks the winner. So it is chosen with nine
    tenths of a world's futures and judged with the tenth, each tenth in turn. What is so chosen can
    only be as good as the best or worse, so that the mean lies at or below the true regret, and at
    or below `most`, which takes the best as seen and lies above the true one.
    """

    regret: Annotated[float, "chosen and judged on different futures"]
    most: Annotated[float, "chosen and judged on the same futures"]
    worst: Annotated[float, "95th percentile across worlds, sampling noise removed"]
    best_in: Annotated[float, "share of worlds in which it is the best; ties are shared"]


def regrets(pairs: Pairs, better: int) -> tuple[Regret, ...] | None:
    """Return each option's regret, or None with one future a world, which gives no estimate.

    `better`: 1 if more of the outcome is better, -1 if less is.
    """
    if pairs.futures == 1:
        return None
    counts, folds = better * pairs.counts, better * pairs.folds
    seen = counts[:, None, :] - folds
    chosen = seen.argmax(axis=2)
    is_best = seen == seen.max(axis=2, keepdims=True)
    shared = (is_best / is_best.sum(axis=2, keepdims=True)).mean(axis=1)
    best_in = mean_of(shared, pairs.weighing)
    # Each tenth judges the option that the others chose: chance picks no winner for itself.
    judged = np.take_along_axis(folds, chosen[:, :, None], axis=2).sum(axis=(1, 2))
    best, worlds = counts.argmax(axis=1), np.arange(pairs.worlds)
    found = []
    for option in range(len(pairs.options)):
        own, both = pairs.counts[:, option], pairs.together[pairs.outcome][worlds, best, option]
        # The futures of each world in which the best there and the option differ.
        unlike = pairs.counts[worlds, best] + own - 2 * both
        means = (judged - better * own) / pairs.futures
        squares = unlike / pairs.futures
        less = estimate_difference(WorldMeans(means, squares, pairs.futures, pairs.weighing))
        most = (counts.max(axis=1) - better * own) / pairs.futures
        found.append(
            Regret(
                regret=max(0.0, less.value),
                most=float(mean_of(most, pairs.weighing)),
                worst=max(0.0, less.spread_high),
                best_in=float(best_in[option]),
            )
        )
    return tuple(found)


class Goal(NamedTuple):
    """A goal: an outcome rarer, or more frequent, than a threshold."""

    outcome: str
    threshold: float
    is_below: bool

    @property
    def name(self) -> str:
        """Return the goal in short."""
        return f"{self.outcome}{'<' if self.is_below else '>'}{100.0 * self.threshold:g}%"


def goals_of(
    outcome: str, below: Mapping[str, float] | None, above: Mapping[str, float] | None
) -> tuple[Goal, ...]:
    """Return the goals asked for, or else the usual threshold on war.

    Raises `DetenteError` if there is no such outcome, or a threshold is not between 0 and 1.
    """
    if not below and not above:
        below = {outcome: USUAL[outcome]} if outcome in USUAL else {}
    asked = [Goal(key, threshold, is_below=True) for key, threshold in (below or {}).items()]
    asked += [Goal(key, threshold, is_below=False) for key, threshold in (above or {}).items()]
    for goal in asked:
        outcome_of(goal.outcome)
        if not 0.0 < goal.threshold < 1.0:
            side = "below" if goal.is_below else "above"
            what = f"{goal.outcome} is to stay {side} {goal.threshold:g}; use a share from 0 to 1"
            hint = f"for example {goal.outcome}=5% or {goal.outcome}=0.05"
            raise DetenteError(what, where=side, hint=hint)
    return tuple(asked)


def shares_by_world(pairs: Pairs, outcome: str, option: int) -> WorldMeans:
    """Return an outcome's share in each world under an option, shape (worlds,)."""
    shares = pairs.happened(outcome, option) / pairs.futures
    return WorldMeans(shares, shares, pairs.futures, pairs.weighing)


def reached(pairs: Pairs, goal: Goal, option: int) -> Estimate:
    """Return the share of worlds in which a goal is reached under an option."""
    # Chance spreads shares over a threshold in both directions: it is taken out before they are
    # counted.
    shares = shares_by_world(pairs, goal.outcome, option).drawn_in
    is_reached = shares < goal.threshold if goal.is_below else shares > goal.threshold
    share = float(mean_of(is_reached, pairs.weighing))
    worlds = len(shares) if pairs.weighing is None else pairs.weighing.effective
    return Estimate(share, *interval(share, share * (1.0 - share) / worlds, worlds))


def goal_as_json(goal: Goal) -> dict[str, Any]:
    """Return a goal as JSON has it."""
    side = "below" if goal.is_below else "above"
    return {"outcome": goal.outcome, side: goal.threshold}


WANTED = ("deal", "settled", "deal_ever", *keys_of("deal", "yields", "fades"))
"""Outcomes of which more is better by default; of all others less is better."""
POINT = 0.01
"""Least clear difference: one of 100 futures, or a hundredth of what a side has there."""
LEAST = {"world_cost": 1.0}
"""Least clear difference of measures in other units [billion dollars]."""
FAR = longer(0.97)
"""Half a 97 % interval, in halves of the 90 % one: 1.43. About 72 comparisons stand on one page;
where a quarter of them tell an effect, that lets one in ten be chance (Benjamini & Hochberg 1995).
"""


def clearly(measure: str, one: Estimate, *, better: int | None = None) -> int:
    """Return 1 if a difference is clearly for the better, -1 if for the worse, else 0.

    A clear difference is at least a point and has a 97 % interval that excludes 0. `better`: 1 if
    more of the measure is better, -1 if less is; the measure's own by default.
    """
    # The end that faces 0 decides.
    half = one.value - one.low if one.value > 0.0 else one.high - one.value
    if abs(one.value) < max(LEAST.get(measure, POINT), FAR * half):
        return 0
    sign = better_of(measure) if better is None else better
    return sign if one.value > 0.0 else -sign


def beaten(pairs: Pairs, order: Sequence[str]) -> dict[str, str]:
    """Return the dominated options, each with the first option in an order that dominates it.

    One option dominates another if it is clearly better in one of COUNTED, and by its estimates at
    least as good in the others.
    """

    def beats(rival: str, name: str) -> bool:
        places = pairs.options.index(rival), pairs.options.index(name)
        by = {outcome: paired_means(pairs, *places, outcome) for outcome in COUNTED}
        if any(better_of(key) * one.mean < 0.0 for key, one in by.items()):
            return False
        return any(clearly(key, estimate_difference(one)) > 0 for key, one in by.items())

    found = {}
    for name in order:
        rivals = (rival for rival in order if rival != name and beats(rival, name))
        first = next(rivals, None)
        if first is not None:
            found[name] = first
    return found


def better_of(measure: str) -> int:
    """Return 1 if more of a measure is better, -1 if less is."""
    return 1 if measure in WANTED else -1


class Exchange(NamedTuple):
    """Futures that an option moves into or out of an outcome, on the same draws [shares]."""

    lost: Annotated[
        Mapping[Ending, float], "how futures end under it that have the outcome in the base alone"
    ]
    won: Annotated[
        Mapping[Ending, float], "how futures end in the base that have the outcome under it alone"
    ]
    first_shots: Annotated[
        Mapping[FirstShot, tuple[float, float]],
        "futures in which the first shot came so, in the base and under it",
    ]


def exchange_of(pairs: Pairs, option: str, outcome: str) -> Exchange:
    """Return the futures that enter or leave an outcome under an option, by how fighting began."""
    place, within = pairs.options.index(option), list(OUTCOMES[outcome].endings)
    played = pairs.worlds * pairs.futures
    became, shots = pairs.became[place] / played, pairs.first_shots / played
    lost, won = became[within].sum(axis=0), became[:, within].sum(axis=1)
    others = [ending for ending in Ending if ending not in within]
    return Exchange(
        {ending: float(lost[ending]) for ending in others},
        {ending: float(won[ending]) for ending in others},
        {
            way: (float(shots[0, way]), float(shots[place, way]))
            for way in FirstShot
            if way is not FirstShot.NONE
        },
    )

"""What choosing an option costs in each world against the option that is best there."""

from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.compare.differences import ByWorld, estimate_difference
from detente.analysis.compare.pairs import Pairs


class Regret(NamedTuple):
    """How much better the best option of each world does, on average over worlds.

    The best of several noisy shares is too good: chance picks the winner. So it is chosen with nine
    tenths of a world's futures and judged with the tenth, each tenth in turn. What is so chosen can
    only be as good as the best or worse, so that the mean lies at or below the true regret, and at
    or below `most`, which takes the best as seen and lies above the true one.
    """

    regret: Annotated[float, "chosen and judged on different futures"]
    most: Annotated[float, "chosen and judged on the same futures"]
    worst: Annotated[float, "95th percentile over worlds, chance removed"]
    best_in: Annotated[float, "share of worlds in which it is the best; ties are shared"]


def regrets(pairs: Pairs, better: int) -> tuple[Regret, ...] | None:
    """Return each option's regret; None with one future a world, which tells nothing of it.

    `better`: 1 if more of the outcome is better, -1 if less is.
    """
    if pairs.futures == 1:
        return None
    counts, folds = better * pairs.counts, better * pairs.folds
    seen = counts[:, None, :] - folds
    chosen = seen.argmax(axis=2)
    is_best = seen == seen.max(axis=2, keepdims=True)
    best_in = (is_best / is_best.sum(axis=2, keepdims=True)).mean(axis=(0, 1))
    judged = np.take_along_axis(folds, chosen[:, :, None], axis=2).sum(axis=(1, 2))
    best = counts.argmax(axis=1)
    return tuple(
        _regret(
            (judged - counts[:, option]) / pairs.futures,
            (counts.max(axis=1) - counts[:, option]) / pairs.futures,
            _unlike(pairs, best, option),
            (pairs.futures, float(best_in[option])),
        )
        for option in range(len(pairs.options))
    )


def _unlike(pairs: Pairs, best: np.ndarray, option: int) -> np.ndarray:
    """Return the share of each world's futures in which the best and an option differ."""
    worlds, counts = np.arange(pairs.worlds), pairs.counts
    both = pairs.together[worlds, best, option]
    unlike: np.ndarray = (counts[worlds, best] + counts[:, option] - 2 * both) / pairs.futures
    return unlike


def _regret(
    judged: np.ndarray, seen: np.ndarray, unlike: np.ndarray, rest: tuple[int, float]
) -> Regret:
    futures, best_in = rest
    found = estimate_difference(ByWorld(judged, unlike, futures))
    return Regret(
        regret=max(0.0, found.difference),
        most=float(seen.mean()),
        worst=max(0.0, found.spread_high),
        best_in=best_in,
    )

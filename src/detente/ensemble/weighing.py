"""Weights of the worlds of a run, if they are not equal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np


@dataclass(frozen=True)
class Weighing:
    """Weights of worlds, used in the answers to all questions."""

    name: str
    weights: Annotated[np.ndarray, "positive mean, shape (worlds,)"]
    without: Annotated[
        np.ndarray,
        "weights fitted without each scramble, whose worlds then have weight 0, "
        "shape (scrambles, worlds)",
    ]
    conditions: Annotated[int, "of worlds' means to which the weights were fitted"] = 0

    @property
    def effective(self) -> float:
        """Return the effective sample size: the number of equally weighted worlds (Kish 1965)."""
        return float(self.weights.sum() ** 2 / (self.weights @ self.weights))

    @property
    def says(self) -> str:
        """Return the sentence about the weights that goes with any answer."""
        many = len(self.weights)
        effective = f"{self.effective:.0f} sets of {many:,} in effect"
        return f"assumptions are weighed by {self.name}: {effective}"

    @property
    def even(self) -> np.ndarray:
        """Return the weights divided by their mean, shape (worlds,)."""
        return np.asarray(self.weights / self.weights.mean())

    def of(self, worlds: slice | Sequence[int] | np.ndarray) -> "Weighing":
        """Return the weights of some of the worlds."""
        return replace(self, weights=self.weights[worlds], without=self.without[:, worlds])


def mean_of(by_world: np.ndarray, weighing: Weighing | None) -> np.ndarray:
    """Return the mean over worlds, the first axis, weighted if `weighing` is given."""
    weights = None if weighing is None else weighing.weights
    mean: np.ndarray = np.average(by_world, axis=0, weights=weights)
    return mean

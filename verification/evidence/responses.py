"""Models with known Sobol indices, which represent the dependence of an outcome's share on numbers.

Ishigami's function, Sobol's g-function and a linear model are those of the literature. In ensembles
like real runs the share is a normal probability: it depends mostly on a few of twelve numbers, each
with less weight than the one before, and futures are counted.
"""

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np

FUTURES = 782
"""Futures of each world of a run of the usual size."""
CHANCE = 0.2
"""Noise in the share of a model of the literature, relative to how much it differs over worlds."""
SHARED = 0.7
"""Share of the futures of a design in which all worlds of a row have the same luck."""
GRID = 4096
"""Points of its uniform at which a number is looked up that is not uniform itself."""
POINTS = 120
"""Points of the quadrature that gives the indices of a normal probability."""
NUMBERS = 12
FADING = 0.75
"""Weight of each number, relative to the one before it."""


class Model(NamedTuple):
    """What a share depends on, with its Sobol indices."""

    name: str
    response: Annotated[Callable[[np.ndarray], np.ndarray], "of uniforms, shape (inputs, worlds)"]
    first: np.ndarray
    total: np.ndarray
    deviation: Annotated[float, "standard deviation over worlds"]
    is_share: bool = False
    looked_at: Annotated[tuple[int, ...], "inputs whose indices are estimated"] = (0, 1, 2)
    swings: Annotated[np.ndarray, "from the 10th to the 90th percentile of each"] = np.zeros(0)

    @property
    def inputs(self) -> int:
        """Return how many inputs there are."""
        return len(self.first)

    def counted(
        self, places: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the shares that worlds are seen to have, and the variance of chance in each."""
        expected = self.response(places)
        if self.is_share:
            shares = rng.binomial(FUTURES, expected) / FUTURES
            return shares, shares * (1.0 - shares) / (FUTURES - 1)
        noise = CHANCE * self.deviation
        drawn = expected + noise * rng.normal(size=len(expected))
        return drawn, np.full(len(expected), noise * noise)

    def played(
        self, places: np.ndarray, shared: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Return the futures of worlds of a design, shape (worlds, futures).

        `shared` is the luck of each row, in the form of uniforms.
        """
        expected = self.response(places)[:, None]
        own = rng.random(shared.shape)
        drawn = np.where(rng.random(shared.shape) < SHARED, shared, own)
        if self.is_share:
            return (drawn < expected).astype(float)
        noise = CHANCE * self.deviation * math.sqrt(12.0 * shared.shape[1])
        return expected + noise * (drawn - 0.5)


def ishigami() -> Model:
    """Return Ishigami's function with a = 7, b = .1 (Ishigami & Homma 1990)."""

    def response(places: np.ndarray) -> np.ndarray:
        x = np.pi * (2.0 * places - 1.0)
        bent: np.ndarray = np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
        return bent

    one = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2
    joint = 0.01 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    variance = one + 49.0 / 8.0 + joint
    first = np.array([one, 49.0 / 8.0, 0.0]) / variance
    total = first + np.array([joint, 0.0, joint]) / variance
    return Model("Ishigami", response, first, total, math.sqrt(variance))


def g_function() -> Model:
    """Return Sobol's g-function with weights 0, 1, 4.5, 9, 99 and 99."""
    weights = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
    parts = 1.0 / (3.0 * (1.0 + weights) ** 2)
    variance = float(np.prod(1.0 + parts)) - 1.0

    def response(places: np.ndarray) -> np.ndarray:
        factors = (np.abs(4.0 * places - 2.0) + weights[:, None]) / (1.0 + weights[:, None])
        product: np.ndarray = np.prod(factors, axis=0)
        return product

    total = parts * (variance + 1.0) / (1.0 + parts) / variance
    return Model("g-function", response, parts / variance, total, math.sqrt(variance))


def linear() -> Model:
    """Return a linear model of six inputs, two of which do nothing."""
    slopes = np.array([3.0, 2.0, 1.0, 0.5, 0.0, 0.0])
    variances = slopes**2 / 12.0

    def response(places: np.ndarray) -> np.ndarray:
        tilted: np.ndarray = slopes @ places
        return tilted

    indices = variances / variances.sum()
    deviation = math.sqrt(float(variances.sum()))
    return Model("linear", response, indices, indices, deviation, looked_at=(0, 1, 2, 4))


def common() -> Model:
    """Return an outcome of two futures in five, which differs little over worlds."""
    return probability("common", 0.40, 0.08)


def usual() -> Model:
    """Return an outcome as frequent as war in a shipped pack, and as different over worlds."""
    return probability("usual", 0.149, 0.092)


def rare() -> Model:
    """Return an outcome of one future in twelve, which a few worlds have much of."""
    return probability("rare", 0.05, 0.10)


def probability(name: str, mean: float, not_knowing: float) -> Model:
    """Return the share `Phi(a + sum_i b_i z_i)` with this mean, and `z_i` normal.

    `not_knowing` is its variance over worlds, in parts of `mean (1 - mean)`.
    """
    aim = not_knowing * mean * (1.0 - mean)
    low, high = 0.0, 5.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if _variance(mean, middle, middle) > aim else (middle, high)
    weights = FADING ** np.arange(NUMBERS)
    weights[-2:] = 0.0
    weights *= low / math.sqrt(float(weights @ weights))
    start = _start(mean, low)

    def response(places: np.ndarray) -> np.ndarray:
        return _normal(start + weights @ _scores()[(places * GRID).astype(int)])

    rest = np.sqrt(np.maximum(low * low - weights**2, 0.0))
    first = np.array([_variance(mean, low, one) * (one > 0.0) for one in weights]) / aim
    total = 1.0 - np.array([_variance(mean, low, one) for one in rest]) / aim
    total[weights == 0.0] = 0.0
    looked_at = (0, 1, 3, NUMBERS - 1)
    model = Model(name, response, first, total, math.sqrt(aim), is_share=True, looked_at=looked_at)
    return model._replace(swings=np.array([_swing(start, low, one) for one in weights]))


@cache
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    """Return points and weights that give means over a normal number."""
    points, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    return points, weights / weights.sum()


@cache
def _scores() -> np.ndarray:
    """Return the normal score of each point of a uniform."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((point + 0.5) / GRID) for point in range(GRID)])


def _swing(start: float, spread: float, weight: float) -> float:
    """Return how far the share moves from the 10th to the 90th percentile of a number."""
    points, weights = _quadrature()
    rest = math.sqrt(max(0.0, spread * spread - weight * weight)) * points
    end = weight * NormalDist().inv_cdf(0.9)
    return float(weights @ (_normal(start + rest + end) - _normal(start + rest - end)))


def _start(mean: float, spread: float) -> float:
    """Return the number whose normal probability has a mean, once so much is added to it."""
    low, high = -40.0, 40.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        is_above = float(_normal(np.array([middle / math.hypot(1.0, spread)]))[0]) > mean
        low, high = (low, middle) if is_above else (middle, high)
    return low


def _variance(mean: float, spread: float, known: float) -> float:
    """Return the variance of the share that is expected where a part of what is added is known."""
    points, weights = _quadrature()
    unknown = math.sqrt(max(0.0, 1.0 + spread * spread - known * known))
    expected = _normal((_start(mean, spread) + known * points) / unknown)
    return float(weights @ expected**2 - (weights @ expected) ** 2)


def _normal(values: np.ndarray) -> np.ndarray:
    """Return the normal probability below each value."""
    return np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in values.tolist()])

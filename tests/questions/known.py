"""Functions whose Sobol indices are known, and runs that draw on them."""

import numpy as np

from detente.ensemble.design import coordinates

ISHIGAMI_VARIANCE = 0.5 + 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18
ISHIGAMI_JOINT = 0.01 * np.pi**8 * (1 / 18 - 1 / 50) / ISHIGAMI_VARIANCE
ISHIGAMI_FIRST = (
    0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2 / ISHIGAMI_VARIANCE,
    49 / 8 / ISHIGAMI_VARIANCE,
    0,
)
ISHIGAMI_TOTAL = (ISHIGAMI_FIRST[0] + ISHIGAMI_JOINT, ISHIGAMI_FIRST[1], ISHIGAMI_JOINT)

G_WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
G_PARTS = 1 / (3 * (1 + G_WEIGHTS) ** 2)
G_VARIANCE = np.prod(1 + G_PARTS) - 1
G_FIRST = tuple(G_PARTS / G_VARIANCE)
G_TOTAL = tuple(G_PARTS * (G_VARIANCE + 1) / (1 + G_PARTS) / G_VARIANCE)

SLOPES = np.array([3.0, 2.0, 1.0, 0.5, 0.0, 0.0])
LINEAR = tuple(SLOPES**2 / (SLOPES**2).sum())


def ishigami(places):
    """Ishigami & Homma (1990) with a = 7, b = 0.1."""
    x = np.pi * (2 * places - 1)
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def g_function(places):
    """Sobol's g-function."""
    weights = G_WEIGHTS[:, None]
    return np.prod((np.abs(4 * places - 2) + weights) / (1 + weights), axis=0)


def linear(places):
    return SLOPES @ places


KNOWN = {
    "ishigami": (ishigami, ISHIGAMI_FIRST, ISHIGAMI_TOTAL),
    "g-function": (g_function, G_FIRST, G_TOTAL),
    "linear": (linear, LINEAR, LINEAR),
}


def points(count, *, worlds, seed=1, name="x"):
    """Return coordinates as a run's worlds have them, shape (count, worlds)."""
    return coordinates([f"{name}{place}" for place in range(count)], worlds=worlds, seed=seed)

"""A few small engagements, fought once, for the tests of force against layered defence."""

import functools
from pathlib import Path

import numpy as np

from detente import load
from detente.kernel.layout import dtype_of
from detente.kernel.logbook import DayLog
from detente.questions.engagement import engage
from detente.questions.engagement.campaigns import Struck

MINIMAL = str(Path(__file__).parents[1] / "cases" / "valid" / "minimal")
FEW = {"worlds": 3, "futures": 12, "days": 4, "rest": 3, "seed": 4}
"""A size that takes no time, uncompiled too."""
FAR = "defences.south.layers.far."
NEAR = "defences.south.layers.near."
SEEN = {"defences.south.detection_probability": 0.8}
"""Aircraft that are seen, as few are by the catalogue's layers."""


@functools.cache
def small_crisis():
    """Return the least crisis that is valid: aircraft against two layers, drones against none."""
    return load(MINIMAL)


@functools.cache
def small_engagement():
    """Return a few campaigns of it."""
    return engage(small_crisis(), **FEW)


def blank_logs(campaigns, days):
    """Return rows of DayLog in which nothing happens, shape (campaigns, days, side)."""
    return np.zeros((campaigns, days, 2), dtype_of(DayLog))


def struck(*, batteries=10.0, rounds=100.0):
    """Return the defender, raided by aircraft at 50 and missiles at 2, with rounds at 1 and 3."""
    return Struck(
        1,
        ("aircraft", "missiles"),
        np.array([50.0, 2.0]),
        np.array([1.0, 3.0, 0.0, 0.0, 0.0, 0.0]),
        batteries,
        rounds,
        stock=np.array([40.0, 200.0]),
        returns=np.array([True, False]),
    )

"""Whether a defence covers what was reported of a salvo, and how much it says by that."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from detente.kernel.layout import Array
from verification.salvos.events import Event
from verification.salvos.kernel import Effort, Played, Shield, play

ENDS = (0.05, 0.95)
"""Ends of the interval that is to hold what was reported."""
HALF = 0.5

GENERIC = Shield("two generic tiers", {})
ABSURD: tuple[Shield, ...] = (
    Shield("no defence", {"layers.upper.batteries": 0.0, "layers.lower.batteries": 0.0}),
    Shield(
        "a perfect defence",
        {
            "tracking_probability": 1.0,
            "detection_probability": 1.0,
            "detection_range": 5_000.0,
            "true_as_threat": 1.0,
            "silence": 0.0,
            "layers.lower.coverage": 1.0,
            "layers.lower.reaction": 0.0,
            "layers.lower.channels": 1_000.0,
            "layers.lower.rounds": 1_000.0,
            "layers.lower.kill_probability": 1.0 - 1e-12,
        },
    ),
)
"""Defences that no report fits, by which it is seen whether the check can fail at all."""
LESSER: tuple[Shield, ...] = (
    Shield("the upper tier alone", {"layers.lower.batteries": 0.0}),
    Shield("the lower tier alone", {"layers.upper.batteries": 0.0}),
    Shield("no common shock", {"shock": 0.0}),
    Shield("the picture always good", {"tracking_probability": 1.0}),
)
"""Defences that lack one thing, to show what hangs on it."""


class Verdict(NamedTuple):
    """A salvo as it was reported and as a defence has it."""

    event: Event
    played: Played

    def interval(self) -> tuple[float, float]:
        """Return the 5th and 95th percentile of the hits over worlds."""
        low, high = np.quantile(self.played.hits(), ENDS)
        return float(low), float(high)

    def is_covered(self) -> bool:
        """Say whether the interval holds all of what was reported."""
        return self.held() == 1.0

    def held(self) -> float:
        """Return the share of the numbers reported that the interval holds."""
        low, high = self.interval()
        least, most = self.event.hits
        return sum(low <= hits <= high for hits in range(least, most + 1)) / (most - least + 1)

    def ranks(self) -> tuple[float, float]:
        """Return the share of worlds with fewer hits than the ends reported; ties count half."""
        hits = self.played.hits()
        low, high = (
            float(np.mean(hits < end) + HALF * np.mean(hits == end)) for end in self.event.hits
        )
        return low, high

    def width(self) -> float:
        """Return the interval's width as a share of the missiles launched."""
        low, high = self.interval()
        return (high - low) / float(self.played.launched.mean())

    def gain(self) -> float:
        """Return how much likelier the report is than if any number of hits were as likely."""
        least, most = self.event.hits
        hits = self.played.hits()
        probability = np.mean((hits >= least) & (hits <= most))
        by_ignorance = np.mean((most - least + 1) / (self.played.launched + 1.0))
        return float(probability / by_ignorance)

    def passes(self) -> bool:
        """Say whether the report is covered, and by an interval that says more than ignorance."""
        return self.is_covered() and self.gain() > 1.0


def judge(events: Iterable[Event], shield: Shield, effort: Effort) -> list[Verdict]:
    """Play all events against one defence."""
    return [Verdict(event, play(event, shield, effort)) for event in events]


def shares(played: Played) -> Array:
    """Return what becomes of the missiles launched, by FATES, on average over worlds."""
    means: Array = (played.fates / played.launched[:, None]).mean(axis=0)
    return means

"""Tests whether a defence's predictions contain a salvo's reports, and how precise they are."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from detente.kernel.layout import Array
from verification.model.salvos.events import Event, Part
from verification.model.salvos.kernel import Effort, Flown, Played, Shield, play

ENDS = (0.05, 0.95)
"""Ends of the interval that is to hold what was reported."""
HALF = 0.5

GENERIC = Shield("one generic defence", {})
SHIPPED = Shield("the challenger's defence in oman-2026", {}, "oman-2026")
ABSURD: tuple[Shield, ...] = (
    Shield(
        "no defence",
        {
            "layers.upper.batteries": 0.0,
            "layers.fighters.batteries": 0.0,
            "layers.lower.batteries": 0.0,
            "layers.close.batteries": 0.0,
        },
    ),
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
    Shield("no lower tier", {"layers.lower.batteries": 0.0}),
    Shield("no upper tier", {"layers.upper.batteries": 0.0}),
    Shield("no fighters", {"layers.fighters.batteries": 0.0}),
    Shield("no common shock", {"shock": 0.0}),
    Shield("the picture always good", {"tracking_probability": 1.0}),
)
"""Defences that lack one thing, to show what depends on it."""


class Verdict(NamedTuple):
    """One kind of weapons in a salvo, as it was reported and as a defence has it."""

    part: Part
    played: Played

    def interval(self) -> tuple[float, float]:
        """Return the 5th and 95th percentile of those that passed over worlds."""
        low, high = np.quantile(self.played.passed(), ENDS)
        return float(low), float(high)

    def is_covered(self) -> bool:
        """Say whether the interval holds all of what was reported.

        Where only few were reported it begins within what is taken as few.
        """
        least, most = self.part.passed
        low, high = self.interval()
        return low <= most if self.part.is_bound else low <= least and most <= high

    def ranks(self) -> tuple[float, float]:
        """Return the share of worlds with fewer than the ends reported; ties count half."""
        passed = self.played.passed()
        low, high = (
            float(np.mean(passed < end) + HALF * np.mean(passed == end)) for end in self.part.passed
        )
        return low, high

    def width(self) -> float:
        """Return the interval's width as a share of the weapons launched."""
        low, high = self.interval()
        return (high - low) / float(self.played.launched.mean())

    def gain(self) -> float:
        """Return how much likelier the report is than if any number were as likely."""
        least, most = self.part.passed
        passed = self.played.passed()
        probability = np.mean((passed >= least) & (passed <= most))
        by_ignorance = np.mean((most - least + 1) / (self.played.launched + 1.0))
        return float(probability / by_ignorance)

    def passes(self) -> bool:
        """Say whether the report is covered, and by an interval that says more than ignorance."""
        return self.is_covered() and self.gain() > 1.0


class Judged(NamedTuple):
    """A salvo with a verdict on each kind of weapons in it."""

    event: Event
    verdicts: tuple[Verdict, ...]

    def passes(self) -> bool:
        """Say whether all of it passes."""
        return all(verdict.passes() for verdict in self.verdicts)


def judge(events: Iterable[Event], shield: Shield, effort: Effort) -> list[Judged]:
    """Play all events against one defence."""
    return [
        Judged(event, tuple(map(Verdict, shield.parts(event), play(event, shield, effort))))
        for event in events
    ]


def shares(played: Played) -> Array:
    """Return what becomes of the weapons launched, by FATES, on average over worlds."""
    means: Array = (played.fates / played.launched[:, None]).mean(axis=0)
    return means


LOST_IN_1999 = 2 / 38_000
"""Aircraft lost a sortie in Allied Force, 1999: 2 jets in 38,000 sorties, tankers and all."""
MOST_LOST = 0.01
"""Fractions of a percent end here."""
SHOTS = {"Allied Force 1999": (2, 1_000), "Linebacker II, night one, 1972": (3, 200)}
"""Aircraft lost and missiles fired at them."""


def is_of_the_order(flown: Flown) -> bool:
    """Say whether aircraft lost a sortie are of the order that is reported of air raids since 1991.

    Of sorties over defences alone more were lost in 1999 than of all; of 1991 and June 2025 no
    count is at hand that may be cited: fractions of a percent, down to none.
    """
    lost = flown.lost_a_sortie
    return bool(np.median(lost) >= LOST_IN_1999 and np.quantile(lost, ENDS[1]) <= MOST_LOST)


def downed_by(fired: int, flown: Flown, effort: Effort) -> Array:
    """Draw how many aircraft so many rounds down in each world that fires at any."""
    known = flown.lost_a_shot[~np.isnan(flown.lost_a_shot)]
    downed: Array = np.random.default_rng([effort.seed, fired]).binomial(fired, known)
    return downed


def holds_shots(flown: Flown, effort: Effort) -> bool:
    """Say whether the interval of aircraft downed by as many rounds holds what was reported."""
    return all(
        low <= lost <= high
        for lost, fired in SHOTS.values()
        for low, high in [np.quantile(downed_by(fired, flown, effort), ENDS)]
    )

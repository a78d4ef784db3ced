"""Tests whether the kernel's leakage equals the simulation's, up to sampling error."""

from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np

from detente.kernel.layout import Array
from verification.model.raids.cases import AGREED as CASES
from verification.model.raids.cases import Case
from verification.model.raids.kernel import drawn, expected
from verification.model.raids.simulation import simulate

COLUMNS = ("leakage", "unseen", "no channel", "no round", "missed")
FALSE_ALARM = 0.01
"""Chance that leakage is disputed in any case, or a cause in any, though both are right.

Sixteen cases are judged, so that one in twenty-three checks would fail at 3 standard errors.
"""


def bound(comparisons: int) -> float:
    """Return the difference that so many exceed by chance in a share FALSE_ALARM [std. errors]."""
    return NormalDist().inv_cdf(1.0 - FALSE_ALARM / 2.0 / comparisons)


AGREED = bound(len(CASES))
"""Largest difference of leakage from raids that the kernel draws [standard errors]."""
AGREED_CAUSE = bound(4 * len(CASES))
"""The same for each of the four causes."""
CHANCE = 3.0
"""Part of the difference between what is drawn and expected that chance may bring [std. errors]."""
NEAR = 0.005
"""Largest difference between what the kernel expects and what it draws, chance aside [share]."""
FEWEST_RAIDS = 60
"""Raids from which a standard error is known to a tenth."""


class Effort(NamedTuple):
    """How much to play of each case."""

    flown: Annotated[int, "weapons and decoys flown one by one"] = 100_000
    drawn: Annotated[int, "raids drawn by the kernel"] = 4_000
    seed: int = 1


class Estimate(NamedTuple):
    """Mean shares of the weapons launched that leak, and their standard errors."""

    means: Annotated[Array, "in the order of COLUMNS, shape (5,)"]
    errors: Annotated[Array, "of the means, shape (5,)"]


class Verdict(NamedTuple):
    """What a case leaked in the simulation and in the kernel."""

    case: Case
    raids: Annotated[int, "raids simulated"]
    simulated: Estimate
    drawn: Estimate
    expected: Annotated[Array, "by the kernel's means, in the order of COLUMNS, shape (5,)"]

    def gaps(self) -> Estimate:
        """Return what the simulation leaks beyond the raids that the kernel draws."""
        errors = np.hypot(self.simulated.errors, self.drawn.errors)
        return Estimate(self.simulated.means - self.drawn.means, errors)

    def deviations(self) -> Array:
        """Return the gaps, less what is known of them, in their standard errors, shape (5,).

        They are infinite where nothing varies.
        """
        means, errors = self.gaps()
        means = means - self.case.without_channel * np.isin(COLUMNS, ("leakage", "no channel"))
        with np.errstate(divide="ignore", invalid="ignore"):
            deviations: Array = np.where(means == 0.0, 0.0, means / errors)
        return deviations

    def claimed(self) -> list[int]:
        """Return the columns in which the kernel claims to be right.

        It lets first looks fire before any second one. Where rounds run short, time has it
        otherwise: as many weapons leak, but more that nothing was fired at and fewer missed.
        """
        return [0, 1, 2] if self.case.are_looks_rivals else list(range(len(COLUMNS)))

    def is_agreed(self) -> bool:
        """Say whether all that the kernel claims is as simulated."""
        leakage, *causes = np.abs(self.deviations()[self.claimed()])
        off = np.abs(self.expected - self.drawn.means) - CHANCE * self.drawn.errors
        return bool(leakage <= AGREED and max(causes) <= AGREED_CAUSE and max(off) <= NEAR)


def judge(case: Case, effort: Effort) -> Verdict:
    """Play a case by both."""
    flown = sum(threat.weapons * (1 + threat.decoys) for threat in case.threats)
    raids = max(FEWEST_RAIDS, effort.flown // flown)
    return Verdict(
        case,
        raids,
        estimate(simulate(case, raids, effort.seed)),
        estimate(drawn(case, effort.drawn, effort.seed)),
        with_total(expected(case)),
    )


def estimate(shares: Array) -> Estimate:
    """Return the means and errors of raids' leakers by cause, shape (raids, 4)."""
    columns = with_total(shares)
    return Estimate(columns.mean(axis=0), columns.std(axis=0, ddof=1) / np.sqrt(len(columns)))


def with_total(shares: Array) -> Array:
    """Put the leakage before its causes, on the last axis."""
    total: Array = np.concatenate([shares.sum(axis=-1, keepdims=True), shares], axis=-1)
    return total

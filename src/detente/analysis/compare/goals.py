"""In how many worlds an outcome stays on the right side of a threshold, and what it would take."""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.analysis.compare.differences import ByWorld
from detente.analysis.compare.pairs import Pairs
from detente.analysis.outcomes import members_of
from detente.ensemble.shares import interval, without_chance
from detente.errors import DetenteError

USUAL = {"any_war": 0.05}
"""The most war that is asked about unless told otherwise."""


class Goal(NamedTuple):
    """An outcome is to be rarer, or more frequent, than a threshold."""

    outcome: str
    threshold: float
    is_below: bool

    @property
    def name(self) -> str:
        """Return the goal in a few signs."""
        return f"{self.outcome}{'<' if self.is_below else '>'}{100.0 * self.threshold:g}%"


class Reached(NamedTuple):
    """The share of worlds in which a goal is reached, chance removed."""

    share: float
    low: Annotated[float, "90 % interval over worlds, Wilson's"]
    high: Annotated[float, "90 % interval over worlds, Wilson's"]


def goals_of(
    outcome: str, below: Mapping[str, float] | None, above: Mapping[str, float] | None
) -> tuple[Goal, ...]:
    """Return the goals asked for; for war, if none is, the usual one.

    Raises
    ------
    DetenteError
        If there is no such outcome, or a threshold does not lie between 0 and 1.
    """
    if not below and not above:
        below = {outcome: USUAL[outcome]} if outcome in USUAL else {}
    asked = [Goal(key, threshold, is_below=True) for key, threshold in (below or {}).items()]
    asked += [Goal(key, threshold, is_below=False) for key, threshold in (above or {}).items()]
    for goal in asked:
        members_of(goal.outcome)
        if not 0.0 < goal.threshold < 1.0:
            side = "below" if goal.is_below else "above"
            what = f"{goal.outcome} is to stay {side} {goal.threshold:g}; use a share from 0 to 1"
            hint = f"for example {goal.outcome}=5% or {goal.outcome}=0.05"
            raise DetenteError(what, where=side, hint=hint)
    return tuple(asked)


def shares_by_world(pairs: Pairs, outcome: str, option: int) -> ByWorld:
    """Return how often an outcome occurs in each world under an option."""
    happened = pairs.endings[:, option][:, list(members_of(outcome))].sum(axis=1)
    return ByWorld(happened / pairs.futures, happened / pairs.futures, pairs.futures)


def reached(pairs: Pairs, goal: Goal, option: int) -> Reached:
    """Return in what share of worlds a goal is reached under an option."""
    found = shares_by_world(pairs, goal.outcome, option)
    shares = without_chance(found.means, found.noise)
    is_reached = shares < goal.threshold if goal.is_below else shares > goal.threshold
    share = float(np.mean(is_reached))
    return Reached(share, *interval(share, share * (1.0 - share) / len(shares), len(shares)))


def goal_as_json(goal: Goal) -> dict[str, Any]:
    """Return a goal as JSON has it."""
    side = "below" if goal.is_below else "above"
    return {"outcome": goal.outcome, side: goal.threshold}

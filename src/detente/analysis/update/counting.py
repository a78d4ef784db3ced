"""Counts futures by world, plan and ending, and those that agree with what was seen."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.kernel.endings import Ending
from detente.kernel.posture import PLANS
from detente.pack.observed import Observation, Seen


class Counted(NamedTuple):
    """Futures of one option by world, plan and ending: all that weights can hang on."""

    futures: Annotated[int, "of each world"]
    played: Annotated[np.ndarray, "all of them, shape (worlds, plans, 8)"]
    agreeing: Annotated[np.ndarray, "those that contradict no fact, shape (worlds, plans, 8)"]

    @property
    def worlds(self) -> int:
        """Return how many worlds were counted."""
        return len(self.played)


def count_futures(run: Run, option: str, seen: Sequence[Seen]) -> Counted:
    """Count the futures of an option, and those that agree with all facts that were seen.

    Raises
    ------
    DetenteError
        If there is no such option, or a file of the run is missing or was changed.
    """
    as_of = date.fromisoformat(run.record.as_of)
    shape = (run.record.settings.worlds, len(PLANS), len(Ending))
    counted = Counted(
        run.record.settings.futures_of_a_world, np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    )
    for rows in run.rows(option):
        cells = rows["world"], rows["plan"], rows["ending"]
        np.add.at(counted.played, cells, 1)
        agrees = np.ones(len(rows), bool)
        for _, told in seen:
            agrees &= agree(rows, told, (told.date - as_of).days)
        np.add.at(counted.agreeing, tuple(cell[agrees] for cell in cells), 1)
    return counted


def agree(rows: Rows, told: Observation, day: int) -> np.ndarray:
    """Say of each future whether it agrees with a fact seen on a day; a sign is no fact of it.

    Rows do not hold what signs were played in a future, nor on which day force arrived: what a
    sign says of the plan is a weight and not a fact.
    """
    if told.talks_failed is not None:
        has_failed = (rows["failed_day"] >= 0) & (rows["failed_day"] <= day)
        agrees: np.ndarray = has_failed == told.talks_failed
        return agrees
    if told.state is not None:
        return is_in_state(rows, told.state, day)
    return np.ones(len(rows), bool)


def is_in_state(rows: Rows, state: str, day: int) -> np.ndarray:
    """Say of each future whether it is open, ongoing, in a deal or under force by a day.

    As the corridor has it: `force` once any was ordered, `deal` while one is in force, `open`
    otherwise; `ongoing` leaves out of `open` the futures whose quarrel was settled without a text.
    """
    force = (rows["first_force_day"] >= 0) & (rows["first_force_day"] <= day)
    has_ended = rows["ending_day"] <= day
    was_broken = (rows["broken_deal_day"] >= 0) & (rows["broken_deal_day"] <= day)
    deal = has_ended & (rows["ending"] <= Ending.NARROW_DEAL)
    deal |= was_broken & (day < rows["broken_day"])
    is_open = ~force & ~deal
    states = {"force": force, "deal": deal, "open": is_open}
    states["ongoing"] = is_open & ~(has_ended & (rows["ending"] == Ending.TACIT))
    return states[state]

"""Reads the futures of a run that an older version of the model made, which knew fewer endings.

Its third ending, `tacit`, held what are three endings now: a side that gave in, a demand dropped
and a dispute that faded. It is read as the last of these and called by its own name.
"""

from collections.abc import Mapping

import numpy as np

from detente.ensemble.tally import ENDINGS, TACIT
from detente.kernel.endings import FUTURE, Ending, Settlement

NEW = ("first_shot", "first_shot_gap", "rounds")
"""Columns that its futures lack."""
OLDER = np.dtype([(name, FUTURE[name]) for name in FUTURE.names or () if name not in NEW])
"""Its futures, with the columns in their order."""
KEYS = (
    "comprehensive_deal",
    "narrow_deal",
    "tacit",
    "containment",
    "talks_failed",
    "limited_strike",
    "war",
    "regional_war",
)
ENDINGS_OF: Mapping[str, tuple[Ending, ...]] = {key: {**ENDINGS, **TACIT}[key] for key in KEYS}
"""The endings that its futures have, in order; in a run of today these members make the same."""
_ENDING = np.array([0, 1, *range(Ending.FADES, len(Ending))], np.int8)
_SETTLEMENT = np.array([0, 1, *range(Settlement.FADES, len(Settlement))], np.int8)


def brought_up(rows: np.ndarray) -> np.ndarray:
    """Return futures of an older model with the columns and codes of today; others as they are.

    How the first shot came is not known of them.
    """
    if rows.dtype == FUTURE:
        return rows
    found = np.zeros(rows.shape, FUTURE)
    for name in OLDER.names or ():
        found[name] = rows[name]
    found["ending"] = _ENDING[rows["ending"]]
    found["settlement"] = _SETTLEMENT[rows["settlement"]]
    found["rounds"] = rows["first_force_day"] >= 0
    return found

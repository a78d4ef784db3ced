"""The columns of the table of past crises that are read, and the words that may stand in them."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

VIOLENT_TRIGGERS = ("Violent act", "Indirect violent act")
TRIGGERS = (
    *VIOLENT_TRIGGERS,
    "Verbal act",
    "Political act",
    "Economic act",
    "External change",
    "Other non-violent act",
    "Internal verbal or physical challenge",
    "Non-violent military act",
)
"""What may begin a crisis. "Verbal act" is in no table that we have seen."""
VIOLENCE = ("No violence", "Minor clashes", "Serious clashes", "Full-scale war")
AGREEMENTS = ("Formal agreement", "Semi-formal agreement")
OUTCOMES = (
    *AGREEMENTS,
    "Tacit understanding",
    "Unilateral act",
    "Imposed agreement",
    "Crisis faded",
    "Other outcome",
)
MEDIATED = "Mediation occurred"
MEDIATION = ("No mediation", "Mediation requested", "Mediation offered", MEDIATED)

MOST_DAYS = 36525
"""A century: what lasts longer is a slip of the pen [days]."""
LONGEST_NAME = 40
"""A crisis has a number; some lists have a code [characters]."""
UNKNOWN = frozenset({"", "na", "nan"})
"""What stands in a cell, in small letters, for what is not known."""
TRUTHS = {"0": False, "0.0": False, "false": False, "1": True, "1.0": True, "true": True}


class Column(NamedTuple):
    """One column: what is allowed in words, and how a cell is read.

    `read` raises ValueError, or KeyError, for what is not allowed.
    """

    allowed: str
    read: Callable[[str], Any]
    words: tuple[str, ...] = ()
    may_be_blank: bool = True


def _day(cell: str) -> dt.date:
    return dt.date.fromisoformat(cell)


def _length(cell: str) -> float:
    days = float(cell)
    if not math.isfinite(days) or not 0.0 <= days <= MOST_DAYS:
        raise ValueError(cell)
    return days


def _truth(cell: str) -> bool:
    return TRUTHS[cell.lower()]


def _name(cell: str) -> str:
    if len(cell) > LONGEST_NAME:
        raise ValueError(cell)
    return cell.removesuffix(".0")


def _one_of(words: tuple[str, ...]) -> Column:
    by_folded = {word.lower(): word for word in words}

    def read(cell: str) -> str:
        return by_folded[cell.lower()]

    return Column(f"{', '.join(words)}, or blank", read, words)


COLUMNS: Mapping[str, Column] = {
    "crisno": Column("a number, each once", _name, may_be_blank=False),
    "trig_date": Column("a day like 2031-03-01", _day, may_be_blank=False),
    "term_date": Column("a day like 2031-03-01, or blank", _day),
    "dur_days": Column(f"days, 0 to {MOST_DAYS}, or blank", _length),
    "trigger": _one_of(TRIGGERS),
    "violence": _one_of(VIOLENCE),
    "intra_war": Column("0 or 1", _truth, may_be_blank=False),
    "outcome": _one_of(OUTCOMES),
    "mediation": _one_of(MEDIATION),
    "recent_5y": Column("0, 1, or blank", _truth),
}
"""Every one of these columns must be there; others may be, and are not read."""

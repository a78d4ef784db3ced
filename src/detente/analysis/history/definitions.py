"""What each rate counts, in one line each, and the crises among which it is counted."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from detente.analysis.history.table import PastCrisis
from detente.analysis.history.words import AGREEMENTS, MEDIATED, VIOLENT_TRIGGERS


class Definition(NamedTuple):
    """A question to a past crisis; its answer is None where the table does not say."""

    title: str
    says: str
    holds: Callable[[PastCrisis], bool | None]


def _is_one_of(word: str | None, *words: str) -> bool | None:
    return None if word is None else word in words


def _is_not_one_of(word: str | None, *words: str) -> bool | None:
    return None if word is None else word not in words


GROUPS: Mapping[str, Definition] = {
    "all": Definition("All crises", "every crisis that is counted", lambda _: True),
    "non_violent": Definition(
        "Non-violent start",
        "the trigger is no violent act, direct or indirect",
        lambda crisis: _is_not_one_of(crisis.trigger, *VIOLENT_TRIGGERS),
    ),
    "violent": Definition(
        "Violent start",
        "the trigger is a violent act, direct or indirect",
        lambda crisis: _is_one_of(crisis.trigger, *VIOLENT_TRIGGERS),
    ),
    "mediated": Definition(
        "Mediated",
        "mediation occurred",
        lambda crisis: _is_one_of(crisis.mediation, MEDIATED),
    ),
    "not_mediated": Definition(
        "Not mediated",
        "mediation was at most requested or offered",
        lambda crisis: _is_not_one_of(crisis.mediation, MEDIATED),
    ),
}
"""Among which crises a rate is counted."""

RATES: Mapping[str, Definition] = {
    "war": Definition(
        "full-scale war",
        "the gravest violence of the crisis is full-scale war",
        lambda crisis: _is_one_of(crisis.violence, "Full-scale war"),
    ),
    "serious": Definition(
        "serious clashes or war",
        "the gravest violence is serious clashes or full-scale war",
        lambda crisis: _is_one_of(crisis.violence, "Serious clashes", "Full-scale war"),
    ),
    "none": Definition(
        "no violence",
        "there was none, not even minor clashes",
        lambda crisis: _is_one_of(crisis.violence, "No violence"),
    ),
    "agreement": Definition(
        "agreement",
        "the outcome is a formal or semi-formal agreement; tacit and imposed ones do not count",
        lambda crisis: _is_one_of(crisis.outcome, *AGREEMENTS),
    ),
    "follows": Definition(
        "follows another",
        "recent_5y is 1: an earlier crisis in the five years before; recurrence looks ahead",
        lambda crisis: crisis.follows_another,
    ),
}
"""What is counted."""

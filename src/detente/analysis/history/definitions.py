"""What is asked of past crises: among which, what happened, how long they lasted."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from detente.analysis.history.table import (
    AGREEMENTS,
    MEDIATED,
    VIOLENCE,
    VIOLENT_TRIGGERS,
    PastCrisis,
)

QUARTILES = {"quarter": 0.25, "half": 0.5, "three_quarters": 0.75}
NO_VIOLENCE, _, SERIOUS, WAR = VIOLENCE
STRONGER = 2.0
"""Capability ratio from which a side counts as the stronger; the weaker is below one over it."""


class Definition(NamedTuple):
    """A question to a past crisis; its answer is None where it does not arise or is not known."""

    title: str
    says: str
    holds: Callable[[PastCrisis], bool | None]


def _is_one_of(word: str | None, *words: str) -> bool | None:
    return None if word is None else word in words


def _is_not_one_of(word: str | None, *words: str) -> bool | None:
    return None if word is None else word not in words


def _is_war(crisis: PastCrisis) -> bool | None:
    return _is_one_of(crisis.violence, WAR)


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
STARTED = ("all", "non_violent", "violent")
"""The groups among which rates and lengths under a condition are counted too."""

RATES: Mapping[str, Definition] = {
    "war": Definition(
        "full-scale war",
        "the gravest violence of the crisis is full-scale war",
        _is_war,
    ),
    "serious": Definition(
        "serious clashes or war",
        "the gravest violence is serious clashes or full-scale war",
        lambda crisis: _is_one_of(crisis.violence, SERIOUS, WAR),
    ),
    "none": Definition(
        "no violence",
        "there was none, not even minor clashes",
        lambda crisis: _is_one_of(crisis.violence, NO_VIOLENCE),
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


def _after_war(*outcomes: str) -> Callable[[PastCrisis], bool | None]:
    """Return the question whether a war ended in one of these outcomes."""
    return lambda crisis: _is_one_of(crisis.outcome, *outcomes) if _is_war(crisis) else None


def _war_by_strength(low: float, high: float) -> Callable[[PastCrisis], bool | None]:
    """Return the question whether a challenger whose relative strength lies within came to war."""

    def holds(crisis: PastCrisis) -> bool | None:
        strength = strength_of(crisis)
        return _is_war(crisis) if strength is not None and low <= strength < high else None

    return holds


def strength_of(crisis: PastCrisis) -> float | None:
    """Return the challenger's capabilities over the defender's.

    The first crisis actor, side A of the table, is the one that is challenged.
    """
    challenger, defender = crisis.capability_b, crisis.capability_a
    return None if challenger is None or not defender else challenger / defender


BY_STRENGTH: Mapping[str, Definition] = {
    "war_if_weaker": Definition(
        "war, challenger weaker",
        "among crises whose challenger has less than half of the defender's capabilities",
        _war_by_strength(0.0, 1.0 / STRONGER),
    ),
    "war_if_similar": Definition(
        "war, sides similar",
        "among crises in which neither side has twice the other's capabilities",
        _war_by_strength(1.0 / STRONGER, STRONGER),
    ),
    "war_if_stronger": Definition(
        "war, challenger stronger",
        "among crises whose challenger has twice the defender's capabilities or more",
        _war_by_strength(STRONGER, float("inf")),
    ),
}
"""War by the challenger's strength."""
AFTER_WAR: Mapping[str, Definition] = {
    "agreement_after_war": Definition(
        "agreement, after war",
        "among crises with full-scale war, the outcome is a formal or semi-formal agreement",
        _after_war(*AGREEMENTS),
    ),
    "unilateral_after_war": Definition(
        "unilateral act, after war",
        "among crises with full-scale war, one side ended the crisis by itself",
        _after_war("Unilateral act"),
    ),
    "imposed_after_war": Definition(
        "imposed, after war",
        "among crises with full-scale war, the outcome was imposed",
        _after_war("Imposed agreement"),
    ),
    "given_up_after_war": Definition(
        "unilateral or imposed, after war",
        "among crises with full-scale war, the outcome is a unilateral act or was imposed",
        _after_war("Unilateral act", "Imposed agreement"),
    ),
    "faded_after_war": Definition(
        "faded, after war",
        "among crises with full-scale war, the crisis faded",
        _after_war("Crisis faded"),
    ),
}
"""How crises with full-scale war were settled."""
CONDITIONAL = {**AFTER_WAR, **BY_STRENGTH}

LEVELS: Mapping[str, Definition] = {
    "none": Definition(
        "without violence",
        "the gravest violence is none",
        lambda crisis: _is_one_of(crisis.violence, NO_VIOLENCE),
    ),
    "clashes": Definition(
        "with serious clashes",
        "the gravest violence is serious clashes",
        lambda crisis: _is_one_of(crisis.violence, SERIOUS),
    ),
    "war": Definition("with full-scale war", "the gravest violence is full-scale war", _is_war),
}
"""Violence by which lengths are counted apart."""


def length_key(group: str, quartile: str, level: str | None = None) -> str:
    """Return the key of a quartile of a group's lengths, of all or of one level of violence."""
    return f"{group}.{quartile}" if level is None else f"{group}.{quartile}_if_{level}"

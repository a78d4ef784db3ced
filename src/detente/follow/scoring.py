"""Scores of forecasts: Brier and log score, averaged over the days on which each was current."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, NamedTuple, TypeAlias

import numpy as np

from detente.estimate.intervals import mean_over
from detente.questions.wording import count

LEAST_GROUPS = 5
"""Least number of groups of questions for an interval."""
DEPENDENT = "all questions are about one crisis, so that this says little about others"
"""Caution added to every comparison."""

Verdict: TypeAlias = Literal["better", "worse", "cannot_tell"]


class Stated(NamedTuple):
    """A forecast that is current from its day until the next one."""

    start: date
    share: Annotated[float, "probability [0-1]"]
    futures: Annotated[int | None, "number of futures; None for a view of others"] = None
    base: Annotated[float | None, "base rate [0-1] on that day"] = None


class Scores(NamedTuple):
    """The two scores of a probability, or their mean over days; lower is better."""

    brier: Annotated[float, "squared error [0-1]"]
    log: Annotated[float, "negative natural logarithm of the probability of the result"]


class QuestionScore(NamedTuple):
    """The scores of a resolved question, and those of its references."""

    days: Annotated[int, "days on which a forecast was current"]
    own: Scores
    base: Annotated[Scores | None, "of the base rate, on the same days"]
    updated: Annotated[Scores | None, "of all forecasts but the first, on their days"]
    held: Annotated[Scores | None, "of the forecast before each, on the same days"]


class Rivalry(NamedTuple):
    """The scores of forecasts and of another's views, on days on which both were current."""

    days: int
    own: Scores
    base: Annotated[Scores | None, "of the base rate"]
    views: Scores


class Skill(NamedTuple):
    """The mean difference of scores between forecasts and a reference; below 0 is better."""

    questions: int
    groups: Annotated[int, "groups of questions that differ only in their date"]
    difference: float | None
    low: Annotated[float | None, "90 % interval over groups"]
    high: Annotated[float | None, "90 % interval over groups"]
    reason: Annotated[str, "why there is no interval; empty if there is one"]

    @property
    def verdict(self) -> Verdict:
        """Return "better" or "worse" only if the interval excludes 0."""
        if self.low is None or self.high is None or self.low <= 0.0 <= self.high:
            return "cannot_tell"
        return "better" if self.high < 0.0 else "worse"


class Judged(NamedTuple):
    """A resolved question with its score."""

    group: Annotated[str, "key shared by questions that differ only in their date"]
    happened: bool
    score: QuestionScore


def score_of(share: float, happened: bool, futures: int | None = None) -> Scores:
    """Return the scores of a probability.

    In the log score a share of 0 or 1 counts as half a future away from it, as a finite number of
    futures does not show that it is exact.
    """
    least = 0.0 if futures is None else 0.5 / futures
    given = min(max(share, least), 1.0 - least)
    return Scores((share - happened) ** 2, -math.log(given if happened else 1.0 - given))


def score_question(
    forecasts: Sequence[Stated], *, happened: bool, closed: date, since: date = date.min
) -> QuestionScore | None:
    """Return the time-averaged scores of a question; None if no forecast was current for a day.

    Forecasts are in the order of their days. Each is current from its day until the next one, the
    last until the question closes: on the day of the event, or on its last day. The closing day
    does not count, nor do days before `since`.
    """
    ends = [*(one.start for one in forecasts[1:]), closed]
    days = [
        max(0, (min(end, closed) - max(one.start, since)).days)
        for one, end in zip(forecasts, ends, strict=True)
    ]
    own = [score_of(one.share, happened, one.futures) for one in forecasts]
    average = _averaged(own, days)
    if average is None:
        return None
    based = [one.base for one in forecasts]
    known = [score_of(base, happened) for base in based if base is not None]
    return QuestionScore(
        days=sum(days),
        own=average,
        base=_averaged(known, days) if len(known) == len(based) else None,
        updated=_averaged(own[1:], days[1:]),
        held=_averaged(own[:-1], days[1:]),
    )


def score_rivalry(
    forecasts: Sequence[Stated], views: Sequence[Stated], *, happened: bool, closed: date
) -> Rivalry | None:
    """Return scores of forecasts and views on the same days; None if there is no such day.

    A view is current from the day on which it was read until the next of the same holder.
    """
    since = max(forecasts[0].start, views[0].start)
    own = score_question(forecasts, happened=happened, closed=closed, since=since)
    theirs = score_question(views, happened=happened, closed=closed, since=since)
    if own is None or theirs is None:
        return None
    return Rivalry(own.days, own.own, own.base, theirs.own)


def _averaged(scores: Sequence[Scores], days: Sequence[int]) -> Scores | None:
    """Return the mean of scores weighted by days; None without days."""
    if not sum(days):
        return None
    brier, log = np.average(np.array(scores), axis=0, weights=days)
    return Scores(float(brier), float(log))


def skills(judged: Sequence[Judged]) -> dict[str, Skill]:
    """Return the skill against base rates and against the forecast before, by both scores.

    Keys are `base_brier`, `base_log`, `before_brier` and `before_log`.
    """
    rivals = {"base": ("own", "base"), "before": ("updated", "held")}
    found = {}
    for rival, (one, other) in rivals.items():
        pairs = [(each, getattr(each.score, one), getattr(each.score, other)) for each in judged]
        both = [(each.group, each.happened, *pair) for each, *pair in pairs if None not in pair]
        for measure, skill in skills_against(both).items():
            found[f"{rival}_{measure}"] = skill
    return found


def skills_against(pairs: Sequence[tuple[str, bool, Scores, Scores]]) -> dict[str, Skill]:
    """Return the skill by each score.

    Each pair of scores, own and another's, is given with the group of its question, and whether the
    event happened.
    """
    return {
        measure: skill_of(
            [
                (group, happened, getattr(own, measure) - getattr(other, measure))
                for group, happened, own, other in pairs
            ]
        )
        for measure in Scores._fields
    }


def skill_of(differences: Sequence[tuple[str, bool, float]]) -> Skill:
    """Return the mean difference over groups of questions, with an interval if possible.

    Each difference is given with the group of its question, and whether the event happened.
    """
    groups: dict[str, list[float]] = {}
    for group, _, difference in differences:
        groups.setdefault(group, []).append(difference)
    size = len(differences), len(groups)
    if not groups:
        return Skill(*size, None, None, None, "no resolved question can be compared")
    means = np.array([np.mean(several) for several in groups.values()])
    came, reason = {happened for _, happened, _ in differences}, ""
    if len(groups) < LEAST_GROUPS:
        counted = count(len(groups), "group")
        reason = f"the resolved questions belong to {counted}; {LEAST_GROUPS} are needed"
    elif len(came) == 1:
        reason = "all of them happened" if True in came else "none of them happened"
    if reason:
        return Skill(*size, float(means.mean()), None, None, reason)
    return Skill(*size, *mean_over(means).interval, "")

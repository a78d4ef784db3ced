"""The answer in 120 words: how likely, by when, how far to rely on it; and shares by date.

Likelihood is said in one row of terms with its bracket, its count of 100 futures and its 90 %
interval. Confidence is a line of its own, by a rule that `docs/show.md` states: the weaker of what
the numbers rest on and of how far worlds lie apart. `detente show --json` holds the same sentences.
"""

from collections.abc import Iterator

from detente.estimate.estimate import Estimate
from detente.estimate.quantiles import LEAST_WORLDS, Quantile
from detente.questions import wording
from detente.questions.course import Course
from detente.questions.strip import Strip
from detente.questions.summary import OptionSummary, Summary
from detente.questions.wording import Value, dated, of_100, points, short_date, titles
from detente.text import TO, capitalised
from detente.views import beginnings
from detente.views.blocks import (
    INTERVAL,
    WORLDS,
    Block,
    Sentence,
    Table,
    Words,
    columns,
    plain,
    says,
)
from detente.views.strip import headline

MOST_WORDS = 120
"""No answer is longer."""
CALLED = {"any_war": "war", "force": "use of force", "deal": "a deal without force"}
"""Outcomes that an answer is about, in short."""
LEVELS = ("low", "moderate", "high")
"""Words for confidence, as ICD 203 has them."""
PARTS = (1.0 / 3.0, 2.0 / 3.0)
"""What part of the numbers rests on something credible, at least, for moderate and for high."""


def answer(summary: Summary, course: Course, compared: Strip | None = None) -> tuple[Words, ...]:
    """Say what became of a crisis in at most 120 words; how far to rely on it comes last.

    `compared`: what past crises and others say, which is named where it is far from the model.
    """
    option, played = summary.options[course.option], course.worlds * course.futures
    shares = {key: option.outcomes[key] for key in CALLED}
    has_range = course.worlds >= LEAST_WORLDS and course.futures > 1
    likely: tuple[Words, ...] = tuple(
        _likelihood(key, share, played, has_range=has_range) for key, share in shares.items()
    )
    elsewhere: Words = "" if compared is None else headline(compared)
    likely += (elsewhere,) if elsewhere else ()
    moves = max(share.high - share.low for share in shares.values()) / 2.0
    seeds: Words = says("Another seed may move these by about {} points.", points(moves, 0))
    when, sure = [*times(course)], (seeds, confidence(option, course))
    # Where the figures are long, what the tables of the course say too gives way.
    while when and sum(len(plain(words).split()) for words in (*likely, *when, *sure)) > MOST_WORDS:
        when.pop()
    return (*likely, *when, *sure)


def confidence(option: OptionSummary, course: Course) -> Words:
    """Say how far to rely on the shares of an option: as far as the weaker of two things goes.

    What the numbers rest on: high if two thirds of them rest on a credible claim or on past crises,
    moderate if one third does. How far worlds lie apart: high if the range across worlds of each
    outcome that is answered lies in the bracket of one term, moderate if in two that are
    neighbours. Low otherwise, and where worlds or futures are too few.
    """
    level, support = 0, "the pack can no longer be read"
    if course.support is not None:
        numbers, credible = course.support
        level = sum(credible / max(1, numbers) >= least for least in PARTS)
        support = f"{credible} of the {numbers} inputs rest on good evidence, the rest on judgement"
    if course.worlds < LEAST_WORLDS or course.futures == 1:
        size = (
            f"{wording.count(course.worlds, 'set')} of assumptions with "
            f"{wording.count(course.futures, 'course')} of events"
        )
        lacking = f"{size} cannot show how far the answer depends on assumptions"
        return f"Low confidence: {support}, and {lacking}."
    # How many brackets lie between the ends of the range across worlds.
    widest = max(
        wording.bracket(option.outcomes[key].spread_high)
        - wording.bracket(option.outcomes[key].spread_low)
        for key in CALLED
    )
    level = min(level, max(0, len(LEVELS) - 1 - widest))
    return f"{LEVELS[level].capitalize()} confidence: {support}."


def _likelihood(outcome: str, share: Estimate, played: int, *, has_range: bool) -> Words:
    """Say how often an outcome comes, and over what range of assumptions.

    A word of likelihood stands there only if another seed would not change it.
    """
    name = capitalised(CALLED[outcome])
    if share.value in {0.0, 1.0}:
        how = "comes in none" if share.value == 0.0 else "comes in each"
        return f"{name} {how} of {wording.count(played, 'course')} of events."
    often = wording.in_short(share.value)
    words = says(f"{name} comes in {{}} %", often)
    if wording.bracket(share.low) == wording.bracket(share.high):
        words = says(f"{name} {wording.likelihood(share.value)}: {{}} %", often)
    ends = wording.range_in_short(share.spread_low, share.spread_high)
    return (
        says("{}; depending on the assumptions, {} %.", words, ends)
        if has_range
        else says("{}.", words)
    )


def times(course: Course) -> Iterator[Words]:
    """Yield by when half of the wars and deals have come, and how long wars last."""
    begun, fought = course.until["any_war"], course.fighting["any_war"]
    if begun is not None and fought is not None and begun.half.is_sure and fought.half.is_sure:
        yield says(
            "Half of wars begin by {}, and half bring {} days of fighting or fewer ({}).",
            _by_date(course, begun.half),
            wording.amount(fought.half),
            wording.amount_by_chance(fought.half),
        )
    struck = course.until["deal"]
    if struck is not None and struck.half.is_sure:
        yield says("Half of deals come by {}.", _by_date(course, struck.half))


def _by_date(course: Course, day: Quantile) -> Words:
    """Return a day as a date, in brackets the interval of its number."""
    return says("{} (day {})", _date(course, day), wording.amount_by_chance(day))


def _date(course: Course, day: Quantile) -> Value:
    return Value(wording.in_full(course.run.record.date_of(round(day.value))), day.value)


FOUGHT = {
    "limited_strike": "fighting in limited strikes",
    "any_war": "fighting where war comes",
}


def course_blocks(course: Course) -> Iterator[Block]:
    """Yield endings by day, their range across worlds, and how long they take."""
    called, days = titles(course.run.record), course.reported_days
    each = {key: course.shares_by(key, days) for key in course.ways}
    dates = {day: short_date(course.run.record, day) for day in days}
    yield Table(
        "endings-by-day",
        "Outcomes and endings by date, in %",
        columns("By", numbers=dates.values()),
        tuple(
            (called[key], *(of_100(one.share.value) for one in row)) for key, row in each.items()
        ),
        level="full",
    )
    half = max(one.share.high - one.share.low for row in each.values() for one in row) / 2.0
    counts = wording.day_of_force(course.run.record)
    yield Sentence(
        says(f"{counts}. No interval here is wider than {{}} points each way.", points(half)),
        level="full",
    )
    if course.worlds >= LEAST_WORLDS and course.futures > 1:
        # At every second day, the horizon last.
        fewer = slice(1 - len(days) % 2, None, 2)
        yield Table(
            "endings-by-day-worlds",
            f"The same, {WORLDS}, in %",
            columns("By", numbers=list(dates.values())[fewer]),
            tuple(
                (called[key], *(wording.spread(one.share, joint=TO) for one in row[fewer]))
                for key, row in each.items()
            ),
            level="full",
        )
    keys = [key for key in course.ways if key not in {"settled", "force"}]
    kept = {called[key]: course.until[key] for key in keys}
    kept |= {title: course.fighting[key] for key, title in FOUGHT.items()}
    there = {title: one for title, one in kept.items() if one is not None}
    # Whether futures end so only because they are followed no longer.
    still = [title for title, one in there.items() if one.quarter.value == course.horizon]
    ended = {title: one for title, one in there.items() if title not in still}
    rows = [
        (
            title,
            *wording.amount_cells(one.half),
            wording.amount_over_worlds(one.half, joint=TO),
            wording.interval(one.quarter.value, one.three_quarters.value, 0),
        )
        for title, one in ended.items()
        if one.half.is_sure
    ]
    if rows:
        yield Table(
            "endings-days",
            "Days until it comes, and days of fighting, where it comes",
            columns("What", numbers=("Half by", INTERVAL, WORLDS, "Middle half")),
            tuple(rows),
            level="full",
        )
    if len(rows) < len(ended):
        unsure = beginnings.too_few("lengths", len(ended) - len(rows), len(ended))
        yield Sentence(unsure, level="full")
    if still:
        horizon = dated(course.run.record, course.horizon)
        words = says("Still open on {}, the horizon: {}.", horizon, ", ".join(still))
        yield Sentence(words, level="full")

"""The answer in at most 120 words (likelihood, dates, confidence), and shares of endings by date.

A likelihood is given as one term with its bracket, its count of 100 futures and its 90 % interval.
Confidence is a line of its own, by the rule in `docs/show.md`: the weaker of two, how much of the
input rests on good evidence and how far worlds differ. `detente show --json` holds the same
sentences.
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
"""Upper limit on the length of an answer [words]."""
CALLED = {"any_war": "war", "force": "use of force", "deal": "a deal without force"}
"""Short names of the outcomes that an answer reports."""
LEVELS = ("low", "moderate", "high")
"""Levels of confidence, as in ICD 203."""
PARTS = (1.0 / 3.0, 2.0 / 3.0)
"""Least shares of inputs with good evidence for moderate and for high confidence."""


def answer(
    summary: Summary, course: Course, compared: Strip | None = None, most: int = MOST_WORDS
) -> tuple[Words, ...]:
    """Return the answer in at most `most` words, one sentence an item, confidence last.

    `compared`: estimates from past crises and others, named if they differ much from the model's.
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
    seeds: Words = says("Other random draws may move these by about {} points.", points(moves, 0))
    when, sure = [*times(course)], (seeds, confidence(option, course))
    # If the answer is too long, sentences on times go first: the tables show them too.
    while when and sum(len(plain(words).split()) for words in (*likely, *when, *sure)) > most:
        when.pop()
    return (*likely, *when, *sure)


def confidence(option: OptionSummary, course: Course) -> Words:
    """Return a sentence on the confidence in the shares of an option: the weaker of two levels.

    Evidence: high if two thirds of the inputs rest on a credible claim or on past crises, moderate
    if one third does. Range across worlds: high if each outcome that is reported stays in the
    bracket of one term, moderate if it covers two neighbouring brackets. Low otherwise, and with
    too few worlds or futures.
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
        return (
            f"Low confidence: {support}. {size} each cannot show how far the answer depends on "
            "assumptions."
        )
    # Number of brackets between the ends of the range across worlds.
    widest = max(
        wording.bracket(option.outcomes[key].spread_high)
        - wording.bracket(option.outcomes[key].spread_low)
        for key in CALLED
    )
    level = min(level, max(0, len(LEVELS) - 1 - widest))
    return f"{LEVELS[level].capitalize()} confidence: {support}."


def _likelihood(outcome: str, share: Estimate, played: int, *, has_range: bool) -> Words:
    """Return a sentence on the share of an outcome and its range across assumptions.

    It has a word of likelihood only if another seed would give the same word.
    """
    name = capitalised(CALLED[outcome])
    if share.value in {0.0, 1.0}:
        how = "comes in none" if share.value == 0.0 else "comes in each"
        return f"{name} {how} of {wording.count(played, 'course')} of events."
    often = wording.in_short(share.value)
    words = says(f"{name} comes in {{}} %", often)
    if wording.bracket(share.low) == wording.bracket(share.high):
        words = says(f"{name} {wording.likelihood(share.value)}: it comes in {{}} %", often)
    ends = wording.range_in_short(share.spread_low, share.spread_high)
    return (
        says("{}. Depending on the assumptions: {} %.", words, ends)
        if has_range
        else says("{}.", words)
    )


def times(course: Course) -> Iterator[Words]:
    """Yield sentences: when half of wars and of deals have come, and how long wars last."""
    begun, fought = course.until_of("any_war"), course.fighting_of("any_war")
    if begun is not None and fought is not None and begun.half.is_sure and fought.half.is_sure:
        yield says(
            "Half of wars begin by {}. Half bring {} days of fighting or fewer ({}).",
            _by_date(course, begun.half),
            wording.amount(fought.half),
            wording.amount_by_chance(fought.half),
        )
    struck = course.until_of("deal")
    if struck is not None and struck.half.is_sure:
        yield says("Half of deals come by {}.", _by_date(course, struck.half))


def _by_date(course: Course, day: Quantile) -> Words:
    """Return a day as a date, followed by the interval of the day's number in brackets."""
    date = Value(wording.in_full(course.run.record.date_of(round(day.value))), day.value)
    return says("{} (day {})", date, wording.amount_by_chance(day))


FOUGHT = {
    "limited_strike": "fighting in limited strikes",
    "any_war": "fighting where war comes",
}


def course_blocks(course: Course) -> Iterator[Block]:
    """Yield tables of outcomes by date, their ranges across worlds, and days until they come."""
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
    counts = wording.DAY_OF_FORCE
    yield Sentence(
        says(f"{counts}. No interval here is wider than {{}} points each way.", points(half)),
        level="full",
    )
    if course.worlds >= LEAST_WORLDS and course.futures > 1:
        # Every second day, such that the horizon is the last.
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
    durations = {title: one for title, one in kept.items() if one is not None}
    # Outcomes that "come" at the horizon only because play stops there.
    still = [title for title, one in durations.items() if one.quarter.value == course.horizon]
    ended = {title: one for title, one in durations.items() if title not in still}
    rows = [
        (
            title,
            *wording.amount_cells(one.half),
            wording.amount_over_worlds(one.half),
            wording.interval(one.quarter.value, one.three_quarters.value, 0),
        )
        for title, one in ended.items()
        if one.half.is_sure
    ]
    if rows:
        yield Table(
            "endings-days",
            "Days until an outcome, and days of fighting, where it comes",
            columns("What", numbers=("Median", INTERVAL, WORLDS, "Middle half")),
            tuple(rows),
            level="full",
        )
    if len(rows) < len(ended):
        unsure = beginnings.too_few("lengths", len(ended) - len(rows), len(ended))
        yield Sentence(unsure, level="full")
    if still:
        horizon = dated(course.run.record, course.horizon)
        words = says("Still unresolved at the horizon, {}: {}.", horizon, ", ".join(still))
        yield Sentence(words, level="full")

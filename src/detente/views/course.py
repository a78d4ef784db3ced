"""How fast outcomes come: shares by date, and how long it takes."""

from collections.abc import Iterable, Iterator

from detente.analysis import wording
from detente.analysis.course import Course
from detente.analysis.quantiles import LEAST_WORLDS, Quantiles
from detente.analysis.wording import (
    dated,
    of_100,
    points,
    short_date,
    titles,
)
from detente.views import beginnings
from detente.views.blocks import (
    INTERVAL,
    WORLDS,
    Block,
    Column,
    Sentence,
    Table,
    number_columns,
    says,
)

FOUGHT = {"limited_strike": "fighting in a limited strike", "any_war": "fighting in a war"}
TO = " to "


def course_blocks(course: Course) -> Iterator[Block]:
    """Yield endings by day, their range across worlds, and how long they take."""
    each = {key: course.shares_by(key, course.reported_days) for key in course.ways}
    called = titles(course.run.record)
    yield Table(
        "endings-by-day",
        "Outcomes and endings by date, in % of all futures",
        (Column("By"), *_dates(course, course.reported_days)),
        tuple(
            (called[key], *(of_100(share) for _, (share, *_) in row)) for key, row in each.items()
        ),
        level="full",
    )
    half = max(one.share.high - one.share.low for row in each.values() for one in row) / 2.0
    yield Sentence(
        says(
            "A future with use of force counts on the day of its first use. No interval here "
            "is wider than {} points each way.",
            points(half),
        ),
        level="full",
    )
    if course.worlds >= LEAST_WORLDS and course.futures > 1:
        yield _across_worlds(course)
    yield from _lengths(course)


def _dates(course: Course, days: Iterable[int]) -> tuple[Column, ...]:
    return number_columns(*(short_date(course.run.record, day) for day in days))


def _across_worlds(course: Course) -> Table:
    """Return the same ranges across worlds, at every second day, the horizon last."""
    days = course.reported_days[::-2][::-1]
    each = {key: course.shares_by(key, days) for key in course.ways}
    called = titles(course.run.record)
    return Table(
        "endings-by-day-worlds",
        f"The same, {WORLDS}, in %",
        (Column("By"), *_dates(course, days)),
        tuple(
            (called[key], *(wording.spread(one.share, joint=TO) for one in row))
            for key, row in each.items()
        ),
        level="full",
    )


def _lengths(course: Course) -> Iterator[Block]:
    called = titles(course.run.record)
    keys = [key for key in course.ways if key not in {"settled", "force"}]
    kept = {called[key]: course.until[key] for key in keys}
    kept |= {title: course.fighting[key] for key, title in FOUGHT.items()}
    there = {title: one for title, one in kept.items() if one is not None}
    still = [title for title, one in there.items() if _is_open(one, course)]
    ended = {title: one for title, one in there.items() if title not in still}
    rows = [(title, *_days(one)) for title, one in ended.items() if one.half.is_sure]
    if rows:
        yield Table(
            "endings-days",
            "Days until it comes, and days of fighting, in futures in which it comes",
            (Column(""), *number_columns("Half by", INTERVAL, WORLDS, "Middle half of futures")),
            tuple(rows),
            level="full",
        )
    if len(rows) < len(ended):
        unsure = beginnings.too_few("lengths", len(ended) - len(rows), len(ended))
        yield Sentence(unsure, level="full")
    if still:
        yield Sentence(
            says(
                "Still open on {}, the horizon: {}.",
                dated(course.run.record, course.horizon),
                ", ".join(still),
            ),
            level="full",
        )


def _days(one: Quantiles) -> tuple[str, ...]:
    return (
        wording.amount(one.half),
        wording.amount_by_chance(one.half, joint=TO),
        wording.amount_over_worlds(one.half, joint=TO),
        wording.interval(one.quarter.value, one.three_quarters.value, 0),
    )


def _is_open(one: Quantiles, course: Course) -> bool:
    """Say whether futures end so only because they are followed no longer."""
    return one.quarter.value == course.horizon

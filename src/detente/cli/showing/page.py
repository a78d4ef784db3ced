"""The course of a crisis as text: the answer, endings by day, how long it lasts, what war costs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from detente.analysis import wording
from detente.analysis.course import Course
from detente.analysis.quantiles import LEAST_WORLDS, Quantiles
from detente.analysis.summary import Summary
from detente.analysis.telling import answer_in_words, losses_in_words
from detente.cli import terminal
from detente.ensemble.record import Record
from detente.ensemble.tally import ENDINGS, OUTCOMES

FOUGHT = {"limited_strike": "fighting, strike", "any_war": "fighting, any war"}
LOST = {
    "all": "all",
    "forces": "forces and bases",
    "aircraft": "aircraft",
    "economy": "economy and trade",
}
PERCENT = 100.0


def show_answer(summary: Summary, course: Course) -> None:
    """Print what became of the crisis in at most 120 words, a sentence a line."""
    *likely, sure = answer_in_words(summary, course)
    for sentence in likely:
        terminal.say(sentence)
    terminal.say()
    terminal.say(sure)
    terminal.say()


def show_course(course: Course, record: Record, *, quiet: bool) -> None:
    """Print the course of a crisis; `quiet` leaves out how to read it."""
    _show_days(course)
    _show_lengths(course, quiet=quiet)
    _show_losses(course, record)


def _show_days(course: Course) -> None:
    """Print two tables, of shares by day and of their spread over worlds."""
    told = {key: course.shares_by(key, course.told_days) for key in (*ENDINGS, *OUTCOMES)}
    head = ("by day", *map(str, course.told_days))
    right = " " + "r" * len(course.told_days)
    terminal.say("Endings by day, of 100 futures", style="bold")
    counts = {key: [wording.of_100(one.share.share) for one in row] for key, row in told.items()}
    terminal.show_table([head, *_named(counts)], right=right)
    half = max(one.share.high - one.share.low for row in told.values() for one in row) / 2.0
    terminal.say(
        f"A future with ordered force ends on its first day. Chance moves none of these by more "
        f"than {PERCENT * half:.1f} of 100 (90 % interval)."
    )
    terminal.say()
    if course.worlds < LEAST_WORLDS or course.futures == 1:
        return
    terminal.say("The same over worlds, 5th to 95th percentile, chance removed", style="bold")
    spreads = {key: [wording.spread(one.share) for one in row] for key, row in told.items()}
    terminal.show_table([head, *_named(spreads)], right=right)
    terminal.say()


def _named(cells: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each ending, a line between, and a row for each outcome."""
    for key, row in cells.items():
        if key == next(iter(OUTCOMES)):
            yield ("",) * (len(row) + 1)
        yield (wording.NAMES[key], *row)


def _show_lengths(course: Course, *, quiet: bool) -> None:
    keys = [key for key in (*ENDINGS, *OUTCOMES) if key not in {"settled", "force"}]
    kept = {wording.NAMES[key]: course.until[key] for key in keys}
    kept |= {title: course.fighting[key] for key, title in FOUGHT.items()}
    there = {title: one for title, one in kept.items() if one is not None}
    rows = [(title, *_lengths(one)) for title, one in there.items() if not _is_open(one, course)]
    if rows:
        terminal.say("Days until it comes, and of fighting, of those futures", style="bold")
        head = ("", "quarter", "chance", "half", "chance", "worlds", "3 in 4", "chance")
        terminal.show_table([head, *rows], right=" rrrrrrr")
    still = [title for title, one in there.items() if _is_open(one, course)]
    if still:
        terminal.say(f"Still open on day {course.horizon}, the horizon: {', '.join(still)}.")
    if rows and not quiet:
        terminal.say(
            "quarter: by that day it has come in a quarter of the futures in which it comes at "
            "all. chance: 90 % interval. worlds: 5th to 95th percentile of a world's own half, "
            "where worlds have futures enough of it."
        )
    terminal.say()


def _lengths(one: Quantiles) -> tuple[str, ...]:
    return (
        wording.amount(one.quarter),
        wording.amount_by_chance(one.quarter),
        wording.amount(one.half),
        wording.amount_by_chance(one.half),
        wording.amount_over_worlds(one.half),
        wording.amount(one.three_quarters),
        wording.amount_by_chance(one.three_quarters),
    )


def _is_open(one: Quantiles, course: Course) -> bool:
    """Say whether futures end so only because they are followed no longer."""
    return one.quarter.value == course.horizon


def _show_losses(course: Course, record: Record) -> None:
    rows = list(_lost(course, record))
    if not rows:
        return
    terminal.say("What wars cost and destroy", style="bold")
    for sentence in losses_in_words(course, record):
        terminal.say(sentence)
    head = ("", "half", "chance", "worlds", "19 in 20", "chance", "worlds")
    terminal.show_table([head, *rows], right=" rrrrrr")
    terminal.say()


def _lost(course: Course, record: Record) -> Iterator[tuple[str, ...]]:
    """Yield a row for each kind of loss that any war brought."""
    for side, kinds in course.losses.items():
        there = {kind: one for kind, one in kinds.items() if _is_there(one)}
        if there:
            yield record.parties[side], *[""] * 6
        for kind, one in there.items():
            yield f"  {LOST[kind]}", *_costs(one, PERCENT)
    if course.destroyed is not None:
        yield "disputed capabilities, %", *_costs(course.destroyed, PERCENT)
    if _is_there(course.cost_to_others):
        yield "others, billion dollars", *_costs(course.cost_to_others, 1.0)


def _is_there(one: Quantiles | None) -> TypeGuard[Quantiles]:
    return one is not None and one.nineteen_in_20.value > 0.0


def _costs(one: Quantiles, scale: float) -> tuple[str, ...]:
    figures = (one.half, one.nineteen_in_20)
    ways = (wording.amount, wording.amount_by_chance, wording.amount_over_worlds)
    return tuple(way(figure, scale) for figure in figures for way in ways)

"""What has changed since the last run: what moved, and what differs in what was played."""

import shlex
from collections.abc import Iterator, Mapping

from detente.ensemble.run import Run
from detente.pack.comparison import (
    FieldDifference,
    NumberDifference,
    PackComparison,
    quantity_words,
    reason_words,
)
from detente.pack.quantity import Quantity
from detente.questions.since import BeforeAfter, RunsCompared, Since
from detente.questions.wording import percent, points, span, titles
from detente.views.blocks import (
    INTERVAL,
    Block,
    Column,
    Command,
    Listing,
    Section,
    Sentence,
    Table,
    Words,
    listed,
    number_columns,
    says,
)
from detente.views.record import method
from detente.views.trace import subject

ASKED = ("any_war", "deal")
"""The outcomes whose change is said in words."""
MOST_MOVED = 3
"""Endings and outcomes that are said to have moved most."""
NOTHING = "-"
"""What stands where a pack does not have a thing."""


def section(run: Run, found: Since) -> Section:
    """Return what has changed in a run since an earlier one."""
    return Section(
        key="since",
        title="What has changed since the last run?",
        answer=(*_moved(run, found), *_why(found)),
        blocks=tuple(_blocks(run, found)),
        method=method(
            run,
            how="Both runs share seed, worlds and futures, and are compared future by future.",
            left_out="Which of several changes moved an outcome is not estimable from two runs, "
            "and what an option does is not compared between them.",
            would_change="To see what one change does, undo it in another run with detente run "
            "--set.",
        ),
    )


def _moved(run: Run, found: Since) -> Iterator[Words]:
    for outcome in ASKED:
        one = found.moved[outcome]
        yield says(
            "In this model {} of 100 futures ended in {} then, and {} end in it now: {}.",
            points(one.before.value),
            titles(run.record)[outcome],
            points(one.after.value),
            _difference(one),
        )


def _difference(one: BeforeAfter) -> Words:
    difference = one.difference
    if not difference.is_clear:
        return ("a difference that another seed could also make",)
    return says(
        "{} points (90 % interval {})",
        points(difference.value, signed=True),
        span(difference.low, difference.high),
    )


def _why(found: Since) -> Iterator[Words]:
    if found.is_unchanged:
        yield ("Nothing differs in what they were played from.",)
        return
    parts = [] if found.pack.is_empty else [found.pack.counts]
    parts += [f"setting {asked}" for asked in found.settings]
    yield (f"Differences in what was played: {'; '.join(parts) or 'none'}.",)
    if not found.is_same_model:
        yield (
            "Another version of the model played the earlier run, so that some of what moved may "
            "come from the program.",
        )


def _blocks(run: Run, found: Since) -> Iterator[Block]:
    record, called = found.earlier.record, titles(run.record)
    yield Sentence(
        (
            f"The earlier run: pack {record.name} {record.pack[:12]}, as of {record.as_of}, "
            f"detente {record.package}, run {found.earlier.digest[:12]}.",
        )
    )
    yield Table(
        "since-outcomes",
        "Endings and outcomes, then and now, in % of all futures",
        (
            Column("Ending or outcome"),
            *number_columns("Then", "Now", "Difference, in points", INTERVAL),
        ),
        tuple(_row(called[outcome], one) for outcome, one in found.moved.items()),
    )
    rows = (*_settings(found), *differences(found.pack))
    if rows:
        heads = (Column("What"), Column("Then"), Column("Now"))
        yield Table("since-pack", "What differs in what was played", heads, rows, level="full")


def _row(title: str, one: BeforeAfter) -> tuple[str, ...]:
    difference = one.difference
    return (
        title,
        percent(one.before),
        percent(one.after),
        points(difference.value, signed=True),
        span(difference.low, difference.high),
    )


def _settings(found: Since) -> Iterator[tuple[str, str, str]]:
    for asked, pair in found.settings.items():
        yield f"setting: {asked}", *pair


def differences(
    packs: PackComparison, *, with_reasons: bool = True
) -> Iterator[tuple[str, str, str]]:
    """Yield what differs between two packs: what, as it was, as it is.

    Reasons that differ come with their numbers, unless only with those that are the same else.
    """
    yield from ((f"renamed: {one.after}", one.before, one.after) for one in packs.renamed)
    yield from (_number(one, with_reasons=with_reasons) for one in packs.numbers)
    others = (packs.claims, packs.options, packs.hypotheses, packs.structure)
    yield from (_other(one) for several in others for one in several)


def _number(one: NumberDifference, *, with_reasons: bool) -> tuple[str, str, str]:
    both = [quantity for quantity in (one.before, one.after) if quantity is not None]
    is_same = len(set(map(quantity_words, both))) == 1
    has_other_reason = len(set(map(reason_words, both))) > 1 and (with_reasons or is_same)
    before, after = (_known(each, has_other_reason) for each in (one.before, one.after))
    return one.field, before, after


def _known(quantity: Quantity | None, has_other_reason: bool) -> str:
    if quantity is None:
        return NOTHING
    words = quantity_words(quantity)
    return f"{words}; rests on {reason_words(quantity)}" if has_other_reason else words


def _other(one: FieldDifference) -> tuple[str, str, str]:
    before, after = (NOTHING if words is None else words for words in (one.before, one.after))
    return one.field, before, after


def two_runs(found: RunsCompared) -> Section:
    """Return how far two runs are apart, and what differs in what they were played from."""
    one, other = found.runs
    called = titles(other.record)
    asked = found.differences[found.outcome]
    return Section(
        key="two-runs",
        title="How far are two runs apart?",
        about=(subject(other.record), f"A: {_named(one)}", f"B: {_named(other)}"),
        answer=(
            says(
                f"In this model {{}} of 100 futures end in {called[found.outcome]} in A, and {{}} "
                "in B: {} points (90 % interval {}){}.",
                points(asked.one.value),
                points(asked.other.value),
                points(asked.difference.value, signed=True),
                span(asked.difference.low, asked.difference.high),
                "" if asked.difference.is_clear else ", which cannot be distinguished from none",
            ),
            *_most_moved(found, called),
            (_how_compared(found),),
            (_what_differs(found),),
        ),
        blocks=tuple(_of_two(found, called)),
        next=(Command("what differs in detail", f"detente diff {_quoted(one, other)}"),),
    )


def _most_moved(found: RunsCompared, called: Mapping[str, str]) -> Iterator[Words]:
    """Say which of the others moved most, if any did beyond its interval."""
    others = {key: one for key, one in found.differences.items() if key != found.outcome}
    clear = [key for key, one in others.items() if one.difference.is_clear]
    clear.sort(key=lambda key: -abs(others[key].difference.value))
    if clear:
        moved = (
            says(f"{called[key]} {{}}", points(others[key].difference.value, signed=True))
            for key in clear[:MOST_MOVED]
        )
        yield says("Most moved, in points: {}.", listed(tuple(moved)))


def _what_differs(found: RunsCompared) -> str:
    parts = [] if found.pack.is_empty else [found.pack.counts]
    parts += [f"setting {key}" for key in found.settings]
    return f"Differences in what was played: {'; '.join(parts) or 'none'}."


def _named(run: Run) -> str:
    settings = run.record.settings
    return (
        f"{run.folder}, as of {run.record.as_of}, {settings.worlds} worlds x "
        f"{settings.futures_of_a_world} futures, seed {settings.seed}"
    )


def _quoted(*runs: Run) -> str:
    return " ".join(shlex.quote(str(run.folder)) for run in runs)


def _how_compared(found: RunsCompared) -> str:
    if found.reason:
        return f"Futures are not paired, so that intervals are wide: A {found.reason}."
    return "Both are compared future by future, on the same worlds and the same draws."


def _of_two(found: RunsCompared, called: Mapping[str, str]) -> Iterator[Block]:
    if not found.is_same_model:
        yield Sentence(("Note: they were played by two versions of the model.",))
    yield Table(
        "two-runs-outcomes",
        "Endings and outcomes, in % of all futures",
        (
            Column("Ending or outcome"),
            *number_columns("A", "B", "Difference, in points", "90 % interval"),
        ),
        tuple(
            (
                called[key],
                percent(one.one),
                percent(one.other),
                points(one.difference.value, signed=True),
                span(one.difference.low, one.difference.high),
            )
            for key, one in found.differences.items()
        ),
    )
    settings = ((f"setting: {key}", *pair) for key, pair in found.settings.items())
    rows = (*settings, *differences(found.pack, with_reasons=False))
    if rows:
        heads = (Column("What"), Column("A"), Column("B"))
        yield Table("two-runs-pack", "What differs in what was played", heads, rows, level="full")


def packs(before: str, after: str, found: PackComparison) -> Section:
    """Return what differs between two packs, each part as it was and as it is."""
    title = f"{before} to {after}"
    if found.is_empty:
        return Section("packs", f"{title}: no difference but comments and order, if any", ())
    numbers = tuple(line for one in found.numbers for line in _number_lines(one))
    parts = {
        "Renamed": tuple((f"{one.before}: now {one.after}",) for one in found.renamed),
        "Numbers": numbers,
        "Claims": tuple(map(_line, found.claims)),
        "Options": tuple(map(_line, found.options)),
        "Hypotheses": tuple(map(_line, found.hypotheses)),
        "Structure": tuple(map(_line, found.structure)),
    }
    return Section(
        key="packs",
        title=f"{title}: what differs",
        answer=((f"Differences: {found.counts}.",),),
        blocks=tuple(Listing(name, lines) for name, lines in parts.items() if lines),
    )


def _line(one: FieldDifference) -> Words:
    return (_said(one.field, one.before, one.after),)


def _said(field: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"{field}: added, {after}"
    if after is None:
        return f"{field}: removed, was {before}"
    return f"{field}: was {before}; is {after}"


def _number_lines(one: NumberDifference) -> Iterator[Words]:
    before, after = one.before, one.after
    old, new = (None if each is None else quantity_words(each) for each in (before, after))
    if old != new:
        yield (_said(one.field, old, new),)
    if before and after and reason_words(before) != reason_words(after):
        yield (f"{one.field}: rested on {reason_words(before)}; rests on {reason_words(after)}",)

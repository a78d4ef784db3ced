"""Changes since the last run: outcomes that moved, and differences in what was played."""

from collections.abc import Iterator

from detente.ensemble.run import Run
from detente.pack import Crisis
from detente.pack.comparison import (
    FieldDifference,
    PackComparison,
    compare,
    quantity_words,
    reason_words,
)
from detente.questions.drivers.inputs import titled
from detente.questions.since import RunsCompared
from detente.questions.wording import cells, percent, points, quantity, titles
from detente.text import capitalised
from detente.views.blocks import (
    INTERVAL,
    Column,
    Command,
    Listing,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    listed,
    says,
)
from detente.views.record import method
from detente.views.trace import subject

ASKED = ("any_war", "deal")
"""Outcomes whose change is described in a sentence."""
MOST_MOVED = 3
"""Upper limit on the endings and outcomes that are named as having moved most."""
NOTHING = "-"
"""Cell for a part that a pack lacks."""


def section(found: RunsCompared) -> Section:
    """Return the page on changes between an earlier run and this one."""
    earlier, run = found.runs
    called, record = titles(run.record), earlier.record
    answer: list[Words] = []
    for outcome in ASKED:
        one = found.differences[outcome]
        difference: Words = "a difference that another seed could also make"
        if one.difference.is_clear:
            difference = says("{} points (90 % interval {})", *cells(one.difference, signed=True))
        words = "In this model {} % ended in {} then, and {} % end in it now: {}."
        before, after = points(one.before.value), points(one.after.value)
        answer.append(says(words, before, called[outcome], after, difference))
    if found.is_unchanged:
        answer.append("Both runs were played from the same inputs.")
    else:
        answer.append(_what_differs(found))
        if not found.is_same_model:
            answer.append(
                "Another version of the model played the earlier run, so that some of what "
                "moved may come from the program."
            )
    played = (
        f"The earlier run: pack {record.name} {record.pack[:12]}, as of {record.as_of}, "
        f"detente {record.package}, run {earlier.digest[:12]}."
    )
    return Section(
        key="since",
        title="What has changed since the last run?",
        answer=tuple(answer),
        blocks=(
            Sentence(played),
            *_tables(found, ("Then", "Now"), is_since=True),
        ),
        method=method(
            run,
            how=(
                "Both runs share seed, sets of assumptions and courses of events, and are "
                "compared in pairs."
            ),
            left_out="Which of several changes moved an outcome is not estimable from two runs, "
            "and what an option does is not compared between them.",
            would_change="To see what one change does, undo it in another run with detente run "
            "--set.",
        ),
    )


def _what_differs(found: RunsCompared) -> Words:
    parts = [] if found.pack.is_empty else [found.pack.counts]
    parts += [f"setting {key}" for key in found.settings]
    return f"Differences in the inputs: {'; '.join(parts) or 'none'}."


def _tables(found: RunsCompared, sides: tuple[str, str], *, is_since: bool) -> Iterator[Table]:
    """Yield the table of shares in both runs, and the table of differences in their inputs."""
    called = titles(found.runs[1].record)
    key, when = ("since", "then and now, ") if is_since else ("two-runs", "")
    yield Table(
        f"{key}-outcomes",
        f"Endings and outcomes, {when}in %",
        columns("Ending or outcome", numbers=(*sides, "Difference, in points", INTERVAL)),
        tuple(
            (
                called[name],
                percent(one.before),
                percent(one.after),
                *cells(one.difference, signed=True),
            )
            for name, one in found.differences.items()
        ),
    )
    settings = ((f"setting: {name}", *pair) for name, pair in found.settings.items())
    rows = (*settings, *differences(found.pack, with_reasons=is_since))
    if rows:
        heads = (Column("What"), *map(Column, sides))
        yield Table(f"{key}-pack", "Differences in the inputs", heads, rows, level="full")


def differences(
    packs: PackComparison, *, with_reasons: bool = True
) -> Iterator[tuple[str, str, str]]:
    """Yield differences between two packs: the field, its old and its new value in words.

    Without `with_reasons` a different reason is shown only if the number is the same.
    """
    yield from ((f"renamed: {one.after}", one.before, one.after) for one in packs.renamed)
    for number in packs.numbers:
        both = [one for one in (number.before, number.after) if one is not None]
        is_same = len(set(map(quantity_words, both))) == 1
        has_other_reason = len(set(map(reason_words, both))) > 1 and (with_reasons or is_same)
        words = [
            f"{quantity_words(one)}; rests on {reason_words(one)}"
            if has_other_reason
            else quantity_words(one)
            for one in both
        ]
        before = NOTHING if number.before is None else words[0]
        yield number.field, before, NOTHING if number.after is None else words[-1]
    for other in (*packs.claims, *packs.options, *packs.hypotheses, *packs.structure):
        before, after = (
            NOTHING if words is None else words for words in (other.before, other.after)
        )
        yield other.field, before, after


def two_runs(found: RunsCompared) -> Section:
    """Return the page on the differences between the outcomes and the inputs of two runs."""
    one, other = found.runs
    called, asked = titles(other.record), found.differences[found.outcome]
    unclear = "" if asked.difference.is_clear else ", which cannot be distinguished from none"
    how = "Both are compared in pairs, on the same sets of assumptions and the same draws."
    if found.reason:
        how = f"Courses of events are not paired, so that intervals are wide: A {found.reason}."
    folders = " ".join(run.folder_in_command for run in found.runs)
    versions = Sentence("Note: they were played by two versions of the model.")
    # Other outcomes with a clear difference, the largest first.
    others = {key: each.difference for key, each in found.differences.items()}
    clear = [key for key, each in others.items() if key != found.outcome and each.is_clear]
    clear.sort(key=lambda key: -abs(others[key].value))
    moved = [
        says(f"{called[key]} {{}}", points(others[key].value, signed=True))
        for key in clear[:MOST_MOVED]
    ]
    return Section(
        key="two-runs",
        title="How far are two runs apart?",
        about=(subject(other.record), f"A: {_named(one)}", f"B: {_named(other)}"),
        answer=(
            says(
                f"In this model {{}} % end in {called[found.outcome]} in A, and {{}} % "
                "in B: {} points (90 % interval {}){}.",
                points(asked.before.value),
                points(asked.after.value),
                *cells(asked.difference, signed=True),
                unclear,
            ),
            *((says("Most moved, in points: {}.", listed(moved)),) if moved else ()),
            how,
            _what_differs(found),
        ),
        blocks=(
            *(() if found.is_same_model else (versions,)),
            *_tables(found, ("A", "B"), is_since=False),
        ),
        next=(Command("what differs in detail", f"detente diff {folders}"),),
    )


def _named(run: Run) -> str:
    settings = run.record.settings
    return (
        f"{run.folder}, as of {run.record.as_of}, {settings.worlds} sets of assumptions x "
        f"{settings.futures_of_a_world} courses of events, seed {settings.seed}"
    )


def packs(before: str, after: str, found: PackComparison) -> Section:
    """Return the page on the differences between two packs."""
    title = f"{before} to {after}"
    if found.is_empty:
        return Section("packs", f"{title}: no difference but comments and order, if any", ())
    numbers: list[Words] = []
    for one in found.numbers:
        old, new = (
            None if each is None else quantity_words(each) for each in (one.before, one.after)
        )
        if old != new:
            numbers.append(_line(FieldDifference(one.field, old, new)))
        if one.before and one.after:
            rested, rests = reason_words(one.before), reason_words(one.after)
            if rested != rests:
                numbers.append(f"{one.field}: rested on {rested}; rests on {rests}")
    parts = {
        "Renamed": tuple(f"{one.before}: now {one.after}" for one in found.renamed),
        "Numbers": tuple(numbers),
        "Claims": tuple(map(_line, found.claims)),
        "Options": tuple(map(_line, found.options)),
        "Hypotheses": tuple(map(_line, found.hypotheses)),
        "Structure": tuple(map(_line, found.structure)),
    }
    return Section(
        key="packs",
        title=f"{title}: what differs",
        answer=(f"Differences: {found.counts}.",),
        blocks=tuple(Listing(name, lines) for name, lines in parts.items() if lines),
    )


def _line(one: FieldDifference) -> Words:
    if one.before is None:
        return f"{one.field}: added, {one.after}"
    if one.after is None:
        return f"{one.field}: removed, was {one.before}"
    return f"{one.field}: was {one.before}; is {one.after}"


def in_sentences(before: Crisis, after: Crisis) -> Iterator[Words]:
    """Yield the differences between two versions of a pack as sentences."""
    found = compare(before, after)
    for one in found.numbers:
        known = after if one.after is not None else before
        title = capitalised(titled(one.field, known))
        words = [None if number is None else quantity(number) for number in one[1:]]
        if one.before is None or one.after is None:
            yield f"{title}: {words[1] or 'no longer given'}."
        elif words[0] == words[1]:
            reasons = map(reason_words, (one.after, one.before))
            yield "{}: still {}. It rests on {}, not on {}.".format(title, words[1], *reasons)
        else:
            yield f"{title}: {words[1]}, not {words[0]}."
    rest = found._replace(numbers=())
    for field, was, now in differences(rest):
        if was == NOTHING:
            yield f"New: {field}: {now}."
        elif now == NOTHING:
            yield f"No longer there: {field}."
        else:
            yield f"{field}: {now}, not {was}."

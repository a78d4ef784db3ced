"""How wars begin: who used force first, what war is owed to, why fighting stopped, what it cost."""

import shlex
from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.causes import Causes
from detente.analysis.course import Course
from detente.analysis.summary import Summary
from detente.analysis.telling import losses_in_words
from detente.ensemble.run import Run
from detente.views import causes
from detente.views.blocks import (
    Block,
    Column,
    Command,
    Listing,
    Section,
    Table,
    Words,
    number_columns,
    says,
)
from detente.views.method import method


def section(summary: Summary, course: Course, found: Causes | None) -> Section:
    """Return how wars begin; without what war is owed to, the command that works it out."""
    return Section(
        key="beginnings",
        title="How do wars begin?",
        answer=tuple(_answer(summary, found)),
        blocks=tuple(_blocks(summary, course, found)),
        method=method(
            summary.run,
            how="Who used force first is counted. What war is owed to is found by playing each "
            "future again without each mechanism, on the same draws (Shapley shares).",
            left_out="Causes that are no mechanism of the model, such as a mistake within one "
            "government, are in none of these shares.",
            would_change="Equally good fits of history leave attributed shares open; no single "
            "one of them is a finding.",
        ),
    )


def _answer(summary: Summary, found: Causes | None) -> Iterator[Words]:
    beginnings = summary.base.beginnings
    if not beginnings:
        yield ("Nobody used force in any of these futures.",)
        return
    first, total = beginnings[0], sum(one.futures for one in beginnings)
    yield says(
        "In this model, of 100 futures with use of force, {} begin with {}, {}.",
        wording.of_100(first.futures / total),
        summary.run.record.parties[first.initiator],
        wording.BEGINNINGS[first.trigger],
    )
    if found is not None and found.shares["war",].share > 0.0:
        yield from causes.answer(found)


def _blocks(summary: Summary, course: Course, found: Causes | None) -> Iterator[Block]:
    yield from first_force(summary)
    yield from (_ask(summary.run),) if found is None else causes.blocks(found)
    yield from war_ends(summary)
    costs = losses_in_words(course, summary.run.record)
    if costs:
        yield Listing("What wars cost", tuple((line,) for line in costs))


def _ask(run: Run) -> Command:
    return Command(
        "What war is owed to has not been worked out for this run. It takes minutes (--dry-run "
        "says how many); ask for it, then write the report again, or add --complete:",
        f"detente causes {shlex.quote(str(run.folder))}",
    )


def first_force(summary: Summary) -> Iterator[Table]:
    """Yield who used force first, if anybody did."""
    beginnings, parties = summary.base.beginnings, summary.run.record.parties
    total = sum(one.futures for one in beginnings)
    if total:
        yield Table(
            "first-force",
            "Who used force first, of 100 futures with use of force",
            (Column("Who and how"), *number_columns("Of 100")),
            tuple(
                (
                    f"{parties[one.initiator]}, {wording.BEGINNINGS[one.trigger]}",
                    wording.of_100(one.futures / total),
                )
                for one in beginnings
            ),
        )


def war_ends(summary: Summary) -> Iterator[Table]:
    """Yield why the fighting stopped, if there was war."""
    ends = sorted(summary.base.war_ends.items(), key=lambda end: -end[1])
    wars = sum(often for _, often in ends)
    if wars:
        yield Table(
            "war-ends",
            "How wars ended, of 100 wars",
            (Column("The fighting stopped"), *number_columns("Of 100")),
            tuple(
                (wording.CEASEFIRES[why], wording.of_100(often / wars))
                for why, often in ends
                if often
            ),
        )

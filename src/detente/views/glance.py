"""What fits on one screen of a terminal: a run's answer and picture, or what it all rests on."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping

from detente.estimate.quantiles import LEAST_WORLDS
from detente.evidence import Ledger
from detente.pack import Crisis
from detente.questions.course import Course
from detente.questions.drivers import Drivers
from detente.questions.drivers.inputs import titled
from detente.questions.influence import Influences, weakness_of
from detente.questions.strip import Strip
from detente.questions.summary import Summary
from detente.questions.wording import share, short_date, spread, titles
from detente.text import TO
from detente.views import causes, endings, evidence, record, strip
from detente.views.answer import answer
from detente.views.blocks import (
    Bars,
    Block,
    Column,
    Command,
    Picture,
    Section,
    Sentence,
    Table,
    columns,
    number_columns,
)
from detente.views.trace import subject

ROWS, FEW = 5, 3
"""Rows of a table, at most: of one table on a screen, and of several."""
BARS = 6
"""Dates of the picture, at most."""
PARTS = (*endings.PARTS[:-1], ("▓", "limited strike"), ("█", "war"))


def of_run(summary: Summary, course: Course, compared: Strip | None = None) -> Section:
    """Return the answer, the pictures in characters, how wars begin, and what to ask next.

    The three views come first of the pictures, if they are given: those of the horizon, and those
    that others have.
    """
    run, folder = summary.run, summary.run.in_command
    begun = tuple(causes.first(summary.base.war_shots))[:1]
    # What the three views say in words stands in the answer, and whole under --all.
    views = strip.blocks(compared, level="brief", at_horizon=True) if compared else ()
    return Section(
        key="glance",
        title=endings.QUESTION,
        about=(
            subject(run.record),
            endings.size(run.record),
            f"The run lies in {run.folder} (checksum {run.digest[:12]}).",
        ),
        answer=answer(summary, course, compared),
        blocks=(
            *(block for block in views if isinstance(block, Picture)),
            _picture(summary, course),
            *(Sentence(words) for words in begun),
            *record.doubts(run),
        ),
        next=(
            Command("every ending, how wars begin and end, limits", f"detente show {folder} --all"),
            *(strip.next_commands(compared) if compared else ()),
            *record.next_commands(run),
        ),
    )


def _picture(summary: Summary, course: Course) -> Picture:
    """Return where futures stand by date, as a chart of characters alone."""
    days, record = summary.base.corridor, summary.run.record
    war = course.by_day("any_war").tolist()
    step = max(1, -(-len(days) // (BARS - 1)))
    rows = tuple(
        endings.bar(
            short_date(record, one.day),
            (one.deal, one.settled, one.unresolved, one.force - war[one.day], war[one.day]),
        )
        for one in (*days[:-1:step], days[-1])
    )
    apart = ""
    if course.worlds >= LEAST_WORLDS and course.futures > 1:
        apart = f"; war across assumptions: {spread(summary.base.outcomes['any_war'], joint=TO)}"
    heads = (*endings.STANDING, "strike", "war")
    return Picture("", summary, Bars(f"{endings.BY_DATE}{apart}", PARTS, heads, rows))


def of_pack(crisis: Crisis, book: Ledger) -> Section:
    """Return what the numbers of a pack rest on: documents, the weakest claims, nothing."""
    source = shlex.quote(str(crisis.name))
    many = len(crisis.hypotheses)
    held = f"Hypotheses that the pack holds: {many}; detente hypotheses RUN tests them."
    # The claims that are weak and many numbers rest on: weakness times how many.
    uses = Counter(key for row in book.rows for key in row.because if key in crisis.claims)
    weight = {key: weakness_of(crisis.claims[key]) * many for key, many in uses.items()}
    heavy = sorted(weight, key=lambda key: -weight[key])[:ROWS]
    weakest = Table(
        "weakest",
        "The weakest claims on which most rests",
        columns("What is said", "Grade", numbers=("Numbers",)),
        tuple(
            (f"{crisis.claims[key].says} ({key})", crisis.claims[key].grade, f"{uses[key]}")
            for key in heavy
        ),
    )
    return Section(
        key="glance-evidence",
        title="What does it rest on?",
        about=(subject(crisis),),
        answer=evidence.sources(crisis, book),
        blocks=(
            *((weakest,) if heavy else ()),
            *_on_nothing(crisis, book),
            *((Sentence(held),) if crisis.hypotheses else ()),
        ),
        next=(
            Command("every claim, hypothesis and number", f"detente evidence {source} --all"),
            Command("how far outcomes move if a claim is reversed", "detente evidence RUN"),
        ),
    )


def of_evidence(
    found: Influences, known: Mapping[str, Drivers], crisis: Crisis, book: Ledger
) -> Section:
    """Return the weakest claims that clearly move outcomes most, and what rests on nothing.

    `known`: what outcomes turn on, as far as that was worked out before.
    """
    whole, folder = evidence.resting(found), found.run.in_command
    return Section(
        key="glance-evidence",
        title=whole.title,
        about=whole.about,
        answer=tuple(evidence.heaviest(found)),
        blocks=(
            *evidence.moving(found),
            *_unsupported(known, book),
            *(Sentence(words) for words in evidence.sources(crisis, book)),
            *_on_nothing(crisis, book),
        ),
        next=(
            Command("every claim, hypothesis and number", f"detente evidence {folder} --all"),
            *whole.next,
        ),
    )


def _unsupported(known: Mapping[str, Drivers], book: Ledger) -> Iterator[Table]:
    """Yield the numbers that clearly move an outcome most and rest on no claim."""
    bare = {row.field: evidence.reason(row) for row in book.unsupported}
    for outcome, found in known.items():
        moving = [path for path in found.numbers if path in bare][:FEW]
        if moving:
            called = titles(found.run.record)[outcome]
            yield Table(
                f"unsupported-{outcome}",
                f"Numbers that rest on no claim and clearly move {called}, in points",
                (Column("Number"), *number_columns("Moves it by"), Column("Rests on")),
                tuple(
                    (
                        titled(path, found.crisis),
                        share(*found.numbers[path].swing.interval),
                        bare[path],
                    )
                    for path in moving
                ),
            )


def _on_nothing(crisis: Crisis, book: Ledger) -> Iterator[Block]:
    """Yield of how many numbers no claim says anything, by what they rest on instead."""
    kinds = Counter(evidence.origin(row) for row in book.unsupported)
    unknown = sum(not crisis.numbers[row.field].is_fixed for row in book.unsupported)
    if kinds:
        parts = "; ".join(f"{many} on {kind}" for kind, many in kinds.most_common())
        words = (
            f"{len(book.unsupported)} of {len(book.rows)} numbers rest on no claim, {unknown} of "
            f"these not known exactly: {parts}."
        )
        yield Sentence(words)

"""One screen of a terminal: a run's answer and picture, or the evidence in brief."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping

from detente.evidence import Ledger
from detente.pack import Crisis
from detente.questions.course import Course
from detente.questions.drivers import Drivers
from detente.questions.drivers.inputs import titled
from detente.questions.influence import Influences, weakness_of
from detente.questions.strip import Strip
from detente.questions.summary import Summary
from detente.questions.wording import share, short_date, titles
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
MOST_WORDS = 100
"""Upper limit on the length of an answer with charts below it [words]."""
BARS = 4
"""Upper limit on the dates of the picture."""
BY_DATE = "Where the crisis stands by date, in % (settled: without a deal)"
PARTS = (*endings.PARTS[:-1], ("▓", "limited strike"), ("█", "war"))


def of_run(summary: Summary, course: Course, compared: Strip | None = None) -> Section:
    """Return the page with the answer, charts in characters, how wars begin, and next commands.

    Charts of the three views at the horizon and of the views of others come first, if given.
    """
    run, folder = summary.run, summary.run.in_command
    begun = tuple(causes.first(summary.base.war_shots))[:1]
    # Their sentences are in the answer, and in full under --all.
    views = strip.blocks(compared, level="brief", at_horizon=True) if compared else ()
    return Section(
        key="glance",
        title=endings.QUESTION,
        about=(
            subject(run.record),
            endings.size(run.record),
            f"The run lies in {run.folder} (checksum {run.digest[:12]}).",
        ),
        # Whatever does not fit, warnings do.
        answer=(
            *answer(summary, course, compared, MOST_WORDS),
            *(one.words for one in record.doubts(run)),
        ),
        blocks=(
            *(block for block in views if isinstance(block, Picture)),
            *((Sentence(strip.others(compared)),) if compared and compared.outside.views else ()),
            _picture(summary, course),
            *(Sentence(words) for words in begun),
        ),
        next=(
            Command("all of it, by date", f"detente show {folder} --all"),
            *(strip.next_commands(compared) if compared else ()),
            *record.next_commands(run),
        ),
    )


def _picture(summary: Summary, course: Course) -> Picture:
    """Return the chart of states of futures by date, in characters alone."""
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
    return Picture("", summary, Bars(BY_DATE, PARTS, (*endings.STANDING, "strike", "war"), rows))


def of_pack(crisis: Crisis, book: Ledger) -> Section:
    """Return the page on the evidence for a pack: documents, weakest claims, numbers with none."""
    source = shlex.quote(str(crisis.name))
    many = len(crisis.hypotheses)
    held = f"Hypotheses in the pack: {many}. detente hypotheses RUN tests them."
    # Claims by weakness times the number of inputs that rest on them.
    uses = Counter(key for row in book.rows for key in row.because if key in crisis.claims)
    weight = {key: weakness_of(crisis.claims[key]) * many for key, many in uses.items()}
    heavy = sorted(weight, key=lambda key: -weight[key])[:ROWS]
    weakest = Table(
        "weakest",
        "Weak claims on which many numbers rest",
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
    """Return the page on the claims that clearly move outcomes most, and on numbers with none.

    `known`: drivers of outcomes, as far as they were computed before.
    """
    whole, folder = evidence.resting(found), found.run.folder_in_command
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
    """Yield the table of numbers without a claim that clearly move an outcome most."""
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
    """Yield a sentence on how many numbers rest on no claim, by their basis."""
    kinds = Counter(evidence.origin(row) for row in book.unsupported)
    unknown = sum(not crisis.numbers[row.field].is_fixed for row in book.unsupported)
    if kinds:
        parts = ", ".join(f"{kind} ({many})" for kind, many in kinds.most_common())
        yield Sentence(
            f"Numbers without a claim rest on {parts}. Of these numbers, {unknown} are not known "
            "exactly."
        )

"""How a result shows itself: its section, as text in Python and as HTML in a notebook."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from detente import rooms
from detente.text import capitalised
from detente.views.blocks import Column, Section, Table

if TYPE_CHECKING:
    from detente.views.figures import Figure

SECTIONS = {
    "About": "programs.about",
    "Attributes": "history.attributes",
    "Bargaining": "bargaining.section",
    "Cone": "tradecraft.named_courses",
    "Causes": "causes.section",
    "Comparison": "options.section",
    "EvidenceMatrix": "tradecraft.evidence_matrix",
    "DatedShare": "asking.section",
    "Explanation": "explaining.section",
    "FoundFutures": "asking.addresses",
    "Figure": "shown.numbers",
    "Engagement": "engagement.section",
    "Discovery": "drivers.boxes",
    "Drivers": "drivers.section",
    "Hypotheses": "hypotheses.section",
    "Indicators": "tradecraft.shown_indicators",
    "Influences": "evidence.resting",
    "BaseRates": "history.rates",
    "Course": "endings.of_course",
    "Crisis": "record.pack",
    "KeyAssumptions": "tradecraft.assumptions",
    "OptionSummary": "endings.of_option",
    "Premortem": "tradecraft.how_war_came",
    "Replay": "record.replayed",
    "Run": "endings.of_run",
    "RunsCompared": "since.two_runs",
    "Sightings": "watching.events",
    "Story": "causes.story",
    "Strip": "strip.section",
    "Summary": "endings.section",
    "Trace": "trace.section",
    "Update": "watching.section",
    "Weighed": "weigh.section",
    "WhatIf": "whatif.section",
}
"""The module and the function that return the section of a result; rooms bring those of theirs."""
FEW = SECTIONS | {"Run": "record.stored"}
"""The same for few lines: no future of a run is read for them."""
LINES, CHARACTERS, WIDTH = 20, 2_000, 99
"""A result that Python shows by itself has no more of them, and a line no more characters."""


def section_of(result: object, views: Mapping[str, str] = SECTIONS) -> Section:
    """Return what is said of a result."""
    name = type(result).__name__
    if name in views:
        module, function = views[name].split(".")
        view = getattr(import_module(f"detente.views.{module}"), function)
    else:
        view = rooms.load(rooms.VIEWS, name)
    return with_weighing(result, view(result))


def with_weighing(result: object, section: Section) -> Section:
    """Return a section of a result that says so where worlds of its run do not count alike."""
    weighing = getattr(getattr(result, "run", None), "weighing", None)
    if weighing is None:
        return section
    return replace(section, about=(*section.about, capitalised(weighing.says)))


def as_text(result: object) -> str:
    """Return all that is said of a result, as a terminal shows it."""
    from detente.views.render.grid import Screen  # noqa: PLC0415  when shown
    from detente.views.render.terminal import to_text  # noqa: PLC0415  when shown

    return to_text([section_of(result)], Screen(room=WIDTH)).rstrip()


def as_few_lines(result: object) -> str:
    """Return what is brief of a result in at most `LINES` lines; what does not fit is counted."""
    from detente.views.render.grid import Screen  # noqa: PLC0415  when shown
    from detente.views.render.terminal import to_text  # noqa: PLC0415  when shown

    text = to_text([section_of(result, FEW)], Screen(room=WIDTH), quiet=True, level="brief")
    lines = text.rstrip().splitlines()
    if len(lines) <= LINES and len(text) <= CHARACTERS:
        return "\n".join(lines)
    kept: list[str] = []
    for line in lines[: LINES - 1]:
        if sum(map(len, kept)) + len(kept) + len(line) > CHARACTERS - WIDTH:
            break
        kept.append(line)
    return "\n".join([*kept, f"… {len(lines) - len(kept):,} more lines; print() shows all"])


def as_html(result: object) -> str:
    """Return what is brief of a result as HTML without style or script, every text escaped."""
    from detente.views.render.html import to_fragment  # noqa: PLC0415  when shown

    return to_fragment(section_of(result))


def numbers(figure: "Figure") -> Section:
    """Return the numbers that a figure draws, with its message."""
    heads = tuple(Column(head) for head in figure.table.columns)
    rows = tuple(tuple(map(str, row)) for row in figure.table.rows)
    table = Table(figure.key, figure.subtitle, heads, rows)
    return Section(figure.key, figure.title, (), (table,), reading=figure.notes)

"""Prints what became of a crisis, and for a pack of past crises what history gives."""

from collections.abc import Iterator

from detente.analysis.course import Course
from detente.analysis.history.played import against_history
from detente.analysis.summary import summarise
from detente.cli import terminal
from detente.ensemble.run import Run
from detente.views import beginnings, endings, history, record
from detente.views.answer import answer
from detente.views.blocks import Section, plain


def show_run(run: Run, *, course: Course | None = None, json: bool, quiet: bool) -> None:
    """Print what became of a crisis; `quiet` leaves out how to read it and what to do next.

    With its course, that too, and the answer in words.
    """
    if not json:
        terminal.show_sections(*_sections(run, course, quiet=quiet), quiet=quiet)
        return
    summary, found = summarise(run), against_history(run)
    more = {} if found is None else {"history": found.as_json()}
    if course is not None:
        sentences = [plain(words) for words in answer(summary, course)]
        more["course"] = {**course.as_json(), "answer": sentences}
    terminal.show_json({**summary.as_json(), **more})


def _sections(run: Run, course: Course | None, *, quiet: bool) -> Iterator[Section]:
    summary, found = summarise(run), against_history(run)
    yield endings.section(summary, course)
    yield beginnings.counted(summary, course)
    if found is not None:
        yield history.section(found)
    if not quiet:
        yield record.foot(run)

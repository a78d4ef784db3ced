"""What is printed: plain and unwrapped in a pipe, wrapped and a little styled in a terminal."""
# ruff: noqa: PLC0415  what is shown is loaded when it is

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TextIO

from detente.text import clean

if TYPE_CHECKING:
    from detente.ensemble.run import Run
    from detente.estimate.estimate import WithJson
    from detente.questions.course import Course
    from detente.questions.summary import Summary
    from detente.views.blocks import Section
    from detente.views.render.grid import Screen


class OutputForm(NamedTuple):
    """In which form a command was asked to answer."""

    json: Annotated[bool, "as one object"] = False
    quiet: Annotated[bool, "without how to read it and what to do next"] = False

    @property
    def shows_progress(self) -> bool:
        """Say whether what happens before the answer is said too."""
        return not (self.json or self.quiet)


FORM: ContextVar[OutputForm] = ContextVar("form", default=OutputForm())  # noqa: B039  it is frozen
"""The form in which the command at work was asked to answer; `command.answering` sets it."""


class Notice(NamedTuple):
    """An answer in a few sentences: what was written, or what would be played."""

    content: Annotated[Mapping[str, Any], "as JSON has it"]
    says: Annotated[Sequence[str], "its sentences, a line each; one may be indented"]
    next: Annotated[Sequence[tuple[str, str]], "commands that may follow, and what for"] = ()


STYLES = {"bold": "1", "dim": "2"}
NARROWEST, WIDEST = 40, 100
"""Prose is not wrapped to less or more [characters]."""


def say(text: str = "", *, style: str = "", indent: int = 0, hang: int = 0) -> None:
    """Print a line of prose to the standard output, in a terminal wrapped with a hanging indent."""
    line = " " * indent + clean(text)
    sys.stdout.write(_styled(sys.stdout, _wrapped(sys.stdout, line, hang), style) + "\n")


def show(line: str, *, style: str = "") -> None:
    """Print a line of a table or chart to the standard output, never wrapped."""
    sys.stdout.write(_styled(sys.stdout, clean(line).rstrip(), style) + "\n")


def warn(text: str) -> None:
    """Print a line of prose to the standard error."""
    sys.stderr.write(_wrapped(sys.stderr, clean(text), 2) + "\n")


def show_sections(*sections: "Section") -> None:
    """Print sections to the standard output."""
    from detente.views.render.terminal import to_text

    sys.stdout.write(to_text(sections, _screen(), quiet=FORM.get().quiet))


def show_answer(found: "WithJson | Notice") -> None:
    """Print an answer in the form that was asked for."""
    form = FORM.get()
    if isinstance(found, Notice):
        if form.json:
            show_json(found.content)
        else:
            _show_message(found, quiet=form.quiet)
    elif form.json:
        show_json(found.as_json())
    else:
        from detente.views.shown import section_of

        show_sections(section_of(found))


def _show_message(message: Notice, *, quiet: bool) -> None:
    for line in message.says:
        text = line.lstrip()
        indent = len(line) - len(text)
        say(text, indent=indent, hang=indent + 2 if indent else 0)
    if message.next and not quiet:
        say("Next:")
        show_table([("", *row) for row in message.next], has_head=False)


def plan(says: str, *others: str, done: str = "played", **content: Any) -> Notice:
    """Return what a command would do and how long that takes, of which nothing was done."""
    lines = (says, *others, f"Nothing was {done}.")
    return Notice({"schema": "detente/plan/1", **content}, lines)


def show_run(run: "Run", *, everything: bool, with_course: bool = False) -> None:
    """Print what became of a crisis: one screen, or all of it; in JSON its course if asked."""
    from detente.questions.course import course as follow
    from detente.questions.past.played import against_history
    from detente.questions.summary import summarise
    from detente.views import glance
    from detente.views.answer import answer
    from detente.views.blocks import plain

    summary, form = summarise(run), FORM.get()
    if not form.json:
        course = follow(run)
        shown = _sections(summary, course, quiet=form.quiet)
        show_sections(*(shown if everything else [glance.of_run(summary, course)]))
        return
    found = against_history(run)
    more = {} if found is None else {"history": found.as_json()}
    if with_course:
        course = follow(run)
        sentences = [plain(words) for words in answer(summary, course)]
        more["course"] = {**course.as_json(), "answer": sentences}
    show_json({**summary.as_json(), **more})


def _sections(summary: "Summary", course: "Course", *, quiet: bool) -> "Iterator[Section]":
    from detente.questions.past.played import against_history
    from detente.views import beginnings, endings, history, record

    found = against_history(summary.run)
    yield endings.section(summary, course)
    yield beginnings.counted(summary, course)
    if found is not None:
        yield history.section(found)
    if not quiet:
        yield record.foot(summary.run)


def show_json(content: Mapping[str, Any]) -> None:
    """Print the one object of a command that was asked for JSON."""
    sys.stdout.write(json.dumps(content, ensure_ascii=True, indent=1, allow_nan=False) + "\n")


def show_table(rows: Sequence[Sequence[str]], *, right: str = "", has_head: bool = True) -> None:
    """Print rows in columns; a column whose place in `right` holds `r` is aligned to the right."""
    from detente.views.render.grid import grid

    head, *others = rows if has_head else ([""] * len(rows[0]), *rows)
    sides = [side == "r" for side in right.ljust(len(head))]
    for line in grid(head, others, sides, _screen()):
        sys.stdout.write(line + "\n")


def _screen() -> "Screen":
    from detente.views.render.grid import Screen

    styled = is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    return Screen(room_of(sys.stdout), can_draw(sys.stdout), styled)


def can_draw(stream: TextIO) -> bool:
    """Say whether a stream shows block characters."""
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person watches a stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def room_of(stream: TextIO) -> int | None:
    """Return how many characters a line of a terminal holds; None where no person watches."""
    if not is_terminal(stream):
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def _wrapped(stream: TextIO, line: str, hang: int) -> str:
    room = room_of(stream)
    if room is None:
        return line
    width = min(room, WIDEST)
    return textwrap.fill(
        line, width, subsequent_indent=" " * hang, break_on_hyphens=False, break_long_words=False
    )


def _styled(stream: TextIO, text: str, style: str) -> str:
    if not style or not is_terminal(stream) or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{STYLES[style]}m{text}\033[0m"

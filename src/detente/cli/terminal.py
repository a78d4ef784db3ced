"""Prints: plain and unwrapped in a pipe, wrapped and lightly styled in a terminal."""
# ruff: noqa: PLC0415  what is shown is loaded when it is

import json
import os
import pydoc
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TextIO

from detente.text import clean, wrapped

if TYPE_CHECKING:
    from detente.ensemble.run import Run
    from detente.estimate.estimate import WithJson
    from detente.views.blocks import Section
    from detente.views.render.grid import Screen


class OutputForm(NamedTuple):
    """The requested form of output."""

    json: Annotated[bool, "as one object"] = False
    quiet: Annotated[bool, "without how to read it and what to do next"] = False
    everything: Annotated[bool, "all of it, and not one screen"] = False

    @property
    def shows_progress(self) -> bool:
        """Return whether progress is reported before the answer."""
        return not (self.json or self.quiet)


FORM: ContextVar[OutputForm] = ContextVar("form", default=OutputForm())  # noqa: B039  it is frozen
"""Output form of the current command; `command.answering` sets it."""
TYPED: ContextVar[Sequence[str]] = ContextVar("typed", default=())
"""The current command line without its first word; `boundary.run_command` sets it."""
MOST_WORDS = 250
"""Most words on one screen [words with a letter]."""


class Notice(NamedTuple):
    """A short answer: what was written, or what would be played."""

    content: Annotated[Mapping[str, Any], "as JSON has it"]
    says: Annotated[Sequence[str], "its sentences, a line each; one may be indented"]
    next: Annotated[Sequence[tuple[str, str]], "commands that may follow, and what for"] = ()


STYLES = {"bold": "1", "dim": "2"}
NARROWEST = 40
"""Narrowest width of wrapped prose [characters]."""


def say(text: str = "", *, style: str = "", indent: int = 0, hang: int = 0) -> None:
    """Print a line of prose to the standard output, in a terminal wrapped with a hanging indent."""
    lines = wrapped(text, room_of(sys.stdout), indent=indent, hang=hang)
    sys.stdout.write(_styled(lines, style) + "\n")


def show(line: str, *, style: str = "") -> None:
    """Print a line of a table or chart to the standard output, never wrapped."""
    sys.stdout.write(_styled(clean(line).rstrip(), style) + "\n")


def warn(text: str) -> None:
    """Print a line of prose to the standard error."""
    sys.stderr.write(wrapped(text, room_of(sys.stderr), hang=2) + "\n")


def show_sections(*sections: "Section", everything: bool = False) -> None:
    """Print sections to the standard output: one screen, or everything, in a terminal by pages."""
    from detente.views.render.terminal import to_screen, to_text

    form, screen = FORM.get(), _screen()
    if everything:
        sys.stdout.write(to_text(sections, screen, quiet=form.quiet))
    elif not form.everything:
        rest = shlex.join(["detente", *TYPED.get(), "--all"])
        sys.stdout.write(to_screen(sections, screen, MOST_WORDS, rest, quiet=form.quiet))
    elif is_terminal(sys.stdout):
        os.environ.setdefault("LESS", "-FRX")  # bold as bold; what fits one screen is left there
        pydoc.pager(to_text(sections, screen, quiet=form.quiet))
    else:
        sys.stdout.write(to_text(sections, screen, quiet=form.quiet))


def show_answer(found: "WithJson | Notice") -> None:
    """Print an answer in the requested form."""
    form = FORM.get()
    if isinstance(found, Notice):
        if form.json:
            show_json(found.content)
        else:
            for line in found.says:
                text = line.lstrip()
                indent = len(line) - len(text)
                say(text, indent=indent, hang=indent + 2 if indent else 0)
            if found.next and not form.quiet:
                say("Next:")
                show_table([("", *row) for row in found.next], has_head=False)
    elif form.json:
        show_json(found.as_json())
    else:
        from detente.views.shown import section_of

        show_sections(section_of(found))


def plan(says: str, *others: str, done: str = "played", **content: Any) -> Notice:
    """Return a notice of what a command would do and how long it would take."""
    lines = (says, *others, f"Nothing was {done}.")
    return Notice({"schema": "detente/plan/1", **content}, lines)


def show_run(run: "Run", *, with_course: bool = False) -> None:
    """Print the endings of a crisis: one screen, or everything; in JSON its course if requested.

    With its course it is printed next to past crises and outside views; without it, on one screen,
    only if there are any.
    """
    from detente.questions.course import course as follow
    from detente.questions.past.played import against_history
    from detente.questions.strip import strip
    from detente.questions.summary import summarise
    from detente.questions.weigh import Weighed, judged
    from detente.views import beginnings, endings, glance, history, record, weigh
    from detente.views.answer import answer
    from detente.views.blocks import plain
    from detente.views.shown import with_weighing

    summary, by_pack, form = summarise(run), judged(run), FORM.get()
    found = against_history(run) if form.json or form.everything else None
    if form.json:
        content = dict(summary.as_json())
        if found is not None:
            content["history"] = found.as_json()
        if isinstance(by_pack, Weighed):
            content["judged"] = by_pack.as_json()
        if with_course:
            course, compared = follow(run), strip(run)
            sentences = [plain(words) for words in answer(summary, course, compared)]
            content["course"] = {**course.as_json(), "answer": sentences}
            content["strip"] = compared.as_json()
        show_json(content)
        return
    course, compared = follow(run), strip(run)
    weighed = [] if by_pack is None else [weigh.judged(by_pack)]
    if not form.everything:
        several = compared if with_course or compared.is_compared else None
        show_sections(glance.of_run(summary, course, several), *weighed)
        return
    past = [] if found is None else [history.section(found)]
    foot = [] if form.quiet else [record.foot(run)]
    several = compared if with_course else None
    first = with_weighing(summary, endings.section(summary, course, several))
    show_sections(first, beginnings.counted(summary, course), *weighed, *past, *foot)


def show_json(content: Mapping[str, Any]) -> None:
    """Print the JSON object of a command."""
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

    styled = obeys_codes(sys.stdout) and not os.environ.get("NO_COLOR")
    return Screen(room_of(sys.stdout), can_draw(sys.stdout), styled)


def can_draw(stream: TextIO) -> bool:
    """Return whether a stream shows block characters."""
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def is_terminal(stream: TextIO) -> bool:
    """Return whether a stream is a terminal."""
    return stream.isatty()


def obeys_codes(stream: TextIO) -> bool:
    """Return whether a stream is a terminal that obeys control codes; a dumb one shows them."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def room_of(stream: TextIO) -> int | None:
    """Return the width of a terminal, or None if the stream is not one."""
    if not is_terminal(stream):
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def _styled(text: str, style: str) -> str:
    """Return a text with a style for the standard output, if it can show styles."""
    if not style or not obeys_codes(sys.stdout) or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{STYLES[style]}m{text}\033[0m"

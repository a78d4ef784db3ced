"""The representations of a result in Python: text, a short text, and HTML for notebooks."""

from dataclasses import replace
from typing import TYPE_CHECKING

from detente import rooms
from detente.text import capitalised
from detente.views import register
from detente.views.blocks import Column, Section, Table

if TYPE_CHECKING:
    from detente.views.figures import Figure

LINES, CHARACTERS, WIDTH = 20, 2_000, 99
"""Upper limits on the `repr` of a result: lines, characters, and characters in a line."""


def section_of(result: object, *, in_brief: bool = False) -> Section:
    """Return the page of a result; with `in_brief`, one that reads no future of a run."""
    name = type(result).__name__
    known = register.OF_RESULT.get(name)
    if known is None:
        view = rooms.load(rooms.VIEWS, name)
    else:
        view = register.load(f"views.{(in_brief and known.in_brief) or known.screen}")
    return with_weighing(result, view(result))


def with_weighing(result: object, section: Section) -> Section:
    """Return a section with a note on the weighing of the worlds of the result's run, if any."""
    weighing = getattr(getattr(result, "run", None), "weighing", None)
    if weighing is None:
        return section
    return replace(section, about=(*section.about, capitalised(weighing.says)))


def as_text(result: object) -> str:
    """Return the full page of a result as text for a terminal."""
    from detente.views.render.grid import Screen  # noqa: PLC0415  when shown
    from detente.views.render.terminal import to_text  # noqa: PLC0415  when shown

    return to_text([section_of(result)], Screen(room=WIDTH)).rstrip()


def as_few_lines(result: object) -> str:
    """Return the short page of a result in at most `LINES` lines; the last counts the rest."""
    from detente.views.render.grid import Screen  # noqa: PLC0415  when shown
    from detente.views.render.terminal import to_text  # noqa: PLC0415  when shown

    text = to_text(
        [section_of(result, in_brief=True)], Screen(room=WIDTH), quiet=True, level="brief"
    )
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
    """Return the short page of a result as HTML without styles or scripts, with text escaped."""
    from detente.views.render.html import to_fragment  # noqa: PLC0415  when shown

    return to_fragment(section_of(result))


def numbers(figure: "Figure") -> Section:
    """Return a section with the numbers of a figure and its message."""
    heads = tuple(Column(head) for head in figure.table.columns)
    rows = tuple(tuple(map(str, row)) for row in figure.table.rows)
    table = Table(figure.key, figure.subtitle, heads, rows)
    return Section(figure.key, figure.title, (), (table,), reading=figure.notes)

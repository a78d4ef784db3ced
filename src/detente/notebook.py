"""How results show themselves: one small table, as HTML in a notebook and in lines elsewhere."""

import html
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain, zip_longest
from typing import NamedTuple

from detente.text import clean

INTERVALS = ("90 % interval, chance", "5th to 95th percentile of worlds")
"""What stands above the last two of the three cells of `estimate`."""
OF_BOTH = "90 % interval, chance and worlds"
"""What stands above an interval of chance and of which worlds were drawn."""


LINES, WIDTH = 20, 99
"""A result outside a notebook has no more lines, and a line no more characters."""
CAPTION_LINES, NOTE_LINES, COLUMNS = 2, 3, 10
"""Outside a notebook a table has no more of them."""
GAP = "  "
"""Between columns."""


class Table(NamedTuple):
    """A table with its caption above and a note below."""

    caption: str
    head: Sequence[str]
    rows: Iterable[Sequence[str]]
    note: str = ""

    def html(self) -> str:
        """Return it as HTML without style or script.

        Every text is escaped: what a pack says is never read as markup, and characters that cannot
        be seen (controls, marks that turn the direction of reading) are left out.
        """
        lines = "".join(_row("td", row) for row in self.rows)
        under = f"<p>{text(self.note)}</p>" if self.note else ""
        above = f"<caption>{text(self.caption)}</caption>"
        return f"<table>{above}{_row('th', self.head)}{lines}</table>{under}"

    def plain(self) -> str:
        """Return it as at most `LINES` lines of plain text: rows that do not fit are counted."""
        above, under = _wrapped(self.caption, CAPTION_LINES), _wrapped(self.note, NOTE_LINES)
        if len(self.head) > COLUMNS:
            under = [f"columns left out: {len(self.head) - COLUMNS}", *under]
        table = [[clean(cell) for cell in row[:COLUMNS]] for row in (self.head, *self.rows)]
        widths = _widths(table)
        rows = [_aligned(row, widths) for row in table if any(row)]
        room = LINES - len(above) - len(under)
        if sum(map(len, rows)) > room:
            shown = [*_fitting(rows, room - 1)]
            rows = [*shown, [f"rows left out: {len(rows) - len(shown):,}"]]
        return "\n".join([*above, *chain(*rows), *under])


class Shown:
    """A result that shows itself: a few lines in Python, all of it when printed, HTML in notebooks.

    What is said of a result stands in the views, the layer above, which is asked only then.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        if hasattr(self, "_table"):
            return str(self._table().html())
        html: str = import_module("detente.views.shown").as_html(self)
        return html

    def __repr__(self) -> str:
        """Show it in at most 20 lines and 2,000 characters."""
        if hasattr(self, "_table"):
            return str(self._table().plain())
        lines: str = import_module("detente.views.shown").as_few_lines(self)
        return lines

    def __str__(self) -> str:
        """Show all that is said of it."""
        if hasattr(self, "_table"):
            return str(self._table().plain())
        text: str = import_module("detente.views.shown").as_text(self)
        return text


def text(words: str) -> str:
    """Return words as HTML text."""
    return html.escape(clean(words))


def percent(share: float, *, decimals: int = 1) -> str:
    """Return a share in percent, never as minus nothing."""
    told = f"{100.0 * share:.{decimals}f}"
    return told.lstrip("-") if float(told) == 0.0 else told


def span(low: float, high: float, *, decimals: int = 1) -> str:
    """Return an interval in percent."""
    return f"{percent(low, decimals=decimals)} to {percent(high, decimals=decimals)}"


def estimate(
    share: float, low: float | None, high: float | None, spread_low: float, spread_high: float
) -> tuple[str, str, str]:
    """Return a share, its interval of chance, if any, and its spread over worlds, in percent."""
    chance = "" if low is None or high is None else span(low, high)
    return percent(share), chance, span(spread_low, spread_high, decimals=0)


def _row(tag: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{text(cell)}</{tag}>" for cell in cells) + "</tr>"


def _wrapped(words: str, most: int) -> list[str]:
    return textwrap.wrap(clean(words), WIDTH, max_lines=most, placeholder=" ...")


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    """Return the widths of columns that fit in a line: first heads give way, then cells."""
    head, *rows = ([len(cell) for cell in row] for row in table)
    words = [[len(word) for word in cell.split()] or [1] for cell in table[0]]
    least = [max(lengths) for lengths in zip(map(max, words), *rows, strict=True)]
    widths = list(map(max, head, least))
    while sum(widths) + len(GAP) * (len(widths) - 1) > WIDTH:
        loose = [width if width > floor else 0 for width, floor in zip(widths, least, strict=True)]
        widest = loose if any(loose) else widths
        widths[widest.index(max(widest))] -= 1
    return widths


def _fitting(rows: Iterable[list[str]], room: int) -> Iterator[list[str]]:
    """Yield rows from the first as long as their lines fit."""
    for row in rows:
        room -= len(row)
        if room < 0:
            return
        yield row


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return a row in columns, in as many lines as its longest cell takes."""
    cells = [
        textwrap.wrap(cell, width, break_on_hyphens=False)
        for cell, width in zip(row, widths, strict=True)
    ]
    return [
        GAP.join(map(str.ljust, line, widths)).rstrip()
        for line in zip_longest(*cells, fillvalue="")
    ]

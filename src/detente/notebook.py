"""How results show themselves in a notebook: one small table, in which text stays text."""

import html
from collections.abc import Iterable, Sequence

from detente.cleaning import clean

INTERVALS = ("90 % interval, chance", "5th to 95th percentile of worlds")
"""What stands above the last two of the three cells of `estimate`."""
OF_BOTH = "90 % interval, chance and worlds"
"""What stands above an interval of chance and of which worlds were drawn."""


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, note: str = ""
) -> str:
    """Return a table with its caption above and a note below, as HTML without style or script.

    Every text is escaped: what a pack says is never read as markup, and characters that cannot be
    seen (controls, marks that turn the direction of reading) are left out.
    """
    lines = "".join(_row("td", row) for row in rows)
    under = f"<p>{text(note)}</p>" if note else ""
    return f"<table><caption>{text(caption)}</caption>{_row('th', head)}{lines}</table>{under}"


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

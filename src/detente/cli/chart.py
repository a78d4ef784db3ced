"""Charts of characters: the corridor as one bar for each month."""

import sys
from collections.abc import Sequence

from detente.analysis.summary import CorridorDay
from detente.cli import terminal

WIDTH = 50
"""One character is two futures of a hundred, where there is room."""
BESIDE = 27
"""What stands beside a bar [characters]."""
LINES = 13
BLOCKS = ("▒", "·", "█")
ASCII = ("=", ".", "#")


def corridor_lines(corridor: Sequence[CorridorDay]) -> list[str]:
    """Return the corridor as lines: deals from the left, force from the right, open between."""
    deal, still_open, force = BLOCKS if terminal.can_draw(sys.stdout) else ASCII
    width = terminal.bar_width(WIDTH, BESIDE)
    legend = f"{deal} deal   {still_open} open   {force} force"
    above = [] if len(legend) <= width else [f"{'':>5}  {legend}"]
    head = f"{'day':>5}  {'' if above else legend:<{width}}"
    lines = [*above, f"{head}  {'deal':>5}{'open':>6}{'force':>7}"]
    for day in _days(corridor):
        bar = _bar(day, (deal, still_open, force), width)
        counts = f"{100 * day.deal:>5.0f}{100 * day.open:>6.0f}{100 * day.force:>7.0f}"
        lines.append(f"{day.day:>5}  {bar}  {counts}")
    return lines


def _days(corridor: Sequence[CorridorDay]) -> list[CorridorDay]:
    """Return days at equal steps, the last one always."""
    step = max(1, -(-(len(corridor) - 1) // (LINES - 1)))
    chosen = list(corridor[::step])
    return chosen if chosen[-1] == corridor[-1] else [*chosen, corridor[-1]]


def _bar(day: CorridorDay, marks: tuple[str, str, str], width: int) -> str:
    deal = round(width * day.deal)
    force = round(width * day.force)
    still_open = max(0, width - deal - force)
    return (deal * marks[0] + still_open * marks[1] + force * marks[2])[:width]

"""Charts of characters: each day's raid by what became of it, and what comes back afterwards."""

import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate

from detente.analysis.engagement import Defended, Engagement
from detente.analysis.engagement.campaigns import CAUSES
from detente.analysis.engagement.days import Day
from detente.cli import terminal
from detente.cli.engaging.figures import count, percent, plain

WIDTH = 40
BESIDE = 36
"""What stands beside a bar [characters]."""
LINES = 13
"""Most days that are drawn."""
BLOCKS = ("█", "▓", "▒", "░", "·")
ASCII = ("#", "=", "-", ":", ".")


def show_days(engagement: Engagement, defended: Defended) -> None:
    """Print what became of each day's raid, and how the defence comes back after the last."""
    raids = [day for day in defended.days if day.is_raid]
    if defended.systems and any("leakage" in day.figures for day in raids):
        terminal.say("Day by day, of the weapons that worked", style="bold")
        for line in raid_lines(raids):
            terminal.show(line)
        terminal.say()
    quiet = defended.days[engagement.terms.days - 1 :]
    if len(quiet) > 1 and "alive" in quiet[0].figures:
        terminal.say("What comes back: batteries that work, of 100 of the first", style="bold")
        for line in recovery_lines(quiet):
            terminal.show(line)
        terminal.say()


def marks() -> Sequence[str]:
    """Return the marks of a bar, one for each cause and one for what was shot down."""
    return BLOCKS if terminal.can_draw(sys.stdout) else ASCII


def raid_lines(days: Sequence[Day]) -> Iterator[str]:
    """Yield one bar for a day: leakers by cause from the left, then what was shot down."""
    words = (*(plain(cause) for cause in CAUSES), "shot down")
    legend = "  ".join(f"{mark} {word}" for mark, word in zip(marks(), words, strict=True))
    width = terminal.bar_width(WIDTH, BESIDE)
    if width:
        yield f"      {legend}"
    yield f"{'day':>4}  {'':<{width}}  {'leaked, %':>9}  {'batteries':>9}  {'rounds':>6}"
    for day in _chosen(days):
        bar, leaked = "", ""
        if "leakage" in day.figures:
            shares = [day.figures[cause].value for cause in CAUSES]
            bar, leaked = _stacked(shares, width), percent(day.figures["leakage"].value)
        batteries = count(day.figures["batteries"].value)
        rounds = count(day.figures["rounds"].value + day.figures["reserve"].value)
        yield f"{day.day:>4}  {bar:<{width}}  {leaked:>9}  {batteries:>9}  {rounds:>6}"


def recovery_lines(days: Sequence[Day]) -> Iterator[str]:
    """Yield one bar for a day after the raids, the last of them first."""
    mark, *_, rest = marks()
    width = terminal.bar_width(WIDTH, BESIDE)
    yield f"{'day':>4}  {'':<{width}}  {'up, %':>5}  {'command, %':>10}  {'rounds, %':>9}"
    for day in _chosen(days):
        alive = day.figures["alive"].value
        filled = min(width, round(width * alive))
        bar = filled * mark + (width - filled) * rest
        command = percent(day.figures["command"].value)
        left = percent(day.figures["left_share"].value) if "left_share" in day.figures else ""
        yield f"{day.day:>4}  {bar}  {percent(alive):>5}  {command:>10}  {left:>9}"


def _stacked(shares: Sequence[float], width: int) -> str:
    """Return a bar; its parts end where their sums do, so that it is never too long."""
    ends = [round(width * min(1.0, total)) for total in accumulate(shares)]
    starts = [0, *ends[:-1]]
    *signs, rest = marks()
    bar = "".join(
        (end - start) * sign for start, end, sign in zip(starts, ends, signs, strict=True)
    )
    return bar + (width - len(bar)) * rest


def _chosen(days: Sequence[Day]) -> list[Day]:
    """Return days at equal steps, the last one always."""
    step = max(1, -(-(len(days) - 1) // (LINES - 1)))
    chosen = list(days[::step])
    return chosen if chosen[-1] == days[-1] else [*chosen, days[-1]]

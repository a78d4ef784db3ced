"""A sweep as text: leakage and losses at each value, as a table and as a small chart."""

import sys
from collections.abc import Iterator

from detente.analysis.engagement import Defended, Engagement
from detente.analysis.engagement.points import Point, Swept
from detente.cli import terminal
from detente.cli.engaging.figures import Form, amount, percent, points, size, worlds

WIDTH = 50
BESIDE = 21
"""What stands beside a line of the chart [characters]."""
BLOCKS = ("─", "●")
ASCII = ("-", "o")


def show_sweep(engagement: Engagement, swept: Swept, *, quiet: bool) -> None:
    """Print what a sweep shows of each side, or that it shows nothing."""
    sweep = swept.sweep
    unit = f" [{swept.unit}]" if swept.unit else ""
    terminal.say(
        f"Sweep of {sweep.field}{unit}, {swept.says}, on the same draws otherwise", style="bold"
    )
    if not swept.has_effect:
        terminal.say(_idle_words(swept))
        terminal.say()
        return
    for side, defended in engagement.sides.items():
        _show_side(swept, side, defended)
    if not quiet:
        _explain(swept)
        terminal.say()


def _idle_words(swept: Swept) -> str:
    if swept.is_read:
        return (
            f"{swept.sweep.field} is part of what force is fought with, and changes nothing here: "
            "at all values every figure of every campaign is the same to the bit."
        )
    return (
        f"{swept.sweep.field} does not change what the engagement reads: at all values force is "
        "fought with the same numbers."
    )


def _explain(swept: Swept) -> None:
    terminal.say(
        "change: of leakage against the first value, in points, each campaign beside itself on the "
        "same draws. worlds, and the line: 5th to 95th percentile over worlds; the dot: the mean. "
        f"{_by_chance(swept)} down: aircraft shot down, of those in reach. loss: of the side "
        "struck. cost: of rounds fired, to that of what they shot down."
    )
    if swept.domain == "count" and any(point.value % 1.0 for point in swept.points):
        terminal.say("A count is rounded to the nearest whole one where it is fought with.")


def _by_chance(swept: Swept) -> str:
    halves = [
        (figure.high - figure.low) / 2.0
        for point in swept.points
        for figure in point.changes.values()
        if figure.low is not None and figure.high is not None
    ]
    most = size(max(halves, default=0.0))
    return f"Chance alone moves no change by more than {most} points (90 %)."


def _show_side(swept: Swept, side: str, defended: Defended) -> None:
    terminal.say(f"Struck: {defended.party}")
    rows = [_row(point, side) for point in swept.points]
    head = ["value", "leakage, %", "worlds", "change", "worlds", "down, %", "loss", "cost"]
    kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
    table = [[row[place] for place in kept] for row in (head, *rows)]
    terminal.show_table(table, right="r" * len(kept))
    terminal.say()
    for line in _chart(swept, side):
        terminal.show(line)
    terminal.say()


def _row(point: Point, side: str) -> list[str]:
    figures = point.figures[side]
    change = point.changes.get(side)
    leakage = figures.get(("leakage",))
    return [
        f"{point.value:.4g}",
        _told(point, side, ("leakage",), percent),
        worlds(leakage, percent) if leakage else "",
        points(change[0]) if change else "",
        worlds(change, points) if change else "",
        _told(point, side, ("aircraft", "down_share"), percent),
        _told(point, side, ("loss",), amount),
        _told(point, side, ("cost", "exchange"), amount),
    ]


def _told(point: Point, side: str, key: tuple[str, ...], form: Form) -> str:
    figure = point.figures[side].get(key)
    return form(figure[0]) if figure else ""


def _chart(swept: Swept, side: str) -> Iterator[str]:
    line, dot = BLOCKS if terminal.can_draw(sys.stdout) else ASCII
    width = terminal.bar_width(WIDTH, BESIDE)
    yield f"{'value':>10}  {'0 %':<{width - 5}}100 %  leakage"
    for point in swept.points:
        figure = point.figures[side].get(("leakage",))
        if figure is None:
            continue
        low, middle, high = (
            min(width - 1, max(0, int(width * end)))
            for end in (figure.spread_low, figure[0], figure.spread_high)
        )
        bar = " " * low + line * (high - low + 1)
        bar = bar.ljust(width)
        yield f"{point.value:>10.4g}  {bar[:middle]}{dot}{bar[middle + 1 :]}"

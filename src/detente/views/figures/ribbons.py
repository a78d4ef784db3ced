"""The course of futures after their first turn: deals that break, recurring force, final states."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import altair as alt
import numpy as np

from detente.endings import SHORT, WITHOUT_FORCE, numbers_of
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.weighing import mean_of
from detente.questions import wording
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers, size_of
from detente.views.figures.marks import Drawn, marks

LEAST = 0.5
"""Ribbons of fewer futures are left out [%]."""
HEIGHT, GAP = 270.0, 15.0
"""Height of a hundred futures, and of the gap between two states of a column [pixels]."""
TOP = 24.0
"""Height of the headings [pixels]."""
COLUMNS = (0.0, 138.0, 318.0)
"""Left ends of the bars of each column [pixels]."""
BAR = 8.0
"""Width of a bar [pixels]."""
WORDS = 108.0
"""Width for labels to the right of the last column [pixels]."""
NUMBERED = 4.0
"""Ribbons of fewer futures are too thin for a number [%]."""
HALO = 4.0
"""Width of the background around labels, which separates them from ribbons [pixels]."""
BELOW = 15.0
"""Distance of a second line of a label below the first [pixels]."""
BENDS = 9
"""Points on one side of a ribbon."""
HEADS = ("First turn", "Then", "At the end")
NEITHER = "neither"
FIRST = {"deal": "a deal", "force": "force", "neither": NEITHER}
THEN = {
    "holds": "it holds",
    "breaks": "a deal breaks",
    "again": "force again",
    "once": "force once",
    "neither": "",
}
LAST = {kind: SHORT[kind] for kind in WITHOUT_FORCE}
"""States of each column, from the top."""
COLOURS = {
    "deal": style.DEAL,
    "holds": style.DEAL,
    "breaks": style.COLOURS["talks_failed"],
    "force": style.FORCE,
    "again": style.COLOURS["war"],
    "once": style.FORCE,
    "neither": style.QUIET,
}

TURNS: tuple[Mapping[str, str], ...] = (FIRST, THEN, LAST)


def flow(run: Run, *, option: str = BASE) -> Figure | None:
    """Draw the course of futures: first turn, whether it lasts, and the final state.

    None if no future has a deal or force.
    """
    counts, weights = np.zeros([len(turn) for turn in TURNS]), run.weights_of_rows
    for rows in run.rows(option):
        np.add.at(counts, _places(rows), weights(rows))
    sizes = 100.0 * counts / counts.sum()
    if not sizes[:2].any():
        return None
    # Number of 100 futures in each state of each column.
    columns = [
        dict(zip(turn, sizes.sum(axis=others).tolist(), strict=True))
        for turn, others in zip(TURNS, ((1, 2), (0, 2), (0, 1)), strict=True)
    ]
    ribbons = [
        (at, start, end, size)
        for at, of_pairs in enumerate((sizes.sum(axis=2), sizes.sum(axis=0)))
        for (start, end), size in _named(of_pairs, TURNS[at : at + 2])
        if size > 0.0
    ]
    title = (
        f"Broken deals: {_count(columns[1]['breaks'])} %; "
        f"force first: {_count(columns[0]['force'])} %"
    )
    deals = OUTCOMES["deal"].counted(run.tally(option).classes)
    unforced = 100.0 * float(mean_of(deals, run.weighing_of(len(deals))))
    unforced /= run.record.settings.futures_of_a_world
    places = " ".join(
        f"{head}: "
        + ", ".join(f"{turn[name] or NEITHER} {_count(size)}" for name, size in column.items())
        + "."
        for head, turn, column in zip(HEADS, TURNS, columns, strict=True)
    )
    drawn = "; ".join(
        f"{TURNS[at][start] or NEITHER} to {TURNS[at + 1][end] or NEITHER} {_number(size)}"
        for at, start, end, size in ribbons
        if size >= LEAST
    )
    return Figure(
        key="flow",
        title=title,
        subtitle=f"First event and state at the end, in %, in this model; {size_of(run, option)}",
        description=f"{title}. {places} Ribbons: {drawn}.",
        notes=(
            "In this model. Numbers: in %. A deal at the end: "
            f"{_count(unforced)} without use of force, the others after it.",
            "Ribbons thinner than half a course of events are not drawn; the table has their "
            "numbers.",
        ),
        table=Numbers.of(
            {
                "first turn": FIRST[first],
                "then": THEN[then] or NEITHER,
                "at the end": LAST[last],
                "%": size,
            }
            for (first, then, last), size in _named(sizes, TURNS)
            if size > 0.0
        ),
        chart=_drawn(columns, ribbons, f"{_count(unforced)} without force"),
    )


def _places(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the state of each future in each column, as indices into `TURNS`.

    A deal comes first if it broke on or before the day of the first use of force, or if it lasts to
    the end and no force was used.
    """
    forced, is_broken = rows["first_force_day"] >= 0, rows["broken_deal_day"] >= 0
    is_before = rows["broken_deal_day"] <= rows["first_force_day"]
    ends_in_deal = np.isin(rows["settlement"], numbers_of("deal"))
    is_deal = np.where(is_broken, ~forced | is_before, ends_in_deal & ~forced)
    first = np.select([is_deal, forced], [0, 1], 2)
    then = np.select([is_broken, is_deal, forced & (rows["rounds"] > 1), forced], [1, 0, 2, 3], 4)
    lasts = [np.isin(rows["settlement"], numbers_of(kind)) for kind in LAST]
    return first, then, np.argmax(lasts, axis=0)


def _named(
    sizes: np.ndarray, turns: Sequence[Mapping[str, str]]
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield each combination of states of some columns, in order, with its size."""
    yield from zip(product(*turns), sizes.ravel().tolist(), strict=True)


def _count(size: float) -> str:
    return wording.of_100(size / 100.0).replace(" ", "")


def _number(size: float) -> str:
    return str(wording.number(size, min(1, wording.places(size))))


def _drawn(
    columns: Sequence[Mapping[str, float]],
    ribbons: Sequence[tuple[int, str, str, float]],
    unforced: str,
) -> Drawn:
    """Draw columns of bars, each over the full height, and ribbons between neighbouring columns."""
    pixel = HEIGHT / 100.0
    bars, names, below = [], [], []
    tops: list[dict[str, float]] = []
    for left, turn, column in zip(COLUMNS, TURNS, columns, strict=True):
        top, gap = TOP, GAP * (len(LAST) - 1) / (len(turn) - 1)
        tops.append({})
        for name, size in column.items():
            tops[-1][name] = top
            colour = COLOURS.get(name, style.QUIET)
            bars.append(
                {"x": left, "x2": left + BAR, "y": top, "y2": top + size * pixel, "color": colour}
            )
            if turn[name] and size >= LEAST:
                place = {"x": left + BAR + 4.0, "y": top + size * pixel / 2.0}
                names.append({**place, "text": f"{turn[name]} {_count(size)}"})
                if turn is LAST and name == "deal":
                    below.append({**place, "y": place["y"] + BELOW, "text": unforced})
            top += size * pixel + gap

    # Ribbons start and end horizontally, stacked in order.
    shapes, numbers = [], []
    leaves, arrives = ([dict(one) for one in tops] for _ in range(2))
    for at, start, end, size in ribbons:
        left, right = leaves[at][start], arrives[at + 1][end]
        leaves[at][start] += size * pixel
        arrives[at + 1][end] += size * pixel
        if size < LEAST:
            continue
        for step in np.linspace(0.0, 1.0, BENDS).tolist():
            y = left + step * step * (3.0 - 2.0 * step) * (right - left)
            begin = COLUMNS[at] + BAR
            shapes.append(
                {
                    "x": begin + step * (COLUMNS[at + 1] - begin),
                    "y": y,
                    "y2": y + size * pixel,
                    "detail": f"{at} {start} {end}",
                    "color": COLOURS[start],
                }
            )
        if at == 1 and size >= NUMBERED:
            middle = right + size * pixel / 2.0
            numbers.append({"x": COLUMNS[-1] - 3.0, "y": middle, "text": _number(size)})
    heads = [{"x": left, "y": 8.0, "text": head} for left, head in zip(COLUMNS, HEADS, strict=True)]
    extent = (COLUMNS[-1] + WORDS, TOP + HEIGHT + GAP * (len(LAST) - 1))
    halo: dict[str, Any] = {"stroke": style.PAPER, "strokeWidth": HALO, "strokeJoin": "round"}
    return alt.layer(
        marks("area", shapes, extent=extent, opacity=0.4, interpolate="monotone"),
        marks("rect", bars),
        marks("text", heads, align="left", **style.NOTE),
        *(
            layer
            for looks in (halo, {})
            for layer in (
                marks("text", names, align="left", **looks),
                marks("text", numbers, align="right", fontSize=style.SMALL, **looks),
            )
        ),
        marks("text", below, align="left", **style.NOTE),
    )

"""A hundred futures, one by one, each with its address."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import altair as alt
import numpy as np

from detente.endings import Ending, numbers_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.questions import wording
from detente.text import between, capitalised
from detente.views.figures import style
from detente.views.figures.figure import (
    Figure,
    Numbers,
    size_of,
)
from detente.views.figures.marks import Drawn, marks

DOTS = 100
ACROSS = 12
"""Dots in a line."""
STEP = 35
"""Distance between dots [pixels]."""
HEAD = 22
"""Height of the heading of an ending [pixels]."""
GAP = 10
IN_A_ROW = 10
"""Addresses in a row of the table."""


class Dot(NamedTuple):
    """One of the hundred: its ending, its last day, and the address of its trace."""

    number: int
    ending: Ending
    day: int
    address: str


def hundred_futures(run: Run, *, option: str = BASE) -> Figure:
    """Draw a hundred futures by ending, each with a number for `detente trace`.

    Futures are sorted by ending, day, world and index, and divided into a hundred equal parts; the
    middle of each part is drawn, so that dots have the same shares of endings as all futures. A run
    with fewer futures has fewer dots.
    """
    columns = ("future", "world", "ending_day", "ending")
    whole = np.concatenate(
        [np.stack([rows[name].astype(np.int64) for name in columns]) for rows in run.rows(option)],
        axis=1,
    )
    order = np.lexsort(whole)
    many = min(DOTS, len(order))
    weighing = run.weighing_of(run.record.settings.worlds_of(option))
    even = np.ones(len(order)) if weighing is None else weighing.weights[whole[1, order]]
    reached = np.cumsum(even)
    middles = (2 * np.arange(many) + 1) * reached[-1] / (2 * many)
    picked = whole[:, order[np.searchsorted(reached, middles, side="right")]].T.tolist()
    dots = [
        Dot(number, Ending(ending), day, f"{world}:{future}")
        for number, (future, world, day, ending) in enumerate(picked, 1)
    ]
    called = wording.titles(run.record)
    endings = {ending: called[ending.name.lower()] for ending in Ending}
    groups = {ending: [dot for dot in dots if dot.ending is ending] for ending in endings}
    missing = [endings[ending] for ending, group in groups.items() if not group]
    wars = sum(dot.ending in numbers_of("war") for dot in dots)
    title = f"{'A hundred' if many == DOTS else many} courses of events: {wars} end in war"
    as_of = run.record.start
    return Figure(
        key="hundred_futures",
        title=title,
        subtitle=(
            f"{many} of {run.record.settings.played_of(option):,} courses of events, one dot each, "
            f"in this model; {size_of(run, option)}"
        ),
        description=f"{title}. "
        + " ".join(f"{capitalised(endings[one])}: {len(group)}." for one, group in groups.items()),
        notes=(
            "In this model. Spread evenly over all courses of events by ending and day; within an "
            "ending, from early to late.",
            f"Too rare for a dot, or never: {', '.join(missing)}." if missing else "",
            "The table has each number's address, by which it is followed day by day.",
        ),
        table=Numbers.of(
            {
                "ending": endings[ending],
                "numbers": between(some[0].number, some[-1].number),
                "from": str(as_of + timedelta(days=some[0].day)),
                "until": str(as_of + timedelta(days=some[-1].day)),
                "address of each number": " ".join(dot.address for dot in some),
            }
            for ending, group in groups.items()
            for at in range(0, len(group), IN_A_ROW)
            for some in [group[at : at + IN_A_ROW]]
        ),
        chart=_grid({endings[ending]: group for ending, group in groups.items() if group}),
    )


def _grid(groups: Mapping[str, Sequence[Dot]]) -> Drawn:
    """Draw numbered dots in lines below the names of their endings."""
    circles, numbers, heads = [], [], []
    top = 0
    for name, dots in groups.items():
        heads.append({"y": top + HEAD / 2, "text": f"{name}: {len(dots)}"})
        top += HEAD
        for at, dot in enumerate(dots):
            place = {"x": (at % ACROSS + 0.5) * STEP, "y": top + (at // ACROSS + 0.5) * STEP}
            colour = style.COLOURS[dot.ending.name.lower()]
            circles.append({**place, "color": colour})
            numbers.append({**place, "text": str(dot.number), "color": style.text_on(colour)})
        top += -(-len(dots) // ACROSS) * STEP + GAP
    return alt.layer(
        marks("circle", circles, extent=(ACROSS * STEP, top), size=780),
        marks("text", numbers, fontSize=style.SMALL),
        marks("text", heads, x=2, align="left", fontWeight="bold"),
    )

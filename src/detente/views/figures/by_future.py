"""A hundred futures, each a dot with a number by which it can be told day by day."""

from typing import Any, NamedTuple

import altair as alt
import numpy as np

from detente.analysis import wording
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.kernel.endings import Ending
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data, size_of

DOTS = 100
ACROSS = 12
"""Dots of a line."""
STEP = 35
"""Distance of dots [pixels]."""
HEAD = 22
"""Height of the line that names an ending [pixels]."""
GAP = 10
COLUMNS = ("number", "ending", "day", "trace")


class Dot(NamedTuple):
    """One of the hundred: how and when it ends, and the address of its trace."""

    number: int
    ending: Ending
    day: int
    address: str


def hundred_futures(run: Run, *, option: str = BASE) -> Figure:
    """Draw a hundred futures by how they end, each with a number for `detente trace`.

    All futures are put in order by ending, day, world and index; every hundredth part gives its
    middle one, so that the dots share out among endings as all futures do. Fewer if the run has
    fewer.

    Raises
    ------
    DetenteError
        If the run has no such option, or a file of it is missing or was changed.
    """
    dots = _picked(run, option)
    counts = {ending: sum(dot.ending is ending for dot in dots) for ending in Ending}
    wars = counts[Ending.WAR] + counts[Ending.REGIONAL_WAR]
    title = f"{'A hundred' if len(dots) == DOTS else len(dots)} futures: {wars} end in war"
    missing = [_name(ending) for ending, count in counts.items() if not count]
    return Figure(
        key="hundred_futures",
        title=title,
        subtitle=f"{len(dots)} of {run.record.settings.played:,} futures, one dot each, in this "
        f"model; {size_of(run, option)}",
        description=f"{title}. "
        + " ".join(f"{_name(one).capitalize()}: {count}." for one, count in counts.items()),
        notes=(
            "In this model. The dots are spread evenly over all futures in the order of ending and "
            "day; within an ending, from early to late.",
            *((f"Too rare for a dot, or never: {', '.join(missing)}.",) if missing else ()),
            "The table gives each number's world and future; `detente trace RUN --future "
            "WORLD:FUTURE` tells it day by day.",
        ),
        table=Numbers(COLUMNS, tuple((one[0], _name(one.ending), *one[2:]) for one in dots)),
        chart=_drawn(dots),
    )


def _name(ending: Ending) -> str:
    return wording.NAMES[ending.name.lower()]


def _picked(run: Run, option: str) -> list[Dot]:
    """Return the middle future of each hundredth part of all, in order."""
    columns = ("future", "world", "ending_day", "ending")
    found = [
        np.stack([rows[name].astype(np.int64) for name in columns]) for rows in run.rows(option)
    ]
    whole = np.concatenate(found, axis=1)
    order = np.lexsort(whole)
    number = min(DOTS, len(order))
    places = order[(2 * np.arange(number) + 1) * len(order) // (2 * number)]
    return [
        Dot(at + 1, Ending(int(ending)), int(day), f"{world}:{future}")
        for at, (future, world, day, ending) in enumerate(whole[:, places].T)
    ]


def _drawn(dots: list[Dot]) -> Drawn:
    placed: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    top = 0
    for ending in Ending:
        own = [dot for dot in dots if dot.ending is ending]
        if own:
            heads.append({"down": top + HEAD / 2, "text": f"{_name(ending)}: {len(own)}"})
            placed += [_placed(dot, at, top + HEAD) for at, dot in enumerate(own)]
            top += HEAD + (1 + (len(own) - 1) // ACROSS) * STEP + GAP
    across, down = (
        alt.X("across:Q", axis=None, scale=None),
        alt.Y("down:Q", axis=None, scale=None),
    )
    chart = alt.Chart(data(placed), width=ACROSS * STEP, height=top).encode(x=across, y=down)
    return alt.layer(
        chart.mark_circle(size=780, opacity=1).encode(color=alt.Color("colour:N", scale=None)),
        chart.mark_text(fontSize=style.SMALL).encode(
            text="number:N", color=alt.Color("text:N", scale=None)
        ),
        alt.Chart(data(heads))
        .mark_text(align="left", fontWeight="bold")
        .encode(x=alt.value(2), y=down, text="text:N"),
    )


def _placed(dot: Dot, at: int, top: float) -> dict[str, Any]:
    """Return a dot with its number, in rows beneath the name of its ending."""
    colour = style.colour_of(dot.ending)
    return {
        "across": (at % ACROSS + 0.5) * STEP,
        "down": top + (at // ACROSS + 0.5) * STEP,
        "number": str(dot.number),
        "colour": colour,
        "text": style.text_on(colour),
    }

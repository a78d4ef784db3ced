"""A hundred futures, one by one: at a glance next to the worlds, and each with its address."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

import altair as alt
import numpy as np

from detente.endings import numbers_of
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.estimate.intervals import noise_of_means, without_chance
from detente.kernel.endings import Ending
from detente.questions import wording
from detente.questions.summary import Summary
from detente.text import capitalised
from detente.views.figures import style
from detente.views.figures.figure import (
    Figure,
    Numbers,
    hundredths,
    size_of,
    summary_of,
    twentieths_of,
)
from detente.views.figures.marks import Drawn, Mark, apart, marks, point_look

DOTS = 100
ACROSS = 12
"""Dots of a line."""
STEP = 35
"""Distance of dots [pixels]."""
HEAD = 22
"""Height of the line that names an ending [pixels]."""
GAP = 10
IN_A_ROW = 10
"""Addresses of a row of the table."""
FIRST = ("what", "of 100 futures", "low", "high")

SIDE, BETWEEN = 10, 18
"""Dots of a side of the block, and how far apart they are [pixels]."""
LABELS = 124
"""Room for the words next to the block [pixels]."""
APART = 19.0
"""Labels of two lines stand so far apart at least [points of the block's height]."""
EDGE = 9.0
"""How near a label may come to the block's ends [points of its height]."""
SPREAD = 112
"""Width of the worlds next to it [pixels]."""
STACKED = 9
"""Width of a dot of the worlds, and how far those above each other are apart at most [pixels]."""
LETTER = 5.8
"""Width of a small letter, about [pixels]."""
HIGHEST = 140
"""Room for dots above each other [pixels]."""


class Kind(NamedTuple):
    """A kind of future: what it is called next to its dots, and their mark."""

    name: str
    shape: str
    colour: str
    is_hollow: bool = False


KINDS = {
    "deal": Kind("deal", "circle", style.DEAL),
    "neither": Kind("neither", "circle", style.OPEN, is_hollow=True),
    "strike": Kind("force", "square", style.FORCE),
    "war": Kind("war", "diamond", style.COLOURS["war"]),
}
"""What the dots are told apart by, from peace to war: by shape and fill as well as by colour."""


def futures_first(found: Summary | Run) -> Figure:
    """Draw a hundred futures as dots: a deal, neither deal nor force, force, war within it.

    Next to them stands war in each of twenty equal parts of the worlds and in the highest of all.
    """
    summary = summary_of(found)
    shares, last = summary.base.outcomes, summary.base.corridor[-1]
    deal, force, war = (shares[key].value for key in ("deal", "force", "any_war"))
    parts = (deal, 1.0 - deal - force, force - war, war)
    counts = dict(zip(KINDS, wording.adding_up(parts, DOTS), strict=True))
    settled = min(parts[1], shares["settled"].value - deal)
    halves = wording.adding_up((settled, parts[1] - settled), counts["neither"])

    # War by world, sampling noise removed.
    futures = summary.run.record.settings.futures_of_a_world
    by_world = OUTCOMES["any_war"].counted(summary.run.tally().classes) / futures
    noise = noise_of_means(by_world, by_world, futures)
    weighing = summary.run.weighing_of(len(by_world))
    worlds = np.clip(DOTS * without_chance(by_world, noise, weighing), 0.0, DOTS)
    twentieths = twentieths_of(worlds, weighing).tolist()
    lowest, highest = float(worlds.min()), float(worlds.max())

    # What happens is never written as 0.
    said = {
        kind: "fewer than 1" if count == 0 and share > 0.0 else str(count)
        for (kind, count), share in zip(counts.items(), parts, strict=True)
    }
    least, half, most = (
        wording.number(one, 0) for one in (lowest, twentieths[len(twentieths) // 2], highest)
    )
    deals, wars = (said[kind].replace("fewer than ", "<") for kind in ("deal", "war"))
    title = f"Of 100 futures, {deals} bring a deal, {wars} war"
    more = {
        "deal": "without force",
        "neither": f"{halves[0]} settled, {halves[1]} not",
        "strike": "short of war",
        "war": "with force too",
    }
    return Figure(
        key="futures_first",
        title=title,
        subtitle=f"A hundred futures, in this model; {size_of(summary.run)}",
        description=f"{title}. Without force a deal: {counts['deal']}; neither deal nor force: "
        f"{counts['neither']}, of which {halves[0]} settled and {halves[1]} unresolved; force "
        f"short of war: {counts['strike']}; war: {counts['war']}. Depending on what is assumed, "
        f"war comes in {least} to {most} of 100, in half of the worlds in at most {half}.",
        notes=(
            "In this model. What sees force counts as force, also where a deal follows. Dots add "
            "up to a hundred, so that a kind may have one more or less than its share. Right: "
            "where worlds lie, which differ in what is assumed. A filled dot is a twentieth of "
            "them and stands at its middle, the hollow one is the highest world alone; sampling "
            "noise is removed.",
        ),
        table=Numbers(
            FIRST,
            (
                ("deal", *hundredths(*shares["deal"].interval)),
                ("neither deal nor force", *hundredths(last.open, *summary.base.bands["open"][-1])),
                ("use of force", *hundredths(*shares["force"].interval)),
                ("of these, war", *hundredths(*shares["any_war"].interval)),
                *(
                    (f"war, worlds' part {at} of {len(twentieths)}", share, "", "")
                    for at, share in enumerate(twentieths, 1)
                ),
                ("war, lowest world", lowest, "", ""),
                ("war, highest world", highest, "", ""),
            ),
        ),
        chart=alt.hconcat(_block(counts, said, more), _spread(twentieths, highest), spacing=4),
    )


def _block(counts: Mapping[str, int], said: Mapping[str, str], more: Mapping[str, str]) -> Drawn:
    """Draw the hundred in a square, kind after kind, with a count and a name next to each kind."""
    side = SIDE * BETWEEN
    dots = [
        {
            "x": (at % SIDE + 0.5) * BETWEEN,
            "y": (at // SIDE + 0.5) * BETWEEN,
            **point_look(kind.colour, is_filled=not kind.is_hollow, shape=kind.shape),
        }
        for at, kind in enumerate(KINDS[key] for key, count in counts.items() for _ in range(count))
    ]
    # Words stand at the middle of their dots, as far as they have room between both ends.
    ends = np.cumsum([0, *counts.values()]) / DOTS
    heights = apart([50.0 * (a + b) for a, b in pairwise(ends)], APART, EDGE, 100.0 - EDGE)
    words = [
        {
            "y": side * height / 100.0,
            "text": f"{said[key]} {kind.name}",
            "more": more[key],
            "color": kind.colour,
        }
        for (key, kind), height in zip(KINDS.items(), heights, strict=True)
    ]
    below = [{"y": one["y"], "text": one["more"]} for one in words]
    looks: Mark = {"x": side + 6, "align": "left"}
    return alt.layer(
        marks("point", dots, extent=(side + LABELS, side), size=130, strokeWidth=1.5),
        marks("text", words, fontWeight="bold", fontSize=style.TEXT + 1, dy=-6, **looks),
        marks("text", below, **style.NOTE, dy=8, **looks),
    )


def _spread(twentieths: Sequence[float], highest: float) -> Drawn:
    """Draw a dot for each twentieth of the worlds by its share of war, and the highest world."""
    colour = KINDS["war"].colour
    most, bottom = highest * 1.1 or 1.0, SIDE * BETWEEN
    cells = [int(one / most * SPREAD / STACKED) for one in (*twentieths, highest)]
    step = min(STACKED, HIGHEST / max(map(cells.count, cells)))
    dots: list[Mark] = [
        {
            "x": (cell + 0.5) * STACKED / SPREAD * most,
            "y": bottom - cells[:at].count(cell) * step - STACKED / 2,
            **point_look(colour, is_filled=at < len(twentieths), shape="diamond"),
        }
        for at, cell in enumerate(cells)
    ]
    name = f"highest world: {wording.number(highest, 0)}"
    # The name ends at the right, above all dots that it would lie on.
    begins = SPREAD - LETTER * len(name)
    reached = (dots[at]["y"] for at, cell in enumerate(cells) if (cell + 1) * STACKED > begins)
    named = [{"text": name, "y": min([dots[-1]["y"], *reached]) - 14}]
    heads = [{"text": "depending on", "y": 8}, {"text": "what we assume", "y": 23}]
    beneath = ["war, of 100 futures;", "a dot: a twentieth", "of the worlds"]
    across = alt.X(
        "x:Q",
        axis=alt.Axis(tickCount=3, title=beneath),
        scale=alt.Scale(domain=[0, most], nice=False),
    )
    return alt.layer(
        marks("point", dots, extent=(SPREAD, bottom), x=across, size=45, strokeWidth=1.5),
        marks("text", named, x=SPREAD, align="right", fontSize=style.SMALL, color=colour),
        marks("text", heads, x=0, align="left", **style.NOTE),
    )


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
    missing = [endings[ending] for ending, own in groups.items() if not own]
    wars = sum(dot.ending in numbers_of("war") for dot in dots)
    title = f"{'A hundred' if many == DOTS else many} futures: {wars} end in war"
    as_of = run.record.start
    return Figure(
        key="hundred_futures",
        title=title,
        subtitle=f"{many} of {run.record.settings.played_of(option):,} futures, one dot each, "
        f"in this model; {size_of(run, option)}",
        description=f"{title}. "
        + " ".join(f"{capitalised(endings[one])}: {len(own)}." for one, own in groups.items()),
        notes=(
            "In this model. Spread evenly over all futures by ending and day; within an ending, "
            "from early to late.",
            f"Too rare for a dot, or never: {', '.join(missing)}." if missing else "",
            "The table has each number's world and future: `detente trace RUN --future "
            "WORLD:FUTURE`.",
        ),
        table=Numbers.of(
            {
                "ending": endings[ending],
                "numbers": " to ".join(
                    dict.fromkeys(str(end.number) for end in (some[0], some[-1]))
                ),
                "from": str(as_of + timedelta(days=some[0].day)),
                "until": str(as_of + timedelta(days=some[-1].day)),
                "world:future of each number": " ".join(dot.address for dot in some),
            }
            for ending, own in groups.items()
            for at in range(0, len(own), IN_A_ROW)
            for some in [own[at : at + IN_A_ROW]]
        ),
        chart=_grid({endings[ending]: own for ending, own in groups.items() if own}),
    )


def _grid(groups: Mapping[str, Sequence[Dot]]) -> Drawn:
    """Draw numbered dots in rows beneath the names of their endings."""
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

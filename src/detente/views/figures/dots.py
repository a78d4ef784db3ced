"""A hundred futures, one by one: at a glance next to the worlds, and each with its address."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Annotated, Any, NamedTuple

import altair as alt
import numpy as np

from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.tally import ENDINGS
from detente.estimate.intervals import noise_of_means, without_chance
from detente.kernel.endings import Ending
from detente.questions import wording
from detente.questions.summary import Summary
from detente.text import headed
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data, size_of, summary_of
from detente.views.figures.futures import QUANTILES, apart

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
HUNDRED = ("ending", "numbers", "from", "until", "world:future of each number")
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
HIGHEST = 140
"""Room for dots above each other [pixels]."""


class WarByWorld(NamedTuple):
    """In how many of 100 futures war comes, by world, sampling noise removed."""

    lowest: float
    parts: Annotated[tuple[float, ...], "at the middle of each twentieth of the worlds, in order"]
    highest: float


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
    counts, worlds = _counted(summary), _worlds_of(summary)
    share, mean = (summary.base.outcomes[key].value for key in ("deal", "any_war"))
    deal, war = _named(counts["deal"], share), _named(counts["war"], mean)
    title = f"Of 100 futures, {deal} bring a deal, {war} war"
    return Figure(
        key="futures_first",
        title=title,
        subtitle=f"A hundred futures, in this model; {size_of(summary.run)}",
        description=f"{title}. {_told(counts, _neither(summary), worlds)}",
        notes=(
            "In this model. What sees force counts as force, also where a deal follows. Dots add "
            "up to a hundred, so that a kind may have one more or less than its share. Right: "
            "where worlds lie, which differ in what is assumed. A filled dot is a twentieth of "
            "them and stands at its middle, the hollow one is the highest world alone; sampling "
            "noise is removed.",
        ),
        table=Numbers(FIRST, (*_first_rows(summary), *_world_rows(worlds))),
        chart=alt.hconcat(_block(counts, _said(summary)), _spread(worlds), spacing=4),
    )


def _named(count: int, share: float) -> str:
    """Return how many dots there are of a kind; what happens is never written as 0."""
    return "<1" if count == 0 and share > 0.0 else str(count)


def _told(counts: Mapping[str, int], neither: tuple[int, int], worlds: WarByWorld) -> str:
    middle = worlds.parts[len(worlds.parts) // 2]
    least, half, most = (wording.number(one, 0) for one in (worlds.lowest, middle, worlds.highest))
    return (
        f"Without force a deal: {counts['deal']}; neither deal nor force: {counts['neither']}, of "
        f"which {neither[0]} settled and {neither[1]} unresolved; force short of war: "
        f"{counts['strike']}; war: {counts['war']}. Depending on what is assumed, war comes in "
        f"{least} to {most} of 100, in half of the worlds in at most {half}."
    )


def _counted(summary: Summary) -> dict[str, int]:
    """Return how many of a hundred dots are of each kind."""
    shares = summary.base.outcomes
    deal, force, war = (shares[key].value for key in ("deal", "force", "any_war"))
    parts = (deal, 1.0 - deal - force, force - war, war)
    return dict(zip(KINDS, wording.adding_up(parts, DOTS), strict=True))


def _neither(summary: Summary) -> tuple[int, int]:
    """Return of the dots with neither deal nor force how many are settled, and how many not."""
    shares = summary.base.outcomes
    neither = 1.0 - shares["deal"].value - shares["force"].value
    settled = min(neither, shares["settled"].value - shares["deal"].value)
    dots = _counted(summary)["neither"]
    is_settled, unresolved = wording.adding_up((settled, neither - settled), dots)
    return is_settled, unresolved


def _said(summary: Summary) -> dict[str, str]:
    """Return what else is said of some kinds."""
    settled, unresolved = _neither(summary)
    return {
        "deal": "without force",
        "neither": f"{settled} settled, {unresolved} not",
        "strike": "short of war",
        "war": "with force too",
    }


def _worlds_of(summary: Summary) -> WarByWorld:
    settings = summary.run.record.settings
    by_world = summary.run.tally().happened("any_war") / settings.futures_of_a_world
    noise = noise_of_means(by_world, by_world, settings.futures_of_a_world)
    shares = np.clip(DOTS * without_chance(by_world, noise), 0.0, DOTS)
    parts = tuple(np.quantile(shares, QUANTILES).tolist())
    return WarByWorld(float(shares.min()), parts, float(shares.max()))


def _first_rows(summary: Summary) -> Iterator[tuple[str | float, ...]]:
    shares, last = summary.base.outcomes, summary.base.corridor[-1]
    yield ("deal", *(DOTS * end for end in shares["deal"].interval))
    ends = summary.base.bands["open"][-1]
    yield ("neither deal nor force", *(DOTS * end for end in (last.open, *ends)))
    yield ("use of force", *(DOTS * end for end in shares["force"].interval))
    yield ("of these, war", *(DOTS * end for end in shares["any_war"].interval))


def _world_rows(worlds: WarByWorld) -> Iterator[tuple[str | float, ...]]:
    for at, share in enumerate(worlds.parts, 1):
        yield (f"war, worlds' part {at} of {len(worlds.parts)}", share, "", "")
    yield ("war, lowest world", worlds.lowest, "", "")
    yield ("war, highest world", worlds.highest, "", "")


def _block(counts: Mapping[str, int], said: Mapping[str, str]) -> Drawn:
    """Draw the hundred in a square, kind after kind, with a count and a name next to each kind."""
    order = [kind for kind, count in counts.items() for _ in range(count)]
    side = SIDE * BETWEEN
    dots = [
        {
            "across": (at % SIDE + 0.5) * BETWEEN,
            "down": (at // SIDE + 0.5) * BETWEEN,
            "shape": KINDS[kind].shape,
            "colour": KINDS[kind].colour,
            "fill": style.PAPER if KINDS[kind].is_hollow else KINDS[kind].colour,
        }
        for at, kind in enumerate(order)
    ]
    across, down = alt.X("across:Q", axis=None, scale=None), alt.Y("down:Q", axis=None, scale=None)
    shapes = sorted({kind.shape for kind in KINDS.values()})
    marks = alt.Chart(data(dots), width=side + LABELS, height=side).mark_point(
        size=130, opacity=1, strokeWidth=1.5
    )
    return alt.layer(
        marks.encode(
            x=across,
            y=down,
            shape=alt.Shape("shape:N", legend=None).scale(domain=shapes, range=shapes),
            stroke=alt.Stroke("colour:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
        ),
        *_labels(counts, said, side),
    )


def _labels(counts: Mapping[str, int], said: Mapping[str, str], side: float) -> Iterator[alt.Chart]:
    """Yield the count and the name next to each kind of dots, and what else is said of it."""
    ends = np.cumsum([0, *counts.values()]) / DOTS
    room = 100.0 - 2.0 * EDGE
    middles = [(100.0 * (a + b) / 2.0 - EDGE) * 100.0 / room for a, b in pairwise(ends)]
    middles = [min(100.0, max(0.0, middle)) for middle in middles]
    heights = [EDGE + place * room / 100.0 for place in apart(middles, APART * 100.0 / room)]
    lines = [
        {
            "down": side * height / 100.0,
            "text": f"{count or 'fewer than 1'} {KINDS[kind].name}",
            "more": said.get(kind, ""),
            "colour": KINDS[kind].colour,
        }
        for (kind, count), height in zip(counts.items(), heights, strict=True)
    ]
    chart = alt.Chart(data(lines)).encode(
        x=alt.value(side + 6), y=alt.Y("down:Q", axis=None, scale=None)
    )
    bold = chart.mark_text(align="left", fontWeight="bold", fontSize=style.TEXT + 1, dy=-6)
    yield bold.encode(text="text:N", color=alt.Color("colour:N", scale=None))
    yield chart.mark_text(align="left", dy=8, fontSize=style.SMALL, color=style.QUIET).encode(
        text="more:N"
    )


def _spread(worlds: WarByWorld) -> Drawn:
    """Draw a dot for each twentieth of the worlds by its share of war, and the highest world."""
    most = worlds.highest * 1.1 or 1.0
    cells = [int(one / most * SPREAD / STACKED) for one in (*worlds.parts, worlds.highest)]
    step = min(STACKED, HIGHEST / max(map(cells.count, cells)))
    dots: list[dict[str, Any]] = [
        {
            "share": (cell + 0.5) * STACKED / SPREAD * most,
            "up": SIDE * BETWEEN - cells[:at].count(cell) * step - STACKED / 2,
            "fill": KINDS["war"].colour if at < len(worlds.parts) else style.PAPER,
        }
        for at, cell in enumerate(cells)
    ]
    highest = wording.number(worlds.highest, 0)
    named = [{"text": f"highest world: {highest}", "up": dots[-1]["up"] - 14}]
    shown = alt.Axis(
        tickCount=3, title=["war, of 100 futures;", "a dot: a twentieth", "of the worlds"]
    )
    across = alt.X("share:Q", axis=shown).scale(domain=[0, most], nice=False)
    up = alt.Y("up:Q", axis=None, scale=None)
    chart = alt.Chart(data(dots), width=SPREAD, height=SIDE * BETWEEN)
    heads = [{"text": "depending on", "up": 8}, {"text": "what we assume", "up": 23}]
    marks = chart.mark_point(
        shape="diamond", size=45, opacity=1, stroke=KINDS["war"].colour, strokeWidth=1.5
    )
    return alt.layer(
        marks.encode(x=across, y=up, fill=alt.Fill("fill:N", scale=None)),
        alt.Chart(data(named))
        .mark_text(align="right", fontSize=style.SMALL, color=KINDS["war"].colour)
        .encode(x=alt.value(SPREAD), y=up, text="text:N"),
        alt.Chart(data(heads))
        .mark_text(align="left", fontSize=style.SMALL, color=style.QUIET)
        .encode(x=alt.value(0), y=up, text="text:N"),
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

    Raises
    ------
    DetenteError
        If the run has no such option, or a file of it is missing or was changed.
    """
    dots = _picked(run, option)
    counts = {ending: sum(dot.ending is ending for dot in dots) for ending in Ending}
    wars = counts[Ending.WAR] + counts[Ending.REGIONAL_WAR]
    title = f"{'A hundred' if len(dots) == DOTS else len(dots)} futures: {wars} end in war"
    called = wording.titles(run.record)
    names = {members[-1]: called[key] for key, members in ENDINGS.items()}
    missing = [name for ending, name in names.items() if not counts[ending]]
    return Figure(
        key="hundred_futures",
        title=title,
        subtitle=f"{len(dots)} of {run.record.settings.played_of(option):,} futures, one dot each, "
        f"in this model; {size_of(run, option)}",
        description=f"{title}. "
        + " ".join(f"{headed(name)}: {counts[one]}." for one, name in names.items()),
        notes=(
            "In this model. Spread evenly over all futures by ending and day; within an ending, "
            "from early to late.",
            *((f"Too rare for a dot, or never: {', '.join(missing)}.",) if missing else ()),
            "The table has each number's world and future: `detente trace RUN --future "
            "WORLD:FUTURE`.",
        ),
        table=Numbers(
            HUNDRED, tuple(_addresses(dots, names, date.fromisoformat(run.record.as_of)))
        ),
        chart=_grid(dots, names),
    )


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


def _addresses(
    dots: list[Dot], names: Mapping[Ending, str], as_of: date
) -> Iterator[tuple[str, ...]]:
    """Yield the addresses of up to ten dots of an ending in a row, in the order of the numbers."""
    for ending, group in groupby(dots, key=lambda dot: dot.ending):
        own = list(group)
        for at in range(0, len(own), IN_A_ROW):
            some = own[at : at + IN_A_ROW]
            yield (
                names[ending],
                " to ".join(dict.fromkeys(str(dot.number) for dot in (some[0], some[-1]))),
                *(str(as_of + timedelta(days=dot.day)) for dot in (some[0], some[-1])),
                " ".join(dot.address for dot in some),
            )


def _grid(dots: list[Dot], names: Mapping[Ending, str]) -> Drawn:
    placed: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    top = 0
    for ending in names:
        own = [dot for dot in dots if dot.ending is ending]
        if own:
            heads.append({"down": top + HEAD / 2, "text": f"{names[ending]}: {len(own)}"})
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

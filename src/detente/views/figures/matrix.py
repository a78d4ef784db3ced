"""Options next to each other: by how much each changes war, use of force and deals."""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.analysis import wording
from detente.analysis.compare import Comparison
from detente.analysis.dominance import clearly
from detente.analysis.paired import COUNTED, PairedDifference
from detente.ensemble.record import BASE
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data, size_of

HEADS = {
    "any_war": ("War", "← better"),
    "force": ("Use of force", "← better"),
    "deal": ("Deals", "better →"),
}
"""What stands above each column."""
COLOURS = {
    "any_war": style.COLOURS["war"],
    "force": style.FORCE,
    "deal": style.DEAL,
}
WIDTH = style.WIDTH - 10
HIGH = 33
"""Height of a row: its title above, its marks beneath [pixels]."""
TITLE, MARKS = 9, 23
"""How far below a row's top these stand [pixels]."""
TOP = 42
"""Height of the heads [pixels]."""
CELL = WIDTH / len(COUNTED)
"""Width of a column [pixels]."""
NUMBER, TRACK = 40, 48
"""Where in a column its numbers end and its marks begin [pixels]."""


def options_matrix(found: Comparison) -> Figure:
    """Draw the change of war, use of force and deals under each option, those grey that are beaten.

    The best is on top. Bars are 90 % intervals on the same draws; a ring is a change that is not
    clear. Options that change none of the three clearly are named beneath, unless all do.
    """
    names = found.in_order
    drawn = tuple(name for name in names if _signs(found, name)) or names
    title = _helped([_signs(found, name) for name in names])
    size = size_of(found.run, worlds=found.pairs.worlds)
    return Figure(
        key="options_matrix",
        title=title,
        subtitle=f"Change against no option, futures of 100, in this model; {size}",
        description=f"{title}. " + " ".join(_told(found, name) for name in names),
        notes=(
            "In this model. Bars: 90 % intervals over worlds and chance, paired on the same "
            "draws. Ring: not clear, as it is below one point, or its interval holds 0.",
            "Grey: another option is clearly better by one of the three, no worse by the others.",
            *_undrawn([found.options[name].title for name in names if name not in drawn]),
        ),
        table=Numbers(
            ("option", *_columns(), "beaten by"), tuple(_cells(found, name) for name in names)
        ),
        chart=_drawn(found, drawn),
    )


def _signs(found: Comparison, name: str) -> set[int]:
    """Return whether an option is clearly better (1), clearly worse (-1), or both."""
    measures = found.options[name].measures
    return {clearly(key, measures[key]) for key in COUNTED} - {0}


def _helped(signs: list[set[int]]) -> str:
    helps, hurts, trades = (signs.count(kind) for kind in ({1}, {-1}, {1, -1}))
    return f"Of {len(signs)} options, {helps} clearly help, {hurts} hurt, {trades} trade"


def _undrawn(titles: list[str]) -> Iterator[str]:
    if titles:
        yield f"Not drawn, as they clearly change none of the three: {', '.join(titles)}."


def _told(found: Comparison, name: str) -> str:
    one = found.options[name]
    beaten = ", beaten by another" if name in found.dominated else ""
    return (
        f"{one.title}{beaten}: "
        + ", ".join(
            f"{HEADS[key][0].lower()} {wording.points(one.measures[key].difference, signed=True)}"
            for key in COUNTED
        )
        + "."
    )


def _columns() -> Iterator[str]:
    for key in COUNTED:
        name = HEADS[key][0].lower()
        yield from (name, f"{name}, low", f"{name}, high")


def _cells(found: Comparison, name: str) -> tuple[str | float, ...]:
    ends = (100.0 * end for key in COUNTED for end in found.options[name].measures[key][:3])
    rival = found.dominated.get(name, "")
    return (found.options[name].title, *ends, _called(found, rival) if rival else "")


def _called(found: Comparison, name: str) -> str:
    return "no option" if name == BASE else found.options[name].title


class MatrixScale(NamedTuple):
    """Where differences lie in a column; all columns have the same."""

    low: Annotated[float, "at the left end [share]"]
    high: Annotated[float, "at the right end [share]"]

    def at(self, column: int, value: float) -> float:
        """Return how far from the left of the picture a difference lies [pixels]."""
        part = (value - self.low) / (self.high - self.low)
        return column * CELL + TRACK + part * (CELL - TRACK - 6)


def _scale(found: Comparison, names: tuple[str, ...]) -> MatrixScale:
    rows = [found.options[name].measures[key] for name in names for key in COUNTED]
    low, high = min(0.0, *(one.low for one in rows)), max(0.0, *(one.high for one in rows))
    return MatrixScale(low, high) if low < high else MatrixScale(-1.0, 1.0)


def _drawn(found: Comparison, names: tuple[str, ...]) -> Drawn:
    scale = _scale(found, names)
    height = TOP + HIGH * len(names)
    titles = [_titled(found, name, TOP + HIGH * at) for at, name in enumerate(names)]
    marks = [
        _mark(found, (name, key), scale, TOP + HIGH * at)
        for at, name in enumerate(names)
        for key in COUNTED
    ]
    zeros = [{"across": scale.at(column, 0.0)} for column in range(len(COUNTED))]
    zero = alt.Chart(data(zeros), width=WIDTH, height=height).mark_rule(color=style.FAINT)
    line = alt.Chart(data(titles)).encode(y=_pixel(alt.Y, "down"), text="text:N")
    return alt.layer(
        zero.encode(x=_pixel(alt.X, "across"), y=alt.value(TOP - 4), y2=alt.value(height)),
        line.mark_text(align="left").encode(
            x=alt.value(0), color=alt.Color("colour:N", scale=None)
        ),
        *_marks(alt.Chart(data(marks))),
        *_heads(scale),
    )


def _titled(found: Comparison, name: str, top: float) -> dict[str, Any]:
    colour = style.QUIET if name in found.dominated else style.INK
    return {"down": top + TITLE, "text": found.options[name].title, "colour": colour}


def _mark(
    found: Comparison, cell: tuple[str, str], scale: MatrixScale, top: float
) -> dict[str, Any]:
    name, key = cell
    one, column = found.options[name].measures[key], COUNTED.index(key)
    is_beaten = name in found.dominated
    colour = style.MUTED if is_beaten else COLOURS[key]
    return {
        "down": top + MARKS,
        "end": column * CELL + NUMBER,
        "text": _number(one),
        "words": style.QUIET if is_beaten else style.INK,
        "low": scale.at(column, one.low),
        "high": scale.at(column, one.high),
        "across": scale.at(column, one.difference),
        "colour": colour,
        "fill": colour if clearly(key, one) else style.PAPER,
    }


def _number(one: PairedDifference) -> str:
    return wording.points(one.difference, signed=True)


def _marks(chart: alt.Chart) -> Iterator[alt.Chart]:
    """Yield the intervals, the dots and the numbers of all cells."""
    down, colour = _pixel(alt.Y, "down"), alt.Color("colour:N", scale=None)
    yield chart.mark_rule(strokeWidth=4, opacity=0.5).encode(
        x=_pixel(alt.X, "low"), x2="high:Q", y=down, color=colour
    )
    yield chart.mark_point(size=42, opacity=1, strokeWidth=1.8).encode(
        x=_pixel(alt.X, "across"),
        y=down,
        stroke=alt.Stroke("colour:N", scale=None),
        fill=alt.Fill("fill:N", scale=None),
    )
    yield chart.mark_text(align="right", fontSize=style.SMALL).encode(
        x=_pixel(alt.X, "end"), y=down, text="text:N", color=alt.Color("words:N", scale=None)
    )


def _heads(scale: MatrixScale) -> Iterator[alt.Chart]:
    """Yield the names of the columns, and which way is better about their zeros."""
    heads = [
        {
            "across": column * CELL,
            "name": HEADS[key][0],
            "colour": COLOURS[key],
            "zero": scale.at(column, 0.0),
            "better": HEADS[key][1],
        }
        for column, key in enumerate(COUNTED)
    ]
    chart = alt.Chart(data(heads))
    yield chart.mark_text(align="left", fontWeight="bold").encode(
        x=_pixel(alt.X, "across"),
        y=alt.value(8),
        text="name:N",
        color=alt.Color("colour:N", scale=None),
    )
    fewer, more = (
        alt.Chart(data([head for head in heads if head["better"] == words]))
        for words in ("← better", "better →")
    )
    for side in (
        fewer.mark_text(align="right", dx=-3, fontSize=style.SMALL, color=style.QUIET),
        more.mark_text(align="left", dx=3, fontSize=style.SMALL, color=style.QUIET),
    ):
        yield side.encode(x=_pixel(alt.X, "zero"), y=alt.value(27), text="better:N")


def _pixel(kind: type[alt.X] | type[alt.Y], column: str) -> Any:
    """Return a place by pixels from the left or from the top."""
    return kind(f"{column}:Q", axis=None, scale=None)

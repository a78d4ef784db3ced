"""Options next to each other: by how much each changes war, use of force and deals."""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.ensemble.record import BASE
from detente.estimate.estimate import Estimate
from detente.estimate.paired import COUNTED, clearly
from detente.questions import wording
from detente.questions.compare import Comparison
from detente.text import headed
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data

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
GROUPS: dict[str, set[int]] = {"help": {1}, "trade": {-1, 1}, "hurt": {-1}, "not clear": set()}
"""What options are put under, in order, and on which sides the clear changes of each lie."""
WIDTH = style.WIDTH - 10
HIGH = 33
"""Height of a row: its title above, its marks beneath [pixels]."""
HEADING = 24
"""Height of the heading of a group [pixels]."""
TITLE, MARKS = 9, 23
"""How far below a row's top these stand [pixels]."""
ZERO = 7
"""How far the line at 0 reaches above and below a row's marks, short of its title [pixels]."""
TOP = 42
"""Height of the heads [pixels]."""
CELL = WIDTH / len(COUNTED)
"""Width of a column [pixels]."""
NUMBER, TRACK = 40, 48
"""Where in a column its numbers end and its marks begin [pixels]."""


class MatrixLine(NamedTuple):
    """A line of the picture: the heading of a group, or an option."""

    top: Annotated[float, "where it begins [pixels]"]
    text: str
    name: Annotated[str, "the option; of a heading empty"] = ""


def options_matrix(found: Comparison) -> Figure:
    """Draw the change of war, use of force and deals under each option, those grey that are beaten.

    Options that clearly help come first, then trades, then those that hurt, each time the best
    first, numbered from above. Bars are 90 % intervals on the same draws; a ring is a change that
    is not clear. Options that change none of the three clearly are named beneath, unless all do.
    """
    groups = _grouped(found)
    names = tuple(name for group in groups.values() for name in group)
    title, worlds = _helped(groups), found.pairs.worlds
    there = found.run.record.settings.worlds
    return Figure(
        key="options_matrix",
        title=title,
        subtitle="Change against no option, futures of 100, in this model. Filled: a point or "
        f"more, 97 % interval without 0; {wording.first_worlds(worlds, there)}; "
        f"{found.pairs.futures} futures of each, as of {found.run.record.as_of}",
        description=f"{title}. " + " ".join(_told(found, _shown(groups))),
        notes=(
            "In this model. Bars: 90 % intervals over worlds and chance, paired on the same draws.",
            "Beaten: another option is clearly better by one of the three, no worse by the others.",
            *_undrawn([found.options[name].title for name in _left_out(groups)]),
        ),
        table=Numbers(
            ("option", *_columns(), "beaten by"), tuple(_cells(found, name) for name in names)
        ),
        chart=_drawn(found, _lines(found, groups)),
    )


def _signs(found: Comparison, name: str) -> dict[str, int]:
    """Return by what an option is clearly better (1) or clearly worse (-1)."""
    measures = found.options[name].measures
    signs = {key: clearly(key, measures[key]) for key in COUNTED}
    return {key: sign for key, sign in signs.items() if sign}


def _grouped(found: Comparison) -> dict[str, list[str]]:
    """Return the options of each group, the best first."""
    signs = {name: _signs(found, name) for name in found.in_order}
    return {
        group: sorted(
            (name for name in signs if set(signs[name].values()) == kind),
            key=lambda name: _merit(found, name, signs[name]),
            reverse=True,
        )
        for group, kind in GROUPS.items()
    }


def _merit(found: Comparison, name: str, signs: dict[str, int]) -> tuple[int, float]:
    """Return on how many counts an option is clearly better, and by how much on all together."""
    measures = found.options[name].measures
    points = sum(sign * abs(measures[key].value) for key, sign in signs.items())
    return list(signs.values()).count(1), points


def _helped(groups: dict[str, list[str]]) -> str:
    helps, trades, hurts = (len(groups[key]) for key in ("help", "trade", "hurt"))
    whole = sum(map(len, groups.values()))
    does = wording.does
    return (
        f"Of {wording.count(whole, 'option')}, {does(helps, 'clearly help')}, "
        f"{does(trades, 'trade')}, {does(hurts, 'hurt')}"
    )


def _left_out(groups: dict[str, list[str]]) -> list[str]:
    """Return the options that are named and not drawn: those not clear, if others are."""
    return groups["not clear"] if any(groups[key] for key in ("help", "trade", "hurt")) else []


def _shown(groups: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the groups of which options are drawn."""
    left_out = _left_out(groups)
    return {group: names for group, names in groups.items() if names and names != left_out}


def _lines(found: Comparison, groups: dict[str, list[str]]) -> list[MatrixLine]:
    """Return the lines of the picture from above: headings, and options beneath each."""
    lines, top, number = [], float(TOP), 0
    for group, names in _shown(groups).items():
        lines.append(MatrixLine(top, f"{headed(group)}: {len(names)}"))
        top += HEADING
        for name in names:
            number += 1
            beaten = " (beaten)" if name in found.dominated else ""
            lines.append(MatrixLine(top, f"{number} {found.options[name].title}{beaten}", name))
            top += HIGH
    left_out = _left_out(groups)
    return (
        [*lines, MatrixLine(top, f"Not clear, not drawn: {len(left_out)}")] if left_out else lines
    )


def drawn_options(found: Comparison) -> tuple[str, ...]:
    """Return the options that are drawn, from above: the first has the number 1."""
    return tuple(name for names in _shown(_grouped(found)).values() for name in names)


def _undrawn(titles: list[str]) -> Iterator[str]:
    if titles:
        yield f"Not drawn, as they clearly change none of the three: {', '.join(titles)}."


def _told(found: Comparison, groups: dict[str, list[str]]) -> Iterator[str]:
    """Yield what is drawn, in words."""
    for group, names in groups.items():
        rows = "; ".join(_told_of(found, name) for name in names)
        yield f"{headed(group)}: {rows}."


def _told_of(found: Comparison, name: str) -> str:
    one = found.options[name]
    beaten = ", beaten by another" if name in found.dominated else ""
    signs = _signs(found, name)
    return f"“{one.title}”{beaten}, " + ", ".join(
        f"{HEADS[key][0].lower()} {_number(one.measures[key])} "
        f"({'clear' if key in signs else 'not clear'})"
        for key in COUNTED
    )


def _columns() -> Iterator[str]:
    for key in COUNTED:
        name = HEADS[key][0].lower()
        yield from (name, f"{name}, low", f"{name}, high")


def _cells(found: Comparison, name: str) -> tuple[str | float, ...]:
    ends = (100.0 * end for key in COUNTED for end in found.options[name].measures[key].interval)
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


def _drawn(found: Comparison, lines: list[MatrixLine]) -> Drawn:
    rows = [line for line in lines if line.name]
    scale = _scale(found, tuple(row.name for row in rows))
    height = lines[-1].top + (HIGH if lines[-1].name else HEADING)
    marks = [_mark(found, (row.name, key), scale, row.top) for row in rows for key in COUNTED]
    zeros = [
        {
            "across": scale.at(column, 0.0),
            "from": row.top + MARKS - ZERO,
            "until": row.top + MARKS + ZERO,
        }
        for row in rows
        for column in range(len(COUNTED))
    ]
    zero = alt.Chart(data(zeros), width=WIDTH, height=height).mark_rule(color=style.FAINT)
    return alt.layer(
        zero.encode(x=_pixel(alt.X, "across"), y=_pixel(alt.Y, "from"), y2="until:Q"),
        *_titles(found, lines),
        *_marks(alt.Chart(data(marks))),
        *_heads(scale),
    )


def _titles(found: Comparison, lines: list[MatrixLine]) -> Iterator[alt.Chart]:
    """Yield the headings of groups, and the names of options, grey if another beats them."""
    for is_heading in (True, False):
        some = [
            {
                "down": line.top + (HEADING / 2 if is_heading else TITLE),
                "text": line.text,
                "colour": style.QUIET if line.name in found.dominated else style.INK,
            }
            for line in lines
            if is_heading == (not line.name)
        ]
        look: dict[str, Any] = {"fontWeight": "bold"} if is_heading else {}
        yield (
            alt.Chart(data(some))
            .mark_text(align="left", limit=WIDTH, **look)
            .encode(
                x=alt.value(0),
                y=_pixel(alt.Y, "down"),
                text="text:N",
                color=alt.Color("colour:N", scale=None),
            )
        )


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
        "across": scale.at(column, one.value),
        "colour": colour,
        "fill": colour if clearly(key, one) else style.PAPER,
    }


def _number(one: Estimate) -> str:
    return wording.points(one.value, signed=True)


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

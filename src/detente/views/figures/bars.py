"""Bar charts: who gives way, who fires first, an outcome by quarter of an assumption."""

import textwrap
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import altair as alt

from detente.ensemble.run import Run
from detente.kernel.endings import FirstShot
from detente.questions import wording
from detente.questions.drivers.inputs import titled
from detente.questions.quarters import Quartered
from detente.questions.standing import BEFORE_END, standing_at_end
from detente.questions.summary import Summary
from detente.questions.wording import in_short, range_in_short
from detente.text import between, capitalised, in_sentence
from detente.views.figures import style
from detente.views.figures.figure import Cell, Figure, Numbers, size_of, summary_of
from detente.views.figures.marks import Drawn, marks

LEFT, RIGHT = 152, 344
"""Ends of the longest bar [pixels]."""
NUMBER, RANGE = 380, style.WIDTH
"""Right ends of the two columns of numbers [pixels]."""
LINE, GAP, HEAD = 15, 7, 18
"""Heights of a line of a label, of the gap between rows, and of the headings [pixels]."""
BAR = 12
LETTERS = 25
"""Upper limit on a line of a label [characters]."""
BEFORE = dict(zip(BEFORE_END, (style.MUTED, style.FORCE, style.COLOURS["war"]), strict=True))
"""Colours for the highest violence before the end."""
PLACES = ("lowest", "second", "third", "highest")
"""Quarters of the worlds by the value of a number."""
MOST_SHOTS = 4
"""Upper limit on the ways in which wars begin with a row of their own."""
SHOTS = {
    FirstShot.CHOSEN_OVER_TEXT: "strikes, though both preferred some deal",
    FirstShot.CHOSEN_FORCE: "strikes, as force beats any deal",
    FirstShot.MISTAKE: "misjudges: it had a better choice",
    FirstShot.LAPSED: "carries out its ultimatum",
    FirstShot.MISREAD: "takes an accident for an attack",
    FirstShot.HOSTILE: "answers a hostile incident",
    FirstShot.ALLY: "strikes on its own decision",
}
"""What the side that fires first does, printed after its name."""


class BarRow(NamedTuple):
    """A row: label, parts of the bar with their colours, number, range."""

    label: str
    parts: Annotated[tuple[tuple[float, str], ...], "share [0-1], colour"]
    number: str
    span: str = ""


def stands(asked: Summary | Run) -> Figure:
    """Draw states at the end by who gave way, coloured by the violence before."""
    found = summary_of(asked)
    run, standing = found.run, standing_at_end(found)
    rows: list[BarRow] = []
    table: list[dict[str, Cell]] = []
    for name, parts, (low, high) in standing:
        rows.append(
            BarRow(
                name,
                tuple(zip(parts, BEFORE.values(), strict=True)),
                in_short(sum(parts)),
                range_in_short(low, high),
            )
        )
        named = {head: 100.0 * part for part, head in zip(parts, BEFORE, strict=True)}
        ends = {"middle half from": 100.0 * low, "middle half to": 100.0 * high}
        table.append({"at the end": name, **named, **ends})
    title = f"Most often: {standing[0][0]}"
    return Figure(
        key="stands",
        title=title,
        subtitle=f"State at the end, in %, in this model; {size_of(run)}",
        description=f"{title}. " + " ".join(f"{row.label}: {row.number} %." for row in rows),
        notes=("Middle half: of the assumptions, sampling noise removed.",),
        table=Numbers.of(table),
        chart=_drawn(rows, ("%", "middle half"), tuple(BEFORE.items())),
    )


def shots(found: Summary) -> Figure | None:
    """Draw who fires first in wars, and why; None if no war comes."""
    ways = first_shots(found)
    if not ways:
        return None
    drawn = [
        (f"{capitalised(in_sentence(who))} {does}", share) for who, does, share in ways[:MOST_SHOTS]
    ]
    if len(ways) > MOST_SHOTS:
        drawn.append(("otherwise", sum(share for _, _, share in ways[MOST_SHOTS:])))
    war = style.COLOURS["war"]
    rows = [BarRow(label, ((share, war),), wording.of_100(share)) for label, share in drawn]
    by_side: dict[str, float] = {}
    for who, _, share in ways:
        by_side[who] = by_side.get(who, 0.0) + share
    first = max(by_side, key=lambda who: by_side[who])
    often = wording.of_100(by_side[first])
    title = f"If war comes, {in_sentence(first)} fires first in {often} %"
    return Figure(
        key="shots",
        title=title,
        subtitle=f"First shot, in % of wars, in this model; {size_of(found.run)}",
        description=f"{title}. " + " ".join(f"{row.label}: {row.number} %." for row in rows),
        notes=(),
        table=Numbers.of(
            {"who": who, "how": does, "% of wars": 100.0 * share} for who, does, share in ways
        ),
        chart=_drawn(rows, ("% of wars", ""), ()),
    )


def first_shots(found: Summary) -> list[tuple[str, str, float]]:
    """Return who fires first in wars, how, and the share of wars, in descending order."""
    war = found.base.war_shots
    if war is None:
        return []
    parties = found.run.record.parties
    ways = [
        (parties.get(side, side), SHOTS[way], part)
        for way, by_side in war.sides.items()
        if way in SHOTS
        for side, part in by_side.items()
        if part > 0.0
    ]
    return sorted(ways, key=lambda one: -one[2])


def quarters(found: tuple[Run, Quartered]) -> Figure:
    """Draw an outcome by quarter of an assumption."""
    run, one = found
    called = wording.NAMES[one.outcome].partition(" (")[0]
    name = titled(one.field, run.crisis)
    rising = one.shares[-1] > one.shares[0]
    rows = [
        BarRow(f"{place} quarter", ((share, style.FORCE),), in_short(share))
        for place, share in zip(PLACES, one.shares, strict=True)
    ]
    least, most = (in_short(end) for end in (min(one.shares), max(one.shares)))
    way = "higher" if rising else "lower"
    title = f"{capitalised(called)}: {between(least, most)} % by one assumption"
    return Figure(
        key="quarters",
        title=title,
        subtitle=f"{capitalised(called)}, in %, in this model, by quarter of “{name}”; "
        f"{size_of(run)}",
        description=f"{title}: more often the {way} “{name}” is. "
        + " ".join(f"{row.label}: {row.number} %." for row in rows),
        notes=(
            "Half of the sets of assumptions served to choose this assumption; the shares are "
            "those of the other half.",
        ),
        table=Numbers.of(
            {"from": float(low), "to": float(high), "%": 100.0 * share}
            for low, high, share in zip(one.ends, one.ends[1:], one.shares, strict=False)
        ),
        chart=_drawn(rows, ("%", ""), ()),
    )


def _drawn(
    rows: Sequence[BarRow], heads: tuple[str, str], names: Sequence[tuple[str, str]]
) -> Drawn:
    """Draw rows from the top, scaled such that the longest bar fills the width."""
    longest = max(sum(part for part, _ in row.parts) for row in rows) or 1.0
    scale = (RIGHT - LEFT) / longest
    bars, labels, numbers, spans = [], [], [], []
    top: float = HEAD
    for row in rows:
        lines = textwrap.wrap(row.label, LETTERS) or [""]
        middle = top + LINE * len(lines) / 2
        for at, line in enumerate(lines):
            labels.append({"x": 0, "y": top + LINE * (at + 0.5), "text": line})
        left: float = LEFT
        for share, colour in row.parts:
            right = left + scale * share
            bars.append(
                {"x": left, "x2": right, "y": middle - BAR / 2, "y2": middle + BAR / 2}
                | {"color": colour}
            )
            left = right
        numbers.append({"x": NUMBER, "y": middle, "text": row.number})
        spans.append({"x": RANGE, "y": middle, "text": row.span})
        top += LINE * len(lines) + GAP
    head = [{"x": NUMBER, "y": 7, "text": heads[0]}, {"x": RANGE, "y": 7, "text": heads[1]}]
    keys, squares, left = [], [], 0.0
    for name, colour in names:
        squares.append({"x": left, "x2": left + 9, "y": 3, "y2": 12, "color": colour})
        keys.append({"x": left + 13, "y": 7, "text": name})
        left += 28 + 6.6 * len(name)
    layers = [
        marks("text", head, extent=(style.WIDTH, top), align="right", **style.NOTE),
        marks("rect", bars),
        marks("text", labels, align="left", fontSize=style.SMALL),
        marks("text", numbers, align="right", fontSize=style.SMALL, fontWeight="bold"),
        marks("text", spans, align="right", **style.NOTE),
    ]
    if names:
        layers += [marks("rect", squares), marks("text", keys, align="left", **style.NOTE)]
    return alt.layer(*layers)

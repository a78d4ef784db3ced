"""Chances by three views of the same questions, on one axis from 0 to 100 %."""

from itertools import groupby

import altair as alt

from detente.questions.strip import Strip, StripRow
from detente.questions.wording import NAMES, in_full, in_short, range_in_short, short_date, stated
from detente.text import DASH, between, capitalised
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers, cells, size_of
from detente.views.figures.marks import Drawn, Mark, marks, point_look

LEFT, RIGHT = 80, 270
"""Ends of the axis [pixels]."""
COLUMNS = {"model": 332, "past": 376, "others": style.WIDTH}
"""Columns of numbers and their right ends [pixels]."""
TOP, HEADING, HIGH, MORE = 22, 22, 22, 8
"""Heights of the headings, of an outcome's name, of a row, and added for views of others
[pixels].
"""
LANES = {"model": 6, "past": 14, "others": 22}
"""Positions of the three views below the top of a row [pixels]."""
TICKS = (0, 25, 50, 75, 100)
LETTER = 6.5
"""Width of a letter of a heading [pixels]."""
LOOKS = {
    "model": point_look(style.MARK, is_filled=True),
    "past": point_look(style.QUIET, is_filled=True, shape="diamond"),
    "others": point_look(style.INK, is_filled=False, shape="triangle-up"),
}


def strip(found: Strip) -> Figure:
    """Draw chances by this model, past crises and others, one row for each question and date.

    The model has a line from the 5th to the 95th percentile across worlds, a bar for the middle
    half and a dot for the mean; past crises have a diamond with a 90 % interval; others have a
    triangle each, with their range if they give one.
    """
    past, others = found.reference, "; ".join(map(found.who, found.outside.views.values()))
    title = "Nothing stands next to this model"
    if found.is_compared:
        names = {one.asked.outcome for one in (gap.row for gap in found.gaps)}
        apart = [NAMES[name].partition(" (")[0] for name in NAMES if name in names]
        title = "This model, past crises and others differ little"
        if apart:
            title = f"Views differ more than twofold: {', '.join(apart)}"
    return Figure(
        key="strip",
        title=title,
        subtitle="Chance by a date, in %: mean (dot), middle half of the assumptions (bar), nine "
        f"in ten of them (line), in this model; {size_of(found.run)}",
        description=f"{title}. " + " ".join(f"{_said(row)}." for row in found.rows),
        notes=(
            "Bars and lines of the model: sampling noise is removed.",
            ""
            if past is None
            else f"Diamonds: {past.crises} past crises with such a start, "
            f"{between(past.first, past.last)}, each on its 90 % interval.",
            f"Triangles: others, on the range that they give. {others}." if others else "",
        ),
        table=Numbers.of(map(_row, found.rows)),
        chart=_drawn(found),
    )


def _asked(row: StripRow) -> str:
    return f"{NAMES[row.asked.outcome]}{row.given}"


def _said(row: StripRow) -> str:
    parts = []
    if row.model is not None:
        middle = range_in_short(*row.asked.middle_half)
        parts.append(f"this model {in_short(row.model.value)} %, middle half {middle}")
    if row.past is not None:
        parts.append(f"past crises {in_short(row.past.value)} %")
    parts += [f"{one.who} {stated(one.low, one.high)} %" for one in row.others]
    return f"{capitalised(_asked(row))} by {in_full(row.asked.date)}: {', '.join(parts)}"


def _row(row: StripRow) -> dict[str, str | float]:
    """Return a row of the table; missing estimates are empty."""
    named: dict[str, str | float] = {"question": _asked(row), "by": row.asked.date.isoformat()}
    heads = "model", "middle half from", "middle half to", "assumptions 5 %", "assumptions 95 %"
    figures: dict[str, str | float] = dict.fromkeys(heads, "")
    if row.model is not None:
        figures |= cells(heads, (row.model.value, *row.asked.middle_half, *row.model.spread))
    ends = "past", "past low", "past high"
    figures |= dict.fromkeys(ends, "")
    if row.past is not None:
        figures |= cells(ends, row.past.interval)
    others = "; ".join(f"{one.who} {stated(one.low, one.high)}" for one in row.others)
    return {**named, **figures, "others": others}


def _across(share: float) -> float:
    return LEFT + share * (RIGHT - LEFT)


def _drawn(found: Strip) -> Drawn:
    """Draw the rows from the top, those of one outcome below its name."""
    headings, dates, numbers, lines, bars, points = [], [], [], [], [], []
    letters: list[Mark] = []
    top = TOP
    for about, rows in groupby(found.rows, _asked):
        headings.append({"x": 0, "y": top + HEADING / 2, "text": capitalised(about)})
        top += HEADING
        for row in rows:
            level = {name: top + lane for name, lane in LANES.items()}
            height = HIGH + (MORE if row.others else 0)
            middle = top + height / 2
            date = short_date(found.run.record, row.asked.day)
            dates.append({"x": 0, "y": middle, "text": str(date)})
            said = {"model": "", "past": "", "others": ""}
            if row.model is not None:
                model, look = row.model, {"y": level["model"], "color": style.MARK}
                low, high = row.asked.middle_half
                lines.append(
                    {"x": _across(model.spread_low), "x2": _across(model.spread_high), **look}
                )
                bars.append({"x": _across(low), "x2": _across(high), **look})
                points.append({"x": _across(model.value), "y": level["model"], **LOOKS["model"]})
                said["model"] = in_short(model.value)
            if row.past is not None:
                look = {"y": level["past"], "color": style.QUIET}
                lines.append({"x": _across(row.past.low), "x2": _across(row.past.high), **look})
                points.append({"x": _across(row.past.value), "y": level["past"], **LOOKS["past"]})
                said["past"] = in_short(row.past.value)
            for one in row.others:
                look = {"y": level["others"], "color": style.INK}
                lines.append({"x": _across(one.low), "x2": _across(one.high), **look})
                points.append({"x": _across(one.middle), "y": level["others"], **LOOKS["others"]})
                letters.append(
                    {
                        "x": _across(one.high) + 7,
                        "y": level["others"],
                        "text": found.letters[one.key],
                    }
                )
            said["others"] = ", ".join(
                f"{stated(one.low, one.high, joint=DASH)} {found.letters[one.key]}"
                for one in row.others[:1]
            ) + (" …" if len(row.others) > 1 else "")
            numbers += [
                {"x": right, "y": middle, "text": said[name]} for name, right in COLUMNS.items()
            ]
            top += height
    heads = [{"x": right, "y": 8, "text": name} for name, right in COLUMNS.items()]
    points += [
        {"x": right - LETTER * (len(name) + 1), "y": 8, **LOOKS[name]}
        for name, right in COLUMNS.items()
    ]
    ticks = [{"x": _across(tick / 100), "y": TOP, "y2": top} for tick in TICKS]
    scale = [{"x": _across(tick / 100), "y": 8, "text": f"{tick}"} for tick in TICKS]
    return alt.layer(
        marks("rule", ticks, extent=(style.WIDTH, top), color=style.FAINT),
        marks("text", scale, **style.NOTE),
        marks("text", heads, align="right", **style.NOTE),
        marks("text", headings, align="left", fontWeight="bold"),
        marks("text", dates, align="left", fontSize=style.SMALL),
        marks("rule", lines, strokeWidth=1.5),
        marks("rule", bars, strokeWidth=6, opacity=0.6),
        marks("point", points, size=34, strokeWidth=1.5),
        marks("text", letters, align="left", **style.NOTE),
        marks("text", numbers, align="right", fontSize=style.SMALL),
    )

"""Which numbers an outcome turns on, and what claims weigh beside how well they are graded."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import altair as alt

from detente.analysis import wording
from detente.analysis.drivers import Drivers
from detente.analysis.drivers.answer import WIDEST
from detente.analysis.drivers.quadratic import Effect, Part
from detente.report.charts import house, rows
from detente.report.charts.figure import Drawn, Figure, Table, data, size_of
from detente.report.charts.rows import Row

MOST = 12
"""Rows that are drawn; the table has all."""
DRIVERS = ("number or group", "part", "low", "high", "told")
EVIDENCE = ("claim", "grade", "weight", "low", "high")
LONGEST_NAME = 40
"""A longer name is cut in the middle [characters]."""
SOURCES = "ABCDEF"
"""The letters of a grade, the best source first (Admiralty code)."""
NAMED = 5
"""Claims that are named in the chart, the heaviest."""
GRADE_HEIGHT = 260
"""Height of the chart of evidence [pixels]."""


class Weighed(NamedTuple):
    """A claim, its grade, and how much of the result hangs on it."""

    claim: str
    grade: Annotated[str, "Admiralty code, A1 to F6"]
    weight: Annotated[float, "part of the variance over worlds [0-1]"]
    low: Annotated[float, "90 % interval [0-1]"]
    high: Annotated[float, "90 % interval [0-1]"]


def drivers(found: Drivers) -> Figure | None:
    """Draw what part of the variance over worlds numbers and groups carry; None if nothing does.

    What each does alone, or its credit with the method shapley; the 12 with the largest lower ends.
    Intervals are 90 %, hollow where too wide to tell.
    """
    parts = {name: _part(effect) for name, effect in found.effects.items()}
    if not parts:
        return None
    order = sorted(parts, key=lambda name: (-parts[name].low, -parts[name].share, name))
    drawn = [_row(name, parts[name]) for name in order[:MOST]]
    left = len(order) - len(drawn)
    outcome, title = wording.NAMES[found.outcome], _title(found, order[0])
    return Figure(
        key=f"drivers_{found.outcome}",
        title=title,
        subtitle=f"Part of the variance of {outcome} over worlds, of 100, in this model; "
        f"{size_of(found.run)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=(
            f"In this model, over {found.worlds} worlds; what each does "
            f"{'in credit with others' if found.method == 'shapley' else 'on its own'}.",
            "Bands, and numbers in brackets: 90 % intervals from the number of worlds; hollow "
            "rings: too wide to say anything.",
            f"{sum(part.low > 0.0 for part in parts.values())} of {len(parts)} stand out from "
            f"none; about {0.05 * len(parts):.0f} would by chance alone. Drawn: the {len(drawn)} "
            f"that are surest; {left} more stand in the table.",
            *found.notes,
        ),
        table=Table(DRIVERS, tuple(_cells(name, parts[name]) for name in order)),
        chart=rows.listed(drawn, axis="of 100 parts of the variance", domain=rows.domain_of(drawn)),
    )


def _part(effect: Effect) -> Part:
    return effect.shapley or effect.first


def _title(found: Drivers, name: str) -> str:
    outcome, part = wording.NAMES[found.outcome], _part(found.effects[name])
    if part.low <= 0.0 or not _is_told(part):
        return f"No single number surely decides {outcome}"
    most = "a group of numbers" if " " in name else _cut(name)
    return f"{outcome.capitalize()} turns most on {most}"


def _is_told(part: Part) -> bool:
    return part.high - part.low <= WIDEST


def _row(name: str, part: Part) -> Row:
    share, low, high = (100.0 * end for end in part)
    number = f"{share:.0f} ({low:.0f} to {high:.0f})"
    return Row(_cut(name), share, low, high, (), number, is_told=_is_told(part))


def _cells(name: str, part: Part) -> tuple[str | float, ...]:
    return (name, *(100.0 * end for end in part), "yes" if _is_told(part) else "no")


def _cut(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def evidence(weighed: Sequence[Weighed], *, size: str) -> Figure | None:
    """Draw what each claim weighs beside how well it is graded; None where there is no claim.

    `size` tells worlds, futures and the as-of date for the subtitle, as `size_of` returns it.
    """
    if not weighed:
        return None
    order = sorted(weighed, key=lambda one: (-one.weight, one.claim))
    first = order[0]
    title = f"The heaviest claim is graded {first.grade}"
    return Figure(
        key="evidence",
        title=title,
        subtitle=f"Weight of claims, of 100, by grade, in this model; {size}",
        description=f"{title}. "
        + " ".join(
            f"{one.claim}, graded {one.grade}: {100 * one.weight:.0f} "
            f"({100 * one.low:.0f} to {100 * one.high:.0f})."
            for one in order[:MOST]
        ),
        notes=(
            "In this model. Grades: a letter for the source, A reliable to F unknown, and a digit "
            "for what it says, 1 confirmed to 6 unknown.",
            "Bars: 90 % intervals of weights. High and right rests on weak evidence.",
            f"Named: the {min(len(order), NAMED)} heaviest; all {len(order)} stand in the table.",
        ),
        table=Table(
            EVIDENCE,
            tuple((one.claim, one.grade, *(100.0 * end for end in one[2:])) for one in order),
        ),
        chart=_by_grade(order),
    )


def _by_grade(order: Sequence[Weighed]) -> Drawn:
    """Draw weights over the letter of the source; the digit and the rank part them within it."""
    letters = {letter: sum(one.grade[0] == letter for one in order) for letter in SOURCES}
    seen = dict.fromkeys(SOURCES, 0)
    points = []
    for one in sorted(order, key=lambda one: (one.grade, -one.weight)):
        letter = one.grade[0]
        seen[letter] += 1
        place = SOURCES.index(letter) + seen[letter] / (letters[letter] + 1.0)
        middle, low, high = (100.0 * end for end in one[2:])
        points.append(
            {
                "across": place,
                "weight": middle,
                "low": low,
                "high": high,
                "digit": one.grade[1],
                "name": one.claim if one in order[:NAMED] else "",
                "is_left": place < len(SOURCES) / 2.0,
            }
        )
    across = alt.X("across:Q", axis=None, scale=alt.Scale(domain=[0, len(SOURCES)], nice=False))
    weight = alt.Y("weight:Q", title="weight, of 100", axis=alt.Axis(tickCount=5))
    width = house.WIDTH - 60
    chart = alt.Chart(data(points), width=width, height=GRADE_HEIGHT).encode(x=across)
    heads = [
        {"across": at + 0.5, "text": letter if count else f"{letter} (none)"}
        for at, (letter, count) in enumerate(letters.items())
    ]
    return alt.layer(
        chart.mark_rule(strokeWidth=3, opacity=0.4, color=house.MARK).encode(
            y=alt.Y("low:Q", title="weight, of 100"), y2="high:Q"
        ),
        chart.mark_circle(size=130, opacity=1, color=house.MARK).encode(y=weight),
        chart.mark_text(color=house.PAPER, fontSize=9, fontWeight="bold").encode(
            y=weight, text="digit:N"
        ),
        chart.transform_filter(alt.datum.is_left)
        .mark_text(align="left", dx=10, fontSize=house.SMALL)
        .encode(y=weight, text="name:N"),
        chart.transform_filter(~alt.datum.is_left)
        .mark_text(align="right", dx=-10, fontSize=house.SMALL)
        .encode(y=weight, text="name:N"),
        alt.Chart(data(heads))
        .mark_text(baseline="top", color=house.QUIET, fontSize=house.SMALL)
        .encode(x=across, y=alt.value(GRADE_HEIGHT + 6), text="text:N"),
    )

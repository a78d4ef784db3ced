"""Forecasts over time, with what came."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.follow.tracked import HAPPENED, OPEN, VOID, FollowedQuestion, Tracked
from detente.questions import wording
from detente.text import headed
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data
from detente.views.figures.futures import apart

COLUMNS = ("question", "date", "of 100 futures", "low", "high", "base rate")
HEIGHT = 120
"""Height of a panel [pixels]."""
WIDE = style.WIDTH - 140
"""Width of a panel, next to which its lines are named [pixels]."""
NEAREST = 15.0
"""Labels stand so far apart at least [points of the axis]."""
LINE = 19
"""Height of a line of words [pixels]."""
LEAST_AFTER = 3
"""Days for which the last forecast is drawn at least [days]."""
MOST_PANELS, MOST_EVENTS = 6, 12


class Marked(NamedTuple):
    """Something that happened."""

    day: Annotated[int, "days since the first registration"]
    when: date
    says: str


def tracked(found: Tracked) -> Figure | None:
    """Draw the forecasts of each question over time; None if only one date has any.

    A line is a step from each registration to the next; bands are 90 % intervals. A dot at the top
    or at the bottom is what came.
    """
    dates = [one.date for one in found.chain.registrations]
    if len(dates) == 1:
        return None
    panels = _panels(found)
    marked = sorted(_marked(found))[:MOST_EVENTS]
    title = f"{wording.count(len(found.questions), 'question')} on {len(dates)} dates"
    return Figure(
        key="tracked",
        title=title,
        subtitle=f"Share of 100 futures by date of registration, in this model; {dates[0]} to "
        f"{dates[-1]}",
        description=f"{title}. " + " ".join(map(_told, found.questions)),
        notes=(
            "In this model. Each forecast stands until the next. Bands: 90 % intervals over worlds "
            "and chance. A dot at 100 happened, one at 0 did not.",
            *([_left_out(len(panels))] if len(panels) > MOST_PANELS else []),
        ),
        table=Numbers(COLUMNS, tuple(_cells(found))),
        chart=_drawn(found, list(panels.items())[:MOST_PANELS], marked),
    )


def _left_out(panels: int) -> str:
    return f"{panels - MOST_PANELS} more outcomes are in the table only."


def _panels(found: Tracked) -> dict[str, list[FollowedQuestion]]:
    """Return the questions by what they share but for their date."""
    panels: dict[str, list[FollowedQuestion]] = {}
    for one in found.questions:
        panels.setdefault(one.group, []).append(one)
    return panels


def _told(one: FollowedQuestion) -> str:
    shares = " to ".join(wording.of_100(forecast.share) for _, forecast in one.forecasts)
    came = "" if one.status == OPEN else f"; {one.status.replace('_', ' ')}"
    return f"{one.key}: {shares} of 100{came}."


def _cells(found: Tracked) -> Iterator[tuple[str | float, ...]]:
    for one in found.questions:
        for entry, forecast in one.forecasts:
            shares = (forecast.share, forecast.low, forecast.high)
            base = "" if forecast.base is None else 100.0 * forecast.base
            yield (one.key, str(entry.date), *(100.0 * share for share in shares), base)


def _marked(found: Tracked) -> Iterator[Marked]:
    first = found.chain.registrations[0].date
    for entry in found.chain.registrations:
        for one in entry.observed:
            yield Marked((one.date - first).days, one.date, one.says)
    for question in found.questions:
        if question.status == HAPPENED:
            last = question.resolutions[-1]
            yield Marked((last.on - first).days, last.on, f"{question.key} happened")


def _drawn(
    found: Tracked,
    panels: Sequence[tuple[str, list[FollowedQuestion]]],
    marked: Sequence[Marked],
) -> Drawn:
    first = found.chain.registrations[0].date
    resolved = [one.closed for one in found.questions if one.resolutions]
    latest = max([found.chain.registrations[-1].date, *resolved])
    days = [(latest - first).days, *(one.day for one in marked)]
    end = max(days) + max(LEAST_AFTER, max(days) // 10)
    charts: list[Drawn] = [
        _panel(questions, marked, (first, end), is_top=at == 0)
        for at, (_, questions) in enumerate(panels)
    ]
    return alt.vconcat(*charts, *([_list(marked)] if marked else []), spacing=10)


def _panel(
    questions: Sequence[FollowedQuestion],
    marked: Sequence[Marked],
    days: tuple[date, int],
    *,
    is_top: bool,
) -> Drawn:
    first, end = days
    across = alt.X("day:Q", title=f"days after {first}").scale(domain=[0, end], nice=False)
    up = alt.Y("share:Q", title="of 100", axis=alt.Axis(values=[0, 50, 100])).scale(domain=[0, 100])
    lines = [row for one in questions for row in _points(one, first, end)]
    base = alt.Chart(data(lines), width=WIDE, height=HEIGHT).encode(x=across, detail="key:N")
    band = base.mark_area(interpolate="step-after", opacity=0.18, color=style.MARK)
    line = base.mark_line(interpolate="step-after", strokeWidth=2, color=style.MARK)
    title = alt.TitleParams(headed(questions[0].called), fontSize=style.TEXT)
    chart: Drawn = alt.layer(
        *([_rules(marked, across, is_numbered=is_top)] if marked else []),
        band.encode(y=alt.Y("low:Q", title="of 100"), y2="high:Q"),
        line.encode(y=up),
        _came(questions, first, across),
        _labels(questions, end),
    ).properties(title=title)
    return chart


def _points(one: FollowedQuestion, first: date, end: int) -> list[dict[str, Any]]:
    """Return the corners of a question's line, in days and hundredths, to where it is closed."""
    rows = [
        {
            "key": one.key,
            "day": (entry.date - first).days,
            **{name: 100.0 * getattr(forecast, name) for name in ("share", "low", "high")},
        }
        for entry, forecast in one.forecasts
    ]
    last = (one.closed - first).days
    return [*rows, {**rows[-1], "day": max(min(end, last), rows[-1]["day"])}]


def _rules(marked: Sequence[Marked], across: alt.X, *, is_numbered: bool) -> Drawn:
    rows = [{"day": one.day, "number": str(at)} for at, one in enumerate(marked, 1)]
    base = alt.Chart(data(rows)).encode(x=across)
    rules: Drawn = base.mark_rule(color=style.QUIET, strokeDash=style.DASHES["force"])
    if not is_numbered:
        return rules
    numbers = base.mark_text(fontSize=style.SMALL, fontWeight="bold", dy=-4, baseline="bottom")
    return alt.layer(rules, numbers.encode(y=alt.value(0), text="number:N"))


def _came(questions: Sequence[FollowedQuestion], first: date, across: alt.X) -> alt.Chart:
    rows = [
        {
            "day": (one.closed - first).days,
            "share": 100.0 * (one.status == HAPPENED),
        }
        for one in questions
        if one.status not in {OPEN, VOID}
    ]
    chart: alt.Chart = (
        alt.Chart(data(rows))
        .mark_circle(size=70, color=style.INK, opacity=1, clip=False)
        .encode(x=across, y="share:Q")
    )
    return chart


def _labels(questions: Sequence[FollowedQuestion], end: int) -> alt.Chart:
    """Name each line at the right by its date."""
    places = apart([100.0 * one.newest.forecast.share for one in questions], NEAREST)
    rows = [
        {"day": end, "share": place, "text": f"by {one.question.by}"}
        for one, place in zip(questions, places, strict=True)
    ]
    chart: alt.Chart = (
        alt.Chart(data(rows))
        .mark_text(align="left", dx=8, fontSize=style.SMALL)
        .encode(x="day:Q", y="share:Q", text="text:N")
    )
    return chart


def _list(marked: Sequence[Marked]) -> Drawn:
    lines = [
        {"down": LINE * at + LINE / 2, "text": f"{at + 1}. {one.when}: {one.says}"}
        for at, one in enumerate(marked)
    ]
    chart: alt.Chart = (
        alt.Chart(data(lines), width=WIDE, height=LINE * len(lines))
        .mark_text(align="left", fontSize=style.SMALL, limit=style.WIDTH - 40)
        .encode(x=alt.value(-40), y=alt.Y("down:Q", axis=None, scale=None), text="text:N")
    )
    return chart

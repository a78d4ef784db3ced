"""The chart of forecasts over time, with outcomes."""

from collections.abc import Sequence
from datetime import date

import altair as alt

from detente.follow.tracked import HAPPENED, OPEN, VOID, FollowedQuestion, Tracked
from detente.questions import wording
from detente.text import capitalised
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers, cells, hundredths
from detente.views.figures.marks import (
    Drawn,
    Mark,
    apart,
    lines,
    marks,
    numbered,
    of_100,
    panel,
)

HEIGHT = 120
"""Height of a panel [pixels]."""
WIDE = style.WIDTH - 140
"""Width of a panel, to the right of which its lines are labelled [pixels]."""
NEAREST = 15.0
"""Least distance of labels [points of the axis]."""
LEAST_AFTER = 3
"""Least time for which the last forecast is drawn [days]."""
MOST_PANELS, MOST_EVENTS = 6, 12


def tracked(found: Tracked) -> Figure | None:
    """Draw the forecasts of each question over time; None if there is only one date.

    A line is a step from each registration to the next; bands are 90 % intervals. A dot at the top
    or at the bottom is the result.
    """
    dates = [one.date for one in found.chain.registrations]
    if len(dates) == 1:
        return None
    panels: dict[str, list[FollowedQuestion]] = {}
    for question in found.questions:  # questions that differ only in their date share a panel
        panels.setdefault(question.group, []).append(question)
    left_out = max(0, len(panels) - MOST_PANELS)
    title = f"{wording.count(len(found.questions), 'question')} on {len(dates)} dates"
    described = []
    for one in found.questions:
        shares = " to ".join(wording.of_100(forecast.share) for _, forecast in one.forecasts)
        came = "" if one.status == OPEN else f"; {one.status.replace('_', ' ')}"
        described.append(f"{one.key}: {shares} %{came}.")
    return Figure(
        key="tracked",
        title=title,
        subtitle=f"Chance in % by date of registration, in this model; {dates[0]} to {dates[-1]}",
        description=" ".join([f"{title}.", *described]),
        notes=(
            "In this model. Each forecast stands until the next. Bands: 90 % intervals over "
            "assumptions and chance. A dot at 100 happened, one at 0 did not.",
            f"{left_out} more outcomes are in the table only." if left_out else "",
        ),
        table=Numbers.of(
            {
                "question": one.key,
                "date": str(entry.date),
                **cells(("%", "low", "high"), (forecast.share, forecast.low, forecast.high)),
                "base rate": "" if forecast.base is None else 100.0 * forecast.base,
            }
            for one in found.questions
            for entry, forecast in one.forecasts
        ),
        chart=_drawn(found, list(panels.values())[:MOST_PANELS]),
    )


def _drawn(found: Tracked, panels: Sequence[Sequence[FollowedQuestion]]) -> Drawn:
    """Draw panels below each other, and a list of events, numbered in the first panel."""
    registrations = found.chain.registrations
    first = registrations[0].date
    seen = [(one.date, one.says) for entry in registrations for one in entry.observed]
    came = [
        (one.resolutions[-1].on, f"{one.key} happened")
        for one in found.questions
        if one.status == HAPPENED
    ]
    marked = sorted([*seen, *came])[:MOST_EVENTS]
    resolved = [one.closed for one in found.questions if one.resolutions]
    latest = max([registrations[-1].date, *resolved, *(on for on, _ in marked)])
    last = (latest - first).days
    end = last + max(LEAST_AFTER, last // 10)
    charts: list[Drawn] = [
        _panel(questions, marked, (first, end), is_top=at == 0)
        for at, questions in enumerate(panels)
    ]
    if marked:
        charts.append(numbered([f"{on}: {says}" for on, says in marked], WIDE))
    return alt.vconcat(*charts, spacing=10)


def _panel(
    questions: Sequence[FollowedQuestion],
    marked: Sequence[tuple[date, str]],
    days: tuple[date, int],
    *,
    is_top: bool,
) -> Drawn:
    """Draw the forecasts of questions as steps up to the days they closed, with results."""
    first, end = days
    x = alt.X("x:Q", title=f"days after {first}", scale=alt.Scale(domain=[0, end], nice=False))
    y = of_100("of 100", (0, 50, 100))
    steps: list[Mark] = []
    dots = []
    for one in questions:
        closed = (one.closed - first).days
        for entry, forecast in one.forecasts:
            day = (entry.date - first).days
            share = cells(("y", "low", "high"), (forecast.share, forecast.low, forecast.high))
            steps.append({"x": day, **share, "detail": one.key})
        steps.append({**steps[-1], "x": max(min(end, closed), steps[-1]["x"])})
        if one.status not in {OPEN, VOID}:
            dots.append({"x": closed, "y": 100.0 * (one.status == HAPPENED)})
    rules = [{"x": (on - first).days, "number": str(at)} for at, (on, _) in enumerate(marked, 1)]
    # Lines are labelled with their dates at the right end.
    ends = hundredths(*(one.newest.forecast.share for one in questions))
    names = [
        {"x": end, "y": place, "text": f"by {one.question.by}"}
        for one, place in zip(questions, apart(ends, NEAREST), strict=True)
    ]
    number = alt.Text("number:N")
    above: Mark = {"dy": -4, "baseline": "bottom", **style.NUMBER}
    look: Mark = {"interpolate": "step-after", "color": style.MARK, "strokeWidth": 2}
    drawn = alt.layer(
        marks("rule", rules, x=x, color=style.QUIET, strokeDash=style.DASHES["force"]),
        marks("text", rules if is_top else [], x=x, text=number, y=0, **above),
        *lines(steps, x=x, y=y, extent=(WIDE, HEIGHT), band=0.18, **look),
        marks("circle", dots, x=x, y=y, size=70, color=style.INK, clip=False),
        marks("text", names, x=x, y=y, align="left", dx=8, fontSize=style.SMALL),
    )
    return panel(drawn, capitalised(questions[0].called))

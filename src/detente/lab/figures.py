"""The chart of results of past crises against forecasts."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from detente.lab.backtest import Backtest
from detente.lab.backtest.scoring import CurvePoint
from detente.questions import wording
from detente.questions.past.record import TARGETS
from detente.text import capitalised
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers, cells
from detente.views.figures.marks import Drawn, marks, of_100, panel

SIDE = 150
"""Width and height of a panel [pixels]."""
TICKS = [0, 50, 100]


def calibration_curve(found: Backtest) -> Figure:
    """Draw shares of crises with the outcome against the model's forecasts and the diagonal."""
    first, last = found.years
    points = {target: found.targets[target].curve for target in TARGETS}
    title = "What came of crises, by the share forecast"
    return Figure(
        key="calibration_curve",
        title=title,
        subtitle=f"Crises of 100, in this model; {len(found.rows.years)} crises of {first} to "
        f"{last}, fitted before {found.mapping.years.before}",
        description=f"{title}. "
        + " ".join(
            f"{capitalised(TARGETS[target])}: "
            + "; ".join(
                f"{one.happened} of {one.crises} where {wording.points(one.forecast, 0)} % were "
                "forecast"
                for one in several
            )
            + "."
            for target, several in points.items()
        ),
        notes=(
            "Each point is a fifth of the crises, in the order of their forecasts. Bars: 95 % "
            "intervals, Wilson's. On the dashed line, as many crises have the outcome as were "
            "forecast.",
        ),
        table=Numbers.of(
            {
                "target": TARGETS[target],
                "forecast %": 100.0 * one.forecast,
                "came": one.happened,
                "of crises": one.crises,
                **cells(("%", "low", "high"), (one.share, one.low, one.high)),
            }
            for target, several in points.items()
            for one in several
        ),
        chart=alt.hconcat(*(_panel(target, points[target]) for target in TARGETS), spacing=40),
    )


def _panel(target: str, points: Sequence[CurvePoint]) -> Drawn:
    axes: dict[str, Any] = {
        "x": alt.X(
            "x:Q",
            title="forecast, of 100",
            axis=alt.Axis(values=TICKS),
            scale=alt.Scale(domain=[0, 100]),
        ),
        "y": of_100("came, of 100", TICKS),
    }
    bars, dots = [], []
    for one in points:
        bars.append(cells(("x", "y", "y2"), (one.forecast, one.low, one.high)))
        dots.append(cells(("x", "y"), (one.forecast, one.share)))
    diagonal = [{"x": end, "y": end} for end in (0, 100)]
    drawn = alt.layer(
        marks("line", diagonal, color=style.QUIET, strokeDash=style.DASHES["force"], **axes),
        marks("rule", bars, extent=(SIDE, SIDE), color=style.MARK, strokeWidth=1.5, **axes),
        marks("circle", dots, size=60, color=style.MARK, **axes),
    )
    return panel(drawn, capitalised(TARGETS[target]))

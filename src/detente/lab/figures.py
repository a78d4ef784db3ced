"""What came of past crises, by the share that was forecast."""

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from detente.lab.backtest import Backtest
from detente.lab.backtest.scoring import CurvePoint
from detente.questions import wording
from detente.questions.past.record import TARGETS
from detente.text import headed
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data

CURVE_COLUMNS = ("target", "forecast %", "came", "of crises", "%", "low", "high")
SIDE = 150
"""Width and height of a panel [pixels]."""
TICKS = [0, 50, 100]


def calibration_curve(found: Backtest) -> Figure:
    """Draw what came of crises against the model's forecasts; on the diagonal both agree."""
    first, last = found.years
    points = {target: found.targets[target].curve for target in TARGETS}
    title = "What came of crises, by the share forecast"
    return Figure(
        key="calibration_curve",
        title=title,
        subtitle=f"Crises of 100, in this model; {len(found.rows.years)} crises of {first} to "
        f"{last}, fitted before {found.mapping.years.before}",
        description=f"{title}. "
        + " ".join(_curve_told(target, points[target]) for target in TARGETS),
        notes=(
            "Each point is a fifth of the crises, in the order of their forecasts. Bars: 95 % "
            "intervals, Wilson's. On the dashed line as many come to it as are forecast.",
        ),
        table=Numbers(CURVE_COLUMNS, tuple(_curve_cells(points))),
        chart=alt.hconcat(*(_target(target, points[target]) for target in TARGETS), spacing=40),
    )


def _curve_told(target: str, points: Sequence[CurvePoint]) -> str:
    each = "; ".join(
        f"{one.happened} of {one.crises} where {wording.points(one.forecast, 0)} % were forecast"
        for one in points
    )
    return f"{headed(TARGETS[target])}: {each}."


def _curve_cells(points: dict[str, tuple[CurvePoint, ...]]) -> Iterator[tuple[str | float, ...]]:
    for target, several in points.items():
        for one in several:
            ends = (100.0 * end for end in (one.share, one.low, one.high))
            yield TARGETS[target], 100.0 * one.forecast, one.happened, one.crises, *ends


def _target(target: str, points: Sequence[CurvePoint]) -> Drawn:
    rows: list[dict[str, Any]] = [
        {name: 100.0 * getattr(one, name) for name in ("forecast", "share", "low", "high")}
        for one in points
    ]
    axis = alt.Axis(values=TICKS)
    across = alt.X("forecast:Q", title="forecast, of 100", axis=axis).scale(domain=[0, 100])
    up = alt.Y("share:Q", title="came, of 100", axis=axis).scale(domain=[0, 100])
    base = alt.Chart(data(rows), width=SIDE, height=SIDE).encode(x=across)
    ends = alt.Chart(data([{"forecast": end, "share": end} for end in (0, 100)]))
    diagonal = ends.mark_line(color=style.QUIET, strokeDash=style.DASHES["force"])
    chart: Drawn = alt.layer(
        diagonal.encode(x=across, y=up),
        base.mark_rule(color=style.MARK, strokeWidth=1.5).encode(
            y=alt.Y("low:Q", title="came, of 100"), y2="high:Q"
        ),
        base.mark_circle(size=60, color=style.MARK, opacity=1).encode(y=up),
    ).properties(title=alt.TitleParams(headed(TARGETS[target]), fontSize=style.TEXT))
    return chart

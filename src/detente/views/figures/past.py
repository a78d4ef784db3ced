"""Differences after one change in past crises, next to the model's for the same change."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from detente.questions import wording
from detente.questions.past.record import Difference
from detente.text import capitalised
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers
from detente.views.figures.marks import Drawn, Mark, marks, panel

TICKS = (-25, 0, 25)
PANEL, GAP = 134, 14
"""Width of the panel of an outcome, and of the gap between two [pixels]."""
TOP, LANE, NAME = 62, 48, 10
"""Heights of the legend and of a change, and position of its name below its top [pixels]."""
WHOSE = {
    "history": ("past crises", style.QUIET, 24, 7),
    "nonviolent": ("model, non-violent start", style.MARK, 33, 4),
    "violent": ("model, violent start", style.FORCE, 40, 4),
}
"""Bars of a change: label, colour, position below its top, height [pixels]."""


def differences(found: Sequence[Difference]) -> Figure:
    """Draw differences in force, war and agreements after each change, history above the model."""
    known = [one for one in found if one.model and not one.identified]
    changes = list(dict.fromkeys(one.says for one in known))
    outcomes = list(dict.fromkeys(one.outcome for one in known))
    drawn = [
        _panel(outcome, [one for one in known if one.outcome == outcome], changes, at == 0)
        for at, outcome in enumerate(outcomes)
    ]
    rows = [
        (one.says, one.outcome, WHOSE[whose][0], value, low, high)
        for one in known
        for whose, (value, low, high) in {"history": one.history, **one.model}.items()
    ]
    title = "Effects of one change: past crises and the model"
    return Figure(
        key="differences",
        title=title,
        subtitle="More or fewer of 100 crises, 90 % intervals",
        description=f"{title}. "
        + " ".join(
            f"{capitalised(says)}, {outcome}, {whose}: {wording.estimate(value, low, high)}."
            for says, outcome, whose, value, low, high in rows
        ),
        notes=(
            "Right of 0 more crises come to it. Grey: past crises, other attributes held alike.",
            "The model's change is the nearest that it has: compare sides of 0 before sizes.",
            "Mediators and violent starts are in the table only: for the first history identifies "
            "no effect, to the second the model was fitted.",
        ),
        table=Numbers(("change", "outcome", "of", "points", "low", "high"), tuple(rows)),
        # Names may be wider than their panel without shifting the next panel.
        chart=alt.hconcat(*drawn, spacing=GAP, bounds="flush"),
    )


def _panel(outcome: str, known: Sequence[Difference], changes: list[str], is_first: bool) -> Drawn:
    """Draw the lanes of an outcome; the first panel also has the names of the changes."""
    axis: dict[str, Any] = {
        "x": alt.X(
            "x:Q",
            scale=alt.Scale(domain=[-36, 36], clamp=True),
            axis=alt.Axis(values=[*TICKS], title=None, orient="top", grid=False),
        )
    }
    layers = []
    height = TOP + LANE * len(changes)
    words: list[Mark] = []
    if is_first:
        words = [{"y": TOP + LANE * at + NAME, "text": name} for at, name in enumerate(changes)]
    for at, (whose, (called, colour, place, size)) in enumerate(WHOSE.items()):
        if is_first:
            words.append({"y": 12 + 17 * at, "text": f"▬ {called}", "color": colour})
        ends = {one.says: {"history": one.history, **one.model}.get(whose) for one in known}
        bars, dots = [], []
        for says, (value, low, high) in ((says, one) for says, one in ends.items() if one):
            y = TOP + LANE * changes.index(says) + place
            bars.append({"x": low, "x2": high, "y": y})
            dots.append({"x": value, "y": y})
        layers += [
            marks("rule", bars, color=colour, strokeWidth=size, opacity=0.45, **axis),
            marks("circle", dots, color=colour, size=9 * size, **axis),
        ]
    words = [{"color": style.INK, **one} for one in words]
    # Grid lines leave gaps for names that extend into the next panels.
    tops = [TOP + LANE * at + NAME + 8 for at in range(len(changes))]
    grid = [
        {"x": x, "y": y, "y2": y + LANE - NAME - 10, "color": style.FAINT if x else style.QUIET}
        for x in TICKS
        for y in tops
    ]
    lines = marks("rule", grid, extent=(PANEL, height), **axis)
    text = marks("text", words, x=2, align="left", fontSize=style.SMALL)
    return panel(alt.layer(lines, *layers, text), capitalised(outcome))

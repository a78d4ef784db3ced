"""The states of all futures by day, and the final shares of each world."""

from collections.abc import Iterable
from datetime import timedelta

import altair as alt
import numpy as np

from detente.ensemble.measures import OUTCOMES
from detente.ensemble.run import Run
from detente.questions import wording
from detente.questions.summary import Summary
from detente.text import TO
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers, cells, hundredths, size_of, summary_of
from detente.views.figures.marks import (
    Drawn,
    apart,
    by_date,
    in_words,
    lines,
    marks,
    moment,
    of_100,
)

HEIGHT = 250
NEAREST = 8.0
"""Least distance of labels at the ends of lines [points of the axis]."""
MOST_DAYS = 240
"""With a longer horizon some days are not drawn; the table has all."""
MOST_DOTS = 128
"""With more worlds, a dot represents several."""
CLOSE = 2.2
"""Dots nearer than this are placed side by side [points of the axis]."""
LINES = {
    "unresolved": style.OPEN,
    "settled": style.SETTLED,
    "deal": style.DEAL,
    "force": style.FORCE,
}


def corridor(found: Summary | Run) -> Figure:
    """Draw shares of futures by day: unresolved, settled, in a deal, under force.

    Bands are 90 % intervals over worlds and chance. Dots are shares in single worlds at the
    horizon.
    """
    summary = summary_of(found)
    days, as_of = summary.base.corridor, summary.run.record.start
    bands, outcomes = summary.base.bands, summary.base.outcomes
    worlds = summary.run.record.settings.worlds
    each = (
        "one a set of assumptions"
        if worlds <= MOST_DOTS
        else f"{MOST_DOTS} of {worlds} sets of assumptions"
    )
    deal, force = (
        wording.of_100(getattr(days[-1], key)).replace(" ", "") for key in ("deal", "force")
    )
    title = f"A deal in {deal} %, force in {force} %"
    return Figure(
        key="corridor",
        title=title,
        subtitle=f"Where the crisis stands by day, in %, in this model; {size_of(summary.run)}",
        description=f"{title}. "
        + " ".join(
            f"{wording.NAMES[key].capitalize()}: {wording.percent(outcomes[key])} %, 90 % interval "
            f"{wording.chance(outcomes[key], joint=TO)}, 5th to 95th percentile across "
            f"sets of assumptions {wording.spread(outcomes[key], joint=TO)}."
            for key in ("deal", "force")
        ),
        notes=(
            "In this model. A course of events counts as force from the first use of force, as a "
            "deal while one is in force, as settled once a side has backed down or the dispute "
            "has petered out, and until then as unresolved. Bands: 90 % intervals over "
            "assumptions and chance.",
            f"Dots, {each}: the share of its courses of events with a deal, or with use of force, "
            f"by {in_words(as_of, days[-1].day)}.",
        ),
        # One row for each day, so that a selection of rows keeps whole days.
        table=Numbers.of(
            {
                "day": one.day,
                "date": str(as_of + timedelta(days=one.day)),
                **cells(
                    (f"{line}, {end}" for line in LINES for end in ("of 100", "low", "high")),
                    (x for line in LINES for x in (getattr(one, line), *bands[line][at])),
                ),
            }
            for at, one in enumerate(days)
        ),
        chart=alt.hconcat(_shares(summary), _swarms(summary.run, each), spacing=6),
    )


def _shares(summary: Summary) -> Drawn:
    """Draw a line with a band and a label for each state of futures."""
    days, as_of = summary.base.corridor, summary.run.record.start
    last = days[-1].day
    step = -(-last // MOST_DAYS)
    x, y = by_date(as_of, (0, max(1, last)), tickCount=4), of_100()
    rows = [
        {
            "x": moment(as_of, one.day),
            **cells(("y", "low", "high"), (getattr(one, key), *band)),
            "color": colour,
            "strokeDash": style.DASHES[key],
        }
        for key, colour in LINES.items()
        for one, band in zip(days, summary.base.bands[key], strict=True)
        if one.day % step == 0 or one.day == last
    ]
    ends = [getattr(days[-1], key) for key in LINES]
    names = [
        {
            "x": moment(as_of, last),
            "y": place,
            "text": f"{key} {wording.of_100(end)}",
            "color": LINES[key],
        }
        for key, end, place in zip(LINES, ends, apart(hundredths(*ends), NEAREST), strict=True)
    ]
    return alt.layer(
        *lines(rows, x=x, y=y, extent=(232, HEIGHT), strokeWidth=2.5),
        marks("text", names, x=x, y=y, align="left", dx=6, fontWeight="bold"),
    )


def _swarms(run: Run, each: str) -> Drawn:
    """Draw the final shares of worlds, one dot for each, or evenly spaced ones of very many."""
    tally, futures = run.tally(), run.record.settings.futures_of_a_world
    middles = {"deal": 24.0, "force": 70.0}
    dots = []
    for key, middle in middles.items():
        shares = np.sort(100.0 * OUTCOMES[key].counted(tally.classes) / futures)
        if len(shares) > MOST_DOTS:
            steps = (np.arange(MOST_DOTS) + 0.5) / MOST_DOTS * len(shares)
            shares = shares[steps.astype(int)]
        dots += [{**dot, "color": LINES[key]} for dot in swarm(shares, middle)]
    heads = [{"x": middle, "text": key} for key, middle in middles.items()]
    below = [{"x": 47.0, "text": each}]
    extent = (94, HEIGHT)
    return alt.layer(
        marks("circle", dots, extent=extent, y=of_100(labels=False), size=20, opacity=0.85),
        marks("text", heads, y=-5, baseline="bottom", **style.NOTE),
        marks("text", below, y=HEIGHT + 6, baseline="top", **style.NOTE),
    )


def swarm(ordered: Iterable[float], middle: float) -> list[dict[str, float]]:
    """Return positions of dots by height; dots that would overlap are placed side by side."""
    heights = np.asarray(list(ordered))
    cells = np.floor(heights / CLOSE).astype(int)
    dots = []
    for cell in np.unique(cells):
        inside = heights[cells == cell]
        step = min(5.0, 40.0 / len(inside))
        for at, height in enumerate(inside):
            offset = (at - (len(inside) - 1) / 2.0) * step
            dots.append({"x": middle + offset, "y": float(height)})
    return dots

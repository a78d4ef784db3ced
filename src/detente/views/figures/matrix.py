"""Options side by side: the change of war, use of force and deals under each."""

from collections.abc import Mapping, Sequence

import altair as alt

from detente.ensemble.record import BASE
from detente.estimate.paired import COUNTED, clearly
from detente.questions import wording
from detente.questions.compare import NOT_CLEAR, Comparison
from detente.text import capitalised
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers, cells
from detente.views.figures.marks import Drawn, marks, point_look

HEADS = {
    "any_war": ("War", "← better"),
    "force": ("Use of force", "← better"),
    "deal": ("Deals", "better →"),
}
"""Headings of the columns."""
COLOURS = {
    "any_war": style.COLOURS["war"],
    "force": style.FORCE,
    "deal": style.DEAL,
}
ENDS = ("", ", low", ", high")
WIDTH = style.WIDTH - 10
HIGH = 33
"""Height of a row: its title, and its marks below [pixels]."""
HEADING = 24
"""Height of the heading of a group [pixels]."""
TITLE, MARKS = 9, 23
"""Positions below the top of a row [pixels]."""
ZERO = 7
"""How far the line at 0 extends above and below a row's marks [pixels]."""
TOP = 42
"""Height of the headings [pixels]."""
CELL = WIDTH / len(COUNTED)
"""Width of a column [pixels]."""
NUMBER, TRACK = 40, 48
"""Positions in a column where its numbers end and its marks begin [pixels]."""


def options_matrix(found: Comparison) -> Figure:
    """Draw the change of war, use of force and deals under each option; dominated ones are grey.

    Options that clearly help come first, then trade-offs, then those that hurt, each group from the
    best down. Bars are 90 % intervals on the same draws; a ring is an unclear change. Options
    without a clear change in any of the three are only named, unless all are such.
    """
    groups = found.groups
    # The unclear group is drawn only if there is no other.
    non_empty = {group: names for group, names in groups.items() if names}
    drawn = {group: names for group, names in non_empty.items() if group != NOT_CLEAR} or non_empty
    undrawn = [name for group, names in groups.items() if group not in drawn for name in names]
    helps, trades, hurts = (len(groups[key]) for key in ("help", "trade", "hurt"))
    title = (
        f"Of {wording.count(len(found.in_order), 'option')}, "
        f"{wording.does(helps, 'clearly help')}, {wording.does(trades, 'trade')}, "
        f"{wording.does(hurts, 'hurt')}"
    )
    titles = {name: one.title for name, one in found.options.items()}
    rivals = {**titles, BASE: "no option"}
    worlds = wording.first_worlds(found.pairs.worlds, found.run.record.settings.worlds)
    return Figure(
        key="options_matrix",
        title=title,
        subtitle=(
            "Change against no option, in percentage points, in this model. Filled: a point or "
            f"more, 97 % interval without 0; {worlds}; {found.pairs.futures} courses of events of "
            f"each, as of {found.run.record.as_of}"
        ),
        description=f"{title}. "
        + " ".join(
            f"{capitalised(group)}: {'; '.join(_in_words(found, name) for name in names)}."
            for group, names in drawn.items()
        ),
        notes=(
            "In this model. Bars: 90 % intervals over assumptions and chance, paired on the same "
            "draws. Another seed may order the options of a group otherwise.",
            "Beaten: another option is clearly better by one of the three, no worse by the others.",
            "Not drawn, as they clearly change none of the three: "
            f"{', '.join(titles[name] for name in undrawn)}."
            if undrawn
            else "",
        ),
        table=Numbers.of(
            {
                "option": titles[name],
                **cells(
                    (f"{head.lower()}{end}" for head, _ in HEADS.values() for end in ENDS),
                    (end for key in HEADS for end in found.options[name].measures[key].interval),
                ),
                "beaten by": rivals.get(found.dominated.get(name, ""), ""),
            }
            for names in groups.values()
            for name in names
        ),
        chart=_drawn(found, drawn, len(undrawn)),
    )


def _in_words(found: Comparison, name: str) -> str:
    one = found.options[name]
    beaten = ", beaten by another" if name in found.dominated else ""
    changes = (
        f"{HEADS[key][0].lower()} {wording.points(one.measures[key].value, signed=True)} "
        f"({'clear' if key in one.counts else 'not clear'})"
        for key in COUNTED
    )
    return f"“{one.title}”{beaten}, {', '.join(changes)}"


def _drawn(found: Comparison, groups: Mapping[str, Sequence[str]], undrawn: int) -> Drawn:
    """Draw one row for each option and one column for each measure, all on one scale."""
    ends = [
        end
        for names in groups.values()
        for name in names
        for key in COUNTED
        for end in found.options[name].measures[key].interval[1:]
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    low, high = (low, high) if low < high else (-1.0, 1.0)

    def across(column: int, value: float) -> float:
        return column * CELL + TRACK + (value - low) / (high - low) * (CELL - TRACK - 6)

    headings, titles, zeros, bars, rings, numbers = [], [], [], [], [], []
    top = float(TOP)
    for group, names in groups.items():
        headings.append(
            {"x": 0, "y": top + HEADING / 2, "text": f"{capitalised(group)}: {len(names)}"}
        )
        top += HEADING
        for name in names:
            one, is_beaten = found.options[name], name in found.dominated
            title = f"{one.title}{' (beaten)' if is_beaten else ''}"
            ink = {"color": style.QUIET if is_beaten else style.INK}
            titles.append({"x": 0, "y": top + TITLE, "text": title, **ink})
            level = top + MARKS
            for column, key in enumerate(COUNTED):
                change = one.measures[key]
                colour = style.MUTED if is_beaten else COLOURS[key]
                zero = {"x": across(column, 0.0), "y": level - ZERO, "y2": level + ZERO}
                number = wording.points(change.value, signed=True)
                ring = point_look(colour, is_filled=clearly(key, change) != 0)
                bar = {"x": across(column, change.low), "x2": across(column, change.high)}
                zeros.append(zero)
                bars.append({**bar, "y": level, "color": colour})
                rings.append({"x": across(column, change.value), "y": level, **ring})
                numbers.append({"x": column * CELL + NUMBER, "y": level, "text": number, **ink})
            top += HIGH
    if undrawn:
        text = f"Not clear, not drawn: {undrawn}"
        headings.append({"x": 0, "y": top + HEADING / 2, "text": text})
        top += HEADING
    heads = [
        {"x": column * CELL, "y": 8, "text": HEADS[key][0], "color": COLOURS[key]}
        for column, key in enumerate(COUNTED)
    ]
    # The label "better" is on the better side of zero.
    better = [
        marks(
            "text",
            [{"x": across(column, 0.0), "y": 27, "text": side}],
            align="right" if is_left else "left",
            dx=-3 if is_left else 3,
            **style.NOTE,
        )
        for column, (_, side) in enumerate(HEADS.values())
        for is_left in [side.startswith("←")]
    ]
    return alt.layer(
        marks("rule", zeros, extent=(WIDTH, top), color=style.FAINT),
        marks("text", headings, align="left", limit=WIDTH, fontWeight="bold"),
        marks("text", titles, align="left", limit=WIDTH),
        marks("rule", bars, strokeWidth=4, opacity=0.5),
        marks("point", rings, size=42, strokeWidth=1.8),
        marks("text", numbers, align="right", fontSize=style.SMALL),
        marks("text", heads, align="left", fontWeight="bold"),
        *better,
    )

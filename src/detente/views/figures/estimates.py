"""Effects on an outcome with intervals: options, mechanisms, numbers and claims."""

import math

import altair as alt
import numpy as np

from detente.ensemble.record import BASE
from detente.ensemble.study import FUTURES
from detente.estimate.estimate import Estimate
from detente.estimate.paired import clearly, paired_means
from detente.questions import wording
from detente.questions.causes import NONE, Causes
from detente.questions.compare import Comparison
from detente.questions.drivers import Drivers
from detente.questions.drivers.inputs import titled
from detente.questions.engagement import Engagement
from detente.questions.influence import Influences
from detente.views.figures import intervals, style
from detente.views.figures.figure import (
    Figure,
    Numbers,
    cells,
    size_of,
    twentieths_of,
    under_option,
)
from detente.views.figures.intervals import IntervalRow, row_of
from detente.views.figures.marks import panel

WORLDS = ("assumptions 5 %", "assumptions 95 %")
ANYWAY = "war with all of these off"
BANDS = (
    "Bands: 90 % intervals. Dots, and numbers in brackets: 5th and 95th percentile across "
    "sets of assumptions, sampling noise removed."
)
MOST = 12
"""Upper limit on the rows that are drawn; the table has all."""


def options(found: Comparison) -> Figure:
    """Draw the change of an outcome under each option, the best on top.

    Bands are 90 % intervals on the same draws; dots are worlds, with sampling noise removed.
    Options whose interval includes 0 are left out, unless all do.
    """
    changes = {name: found.options[name] for name in found.ranking if name != BASE}
    signs = {
        name: clearly(found.outcome, one.difference, better=found.better)
        for name, one in changes.items()
    }
    clear = [name for name, one in changes.items() if one.difference.is_clear]
    rows = []
    for name in clear or list(changes)[:MOST]:
        one, worlds = changes[name], np.empty(0)
        if not one.is_same and found.pairs.futures > 1:
            by_world = paired_means(found.pairs, found.pairs.options.index(name), 0)
            worlds = twentieths_of(by_world.drawn_in, by_world.weighing)
        rows.append(
            row_of(
                one.title,
                one.difference.interval,
                "changes nothing" if one.is_same else None,
                worlds=worlds.tolist(),
                is_clear=signs[name] != 0,
            )
        )
    helps, hurts = (list(signs.values()).count(sign) for sign in (1, -1))
    outcome = wording.titles(found.run.record)[found.outcome]
    undrawn = wording.count(len(changes) - len(rows), "option")
    why = ", with effects that may be zero" if clear else ""
    return intervals.figure(
        rows,
        key=f"options_{found.outcome}",
        title=f"Of {wording.count(len(changes), 'option')}, {wording.does(helps, 'clearly help')} "
        f"and {wording.does(hurts, 'clearly hurt')}",
        subtitle=f"Change in {outcome} against no option, in percentage points, in this model; "
        f"{size_of(found.run, worlds=found.pairs.worlds)}",
        notes=(
            f"In this model. Left of 0: {outcome} comes less often than with no option. "
            "Bands and brackets: 90 % intervals, paired on the same draws. Hollow ring: not clear, "
            "as it is below one point, or its interval holds 0.",
            "Each dot is a twentieth of the sets of assumptions, sampling noise removed.",
            f"Not drawn: {undrawn}{why}." if len(rows) < len(changes) else "",
            *found.notes,
        ),
        table=Numbers.of(
            {
                "option": one.title,
                **cells(("difference", "low", "high"), one.difference.interval),
                **cells(WORLDS, one.difference.spread),
            }
            for one in changes.values()
        ),
        axis=f"{outcome}, percentage points",
    )


def causes(found: Causes) -> Figure | None:
    """Draw the share of war attributed to each mechanism; None without war or a clear share.

    Shares are Owen values. Bands are 90 % intervals; dots are the 5th and 95th percentile across
    worlds, with sampling noise removed. Shares that are negligible, or whose interval includes 0,
    are only in the table.
    """
    shares = {wording.CAUSES[key]: share for key, share in found.of_each("causes").items()}
    shares[ANYWAY] = found.shares["causes", NONE]
    order = sorted(shares, key=lambda name: -shares[name].value)
    rows = [_with_spread(name, shares[name], style.COLOURS["war"]) for name in order]
    named = {wording.CAUSES[key] for key in found.surely_owed()}
    drawn = [row for row in rows if row.name in named or (row.name == ANYWAY and row.low > 0.0)]
    if found.shares["war",].value == 0.0 or not drawn:
        return None
    war, first = wording.of_100(found.shares["war",].value), drawn[0].name
    size = f"{found.futures:,} courses of events in {found.worlds} sets of assumptions"
    return intervals.figure(
        drawn,
        key="causes",
        title="Most war comes with every mechanism off"
        if first == ANYWAY
        else f"Largest share of war: {first}",
        subtitle="Attributed war, in percentage points, in this model; "
        + f"{size}; {under_option(found.run, found.option)}".removesuffix("; "),
        opening=f"War comes in {war} %. ",
        notes=(
            "In this model. Shares are Owen values and add up to all war: "
            f"{war} %. Left of 0: the mechanism prevents more war than it brings.",
            BANDS,
            _unclear(len(rows) - len(drawn), len(rows), "mechanism", "next to none"),
        ),
        table=Numbers.of(_shown(row, "mechanism", "attributed share") for row in rows),
        axis="percentage points",
    )


def _unclear(left: int, count: int, what: str, least: str = "zero") -> str:
    """Return a note on how many items are left out as not distinguishable from zero."""
    named = wording.count(count, what)
    words = f"Not drawn: {left} of {named} whose effect this run cannot distinguish from {least}."
    return words if left else ""


def _with_spread(name: str, share: Estimate, colour: str) -> IntervalRow:
    """Return a row with a range across worlds; a figure without an interval has none drawn."""
    value, low, high = share.interval
    known = value, value if math.isnan(low) else low, value if math.isnan(high) else high
    number = wording.share(value, *share.spread)
    return row_of(name, known, number, worlds=share.spread, colour=colour)


def _shown(row: IntervalRow, name: str, value: str) -> dict[str, str | float]:
    spread = dict(zip(WORLDS, row.worlds, strict=True))
    return {name: row.name, value: row.value, "low": row.low, "high": row.high, **spread}


def leakage(engagement: Engagement) -> Figure | None:
    """Draw why weapons pass each side's defences, as shares of the weapons that work.

    Each weapon has one cause. None if no weapons are launched.
    """
    sides = [one for one in engagement.sides.values() if one.get("leakage") is not None]
    if not sides:
        return None
    keys: dict[tuple[str, ...], str] = {
        **{("cause", why): words for why, words in wording.LEAKS.items()},
        ("leakage",): "all that pass",
    }
    leaks = [
        (
            one.party,
            [
                _with_spread(words, one.figures[key], style.MARK)
                for key, words in keys.items()
                if key in one.figures
            ],
        )
        for one in sides
    ]
    domain = intervals.domain_of([row for _, rows in leaks for row in rows])
    x = intervals.across("of 100 weapons that work", domain)
    parts = [panel(intervals.chart(rows, x), f"Defence of {party}") for party, rows in leaks]
    shares = (f"{wording.of_100(one.get('leakage') or 0.0)} % ({one.party})" for one in sides)
    title = f"Leakage: {', '.join(shares)}"
    return Figure(
        key="leakage",
        title=title,
        subtitle=f"Weapons that work, of 100, in {engagement.terms.days} days of raids, in this "
        f"model; {engagement.worlds} sets of assumptions x {engagement.campaigns} campaigns, "
        f"as of {engagement.crisis.as_of}",
        description=f"{title}. "
        + " ".join(
            f"{party}: {'; '.join(f'{row.name} {row.number}' for row in rows)}."
            for party, rows in leaks
        ),
        notes=(
            "In this model, raids and defences alone, without the crisis around them. Each weapon "
            "that passes is counted under one cause.",
            BANDS,
        ),
        table=Numbers.of(
            {"defence": party, **_shown(row, "why", "of 100 weapons")}
            for party, rows in leaks
            for row in rows
        ),
        chart=alt.vconcat(*parts, spacing=16),
    )


def drivers(found: Drivers) -> Figure | None:
    """Draw how far each listed number moves an outcome, the largest effect on top; None if none.

    A number goes from its 10th to its 90th percentile. Bands are 90 % intervals over worlds and
    chance.
    """
    if not found.numbers:
        return None
    swings = {
        path: (titled(path, found.crisis), one.swing.interval)
        for path, one in found.numbers.items()
    }
    outcome = wording.titles(found.run.record)[found.outcome]
    return intervals.figure(
        [row_of(name, swing) for name, swing in swings.values()],
        key=f"drivers_{found.outcome}",
        title=f"Inputs that move {outcome} most, and which way",
        subtitle="Change from a number's 10th to its 90th percentile, in percentage points, in "
        f"this model; {size_of(found.run, found.option, worlds=found.worlds, futures=FUTURES)}",
        notes=(
            "In this model. Right of 0: more often where the number is high.",
            "Bands, and numbers in brackets: 90 % intervals over assumptions and chance.",
            f"Not drawn: {found.unlisted.numbers} numbers that move it less, or whose effect may "
            "be zero.",
            *found.notes,
        ),
        table=Numbers.of(
            {"number": path, "title": name, **cells(("swing", "low", "high"), swing)}
            for path, (name, swing) in swings.items()
        ),
        axis="percentage points",
    )


def evidence(found: Influences, *, outcome: str = "any_war") -> Figure | None:
    """Draw how far an outcome moves if a claim is reversed, weak and influential claims first.

    At most 12 claims with a clear effect are drawn, with grades and 90 % intervals. None if no
    claim has a clear effect.
    """
    # Clear ones first, then by weakness times shift.
    measured = sorted(
        (
            (key, one, one.shifts[outcome])
            for key, one in found.claims.items()
            if outcome in one.shifts
        ),
        key=lambda item: (not item[2].is_clear, -item[1].weakness * abs(item[2].swing.value)),
    )
    sure = [(one.claim, shift) for _, one, shift in measured if shift.is_clear]
    if not sure:
        return None
    name = wording.titles(found.run.record)[outcome]
    return intervals.figure(
        [
            row_of(f"{claim.grade}: {claim.says}", shift.swing.interval)
            for claim, shift in sure[:MOST]
        ],
        key=f"evidence_{outcome}",
        title=f"The claim to check first has grade {sure[0][0].grade}",
        subtitle=(
            f"Change in {name} if a claim is reversed, in percentage points, in this model; "
            f"{size_of(found.run, worlds=found.worlds, futures=FUTURES)}"
        ),
        notes=(
            "In this model. Grades: a letter for the source, A reliable to F unknown, "
            "and a digit for what it says, 1 confirmed to 6 unknown.",
            "Bands and brackets: 90 % intervals over assumptions and chance. Weak claims "
            "with much weight come first.",
            _unclear(len(measured) - len(sure), len(measured), "measured claim"),
            *found.notes,
        ),
        table=Numbers.of(
            {
                "claim": key,
                "says": one.claim.says,
                "grade": one.claim.grade,
                **cells(("points", "low", "high"), shift.swing.interval),
                "estimable": "yes" if shift.is_clear else "no",
            }
            for key, one, shift in measured
        ),
        axis="moves, percentage points",
    )

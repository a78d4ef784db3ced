"""What an outcome moves with: options, mechanisms, numbers and claims, each with its interval."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import altair as alt
import numpy as np

from detente.ensemble.record import BASE
from detente.ensemble.study import FUTURES
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import without_chance
from detente.estimate.paired import between, clearly
from detente.evidence.claim import Claim
from detente.questions import wording
from detente.questions.causes import NONE, Causes
from detente.questions.compare import Compared, Comparison
from detente.questions.drivers import Drivers
from detente.questions.drivers.inputs import titled
from detente.questions.drivers.swings import Swing
from detente.questions.engagement import Defended, Engagement
from detente.questions.influence import Influences, Shift
from detente.text import clean, headed
from detente.views.figures import intervals, style
from detente.views.figures.figure import Drawn, Figure, Numbers, size_of, under
from detente.views.figures.futures import QUANTILES
from detente.views.figures.intervals import IntervalRow

OPTIONS = ("option", "difference", "low", "high", "worlds 5 %", "worlds 95 %")
ENDS = ("low", "high", "worlds 5 %", "worlds 95 %")
ANYWAY = "war with all of these off"
BANDS = (
    "Bands: 90 % intervals. Dots, and numbers in brackets: 5th and 95th percentile across "
    "worlds, sampling noise removed."
)
MOST = 12
"""Rows that are drawn; the table has all."""
DRIVERS = ("number", "title", "swing", "low", "high")
EVIDENCE = ("claim", "says", "grade", "of 100 futures", "low", "high", "estimable")


def options(found: Comparison) -> Figure:
    """Draw by how much each option changes an outcome, the best on top.

    Bands are 90 % intervals on the same draws, dots the worlds, sampling noise removed. Options of
    which the interval holds 0 are left out, unless all do.
    """
    names = [name for name in found.ranking if name != BASE]
    apart = [name for name in names if found.options[name].difference.is_clear]
    drawn = [_option(found, name) for name in apart or names[:MOST]]
    title = _helped(found, names)
    outcome = wording.titles(found.run.record)[found.outcome]
    return Figure(
        key=f"options_{found.outcome}",
        title=title,
        subtitle=f"Change in {outcome} against no option, futures of 100, in this model; "
        f"{size_of(found.run, worlds=found.pairs.worlds)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=(
            f"In this model. Left of 0: fewer of 100 futures end in {outcome} than with no option. "
            "Bands and brackets: 90 % intervals, paired on the same draws. Hollow ring: not clear, "
            "as it is below one point, or its interval holds 0.",
            "Dots: worlds, each 5 of 100 of them, sampling noise removed.",
            *_undrawn(len(names) - len(drawn), is_unclear=bool(apart)),
            *found.notes,
        ),
        table=Numbers(OPTIONS, tuple(_option_cells(found.options[name]) for name in names)),
        chart=intervals.listed(
            drawn,
            axis=f"more or fewer of 100 futures with {outcome}",
            domain=intervals.domain_of(drawn),
        ),
    )


def _undrawn(options: int, *, is_unclear: bool) -> Iterator[str]:
    if options:
        why = ", of which the intervals hold 0" if is_unclear else ""
        yield f"Not drawn: {wording.count(options, 'option')}{why}."


def _helped(found: Comparison, names: list[str]) -> str:
    signs = [_sign(found, name) for name in names]
    helps, hurts = signs.count(1), signs.count(-1)
    does = wording.does
    return (
        f"Of {wording.count(len(names), 'option')}, {does(helps, 'clearly help')} and "
        f"{does(hurts, 'clearly hurt')}"
    )


def _sign(found: Comparison, name: str) -> int:
    return clearly(found.outcome, found.options[name].difference, better=found.better)


def _option(found: Comparison, name: str) -> IntervalRow:
    one, pairs = found.options[name], found.pairs
    middle, low, high = (100.0 * end for end in one.difference.interval)
    worlds: tuple[float, ...] = ()
    if not one.is_same and pairs.futures > 1:
        one_by_one = between(pairs, pairs.options.index(name), 0)
        means = without_chance(one_by_one.means, one_by_one.noise)
        worlds = tuple((100.0 * np.quantile(means, QUANTILES)).tolist())
    return IntervalRow(
        one.title,
        middle,
        low,
        high,
        worlds,
        _changed(one),
        is_estimable=_sign(found, name) != 0,
    )


def _changed(one: Compared) -> str:
    if one.is_same:
        return "changes nothing"
    return wording.share(*one.difference.interval)


def _option_cells(one: Compared) -> tuple[str | float, ...]:
    return (one.title, *(100.0 * end for end in (*one.difference.interval, *one.difference.spread)))


def causes(found: Causes) -> Figure | None:
    """Draw the share of war attributed to each mechanism; None where there is none, or none clear.

    Shares are Owen values. Bands are 90 % intervals; dots the 5th and 95th percentile
    across worlds, sampling noise removed. Those of which the interval holds 0, or which are next
    to nothing, are in the table.
    """
    listed = _attributed(found)
    named = {wording.CAUSES[key] for key in found.surely_owed()}
    drawn = [row for row in listed if row.name in named or (row.name == ANYWAY and row.low > 0.0)]
    if found.shares["war",].value == 0.0 or not drawn:
        return None
    war = wording.of_100(found.shares["war",].value)
    size = f"{found.futures:,} futures in {found.worlds} worlds"
    size = f"{size}; {under(found.run, found.option)}".removesuffix("; ")
    return Figure(
        key="causes",
        title=_mostly(drawn[0].name),
        subtitle=f"What war is owed to, futures of 100, in this model; {size}",
        description=f"War comes in {war} of 100 futures. "
        + " ".join(f"{headed(row.name)}: {row.number} of 100." for row in drawn),
        notes=(
            "In this model. Shares are Owen values and add up to all war: "
            f"{war} of 100 futures. Left of 0: it keeps more war away than it brings.",
            BANDS,
            *_unclear(len(listed) - len(drawn), len(listed), "mechanism", "next to none"),
        ),
        table=Numbers(("mechanism", "attributed share", *ENDS), tuple(map(_share_cells, listed))),
        chart=intervals.listed(drawn, axis="futures of 100", domain=intervals.domain_of(drawn)),
    )


def _unclear(left: int, count: int, what: str, least: str = "none") -> Iterator[str]:
    """Yield how many of something are left out, as nothing sets them apart from none."""
    if left:
        named = wording.count(count, what)
        yield f"Not drawn: {left} of {named} that this run cannot tell from {least}."


def _attributed(found: Causes) -> list[IntervalRow]:
    """Return what is attributed to each mechanism, and war without any, the most on top."""
    shares = {wording.CAUSES[key]: share for key, share in found.of_each("causes").items()}
    shares[ANYWAY] = found.shares["causes", NONE]
    order = sorted(shares, key=lambda name: -shares[name].value)
    return [_share(name, shares[name], style.COLOURS["war"]) for name in order]


def _mostly(name: str) -> str:
    if name == ANYWAY:
        return "Most war comes with every mechanism off"
    return f"Largest share of war: {name}"


def leakage(engagement: Engagement) -> Figure | None:
    """Draw why weapons that work pass each side's defences; None where none are launched.

    A share of the weapons that work, of which each has one cause.
    """
    sides = [one for one in engagement.sides.values() if one.get("leakage") is not None]
    if not sides:
        return None
    drawn = [(one, _leaks(one)) for one in sides]
    crisis, terms = engagement.crisis, engagement.terms
    counts = " and ".join(wording.of_100(one.get("leakage") or 0.0) for one in sides)
    title = f"Of 100 weapons, {counts} pass the defence"
    return Figure(
        key="leakage",
        title=title,
        subtitle=f"Weapons that work, of 100, in {terms.days} days of raids, in this model; "
        f"{engagement.worlds} worlds x {engagement.campaigns} campaigns, as of {crisis.as_of}",
        description=f"{title}. " + " ".join(_leaks_in_words(one, found) for one, found in drawn),
        notes=(
            "In this model, force against defence alone. Each weapon that passes has one cause; "
            "they add up to all that pass.",
            BANDS,
        ),
        table=Numbers(
            ("defence", "why", "of 100 weapons", *ENDS),
            tuple((one.party, *_share_cells(row)) for one, found in drawn for row in found),
        ),
        chart=_beneath(drawn),
    )


def _leaks_in_words(one: Defended, found: list[IntervalRow]) -> str:
    return f"{one.party}: " + "; ".join(f"{row.name} {row.number}" for row in found) + "."


def _share_cells(row: IntervalRow) -> tuple[str | float, ...]:
    return (row.name, row.value, row.low, row.high, *row.worlds)


def _share(name: str, share: Estimate, colour: str) -> IntervalRow:
    """Return a row of futures, or weapons, of 100; a ratio has no interval of its own."""
    value = 100.0 * share.value
    low, high = (value if math.isnan(end) else 100.0 * end for end in (share.low, share.high))
    spread = (100.0 * share.spread_low, 100.0 * share.spread_high)
    text = wording.estimate(value, *spread)
    return IntervalRow(name, value, low, high, spread, text, colour)


def _leaks(one: Defended) -> list[IntervalRow]:
    keys = {("cause", why): words for why, words in wording.LEAKS.items()} | {
        ("leakage",): "all that pass"
    }
    return [
        _share(words, one.figures[key], style.MARK)
        for key, words in keys.items()
        if key in one.figures
    ]


def _beneath(drawn: list[tuple[Defended, list[IntervalRow]]]) -> Drawn:
    """Return one list a defence, each beneath its name, on one scale."""
    domain = intervals.domain_of([row for _, found in drawn for row in found])
    parts = []
    for one, found in drawn:
        name = clean(f"Defence of {one.party}")
        head = alt.TitleParams(name, fontSize=style.TEXT, anchor="start")
        part = intervals.listed(found, axis="of 100 weapons that work", domain=domain)
        parts.append(part.properties(title=head))
    return alt.vconcat(*parts, spacing=16)


def drivers(found: Drivers) -> Figure | None:
    """Draw how far each listed number moves an outcome, the farthest on top; None if none is.

    From its 10th to its 90th percentile. Bands are 90 % intervals over worlds and chance.
    """
    if not found.numbers:
        return None
    names = {path: titled(path, found.crisis) for path in found.numbers}
    drawn = [_swung(names[path], one.swing) for path, one in found.numbers.items()]
    outcome = wording.titles(found.run.record)[found.outcome]
    title = f"What moves {outcome} most, and which way"
    return Figure(
        key=f"drivers_{found.outcome}",
        title=title,
        subtitle="Change from a number's 10th to its 90th percentile, futures of 100, in this "
        f"model; {size_of(found.run, found.option, worlds=found.worlds, futures=FUTURES)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=(
            "In this model. Right of 0: more of 100 futures where the number is high.",
            "Bands, and numbers in brackets: 90 % intervals over worlds and chance.",
            f"Not drawn: {found.unlisted.numbers} numbers that move it less, or may as well not.",
            *found.notes,
        ),
        table=Numbers(
            DRIVERS,
            tuple(
                (path, names[path], *_swing_cells(one.swing)) for path, one in found.numbers.items()
            ),
        ),
        chart=intervals.listed(
            drawn,
            axis="more or fewer of 100 futures",
            domain=intervals.domain_of(drawn),
        ),
    )


def _swung(name: str, swing: Swing) -> IntervalRow:
    middle, low, high = _swing_cells(swing)
    return IntervalRow(name, middle, low, high, (), wording.estimate(middle, low, high))


def _swing_cells(swing: Swing) -> tuple[float, float, float]:
    return 100.0 * swing.value, 100.0 * swing.low, 100.0 * swing.high


def evidence(found: Influences, *, outcome: str = "any_war") -> Figure | None:
    """Draw how far an outcome moves if a claim is turned round, weak and heavy claims first.

    Those that were measured and surely move it, 12 at most, each with its grade. Intervals are
    90 %. None where no claim surely moves it.
    """
    shifts = _weighed(found, outcome)
    sure = [one for one in shifts.values() if one.shift.is_told]
    if not sure:
        return None
    drawn = [_shifted(*one) for one in sure[:MOST]]
    title = f"Most depends on a claim of grade {sure[0].claim.grade}"
    name = wording.titles(found.run.record)[outcome]
    return Figure(
        key=f"evidence_{outcome}",
        title=title,
        subtitle=f"How far {name} moves if a claim is turned round, futures of 100, in this model; "
        f"{size_of(found.run, worlds=found.worlds, futures=FUTURES)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=(
            "In this model. Grades: a letter for the source, A reliable to F unknown, "
            "and a digit for what it says, 1 confirmed to 6 unknown.",
            "Bands and brackets: 90 % intervals over worlds and chance. First: weak claims with "
            "much weight.",
            *_unclear(len(shifts) - len(sure), len(shifts), "measured claim"),
            *found.notes,
        ),
        table=Numbers(EVIDENCE, tuple(_shift_cells(key, *one) for key, one in shifts.items())),
        chart=intervals.listed(
            drawn, axis="moves, futures of 100", domain=intervals.domain_of(drawn)
        ),
    )


class Weighed(NamedTuple):
    """A claim, and how far an outcome moves if it is turned round."""

    claim: Claim
    shift: Shift


def _weighed(found: Influences, outcome: str) -> dict[str, Weighed]:
    """Return the claims that were measured: clear ones first, by weakness times shift."""
    claims = {key: one for key, one in found.claims.items() if outcome in one.shifts}

    def order(key: str) -> tuple[bool, float]:
        shift = claims[key].shifts[outcome]
        return not shift.is_told, -claims[key].weakness * abs(shift.swing.value)

    return {
        key: Weighed(claims[key].claim, claims[key].shifts[outcome])
        for key in sorted(claims, key=order)
    }


def _shifted(claim: Claim, one: Shift) -> IntervalRow:
    shift, low, high = (100.0 * end for end in one.swing.interval)
    number = wording.share(*one.swing.interval, 1)
    return IntervalRow(f"{claim.grade}: {claim.says}", shift, low, high, (), number)


def _shift_cells(key: str, claim: Claim, one: Shift) -> tuple[str | float, ...]:
    ends = (100.0 * end for end in one.swing.interval)
    return (key, claim.says, claim.grade, *ends, "yes" if one.is_told else "no")

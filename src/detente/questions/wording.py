"""Writes numbers, intervals, likelihood terms and names in the same way everywhere."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple, Self, TypeAlias

from detente.endings import SHORT, WITHOUT_FORCE, keys_of, titled
from detente.ensemble.measures import ENDINGS, OUTCOMES
from detente.ensemble.record import Record
from detente.estimate.estimate import Estimate
from detente.estimate.quantiles import Quantile
from detente.kernel.endings import Ceasefire, FirstShot
from detente.pack.quantity import Quantity, unit_in_words
from detente.text import DASH, TO, between

Origin: TypeAlias = Literal["modelled", "reported", "assumed"]
"""Origin of a number: the run, a source, or an assumption."""


class Value(str):
    """A written number that keeps its value, its interval and its origin.

    `value` has the unit in which it is written, such as percent; None for an interval alone.
    """

    __slots__ = ("high", "low", "origin", "value")
    value: float | None
    low: float | None
    high: float | None
    origin: Origin

    def __new__(
        cls,
        text: str,
        value: float | None = None,
        low: float | None = None,
        high: float | None = None,
        *,
        origin: Origin = "modelled",
    ) -> Self:
        """Return a number written as `text`."""
        made = super().__new__(cls, text)
        made.value, made.low, made.high, made.origin = value, low, high, origin
        return made


class Term(NamedTuple):
    """One likelihood term of ICD 203 with its bracket [0-1]."""

    words: str
    low: float
    high: float


TERMS = (
    Term("almost no chance", 0.01, 0.05),
    Term("very unlikely", 0.05, 0.20),
    Term("unlikely", 0.20, 0.45),
    Term("roughly even chance", 0.45, 0.55),
    Term("likely", 0.55, 0.80),
    Term("very likely", 0.80, 0.95),
    Term("almost certain", 0.95, 0.99),
)
"""One row of the terms of Intelligence Community Directive 203 (2015); rows are never mixed."""

RARE = 0.01
"""Smaller shares have one decimal more; as counts they are written as less than one."""

TEN = 10.0
SMALL, LARGE = 1.0, 100.0
"""Numbers below SMALL have one decimal more, those above LARGE none."""
TINY = 1e-9
"""Tolerance for a count that rounding puts below a whole number."""
MORE_DECIMALS = 2
"""Further decimals that an interval may have, so that its ends differ."""

NAMES = {name: one.title for name, one in OUTCOMES.items()}
"""Titles of endings and outcomes."""


def titles(record: Record) -> dict[str, str]:
    """Return the titles of endings and outcomes, with the names of the run's parties."""
    return NAMES | {key: titled(key, record.called) for key in ENDINGS}


VIOLENCES = {
    "none": "no violence",
    "clash": "a clash, not ordered",
    "limited_strike": "a limited strike",
    "war": "war",
    "regional_war": "regional war",
}
"""Titles of the levels of violence."""
SETTLEMENTS = {SHORT[kind]: keys_of(kind) for kind in WITHOUT_FORCE}
"""Short titles of final states, and the settlements that each includes."""

DAY_OF_FORCE = "War is dated by the day on which it begins, other force by its first use"
"""On which day force counts."""
ANSWERS = ("absorbs it without a reply", "answers with a token", "answers in full")
"""The struck side's answers to a first strike, in the order of the kernel's Answer."""

CEASEFIRES = {
    Ceasefire.LIMITED: "on the last day of a strike that was not answered in full",
    Ceasefire.SPENT: "once a side was exhausted",
    Ceasefire.LEARNT: "on terms, once both would rather stop than fight on",
    Ceasefire.MEDIATED: "on terms that mediators found",
    Ceasefire.RAN_OUT: "on the last day for which a war is followed",
}
"""Why fighting stopped, to follow "stopped" or "ended"."""

FIRST_SHOTS = {
    FirstShot.CHOSEN_OVER_TEXT: "a deliberate strike although a deal existed that both sides "
    "preferred to fighting",
    FirstShot.CHOSEN_FORCE: "a deliberate strike: no deal was better for both sides than fighting",
    FirstShot.MISTAKE: "a misjudgement: the attacker had a better choice",
    FirstShot.LAPSED: "an ultimatum lapsed and the threat was carried out",
    FirstShot.MISREAD: "an accident was taken for an attack, and the reply grew",
    FirstShot.HOSTILE: "the reply to a hostile incident grew",
    FirstShot.ALLY: "an ally struck on its own decision",
    FirstShot.NONE: "not distinguished in a run of the older model",
}
"""Titles of the ways in which the first shot comes."""

LEAKS = {
    "unseen": "not seen in time",
    "no_channel": "seen, but all fire channels were busy",
    "no_round": "seen, but no round was left",
    "missed": "shot at, and missed",
}
"""Why a working weapon passes a defence, in the order of the defence."""

CAUSES = {
    "types": "hidden resolve",
    "optimism": "optimism",
    "self_knowledge": "knowing one's own defence better",
    "shifting_power": "shifting power",
    "broken_deals": "deals that break",
    "first_strike": "the advantage of striking first",
    "third_party": "third parties",
    "misreading": "incidents misread",
    "friction": "friction in the talks",
    "noise": "noise in decisions",
    "none": "none of these",
}
"""Titles of the mechanisms that can cause war."""
WAR_KINDS = {
    "miscalculation": "miscalculation",
    "deliberate": "deliberate choice",
    "spoiler": "third parties",
}
"""Kinds of war, whose shares need not add up to war."""

CAUSE_MEANINGS = {
    "types": "neither side knows the losses that the other would bear, or its forces",
    "optimism": "a side overrates how well it would do in a war",
    "self_knowledge": "a side knows its own defence better than the other does",
    "shifting_power": "the programme grows while the sides talk",
    "broken_deals": "a deal may be broken later",
    "first_strike": "the gain from striking first over being struck",
    "third_party": "an ally that strikes, and all who join a war",
    "misreading": "accidents taken for attacks",
    "friction": "draft deals take time and offers are rare; off, a draft is ready at once and "
    "offers come ten times as often",
    "noise": "choices are less sure than they could be; off, precision is 160",
}
"""Short descriptions of the mechanisms."""

VERDICTS = {
    "supported": "supported",
    "supported_small": "supported, small",
    "rejected": "rejected",
    "cannot_tell": "cannot tell",
}
"""Titles of the verdicts on hypotheses."""

PLANS = ("a show of force", "strikes from afar", "a campaign of weeks", "a ground raid")
"""Titles of the challenger's plans, in the order of the column `plan`."""


def term(share: float) -> str:
    """Return the likelihood term of a share, with its bracket in percent."""
    for words, low, high in TERMS:
        if low <= share < high:
            return f"{words} ({between(_percent(low), _percent(high), joint=DASH)})"
    if share == 0.0:
        return "did not occur"
    if share == 1.0:
        return "occurred always"
    return "below the scale (< 1)" if share < TERMS[0].low else "above the scale (> 99)"


def terms(share: float, low: float, high: float) -> str:
    """Return the likelihood term of a share, with its bracket in percent, or nothing.

    Nothing if the interval includes several brackets, since another seed may give another term.
    """
    is_one = bracket(low) == bracket(high) or share in {0.0, 1.0}
    return term(share) if is_one else ""


def of_100(share: float) -> Value:
    """Return a share as a count of futures in a hundred; a positive one is never written as 0."""
    count = 100.0 * share
    if 0.0 < share < RARE:
        return Value("< 1", count)
    if 1.0 - RARE < share < 1.0:
        return Value("> 99", count)
    return Value(f"{count:.0f}", count)


def adding_up(parts: Sequence[float], whole: int) -> list[int]:
    """Return parts as counts that add up to a whole, by largest remainders (Hamilton's method)."""
    exact = [part * whole / (sum(parts) or 1.0) for part in parts]
    counts = [math.floor(one + TINY) for one in exact]
    missing = whole - sum(counts) if sum(parts) > 0.0 else 0
    for at in sorted(range(len(exact)), key=lambda at: counts[at] - exact[at])[:missing]:
        counts[at] += 1
    return counts


def percents(parts: Sequence[float]) -> tuple[Value, ...]:
    """Return shares in percent with one decimal, which add up to 100 as written.

    A positive share is never written as 0.
    """
    written = adding_up(parts, 1000)
    return tuple(
        Value("< 0.1" if tenths == 0 < part else f"{tenths / 10.0:.1f}", 100.0 * part)
        for tenths, part in zip(written, parts, strict=True)
    )


def does(many: int, verb: str) -> str:
    """Return a number of subjects with their verb, such as "1 helps" and "2 help"."""
    return f"{many} {verb}s" if many == 1 else f"{many} {verb}"


def count(many: int, noun: str) -> str:
    """Return a number with its noun, in the singular or plural."""
    return f"{many:,} {noun}" if many == 1 else f"{many:,} {noun}s"


def few_worlds(worlds: float) -> str:
    """Return that a number of worlds, one or more, is too small."""
    many = round(worlds)
    return f"{count(many, 'set')} of assumptions {'is' if many == 1 else 'are'} too few"


def first_worlds(worlds: int, total: int) -> str:
    """Return how many of a run's worlds something is about: the first ones, or all."""
    if worlds == total == 1:
        return "1 set of assumptions"
    return f"{worlds if worlds == total else f'first {worlds} of {total}'} sets of assumptions"


def unit_of_change(unit: str) -> str:
    """Return the unit of a change in a result whose unit is `unit`."""
    return "points" if unit == "of 100 futures" else unit


def number(value: float, decimals: int = 1, *, signed: bool = False) -> Value:
    """Return a number with `decimals` decimals, never as -0, with its sign if `signed`."""
    text = f"{value:,.{decimals}f}"
    size = text.lstrip("-")
    is_nothing = float(size.replace(",", "")) == 0.0
    sign = "+" if signed and value > 0.0 else ""
    return Value(size if is_nothing else sign + text, value)


def interval(low: float, high: float, decimals: int = 1, *, joint: str = TO) -> Value:
    """Return an interval with the same number of decimals at both ends.

    Ends that would be equal get up to two more decimals; if they still are, one end is written.
    """
    tried = range(decimals, decimals + 1 + MORE_DECIMALS)
    pairs = [(number(low, places), number(high, places)) for places in tried]
    first, last = next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])
    return Value(between(first, last, joint=joint), None, low, high)


def points(share: float, decimals: int = 1, *, signed: bool = False) -> Value:
    """Return a share, or a difference of shares, in percentage points."""
    return number(100.0 * share, decimals, signed=signed)


def span(low: float, high: float, decimals: int = 1) -> Value:
    """Return an interval of shares in percentage points."""
    return interval(100.0 * low, 100.0 * high, decimals)


def cells(one: Estimate | None, decimals: int = 1, *, signed: bool = False) -> tuple[Value, Value]:
    """Return a share or a difference in percentage points, and its interval; empty for None."""
    if one is None:
        return Value(""), Value("")
    return points(one.value, decimals, signed=signed), span(one.low, one.high, decimals)


def cells_across(one: Estimate, *, signed: bool = False) -> tuple[Value, Value, Value]:
    """Return the same with the range across worlds."""
    return (*cells(one, signed=signed), span(*one.spread))


def places(value: float) -> int:
    """Return the decimals that show two digits of a number: none from 10 on, at most two."""
    size = abs(value)
    return 0 if size >= TEN or size == 0.0 else 1 if size >= 1.0 else 2


def in_short(share: float, origin: Origin = "modelled") -> Value:
    """Return a chance in percent, with two digits."""
    return Value(number(100.0 * share, places(100.0 * share)), 100.0 * share, origin=origin)


def range_in_short(low: float, high: float) -> Value:
    """Return both ends of a range of chances in percent; one if they are written alike."""
    ends = interval(100.0 * low, 100.0 * high, places(100.0 * high))
    return ends if ends.strip("0.") else Value("0", None, ends.low, ends.high)


def stated(low: float, high: float, *, joint: str = TO) -> Value:
    """Return a chance or a range that somebody stated, in percent, as it was stated."""
    ends = (significant(100.0 * end) for end in (low, high))
    return Value(
        between(*ends, joint=joint), None if low < high else 100.0 * low, origin="reported"
    )


def bracketed(value: Value, ends: Value) -> Value:
    """Return a number with its interval in brackets."""
    return Value(f"{value} ({ends})", value.value, ends.low, ends.high)


def significant(value: float, digits: int = 3) -> Value:
    """Return a number with `digits` significant digits."""
    is_nothing = float(f"{value:.{digits}g}") == 0.0
    return Value("0" if is_nothing else f"{value:.{digits}g}", value)


def estimate(value: float, low: float, high: float, decimals: int = 1) -> Value:
    """Return a number with its interval in brackets, both with `decimals` decimals."""
    return bracketed(number(value, decimals), interval(low, high, decimals))


def share(value: float, low: float, high: float, decimals: int = 1) -> Value:
    """Return a share with its interval in brackets, in percentage points."""
    return estimate(100.0 * value, 100.0 * low, 100.0 * high, decimals)


def change(difference: float, low: float, high: float) -> tuple[str, ...]:
    """Return how many points more or less often something happens, with the interval, in words."""
    more = "more" if difference > 0.0 else "less"
    if low <= 0.0 <= high:
        ends: tuple[str, ...] = points(-low), " less to ", points(high), " more"
    else:
        ends = (span(min(abs(low), abs(high)), max(abs(low), abs(high))),)
    return points(abs(difference)), f" points {more} often (", *ends, ")"


def sized(value: float) -> Value:
    """Return a number with the decimals that its size needs: none from 100, two below 1."""
    return number(value, _decimals_for(value))


def sized_cells(one: Estimate) -> tuple[Value, Value]:
    """Return an estimate and its interval, both with the decimals that its size needs."""
    return sized(one.value), interval(one.low, one.high, _decimals_for(one.value))


def decimals(share: Estimate) -> int:
    """Return the decimals of a percentage that its interval supports; at least 1 for a rare share.

    So a rare share is not written as 0.
    """
    width, rare = 100.0 * (share.high - share.low), min(share.value, 1.0 - share.value)
    most = 2 if rare < RARE else 1
    least = int(0.0 < rare < RARE)
    return max(least, min(most, _digits_of(width))) if width > 0.0 else most


def percent(share: Estimate) -> Value:
    """Return a share in percent, with no more digits than its interval supports."""
    low, value, high = (100.0 * end for end in (share.low, share.value, share.high))
    return Value(number(value, decimals(share)), value, low, high)


def chance(share: Estimate, *, joint: str = DASH) -> Value:
    """Return the interval of a share in percent."""
    return interval(100.0 * share.low, 100.0 * share.high, decimals(share), joint=joint)


def spread(share: Estimate, *, joint: str = DASH) -> Value:
    """Return the range across worlds in percent, without decimals."""
    return interval(100.0 * share.spread_low, 100.0 * share.spread_high, 0, joint=joint)


def counted(share: Estimate) -> Value:
    """Return a share as a count of futures in a hundred, with its interval in brackets."""
    return bracketed(of_100(share.value), chance(share))


def percents_across(share: Estimate) -> tuple[Value, Value, Value]:
    """Return a share, its interval and its range across worlds, in percent, for a table."""
    return percent(share), chance(share, joint=TO), spread(share, joint=TO)


def amount(figure: Quantile, scale: float = 1.0) -> Value:
    """Return a scaled quantile, with no more digits than its interval supports."""
    return number(scale * figure.value, _decimals_of(figure, scale))


def amount_by_chance(figure: Quantile, scale: float = 1.0, *, joint: str = DASH) -> Value:
    """Return the interval of a scaled quantile; in words if there are too few cases."""
    digits = _decimals_of(figure, scale)
    low, high = scale * figure.low, scale * figure.high
    if figure.is_sure:
        return interval(low, high, digits, joint=joint)
    if not math.isnan(low):
        return Value(f"{number(low, digits)} or more", None, low)
    if not math.isnan(high):
        return Value(f"at most {number(high, digits)}", None, None, high)
    return Value("too few cases")


def amount_over_worlds(figure: Quantile, scale: float = 1.0) -> str:
    """Return a scaled quantile's range across worlds; empty if there are too few."""
    if math.isnan(figure.spread_low):
        return ""
    return interval(scale * figure.spread_low, scale * figure.spread_high, 0)


def amount_cells(figure: Quantile, scale: float = 1.0) -> tuple[str, str]:
    """Return a scaled quantile and its interval; empty if there are too few cases."""
    if not figure.is_sure:
        return "", ""
    return amount(figure, scale), amount_by_chance(figure, scale, joint=TO)


def likelihood(share: float) -> str:
    """Return the predicate for an outcome with this share: its term and bracket."""
    words = term(share).replace(")", " %)")
    if "chance" in words:
        return f"has {words}" if words.startswith("almost") else f"has a {words}"
    if words.startswith(("below", "above")):
        return f"lies {words.replace('the scale', 'the scale of likelihood terms')}"
    return f"is {words}" if "%" in words else words


def bracket(share: float) -> int:
    """Return the index of a share's likelihood term, from 0; -1 below the scale."""
    return sum(share >= bound.low for bound in TERMS) - 1 + (share >= TERMS[-1].high)


def belief(probability: float) -> str:
    """Return a belief in words and numbers."""
    if not TERMS[0].low <= probability < TERMS[-1].high:
        return "below 1 %" if probability < TERMS[0].low else "above 99 %"
    return f"{term(probability).split(' (')[0]}, {100.0 * probability:.0f} %"


def in_full(on: date) -> str:
    """Return a date as in a sentence: 1 April 2026."""
    return f"{on.day} {on:%B %Y}"


def dated(record: Record, day: int) -> Value:
    """Return the date of a day of a run, with the day: 1 April 2026 (day 54)."""
    return Value(f"{in_full(record.date_of(day))} (day {day})", day)


def short_date(record: Record, day: int) -> Value:
    """Return the date of a day of a run, as in a table: 1 Apr 2026."""
    on = record.date_of(day)
    return Value(f"{on.day} {on:%b %Y}", day)


def duration(seconds: float) -> str:
    """Return an approximate duration, in words."""
    for most, unit, size in ((90.0, "seconds", 1.0), (5400.0, "minutes", 60.0)):
        if seconds < most:
            many = max(1, round(seconds / size))
            # Seconds are rounded to five.
            many = max(5, 5 * round(many / 5)) if unit == "seconds" else many
            return f"about {many} {unit}"
    return f"about {round(seconds / 3600)} hours"


def series(words: Sequence[str], joint: str = "and") -> str:
    """Return a list in words, with commas and `joint` before the last; it must not be empty."""
    *before, last = words
    return f"{', '.join(before)} {joint} {last}" if before else last


def quantity(number: Quantity) -> str:
    """Return a number's distribution in words."""
    unit = f" {unit_in_words(number.unit)}" if number.unit else ""
    if number.kind == "values":
        return " or ".join(f"{value:g}" for value in number.values) + unit
    if number.kind == "gamma":
        return f"gamma of mean {number.mean:g}, shape {number.gamma_shape:g}{unit}"
    if number.kind == "accepted":
        return f"calibrated, {between(f'{number.low:.3g}', f'{number.high:.3g}')}{unit}"
    ends = between(f"{number.low:g}", f"{number.high:g}")
    return f"chance {ends}" if number.kind == "chance" else f"{ends}{unit}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}"


def _decimals_for(value: float) -> int:
    size = abs(value)
    return 0 if size >= LARGE else 1 if size >= SMALL else 2


def _decimals_of(figure: Quantile, scale: float) -> int:
    if not figure.is_sure or figure.low == figure.high:
        return 0
    return min(1, _digits_of(scale * (figure.high - figure.low)))


def _digits_of(width: float) -> int:
    """Return the decimals that an interval of this width supports."""
    return max(0, -math.floor(math.log10(width)))

"""What a sentence mentions: quantities with units, dates, known systems, words of doubt."""

import calendar
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, NamedTuple


class Amount(NamedTuple):
    """A quantity as written, its value, and its unit or the thing counted."""

    text: str
    value: float
    unit: str


class Mention(NamedTuple):
    """A date as written, and the day, month or year that it means."""

    text: str
    date: Annotated[str, "2026-02-06, 2026-02 or 2026; empty if unknown"]


SMALL = {
    word: float(number)
    for number, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen", "twenty"),
        )
    )
} | {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "eighty": 80.0, "ninety": 90.0}
SCALES = {
    "dozen": 12.0,
    "dozens": 24.0,
    "hundred": 100.0,
    "hundreds": 200.0,
    "thousand": 1e3,
    "thousands": 2e3,
    "million": 1e6,
    "millions": 2e6,
    "billion": 1e9,
    "trillion": 1e12,
}
"""Factors of number words; a plural counts as two of them, the least it can mean."""
UNITS = {
    "km": r"km|kilomet(?:re|er)s?",
    "nautical miles": r"nautical\s+miles?",
    "miles": r"miles?",
    "m": r"met(?:re|er)s?|m(?=[²³23])",
    "feet": r"feet|foot",
    "kg": r"kg|kilograms?|kilos?",
    "t": r"tonnes?|tons?",
    "%": r"per\s?cent(?:age\s+points?)?",
    "days": r"days?",
    "weeks": r"weeks?",
    "months": r"months?",
    "years": r"years?",
    "hours": r"hours?",
    "minutes": r"minutes?",
    "barrels": r"barrels?",
    "dollars": r"(?:US\s+)?dollars?",
    "euros": r"euros?",
    "km/h": r"km/?h|kph",
    "miles/h": r"mph",
    "barrels/day": r"bpd|b/d",
}
UNIT = re.compile(
    r"[\s-]?(?:(?P<u>%)|(?:(?P<power>square|sq\.?|cubic)[\s-])?(?:"
    + "|".join(rf"(?P<u{place}>{form})" for place, form in enumerate(UNITS.values()))
    + r")(?P<raised>[²³23])?\b)"
)
POWERS = {"sq": "square", "cu": "cubic", "²": "square", "2": "square", "³": "cubic", "3": "cubic"}
AS_IN_PACKS = {"square km": "km2", "cubic km": "km3", "square m": "m2", "cubic m": "m3"}
PER = re.compile(
    r"(?:\sof\s[a-z]+(?:\s[a-z]+)?)?(?:(?:\s*/\s*|[\s-]per[\s-])(?P<any>[a-z]+)"
    r"|[\s-](?:an?|each|every)[\s-](?P<known>second|minute|hour|day|night|week|month|year|barrel|"
    r"tonne|ton|head|person|piece))\b(?!\s+(?:after|ago|before|earlier|later)\b)"
)
"""The reference of a rate: barrels a day, dollars per barrel."""
SHORT = {"second": "s", "sec": "s", "hour": "h", "hr": "h"}
WORDS = "|".join(SMALL)
SCALE = "|".join(sorted(SCALES, reverse=True))
NUMBER = re.compile(
    rf"(?<![\w.,-])(?:(?P<money>[$€£])\s?)?(?:(?P<digits>\d[\d,]*(?:\.\d+)?)|(?P<word>{WORDS}|(?:half\s)?an?)"
    rf"(?=[\s-](?:{SCALE})\b)|(?P<alone>{WORDS})\b|(?=(?:{SCALE})\b))"
    rf"(?:[\s-]?(?P<scale>{SCALE})\b)?",
    re.IGNORECASE,
)
BOUND = re.compile(
    r"\b(?:up to|more than|over|exceeding|at least|at most|fewer than|less than|about|around|some|"
    r"nearly|almost|roughly|below|under|between|as many as)\s+$",
    re.IGNORECASE,
)
LONGEST_BOUND = 12
"""Upper limit on the length of such words with the following space [characters]."""
COUNTED = re.compile(
    r"[\s-](?:of\s+(?!the\b))?(?:(?!of\b)[\w'-]+\s+){0,3}?"
    r"(?P<noun>[a-z-]+(?<!s|u)s|aircraft|people|men)\b"
)
CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}

MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name: number for number, name in enumerate(calendar.month_abbr) if name}
WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name)}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})\b"
    r"(?:[.,]{0,2}\s+(?P<year>(?:19|20)\d\d))?"
    rf"|\b(?P<month2>{MONTH})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|,\d)"
    rf"(?:,?\s+(?P<year2>(?:19|20)\d\d))?"
    rf"|\b(?P<month3>{MONTH})\b\.?,?\s+(?P<year3>(?:19|20)\d\d)\b"
    rf"|\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ll]ast|early|mid|late)[\s-]+(?P<month4>{MONTH})\b"
    r"(?!\s+\d)"
    r"|(?<![\w.,$€£-])(?P<year5>(?:19|20)\d\d)\b(?!\s*(?:km|kilomet|miles|%|per)|[,.]\d|-\w)"
    r"|\b(?:early|mid|late)-(?P<year6>(?:19|20)\d\d)\b"
    rf"|\b(?:on|last|next|since|by|until)\s+(?P<weekday>{'|'.join(WEEKDAYS)})\b"
    r"|\b(?P<words>yesterday|today|tomorrow|(?:last|this|next)\s+(?:month|year))\b"
)
HALF_A_YEAR = 183
"""A date without a year is at most this far from the document's [days]."""

HEDGES = re.compile(
    r"\b(?:(?i:allegedly|apparently|appears?|believed|could|doubtful|expected|if|likely|might|"
    r"perhaps|possible|possibly|potentially|presumably|probable|probably|purportedly|reportedly|"
    r"rumou?red|seems?|suggest(?:s|ed|ing)?|supposedly|suspected|thought|uncertain|unclear|"
    r"unconfirmed|unlikely|whether)|may)\b"
)


def amounts(sentence: str) -> tuple[Amount, ...]:
    """Return the quantities in a sentence, without dates and figures within names."""
    dated = [found.span() for found in DATE.finditer(sentence)]
    found = (_amount(sentence, one) for one in NUMBER.finditer(sentence) if one[0])
    return tuple(
        amount
        for start, amount in found
        if amount.unit and not any(first <= start < last for first, last in dated)
    )


def _amount(sentence: str, number: re.Match[str]) -> tuple[int, Amount]:
    """Return the position of a number, and its quantity; the unit is empty if there is none."""
    digits, word = number["digits"], (number["word"] or number["alone"] or "").lower()
    counted = 0.5 if word.startswith("half") else SMALL.get(word, 1.0)
    value = float(digits.replace(",", "")) if digits else counted
    value *= SCALES.get((number["scale"] or "").lower(), 1.0)
    unit, end = _unit(sentence, number.end(), CURRENCIES.get(number["money"] or "", ""))
    bound = BOUND.search(sentence, max(0, number.start() - LONGEST_BOUND), number.start())
    start = bound.start() if bound else number.start()
    return number.start(), Amount(sentence[start:end].strip(), value, unit)


def _unit(sentence: str, place: int, money: str) -> tuple[str, int]:
    """Return the unit of a number (or the thing counted) after a position, and where it ends."""
    name, end = money, place
    unit, counted = UNIT.match(sentence, place), COUNTED.match(sentence, place)
    if not money and unit is not None:
        key = next(key for key in unit.groupdict() if key.startswith("u") and unit[key])
        name, end = list(UNITS)[int(key[1:])] if key[1:] else "%", unit.end()
        power = (unit["power"] or unit["raised"] or "")[:2]
        name = f"{POWERS[power]} {name}" if power else name
        name = AS_IN_PACKS.get(name, name)
    elif not money and counted is not None:
        name, end = counted["noun"], counted.end()
    per = PER.match(sentence, end) if name else None
    if per is None:
        return name, end
    by = per["any"] or per["known"]
    return f"{name}/{SHORT.get(by, by)}", per.end()


def dates(sentence: str, day: date | None) -> tuple[Mention, ...]:
    """Return the dates in a sentence, relative ones resolved from the day of its document."""
    return tuple(Mention(found[0], _resolved(found, day)) for found in DATE.finditer(sentence))


def _resolved(found: re.Match[str], day: date | None) -> str:
    """Return the day, month or year that a date means; "" if this is unknown."""
    parts: Mapping[str, str] = {
        key.rstrip("23456"): text for key, text in found.groupdict().items() if text
    }
    if "iso" in parts:
        return parts["iso"]
    if "year" in parts and "month" in parts:
        return _iso(int(parts["year"]), MONTHS[parts["month"]], parts.get("day"))
    if "year" in parts:
        return parts["year"]
    return "" if day is None else _from_day(parts, found[0], day)


def _from_day(parts: Mapping[str, str], text: str, day: date) -> str:
    """Return the day, month or year that a relative date means on the document's day."""
    if "month" in parts:
        month = MONTHS[parts["month"]]
        if "day" not in parts:
            return _iso(day.year - (month > day.month), month, None)
        # A date without a year is the one nearest to the document's day.
        written = [_iso(day.year + shift, month, parts["day"]) for shift in (-1, 0, 1)]
        apart = {one: abs((date.fromisoformat(one) - day).days) for one in written if one}
        return next((one for one, days in apart.items() if days <= HALF_A_YEAR), "")
    if "weekday" in parts:
        back = (day.weekday() - WEEKDAYS[parts["weekday"]]) % 7
        return (day + timedelta(7 - back if "next" in text else -back)).isoformat()
    first, *noun = parts["words"].split()
    shift = {"yesterday": -1, "today": 0, "tomorrow": 1, "last": -1, "this": 0, "next": 1}[first]
    if not noun:
        return (day + timedelta(shift)).isoformat()
    if noun == ["year"]:
        return f"{day.year + shift}"
    months = day.year * 12 + day.month - 1 + shift
    return f"{months // 12}-{months % 12 + 1:02d}"


def _iso(year: int, month: int, day: str | None) -> str:
    if day is None:
        return f"{year}-{month:02d}"
    try:
        return date(year, month, int(day)).isoformat()
    except ValueError:
        return ""


def systems(sentence: str, aliases: Mapping[str, re.Pattern[str]]) -> tuple[str, ...]:
    """Return the known systems that a sentence names."""
    return tuple(key for key, alias in aliases.items() if alias.search(sentence))


def aliases_of(keys: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """Return patterns for the names of systems: s300 as S-300, S 300 or S-300s."""
    found = {}
    for key in keys:
        spelled = r"[\s-]?".join(re.findall(r"[a-z]+|\d+", key))
        whole = rf"(?<![\w-]){spelled}(?:s|es)?(?![a-z]{{2}}|\d)"
        found[key] = re.compile(whole, re.IGNORECASE)
    return found


def hedges(sentence: str) -> tuple[str, ...]:
    """Return the words of doubt in a sentence, each once."""
    return tuple(dict.fromkeys(word.lower() for word in HEDGES.findall(sentence)))

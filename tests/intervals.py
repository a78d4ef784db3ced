"""The intervals in what the program says: in its texts, by the forms that views print; in JSON."""

import html
import re

from detente.text import DASH, TO

NUMBER = r"[+-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
ENDS = rf"(?<![\w.+-])(?P<low>{NUMBER})(?: ?%)?(?:{DASH}|{TO})(?P<high>{NUMBER})(?![\w-])"
FORMS = (
    re.compile(rf"(?:(?<!of )(?<!< )(?<![\w.-])(?P<middle>{NUMBER})(?: %)? \()?{ENDS}"),
    re.compile(rf"(?P<middle>)\bbetween (?P<low>{NUMBER}) and (?P<high>{NUMBER})(?![\w-])"),
)
"""`3 (1-5)`, `1-5`, `3 (1 to 5)`, `1 to 5`, `between 1 and 5`."""
INLINE = re.compile(r"</?(?:a|abbr|b|code|em|span|strong|tspan)\b[^>]*>|(?<=\S)\s*\n\s*(?=\S)")
"""What stands within a sentence: marks of its words, and the ends of its lines."""
TAG = re.compile(r"<[^>]*>")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MIDDLES = (
    "swing",
    "share",
    "value",
    "estimate",
    "difference",
    "shift",
    "total",
    "rate",
    "days",
    "a_day",
)
"""What stands in JSON between `low` and `high`; between `x_low` and `x_high` it is `x`."""


def in_text(text):
    """Return each interval of a text: its low end, the estimate that stands before it, its high.

    Without an estimate the low end stands for it; one is read with half a unit of its last digit
    on the side on which that brings it nearer.
    """
    whole = TAG.sub(" | ", INLINE.sub(lambda found: " " if found.group().isspace() else "", text))
    plain = DATE.sub("", html.unescape(whole))
    found = [match for form in FORMS for match in form.finditer(plain)]
    return [_read(*match.group("low", "middle", "high")) for match in found]


def _read(low, middle, high):
    ends = tuple(float(end.replace(",", "")) for end in (low, high))
    middle = middle or low
    half = 0.5 * 10.0 ** -len(middle.partition(".")[2])
    estimate = float(middle.replace(",", ""))
    nearest = min(max(estimate, min(ends)), max(ends))
    return ends[0], nearest if abs(nearest - estimate) <= half else estimate, ends[1]


def out_of_order(found):
    """Return the intervals of which the ends, or what stands between, are not in order."""
    return [one for one in found if list(one) != sorted(one)]


def in_json(content):
    """Return each interval of a JSON document: its low end, what stands between, its high end."""
    below = content.values() if isinstance(content, dict) else content
    inner = [one for part in below if isinstance(part, (dict, list)) for one in in_json(part)]
    return inner + (_of_table(content) if isinstance(content, dict) else [])


def _of_table(table):
    found = []
    for key in table:
        name, _, end = key.rpartition("_")
        if end == "low" and isinstance(table[key], (int, float)):
            high = table[f"{key[:-3]}high"]
            middles = (name,) if name else MIDDLES
            between = next((table[one] for one in middles if _is_number(table.get(one))), None)
            if high is not None:
                found.append((table[key], table[key] if between is None else between, high))
    return found


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)

"""Makes foreign text safe to print, read and compare; suggests known names."""

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

LONGEST_SHOWN = 60
"""Most characters shown of a faulty value."""
LONGEST_TEXT = 300
"""Most characters shown of a field, or of a list of allowed values."""
WIDEST = 100
"""Widest line of wrapped prose [characters]."""
LEAST_PART = 3
"""Fewest letters with which a part of a name matches the whole."""
LARGEST_SHOWN = 10**18
JOINERS = "\u200c\u200d"
"""Invisible characters that Persian and other scripts need inside words."""
UNSAFE = re.compile(r"[^a-z0-9]+")
LONGEST_SLUG = 64
"""Most characters of a name that go into a key or the name of a file."""
WITH_ARTICLE = re.compile(
    r"(Bahamas|Emirates|Federation|Islands|Kingdom|Maldives|Nations|Netherlands|Philippines|"
    r"Republic|States|Union)\b"
)
"""Words in a party's name that need an article in a sentence."""
TO, DASH = " to ", "-"
"""Separators of a range: in tables and sentences, and in short labels."""
FORMULA_STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"
"""First characters that make a spreadsheet treat a cell as a formula."""


PLAIN_MARKS = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2013"), "-"),
    0xA0: " ",
}
"""Typographic marks and their keyboard equivalents."""


def between(low: object, high: object, *, joint: str = TO) -> str:
    """Return both ends of a range as one text, or one end if both read alike.

    Every range that a person reads is written here.
    """
    first, last = str(low), str(high)
    return first if first == last else f"{first}{joint}{last}"


def straight(text: str) -> str:
    """Return text with keyboard quotes, hyphens and spaces; its length stays the same."""
    return text.translate(PLAIN_MARKS)


def clean(text: str) -> str:
    """Return text on one line, without control and direction characters."""
    return "".join(map(_visible, text))


def guard(cell: str) -> str:
    """Return a cell without invisible characters that no spreadsheet takes for a formula."""
    visible = "".join(character for character in cell if character.isprintable()).strip()
    return f"'{visible}" if visible.startswith(tuple(FORMULA_STARTS)) else visible


def plain(text: str) -> str:
    """Return a text in one line, without control and bidirectional characters."""
    return " ".join(clean(text).split())


@lru_cache(maxsize=1024)
def _visible(character: str) -> str:
    if character.isspace():
        return " "
    is_hidden = unicodedata.category(character)[0] in "CZ"
    return "" if is_hidden and character not in JOINERS else character


def brief(text: str) -> str:
    """Return a text in one line of plain characters, cut if it is very long."""
    return _clipped(plain(text[: 4 * LONGEST_TEXT]), LONGEST_TEXT)


def first_of(items: Sequence[str], most: int) -> tuple[str, ...]:
    """Return the first few items, and the number of the others."""
    left = len(items) - most
    return (*items[:most], *([f"{left} more"] if left > 0 else []))


def capitalised(text: str) -> str:
    """Return a text with its first letter capitalised, the rest unchanged."""
    return text[:1].upper() + text[1:]


def in_sentence(name: str) -> str:
    """Return a party's name with the article that a sentence needs: the United States.

    `capitalised` capitalises the article at the beginning of a sentence. A name that has its
    article is unchanged. Several names may be joined by `or`.
    """
    first, is_several, others = name.partition(" or ")
    if is_several:
        return f"{in_sentence(first)} or {in_sentence(others)}"
    if name.startswith("Groups "):
        return name.replace("G", "g", 1)
    needs_article = WITH_ARTICLE.search(name) and not name.lower().startswith("the ")
    return f"the {name}" if needs_article else name


def show(value: Any) -> str:
    """Return a value as written in its text, short and without control characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table" if value else "an empty table"
    if isinstance(value, tuple):
        return _clipped(f"[{', '.join(show(entry) for entry in value[:8])}]")
    if isinstance(value, str):
        return f'"{_clipped(plain(value[: 4 * LONGEST_SHOWN]))}"'
    return _shown_number(value)


def _shown_number(value: Any) -> str:
    if isinstance(value, int) and abs(value) > LARGEST_SHOWN:
        return "a huge number"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return _clipped(plain(str(value)))


def _clipped(text: str, most: int = LONGEST_SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Return the candidate that was probably meant, or an empty text."""
    if len(name) > LONGEST_SHOWN:
        return ""
    by_folded = {candidate.lower().replace("-", "_"): candidate for candidate in candidates}
    folded = name.lower().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(folded, by_folded, 1, 0.6) or _holding(folded, by_folded)
    return by_folded[near[0]] if near else ""


def _holding(folded: str, candidates: Iterable[str]) -> list[str]:
    """Return the only candidate that contains the name, or an empty text."""
    whole = folded.replace("_", "")
    if len(whole) < LEAST_PART:
        return []
    parts = [name for name in candidates if folded in name.split("_")]
    held = parts or [name for name in candidates if whole in name.replace("_", "")]
    return held if len(held) == 1 else []


def wrapped(text: str, room: int | None, *, indent: int = 0, hang: int = 0) -> str:
    """Return a text wrapped to a number of characters, or on one line if that is None.

    `hang`: indentation of all lines but the first.
    """
    line = " " * indent + clean(text)
    if room is None:
        return line
    import textwrap  # noqa: PLC0415  seldom needed

    width, after = min(room, WIDEST), " " * hang
    return textwrap.fill(
        line, width, subsequent_indent=after, break_on_hyphens=False, break_long_words=False
    )


def slug(name: str, otherwise: str, most: int = LONGEST_SLUG) -> str:
    """Return a name as a key or file name: lower case letters, digits and hyphens.

    `otherwise`: used if nothing of the name is left; `most`: its longest length.
    """
    key = UNSAFE.sub("-", name.lower()).strip("-")
    return key[:most].strip("-") or otherwise


def free_key(key: str, taken: Collection[str]) -> str:
    """Return an unused key: the given one, or the first with a number behind it."""
    others = (f"{key}-{count}" for count in range(2, len(taken) + 3))
    return next(one for one in (key, *others) if one not in taken)


def offered(name: str, candidates: Collection[str], said: str) -> str:
    """Return a suggestion of the nearest name, and all candidates with what they are."""
    return f"{did_you_mean(name, candidates)} {said}: {', '.join(candidates)}".strip()


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return "did you mean ...?" with the nearest name, or an empty text."""
    near = nearest(name, candidates)
    return f"did you mean {near}?" if near else ""

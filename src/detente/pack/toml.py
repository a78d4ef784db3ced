"""TOML, read only after its size and depth are known to be those of a pack."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

import tomli

from detente.errors import DetenteError
from detente.text import plain

Tree = dict[str, Any]

MOST_DEPTH = 12
"""Brackets within brackets, and parts of a dotted key: a pack needs six."""
MOST_VALUES = 10_000
"""Keys and entries of lists: a pack of a thousand numbers, written out whole, takes 9,400.

The worst text of this size that was found is refused after a second.
"""

TOKEN = re.compile(
    r'"""(?:\\.|[^\\"]|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5})?"
    r'|"(?:\\.|[^"\\\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[\[\]{}.=,\n]",
    re.DOTALL,
)
"""What counts for depth, strings and comments skipped; each branch takes linear time."""


SLIP = re.compile(
    r'"(?:\\.|[^\\"])*"'
    r"|'[^']*'"
    r"|\#.*"
    r'|"[^"]*[^"\s,\]}\u2018-\u201f«»][\s,\]}]*$'
    r"|(?P<quote>[\u2018-\u201f«»])"
    r"|(?P<percent>\d+(?:\.\d+)?)[ ]?%"
)
"""A slip of the pen in a line; texts in straight quotes and comments are skipped."""
MOST_SEARCHED = 1000
"""Characters of a line in which a slip is looked for."""


class Unreadable(NamedTuple):
    """Why a text cannot be read, and where: line and column count from 1."""

    line: int
    column: int
    found: str
    allowed: str
    hint: str


def decode(content: bytes) -> str | Unreadable:
    """Return the text of a file, or where it stops being UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        hint = "save the file as UTF-8"
        return Unreadable(line, 1, "bytes that are not UTF-8", "UTF-8 text", hint)


def parse(text: str, *, most_values: int = MOST_VALUES) -> Tree | Unreadable:
    """Return the tables of a text, lists as tuples and strings in plain characters."""
    bomb = _bomb(text, most_values)
    if bomb is not None:
        return bomb
    try:
        return {key: _tidy(value) for key, value in tomli.loads(text).items()}
    except tomli.TOMLDecodeError as error:
        return _slip(text, error.lineno) or _not_toml(error)
    except (ValueError, RecursionError):
        hint = "shorten the number or the nesting"
        return Unreadable(1, 1, "a value that cannot be read", "TOML of modest size", hint)


def _not_toml(error: tomli.TOMLDecodeError) -> Unreadable:
    found = plain(error.msg)
    hint = "look for a text without quotes, a comma left out, or a day not like 2031-03-01"
    return Unreadable(error.lineno, error.colno, found, "TOML", hint)


def _slip(text: str, line: int) -> Unreadable | None:
    """Return a curly quote or a percent sign in a line that is no TOML, if there is one."""
    written = text.split("\n")[line - 1][:MOST_SEARCHED]
    slips = (one for one in SLIP.finditer(written) if one.lastgroup is not None)
    slip = next(slips, None)
    if slip is None:
        return None
    column = slip.start() + 1
    if slip["quote"]:
        allowed = "straight quotes around a text"
        return Unreadable(line, column, f"a curly quote {slip[0]}", allowed, 'type " in its place')
    share = f"{float(slip['percent']) / 100:g}"
    return Unreadable(line, column, plain(slip[0]), f"a number such as {share}", f"write {share}")


@cache
def read_shipped(name: str) -> Mapping[str, Any]:
    """Return a table that ships with the package, by its path among the packs.

    Raises `DetenteError` if the installation is damaged.
    """
    file = resources.files("detente.pack").joinpath(*name.split("/"))
    hint = "install detente again"
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise DetenteError(f"cannot be read: {fault}", where=name, hint=hint) from fault
    table = parse(text)
    if isinstance(table, Unreadable):
        raise DetenteError(table.found, where=name, hint=hint)
    return MappingProxyType(table)


def _bomb(text: str, most_values: int) -> Unreadable | None:
    depth = dots = values = line = 0
    for token in TOKEN.finditer(text):
        first = token[0][0]
        line += token[0].count("\n")
        depth += (first in "[{") - (first in "]}")
        dots = dots + 1 if first == "." else dots if first in "\"'" else 0
        values += first in "=,["
        if depth > MOST_DEPTH or dots > MOST_DEPTH or values > most_values:
            limit = f"{MOST_DEPTH} levels and {MOST_VALUES} values"
            found = "too many values" if values > most_values else "too deep a nesting"
            return Unreadable(line + 1, 1, found, limit, "a pack of a thousand numbers needs less")
    return None


def size_of(value: Any) -> int:
    """Return how many keys and entries a parsed text has in all its depths."""
    if isinstance(value, dict):
        return len(value) + sum(size_of(below) for below in value.values())
    return len(value) + sum(size_of(below) for below in value) if isinstance(value, tuple) else 0


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tidy(below) for key, below in value.items()}
    if isinstance(value, list):
        return tuple(_tidy(below) for below in value)
    return plain(value) if isinstance(value, str) else value

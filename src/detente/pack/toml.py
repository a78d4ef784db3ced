"""Reads TOML within limits of size: the values, and where each stands in the text."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli

from detente.errors import DetenteError
from detente.text import plain

if TYPE_CHECKING:
    import tree_sitter

Tree = dict[str, Any]
KeyPath = tuple[str | int, ...]
"""A path in a pack: keys, and indices of arrays counted from 0."""
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

MOST_DEPTH = 12
"""Most nested brackets or parts of a dotted key; a pack needs six."""
MOST_VALUES = 10_000
"""Most keys and list entries; a pack of a thousand numbers, all written out, has 9,400.

The slowest text of this size that was found takes a second to refuse.
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
LINE_SLIPS = (
    (r"=\s*(yes|no|True|False)\b", "true or false", "write true or false in small letters"),
    (r"=\s*(\d{1,2}\.\d{1,2}\.\d{4})", "a day such as 2031-03-01", "write year, month, day"),
    (r"=\s*(\d{4}-\d{1,2})\s*(?:#|$)", "a day such as 2031-03-01", "give the last day of a month"),
    (r'=\s*"(?:\\.|[^"\\])*(")(?=[^"=,]*\w[^"=,]*")', "none within a text", "write ' inside of it"),
    (r'=\s*(")(?:\\.|[^"\\])*$', "a text in one line", 'close it with " in the same line'),
)
"""What a line that is no TOML may hold, what is allowed in its place, and what to do."""
MOST_SEARCHED = 1000
"""Characters of a line that are searched for a slip."""


class Unreadable(NamedTuple):
    """Why a text cannot be read, with line and column counted from 1."""

    line: int
    column: int
    found: str
    allowed: str
    hint: str


def dotted(path: KeyPath) -> str:
    """Return a path as users write it: `correlations[0].of`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{key_text(part)}" if text else key_text(part)
    return text


@lru_cache(maxsize=4096)
def key_text(key: str) -> str:
    """Return a key as TOML has it."""
    return key if BARE_KEY.fullmatch(key) else _text(key)


def value_text(value: Any) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, dict):
        pairs = (f"{key_text(key)} = {value_text(below)}" for key, below in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """Return a text in quotes, with invisible characters escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        character if character.isprintable() else f"\\U{ord(character):08x}" for character in quoted
    )


def decode(content: bytes) -> str | Unreadable:
    """Return the text of a file, or the place where it stops being UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        hint = "save the file as UTF-8"
        return Unreadable(line, 1, "bytes that are not UTF-8", "UTF-8 text", hint)


def parse(written: str | bytes, *, most_values: int = MOST_VALUES) -> Tree | Unreadable:
    """Return the tables of a text or file, with lists as tuples and plain strings."""
    text = decode(written) if isinstance(written, bytes) else written
    if isinstance(text, Unreadable):
        return text
    bomb = _bomb(text, most_values)
    if bomb is not None:
        return bomb
    try:
        return {key: _tidy(value) for key, value in tomli.loads(text).items()}
    except tomli.TOMLDecodeError as error:
        return _not_toml(text, error)
    except (ValueError, RecursionError):
        hint = "shorten the number or the nesting"
        return Unreadable(1, 1, "a value that cannot be read", "TOML of modest size", hint)


def _not_toml(text: str, error: tomli.TOMLDecodeError) -> Unreadable:
    """Return why a line is not TOML: a known slip, or the parser's reason."""
    line = error.lineno
    written = text.split("\n")[line - 1][:MOST_SEARCHED]
    slip = next((one for one in SLIP.finditer(written) if one.lastgroup is not None), None)
    if slip is not None and slip["quote"]:
        found, allowed = f"a curly quote {slip[0]}", "straight quotes around a text"
        return Unreadable(line, slip.start() + 1, found, allowed, 'type " in its place')
    if slip is not None:
        share = f"{float(slip['percent']) / 100:g}"
        found, allowed = plain(slip[0]), f"a number such as {share}"
        return Unreadable(line, slip.start() + 1, found, allowed, f"write {share}")
    for pattern, allowed, hint in LINE_SLIPS:
        slip = re.search(pattern, written.rstrip())
        if slip is not None:
            found = 'a mark "' if slip[1] == '"' else slip[1]
            return Unreadable(line, slip.start(1) + 1, found, allowed, hint)
    hint = (
        "look for a text without quotes, a comma left out, a day not like 2031-03-01, or a number "
        "not like 0.4"
    )
    return Unreadable(line, error.colno, plain(error.msg), "TOML", hint)


@cache
def read_shipped(name: str) -> Mapping[str, Any]:
    """Return a table shipped with the package, by its path below the packs.

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


def value_at(tree: Any, path: KeyPath) -> Any:
    """Return the value at a path, or None if there is none."""
    for part in path:
        try:
            # A text has letters, but no places that a path could name.
            tree = None if isinstance(tree, str) else tree[part]
        except (LookupError, TypeError):
            return None
    return tree


def with_value(tree: Any, path: KeyPath, value: Any) -> Any:
    """Return a copy of tables with a value set at a path; None removes it."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        entries = () if tree is None else tree
        if not isinstance(entries, tuple) or first > len(entries):
            return tree
        entry = with_value(entries[first] if first < len(entries) else None, rest, value)
        kept = () if entry is None else (entry,)
        return (*entries[:first], *kept, *entries[first + 1 :]) or None
    table = tree if isinstance(tree, dict) else {}
    return {**table, first: with_value(table.get(first), rest, value)}


def copy_of(tree: Any) -> Any:
    """Return a copy of tables that can be changed independently."""
    if isinstance(tree, dict):
        return {key: copy_of(below) for key, below in tree.items()}
    return tuple(map(copy_of, tree)) if isinstance(tree, tuple) else tree


def size_of(value: Any) -> int:
    """Return the number of keys and entries of a parsed text, at all depths."""
    if isinstance(value, dict):
        return len(value) + sum(size_of(below) for below in value.values())
    return len(value) + sum(size_of(below) for below in value) if isinstance(value, tuple) else 0


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tidy(below) for key, below in value.items()}
    if isinstance(value, list):
        return tuple(_tidy(below) for below in value)
    return plain(value) if isinstance(value, str) else value


class Position(NamedTuple):
    """Position of a key and of its value; lines and columns count from 1, in characters."""

    key: tuple[int, int]
    value: tuple[int, int]


class Repeat(NamedTuple):
    """A key that is given twice, or a list of tables that is also written in single brackets."""

    path: KeyPath
    first: tuple[int, int]
    second: tuple[int, int]
    is_list: bool = False


class Positions(NamedTuple):
    """Positions in a text by path, and the repeated keys."""

    spots: dict[KeyPath, Position]
    repeats: list[Repeat]


class _Reader:
    """One pass through a text that fills `found`."""

    def __init__(self, content: bytes) -> None:
        self.lines = content.split(b"\n")
        self.found = Positions({}, [])
        self.lengths: dict[KeyPath, int] = {}
        self.headers: set[KeyPath] = set()

    def read(self, root: "tree_sitter.Node") -> None:
        for node in root.named_children:
            if node.type == "pair":
                self.pair(node, ())
            elif node.type in {"table", "table_array_element"}:
                self.table(node)

    def point(self, node: "tree_sitter.Node") -> tuple[int, int]:
        row, column = node.start_point
        before = self.lines[row][:column].decode("utf-8", "replace")
        return row + 1, len(before) + 1

    def table(self, node: "tree_sitter.Node") -> None:
        header, *pairs = _without_comments(node)
        parts = tuple(_key_parts(header))
        is_single = node.type == "table"
        # A header in single brackets whose table stands in double ones too.
        if parts in (self.lengths if is_single else self.headers):
            first = self.found.spots[parts].key
            self.found.repeats.append(Repeat(parts, first, self.point(header), is_list=True))
        if is_single:
            base = self.resolved(parts)
            self.mark(base, header, header, is_header=True)
        else:
            array = (*self.resolved(parts[:-1]), parts[-1])
            self.mark(array, header, header)
            base = (*array, self.lengths.get(array, 0))
            self.lengths[array] = self.lengths.get(array, 0) + 1
        self.mark(base, header, header)
        for pair in pairs:
            if pair.type == "pair":
                self.pair(pair, base)

    def resolved(self, parts: tuple[str, ...]) -> KeyPath:
        path: KeyPath = ()
        for part in parts:
            path = (*path, part)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        return path

    def pair(self, node: "tree_sitter.Node", base: KeyPath) -> None:
        children = _without_comments(node)
        if len(children) > 1:
            path = (*base, *_key_parts(children[0]))
            self.mark(path, children[0], children[1], is_pair=True)
            self.value(children[1], path)

    def value(self, node: "tree_sitter.Node", path: KeyPath) -> None:
        if node.type == "array":
            for place, child in enumerate(_without_comments(node)):
                self.mark((*path, place), child, child)
                self.value(child, (*path, place))
        elif node.type == "inline_table":
            for child in _without_comments(node):
                if child.type == "pair":
                    self.pair(child, path)

    def mark(
        self,
        path: KeyPath,
        key: "tree_sitter.Node",
        value: "tree_sitter.Node",
        *,
        is_pair: bool = False,
        is_header: bool = False,
    ) -> None:
        spot = Position(self.point(key), self.point(value))
        is_again = path in self.headers if is_header else is_pair and path in self.found.spots
        if is_again:
            self.found.repeats.append(Repeat(path, self.found.spots[path].key, spot.key))
        if is_header:
            self.headers.add(path)
        for length in range(1, len(path) + 1):
            self.found.spots.setdefault(path[:length], spot)


@lru_cache(maxsize=16)  # as many as the files of a pack
def positions(content: bytes) -> Positions:
    """Return the position of each value of a TOML text."""
    # Needed only where there is a fault, and as slow to load as a pack is to read.
    import tree_sitter  # noqa: PLC0415
    import tree_sitter_toml  # noqa: PLC0415

    language = tree_sitter.Language(tree_sitter_toml.language())
    text = content.removeprefix(codecs.BOM_UTF8)
    reader = _Reader(text)
    reader.read(tree_sitter.Parser(language).parse(text).root_node)
    return reader.found


def _without_comments(node: "tree_sitter.Node") -> "list[tree_sitter.Node]":
    return [child for child in node.named_children if child.type != "comment"]


def _key_parts(node: "tree_sitter.Node") -> Iterator[str]:
    if node.type == "dotted_key":
        for child in node.named_children:
            yield from _key_parts(child)
        return
    text = (node.text or b"").decode("utf-8", "replace")
    with suppress(tomli.TOMLDecodeError):
        text = next(iter(tomli.loads(f"{text} = 0"))) if node.type == "quoted_key" else text
    yield text

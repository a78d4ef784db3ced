"""Where each value of a pack's text stands, so that a fault can be shown with its line."""

import codecs
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import tomli

from detente.pack.number import Path

if TYPE_CHECKING:
    import tree_sitter


class Spot(NamedTuple):
    """Where a key and its value stand: lines and columns count from 1, in characters."""

    key: tuple[int, int]
    value: tuple[int, int]


class Repeat(NamedTuple):
    """A key that stands twice in one text; of a list of tables, in single brackets as well."""

    path: Path
    first: tuple[int, int]
    second: tuple[int, int]
    is_list: bool = False


class Positions(NamedTuple):
    """The spots of a text by path, and the keys that stand twice in it."""

    spots: dict[Path, Spot]
    repeats: list[Repeat]


class _Reader:
    """One walk through a text; what it finds is in `found`."""

    def __init__(self, content: bytes) -> None:
        self.lines = content.split(b"\n")
        self.found = Positions({}, [])
        self.lengths: dict[Path, int] = {}
        self.headers: set[Path] = set()

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
        self.mixed(node.type == "table", parts, header)
        if node.type == "table_array_element":
            array = (*self.resolved(parts[:-1]), parts[-1])
            self.mark(array, header, header)
            base: Path = (*array, self.lengths.get(array, 0))
            self.lengths[array] = self.lengths.get(array, 0) + 1
        else:
            base = self.resolved(parts)
            self.mark(base, header, header, is_header=True)
        self.mark(base, header, header)
        for pair in pairs:
            if pair.type == "pair":
                self.pair(pair, base)

    def mixed(self, is_single: bool, parts: tuple[str, ...], header: "tree_sitter.Node") -> None:
        """Note a header in single brackets whose table stands in double ones too."""
        if parts in (self.lengths if is_single else self.headers):
            first = self.found.spots[parts].key
            self.found.repeats.append(Repeat(parts, first, self.point(header), is_list=True))

    def resolved(self, parts: tuple[str, ...]) -> Path:
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        return path

    def pair(self, node: "tree_sitter.Node", base: Path) -> None:
        children = _without_comments(node)
        if len(children) > 1:
            path = (*base, *_key_parts(children[0]))
            self.mark(path, children[0], children[1], is_pair=True)
            self.value(children[1], path)

    def value(self, node: "tree_sitter.Node", path: Path) -> None:
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
        path: Path,
        key: "tree_sitter.Node",
        value: "tree_sitter.Node",
        *,
        is_pair: bool = False,
        is_header: bool = False,
    ) -> None:
        spot = Spot(self.point(key), self.point(value))
        is_again = path in self.headers if is_header else is_pair and path in self.found.spots
        if is_again:
            self.found.repeats.append(Repeat(path, self.found.spots[path].key, spot.key))
        if is_header:
            self.headers.add(path)
        for length in range(1, len(path) + 1):
            self.found.spots.setdefault(path[:length], spot)


def positions(content: bytes) -> Positions:
    """Return where each value of a TOML text stands."""
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
    yield _unquoted(text) if node.type == "quoted_key" else text


def _unquoted(text: str) -> str:
    try:
        return next(iter(tomli.loads(f"{text} = 0")))
    except tomli.TOMLDecodeError:
        return text

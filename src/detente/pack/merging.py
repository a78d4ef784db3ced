"""Several files made one crisis: where they agree, and where a key stands twice."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from detente.errors import Fault
from detente.pack.number import FORMS
from detente.pack.placing import reaches
from detente.pack.toml import (
    MOST_VALUES,
    KeyPath,
    Repeat,
    Tree,
    Unreadable,
    decode,
    dotted,
    parse,
    positions,
    size_of,
)
from detente.text import brief


class Merged(NamedTuple):
    """The tables of all files as one, with the faults that kept files or keys out of it."""

    tree: Tree
    trees: Mapping[str, Tree]
    faults: tuple[Fault, ...]


def merge(files: Mapping[str, bytes]) -> Merged:
    """Return the tables of all files as one; a key that two files give is a fault."""
    trees: dict[str, Tree] = {}
    faults: list[Fault] = []
    for name, content in files.items():
        text = decode(content)
        left = MOST_VALUES - sum(size_of(tree) for tree in trees.values())
        tree = text if isinstance(text, Unreadable) else parse(text, most_values=left)
        if isinstance(tree, Unreadable):
            faults += _unreadable_faults(name, content, tree)
        else:
            trees[name] = tree
    merged: Tree = {}
    clashes: list[KeyPath] = []
    for tree in trees.values():
        _merge_into(merged, tree, (), clashes)
    for path in dict.fromkeys(clashes):
        faults += _clash_faults(path, trees, files)
    return Merged(merged, trees, tuple(faults))


def _merge_into(merged: Tree, tree: Tree, path: KeyPath, clashes: list[KeyPath]) -> None:
    for key, value in tree.items():
        here = (*path, key)
        if key not in merged:
            merged[key] = _copy_of_tables(value)
        elif isinstance(value, dict) and isinstance(merged[key], dict) and not _is_number(value):
            _merge_into(merged[key], value, here, clashes)
        else:
            clashes.append(here)


def _copy_of_tables(value: object) -> object:
    if isinstance(value, dict):
        return {key: _copy_of_tables(below) for key, below in value.items()}
    return value


def _is_number(table: Tree) -> bool:
    return bool(FORMS.keys() & table.keys())


def _unreadable_faults(name: str, content: bytes, reason: Unreadable) -> Iterator[Fault]:
    is_repeat = "overwrite" in reason.found or "twice" in reason.found
    repeats = _outermost(positions(content).repeats) if is_repeat else []
    for repeat in repeats:
        found = f"a key that stands in line {repeat.first[0]} too"
        hint = f"write [[{dotted(repeat.path)}]]" if repeat.is_list else "keep one of the two"
        yield Fault(
            name, *repeat.second, brief(dotted(repeat.path)), found, "each key once", brief(hint)
        )
    if not repeats:
        yield Fault(name, reason.line, reason.column, "", reason.found, reason.allowed, reason.hint)


def _outermost(repeats: list[Repeat]) -> list[Repeat]:
    paths = {repeat.path for repeat in repeats}
    return [
        repeat
        for repeat in repeats
        if not any(repeat.path[:length] in paths for length in range(1, len(repeat.path)))
    ]


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, tuple) and len(value) > 0 and isinstance(value[0], dict)


def _clash_faults(
    path: KeyPath, trees: Mapping[str, Tree], files: Mapping[str, bytes]
) -> Iterator[Fault]:
    holders = [name for name, tree in trees.items() if reaches(tree, path)]
    spots = {name: positions(files[name]).spots.get(path) for name in holders}
    lines = {name: spot.key for name, spot in spots.items() if spot is not None}
    first = holders[0]
    is_list = any(_is_list_of_tables(tree.get(str(path[0]))) for tree in trees.values())
    hint = f"write [[{dotted(path)}]], all in one file" if is_list else "keep one of the two"
    for name in holders[1:]:
        line, column = lines.get(name, (0, 0))
        found = f"a key that stands in {first}:{lines.get(first, (0, 0))[0]} too"
        yield Fault(name, line, column, brief(dotted(path)), found, "each key once", brief(hint))

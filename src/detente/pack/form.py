"""Checks a text against the format of packs; after a fault the rest is still checked."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from detente.evidence.claim import StandIn
from detente.pack.model import Model
from detente.pack.number import Finding, WrittenNumber, is_number
from detente.pack.places import (
    KIND_WORDS,
    Allowed,
    description_at,
    fields_of,
    homes_of,
    is_table,
    keys_at,
    mark_of,
    part_in,
    pattern_words,
    place_at,
    place_below,
    quoted,
    words_at,
)
from detente.pack.resolve import systems_at
from detente.pack.toml import MOST_DEPTH, KeyPath, Tree, copy_of, dotted, value_at
from detente.text import did_you_mean, nearest, show

MOST_LISTED = 4
"""Most fields without a key that one fault lists."""

MOST_PASSES = 8
"""Most passes: repairing one fault may uncover others within; a pack is seven levels deep."""
MOST_KEYS_LISTED = 12
MOST_ERRORS = 1000
"""Faults of form after which checking stops."""
MOST_SEARCHED = 200
"""Faults after which no nearest name is suggested for an unknown key."""
COMPARISONS = {
    "greater_than_equal": ("ge", "{} or more"),
    "less_than_equal": ("le", "{} or less"),
    "greater_than": ("gt", "more than {}"),
    "less_than": ("lt", "less than {}"),
}
SIZES = {"too_short": "min_length", "too_long": "max_length"}
OTHER_WORDS = {
    "finite_number": "a finite number",
    "string_too_short": "a text that is not empty",
    "change": "a number, true or false, a text, a day or a list of texts, after a whole path in "
    "quotes",
}

ADVICE = {
    "format": "add the line format = 2",
    "sha256": 'add what printf %s "the passage in one line" | sha256sum prints, in quotes',
}
"""Advice on missing fields for which "add it" is not enough."""

Root = TypeVar("Root", bound=BaseModel)
"""The model of a whole text: of a pack, or of a file of observations."""


class Fit(NamedTuple, Generic[Root]):
    """The result of checking a text: its model, the faults, and what was repaired.

    `spoiled` holds the paths of values that were replaced or removed. `moved` gives the path as
    written for everything below a misspelt key.
    """

    model: Root | None
    findings: tuple[Finding, ...]
    spoiled: frozenset[KeyPath]
    moved: Mapping[KeyPath, KeyPath]

    def is_spoiled(self, path: KeyPath) -> bool:
        """Return whether a path, or a part that contains it, was replaced."""
        deepest = min(len(path), MOST_DEPTH)  # nothing deeper was read, whatever a text names
        return any(path[:length] in self.spoiled for length in range(1, deepest + 1))

    def kept(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings outside replaced values, with their keys as written."""
        kept = [one for one in findings if not self.is_spoiled(one.path)]
        return [one._replace(path=_as_written(one.path, self.moved)) for one in kept]


class _Repair:
    """A copy of a text in which faulty values are replaced, pass by pass."""

    def __init__(self, tree: Tree, root: type[BaseModel]) -> None:
        self.tree = copy_of(tree)
        self.root = root
        self.findings: list[Finding] = []
        self.spoiled: set[KeyPath] = set()
        self.moved: dict[KeyPath, KeyPath] = {}

    def lift(self, table: Tree, path: KeyPath, place: Allowed, says: str = "") -> None:
        """Report and remove fields that lack the key of their part, table by table.

        Such fields were written directly in a table whose entries are parts with keys.
        """
        says = (place.field.description if place.field else None) or says
        part, levels, _ = part_in(place.kind)
        fields = [key for key, value in table.items() if levels and not _is_part(value)]
        if part and fields_of(part).keys() & set(fields):
            more = ", …" if len(fields) > MOST_LISTED else ""
            found = f"{', '.join(fields[:MOST_LISTED])}{more} without a key of their own"
            # Where two keys lead to a part, the first is an actor's.
            header = ".".join((dotted(path), *("ACTOR", "KEY")[-levels:]))
            is_alone = len(fields) == len(table)
            here = path if is_alone else (*path, fields[0])
            self.findings.append(Finding(here, found, says, f"write [{header}]", on_key=True))
            self.spoiled |= {(*path, field) for field in fields}
            self.spoiled |= {path} if is_alone else set()
            for field in fields:
                del table[field]
        for key, value in table.items():
            below = place_below(place.kind, key)
            if below is not None and below.kind is not WrittenNumber and _is_part(value):
                self.lift(value, (*path, key), below, says)

    def set_aside(self, errors: list[ErrorDetails]) -> None:
        """Record the faults of a pass and replace each faulty value."""
        unknown = [error for error in errors if error["type"] == "extra_forbidden"]
        for error in unknown:
            self._rename(_path(error))
        rest = [error for error in errors if error["type"] != "extra_forbidden"]
        # A field is not missing if it was there under a misspelt key.
        rest = [
            error
            for error in rest
            if error["type"] != "missing" or value_at(self.tree, _path(error)) is None
        ]
        self.findings += [_finding(error, self.root) for error in rest]
        for error in rest:
            self._replace(error)

    def _rename(self, path: KeyPath) -> None:
        table, key = value_at(self.tree, path[:-1]), str(path[-1])
        value = table.pop(key)
        is_searched = len(self.findings) < MOST_SEARCHED
        near = nearest(key, keys_at(path[:-1], self.root)) if is_searched else ""
        self.findings.append(_unknown_key(path, near, self.root))
        if near and near not in table:
            table[near] = value
            self._move((*path[:-1], near), path)
        elif near and isinstance(value, dict) and isinstance(table[near], dict):
            for below in [name for name in value if name not in table[near]]:
                table[near][below] = value[below]
                self._move((*path[:-1], near, below), (*path, below))

    def _move(self, here: KeyPath, written: KeyPath) -> None:
        self.moved[here] = (*_as_written(written[:-1], self.moved), written[-1])

    def _replace(self, error: ErrorDetails) -> None:
        path = _path(error)
        self.spoiled.add(path)
        here = _replaceable(path, self.root)
        table, key = value_at(self.tree, here[:-1]), str(here[-1])
        near = _nearest_word(error)
        if not isinstance(table, dict):
            return
        if near and isinstance(table.get(key), tuple):
            words = enumerate(table[key])
            table[key] = tuple(near if place == path[-1] else word for place, word in words)
            return
        self.spoiled.add(here)
        place = place_at(here, self.root)
        stand_in = mark_of(place.field, StandIn) if place is not None else None
        if stand_in is None:
            table.pop(key, None)
        else:
            table[key] = stand_in.value


def _path(error: ErrorDetails) -> KeyPath:
    return tuple(part for part in error["loc"] if part != "[key]")


def _replaceable(path: KeyPath, root: type[BaseModel]) -> KeyPath:
    """Return the path of the number, field or part to replace for a fault at a path."""
    last = path[:1]
    for length in range(1, len(path) + 1):
        place = place_at(path[:length], root)
        if place is None or not isinstance(path[length - 1], str):
            continue
        if place.row is not None:
            return path[:length]
        if place.field is not None or is_table(place):
            last = path[:length]
    return last


def fit(tree: Tree) -> Fit[Model]:
    """Return the model of a pack's text, with all faults of form."""
    return fit_to(Model, tree)


def fit_to(root: type[Root], tree: Tree) -> Fit[Root]:
    """Return the model of a text whose model is `root`, with all faults of form."""
    repair = _Repair(tree, root)
    model = None
    for _ in range(MOST_PASSES):
        repair.lift(repair.tree, (), Allowed(root, None))
        try:
            model = root.model_validate(repair.tree)
            break
        except ValidationError as error:
            errors = error.errors(include_url=False)
            # A list is not too short by itself where its entries are faulty.
            places = [error["loc"] for error in errors]
            inner = {place[:length] for place in places for length in range(len(place))}
            felt = [one for one in errors if one["type"] != "too_short" or one["loc"] not in inner]
            repair.set_aside(felt[:MOST_ERRORS])
            if len(errors) > MOST_ERRORS:
                break
    findings = tuple(
        finding._replace(path=_as_written(finding.path, repair.moved))
        for finding in repair.findings
    )
    return Fit(model, findings, frozenset(repair.spoiled), repair.moved)


def _as_written(path: KeyPath, moved: Mapping[KeyPath, KeyPath]) -> KeyPath:
    for length in range(len(path), 0, -1):
        if path[:length] in moved:
            return (*moved[path[:length]], *path[length:])
    return path


def _finding(error: ErrorDetails, root: type[BaseModel]) -> Finding:
    kind, context, path = error["type"], error.get("ctx", {}), _path(error)
    found = error["input"]
    if "[key]" in error["loc"]:
        allowed = pattern_words(str(context.get("pattern", "")))
        return Finding(path, str(path[-1]), allowed, "rename it", on_key=True)
    if kind == "missing":
        return _missing(path, root)
    if kind == "string_pattern_mismatch" and systems_at(path):
        return Finding(path, show(found), *_system_words(str(found), path))
    if kind == "tuple_type" and isinstance(found, dict) and keys_at((*path, 0), root):
        header = f"[[{dotted(path)}]]"
        return Finding(path, "one table", f"tables under {header}, each its own", f"write {header}")
    if kind == "literal_error":
        near = _nearest_word(error)
        expected = str(context["expected"])
        words = ", ".join(quoted(expected)) or expected
        return Finding(path, show(found), words, f"did you mean {near}?" if near else "")
    return Finding(path, show(found), _allowed(error, path, root))


def _nearest_word(error: ErrorDetails) -> str:
    found = error["input"]
    is_word = error["type"] == "literal_error" and isinstance(found, str)
    return nearest(found, quoted(str(error["ctx"]["expected"]))) if is_word else ""


def _unknown_key(path: KeyPath, near: str, root: type[BaseModel]) -> Finding:
    key, known = str(path[-1]), keys_at(path[:-1], root)
    hint = f"did you mean {near}?"
    if not near:
        homes = [home for home in homes_of(key, root) if home != path[0]]
        hint = f"{key} belongs in {' or '.join(homes)}" if homes else "nothing reads it: drop it"
    listed = ", ".join(known[:MOST_KEYS_LISTED]) + (", …" if len(known) > MOST_KEYS_LISTED else "")
    return Finding(path, f"unknown key {show(key)}", listed or "no keys", hint, on_key=True)


def _missing(path: KeyPath, root: type[BaseModel]) -> Finding:
    if isinstance(path[-1], int):
        return Finding(path[:-1], f"{path[-1]} entries", "two entries in square brackets")
    key = str(path[-1])
    said = ": ".join(filter(None, (words_at(path, root), description_at(path, root))))
    hint = ADVICE.get(key, f"add {key}")
    if systems_at(path):
        said, _ = _system_words("", path)
        hint = f'add {key}, such as {key} = "{systems_at(path)[0]}"'
    return Finding(path, f"no {key}", said, hint, on_key=True)


def _system_words(written: str, path: KeyPath) -> tuple[str, str]:
    """Return the systems that a field may name, in words, and advice."""
    systems = systems_at(path)
    hint = did_you_mean(written, systems) or "take the nearest and override its figures"
    return f"{description_at(path)}: {', '.join(systems)}", hint


def _allowed(error: ErrorDetails, path: KeyPath, root: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in COMPARISONS:
        key, words = COMPARISONS[kind]
        return words.format(f"{context[key]:g}")
    if kind == "string_pattern_mismatch":
        return pattern_words(str(context["pattern"]))
    if kind in SIZES:
        many, said = int(context[SIZES[kind]]), description_at(path, root)
        return "at least one entry" if many == 1 else f"{many} entries{f': {said}' if said else ''}"
    is_plain = kind.endswith("_type") and kind != "model_type"
    plain_words = KIND_WORDS.get(kind.partition("_")[0]) if is_plain else None
    return plain_words or OTHER_WORDS.get(kind) or words_at(path, root)


def _is_part(value: Any) -> bool:
    """Return whether a value may be a part: a table that is not a number."""
    return isinstance(value, dict) and not is_number(value)

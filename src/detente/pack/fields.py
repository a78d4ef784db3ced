"""The fields of a pack, table by table: those that are written and those that may be."""

import re
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from detente.errors import DetenteError, Fault
from detente.evidence.ledger import ORIGINS
from detente.pack.crisis import Reading
from detente.pack.files import merge
from detente.pack.number import COMPANIONS, WrittenNumber
from detente.pack.places import (
    KIND_WORDS,
    Allowed,
    description_at,
    is_table,
    keys_at,
    part_in,
    place_at,
    place_below,
    words_at,
)
from detente.pack.quantity import Quantity, unit_in_words
from detente.pack.resolve import resting, slots, systems_at
from detente.pack.toml import KeyPath, Unreadable, dotted, parse, value_at, value_text
from detente.text import capitalised, plain

Kind = Literal["number", "text", "day", "yes or no", "choice", "list", "changes", "other"]
KINDS: Mapping[type, Kind] = {str: "text", date: "day", bool: "yes or no"}
BETWEEN = re.compile(r"\s*(?:,|;|\bto\b)\s*")
"""Separators between two typed figures."""
LISTED = re.compile(r"[\s,\"'\[\]]+")
ALLOWED: Mapping[Kind, str] = {
    "text": "a text",
    "day": "a day, such as 2026-02-06",
    "yes or no": "true or false",
    "changes": "fields of the pack with their new values, one a line, as talks.packages = 3",
}
"""What may be typed into a form, in place of the format's quotes and braces."""
NEEDED = {
    "value": (1, 1, "one figure"),
    "range": (2, 2, "two figures, the lower first"),
    "chance": (1, 2, "one or two figures"),
    "gamma": (2, 2, "its shape, then its mean"),
}
"""Fewest and most figures of each form, and how that is said; a list of values has no limit."""
FORMS = {
    "value": "fixed: one figure",
    "range": "range: its 5th and its 95th percentile",
    "values": "one of a list of figures",
    "chance": "chance: one figure, or the two ends of what is known of it",
    "gamma": "gamma: its shape, its mean",
    "accepted": "calibrated: the name of a number of the accepted set",
}
"""The forms of a number, and the figures that each takes."""


class Field(NamedTuple):
    """A field of a pack: what it may hold and what it holds."""

    path: KeyPath
    kind: Kind
    says: Annotated[str, "what it is"]
    allowed: Annotated[str, "in words"]
    unit: str = ""
    choices: Annotated[tuple[str, ...], "the only values that it may have, if there are such"] = ()
    value: Annotated[Any, "as the pack has it; None if it is not written"] = None
    number: Annotated[WrittenNumber | None, "a number, or what stands in for it"] = None
    known: Annotated[Quantity | None, "what is known of a number without faults"] = None
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """Return the path as users write it."""
        return dotted(self.path)

    @property
    def table(self) -> str:
        """Return the path of its table; empty at the top of the pack."""
        return dotted(self.path[:-1])

    @property
    def is_written(self) -> bool:
        """Return whether the pack gives it."""
        return self.value is not None


def fields(reading: Reading) -> tuple[Field, ...]:
    """Return the fields of a pack, with or without faults, in the order of its text.

    Numbers given by a default or the catalogue follow. The result is empty if the text cannot be
    read.
    """
    merged = merge(reading.text.files)
    found = {field.path: field for field in _written(merged.tree, ())}
    for slot in slots(reading.model) if reading.model else ():
        if slot.applies or slot.path in found:
            field = _of_place(place_at(slot.path), slot.path, value_at(merged.tree, slot.path))
            known = reading.numbers.get(field.name)
            found[slot.path] = field._replace(number=resting(slot), known=known)
    listed = []
    for field in found.values():
        name, within = field.name, (f"{field.name}.", f"{field.name}[")
        faults = (
            one for one in reading.faults if one.field == name or one.field.startswith(within)
        )
        listed.append(field._replace(faults=tuple(faults)))
    return tuple(listed)


def _written(tree: Any, path: KeyPath) -> Iterator[Field]:
    """Yield the written fields of a table, then those that may be added."""
    for key, value in tree.items():
        here = (*path, key)
        place = place_at(here)
        is_list = isinstance(value, tuple) and bool(value)
        if place is not None and is_list and all(isinstance(entry, dict) for entry in value):
            for number, entry in enumerate(value):
                yield from _written(entry, (*here, number))
        elif place is not None and isinstance(value, dict) and _has_fields(place):
            yield from _written(value, here)
        else:
            yield _of_place(place, here, value)
    for key in keys_at(path):
        place = place_at((*path, key))
        if key in tree or place is None:
            continue
        # A number or a table is listed once it is written.
        if place.row is None and not is_table(place) and part_in(place.kind)[0] is None:
            yield _of_place(place, (*path, key), None)


def field_at(path: KeyPath) -> Field:
    """Return an unwritten field, with what it may hold."""
    return _of_place(place_at(path), path, None)


def _has_fields(place: Allowed) -> bool:
    """Return whether a table is listed field by field; a number counts as one field."""
    return place.row is None and is_table(place) and not _holds_changes(place)


def _holds_changes(place: Allowed) -> bool:
    """Return whether a place holds changes (paths and new values), which count as one field."""
    entry = place_below(place.kind, "") if is_table(place) else None
    return entry is not None and not is_table(entry)


def _of_place(place: Allowed | None, path: KeyPath, value: Any) -> Field:
    if place is None:
        return Field(path, "other", "A key that nothing reads", words_at(path), value=value)
    if place.row is not None:
        row = place.row
        unit = unit_in_words(row.unit)
        return Field(path, "number", capitalised(row.says), row.limits.words, unit, value=value)
    kind = _kind_of(place, value)
    allowed = ALLOWED.get(kind) or words_at(path)
    if kind == "list":
        each = words_at((*path, 0))
        allowed = each.replace("one of", "any of").replace(KIND_WORDS["string"], "texts")
    is_word = typing.get_origin(place.kind) is typing.Literal
    choices = tuple(map(str, typing.get_args(place.kind))) if is_word else systems_at(path)
    says = capitalised(description_at(path))
    return Field(path, kind, says, allowed, choices=choices, value=value)


def _kind_of(place: Allowed, value: Any) -> Kind:
    kind = place.kind
    if typing.get_origin(kind) is typing.Literal:
        return "choice" if all(isinstance(one, str) for one in typing.get_args(kind)) else "other"
    if _holds_changes(place) and isinstance(value, dict | None):
        return "changes"
    if typing.get_origin(kind) is tuple:
        # A list is of texts by what it has, or by what it may have.
        entry = place_below(kind, 0)
        is_word = entry is not None and typing.get_origin(entry.kind) is typing.Literal
        holds_texts = value is None and entry is not None and (is_word or entry.kind is str)
        if isinstance(value, tuple):
            holds_texts = all(isinstance(one, str) for one in value)
        return "list" if holds_texts else "other"
    known = KINDS.get(kind) if isinstance(kind, type) else None
    # A value of another type than its place has is shown as TOML has it.
    return known if known and isinstance(value, kind | None) else "other"


def toml_value(written: str) -> Any:
    """Return the value of a text of TOML.

    Raises `ValueError`, with the reason, if it is not TOML.
    """
    tree = parse(f"value = {written}\n")
    if isinstance(tree, Unreadable):
        raise ValueError(f"{tree.found}; allowed: {tree.allowed}. {tree.hint}")
    if tree.keys() != {"value"}:
        raise ValueError("more than one value; allowed: one value as TOML has it")
    return tree["value"]


def form_of(number: Mapping[str, Any]) -> str:
    """Return the form of a written number; the first form if it has none."""
    return next((form for form in FORMS if form in number), next(iter(FORMS)))


def figures_of(number: Mapping[str, Any]) -> str:
    """Return the figures of a written number as one line to be edited."""
    written = number.get(form_of(number), "")
    if isinstance(written, dict):
        written = tuple(written.get(key, "") for key in ("shape", "mean"))
    return _listed(written)


def _listed(written: Any) -> str:
    """Return a figure, several figures or a word as one line to be edited."""
    parts = written if isinstance(written, tuple) else (written,)
    return ", ".join(part if isinstance(part, str) else value_text(part) for part in parts)


def typed(field: Field) -> str:
    """Return the value of a field other than a number, as it is typed into a form."""
    if field.value is None:
        return ""
    if field.kind == "list":
        return "\n".join(field.value)
    if field.kind == "changes":
        return "\n".join(f"{name} = {value_text(value)}" for name, value in field.value.items())
    if field.kind in {"text", "day", "choice"}:
        return str(field.value)
    return value_text(field.value)


def form_values(field: Field) -> dict[str, str]:
    """Return the initial contents of a field's form.

    The reason of a default is left blank, since it is no reason for another value.
    """
    if field.kind != "number":
        return {"value": typed(field)}
    written: Any = field.value if isinstance(field.value, dict) else {}
    if not written and field.number is not None:
        written = field.number.model_dump(exclude_none=True)
    reasons = {}
    for key in ("gives", "because"):
        named = written.get(key, ())
        reasons[key] = LISTED.sub(" ", named if isinstance(named, str) else " ".join(named))
    if set(reasons["because"].split()) <= {*ORIGINS}:
        reasons["because"] = ""
    return {
        "form": form_of(written),
        "figures": figures_of(written),
        **{key: _listed(written.get(key, "")) for key in COMPANIONS},
        **reasons,
        "assumed": str(written.get("assumed", "")) if field.is_written else "",
    }


def value_from(field: Field, form: Mapping[str, str]) -> Any:
    """Return the value that a form gives a field, or None if it is blank or taken out.

    Raises `DetenteError` if the typed text is not a value of its kind.
    """
    if field.kind == "number":
        return _number_from(field, form)
    written = form.get("value", "").strip()
    if not written and not (field.kind == "text" and field.is_written):
        return () if field.kind == "list" and field.is_written else None
    if field.kind in {"text", "choice"}:
        return plain(written)
    if field.kind == "list":
        return tuple(filter(None, map(plain, written.splitlines())))
    if field.kind == "changes":
        return _changes(field, [line for line in written.splitlines() if line.strip()])
    return _value(field, written)


def _changes(field: Field, lines: list[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for line in lines:
        left, mark, value = line.partition("=")
        name = plain(left).strip('"')
        if not mark:
            hint = "write a field and its new value, as talks.packages = 3"
            raise DetenteError(f"no change: {line.strip()}", where=field.name, hint=hint)
        if name in changes:
            hint = "leave one of the lines"
            raise DetenteError(f"{name} is given twice", where=field.name, hint=hint)
        changes[name] = _value(field, value.strip())
    return changes


def _value(field: Field, written: str) -> Any:
    try:
        return toml_value(written)
    except ValueError as fault:
        raise DetenteError(f"no value: {fault}", where=field.name) from fault


def _number_from(field: Field, form: Mapping[str, str]) -> dict[str, Any] | None:
    kind = form.get("form", "")
    if not form.get("figures", "").strip():
        return None
    written: dict[str, Any] = {kind: _figures(field, kind, form["figures"])}
    for key, owners in COMPANIONS.items():
        if kind in owners and form.get(key, "").strip():
            line = form[key].strip()
            written[key] = line if key == "shape" else tuple(_numbers(field, line))
    for key in ("gives", "because"):
        named = tuple(filter(None, LISTED.split(form.get(key, ""))))
        if named:
            written[key] = named[0] if len(named) == 1 else named
    if form.get("assumed", "").strip():
        written["assumed"] = plain(form["assumed"])
    return {key: written[key] for key in WrittenNumber.model_fields if key in written}


def _figures(field: Field, kind: str, line: str) -> Any:
    if kind not in FORMS:
        raise DetenteError(f"no form: {kind}", where=field.name, hint=f"use {', '.join(FORMS)}")
    if kind == "accepted":
        return plain(line)
    numbers = tuple(_numbers(field, line))
    least, most, words = NEEDED.get(kind, (1, len(numbers), ""))
    if not least <= len(numbers) <= most:
        found = f"{len(numbers)} figures; allowed: {words}"
        hint = "write a point in a figure, and a comma between two: 0.1, 0.3"
        raise DetenteError(found, where=field.name, hint=hint)
    if kind == "gamma":
        return dict(zip(("shape", "mean"), map(float, numbers), strict=True))
    return numbers[0] if kind != "values" and len(numbers) == 1 else numbers


def _numbers(field: Field, line: str) -> list[float]:
    found = []
    for part in BETWEEN.split(line.strip(" []{}")):
        try:
            number = toml_value(part)
        except ValueError as fault:
            raise DetenteError(f"no number: {part}. {fault}", where=field.name) from fault
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            hint = "write figures such as 0.1, 0.3"
            raise DetenteError(f"no number: {part}", where=field.name, hint=hint)
        found.append(number)
    return found

"""A crisis written out whole: every number that it is played with, and what each rests on."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from detente.pack.crisis import Crisis
from detente.pack.number import FORMS, Number
from detente.pack.quantity import Quantity
from detente.pack.resolve import resting, slots
from detente.pack.toml import BARE_KEY, Tree, dotted

HEAD = (
    '# Every number of the crisis "{name}", those included that its pack leaves open:',
    '# because = "default" is the value that holds unless a pack gives another, and',
    '# because = "catalogue" is the figure of a known system, and because = "calibrated" is what',
    "# calibration on past crises left of a number.",
)


def resolved(crisis: Crisis) -> Tree:
    """Return the tables of a crisis with every number in them, changes included."""
    tree: Tree = crisis.model.model_dump(by_alias=True, exclude_none=True)
    for slot in slots(crisis.model):
        number, quantity = resting(slot), crisis.numbers.get(dotted(slot.path))
        if number is not None and quantity is not None:
            table = tree
            for part in slot.path[:-1]:
                table = table[str(part)]
            # Anew, so that numbers stand in the order of the format wherever they come from.
            table.pop(str(slot.path[-1]), None)
            table[str(slot.path[-1])] = _number(number, quantity)
    return tree


def resolved_text(crisis: Crisis) -> str:
    """Return a pack in one file that gives the same crisis, with nothing left open."""
    head = "\n".join(HEAD).format(name=crisis.name)
    return f"{head}\n\n" + "\n".join(lines_of(resolved(crisis))) + "\n"


def as_json(tables: Any) -> Any:
    """Return tables in the types that JSON has: days as texts, lists as lists."""
    if isinstance(tables, dict):
        return {key: as_json(below) for key, below in tables.items()}
    if isinstance(tables, tuple):
        return [as_json(entry) for entry in tables]
    return tables.isoformat() if isinstance(tables, date) else tables


def _number(number: Number, quantity: Quantity) -> Tree:
    """Return a number as a pack writes it, with the shape that its range has if it names none."""
    fields: Tree = number.model_dump(exclude_none=True)
    if quantity.kind == "range":
        fields["shape"] = quantity.shape
    if quantity.kind == "chance" and quantity.low == quantity.high:
        fields["chance"] = quantity.low
    if len(number.because) == 1:
        fields["because"] = number.because[0]
    return {key: fields[key] for key in Number.model_fields if fields.get(key, ()) != ()}


def lines_of(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the lines of tables as TOML has them; `path` is where they stand."""
    below = {key: value for key, value in table.items() if _stands_below(value)}
    for key, value in table.items():
        if key not in below:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in below.items():
        here = (*path, key)
        name = ".".join(_key(part) for part in here)
        if isinstance(value, tuple):
            for entry in value:
                yield from ("", f"[[{name}]]", *lines_of(entry, here))
        else:
            # A table that only holds others needs no line of its own.
            is_named = not value or not all(map(_stands_below, value.values()))
            yield from ("", f"[{name}]") if is_named else ()
            yield from lines_of(value, here)


def _stands_below(value: Any) -> bool:
    """Say whether a value gets lines of its own: a table that is no number, or a list of tables."""
    if isinstance(value, tuple):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict) and not FORMS.keys() & value.keys()


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, dict):
        pairs = (f"{_key(key)} = {_value(below)}" for key, below in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """Return a text in quotes; what cannot be seen is written as its number."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        character if character.isprintable() else f"\\U{ord(character):08x}" for character in quoted
    )

"""Writes packs: new files, a pack as of a later day, or a pack with every number in it."""

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from detente.disk import write_whole
from detente.errors import DetenteError, PackFaults, on_disk
from detente.evidence.ledger import ORIGINS, SIZE_ASSUMED
from detente.pack import files
from detente.pack.crisis import Crisis, read_crisis
from detente.pack.number import WrittenNumber, is_number
from detente.pack.quantity import Quantity
from detente.pack.resolve import resting, slots
from detente.pack.schema import schema
from detente.pack.toml import KeyPath, Tree, dotted, key_text, positions, value_text

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SCHEMA = "pack.schema.json"

RESOLVED_HEAD = (
    '# Every number of the crisis "{name}", those included that its pack leaves open:',
    f"# gives names claims that state the number, because those that bear on it: {SIZE_ASSUMED}",
    '# because = "default" is the value that holds unless a pack gives another, and',
    '# because = "catalogue" is the figure of a known system, and because = "calibrated" is what',
    "# calibration on past crises left of a number.",
)


def schema_text() -> bytes:
    """Return the schema file to which a pack points TOML editors."""
    text = json.dumps(schema("4", is_part=True), indent=1, ensure_ascii=False)
    return f"{text}\n".encode()


def write(place: Path, texts: Mapping[str, bytes]) -> None:
    """Write the files of a pack into a new folder, all of them or none.

    Raises `DetenteError` if the folder exists or cannot be written.
    """
    if place.exists():
        hint = "choose another name, or move the folder away"
        raise DetenteError("already there", where=str(place), hint=hint)
    # The folder has another name until all files are on the disk.
    aside = place.with_name(f".{place.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        with on_disk("cannot be written", where=place, hint="check space and access"):
            aside.mkdir()
            for name, text in texts.items():
                write_whole(aside / name, text)
            aside.rename(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


ACCEPTED_HEAD = """\
# Values of the calibrated numbers with which both reference packs give history's rates: each row,
# across the columns, is one set of values that goes together. Written by `detente lab calibrate`;
# packs take a row for each world. Not to be edited: a pack gives what it does not draw from here.
"""


def accepted_text(provenance: Mapping[str, Any], columns: Mapping[str, Iterable[float]]) -> str:
    """Return the file of an accepted set, with values of six digits."""
    numbers = {
        path: tuple(float(f"{value:.6g}") for value in column) for path, column in columns.items()
    }
    tables = {"provenance": dict(provenance), "numbers": numbers}
    return "\n".join((ACCEPTED_HEAD, *lines_of(tables), ""))


class Sighting(NamedTuple):
    """A sign that was seen or was missing, as an indicator that changes the odds of plans."""

    date: date
    points_to: tuple[str, ...]
    ratios: tuple[float, float]
    """Likelihood ratio of these plans against others, 5th and 95th percentile."""
    reason: str


def later_files(
    crisis: Crisis,
    as_of: date,
    sightings: Mapping[str, Sighting],
    *,
    name: str,
    start: Mapping[KeyPath, str] = MappingProxyType({}),
) -> dict[str, bytes]:
    """Return the files of a pack with a later as-of date and sightings as indicators.

    Everything else stays as written, comments included. `name` is what faults call the pack;
    `start` maps numbers that are true (1) at the new start to their reasons.

    Raises `PackFaults` if the pack has faults on that day, such as a force that has left by then.
    """
    from detente.pack.amending import amended  # noqa: PLC0415  what changes a text loads slowly

    taken = set(crisis.model.indicators)
    tables = {}
    for key, sighting in sightings.items():
        free = key
        while free in taken:
            free += "_again"
        taken.add(free)
        low, high = (float(f"{ratio:.4g}") for ratio in sighting.ratios)
        form = {"value": low} if low == high else {"range": (low, high)}
        tables[free] = {
            "date": sighting.date,
            "points_to": sighting.points_to,
            "likelihood_ratio": {**form, "assumed": sighting.reason},
        }
    dated = dict(crisis.files)
    holder = next(file for file, text in dated.items() if ("as_of",) in positions(text).spots)
    dated[holder] = amended(dated[holder], {("as_of",): as_of}, name=holder)
    for path, reason in start.items():
        table = next(
            (file for file, text in dated.items() if path[:1] in positions(text).spots), holder
        )
        number = {"value": 1, "assumed": reason}
        dated[table] = amended(dated[table], {path: number}, name=table)
    if tables:
        lines = "\n".join(lines_of({"indicators": tables}))
        dated[holder] += f"\n# Seen after {crisis.as_of}.\n{lines}\n".encode()
    faults = read_crisis(files.PackText(name, dated), {}).faults
    if faults:
        raise PackFaults(name, faults)
    return dated


def resolved(crisis: Crisis) -> Tree:
    """Return the tables of a crisis with every number written, changes included."""
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
    # The kinds of weapons of which a layer says nothing of its own are left out.
    for defence in tree["defences"].values():
        for layer in defence["layers"].values():
            layer["against"] = {kind: own for kind, own in layer["against"].items() if own}
            if not layer["against"]:
                del layer["against"]
    return tree


def resolved_text(crisis: Crisis) -> str:
    """Return a pack in one file that gives the same crisis without defaults or catalogue."""
    head = "\n".join(RESOLVED_HEAD).format(name=crisis.name)
    return f"{head}\n\n" + "\n".join(lines_of(resolved(crisis))) + "\n"


def _number(number: WrittenNumber, quantity: Quantity) -> Tree:
    """Return a number as a pack writes it, with the shape of its range made explicit."""
    fields: Tree = number.model_dump(exclude_none=True)
    if quantity.kind == "range":
        fields["shape"] = quantity.shape
    if quantity.kind == "chance" and quantity.low == quantity.high:
        fields["chance"] = quantity.low
    for key in ("gives", "because"):
        if len(fields[key]) == 1:
            fields[key] = fields[key][0]
    return {key: fields[key] for key in WrittenNumber.model_fields if fields.get(key, ()) != ()}


def lines_of(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield tables as lines of TOML; `path` is where they belong."""
    below = {key: value for key, value in table.items() if _stands_below(value)}
    for key, value in table.items():
        if key not in below:
            # Claims that bear on a number and do not give it leave its size assumed.
            claims = value.get("because", "") if isinstance(value, dict) else ""
            is_assumed = claims and claims not in ORIGINS and "gives" not in value
            remark = f" # {SIZE_ASSUMED}" if is_assumed else ""
            yield f"{key_text(key)} = {value_text(value)}{remark}"
    for key, value in below.items():
        here = (*path, key)
        name = ".".join(key_text(part) for part in here)
        if isinstance(value, tuple):
            for entry in value:
                yield from ("", f"[[{name}]]", *lines_of(entry, here))
        else:
            # A table that only holds others needs no line of its own.
            is_named = not value or not all(map(_stands_below, value.values()))
            yield from ("", f"[{name}]") if is_named else ()
            yield from lines_of(value, here)


def inline_lines(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of a table, one a line, with inner tables in braces."""
    return (f"{key_text(key)} = {value_text(value)}" for key, value in table.items())


def _stands_below(value: Any) -> bool:
    """Return whether a value is written in lines of its own: a table, or a list of tables."""
    if isinstance(value, tuple):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict) and not is_number(value)

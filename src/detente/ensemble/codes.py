"""Meanings of the columns of futures: names of codes, dates of days, nulls for "never".

The files have numbers (`kernel.endings.Future`), of which the run's checksum is made.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import IntEnum
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

from detente.endings import SETTLEMENTS, Ending
from detente.ensemble.record import Record
from detente.ensemble.tally import BEGINNERS, INITIATORS, NOBODY
from detente.kernel.endings import Ceasefire, FirstShot, Trigger, Violence
from detente.kernel.posture import PLANS

DAY, NEVER = "_day", -1
"""The suffix of columns of days, and the code of a day that never comes."""


def _coded(kind: Iterable[IntEnum]) -> dict[str, int]:
    return {member.name.lower(): int(member) for member in kind}


CODES: Mapping[str, Mapping[str, int]] = {
    "ending": _coded(Ending),
    "settlement": _coded(SETTLEMENTS),
    "violence": _coded(Violence),
    "trigger": _coded(Trigger),
    "first_shot": _coded(FirstShot),
    "ceasefire": _coded(Ceasefire),
    "initiator": {"none": NOBODY, **{role: place for place, role in enumerate(INITIATORS)}},
    "began": {"none": NOBODY, **{name: place for place, name in enumerate(BEGINNERS)}},
    "scale": {"none": NOBODY, "limited": 0, "campaign": 1},
    "answer": {"none": NOBODY, "absorbed": 0, "token": 1, "full": 2},
    "plan": {plan: place for place, plan in enumerate(PLANS)},
    "challenger_type": {"hard": 0, "soft": 1},
    "defender_type": {"tough": 0, "weak": 1},
}
"""The names and numbers of codes, by column."""
ORDERED = ("violence",)
"""Columns whose names are ordered."""
ABSENT = ("package", "snap_hard", "snap_tough", "front")
"""Columns, besides days, in which -1 means "none"."""
EPOCH = date(1970, 1, 1)
OF_CODES = re.compile(
    r", an? [A-Z]\w*|: 0 .*|, -1 [^\[]*?(?= ?\[|$)| \[days[^]]*\]$"
    r"|\b\d (?=hard|tough|soft|weak|resolved|unresolved)"
)
"""Parts of a column's description that are about codes and counted days."""


def has_days(column: str) -> bool:
    """Return whether a column has days since the as-of date."""
    return column.endswith(DAY)


def in_words(rows: pa.RecordBatch, record: Record) -> pa.RecordBatch:
    """Return futures with names, dates and nulls in place of the codes of a run's files."""
    columns = [_read(name, rows[name], record) for name in rows.schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema_in_words(rows.schema, record))


def schema_in_words(schema: pa.Schema, record: Record) -> pa.Schema:
    """Return the schema of futures with names, dates and nulls."""
    fields = []
    for field in schema:
        kind = _read(field.name, pa.array([], field.type), record).type
        description = field.metadata[b"description"].decode()
        if field.name in CODES or has_days(field.name) or field.name in ABSENT:
            description = OF_CODES.sub("", description)
        fields.append(pa.field(field.name, kind, metadata={"description": description}))
    return pa.schema(fields)


def _read(name: str, column: pa.Array, record: Record) -> pa.Array:
    import pyarrow.compute as pc  # type: ignore[import-untyped]  # noqa: PLC0415  runs need none

    if name in CODES:
        numbers = pa.array([*CODES[name].values()], column.type)
        places = pc.cast(pc.index_in(column, numbers), pa.int8())
        return pa.DictionaryArray.from_arrays(
            places, pa.array([*CODES[name]]), ordered=name in ORDERED
        )
    if has_days(name):
        start = (record.start - EPOCH).days
        days = pc.cast(
            pc.add(pc.cast(column, pa.int32()), pa.scalar(start, pa.int32())), pa.date32()
        )
        return pc.if_else(pc.equal(column, NEVER), None, days)
    return pc.if_else(pc.equal(column, NEVER), None, column) if name in ABSENT else column


def attributes_of(column: str, record: Record) -> dict[str, Any]:
    """Return the meaning of a column's codes or days, as attributes of the CF conventions."""
    if column in CODES:
        values = sorted(CODES[column].values())
        return {"flag_values": values, "flag_meanings": " ".join(CODES[column])}
    if has_days(column):
        return {"units": f"days since {record.as_of}", "_FillValue": NEVER}
    return {}

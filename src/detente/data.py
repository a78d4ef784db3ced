"""Converts results to JSON and to tables for pandas, polars and Arrow."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from detente.errors import from_extra

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

Row: TypeAlias = dict[str, Any]
"""Cells by column."""
FoundRow: TypeAlias = tuple[Row, Row]
"""The keys of a row, and its other cells."""
Dated: TypeAlias = Callable[[str, list[Any]], list[Any]]
"""Converts the days of a named column to dates."""

WHOLE = "result"
"""Name of the one-row table that holds what is not in other tables."""
KEYS = b"detente.keys"
"""Metadata entry of a table that names its key columns, one a line."""
DAY, NEVER = "day", -1
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ESTIMATE = re.compile(r"(?P<of>.*?_)?(?P<end>(?:spread_|chance_)?(?:low|high))")
AXES: Mapping[str, Sequence[str]] = {
    "but_for": ["mechanism"],
    "by_day": ["day"],
    "causes": ["mechanism"],
    "created": ["mechanism"],
    "differences": ["outcome"],
    "evidence": ["evidence"],
    "fighting": ["outcome"],
    "first_shot": ["first_shot"],
    "first_shot_of_wars": ["first_shot"],
    "hypotheses": ["hypothesis"],
    "inverse": ["goal"],
    "losses": ["side", "kind"],
    "next": ["event"],
    "numbers": ["field"],
    "ratios": ["hypothesis"],
    "reached": ["goal"],
    "runs": ["label"],
    "until": ["outcome"],
    "violence_by_settlement": ["violence", "settlement"],
    "without": ["mechanism"],
}
"""Names of key columns, where the singular of the table's name does not give them."""
OWN = ("value", "share", "difference")
"""Names under which an estimate holds its own figure."""
ENDS = {
    "low": "low end of the 90 % interval over worlds and chance, what another seed would give",
    "high": "high end of the 90 % interval over worlds and chance, what another seed would give",
    "spread_low": "5th percentile across worlds, sampling noise removed",
    "spread_high": "95th percentile across worlds, sampling noise removed",
    "chance_low": "low end of the 90 % sampling interval, the worlds held fixed",
    "chance_high": "high end of the 90 % sampling interval, the worlds held fixed",
}
"""Meanings of the columns of an estimate."""


def fields_of(result: object, names: str) -> Row:
    """Return some fields of a result; `names` are separated by spaces."""
    return {name: getattr(result, name) for name in names.split()}


def in_json(content: Any) -> Any:
    """Return content for JSON: records by field, codes by name, days as text."""
    if hasattr(content, "as_json"):
        return in_json(content.as_json())
    if hasattr(content, "_asdict"):
        return in_json(content._asdict())
    if isinstance(content, Mapping):
        return {in_json(key): in_json(one) for key, one in content.items()}
    if isinstance(content, list | tuple):
        return [in_json(one) for one in content]
    if isinstance(content, Enum):
        return content.name.lower()
    return content.isoformat() if isinstance(content, date) else content


def tables_of(
    content: Any, as_of: date | None = None, *, raw: bool = False
) -> "dict[str, pa.Table]":
    """Return the tables of a result by name, from its content as in JSON.

    An object of objects is a table with a row for each entry. A list of objects is a table with a
    row for each object, keyed by its first entry or counted. Objects within a row add columns.
    Tables within a row become tables of their own, such as `options.outcomes`, whose rows begin
    with the keys of the outer row. Single values form the row of the table `result`.

    Texts that are dates become dates, and so do days after the as-of date if that is given, except
    days that never come. `raw`: cells stay as they are.
    """
    found: dict[str, list[FoundRow]] = {}
    if isinstance(content, list):
        _collect(WHOLE, {}, content, found)
    else:
        cells, tables = _parted(content)
        for name, inner in tables.items():
            _collect(name, {}, inner, found)
        found[WHOLE] = [({}, cells)]
    dated = (lambda _, values: values) if raw else partial(_as_dates, as_of)
    return {name: _table(rows, dated) for name, rows in found.items()}


def empty() -> "pa.Table":
    """Return an empty table."""
    import pyarrow as pa  # noqa: PLC0415  when asked for

    return pa.table({})


def _collect(name: str, keys: Row, content: Any, found: dict[str, list[FoundRow]]) -> None:
    """Add the rows of a table and of the tables within them."""
    for own, inner in _rows(name, content):
        cells, tables = _parted(inner)
        about = {**keys, **own}
        found.setdefault(name, []).append((about, cells))
        for part, below in tables.items():
            _collect(f"{name}.{part}", about, below, found)


def _rows(name: str, content: Any) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """Yield the keys and the content of each row of a table."""
    if isinstance(content, list):
        for place, one in enumerate(content):
            first = next(iter(one))
            if _is_table(one[first]):
                yield {_singular(name): place}, one
            else:
                cells, tables = _parted({first: one[first]})
                # Of several parts, such as the ends of a range, their text is what finds a row.
                own = {
                    column: " to ".join(map(str, cell)) if isinstance(cell, list) else cell
                    for column, cell in cells.items()
                }
                rest = {key: value for key, value in one.items() if key != first}
                yield own, {**rest, **tables}
    elif _is_columns(content):
        (axis,) = _axes(name, 1)
        for place, numbers in enumerate(zip(*content.values(), strict=True)):
            yield {axis: place}, dict(zip(content, numbers, strict=True))
    else:
        entries = list(_entries(content))
        depths = {len(path) for path, _ in entries}
        axes = _axes(name, max(depths) if len(depths) == 1 else 1)
        for path, inner in entries:
            parts = path if len(depths) == 1 else [".".join(path)]
            own = dict(zip(axes, parts, strict=True))
            if _is_table(inner):
                yield from (({**own, **more}, rest) for more, rest in _rows(name, inner))
            else:
                yield own, inner or {}


def _entries(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each entry of nested objects, with the keys that lead to it."""
    for key, inner in content.items():
        if _is_named(inner):
            yield from (((key, *path), one) for path, one in _entries(inner))
        else:
            yield (key,), inner


def _parted(content: Mapping[str, Any], before: str = "") -> tuple[Row, Row]:
    """Return the cells of an object and of objects within it, and its tables."""
    cells: Row = {}
    tables: Row = {}
    for key, value in content.items():
        name = _named(before, key)
        if _is_table(value):
            tables[name] = value
        elif isinstance(value, Mapping):
            inner = _parted(value, name)
            cells |= inner[0]
            tables |= inner[1]
        else:
            cells[name] = value
    return cells, tables


def _named(before: str, key: str) -> str:
    """Return the column of an entry; an estimate's figure is named after the estimate.

    The path of a number, such as `talks.fade_rate`, is a name by itself.
    """
    if not before or "." in key:
        return key
    return before if key in OWN else f"{before}_{key}"


def _is_table(content: Any) -> bool:
    if isinstance(content, list):
        return bool(content) and all(isinstance(one, Mapping) and one for one in content)
    return _is_named(content) or _is_columns(content)


def _is_named(content: Any) -> bool:
    """Return whether an object's entries are rows or tables, each with a name."""
    if not isinstance(content, Mapping):
        return False
    inner = [one for one in content.values() if one is not None]
    return bool(inner) and all(isinstance(one, Mapping) or _is_table(one) for one in inner)


def _is_columns(content: Any) -> bool:
    """Return whether an object's entries are numeric columns of one length."""
    if not isinstance(content, Mapping) or not all(
        isinstance(one, list) for one in content.values()
    ):
        return False
    cells = [cell for column in content.values() for cell in column]
    are_numbers = bool(cells) and all(isinstance(cell, int | float) for cell in cells)
    return are_numbers and len({len(column) for column in content.values()}) == 1


def _axes(name: str, depth: int) -> list[str]:
    """Return the names of a table's key columns."""
    last = name.rpartition(".")[2]
    names = list(AXES.get(last, [_singular(last)]))
    more = [f"{names[-1]}_{place}" for place in range(2, depth + 2 - len(names))]
    return (names + more)[:depth]


def _singular(name: str) -> str:
    last = name.rpartition(".")[2]
    if last.endswith(("xes", "ches")):
        return last[:-2]
    return last[:-1] if last.endswith("s") else "key"


def _table(rows: Sequence[FoundRow], dated: Dated) -> "pa.Table":
    """Return rows as a table with key columns marked and known columns described."""
    import pyarrow as pa  # noqa: PLC0415  when asked for

    keys = list(dict.fromkeys(name for about, _ in rows for name in about))
    names = [*keys, *dict.fromkeys(name for _, cells in rows for name in cells if name not in keys)]
    whole = [{**cells, **about} for about, cells in rows]
    columns = [_column(dated(name, [row.get(name) for row in whole])) for name in names]
    fields = [
        pa.field(name, column.type, metadata=_described(name, names))
        for name, column in zip(names, columns, strict=True)
    ]
    return pa.table(columns, pa.schema(fields, {KEYS: "\n".join(keys)}))


def _column(cells: list[Any]) -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415  when asked for

    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Cells of several kinds, such as what fields are set to, are given as text.
        return pa.array([None if cell is None else str(cell) for cell in cells])


def _as_dates(as_of: date | None, name: str, cells: list[Any]) -> list[Any]:
    there = [cell for cell in cells if cell is not None]
    if there and all(isinstance(cell, str) and ISO_DATE.fullmatch(cell) for cell in there):
        return [cell and date.fromisoformat(cell) for cell in cells]
    if as_of is None or not (name == DAY or name.endswith(f"_{DAY}")):
        return cells
    return [None if cell in {None, NEVER} else as_of + timedelta(cell) for cell in cells]


def _described(name: str, names: Sequence[str]) -> dict[str, str] | None:
    """Return the meaning of a column of an estimate, which has more ends than a range."""
    found = ESTIMATE.fullmatch(name)
    before = found["of"] or "" if found else ""
    others = {f"{before}spread_low", f"{before}chance_low"} & set(names)
    if found is None or not others or f"{before}low" not in names:
        return None
    return {"description": ENDS[found["end"]]}


def keys_of(table: "pa.Table") -> list[str]:
    """Return the key columns of a table, none if its rows have no names."""
    keys: bytes = (table.schema.metadata or {}).get(KEYS, b"")
    return keys.decode().split("\n") if keys else []


def to_pandas(table: "pa.Table") -> Any:
    """Return a table as a pandas data frame, with its keys as index and NA for missing cells.

    Raises `DetenteError` if pandas is missing.
    """
    import pyarrow as pa  # noqa: PLC0415  when asked for

    pandas = from_extra("pandas", "pandas", needs="to_pandas")
    frame = table.to_pandas(date_as_object=False)
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        column = table[name]
        # Else whole numbers would turn into fractions where one is missing.
        if column.null_count and pa.types.is_integer(kind):
            numbers, is_missing = column.fill_null(0).to_numpy(), column.is_null().to_numpy()
            frame[name] = pandas.arrays.IntegerArray(numbers, is_missing)
    keys = keys_of(table)
    return frame.set_index(keys) if keys else frame


def to_polars(table: "pa.Table") -> Any:
    """Return a table as a polars data frame.

    Raises `DetenteError` if polars is missing.
    """
    return from_extra("polars", "polars", needs="to_polars").from_arrow(table)

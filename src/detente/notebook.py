"""Shows results: as text in Python, as HTML in notebooks, and as data frames."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from textwrap import shorten
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from detente import data
from detente.errors import DetenteError, UnknownRowError
from detente.text import offered

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]


class Views(Protocol):
    """The interface of the views, the layer above that puts results into words."""

    as_html: Callable[[object], str]
    as_few_lines: Callable[[object], str]
    as_text: Callable[[object], str]


views: Callable[[], Views] | None = None
"""Loads the views when a result is first shown; set by the package."""


def _loaded() -> Views:
    assert views is not None, "set by detente/__init__.py, which is imported first"  # noqa: S101
    return views()


WIDTH = 99
"""Width of listed tables [characters]."""


class TableRow(dict[str, Any]):
    """A row of a result's table; its cells are also attributes."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """Return a cell."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the row has no column {name!r}: {', '.join(self)}") from None


class TableSet(dict[str, "pa.Table"]):
    """Tables by name, shown one a line."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Name the tables, how many rows they have, and their columns."""
        lines = [
            f"{name}: {len(one)} x {', '.join(one.column_names)}" for name, one in self.items()
        ]
        return "\n".join(shorten(line, WIDTH, placeholder=" …") for line in lines)


class Shown:
    """A result that shows itself: briefly in Python, in full when printed, as HTML in notebooks.

    Its sentences are made by the views, the layer above, which are loaded only then. Its data are
    `tables`, the main one of which converts to pandas, polars and Arrow and has rows by name, such
    as `summary["any_war"]`.
    """

    __slots__ = ()
    main_table: ClassVar[str] = ""
    """Name of the main table; the first one if empty."""

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        return _loaded().as_html(self)

    def __repr__(self) -> str:
        """Return at most 20 lines and 2,000 characters."""
        return _loaded().as_few_lines(self)

    def __str__(self) -> str:
        """Return the whole answer as text."""
        return _loaded().as_text(self)

    def content(self) -> Any:
        """Return the content as objects, records and lists, from which JSON and tables are made.

        Each type of result has its own.
        """
        raise NotImplementedError

    def as_json(self) -> Any:
        """Return the content as a command prints it with `--json`.

        For a run whose worlds are weighed it has the key `weighed`.
        """
        weighing = getattr(getattr(self, "run", None), "weighing", None)
        content = self.content()
        if weighing is not None:
            content = {**content, "weighed": {"name": weighing.name, "worlds": weighing.effective}}
        return data.in_json(content)

    @property
    def tables(self) -> TableSet:
        """Return all Arrow tables by name."""
        return TableSet(self._tables(raw=False))

    def to_arrow(self, table: str = "", *, raw: bool = False) -> "pa.Table":
        """Return a table, by default the main one.

        Days are dates, null where something never comes. `raw`: cells as stored, or as in `--json`.

        Raises `DetenteError` if there is no such table.
        """
        tables, name = self._tables(raw=raw), table or self.main_table
        if not name:
            return next(iter(tables.values()))
        if name in tables:
            return tables[name]
        if not table:
            return data.empty()
        what, hint = f"there is no table {table!r}", offered(table, tables, "tables")
        raise DetenteError(what, where=type(self).__name__, hint=hint)

    def to_pandas(self, table: str = "", *, raw: bool = False) -> Any:
        """Return a table as a pandas data frame: keys are the index, codes are categories.

        Raises `DetenteError` if pandas is missing, or there is no such table.
        """
        return data.to_pandas(self.to_arrow(table, raw=raw))

    def to_polars(self, table: str = "", *, raw: bool = False) -> Any:
        """Return a table as a polars data frame.

        Raises `DetenteError` if polars is missing, or there is no such table.
        """
        return data.to_polars(self.to_arrow(table, raw=raw))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Offer the main table to any tool that reads Arrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def keys(self) -> list[Any]:
        """Return the names of the main table's rows."""
        table = self.to_arrow()
        names = (name for axis in data.keys_of(table) for name in table[axis].to_pylist())
        return [*dict.fromkeys(names)]

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the names of the main table's rows."""
        return iter(self.keys())

    def __getitem__(self, key: Any) -> Any:
        """Return the row of the main table with this name, or a list if several have it.

        Cells are attributes too: `summary["any_war"].low`.

        Raises `UnknownRowError` if none has.
        """
        table = self.to_arrow()
        axes = data.keys_of(table)
        rows = [TableRow(row) for row in table.to_pylist() if key in [row[axis] for axis in axes]]
        if not rows:
            names = [str(name) for name in self.keys()]
            hint = "its rows have no names, to_pandas() gives all"
            if names:
                hint = offered(str(key), names, "names")
            raise UnknownRowError(f"there is no {key!r}", where=type(self).__name__, hint=hint)
        return rows[0] if len(rows) == 1 else rows

    def _tables(self, *, raw: bool) -> "Mapping[str, pa.Table]":
        run = getattr(self, "run", None)
        as_of = date.fromisoformat(run.record.as_of) if run else None
        return data.tables_of(self.as_json(), as_of, raw=raw)

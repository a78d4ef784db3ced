"""How results show themselves: as text in Python, as HTML in a notebook, and as data."""

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
    """What says a result in words: the layer above, of which this one knows no more."""

    as_html: Callable[[object], str]
    as_few_lines: Callable[[object], str]
    as_text: Callable[[object], str]


views: Callable[[], Views] | None = None
"""Loads the views when a result is first shown; the package sets it."""


def _loaded() -> Views:
    assert views is not None, "set by detente/__init__.py, which is imported first"  # noqa: S101
    return views()


WIDTH = 99
"""Characters of a line in which a table is listed."""


class TableRow(dict[str, Any]):
    """A row of a result's table: its cells by column, which are attributes too."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """Return a cell."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the row has no column {name!r}: {', '.join(self)}") from None


class TableSet(dict[str, "pa.Table"]):
    """Tables by name, listed in a line each."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Name the tables, how many rows they have, and their columns."""
        lines = [
            f"{name}: {len(one)} x {', '.join(one.column_names)}" for name, one in self.items()
        ]
        return "\n".join(shorten(line, WIDTH, placeholder=" …") for line in lines)


class Shown:
    """A result that shows itself: a few lines in Python, all of it when printed, HTML in notebooks.

    What is said of a result stands in the views, the layer above, which is asked only then. What it
    holds is data: `tables`, of which the main one goes to pandas, polars and whatever reads Arrow,
    and whose rows are found by name, such as `summary["any_war"]`.
    """

    __slots__ = ()
    main_table: ClassVar[str] = ""
    """Which of its tables is meant where none is named; the first if empty."""

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        return _loaded().as_html(self)

    def __repr__(self) -> str:
        """Show it in at most 20 lines and 2,000 characters."""
        return _loaded().as_few_lines(self)

    def __str__(self) -> str:
        """Show all that is said of it."""
        return _loaded().as_text(self)

    def content(self) -> Any:
        """Return what it holds, in objects, records and lists: what JSON and tables are read from.

        Each kind of result has its own.
        """
        raise NotImplementedError

    def as_json(self) -> Any:
        """Return the content as a command prints it with `--json`.

        Of a run whose worlds are weighed it says so under `weighed`.
        """
        weighing = getattr(getattr(self, "run", None), "weighing", None)
        content = self.content()
        if weighing is not None:
            content = {**content, "weighed": {"name": weighing.name, "worlds": weighing.effective}}
        return data.in_json(content)

    @property
    def tables(self) -> TableSet:
        """Return all that it holds, as Arrow tables by name."""
        return TableSet(self._tables(raw=False))

    def to_arrow(self, table: str = "", *, raw: bool = False) -> "pa.Table":
        """Return a table, the main one unless another is named.

        Days are dates, and nothing stands where something never comes. `raw`: as it is kept, or as
        `--json` has it.

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
        """Return the same as a pandas data frame: keys are its index, codes are categories.

        Raises `DetenteError` if pandas is missing, or there is no such table.
        """
        return data.to_pandas(self.to_arrow(table, raw=raw))

    def to_polars(self, table: str = "", *, raw: bool = False) -> Any:
        """Return the same as a polars data frame.

        Raises `DetenteError` if polars is missing, or there is no such table.
        """
        return data.to_polars(self.to_arrow(table, raw=raw))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Offer the main table to any tool that reads Arrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def keys(self) -> list[Any]:
        """Return the names by which rows of the main table are found."""
        table = self.to_arrow()
        names = (name for axis in data.keys_of(table) for name in table[axis].to_pylist())
        return [*dict.fromkeys(names)]

    def __iter__(self) -> Iterator[Any]:
        """Go through the names by which rows of the main table are found."""
        return iter(self.keys())

    def __getitem__(self, key: Any) -> Any:
        """Return the row of the main table that has a name; a list of them where several have it.

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

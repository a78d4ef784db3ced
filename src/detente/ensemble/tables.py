"""Reads tables of numbers without using more memory than their rows should need.

Columns are built from and read as raw memory: for anything else pyarrow first loads pandas, if that
is installed, which takes a quarter of a second.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from typing import Annotated, Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from detente.opening import open_file

COMPRESSION = "none"
"""A compressed page can claim gigabytes, which its reader then allocates; ours are not compressed,
which makes files a third larger."""
PIECE = 1 << 20
"""Bytes read at a time."""
MOST_LISTED = 100
"""Maximum length of the lists in a footer, besides its columns."""
LABELS_AT_ONCE = 10_000
"""Rows whose label is read at a time."""
SHORTEST_LABELS = 1024
"""Minimum size of a column that repeats one label [bytes]; it has one byte more for every"""
ROWS_A_BYTE = 64
"""rows."""
LENGTH_AND_MARK = 8
"""Bytes after the footer: its length and the magic number of the format."""
ONE_NAME, NOT_COMPRESSED = b"\x19\x18", b"\x15\x00\x16"
"""Bytes around a column's name in the footer: before it a path of one name, after it no compression
and a count (Thrift's compact protocol)."""
SHORT_NAME = 128
"""The length of shorter names is one byte."""


class Expected(NamedTuple):
    """The columns and rows that a table should have."""

    columns: Annotated[Sequence[str], "names of its columns of numbers, in order"]
    rows: int
    label: Annotated[
        tuple[str, str] | None, "name and text of a first column with the same text in every row"
    ] = None

    @property
    def names(self) -> list[str]:
        """Return the names of all columns."""
        return [*([self.label[0]] if self.label else []), *self.columns]


class NotAsExpectedError(Exception):
    """A file has other contents than it should."""


class UnreadableError(NotAsExpectedError):
    """A file is no table or is damaged."""


def read_within(path: Traversable, most: int) -> bytes:
    """Return the content of a file of at most `most` bytes.

    Raises `OSError` if it cannot be read; `NotAsExpectedError` if it is longer.
    """
    pieces = []
    with open_file(path) as file:
        while piece := file.read(PIECE):
            most -= len(piece)
            if most < 0:
                raise NotAsExpectedError("is larger than it can be")
            pieces.append(piece)
    return b"".join(pieces)


def read_table(
    content: bytes, expected: Expected, check: Callable[[pa.Schema], None] | None = None
) -> pa.Table:
    """Return the numbers of a table, which are decoded only after its footer was checked.

    `check` may refuse the schema in the file before anything else is read. Only this thread reads:
    one that still holds the content while Python ends would abort the process.

    Raises `UnreadableError` if the file is damaged, `NotAsExpectedError` if it is another table.
    """
    with _opened(content, len(expected.names)) as file:
        if check is not None:
            check(file.schema_arrow)
        _check_footer(file, expected)
        _check_compression(file, content, expected)
        _check_label(file, expected)
        table = file.read(list(expected.columns), use_threads=False)
        table.validate(full=True)
    return table


def read_names(content: bytes, most: int) -> list[str]:
    """Return the names of a table's columns; nothing else is read.

    Raises `UnreadableError` if the file is damaged, `NotAsExpectedError` if it has more than `most`
    columns.
    """
    with _opened(content, most) as file:
        names: list[str] = file.schema_arrow.names
    if len(names) > most:
        raise NotAsExpectedError("has more columns than any")
    return names


@contextmanager
def _opened(content: bytes, columns: int) -> Iterator[pq.ParquetFile]:
    """Open a table, with limits on the memory that its footer can take."""
    try:
        with pq.ParquetFile(
            pa.BufferReader(content),
            page_checksum_verification=True,
            pre_buffer=False,
            thrift_string_size_limit=len(content) + 1,
            thrift_container_size_limit=columns + MOST_LISTED,
        ) as file:
            yield file
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as fault:
        raise UnreadableError(f"cannot be read: {fault}") from fault


def _groups(file: pq.ParquetFile) -> list[Any]:
    return [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]


def _check_footer(file: pq.ParquetFile, expected: Expected) -> None:
    counts = [group.num_rows for group in _groups(file)]
    if file.metadata.num_rows != expected.rows or sum(counts) != expected.rows or -1 in counts:
        raise NotAsExpectedError("holds another number of rows")
    schema = file.schema_arrow
    if schema.names != expected.names or file.metadata.num_columns != len(schema.names):
        raise NotAsExpectedError("has other columns")
    if not all(pa.types.is_primitive(schema.field(name).type) for name in expected.columns):
        raise NotAsExpectedError("has columns that hold no numbers")


def _check_compression(file: pq.ParquetFile, content: bytes, expected: Expected) -> None:
    """Refuse compressed columns.

    The bytes of the footer are checked first: pyarrow ends the process if it meets an unknown
    compression.
    """
    footer = content[-LENGTH_AND_MARK - int.from_bytes(content[-8:-4], "little") :]
    groups = _groups(file)
    for name in expected.names:
        path = name.encode()
        more, rest = divmod(len(path), SHORT_NAME)
        length = bytes([rest + SHORT_NAME, more]) if more else bytes([rest])
        if footer.count(ONE_NAME + length + path + NOT_COMPRESSED) < len(groups):
            raise NotAsExpectedError("is compressed")
    chunks = (group.column(place) for group in groups for place in range(len(expected.names)))
    if any(chunk.compression != "UNCOMPRESSED" for chunk in chunks):
        raise NotAsExpectedError("is compressed")


def _check_label(file: pq.ParquetFile, expected: Expected) -> None:
    """Refuse a text column that does not have the same short text in every row."""
    if expected.label is None:
        return
    name, label = expected.label
    if not pa.types.is_string(file.schema_arrow.field(0).type):
        raise NotAsExpectedError(f"holds no text in its column {name}")
    longest = SHORTEST_LABELS + expected.rows // ROWS_A_BYTE
    if sum(group.column(0).total_compressed_size for group in _groups(file)) > longest:
        raise NotAsExpectedError(f"has several texts in its column {name}, not one")
    for batch in file.iter_batches(LABELS_AT_ONCE, columns=[name], use_threads=False):
        if not batch.column(0).equals(to_label(label, len(batch))):
            raise NotAsExpectedError(f"has another {name} than {label}")


def to_column(values: np.ndarray) -> pa.Array:
    """Return an array as a column."""
    held = np.ascontiguousarray(values)
    return pa.Array.from_buffers(
        pa.from_numpy_dtype(held.dtype), len(held), [None, pa.py_buffer(held)]
    )


def to_label(text: str, rows: int) -> pa.Array:
    """Return a column with the same text in every row."""
    said = text.encode()
    ends = np.arange(rows + 1, dtype=np.int32) * np.int32(len(said))
    return pa.StringArray.from_buffers(rows, pa.py_buffer(ends), pa.py_buffer(said * rows))


def to_values(column: pa.ChunkedArray) -> np.ndarray:
    """Return the numbers of a column.

    Raises `NotAsExpectedError` if any is missing.
    """
    kind = np.dtype(column.type.to_pandas_dtype())
    found = [np.empty(0, kind)]
    for chunk in column.chunks:
        if chunk.null_count:
            raise NotAsExpectedError("has rows without a number")
        held = chunk.buffers()[1]
        if held is not None:
            found.append(np.frombuffer(held, kind)[chunk.offset : chunk.offset + len(chunk)])
    return np.concatenate(found)

"""The accepted set: values of the calibrated numbers with which the model gives history's rates."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

from detente.pack.toml import read_shipped

ACCEPTED = "accepted.toml"
"""The file that `detente lab calibrate` writes and that ships."""
PRIORS = "priors.toml"
"""What was known of the same numbers before, as a part of a pack."""
HEAD = """\
# Values of the calibrated numbers with which both reference packs give history's rates: each row,
# across the columns, is one set of values that goes together. Written by `detente lab calibrate`;
# packs take a row for each world. Not to be edited: a pack gives what it does not draw from here.
"""


class Accepted(NamedTuple):
    """Rows of values that go together, a column for each number, and how they came about.

    Each column has one value for each row; the order of the rows tells nothing.
    """

    provenance: Mapping[str, Any]
    columns: Mapping[str, tuple[float, ...]]

    @property
    def rows(self) -> int:
        """Return how many rows were accepted."""
        return len(next(iter(self.columns.values())))


@cache
def accepted() -> Accepted:
    """Return the accepted set that ships."""
    table = read_shipped(ACCEPTED)
    return Accepted(MappingProxyType(table["provenance"]), MappingProxyType(table["numbers"]))


def priors_text() -> bytes:
    """Return the file of a pack that puts the calibrated numbers at their priors."""
    return resources.files("detente.pack").joinpath(PRIORS).read_bytes()


def accepted_text(provenance: Mapping[str, Any], columns: Mapping[str, Iterable[float]]) -> str:
    """Return an accepted set as its file has it; values keep six digits."""
    lines = [HEAD, "[provenance]", *_fields(provenance), "", "[numbers]"]
    for path, column in columns.items():
        lines.append(f'"{path}" = [{", ".join(f"{value:.6g}" for value in column)}]')
    return "\n".join(lines) + "\n"


def _fields(provenance: Mapping[str, Any]) -> Iterator[str]:
    for key, value in provenance.items():
        if isinstance(value, Mapping):
            pairs = ", ".join(f'"{name}" = {_figure(figure)}' for name, figure in value.items())
            yield f"{key} = {{ {pairs} }}"
        else:
            yield f"{key} = {_figure(value)}"


def _figure(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return f"{value:.6g}" if isinstance(value, float) else str(value)

"""Every number beside what it rests on, and what rests on nothing, weakest first."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from detente.evidence.claim import Claim

CALIBRATED = "calibrated"
ORIGINS = ("default", "catalogue", CALIBRATED)
"""What a number rests on that its pack does not give: a default, a figure of the catalogue, or what
calibration on past crises left of it."""

WEAKNESS = ("default", "", "catalogue", CALIBRATED)
"""What rests on no claim, weakest first: a default, words alone, a figure of a known system, what
gives history's rates."""


class Resting(Protocol):
    """A number, or a hypothesis, that says what it rests on."""

    @property
    def because(self) -> tuple[str, ...]:
        """Return the keys of the claims behind it, or the origin of a number not given."""

    @property
    def assumed(self) -> str | None:
        """Return the reason in words, if there is one."""


class Row(NamedTuple):
    """One number's row: the grade is that of its best claim, or empty if it has none."""

    field: str
    because: tuple[str, ...]
    grade: str
    assumed: str

    @property
    def is_supported(self) -> bool:
        """Say whether a claim stands behind the number."""
        return self.grade != ""


class Ledger(NamedTuple):
    """What a crisis rests on.

    `unsupported` numbers have no claim behind them, the weakest first; `unused` claims have no
    number and no hypothesis that rests on them.
    """

    rows: tuple[Row, ...]
    unsupported: tuple[Row, ...]
    unused: tuple[str, ...]


def ledger(
    numbers: Iterable[tuple[str, Resting]],
    claims: Mapping[str, Claim],
    *,
    hypotheses: Iterable[Resting] = (),
) -> Ledger:
    """Return what numbers rest on, in the order in which they come."""
    rows = tuple(_row(field, number, claims) for field, number in numbers)
    unsupported = sorted((row for row in rows if not row.is_supported), key=_weakness)
    used = {claim for resting in (*rows, *hypotheses) for claim in resting.because}
    return Ledger(rows, tuple(unsupported), tuple(key for key in claims if key not in used))


def _row(field: str, number: Resting, claims: Mapping[str, Claim]) -> Row:
    grades = [_strength(claims[claim].grade) for claim in number.because if claim in claims]
    grade = "".join(reversed(min(grades))) if grades else ""
    return Row(field, number.because, grade, number.assumed or "")


def _strength(grade: str) -> tuple[str, str]:
    """Return a grade so that the smaller is the stronger: what is said counts first."""
    return grade[1], grade[0]


def _weakness(row: Row) -> int:
    origin = next((reason for reason in row.because if reason in ORIGINS), "")
    return WEAKNESS.index(origin)

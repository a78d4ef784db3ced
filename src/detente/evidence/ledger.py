"""The ledger: every number with its claims, weakest first, and its exports."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from detente.evidence.claim import Claim, Source
from detente.text import guard

CALIBRATED = "calibrated"
ORIGINS = ("default", "catalogue", CALIBRATED)
"""Origins of numbers that a pack does not give: a default, the catalogue, or the accepted set."""

WEAKNESS = ("default", "", "catalogue", CALIBRATED)
"""Numbers without a claim, weakest first: a default, words alone, the catalogue, the accepted set.
"""

SIZE_ASSUMED = "size assumed"
"""Shown in place of a grade where claims bear on a number but none gives its size."""

COLUMNS = (
    "row",
    "key",
    "value",
    "gives",
    "because",
    "assumed",
    "grade",
    "says",
    "source",
    "confirmed_by",
    "title",
    "publisher",
    "published",
    "date",
    "by",
    "kind",
    "start",
    "end",
    "sha256",
    "numbers",
    "accepted_by",
    "accepted_on",
)
"""`row` is number or claim; cells that do not apply are empty."""

CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"detente": "urn:detente:"})
"""Vocabularies of the annotations: W3C's, and ours where it has no term."""


class Resting(Protocol):
    """Anything with reasons: a number, a hypothesis or an event."""

    @property
    def because(self) -> tuple[str, ...]:
        """Return the keys of its claims, or the origin of a number that the pack does not give."""

    @property
    def assumed(self) -> str | None:
        """Return the reason in words, if there is one."""


class Graded(Resting, Protocol):
    """A number with the claims that give its size, or only bear on it."""

    @property
    def gives(self) -> tuple[str, ...]:
        """Return the keys of the claims that give its size."""


class LedgerRow(NamedTuple):
    """A number's row of the ledger; its grade is that of the best claim that gives it.

    The grade is `size assumed` if claims only bear on the number, and empty without claims.
    """

    field: str
    because: tuple[str, ...]
    gives: tuple[str, ...]
    grade: str
    assumed: str

    @property
    def is_supported(self) -> bool:
        """Return whether the number has a claim."""
        return self.grade != ""

    @property
    def is_given(self) -> bool:
        """Return whether a claim gives the number's size."""
        return self.grade not in {"", SIZE_ASSUMED}


class Ledger(NamedTuple):
    """The ledger of a crisis.

    `unsupported` are the numbers without a claim, weakest first; `unused` are the claims on which
    no number and no hypothesis rests.
    """

    rows: tuple[LedgerRow, ...]
    unsupported: tuple[LedgerRow, ...]
    unused: tuple[str, ...]

    @property
    def given(self) -> tuple[LedgerRow, ...]:
        """Return the numbers whose size a claim gives."""
        return tuple(row for row in self.rows if row.is_given)


def ledger(
    numbers: Iterable[tuple[str, Graded]],
    claims: Mapping[str, Claim],
    *,
    hypotheses: Iterable[Resting] = (),
) -> Ledger:
    """Return the ledger of numbers, in their order."""
    rows = tuple(_row(field, number, claims) for field, number in numbers)

    def weakness(row: LedgerRow) -> int:
        origin = next((reason for reason in row.because if reason in ORIGINS), "")
        return WEAKNESS.index(origin)

    unsupported = sorted((row for row in rows if not row.is_supported), key=weakness)
    used = {claim for resting in (*rows, *hypotheses) for claim in resting.because}
    return Ledger(rows, tuple(unsupported), tuple(key for key in claims if key not in used))


def _row(field: str, number: Graded, claims: Mapping[str, Claim]) -> LedgerRow:
    # The digit, for what is said, counts before the letter of who says it.
    grades = [claims[claim].grade[::-1] for claim in number.gives]
    bearing = SIZE_ASSUMED if any(claim in claims for claim in number.because) else ""
    grade = min(grades)[::-1] if grades else bearing
    return LedgerRow(field, number.because, number.gives, grade, number.assumed or "")


class Evidence(NamedTuple):
    """The export of a ledger: its rows, claims and sources, and every number in words."""

    name: str
    ledger: Ledger
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    values: Mapping[str, str]

    def numbers_given_by(self, claim: str) -> tuple[str, ...]:
        """Return the fields of the numbers whose size a claim gives."""
        return tuple(row.field for row in self.ledger.rows if claim in row.gives)

    def numbers_on(self, claim: str) -> tuple[str, ...]:
        """Return the fields of the numbers that rest on a claim."""
        return tuple(row.field for row in self.ledger.rows if claim in row.because)


def to_csv(evidence: Evidence) -> str:
    """Return a CSV table of numbers, then claims; no cell is a formula."""
    stream = io.StringIO()
    table = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for cells in _csv_rows(evidence):
        table.writerow({column: guard(str(cell)) for column, cell in cells.items()})
    return stream.getvalue()


def _csv_rows(evidence: Evidence) -> Iterator[dict[str, Any]]:
    """Yield the cells of each number, then those of each claim."""
    for row in evidence.ledger.rows:
        yield {
            "row": "number",
            "key": row.field,
            "value": evidence.values[row.field],
            "gives": "; ".join(row.gives),
            "because": "; ".join(row.because),
            "assumed": row.assumed,
            "grade": row.grade,
        }
    for key, claim in evidence.claims.items():
        source = evidence.sources[claim.source]
        yield {
            "row": "claim",
            "key": key,
            **claim.model_dump(mode="json", exclude={"at"}, exclude_none=True),
            "confirmed_by": "; ".join(claim.confirmed_by),
            "gives": "; ".join(evidence.numbers_given_by(key)),
            "title": source.title,
            "publisher": source.publisher,
            "published": source.date or "",
            "numbers": "; ".join(evidence.numbers_on(key)),
            **(claim.at.model_dump(mode="json") if claim.at else {}),
        }


def to_json_lines(evidence: Evidence) -> str:
    """Return one annotation a line for each claim, in W3C's Web Annotation model."""
    return "".join(f"{json.dumps(one)}\n" for one in _annotations(evidence))


def _annotations(evidence: Evidence) -> Iterator[dict[str, Any]]:
    base = f"urn:detente:{evidence.name}"
    for key, claim in evidence.claims.items():
        said = claim.model_dump(mode="json", exclude_none=True)
        accepted = ("accepted_by", "accepted_on")
        yield {
            "@context": CONTEXT,
            "id": f"{base}:claim:{key}",
            "type": "Annotation",
            "motivation": "describing",
            "body": {"type": "TextualBody", "value": claim.says, "format": "text/plain"},
            "target": _target(claim, evidence.sources[claim.source], base),
            **{f"detente:{name}": said[name] for name in ("by", "kind", "date", "grade")},
            "detente:confirmed_by": said["confirmed_by"],
            "detente:numbers": evidence.numbers_on(key),
            "detente:gives": evidence.numbers_given_by(key),
            **{f"detente:{name}": said[name] for name in accepted if name in said},
        }


def _target(claim: Claim, source: Source, base: str) -> dict[str, Any]:
    content = source.model_dump(mode="json", exclude_none=True)
    document = {
        "id": f"{base}:source:{claim.source}",
        "type": "Text",
        **{key if key == "language" else f"detente:{key}": value for key, value in content.items()},
    }
    target: dict[str, Any] = {"type": "SpecificResource", "source": document}
    if claim.at is not None:
        target["selector"] = {
            "type": "TextPositionSelector",
            "start": claim.at.start,
            "end": claim.at.end,
            "detente:sha256": claim.at.sha256,
        }
    return target

"""Assumptions: every number that rests on no claim, the softest first."""

from detente.analysis.wording import quantity
from detente.evidence import LedgerRow
from detente.pack import Crisis
from detente.views.blocks import Column, Section, Table
from detente.views.material import Material

ORIGINS = {
    "default": "a general default",
    "catalogue": "the catalogue of systems",
    "calibrated": "past crises (fitted)",
}
"""What an origin of the program's own is called."""


def section(material: Material) -> Section:
    """Return the numbers that rest on no claim."""
    rows = material.ledger.unsupported
    return Section(
        key="assumptions",
        title="Assumptions, the softest first",
        answer=(
            (
                f"{len(rows)} of {len(material.ledger.rows)} numbers rest on no claim. First come "
                "general defaults, then reasons in words, figures of known systems, and what was "
                "fitted to past crises.",
            ),
        ),
        blocks=(_table(material.crisis, rows),) if rows else (),
    )


def _table(crisis: Crisis, rows: tuple[LedgerRow, ...]) -> Table:
    return Table(
        "assumptions",
        "Numbers that rest on no claim",
        (
            Column("Number"),
            Column("Value or 90 % range", origin="assumed"),
            Column("Rests on"),
        ),
        tuple((row.field, quantity(crisis.numbers[row.field]), _reason(row)) for row in rows),
        level="full",
    )


def _reason(row: LedgerRow) -> str:
    origins = [ORIGINS[key] for key in row.because if key in ORIGINS]
    return "; ".join([*origins, *((row.assumed,) if row.assumed else ())])

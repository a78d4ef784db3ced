"""What it rests on: how many numbers stand on claims, on past crises, on words, on defaults."""

from collections.abc import Iterator

from detente.report.blocks import Block, Column, Section, Table, told
from detente.report.material import Material
from detente.report.method import method

KINDS = {
    "claims": "claims of sources, graded",
    "calibrated": "past crises (fitted)",
    "assumed": "a reason in words",
    "general": "general defaults and the catalogue of systems",
}
"""What numbers rest on, as the run's record counts them."""


def section(material: Material) -> Section:
    """Return the answer to what the result rests on."""
    evidence = material.run.record.evidence
    return Section(
        key="resting",
        title="What does it rest on?",
        answer=(
            told(
                f"Of {evidence['numbers']} numbers {evidence['claims']} rest on claims, "
                f"{evidence['calibrated']} on past crises, {evidence['assumed']} on a reason in "
                f"words and {evidence['general']} on general defaults."
            ),
        ),
        blocks=tuple(_blocks(material)),
        method=method(
            material,
            how="Every number of the pack carries what it rests on; the counts are of the run's "
            "own record.",
            left_out="A claim's grade is a judgement of the analyst who wrote the pack.",
            would_change="Better sources for the softest assumptions, which are listed below.",
        ),
    )


def _blocks(material: Material) -> Iterator[Block]:
    evidence = material.run.record.evidence
    yield Table(
        "resting",
        "What the numbers rest on",
        (Column("Rests on"), Column("Numbers", is_number=True)),
        tuple((says, f"{evidence[kind]}") for kind, says in KINDS.items()),
    )

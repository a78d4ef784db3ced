"""Evidence with gradings: who said what, how it is graded, how many numbers rest on it."""

from collections.abc import Iterator, Mapping

from detente.evidence import Source
from detente.views.blocks import Block, Column, Section, Table, Words
from detente.views.material import Material


def section(material: Material) -> Section:
    """Return the claims behind the numbers and the documents that they come from."""
    claims, sources = len(material.crisis.claims), len(material.crisis.sources)
    return Section(
        key="evidence",
        title="Evidence and its gradings",
        answer=(_answer(claims, sources),),
        blocks=tuple(_blocks(material)),
    )


def _answer(claims: int, sources: int) -> Words:
    if not claims:
        return ("The pack carries no claims: every number is an assumption.",)
    return (
        f"{claims} claims from {sources} sources, in our own words and attributed. Grades are "
        "Admiralty codes: a letter for the source, A reliable to F unknown; a digit for what it "
        "says, 1 confirmed to 6 unknown.",
    )


def _blocks(material: Material) -> Iterator[Block]:
    if material.crisis.sources:
        yield _sources(material.crisis.sources)
    if material.crisis.claims:
        yield _claims(material)


def _sources(sources: Mapping[str, Source]) -> Table:
    return Table(
        "sources",
        "Documents",
        (Column("Key"), Column("Document"), Column("Publisher, author, date")),
        tuple(
            (key, one.title, ", ".join(str(part) for part in _rest(one) if part))
            for key, one in sources.items()
        ),
    )


def _claims(material: Material) -> Table:
    rows = material.ledger.rows
    return Table(
        "claims",
        "Claims",
        (
            Column("Claim"),
            Column("Grade"),
            Column("What is said", origin="reported"),
            Column("By, kind, date"),
            Column("Source"),
            Column("Numbers", is_number=True),
        ),
        tuple(
            (
                key,
                one.grade,
                one.says,
                f"{one.by}; {one.kind}; {one.date}",
                one.source,
                f"{sum(key in row.because for row in rows)}",
            )
            for key, one in material.crisis.claims.items()
        ),
        level="full",
    )


def _rest(source: Source) -> tuple[object, ...]:
    return source.publisher, source.author, source.date

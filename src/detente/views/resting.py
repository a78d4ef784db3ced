"""What it rests on: how many numbers stand on claims, on past crises, on words, on defaults."""

from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.influence import OUTCOMES, Shift
from detente.views.blocks import Block, Column, Listing, Picture, Section, Table, Words, told
from detente.views.material import Material
from detente.views.method import method

ASKED = OUTCOMES[0]
"""The outcome of which the answer tells what it hangs on."""
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
            *_heaviest(material),
            (
                f"Of {evidence['numbers']} numbers {evidence['claims']} rest on claims, "
                f"{evidence['calibrated']} on past crises, {evidence['assumed']} on a reason in "
                f"words and {evidence['general']} on general defaults.",
            ),
        ),
        blocks=tuple(_blocks(material)),
        method=method(
            material.run,
            how="A claim that is wrong puts its numbers where worlds have them farthest out; how "
            "far the share moves is a straight line over the run's own worlds.",
            left_out="A claim's grade is a judgement of the analyst who wrote the pack.",
            would_change="Better sources for the softest assumptions, which are listed below.",
        ),
    )


def _heaviest(material: Material) -> Iterator[Words]:
    """Say which claim moves war most if it is wrong, of those that can be told."""
    shifts = _shifts(material, ASKED)
    standing = [key for key, shift in shifts.items() if shift.stands_out]
    if not standing:
        yield (
            "In this model no single claim surely moves war if it is wrong, as far as the worlds "
            "of this run tell.",
        )
        return
    most = max(standing, key=lambda key: shifts[key].shift)
    grade = material.influence.claims[most].claim.grade
    yield (
        f"If the claim “{most}” (graded {grade}) is wrong, war moves in this model by ",
        *told(f"{_moved(shifts[most])} of 100 futures."),
    )


def _shifts(material: Material, outcome: str) -> dict[str, Shift]:
    claims = material.influence.claims
    return {key: one.shifts[outcome] for key, one in claims.items() if outcome in one.shifts}


def _moved(one: Shift) -> str:
    return wording.share(one.shift, one.low, one.high)


def _blocks(material: Material) -> Iterator[Block]:
    evidence, shifts = material.run.record.evidence, _shifts(material, ASKED)
    yield Table(
        "resting",
        "What the numbers rest on",
        (Column("Rests on"), Column("Numbers", is_number=True)),
        tuple((says, f"{evidence[kind]}") for kind, says in KINDS.items()),
    )
    yield Picture("evidence", material.influence)
    if shifts:
        yield Table(
            "influence",
            "How far outcomes move if a claim is wrong, of 100 futures (90 % intervals)",
            (
                Column("Claim"),
                Column("Grade"),
                Column("War", is_number=True, origin="modelled"),
                Column("Deals", is_number=True, origin="modelled"),
                Column("Told"),
            ),
            tuple(_rows(material)),
            level="full",
        )
    if material.influence.notes:
        yield Listing("Notes", tuple((note,) for note in material.influence.notes))


def _rows(material: Material) -> Iterator[tuple[str, ...]]:
    for key, one in material.influence.claims.items():
        if one.shifts:
            moved = (_moved(one.shifts[outcome]) for outcome in OUTCOMES)
            is_told = any(shift.is_told for shift in one.shifts.values())
            yield key, one.claim.grade, *moved, "yes" if is_told else "too small to tell"

"""Whether the source is right, in this model: what is held, and what would speak against it."""

from detente.report.blocks import Column, Section, Table
from detente.report.material import Material
from detente.report.method import method


def section(material: Material) -> Section:
    """Return the answer to whether what is held about the crisis stands in this model."""
    held = material.crisis.hypotheses
    return Section(
        key="hypotheses",
        title="Is what is held about it right, in this model?",
        answer=(
            (f"The pack holds {len(held)} hypotheses, each with what would speak against it.",)
            if held
            else ("The pack holds no hypotheses.",),
        ),
        blocks=(_table(material),) if held else (),
        method=method(
            material,
            how="A hypothesis is written with the result that would reject it, before anything "
            "is played.",
            left_out="Whether it is true of the world: a model can only contradict itself.",
            would_change="Another reading of the same documents.",
        ),
    )


def _table(material: Material) -> Table:
    return Table(
        "hypotheses",
        "What is held, and what would reject it",
        (Column("Held"), Column("Rejected if"), Column("Held by (claims)")),
        tuple(
            (one.says, one.rejected_if, ", ".join(one.because) or one.assumed or "")
            for one in material.crisis.hypotheses.values()
        ),
    )

"""Whether what is held about the crisis stands, in this model: each test with its result."""

import shlex
from collections import Counter
from collections.abc import Iterator

from detente.analysis.hypotheses import Hypotheses, Tested
from detente.analysis.hypotheses.words import VERDICTS, measured
from detente.views.blocks import Block, Column, Command, Section, Table, Words
from detente.views.material import Material
from detente.views.method import method


def section(material: Material) -> Section:
    """Return the answer to whether what is held about the crisis stands in this model."""
    held = material.crisis.hypotheses
    return Section(
        key="hypotheses",
        title="Is what is held about it right, in this model?",
        answer=(_answer(material),),
        blocks=tuple(_blocks(material)) if held else (),
        method=method(
            material.run,
            how="Each hypothesis is written with the result that would reject it, then tested by "
            "changing fields and playing again on the same draws.",
            left_out="Whether it is true of the world: a model can only speak for itself.",
            would_change="Another reading of the same documents, and wider ranges: a verdict has "
            "to hold over worlds.",
        ),
    )


def _answer(material: Material) -> Words:
    held, found = material.crisis.hypotheses, material.hypotheses
    if not held:
        return ("The pack holds no hypotheses.",)
    if found is None:
        return (
            f"The pack holds {len(held)} hypotheses, each with what would speak against it; they "
            "have not been tested on this run yet.",
        )
    counts: Counter[str] = Counter(one.verdict for one in found.tested)
    said = ", ".join(f"{counts[key]} {word}" for key, word in VERDICTS.items() if counts[key])
    return (f"In this model, of {len(found.tested)} hypotheses: {said}.",)


def _blocks(material: Material) -> Iterator[Block]:
    found = material.hypotheses
    if found is None:
        folder = shlex.quote(str(material.run.folder))
        yield Command(
            "The tests play the run's worlds again, which takes minutes (--dry-run says how many); "
            "ask for them, then write the report again, or add --complete:",
            f"detente hypotheses {folder}",
        )
        yield _held(material)
    else:
        yield _verdicts(found)
        yield Command("Each can be tested again by itself:", found.tested[0].command)


def _held(material: Material) -> Table:
    return Table(
        "hypotheses",
        "What is held, and what would reject it",
        (Column("Held"), Column("Rejected if"), Column("Held by (claims)")),
        tuple(
            (one.says, one.rejected_if, ", ".join(one.because) or one.assumed or "")
            for one in material.crisis.hypotheses.values()
        ),
    )


def _verdicts(found: Hypotheses) -> Table:
    return Table(
        "hypotheses",
        f"What is held, and what its test found in {found.worlds} worlds (90 % intervals)",
        (
            Column("Held"),
            Column("Verdict"),
            Column("Rests on", origin="modelled"),
            Column("Rejected if"),
        ),
        tuple(_row(one) for one in found.tested),
    )


def _row(one: Tested) -> tuple[str, ...]:
    on = one.rests_on
    basis = one.why if on is None else f"{on.name}: {measured(on)}"
    hypothesis = one.hypothesis
    return hypothesis.says, VERDICTS[one.verdict], basis, hypothesis.rejected_if

"""How good such a model is: what it was fitted to, how well it fits, what has not been tried."""

from collections.abc import Iterator

from detente.analysis.history.bands import BANDS, COMPUTED
from detente.pack.quantity import accepted
from detente.views.blocks import Block, Column, Section, Sentence, Table, told
from detente.views.material import Material
from detente.views.method import fared, method


def section(material: Material) -> Section:
    """Return the answer to how good such a model is."""
    return Section(
        key="fitness",
        title="How good is such a model?",
        answer=(fared(),),
        blocks=tuple(_blocks(material)),
        method=method(
            material.run,
            how="The fit is made once, with two packs that stand for no crisis, and ships.",
            left_out="Who fights whom and why: only rates of endings and lengths are fitted.",
            would_change="A back-test on the crises that were kept aside, against honest "
            "baselines; it has not been made.",
        ),
    )


def _blocks(material: Material) -> Iterator[Block]:
    provenance = accepted().provenance
    foretold, errors = provenance["foretold"], provenance["errors"]
    yield Table(
        "history",
        f"Rates of past crises that the fit meets ({COMPUTED}; 95 % intervals), %",
        (
            Column("Share of crises"),
            Column("History", is_number=True, origin="reported"),
            Column("95 % interval", is_number=True, origin="reported"),
            Column("The fit gives", is_number=True, origin="modelled"),
            Column("Error of the fit", is_number=True, origin="modelled"),
        ),
        tuple(
            (
                band.says,
                _percent(band.value),
                f"{_percent(band.low)} to {_percent(band.high)}",
                _percent(foretold[key]),
                _percent(errors[key]),
            )
            for key, band in BANDS.items()
            if key in foretold and key in errors
        ),
    )
    yield Sentence(told(_solver(material)))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100.0 * share:.1f}"


def _solver(material: Material) -> str:
    outcome = material.run.outcome
    unsettled = outcome.unsettled / max(1, outcome.visited)
    return (
        f"In this run {100 * unsettled:.2f} % of the visited decisions did not settle (at most 1 % "
        f"may not), and {outcome.violations} futures break a law of every future."
    )

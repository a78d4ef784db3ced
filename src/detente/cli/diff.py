"""`detente diff`: what differs between two packs, from what to what."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.pack import Quantity
    from detente.pack.comparison import NumberDifference, PackComparison


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="Name of a pack that ships, or a path.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The pack to compare with it.")],
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say what differs between two packs.

    Numbers, those left to defaults and the catalogue included, claims, options, hypotheses and all
    the rest, each as it was in A and as it is in B. A key that alone differs, as of an actor or a
    layer, is said to be renamed. Status 0 whether anything differs or not.
    """
    from detente.pack import load
    from detente.pack.comparison import compare
    from detente.views.since import packs

    comparison = compare(load(before), load(after))
    if json:
        terminal.show_json(_as_json(before, after, comparison))
    else:
        terminal.show_sections(packs(before, after, comparison), quiet=quiet)
    return 0


def _as_json(before: str, after: str, comparison: "PackComparison") -> dict[str, Any]:
    """Return all lists; `renamed` holds the dotted path of each part before and after."""
    renamed = [{"before": rename.before, "after": rename.after} for rename in comparison.renamed]
    return {
        "schema": "detente/diff/1",
        "before": before,
        "after": after,
        "renamed": renamed,
        "numbers": [_number_as_json(difference) for difference in comparison.numbers],
        "claims": [difference._asdict() for difference in comparison.claims],
        "options": [difference._asdict() for difference in comparison.options],
        "hypotheses": [difference._asdict() for difference in comparison.hypotheses],
        "structure": [difference._asdict() for difference in comparison.structure],
    }


def _number_as_json(difference: "NumberDifference") -> dict[str, Any]:
    before, after = difference.before, difference.after
    return {
        "field": difference.field,
        "before": _quantity_as_json(before) if before else None,
        "after": _quantity_as_json(after) if after else None,
    }


def _quantity_as_json(quantity: "Quantity") -> dict[str, Any]:
    from detente.pack.comparison import origin_of, quantity_words

    return {
        "says": quantity_words(quantity),
        "origin": origin_of(quantity),
        "because": list(quantity.because),
        "assumed": quantity.assumed,
    }

"""`detente diff`: what differs between two packs, from what to what."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.pack import Quantity
    from detente.pack.comparison import FieldDifference, NumberDifference, PackComparison


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="Name of a pack that ships, or a path.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The pack to compare with it.")],
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Tell what differs between two packs.

    Numbers, those left to defaults and the catalogue included, claims, options, hypotheses and all
    the rest, each as it was in A and as it is in B. A key that alone differs, as of an actor or a
    layer, is told as renamed. Status 0 whether anything differs or not.
    """
    from detente.pack import load
    from detente.pack.comparison import compare

    comparison = compare(load(before), load(after))
    if json:
        terminal.show_json(_as_json(before, after, comparison))
    else:
        _show(f"{before} to {after}", comparison, quiet=quiet)
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


def _show(title: str, comparison: "PackComparison", *, quiet: bool) -> None:
    if comparison.is_empty:
        terminal.say(f"{title}: no difference but comments and order, if any")
        return
    terminal.say(f"{title}: what differs", style="bold")
    renamed = [f"{rename.before}: now {rename.after}" for rename in comparison.renamed]
    _show_part("Renamed", renamed)
    numbers = [line for difference in comparison.numbers for line in _number_lines(difference)]
    _show_part("Numbers", numbers)
    _show_part("Claims", _lines(comparison.claims))
    _show_part("Options", _lines(comparison.options))
    _show_part("Hypotheses", _lines(comparison.hypotheses))
    _show_part("Structure", _lines(comparison.structure))
    if not quiet:
        terminal.say()
        terminal.say(f"Differences: {comparison.counts}.")


def _show_part(title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if not listed:
        return
    terminal.say()
    terminal.say(title)
    for line in listed:
        terminal.say(line, indent=2, hang=4)


def _lines(differences: "Iterable[FieldDifference]") -> Iterator[str]:
    for difference in differences:
        yield _line(difference.field, difference.before, difference.after)


def _line(field: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"{field}: added, {after}"
    if after is None:
        return f"{field}: removed, was {before}"
    return f"{field}: was {before}; is {after}"


def _number_lines(difference: "NumberDifference") -> Iterator[str]:
    from detente.pack.comparison import quantity_words, reason_words

    before, after = difference.before, difference.after
    old = quantity_words(before) if before else None
    new = quantity_words(after) if after else None
    if old != new:
        yield _line(difference.field, old, new)
    if before and after and reason_words(before) != reason_words(after):
        rested, rests = reason_words(before), reason_words(after)
        yield f"{difference.field}: rested on {rested}; rests on {rests}"

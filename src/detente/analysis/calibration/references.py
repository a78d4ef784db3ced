"""The packs that stand for past crises: of each start, and with the challenger's means scaled."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from detente.analysis.calibration.moments import STRENGTHS
from detente.analysis.history.bands import STARTS
from detente.ensemble.folder import unwritable
from detente.ensemble.store import write_aside
from detente.pack import Crisis, load
from detente.pack.files import library, merge
from detente.pack.quantity import PRIORS, priors_text
from detente.pack.writing import lines_of

REFERENCES = {start: f"reference-{start.replace('_', '')}" for start in STARTS}
"""The pack that stands for past crises of each start."""
SIZES = ("value", "range", "values", "within")
"""Fields of a number that grow with it."""


def start_of(variant: str) -> str:
    """Return the start of a variant."""
    return next(
        start for start in sorted(STARTS, key=len, reverse=True) if variant.startswith(start)
    )


def factor_of(variant: str) -> float:
    """Return the factor on the challenger's means in a variant."""
    return STRENGTHS.get(variant.removeprefix(start_of(variant)).removeprefix("_"), 1.0)


def name_of(variant: str) -> str:
    """Return the name under which a variant's pack lies."""
    return variant.replace(start_of(variant), REFERENCES[start_of(variant)]).replace("_", "-")


def written_pack(folder: Path, variant: str, *, at_priors: bool) -> Crisis:
    """Write the pack of a variant into a folder and load it.

    `at_priors`: the calibrated numbers are drawn from their priors, not from the accepted set.

    Raises
    ------
    DetenteError
        If the folder cannot be written.
    """
    place = folder / name_of(variant)
    texts = dict(_texts(variant))
    if at_priors:
        texts[PRIORS] = priors_text()
    try:
        place.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            write_aside(place / file, text)
    except OSError as fault:
        raise unwritable(place, fault) from fault
    return load(place)


def _texts(variant: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a variant's pack: those that ship, or one with means scaled."""
    shipped = library() / REFERENCES[start_of(variant)]
    files = {file.name: file.read_bytes() for file in shipped.iterdir()}
    if factor_of(variant) == 1.0:
        yield from files.items()
    else:
        tree = scaled(merge(files).tree, factor_of(variant))
        yield "crisis.toml", "\n".join((*lines_of(tree), "")).encode()


def scaled(tree: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return a pack with the stocks and the hardness of the challenger times a factor."""
    challenger = next(
        key for key, actor in tree["actors"].items() if "challenger" in actor.get("roles", ())
    )
    arsenals, defences = tree["arsenals"], tree["defences"]
    own = {
        key: {**arsenal, "stock": _times(arsenal["stock"], factor)}
        for key, arsenal in arsenals[challenger].items()
    }
    hardness = _times(defences[challenger]["hardness"], factor)
    return {
        **tree,
        "arsenals": {**arsenals, challenger: own},
        "defences": {**defences, challenger: {**defences[challenger], "hardness": hardness}},
    }


def _times(number: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return a written number times a factor."""
    grown = {key: _grown(number[key], factor) for key in SIZES if key in number}
    return {**number, **grown}


def _grown(value: Any, factor: float) -> Any:
    return [factor * each for each in value] if isinstance(value, list | tuple) else factor * value

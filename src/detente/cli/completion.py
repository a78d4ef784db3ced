"""What the shell offers while a command is typed: packs, runs, outcomes, options and fields."""
# ruff: noqa: PLC0415  what a completion needs is loaded when someone asks for it

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

Offer = Callable[[typer.Context, list[str], str], list[str]]


def _offering(offers: Callable[[dict[str, Any], str], Iterable[str]]) -> Offer:
    """Return a completion that offers nothing rather than a fault: none is seen while typing.

    `offers` gets what was typed before, by parameter, and the beginning of the word.
    """

    def offered(context: typer.Context, _arguments: list[str], begun: str) -> list[str]:
        try:
            return [word for word in offers(_given(context), begun) if word.startswith(begun)]
        except Exception:
            return []

    return offered


def _given(context: typer.Context) -> dict[str, Any]:
    """Return what was typed, by parameter; what follows an option begun is not read as yet."""
    names = [one.name or "" for one in context.command.params if one.param_type_name == "argument"]
    read = {name: value for name, value in context.params.items() if value is not None}
    return {**dict(zip(names, context.args, strict=False)), **read}


@_offering
def packs(_given: dict[str, Any], begun: str) -> list[str]:
    """Offer the packs that ship, and the folders here that hold one."""
    from detente.pack import shipped

    return [*shipped(), *_folders(begun, "crisis.toml", "./")]


@_offering
def runs(_given: dict[str, Any], begun: str) -> list[str]:
    """Offer the runs in ./runs, and those in the folder that was begun to be typed."""
    return _runs(begun)


@_offering
def packs_or_runs(given: dict[str, Any], begun: str) -> list[str]:
    """Offer packs, or runs where one is to go on."""
    from detente.pack import shipped

    if given.get("resume"):
        return _runs(begun)
    return [*shipped(), *_folders(begun, "crisis.toml", "./"), *_runs(begun)]


@_offering
def outcomes(_given: dict[str, Any], begun: str) -> list[str]:
    """Offer endings and the sets of them, after a comma too."""
    from detente.ensemble.tally import ENDINGS, OUTCOMES

    return _after_commas(begun, [*OUTCOMES, *ENDINGS])


@_offering
def options(given: dict[str, Any], begun: str) -> list[str]:
    """Offer the options of the pack or run that was named, after a comma too."""
    if "pack" in given:
        from detente.pack import load

        return _after_commas(begun, ["all", *load(given["pack"]).options])
    from detente.ensemble import folder, record

    return _after_commas(begun, record.read(folder.find(given.get("run"))).options)


@_offering
def settings(given: dict[str, Any], _begun: str) -> list[str]:
    """Offer the fields of the pack that was named which can have another value."""
    from detente.pack import load
    from detente.pack.options import targets

    known = targets(load(given["pack"]).model)
    return [f"{field}=" for field in (*known.numbers, *known.others)]


def _runs(begun: str) -> list[str]:
    offered = [*_folders("runs/", "record.json"), *_folders(begun, "record.json", "./")]
    return list(dict.fromkeys(offered))


def _folders(begun: str, holding: str, here: str = "") -> list[str]:
    """Return the folders that hold a file, beside the one that was begun to be typed."""
    above, stroke, _ = begun.rpartition("/")
    start = above + stroke or here
    beside = Path(start).iterdir() if Path(start).is_dir() else ()
    return sorted(start + folder.name for folder in beside if (folder / holding).is_file())


def _after_commas(begun: str, names: Iterable[str]) -> list[str]:
    before, comma, _ = begun.rpartition(",")
    return [before + comma + name for name in names]

"""Shared parameters of commands, and their completion in the shell."""
# ruff: noqa: PLC0415  what a completion needs is loaded when someone asks for it

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.run import Run
    from detente.pack import Crisis

Offer = Callable[[typer.Context, list[str], str], list[str]]


def _offering(offers: Callable[[dict[str, Any], str], Iterable[str]]) -> Offer:
    """Return a completion that offers nothing in case of an error, which nobody would see.

    `offers` gets the parameters typed so far, and the beginning of the word.
    """

    def offered(context: typer.Context, _arguments: list[str], begun: str) -> list[str]:
        try:
            return [word for word in offers(_given(context), begun) if word.startswith(begun)]
        except Exception:
            return []

    return offered


def _given(context: typer.Context) -> dict[str, Any]:
    """Return the parameters typed so far; the value of an unfinished option is left out."""
    names = [one.name or "" for one in context.command.params if one.param_type_name == "argument"]
    read = {name: value for name, value in context.params.items() if value is not None}
    return {**dict(zip(names, context.args, strict=False)), **read}


@_offering
def offer_packs(_given: dict[str, Any], begun: str) -> list[str]:
    """Offer the packs that ship, and the folders here that hold one."""
    from detente.pack import shipped

    return [*shipped(), *_folders(begun, "crisis.toml", "./")]


@_offering
def offer_runs(_given: dict[str, Any], begun: str) -> list[str]:
    """Offer the runs in ./runs, and those in the folder that was begun to be typed."""
    return _runs(begun)


@_offering
def offer_packs_or_runs(given: dict[str, Any], begun: str) -> list[str]:
    """Offer packs, or runs where one is to go on."""
    from detente.pack import shipped

    if given.get("resume"):
        return _runs(begun)
    return [*shipped(), *_folders(begun, "crisis.toml", "./"), *_runs(begun)]


@_offering
def offer_outcomes(_given: dict[str, Any], begun: str) -> list[str]:
    """Offer endings and the sets of them, after a comma too."""
    from detente.ensemble.measures import KNOWN

    return _after_commas(begun, KNOWN)


@_offering
def offer_options(given: dict[str, Any], begun: str) -> list[str]:
    """Offer the options of the pack or run that was named, after a comma too."""
    if "pack" in given:
        from detente.pack import load

        return _after_commas(begun, ["all", *load(given["pack"]).options])
    from detente.ensemble import folder, record

    return _after_commas(begun, record.read(folder.find(given.get("run"))).options)


@_offering
def offer_runs_and_settings(given: dict[str, Any], begun: str) -> list[str]:
    """Offer runs, then the fields of the one that was named, or of the newest."""
    from detente.ensemble import folder
    from detente.pack import load

    named = [one for one in given.get("asked", ()) if "=" not in one]
    pack = folder.find(named[0] if named else None) / folder.PACK
    fields = _settable(load(pack))
    return fields if named else [*_runs(begun), *fields]


@_offering
def offer_settings(given: dict[str, Any], _begun: str) -> list[str]:
    """Offer the fields of the pack that was named which can have another value."""
    from detente.pack import load

    return _settable(load(given["pack"]))


def _settable(crisis: "Crisis") -> list[str]:
    from detente.pack.options import targets
    from detente.pack.places import divides_attack

    known = targets(crisis.model)
    fields = (*known.numbers, *known.others)
    return [f"{field}=" for field in fields if not divides_attack(field)]


@_offering
def offer_numbers(given: dict[str, Any], _begun: str) -> list[str]:
    """Offer the numbers of the pack that was named."""
    from detente.pack import load

    return list(load(given["pack"]).numbers)


def _runs(begun: str) -> list[str]:
    offered = [*_folders("runs/", "record.json"), *_folders(begun, "record.json", "./")]
    return list(dict.fromkeys(offered))


def _folders(begun: str, holding: str, here: str = "") -> list[str]:
    """Return folders that contain a file, next to the path being typed."""
    above, stroke, _ = begun.rpartition("/")
    start = above + stroke or here
    near = Path(start).iterdir() if Path(start).is_dir() else ()
    return sorted(start + folder.name for folder in near if (folder / holding).is_file())


def _after_commas(begun: str, names: Iterable[str]) -> list[str]:
    before, comma, _ = begun.rpartition(",")
    return [before + comma + name for name in names]


def load(pack: str, changes: Sequence[str] | None) -> "Crisis":
    """Return the named pack with the changes of `--set`."""
    from detente import pack as packs
    from detente.pack.options import parse_settings

    return packs.load(pack, changes=parse_settings(changes or (), option="--set"))


def need(needed: str, is_there: object, given: Mapping[str, object]) -> None:
    """Refuse options that need another option.

    Raises `DetenteError` if that is missing.
    """
    for name in [name for name, value in given.items() if value and not is_there]:
        hint = f"add {needed}, or leave {name} out"
        raise DetenteError(f"means nothing without {needed}", where=name, hint=hint)


def one_of(given: Mapping[str, object]) -> str:
    """Return which of some options is given, or None.

    Raises `DetenteError` if several are.
    """
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise DetenteError("not together", where=" and ".join(names), hint="give one")
    return names[0] if names else ""


def read_names(option: str, text: str) -> tuple[str, ...]:
    """Read names separated by commas.

    Raises `DetenteError` if a text was given and holds no name.
    """
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if text and not names:
        hint = f"give names with commas between, or leave {option} out"
        raise DetenteError("names nothing", where=option, hint=hint)
    return names


def read_shares(option: str, given: Sequence[str] | None, what: str = "share") -> dict[str, float]:
    """Read `OUTCOME=SHARE`, separated by commas; 0.5% is .005. `what`: the name of the share.

    Raises `DetenteError` if one has another form, its share is not a number, or an outcome is given
    twice.
    """
    hint = f"for example {option} any_war=0.5%"
    shares: dict[str, float] = {}
    for pair in (pair.strip() for text in given or () for pair in text.split(",")):
        key, is_pair, share = (piece.strip() for piece in pair.partition("="))
        if not key or not is_pair:
            form = f"OUTCOME={what.upper()}"
            raise DetenteError(f"{pair!r} is not {form}", where=option, hint=hint)
        if key in shares:
            raise DetenteError(f"{key} is given twice", where=option, hint="give each once")
        try:
            number = float(share.removesuffix("%"))
        except ValueError:
            found = f"the {what} of {key} is {share!r}, no number"
            raise DetenteError(found, where=option, hint=hint) from None
        shares[key] = number / 100.0 if share.endswith("%") else number
    return shares


Grid: TypeAlias = Annotated[
    Literal["tiny", "coarse", "normal", "fine"],
    typer.Option(help="Fineness of beliefs and of time."),
]
Option: TypeAlias = Annotated[
    str,
    typer.Option(
        "--option",
        metavar="NAME",
        help="Option whose courses of events are read.",
        autocompletion=offer_options,
    ),
]
Overwrite: TypeAlias = Annotated[
    bool, typer.Option("--overwrite", help="Replace what is there already.")
]
Pack: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="PACK",
        help="Name of a pack that ships, or a path to your own.",
        autocompletion=offer_packs,
    ),
]
Served: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="PACK|RUN|FOLDER",
        help="A pack, a run, or a folder of runs; the newest in ./runs if left out.",
        autocompletion=offer_packs_or_runs,
    ),
]
RunPlace: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN",
        help="Folder, address or bundle of a run; the newest in ./runs if left out.",
        autocompletion=offer_runs,
    ),
]


@_offering
def offer_weights(given: dict[str, Any], _begun: str) -> list[str]:
    """Offer the names under which weights of the run that was named are kept."""
    from detente.ensemble.run import Run
    from detente.ensemble.weights import names_of

    return names_of(Run.open(given.get("run")))


Weighed: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--weighed",
        metavar="NAME",
        help="Use the weights that weigh kept under this name.",
        autocompletion=offer_weights,
    ),
]


def opened(run: str | None, weighed: str | None) -> "Run":
    """Return the named run, weighed if that is requested."""
    from detente.ensemble import weights
    from detente.ensemble.run import Run

    found = Run.open(run)
    return found if weighed is None else weights.weighed(found, weighed)


def outcomes(metavar: str, says: str) -> Any:
    """Return the option that takes outcomes."""
    return typer.Option(metavar=metavar, help=says, autocompletion=offer_outcomes)


Outcome: TypeAlias = Annotated[
    str, outcomes("OUTCOME", "An ending or a set of them, such as any_war.")
]
Changes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Give one field another value.",
        autocompletion=offer_settings,
    ),
]
Threads: TypeAlias = Annotated[
    int | None, typer.Option(help="Processors to use; all unless given.")
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Only estimate plays and time; play nothing.")
]


def pack_and_runs(subject: str | None, command: str) -> tuple[str | None, list[Path]]:
    """Return the pack and the runs for a command that serves a folder, a run or a pack.

    For a pack, these are the runs in `./runs` that were played with it as it is now.

    Raises `DetenteError` if there is neither.
    """
    from detente.ensemble import folder as folders
    from detente.ensemble import record as records
    from detente.ensemble.run import Run
    from detente.pack import files

    if subject is None and not folders.known():
        hint = f"name a pack, one that ships or your own: {command} oman-2026"
        raise DetenteError("no run lies there yet", where=f"./{folders.RUNS}", hint=hint)
    if subject is None:
        return None, [Run.open().folder]
    place = Path(subject)
    if folders.is_run(place) or (place.is_file() and place.suffix != ".toml"):
        return None, [Run.open(place).folder]
    is_path = "/" in subject or subject in {".", ".."}
    if is_path and place.is_dir() and not any(place.glob("*.toml")):
        runs = list(folders.below(place))
        if not runs:
            hint = f"play one: detente run oman-2026 -o {shlex.quote(str(place / 'first'))}"
            raise DetenteError("no run lies there yet", where=subject, hint=hint)
        return None, runs
    digest, found = files.read(subject).digest, []
    for run in folders.known():
        try:
            record = records.read(run)
        except DetenteError:
            continue
        is_whole = record.outcome is not None and record.is_own_model
        if record.pack == digest and is_whole and not record.settings.changes:
            found.append(run)
    return subject, found

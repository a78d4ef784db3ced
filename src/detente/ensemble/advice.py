"""Advice about runs: the commands that resume, extend, repair or play them again."""

import json
import shlex
import zipfile
from datetime import date
from pathlib import Path

from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.record import BASE, Record, Settings
from detente.errors import DetenteError

OTHER = "the run was made with another version of the model"


class UnfinishedError(DetenteError):
    """A run was stopped and can be resumed."""

    def __init__(self, folder: Path, what: str = "the run is unfinished") -> None:
        super().__init__(what, where=str(folder), hint=how_to_go_on(folder))


def of_another(folder: Path, record: Record, *, what: str = OTHER, instead: str) -> DetenteError:
    """Return the error for a run of another version.

    `what` says how that was noticed, if not by the model; `instead` is what can be done with the
    run. The hint has the command that plays the run again with this version.
    """
    made = (record.package, record.model, record.commit)
    hint = f"{instead}; or {how_to_play_again(folder, record)}"
    return records.of_another(made, where=str(folder), what=what, hint=hint)


def how_to_go_on(folder: Path) -> str:
    """Return the advice for a run that was stopped."""
    return f"go on with: {_command_to_resume(folder)}"


def how_to_repair(folder: Path, record: Record) -> str:
    """Return the advice for a run with missing or damaged files."""
    if record.is_own_model:
        return f"to play again what is damaged, {how_to_go_on(folder)}"
    error = of_another(folder, record, instead="repair it with that version")
    return f"{error.what}; {error.hint}"


def how_to_play_again(folder: Path, record: Record) -> str:
    """Return the advice to play a run again in this version, with its own settings."""
    return f"play it again: {_command_of_new(folder, record, record.settings)}"


def command_to_grow(
    folder: Path, record: Record, *, worlds: int, futures: int = 0, option: str = BASE
) -> str:
    """Return the command that gives an option of a run more worlds, and the base at least as many.

    A run of another model is played as a new run. The futures of each world stay the same unless
    `futures` is given.
    """
    settings, sizes = record.settings, {"worlds": worlds}
    if option != BASE and settings.option_worlds is not None:
        sizes = {"worlds": max(worlds, settings.worlds), "option_worlds": worlds}
    if record.is_own_model:
        sizes |= {"futures": futures} if futures else {}
        asked = " ".join(f"--{key.replace('_', '-')} {size}" for key, size in sizes.items())
        return f"{_command_to_resume(folder)} {asked}"
    sizes["futures"] = futures or sizes["worlds"] * settings.futures_of_a_world
    return _command_of_new(folder, record, settings.model_copy(update=sizes))


def command_to_unpack(bundle: object) -> str:
    """Return the command that unpacks a bundle into the folder RUN."""
    return f"python -m zipfile -e {shlex.quote(str(bundle))} RUN"


def _command_to_resume(folder: Path) -> str:
    if isinstance(folder, zipfile.Path):
        return f"{command_to_unpack(folder)} && detente run --resume RUN"
    return f"detente run --resume {shlex.quote(str(folder))}"


def _command_of_new(folder: Path, record: Record, settings: Settings) -> str:
    before, pack = "", f"{folder}/{folders.PACK}"
    if isinstance(folder, zipfile.Path):
        before, pack = f"{command_to_unpack(folder)} && ", f"RUN/{folders.PACK}"
    elif not isinstance(folder, Path):
        before, pack = f"(copy {pack} to ./{folders.PACK}) ", f"./{folders.PACK}"
    elif not Path(pack).is_dir():
        pack = record.source
    return before + command_of(settings, pack)


def command_of(settings: Settings, pack: str) -> str:
    """Return the shell command that plays a pack; a Python call if there are a user's rules."""
    if settings.rules:
        return records.spell_call(pack, settings)
    names = [name for name in settings.options if name != BASE]
    words = ["detente", "run", pack]
    if names:
        worlds = settings.option_worlds or settings.worlds
        words += ["--options", ",".join(names), "--option-worlds", str(worlds)]
    words += ["--futures", str(settings.futures), "--worlds", str(settings.worlds)]
    words += ["--seed", str(settings.seed), "--grid", settings.grid]
    words += ["--horizon", str(settings.horizon)]
    for field, value in settings.changes.items():
        # As in a pack: a date needs no quotes, other text does.
        is_day = isinstance(records.dated(value), date)
        written = value if is_day else json.dumps(value, ensure_ascii=False)
        words += ["--set", f"{field}={written}"]
    return shlex.join(words)

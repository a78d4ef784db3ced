"""Runs of another version of detente: how their futures are read, and the ways out there are."""

import json
import shlex
from datetime import date
from pathlib import Path

import numpy as np

from detente import provenance
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.record import BASE, Record, Settings
from detente.errors import DetenteError
from detente.kernel.endings import FUTURE, Violence

OTHER = "the run was made with another version of the model"


def brought_up(rows: np.ndarray) -> np.ndarray:
    """Return futures of an earlier version with the columns of today.

    On which day war began is known where force was used once; in others the day of the first use
    stands for it. Force was a strike of one party; how it was answered is not known.
    """
    if rows.dtype == FUTURE:
        return rows
    found = np.zeros(rows.shape, FUTURE)
    is_war = rows["violence"] >= Violence.WAR
    found["war_day"] = np.where(is_war, rows["first_force_day"], -1)
    found["began"] = rows["initiator"]
    found["scale"] = np.where(rows["first_force_day"] >= 0, 0, -1)
    for name in ("answer", "raised_day", "joined_day"):
        found[name] = -1
    for name in rows.dtype.names or ():
        found[name] = rows[name]
    return found


def is_own_model(record: Record) -> bool:
    """Say whether a run was made with the model that this detente has."""
    return record.model == provenance.model_digest()


def of_another(folder: Path, record: Record, *, what: str = OTHER, instead: str) -> DetenteError:
    """Return the refusal of a run that another version made.

    `what` says how that shows, if it is not the model; `instead` is what can be done with the run
    as it is. The hint names the command that plays the run again with this version.
    """
    made = (record.package, record.model, record.commit)
    hint = f"{instead}; or {how_to_play_again(folder, record)}"
    return records.of_another(made, where=str(folder), what=what, hint=hint)


def how_to_repair(folder: Path, record: Record) -> str:
    """Return the advice that goes with a run of which something is missing or damaged."""
    if is_own_model(record):
        return f"to play again what is damaged, {folders.how_to_go_on(folder)}"
    error = of_another(folder, record, instead="repair it with that version")
    return f"{error.what}; {error.hint}"


def unfinished(folder: Path, record: Record) -> DetenteError:
    """Return what is said of a run that has not come to its end."""
    if is_own_model(record):
        return folders.UnfinishedError(folder)
    what = "the run is unfinished and was begun with another version of the model"
    return of_another(folder, record, what=what, instead="go on with that version")


def how_to_play_again(folder: Path, record: Record) -> str:
    """Return how to play a run again, with its own settings, as a new run of this version."""
    return f"play it again: {_command_of_new(folder, record, record.settings)}"


def command_to_grow(
    folder: Path, record: Record, *, worlds: int, futures: int = 0, option: str = BASE
) -> str:
    """Return the command that gives an option of a run more worlds, and the base at least as many.

    A run of another model is played as a new run. Each world plays as many futures as each does
    now, unless their number is given.
    """
    settings, sizes = record.settings, {"worlds": worlds}
    if option != BASE and settings.option_worlds is not None:
        sizes = {"worlds": max(worlds, settings.worlds), "option_worlds": worlds}
    if is_own_model(record):
        sizes |= {"futures": futures} if futures else {}
        asked = " ".join(f"--{key.replace('_', '-')} {size}" for key, size in sizes.items())
        return f"{folders.command_to_resume(folder)} {asked}"
    sizes["futures"] = futures or sizes["worlds"] * settings.futures_of_a_world
    return _command_of_new(folder, record, settings.model_copy(update=sizes))


def _command_of_new(folder: Path, record: Record, settings: Settings) -> str:
    before, _ = folders.unpacked(folder)
    pack = f"{'RUN' if before else folder}/{folders.PACK}"
    if not (before or isinstance(folder, Path)):
        before, pack = f"(copy {pack} to ./{folders.PACK}) ", f"./{folders.PACK}"
    elif not (before or Path(pack).is_dir()):
        pack = record.source
    return before + command_of(settings, pack)


def command_of(settings: Settings, pack: str) -> str:
    """Return the call that plays a pack so: in the shell, or in Python if it has a user's rules."""
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
        # As a pack has it: a day needs no quotes, other text does.
        is_day = isinstance(records.dated(value), date)
        written = value if is_day else json.dumps(value, ensure_ascii=False)
        words += ["--set", f"{field}={written}"]
    return shlex.join(words)

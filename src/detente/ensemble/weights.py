"""Weights of a run's worlds, stored in its folder under a name: `weighed/NAME.json`.

One object, `detente/weights/1`: name, option, the run's checksum, views (each as it was asked for),
effective (the effective number of worlds), conditions (to which the weights were fitted), weights
(of each world, 1 on average), without (the same with each scramble of the design left out in turn,
for the jackknife), and a seal over all of it. The run and its checksum do not change.
"""

import hashlib
import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from detente import disk
from detente.ensemble import folder as folders
from detente.ensemble.advice import command_to_unpack
from detente.ensemble.bundle import is_within_bundle
from detente.ensemble.lock import adding
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.ensemble.weighing import Weighing
from detente.errors import DetenteError
from detente.text import offered, show

SCHEMA = "detente/weights/1"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LONGEST = 1 << 27
"""Maximum size of a file of weights [bytes]."""


def weighed(run: Run, name: str) -> Run:
    """Return a run whose worlds have the stored weights, which every question then uses.

    Figures are weighted means over worlds. The weights agree with their views in each scramble.

    Raises `DetenteError` if there are no weights of this name, or they are of a smaller run or
    damaged.
    """
    return replace(run, weighing=read(run, name))


def names_of(run: Run) -> list[str]:
    """Return the names of a run's stored weights."""
    folder = run.folder / folders.WEIGHED
    if not folder.is_dir():
        return []
    files = (path.name.removesuffix(".json") for path in folder.iterdir())
    return sorted(name for name in files if NAME.fullmatch(name))


def read(run: Run, name: str) -> Weighing:
    """Return stored weights; raises as `weighed`."""
    known = names_of(run)
    if name not in known:
        how = f"detente weigh {run.folder_in_command} --to OUTCOME@DATE=CHANCE --name {name}"
        hint = offered(name, known, "names") if known else f"keep some: {how}"
        raise DetenteError(f"the run has no weights {show(name)}", where="--weighed", hint=hint)
    path = _path(run, name)
    again = f"weigh again: detente weigh {run.folder_in_command} --to … --name {name}"
    try:
        found = json.loads(read_within(path, LONGEST))
        seal, content = found.pop("seal"), found
        if seal != _seal(content) or content["schema"] != SCHEMA:
            raise NotAsExpectedError("is not as it was written")
    except (OSError, ValueError, KeyError, AttributeError, NotAsExpectedError) as fault:
        what = fault.strerror if isinstance(fault, OSError) else "is not as it was written"
        raise DetenteError(f"cannot be used: {what}", where=str(path), hint=again) from fault
    if content["digest"] != run.digest:
        command = command_of(run, content["views"], content["option"], name)
        what = "was made before the run was extended or replaced"
        raise DetenteError(what, where=str(path), hint=f"weigh again: {command}")
    fitted = content.get("conditions", len(content["views"]))
    return Weighing(name, np.array(content["weights"]), np.array(content["without"]), fitted)


def keep(run: Run, weighing: Weighing, views: Sequence[str], option: str = BASE) -> Path:
    """Store weights in a run's folder, in place of those of the same name; return the file.

    `views` are those that the weights agree with, each as `--to` takes it.

    Raises `DetenteError` if the name is not allowed, the run is a bundle, a writer is at work in
    the run, or the file cannot be written.
    """
    if not NAME.fullmatch(weighing.name):
        hint = "use small letters, digits, - and _, up to 64, such as forecaster-a"
        raise DetenteError(f"{show(weighing.name)} is not a name", where="--name", hint=hint)
    if is_within_bundle(run.folder):
        hint = f"unpack it: {command_to_unpack(run.folder)}"
        raise DetenteError("nothing can be added to a bundle", where=str(run.folder), hint=hint)
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "name": weighing.name,
        "option": option,
        "views": list(views),
        "effective": weighing.effective,
        "conditions": weighing.conditions,
        "digest": run.digest,
        "weights": weighing.weights.tolist(),
        "without": weighing.without.tolist(),
    }
    content = json.loads(json.dumps(content))  # as it will be read, for the checksum
    path = _path(run, weighing.name)
    text = json.dumps({**content, "seal": _seal(content)}, indent=1) + "\n"
    with adding(run, folders.WEIGHED, [path], "weigh"), folders.writing(path):
        disk.write_whole(path, text.encode())
    return path


def command_of(run: Run, views: Sequence[str], option: str = BASE, name: str = "") -> str:
    """Return the command that weighs the worlds of a run by some views."""
    flags = [("--to", view) for view in views]
    flags += [] if option == BASE else [("--option", option)]
    flags += [("--name", name)] if name else []
    return " ".join(["detente weigh", run.folder_in_command, *map(shlex.join, flags)])


def _path(run: Run, name: str) -> Path:
    return run.folder / folders.WEIGHED / f"{name}.json"


def _seal(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

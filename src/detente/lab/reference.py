"""Reference packs that represent past crises: read, changed, written, and played."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detente.ensemble.folder import write
from detente.ensemble.record import FILE
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener
from detente.ensemble.simulate import resume, simulate
from detente.errors import DetenteError
from detente.pack import Crisis, load
from detente.pack.files import library, merge
from detente.pack.writing import lines_of
from detente.questions.past.definitions import STARTS

REFERENCES = {start: f"reference-{start.replace('_', '')}" for start in STARTS}
"""Name of the reference pack for each start."""


def files_of(start: str) -> dict[str, bytes]:
    """Return the files of a start's reference pack, as shipped."""
    shipped = library() / REFERENCES[start]
    return {file.name: file.read_bytes() for file in shipped.iterdir()}


def tree_of(start: str) -> Mapping[str, Any]:
    """Return a start's reference pack as one TOML tree."""
    return merge(files_of(start)).tree


def one_file(tree: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a pack written into a single one."""
    return {"crisis.toml": "\n".join((*lines_of(tree), "")).encode()}


def written(place: Path, files: Mapping[str, bytes]) -> Crisis:
    """Write a pack into a folder and load it."""
    for file, content in files.items():
        write(place / file, content)
    return load(place)


def play(
    place: Path,
    crisis: Crisis,
    settings: Mapping[str, Any],
    *,
    kept: str,
    threads: int | None,
    progress: Listener | None,
) -> Run:
    """Play a pack in a folder, or resume the run there; return the run.

    `settings` are those of `simulate`, with worlds, futures and seed; `kept` describes the run that
    is expected there, for messages. Raises `DetenteError` if the folder has another pack or other
    settings.
    """
    if not (place / FILE).exists():
        return simulate(crisis, **settings, threads=threads, out=place, progress=progress)
    run = resume(place, progress=progress)
    stored = run.record.settings
    asked = settings["worlds"], settings["futures"], settings["seed"]
    if run.record.pack != crisis.digest or asked != (stored.worlds, stored.played, stored.seed):
        hint = "name another folder, or give the same settings"
        raise DetenteError(f"holds {kept}", where=str(place), hint=hint)
    return run

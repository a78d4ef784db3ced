"""Where runs lie: a folder chosen, cleared or found."""

import shlex
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

from detente.ensemble.address import place_of
from detente.ensemble.record import FILE, read
from detente.errors import DetenteError

RUNS = Path("runs")
"""Where runs lie unless told otherwise, below the current folder."""
PARTS = "futures"
PACK = "pack"
RESOLVED = "resolved.json"
LONGEST_RESOLVED = 1 << 26
"""A list of a pack's numbers is no longer [bytes]."""
WORLDS = "worlds.parquet"
CAUSES = "causes"
DRIVERS = "drivers"
HYPOTHESES = "hypotheses"
_OWN = (PARTS, PACK, RESOLVED, WORLDS, CAUSES, DRIVERS, HYPOTHESES, FILE)
"""What a run's folder holds. The record is removed last: while it lies there the run can go on."""


class UnfinishedError(DetenteError):
    """A run that was stopped and can go on."""

    def __init__(self, folder: Path, what: str = "the run is unfinished") -> None:
        super().__init__(what, where=str(folder), hint=how_to_go_on(folder))


def choose(name: str, out: Path | str | None, *, overwrite: bool) -> Path:
    """Make the folder of a new run.

    Raises
    ------
    DetenteError
        If the folder is taken or cannot be made.
    """
    path = None if out is None else place_of(out)
    try:
        if path is None:
            return _make_default(name)
        _clear(path, overwrite=overwrite)
        if isinstance(path, Path):
            path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(path or RUNS, fault) from fault
    return path


def find(run: Path | str | None) -> Path:
    """Return where a run lies: the folder, address or file named, or the newest in `./runs`.

    Raises
    ------
    DetenteError
        If there is none.
    """
    if run is not None:
        return place_of(run)
    found = known()
    if not found:
        raise DetenteError(
            "no run lies there yet", where=f"./{RUNS}", hint="play one: detente run oman-2026"
        )
    return found[-1]


def known() -> list[Path]:
    """Return the runs in `./runs`, oldest first."""
    records = [folder / FILE for folder in RUNS.glob("*") if (folder / FILE).is_file()]
    return [record.parent for record in sorted(records, key=_age)]


def how_to_go_on(folder: Path) -> str:
    """Return the advice that goes with a run that was stopped."""
    return f"go on with: {command_to_resume(folder)}"


def command_to_resume(folder: Path) -> str:
    """Return the command that goes on with a run."""
    before, place = unpacked(folder)
    return f"{before}detente run --resume {place}"


def unpacked(folder: Path) -> tuple[str, str]:
    """Return what must be done before a command can change a run, and where the run lies then.

    A bundle is unpacked; both are parts of a command line.
    """
    if isinstance(folder, zipfile.Path):
        return f"python -m zipfile -e {shlex.quote(str(folder))} RUN && ", "RUN"
    return "", shlex.quote(str(folder))


def unwritable(path: Path, fault: OSError) -> DetenteError:
    """Say that a file cannot be written, and what to do."""
    reason = fault.strerror or str(fault)
    return DetenteError(
        f"cannot be written: {reason}",
        where=str(fault.filename or path),
        hint="free some space or name another folder with -o",
    )


def discard(folder: Path) -> None:
    """Remove a run's own files, and the folder if nothing else is in it."""
    for name in _OWN:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            _remove_all(path)
        else:
            path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        _remove_all(folder)


def discard_if_empty(folder: Path) -> None:
    """Remove a run that holds no futures yet."""
    if not any((folder / PARTS).rglob("*.parquet")):
        discard(folder)


def _remove_all(folder: Path) -> None:
    if isinstance(folder, Path):
        shutil.rmtree(folder)
    else:
        folder.remove_all()


def _age(record: Path) -> tuple[str, int, str]:
    """Order by the record's own time: a copied folder keeps its place."""
    try:
        started = read(record.parent).started
    except DetenteError:
        started = ""
    return started, record.stat().st_mtime_ns, record.parent.name


def _make_default(name: str) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    attempt = 1
    while True:
        suffix = "" if attempt == 1 else f"-{attempt}"
        folder = RUNS / f"{name}-{stamp}{suffix}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            attempt += 1
        else:
            return folder


def _clear(folder: Path, *, overwrite: bool) -> None:
    if folder.is_file():
        raise DetenteError("a file lies there", where=str(folder), hint="name another folder")
    for aside in folder.glob(f".{FILE}.*-*"):  # of a run killed before it had a record
        aside.unlink(missing_ok=True)
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not overwrite:
        raise DetenteError(
            "the folder is not empty",
            where=str(folder),
            hint="name another with -o, or replace the run in it with --overwrite",
        )
    _refuse_foreign(folder)
    discard(folder)


def _refuse_foreign(folder: Path) -> None:
    """Let --overwrite remove runs only."""
    read(folder)
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in _OWN)
    if foreign:
        raise DetenteError(
            f"the folder holds more than a run: {foreign[0]}",
            where=str(folder),
            hint="--overwrite replaces runs only; name another folder with -o",
        )

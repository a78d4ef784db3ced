"""The folder of a run: its files and their order; it can be an address that fsspec can open."""

import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import platformdirs

from detente import disk, rooms
from detente.ensemble.record import FILE, GROWING, LONGEST_RECORD, Record, parse, read
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.errors import DetenteError
from detente.locking import LOCK

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
RUNS = Path("runs")
"""The default folder of runs, in the current folder."""
PARTS = "futures"
PACK = "pack"
RESOLVED = "resolved.json"
LONGEST_RESOLVED = 1 << 26
"""Maximum size of the list of a pack's numbers [bytes]."""
WORLDS = "worlds.parquet"
CAUSES = "causes"
DRIVERS = "drivers"
HYPOTHESES = "hypotheses"
ANSWERS = "answers"
EVENTS = "events"
WEIGHED = "weighed"
MOST_REMEMBERED = 200
"""Maximum number of runs in the list in the user's folder; the newest stay [paths]."""
LONGEST_INDEX = 1 << 20
"""Maximum size of that list [bytes]."""
_OWN = (
    GROWING,
    PARTS,
    PACK,
    RESOLVED,
    WORLDS,
    CAUSES,
    DRIVERS,
    HYPOTHESES,
    ANSWERS,
    EVENTS,
    WEIGHED,
    FILE,
)
"""The files of a run's folder. The record is removed last: while it exists the run can be
resumed."""


def place_of(address: Path | str) -> Path:
    """Return the path of a folder or an address.

    Addresses other than file:// need the extra `remote` and the driver of their file system. Their
    path is one of universal-pathlib, which has all methods of a `Path` that a run needs.

    Raises `DetenteError` if the extra or the driver is missing, or there is no such file system.
    """
    if not isinstance(address, str):
        return address
    if not ADDRESS.match(address):
        return Path(address)
    if not address.lower().startswith("file:"):
        path: Path = rooms.load(rooms.ADDRESSES, "any")(address)
        return path
    parts = urlsplit(address)
    if parts.netloc not in {"", "localhost"} or not parts.path:
        what = "this address names another machine, or no path from the root"
        raise DetenteError(what, where=address, hint="for example file:///home/me/run")
    return Path(url2pathname(unquote(parts.path)))


def choose(name: str, out: Path | str | None, *, overwrite: bool) -> Path:
    """Create and return the folder of a new run; a symbolic link is followed and stays.

    Nothing is removed yet. If another process holds the folder's lock, taking the lock will raise.

    Raises `DetenteError` if the folder is taken or cannot be created.
    """
    if out is None:
        with writing(RUNS):
            return _make_default(name)
    path = place_of(out)
    with writing(path):
        if isinstance(path, Path) and path.is_symlink():
            path = Path(os.path.realpath(path))
        if not (path / LOCK).is_file():
            _refuse_taken(path, overwrite=overwrite)
        if isinstance(path, Path):
            path.mkdir(parents=True, exist_ok=True)
    return path


def clear(folder: Path, *, overwrite: bool) -> None:
    """Remove the run that a new one replaces; the caller holds the folder's lock.

    Raises `DetenteError` if the folder is taken, holds more than a run, or cannot be written.
    """
    with writing(folder):
        _refuse_taken(folder, overwrite=overwrite)
        disk.sweep(folder / name for name in _OWN)
        discard(folder)


def refuse_links(folder: Path, names: Sequence[str] = _OWN) -> None:
    """Refuse to write if one of a run's files is a symbolic link, or is behind one.

    Raises `DetenteError` if so.
    """
    if not isinstance(folder, Path):
        return
    for name in names:
        for link in _links(folder / name):
            hint = "put there what it leads to, or remove the link"
            raise DetenteError("is a symbolic link, and a run has none", where=link, hint=hint)


def _links(path: Path | os.DirEntry[str]) -> Iterator[str]:
    if path.is_symlink():
        yield os.fspath(path)
    elif path.is_dir():
        with os.scandir(path) as entries:
            for entry in entries:
                yield from _links(entry)


def find(run: Path | str | None) -> Path:
    """Return the path of a run: a folder, address or file, or the newest in `./runs`.

    Raises `DetenteError` if `run` is None and there is no run.
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
    return in_order(RUNS.glob("*"))


def below(place: Path) -> list[Path]:
    """Return the runs in a folder and its subfolders, oldest first.

    Raises `DetenteError` if there is no such folder.
    """
    if not place.is_dir():
        raise DetenteError("no folder lies there", where=str(place), hint="check the path")
    found = []
    for folder, within, files in os.walk(place):
        if FILE in files:
            within.clear()
            found.append(Path(folder))
    return in_order(found)


def in_order(places: Iterable[Path]) -> list[Path]:
    """Return those folders that have a run, oldest first."""

    def age(place: Path) -> tuple[str, int, str]:
        """Order by the time in the record, so that a copied folder keeps its place."""
        try:
            started = read(place).started
        except DetenteError:
            started = ""
        return started, (place / FILE).stat().st_mtime_ns, place.name

    return sorted(filter(is_run, places), key=age)


def is_run(place: Path) -> bool:
    """Return whether a folder has the record of a run, valid or not."""
    try:
        return (place / FILE).is_file()
    except OSError:
        return False


def read_growing(folder: Path, record: Record) -> Record | None:
    """Return the new record of a finished run that is being extended; None if it is not.

    Raises `DetenteError` if that file cannot be read, or is the record of another run.
    """
    path = folder / GROWING
    if record.outcome is None or not path.is_file():
        return None
    hint = "remove this file, and the run is as it was before the extension began"
    try:
        growing = parse(read_within(path, LONGEST_RECORD), str(path))
    except FileNotFoundError:
        return None
    except (NotAsExpectedError, OSError) as fault:
        raise DetenteError(f"cannot be read: {fault}", where=str(path), hint=hint) from fault
    except DetenteError as fault:
        raise DetenteError(fault.what, where=str(path), hint=hint) from fault
    if any(
        getattr(growing, name) != getattr(record, name) for name in ("started", "pack", "model")
    ):
        raise DetenteError("is the record of another run", where=str(path), hint=hint)
    return None if growing.settings == record.settings else growing


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise `DetenteError` with advice if a file below a path cannot be written."""
    try:
        yield
    except OSError as fault:
        raise unwritable(path, fault) from fault


def write(path: Path, content: bytes) -> None:
    """Write a file completely or not at all.

    Raises `DetenteError` if it cannot be written.
    """
    with writing(path):
        disk.write_whole(path, content)


def unwritable(path: Path, fault: OSError) -> DetenteError:
    """Return the error for a file that cannot be written, with advice."""
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


def _remove_all(folder: Path) -> None:
    if isinstance(folder, Path):
        shutil.rmtree(folder)
    else:
        folder.remove_all()


def _make_default(name: str) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    for attempt in itertools.count(1):
        folder = RUNS / (f"{name}-{stamp}" if attempt == 1 else f"{name}-{stamp}-{attempt}")
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            break
    return folder


def _refuse_taken(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder unless it is empty, has only locks, or has a run that may be replaced."""
    if folder.is_file():
        raise DetenteError("a file lies there", where=str(folder), hint="name another folder")
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    names = [name for name in names if not name.startswith(LOCK)]
    present = sorted(name for name in names if disk.name_of(name) not in _OWN)
    if not present:
        return
    if not overwrite:
        raise DetenteError(
            "the folder is not empty",
            where=str(folder),
            hint="name another with -o, or replace the run in it with --overwrite",
        )
    read(folder)
    foreign = [name for name in present if name not in _OWN]
    if foreign:
        raise DetenteError(
            f"the folder holds more than a run: {foreign[0]}",
            where=str(folder),
            hint="--overwrite replaces runs only; name another folder with -o",
        )
    refuse_links(folder)


def remember(place: str) -> None:
    """Add a run's folder to the user's list, if it can be written; an address is not added."""
    path = str(Path(place).resolve())
    if "://" in place or not path.isprintable():
        return
    others = [str(run) for run in remembered() if str(run) != path]
    text = "".join(f"{one}\n" for one in [*others, path][-MOST_REMEMBERED:])
    try:
        disk.write_whole(_index(), text.encode())
    except OSError:
        return


def remembered() -> list[Path]:
    """Return the folders in the user's list that still have a run, in the order of their start."""
    try:
        text = read_within(_index(), LONGEST_INDEX).decode()
    except (OSError, NotAsExpectedError, UnicodeDecodeError):
        return []
    return [path for path in map(Path, text.splitlines()) if is_run(path)]


def is_resolved(path: Path, record: Record) -> bool:
    """Return whether the list of a run's numbers is as it was written."""
    try:
        return digest_of_resolved(path) == record.resolved
    except (OSError, NotAsExpectedError):
        return False


def digest_of_resolved(path: Path) -> str:
    """Return the SHA-256 of the list of a run's numbers.

    Raises `OSError` if it cannot be read, `NotAsExpectedError` if it is too large.
    """
    content = read_within(path / RESOLVED, LONGEST_RESOLVED)
    return hashlib.sha256(content).hexdigest()


def _index() -> Path:
    """Return the path of the user's list; raises `OSError` if the user has no folder."""
    folder = platformdirs.user_state_path("detente", appauthor=False)
    if not folder.is_absolute():
        raise OSError
    return folder / "runs.txt"

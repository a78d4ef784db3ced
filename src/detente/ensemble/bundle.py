"""A run in one file: a zip archive of its folder, which is read without being unpacked.

Every system can open a zip archive, and one of its files can be read without the others. The files
are stored uncompressed, in a fixed order and without times, so that the same run always gives the
same bytes. The archive must contain what the run's record requires, which is checked before
anything else is read; as nothing is unpacked, no name in it can lead outside.
"""

import atexit
import re
import shutil
import stat
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, Any, BinaryIO, NoReturn, Protocol, cast
from zipfile import ZipFile, ZipInfo

from detente import disk
from detente.ensemble import advice, store
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.record import Record
from detente.ensemble.worlds import are_whole
from detente.errors import DetenteError
from detente.opening import heard, heard_file
from detente.pack.files import MOST_BYTES

BEGINNING = b"PK\x03\x04"
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip archive can hold."""
A_FILE = (stat.S_IFREG | 0o644) << 16
"""Attributes of a plain file, writable by its owner: neither a link nor a program."""
LONGEST_WORLDS = 1 << 33
"""Maximum size of a table of worlds [bytes]."""
LONGEST_DIRECTORY = 1 << 22
"""Maximum size of a directory, for 40,000 files; a larger one could exhaust memory [bytes]."""
ENTRY = 46
"""Size of a directory's entry without its file name [bytes]."""
NAMED_IN_UTF8 = 0x800
END = struct.Struct("<4s4H2LH")
END_MARK = b"PK\x05\x06"
LOCATOR = struct.Struct("<4sLQL")
LOCATOR_MARK = b"PK\x06\x07"
LONG_END = struct.Struct("<4sQ2H2L4Q")
LONG_END_MARK = b"PK\x06\x06"


class Readable(Protocol):
    """What `Run` provides to this module, which `Run` itself imports to open bundles."""

    @property
    def folder(self) -> Path:
        """Return the run's folder."""

    @property
    def record(self) -> Record:
        """Return the run's record."""

    def tally(self, option: str) -> object:
        """Count the futures of an option, and refuse damaged ones."""


def pack(run: Readable, path: Path, *, overwrite: bool = False) -> int:
    """Write a finished run as one file, and return how many files it holds.

    Raises `DetenteError` if a file exists and is not to be overwritten, the run is damaged or
    unfinished, or the file cannot be written; nothing is left of it then.
    """
    disk.refuse_taken(path, overwrite=overwrite)
    are_sound = {
        folders.WORLDS: are_whole(run.folder, run.record),
        folders.RESOLVED: folders.is_resolved(run.folder, run.record),
    }
    for name, is_sound in are_sound.items():
        if not is_sound:
            hint = advice.how_to_repair(run.folder, run.record)
            where = str(run.folder / name)
            raise DetenteError("is not as it was written", where=where, hint=hint)
    for option in run.record.settings.options:
        run.tally(option)  # reads every future, which shows that none is damaged
    names = [*required(run.record), *_judged(run)]
    if sum(ENTRY + len(name.encode()) for name in names) > LONGEST_DIRECTORY:
        hint = "play the run with a larger --chunk"
        raise DetenteError(f"{len(names):,} files are too many", where=str(path), hint=hint)

    def fill(file: BinaryIO) -> None:
        with ZipFile(file, "w", strict_timestamps=True) as archive:
            for name in names:
                entry = ZipInfo(name, NO_TIME)
                entry.external_attr = A_FILE
                entry.create_system = 3
                stored = run.folder.joinpath(*name.split("/"))
                with (
                    stored.open("rb") as source,
                    archive.open(entry, "w", force_zip64=True) as target,
                ):
                    shutil.copyfileobj(source, target)

    with folders.writing(path):
        disk.fill_whole(path, fill)
    return len(names)


def opened(path: Path) -> Path:
    """Return what a run is read from: its folder, or the root of a bundle.

    For a bundle it is a `zipfile.Path`, which has all methods of a `Path` that reading needs.

    Raises `DetenteError` if the file is no bundle, or its contents are not those of its record.
    """
    if not path.is_file():
        return path
    try:
        return cast(Path, _open(path))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as fault:
        _refuse(path, f"is no bundle of a run: {fault}")


def is_bundle(path: Traversable) -> bool:
    """Return whether a file exists and begins as a bundle does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return bool(file.read(len(BEGINNING)) == BEGINNING)


def is_within_bundle(path: object) -> bool:
    """Return whether a path is inside an open bundle."""
    return isinstance(path, zipfile.Path)


@cache
def spare_folder() -> Path:
    """Return a temporary folder for files of questions to bundles, deleted as the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="detente-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def required(record: Record) -> dict[str, int]:
    """Return the files that a run must have, in order, each with its maximum size [bytes]."""
    files = {
        records.FILE: records.LONGEST_RECORD,
        folders.RESOLVED: folders.LONGEST_RESOLVED,
        folders.WORLDS: LONGEST_WORLDS,
    }
    files |= {f"{folders.PACK}/{name}": MOST_BYTES for name in sorted(record.files)}
    for option in sorted(record.settings.options):
        for part in store.plan(option, record.sizes_of(option), record.settings.chunk):
            files[f"{folders.PARTS}/{part.name}"] = store.most_bytes(part.rows)
    return files


def _judged(run: Readable) -> Iterator[str]:
    """Yield the files about the causes of war, if they were asked for."""
    for option in sorted(run.record.settings.options):
        folder = run.folder / folders.CAUSES / option
        if folder.is_dir():
            names = sorted(path.name for path in folder.iterdir())
            paths = (f"{folders.CAUSES}/{option}/{name}" for name in names)
            yield from (path for path in paths if _may_be_judged(path, run.record))


def _may_be_judged(name: str, record: Record) -> bool:
    options = "|".join(map(re.escape, record.settings.options))
    found = re.fullmatch(rf"{folders.CAUSES}/({options})/([0-9]{{6}})-[a-z]+-[0-9]+\.wars", name)
    return found is not None and int(found[2]) < record.settings.worlds_of(found[1])


def _open(path: Path) -> "_Inside":
    """Open an archive after a check of its directory, then of its record, then of its files."""
    with path.open("rb") as file:
        _check_directory(file)
        size = file.seek(0, 2)
    archive = ZipFile(path if isinstance(path, Path) else path.open("rb"))
    archive.filename = str(path)
    entries = {entry.filename: entry for entry in archive.infolist()}
    if len(entries) != len(archive.infolist()):
        _refuse(path, "holds a file twice")
    first = entries.get(records.FILE)
    if first is None:
        _refuse(path, "holds no record of a run")
    _check_entry(path, first, records.LONGEST_RECORD)
    with archive.open(first) as file:
        record = records.parse(file.read(), f"{path}/{records.FILE}")
    if sum(entry.file_size for entry in entries.values()) > size:
        _refuse(path, "holds less than its directory says")
    allowed = required(record)
    verdicts = store.most_bytes(record.settings.futures_of_a_world)
    for name, entry in entries.items():
        if name not in allowed and not _may_be_judged(name, record):
            _refuse(path, f"holds {name!r}, which is no file of its run")
        _check_entry(path, entry, allowed.get(name, verdicts))
    missing = next((name for name in allowed if name not in entries), None)
    if missing is not None:
        _refuse(path, f"lacks {missing!r}")
    return _Inside(archive)


def _check_directory(file: BinaryIO) -> None:
    """Refuse a directory that is longer than ours can be, and bytes after it, before reading."""
    length = LONG_END.size + LOCATOR.size + END.size
    file.seek(max(0, file.seek(0, 2) - length))
    tail = file.read(length).rjust(length, b"\0")
    end = END.unpack(tail[-END.size :])
    if end[0] != END_MARK or end[-1] != 0:
        raise zipfile.BadZipFile("its end is not that of an archive")
    length = end[5]
    if tail[LONG_END.size :].startswith(LOCATOR_MARK):
        long_end = LONG_END.unpack(tail[: LONG_END.size])
        if long_end[0] != LONG_END_MARK:
            raise zipfile.BadZipFile("its end is not that of an archive")
        length = long_end[-2]
    if length > LONGEST_DIRECTORY:
        raise zipfile.BadZipFile("its directory is longer than one can be")


def _check_entry(path: Path, entry: ZipInfo, most: int) -> None:
    is_plain = (
        entry.compress_type == zipfile.ZIP_STORED
        and entry.external_attr == A_FILE
        and entry.flag_bits & ~NAMED_IN_UTF8 == 0
        and entry.file_size == entry.compress_size
    )
    if not is_plain:
        _refuse(path, f"holds {entry.filename!r}, which is no plain file, stored as it is")
    if entry.file_size > most:
        _refuse(path, f"holds {entry.filename!r}, which is larger than it can be")


def _refuse(path: Path, what: str) -> NoReturn:
    hint = "use the file as `detente show RUN --bundle FILE` wrote it"
    raise DetenteError(what, where=str(path), hint=hint)


class _Inside(zipfile.Path):
    """A path in a bundle; any fault of the archive is raised as OSError."""

    def open(self, *_: Any, **__: Any) -> IO[Any]:  # type: ignore[override]
        """Open a file to read its bytes."""
        with heard(self):
            return heard_file(super().open("rb"), self)

    def __str__(self) -> str:
        """Return the file, and the path within."""
        return super().__str__().rstrip("/")

"""The runs that were told to lie elsewhere than in ./runs, kept by path in the user's folder."""

from pathlib import Path

import platformdirs

from detente.ensemble import store
from detente.ensemble.folder import is_run
from detente.ensemble.tables import NotAsExpectedError, read_within

MOST = 200
"""Paths that are kept, the newest [paths]."""
LONGEST = 1 << 20
"""A longer file is not ours [bytes]."""


def remember(place: str) -> None:
    """Keep where a run will lie; an address is not kept, nor anything if that cannot be written."""
    path = str(Path(place).resolve())
    if "://" in place or not path.isprintable():
        return
    kept = [str(run) for run in remembered() if str(run) != path]
    text = "".join(f"{one}\n" for one in [*kept, path][-MOST:])
    try:
        store.write_aside(_file(), text.encode())
    except OSError:
        return


def remembered() -> list[Path]:
    """Return the folders that were kept and hold a run still, as they were begun."""
    try:
        text = read_within(_file(), LONGEST).decode()
    except (OSError, NotAsExpectedError, UnicodeDecodeError):
        return []
    return [path for path in map(Path, text.splitlines()) if is_run(path)]


def _file() -> Path:
    """Return the file of the list; raises `OSError` where the user has no folder."""
    folder = platformdirs.user_state_path("detente", appauthor=False)
    if not folder.is_absolute():
        raise OSError
    return folder / "runs.txt"

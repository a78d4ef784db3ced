"""The views of others on a run, and their file."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

from detente.ensemble import bundle
from detente.ensemble.run import Run
from detente.pack.files import OUTSIDE
from detente.pack.outside import OutsideView, ViewScope, at_pack, is_about, read_outside
from detente.questions.given import condition


class Outside(NamedTuple):
    """The views of others on a run, by key, and their file."""

    path: Annotated[Path | None, "None if there is no file"]
    views: Mapping[str, OutsideView]


def file_of(run: Run) -> Path | None:
    """Return the file of views on a run, or None.

    It is the first `outside.toml` in the run's folder, next to that folder or to the bundle, and in
    the folder of the pack that was played. In the last two places the file must name the run's
    pack, as a folder may have runs of several.
    """
    folder = run.folder
    places = [folder / OUTSIDE, folder.parent / OUTSIDE]
    if bundle.is_within_bundle(folder):
        places = [Path(str(folder)).parent / OUTSIDE]
    for path in (*places, *at_pack(run.record.source)):
        if path.is_file() and (path.parent == folder or is_about(path, run.record.name)):
            return path
    return None


def outside_of(run: Run) -> Outside:
    """Return the views of others on a run's crisis, in the file that `file_of` finds.

    Raises `Faults` with every fault of the file.
    """
    path, record = file_of(run), run.record
    if path is None:
        return Outside(None, {})
    scope = ViewScope(record.name, record.start, record.settings.horizon)
    return Outside(path, read_outside(path, scope, check=partial(condition, run)))


def views_of(run: Run) -> Mapping[str, OutsideView]:
    """Return the views of others on a run, by key; raises as `outside_of` does."""
    return outside_of(run).views

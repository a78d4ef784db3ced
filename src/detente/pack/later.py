"""The pack of a crisis as of a later day, with what was seen in between as indicators in it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from detente.errors import PackFaults
from detente.pack.crisis import Crisis
from detente.pack.files import PackText
from detente.pack.new import replaced
from detente.pack.reading import read_crisis
from detente.pack.resolved import lines_of
from detente.pack.toml import positions

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Sighting(NamedTuple):
    """A sign that was seen, or was not, as an indicator: what it makes of the odds of plans."""

    date: date
    points_to: tuple[str, ...]
    ratios: tuple[float, float]
    """How much likelier under these plans than under others, 5th and 95th percentile."""
    reason: str


def later_files(
    crisis: Crisis, as_of: date, sightings: Mapping[str, Sighting], *, name: str
) -> dict[str, bytes]:
    """Return the files of a pack with a later as-of date, and sightings as its indicators.

    All else is as it was written: comments, and what has changed since and nobody wrote down.
    `name` is what the pack is called where it has faults.

    Raises
    ------
    PackFaults
        If the pack does not hold together on that day, such as a force that has left by then.
    """
    taken = set(crisis.model.indicators)
    tables = {}
    for key, sighting in sightings.items():
        free = key
        while free in taken:
            free += "_again"
        taken.add(free)
        tables[free] = _table(sighting)
    files = {file: _dated(text, as_of) for file, text in crisis.files.items()}
    holder = next(file for file in files if _has_as_of(crisis.files[file]))
    if tables:
        told = "\n".join(lines_of({"indicators": tables}))
        files[holder] += f"\n# Seen after {crisis.as_of}.\n{told}\n".encode()
    faults = read_crisis(PackText(name, files), {}).faults
    if faults:
        raise PackFaults(name, faults)
    return files


def _table(sighting: Sighting) -> dict[str, object]:
    low, high = (float(f"{ratio:.4g}") for ratio in sighting.ratios)
    form = {"value": low} if low == high else {"range": (low, high)}
    return {
        "date": sighting.date,
        "points_to": sighting.points_to,
        "likelihood_ratio": {**form, "assumed": sighting.reason},
    }


def _has_as_of(content: bytes) -> bool:
    return ("as_of",) in positions(content).spots


def _dated(content: bytes, as_of: date) -> bytes:
    return replaced(content, ("as_of",), DAY, as_of.isoformat())

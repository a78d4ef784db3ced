"""Offers what was seen as the pack of a new run that begins on the day of the last observation."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from detente.analysis.reweighting import Values, chances_of, values_with
from detente.analysis.update import observations_of
from detente.ensemble import foundation
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.worlds import read_worlds
from detente.errors import DetenteError
from detente.kernel.posture import PLANS
from detente.pack import Crisis
from detente.pack.observed import Observations
from detente.pack.writing import Sighting, later_files, write

ENDS = (0.05, 0.95)
"""Percentiles over worlds that make a range of a ratio."""


class NewPack(NamedTuple):
    """A pack that was written, the command that plays it, and what is left to its author."""

    folder: Path
    command: str
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `detente update --as-pack --json` prints."""
        return {
            "schema": "detente/update-pack/1",
            "folder": str(self.folder),
            "next": [self.command],
            "notes": list(self.notes),
        }


def write_pack(run: Run, observed: Path | str, folder: Path | str) -> NewPack:
    """Write the pack of a run as of the day of the last observation, with its signs as indicators.

    Raises
    ------
    DetenteError
        If the file of observations cannot be used, a run cannot begin in what was seen, the folder
        is there already or cannot be written.
    PackFaults
        If the pack does not hold together on that day.
    """
    crisis = foundation.read_again(run.folder, run.record)[BASE]
    observations = observations_of(run, crisis, observed)
    if not observations.seen:
        hint = "add [observed.KEY] with date, by, source and what was seen: docs/update.md"
        raise DetenteError("nothing was seen", where=observations.name, hint=hint)
    _refuse_ended(observations)
    values = values_with(observations, read_worlds(run), run.record.settings)
    sightings = dict(_sightings(observations, values))
    as_of = observations.seen[-1].told.date
    place = Path(folder)
    write(place, later_files(crisis, as_of, sightings, name=str(place)))
    return NewPack(place, _command(run, observations, place), tuple(_notes(crisis, observations)))


def _refuse_ended(observations: Observations) -> None:
    for key, told in observations.ended:
        raise DetenteError(
            f"observed.{key} has the crisis in {told.state}, in which no run begins",
            where=observations.name,
            hint="what follows a deal or the first use of force is not in this model",
        )


def _sightings(observations: Observations, values: Values) -> Iterator[tuple[str, Sighting]]:
    for key, told in observations.seen:
        if told.sign is None:
            continue
        sign = observations.signs[told.sign]
        chances = chances_of(told.sign, sign, (), values)
        likely = chances if told.seen else 1.0 - chances
        ratios = _ratios(likely, sign.points_to)
        seen = "seen" if told.seen else "looked for and not seen"
        reason = f"{told.sign} was {seen}: {told.by}, {told.source}"
        yield key, Sighting(told.date, sign.points_to, ratios, reason)


def _ratios(likely: np.ndarray, points_to: tuple[str, ...]) -> tuple[float, float]:
    """Return how much likelier something is under some plans than under others, by worlds."""
    others = [plan for plan in PLANS if plan not in points_to]
    if not others:
        return 1.0, 1.0
    ratios = likely[:, PLANS.index(points_to[0])] / likely[:, PLANS.index(others[0])]
    low, high = np.quantile(ratios, ENDS)
    return float(low), float(high)


def _command(run: Run, observations: Observations, place: Path) -> str:
    path = str(place)
    words = ["detente", "run", path if "/" in path else f"./{path}"]
    changes: dict[str, Any] = dict(run.record.settings.changes)
    told = [one.told.talks_failed for one in observations.seen if one.told.talks_failed is not None]
    if told:
        changes["talks.have_failed"] = int(told[-1])
    for field, value in changes.items():
        words += ["--set", f"{field}={_as_toml(value)}"]
    return shlex.join(words)


def _as_toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _notes(crisis: Crisis, observations: Observations) -> Iterator[str]:
    """Yield what a later day may have changed that no observation tells."""
    last = observations.seen[-1].told.date
    came = [
        key
        for key, force in crisis.model.forces.items()
        if not force.deployed and crisis.as_of < force.arrives <= last
    ]
    if came:
        yield f"set deployed = true where they did arrive: forces {', '.join(came)}"
    events = [key for key, told in observations.seen if told.event is not None]
    if events:
        yield f"the pack does not hold the events observed: {', '.join(events)}"
    yield (
        "all else is as of the earlier day: the programme's step, vows, trust and beliefs are the "
        "author's to bring up to date"
    )

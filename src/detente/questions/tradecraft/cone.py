"""The cone: a few named courses, one of which every future takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import in_json
from detente.endings import ENDINGS, SETTLEMENTS, Ending, keys_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_share
from detente.kernel.endings import Violence
from detente.questions.asking import most_typical
from detente.questions.wording import adding_up

WITHOUT_FORCE = (Violence.NONE, Violence.CLASH)
ANYTHING = SETTLEMENTS


class NamedCourse(NamedTuple):
    """One of the courses into which all futures are divided."""

    course: str
    title: str
    share: Estimate
    percent: Annotated[int, "rounded so that those of all courses add up to 100"]
    future: Annotated[tuple[int, int] | None, "a typical one, or None"]


@dataclass(frozen=True, repr=False)
class Cone(notebook.Shown):
    """The courses that a crisis may take, the most frequent first."""

    main_table = "courses"

    run: Run
    courses: tuple[NamedCourse, ...]

    def content(self) -> dict[str, Any]:
        """Return the object that `detente show --view cone --json` prints."""
        rows = []
        for course in self.courses:
            future = None if course.future is None else "{}:{}".format(*course.future)
            named = {"course": course.course, "title": course.title, "percent": course.percent}
            rows.append({**named, **in_json(course.share), "future": future})
        return {"schema": "detente/cone/1", "run": str(self.run.folder), "courses": rows}


DEALS = tuple(ENDINGS[key] for key in keys_of("deal"))
COURSES: Mapping[str, tuple[str, tuple[Violence, ...], tuple[Ending, ...]]] = {
    "war": ("war", (Violence.WAR, Violence.REGIONAL_WAR), ANYTHING),
    "strike": ("a strike that does not become war", (Violence.LIMITED_STRIKE,), ANYTHING),
    "deal": ("a deal without use of force", WITHOUT_FORCE, DEALS),
    "neither": (
        "neither a deal nor use of force",
        WITHOUT_FORCE,
        tuple(one for one in ANYTHING if one not in DEALS),
    ),
}
"""Title, highest violence and settlement of each course."""


def cone(run: Run) -> Cone:
    """Return the courses of a run, each with a typical future.

    Raises `DetenteError` if a file of the run is missing or was changed.
    """
    axes, futures = run.tally(BASE).axes, run.record.settings.futures_of_a_world
    weighing = run.weighing_of(len(axes))
    shares = [
        estimate_share(axes[:, force][:, :, settled].sum(axis=(1, 2)), futures, weighing)
        for _, force, settled in COURSES.values()
    ]
    counts = adding_up([one.value for one in shares], 100)
    rows = np.concatenate(list(run.rows()))
    found = []
    both = zip(COURSES.items(), shares, counts, strict=True)
    for (key, (title, force, settled)), share, percent in both:
        takes = np.isin(rows["violence"], force) & np.isin(rows["settlement"], settled)
        future = most_typical(run, rows[takes]) if takes.any() else None
        found.append(NamedCourse(key, title, share, percent, future))
    return Cone(run, tuple(sorted(found, key=lambda one: -one.share.value)))

"""Tasks that are sent to the workers of a cluster, and their results."""

import platform
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from threading import Event
from typing import Annotated, Any

from detente import provenance
from detente.ensemble import runners
from detente.ensemble.record import Settings
from detente.ensemble.runners import ClusterError, Job, PlayedSlice, Stage, Values
from detente.pack import Crisis

MOST_WORLDS = 8
"""Upper limit on worlds in a task: seconds of work, as a scheduler sends some 600 tasks a
second.
"""
TASKS_A_THREAD = 8
"""Least number of tasks for each thread; below it tasks are made smaller."""


@dataclass(frozen=True)
class Task:
    """A block of worlds of one option; the option's crisis is sent separately."""

    option: str
    jobs: tuple[Job, ...]
    settings: Settings
    values: Values
    first_world: Annotated[int, "world of the first value in `values`"]
    model: Annotated[str, "checksum of the model to play with"]


def worlds_of_a_task(settings: Settings, jobs: int, threads: int) -> int:
    """Return the worlds in a task; its futures fit into one part if those of a world do."""
    fair = jobs // (TASKS_A_THREAD * threads)
    fitting = settings.chunk // settings.futures_of_a_world
    return max(1, min(MOST_WORLDS, fair, fitting))


def cut(stage: Stage, wanted: Iterable[Job], size: int) -> Iterator[Task]:
    """Yield tasks of at most `size` worlds, each with the values of its worlds only."""
    model = provenance.model_digest()
    for option, jobs in groupby(wanted, attrgetter("option")):
        ordered = iter(sorted(jobs, key=attrgetter("world")))
        while these := tuple(islice(ordered, size)):
            first, last = these[0].world, these[-1].world
            drawn = stage.values[option].items()
            values = {path: numbers[first : last + 1] for path, numbers in drawn}
            yield Task(option, these, stage.settings, values, first, model)


def play(crisis: Crisis, task: Task) -> list[PlayedSlice]:
    """Play the worlds of a task, on a worker.

    Raises `ClusterError` if the worker has another model.
    """
    if task.model != provenance.model_digest():
        description = f"another model: it is {provenance.describe(*provenance.this())}"
        raise stranger(platform.node(), description)
    crises, values = {task.option: crisis}, {task.option: task.values}
    stage = Stage(
        runners.kernel(), task.settings, crises, values, Path(), first_world=task.first_world
    )
    stage = stage.remembering(in_run=True)
    return [piece for job in task.jobs for piece in runners.do(stage, job, Event())]


def stranger(place: str, found: str) -> ClusterError:
    """Return the error that a machine of a cluster has another version of the program."""
    hint = "install the same detente on all machines of the cluster"
    return ClusterError(f"has {found}", where=place, hint=hint)


def is_compiled() -> bool:
    """Return whether a worker has compiled the model."""
    return runners.kernel().is_warm()


def dask_setup(_worker: Any) -> None:
    """Ignore interrupts, which the caller handles; Dask calls this in each local worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

"""What takes minutes and is begun from a page: how long it takes, and how far it has come."""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, NamedTuple

from detente.cli import progress
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.record import threads_of
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, Progress, WorkInParts
from detente.ensemble.simulate import resume
from detente.locking import BusyError
from detente.questions import drivers
from detente.questions.causes import WORLDS as JUDGED_WORLDS
from detente.questions.causes import judging
from detente.questions.hypotheses import plan
from detente.views.material import ASKED, WORK, Part

PATIENCE = 120
"""So long an option waits for a question that writes into its run [s]."""


def _options_left(run: Run) -> list[Part]:
    left = [key for key in run.crisis.options if key not in run.options]
    return [partial(_play_option, run, key) for key in left]


def _play_option(run: Run, option: str, *, progress: Listener) -> None:
    """Play an option; a question that writes into the run just then is waited for."""
    for waited in itertools.count():
        try:
            resume(run.folder, options=[option], progress=progress)
        except BusyError:
            if waited == PATIENCE:
                raise
            progress(Progress(0, 1, 0.0, is_compiling=False))  # which ends it if it was stopped
            time.sleep(1.0)
        else:
            return


def _seconds_of_run(run: Run) -> float:
    """Return how long the run without options takes by what was measured once."""
    settings = run.record.settings
    sizes = settings.worlds, settings.futures_of_a_world
    return progress.estimate_worlds(settings, *sizes) / threads_of(None)


def _seconds_of_drivers(run: Run) -> float:
    worlds = min(drivers.WORLDS, run.record.settings.worlds)
    return len(ASKED) * worlds * progress.SECONDS_OF_DRIVERS / threads_of(None)


def _seconds_of_causes(run: Run) -> float:
    study = judging(run)
    worlds = study.count(None, JUDGED_WORLDS, least=1)
    missing = study.missing([AS_IT_IS], range(worlds))
    return progress.estimate_judgements(missing, study.futures) / threads_of(None)


class LongWork(NamedTuple):
    """Work that a section of a run needs."""

    title: str
    about: Annotated[str, "what it does"]
    measured: Annotated[Callable[[Run], float], "how long it took where that was measured [s]"]
    parts: Annotated[Callable[[Run], Sequence[Part]], "what is left of it, about alike in length"]

    def seconds(self, run: Run) -> float:
        """Return about how long it takes here, by how long the run took [s]."""
        outcome = run.record.outcome
        as_measured = _seconds_of_run(run) * len(run.record.settings.options)
        pace = 1.0 if outcome is None else outcome.seconds / as_measured
        return self.measured(run) * max(1.0, pace)

    def do(self, run: Run, listener: Listener, renew: Callable[[], None]) -> None:
        """Do it part by part; `renew` is called after each, when there is more to be shown."""
        parts = self.parts(run)
        work = WorkInParts(listener, len(parts))
        for part in parts:
            part(progress=work.begin())
            renew()


WORKS: Mapping[str, LongWork] = {
    "turning": LongWork(
        "Drivers",
        "inputs are moved in the run's sets of assumptions, on the same draws",
        _seconds_of_drivers,
        WORK["turning"],
    ),
    "beginnings": LongWork(
        "Causes of war",
        "courses of events are played again without each mechanism",
        _seconds_of_causes,
        WORK["beginnings"],
    ),
    "hypotheses": LongWork(
        "Hypotheses",
        "the crisis is played again with what each test changes",
        lambda run: progress.estimate_tests(plan(run, only=(), worlds=None, threads=None)),
        WORK["hypotheses"],
    ),
    "resting": LongWork(
        "Weight of claims",
        "the inputs of each claim are reversed",
        _seconds_of_drivers,
        WORK["resting"],
    ),
    "options": LongWork(
        "Options",
        "each option of the pack is played on the run's own draws",
        lambda run: len(_options_left(run)) * _seconds_of_run(run),
        _options_left,
    ),
}
"""What the pages can have computed, by the section that reports it."""

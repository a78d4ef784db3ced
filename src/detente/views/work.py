"""Work that takes minutes and is stored in the run's folder: parts still to do, and durations."""

import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

from detente.ensemble import folder as folders
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.record import threads_of
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, Progress, WorkInParts
from detente.ensemble.simulate import resume, simulate
from detente.ensemble.study import LEAST_WORLDS
from detente.locking import BusyError
from detente.pack import load
from detente.questions import causes, drivers, hypotheses, influence
from detente.questions.discovery import discover
from detente.questions.duration import (
    estimate_judgements,
    estimate_plays,
    estimate_tests,
    estimate_worlds,
)
from detente.questions.weigh.moved import NEW_WORLDS
from detente.views.material import ASKED, Material

PATIENCE = 120
"""How long playing an option waits for another question that writes into the run [s]."""

Part: TypeAlias = Callable[..., object]
"""A part of such work; it takes `progress`, and its result can be shown as soon as it is done."""


class LongWork(NamedTuple):
    """Work that a section on a run needs."""

    title: str
    about: Annotated[str, "description"]
    is_done: Annotated[
        Callable[[Material], bool], "whether the section would show no more after it"
    ]
    parts: Annotated[Callable[[Run], Sequence[Part]], "remaining parts, of similar length"]
    measured: Annotated[Callable[[Material], float], "measured duration [s]"]
    is_of_run: Annotated[bool, "whether `report --complete` does it, without adding to the run"] = (
        True
    )

    def seconds(self, known: Material) -> float:
        """Return the expected duration on this machine, from the duration of the run [s]."""
        return self.measured(known) * _pace(known.run)

    def do(self, run: Run, listener: Listener, renew: Callable[[], None]) -> None:
        """Do all parts in turn; `renew` is called after each, so that its result can be shown."""
        parts = self.parts(run)
        work = WorkInParts(listener, len(parts))
        for part in parts:
            part(progress=work.begin())
            renew()


def play_on(begun: list[Path], pack: str, progress: Listener, **settings: Any) -> Run:
    """Play a run of a pack, or resume the one that a stopped call began.

    `begun` is empty at first, and then holds the run's folder. Settings are those of `simulate`.
    """
    if begun and folders.is_run(begun[0]):
        return resume(begun[0], progress=progress)
    crisis = load(pack)
    begun[:] = [folders.choose(crisis.name, None, overwrite=False)]
    return simulate(crisis, **settings, out=begun[0], progress=progress)


def _steps(run: Run, most: int) -> list[int]:
    """Return numbers of worlds after which an intermediate answer is shown, in ascending order.

    Steps are `LEAST_WORLDS` apart; the last number is the full size, `most` or all worlds.
    """
    worlds = min(most, run.record.settings.worlds)
    return [*range(LEAST_WORLDS, worlds, LEAST_WORLDS), worlds]


def _options_left(run: Run) -> list[str]:
    return [key for key in run.crisis.options if key not in run.options]


def _play_option(run: Run, option: str, *, progress: Listener) -> None:
    """Play an option, after waiting up to `PATIENCE` for a question that writes into the run."""
    for waited in itertools.count():
        try:
            resume(run.folder, options=[option], progress=progress)
        except BusyError:
            if waited == PATIENCE:
                raise
            progress(Progress(0, 1, 0.0, is_compiling=False))  # raises if the user stopped the work
            time.sleep(1.0)
        else:
            return


def _seconds_of_plays(run: Run, options: Iterable[str]) -> float:
    """Return the expected duration of a run's plays of options, from a measured machine [s]."""
    settings = run.record.settings
    worlds = sum(settings.worlds_of(option) for option in options)
    return estimate_worlds(settings, worlds, settings.futures_of_a_world) / threads_of(None)


def _pace(run: Run) -> float:
    """Return the run's duration as a multiple of the expected duration; at least 1.

    For a run played in several sessions it may be 1, as its record has the duration of the last
    only.
    """
    settings, outcome = run.record.settings, run.record.outcome
    if outcome is None:
        return 1.0
    at_a_time = threads_of(None) / settings.threads
    return max(1.0, outcome.seconds / (_seconds_of_plays(run, settings.options) * at_a_time))


def seconds_of_trial(run: Run) -> float:
    """Return the expected duration of a trial on new worlds of what would have to be true [s]."""
    plays = 2 * 2 * NEW_WORLDS  # two steps, each with the numbers as drawn and moved
    return estimate_plays(plays) / threads_of(None) * _pace(run)


def _seconds_of_drivers(known: Material) -> float:
    worlds = min(drivers.WORLDS, known.run.record.settings.worlds)
    left = len(set(ASKED) - set(known.drivers))
    return estimate_plays(left * drivers.planned(worlds)) / threads_of(None)


def _seconds_of_claims(known: Material) -> float:
    worlds = min(drivers.WORLDS, known.run.record.settings.worlds)
    return estimate_plays(influence.planned(worlds)) / threads_of(None)


def _seconds_of_causes(known: Material) -> float:
    study = causes.judging(known.run)
    missing = study.missing([AS_IT_IS], range(study.count(None, causes.WORLDS, least=1)))
    return estimate_judgements(missing, study.futures) / threads_of(None)


WORKS: Mapping[str, LongWork] = {
    "turning": LongWork(
        "Drivers",
        "inputs are moved in the run's sets of assumptions, on the same draws",
        lambda known: set(known.drivers) == set(ASKED),
        lambda run: [
            partial(ask, run, outcome=outcome)
            for ask in (drivers.drivers, discover)
            for outcome in ASKED
        ],
        _seconds_of_drivers,
    ),
    "beginnings": LongWork(
        "Causes of war",
        "courses of events are played again without each mechanism",
        lambda known: known.causes is not None,
        lambda run: [
            partial(causes.causes, run, worlds=worlds) for worlds in _steps(run, causes.WORLDS)
        ],
        _seconds_of_causes,
    ),
    "hypotheses": LongWork(
        "Hypotheses",
        "the crisis is played again with the changes of each test",
        lambda known: known.hypotheses is not None or not known.crisis.hypotheses,
        lambda run: [
            partial(hypotheses.hypotheses, run, worlds=worlds)
            for worlds in _steps(run, hypotheses.WORLDS)
            if run.crisis.hypotheses
        ],
        lambda known: estimate_tests(
            hypotheses.plan(known.run, only=(), worlds=None, threads=None)
        ),
    ),
    "resting": LongWork(
        "Weight of claims",
        "the inputs of each claim are reversed",
        lambda known: influence.UNPLAYED not in known.influence.notes,
        lambda run: [partial(influence.influence, run)],
        _seconds_of_claims,
    ),
    "options": LongWork(
        "Options",
        "each option of the pack is played on the run's own draws",
        lambda known: not _options_left(known.run),
        lambda run: [partial(_play_option, run, key) for key in _options_left(run)],
        lambda known: _seconds_of_plays(known.run, _options_left(known.run)),
        is_of_run=False,
    ),
}
"""Long work, by the key of the section that shows its result."""

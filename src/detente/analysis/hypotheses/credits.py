"""Whether war is credited to some causes more than to others, future by future."""

import numpy as np

from detente.analysis.causes import attribution
from detente.analysis.causes.attribution import NONE
from detente.analysis.causes.measures import KEYS, UNIT, Key, measure
from detente.analysis.causes.parts import Place
from detente.analysis.hypotheses.verdicts import Asked, Result, judge
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.pack.model import Trial

SHAPLEY = {*KEYS.values(), NONE}


def judge_missing(run: Run, worlds: int, threads: int, progress: Listener | None) -> None:
    """Judge what caused war in the worlds that were not judged yet, as `detente causes` does."""
    places = attribution.places_of(run, BASE, worlds)
    attribution.judge_missing(places, threads=threads, progress=progress)


def result(trial: Trial, run: Run, worlds: int) -> Result:
    """Return by how much more war is credited to some causes than to others."""
    places = attribution.places_of(run, BASE, worlds)
    values = np.array([_values(trial, place) for place in places])
    one, other = (", ".join(names) for names in (trial.more, trial.than))
    name = f"war credited to {one}, less that to {other}".replace("_", " ")
    return judge(Asked(name, "of 100 futures", 100.0, trial.threshold, trial.expects), values)


def _values(trial: Trial, place: Place) -> np.ndarray:
    """Return the difference of credits in each future of a world."""
    verdicts = attribution.read_judged(place)
    found = measure(verdicts.wars, verdicts.marks)
    more, than = (sum(found[_key(name)] for name in names) for names in (trial.more, trial.than))
    difference: np.ndarray = np.asarray(more - than) / UNIT
    return difference


def _key(name: str) -> Key:
    return ("causes", name) if name in SHAPLEY else (name,)

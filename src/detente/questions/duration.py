"""Estimates how long a question will take, from times measured on one core."""

from detente.ensemble.record import Settings
from detente.questions.causes import FUTURES
from detente.questions.hypotheses import PlannedTests

SECONDS_A_WORLD = {"tiny": 0.09, "coarse": 0.12, "normal": 0.25, "fine": 0.57}
"""Time to set up and solve one world on one core (measured on two-core x86-64) [s]."""
SECONDS_A_FUTURE = 50e-6
"""Time to play and store one future on one core (the same machine) [s]."""
SECONDS_A_JUDGEMENT = 1.0
"""Time to solve and prepare everything for judging a world on one core [s]."""
SECONDS_A_JUDGED_FUTURE = 3e-3
"""Time to play one future with each subset of the mechanisms [s]."""
SECONDS_AN_INTERVENTION = 0.06
"""Time to play one world with a change on one core (the same machine) [s]."""
SECONDS_OF_RAIDS = 0.01
"""Time to compute one world's raids on one core (the same machine) [s]."""
SECONDS_A_TRACE = 0.014
"""Time to follow one future day by day on one core (the same machine, while busy) [s]."""


def estimate_worlds(settings: Settings, worlds: int, futures: int) -> float:
    """Return the time to play `worlds` worlds of `futures` futures each, on one core [s]."""
    return worlds * (SECONDS_A_WORLD[settings.grid] + futures * SECONDS_A_FUTURE)


def estimate_plays(plays: int) -> float:
    """Return the time to play `plays` worlds with a change, on one core [s]."""
    return plays * SECONDS_AN_INTERVENTION


def estimate_judgements(worlds: int, futures: int) -> float:
    """Return the time to judge `futures` futures in each of `worlds` worlds, on one core [s]."""
    return worlds * (SECONDS_A_JUDGEMENT + futures * SECONDS_A_JUDGED_FUTURE)


def estimate_tests(left: PlannedTests) -> float:
    """Return the time for the rest of tests of hypotheses [s]."""
    playing = estimate_plays(left.played) + left.raided * SECONDS_OF_RAIDS
    playing += estimate_judgements(left.judged, FUTURES)
    return playing / left.threads + left.followed * SECONDS_A_TRACE

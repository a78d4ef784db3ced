"""A slice of `python -m verification.model.effects`: what numbers of the shipped pack change."""

from functools import cache

import pytest

from detente.ensemble.effects import WORLDS, trial_worlds
from detente.pack import load
from verification.model.effects import Trial, changes_futures

LAYER = "defences.iran.layers.reported_long_range"


@cache
def shipped():
    crisis = load("oman-2026")
    return Trial(crisis, tuple(trial_worlds(crisis, WORLDS)), "tiny")


@cache
def without_layer():
    crisis = shipped().crisis.with_changes({f"{LAYER}.present": 0})
    return Trial(crisis, tuple(trial_worlds(crisis, 2)), "tiny")


@pytest.mark.parametrize(
    "path",
    [
        "issues.regional.settled_by_war",
        "incidents.hotline",
        "programme.hardening",
        "arsenals.us.strike_aircraft.value",
        f"{LAYER}.rounds",
        "war.token_share",
    ],
)
def test_a_number_moved_across_its_range_changes_futures(path):
    assert changes_futures(path, shipped())


@pytest.mark.parametrize("figure", ["rounds", "reach"])
def test_the_figures_of_a_layer_that_is_not_there_change_none(figure):
    assert not changes_futures(f"{LAYER}.{figure}", without_layer())

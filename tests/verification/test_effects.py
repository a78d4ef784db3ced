from functools import cache

import pytest

from detente.ensemble.encode.reads import WORLDS, trial_worlds
from detente.pack import load
from verification.effects import SLACK, Trial, changes_futures, main, report

LAYER = "defences.iran.layers.reported_long_range"


@cache
def shipped():
    crisis = load("oman-2026")
    return Trial(crisis, tuple(trial_worlds(crisis, WORLDS)), "tiny")


@cache
def without_layer():
    crisis = shipped().crisis.with_changes({f"{LAYER}.present": 0})
    return Trial(crisis, tuple(trial_worlds(crisis, 8)), "tiny")


@pytest.mark.parametrize(
    "path",
    [
        "actors.qatar.text_rate",
        "actors.aligned_groups.retaliation_share",
        "issues.regional.settled_by_war",
        "relief.defender_gain",
        "venue.publicity",
        "moves.walk_out",
        "ultimatum.credibility_cost",
        "failure.escalation_factor",
        "incidents.hotline",
        "programme.hardening",
        "indicators.close_to_a_deal.likelihood_ratio",
        "arsenals.us.strike_aircraft.value",
        f"{LAYER}.rounds",
        "war.token_share",
    ],
)
def test_a_number_moved_across_its_range_changes_futures(path):
    assert changes_futures(path, shipped())


@pytest.mark.parametrize("figure", ["rounds", "kill_probability", "reach", "coverage"])
def test_the_figures_of_a_layer_that_is_not_there_change_none(figure):
    assert not changes_futures(f"{LAYER}.{figure}", without_layer())


def test_a_number_that_changes_nothing_passes_if_check_lists_it(capsys):
    status = report(["a", "b"], lambda path: path == "a", ["b"])
    out = capsys.readouterr().out

    assert status == 0
    assert out.splitlines()[0] == "b: changes no future, as check says"


def test_a_number_that_changes_nothing_fails_if_check_does_not_list_it(capsys):
    status = report(["a", "b"], lambda path: path == "a", [])

    assert status == 1
    assert "b: changes no future, and check does not list it" in capsys.readouterr().out


def test_only_numbers_that_are_named_may_change_nothing_without_being_listed():
    named = sorted(SLACK)

    assert report(named, lambda _: False, []) == 0
    assert report(named, lambda _: True, named) == 1
    assert report([*named, "b"], lambda _: False, []) == 1


def test_a_number_that_check_lists_and_that_changes_futures_fails(capsys):
    status = report(["a"], lambda path: path == "a", ["a"])

    assert status == 1
    assert "a: changes futures, though check lists it" in capsys.readouterr().out


def test_the_numbers_of_one_section_can_be_moved_alone(capsys):
    status = main(["--only", "relief.", "--grid", "tiny"])

    assert status == 0
    assert "2 numbers moved" in capsys.readouterr().out


def test_a_pack_that_is_not_there_is_refused(capsys):
    assert main(["nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err

"""The simulation of raids, and whether it notices a kernel that is wrong."""

import math
from functools import cache

import numpy as np
import pytest

from verification.raids import __main__ as command
from verification.raids.agreement import Effort, estimate, judge, with_total
from verification.raids.cases import AGREED, BEYOND, Case, Manner, Threat, Tier
from verification.raids.kernel import drawn
from verification.raids.simulation import Fate, simulate

DRAWN = 1000
RAIDS = 60
EFFORT = Effort(flown=20_000, drawn=DRAWN)
judged = cache(judge)
NAMED = {case.name: case for case in AGREED + BEYOND}
SMALL = [case for case in AGREED if case.threats[0].weapons <= 480]
ROCKETS = NAMED["fast rockets at batteries on their own, one look"]
OWN_CHANNELS = ROCKETS._replace(threats=(Threat(750, speed=2.5),), arrival_time=3000.0)
POOL = NAMED["an overfull pool, two looks"]
SURE = Case(
    "all is seen and hit",
    (),
    (Tier(kill_probability=1.0 - 1e-15, channels=20),),
    (Threat(30),),
    detection_probability=1.0,
    true_as_threat=1.0,
)


def fates(case, raids=20):
    return simulate(case, raids, 1).mean(axis=0)


def with_tier(case, place=0, **changes):
    tiers = list(case.tiers)
    tiers[place] = tiers[place]._replace(**changes)
    return case._replace(tiers=tuple(tiers))


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_small_raids_leak_what_the_kernel_says(case):
    assert judged(case, EFFORT).is_agreed()


@pytest.mark.parametrize(
    "case", [OWN_CHANNELS, POOL, NAMED["decoys fill a pool and draw fire"]], ids=lambda x: x.name
)
def test_long_raids_leak_what_the_kernel_says(case):
    assert judged(case, EFFORT).is_agreed()


def test_every_mechanism_is_exercised_by_a_case_that_is_to_agree():
    exercised = {mechanism for case in AGREED for mechanism in case.exercises}

    assert len(AGREED) >= 8
    assert exercised >= {"pooled channels", "own channels", "magazine", "two layers", "decoys"}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("salvos of two until the rounds are gone", {"kill_probability": 0.6}),
        ("salvos of two until the rounds are gone", {"salvo": 1}),
        ("salvos of two until the rounds are gone", {"rounds": 10}),
        ("decoys empty the magazine", {"coverage": 0.7}),
        ("an overfull pool, two looks", {"channels": 3}),
        ("an overfull pool, two looks", {"service_time": 45.0}),
        ("ballistic missiles at two tiers, decoys, half failing", {"batteries": 1}),
        ("ballistic missiles at two tiers, decoys, half failing", {"reach": 9.0}),
    ],
)
def test_a_kernel_with_a_wrong_layer_is_noticed(name, changes):
    right = NAMED[name]
    verdict = judged(right, EFFORT)
    wrong = verdict._replace(drawn=estimate(drawn(with_tier(right, **changes), DRAWN, 1)))

    assert verdict.is_agreed()
    assert not wrong.is_agreed()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("decoys empty the magazine", {"decoy_as_threat": 0.3}),
        ("decoys fill a pool and draw fire", {"decoy_as_threat": 0.5}),
        ("missiles, drones and skimmers that are seen too late", {"radar_height": 60.0}),
        ("a poor picture and a common shock", {"tracking_probability": 1.0}),
        ("a poor picture and a common shock", {"shock": 2.5}),
        ("an overfull pool, two looks", {"integration": 0.0}),
        ("an overfull pool, two looks", {"arrival_time": 3000.0}),
    ],
)
def test_a_kernel_with_a_wrong_defence_is_noticed(name, changes):
    right = NAMED[name]
    verdict = judged(right, EFFORT)
    wrong = verdict._replace(drawn=estimate(drawn(right._replace(**changes), DRAWN, 1)))

    assert not wrong.is_agreed()


def test_means_far_from_the_drawn_raids_are_noticed():
    verdict = judged(NAMED["salvos of two until the rounds are gone"], EFFORT)

    assert not verdict._replace(expected=verdict.expected + 0.03).is_agreed()


def test_a_battery_on_its_own_loses_the_erlang_share():
    sure = OWN_CHANNELS._replace(detection_probability=1.0, true_as_threat=1.0)
    load = 750 * 40.0 / 3000.0 / 2
    ways = [load**busy / math.factorial(busy) for busy in range(7)]

    lost = simulate(sure, RAIDS, 1)[:, Fate.NO_CHANNEL]

    assert lost.mean() == pytest.approx(ways[6] / sum(ways), abs=3 * lost.std() / math.sqrt(RAIDS))


def test_an_overfull_pool_serves_all_that_its_channels_have_time_for():
    sure = with_tier(POOL, kill_probability=1.0 - 1e-15)
    sure = sure._replace(detection_probability=1.0, true_as_threat=1.0)

    lost = simulate(sure, 3, 1)[:, Fate.NO_CHANNEL]

    assert (2000 * (1.0 - lost)).tolist() == pytest.approx([800.0] * 3)


def test_what_nothing_is_short_for_is_killed():
    assert fates(SURE).tolist() == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("fate", "changes"),
    [
        (Fate.UNSEEN, {"coverage": 0.0}),
        (Fate.UNSEEN, {"reaction": 1e4}),
        (Fate.NO_ROUND, {"rounds": 0}),
        (Fate.MISSED, {"kill_probability": 0.0}),
    ],
)
def test_each_lack_shows_as_its_own_fate(fate, changes):
    leaked = fates(with_tier(SURE, **changes))

    assert leaked[fate] == 1.0
    assert leaked.sum() == 1.0


def test_a_leaker_counts_by_the_farthest_that_any_layer_got_with_it():
    blind = SURE.tiers[0]._replace(coverage=0.0)
    misses = SURE.tiers[0]._replace(kill_probability=0.0)

    assert fates(SURE._replace(tiers=(blind, misses, blind)))[Fate.MISSED] == 1.0


def test_a_target_that_waits_is_not_lost():
    alone = with_tier(SURE, channels=2)._replace(integration=0.0)

    assert fates(alone)[Fate.NO_CHANNEL] > 0.1
    assert fates(alone._replace(manner=Manner(waits_alone=True)))[Fate.NO_CHANNEL] < 0.01


def test_a_second_look_lengthens_the_queue_only_if_it_holds_the_channel():
    queue = with_tier(SURE, channels=1, kill_probability=0.0)._replace(threats=(Threat(60),))
    held = queue._replace(manner=Manner(holds_each_look=True))

    assert fates(held)[Fate.NO_CHANNEL] > fates(queue)[Fate.NO_CHANNEL] + 0.1


def test_a_target_that_is_past_is_not_fired_at_again():
    queue = with_tier(SURE, channels=1, kill_probability=0.5)._replace(threats=(Threat(60),))
    late = queue._replace(manner=Manner(loses_late_looks=True))

    assert fates(late)[Fate.MISSED] > fates(queue)[Fate.MISSED]


def test_rounds_of_other_batteries_are_no_use_to_a_battery_with_its_own():
    shared = with_tier(SURE, rounds=8)._replace(integration=0.0)
    own = shared._replace(manner=Manner(has_own_magazines=True))

    assert fates(shared)[Fate.NO_ROUND] == 0.0
    assert fates(own)[Fate.NO_ROUND] > 0.01


def test_a_raid_is_flown_the_same_again():
    case = NAMED["a poor picture and a common shock"]

    assert np.array_equal(simulate(case, 5, 1), simulate(case, 5, 1))
    assert not np.array_equal(simulate(case, 5, 1), simulate(case, 5, 2))


def test_leakage_is_the_sum_of_its_causes():
    columns = with_total(simulate(NAMED["decoys empty the magazine"], 5, 1))

    assert columns[:, 0] == pytest.approx(columns[:, 1:].sum(axis=1))


def test_the_command_prints_what_leaks_and_why(capsys):
    status = command.main(["--only", "salvos of two", "--flown", "8000", "--drawn", str(DRAWN)])
    lines = capsys.readouterr().out.splitlines()

    assert status == 0
    assert lines[0].startswith("salvos of two until the rounds are gone (magazine, salvo of two")
    assert lines[1].split() == ["leakage", "unseen", "no", "channel", "no", "round", "missed"]
    assert lines[5].endswith("standard errors")
    assert lines[6] == "not agreed on: none"


def test_the_command_fails_on_a_case_that_is_not_agreed_on(monkeypatch, capsys):
    monkeypatch.setattr(command, "AGREED", BEYOND)

    status = command.main(["--only", "overfull pool, both", "--flown", "8000", "--drawn", "50"])
    printed = capsys.readouterr().out

    assert status == 1
    assert "not agreed on: overfull pool, both" in printed
    assert printed.splitlines()[-1].startswith("overfull pool, both")

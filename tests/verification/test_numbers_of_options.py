"""Tests that numbers of options are worked out anew, and that a wrong one is found."""

from dataclasses import replace

import numpy as np
import pytest

import detente
from detente.analysis.conditions import find_rule, numbers_of
from detente.views import options as view
from tests.views.conftest import standing_in
from verification import numbers_in_words, numbers_of_options
from verification.numbers import judge
from verification.numbers_of_conditions import Drawn, nearest
from verification.numbers_of_options import side
from verification.phrases_of_options import add
from verification.phrases_of_packs import Allowed


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    with standing_in():
        folder = tmp_path_factory.mktemp("options") / "run"
        names = ("hotline", "guarantees", "posture_up")
        size = {"futures": 640, "worlds": 16, "threads": 1}
        run = detente.simulate(detente.load("oman-2026"), options=names, out=folder, **size)
        yield detente.compare(run)


def judged(found):
    told = judge([view.section(found)], list(numbers_of_options.known(found.run.folder, {})))
    return {part: (one.found, len(one.missed), one.unknown) for part, one in told.items()}


def test_every_number_of_options_is_worked_out_anew(found):
    told = judged(found)

    assert told.keys() >= {"options, answer", "options, lists", "options-ranked", "options_matrix"}
    assert [part for part, (_, *others) in told.items() if any(others)] == []


def test_another_lead_is_missed(found):
    lead = found.flip.lead._replace(difference=found.flip.lead.difference + 0.001)
    other = replace(found, flip=found.flip._replace(lead=lead))

    assert judged(other)["options, lists"][1] == 1


def test_another_change_is_missed_where_it_stands(found):
    one = found.options["hotline"]
    force = one.measures["force"]
    moved = {**one.measures, "force": force._replace(high=force.high + 0.001)}
    other = replace(found, options={**found.options, "hotline": replace(one, measures=moved)})

    assert judged(other)["options-matrix"][1] == judged(other)["options_matrix"][1] == 1


def test_how_many_options_help_is_known_and_another_count_is_left(found):
    places = ["options_matrix", "options_any_war", "options-thresholds"]
    places += ["brief-options, text", "options, text"]
    may = {(place, ""): Allowed() for place in places}
    add(may, numbers_of_options.read(found.run.folder))
    title = "Of 3 options, "
    other = numbers_in_words.Saying("options_matrix", "", "Of 4 options, ")
    said = numbers_in_words.Saying(
        "options_matrix", "", view.Picture("options_matrix", found).figure.title
    )

    assert said.text.startswith(title)
    assert numbers_in_words.unexplained(said, may) == []
    assert numbers_in_words.unexplained(other, may) == ["4"]


@pytest.mark.parametrize(
    ("numbers", "sign"),
    [
        ((0.02, 0.006, 0.034), 1),
        ((0.02, 0.004, 0.036), 0),
        ((-0.02, -0.034, -0.006), -1),
        ((0.009, 0.008, 0.01), 0),
    ],
)
def test_clear_takes_a_point_and_a_97_percent_interval_without_0(numbers, sign):
    assert side(list(numbers)) == sign


@pytest.mark.parametrize("seed", [0, 1])
def test_a_planted_rule_is_found_in_the_same_words(seed):
    luck = np.random.default_rng(seed)
    columns = {f"planted.{at}": luck.random(64) for at in range(12)}
    gains = 0.1 * (columns["planted.3"] > 0.5) + luck.normal(0.0, 0.05, 64)
    rule = find_rule(gains, numbers_of(columns, 64)).rule
    (bound,) = rule.conditions
    means = [100 * one for one in (*rule.inside, *rule.outside)]

    assert bound.field == "planted.3"
    assert Drawn(columns).rule(gains) == pytest.approx(
        [100 * rule.share, bound.value, bound.place, *means], rel=1e-3
    )


def test_noise_gives_no_rule():
    luck = np.random.default_rng(5)
    columns = {f"planted.{at}": luck.random(64) for at in range(12)}

    assert Drawn(columns).rule(luck.normal(size=64)) == []


def test_weights_of_two_values_are_those_that_give_the_mean():
    assert nearest(np.array([0.0, 1.0]), 0.2) == pytest.approx([0.8, 0.2])
    assert nearest(np.array([0.0, 1.0]), 1.0) is None


def test_a_number_that_carries_the_lead_turns_it_where_the_line_is_0():
    worlds = np.arange(40.0)
    place, low, high, value = Drawn({"one": worlds}).turning(worlds - 29.5)

    assert place == pytest.approx(0.75)
    assert (low, high) == pytest.approx((0.75, 0.75))
    assert value == pytest.approx(29.25)

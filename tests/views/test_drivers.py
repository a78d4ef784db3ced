"""What is said of what an outcome turns on, and of when it is likely."""

from dataclasses import replace

import pytest

from detente import discover, drivers, simulate
from detente.analysis.discovery import Assumption, Scenario, Trial
from detente.analysis.drivers.given import Effect, SensitivityIndex
from detente.ensemble.shares import Mean
from detente.views.blocks import Cards, Table
from detente.views.drivers import boxes, section
from detente.views.render.grid import Screen
from detente.views.render.terminal import to_text
from tests.views.conftest import standing_in
from tests.views.reading import must_say

KNOWN, WIDE = SensitivityIndex(0.3, 0.25, 0.4), SensitivityIndex(0.5, 0.1, 0.9)
RULES = (
    Assumption(
        "war.limited_days", 4.5, None, "days", "length of a limited strike", False, 0.31, 0.004
    ),
    Assumption("actors.qatar.consent", 0.5, None, "", "whether it agrees", True, 0.5, 0.02),
)
TRIAL = Trial(Mean(0.25, 0.1, 0.28), 0.04, Mean(0.21, 0.1, 0.3), 0.49, 64)
BOX = Scenario(RULES, TRIAL, 5, 0.01)


@pytest.fixture(scope="module")
def found(crisis, tmp_path_factory):
    """Return the drivers of a run with futures enough that its worlds surely differ."""
    with standing_in():
        folder = tmp_path_factory.mktemp("runs") / "many"
        return drivers(simulate(crisis, futures=6400, worlds=16, threads=1, out=folder))


def of(found, effect):
    """Return what is said of an outcome that turns on one group alone."""
    return section(replace(found, groups={"war": effect}, numbers={}))


def test_drivers_say_what_they_must(found):
    must_say(
        section(found),
        "In this model war (regional or not) comes in",
        "16 worlds, option base, from the run's own worlds, with nothing played again",
        "total effects do not add up to 100",
        "Enough worlds? No:",
        "--outcome any_war --design",
    )


def test_attributed_shares_say_what_they_must(run):
    must_say(section(drivers(run, method="shapley")), "Attributed share: the", "these add up")


def test_an_effect_that_is_not_estimable_shows_its_interval_alone(found):
    (table,) = (one for one in of(found, Effect(KNOWN, WIDE)).blocks if isinstance(one, Table))

    assert table.rows == (("war", "30", "25 to 40", "?", "10 to 90"),)


def test_the_answer_names_the_effects_that_are_surely_there(found):
    must_say(of(found, Effect(KNOWN, WIDE)), "(first order, 90 % interval): war 30 (25 to 40).")
    must_say(of(found, Effect(WIDE, WIDE)), "too few to say how much of it is due to any group")


@pytest.mark.parametrize("room", [40, 60, 80])
def test_no_number_is_cut_however_narrow_the_terminal(found, room):
    text = " ".join(to_text([of(found, Effect(KNOWN, WIDE))], Screen(room=room)).split())

    assert "25 to 40" in text
    assert "10 to 90" in text


def test_boxes_say_what_they_must(run):
    must_say(
        boxes(replace(discover(run), boxes=(BOX,), notes=())),
        "Box 1: if all of these hold",
        "length of a limited strike (war.limited_days): above 4.5 days; holds in 31 of 100 worlds",
        "whether it agrees (actors.qatar.consent): yes;",
        "There it comes in 25 of 100 futures (density); 49 of 100 of all such futures lie there",
        "in 5 of 16 worlds",
        "did not see: 19 of 100 (90 % interval 10 to 28)",
        "find as much in 1 of 100",
        "the rest comes outside",
    )


def test_without_a_box_the_reason_is_given(run):
    blocks = boxes(discover(run)).blocks

    assert not any(isinstance(one, Cards) for one in blocks)
    assert "32 worlds are needed to say anything; the run has 16." in str(blocks)

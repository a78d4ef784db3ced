"""What is said of what an outcome turns on, and of when it is likely."""

from dataclasses import replace

import pytest

from detente import discover
from detente.estimate.estimate import Estimate
from detente.questions.discovery import Assumption, BoxTrial, Scenario
from detente.questions.drivers import Open
from detente.questions.drivers.variance import Decomposition
from detente.text import between
from detente.views.blocks import Cards
from detente.views.drivers import boxes, section
from detente.views.render.grid import Screen
from detente.views.render.terminal import to_text
from tests.views.figures.made_up import driven
from tests.views.reading import must_say

RULES = (
    Assumption(
        "war.limited_days", 4.5, None, "days", "length of a limited strike", False, 0.31, 0.004
    ),
    Assumption("actors.qatar.consent", 0.5, None, "", "whether it agrees", True, 0.5, 0.02),
)
TRIAL = BoxTrial(Estimate(0.25, 0.1, 0.28), 0.04, Estimate(0.21, 0.1, 0.3), 0.49, 64)
BOX = Scenario(RULES, TRIAL, 5, 0.01)
VARIANCE = Decomposition(16, 200, {"world": Estimate(0.2, 0.1, 0.3)})


@pytest.fixture
def found(run, crisis):
    return replace(driven(run, crisis), variance=VARIANCE)


def test_drivers_say_what_they_must(found):
    must_say(
        section(found),
        "In this model war comes in ",
        "The inputs that move it most (90 % interval): United States: unexplained will",
        f"to use force (+20.0 points, {between('18.0', '22.0')})",
        "No other input tested moves war by more than 1.0 points. Of these 300, 212 move",
        "We cannot tell from this run whether 1 of the 8 inputs tested moves war:",
        "90 sets of assumptions would show it",
        "uncertain inputs, which differ between sets of assumptions",
        "(actors.us.motive)",
        "Of these other groups we cannot tell from this run whether they matter (the largest ",
        "change first): war; United States: aims, costs and ways.",
        "total effects do not add up to 100",
        "detente whatif",
    )


def test_what_is_not_there_is_not_said(found):
    bare = replace(found, variance=None, groups={}, numbers={}, open=Open())
    said = to_text([section(bare)], Screen(room=80))

    assert "?" not in said.splitlines()[1:]
    assert "The inputs that move it most" not in said
    assert "cannot tell" not in said
    assert "may matter" not in said


def test_of_many_groups_that_may_matter_five_are_named(found):
    many = tuple(f"table_{place}" for place in range(9))
    said = to_text([section(replace(found, open=Open(groups=many)))], Screen(room=400))

    assert "table 3; table 4; 4 more." in said
    assert "table 5" not in said


@pytest.mark.parametrize("room", [40, 60, 80])
def test_no_number_is_cut_however_narrow_the_terminal(found, room):
    text = " ".join(to_text([section(found)], Screen(room=room)).split())

    assert between("18.0", "22.0") in text
    assert between("10", "30") in text


def test_boxes_say_what_they_must(run):
    must_say(
        boxes(replace(discover(run), boxes=(BOX,), notes=())),
        "Box 1: if all of these hold",
        "length of a limited strike (war.limited_days): above 4.5 days; holds in 31 % of "
        "assumptions",
        "whether it agrees (actors.qatar.consent): yes;",
        f"There it comes in 25 % (density, 90 % interval {between('10', '28')}), elsewhere in 4",
        "The box has 49 % of all courses of events with it (coverage). These figures come from 64 ",
        "new sets of assumptions, in the box and outside",
        "The box holds 5 of the run's 16 sets of assumptions.",
        "finds as good a box in 1 % of cases",
        "with the outcome, the share that lies there",
    )


def test_without_a_box_the_reason_is_given(run):
    blocks = boxes(discover(run)).blocks

    assert not any(isinstance(one, Cards) for one in blocks)
    assert "32 sets of assumptions are needed to say anything; the run has 16." in str(blocks)

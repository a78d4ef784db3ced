import pytest

from detente.kernel.tables import Question
from detente.kernel.talks import defender_worth
from detente.questions.bargaining.game import (
    LEAST_SEEN,
    acceptance,
    prior,
    prior_chances,
    read_leverage,
    struck_worth,
)
from tests.questions.games import LEVEL, disputed_game, small_game

PACKAGES = (0, 1, 2)
STEPS = (0, 1)
FALL = 0.06
"""By how much a level of force lowers what either type expects, in the hand-written table."""


def reading(*key):
    return read_leverage(small_game())["leverage", *key]


def step_name(step):
    return f"{step}_to_{step + 1}"


@pytest.mark.parametrize("step", STEPS)
def test_more_force_lowers_the_worth_of_being_struck_as_the_table_has_it(step):
    assert reading("fall", step_name(step)) == pytest.approx(FALL)


def test_being_struck_is_worth_the_mean_over_both_types_at_the_beliefs_of_the_start():
    _, tough = prior_chances(small_game().world)
    expected = tough * (-0.34) + (1.0 - tough) * (-0.62) - FALL * LEVEL - 0.03

    assert struck_worth(small_game(), LEVEL) == pytest.approx(expected)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_margin_is_the_fall_less_the_dearer_price_of_conceding_in_public(package):
    talks = small_game().world.talks
    dearer = talks.capitulation * talks.publicity * talks.defender_concession[package]

    assert reading("margin", str(package + 1), "0_to_1") == pytest.approx(FALL - dearer)


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("step", STEPS)
def test_the_margin_is_what_force_adds_to_a_deal_over_being_struck(package, step):
    talks, vowed = small_game().world.talks, small_game().world.talks.has_vowed == 1
    over = [
        defender_worth(talks, package, force, vowed) - struck_worth(small_game(), force)
        for force in (step, step + 1)
    ]

    assert reading("margin", str(package + 1), step_name(step)) == pytest.approx(over[1] - over[0])


@pytest.mark.parametrize("package", PACKAGES)
def test_force_is_leverage_where_the_margin_is_above_0(package):
    margin = reading("margin", str(package + 1), "0_to_1")

    assert reading("is_leverage", str(package + 1), "0_to_1") is (margin > 0.0)


def test_acceptance_at_the_force_in_view_is_the_mean_of_what_both_types_answer():
    _, tough = prior_chances(small_game().world)
    start = prior(small_game().world)
    if_tough, if_weak = acceptance(small_game(), Question.DEFENDER_ANSWER, start)

    assert reading("accepted", "1", str(LEVEL)) == pytest.approx(
        tough * if_tough + (1.0 - tough) * if_weak
    )


def test_acceptance_is_reported_only_for_force_that_can_be_there():
    assert {key[3] for key in read_leverage(small_game()) if key[1] == "accepted"} == {"0", "1"}


def test_the_whole_game_agrees_where_acceptance_moves_as_the_margin_has_it():
    found = read_leverage(disputed_game()[2])
    agreeing = {key[2:]: value for key, value in found.items() if key[1] == "agrees"}
    moved = {
        (package, step): found["leverage", "accepted", package, step[-1]]
        - found["leverage", "accepted", package, step[0]]
        for package, step in agreeing
    }

    assert agreeing
    assert min(map(abs, moved.values())) >= LEAST_SEEN
    assert agreeing == {
        key: (change > 0.0) == (found["leverage", "margin", *key] > 0.0)
        for key, change in moved.items()
    }

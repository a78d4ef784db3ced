"""What lies before a rule of the user's own: chances that can be played, and a draw by them."""

import numpy as np
import pytest

from detente.kernel.decision import (
    AS_SOLVED,
    RuleFault,
    draw_from,
    find_fault,
    new_decision_record,
    normalise,
)

pytestmark = pytest.mark.plain

HOLD = 2
NAN = float("nan")


def record_of(given, chances=()):
    """Return a decision record with the chances of the solved game and of a rule."""
    decision = new_decision_record(AS_SOLVED)
    decision.moves = len(given)
    decision.given[: len(given)] = given
    decision.chances[: len(chances)] = chances
    return decision


@pytest.mark.parametrize("given", [[0.5, 0.25, 0.125], [0.75, 0.5, 0.25], [0.25, 0.0, 0.0]])
def test_chances_that_do_not_add_up_are_levelled(given):
    decision = record_of(given)

    normalise(decision)

    assert decision.given[:3] == pytest.approx(np.array(given) / sum(given), rel=1e-15)
    assert not decision.given[3:].any()


@pytest.mark.parametrize("next_to", [0.0, 9e-7, -9e-7])
def test_chances_that_add_up_but_for_rounding_are_left(next_to):
    given = [0.5, 0.25, 0.25 + next_to]
    decision = record_of(given)

    normalise(decision)

    assert list(decision.given[:3]) == given


@pytest.mark.parametrize(
    ("chances", "fault", "move"),
    [
        ([0.25, 0.0, 0.75], RuleFault.NONE, 2),
        ([0.25, 0.0, 0.75 + 9e-7], RuleFault.NONE, 2),
        ([0.25, 0.0, 0.75 + 2e-6], RuleFault.SUM, 2),
        ([0.25, 0.0, 0.5], RuleFault.SUM, 2),
        ([1.25, -0.25, 0.0], RuleFault.NO_CHANCE, 1),
        ([NAN, 0.5, 0.5], RuleFault.NO_CHANCE, 0),
        ([0.0, 0.5, 0.5], RuleFault.OFF_MENU, 1),
    ],
)
def test_what_keeps_chances_from_being_played_is_named_with_its_move(chances, fault, move):
    decision = record_of([1.0, 0.0, 0.0], chances)

    assert find_fault(decision, HOLD) == fault
    assert decision.move == move


def test_any_answer_may_be_given_where_there_is_no_holding():
    assert find_fault(record_of([1.0, 0.0], [0.0, 1.0]), -1) == RuleFault.NONE


@pytest.mark.parametrize(
    ("draw", "move"), [(0.0, 1), (0.24, 1), (0.25, 3), (0.99, 3), (1.0 - 1e-9, 3)]
)
def test_a_move_is_drawn_by_its_chance_and_never_one_without(draw, move):
    chances = np.array([0.0, 0.25, 0.0, 0.75 - 1e-7, 0.0])

    assert draw_from(chances, draw) == move

import functools
from collections import Counter
from math import log, sqrt

import numpy as np
import pytest

from detente.ensemble.encode.world import encode_on_terms
from detente.kernel.endings import Event
from detente.kernel.tables import Question
from detente.kernel.talks import Regime
from detente.kernel.world import grid_of
from detente.questions.bargaining.game import (
    STANDSTILL,
    ULTIMATUM,
    Beliefs,
    acceptance,
    at_beliefs,
    daily_chances,
    defender_questions,
    move_names,
    movers,
    place_on,
    prior,
    prior_chances,
    read_answers,
    read_moves,
    within,
)
from tests.kernel.worlds import played_futures
from tests.questions.games import small_game

FUTURES = 5_000
FIRST = Question.DEFENDER_ANSWER


def log_odds(chance):
    return log(chance / (1.0 - chance))


def answers_at_start():
    game = small_game()
    place = place_on(game.world, 0)
    return game.solved.policies.answers[place.stage, place.posture, place.stance]


@pytest.mark.parametrize("question", [FIRST, FIRST + 2, Question.CHALLENGER_ANSWER])
@pytest.mark.parametrize(("tough", "hard"), [(0, 0), (1, 2), (2, 1)])
def test_acceptance_at_a_point_of_the_grid_is_the_row_of_the_policy(question, tough, hard):
    grid = grid_of(small_game().world)
    beliefs = Beliefs(*(grid.origin + grid.step * place for place in (tough, hard)))
    row = answers_at_start()[question - FIRST, tough, hard, :, 0]

    assert acceptance(small_game(), question, beliefs) == pytest.approx(row.tolist())


def test_between_points_of_the_grid_policies_are_mixed_as_near_as_they_are():
    grid = grid_of(small_game().world)
    block = answers_at_start()[0, :, :, :, 0].astype(float)
    beliefs = Beliefs(grid.origin + 1.25 * grid.step, grid.origin + 2.0 * grid.step)
    mixed = 0.75 * block[1, 2] + 0.25 * block[2, 2]

    np.testing.assert_allclose(at_beliefs(small_game().world, block, beliefs), mixed)


def test_beyond_the_grid_the_last_policy_holds():
    block = answers_at_start()[0, :, :, :, 0].astype(float)

    np.testing.assert_allclose(
        at_beliefs(small_game().world, block, Beliefs(99.0, -99.0)), block[-1, 0]
    )


def test_answers_are_read_at_the_belief_they_name():
    reading = read_answers(small_game())
    start = prior(small_game().world)
    by_defender = acceptance(small_game(), FIRST + 1, start._replace(hard=log_odds(0.7)))
    by_challenger = acceptance(
        small_game(), Question.CHALLENGER_ANSWER + 1, start._replace(tough=log_odds(0.3))
    )

    assert reading["answers", "defender", "2", "tough", "0.7"] == pytest.approx(by_defender[0])
    assert reading["answers", "defender", "2", "weak", "0.7"] == pytest.approx(by_defender[1])
    assert reading["answers", "challenger", "2", "soft", "0.3"] == pytest.approx(by_challenger[1])


def test_an_ultimatum_is_answered_only_with_force_in_view():
    assert defender_questions(small_game())[Question.ULTIMATUM_ANSWER] == ULTIMATUM


def test_the_chance_within_days_is_one_less_that_of_none_on_each():
    chances = within(np.array([0.0, 0.01, 0.5]), 30)

    np.testing.assert_allclose(chances, [0.0, 1.0 - 0.99**30, 1.0 - 0.5**30])


def test_the_moves_of_a_day_and_holding_share_the_chance_to_move():
    talks = small_game().world.talks
    total = talks.challenger_pace + talks.defender_pace
    moves = 1.0 - np.exp(-total)
    for mover in movers(small_game()):
        chances = daily_chances(small_game(), mover, Regime.TEXT_READY, 0)

        np.testing.assert_allclose(chances.sum(axis=1), moves * mover.pace / total)


def test_moves_are_read_at_the_days_that_can_be_played():
    assert {key[3] for key in read_moves(small_game())} == {"0"}


def test_what_is_not_on_the_menu_has_no_chance():
    reading = read_moves(small_game())

    assert reading["moves", "challenger", "no_text", "0", "offer_1", "hard"] == 0.0
    assert reading["moves", "challenger", "text_ready", "0", "offer_1", "hard"] > 0.0


def test_every_move_but_to_hold_has_a_name():
    challenger, defender = movers(small_game())

    assert list(move_names(challenger, 2).values()) == [
        *("offer_1", "offer_2", "drop", "standstill", "lift", "lower", "raise", "impose"),
        *("ultimatum", "walk_out", "take", "strike", "campaign"),
    ]
    assert set(move_names(defender, 1).values()) == {
        *("offer_1", "yield", "standstill", "vow", "advance", "walk_out", "strike"),
    }


@functools.cache
def first_days():
    """Count what is done on the first day of many futures, on which nature rests."""
    game = small_game()
    world = encode_on_terms(*game.settled, **game.depth._asdict())
    world.calendar.horizon = 1
    world.talks.text_rate = world.talks.fade_rate = world.talks.growth_rate = 0.0
    counts = Counter()
    for state, _ in played_futures(world, game.solved, seed=3, futures=FUTURES):
        counts.update(state.lines[: int(state.lines_written), 1].tolist())
    return counts


@pytest.mark.parametrize(
    ("side", "name", "event"),
    [
        (0, "lower", Event.LOWERS),
        (0, "ultimatum", Event.ULTIMATUM),
        (1, "advance", Event.ADVANCES),
        (1, "vow", Event.VOWS),
    ],
)
def test_moves_are_made_in_play_as_often_as_stated(side, name, event):
    """Within five standard deviations of a count of independent futures."""
    mover = movers(small_game())[side]
    number = {name: move for move, name in move_names(mover, 3).items()}[name]
    own = prior_chances(small_game().world)[side]
    firm, other = daily_chances(small_game(), mover, Regime.NO_TEXT, 0)[:, number]
    expected = own * firm + (1.0 - own) * other

    found = first_days()[event]

    assert found == pytest.approx(
        FUTURES * expected, abs=5.0 * sqrt(FUTURES * expected * (1.0 - expected)) + 1e-9
    )


def test_a_standstill_is_asked_of_both_where_there_can_be_one():
    game = small_game()
    world = encode_on_terms(*game.settled, **game.depth._asdict())
    world.talks.standstill_days = 30.0
    asked = {key[1] for key in read_answers(game._replace(world=world)) if key[2] == STANDSTILL}

    assert asked == {"challenger", "defender"}
    assert not any(key[2] == STANDSTILL for key in read_answers(game))

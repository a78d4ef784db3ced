from types import SimpleNamespace

import pytest

from detente.kernel.places import (
    POSTURES,
    STANCES,
    Standing,
    after_challenger,
    after_defender,
    after_force,
    at_start,
    force_of,
    posture_at,
    stance_at,
    under_ceiling,
)
from detente.kernel.talks import ChallengerMove, DefenderMove, Regime

pytestmark = pytest.mark.plain

HERE = Standing(posture_at(1), 0, Regime.TEXT_READY)
TALKS = SimpleNamespace(has_blockade=1, blockade_force=1)


def test_a_raise_that_is_called_back_leads_to_where_it_was_ordered():
    raised = after_challenger(HERE, ChallengerMove.RAISE)

    assert raised != HERE
    assert after_challenger(raised, ChallengerMove.LOWER) == HERE


@pytest.mark.parametrize("move", [ChallengerMove.HOLD, ChallengerMove.OFFER, ChallengerMove.DROP])
def test_a_move_that_changes_nothing_by_itself_leads_nowhere(move):
    assert after_challenger(HERE, move) == HERE


def test_a_walk_out_fails_the_talks_for_either_side():
    there = HERE._replace(regime=Regime.FAILED)

    assert after_challenger(HERE, ChallengerMove.WALK_OUT) == there
    assert after_defender(HERE, DefenderMove.WALK_OUT) == there


def test_an_ultimatum_without_force_behind_it_is_void_under_a_ceiling():
    running = Standing(posture_at(2), 0, Regime.ULTIMATUM)

    assert under_ceiling(TALKS, running, 1).regime == Regime.ULTIMATUM
    assert under_ceiling(TALKS, running, 0).regime == Regime.FAILED


@pytest.mark.parametrize(
    ("force", "posture", "regime"),
    [(0, 1, Regime.FAILED), (1, 3, Regime.ULTIMATUM), (2, 4, Regime.ULTIMATUM)],
)
def test_an_ultimatum_runs_from_the_start_with_force_behind_it_and_more_on_its_way(
    force, posture, regime
):
    start = {"has_vowed": 1, "have_failed": 0, "ultimatum_runs": 1, "raise_ordered": 1}
    talks = SimpleNamespace(**start, blockade_stands=0)

    assert at_start(force, talks) == (posture, stance_at(0, 1), regime)


@pytest.mark.parametrize("posture", range(POSTURES))
def test_force_leaves_no_raise_under_way_and_no_vow(posture):
    there = after_force(posture, 2)

    assert there == Standing(posture_at(force_of(posture)), 2, Regime.FAILED)
    assert there.stance < STANCES // 2

"""A side follows a rule of the user's own; the small world has every decision in it."""

import functools
import hashlib
import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from detente import Asked, ChallengerMove, DefenderMove, DetenteError
from detente.endings import Ending
from detente.ensemble.encode import encode
from detente.kernel.consult import ANSWERS, consult, refuse_faults
from detente.kernel.crisis import new_plays, play, play_rows
from detente.kernel.decision import AS_SOLVED, SIGHT, RuleFault
from detente.kernel.draws import Draws
from detente.kernel.endings import Trigger
from detente.kernel.jit import Called
from detente.kernel.play import Cell
from detente.kernel.seats import Query
from detente.kernel.solution import solve
from tests.kernel.worlds import drawn, set_stages, war_table

FUTURES = 15 if numba.config.DISABLE_JIT else 4000
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
COMPARED = 5
HORIZON = 56
MOVE, OFFER, ULTIMATUM, LAPSE = (int(asked) for asked in list(Asked)[:4])
YIELD, HOLD = DefenderMove.YIELD, DefenderMove.HOLD
NAN = float("nan")


def keep(sight, chances):
    """Change nothing."""


def concede_nothing(sight, chances):
    if sight.asked == MOVE:
        for concession in range(YIELD + 1):
            chances[HOLD] += chances[concession]
            chances[concession] = 0.0
    else:
        chances[0] = 0.0
        chances[1] = 1.0


def never_strike(sight, chances):
    if sight.asked == MOVE:
        chances[ChallengerMove.HOLD] += chances[ChallengerMove.STRIKE]
        chances[ChallengerMove.STRIKE] = 0.0
    elif sight.asked == LAPSE:
        chances[0] = 0.0
        chances[1] = 1.0


def see(sight, chances):
    """Leave no number where something that is shown cannot be."""
    is_right = sight.day >= 0 and sight.day + sight.days_left == HORIZON
    is_right = is_right and 0.0 < sight.hard < 1.0 and 0.0 < sight.tough < 1.0
    is_right = is_right and 0 <= sight.force <= 2 and 0 <= sight.step <= 2
    is_right = is_right and (sight.package >= 0) == (sight.asked == OFFER)
    is_right = is_right and (sight.worth_of_consent != 0.0) == (sight.asked in (OFFER, ULTIMATUM))
    is_right = is_right and sight.worth_of_force < 0.3 and sight.worth_of_waiting != 0.0
    total = 0.0
    for move in range(len(chances)):
        total += chances[move]
    if not is_right or abs(total - 1.0) > 1e-6:
        chances[0] = NAN


def not_a_number(_sight, chances):
    chances[HOLD] = NAN


def below_nothing(_sight, chances):
    chances[HOLD] = -0.5


def too_much(sight, chances):
    chances[HOLD if sight.asked == MOVE else 1] += 0.5


def off_the_menu(sight, chances):
    if sight.asked == MOVE:
        for move in range(len(chances)):
            chances[move] = 1.0 if move == ChallengerMove.RAISE else 0.0


def no_first_offer(sight, chances):
    if sight.asked == MOVE:
        chances[0] = NAN


def no_word_on_offers(sight, chances):
    if sight.asked == OFFER:
        chances[1] = NAN


def past_the_end(sight, chances):
    chances[20] = sight.hard


FAULTS = {
    not_a_number: r"HOLD has the chance nan",
    below_nothing: r"HOLD has the chance -0.5",
    too_much: r"the chances add up to 1",
    no_first_offer: r"OFFER \+ 0 has the chance nan",
    no_word_on_offers: r"asked about the offer of package \d: rejects has the chance nan",
    past_the_end: r"it stopped with IndexError: index 20 is out of bounds",
}


@functools.cache
def small():
    """Return a world in which much is decided every day, solved, with little to solve."""
    crisis, (values,) = drawn(1, 1)
    world = encode(crisis, values, grid="tiny", horizon=HORIZON)
    talks = world.talks
    set_stages(world.calendar, 70)
    world.calendar.ceiling[:] = world.calendar.force_at_start = 1
    world.belief_points = 2
    world.mediators.count = 0
    talks.has_vowed, talks.precision = 1, 16.0
    talks.ally_rate = talks.ally_rate_per_step = 0.0
    talks.challenger_pace = talks.defender_pace = 0.5
    talks.text_rate, talks.ultimatum_days = 0.5, 4.0
    talks.challenger_rate[:] *= 10.0
    talks.defender_rate[:] *= 10.0
    return world, solve(world, war=war_table(continuation_discount=0.9), with_exploitability=False)


@functools.cache
def called(function):
    return AS_SOLVED[0] if function is None else Called(function, SIGHT)


@functools.cache
def played(challenger=None, defender=None, futures=FUTURES):
    world, solved = small()
    rules = (called(challenger), called(defender))
    return play(world, solved, seed=1, number=0, first=0, futures=futures, rules=rules)


def digest(rows):
    return hashlib.sha256(rows.tobytes()).hexdigest()


def test_a_rule_that_changes_nothing_changes_no_bit():
    assert digest(played(keep, keep)) == digest(played())


def test_a_defender_that_concedes_nothing_makes_no_deal_and_yields_nothing():
    usual, ruled = played(), played(defender=concede_nothing)
    concessions = (Ending.COMPREHENSIVE_DEAL, Ending.NARROW_DEAL)

    assert np.isin(usual.settlement, concessions).any()
    assert not np.isin(ruled.settlement, concessions).any()
    assert (ruled.violence > 0).mean() > (usual.violence > 0).mean()


def test_a_challenger_that_never_strikes_begins_force_by_incident_alone():
    by_choice = (Trigger.STRIKE, Trigger.LAPSE)
    usual, ruled = played(), played(never_strike)

    assert np.isin(usual.trigger[usual.initiator == 0], by_choice).any()
    assert not np.isin(ruled.trigger[ruled.initiator == 0], by_choice).any()


def test_a_rule_sees_what_its_side_sees():
    assert digest(played(see, see)) == digest(played())


@pytest.mark.parametrize(("function", "says"), FAULTS.items(), ids=lambda case: str(case)[:20])
def test_what_cannot_be_played_is_reported_with_the_rule_the_future_and_the_day(function, says):
    with pytest.raises(DetenteError, match=says) as reported:
        played(defender=function)

    assert f"rule {function.__name__} of the defender, day " in str(reported.value)
    assert "of future 0:" in str(reported.value)


def test_a_move_that_is_not_on_the_menu_cannot_be_made():
    with pytest.raises(DetenteError, match="RAISE has the chance 1, and cannot be made today"):
        played(off_the_menu)


def playing(function):
    """Return a future whose defender follows a rule, and what lies before it."""
    world, solved = small()
    room, *_ = new_plays(world, solved, Draws(1, 0, 0, 0, 0), (AS_SOLVED[0], called(function)))
    return room, room.rules.decision


def test_an_error_that_does_not_come_again_is_reported_as_one():
    room, decision = playing(keep)
    decision.fault, decision.side, decision.sight.asked = RuleFault.STOPPED, 1, MOVE

    with pytest.raises(DetenteError, match="it stopped when compiled, and not as plain Python"):
        refuse_faults(room.rules, 0)


@pytest.mark.parametrize("asked", [Asked.MOVE, *ANSWERS])
def test_a_fault_names_whatever_the_rule_was_asked(asked):
    room, decision = playing(keep)
    decision.fault, decision.sight.asked = RuleFault.SUM, asked
    decision.moves, decision.chances[:2] = 2, 0.4

    with pytest.raises(DetenteError, match=r"asked .*the chances add up to 0\.8"):
        refuse_faults(room.rules, 0)


def test_a_rule_is_not_asked_again_once_it_has_said_what_cannot_be():
    room, decision = playing(past_the_end)
    decision.fault, decision.moves = RuleFault.SUM, 2
    answer = consult(room, 1, Cell(0, 0), Query(OFFER, 0, -1), 0.5)

    assert answer == 1
    assert decision.fault == RuleFault.SUM
    assert room.trajectory.state.has_ended == 1


@needs_compiler
def test_another_rule_compiles_nothing_again():
    played(keep)
    played(never_strike, concede_nothing)

    assert len(getattr(play_rows, "signatures", [1])) == 1


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="compares with plain Python")
def test_a_rule_gives_the_same_bits_without_the_compiler():
    reported = subprocess.run(
        [sys.executable, "-m", "tests.kernel.test_own_rule"],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert reported.stdout.strip() == digest(played(never_strike, concede_nothing, COMPARED))


if __name__ == "__main__":
    sys.stdout.write(digest(played(never_strike, concede_nothing, COMPARED)))

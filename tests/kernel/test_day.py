import re

import numba
import numpy as np
import pytest

from detente.kernel.crisis import (
    Solved,
    SolverReport,
    begin,
    follow,
    grid_of,
    play_one,
    set_out,
    solve,
)
from detente.kernel.day import cap_force, let_arrive, live_days, weigh_ally
from detente.kernel.draws import Luck
from detente.kernel.endings import Event, Settlement, Trigger
from detente.kernel.hazards import ALLY
from detente.kernel.places import posture_at
from detente.kernel.tables import new_policies
from detente.kernel.talks import ChallengerMove, DefenderMove, Regime
from tests.kernel.worlds import random_worlds, set_stages, war_table

WORLDS, FUTURES = (1, 30) if numba.config.DISABLE_JIT else (3, 400)
HORIZON = 40
FORCE = "answers (closes )?force_ends ceasefire "
MOVE = (
    "drops |lowers |raises |walks_out |vows |advances |yields |breaks "
    "|ultimatum (refuses |yields )|offers (rejects |accepts (not_)?ratified )"
    f"|strikes {FORCE}"
)
IN_ORDER = re.compile(
    "(posture_capped )?(arrives (sign )*)?(programme_grows )?(unrest )?"
    "(fades |text_ready |talks_resume )?"
    f"(incident (reply (escalates {FORCE})?)?)?"
    f"(ally_strikes {FORCE}|restrained )?"
    f"({MOVE})?"
    "(speaks )*"
    f"(lapses (backs_down |strikes {FORCE}))?"
    "(horizon )?"
)
"""A day as MODEL 4 tells it; a deal that breaks does so on a later day, when neither side moves."""
ENDS = "fades|drops|yields|ceasefire|horizon"
TO_ITS_END = re.compile(rf"((?!{ENDS}|ratified)\w+ |ratified (?=breaks ))*({ENDS}|ratified) ")
"""A future: one event ends it, and nothing comes after; a deal that holds is one."""

BY_THE_ALLY = 2
WAITING = 0.5
"""What a day without force is worth to everyone."""
REPORT = SolverReport(0, 0, 0, 0, 0, 0, 0.0, (0.0,) * 4)


def play_in_which_the_ally_gains(to_the_challenger):
    """Return a future in which an ally's strike brings it 1, and the challenger so much."""
    world = next(random_worlds(1, grid="tiny", horizon=HORIZON))
    world.talks.precision = 1000.0
    world.talks.restraint_success, world.talks.restraint_cost = 1.0, 0.1
    policies = new_policies(int(world.calendar.stages), grid_of(world).points)
    policies.worth[:] = WAITING
    policies.force[:, :, BY_THE_ALLY, ..., ALLY] = WAITING + 1.0
    policies.force[:, :, BY_THE_ALLY, ..., :2] = WAITING + to_the_challenger
    solved = Solved(policies, war_table(), REPORT, (0.0,) * 4)
    play = set_out(world, solved, Luck(1, 0, 0))
    begin(play.life)
    return play


def play_in_which_nothing_happens():
    """Return a future in which every chance of a day is 0, to be played from its begin."""
    play = play_in_which_the_ally_gains(0.0)
    for name in play.life.daily.dtype.names:
        play.life.daily[name] = 0.0
    return play


def told_by(play):
    """Return the day and the Event of each line of a future, shape (lines, 2)."""
    return play.life.state.lines[: int(play.life.state.told), :2].astype(int).tolist()


@pytest.mark.parametrize(("gain", "is_restrained"), [(-1.0, True), (1.0, False)])
def test_an_ally_is_held_back_from_a_strike_that_harms_the_challenger(gain, is_restrained):
    play = play_in_which_the_ally_gains(gain)
    weigh_ally(play)
    state = play.life.state
    told = state.lines[: int(state.told), 1]

    assert np.isin(Event.RESTRAINED, told) == is_restrained
    assert np.isin(Event.ALLY_STRIKES, told) == (not is_restrained)
    assert bool(state.has_ended) == (not is_restrained)
    assert is_restrained or state.trigger == Trigger.ALLY


@pytest.mark.parametrize(
    ("ceiling", "regime", "after"),
    [
        (0, Regime.ULTIMATUM, Regime.FAILED),
        (1, Regime.ULTIMATUM, Regime.ULTIMATUM),
        (0, Regime.TEXT_READY, Regime.TEXT_READY),
    ],
)
def test_an_ultimatum_fails_when_the_force_behind_it_has_to_leave(ceiling, regime, after):
    life = play_in_which_the_ally_gains(0.0).life
    life.world.calendar.ceiling[:] = ceiling
    life.state.regime, life.state.stage, life.state.posture = regime, -1, posture_at(2)
    cap_force(life)

    assert life.state.posture == posture_at(ceiling)
    assert life.state.regime == after
    assert life.state.lines[0, 1:4].tolist() == [Event.POSTURE_CAPPED, 0, ceiling]


@pytest.mark.parametrize(("ceiling", "arrives"), [(1, False), (2, True)])
def test_a_raise_arrives_under_its_ceiling_only(ceiling, arrives):
    life = play_in_which_the_ally_gains(0.0).life
    life.world.calendar.ceiling[:] = ceiling
    life.world.calendar.signs = 0
    life.daily.arrives = 1.0
    life.state.posture = ordered = posture_at(1) + 1
    let_arrive(life)

    assert life.state.posture == (posture_at(2) if arrives else ordered)


def test_a_raise_waits_for_the_day_on_which_its_ceiling_rises():
    play = play_in_which_nothing_happens()
    calendar, state = play.life.world.calendar, play.life.state
    calendar.stage_of_day[:7], calendar.stage_of_day[7:] = 0, 1
    calendar.ceiling[:2] = [1, 2]
    calendar.signs = 0
    play.life.daily.arrives = 1.0
    state.stage, state.posture = 0, posture_at(1) + 1
    live_days(play)

    assert told_by(play) == [[7, Event.ARRIVES]]


def test_what_nothing_ends_is_lived_to_the_last_day_before_the_horizon_and_ends_on_it():
    play = play_in_which_nothing_happens()
    play.life.world.incidents.sensitivity = play.life.world.incidents.false_alarm = 0.0
    play.life.daily.incident[:] = 1.0
    play_one(play)

    assert play.life.state.day == HORIZON
    assert told_by(play) == [
        *([day, Event.INCIDENT] for day in range(HORIZON)),
        [HORIZON, Event.HORIZON],
    ]


@pytest.mark.parametrize("side", [0, 1])
def test_a_move_on_the_day_on_which_an_ultimatum_lapses_comes_before_the_lapse(side):
    """The challenger drops its demand for sure, or the defender yields, and no lapse is asked."""
    play = play_in_which_nothing_happens()
    play.policies.challenger[..., ChallengerMove.DROP] = 1.0
    play.policies.defender[..., DefenderMove.YIELD] = 1.0
    daily = play.life.daily
    daily.lapses, daily.moves, daily.challenger_moves = 1.0, 1.0, 1.0 - side
    daily.factor[:] = 1.0
    play.life.state.regime = Regime.ULTIMATUM
    live_days(play)

    assert told_by(play) == [[0, Event.YIELDS if side else Event.DROPS]]
    assert play.life.state.settlement == Settlement.TACIT


def test_an_ultimatum_is_asked_once_on_the_day_on_which_it_lapses():
    play = play_in_which_nothing_happens()
    play.policies.answers[..., 0] = 0.0
    play.life.daily.lapses = 1.0
    play.life.state.regime = Regime.ULTIMATUM
    live_days(play)

    assert told_by(play) == [[0, Event.LAPSES], [0, Event.BACKS_DOWN]]
    assert (play.life.state.visited, play.life.state.regime) == (1, Regime.FAILED)


def days_of(trace):
    """Return what happened on each day of a future, in words; beliefs move with what happens."""
    told = trace[trace.kind != Event.BELIEFS]
    words = np.array([f"{Event(int(kind)).name.lower()} " for kind in told.kind], object)
    return [words[told.day == day].sum() for day in np.unique(told.day)]


def hurry(world):
    """Let everything happen often, agreement excepted; force has to leave in the end."""
    calendar, talks = world.calendar, world.talks
    set_stages(calendar, 48)
    calendar.stage_of_day[:] = np.arange(len(calendar.stage_of_day)) // 20
    calendar.ceiling[:3] = [2, 2, 0]
    calendar.force_at_start = 1
    world.belief_points = 2
    talks.precision, talks.has_vowed = 4.0, 0
    talks.challenger_pace = talks.defender_pace = 0.3
    talks.text_rate, talks.exit_rate, talks.growth_rate = 0.1, 0.3, 0.03
    talks.unrest_rate, talks.fade_rate, talks.ratify_probability = 0.03, 0.002, 0.5
    talks.breaking_rate[:] = 0.03
    talks.raise_days, talks.ultimatum_days = 2.0, 3.0
    talks.challenger_rate[ChallengerMove.ULTIMATUM] = 0.03
    talks.challenger_rate[ChallengerMove.RAISE] = 0.1
    talks.challenger_rate[ChallengerMove.DROP] = 0.0005
    talks.ally_rate, talks.restraint_success, talks.restraint_cost = 0.01, 0.5, 0.0
    world.incidents.rate, world.incidents.escalation_probability = 0.2, 0.1
    world.mediators.report_rate[:] = 0.1
    return world


@pytest.fixture(scope="module")
def futures():
    """Return the days of futures in which everything happens often."""
    found = []
    for number, world in enumerate(map(hurry, random_worlds(WORLDS, grid="tiny", horizon=60))):
        war = war_table(hard=-0.3, soft=-0.5)
        solved = solve(world, war=war, with_exploitability=False)
        for future in range(FUTURES):
            trace = follow(world, solved, seed=1, number=number, future=future)
            found.append(days_of(trace))
    return found


def test_what_happens_on_a_day_happens_in_the_order_that_a_day_has(futures):
    days = {day for future in futures for day in future}

    assert [day for day in days if not IN_ORDER.fullmatch(day)] == []
    assert {"arrives", "restrained", "speaks", "lapses"} <= set("".join(days).split())


def test_nothing_happens_after_what_ends_a_future(futures):
    whole = {"".join(future) for future in futures}

    assert [future for future in whole if not TO_ITS_END.fullmatch(future)] == []

"""What happens on a day, in the order that a day has, and what ends a future."""

import re

import numba
import numpy as np
import pytest

from detente.kernel.endings import Event
from detente.kernel.solution import solve
from detente.kernel.talks import ChallengerMove
from tests.kernel.worlds import (
    HOST,
    let_decide,
    let_host_change,
    random_worlds,
    set_stages,
    traces,
    war_table,
)

WORLDS, FUTURES = 3, 400
pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="follows many futures, some to a war"
)
FOUGHT = "(joins )*(goes_in )?(raids ){0,2}(loses ){2}(closes )?"
STOPS = "force_ends ceasefire leaves(_nothing)? "
OF_FORCE = f"(first_shot )?answers shows_plan {FOUGHT}"
MOVE = (
    "drops |lowers |raises |walks_out |vows |advances |yields "
    "|ultimatum (refuses |yields )|offers (rejects |accepts (not_)?ratified )"
)
BEFORE = (
    f"(breaks |{STOPS})?((withdraws|consents|sends|calls_back) )*(posture_capped )?"
    "(arrives (sign )*)?(programme_grows )?(unrest )?"
    "(fades |text_ready |talks_resume )?"
)
MEET = "(incident (reply )?)?"
BY_EVENING = f"{MEET}(restrained )?({MOVE})?(speaks )*"
IN_ORDER = re.compile(
    f"{FOUGHT}|({STOPS})?horizon |{BEFORE}("
    f"{BY_EVENING}(lapses backs_down )?"
    f"|({MEET}ally_strikes (strikes )?"
    f"|(incident reply escalates |{MEET}(restrained )?strikes |{BY_EVENING}lapses strikes )"
    f"(ally_strikes )?){OF_FORCE})"
)
"""A day as MODEL 4 tells it; force is the last of its day, and takes days that it has alone.

The challenger may join an ally that presses, and the ally the challenger's force.

A deal that breaks does so before all else on a later day, and so does fighting that stops.
"""
ENDS = "fades|drops|yields|horizon|ratified|leaves_nothing"
PASSES = "ratified (?=breaks )|leaves_nothing (?=horizon )"
TO_ITS_END = re.compile(rf"((?!{ENDS})\w+ |{PASSES})*({ENDS}) ")
"""A future: one event ends it, and nothing comes after; a deal that holds is one.

So is force that leaves nothing in dispute, unless it lasts to the horizon.
"""


def days_of(trace):
    """Return what happened on each day of a future, in words; beliefs move with what happens."""
    reported = trace[trace.kind != Event.BELIEFS]
    words = np.array([word_of(line) for line in reported], object)
    return [words[reported.day == day].sum() for day in np.unique(reported.day)]


def word_of(line):
    """Return what happened in a word; force that ends the dispute leaves nothing of it."""
    is_over = line.kind == Event.LEAVES and line.second == 1
    return f"{Event(int(line.kind)).name.lower()}{'_nothing' if is_over else ''} "


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
    let_host_change(world, withdraws=0.02, consents=0.1)
    world.partners.raise_rate[0], world.partners.lower_rate[0] = 0.05, 0.1
    let_decide(world, 0, HOST)
    return world


@pytest.fixture(scope="module")
def futures():
    """Return the days of futures in which everything happens often."""
    found = []
    for number, world in enumerate(map(hurry, random_worlds(WORLDS, grid="tiny", horizon=60))):
        war = war_table(hard=-0.3, soft=-0.5, continuation_discount=0.9)
        solved = solve(world, war=war, with_exploitability=False)
        reported = traces(world, solved, seed=1, number=number, futures=FUTURES)
        found += [days_of(trace) for trace in reported]
    return found


def test_what_happens_on_a_day_happens_in_the_order_that_a_day_has(futures):
    days = {day for future in futures for day in future}

    assert [day for day in days if not IN_ORDER.fullmatch(day)] == []
    words = set("".join(days).split())
    assert {"arrives", "restrained", "speaks", "lapses", "breaks"} <= words
    assert {"first_shot", "shows_plan", "joins", "raids", "closes", "leaves"} <= words
    assert {"withdraws", "consents", "sends", "calls_back"} <= words


def test_nothing_happens_after_what_ends_a_future(futures):
    whole = {"".join(future) for future in futures}

    assert [future for future in whole if not TO_ITS_END.fullmatch(future)] == []
    assert {future.split()[-1] for future in whole} == set(ENDS.split("|"))


def test_force_is_answered_shows_a_plan_and_stops_each_time_and_its_first_shot_is_reported_once(
    futures,
):
    rounds = set()
    for future in futures:
        reported = "".join(future).split()
        answers, ends = (
            np.flatnonzero(np.array(reported) == word) for word in ("answers", "leaves")
        )
        shots = np.flatnonzero(np.array(reported) == "first_shot")
        stops = sorted([*ends, *np.flatnonzero(np.array(reported) == "leaves_nothing")])
        np.testing.assert_array_equal(shots, answers[:1] - 1)
        assert len(stops) == len(answers)
        assert np.all(answers < stops)
        assert np.all(stops[:-1] < answers[1:])
        rounds.add(len(answers))

    assert {0, 1, 2} <= rounds

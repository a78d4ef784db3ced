"""A dispute about the talks in play: days are lost, and who concedes tells of its type."""

import numba
import numpy as np
import pytest

from detente.kernel.agenda import AGENDA, VENUE, first_to_concede, types_behind
from detente.kernel.crisis import play_futures
from detente.kernel.endings import FUTURE, Event
from detente.kernel.solution import solve
from detente.kernel.talks import DefenderMove
from tests.kernel.worlds import cut_short, plain_world, traces, unsolved_play, war_table

FUTURES = 4_000
REPORTED = 15 if numba.config.DISABLE_JIT else 40
"""Futures that are followed line by line."""
WITHIN = 2.0 * FUTURES**-0.5
"""Four standard errors of a share, or more of a mean belief."""
RATES = np.array([[[0.02, 0.08], [0.1, 0.06]], [[0.05, 0.01], [0.03, 0.09]]])
"""Of agenda and venue; the resolved challenger holds out for the agenda, the tough defender not."""
HARD, TOUGH = 0.35, 0.45
PRIOR = np.outer([HARD, 1.0 - HARD], [TOUGH, 1.0 - TOUGH])
needs_compiler = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="needs thousands of futures"
)


def disputed_world(*conceders, **changes):
    """Return a world in which agenda, or agenda and venue, are conceded by these."""
    world = plain_world(**changes)
    dispute = world.dispute
    dispute.matters = len(conceders)
    dispute.matter[:] = [AGENDA, VENUE]
    dispute.conceder[: len(conceders)] = conceders
    dispute.rate[:] = RATES
    return world


def futures_of(world):
    """Play futures in which nothing happens but the dispute."""
    plays = unsolved_play(world)
    rows = np.zeros(FUTURES, FUTURE).view(np.recarray)
    for name in set(plays.trajectory.daily.dtype.names) - {"most_shift"}:
        plays.trajectory.daily[name] = 0.0
    play_futures([(plays,) * 4], np.arange(FUTURES), rows)
    return rows


def chance_of(*conceders):
    """Return the chance of each pair of types together with that these concede."""
    chance = PRIOR.copy()
    for rate, conceder in zip(RATES, conceders, strict=False):
        first = np.array([[first_to_concede(a, b) for b in rate[1]] for a in rate[0]])
        chance *= first if conceder == 0 else 1.0 - first
    return chance


@pytest.fixture(scope="module")
def outcomes():
    """Return both outcomes of a dispute about the agenda, each with its chance."""
    return {who: (chance_of(who), futures_of(disputed_world(who, horizon=120))) for who in (0, 1)}


@needs_compiler
def test_beliefs_after_a_dispute_are_on_average_what_they_were_before(outcomes):
    hard = sum(chance.sum() * rows.belief_hard.mean() for chance, rows in outcomes.values())
    tough = sum(chance.sum() * rows.belief_tough.mean() for chance, rows in outcomes.values())

    assert hard == pytest.approx(HARD, abs=WITHIN)
    assert tough == pytest.approx(TOUGH, abs=WITHIN)


@needs_compiler
@pytest.mark.parametrize("who", [0, 1])
def test_types_are_those_behind_who_concedes_and_so_are_beliefs(outcomes, who):
    chance, rows = outcomes[who]
    hard = chance[0].sum() / chance.sum()
    tough = chance[:, 0].sum() / chance.sum()

    assert (rows.challenger_type == 0).mean() == pytest.approx(hard, abs=WITHIN)
    assert (rows.defender_type == 0).mean() == pytest.approx(tough, abs=WITHIN)
    assert rows.belief_hard.mean() == pytest.approx(hard, abs=WITHIN)
    assert rows.belief_tough.mean() == pytest.approx(tough, abs=WITHIN)


@needs_compiler
def test_who_concedes_is_held_likelier_to_be_of_the_type_that_concedes_sooner(outcomes):
    assert outcomes[0][1].belief_hard.mean() < HARD
    assert outcomes[1][1].belief_hard.mean() > HARD
    assert outcomes[1][1].belief_tough.mean() > TOUGH


def test_both_matters_in_dispute_draw_types_as_both_outcomes_have_them():
    dispute = disputed_world(0, 1).dispute
    draws = (np.arange(100) + 0.5) / 100
    types = [types_behind(dispute, HARD, TOUGH, (a, b)) for a in draws for b in draws]
    pairs = np.bincount([2 * a + b for a, b in types], minlength=4) / len(types)
    chance = chance_of(0, 1)

    np.testing.assert_allclose(pairs.reshape(2, 2), chance / chance.sum(), atol=0.01)


def test_no_text_is_ready_before_agenda_and_venue_are_conceded_and_days_are_lost_by_that():
    world = cut_short(disputed_world(0, 1, horizon=120, text_rate=50.0, growth_rate=0.0), 60)
    world.talks.defender_rate[DefenderMove.ADVANCE] = 0.0
    solved = solve(world, war=war_table(), with_exploitability=False)
    reported = list(traces(world, solved, seed=1, futures=REPORTED))
    conceded = [
        np.cumsum(one.kind == Event.CONCEDES)[one.kind == Event.TEXT_READY] for one in reported
    ]
    ready = [one.day[one.kind == Event.TEXT_READY] for one in reported]
    matters = {tuple(one.second[one.kind == Event.CONCEDES]) for one in reported}

    assert np.concatenate(conceded).min() == 2
    assert np.concatenate(ready).mean() > 10.0
    assert (AGENDA, VENUE) in matters <= {(), (AGENDA,), (AGENDA, VENUE)}

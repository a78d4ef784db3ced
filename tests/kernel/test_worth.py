"""What the solver says a crisis is worth is what its futures bring on average, to all five."""

import functools
import math
from types import SimpleNamespace
from typing import NamedTuple

import numba
import numpy as np
import pytest

from detente.kernel.crisis import new_plays
from detente.kernel.draws import Draws
from detente.kernel.endings import Event
from detente.kernel.menus import (
    worth_of_dropping,
    worth_of_fading,
    worth_of_package,
    worth_of_yielding,
)
from detente.kernel.nodes import HOLDERS
from detente.kernel.places import Place, posture_at, stance_at
from detente.kernel.policy import solve_backward, value_at
from detente.kernel.solution import new_workspaces
from detente.kernel.talks import ChallengerMove, DefenderMove, ally_flow, challenger_flow
from detente.kernel.theatre import BY_DEFENDER, Reply, answered_share
from detente.kernel.world import AFTER_STRIKE, AFTER_WAR
from tests.kernel.worlds import plain_world, played_futures, war_table

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")

FUTURES = 1000
HORIZON, LONG_HORIZON = 320, 640
"""Days of most worlds, and of those in which force is used again and again."""
ALLY = 4
RATE = 0.002
"""Discount rate of plain worlds [1/day]."""
DAYS_OF_FORCE = 3.0, 30.0
"""Days of a limited strike and of a war, in which nobody is hit."""


class Terms:
    """What accounts read of a world, as plain numbers: records are slow to read in Python."""

    def __init__(self, world):
        self.record, self.war = world.talks, world.war
        self.goes_on = world.aftermath.ends_dispute == 0
        names = self.record.dtype.names
        self.talks = SimpleNamespace(**{name: self.record[name] for name in names})
        self.flows = functools.cache(self.flows_at)

    def flows_at(self, force, step):
        """Return what a day costs both sides and the ally."""
        of_challenger = challenger_flow(self.record, force, step)
        return np.array([of_challenger, self.talks.defender_standoff, ally_flow(self.record, step)])


class Account:
    """Adds up one future's payoffs to both sides and the ally, discounted to its start."""

    def __init__(self, world, solved, row, terms):
        self.solved, self.row, self.all_terms = solved, row, terms
        self.kinds = int(row.challenger_type), 2 + int(row.defender_type), ALLY
        self.day, self.step = 0, 0
        self.force = int(world.calendar.force_at_start)
        self.vow = int(world.talks.has_vowed)
        self.is_threatening = False
        self.level = self.reply = 0
        self.payoff = np.zeros(3)

    @property
    def terms(self):
        return self.all_terms[self.level]

    def place(self):
        return Place(0, posture_at(self.force), stance_at(self.step, self.vow))

    def discount(self, day):
        return math.exp(-self.terms.talks.discount_rate * day)

    def flows(self):
        return self.terms.flows(self.force, self.step)

    def live_until(self, day):
        days = (self.discount(self.day) - self.discount(day)) / self.terms.talks.discount_rate
        self.payoff -= days * self.flows()
        self.day = day

    def pay(self, side, cost):
        self.payoff[side] -= self.discount(self.day) * cost

    def end(self, worth):
        self.payoff += self.discount(self.day) * np.array([worth[kind] for kind in self.kinds])

    def take(self, event):
        # The horizon can come while there is fighting.
        self.live_until(max(int(event.day), self.day))
        talks, kind = self.terms.talks, Event(int(event.kind))
        if kind in (Event.ARRIVES, Event.LOWERS, Event.POSTURE_CAPPED):
            self.force = int(event.second)
            self.is_threatening = self.is_threatening and self.force > 0
        elif kind == Event.RAISES:
            self.pay(0, talks.challenger_price[ChallengerMove.RAISE])
        elif kind in (Event.ADVANCES, Event.PROGRAMME_GROWS):
            self.step = int(event.second)
            price = talks.defender_price[DefenderMove.ADVANCE]
            self.pay(1, price if kind == Event.ADVANCES else 0.0)
        elif kind == Event.VOWS:
            self.vow = 1
        elif kind == Event.RESTRAINED:
            # Attempts that fail leave no trace: those that succeed stand for them.
            self.pay(0, talks.restraint_cost / talks.restraint_success)
        else:
            self.take_talks(kind, event)

    def take_talks(self, kind, event):
        talks = self.terms.talks
        if kind in (Event.REFUSES, Event.WALKS_OUT):
            self.is_threatening = kind == Event.REFUSES
        elif kind == Event.BACKS_DOWN:
            self.is_threatening = False
            self.pay(0, talks.credibility_cost)
        elif kind == Event.DROPS:
            self.pay(0, talks.credibility_cost if self.is_threatening else 0.0)
            self.end(worth_of_dropping(self.terms.record, self.place()))
        else:
            self.take_end(kind, event)

    def take_end(self, kind, event):
        talks = self.terms.record
        if kind == Event.RATIFIED:
            self.end(worth_of_package(talks, int(event.second), self.place()))
        elif kind == Event.FADES:
            self.end(worth_of_fading(talks, self.step))
        elif kind == Event.YIELDS:
            self.end(worth_of_yielding(talks, self.place()))
        elif kind == Event.ANSWERS:
            self.use_force(int(event.first), int(event.second))
        elif kind == Event.FORCE_ENDS and self.terms.goes_on:
            self.go_on(int(event.second))
        elif kind == Event.HORIZON:
            self.payoff -= self.discount(self.day) * self.flows() / talks.discount_rate

    def use_force(self, who, reply):
        """Count what force brings while it lasts, and what a reply costs that breaks a vow."""
        self.reply = reply
        worth = self.solved.war.worth[self.level, self.force, self.step, who, reply]
        self.payoff += self.discount(self.day) * worth[self.kinds[0], self.kinds[1] - 2]
        if self.vow and who != BY_DEFENDER:
            war = self.terms.war
            self.pay(1, war.vow_price * (1.0 - answered_share(war.theatre, reply)))

    def go_on(self, days):
        """Pass over days of fighting, in which the stand-off costs nothing; a vow is used up."""
        self.day += days
        self.level = max(self.level, AFTER_WAR if self.reply == Reply.FULL else AFTER_STRIKE)
        self.vow, self.is_threatening = 0, False


class Line(NamedTuple):
    """One line of a trace."""

    day: float
    kind: float
    first: float
    second: float
    value: float


def accounts_of(world, solved, *, seed=1):
    """Yield the account of each future."""
    terms = [
        Terms(play.trajectory.world) for play in new_plays(world, solved, Draws(seed, 0, 0, 0, 0))
    ]
    for state, row in played_futures(world, solved, seed=seed, futures=FUTURES):
        account = Account(world, solved, row, terms)
        for line in state.lines[: int(state.lines_written)].tolist():
            account.take(Line(*line))
        yield account


def mean_payoffs(world, solved):
    """Return each holder's mean payoff over the futures in which it is there, and its error."""
    accounts = list(accounts_of(world, solved))
    payoffs = np.array([account.payoff for account in accounts])
    kinds = np.array([account.kinds for account in accounts])
    of_kind = [payoffs[kinds[:, kind // 2] == kind, kind // 2] for kind in range(HOLDERS)]
    return np.array([(each.mean(), each.std() / np.sqrt(len(each))) for each in of_kind]).T


def solved_by(world, war):
    """Return a solution, and the worth at the start to all five holders."""
    workspaces = new_workspaces(world, war)
    for workspace in reversed(workspaces):
        solve_backward(workspace)
    first, *later = (workspace.policies for workspace in workspaces)
    beliefs = (float(world.talks.tough_log_odds), float(world.talks.hard_log_odds))
    worth = np.array([value_at(workspaces[0], beliefs, holder) for holder in range(HOLDERS)])
    solved = SimpleNamespace(policies=first, later=tuple(later), war=war, wars=())
    solved.parts = (solved,)
    return solved, worth


def with_vows(**settings):
    """Return a world in which vows come often and bind, and the ally minds how the dispute ends."""
    world = plain_world(vow_retreat=0.5, ally_standoff=0.0004, **settings)
    world.war.vow_price = 0.1
    world.talks.defender_rate[DefenderMove.VOW] = 0.02
    world.talks.ally_deal[:3] = [0.1, 0.2, 0.3]
    world.talks.ally_demand = 0.5
    return world


def with_an_ally_that_weighs(**settings):
    """Return a world with an ally that often weighs a strike and is often held back."""
    return with_vows(
        ally_rate=0.01, restraint_success=0.5, restraint_cost=0.04, precision=8.0, **settings
    )


def with_slow_raises(**settings):
    """Return a world in which force is often raised and takes its time to arrive."""
    world = plain_world(raise_days=30.0, force_cost=0.0004, **settings)
    world.talks.challenger_rate[ChallengerMove.RAISE] = 0.06
    world.talks.challenger_rate[ChallengerMove.ULTIMATUM] = 0.02
    return world


def with_forces_that_leave(**settings):
    """Return a world whose forces all leave on day 160, and with them any ultimatum."""
    world = with_slow_raises(ultimatum_days=40.0, **settings)
    stages = int(world.calendar.stages)
    starts = np.cumsum(world.calendar.stage_days[:stages]) - world.calendar.stage_days[:stages]
    world.calendar.force_at_start = 2
    world.calendar.ceiling[:] = 0
    world.calendar.ceiling[:stages][starts < 160] = 2
    return world


def with_an_aftermath(**settings):
    """Return a world in which force is bloodless, settles nothing and leaves the dispute open.

    Choices are dull: worths are read between points of a coarse grid of beliefs, and at a
    precision of 16 that makes the unresolved type's too high by some .01.
    """
    world = with_vows(precision=8.0, **settings)
    world.aftermath.ends_dispute = 0
    theatre = world.war.theatre
    theatre.challenger_arsenal.stock[:] = theatre.challenger_arsenal.replenishment[:] = 0.0
    theatre.defender_arsenal.stock[:] = theatre.defender_arsenal.replenishment[:] = 0.0
    theatre.third_parties.count = theatre.strength_weight = 0
    theatre.optimism[:] = 0.0
    theatre.limited_days, theatre.raised_days = DAYS_OF_FORCE
    return world


def table_with_an_aftermath():
    """Return a table by hand that has force last as long as it does in play."""
    few, many = np.exp(-RATE * np.array(DAYS_OF_FORCE))
    return war_table(resolve=0.1, continuation_discount=np.array([few, few, many])[:, None, None])


WORLDS = {
    "plain": (plain_world, war_table()),
    "vowed before": (with_vows, war_table(resolve=0.1)),
    "vows": (with_vows, war_table(resolve=0.1)),
    "ally": (with_an_ally_that_weighs, war_table(ally=-0.3)),
    "raises": (with_slow_raises, war_table()),
    "forces leave": (with_forces_that_leave, war_table()),
    "aftermath": (with_an_aftermath, table_with_an_aftermath()),
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_worth_at_the_start_is_the_mean_payoff_of_the_futures(name):
    """Stages are solved as if one thing happened in each; that error is first order in length."""
    build, war = WORLDS[name]
    settings = {"horizon": LONG_HORIZON if name == "aftermath" else HORIZON}
    settings |= {"has_vowed": 1} if name == "vowed before" else {}
    _, coarse = solved_by(build(stage_days=8, **settings), war)
    world = build(stage_days=4, **settings)
    solved, fine = solved_by(world, war)
    mean, error = mean_payoffs(world, solved)

    assert (np.abs(mean - (2.0 * fine - coarse)) < 4.0 * error).all()
    assert (np.abs(mean - coarse) < 4.0 * error + 0.02).all()

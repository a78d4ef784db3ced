"""What the solver says a crisis is worth is what its futures bring on average."""

import numba
import numpy as np
import pytest

from detente.kernel.crisis import follow, play, solve
from detente.kernel.endings import Event
from detente.kernel.menus import deal, dropped, faded, yielded
from detente.kernel.tables import Place
from detente.kernel.talks import challenger_flow
from tests.kernel.worlds import plain_world, war_table

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")

FUTURES = 4000


class Account:
    """Adds up one future's payoffs to both sides, discounted to its start."""

    def __init__(self, world, solved, row):
        self.world, self.solved, self.row = world, solved, row
        self.types = int(row.challenger_type), 2 + int(row.defender_type)
        self.day, self.step = 0, 0
        self.force = int(world.calendar.force_at_start)
        self.payoff = np.zeros(2)

    def discount(self, day):
        return np.exp(-self.world.talks.discount_rate * day)

    def live_until(self, day):
        talks = self.world.talks
        flows = np.array([challenger_flow(talks, self.force, self.step), talks.defender_standoff])
        days = (self.discount(self.day) - self.discount(day)) / talks.discount_rate
        self.payoff -= days * flows
        self.day = day

    def pay(self, side, cost):
        self.payoff[side] -= self.discount(self.day) * cost

    def end(self, worth):
        both = np.array([worth[kind] for kind in self.types])
        self.payoff += self.discount(self.day) * both

    def take(self, event):
        self.live_until(int(event.day))
        talks, kind = self.world.talks, Event(int(event.kind))
        if kind in (Event.RAISES, Event.LOWERS, Event.POSTURE_CAPPED):
            self.force = int(event.second)
            self.pay(0, talks.raise_cost if kind == Event.RAISES else 0.0)
        elif kind in (Event.ADVANCES, Event.PROGRAMME_GROWS):
            self.step = int(event.second)
            self.pay(1, talks.advance_cost if kind == Event.ADVANCES else 0.0)
        elif kind == Event.BACKS_DOWN:
            self.pay(0, talks.credibility_cost)
        else:
            self.take_end(kind, event)

    def take_end(self, kind, event):
        talks = self.world.talks
        if kind == Event.RATIFIED:
            self.end(deal(talks, int(event.second), self.force))
        elif kind == Event.DROPS:
            self.end(dropped(talks, Place(0, self.force, self.step)))
        elif kind == Event.FADES:
            self.end(faded(talks, self.step))
        elif kind == Event.YIELDS:
            self.end(yielded(talks, self.force))
        elif kind == Event.ANSWERS:
            table = self.solved.war.worth[self.force, self.step, int(event.first)]
            worth = table[self.types[0], self.types[1] - 2]
            self.payoff += self.discount(self.day) * worth
        elif kind == Event.HORIZON:
            self.end_at_horizon()

    def end_at_horizon(self):
        flow = challenger_flow(self.world.talks, self.force, self.step)
        lasting = np.array([flow, self.world.talks.defender_standoff])
        self.payoff -= self.discount(self.day) * lasting / self.world.talks.discount_rate


def mean_payoffs(world, solved):
    """Return each type's mean payoff over the futures in which it is there, and its error."""
    rows = play(world, solved, seed=1, number=0, first=0, futures=FUTURES)
    accounts = [Account(world, solved, row) for row in rows]
    for account in accounts:
        future = int(account.row.future)
        for event in follow(world, solved, seed=1, number=0, future=future):
            account.take(event)
    payoffs = np.array([account.payoff for account in accounts])
    kinds = np.array([account.types for account in accounts])
    of_kind = [payoffs[kinds[:, kind // 2] == kind, kind // 2] for kind in range(4)]
    return [(each.mean(), each.std() / np.sqrt(len(each))) for each in of_kind]


def test_the_worth_at_the_start_is_the_mean_payoff_of_the_futures():
    """Stages are solved as if one thing happened in each; that error is first order in length."""
    coarse, fine = (plain_world(stage_days=days, horizon=640) for days in (8, 4))
    worth_of_coarse = solve(coarse, war=war_table(), with_exploitability=False).worth
    solved = solve(fine, war=war_table(), with_exploitability=False)
    worth = 2.0 * np.array(solved.worth) - np.array(worth_of_coarse)
    mean, error = np.array(mean_payoffs(fine, solved)).T

    assert (np.abs(mean - worth) < 4.0 * error).all()
    assert (np.abs(mean - worth_of_coarse) < 4.0 * error + 0.02).all()

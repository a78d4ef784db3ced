"""The day loop as a SimPy user would write it: a process for each who acts, one clock."""

from collections.abc import Callable, Generator
from random import Random

import simpy

from benchmarks.peers.dispute import CHALLENGER, DEFENDER, Dispute, End, Tables


class Crisis:
    """One future under SimPy's clock; processes of one day run in the order in which they began."""

    def __init__(self, tables: Tables, rng: Random) -> None:
        self.dispute = Dispute(tables, rng)
        self.clock = simpy.Environment()
        self.horizon = tables.calendar.horizon
        self.ended = self.clock.event()

    def run(self) -> End:
        """Play to the end, and return it."""
        dispute = self.dispute
        acts = (
            dispute.nature,
            lambda _: dispute.incident(),
            self.move,
            lambda _: dispute.lapse(),
        )
        for act in acts:
            self.clock.process(self.daily(act))
        self.clock.run(until=self.ended | self.clock.timeout(self.horizon))
        return dispute.end(int(self.clock.now))

    def daily(self, act: Callable[[int], None]) -> Generator[simpy.Event, None, None]:
        """Let someone act on every day on which anything happens."""
        while self.clock.now < self.horizon and not self.dispute.ending:
            day = int(self.clock.now)
            if self.dispute.is_open(day):
                act(day)
                if self.dispute.ending:
                    self.ended.succeed()
                    return
            yield self.clock.timeout(1)

    def move(self, day: int) -> None:
        """Let the side whose move it is move, if it is anyone's."""
        side = self.dispute.mover()
        if side == CHALLENGER:
            self.dispute.challenger(day)
        elif side == DEFENDER:
            self.dispute.defender(day)


def play(tables: Tables, futures: int, seed: int) -> list[End]:
    """Play so many futures and return how they ended."""
    rng = Random(seed)  # noqa: S311  a simulation's
    return [Crisis(tables, rng).run() for _ in range(futures)]

"""The day loop as a user of Mesa 3 would write it: an agent for each who acts, one step a day.

The rules of what an act does are those of the SimPy twin; the agents, their order, the model and
its clock are Mesa's.
"""

from random import Random

import mesa

from benchmarks.peers.dispute import CHALLENGER, DEFENDER, Dispute, End, Tables


class Crisis(mesa.Model):  # type: ignore[misc]
    """One future; agents act in the order in which they were made."""

    def __init__(self, tables: Tables, seed: int) -> None:
        super().__init__(rng=seed)
        self.horizon = tables.calendar.horizon
        self.dispute = Dispute(tables, Random(seed))  # noqa: S311  a simulation's
        self.mover = -1
        for kind in (Nature, Frontier, Challenger, Defender, Clock):
            kind(self)

    @property
    def day(self) -> int:
        """Return the day that is lived; Mesa counts a step as it begins."""
        return int(self.steps) - 1

    def step(self) -> None:
        """Live one day."""
        if self.dispute.is_open(self.day):
            self.agents.do("act")

    def play(self) -> End:
        """Play to the end, and return it."""
        while not self.dispute.ending and self.steps < self.horizon:
            self.step()
        return self.dispute.end(self.day if self.dispute.ending else self.horizon)


class Actor(mesa.Agent):  # type: ignore[misc]
    """Someone who acts once a day until the dispute has ended."""

    def act(self) -> None:
        """Act, if it has not."""
        if not self.model.dispute.ending:
            self.do(self.model.dispute)

    def do(self, dispute: Dispute) -> None:
        """Do what this actor does in a day."""
        raise NotImplementedError


class Nature(Actor):
    """What nobody decides; when it has done, whose move it is today is not yet known."""

    def do(self, dispute: Dispute) -> None:
        """Let time pass."""
        dispute.nature(self.model.day)


class Frontier(Actor):
    """Where forces meet."""

    def do(self, dispute: Dispute) -> None:
        """Let forces meet."""
        dispute.incident()


class Challenger(Actor):
    """The challenger, which also looks whose move it is."""

    def do(self, dispute: Dispute) -> None:
        """Move if it is the challenger's day."""
        self.model.mover = dispute.mover()
        if self.model.mover == CHALLENGER:
            dispute.challenger(self.model.day)


class Defender(Actor):
    """The defender."""

    def do(self, dispute: Dispute) -> None:
        """Move if it is the defender's day."""
        if self.model.mover == DEFENDER:
            dispute.defender(self.model.day)


class Clock(Actor):
    """The clock of an ultimatum."""

    def do(self, dispute: Dispute) -> None:
        """Let an ultimatum run out."""
        dispute.lapse()


def play(tables: Tables, futures: int, seed: int) -> list[End]:
    """Play so many futures and return how they ended."""
    seeds = Random(seed)  # noqa: S311  a simulation's
    return [Crisis(tables, seeds.randrange(2**31)).play() for _ in range(futures)]

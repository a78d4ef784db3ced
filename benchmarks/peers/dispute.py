"""The rules of the day loop as a modeller would write them: plain Python, own random numbers.

Nothing here comes from the kernel; it gets a world's numbers and its solved policies as tables.
A future ends with the first use of force: what becomes of a war is not played, nor are mediators
and signs of a plan, which the world that it is compared in does not have.
"""

import math
from random import Random
from types import SimpleNamespace
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NO_TEXT, TEXT_READY, ULTIMATUM, FAILED = range(4)
CHALLENGER, DEFENDER, ALLY = range(3)
OFFERS = 5
DROP, LOWER, HOLD, RAISE, THREATEN, WALK_OUT, STRIKE, CAMPAIGN = 5, 8, 9, 10, 12, 13, 15, 16
YIELD, STAND, VOW, ADVANCE, LEAVE, PREEMPT = 5, 7, 8, 9, 10, 11
TO_ULTIMATUM, TO_DEFENDER_OFFER = 5, 10
BACKS_DOWN = 1
"""What the challenger does at a lapse unless it uses force."""
"""Places of answers in their table; the defender's to an offer come first."""
STEPS = 3
SURE, DENIED = 0.9, 0.1
"""Chance that a hotline confirms a hostile act, and an accident."""
LEAST = 1e-30
ALL_HOLD = 1e-6


class Tables(NamedTuple):
    """A world's numbers by subject, and its solved policies."""

    talks: Any
    incidents: Any
    calendar: Any
    grid: Annotated[tuple[float, float, int], "first log-odds, step, points"]
    challenger: NDArray[np.float32]
    defender: NDArray[np.float32]
    answers: NDArray[np.float32]
    lapses: NDArray[np.float32]
    worth: NDArray[np.float32]
    force: NDArray[np.float32]


class End(NamedTuple):
    """How a future ended, on which day, and what was believed of both sides then."""

    name: str
    day: int
    hard: float
    tough: float


def plain(record: Any) -> SimpleNamespace:
    """Return a record's numbers and tables as Python's own, which are read faster."""
    return SimpleNamespace(**{name: record[name].tolist() for name in record.dtype.names})


def chance(rate: float) -> float:
    """Chance that something of a rate happens within a day."""
    return 1.0 - math.exp(-rate)


def logistic(x: float) -> float:
    """Return a probability for log-odds."""
    if x < 0.0:
        return 1.0 - logistic(-x)
    return 1.0 / (1.0 + math.exp(-x))


def mixed(log_odds: float, firm: float, other: float) -> float:
    """Return a mean over both types of a side."""
    believed = logistic(log_odds)
    return believed * firm + (1.0 - believed) * other


class Dispute:
    """One future: where it stands, and what may happen on a day."""

    def __init__(self, tables: Tables, draws: Random) -> None:
        talks = tables.talks
        self.tables = tables
        self.draws = draws
        self.posture = 2 * tables.calendar.force_at_start
        self.stance = STEPS * talks.has_vowed
        self.regime = FAILED if talks.have_failed else NO_TEXT
        self.beliefs = [talks.hard_log_odds, talks.tough_log_odds]
        self.types = [0 if self.happens(logistic(belief)) else 1 for belief in self.beliefs]
        self.stage = -1
        self.unrest = 0
        self.rests_until = 0
        self.ending = ""

    def happens(self, probability: float) -> bool:
        """Draw whether something of a probability happens."""
        return self.draws.random() < probability

    @property
    def force(self) -> int:
        """Return the deployed force level."""
        return int(self.posture // 2)

    def is_open(self, day: int) -> bool:
        """Say whether anything happens today: no end yet, and no deal that still holds."""
        return not self.ending and day >= self.rests_until

    def nature(self, day: int) -> None:
        """Let forces leave and arrive, the programme grow, unrest come, talks turn, time heal."""
        talks = self.tables.talks
        self.change_forces(day)
        if self.stance % STEPS < STEPS - 1 and self.happens(chance(talks.growth_rate)):
            self.stance += 1
        if self.unrest:
            self.unrest -= 1
        elif self.happens(chance(talks.unrest_rate)):
            self.unrest = int(talks.unrest_days)
        if self.happens(chance(talks.fade_rate)):
            self.ending = "fades"
        elif self.regime == NO_TEXT and self.happens(chance(talks.text_rate)):
            self.regime = TEXT_READY
        elif self.regime == FAILED and self.happens(chance(talks.exit_rate)):
            self.regime = NO_TEXT

    def change_forces(self, day: int) -> None:
        """Bring force under a new stage's ceiling; let what was ordered arrive."""
        calendar = self.tables.calendar
        stage = calendar.stage_of_day[day]
        ceiling = calendar.ceiling[stage]
        if stage != self.stage and self.posture > 2 * ceiling:
            self.posture = 2 * ceiling
            if self.regime == ULTIMATUM and not ceiling:
                self.regime = FAILED
        self.stage = stage
        is_coming = self.posture % 2 and self.force < ceiling
        if is_coming and self.happens(chance(1.0 / self.tables.talks.raise_days)):
            self.posture += 1

    def incident(self) -> None:
        """Let forces meet or not; who takes it for an attack may reply, and the reply spread."""
        zone = self.tables.incidents
        has_failed = self.regime == FAILED
        alert = 2.0 if self.force or has_failed else 1.0
        rate = zone.rate + zone.rate_per_force * self.force * alert
        if not self.happens(chance(rate * zone.failed_rate_factor if has_failed else rate)):
            return
        is_hostile = self.happens(zone.hostile_probability)
        if not self.happens(zone.sensitivity if is_hostile else zone.false_alarm):
            return
        side = self.draws.randrange(2)
        spreads = zone.escalation_probability
        if has_failed:
            spreads = min(1.0, spreads * zone.failed_escalation_factor)
        stake = spreads * self.gain_of_force(side)
        if self.happens(self.reply(stake, is_hostile)) and self.happens(spreads):
            self.ending = "incident" if is_hostile else "misread"

    def reply(self, stake: float, is_hostile: bool) -> float:
        """Chance that the commander who is alarmed replies; a hotline can only hold him back."""
        zone = self.tables.incidents
        hostile = zone.hostile_probability * zone.sensitivity
        belief = hostile / (hostile + (1.0 - zone.hostile_probability) * zone.false_alarm)
        alone = self.pull(stake, belief)
        if not zone.has_hotline:
            return alone
        if self.happens(SURE if is_hostile else DENIED):
            asked = belief * SURE / (belief * SURE + (1.0 - belief) * DENIED)
        else:
            asked = belief * DENIED / (belief * DENIED + (1.0 - belief) * SURE)
        return min(alone, self.pull(stake, asked))

    def pull(self, stake: float, belief: float) -> float:
        """Chance of a reply at a belief that the act was hostile."""
        zone = self.tables.incidents
        urge = stake + zone.alarm_weight * belief - zone.restraint
        return logistic(self.tables.talks.precision * urge)

    def worths(self, who: int) -> tuple[list[float], list[float]]:
        """Return what waiting and what force by one of the three is worth to each holder."""
        tough, hard = self.cell()
        waiting = self.tables.worth[
            self.stage, self.posture, self.stance, self.regime, tough, hard
        ].tolist()
        force = self.tables.force[self.stage, self.force, self.stance, who, tough, hard]
        return waiting, force.tolist()

    def gain_of_force(self, side: int) -> float:
        """Return what force would bring a side over waiting, as the public reckons."""
        waiting, force = self.worths(side)
        firm, other = 2 * side, 2 * side + 1
        return mixed(self.beliefs[side], force[firm] - waiting[firm], force[other] - waiting[other])

    def cell(self) -> tuple[int, int]:
        """Draw the cell of the tables that is played: tough, then hard."""
        return self.near(self.beliefs[DEFENDER]), self.near(self.beliefs[CHALLENGER])

    def near(self, log_odds: float) -> int:
        """Draw one of the two grid points about a belief, the nearer more often."""
        origin, step, points = self.tables.grid
        place = min(max((log_odds - origin) / step, 0.0), points - 1.0)
        below = int(place)
        return below + self.happens(place - below)

    def learn(self, side: int, if_firm: float, if_not: float) -> None:
        """Let everyone learn from an act of a side (Bayes)."""
        self.beliefs[side] += math.log(max(if_firm, LEAST) / max(if_not, LEAST))

    def mover(self) -> int:
        """Draw whose move it is today, -1 if nobody's."""
        talks = self.tables.talks
        total = talks.challenger_pace + talks.defender_pace
        if not self.happens(chance(total)):
            return -1
        return CHALLENGER if self.happens(talks.challenger_pace / total) else DEFENDER

    def choose(self, side: int, hold: int, strike: int, urge: float) -> int:
        """Draw a side's move by its policy for the stage, brought down to a day."""
        talks = self.tables.talks
        days = self.tables.calendar.stage_days[self.stage]
        total = talks.challenger_pace + talks.defender_pace
        factor = chance(total * days) / (days * chance(total))
        table = self.tables.challenger if side == CHALLENGER else self.tables.defender
        tough, hard = self.cell()
        rows = table[self.stage, self.posture, self.stance, self.regime, tough, hard].tolist()
        for row in rows:
            held = row[hold]
            row[:] = [factor * weight for weight in row]
            row[strike:] = [urge * chance for chance in row[strike:]]
            row[hold] = held
            if sum(row) < ALL_HOLD:
                row[:] = [float(move == hold) for move in range(len(row))]
        move = self.draws.choices(range(len(rows[0])), rows[self.types[side]])[0]
        firm, other = (row[move] / sum(row) for row in rows)
        self.learn(side, firm, other)
        return int(move)

    def challenger(self, day: int) -> None:
        """Let the challenger move."""
        talks = self.tables.talks
        stirred = math.exp(talks.precision * talks.justification)
        spells = talks.unrest_rate * talks.unrest_days
        mean = 1.0 + spells / (1.0 + spells) * (stirred - 1.0)
        move = self.choose(CHALLENGER, HOLD, STRIKE, (stirred if self.unrest else 1.0) / mean)
        if move < OFFERS:
            self.offer(day, DEFENDER, move, move)
        elif move == DROP:
            self.ending = "challenger_drops"
        elif move == LOWER:
            self.posture -= 1 if self.posture % 2 else 2
        elif move == RAISE:
            self.posture += 1
        elif move == THREATEN:
            self.threaten()
        elif move == WALK_OUT:
            self.regime = FAILED
        elif move in {STRIKE, CAMPAIGN}:
            self.ending = "strike"

    def defender(self, day: int) -> None:
        """Let the defender move."""
        move = self.choose(DEFENDER, STAND, PREEMPT, 1.0)
        if move < OFFERS:
            self.offer(day, CHALLENGER, move, TO_DEFENDER_OFFER + move)
        elif move == YIELD:
            self.ending = "defender_yields"
        elif move == VOW:
            self.stance += STEPS
        elif move == ADVANCE:
            self.stance += 1
        elif move == LEAVE:
            self.regime = FAILED
        elif move == PREEMPT:
            self.ending = "strike"

    def consents(self, side: int, answer: int) -> bool:
        """Let a side give the first or the second answer, and everyone learn from it."""
        tough, hard = self.cell()
        table = self.tables.answers[self.stage, self.posture, self.stance, answer, tough, hard]
        firm, other = table[:, 0].tolist()
        is_first = self.happens((firm, other)[self.types[side]])
        if not is_first:
            firm, other = 1.0 - firm, 1.0 - other
        self.learn(side, firm, other)
        return is_first

    def offer(self, day: int, side: int, package: int, answer: int) -> None:
        """Put a package to a side: refused, not ratified, broken later, or the end."""
        if not self.consents(side, answer):
            self.regime = NO_TEXT
        elif self.happens(self.tables.talks.ratify_probability):
            self.conclude(day, package)
        else:
            self.regime = FAILED

    def conclude(self, day: int, package: int) -> None:
        """Let a deal hold to the horizon, or rest until a side breaks it."""
        talks = self.tables.talks
        rate = sum(talks.breaking_rate)
        holds = 1 + int(self.draws.expovariate(rate)) if rate > 0.0 else math.inf
        if day + holds >= self.tables.calendar.horizon:
            self.ending = "comprehensive_deal" if talks.is_comprehensive[package] else "narrow_deal"
            return
        self.rests_until = int(day + holds) + 1
        self.unrest = 0
        self.regime = FAILED

    def threaten(self) -> None:
        """Put an ultimatum: the defender yields at once, or the clock runs."""
        if self.consents(DEFENDER, TO_ULTIMATUM):
            self.ending = "defender_yields"
        else:
            self.regime = ULTIMATUM

    def lapse(self) -> None:
        """Let an ultimatum run out: the challenger uses force, or backs down and talks fail."""
        if self.regime != ULTIMATUM or not self.happens(
            chance(1.0 / self.tables.talks.ultimatum_days)
        ):
            return
        tough, hard = self.cell()
        rows = self.tables.lapses[self.stage, self.posture, self.stance, tough, hard].tolist()
        backs_down = self.happens(rows[self.types[CHALLENGER]][BACKS_DOWN])
        shown = [row[BACKS_DOWN] if backs_down else 1.0 - row[BACKS_DOWN] for row in rows]
        self.learn(CHALLENGER, *shown)
        if backs_down:
            self.regime = FAILED
        else:
            self.ending = "lapse"

    def end(self, day: int) -> End:
        """Return how the future has ended, or where it stands at the horizon."""
        stands = "talks_failed" if self.regime == FAILED else "containment"
        return End(self.ending or stands, day, *(logistic(belief) for belief in self.beliefs))

"""A simulation with one object for each weapon: approach, detection, queue, engagement, leak.

Nothing here comes from the kernel. Time is that of a discrete-event simulation (SimPy); numbers are
counted one by one, never computed by a formula for shares.
"""

import math
from collections.abc import Generator
from enum import IntEnum
from functools import cache
from typing import Annotated, Any, NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from verification.model.raids.cases import Case, Threat, Tier, for_class

Steps = Generator[simpy.Event, Any, Any]
HORIZON_FACTOR = 4.12
"""Radar horizon of an earth 4/3 as large [km per root metre]."""
MOST_LOOKS = 2
"""Most times that a layer fires, sees and fires again."""


class Fate(IntEnum):
    """What came of a weapon at a layer; below KILLED, how far the layer got with it."""

    UNSEEN = 0
    NO_CHANNEL = 1
    NO_ROUND = 2
    MISSED = 3
    KILLED = 4


class Magazine:
    """Rounds that are ready to fire."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds

    def take(self, salvo: int) -> bool:
        """Take a whole salvo, if there is one."""
        if self.rounds < salvo:
            return False
        self.rounds -= salvo
        return True


class Site(NamedTuple):
    """Channels that share targets: those of a pool of batteries, or of one battery."""

    channels: simpy.Resource
    magazine: Magazine
    lets_wait: Annotated[bool, "whether targets wait for a channel"]


class Sky:
    """One raid on one defence: its clock, its luck and what has leaked so far."""

    def __init__(self, case: Case, rng: np.random.Generator) -> None:
        self.case = case
        self.rng = rng
        self.clock = simpy.Environment()
        self.layers = [Layer(self, tier) for tier in case.tiers]
        is_good = self.happens(case.tracking_probability)
        self.picture = 1.0 if is_good else case.poor_tracking
        war, raid = rng.standard_normal(2)
        self.shift = case.shock * (math.sqrt(2 / 3) * war + math.sqrt(1 / 3) * raid)
        self.leakers = [0] * Fate.KILLED

    def happens(self, probability: float) -> bool:
        """Draw whether something of a probability happens."""
        return bool(self.rng.random() < probability)

    def run(self) -> list[int]:
        """Fly the raid and return its leakers by fate."""
        for place, threat in enumerate(self.case.threats):
            for _ in range(threat.weapons):
                if self.happens(threat.reliability):
                    self.clock.process(self.fly(place, self.case.true_as_threat, 1))
            for _ in range(threat.weapons * threat.decoys):
                self.clock.process(self.fly(place, self.case.decoy_as_threat, 0))
        self.clock.run()
        return self.leakers

    def fly(self, place: int, called_probability: float, warheads: int) -> Steps:
        """Let one weapon or decoy of a class come in and meet each layer in turn."""
        threat = self.case.threats[place]
        yield self.clock.timeout(self.rng.uniform(0.0, self.case.arrival_time))
        farthest = Fate.UNSEEN
        for layer in self.layers:
            entered = self.clock.now
            fate = yield from layer.meet(Target(place, threat), called_probability)
            if fate is Fate.KILLED:
                return
            farthest = max(farthest, fate)
            left_at = entered + layer.time_across(threat)
            yield self.clock.timeout(max(0.0, left_at - self.clock.now))
        self.leakers[farthest] += warheads


class Target(NamedTuple):
    """One weapon or decoy on its way."""

    place: Annotated[int, "place of its class in the raid"]
    threat: Threat


class Layer:
    """One layer as it fights: its batteries' sites."""

    def __init__(self, sky: Sky, tier: Tier) -> None:
        self.sky = sky
        self.tier = tier
        self.magazine = Magazine(tier.batteries * tier.rounds)
        self.longest_service = float(np.max(tier.service_time))
        self.sites = self.sites_of_batteries()
        self.delay = cache(self._delay)
        self.window = cache(self._window)
        self.time_across = cache(self._time_across)

    def sites_of_batteries(self) -> list[Site]:
        """Return the site that each battery belongs to: the pool, or its own."""
        manner = self.sky.case.manner
        pooled = round(self.sky.case.integration * self.tier.batteries)
        sites = [self.site(1, manner.waits_alone) for _ in range(self.tier.batteries - pooled)]
        if pooled:
            sites += [self.site(pooled, True)] * pooled
        return sites

    def site(self, batteries: int, lets_wait: bool) -> Site:
        """Return a site of so many batteries."""
        channels = simpy.Resource(self.sky.clock, batteries * self.tier.channels)
        if self.sky.case.manner.has_own_magazines:
            return Site(channels, Magazine(batteries * self.tier.rounds), lets_wait)
        return Site(channels, self.magazine, lets_wait)

    def seen_at(self, threat: Threat) -> float:
        """Distance at which a weapon of a class is first seen [km]."""
        case = self.sky.case
        return min(
            case.detection_range * math.sqrt(math.sqrt(threat.cross_section)),
            HORIZON_FACTOR * (math.sqrt(case.radar_height) + math.sqrt(threat.altitude)),
        )

    def _delay(self, threat: Threat) -> float:
        """Time from its being seen until it can be fired at: ready, and within reach [s]."""
        comes_within = (self.seen_at(threat) - self.tier.reach) / threat.speed
        return max(self.tier.reaction, comes_within)

    def _window(self, threat: Threat) -> float:
        """Time in which a weapon of a class can be fired at [s], below 0 if there is none."""
        in_view = (self.seen_at(threat) - self.tier.minimum_reach) / threat.speed
        return in_view - self.delay(threat)

    def _time_across(self, threat: Threat) -> float:
        """Time until a weapon that entered is past all that this layer can do [s]."""
        engaged = MOST_LOOKS * self.longest_service
        return self.delay(threat) + max(self.window(threat), 0.0) + engaged

    def service_time(self, target: Target) -> float:
        """Time that a target keeps a channel busy [s]."""
        return for_class(self.tier.service_time, target.place)

    def looks(self, target: Target) -> int:
        """Return how often this layer can fire at a target in its window."""
        return min(int(self.window(target.threat) // self.service_time(target)) + 1, MOST_LOOKS)

    def meet(self, target: Target, called_probability: float) -> Steps:
        """See a weapon or not, find it a channel or not, and return its fate."""
        sky, threat = self.sky, target.threat
        window = self.window(threat)
        is_seen = sky.happens(self.tier.coverage) and sky.happens(
            for_class(self.tier.detection_probability, target.place) * sky.picture
        )
        if window < 0.0 or not is_seen or not sky.happens(called_probability):
            return Fate.UNSEEN
        yield sky.clock.timeout(self.delay(threat))
        site = self.sites[sky.rng.integers(len(self.sites))]
        if not site.lets_wait and site.channels.count == site.channels.capacity:
            return Fate.NO_CHANNEL
        leaves_at = sky.clock.now + window
        with site.channels.request() as channel:
            yield channel | sky.clock.timeout(window)
            if not channel.triggered:
                return Fate.NO_CHANNEL
            return (yield from self.shoot(site.magazine, target, leaves_at))

    def shoot(self, magazine: Magazine, target: Target, leaves_at: float) -> Steps:
        """Fire, look and fire again while there are rounds, keeping a channel busy."""
        clock, manner = self.sky.clock, self.sky.case.manner
        looks, service_time = self.looks(target), self.service_time(target)
        frees_at = clock.now + service_time
        fate = Fate.NO_ROUND
        for look in range(looks):
            is_past = manner.loses_late_looks and clock.now > leaves_at
            if (look and is_past) or not magazine.take(self.tier.salvo):
                break
            fate = self.fire(target)
            busy = service_time / (1 if manner.holds_each_look else looks)
            yield clock.timeout(busy)
            if fate is Fate.KILLED:
                break
        if not manner.holds_each_look:
            yield clock.timeout(max(0.0, frees_at - clock.now))
        return fate

    def fire(self, target: Target) -> Fate:
        """Fire one salvo, shot by shot."""
        kill = for_class(self.tier.kill_probability, target.place)
        odds = kill / (1.0 - kill)
        odds *= math.exp(self.sky.shift)
        shots = [self.sky.happens(odds / (1.0 + odds)) for _ in range(self.tier.salvo)]
        return Fate.KILLED if any(shots) else Fate.MISSED


def simulate(case: Case, raids: int, seed: int) -> NDArray[np.float64]:
    """Return the leakers by fate of so many raids, per weapon launched, shape (raids, 4).

    Fates are in the order of `Fate`, without KILLED.
    """
    rng = np.random.default_rng([seed, *case.name.encode()])
    launched = sum(threat.weapons for threat in case.threats)
    leakers = [Sky(case, rng).run() for _ in range(raids)]
    return np.array(leakers, dtype=np.float64) / launched

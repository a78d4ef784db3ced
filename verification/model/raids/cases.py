"""Raids on layered defences, in the physical terms that both simulation and kernel use."""

import math
from typing import Annotated, NamedTuple, TypeAlias

PLENTY = 10**6
"""More rounds than a raid can use up."""
ByClass: TypeAlias = "float | tuple[float, ...]"
"""A number for each class of a raid, in its order, or one for all."""


def for_class(figure: ByClass, place: int) -> float:
    """Return a number for the class that has a place in the raid."""
    return figure[place] if isinstance(figure, tuple) else figure


class Tier(NamedTuple):
    """One layer of a defence."""

    kill_probability: Annotated[ByClass, "chance that one shot kills"] = 0.7
    salvo: Annotated[int, "shots at a target in one look"] = 1
    batteries: Annotated[int, "batteries"] = 4
    channels: Annotated[int, "targets that a battery engages at once"] = 4
    rounds: Annotated[int, "ready rounds of a battery"] = PLENTY
    coverage: Annotated[float, "share of a raid that passes within reach"] = 1.0
    reach: Annotated[float, "farthest engagement [km]"] = 100.0
    minimum_reach: Annotated[float, "nearest engagement [km]"] = 10.0
    reaction: Annotated[float, "time from detection to launch [s]"] = 10.0
    service_time: Annotated[ByClass, "time that a channel is busy with a target [s]"] = 40.0
    detection_probability: Annotated[ByClass, "chance that what is in view is seen"] = 0.9


class Threat(NamedTuple):
    """Weapons of one class in a raid."""

    weapons: Annotated[int, "weapons launched"]
    decoys: Annotated[int, "decoys that fly with each weapon"] = 0
    speed: Annotated[float, "speed on the way in [km/s]"] = 0.3
    cross_section: Annotated[float, "radar cross-section [m2]"] = 1.0
    altitude: Annotated[float, "height on the way in [m]"] = 10_000.0
    reliability: Annotated[float, "chance that a weapon works"] = 1.0


class Manner(NamedTuple):
    """What a real defence does that the formulas leave out."""

    waits_alone: Annotated[bool, "a battery on its own lets targets wait for a channel"] = False
    holds_each_look: Annotated[bool, "each look keeps the channel busy for a service time"] = False
    loses_late_looks: Annotated[bool, "no further look at a target that is past"] = False
    has_own_magazines: Annotated[bool, "a battery fires its own rounds only"] = False


class Case(NamedTuple):
    """A raid on a defence."""

    name: Annotated[str, "what the case is about"]
    exercises: Annotated[tuple[str, ...], "mechanisms that its leakage rests on"]
    tiers: Annotated[tuple[Tier, ...], "layers, outer first"]
    threats: Annotated[tuple[Threat, ...], "classes of weapons"]
    arrival_time: Annotated[float, "time over which the raid arrives [s]"] = 90.0
    integration: Annotated[float, "share of batteries that pool their channels"] = 1.0
    detection_range: Annotated[float, "range at which 1 m2 is seen [km]"] = 300.0
    radar_height: Annotated[float, "height of the radars [m]"] = 20.0
    true_as_threat: Annotated[float, "chance that a weapon is taken for one"] = 0.95
    decoy_as_threat: Annotated[float, "chance that a decoy is"] = 0.5
    tracking_probability: Annotated[float, "chance that the common picture is good"] = 1.0
    poor_tracking: Annotated[float, "what a bad picture leaves of detection"] = 0.4
    shock: Annotated[float, "spread of the common shock on kill chances [logit]"] = 0.0
    are_looks_rivals: Annotated[bool, "second looks take rounds that first ones lack"] = False
    without_channel: Annotated[
        float, "leakers for want of a channel that the formulas leave out [share]"
    ] = 0.0
    manner: Manner = Manner()


# Where the kernel's formulas are exact, or all but. A pool's channels serve what they have time
# for on average: that is exact where every target finds one, and where a channel's time is a whole
# number of services and targets wait for it throughout. A battery on its own loses the Erlang share
# of a raid that is long next to a service and its window. What a layer lets through must come at
# random to the next, and rounds that run short must not be what a second layer's channels rest on.
OVERFULL = (3700.0, 300.0)
"""Arrival time and window [s] that together are 100 services of 40 s."""
LONG = 12_000.0
"""Arrival time [s] of some hundreds of services."""
HALF_POOLED = Case(
    "half of the batteries pooled",
    ("pooled channels", "own channels"),
    (Tier(batteries=2, channels=4, reach=25.0),),
    (Threat(6_000),),
    LONG - 40.0,
    0.5,
)
"""The pool needs a window of 50 s, in which its targets wait."""
ROOM = Tier(batteries=8, channels=20)
"""More channels than a small raid can fill."""
BIG = ROOM._replace(channels=80)
"""The same for a big one."""
FAST = Tier(batteries=6, channels=6, reach=60.0, reaction=19.0, service_time=40.0)
"""Leaves a weapon of 2.5 km/s half a service, and so one look."""
PAIR = FAST._replace(batteries=2)
ROCKET = Threat(3_000, speed=2.5)


def lost_in_waiting(case: Case, window: float) -> float:
    """Return the share of weapons that batteries on their own let through beyond the formulas.

    The formulas spread the load of every battery over the raid and the window after it. At a
    battery on its own nothing waits, so that all that it meets comes within the raid.
    """
    (tier,), (threat,) = case.tiers, case.threats
    seen = threat.weapons * for_class(tier.detection_probability, 0) * case.true_as_threat
    busy = seen * for_class(tier.service_time, 0) / tier.batteries
    lost = [
        erlang_loss(busy / time, tier.channels)
        for time in (case.arrival_time, case.arrival_time + window)
    ]
    killed = 1.0 - (1.0 - for_class(tier.kill_probability, 0)) ** 2
    return (1.0 - case.integration) * seen / threat.weapons * killed * (lost[0] - lost[1])


def erlang_loss(load: float, channels: int) -> float:
    """Return the share of a load that finds all channels busy."""
    ways = [load**busy / math.factorial(busy) for busy in range(channels + 1)]
    return ways[-1] / sum(ways)


AGREED: tuple[Case, ...] = (
    Case(
        "an overfull pool, two looks",
        ("pooled channels", "two looks"),
        (Tier(batteries=4, channels=2),),
        (Threat(2000),),
        OVERFULL[0],
    ),
    Case(
        "decoys fill a pool and draw fire",
        ("pooled channels", "decoys"),
        (Tier(0.6, 2, batteries=2, channels=4),),
        (Threat(1000, decoys=2),),
        OVERFULL[0],
        decoy_as_threat=0.4,
    ),
    Case(
        "fast rockets at batteries on their own, one look",
        ("own channels", "one look"),
        (PAIR,),
        (ROCKET,),
        LONG,
        0.0,
    ),
    Case(
        "decoys fill batteries on their own",
        ("own channels", "decoys", "reliability"),
        (PAIR._replace(channels=3, kill_probability=0.8),),
        (Threat(1700, decoys=1, speed=2.5, reliability=0.7),),
        LONG,
        0.0,
    ),
    HALF_POOLED._replace(without_channel=lost_in_waiting(HALF_POOLED, window=50.0)),
    Case(
        "salvos of two until the rounds are gone",
        ("magazine", "salvo of two", "reliability"),
        (ROOM._replace(salvo=2, rounds=9, reach=20.0),),
        (Threat(80, reliability=0.8),),
    ),
    Case(
        "decoys empty the magazine",
        ("magazine", "decoys", "coverage"),
        (BIG._replace(rounds=40, coverage=0.8, reach=20.0),),
        (Threat(480, decoys=2),),
    ),
    Case(
        "few rounds, most of them at decoys",
        ("magazine", "decoys", "coverage"),
        (ROOM._replace(rounds=5, coverage=0.8, reach=20.0),),
        (Threat(60, decoys=2),),
    ),
    Case(
        "shoot, look and shoot until the rounds are gone",
        ("magazine", "two looks"),
        (ROOM._replace(kill_probability=0.5, rounds=9),),
        (Threat(80),),
        are_looks_rivals=True,
    ),
    Case(
        "two layers, the inner one's batteries on their own",
        ("two layers", "own channels", "coverage"),
        (
            PAIR._replace(kill_probability=0.5, coverage=0.7, channels=60),
            PAIR._replace(channels=2, reach=45.0, reaction=13.0),
        ),
        (ROCKET,),
        LONG,
        0.0,
    ),
    Case(
        "two layers, the outer one's magazine short",
        ("two layers", "magazine", "salvo of two", "coverage"),
        (
            BIG._replace(salvo=2, rounds=32, coverage=0.7, reach=20.0),
            BIG._replace(kill_probability=0.6, reach=30.0, minimum_reach=2.0),
        ),
        (Threat(400, decoys=1),),
    ),
    Case(
        "ballistic missiles at two tiers, decoys, half failing",
        ("two layers", "pooled channels", "magazine", "decoys", "reliability"),
        (
            Tier(0.75, 2, batteries=8, channels=6, rounds=40, reach=150.0, service_time=60.0),
            Tier(0.6, batteries=24, rounds=8, coverage=0.5, reach=60.0, service_time=25.0),
        ),
        (Threat(480, decoys=1, speed=2.5, altitude=60_000.0, reliability=0.5),),
        900.0,
        decoy_as_threat=0.3,
    ),
    Case(
        "missiles, drones and skimmers that are seen too late",
        ("three classes", "two looks", "magazine", "horizon"),
        (ROOM._replace(rounds=10, batteries=6, reaction=25.0),),
        (
            Threat(40, altitude=50.0, cross_section=0.1),
            Threat(50, speed=0.05, cross_section=0.01, altitude=200.0, reliability=0.8),
            Threat(20, speed=0.8, altitude=5.0, cross_section=0.1),
        ),
        are_looks_rivals=True,
    ),
    Case(
        "each class seen, served and hit in its own way",
        ("three classes", "numbers by class", "two layers"),
        (
            ROOM._replace(
                kill_probability=(0.8, 0.15, 0.5),
                detection_probability=(0.95, 0.4, 0.6),
                service_time=(20.0, 60.0, 400.0),
            ),
            ROOM._replace(
                kill_probability=(0.3, 0.9, 0.05), detection_probability=(0.5, 1.0, 0.2), reach=40.0
            ),
        ),
        (Threat(20, speed=0.8), Threat(25, decoys=1), Threat(20, speed=0.25, altitude=8_000.0)),
    ),
    Case(
        "classes that differ share an overfull pool",
        ("numbers by class", "pooled channels", "one look"),
        (PAIR._replace(service_time=(30.0, 40.0), kill_probability=(0.9, 0.2)),),
        (Threat(1_500, speed=2.5), Threat(1_500, speed=2.5)),
        3_700.0,
    ),
    Case(
        "a poor picture and a common shock",
        ("picture", "shock", "two layers"),
        (ROOM._replace(kill_probability=0.6), ROOM._replace(kill_probability=0.4, salvo=2)),
        (Threat(30),),
        tracking_probability=0.7,
        shock=0.8,
    ),
)

SALVO = Threat(120, speed=0.24, altitude=50.0, cross_section=0.1)
"""Cruise missiles that come over the horizon within a minute and a half."""
FEW = Tier(batteries=2, channels=6, minimum_reach=5.0)
"""Too few channels for them; the window is some four services long."""
ENOUGH = FEW._replace(batteries=4)
"""Half as many again as they need on average."""
AS_THE_FORMULAS = Manner()
BUSY = Manner(holds_each_look=True, loses_late_looks=True)


def salvo(name: str, tier: Tier, integration: float, manner: Manner = AS_THE_FORMULAS) -> Case:
    """Return a salvo of cruise missiles at one layer."""
    return Case(name, (), (tier,), (SALVO,), integration=integration, manner=manner)


BEYOND: tuple[Case, ...] = (
    salvo("overfull pool", FEW, 1.0),
    salvo("overfull pool, a channel is held for each look", FEW, 1.0, Manner(holds_each_look=True)),
    salvo("overfull pool, late looks are lost", FEW, 1.0, Manner(loses_late_looks=True)),
    salvo("overfull pool, both", FEW, 1.0, BUSY),
    salvo("pool just full", FEW._replace(batteries=16, channels=1), 1.0),
    salvo("pool with room, both", ENOUGH, 1.0, BUSY),
    salvo("own channels, what finds none is lost", ENOUGH, 0.0),
    salvo("own channels, targets wait", ENOUGH, 0.0, Manner(waits_alone=True)),
    salvo("own channels, all three", ENOUGH, 0.0, BUSY._replace(waits_alone=True)),
    salvo(
        "own magazines, just enough rounds in all",
        FEW._replace(batteries=8, rounds=16),
        0.0,
        Manner(waits_alone=True, has_own_magazines=True),
    ),
    salvo("second looks take first ones' rounds", FEW._replace(batteries=8, rounds=10), 1.0),
    Case("ballistic salvo, own channels", (), (FAST,), (Threat(60, speed=2.5),), integration=0.0),
    Case(
        "ballistic salvo, two tiers pooled",
        (),
        (FAST._replace(batteries=2, reach=200.0), FAST._replace(channels=3, service_time=15.0)),
        (Threat(100, speed=2.5),),
    ),
    Case(
        "what overflows comes in bunches to the next layer",
        (),
        (PAIR._replace(channels=3, detection_probability=1.0),) * 2,
        (ROCKET,),
        LONG,
        0.0,
    ),
    Case(
        "outer rounds gone, the rest fills the inner pool",
        (),
        (
            FAST._replace(channels=60, rounds=75),
            FAST._replace(batteries=1, channels=4, reach=65.0),
        ),
        (Threat(1000, speed=2.5),),
        LONG,
    ),
)
"""Raids in which the formulas are approximations, most of them as short as real ones."""

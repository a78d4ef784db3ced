"""Compares past air campaigns and strikes, as reported, with the model's.

`python -m verification.model.effort` gives the model the reported aircraft and days, and prints the
resulting sorties, strikes, weapons and losses in many worlds. It fails if a median differs by more
than a factor of two; for aircraft lost, which are few, if the 90 % interval does. One figure is
known to differ (`KNOWN`). The damage done is omitted, as nobody knows the hardness of a country's
forces. Aircraft and their defences are those of `june-2025`, whose figures against aircraft rest on
1972 and 1999; the numbers of batteries are our assumption.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, cast

import numpy as np

from detente import load
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.war import encode_war
from detente.kernel.draws import Draws
from detente.kernel.layout import Array, new_record
from detente.kernel.logbook import Span, fight_campaigns
from detente.kernel.posture import PLANS
from detente.kernel.theatre import DEFENDER, Onset, Reply, Situation, Theatre, Warfare
from verification import records  # noqa: F401  rules are called one by one

PACK = "june-2025"
FLYING = "arsenals.us.strike_aircraft"
"""The class that flies; there are none of the others."""
FROM_AFAR = "arsenals.israel.fighters"
"""Whose figures it has where the bases are far."""
GROUNDED = (
    "arsenals.us.cruise_missiles.stock",
    "arsenals.israel.fighters.stock",
    "arsenals.israel.stand_off_weapons.stock",
)
MISSILES = "defences.iran.layers.s300"
"""The layer of guided missiles."""
CLASS = 1
"""Its place among the challenger's weapons."""
ENDS = (0.05, 0.5, 0.95)
FACTOR = 2.0
"""By how much a figure may be off what was reported."""
LOST = "lost"
KNOWN = {"Iraq, 1991, lost"}
"""What the model misses, and is known to: guns and small missiles shot down most aircraft in 1991,
which flew low at first, and the layers of a pack hardly see aircraft."""
UNCHANGED: Mapping[str, float] = MappingProxyType({})
FUTURES = 8
"""Wars fought in each world."""

Reported = tuple[float, float]


class Past(NamedTuple):
    """What was reported of a campaign or a strike; pairs are the ends of what was reported."""

    name: str
    source: str
    doubt: str
    is_limited: bool
    days: int
    aircraft: Annotated[Reported, "aircraft that fight"]
    is_far: Annotated[bool, "whether bases are far and tankers few"]
    batteries: Annotated[Reported | None, "batteries of guided missiles; None for the pack's own"]
    figures: dict[str, Reported]


PASTS = (
    Past(
        "Iraq, 1991",
        "118,700 sorties, about 42,000 of them strikes, 88,500 tons of bombs, 38 aircraft lost in"
        " combat (Keaney and Cohen 1993); about 1,600 American combat aircraft (GAO 1997)",
        "allies had a quarter of all aircraft; tankers and transports flew part of the sorties; a"
        " bomb is taken for half a ton or less",
        is_limited=False,
        days=43,
        aircraft=(1600.0, 2100.0),
        is_far=False,
        batteries=(20.0, 80.0),
        figures={
            "sorties": (42_000.0, 118_700.0),
            "strikes": (41_000.0, 43_000.0),
            "weapons": (177_000.0, 227_000.0),
            "lost": (38.0, 38.0),
        },
    ),
    Past(
        "Yugoslavia, 1999",
        "38,000 sorties, 10,500 of them strikes, 28,000 weapons, two aircraft lost (Lambeth 2001);"
        " 210 American aircraft on 2 April, 1,004 in all on 24 May (US Department of Defense)",
        "half of all aircraft are taken to fight, and two thirds to be American; clouds kept"
        " aircraft from most of their targets on most days",
        is_limited=False,
        days=78,
        aircraft=(160.0, 500.0),
        is_far=False,
        batteries=(10.0, 40.0),
        figures={
            "sorties": (10_500.0, 38_000.0),
            "strikes": (10_500.0, 10_500.0),
            "weapons": (23_000.0, 28_000.0),
            "lost": (2.0, 2.0),
        },
    ),
    Past(
        "Iran, June 2025",
        "some 200 aircraft and 330 weapons on the first day (Israeli military), about 1,500 strikes"
        " in twelve days and no aircraft with a crew lost (press)",
        "a strike may be a sortie or a target; strikes of others count with them",
        is_limited=False,
        days=12,
        aircraft=(200.0, 200.0),
        is_far=True,
        batteries=None,
        figures={
            "strikes": (900.0, 1_500.0),
            "on the first day": (330.0, 330.0),
            "lost": (0.0, 0.0),
        },
    ),
    Past(
        "Iraq, December 1998",
        "650 sorties in four nights by some 200 aircraft, none lost (US Department of Defense)",
        "the largest of all limited strikes, so that it lies near the end of what they fly",
        is_limited=True,
        days=4,
        aircraft=(200.0, 212.0),
        is_far=False,
        batteries=(8.0, 30.0),
        figures={"sorties": (325.0, 650.0), "lost": (0.0, 0.0)},
    ),
)


class Setting(NamedTuple):
    """What one world flies with."""

    theatre: Theatre
    striking: Annotated[float, "share of sorties that strike"]


class Verdict(NamedTuple):
    """One figure as it was reported and as the model has it."""

    figure: str
    reported: Reported
    flown: Annotated[Array, "by world"]

    def ends(self) -> tuple[float, float, float]:
        """Return the ends of the model's 90 % interval, the median between them."""
        low, middle, high = (float(end) for end in np.quantile(self.flown, ENDS))
        return low, middle, high

    def passes(self) -> bool:
        """Say whether the median is near enough, or the interval of aircraft lost."""
        least, most = self.reported[0] / FACTOR, self.reported[1] * FACTOR
        low, middle, high = self.ends()
        if self.figure == LOST:
            return low <= most and least <= high
        return least <= middle <= most


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each and return 1 if a figure is off."""
    options = parser().parse_args(arguments)
    failed = []
    for past in PASTS:
        print(f"\n{past.name}: {past.days} days. Reported: {past.source}. But {past.doubt}.")
        verdicts = judge(past, options.worlds, options.seed)
        for verdict in verdicts:
            print_verdict(verdict)
        failed += off(past, verdicts)
    print("\noff: " + ("; ".join(failed) or "none"))
    return 1 if set(failed) - KNOWN else 0


def off(past: Past, verdicts: Sequence[Verdict]) -> list[str]:
    """Return the figures of a campaign that are off, with its name."""
    return [f"{past.name}, {one.figure}" for one in verdicts if not one.passes()]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(description="Past air campaigns, flown by the model.")
    made.add_argument("--worlds", type=int, default=64)
    made.add_argument("--seed", type=int, default=1)
    return made


def print_verdict(verdict: Verdict) -> None:
    """Print what was reported, and the model's median and 90 % interval."""
    least, most = verdict.reported
    low, middle, high = verdict.ends()
    printed = f"{least:,.0f}" if least == most else f"{least:,.0f} to {most:,.0f}"
    said = "" if verdict.passes() else "  OFF"
    print(
        f"  {verdict.figure:18} reported {printed:>18}, model {middle:9,.0f}"
        f"  [{low:,.0f} to {high:,.0f}]{said}"
    )


def judge(
    past: Past, worlds: int, seed: int = 1, *, changes: Mapping[str, float] = UNCHANGED
) -> list[Verdict]:
    """Return a verdict on each figure, some numbers of every world changed."""
    flown = fly(past, worlds, seed, changes)
    return [Verdict(name, ends, flown[name]) for name, ends in past.figures.items()]


def fly(past: Past, worlds: int, seed: int, changes: Mapping[str, float]) -> dict[str, Array]:
    """Return what the model flies and loses, mean over futures, by world."""
    each = theatres(past, worlds, seed, changes)
    rows = [figures_of(past, setting, seed) for setting in each]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def theatres(past: Past, worlds: int, seed: int, changes: Mapping[str, float]) -> Iterator[Setting]:
    """Yield what each world flies with, in a record that the next world writes over."""
    crisis = load(PACK)
    for world, drawn in enumerate(drawn_worlds(crisis, worlds, seed)):
        values = dict(drawn) | dict.fromkeys(GROUNDED, 0.0)
        if past.is_far:
            there = f"{FROM_AFAR}."
            figures = [path for path in drawn if path.startswith(there)]
            values |= {f"{FLYING}.{path.removeprefix(there)}": drawn[path] for path in figures}
        # Spread evenly over what was reported, one world after the other.
        place = (world + 0.5) / worlds
        values[f"{FLYING}.stock"] = between(past.aircraft, place)
        if past.batteries is not None:
            values[f"{MISSILES}.operational"] = 1.0
            values[f"{MISSILES}.batteries"] = between(past.batteries, 1.0 - place)
        war = cast("Warfare", new_record(Warfare))
        encode_war(crisis, {**values, **changes}, war)
        yield Setting(war.theatre, values["war.striking_sorties"])


def between(ends: Reported, place: float) -> float:
    """Return the number at a place between two ends, 0 to 1."""
    least, most = ends
    return least + (most - least) * place


def figures_of(past: Past, setting: Setting, seed: int) -> dict[str, float]:
    """Return the figures of one world; the struck side does not answer."""
    onset = Onset.STRIKE if past.is_limited else Onset.CAMPAIGN
    plan = PLANS.index("stand_off" if past.is_limited else "sustained")
    begun = Situation(2, 0, onset, plan, Reply.ABSORBS)
    span = Span(0, past.days, 0)
    logs: Any = fight_campaigns(setting.theatre, begun, Draws(seed, 0, 0, 0, 0), span, FUTURES)
    sent, struck, passed = (
        getattr(logs, name)[:, :, DEFENDER, CLASS] for name in ("sent", "worked", "passed")
    )
    load_of_one = float(setting.theatre.challenger_arsenal.load[CLASS])
    sums = {"sorties": sent / setting.striking, "strikes": struck, "weapons": struck * load_of_one}
    figures = {name: float(flown.sum(axis=1).mean()) for name, flown in sums.items()}
    figures["on the first day"] = float(struck[:, 0].mean()) * load_of_one
    figures["lost"] = float((struck - passed).sum(axis=1).mean())
    return figures


if __name__ == "__main__":
    raise SystemExit(main())

"""A dense raid, and the draws that it takes, recorded by playing some without the compiler.

Run as a program of its own for the second, since whether the kernel is compiled is settled when it
is imported.
"""

import json
import os
import subprocess
import sys
from typing import NamedTuple, cast

import numba

from detente import pack
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.war import encode_war
from detente.kernel import air_defence, arithmetic, draws
from detente.kernel.campaign import draw_commons, raid
from detente.kernel.draws import Chance, Draws
from detente.kernel.layout import new_record
from detente.kernel.posture import PLANS
from detente.kernel.theatre import (
    CHALLENGER,
    Campaign,
    Conflict,
    Onset,
    Reply,
    Situation,
    Theatre,
    Warfare,
    begin_first_morning,
)

SEED = 1
ATTACK = Situation(
    force=2,
    step=0,
    onset=Onset.CAMPAIGN,
    plan=PLANS.index("direct_action"),
    reply=Reply.FULL,
)
DENSE = {"present": 1.0, "operational": 1.0, "raid_share": 0.15}
"""Every layer is there and works, and a raid takes as much of the stocks as it may."""


class Drawn(NamedTuple):
    """What some raids drew, all in all."""

    blocks: int
    """Blocks of four uniforms."""
    binomials: list[tuple[float, float, float]]
    """Trials, probability and uniform of each binomial."""


def theatre_of(number: int, changes: dict[str, float]) -> Theatre:
    """Return what a world of the shipped crisis is fought with, some numbers changed by name."""
    crisis = pack.load("oman-2026")
    values = drawn_worlds(crisis, number + 1, SEED)[number]
    changed = {path: changes.get(path.rpartition(".")[2], value) for path, value in values.items()}
    war = cast("Warfare", new_record(Warfare))
    encode_war(crisis, changed, war)
    return war.theatre


def conflict_on(theatre: Theatre) -> Conflict:
    """Return a war on a theatre, started by the challenger in full force."""
    return Conflict(theatre, cast("Campaign", new_record(Campaign)), ATTACK)


@numba.njit(error_model="numpy")
def raid_often(conflict: Conflict, raids: int) -> float:
    """Raid fresh defences; the sum of what leaks keeps the compiler from dropping anything."""
    total = 0.0
    for future in range(raids):
        own_draws = Draws(SEED, 0, future, 0, 0)
        begin_first_morning(conflict)
        draw_commons(conflict, own_draws, 0)
        raid(conflict, CHALLENGER, 1.0, Chance(False, own_draws, 0, 0))
        total += conflict.campaign.raid.weapons[0]
    return total


def drawn_in(number: int, raids: int) -> Drawn:
    """Return the draws of so many dense raids in one world."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.dense_raid", str(number), str(raids)],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return Drawn(*json.loads(done.stdout))


def record(number: int, raids: int) -> Drawn:
    """Raid and write down what is drawn, in a process without the compiler."""
    blocks = 0
    binomials: list[tuple[float, float, float]] = []
    words, binomial = draws.words, arithmetic.binomial

    def counted(own_draws: Draws, day: int, purpose: int, block: int) -> draws.Words:
        nonlocal blocks
        blocks += 1
        return words(own_draws, day, purpose, block)

    def noted(trials: float, probability: float, uniform: float) -> float:
        binomials.append((float(trials), float(probability), float(uniform)))
        return binomial(trials, probability, uniform)

    vars(draws)["words"] = counted
    vars(air_defence)["binomial"] = noted
    raid_often(conflict_on(theatre_of(number, DENSE)), raids)
    return Drawn(blocks, binomials)


if __name__ == "__main__":
    print(json.dumps(record(*map(int, sys.argv[1:]))))

"""Checks that every future has one ending and a consistent row, whatever the numbers of the pack.

`python -m verification.model.endings` plays a million futures of random packs: shipped ones, with
many of their numbers drawn again from far beyond their ranges, but within what `detente check`
allows. It counts the rows that violate a law, and the futures of each ending. One such row, or an
ending that never occurs, fails the check (exit status 1).
"""

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from detente.endings import SETTLEMENTS, Ending, numbers_of
from detente.ensemble.design import drawn_worlds
from detente.ensemble.effects import ends
from detente.ensemble.encode import encode
from detente.kernel.cascade import REGIONAL_PARTIES
from detente.kernel.ceasefire import LIMITED_LOSS
from detente.kernel.crisis import play
from detente.kernel.endings import Ceasefire, FirstShot, Trigger, Violence
from detente.kernel.layout import Array
from detente.kernel.limits import LONGEST_HORIZON, PARTIES
from detente.kernel.places import LEVELS
from detente.kernel.posture import PLANS
from detente.kernel.solution import solve
from detente.kernel.talks import PACKAGES
from detente.kernel.theatre import BY_ALLY, TOGETHER, ForceScale, Reply
from detente.pack import Crisis, load
from detente.pack.files import library
from detente.pack.options import IN_DISPUTE, targets
from detente.pack.quantity import Domain, Quantity

SHIPPED = ("oman-2026", "cuba-1962", "june-2025", "essequibo-2023")
FUTURES = 1_000_000
COUNT = 100
"""Random packs."""
WORLDS = 2
"""Worlds of each: numbers that were not drawn again keep their ranges, and differ."""
SEED = 1
AT_AN_END = 0.1
"""Chance that a number is put at an end of what it may be, an amount at the lower one."""
WIDER = 10.0
"""A positive number is drawn from so many times less than its range to so many times more."""
APART = 3.0
"""Any other number is drawn from so many widths of its range below it to as many above."""
LEAST = 0.01
"""Where the range of a positive number ends at 0, it is taken to end here."""
NO_DAY, A_WEEK = -1, 7
MOST_DAYS = float(np.iinfo(np.int16).max)

Laws: TypeAlias = Mapping[str, Array]
"""What must hold of rows, in words, and in which rows it does."""


class Block(NamedTuple):
    """Futures of one world of a random pack."""

    pack: int
    world: int
    horizon: int
    rows: Array


BOUNDS = {
    "ending": (min(Ending), max(Ending)),
    "violence": (min(Violence), max(Violence)),
    "settlement": (min(SETTLEMENTS), max(SETTLEMENTS)),
    "trigger": (min(Trigger), max(Trigger)),
    "first_shot": (min(FirstShot), max(FirstShot)),
    "first_shot_gap": (-math.inf, math.inf),
    "rounds": (0, MOST_DAYS),
    "initiator": (-1, BY_ALLY),
    "began": (-1, TOGETHER),
    "scale": (-1, ForceScale.CAMPAIGN),
    "answer": (-1, Reply.FULL),
    "answer_gap": (-math.inf, math.inf),
    "raised_day": (NO_DAY, MOST_DAYS),
    "joined_day": (NO_DAY, MOST_DAYS),
    "package": (-1, PACKAGES - 1),
    "posture": (0, LEVELS - 1),
    "war_days": (0, MOST_DAYS),
    "ceasefire": (min(Ceasefire), max(Ceasefire)),
    "parties": (0, 2 + PARTIES),
    "parties_hit": (0, PARTIES),
    "world_cost": (0.0, math.inf),
    "challenger_loss": (0.0, math.inf),
    "defender_loss": (0.0, math.inf),
    "challenger_military_loss": (0.0, math.inf),
    "challenger_aircraft_loss": (0.0, math.inf),
    "challenger_economy_loss": (0.0, math.inf),
    "defender_military_loss": (0.0, math.inf),
    "defender_aircraft_loss": (0.0, math.inf),
    "defender_economy_loss": (0.0, math.inf),
    "damage": (0.0, 1.0),
    "challenger_type": (0, 1),
    "defender_type": (0, 1),
    "belief_hard": (0.0, 1.0),
    "belief_tough": (0.0, 1.0),
    "snap_hard": (-1.0, 1.0),
    "snap_tough": (-1.0, 1.0),
    "plan": (0, len(PLANS) - 1),
    "belief_plan": (0.0, 1.0),
    "visited": (0, math.inf),
    "unsettled": (0, math.inf),
    "broken_deal_day": (NO_DAY, MOST_DAYS),
    "broken_day": (NO_DAY, MOST_DAYS),
    "failed_day": (NO_DAY, MOST_DAYS),
    "first_force_day": (NO_DAY, MOST_DAYS),
    "war_day": (NO_DAY, MOST_DAYS),
    "closed_day": (NO_DAY, MOST_DAYS),
}
"""Lowest and highest that a column may be; none may be infinite."""


def random_pack(number: int) -> Crisis:
    """Return a shipped crisis with a random share of its numbers drawn again."""
    generator = np.random.default_rng((SEED, number))
    shipped = load(Path(str(library() / SHIPPED[number % len(SHIPPED)])))
    share = generator.uniform()
    changes = {
        path: far_value(shipped.numbers[path], measure.limits, generator)
        for path, (_, measure) in targets(shipped.model).numbers.items()
        if path in shipped.numbers and path not in IN_DISPUTE and generator.uniform() < share
    }
    return shipped.with_changes(changes)


def far_value(number: Quantity, limits: Domain, generator: np.random.Generator) -> float:
    """Return any share, or an amount within ten times its range; now and then one at an end.

    Amounts at their upper ends are for `verification.model.extremes`: few endings come of them.
    """
    if limits.whole:
        return float(generator.integers(2))
    if not limits.is_open:
        if generator.uniform() < AT_AN_END:
            return float(generator.choice([limits.lower, limits.upper]))
        return float(generator.uniform(limits.lower, limits.upper))
    low, high = sorted(ends(number))
    if limits.lower < 0:
        apart = APART * (high - low)
        drawn = generator.uniform(low - apart, high + apart)
    elif generator.uniform() < AT_AN_END:
        drawn = limits.lower
    else:
        low, high = math.log((low or LEAST) / WIDER), math.log((high or LEAST) * WIDER)
        drawn = math.exp(generator.uniform(low, high))
    return float(min(max(drawn, limits.lower), limits.upper))


def blocks(packs: int, futures: int) -> Iterator[Block]:
    """Play random packs, each over a random horizon."""
    each = -(-futures // (packs * WORLDS))
    for number in range(packs):
        crisis = random_pack(number)
        horizon = int(np.random.default_rng((SEED, number, 1)).integers(1, LONGEST_HORIZON + 1))
        for index, drawn in enumerate(drawn_worlds(crisis, WORLDS, number)):
            world = encode(crisis, drawn, grid="tiny", horizon=horizon)
            solved = solve(world, with_exploitability=False)
            rows = play(world, solved, seed=number, number=index, first=0, futures=each)
            yield Block(number, index, horizon, rows)


def bounds_hold(block: Block) -> Laws:
    """Say where each column is a finite number that it may be."""
    return {
        f"{column} is from {low:g} to {high:g}": (block.rows[column] >= low)
        & (block.rows[column] <= high)
        & np.isfinite(block.rows[column])
        for column, (low, high) in BOUNDS.items()
    }


def endings_hold(block: Block) -> Laws:
    """Say where the ending is the one that violence and settlement make."""
    rows = block.rows
    headline = np.where(
        has_force(rows),
        rows["violence"] - Violence.LIMITED_STRIKE + Ending.LIMITED_STRIKE,
        rows["settlement"],
    )
    is_open = np.isin(rows["settlement"], numbers_of("open", "failed", "standstill"))
    return {
        "the ending is the violence from a limited strike up, else the settlement": (
            rows["ending"] == headline
        ),
        "the future ends within the horizon": (
            (rows["ending_day"] >= 0) & (rows["ending_day"] <= block.horizon)
        ),
        "it ends at the horizon if and only if nothing was settled": (
            (rows["ending_day"] == block.horizon) == is_open
        ),
        "no more nodes are unsettled than were visited": rows["unsettled"] <= rows["visited"],
    }


def deals_hold(block: Block) -> Laws:
    """Say where packages, broken deals and failed talks go together."""
    rows = block.rows
    was_broken = rows["broken_day"] >= 0
    was_before = (rows["broken_deal_day"] >= 0) & (rows["broken_deal_day"] < rows["broken_day"])
    has_failed = np.isin(rows["settlement"], numbers_of("failed"))
    failed_by_then = (rows["failed_day"] >= 0) & (rows["failed_day"] <= rows["broken_day"])
    return {
        "there is a package if and only if there is a deal": (
            (rows["package"] >= 0) == np.isin(rows["settlement"], numbers_of("deal"))
        ),
        "a broken deal was made before it was broken": was_before | ~was_broken,
        "only a broken deal has a day on which it was made": (
            was_broken == (rows["broken_deal_day"] >= 0)
        ),
        "talks have failed once a deal is broken": failed_by_then | ~was_broken,
        "talks that have failed have a day on which they did, but where force broke them off": (
            (rows["failed_day"] >= 0) | has_force(rows) | ~has_failed
        ),
        "nothing happens after the ending": (
            np.maximum(rows["broken_day"], rows["failed_day"]) <= rows["ending_day"]
        ),
    }


def force_begins(block: Block) -> Laws:
    """Say where force, who began it and why go together."""
    rows = block.rows
    forced = has_force(rows)
    return {
        "force has a first day": (rows["first_force_day"] >= 0) == forced,
        "force has an initiator": (rows["initiator"] >= 0) == forced,
        "force has a trigger": (rows["trigger"] != Trigger.NONE) == forced,
        "force has a first shot": (rows["first_shot"] != FirstShot.NONE) == forced,
        "force has days": (rows["war_days"] > 0) == forced,
        "force has parties": (rows["parties"] > 0) == forced,
        "force has an end": (rows["ceasefire"] != Ceasefire.NONE) == forced,
        "force is used once or more": (rows["rounds"] > 0) == forced,
        "force begins before the ending": (rows["first_force_day"] < rows["ending_day"]) | ~forced,
        "war has a first day": (rows["war_day"] >= 0) == (rows["violence"] >= Violence.WAR),
        "war begins with force or later, and before the ending": (
            (rows["war_day"] < 0)
            | (rows["war_day"] >= rows["first_force_day"]) & (rows["war_day"] < rows["ending_day"])
        ),
        "the first force is war where it is the only one": (
            (rows["rounds"] != 1)
            | (rows["war_day"] < 0)
            | (rows["war_day"] == rows["first_force_day"])
        ),
        "an ally begins what an ally triggers, alone or together with the challenger": (
            (rows["trigger"] != Trigger.ALLY) | np.isin(rows["began"], (BY_ALLY, TOGETHER))
        ),
        "what an ally begins alone is triggered by it": (
            (rows["began"] != BY_ALLY) | (rows["trigger"] == Trigger.ALLY)
        ),
        "the initiator is who began it, the challenger if both did": (
            rows["initiator"] == np.where(rows["began"] == TOGETHER, 0, rows["began"])
        ),
        "force has a scale": (rows["scale"] >= 0) == forced,
        "a campaign, and a strike that is answered in full, is war from the first day": (
            (rows["war_day"] == rows["first_force_day"])
            | ((rows["scale"] != ForceScale.CAMPAIGN) & (rows["answer"] != Reply.FULL))
        ),
        "the challenger joins what its ally began alone, and not before it": (
            (rows["joined_day"] < 0)
            | (rows["began"] == BY_ALLY) & (rows["joined_day"] >= rows["first_force_day"])
            # Who began is known of the first round alone.
            | (rows["rounds"] > 1) & (rows["joined_day"] > rows["first_force_day"])
        ),
        "the challenger begins what a lapse triggers": (
            (rows["initiator"] == 0) | (rows["trigger"] != Trigger.LAPSE)
        ),
    }


def force_costs(block: Block) -> Laws:
    """Say where losses, parties and a closed passage are those of the violence."""
    rows = block.rows
    lost = np.maximum(rows["challenger_loss"], rows["defender_loss"])
    most = np.float32(LIMITED_LOSS) * rows["rounds"]
    is_limited = rows["violence"] == Violence.LIMITED_STRIKE
    is_closed = rows["closed_day"] >= 0
    costs = ("challenger_loss", "defender_loss", "damage", "parties_hit", "world_cost")
    is_free = np.all([rows[column] == 0 for column in costs], axis=0)
    return {
        "losses of limited strikes are small": (lost <= most) | ~is_limited,
        "a limited strike has seven days at most, and each further one": (
            (rows["war_days"] <= A_WEEK * rows["rounds"].astype(int)) | ~is_limited
        ),
        "a war of many parties is regional": (
            (rows["parties"] >= REGIONAL_PARTIES) == (rows["violence"] == Violence.REGIONAL_WAR)
        ),
        "nothing is lost without force": is_free | has_force(rows),
        "a passage is closed in war alone, and not before it": (
            (rows["violence"] >= Violence.WAR) & (rows["closed_day"] >= rows["war_day"])
        )
        | ~is_closed,
        "only a closed passage costs others": (rows["world_cost"] == 0.0) | is_closed,
        "losses are the sum of their parts": sums_up(rows, "challenger")
        & sums_up(rows, "defender"),
    }


def has_force(rows: Array) -> Array:
    """Say in which rows force was ordered."""
    return np.asarray(rows["violence"] >= Violence.LIMITED_STRIKE)


def sums_up(rows: Array, side: str) -> Array:
    """Say in which rows a side's losses are those in forces, aircraft and economy, as 32 bits."""
    parts = [rows[f"{side}_{part}_loss"].astype(float) for part in ("military", "aircraft")]
    total = sum(parts, rows[f"{side}_economy_loss"].astype(float))
    return np.asarray(np.isclose(total, rows[f"{side}_loss"], rtol=1e-6, atol=1e-6))


GROUPS: Sequence[Callable[[Block], Laws]] = (
    bounds_hold,
    endings_hold,
    deals_hold,
    force_begins,
    force_costs,
)


def broken_laws(block: Block) -> dict[str, Array]:
    """Return the rows that break a law, by law; those that no row breaks are left out."""
    laws = {law: holds for group in GROUPS for law, holds in group(block).items()}
    return {law: np.flatnonzero(~holds) for law, holds in laws.items() if not holds.all()}


def report(played: Iterator[Block]) -> int:
    """Print how often each ending came about and what broke a law; return the exit status."""
    endings: Counter[int] = Counter()
    violations = 0
    for block in played:
        endings.update(block.rows["ending"].tolist())
        for law, rows in broken_laws(block).items():
            place = f"pack {block.pack}, world {block.world}, future {rows[0]}"
            print(f"{len(rows)} rows break a law, {law}: first {place}", flush=True)
            violations += len(rows)
    for ending in Ending:
        print(f"{ending.name.lower().replace('_', ' '):<20} {endings[ending]:>9,}")
    print(f"{endings.total():,} futures, {violations} violations")
    return int(violations > 0 or any(endings[ending] == 0 for ending in Ending))


def main(arguments: Sequence[str] | None = None) -> int:
    """Play random packs and return the exit status."""
    parser = argparse.ArgumentParser(description="One ending for every future of random packs.")
    parser.add_argument("--futures", type=int, default=FUTURES, help="over all packs")
    parser.add_argument("--packs", type=int, default=COUNT, help="random packs")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    status = report(blocks(options.packs, options.futures))
    print(f"{options.packs} packs, {WORLDS} worlds of each, took {time.monotonic() - start:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())

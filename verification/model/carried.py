"""Checks that shared numbers carry over to packs that state forces in detail.

`python -m verification.model.carried` writes the reference pack of a start a second time, with
cruise and ballistic missiles and one more layer of defence in place of half of each side's aircraft
and guns. In each world the stocks of missiles are such that each side's weapons would do as much
damage as in the pack that ships, so that both sides are about as strong. On the same draws of all
other numbers, for two seeds, the share of uses of force that become war may differ by at most a
third. The status is 1 if it differs by more.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from detente.cli import terminal
from detente.ensemble.encode.war import encode_war
from detente.kernel.layout import Array, new_record
from detente.kernel.theatre import Warfare, Weaponry
from detente.lab import reference
from detente.pack import Crisis
from detente.questions.past.definitions import STARTS
from verification.model.laws import has_force, is_war, linear_form, over_scrambles
from verification.model.sampling import Values, play_sample, sample_of

SEEDS = (1, 2)
FARTHEST = 1.0 / 3.0
"""By how much of itself the share may differ."""
KEPT = 0.5
"""Share of its aircraft and of its guns that each side keeps."""
MISSILES = {"cruise": "cruise_missile", "ballistic": "medium_range_ballistic_missile"}
SIDES = ("alpha", "beta")
GUESS = "a guess: a region's air force in detail"


def in_detail(start: str, folder: Path) -> Crisis:
    """Return the reference pack of a start with missiles and a further layer on each side."""
    tree = dict(reference.tree_of(start))
    tree["arsenals"] = {
        side: {
            **tree["arsenals"][side],
            **{
                key: {"system": system, "stock": {"range": [40, 160], "assumed": GUESS}}
                for key, system in MISSILES.items()
            },
        }
        for side in SIDES
    }
    far = {
        "system": "long_range_interceptor",
        "batteries": {"range": [3, 9], "assumed": GUESS},
    }
    tree["defences"] = {
        side: {**known, "layers": {"far": far, **known["layers"]}}
        for side, known in tree["defences"].items()
    }
    return reference.written(folder / start, reference.one_file(tree))


def as_strong(crisis: Crisis, values: Values) -> Values:
    """Return a world with half of its aircraft and guns, and missiles that do as much damage."""
    changed = dict(values)
    war = cast("Warfare", new_record(Warfare))
    encode_war(crisis, values, war)
    theatre = war.theatre
    arsenals = theatre.challenger_arsenal, theatre.defender_arsenal
    for side, arsenal in zip(SIDES, arsenals, strict=True):
        keys = list(crisis.model.arsenals[side])
        worths = dict(zip(keys, worth_of_one(arsenal, theatre.campaign_days), strict=False))
        aircraft = f"arsenals.{side}.aircraft.stock"
        given_up = (1.0 - KEPT) * values[aircraft] * worths["aircraft"]
        changed[aircraft] = KEPT * values[aircraft]
        changed[f"defences.{side}.layers.guns.batteries"] *= KEPT
        for key in MISSILES:
            changed[f"arsenals.{side}.{key}.stock"] = given_up / len(MISSILES) / worths[key]
    return changed


def worth_of_one(arsenal: Weaponry, days: float) -> Array:
    """Return the damage that a weapon of each class would do, as `strength.weapons_left` has it."""
    flights = np.maximum(1.0, arsenal.launch_rate * days * arsenal.returns)
    return cast("Array", arsenal.hit_damage * arsenal.reliability * flights)


def shares(crisis: Crisis, options: argparse.Namespace, **changes: Any) -> tuple[Array, Array]:
    """Return how many futures of each world have war, and how many have force."""
    samples = (
        sample_of(crisis, options.worlds, options.futures, seed=seed, grid="coarse")
        for seed in SEEDS
    )
    rows = np.concatenate([play_sample(sample, **changes) for sample in samples])
    return is_war(rows).sum(axis=1).astype(float), has_force(rows).sum(axis=1).astype(float)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play both packs of each start, print the ratios and return the exit status."""
    parser = argparse.ArgumentParser(description="Do shared numbers carry over?")
    parser.add_argument("--worlds", type=int, default=64, help="of each seed, a multiple of 8")
    parser.add_argument("--futures", type=int, default=100, help="of each world")
    options = parser.parse_args(arguments)
    is_far = False
    for start in STARTS:
        with tempfile.TemporaryDirectory() as folder:
            detailed = in_detail(start, Path(folder))
            lump = reference.written(Path(folder) / "lump", reference.files_of(start))
        before, after = shares(lump, options), shares(detailed, options, numbers=as_strong)
        one, other = (float(war.sum() / force.sum()) for war, force in (before, after))
        moved = over_scrambles(linear_form(*after) - linear_form(*before), len(SEEDS))
        ratio, low, high = (1.0 + end / one for end in moved.interval)
        terminal.say(
            f"{start}: war, of force, {100.0 * one:.1f} % with forces as a lump and "
            f"{100.0 * other:.1f} % in detail: {ratio:.2f} times [{low:.2f}, {high:.2f}]; force in "
            f"{100.0 * before[1].mean() / options.futures:.1f} and "
            f"{100.0 * after[1].mean() / options.futures:.1f} % of futures."
        )
        is_far |= abs(ratio - 1.0) > FARTHEST
    return int(is_far)


if __name__ == "__main__":
    sys.exit(main())

"""Compares how often a war has three parties or more with history, if both sides have a friend.

`python -m verification.model.coalition` gives the challenger of both reference packs an ally and
the defender a supporter. Each has an air force and an estimate of how soon it joins; all other
numbers are defaults. The packs are played with two seeds. Of 50 wars of 1918 to 1989, 13 had three
parties or more (ICB, Brecher & Wilkenfeld). Nothing was fitted to that. The status is 1 if the
model's share lies outside history's 95 % interval.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detente.cli import terminal
from detente.kernel.theatre import BY_ALLY
from detente.lab import reference
from detente.pack import Crisis
from detente.questions.past.definitions import STARTS
from verification.model.laws import is_war, linear_form, over_scrambles
from verification.model.sampling import play_sample, sample_of

SEEDS = (1, 2)
MANY, WARS = 13, 50
"""Wars of 1918 to 1989 with three parties or more, and all wars."""
LOW, HIGH = 0.159, 0.396
"""Wilson's 95 % interval of their share."""
JOINS = {
    "range": [0.1, 0.5],
    "assumed": "prior: who is hit joins within two to ten days of full war",
}
FRIENDS: dict[str, dict[str, Any]] = {
    "gamma": {"name": "Gamma", "roles": ["ally"], "join_probability": JOINS},
    "delta": {
        "name": "Delta",
        "roles": ["supporter"],
        "supports": "beta",
        "join_probability": JOINS,
    },
}


def with_friends(start: str, folder: Path) -> Crisis:
    """Return the reference pack of a start in which each side has a friend with an air force."""
    tree = reference.tree_of(start)
    arsenals = {**tree["arsenals"], **dict.fromkeys(FRIENDS, tree["arsenals"]["beta"])}
    known = {**tree, "actors": {**tree["actors"], **FRIENDS}, "arsenals": arsenals}
    return reference.written(folder / start, reference.one_file(known))


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, print the shares and return the exit status."""
    parser = argparse.ArgumentParser(description="How many parties do wars have?")
    parser.add_argument("--worlds", type=int, default=64, help="of each seed, a multiple of 8")
    parser.add_argument("--futures", type=int, default=200, help="of each world")
    options = parser.parse_args(arguments)
    wars, many = [], []
    for start in STARTS:
        with tempfile.TemporaryDirectory() as folder:
            crisis = with_friends(start, Path(folder))
        rows = np.concatenate(
            [
                play_sample(
                    sample_of(crisis, options.worlds, options.futures, seed=seed, grid="coarse")
                )
                for seed in SEEDS
            ]
        )
        has_war = is_war(rows)
        is_joined = has_war & (rows["parties"] >= 3)
        wars.append(has_war.sum(axis=1).astype(float))
        many.append(is_joined.sum(axis=1).astype(float))
        share, began = is_joined.sum() / has_war.sum(), (rows["began"][has_war] >= BY_ALLY).mean()
        terminal.say(
            f"{start}: war {100.0 * has_war.mean():.1f} of 100 futures; of wars "
            f"{100.0 * share:.1f} % have three parties or more, and {100.0 * began:.1f} % began "
            f"with the ally, alone or together."
        )
    # Both starts are about equally frequent in history, so that their wars are counted together.
    found = over_scrambles(linear_form(sum(many), sum(wars)), len(SEEDS))
    value, low, high = (100.0 * end for end in found.interval)
    terminal.say(
        f"Both: {value:.1f} % [{low:.1f}, {high:.1f}]; history {MANY} of {WARS}, "
        f"{100.0 * LOW:.0f} to {100.0 * HIGH:.0f} %."
    )
    return int(not LOW <= found.value <= HIGH)


if __name__ == "__main__":
    sys.exit(main())

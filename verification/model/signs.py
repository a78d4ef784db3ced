"""Measures by how much signs that point to force multiply its odds, in every pack that ships.

`python -m verification.model.signs` plays each pack with two seeds and weights the futures by one
and by three independent signs of force with a likelihood ratio, as `detente update` does. It prints
the share of futures with force before and after, and the multiple of its odds with its 90 %
interval over the scrambles of both seeds. Three signs of ratio 3 should give a multiple of 3.

A defender may back down before a challenger that would use force, so that the force which signs of
intent announce never happens. The last column is therefore the multiple of the odds of force or
backing down. A pack of `COERCED` is known to miss the target for this reason, and is reported so;
that last multiple must then reach the target, or the reason is wrong. The status is 1 if it does
not, if any other pack misses, or if one of them no longer does.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.endings import Ending
from detente.ensemble.design import SCRAMBLES
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import QUANTILE, by_scramble, fewest, jackknife
from detente.kernel.layout import Array
from detente.kernel.posture import PLANS
from detente.pack import load, shipped
from detente.pack.military import FORCE, Sign
from detente.questions.reweighting import DEPENDENCE, chances_by_type, leanings_of
from verification.model.laws import has_force
from verification.model.sampling import Sample, play_sample, sample_of

SEEDS = (1, 2)
FALSE_POSITIVE = 0.1
"""Chance of each sign as a false alarm: so low that three signs of ratio 3 seldom are certain."""
COUNTS = (1, 3)
"""How many signs are seen."""
WANTED = 3.0
"""What three signs are to multiply the odds of force by."""
COERCED = frozenset({"cuba-1962"})
"""Packs that miss it, as the defender backs down before ultimatums of a challenger that means it:
with the least American motive in 8 and 10 %, with the most in 48 and 54 %."""


class Weighed(NamedTuple):
    """How often something comes, before signs and with them."""

    before: Annotated[float, "share of futures"]
    after: Annotated[float, "share of futures"]
    multiple: Annotated[Estimate, "of its odds"]
    worlds: Annotated[float, "worlds of equal weight that would carry as much"]


def chances(sample: Sample, ratio: float) -> Array:
    """Return how likely a sign of force is, by world and type of challenger, shape (worlds, 2).

    Signs do not depend on each other here, so that each is as likely as the first.
    """
    sign = Sign(points_to=(FORCE,))
    worlds = len(sample.draws)
    values = {
        **{path: np.array([drawn[path] for drawn in sample.draws]) for path in sample.draws[0]},
        DEPENDENCE: np.zeros(worlds),
        "signs.own.false_positive": np.full(worlds, FALSE_POSITIVE),
        "signs.own.likelihood_ratio": np.full(worlds, ratio),
    }
    leanings = leanings_of(sample.crisis, values)
    by_type = chances_by_type("own", sign, (), values, leanings)
    likely: Array = by_type[:, :, PLANS.index("display")]
    return likely


def weigh(rows: Array, came: Array, likely: Array, signs: int) -> Weighed:
    """Weigh futures by signs that are seen; `came`: in which of them it comes to what is asked.

    `rows`: shape (seeds, worlds, futures); `likely`: how likely each sign is, shape (seeds, worlds,
    2). The interval is that of the logarithm of the multiple, by a jackknife over the scrambles.
    """
    weights = np.take_along_axis(likely**signs, rows["challenger_type"].astype(int), axis=2)
    by_world = [
        part.sum(axis=2).astype(float) for part in (weights * came, weights * ~came, came, ~came)
    ]
    sums = [part.sum() for part in by_world]
    found = _log_multiple(*sums)
    without = [
        part.sum() - np.concatenate([by_scramble(of_seed) for of_seed in part]) for part in by_world
    ]
    worlds = fewest(by_world[0].ravel(), by_world[1].ravel())
    reach = QUANTILE * np.sqrt(jackknife(_log_multiple(*without), worlds))
    value, low, high = (float(np.exp(end)) for end in (found, found - reach, found + reach))
    after = float(sums[0] / (sums[0] + sums[1]))
    return Weighed(float(came.mean()), after, Estimate(value, low, high, kind="value"), worlds)


def _log_multiple(*sums: Array) -> Array:
    """Return the log of the odds with signs over those before."""
    force, none, force_before, none_before = sums
    multiple: Array = np.log(force / none) - np.log(force_before / none_before)
    return multiple


def verdict(pack: str, force: float, either: float) -> tuple[str, bool]:
    """Say whether a pack reaches what is wanted, and whether that is as it is known to be.

    `force`, `either`: what three signs multiply the odds of force, and of force or backing down by.
    """
    if pack not in COERCED:
        return ("reached", True) if force >= WANTED else ("missed", False)
    if force >= WANTED:
        return "reached, and listed as missing", False
    if either >= WANTED:
        return "missed: the defender backs down instead", True
    return "missed, and backing down does not explain it", False


def table(packs: Sequence[str], options: argparse.Namespace) -> Iterator[tuple[str, bool]]:
    """Print the table, pack by pack; yield the verdict on each."""
    size = f"{options.worlds} worlds x {options.futures} futures for each of seeds {SEEDS}"
    print(f"Signs of ratio {options.ratio:g}, {size}, grid {options.grid}:")
    print(
        "\n| pack | signs | force, of 100 | with signs | odds x [90 %] | worlds, in effect "
        "| of force or backing down |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    for pack in packs:
        crisis = load(pack)
        samples = [
            sample_of(crisis, options.worlds, options.futures, seed=seed, grid=options.grid)
            for seed in SEEDS
        ]
        rows = np.stack([play_sample(sample) for sample in samples])
        likely = np.stack([chances(sample, options.ratio) for sample in samples])
        force = has_force(rows)
        coerced = force | (rows["ending"] == Ending.DEFENDER_YIELDS)
        for signs in COUNTS:
            found = weigh(rows, force, likely, signs)
            either = weigh(rows, coerced, likely, signs).multiple
            shares = f"{100.0 * found.before:.1f} | {100.0 * found.after:.1f}"
            odds, worlds = _with_ends(found.multiple), f"{found.worlds:.0f}"
            print(
                f"| {pack} | {signs} | {shares} | {odds} | {worlds} | {_with_ends(either)} |",
                flush=True,
            )
        yield verdict(pack, found.multiple.value, either.value)


def _with_ends(multiple: Estimate) -> str:
    return f"{multiple.value:.1f} [{multiple.low:.1f}, {multiple.high:.1f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    parser = argparse.ArgumentParser(description="What do signs of force multiply its odds by?")
    parser.add_argument("packs", nargs="*", metavar="PACK")
    parser.add_argument("--worlds", type=int, default=128, help="of each seed, a multiple of 8")
    parser.add_argument("--futures", type=int, default=100, help="of each world")
    parser.add_argument("--grid", default="tiny", choices=("tiny", "coarse", "normal", "fine"))
    parser.add_argument("--ratio", type=float, default=3.0, help="of each sign")
    options = parser.parse_args(arguments)
    if options.worlds % SCRAMBLES:
        parser.error(f"--worlds is {options.worlds}; use a multiple of {SCRAMBLES}")
    packs = options.packs or shipped()
    found = dict(zip(packs, table(packs, options), strict=True))
    reached = sum(said == "reached" for said, _ in found.values())
    print(
        f"\n{reached} of {len(found)} packs reach a multiple of {WANTED:g} with three signs; not:"
    )
    for pack, (said, _) in found.items():
        if said != "reached":
            print(f"  {pack}: {said}")
    return int(not all(is_known for _, is_known in found.values()))


if __name__ == "__main__":
    sys.exit(main())

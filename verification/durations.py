"""Whether crises last in the model as they did in history, at the reference settings.

`python -m verification.durations` plays `packs/reference.toml` and holds the quartiles of its
futures' lengths against those of past crises, and whether the hazard of an ending falls as time
goes on. History: International Crisis Behavior project (Brecher & Wilkenfeld), 1945-1989, crises
outside ongoing wars.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.analysis.history.bands import QUARTILES
from detente.analysis.history.beside import days_open
from detente.analysis.history.rates import SPANS
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode import encode
from detente.kernel.crisis import play, solve
from detente.kernel.layout import Array
from detente.pack import load

PACK = Path(__file__).parent / "packs" / "reference.toml"
HORIZON = 365
SHARES = (0.25, 0.5, 0.75)
ALLOWED = 1.5
"""Furthest that a quartile may lie from history's, as a factor: the settings are provisional, and
fitting them is another matter."""
EARLY, LATE = SPANS[0], SPANS[-1]
"""Spans of days whose hazards are compared."""


class Lengths(NamedTuple):
    """How long the futures of the reference crisis last."""

    quartiles: tuple[float, ...]
    early_hazard: float
    """Endings a day among futures still open, in the first two months."""
    late_hazard: float
    """The same in the second half of the year."""


def lengths_of(days: Array) -> Lengths:
    """Return the quartiles and hazards of futures' lengths; those at the horizon are still open."""
    quartiles = tuple(float(quartile) for quartile in np.quantile(days, SHARES))
    return Lengths(quartiles, hazard(days, EARLY), hazard(days, LATE))


def hazard(days: Array, span: tuple[int, int]) -> float:
    """Return endings a day over the days that open futures lived, within a span of days."""
    start, end = span
    lived = np.clip(days, start, end) - start
    ended = (days >= start) & (days < end)
    return float(ended.sum() / lived.sum())


def days_of(worlds: int, futures: int) -> Array:
    """Play the reference crisis and return the length of each future."""
    crisis = load(str(PACK))
    days = []
    for number, drawn in enumerate(drawn_worlds(crisis, worlds, 1)):
        world = encode(crisis, drawn, horizon=HORIZON)
        solved = solve(world, with_exploitability=False)
        rows = play(world, solved, seed=1, number=number, first=0, futures=futures)
        days.append(days_open(rows))
    return np.concatenate(days)


def is_like_history(lengths: Lengths) -> bool:
    """Say whether every quartile lies near history's, and the hazard falls."""
    near = (
        1.0 / ALLOWED < quartile / past < ALLOWED
        for quartile, past in zip(lengths.quartiles, QUARTILES, strict=True)
    )
    return all(near) and lengths.late_hazard < lengths.early_hazard


def main() -> int:
    """Print the comparison and return the exit status."""
    parser = argparse.ArgumentParser(description="How long crises last, against history.")
    parser.add_argument("--worlds", type=int, default=128)
    parser.add_argument("--futures", type=int, default=200, help="in each world")
    options = parser.parse_args()
    lengths = lengths_of(days_of(options.worlds, options.futures))
    for share, quartile, past in zip(SHARES, lengths.quartiles, QUARTILES, strict=True):
        print(f"{100 * share:.0f} % last at most {quartile:.0f} days; in history {past:.0f}")
    print(
        f"endings a day of those still open: {lengths.early_hazard:.4f} in the first 60 days, "
        f"{lengths.late_hazard:.4f} from day 180"
    )
    return int(not is_like_history(lengths))


if __name__ == "__main__":
    sys.exit(main())

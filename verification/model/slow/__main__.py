"""Solves small games twice: by the kernel on its grid, and slowly by their definition.

`python -m verification.model.slow` prints the worth of each game at its start to hard, soft, tough,
weak and the ally, and the kernel's error on coarser and finer grids of beliefs. It fails if the
error is more than a thousandth on the finest grid, and on a grid that extends farther, too. The
game after force is solved as finely; the error of the kernel's own coarser grid for it is also
printed. Games drawn at random follow.
"""

import argparse
from collections.abc import Sequence

import numpy as np

from detente.kernel.nodes import MOST_POINTS
from verification.model.slow.agreement import AGREED, DEGREES, compare
from verification.model.slow.cases import GAMES, Small, drawn

GRIDS = (5, 9, 13, MOST_POINTS)
"""Belief points a side, the finest last."""


def is_agreed(small: Small, degrees: int) -> bool:
    """Print how both solvers value a game, and return whether they agree."""
    verdict = compare(small, *GRIDS, degrees=degrees)
    print(f"{small.name}: {np.round(verdict.worths, 4)}, polynomials within {verdict.misfit:.0e}")
    off = ", ".join(f"{error:.1e}" for error in verdict.off)
    more = f"farther {verdict.off_farther:.1e}; coarser after force {verdict.off_as_shipped:.1e}"
    print(f"  kernel off by {off}; {more}", flush=True)
    return verdict.is_agreed()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return 1 if some game is not agreed on."""
    parser = argparse.ArgumentParser(description="Small games, solved by the kernel and slowly.")
    parser.add_argument("--degrees", type=int, default=DEGREES, help="of polynomials in beliefs")
    parser.add_argument("--drawn", type=int, default=40, help="games drawn at random")
    options = parser.parse_args(arguments)
    print(f"off with {GRIDS} belief points; agreed if within {AGREED} with the last")
    games = [build() for build in GAMES] + [drawn(seed) for seed in range(options.drawn)]
    disputed = [game.name for game in games if not is_agreed(game, options.degrees)]
    print("not agreed on: " + (", ".join(disputed) or "none"))
    return 1 if disputed else 0


if __name__ == "__main__":
    raise SystemExit(main())

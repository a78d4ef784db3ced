"""Draws games that no text has published, and stores the answers of an independent program, Gambit.

`SETS` states the number of sets of inputs for each model. In set n each input lies between its two
`RANGES`, at the fractional part of n times the square root of a prime, a different one for each
input. That covers the ranges evenly and is the same on every machine; precision is distributed over
its logarithm. No set is dropped, and none is chosen by its answer.

Gambit follows the principal branch of equilibria from precision 0, and is monitored for turning
points. None of the sets has a second equilibrium off that branch: the crisis is solved from its
last move back, and signalling reduces to one equation in B's resistance, whose solutions a test
counts.
"""

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from verification.model.peers import MODELS, version

PRIMES = (2, 3, 5, 7, 11, 13)
DIGITS = 3
"""Digits of an input after the point."""
LARGEST_ERROR = 1e-6
SETS = {"aqre_signalling": 16, "aqre_crisis": 12}
RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "aqre_signalling": {
        "lam": (1.0, 60.0),
        "pi": (0.1, 0.9),
        "war_B": (-2.0, 0.5),
        "back_down_cost": (0.05, 1.0),
        "war_strong": (-0.5, 0.8),
        "war_weak": (-1.5, -0.5),
    },
    "aqre_crisis": {
        "lam": (1.0, 60.0),
        "prize": (0.2, 2.0),
        "back_down_cost": (0.05, 1.0),
        "war_A": (-1.0, 1.0),
        "war_B": (-1.5, 0.5),
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask Gambit about every set and write the file named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m verification.model.make_gambit",
        description="Draw games and store Gambit's answers as cases (after `make verify-peers`, "
        "with .venv/peers/bin/python and FILE verification/model/gambit.json).",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where the cases are written")
    path = parser.parse_args(arguments).file
    cases = [answered(model, number) for model in SETS for number in range(1, SETS[model] + 1)]
    path.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")
    print(f"Gambit {version()} answered {len(cases)} cases")
    return 0


def answered(model: str, number: int) -> dict[str, Any]:
    """Return a case with the inputs of a set and Gambit's answers."""
    inputs = draw(model, number)
    return {
        "name": f"{model}_gambit_{number}",
        "model": model,
        "reach": "kernel",
        "inputs": inputs,
        "expected": MODELS[model](inputs),
        "tol": LARGEST_ERROR,
        "source": f"Gambit {version()}, principal branch from precision 0; written by "
        "python -m verification.model.make_gambit, which draws sets by a fixed rule and drops none",
    }


def draw(model: str, number: int) -> dict[str, float]:
    """Return the inputs of a set."""
    inputs = {}
    for (name, (low, high)), prime in zip(RANGES[model].items(), PRIMES, strict=False):
        place = number * math.sqrt(prime) % 1.0
        value = low * (high / low) ** place if name == "lam" else low + (high - low) * place
        inputs[name] = round(value, DIGITS)
    return inputs


if __name__ == "__main__":
    sys.exit(main())

"""Digests of the results of the kernel's arithmetic and draws on this machine, for many arguments.

`python -m verification.engine.bits` prints them as JSON. It needs only the kernel, numpy and numba,
so that it runs where little else is installed.
"""

import argparse
import hashlib
import json
import math
import platform
import sys
from collections.abc import Sequence

import numpy as np

from detente.kernel.arithmetic import (
    binomial,
    exp,
    fourth_root,
    gamma_quantile,
    inverse_normal,
    log,
    log_gamma,
    logistic,
    normal_probability,
    power,
)
from detente.kernel.draws import Draws, fine_uniform, uniforms
from detente.kernel.jit import jit
from detente.kernel.layout import Array

VALUES = 1_000_000
COLUMNS = 10
"""Functions of the arithmetic that are evaluated at each point."""
PURPOSES, DAYS, WORLDS = 64, 4096, 97
SEED = 20260613


@jit
def fill_draws(draws: np.ndarray) -> None:
    """Draw four numbers and a fine one at as many addresses as there are rows."""
    for place in range(draws.shape[0]):
        source = Draws(SEED, place % WORLDS, place, 0, 0)
        day, purpose = place % DAYS, place % PURPOSES
        u0, u1, u2, u3 = uniforms(source, day, purpose, place % 7)
        draws[place, 0] = u0
        draws[place, 1] = u1
        draws[place, 2] = u2
        draws[place, 3] = u3
        draws[place, 4] = fine_uniform(source, day, purpose, place % 7)


@jit
def fill_values(draws: np.ndarray, values: np.ndarray) -> None:
    """Evaluate each function at points between the ends of what it is used for."""
    for place in range(values.shape[0]):
        u, v = float(draws[place, 4]), float(draws[place, 1])
        values[place, 0] = exp((u - 0.5) * 1400.0)
        values[place, 1] = log(u)
        values[place, 2] = inverse_normal(u)
        values[place, 3] = normal_probability((u - 0.5) * 16.0)
        values[place, 4] = logistic((u - 0.5) * 80.0)
        values[place, 5] = binomial(float(math.floor(v * 300.0)), u, v)
        values[place, 6] = gamma_quantile(0.1 + 20.0 * v, u)
        values[place, 7] = log_gamma(0.1 + 100.0 * u)
        values[place, 8] = fourth_root(u)
        values[place, 9] = power(u, 7)


def digest_of(values: Array) -> str:
    """Return the digest of numbers, in order and little-endian."""
    return hashlib.sha256(np.ascontiguousarray(values, "<f8").tobytes()).hexdigest()


def bits(values: int) -> dict[str, str]:
    """Return the digests of so many draws and of so many values of the arithmetic."""
    draws = np.empty((-(-values // 5), 5))
    fill_draws(draws)
    worked_out = np.empty((min(len(draws), -(-values // COLUMNS)), COLUMNS))
    fill_values(draws, worked_out)
    return {"draws": digest_of(draws), "arithmetic": digest_of(worked_out)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the digests and where they were worked out."""
    parser = argparse.ArgumentParser(description="Digests of the kernel's arithmetic and draws.")
    parser.add_argument("--values", type=int, default=VALUES, help="draws, and values worked out")
    options = parser.parse_args(arguments)
    print(json.dumps({"machine": platform.machine(), **bits(options.values)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

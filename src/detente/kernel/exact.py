"""Constants and tables of the model's arithmetic, computed in integers and exact to the last bit.

A library's logarithm or normal quantile may differ between machines in the last bit, and a table
computed with it would change every future. Fixed-point integers with 192 binary places are the
same everywhere. The tables take some milliseconds when the model loads.
"""

import math
from typing import Any

import numpy as np

BITS = 192
"""Binary places after the point of a fixed-point integer."""
ONE = 1 << BITS
TERMS = 36
"""Terms of an expansion of the normal density, more than 192 places need."""


def in_two_parts(exact: int) -> tuple[float, float]:
    """Return the float nearest to a fixed-point number, and the remainder."""
    near = exact / ONE
    return near, (exact - int(near * float(ONE))) / ONE


def in_short(exact: int, places: int) -> tuple[float, float]:
    """Return a fixed-point number rounded to `places` binary places, and the remainder."""
    drop = BITS - places
    near = ((exact + (1 << drop - 1)) >> drop) << drop
    return near / ONE, (exact - near) / ONE


def inverse_tangent(numerator: int, denominator: int, sign: int) -> int:
    """Return the inverse tangent (sign -1) or inverse hyperbolic tangent (sign 1) of a fraction."""
    # Both have the series `x + s x^3 / 3 + x^5 / 5 + ...` with s = -1 or 1.
    term, total, divisor = ONE * numerator // denominator, 0, 1
    while abs(term) > 1:
        total += term // divisor
        term = sign * term * numerator * numerator // (denominator * denominator)
        divisor += 2
    return total


def exponential_below(denominator: int) -> int:
    """Return `exp(-1 / denominator)` as a fixed-point number."""
    term, total, count = ONE, 0, 1
    while abs(term) > 1:
        total += term
        term = -term // (denominator * count)
        count += 1
    return total


# `log 2 = 2 artanh 1/3`, and pi by Machin's formula (1706).
LOG_2 = 2 * inverse_tangent(1, 3, 1)
PI = 16 * inverse_tangent(1, 5, -1) - 4 * inverse_tangent(1, 239, -1)


def roots_of_two(steps: int) -> np.ndarray:
    """Return 2^(j / steps) and its relative remainder, shape (steps, 2).

    `steps` is a power of two.
    """
    # Repeated square roots of 2 end at 2 to the power of 1 / steps.
    root = 2 * ONE
    for _ in range(steps.bit_length() - 1):
        root = math.isqrt(root << BITS)
    rows, value = [], ONE
    for _ in range(steps):
        near, missed = in_two_parts(value)
        rows.append((near, missed / near))
        value = value * root >> BITS
    return np.array(rows)


def logarithms(steps: int, places: int) -> np.ndarray:
    """Return logarithms of the numbers from 1 to 2 in `steps`, shape (steps + 1, 4).

    Columns: the logarithm rounded to `places`, its remainder, the number, its inverse.
    """
    centres = [1.0 + step / steps for step in range(steps + 1)]
    # `log(1 + t) = 2 artanh(t / (2 + t))`.
    exact = [2 * inverse_tangent(step, 2 * steps + step, 1) for step in range(steps + 1)]
    return np.array(
        [(*in_short(log, places), x, 1.0 / x) for log, x in zip(exact, centres, strict=True)]
    )


def normal_points(points: int) -> np.ndarray:
    """Return the standard normal at points 1/64 apart from 0 up, shape (points, 4).

    Columns: the mass above the point in two parts, the density, its inverse.
    """
    density = math.isqrt(ONE * ONE * ONE // (2 * PI))
    # From one point to the next the density falls by `exp(-x / 64 - 1 / 8192)`, a factor that
    # itself falls by `exp(-1 / 4096)`.
    fall, fall_of_fall = exponential_below(8192), exponential_below(4096)
    mass, rows = ONE // 2, []
    for point in range(points):
        rows.append((*in_two_parts(mass), density / ONE, ONE / density))
        mass -= _mass_to_the_next(point, density)
        density = density * fall >> BITS
        fall = fall * fall_of_fall >> BITS
    return np.array(rows)


def _mass_to_the_next(point: int, density: int) -> int:
    """Return the mass up to the next point, by the recursion of the density's Taylor terms."""
    before, term, total = 0, density, 0
    for count in range(1, TERMS):
        total += term // (64 * count)
        before, term = term, -(point * term + before) // (4096 * count)
    return total


def normal_series(points: int, order: int) -> np.ndarray:
    """Return coefficients of the normal quantile's expansion, shape (points, order - 1).

    Rows are the points of `normal_points`, columns the powers 2 to `order`. The variable is the
    mass from the point, over its density. With `P_1 = 1` and
    `P_(n+1) = n x P_n + P_n'` the n-th coefficient is `P_n(x) / n!` (Steinbrecher & Shaw 2008).
    """
    places = np.arange(points) / 64.0
    columns: list[Any] = []
    polynomial, factorial = [1], 1
    for n in range(1, order):
        risen = [0, *(n * coefficient for coefficient in polynomial)]
        for power, coefficient in enumerate(polynomial[1:]):
            risen[power] += (power + 1) * coefficient
        polynomial, factorial = risen, factorial * (n + 1)
        column = np.zeros(points)
        for coefficient in reversed(polynomial):
            column = column * places + coefficient / factorial
        columns.append(column)
    return np.stack(columns, axis=1)

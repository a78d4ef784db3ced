"""NIST's reference data sets for means and standard deviations, with their certified values.

Statistical Reference Datasets, univariate summary statistics, of the National Institute of
Standards and Technology; in the public domain. The sets Lottery and PiDigits are omitted; the
digits of the latter are not those of pi.
"""

from decimal import Decimal
from typing import NamedTuple


class Reference(NamedTuple):
    """Numbers as they are printed, and their certified mean and standard deviation."""

    numbers: tuple[Decimal, ...]
    mean: str
    deviation: str


MICHELSO = """
85 74 90 107 93 85 95 98 98 88 100 98 93 65 76 81 100 100 96 96 96 94 96 94 88 80 85 88 90 84
83 79 81 88 88 83 80 79 76 80 88 88 88 86 72 72 62 86 97 95 88 91 85 87 84 84 85 84 84 84
89 81 81 82 80 77 76 74 75 76 91 92 89 86 88 72 84 85 85 78 89 84 78 81 76 81 79 81 82 85
87 87 81 74 81 94 95 80 81 87
"""
"""Light's speed above 299, in hundredths (of millions of metres a second)."""
MAVRO = """
180 170 180 190 180 170 150 140 150 150 170 180 180 190 190 210 200 160 140 130 130 150 150 160 150
140 130 140 150 140 150 160 150 160 190 200 200 210 220 230 240 250 270 260 260 260 270 260 250 240
"""
"""Transmittance above 2, in hundred thousandths."""
LEW = """
-213 -564 -35 -15 141 115 -420 -360 203 -338 -431 194 -220 -513 154 -125 -559 92 -21 -579
-52 99 -543 -175 162 -457 -346 204 -300 -474 164 -107 -572 -8 83 -541 -224 180 -420 -374
201 -236 -531 83 27 -564 -112 131 -507 -254 199 -311 -495 143 -46 -579 -90 136 -472 -338
202 -287 -477 169 -124 -568 17 48 -568 -135 162 -430 -422 172 -74 -577 -13 92 -534 -243
194 -355 -465 156 -81 -578 -64 139 -449 -384 193 -198 -538 110 -44 -577 -6 66 -552 -164
161 -460 -344 205 -281 -504 134 -28 -576 -118 156 -437 -381 200 -220 -540 83 11 -568 -160
172 -414 -408 188 -125 -572 -32 139 -492 -321 205 -262 -504 142 -83 -574 0 48 -571 -106
137 -501 -266 190 -391 -406 194 -186 -553 83 -13 -577 -49 103 -515 -280 201 300 -506 131
-45 -578 -80 138 -462 -361 201 -211 -554 32 74 -533 -235 187 -372 -442 182 -147 -566 25
68 -535 -244 194 -351 -463 174 -125 -570 15 72 -550 -190 172 -424 -385 198 -218 -536 96
"""


def _above(base: str, unit: str, table: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(base) + Decimal(unit) * int(word) for word in table.split())


def _alternating(middle: str) -> tuple[Decimal, ...]:
    """Return a number, then 1,000 that lie .1 below and above it by turns."""
    step = Decimal("0.1")
    return (Decimal(middle), *((Decimal(middle) - step, Decimal(middle) + step) * 500))


def references() -> dict[str, Reference]:
    """Return the sets by name, from easy to hard."""
    michelso, mavro = _above("299", "0.01", MICHELSO), _above("2", "0.00001", MAVRO)
    return {
        "Lew": Reference(_above("0", "1", LEW), "-177.435000000000", "277.332168044316"),
        "Mavro": Reference(mavro, "2.00185600000000", "0.000429123454003053"),
        "Michelso": Reference(michelso, "299.852400000000", "0.0790105478190518"),
        "NumAcc1": Reference(_above("10000001", "1", "0 2 1"), "10000002", "1"),
        "NumAcc2": Reference(_alternating("1.2"), "1.2", "0.1"),
        "NumAcc3": Reference(_alternating("1000000.2"), "1000000.2", "0.1"),
        "NumAcc4": Reference(_alternating("10000000.2"), "10000000.2", "0.1"),
    }

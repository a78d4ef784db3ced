"""Runs of the model itself have the digests that they had, on each grid, with options, at a table.

The run of default size is for `verification.evidence.answers`. A digest here changes where a rule
of the
model is changed, or a number that ships, and at no other time.
"""

import hashlib
from pathlib import Path

import pytest

import detente
from detente.ensemble.store import NOT_DIGESTED
from detente.kernel.endings import FUTURE
from detente.table.table import begin, suitable
from detente.table.worlds import seat_world

DRAWN = Path(__file__).parent / "pins" / "drawn"
"""A pack with the oddest numbers, with surprises, friends of both sides and four mediators."""
SIZE = {"worlds": 2, "futures": 24, "horizon": 60}
OF_TABLE = {"worlds": 2, "futures": 200, "grid": "tiny", "threads": 1}
PINNED = {
    "tiny": (
        "oman-2026",
        {"grid": "tiny"},
        "6159936632c7ee07e00fd894dead677f8bd6353f266393bc4c8e9bd6618cec38",
    ),
    "coarse": (
        "oman-2026",
        {"grid": "coarse"},
        "241b8122e4364abf8135fee137682dce4a14a82063046fec40eebe1a036bf6d8",
    ),
    "normal": (
        "oman-2026",
        {"grid": "normal"},
        "aef5c363e7038bc4614cf54b79f1a0d5cb762671f13b758c149a125632de8bed",
    ),
    "fine": (
        "oman-2026",
        {"grid": "fine"},
        "fc794968a33fc0e9ed4ceb71008ad95c0a354dde36755a3f2c7d612a5706689c",
    ),
    "options": (
        "oman-2026",
        {"grid": "tiny", "options": ["hotline", "guarantees"]},
        "38ee0504adc448c21415abbd390affc74574c5f9d0c238f66faf97b84d11e0b4",
    ),
    "calendar": (
        "taiwan-1996",
        {"grid": "coarse"},
        "3a4c87136b8d3373fe7a9cdd215b69d6fcdb98601ceabaff3cc82301b79ccf57",
    ),
    "drawn": (
        DRAWN,
        {"grid": "tiny"},
        "2177a4e57d3ee7d5c12ac85af9a5a66d75ba6f6e70811aedb078336af72b5d3a",
    ),
}
"""What is played, how, and the digest."""
DECISIONS = 6
TABLE = "d273b9b9e29327f9ab22ca2d2aa6c875081863dd06cf806ef3ab84bed6f12e3a"
"""Digest of the lines and the row of a future at a table."""


@pytest.mark.parametrize(("crisis", "settings", "digest"), PINNED.values(), ids=PINNED)
def test_a_run_has_the_digest_that_it_had(crisis, settings, digest, tmp_path):
    run = detente.simulate(detente.load(crisis), **SIZE | settings, threads=1, out=tmp_path)

    assert run.digest == digest


def test_a_table_at_which_people_decide_comes_to_the_lines_that_it_came_to(tmp_path):
    run = detente.simulate(detente.load("reference-violent"), **OF_TABLE, out=tmp_path / "run")
    on = seat_world(run, "base", 1)
    people = [seat.key for seat in on.seats.values()][:2]
    table = begin(tmp_path / "table.sqlite", on, suitable(on, people, 8, 5), people)
    for turn in range(DECISIONS):
        question = table.advance().question
        table.decide(question.seat, question.choices[-2].move)
        if turn == 1:
            table.put_in("A round of talks", ["talks.text_rate=0.2"])
    played = table.advance().played
    columns = [name for name in FUTURE.names if name not in NOT_DIGESTED]
    told = repr((played.row[columns].tolist(), played.lines.tolist()))

    assert hashlib.sha256(told.encode()).hexdigest() == TABLE

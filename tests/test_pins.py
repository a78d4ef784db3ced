"""Runs of the model itself have the digests that they had, on each grid, with options, at a table.

They are solved in as many steps, too: what is added to the model costs nothing where no pack uses
it. The run of default size is for `verification.evidence.answers`. A digest changes where a rule of
the model is changed, or a number that ships, and at no other time; then `make renew` pins it again.
"""

import hashlib
import json
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
PLAYED = {
    "tiny": ("oman-2026", {"grid": "tiny"}),
    "coarse": ("oman-2026", {"grid": "coarse"}),
    "normal": ("oman-2026", {"grid": "normal"}),
    "fine": ("oman-2026", {"grid": "fine"}),
    "options": ("oman-2026", {"grid": "tiny", "options": ["hotline", "guarantees"]}),
    "calendar": ("taiwan-1996", {"grid": "coarse"}),
    "drawn": (DRAWN, {"grid": "tiny"}),
}
"""What is played, and how."""
PINS = DRAWN.with_name("digests.json")
PINNED = json.loads(PINS.read_text(encoding="utf-8"))
"""What is kept of each, and the digest of the lines and the row of a future at a table."""
DECISIONS = 6


def kept_of_run(name, folder):
    """Return the digest of a run, and how often its solver evaluated an equation."""
    crisis, settings = PLAYED[name]
    run = detente.simulate(detente.load(crisis), **SIZE | settings, threads=1, out=folder)
    return {"digest": run.digest, "evaluations": int(run.record.outcome.solver["evaluations"])}


def digest_of_table(folder):
    """Return the digest of the lines and the row of a future at a table where people decide."""
    run = detente.simulate(detente.load("reference-violent"), **OF_TABLE, out=folder / "run")
    on = seat_world(run, "base", 1)
    people = [seat.key for seat in on.seats.values()][:2]
    table = begin(folder / "table.sqlite", on, suitable(on, people, 8, 5), people)
    for turn in range(DECISIONS):
        question = table.advance().question
        table.decide(question.seat, question.choices[-2].move)
        if turn == 1:
            table.put_in("A round of talks", ["talks.text_rate=0.2"])
    played = table.advance().played
    columns = [name for name in FUTURE.names if name not in NOT_DIGESTED]
    reported = repr((played.row[columns].tolist(), played.lines.tolist()))
    return hashlib.sha256(reported.encode()).hexdigest()


@pytest.mark.parametrize("name", PLAYED)
def test_a_run_has_the_digest_that_it_had_after_as_much_work(name, tmp_path):
    """Catch any change of a result, on each grid, with options and with events by date."""
    assert kept_of_run(name, tmp_path) == PINNED[name]


def test_a_table_at_which_people_decide_comes_to_the_lines_that_it_came_to(tmp_path):
    assert digest_of_table(tmp_path) == PINNED["table"]

"""Packs drawn by chance, and numbers at their ends, are played."""

import pytest

from verification.model import extremes
from verification.model.playing import Case, attempt

NUMBERS = (
    "cuba-1962:actors.us.standoff_cost=1.0",
    "june-2025:arsenals.iran.drones.launch_capacity=1000000.0",
    "oman-2026:actors.us.force_cost=1.0",
    "reference-violent:moves.precision=60.0",
)


@pytest.mark.parametrize("name", [*map(str, range(4)), *NUMBERS])
def test_what_a_pack_may_hold_is_played(name):
    outcome = attempt(Case(extremes.SEED, name))

    assert outcome.verdict == "clean", outcome

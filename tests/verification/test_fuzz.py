"""Damaged packs end in faults or in a crisis, and planted faults are found in their lines."""

import pytest

from verification import faults, fuzz

INPUTS = 300
PATIENCE = 60.0
"""Processor time for an input, in place of what the command allows on a quiet machine [s]."""


@pytest.fixture(scope="module")
def outcomes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fuzz, "LONGEST", PATIENCE)
        return [fuzz.attempt(fuzz.SEED, index) for index in range(INPUTS)]


def test_a_damaged_text_ends_in_faults_or_in_a_crisis(outcomes):
    failed = [outcome for outcome in outcomes if outcome.verdict == "failed"]

    assert failed == []


def test_planted_faults_are_found_as_well_as_promised(capsys):
    status = faults.main([])
    out = capsys.readouterr().out

    assert status == 0
    assert "line exact 100.0%" in out

"""A slice of `python -m verification.engine.corruption`: damage is noticed or does no harm."""

from detente.ensemble import runners
from tests.standin import KERNEL
from verification.engine import corruption

TIMES = 12
PATIENCE = 60.0
"""Processor time for a question, in place of what the command allows on a quiet machine [s]."""


def test_damage_is_noticed_or_does_no_harm(monkeypatch, tmp_path):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    monkeypatch.setattr(corruption, "LONGEST", PATIENCE)
    subject = corruption.small(tmp_path)
    outcomes = [corruption.attempt((subject, subject), index) for index in range(TIMES)]

    assert [(str(one.damage), one.wrong) for one in outcomes if one.wrong] == []
    assert {one.verdict for one in outcomes} == {"noticed", "harmless or made good"}

"""A slice of `python -m verification.corruption`: damage is noticed or does no harm."""

import pytest

from detente.ensemble import runners
from tests.standin import KERNEL
from verification import corruption
from verification.corruption import attempt

TIMES = 30
PATIENCE = 60.0
"""Processor time for a question, in place of what the command allows on a quiet machine [s]."""


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    monkeypatch.setattr(corruption, "LONGEST", PATIENCE)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return corruption.prepare(tmp_path_factory.mktemp("prepared"))


def test_damage_is_noticed_or_does_no_harm(prepared):
    outcomes = [attempt(prepared, index) for index in range(TIMES)]

    assert [(str(one.damage), one.wrong) for one in outcomes if one.wrong] == []
    assert {one.verdict for one in outcomes} == {"noticed", "harmless or made good"}

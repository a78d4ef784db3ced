"""The defences of two packs cover what was reported of salvos, and of aircraft."""

import pytest

from verification.model.salvos.agreement import (
    GENERIC,
    SHIPPED,
    holds_shots,
    is_of_the_order,
    judge,
)
from verification.model.salvos.events import reported_events
from verification.model.salvos.kernel import Effort, fly

SHIELDS = [GENERIC, SHIPPED]


@pytest.mark.parametrize("shield", SHIELDS, ids=["generic", "oman-2026"])
def test_a_defence_passes_on_all_three_salvos(shield):
    judged = judge(reported_events(), shield, Effort(256))

    assert [one.passes() for one in judged] == [True] * 3


@pytest.mark.parametrize("shield", SHIELDS, ids=["generic", "oman-2026"])
def test_an_air_defence_downs_as_many_aircraft_as_were_reported(shield):
    flown = fly(shield.pack, Effort(256))

    assert is_of_the_order(flown)
    assert holds_shots(flown, Effort(256))

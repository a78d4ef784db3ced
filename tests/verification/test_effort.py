"""Air campaigns that were fought have the size in the model that was reported."""

import pytest

from verification.model.effort import FLYING, KNOWN, PASTS, judge, off

WORLDS = 32
CAMPAIGNS = [past for past in PASTS if not past.is_limited]


@pytest.mark.parametrize("past", PASTS, ids=[past.name for past in PASTS])
def test_a_past_campaign_has_the_size_that_was_reported(past):
    assert set(off(past, judge(past, WORLDS))) <= KNOWN


@pytest.mark.parametrize("past", CAMPAIGNS, ids=[past.name for past in CAMPAIGNS])
def test_at_the_rate_of_missiles_aircraft_would_strike_far_too_seldom(past):
    rate = {f"{FLYING}.sorties": 0.03}
    found = {one.figure: one for one in judge(past, WORLDS, changes=rate)}

    assert not found["strikes"].passes()

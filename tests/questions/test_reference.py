"""Past crises of the kind that a pack names, by the day."""

import pytest

from detente.pack.kind import ATTRIBUTES, PastKind
from detente.questions.past.definitions import BANDS, STARTS
from detente.questions.past.reference import OUTCOMES, READ, Reference

LATE = 9999
DAYS = (0, 1, 10, 40, 100, 365, LATE)
ODD = {
    "border": True,
    "allied": False,
    "challenger_great_power": True,
    "challenger_nuclear": True,
    "defender_nuclear": False,
    "strength": 3,
    "crises_before": 4,
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_start_alone_comes_to_its_base_rate(start, outcome):
    band = BANDS[f"{start}.{OUTCOMES[outcome]}"]
    found = Reference(PastKind(start=start)).share(outcome, LATE)

    assert found.value == pytest.approx(band.value, abs=1e-4)
    # The band is of 95 %, the share's interval of 90 %; what a fit leaves open adds a little.
    assert 0.82 < (found.high - found.low) / (band.high - band.low) < 0.92


@pytest.mark.parametrize("more", [{}, ODD])
@pytest.mark.parametrize("start", STARTS)
def test_shares_rise_by_the_day_within_their_interval_and_war_is_a_part_of_force(start, more):
    past = Reference(PastKind(start=start, **more))
    shares = {
        key: [past.share(key, day) for day in DAYS] for key in ("force", "any_war", "agreement")
    }

    for each in shares.values():
        values = [one.value for one in each]
        assert values == sorted(values)
        assert all(0.0 <= one.low <= one.value <= one.high <= 1.0 for one in each)
    pairs = zip(shares["any_war"], shares["force"], strict=True)
    assert all(war.value <= force.value for war, force in pairs)


def test_the_interval_of_force_holds_whatever_day_it_came_on():
    past = Reference(PastKind(start="violent"))
    early = past.share("force", 3)

    # All of it may have come on the first day, or on the last of its crisis.
    assert early.high >= past.share("force", LATE).value
    assert early.low <= early.value / 2
    assert early.chance_low > early.low


def test_attributes_move_force_and_not_agreements():
    plain, odd = Reference(PastKind(start="violent")), Reference(PastKind(start="violent", **ODD))

    assert odd.share("force", 90).value != plain.share("force", 90).value
    assert odd.share("deal", 90) == plain.share("deal", 90)
    assert odd.kind == (
        "violent start, common border, no defence pact between the two, great power as "
        "challenger, nuclear weapons on the challenger's side alone, challenger 8 times as "
        "strong as the defender, crises of the two in the twenty years before: 4 or more"
    )
    assert "regression" in odd.source
    assert "regression" not in plain.source


def test_what_past_crises_do_not_show_has_no_share():
    assert Reference(PastKind(start="violent")).share("regional_war", 90) is None


def test_every_attribute_of_a_pack_is_read_from_the_table():
    assert list(READ) == list(ATTRIBUTES)

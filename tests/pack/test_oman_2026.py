"""The shipped crisis: every number rests on something, and nothing is later than its day."""

import pytest

from detente import pack
from detente.evidence.ledger import ORIGINS as GENERAL
from verification.evidence.rows import ROWS

CRISIS = pack.load("oman-2026")
ORIGINS = {(origin,) for origin in GENERAL}
WRITTEN = {path: number for path, number in CRISIS.numbers.items() if number.because not in ORIGINS}


def test_the_pack_writes_25_to_135_numbers():
    # Ten of them say what the fourth version asks for besides: what a campaign, hits and force that
    # is left unanswered cost, how often an ally presses and what falls on it.
    assert 25 <= len(WRITTEN) <= 135


def test_twelve_options_or_more_are_on_offer_and_each_changes_the_crisis():
    changed = [CRISIS.with_changes(option.change) for option in CRISIS.options.values()]

    assert len(changed) >= 12
    assert all(one.numbers != CRISIS.numbers or one.model != CRISIS.model for one in changed)


def test_the_aircraft_need_the_consent_of_their_host():
    assert CRISIS.model.forces["gulf_aircraft"].host == CRISIS.of_role("host")
    assert CRISIS.numbers["actors.qatar.consent"].kind == "chance"


def test_missiles_weigh_more_with_the_ally_than_with_the_challenger():
    ally, challenger = (
        CRISIS.numbers[f"issues.missiles.{side}_weight"] for side in ("ally", "challenger")
    )

    assert ally.low > challenger.low
    assert ally.high > challenger.high


def test_every_number_rests_on_a_claim_or_a_reason_in_words():
    numbers = CRISIS.numbers.items()

    assert [path for path, number in numbers if not (number.because or number.assumed)] == []


def test_every_default_and_catalogue_figure_says_why_in_words():
    given = set(CRISIS.numbers) - set(WRITTEN)

    assert [path for path in given if not CRISIS.numbers[path].assumed] == []


def test_every_claim_that_a_number_names_is_there():
    named = {claim for number in WRITTEN.values() for claim in number.because}

    assert named - set(CRISIS.claims) == set()


def test_a_claim_that_moves_no_number_gives_a_row_of_the_article():
    used = {claim for number in WRITTEN.values() for claim in number.because}
    reported = {claim for row in ROWS.values() for claim in row["claims"]}

    assert set(CRISIS.claims) - used <= reported


def test_claims_of_the_article_and_no_others_have_their_passage():
    with_passage = {key for key, claim in CRISIS.claims.items() if claim.at is not None}

    assert with_passage == {
        key for key, claim in CRISIS.claims.items() if claim.source == "article"
    }


def test_every_source_has_a_claim():
    assert {claim.source for claim in CRISIS.claims.values()} == set(CRISIS.sources)


def test_no_claim_is_later_than_the_day_of_the_crisis():
    assert max(claim.date for claim in CRISIS.claims.values()) <= CRISIS.as_of


def test_the_roles_are_those_of_the_article():
    assert CRISIS.of_role("challenger") == "us"
    assert CRISIS.of_role("defender") == "iran"
    assert CRISIS.of_role("ally") == "israel"
    assert CRISIS.of_role("venue") == "oman"
    assert CRISIS.of_role("host") == "qatar"
    assert CRISIS.all_of_role("mediator") == ("qatar", "turkiye", "egypt")


def test_the_narrow_agenda_holds_the_nuclear_file_alone():
    narrow = [key for key, issue in CRISIS.model.issues.items() if issue.narrow]

    assert narrow == ["nuclear"]


def test_force_in_view_is_one_of_two_levels_at_the_start():
    forces = CRISIS.model.forces.values()

    assert sum(force.level for force in forces if force.deployed) == 1
    assert sum(force.level for force in forces) == 2


def test_the_reported_system_is_in_doubt():
    present = CRISIS.numbers["defences.iran.layers.reported_long_range.present"]

    assert (present.kind, present.low, present.high) == ("chance", 0.2, 0.6)


@pytest.mark.parametrize("layer", ["reported_long_range", "s300"])
def test_whether_a_layer_works_is_in_doubt_where_that_is_disputed(layer):
    operational = CRISIS.numbers[f"defences.iran.layers.{layer}.operational"]

    assert operational.kind == "chance"
    assert 0.0 < operational.low < operational.high < 1.0
    assert operational.because


def test_of_the_untested_system_less_is_counted_on_than_its_owner_claims():
    reach, discount = (
        CRISIS.numbers[f"defences.iran.layers.domestic_long_range.{key}"]
        for key in ("reach", "discount")
    )

    assert reach.high == 300
    assert discount.low < 0.5 < discount.high < 1.0
    assert "bavar-untested" in discount.because


def test_layers_stand_from_the_outer_to_the_inner_one():
    assert list(CRISIS.model.defences["iran"].layers) == [
        "reported_long_range",
        "s300",
        "domestic_long_range",
        "short_range",
    ]


def test_a_crisis_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        CRISIS.numbers["venue.publicity"] = None
    with pytest.raises(ValueError, match="frozen"):
        CRISIS.model.title = "Another"

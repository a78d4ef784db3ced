"""What is no fault of a pack and yet noted: numbers that meant something else before, and means."""

import shutil
from pathlib import Path

import pytest

from detente import pack
from detente.pack.notes import notes

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"
SECOND_FORCE = """
[forces.second]
actor = "north"
area = "the river"
arrives = 2031-02-20
level = 1
deployed = false
"""
ALLY = """
[actors.hill]
name = "Hill"
roles = ["ally"]
join_probability = { range = [0.1, 0.3], assumed = "a guess" }
"""
ITS_MEANS = """
[arsenals.hill.drones]
system = "one_way_drone"
stock = { range = [10, 50], assumed = "a guess" }
"""


@pytest.fixture
def noted(tmp_path):
    """Return a function that adds text to the minimal pack, and the fields that are then noted."""

    def with_text(more="", changes=None):
        folder = tmp_path / "minimal"
        shutil.copytree(MINIMAL, folder, dirs_exist_ok=True)
        (folder / "more.toml").write_text(more, encoding="utf-8")
        return [note.field for note in notes(pack.load(folder, changes=changes or {}))]

    return with_text


ALIKE = {"actors.north.loss_weight_firm": 0.5, "actors.north.loss_weight_yielding": 0.6}


def test_types_far_apart_and_force_that_never_suffices_for_a_campaign_are_noted(noted):
    assert noted() == ["forces", "actors.north.loss_weight_yielding"]


def test_types_that_count_losses_nearly_alike_are_not_noted(noted):
    assert noted(changes=ALIKE) == ["forces"]


def test_force_that_suffices_for_a_campaign_is_not_noted(noted):
    assert noted(SECOND_FORCE, ALIKE) == []


def test_without_campaigns_force_may_stay_below_what_they_take(noted):
    assert noted(changes={**ALIKE, "moves.campaign_readiness": 0}) == []


def test_a_campaign_that_the_pack_asks_for_without_the_force_is_noted_where_it_asks(noted):
    asked = '[moves]\ncampaign_readiness = { value = 1, assumed = "a guess" }'

    assert noted(asked, ALIKE) == ["moves.campaign_readiness"]


@pytest.mark.parametrize(("price", "fields"), [(0.05, ["actors.north.war_cost"]), (0.15, [])])
def test_a_campaign_cheaper_than_in_any_median_crisis_is_noted(noted, price, fields):
    assert noted(SECOND_FORCE, {**ALIKE, "actors.north.war_cost": price}) == fields


def test_an_ally_without_weapons_is_noted_and_one_with_some_is_not(noted):
    assert noted(SECOND_FORCE + ALLY, ALIKE) == ["actors.hill.roles"]
    assert noted(SECOND_FORCE + ALLY + ITS_MEANS, ALIKE) == []


PLANNED = """
[war]
campaign_days = { range = [7, 20], assumed = "a guess" }
"""


def test_a_number_that_meant_something_else_is_noted_unless_the_pack_knows_that_force_has_scale(
    noted,
):
    assert noted(SECOND_FORCE + PLANNED, ALIKE) == ["war.campaign_days"]

    after = 'raised_days = { range = [4, 10], assumed = "a guess" }\n'

    assert noted(SECOND_FORCE + PLANNED + after, ALIKE) == []


@pytest.mark.parametrize("name", pack.shipped())
def test_packs_that_ship_have_none(name):
    assert notes(pack.load(name)) == ()

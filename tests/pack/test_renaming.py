"""A key that alone differs between two packs is reported as renamed, and nothing under it."""

from collections.abc import Callable, Mapping

import pytest

from detente import pack
from detente.pack.comparison import compare
from tests.faulty import MINIMAL

BASE = pack.load(MINIMAL)
HOST = """
[actors.{}]
name = "{}"
roles = ["host"]
join_probability = {{ value = 0.1, assumed = "a guess" }}
"""
SUPPLIER = """
[actors.{}]
name = "{}"
roles = ["supplier"]
"""
SIGN = """
[signs.{}]
points_to = ["sustained"]
false_positive = {{ value = 0.1, assumed = "a guess" }}
likelihood_ratio = {{ value = 3, assumed = "a guess" }}
"""
Edit = Callable[..., pack.Crisis]


def renamed(before: pack.Crisis, after: pack.Crisis) -> list[tuple[str, str]]:
    return [(rename.before, rename.after) for rename in compare(before, after).renamed]


ACTOR = (
    ("actors.south", "actors.republic"),
    ("arsenals.south", "arsenals.republic"),
    ("defences.south", "defences.republic"),
)
CHALLENGER = (
    ("actors.north", "actors.union"),
    ("arsenals.north", "arsenals.union"),
    ("defences.north", "defences.union"),
    ('actor = "north"', 'actor = "union"'),
)
KEYS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "defender": ACTOR,
    "challenger": CHALLENGER,
    "mediator": (("actors.lake", "actors.pond"),),
    "issue": (("issues.water", "issues.river"),),
    "force": (("forces.fleet", "forces.navy"),),
    "indicator": (("indicators.hospitals", "indicators.clinics"),),
    "stock": (("arsenals.north.aircraft", "arsenals.north.jets"),),
    "layer": (("layers.near", "layers.inner"),),
}


@pytest.mark.parametrize("pairs", KEYS.values(), ids=KEYS.keys())
def test_a_renamed_key_is_all_that_is_reported(edited: Edit, pairs):
    comparison = compare(BASE, edited(*pairs))

    assert len(comparison.renamed) == 1
    assert not any(comparison._replace(renamed=()))


@pytest.mark.parametrize("pairs", KEYS.values(), ids=KEYS.keys())
def test_a_key_renamed_back_is_the_same_the_other_way_round(edited: Edit, pairs):
    other = edited(*pairs)

    assert [(after, before) for before, after in renamed(BASE, other)] == renamed(other, BASE)


def test_both_principals_and_a_layer_can_be_renamed_at_once(edited: Edit):
    other = edited(*ACTOR, *CHALLENGER, *KEYS["layer"])
    comparison = compare(BASE, other)

    assert renamed(BASE, other) == [
        ("actors.north", "actors.union"),
        ("actors.south", "actors.republic"),
        ("defences.republic.layers.near", "defences.republic.layers.inner"),
    ]
    assert not any(comparison._replace(renamed=()))


def test_what_differs_elsewhere_is_reported_by_its_new_path(edited: Edit):
    other = edited(*ACTOR, ("range = [100, 300]", "range = [100, 350]"))
    (number,) = compare(BASE, other).numbers

    assert number.field == "defences.republic.hardness"
    assert (number.before.high, number.after.high) == (300, 350)


def test_another_name_for_people_is_reported_next_to_the_key(edited: Edit):
    comparison = compare(BASE, edited(*ACTOR, ('name = "South"', 'name = "Republic"')))

    assert len(comparison.renamed) == 1
    assert comparison.structure == (("actors.republic.name", "South", "Republic"),)


def test_a_key_under_which_a_number_differs_is_not_renamed(edited: Edit):
    other = edited(("actors.lake", "actors.pond"), ("[0.001, 0.006]", "[0.001, 0.007]"))
    comparison = compare(BASE, other)

    assert comparison.renamed == ()
    assert [difference.field for difference in comparison.structure] == [
        "actors.lake",
        "actors.pond",
    ]


def test_two_actors_without_written_numbers_are_two(edited: Edit):
    one = edited(more=SUPPLIER.format("east", "East"))
    other = edited(more=SUPPLIER.format("west", "West"))

    assert renamed(one, other) == []


def test_an_actor_without_written_numbers_is_renamed_if_its_name_is_the_same(edited: Edit):
    one = edited(more=SUPPLIER.format("east", "East"))
    other = edited(more=SUPPLIER.format("the_east", "East"))

    assert renamed(one, other) == [("actors.east", "actors.the_east")]


def test_of_several_with_the_same_numbers_the_one_of_the_same_name_is_meant(edited: Edit):
    one = edited(more=HOST.format("east", "East") + HOST.format("west", "West"))
    other = edited(more=HOST.format("w", "West") + HOST.format("e", "East"))

    assert renamed(one, other) == [("actors.east", "actors.e"), ("actors.west", "actors.w")]


def test_a_renamed_host_is_the_host_of_its_forces(edited: Edit):
    based = ("deployed = true", 'deployed = true\nhost = "{}"')
    one = edited((based[0], based[1].format("east")), more=HOST.format("east", "East"))
    other = edited((based[0], based[1].format("e")), more=HOST.format("e", "East"))
    comparison = compare(one, other)

    assert renamed(one, other) == [("actors.east", "actors.e")]
    assert not any(comparison._replace(renamed=()))


def test_a_sign_to_watch_for_can_be_renamed(edited: Edit):
    one, other = edited(more=SIGN.format("blood")), edited(more=SIGN.format("blood_banks"))

    assert renamed(one, other) == [("signs.blood", "signs.blood_banks")]


def test_an_option_that_names_a_renamed_force_does_not_differ(edited: Edit):
    other = edited(("forces.fleet", "forces.navy"))

    assert compare(BASE, other).options == ()


def test_packs_that_ship_hold_no_renamed_keys_of_each_other():
    crises = [pack.load(name) for name in pack.shipped()]
    found = {(one.name, other.name): renamed(one, other) for one in crises for other in crises}

    assert len(found) == len(crises) ** 2
    assert {names: keys for names, keys in found.items() if keys} == {}

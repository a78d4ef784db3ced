"""What differs between two packs is reported, all of it, and nothing else."""

from collections.abc import Callable

import pytest

from detente import pack
from detente.pack.comparison import compare, origin_of, quantity_words
from detente.pack.quantity import Quantity
from tests.faulty import MINIMAL

BASE = pack.load(MINIMAL)
LAYER = """
[defences.south.layers.{}]
system = "short_range_interceptor"
batteries = {{ value = 3, assumed = "a guess" }}
"""
Edit = Callable[..., pack.Crisis]


def fields(differences) -> list[str]:
    return [difference.field for difference in differences]


@pytest.mark.parametrize("name", pack.shipped())
def test_a_pack_does_not_differ_from_itself(name: str):
    assert compare(pack.load(name), pack.load(name)).is_empty


def test_comments_and_the_order_of_keys_are_no_difference(edited: Edit):
    old = 'name = "Lake"\nroles = ["mediator"]'
    other = edited((old, 'roles = ["mediator"] # a remark\nname = "Lake"'))

    assert other.digest != BASE.digest
    assert compare(BASE, other).is_empty


def test_a_written_number_that_changed_is_reported_with_both_its_ranges(edited: Edit):
    other = edited(("range = [0.05, 0.15]", "range = [0.05, 0.25]"))
    comparison = compare(BASE, other)
    (number,) = comparison.numbers

    assert number.field == "relief.challenger_cost"
    assert quantity_words(number.before) == "between 0.05 and 0.15 of the stakes (logitnormal)"
    assert quantity_words(number.after) == "between 0.05 and 0.25 of the stakes (logitnormal)"
    assert not any(comparison[1:])


def test_a_number_that_left_its_default_is_reported(edited: Edit):
    written = '[programme]\ngrowth_rate = { value = 0, assumed = "a guess" }\n[venue]'
    (number,) = compare(BASE, edited(("[venue]", written))).numbers

    assert number.field == "programme.growth_rate"
    assert (origin_of(number.before), origin_of(number.after)) == ("default", "written")


def test_another_system_changes_the_figures_that_come_from_the_catalogue(edited: Edit):
    comparison = compare(BASE, edited(('system = "one_way_drone"', 'system = "cruise_missile"')))
    speed = next(n for n in comparison.numbers if n.field == "arsenals.south.drones.speed")

    assert (origin_of(speed.before), origin_of(speed.after)) == ("catalogue", "catalogue")
    assert comparison.structure == (
        ("arsenals.south.drones.system", "one_way_drone", "cruise_missile"),
    )


def test_a_pack_that_stands_for_other_past_crises_differs_in_structure(edited: Edit):
    other = edited(("as_of = 2031-03-01", 'as_of = 2031-03-01\nreference = "violent"'))

    assert compare(BASE, other).structure == (("reference.start", None, "violent"),)


def test_a_number_that_rests_on_another_claim_differs(edited: Edit):
    other = edited(('because = ["speech", "report"]', 'because = "speech"'))

    assert fields(compare(BASE, other).numbers) == ["actors.south.hard_probability"]


def test_a_claim_that_says_something_else_is_reported_field_by_field(edited: Edit):
    other = edited(('kind = "stated"\ngrade = "C2"', 'kind = "claimed"\ngrade = "C3"'))

    assert compare(BASE, other).claims == (
        ("claims.speech.kind", "stated", "claimed"),
        ("claims.speech.grade", "C2", "C3"),
    )


def test_an_option_that_changes_something_else_is_reported(edited: Edit):
    other = edited(('"talks.packages" = 2', '"talks.packages" = 4'))

    assert compare(BASE, other).options == (
        ('options.fleet_back.change."talks.packages"', "2", "4"),
    )


def test_a_part_that_one_pack_lacks_is_reported_once_by_its_title(edited: Edit):
    other = edited(("[options.hotline]", "[options.wire]"))

    assert compare(BASE, other).options == (
        ("options.hotline", "A hotline", None),
        ("options.wire", None, "A hotline"),
    )


def test_an_actor_with_another_role_is_a_difference_of_structure(edited: Edit):
    other = edited(('roles = ["mediator"]', 'roles = ["mediator", "venue"]'))

    assert compare(BASE, other).structure == (("actors.lake.roles", "mediator", "mediator, venue"),)


def test_a_correlation_is_reported_by_its_two_numbers(edited: Edit):
    other = edited(("rank = 0.3", "rank = 0.4"))

    assert compare(BASE, other).structure == (
        (
            'correlations."actors.south.loss_weight_yielding and actors.south.war_cost"',
            "0.3",
            "0.4",
        ),
    )


def test_the_order_of_layers_is_part_of_the_defence(minimal):
    one = pack.load(minimal({"layers.toml": LAYER.format("east") + LAYER.format("west")}))
    other = pack.load(minimal({"layers.toml": LAYER.format("west") + LAYER.format("east")}))

    assert compare(one, other).structure == (
        ("defences.south.layers", "far, near, east, west", "far, near, west, east"),
    )


def test_the_other_way_round_is_the_same_with_sides_changed():
    there = compare(pack.load("oman-2026"), pack.load("cuba-1962"))
    back = compare(pack.load("cuba-1962"), pack.load("oman-2026"))

    assert {(d.field, d.before, d.after) for d in there.structure} == {
        (d.field, d.after, d.before) for d in back.structure
    }
    assert {(n.field, n.before, n.after) for n in there.numbers} == {
        (n.field, n.after, n.before) for n in back.numbers
    }


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        (Quantity("fixed", "positive", 2, 2, unit="days"), "2 days"),
        (
            Quantity("range", "rate", 0, 1, shape="uniform", within=(0, 2)),
            "between 0 and 1 (uniform), cut to lie between 0 and 2",
        ),
        (
            Quantity("values", "count", 2, 3, values=(2, 3), weights=(0.25, 0.75), unit="days"),
            "one of 2 (weight 0.25), 3 (weight 0.75) days",
        ),
        (Quantity("chance", "switch", 0.2, 0.6), "yes with a chance between 0.2 and 0.6"),
        (Quantity("chance", "switch", 0.4, 0.4), "yes with a chance of 0.4"),
        (
            Quantity("gamma", "positive", 0, 9, gamma_shape=0.84, mean=1),
            "gamma of shape 0.84 and mean 1",
        ),
    ],
)
def test_every_kind_of_number_has_words(quantity: Quantity, words: str):
    assert quantity_words(quantity) == words


def test_figures_that_differ_little_have_different_words():
    first = Quantity("fixed", "positive", 0.1234567, 0.1234567)
    second = Quantity("fixed", "positive", 0.1234568, 0.1234568)

    assert quantity_words(first) != quantity_words(second)

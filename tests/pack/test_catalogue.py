"""What the catalogue and the defaults give is sound, and a page tells it as it is."""

import re
from pathlib import Path

import pytest

from detente import pack
from detente.pack.military import Kinds, Layer
from detente.pack.number import WrittenNumber, number_findings
from detente.pack.places import fields_of, place_at, row_of
from detente.pack.resolve import catalogue, kind_of, slots, systems_at

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "pack.md"
REACH = re.compile(r"`(\w+)` \([^)]*?([\d.]+) to ([\d.]+) km")


@pytest.fixture
def reported():
    """Return what the page says of weapons and of layers of defence."""
    part = PAGE.read_text(encoding="utf-8").partition("## Weapons and defences")[2]
    weapons, layers = (part.partition(f"**{name}**: ")[2] for name in ("Weapons", "Layers"))
    return {"threats": weapons.partition("\n")[0], "layers": layers.partition("\n")[0]}


PLACES = {
    "threats": ("arsenals", "north", "x"),
    "layers": ("defences", "north", "layers", "x"),
    "radars": ("defences", "north"),
}


def figures_of(shelf):
    """Return every number of a shelf with its path in a pack."""
    return [
        ((*PLACES[shelf], *path), figure)
        for figures in catalogue(shelf).values()
        for path, figure in numbers_in(figures)
    ]


def numbers_in(table, path=()):
    """Return the numbers of a system, those against a kind of weapons included."""
    if "assumed" in table:
        return [(path, table)]
    below = [(key, value) for key, value in table.items() if key != "kind"]
    return [found for key, value in below for found in numbers_in(value, (*path, key))]


@pytest.mark.parametrize("shelf", PLACES)
def test_every_figure_of_the_catalogue_is_a_sound_number(shelf):
    findings = [
        finding
        for path, figure in figures_of(shelf)
        for finding in number_findings(
            WrittenNumber.model_validate(figure), row_of(place_at(path).field), path
        )
    ]

    assert findings == []


@pytest.mark.parametrize("shelf", PLACES)
def test_every_figure_of_the_catalogue_says_why(shelf):
    assert all(figure["assumed"].strip() for _, figure in figures_of(shelf))


def test_every_class_of_weapons_is_of_a_kind_that_layers_know():
    assert {kind_of(system) for system in catalogue("threats")} == set(fields_of(Kinds))


GIVEN = {
    "threats": {"reliability", "hit_damage", "cost", "returns", "value"},
    "layers": set(fields_of(Layer)) - {"system", "present", "operational", "batteries", "against"},
    "radars": {"detection_range", "radar_height"},
}


@pytest.mark.parametrize("shelf", GIVEN)
def test_every_system_has_its_figures(shelf):
    lacking = {system: GIVEN[shelf] - set(figures) for system, figures in catalogue(shelf).items()}

    assert not any(lacking.values())


OF_AN_OWNER = {"s300", "bavar_373", "s400", "hq9b"}


@pytest.mark.parametrize("system", catalogue("layers"))
def test_of_an_owners_claim_less_is_counted_on_and_of_a_generic_reach_all(system):
    discount = catalogue("layers")[system]["discount"]

    if system in OF_AN_OWNER:
        assert 0.0 < discount["range"][0] < discount["range"][1] < 1.0
    else:
        assert discount["value"] == 1


def test_what_is_untested_is_known_less_well():
    figures = catalogue("layers")
    spread = {
        system: figures[system]["discount"]["range"][1] / figures[system]["discount"]["range"][0]
        for system in OF_AN_OWNER
    }

    assert spread["bavar_373"] > spread["s300"]
    assert spread["hq9b"] > spread["s300"]


@pytest.mark.parametrize("name", pack.shipped())
def test_every_default_is_a_sound_number(name):
    findings = [
        finding
        for slot in slots(pack.load(name).model)
        if slot.fallback is not None
        for finding in number_findings(slot.fallback, slot.row, slot.path)
    ]

    assert findings == []


@pytest.mark.parametrize("shelf", ["threats", "layers"])
def test_the_page_names_every_system_of_the_catalogue(shelf, reported):
    assert re.findall(r"`(\w+)`", reported[shelf]) == list(catalogue(shelf))


def test_the_page_reports_the_reaches_that_the_catalogue_has(reported):
    reaches = {
        system: (float(near), float(far)) for system, near, far in REACH.findall(reported["layers"])
    }

    assert reaches == {
        system: figures["reach"]["range"] for system, figures in catalogue("layers").items()
    }


def test_a_field_that_names_a_system_knows_those_of_its_shelf():
    assert systems_at(("arsenals", "north", "x", "system")) == tuple(catalogue("threats"))
    assert systems_at(("defences", "north", "layers", "x", "system")) == tuple(catalogue("layers"))
    assert systems_at(("defences", "north", "radar")) == tuple(catalogue("radars"))
    assert systems_at(("defences", "north", "layers", "x", "radar")) == ()
    assert systems_at(("arsenals", "north", "x", "stock")) == ()
    assert systems_at(()) == ()

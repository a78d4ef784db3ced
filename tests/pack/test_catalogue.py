"""What the catalogue and the defaults give is sound, and the template tells it as it is."""

import re

import pytest

from detente import pack
from detente.pack import files
from detente.pack.military import Arsenal, Defence, Layer
from detente.pack.number import WrittenNumber, number_findings
from detente.pack.places import fields_of, measure_of
from detente.pack.resolve import catalogue, slots, systems_at

REACH = re.compile(r"^#   (\w+) .*reach of ([\d.]+) to ([\d.]+) km", re.MULTILINE)
SYSTEM = re.compile(r"^#   (\w+)", re.MULTILINE)


@pytest.fixture
def comments():
    """Return what the template says of stocks and of defences."""
    text = files.template()["crisis.toml"].decode()
    _, stocks, defences = re.split(r"# --- (?:Stocks|Defences) -+\n", text)
    return {"threats": stocks, "layers": defences}


PARTS = {"threats": Arsenal, "layers": Layer, "radars": Defence}


@pytest.mark.parametrize(("shelf", "part"), PARTS.items())
def test_every_figure_of_the_catalogue_is_a_sound_number(shelf, part):
    findings = [
        finding
        for system, figures in catalogue(shelf).items()
        for key, figure in figures.items()
        for finding in number_findings(
            WrittenNumber.model_validate(figure), measure_of(fields_of(part)[key]), (system, key)
        )
    ]

    assert findings == []


@pytest.mark.parametrize("shelf", PARTS)
def test_every_figure_of_the_catalogue_says_why(shelf):
    assert all(
        figure["assumed"].strip()
        for figures in catalogue(shelf).values()
        for figure in figures.values()
    )


GIVEN = {
    "threats": {"reliability", "hit_damage", "cost", "returns", "value"},
    "layers": set(fields_of(Layer)) - {"system", "present", "operational", "batteries"},
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
        for finding in number_findings(slot.fallback, slot.measure, slot.path)
    ]

    assert findings == []


@pytest.mark.parametrize("shelf", ["threats", "layers"])
def test_the_template_names_every_system_of_the_catalogue(shelf, comments):
    assert SYSTEM.findall(comments[shelf]) == list(catalogue(shelf))


def test_the_template_tells_the_reaches_that_the_catalogue_has(comments):
    told = {
        system: (float(near), float(far)) for system, near, far in REACH.findall(comments["layers"])
    }

    assert told == {
        system: figures["reach"]["range"] for system, figures in catalogue("layers").items()
    }


def test_a_field_that_names_a_system_knows_those_of_its_shelf():
    assert systems_at(("arsenals", "north", "x", "system")) == tuple(catalogue("threats"))
    assert systems_at(("defences", "north", "layers", "x", "system")) == tuple(catalogue("layers"))
    assert systems_at(("defences", "north", "radar")) == tuple(catalogue("radars"))
    assert systems_at(("defences", "north", "layers", "x", "radar")) == ()
    assert systems_at(("arsenals", "north", "x", "stock")) == ()
    assert systems_at(()) == ()

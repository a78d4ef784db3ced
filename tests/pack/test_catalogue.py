"""What the catalogue and the defaults give is sound, and the template tells it as it is."""

import re

import pytest

from detente import pack
from detente.pack import files
from detente.pack.military import Arsenal, Layer
from detente.pack.number import Number, number_findings
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


@pytest.mark.parametrize(("shelf", "part"), [("threats", Arsenal), ("layers", Layer)])
def test_every_figure_of_the_catalogue_is_a_sound_number(shelf, part):
    findings = [
        finding
        for system, figures in catalogue(shelf).items()
        for key, figure in figures.items()
        for finding in number_findings(
            Number.model_validate(figure), measure_of(fields_of(part)[key]), (system, key)
        )
    ]

    assert findings == []


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
    assert systems_at(("arsenals", "north", "x", "stock")) == ()
    assert systems_at(()) == ()

"""What a layer does against a kind of weapons: said of the kind, of all, or by the catalogue."""

import pytest

from detente.pack import load

LOWER = "defences.us.layers.lower."
DRONES = LOWER + "against.drones."


def numbers(**changes):
    written = {path.replace("__", "."): value for path, value in changes.items()}
    return load("oman-2026", changes=written).numbers


def test_the_catalogue_reports_the_kinds_that_come_apart():
    known = numbers()

    assert known[DRONES + "kill_probability"].low > known[LOWER + "kill_probability"].low
    assert known["defences.us.layers.upper.against.drones.engages"].low == 0.0


def test_of_kinds_that_never_come_nothing_is_reported():
    assert not [path for path in numbers() if path.startswith(LOWER + "against.aircraft")]


def test_what_a_pack_gives_for_all_kinds_goes_before_the_catalogue():
    known = numbers(defences__us__layers__lower__kill_probability=0.3)

    assert DRONES + "kill_probability" not in known
    assert DRONES + "engages" in known


def test_what_a_pack_gives_for_a_defence_goes_before_the_catalogue_in_each_layer():
    known = numbers(defences__iran__detection_probability=0.3)

    assert not [path for path in known if path.endswith("against.aircraft.detection_probability")]


@pytest.mark.parametrize("kind", ["drones", "aircraft"])
def test_what_a_pack_gives_for_a_kind_goes_before_all_else(kind):
    one = f"defences__us__layers__lower__against__{kind}__kill_probability"
    known = numbers(**{one: 0.2, "defences__us__layers__lower__kill_probability": 0.3})

    assert known[one.replace("__", ".")].low == 0.2
    assert known[LOWER + "kill_probability"].low == 0.3

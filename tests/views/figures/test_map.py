import dataclasses
import re

import pytest

from detente import load
from detente.views import figures as charts
from detente.views.figures import style
from detente.views.figures.map import TALLEST, place_in
from detente.views.figures.map import places as known_places
from tests.views.figures.made_up import elements, texts

PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


def with_force(crisis, **change):
    """Return a crisis whose carrier group is said to be elsewhere."""
    forces = dict(crisis.model.forces)
    forces["carrier_group"] = forces["carrier_group"].model_copy(update=change)
    model = crisis.model.model_copy(update={"forces": forces})
    return dataclasses.replace(crisis, model=model)


def places(figure):
    return {row[0]: row[-1] for row in figure.table.rows}


@pytest.mark.parametrize("name", ["oman-2026", "june-2025", "cuba-1962", "taiwan-1996"])
def test_every_shipped_crisis_has_a_map_with_its_talks(name):
    crisis = load(name)
    figure = charts.posture_map(crisis)

    assert places(figure)[crisis.model.venue.place] == "yes"
    assert "Boundaries not authoritative" in figure.notes[-1]


def test_a_base_is_shown_at_the_name_of_its_host(crisis):
    words = texts(charts.posture_map(crisis).svg())

    assert words.index("gulf aircraft") > words.index("Qatar")
    assert not [word for word in words if "Udeid" in word]


def test_a_place_that_the_gazetteer_does_not_know_is_listed_and_not_drawn(crisis):
    figure = charts.posture_map(with_force(crisis, area="somewhere at sea"))

    assert places(figure)["somewhere at sea"] == "no"
    assert any("somewhere at sea" in note for note in figure.notes)


def test_every_place_that_the_pack_names_is_drawn_or_listed(crisis):
    figure = charts.posture_map(crisis)
    left_out = [place for place, drawn in places(figure).items() if drawn == "no"]

    assert set(places(figure)) >= {actor.name for actor in crisis.model.actors.values()}
    assert all(any(place in note for note in figure.notes) for place in left_out)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bases in the Gulf of Oman", "Gulf of Oman"),
        ("North Arabian Sea", "North Arabian Sea"),
        ("sea around Cuba", "Cuba"),
        ("south-east of the United States", "United States"),
        ("off TAIWAN", "Taiwan"),
    ],
)
def test_the_longest_name_in_a_text_is_its_place(text, name):
    assert place_in(text).name == name


@pytest.mark.parametrize("text", ["somewhere", "Omanite hills", "", "Malice"])
def test_parts_of_words_are_no_places(text):
    assert place_in(text) is None


@pytest.mark.parametrize("name", ["oman-2026", "cuba-1962"])
def test_coasts_and_borders_are_cut_at_the_edges_of_the_map(name):
    svg = charts.posture_map(load(name)).svg()
    paths = [one.attrib.get("d", "") for one in elements(svg) if one.tag.endswith("path")]
    points = [tuple(map(float, pair)) for path in paths for pair in PAIR.findall(path)]

    assert len(points) > 100
    assert all(-8.0 <= x <= style.WIDTH and -8.0 <= y <= TALLEST + 8.0 for x, y in points)


def test_no_place_is_known_more_closely_than_to_half_a_degree():
    ends = [end for place in known_places().values() for end in place[1:]]

    assert len(ends) > 500
    assert all((2.0 * end).is_integer() for end in ends)

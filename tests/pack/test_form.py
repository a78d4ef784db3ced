"""The format itself: what it holds is named, measured and has a place."""

import pytest
from pydantic import BaseModel

from detente.evidence.claim import StandIn, WrittenPart
from detente.pack.answers import Answers
from detente.pack.model import Model
from detente.pack.places import (
    description_at,
    fields_of,
    homes_of,
    keys_at,
    place_at,
    row_of,
    words_at,
)
from detente.pack.quantity import DOMAINS
from detente.pack.toml import positions


def parts_below(kind: type[BaseModel]) -> set[type[BaseModel]]:
    found = {kind}
    for part in kind.__subclasses__():
        found |= parts_below(part)
    return found


OF_A_PACK = (one for one in parts_below(WrittenPart) if one.__module__.startswith("detente.pack"))
PARTS = sorted(OF_A_PACK, key=lambda part: part.__name__)
assert {Answers, Model} <= set(PARTS)
FIELDS = [
    (f"{part.__name__}.{key}", field) for part in PARTS for key, field in fields_of(part).items()
]


def has_stand_in(field):
    return any(isinstance(mark, StandIn) for mark in field.metadata)


def test_a_field_that_must_be_there_has_a_stand_in_for_the_rest_of_the_check():
    without = [name for name, field in FIELDS if field.is_required() and not has_stand_in(field)]

    assert {name.partition(".")[0] for name in without} == {"Gamma"}


def test_a_number_has_a_known_domain_and_says_what_it_measures():
    measures = [(name, row_of(field)) for name, field in FIELDS]
    measured = [(name, measure) for name, measure in measures if measure is not None]

    assert {measure.domain for _, measure in measured} <= set(DOMAINS)
    assert [name for name, measure in measured if not measure.says] == []


def test_a_part_is_frozen_and_closed_to_unknown_keys():
    assert [part for part in PARTS if not part.model_config["frozen"]] == []
    assert [part for part in PARTS if part.model_config["extra"] != "forbid"] == []


def test_a_path_leads_to_its_place_and_no_further():
    assert keys_at(("relief",)) == ("steps", "challenger_cost", "defender_gain")
    assert keys_at(("actors",)) == ()
    assert place_at(("correlations", 0, "rank")).kind is float
    assert place_at(("venue", "place", "roof")) is None
    assert place_at(("nowhere",)) is None


def test_a_key_is_known_by_the_table_it_belongs_to():
    assert homes_of("hotline") == ("incidents",)
    assert homes_of("nonsense") == ()


def test_what_may_stand_in_a_place_is_reported_in_words():
    assert words_at(("forces", "fleet", "arrives")) == "a day such as 2026-02-06, without quotes"
    assert "kind" not in words_at(("claims", "a", "kind"))
    assert words_at(("venue",)) == "a table"


def test_a_place_that_the_format_does_not_have_holds_nothing():
    assert words_at(("nowhere",)) == words_at(("issues", "water", "colour")) == "nothing"


def test_a_place_is_described_by_its_field_or_by_the_pattern_of_its_text():
    assert description_at(("forces", "fleet", "area")) == "where it is"
    assert description_at(("claims", "a", "at", "sha256")).startswith("the SHA-256")
    assert description_at(("nowhere",)) == ""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b'"a b".c = 1', ("a b", "c")),
        (b'"\\ud800" = 1', ('"\\ud800"',)),
        (b"= 1\nd = 2", ("d",)),
    ],
)
def test_values_have_places_even_in_a_text_that_cannot_be_read(text, path):
    assert path in positions(text).spots

"""The JSON Schema of a pack, judged by a validator that is not ours."""

import re
from pathlib import Path

import jsonschema
import pytest

from detente import pack
from detente.data import in_json
from detente.pack import files
from detente.pack.actors import Actor
from detente.pack.files import merge
from detente.pack.military import Force
from detente.pack.model import Model
from detente.pack.number import WrittenNumber
from detente.pack.places import fields_of
from detente.pack.politics import Moves, Talks
from detente.pack.schema import schema
from detente.pack.writing import resolved
from tests.border import BORDER

CASES = Path(__file__).parents[1] / "cases"
MINIMAL = CASES / "valid" / "minimal"
VALIDATORS = {"2020-12": jsonschema.Draft202012Validator, "4": jsonschema.Draft4Validator}
FAULTS_OF_FORM = [
    "bare_number",
    "chance_of_a_share",
    "chance_outside_0_to_1",
    "chance_that_is_certain",
    "claim_of_bad_grade",
    "companion_without_its_form",
    "correlation_of_1",
    "empty_texts",
    "force_level_too_high",
    "format_unknown",
    "gamma_of_nothing",
    "hypotheses_of_wrong_types",
    "hypothesis_that_rests_on_nothing",
    "hypothesis_with_unknown_keys",
    "hypothesis_without_words",
    "indicator_of_an_unknown_plan",
    "keys_that_cannot_be",
    "lessons_with_six_faults",
    "missing_texts",
    "moves_too_fast_or_too_precise",
    "name_that_cannot_be",
    "no_form_of_a_number",
    "number_that_the_model_divides_by",
    "number_without_reason",
    "option_that_changes_nothing",
    "option_with_a_table",
    "packages_too_many",
    "range_for_a_switch",
    "range_of_three_ends",
    "range_of_words",
    "range_outside_its_domain",
    "reason_without_words",
    "reference_of_no_kind_of_past_crises",
    "role_unknown",
    "shape_unknown",
    "steps_of_two_texts",
    "table_where_a_text_stands",
    "text_where_a_table_stands",
    "two_forms_of_a_number",
    "unknown_form_of_a_number",
    "unknown_key_that_nothing_reads",
    "unknown_number",
    "unknown_table",
    "values_empty",
    "wrong_types",
]
EVIDENCE = {"Claim", "Source"}
PACKS = {
    **{name: name for name in pack.shipped()},
    "border": BORDER,
    "minimal": MINIMAL,
}


@pytest.fixture(scope="module", params=sorted(VALIDATORS))
def draft(request):
    return request.param


@pytest.fixture(scope="module")
def has_form(draft):
    """Return a function that says whether tables have the form of a pack."""
    return VALIDATORS[draft](schema(draft)).is_valid


def tables(texts):
    """Return the tables of all files of a pack as JSON has them."""
    return in_json(merge(texts).tree)


def texts_with(case):
    """Return the files of the least pack with those of a case next to them, or in their place."""
    text = case.read_text(encoding="utf-8")
    replaced = re.match(r"# In place of (\S+):", text)
    kept = [file for file in MINIMAL.iterdir() if replaced is None or file.name != replaced[1]]
    return {**{file.name: file.read_bytes() for file in kept}, "x.toml": text.encode()}


def can_be(part, key, number):
    """Say whether a number can stand in a field, by the schema of this field alone."""
    place = f"#/$defs/{part}/properties/{key}"
    alone = {"$defs": schema()["$defs"], "$ref": place}
    return jsonschema.Draft202012Validator(alone).is_valid({**number, "assumed": "a guess"})


def test_the_schema_is_one_of_its_draft(draft):
    content = schema(draft)

    VALIDATORS[draft].check_schema(content)
    assert content["$schema"] == VALIDATORS[draft].META_SCHEMA["$schema"]


@pytest.mark.parametrize("name", PACKS)
def test_every_shipped_pack_and_the_template_have_the_form(has_form, name):
    assert has_form(tables(files.read(PACKS[name]).files))


@pytest.mark.parametrize("name", ["oman-2026", "cuba-1962", "minimal"])
def test_a_resolved_pack_has_the_form(has_form, name):
    assert has_form(in_json(resolved(pack.load(PACKS[name]))))


def test_every_form_of_a_number_has_the_form(has_form):
    assert has_form(tables(texts_with(CASES / "valid" / "every_form" / "numbers.toml")))


def test_a_pack_with_a_fault_of_form_has_it_not(has_form):
    cases = {name: CASES / "invalid" / f"{name}.toml" for name in FAULTS_OF_FORM}

    assert [name for name, case in cases.items() if has_form(tables(texts_with(case)))] == []


def test_one_file_of_several_has_the_form_of_a_part(draft):
    options = tables({"options.toml": (MINIMAL / "options.toml").read_bytes()})
    part, whole = (VALIDATORS[draft](schema(draft, is_part=is_part)) for is_part in (True, False))

    assert part.is_valid(options)
    assert not whole.is_valid(options)


@pytest.mark.parametrize(
    ("part", "key", "number", "is_valid"),
    [
        ("Moves", "precision", {"value": 60}, True),
        ("Moves", "precision", {"value": 60.1}, False),
        ("Moves", "precision", {"value": 0}, False),
        ("Moves", "offer", {"value": 0}, True),
        ("Moves", "offer", {"range": [0.1, -0.1]}, False),
        ("Moves", "yield", {"gamma": {"shape": 1, "mean": 0}}, False),
        ("Moves", "yield", {"gamma": {"shape": 1, "mean": 2}, "within": [0.1, 3]}, True),
        ("Moves", "yield", {"value": 1, "within": [0.1, 3]}, False),
        ("Actor", "hard_probability", {"value": 1}, False),
        ("Actor", "join_probability", {"value": 1}, True),
        ("Actor", "optimism", {"value": -1}, True),
        ("Actor", "optimism", {"range": [-1.1, 0.1]}, False),
        ("Actor", "optimism", {"value": 1.1}, False),
        ("Actor", "join_probability", {"gamma": {"shape": 1, "mean": 2}}, False),
        ("Talks", "wide_agenda", {"chance": 0.5}, True),
        ("Talks", "wide_agenda", {"chance": [0.4, 1.5]}, False),
        ("Talks", "wide_agenda", {"value": 0.5}, False),
        ("War", "limited_days", {"values": [2, 3], "weights": [1, -1]}, False),
    ],
)
def test_a_number_keeps_to_the_ends_and_the_forms_of_its_domain(part, key, number, is_valid):
    assert can_be(part, key, number) == is_valid


@pytest.mark.parametrize("part", [Actor, Moves, Talks, Force])
def test_the_schema_of_a_table_has_its_keys_and_no_others(part):
    written = schema()["$defs"][part.__name__]

    assert set(written["properties"]) == set(fields_of(part))
    assert written["additionalProperties"] is False


def test_the_forms_of_numbers_together_have_all_keys_of_a_number():
    definitions = schema()["$defs"]
    names = ("switch", "rate_from_0_to_1")
    keys = {key for name in names for key in definitions[name]["properties"]}

    assert keys == set(WrittenNumber.model_fields)


def test_a_number_says_what_it_means_its_unit_its_range_and_whose_it_is():
    properties = schema()["$defs"]["Actor"]["properties"]

    assert properties["join_probability"]["description"] == (
        "Chance that it joins on a day of full war that hits it [1/day]: 0 to 1 (30 % is 0.3). "
        "Only for ally or host or group or supporter."
    )


def test_every_key_says_what_it_means_or_its_table_does():
    whole = schema()
    named = {
        name: part for name, part in whole["$defs"].items() if name not in {*EVIDENCE, "Passage"}
    }
    silent = [
        (name, key)
        for name, part in {"Model": whole, **named}.items()
        for key, written in part.get("properties", {}).items()
        if not {"description", "$ref"} & set(written)
    ]

    assert silent == []
    assert set(whole["properties"]) == set(fields_of(Model))
    assert all(whole["$defs"][name]["description"] for name in EVIDENCE)

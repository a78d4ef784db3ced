"""What is held about a crisis is carried with its claims, and changes nothing in play."""

from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest

from detente import pack
from detente.data import in_json
from detente.pack.comparison import compare
from detente.pack.schema import schema
from detente.pack.writing import resolved, resolved_text
from verification.evidence.rows import ROWS

OMAN = pack.load("oman-2026")
HELD = """
[hypotheses.will_counts]
says = "Will counts for more than arms"
rejected_if = "Arms move the share of deals at least as much"
because = "speech"
"""
ASSUMED = """
[hypotheses.mistakes_count]
says = "War comes by mistake"
rejected_if = "Most wars are begun on purpose"
assumed = "a guess"
"""
Write = Callable[[Mapping[str, str]], Path]


def test_the_shipped_crisis_holds_the_ten_hypotheses_of_the_article():
    assert len(OMAN.hypotheses) == 10


@pytest.mark.parametrize("key", OMAN.hypotheses)
def test_a_hypothesis_of_the_article_rests_on_a_claim_of_its_row(key: str):
    reported = [
        row["claims"] for row in ROWS.values() if f"hypotheses.{key}" in row.get("questions", ())
    ]

    assert len(reported) == 1
    assert set(reported[0]) & set(OMAN.hypotheses[key].because)


def test_one_claim_may_stand_without_brackets(minimal: Write):
    crisis = pack.load(minimal({"held.toml": HELD}))

    assert crisis.hypotheses["will_counts"].because == ("speech",)


def test_hypotheses_of_several_files_are_those_of_one_pack(minimal: Write):
    crisis = pack.load(minimal({"held.toml": HELD, "assumed.toml": ASSUMED}))

    assert sorted(crisis.hypotheses) == ["mistakes_count", "will_counts"]


def test_a_hypothesis_in_two_files_is_a_fault(minimal: Write):
    faults = pack.check(minimal({"held.toml": HELD, "held_again.toml": HELD}))

    assert {fault.file for fault in faults} == {"held_again.toml"}
    assert faults[0].field == "hypotheses.will_counts.says"


def test_hypotheses_change_no_number(minimal: Write):
    bare = pack.load(minimal({})).numbers
    holding = pack.load(minimal({"held.toml": HELD + ASSUMED})).numbers

    assert list(holding.items()) == list(bare.items())


def test_hypotheses_come_back_from_a_pack_written_out_whole(minimal: Write, tmp_path: Path):
    crisis = pack.load(minimal({"held.toml": HELD + ASSUMED}))
    file = tmp_path / "whole" / "pack.toml"
    file.parent.mkdir()
    file.write_text(resolved_text(crisis), encoding="utf-8")

    assert list(pack.load(file).hypotheses.items()) == list(crisis.hypotheses.items())
    jsonschema.validate(in_json(resolved(crisis)), schema())


def test_a_pack_from_one_that_ships_holds_its_hypotheses(tmp_path: Path):
    place = pack.new("mine", folder=tmp_path, start="oman-2026")

    assert (place / "hypotheses.toml").is_file()
    assert pack.load(place).hypotheses == OMAN.hypotheses


def test_hypotheses_that_differ_are_reported_by_themselves(minimal: Write):
    old = pack.load(minimal({"held.toml": HELD}))
    new = pack.load(minimal({"held.toml": HELD.replace('"speech"', '"report"') + ASSUMED}))
    comparison = compare(old, new)

    assert comparison.hypotheses == (
        ("hypotheses.will_counts.because", "speech", "report"),
        ("hypotheses.mistakes_count", None, "War comes by mistake"),
    )
    assert (comparison.numbers, comparison.claims, comparison.structure) == ((), (), ())


@pytest.mark.parametrize("reason", ["because = 'speech'", "because = []\nassumed = 'a guess'"])
def test_a_hypothesis_says_with_claims_or_in_words_why_it_is_held(minimal: Write, reason: str):
    assert pack.check(minimal({"held.toml": HELD.replace('because = "speech"', reason)})) == ()


def test_a_key_that_says_why_belongs_in_no_table_more_than_in_another(minimal: Write):
    faults = pack.check(minimal({"x.toml": "[moves]\nbecause = 'speech'\n"}))

    assert [fault.hint for fault in faults] == ["nothing reads it: drop it"]


def test_tests_come_back_from_a_pack_written_out_whole(tmp_path: Path):
    file = tmp_path / "whole" / "pack.toml"
    file.parent.mkdir()
    file.write_text(resolved_text(OMAN), encoding="utf-8")

    assert pack.load(file).hypotheses == OMAN.hypotheses


def test_an_actor_under_another_name_is_reported_where_tests_change_the_crisis(tmp_path: Path):
    folder = pack.new("mine", folder=tmp_path, start="oman-2026")
    crisis = folder / "crisis.toml"
    text = crisis.read_text(encoding="utf-8")
    assert "[actors.us]" in text
    crisis.write_text(text.replace("[actors.us]", "[actors.usa]"), encoding="utf-8")

    faults = pack.check(folder)

    assert any("did you mean usa" in fault.hint for fault in faults)
    assert len({(fault.field, fault.line, fault.found) for fault in faults}) == len(faults)


GROUPS = """
[[hypotheses.will_counts.tests]]
kind = "groups"
says = "Will is moved, then arms"
measures = ["any_war"]
[hypotheses.will_counts.tests.group]
up = ["actors.north.hard_probability"]
[hypotheses.will_counts.tests.other_group]
"""
CALIBRATED = """
[war]
strike_motive = { accepted = "war.strike_motive", assumed = "a calibrated number" }
"""


def test_a_group_to_be_moved_has_numbers(minimal: Write):
    (fault,) = pack.check(minimal({"held.toml": HELD + GROUPS + "up = []\n"}))

    assert fault.field == "hypotheses.will_counts.tests[0].other_group"
    assert (fault.found, fault.allowed) == ("no numbers", "up or down")


def test_a_test_of_groups_has_both(minimal: Write):
    one = GROUPS.partition("[hypotheses.will_counts.tests.other_group]")[0]
    (fault,) = pack.check(minimal({"held.toml": HELD + one}))

    assert "other_group" in f"{fault.field} {fault.found} {fault.hint}"


def test_a_calibrated_number_is_not_moved_by_itself(minimal: Write):
    named = GROUPS + 'down = ["war.strike_motive"]\n'
    (fault,) = pack.check(minimal({"held.toml": HELD + named, "calibrated.toml": CALIBRATED}))

    assert fault.field == "hypotheses.will_counts.tests[0].other_group.down[0]"
    assert fault.found == '"war.strike_motive", which is calibrated'
    assert fault.allowed == "a number that varies by itself"


FORCE = """
[[hypotheses.will_counts.tests]]
kind = "contrast"
says = "More force is near, and who gives way is counted"
measures = ["any_war", "defender_yields"]
steps = [{}, { "posture.presence" = 0.9 }]
"""


@pytest.mark.parametrize("way", ["steps", "group"])
def test_what_the_challengers_force_does_is_asked_of_war_force_and_deals_alone(
    minimal: Write, way: str
):
    written = {"steps": FORCE, "group": GROUPS + 'down = ["posture.presence"]\n'}[way]
    asked = written.replace('["any_war"]', '["any_war", "defender_yields"]')
    (fault,) = pack.check(minimal({"held.toml": HELD + asked}))

    assert fault.field == "hypotheses.will_counts.tests[0].measures[1]"
    assert fault.found == '"defender_yields"'
    assert "deal_ever, agreement where the challenger's force is changed" in fault.allowed
    assert fault.hint == "measure one of these, or leave posture.presence out"

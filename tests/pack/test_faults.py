"""Every fault of a pack is found at once, with its line, its field and the nearest name."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from detente import pack
from detente.errors import PackFaults
from tests.faulty import CASES, write_case

Write = Callable[[Mapping[str, str]], Path]


def spots(faults):
    return sorted((fault.file, fault.line, fault.field) for fault in faults)


def test_every_planted_fault_is_found_in_its_line_and_no_other(planted):
    found = {name: spots(each.found) for name, each in planted.items()}

    assert found == {name: each.expected for name, each in planted.items()}


def test_the_nearest_name_is_offered(planted):
    hints = {
        name: {(fault.line, fault.field): fault.hint for fault in each.found}
        for name, each in planted.items()
    }

    offered = {name: {spot: hints[name][spot] for spot in planted[name].nearest} for name in hints}
    assert offered == {
        name: {spot: f"did you mean {meant}?" for spot, meant in each.nearest.items()}
        for name, each in planted.items()
    }


def test_every_fault_says_what_was_found_and_what_is_allowed(planted):
    faults = [fault for each in planted.values() for fault in each.found]

    assert all(fault.found and fault.allowed and fault.column >= 1 for fault in faults)


@pytest.mark.parametrize("name", ["unknown_number", "option_that_changes_nothing"])
def test_a_faulty_pack_cannot_be_loaded(planted, tmp_path, name):
    write_case((CASES / "invalid" / f"{name}.toml").read_text(encoding="utf-8"), tmp_path)
    with pytest.raises(PackFaults) as error:
        pack.load(tmp_path)

    assert error.value.faults == planted[name].found
    assert "detente check" in error.value.hint


def test_a_faulty_key_that_stands_without_brackets_is_shown_whole(minimal: Write):
    source = "[sources.a]\ntitle = 'a'\npublisher = 'b'\n"
    claim = (
        "[claims.c]\nsays = 'a'\nsource = 'a'\nconfirmed_by = 'Bad Key'\ndate = 2020-01-01\n"
        "by = 'x'\nkind = 'stated'\ngrade = 'C2'\n"
    )

    assert [fault.found for fault in pack.check(minimal({"x.toml": source + claim}))] == [
        '"Bad Key"'
    ]


def test_the_least_pack_has_no_fault(minimal: Write):
    assert pack.check(minimal({})) == ()


@pytest.mark.parametrize(
    ("number", "field"),
    [
        ('{ range = ["a lot", 0.4], assumed = "a guess" }', "range[0]"),
        ('{ range = [0.2, true], assumed = "a guess" }', "range[1]"),
        ('{ value = inf, assumed = "a guess" }', "value"),
    ],
)
def test_a_number_that_is_faulty_within_is_not_missed_too(minimal: Write, number: str, field: str):
    dispute = (minimal({}) / "dispute.toml").read_text(encoding="utf-8")
    sound = '{ range = [0.2, 0.4], assumed = "a guess" }'
    faulty = dispute.replace(f"defender_gain = {sound}", f"defender_gain = {number}")

    (found,) = pack.check(minimal({"dispute.toml": faulty}))
    assert found.field == f"relief.defender_gain.{field}"


@pytest.mark.parametrize(
    ("number", "field", "hint"),
    [
        ("range = [0.4, 0.2], within = [0.3, 0.5]", "range", "write [0.2, 0.4]"),
        ("range = [0.2, 0.4], within = [0.5, 0.3]", "within", "write [0.3, 0.5]"),
    ],
)
def test_ends_the_wrong_way_round_are_reported_by_themselves(minimal: Write, number, field, hint):
    dispute = (minimal({}) / "dispute.toml").read_text(encoding="utf-8")
    faulty = dispute.replace("defender_gain = { range = [0.2, 0.4]", f"defender_gain = {{ {number}")

    (found,) = pack.check(minimal({"dispute.toml": faulty}))
    assert (found.field, found.hint) == (f"relief.defender_gain.{field}", hint)


def test_a_chance_with_its_ends_the_wrong_way_round_is_reported_once(minimal: Write):
    dispute = (minimal({}) / "dispute.toml").read_text(encoding="utf-8")
    faulty = dispute.replace("chance = [0.3, 0.7]", "chance = [0.7, 0.3]")

    (found,) = pack.check(minimal({"dispute.toml": faulty}))
    assert (found.field, found.hint) == ("talks.wide_agenda.chance", "write [0.3, 0.7]")


NO_PROGRAMME = {
    "programme.growth_rate",
    "moves.advance",
    "aims.challenger.programme",
    "war.direct_action_success",
}


def test_a_defender_may_have_no_programme_and_then_nothing_happens_to_one(minimal: Write):
    force = (minimal({}) / "force.toml").read_text(encoding="utf-8")
    without = re.sub("(?m)^programme_hardness.*\n", "", force)
    crisis = pack.load(minimal({"force.toml": without}))

    assert "defences.south.programme_hardness" not in crisis.numbers
    assert {path for path in NO_PROGRAMME if crisis.numbers[path].high == 0.0} == NO_PROGRAMME


def test_a_programme_that_the_defender_has_still_grows_by_default(minimal: Write):
    crisis = pack.load(minimal({}))

    assert crisis.numbers["programme.growth_rate"].low > 0.0
    assert crisis.numbers["aims.challenger.programme"].low > 0.0


def test_every_form_of_a_number_is_read(minimal: Write):
    numbers = Path(__file__).parents[1] / "cases" / "valid" / "every_form" / "numbers.toml"
    crisis = pack.load(minimal({"numbers.toml": numbers.read_text(encoding="utf-8")}))

    assert crisis.numbers["moves.precision"].shape == "uniform"
    assert crisis.numbers["moves.tempo"].gamma_shape == 0.84
    assert crisis.numbers["moves.offer"].shape == "uniform"
    assert crisis.numbers["moves.yield"].is_fixed
    assert crisis.numbers["talks.fade_rate"].weights == (0.25, 0.75)
    assert crisis.numbers["talks.text_rate"].high == 0.012
    assert crisis.numbers["war.limited_days"].weights == (0.5, 0.5)
    assert crisis.numbers["war.strike_motive"].kind == "accepted"


def test_a_pack_of_one_file_equals_one_of_several(minimal: Write, tmp_path: Path):
    folder = minimal({})
    whole = b"\n".join((folder / f"{name}.toml").read_bytes() for name in ORDER)
    alone = tmp_path / "alone" / "pack.toml"
    alone.parent.mkdir()
    alone.write_bytes(whole)

    assert pack.load(alone).model == pack.load(folder).model


ORDER = ("who", "dispute", "force", "evidence", "options")


def test_windows_line_ends_and_a_byte_order_mark_are_read(minimal: Write):
    folder = minimal({})
    who = folder / "who.toml"
    who.write_bytes(b"\xef\xbb\xbf" + who.read_bytes().replace(b"\n", b"\r\n"))

    assert pack.check(folder) == ()


def test_columns_count_characters(minimal: Write):
    folder = minimal({"x.toml": '[moves]\n"é" = 1\noffer = { assumed = "é", valu = 1 }\n'})

    columns = {fault.field: (fault.line, fault.column) for fault in pack.check(folder)}
    assert columns == {'moves."é"': (2, 1), "moves.offer.valu": (3, 26)}


def test_a_fault_in_one_line_names_place_field_found_and_allowed(minimal: Write):
    folder = minimal({"x.toml": "[moves]\noffer = { value = -1, assumed = 'x' }\n"})

    (fault,) = pack.check(folder)
    assert str(fault) == (
        "x.toml:2:19: moves.offer.value: -1; allowed: 0 to 10 "
        "(play goes by days, and what is more frequent happens every day)."
        " write a number within these limits"
    )


def test_text_that_is_not_utf_8_is_a_fault_with_its_line(minimal: Write):
    folder = minimal({})
    (folder / "x.toml").write_bytes(b"# one\n# \xff\n")

    (fault,) = pack.check(folder)
    assert (fault.file, fault.line, fault.allowed) == ("x.toml", 2, "UTF-8 text")


def test_control_and_bidirectional_characters_are_stripped_from_text(minimal: Write):
    who = (Path(minimal({})) / "who.toml").read_text(encoding="utf-8")
    title = 'title = "A\\u001b[31m\\u202e title\\n of two lines"'
    folder = minimal({"who.toml": who.replace('title = "The least that a crisis needs"', title)})

    assert pack.load(folder).title == "A[31m title of two lines"


def test_no_control_character_reaches_a_message(minimal: Write):
    text = '["a\\u001b]0;x\\u0007"]\nb = "\\u202e\\u0085"\n[venue]\n"\\u001b" = "\\u001b"\n'
    messages = "".join(str(fault) for fault in pack.check(minimal({"x.toml": text})))

    assert messages.isprintable()


@pytest.mark.parametrize("day", ["1799-12-31", "2200-01-01", "9999-12-31"])
def test_a_crisis_is_reported_a_day_from_which_play_can_go_on(minimal: Write, day: str):
    who = (minimal({}) / "who.toml").read_text(encoding="utf-8")

    faults = pack.check(minimal({"who.toml": who.replace("2031-03-01", day)}))
    assert ("as_of", day) in [(fault.field, fault.found) for fault in faults]


def test_an_option_that_leaves_a_side_nothing_to_care_for_is_a_fault(minimal: Write):
    weights = [f"issues.{issue}.defender_weight" for issue in ("water", "islands")]
    change = ", ".join(f'"{weight}" = 0' for weight in weights)
    option = f'[options.x]\ntitle = "x"\nsays = "x"\nchange = {{ {change} }}\n'

    (fault,) = pack.check(minimal({"x.toml": option}))
    assert fault.field == f'options.x.change."{weights[0]}"'
    assert "0 for every issue" in fault.found

"""The fields of a pack are all there, and a form gives back what it shows."""

import pytest

from detente.errors import DetenteError
from detente.pack import files
from detente.pack.crisis import read_crisis
from detente.pack.fields import fields, form_values, value_from
from detente.pack.number import WrittenNumber
from tests.faulty import CASES


def listed(pack):
    return {field.name: field for field in fields(read_crisis(files.read(pack), {}))}


@pytest.fixture(scope="module")
def oman():
    return listed("oman-2026")


def meant(field, value):
    return WrittenNumber.model_validate(value) if field.kind == "number" else value


@pytest.mark.parametrize("pack", ["oman-2026", CASES / "valid" / "every_form"])
def test_a_field_that_is_sent_as_it_was_shown_is_as_it_was(pack):
    written = [field for field in listed(pack).values() if field.is_written]
    sent = [value_from(field, form_values(field)) for field in written]

    assert [meant(*one) for one in zip(written, sent, strict=True)] == [
        meant(field, field.value) for field in written
    ]


def test_every_number_is_listed_with_what_stands_in_for_it(oman):
    crisis = read_crisis(files.read("oman-2026"), {})

    assert crisis.numbers.keys() <= oman.keys()
    assert oman["moves.posture"].number.because == ("default",)
    assert not oman["moves.posture"].is_written


@pytest.mark.parametrize(
    ("name", "kind", "choices"),
    [
        ("actors.us.war_cost", "number", ()),
        ("title", "text", ()),
        ("as_of", "day", ()),
        ("actors.us.roles", "list", ()),
        ("forces.mcfaul.deployed", "yes or no", ()),
        ("claims.fire-back.kind", "choice", ("stated", "reported", "claimed")),
        ("options.hotline.change", "changes", ()),
    ],
)
def test_a_field_says_what_it_may_be(oman, name, kind, choices):
    field = oman[name]

    assert field.kind == kind
    assert field.choices[: len(choices)] == choices
    assert field.allowed


def test_a_list_says_what_each_of_its_entries_may_be(oman):
    assert oman["actors.us.roles"].allowed.startswith("any of challenger, defender")
    assert oman["venue.access"].allowed == "texts"


@pytest.mark.parametrize(
    ("form", "figures", "value"),
    [
        ("value", "0.3", {"value": 0.3}),
        ("range", "[0.1, 0.3]", {"range": (0.1, 0.3)}),
        ("range", "0.1 to 0.3", {"range": (0.1, 0.3)}),
        ("values", "1; 2; 3", {"values": (1, 2, 3)}),
        ("chance", "0.4", {"chance": 0.4}),
        ("chance", "0.2, 0.6", {"chance": (0.2, 0.6)}),
        ("gamma", "2, 0.1", {"gamma": {"shape": 2.0, "mean": 0.1}}),
        ("accepted", "moves.posture", {"accepted": "moves.posture"}),
    ],
)
def test_each_form_of_a_number_is_typed_in_one_line(oman, form, figures, value):
    typed = {"form": form, "figures": figures, "because": "fire-back, hostility"}
    expected = {**value, "because": ("fire-back", "hostility")}

    assert value_from(oman["actors.us.war_cost"], typed) == expected


@pytest.mark.parametrize("figures", ["much", "0.1", "1, 2, 3", "true, false", "0.1, 0.2\n[x]"])
def test_what_is_no_range_is_said(oman, figures):
    with pytest.raises(DetenteError, match=r"no number|figures"):
        value_from(oman["actors.us.war_cost"], {"form": "range", "figures": figures})


def test_changes_are_typed_one_a_line_each_field_once(oman):
    field = oman["options.more_relief.change"]
    shown = form_values(field)["value"]

    assert value_from(field, {"value": f"{shown}\ntalks.packages = 4"}) == {
        **field.value,
        "talks.packages": 4,
    }
    with pytest.raises(DetenteError, match=r"talks\.packages is given twice"):
        value_from(field, {"value": 'talks.packages = 4\n"talks.packages" = 5'})


def test_why_a_default_has_its_size_is_no_reason_for_another_one(oman):
    shown = form_values(oman["moves.posture"])

    assert shown["figures"]
    assert shown["assumed"] == ""

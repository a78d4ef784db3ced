"""A pack written out whole gives the same crisis, and says of each number what it rests on."""

from pathlib import Path

import pytest

from detente import pack
from detente.pack.writing import resolved, resolved_text
from tests.border import BORDER

CASES = Path(__file__).parents[1] / "cases"
PACKS = {
    **{name: name for name in ("oman-2026", "cuba-1962", "reference-violent")},
    "border": BORDER,
    "minimal": CASES / "valid" / "minimal",
}
PORT = """
join_probability = { value = 0.1, assumed = "a guess" }
consent = { value = 1, assumed = "a guess" }
retaliation_share = { value = 0.1, assumed = "a guess" }
"""
"""What a host or a group has to tell."""
CHANGES = {"talks.packages": 2, "war.raid_share": 0.1, "forces.fleet.level": 2}


@pytest.fixture(params=PACKS)
def crisis(request):
    return pack.load(PACKS[request.param])


@pytest.fixture
def again(tmp_path):
    """Return a function that loads what is printed of a crisis."""

    def load(crisis):
        file = tmp_path / "resolved.toml"
        file.write_text(resolved_text(crisis), encoding="utf-8")
        return pack.load(file)

    return load


def facts(crisis):
    """Return all that a crisis is but for its text: numbers in their order, claims and the rest."""
    return (
        list(crisis.numbers.items()),
        crisis.claims,
        crisis.sources,
        list(crisis.options.items()),
        list(crisis.hypotheses.items()),
        crisis.correlations,
        crisis.name,
        crisis.title,
        crisis.as_of,
        crisis.model.reference,
        crisis.model.forces,
        crisis.model.talks.packages,
    )


def test_a_round_trip_changes_nothing(crisis, again):
    assert facts(again(crisis)) == facts(crisis)


def test_what_is_resolved_is_resolved_already(crisis, again):
    assert resolved_text(again(crisis)) == resolved_text(crisis)


def test_every_form_of_a_number_comes_back(minimal, again):
    numbers = (CASES / "valid" / "every_form" / "numbers.toml").read_text(encoding="utf-8")
    crisis = pack.load(minimal({"numbers.toml": numbers}))

    assert facts(again(crisis)) == facts(crisis)


def test_a_number_that_no_claim_gives_says_so_next_to_it(minimal):
    who = (minimal({}) / "who.toml").read_text(encoding="utf-8")
    given = who.replace('because = "report"', 'gives = "report"')
    text = resolved_text(pack.load(minimal({"who.toml": given})))

    assert 'because = "speech" } # size assumed\n' in text
    assert 'gives = "report" }\n' in text


def test_each_number_of_a_class_of_weapons_has_a_line(minimal):
    lines = resolved_text(pack.load(minimal({}))).splitlines()

    assert "[arsenals.north.aircraft]" in lines
    assert any(line.startswith("stock = { ") for line in lines)


def test_a_chance_that_is_known_comes_back(minimal, again):
    dispute = (minimal({}) / "dispute.toml").read_text(encoding="utf-8")
    known = dispute.replace("chance = [0.3, 0.7]", "chance = 0.4")
    crisis = pack.load(minimal({"dispute.toml": known}))

    assert resolved(crisis)["talks"]["wide_agenda"]["chance"] == 0.4
    assert facts(again(crisis)) == facts(crisis)


def test_changes_are_in_it(again):
    crisis = pack.load(PACKS["minimal"], changes=CHANGES)

    assert facts(again(crisis)) == facts(crisis)
    assert again(crisis).model.talks.packages == 2


def test_texts_that_need_care_come_back(minimal, again):
    options = """
[options.care]
title = 'a "quoted" \\ word, \U0001f54a and \u0641\u0627\u0631\u0633\u200c\u06cc'
says = "private \ue000, unassigned \u0378"
change = { "issues.water.narrow" = true, "forces.fleet.leaves" = 2031-05-01 }
"""
    crisis = pack.load(minimal({"options.toml": options}))

    assert again(crisis).options == crisis.options
    assert resolved_text(crisis).replace("\n", "").isprintable()


ISSUE = """
[issues.issue_{place}]
name = "Issue {place}"
narrow = true
challenger_weight = {{ range = [0.5, {place}.75], because = ["speech", "report"] }}
defender_weight = {{ range = [0.2, 0.6], shape = "uniform", assumed = "a guess" }}
settled_by_war = {{ range = [0.2, 0.6], within = [0.1, 0.9], assumed = "a guess" }}
"""


def test_a_pack_of_six_hundred_numbers_comes_back(minimal, again):
    issues = "".join(ISSUE.format(place=place) for place in range(1, 101))
    crisis = pack.load(minimal({"issues.toml": issues}))

    assert len(crisis.numbers) > 600
    assert facts(again(crisis)) == facts(crisis)
    assert resolved_text(again(crisis)) == resolved_text(crisis)


def test_each_number_is_there_with_what_it_rests_on():
    moves = resolved(pack.load(PACKS["minimal"]))["moves"]

    assert set(moves["tempo"]) == {"gamma", "within", "because", "assumed"}
    assert moves["tempo"]["because"] == "default"


@pytest.mark.parametrize(
    ("roles", "exposure"), [('"host", "group"', (0.01, 0.1)), ('"group", "host"', (0.0, 0.1))]
)
def test_an_actor_of_two_roles_has_the_default_of_the_one_that_is_named_first(
    minimal, roles, exposure
):
    port = f'[actors.port]\nname = "Port"\nroles = [{roles}]\n'
    number = pack.load(minimal({"port.toml": port + PORT})).numbers["actors.port.exposure"]

    assert (number.low, number.high) == exposure


def test_a_number_that_says_falsely_that_it_is_the_default_is_a_fault(minimal):
    moves = """
[moves]
offer = { range = [0.007, 0.03], because = "default", assumed = "not the words of the default" }
[arsenals.north.missiles]
system = "cruise_missile"
stock = { value = 20, because = "default", assumed = "there is none" }
speed = { range = [230, 250], because = "catalogue", assumed = "not the figures" }
"""
    fields = [fault.field for fault in pack.check(minimal({"moves.toml": moves}))]

    assert fields == [
        "moves.offer.because[0]",
        "arsenals.north.missiles.stock.because[0]",
        "arsenals.north.missiles.speed.because[0]",
    ]


def test_a_faulty_number_is_not_said_to_be_another_than_the_default(minimal):
    moves = '[moves]\noffer = { range = [0.03, 0.007], because = "default", assumed = "a guess" }\n'
    (fault,) = pack.check(minimal({"moves.toml": moves}))

    assert fault.field == "moves.offer.range"

"""What is said of what a pack and a run rest on."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from detente import influence
from detente.analysis.influence import ClaimInfluence, Shift
from detente.evidence import Claim, Found, Passage, ledger
from detente.views.blocks import Command, Picture, Table
from detente.views.evidence import assumptions, claims, passages, resting
from tests.views.reading import must_say

SURE = Shift(0.043, 0.018, 0.081, stands_out=True, rises_with=True)
UNSURE = Shift(0.02, 0.0, 0.034, stands_out=False, rises_with=None)
CLAIM = Claim(says="x", source="s", date=date(2026, 1, 1), by="somebody", kind="stated", grade="C3")
MADE = {
    "moving": ClaimInfluence(CLAIM, ("x",), (), {"any_war": SURE, "deal": UNSURE}),
    "fixed": ClaimInfluence(CLAIM, (), ("talks.fade_rate",), {}),
    "silent": ClaimInfluence(CLAIM, (), (), {}),
}


@pytest.fixture(scope="module")
def found(run):
    return influence(run)


@pytest.fixture(scope="module")
def book(crisis):
    held = crisis.hypotheses.values()
    return ledger(crisis.numbers.items(), crisis.claims, hypotheses=held)


def table_of(section, key):
    return next(one for one in section.blocks if isinstance(one, Table) and one.key == key)


def test_what_a_run_rests_on_says_what_it_must(found, book):
    must_say(
        resting(found),
        "In this model war (regional or not) comes in",
        f"Of {len(book.rows)} numbers",
        "rest on claims (which give 2)",
        "of 79 claims are above 0, where sampling noise alone would give about 4",
        "which move nothing here: 10.",
        "The largest of many is an overestimate",
        "general defaults and the catalogue of systems",
    )


def test_a_shift_that_is_not_estimable_shows_its_interval_alone(found):
    table = table_of(resting(replace(found, claims=MADE)), "influence")

    assert table.rows == (("moving", "C3", "4*", "2 to 8", "?", "0 to 3"),)


def test_the_answer_names_the_claim_that_surely_moves_war_most(found):
    must_say(
        resting(replace(found, claims=MADE)),
        "If the claim “moving” (graded C3) is wrong, war (regional or not) moves "
        "by 4 (2 to 8) of 100 futures",
        "which move nothing here: 1.",
    )


def test_a_claim_whose_numbers_are_fixed_comes_with_the_run_that_would_tell(found):
    blocks = resting(replace(found, claims=MADE)).blocks
    (command,) = (one for one in blocks if isinstance(one, Command))

    assert "in this run: fixed." in command.does
    assert command.line.endswith(" --set talks.fade_rate=VALUE")


def test_too_few_worlds_say_so_and_list_no_claim(found):
    still = {key: replace(one, shifts={}) for key, one in MADE.items()}
    section = resting(replace(found, claims=still, notes=("16 worlds are needed",)))

    must_say(section, "Note: 16 worlds are needed.")
    assert [type(one) for one in section.blocks[:2]] == [Picture, Command]
    assert section.reading == ()


def test_claims_say_what_they_must(crisis, book):
    must_say(
        claims(crisis, book),
        "89 claims from 8 sources, in our own words and attributed",
        f"Claims give 2 of {len(book.rows)} numbers",
        "and only bear on 94 others: size assumed",
        "The US vice president said on the eve of the talks",
        "(JD Vance, vice president of the United States, stated, 2026-02-05; article)",
    )


def test_claims_that_nothing_rests_on_are_listed_apart(crisis, book):
    section = claims(crisis, book)
    used, unused = (
        {row[0]: row[1:4] for row in table_of(section, key).rows}
        for key in ("claims", "claims-unused")
    )

    assert unused["order-to-mass"] == ("C2", "0", "0")
    assert used["leverage-or-provocation"] == ("C3", "0", "0")
    assert used["fire-back"] == ("C2", "1", "2")
    assert used.keys() | unused.keys() == set(crisis.claims)


def test_a_number_that_no_claim_gives_says_that_its_size_is_assumed(crisis, book):
    rows = {row[0]: row[2:] for row in table_of(claims(crisis, book), "graded").rows}

    assert rows["actors.iran.has_vowed"] == ("C2", "fire-back")
    assert rows["actors.iran.vow_price"] == ("size assumed", "fire-back, warning-not-threat")


def test_assumptions_say_what_they_must_and_put_defaults_first(crisis, book):
    section = assumptions(crisis, book)

    must_say(section, f"of {len(book.rows)} numbers rest on no claim")
    assert table_of(section, "assumptions").rows[0][2].startswith("a general default")


def test_passages_say_what_they_must(crisis):
    looked = [("cascade", "matches", 0), ("speech", "moved", 6), ("order-to-mass", "missing", 0)]
    sought = [
        (Passage(start=0, end=9, sha256="0" * 64), Found(key, result, start, start + 9, 1))
        for key, result, start in looked
    ]

    must_say(
        passages(crisis, "article", sought),
        "1 of 3 passages stand where their claims say; moved: 1, missing: 1.",
        "Moved: speech, now on line 1",
        f'at = {{ start = 6, end = 15, sha256 = "{"0" * 64}" }}',
        "- order-to-mass: The US president",
        "copy its new start and end",
        "this is another edition",
    )


def test_a_pack_without_claims_says_so():
    bare = SimpleNamespace(title="T", name="t", as_of="2031-01-01", claims={}, sources={})

    must_say(claims(bare, ledger((), {})), "every number is an assumption")

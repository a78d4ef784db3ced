"""What is said of what a pack and a run rest on."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from detente import influence
from detente.evidence import Claim, Found, Passage, ledger
from detente.questions.drivers.swings import Swing
from detente.questions.influence import ClaimInfluence, Shift, UnlistedClaims
from detente.text import between
from detente.views.blocks import Command, Picture, Sentence, Table, plain
from detente.views.evidence import assumptions, claims, moving, passages, resting, sources
from tests.views.reading import must_say, rows_of, table_of

SURE = Shift(Swing(0.043, 0.018, 0.081, agree=1.0, worlds=24), is_clear=True, rises_with=True)
UNSURE = Shift(Swing(0.02, -0.01, 0.034, agree=0.9, worlds=24), is_clear=False, rises_with=None)
CLAIM = Claim(says="x", source="s", date=date(2026, 1, 1), by="somebody", kind="stated", grade="C3")
MADE = {
    "moving": ClaimInfluence(CLAIM, ("talks.fade_rate",), (), {"any_war": SURE, "deal": UNSURE}),
    "fixed": ClaimInfluence(CLAIM, (), ("talks.fade_rate",), {}),
    "silent": ClaimInfluence(CLAIM, (), (), {}),
}


UNLISTED = dict.fromkeys(("any_war", "deal"), UnlistedClaims(77, 0.013))


@pytest.fixture(scope="module")
def found(run):
    unplayed = influence(run, play=False)
    return replace(unplayed, claims=MADE, worlds=40, unlisted=UNLISTED, notes=())


@pytest.fixture(scope="module")
def book(crisis):
    held = crisis.hypotheses.values()
    return ledger(crisis.numbers.items(), crisis.claims, hypotheses=held)


def test_what_a_run_rests_on_says_what_it_must(found, book):
    must_say(
        resting(found),
        "Reversing the claim “x” (moving, graded C3) moves war by 4.3 "
        f"({between('1.8', '8.1')}) points",
        f"Of {len(book.rows)} numbers",
        "rest on claims (which give a figure for 2)",
        "Claims tested that clearly move war in this model: 1 of 1.",
        "No claim clearly moves any deal when it is reversed.",
        "Claims tested that clearly move any deal in this model: 0 of 1. We cannot tell "
        "from this run whether the other does; about 54 sets of assumptions would show it for one "
        "of them.",
        "None of the other 77 moves it by more than 1.3 points",
        "and so move nothing here: 1.",
        "general defaults and the catalogue of systems",
        "detente explain oman-2026 talks.fade_rate",
    )


def test_a_shift_that_cannot_be_distinguished_from_none_is_not_shown(found):
    table = table_of(resting(found), "influence")

    assert table.rows == (("x (moving)", "C3", "4.3", between("1.8", "8.1"), "", ""),)


def test_what_is_not_played_comes_with_the_command_that_plays_it(run):
    must_say(
        resting(influence(run, play=False)),
        "Note: the effect of reversing a claim has not been computed.",
        f"detente evidence {run.folder}",
    )


def test_a_claim_whose_numbers_are_fixed_comes_with_the_run_that_would_say(found):
    blocks = resting(found).blocks
    (command,) = (one for one in blocks if isinstance(one, Command))

    assert "or part of the plan of an attack: fixed." in command.does
    assert command.line.endswith(" --set talks.fade_rate=VALUE")


def test_too_few_worlds_say_so_and_list_no_claim(found):
    still = {key: replace(one, shifts={}) for key, one in MADE.items()}
    section = resting(replace(found, claims=still, worlds=0, notes=("16 worlds are needed",)))

    must_say(section, "Note: 16 worlds are needed.")
    assert [type(one) for one in section.blocks[:2]] == [Picture, Command]
    assert section.reading == ()


def test_claims_say_what_they_must(crisis, book):
    must_say(
        claims(crisis, book),
        "89 claims from 8 sources, in our own words and attributed",
        f"Claims give a figure for 2 of {len(book.rows)} numbers",
        "For 106 others they give the direction alone (size assumed)",
        "The US vice president said on the eve of the talks",
        "(JD Vance, vice president of the United States, stated, 2026-02-05; article)",
    )


def test_sources_say_how_much_rests_on_one_document_and_that_no_grade_vouches_for_a_size(
    crisis, book
):
    documents, alone, graded = map(plain, sources(crisis, book))

    assert documents.startswith("89 claims come from 8 documents, 79 of them from one: “US and")
    count = len(crisis.numbers)
    assert alone == (
        f"Of the {count} inputs, {count - 108} rest on no claim. Of the other 108, 97 rest on that "
        "document alone."
    )
    assert graded.startswith("Claims give a figure for 2 inputs. For 106 more")


def test_claims_that_nothing_rests_on_are_listed_apart(crisis, book):
    section = claims(crisis, book)
    used, unused = (
        {row[0]: row[1:4] for row in table_of(section, key).rows}
        for key in ("claims", "claims-unused")
    )

    assert unused["order-to-mass"] == ("F2", "0", "0")
    assert used["leverage-or-provocation"] == ("F3", "0", "1")
    assert used["fire-back"] == ("F2", "1", "2")
    assert used.keys() | unused.keys() == set(crisis.claims)


def test_a_number_that_no_claim_gives_says_that_its_size_is_assumed(crisis, book):
    rows = rows_of(claims(crisis, book), "graded")
    vowed, price = (
        next(row for name, row in rows.items() if name.endswith(f" (actors.iran.{key})"))
        for key in ("has_vowed", "vow_price")
    )

    assert vowed[1:] == ("F2", "fire-back")
    assert price[1:] == ("size assumed", "fire-back, warning-not-threat")


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

    must_say(claims(bare, ledger((), {})), "no number rests on a document")


def test_as_many_claims_are_listed_as_are_counted(found):
    six = {f"moving{place}": MADE["moving"] for place in range(6)}
    blocks = list(moving(replace(found, claims=six)))
    (table,) = (block for block in blocks if isinstance(block, Table))

    assert [row[0] for row in table.rows] == [f"x ({key})" for key in six]
    assert any(
        "in this model: 6 of 6." in plain(one.words) for one in blocks if isinstance(one, Sentence)
    )

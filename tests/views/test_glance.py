"""What fits on one screen: a run's answer and picture, and what it rests on."""

from dataclasses import replace

import pytest

from detente import course, influence, summarise
from detente.estimate.estimate import Estimate
from detente.evidence import ledger
from detente.questions.drivers import Driver, Drivers
from detente.questions.drivers.swings import Swing
from detente.questions.influence import Shift, UnlistedClaims
from detente.text import between
from detente.views import glance
from detente.views.render.grid import Screen
from detente.views.render.terminal import to_text
from tests.views.reading import must_say

LINES = 40
MOVED = Swing(0.043, 0.018, 0.081, agree=1.0, worlds=24)
UNSURE = Swing(0.02, -0.01, 0.05, agree=0.9, worlds=24)


@pytest.fixture(scope="module")
def book(crisis):
    return ledger(crisis.numbers.items(), crisis.claims, hypotheses=crisis.sentences)


@pytest.fixture
def evidence(run, crisis, book):
    """What a run rests on, as if claims had been reversed and drivers found."""
    found = influence(run, play=False)
    surely, unsurely = (Shift(MOVED, True, None), Shift(UNSURE, False, None))
    claims = {
        key: replace(one, shifts={"any_war": surely, "deal": unsurely})
        for key, one in list(found.claims.items())[:12]
    }
    unlisted = dict.fromkeys(found.outcomes, UnlistedClaims(77, 0.013))
    played = replace(found, claims=claims, worlds=40, unlisted=unlisted, notes=())
    total = Estimate(0.2, 0.1, 0.3)
    numbers = {row.field: Driver(MOVED, total) for row in book.unsupported[:9]}
    known = Drivers(run, "base", "any_war", 40, 0.2, 0.1, crisis, numbers=numbers)
    return glance.of_evidence(played, {"any_war": known}, crisis, book)


def lines(section):
    return to_text([section], Screen(room=100)).splitlines()


def test_a_run_fits_one_screen_with_its_answer_its_picture_and_what_to_ask_next(run):
    section = glance.of_run(summarise(run), course(run))

    assert len(lines(section)) <= LINES
    must_say(
        section,
        "War ",
        "Where the crisis stands by date, in % (settled: without a deal)",
        "6 Feb 2026",
        "In this model wars begin most often as follows: ",
        f"The run lies in {run.folder}",
        f"detente show {run.folder} --all",
    )


def test_numbers_of_a_date_add_up_to_all_futures_and_are_what_stands_above_them(run):
    summary, followed = summarise(run), course(run)
    bars = glance.of_run(summary, followed).blocks[0].bars
    last = dict(zip(bars.heads[1:], map(float, bars.rows[-1].cells), strict=True))
    shares = {key: 100.0 * one.value for key, one in summary.base.outcomes.items()}
    goes_on = shares["containment"] + shares["talks_failed"]

    assert {round(sum(map(float, row.cells)), 9) for row in bars.rows} == {100.0}
    assert last["deal"] == pytest.approx(shares["deal"], abs=0.1)
    assert last["settled"] == pytest.approx(shares["settled"] - shares["deal"], abs=0.1)
    assert last["unresolved"] == pytest.approx(goes_on, abs=0.1)
    assert last["strike"] == pytest.approx(shares["limited_strike"], abs=0.1)
    assert last["war"] == pytest.approx(shares["any_war"], abs=0.1)


def test_what_a_pack_rests_on_fits_one_screen_with_its_weakest_claims(crisis, book):
    section = glance.of_pack(crisis, book)

    assert len(lines(section)) <= LINES
    must_say(
        section,
        "89 claims come from 8 documents",
        "Weak claims on which many numbers rest",
        "Numbers without a claim rest on a general default (",
        "Hypotheses in the pack: 10",
        "detente evidence oman-2026 --all",
    )


def test_what_a_run_rests_on_leads_with_what_surely_moves_outcomes_and_rests_on_least(
    crisis, evidence
):
    must_say(
        evidence,
        f"war by 4.3 ({between('1.8', '8.1')}) points",
        "No claim clearly moves any deal when it is reversed.",
        "Claims tested that clearly move any deal in this model: 0 of 12. We cannot tell "
        "from this run whether the other 12 do; about 54 sets of assumptions would show it for "
        "one of them.",
        "Numbers that rest on no claim and clearly move war, in points",
        f"Of the {len(crisis.numbers)} inputs, {len(crisis.numbers) - 108} rest on no claim",
    )

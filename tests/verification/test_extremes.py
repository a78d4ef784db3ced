"""Packs drawn by chance are played, and what is not finite, not lawful, hung or dead is told."""

import os
import time

import numpy as np
import pytest

from detente import pack
from detente.ensemble.encode import encode
from detente.errors import DetenteError, UnsolvedError
from detente.kernel.crisis import solve
from detente.kernel.endings import FUTURE
from verification import extremes, playing, watching
from verification.drawn import draw
from verification.playing import Case, Outcome, attempt, wrong_rows, wrong_solution

NUMBERS = (
    "cuba-1962:actors.us.standoff_cost=1.0",
    "june-2025:arsenals.iran.drones.launch_capacity=1000000.0",
    "oman-2026:actors.us.force_cost=1.0",
    "reference-violent:moves.precision=60.0",
)


@pytest.fixture(scope="module")
def drawn():
    return [draw(extremes.SEED, index) for index in range(12)]


def test_drawn_packs_are_sound(drawn):
    assert [pack.reading.faults for pack in drawn] == [()] * 12


def test_drawn_packs_differ_in_parts_and_in_forms_of_numbers(drawn):
    kinds = {number.kind for pack in drawn for number in pack.reading.numbers.values()}

    assert len({len(pack.reading.numbers) for pack in drawn}) == 12
    assert kinds == {"fixed", "range", "values", "chance", "gamma", "accepted"}


def test_a_drawn_pack_is_the_same_for_the_same_seed_and_index(drawn):
    assert draw(extremes.SEED, 3).text == drawn[3].text
    assert draw(extremes.SEED + 1, 3).text != drawn[3].text


@pytest.mark.parametrize("name", [*map(str, range(12)), *NUMBERS])
def test_what_a_pack_may_hold_is_played(name):
    outcome = attempt(Case(extremes.SEED, name))

    assert outcome.verdict == "clean", outcome


@pytest.fixture
def solved():
    crisis = pack.load("reference-violent")
    values = {field: number.mean or number.low for field, number in crisis.numbers.items()}
    return solve(encode(crisis, values, grid="tiny", horizon=2))


def test_a_solution_as_it_should_be_has_nothing_wrong(solved):
    assert list(wrong_solution(solved)) == []


def test_a_figure_of_a_solution_that_is_not_finite_is_told(solved):
    solved.policies.worth[0, 0, 0, 0, 0, 0, 0] = np.nan
    solved.war.worth[0, 0, 0, 0, 0, 0] = np.inf

    assert {one.told for one in wrong_solution(solved)} == {
        "NaN in worth",
        "infinite in worth of force",
    }


def test_a_policy_that_does_not_add_up_to_1_is_told(solved):
    solved.policies.challenger[0, 0, 0, 0, 0, 0, 0] *= 0.9

    assert [one.verdict for one in wrong_solution(solved)] == ["unlawful"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("damage", np.nan), ("damage", 1.5), ("ending", 8), ("ending_day", 91), ("trigger", 2)],
)
def test_a_future_that_cannot_be_is_told(column, value):
    rows = np.zeros(2, FUTURE)
    rows["settlement"] = rows["ending"] = 3
    rows["initiator"] = rows["first_force_day"] = -1
    rows["broken_deal_day"] = rows["broken_day"] = -1
    sound = list(wrong_rows(rows, 90))
    rows[column][1] = value

    assert sound == []
    assert list(wrong_rows(rows, 90)) != []


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (IndexError("out of bounds"), "failed"),
        (UnsolvedError("not finite"), "not finite"),
        (DetenteError("did not settle"), "refused"),
    ],
)
def test_an_error_is_told_and_only_one_in_words_is_none(monkeypatch, error, verdict):
    def play(*_given, **_more):
        raise error

    monkeypatch.setattr(playing, "all_wrong", play)
    outcome = attempt(Case(1, NUMBERS[0]))

    assert outcome.verdict == verdict
    assert (verdict in extremes.FINE) == (verdict == "refused")


def test_a_number_of_a_shipped_pack_that_check_refuses_is_a_failure():
    outcome = attempt(Case(1, "cuba-1962:moves.precision=61.0"))

    assert outcome.verdict == "failed"


def perform(case):
    if case.name == "hangs":
        while True:
            pass
    if case.name == "dies":
        os.abort()
    if case.name == "waits":
        time.sleep(60)
    return Outcome(case, "clean")


def test_what_hangs_or_dies_is_named_and_the_rest_go_on(monkeypatch):
    monkeypatch.setattr(watching, "LONGEST", 0.2)
    monkeypatch.setattr(watching, "LONGEST_BY_CLOCK", 3.0)
    monkeypatch.setattr(watching, "A_LOOK", 0.05)
    cases = [Case(1, name) for name in ("hangs", "first", "waits", "dies", "second")]
    played = watching.watched(cases, processes=2, perform=perform, warm_up=None)

    assert [(one.case.name, one.verdict) for one in played] == [
        ("hangs", "hung"),
        ("first", "clean"),
        ("waits", "hung"),
        ("dies", "died"),
        ("second", "clean"),
    ]


@pytest.mark.parametrize("verdict", ["not finite", "unlawful", "failed", "hung", "died"])
def test_a_failure_is_told_with_how_to_play_it_again(capsys, verdict):
    outcomes = [Outcome(Case(5, "7"), verdict, "of some kind"), Outcome(Case(5, "8"), "clean")]
    status = extremes.report(outcomes)
    out = capsys.readouterr().out

    assert status == 1
    assert "verification.extremes --seed 5 --only '7'" in out


def test_too_few_sound_packs_fail_and_what_is_refused_in_words_does_not(capsys):
    sound = [Outcome(Case(1, str(index)), "refused", "in words") for index in range(18)]
    invalid = [Outcome(Case(1, "18"), "invalid"), Outcome(Case(1, "19"), "invalid")]

    assert extremes.report(sound) == 0
    assert extremes.report([*sound, *invalid]) == 1
    assert "18 times refused: in words" in capsys.readouterr().out


def test_every_number_of_the_shipped_packs_is_put_at_both_ends():
    names = set(extremes.numbers())

    assert {f"{name}:moves.precision=60.0" for name in pack.shipped()} <= names
    assert {
        f"{name}:incidents.hotline={end}" for name in pack.shipped() for end in ("0.0", "1.0")
    } <= names


def test_the_numbers_that_a_failure_hangs_on_are_found():
    case = Case(1, "2")
    culprits = {"moves.discount", "war.persistence"}

    def ask(tried):
        return Outcome(tried, "clean" if culprits & tried.calm else "failed")

    found = extremes.blamed(Outcome(case, "failed"), ask)

    assert set(found) == culprits

"""The record of past crises: its packs can be played, and its scores are what they say."""

import tomllib
from datetime import date

import numpy as np
import pytest

from detente.estimate.estimate import Estimate
from detente.kernel.endings import FUTURE
from detente.pack.answers import read_answers
from detente.questions.past.record import UNCLEAR
from verification.model.record import (
    ANSWERS,
    NOTED,
    Answered,
    came_by,
    jackknife,
    scored,
)

RECORD = tomllib.loads(NOTED.read_text(encoding="utf-8"))
INVASION = {"outcome": "invasion", "began": ["challenger"]}


def answered(crisis: str, given: float, *, came: bool) -> Answered:
    noted = {"crisis": crisis, "day": date(2031, 3, 1), "by": date(2031, 6, 1)}
    noted |= {"event": date(2031, 4, 1)} if came else {}
    return Answered(
        noted, Estimate(given, given, given), {"model": given, "others": 0.5, "mixture": 0.5}
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in ANSWERS.glob("*.toml")))
def test_answers_of_the_record_have_no_faults(name):
    assert read_answers(ANSWERS / f"{name}.toml")


def test_every_question_and_every_crisis_is_of_a_pack_that_is_played():
    named = {one["play"] for one in RECORD["questions"]} | set(RECORD["happened"])
    happened = sorted(crisis for one in RECORD["happened"].values() for crisis in one["of"])

    assert named <= set(RECORD["plays"])
    assert happened == sorted({one["crisis"] for one in RECORD["questions"]})


@pytest.mark.parametrize(
    ("began", "scale", "war_day", "is_invasion"),
    [(0, 1, -1, True), (0, 0, 7, True), (0, 0, -1, False), (1, 1, 5, False), (0, 0, 90, False)],
)
def test_an_invasion_is_a_campaign_or_a_war_by_the_day_that_its_side_began(
    began, scale, war_day, is_invasion
):
    rows = np.zeros(1, FUTURE)
    rows["first_force_day"], rows["began"], rows["scale"] = 5, began, scale
    rows["war_day"] = war_day

    assert came_by(INVASION, rows, 60)[0] == is_invasion


def test_the_interval_of_two_crises_is_that_of_one_degree_of_freedom():
    mean, low, high = jackknife(np.array([0.0, 1.0]))

    assert mean == 0.5
    assert high - mean == mean - low > 2.0


def test_more_questions_of_one_crisis_do_not_count_as_more_crises():
    some = [answered("one", 0.9, came=True), answered("two", 0.1, came=True)]
    model, *others = scored("clean", [[*some, *some[:1] * 20]] * 2)

    assert (model["questions"], model["crises"], model["brier"][0]) == (22, 2, 0.41)
    assert {one["so"] for one in others} == {UNCLEAR}


def test_a_verdict_needs_the_same_sign_on_both_seeds():
    good, bad = ([answered(crisis, given, came=True) for crisis in "abc"] for given in (0.9, 0.1))
    verdicts = [
        next(row["so"] for row in scored("clean", seeds) if row["view"] == "others")
        for seeds in ([good, good], [bad, bad], [good, bad])
    ]

    assert verdicts == ["model is better", "model is worse", UNCLEAR]

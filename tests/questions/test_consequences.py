"""What is taken, lost and paid is a consequence: nothing asks for it or is ranked by it."""

from types import SimpleNamespace

import numpy as np
import pytest

from detente import DetenteError, ask, compare, discover, drivers, find, pack, weigh, whatif
from detente.ensemble.measures import CONSEQUENCES, LOSSES, MEASURES
from detente.kernel.endings import FUTURE
from detente.questions.conditions import notes_of_force, read_numbers
from detente.questions.whatif import consequences_of, row_of
from detente.table.debrief import branch_share
from detente.views.programs import QUESTIONS as ASSISTANT
from detente.views.programs import parameters_of
from tests.standin import played

RANGES = dict.fromkeys(CONSEQUENCES, ".5:") | {"taken_day": "3:", "blockade_days": "3:"}
QUESTIONS = {
    "ask": lambda run, name, _: ask(run, outcome=name),
    "ask, given": lambda run, name, ends: ask(run, given=[f"{name}={ends}"]),
    "find": lambda run, name, ends: find(run, given=[f"{name}={ends}"]),
    "discover": lambda run, name, _: discover(run, outcome=name),
    "drivers": lambda run, name, _: drivers(run, outcome=name),
    "weigh": lambda run, name, ends: weigh(run, f"{name}={ends}=.5"),
    "compare": lambda run, name, _: compare(run, outcome=name),
    "compare, below": lambda run, name, _: compare(run, below={name: 0.5}),
    "debrief": lambda _run, name, _: branch_share(np.zeros(1, FUTURE), name),
}
NAMED = {
    "outcome": lambda name, _: name,
    "outcomes": lambda name, _: (name,),
    "ending": lambda name, _: name,
    "given": lambda name, ends: (f"{name}={ends}",),
    "to": lambda name, ends: (f"{name}={ends}=.5",),
}
"""Where an assistant may name an outcome or a condition, and how it would name a consequence."""


def asked_as(question, parameter):
    """Return a question of an assistant that names a consequence in one of its parameters."""
    changes = {"changes": ("talks.fade_rate=0.02",)} if question.name == "whatif" else {}

    def asks(run, name, ends):
        given = {parameter: NAMED[parameter](name, ends)} | changes
        question.answer(run, lambda _: None, **given)

    return asks


QUESTIONS |= {
    f"assistant: {question.name}, {parameter}": asked_as(question, parameter)
    for question in ASSISTANT
    for parameter in parameters_of(question.answer).model_fields
    if parameter in NAMED
}


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    return played(crisis, tmp_path_factory.mktemp("runs") / "run", futures=640, worlds=32)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", RANGES)
def test_a_consequence_is_no_outcome_no_condition_and_no_goal(run, name, question):
    with pytest.raises(DetenteError, match=f"{name} is shown as a consequence"):
        QUESTIONS[question](run, name, RANGES[name])


def test_whatever_a_side_or_others_lose_is_a_consequence():
    named = [name for name in FUTURE.names if name.endswith(("_loss", "_cost"))]

    assert set(named) <= set(CONSEQUENCES) <= set(FUTURE.names)
    assert set(LOSSES) <= set(CONSEQUENCES) & set(MEASURES)


def test_a_range_of_the_challengers_force_answers_on_war_force_and_deals_alone(run):
    with pytest.raises(DetenteError, match="defender_yields is not asked of a range"):
        whatif(run, {"posture.presence": (0.1, 0.9)}, outcomes=["force", "defender_yields"])


def test_what_if_reads_consequences_of_packs_that_can_have_some(crisis):
    futures = np.zeros(4, FUTURE)
    futures["front"] = -1.0, -1.0, 0.2, 0.9
    rows = row_of(SimpleNamespace(played=lambda: futures))
    fought, held = consequences_of(pack.load("shatt-1980"))

    assert [one.read(rows).over(None) for one in (fought, held)] == [0.5, 0.25]
    assert consequences_of(crisis) == ()


def test_where_the_challengers_force_is_not_ranged_over_that_is_said(run):
    for outcome, is_left_out in (("defender_yields", True), ("force", False)):
        fields = read_numbers(run, 32, [outcome])[0].fields
        notes = list(notes_of_force(run.crisis, [outcome]))

        assert ("posture.presence" in fields) is not is_left_out
        assert ["of the challenger's force are left out" in note for note in notes] == (
            [True] if is_left_out else []
        )

"""What was taken and a front are consequences: nothing asks for them or is ranked by them."""

import pytest

from detente import DetenteError, ask, compare, discover, drivers, find, simulate, weigh
from detente.ensemble import runners
from tests.standin import KERNEL

TAKEN = "taken"
QUESTIONS = {
    "ask": lambda run: ask(run, outcome=TAKEN),
    "ask, given": lambda run: ask(run, given=[f"{TAKEN}=.5:"]),
    "find": lambda run: find(run, given=[f"{TAKEN}=.5:"]),
    "find, day": lambda run: find(run, given=["taken_day=3:"]),
    "find, front": lambda run: find(run, given=["front=.5:"]),
    "drivers, front": lambda run: drivers(run, outcome="front"),
    "discover": lambda run: discover(run, outcome=TAKEN),
    "drivers": lambda run: drivers(run, outcome=TAKEN),
    "weigh": lambda run: weigh(run, f"{TAKEN}=.5:=.5"),
    "compare": lambda run: compare(run, outcome=TAKEN),
    "compare, below": lambda run: compare(run, below={TAKEN: 0.5}),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        out = tmp_path_factory.mktemp("runs") / "run"
        return simulate(crisis, futures=640, worlds=32, threads=1, out=out)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_was_taken_or_held_is_no_outcome_no_condition_and_no_goal(run, question):
    with pytest.raises(DetenteError, match=r"(taken\w*|front) is shown as a consequence"):
        QUESTIONS[question](run)

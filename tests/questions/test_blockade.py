"""Days under a blockade are a consequence: nothing asks for them, and nothing is ranked by them."""

import pytest

from detente import DetenteError, ask, compare, discover, drivers, find, simulate, weigh
from detente.ensemble import runners
from tests.standin import KERNEL

DAYS = "blockade_days"
QUESTIONS = {
    "ask": lambda run: ask(run, outcome=DAYS),
    "ask, given": lambda run: ask(run, given=[f"{DAYS}=3:"]),
    "find": lambda run: find(run, given=[f"{DAYS}=3:"]),
    "discover": lambda run: discover(run, outcome=DAYS),
    "drivers": lambda run: drivers(run, outcome=DAYS),
    "weigh": lambda run: weigh(run, f"{DAYS}=3:=.5"),
    "compare": lambda run: compare(run, outcome=DAYS),
    "compare, below": lambda run: compare(run, below={DAYS: 3.0}),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        out = tmp_path_factory.mktemp("runs") / "run"
        return simulate(crisis, futures=640, worlds=32, threads=1, out=out)


@pytest.mark.parametrize("question", QUESTIONS)
def test_days_of_a_blockade_are_no_outcome_no_condition_and_no_goal(run, question):
    with pytest.raises(DetenteError, match=DAYS):
        QUESTIONS[question](run)

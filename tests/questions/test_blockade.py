"""Days under a blockade are a consequence: nothing asks for them, and nothing is ranked by them."""

import pytest

from detente import (
    DetenteError,
    ask,
    compare,
    discover,
    drivers,
    find,
    load,
    simulate,
    summarise,
    weigh,
)
from detente.ensemble import runners
from detente.ensemble.design import quantile
from detente.ensemble.encode.agenda import Settled
from detente.questions.names import packages_in_words
from detente.views.blocks import Listing, plain
from detente.views.endings import blocks
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


def test_harm_and_disputed_legality_stand_next_to_the_days_of_a_blockade(tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        run = simulate(load("cuba-1962"), futures=64, worlds=8, threads=1, out=tmp_path / "run")
    (shown,) = (
        block
        for block in blocks(summarise(run))
        if isinstance(block, Listing) and "consequences" in block.title
    )
    blockade = run.crisis.model.blockade

    assert shown.title.startswith("The quarantine of Cuba")
    assert plain(shown.items[0]).startswith("It stands on 0 days")
    assert blockade.harm in plain(shown.items[1])
    assert blockade.legality in plain(shown.items[2])


def test_every_package_says_how_it_ends_a_blockade():
    crisis = load("cuba-1962")
    values = {path: quantile(number, 0.5) for path, number in crisis.numbers.items()}

    assert all(
        package.endswith("; the quarantine ends")
        for package in packages_in_words(Settled(crisis, values))
    )

"""Which change is clear, which option beats another, and what differs on the way."""

import numpy as np
import pytest

from detente import compare, simulate
from detente.ensemble import runners
from detente.estimate.estimate import Estimate
from detente.estimate.paired import beaten, clearly, exchange_of
from detente.kernel.endings import FirstShot
from tests.questions.made_up import planted_kernel
from verification.evidence.comparison import made_up

WORLDS = 20


def differs(difference, low, high):
    return Estimate(difference, low, high, low, high, low, high, "difference")


@pytest.mark.parametrize(
    ("measure", "difference", "sign"),
    [
        ("any_war", differs(-0.02, -0.03, -0.01), 1),
        ("any_war", differs(-0.009, -0.012, -0.006), 0),
        ("any_war", differs(-0.02, -0.05, 0.01), 0),
        ("any_war", differs(-0.02, -0.0345, -0.0055), 0),
        ("any_war", differs(-0.02, -0.0335, -0.0065), 1),
        ("deal", differs(-0.02, -0.03, -0.01), -1),
        ("defender_loss", differs(-0.02, -0.03, -0.01), 1),
        ("world_cost", differs(0.5, 0.4, 0.6), 0),
    ],
)
def test_clear_is_a_point_or_more_with_an_interval_that_does_not_hold_0(measure, difference, sign):
    assert clearly(measure, difference) == sign


def test_the_wish_that_is_asked_for_turns_the_sign_round():
    assert clearly("any_war", differs(-0.02, -0.03, -0.01), better=1) == -1


def where(*worlds):
    """Return shares of an outcome that comes always in the first so many worlds, else never."""
    return np.array([[float(world < there) for there in worlds] for world in range(WORLDS)])


def pairs_of(war, force, deal):
    by_outcome = {"any_war": war, "force": force, "deal": deal}
    rng = np.random.default_rng(1)
    drawn = {key: made_up(where(*some), 10, rng) for key, some in by_outcome.items()}
    together = {key: pairs.together["war"] for key, pairs in drawn.items()}
    return drawn["any_war"]._replace(together=together)


def test_an_option_beats_what_is_clearly_worse_by_one_count_and_no_better_by_the_others():
    pairs = pairs_of(war=(10, 4, 10), force=(12, 12, 13), deal=(5, 5, 5))

    assert beaten(pairs, ("option_1", "option_0", "option_2")) == {
        "option_0": "option_1",
        "option_2": "option_1",
    }


def test_an_option_beats_nobody_who_is_better_by_any_count():
    pairs = pairs_of(war=(10, 4, 10), force=(12, 13, 12), deal=(5, 5, 6))

    assert beaten(pairs, ("option_1", "option_2")) == {}


@pytest.fixture(scope="module")
def found(crisis, tmp_path_factory):
    """Compare a run in which the hotline helps and nothing else does anything."""
    size = {"futures": 320, "worlds": 32, "threads": 1, "options": ["hotline", "base_defences"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: planted_kernel(0.2))
        return compare(simulate(crisis, **size, out=tmp_path_factory.mktemp("compared") / "run"))


def test_an_option_that_another_beats_is_named_with_what_the_pack_says_of_it(found, crisis):
    printed = found.as_json()

    assert printed["dominated"] == {"base": "hotline", "base_defences": "hotline"}
    assert printed["options"]["hotline"]["says"] == crisis.options["hotline"].says


def test_what_an_option_wins_and_loses_makes_up_its_difference(found):
    exchange = exchange_of(found.pairs, "hotline", "any_war")
    won, lost = sum(exchange.won.values()), sum(exchange.lost.values())

    assert won - lost == pytest.approx(found.options["hotline"].difference.value)
    assert lost > 0.0
    assert sum(exchange.first_shots[FirstShot.CHOSEN_FORCE]) > 0.0

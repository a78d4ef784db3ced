"""Tests that numbers of what was played again are worked out anew, and a wrong one is found."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import detente
from detente.analysis.causes.credit import plan_of
from detente.analysis.influence import influence
from detente.ensemble import runners
from detente.views import causes, drivers, evidence, hypotheses
from tests.analysis.held import PLANTED, PLANTED_KERNEL, contrast, written
from tests.standin import KERNEL, world
from verification import numbers_of_causes, numbers_of_drivers, numbers_of_hypotheses
from verification.intervals import reaches
from verification.numbers import fixed, judge

SIZE = {"worlds": 16, "futures": 3200, "threads": 1}
NO_FORCE = SimpleNamespace(sides={})
TESTS = (
    contrast(0.1, 0.9),
    contrast(0.1, 0.9, measure="breakdown"),
    'kind = "level"\nmeasures = ["joined", "war_days"]',
    f'kind = "turn"\nmeasures = ["deal"]\nsteps = [{{ "{PLANTED}" = 0.1 }}, '
    f'{{ "{PLANTED}" = 0.5 }}, {{ "{PLANTED}" = 0.9 }}]',
    f'kind = "larger"\nmeasures = ["force"]\nsteps = [{{ "{PLANTED}" = 0.1 }}, '
    f'{{ "{PLANTED}" = 0.9 }}]\nothers = [{{ "moves.offer" = 0.1 }}, {{ "moves.offer" = 0.9 }}]',
    f'kind = "groups"\nmeasures = ["any_war"]\ngroup.up = ["{PLANTED}"]\n'
    'other_group.down = ["relief.challenger_cost"]',
    'kind = "causes"\nmore = ["miscalculation"]\nthan = ["deliberate", "none"]',
)


def encode(_crisis, values, *, horizon, **_):
    """Let war hang on what each kind of number may be."""
    vow, days = values["actors.iran.vow_price"], values["war.campaign_days"]
    return world(0.1 + 3.0 * vow + 0.004 * days + 0.2 * values["talks.wide_agenda"], horizon)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a run with causes, drivers and claims, of a stand-in for the kernel."""
    crisis, folder = detente.load("oman-2026"), tmp_path_factory.mktemp("numbers") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=encode))
        run = detente.simulate(crisis, changes=fixed(crisis), out=folder, **SIZE)
        detente.causes(run, worlds=8, threads=1)
        detente.drivers(run, threads=1)
        influence(run, threads=1)
        yield run


@pytest.fixture(scope="module")
def tested(tmp_path_factory):
    """Return the hypotheses of the least pack, tested with the stand-in."""
    folder = tmp_path_factory.mktemp("tested")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: PLANTED_KERNEL)
        crisis = written(folder / "pack", TESTS)
        run = detente.simulate(crisis, out=folder / "run", **SIZE)
        yield detente.hypotheses(run, threads=1)


def judged(of, run, section):
    """Return of each part how many numbers were found and missed, of those that are worked out."""
    told = judge([section], list(of.known(run.folder, {})))
    return {part: (one.found, len(one.missed)) for part, one in told.items() if not one.unknown}


def test_what_war_is_owed_to_is_worked_out_anew_and_another_share_is_missed(run):
    found = detente.causes(run, worlds=8, threads=1)
    key = "causes", "friction"
    shares = {
        **found.shares,
        key: found.shares[key]._replace(share=found.shares[key].share + 0.001),
    }
    right = judged(numbers_of_causes, run, causes.section(found))
    wrong = judged(numbers_of_causes, run, causes.section(replace(found, shares=shares)))

    assert right["causes"][0] == 55
    assert right["causes"][1] == right["causes-and-kinds"][1] == right["causes-removals"][1] == 0
    assert wrong["causes"][1] == 1


def test_what_an_outcome_turns_on_is_worked_out_anew_and_another_bound_is_missed(run):
    found = detente.drivers(run, threads=1)
    farther = found.unlisted._replace(below=found.unlisted.below + 0.001)
    right, wrong = (
        judged(numbers_of_drivers, run, drivers.turning(run, {"any_war": one}, {}, NO_FORCE))
        for one in (found, replace(found, unlisted=farther))
    )

    assert found.numbers
    assert right.keys() >= {"numbers-any_war", "variance-any_war"}
    assert not any(missed for _, missed in right.values())
    assert wrong["turning, answer"][1] == 1


def test_how_far_claims_move_outcomes_is_worked_out_anew_and_another_shift_is_missed(run):
    found = influence(run, threads=1)
    key = next(key for key, one in found.claims.items() if one.is_told)
    one = found.claims[key]
    shift = one.shifts["any_war"]
    moved = shift._replace(swing=shift.swing._replace(swing=shift.swing.swing + 0.001))
    claims = {**found.claims, key: replace(one, shifts={**one.shifts, "any_war": moved})}
    right = judged(numbers_of_drivers, run, evidence.resting(found))
    wrong = judged(numbers_of_drivers, run, evidence.resting(replace(found, claims=claims)))

    assert right.keys() >= {"evidence_any_war", "influence", "resting, sentences"}
    assert not any(missed for _, missed in right.values())
    assert wrong["influence"][1] == wrong["evidence_any_war"][1] == 1


def test_what_tests_of_hypotheses_find_is_worked_out_anew_and_another_end_is_missed(tested):
    (one,) = tested.tested
    first, *others = one.by_test
    estimate = first[0].estimate
    shifted = first[0]._replace(estimate=estimate._replace(low=estimate.low - 0.001))
    other = replace(tested, tested=(replace(one, by_test=((shifted,), *others)),))
    right = judged(numbers_of_hypotheses, tested.run, hypotheses.section(tested))
    wrong = judged(numbers_of_hypotheses, tested.run, hypotheses.section(other))

    assert right["hypotheses-tests"] == (3 * len(one.results), 0)
    assert right["hypotheses, cards"][1] == 0
    assert wrong["hypotheses, cards"][1] == 1


def test_a_war_that_hangs_on_one_mechanism_is_owed_to_it():
    plan = plan_of(1, 5)
    wars = {subset: np.array([bool(subset >> 4 & 1)]) for subset in plan.subsets}
    due = numbers_of_causes.owed(wars, 1, 5)[:, 0]

    assert due == pytest.approx(np.eye(10)[4])


def test_an_interval_reaches_farther_to_the_side_where_single_worlds_lie_far_off():
    even, leaning = reaches(np.arange(-8.0, 9.0)), reaches(np.arange(17.0) ** 4)

    assert even[0] == pytest.approx(even[1])
    assert leaning[1] > leaning[0]

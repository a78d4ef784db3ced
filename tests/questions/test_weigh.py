import json

import numpy as np
import pytest

from detente import DetenteError, ask, weigh
from detente.ensemble import runners
from detente.ensemble.weights import read
from detente.questions.past.reference import reference_of
from detente.questions.weigh.views import view_of
from tests.standin import KERNEL, played

MOVES = "talks.fade_rate"
"""The number by which futures of the stand-in end in force."""


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        folder = tmp_path_factory.mktemp("runs") / "run"
        return played(crisis, folder, worlds=64, futures=64 * 50)


def share(run, **asked):
    return ask(run, **asked).share.value


def weighted(run, found, outcome, by, given=()):
    """Return a share as `ask` counts it, with the weights."""
    asked = ask(run, outcome=outcome, by=by, given=given)
    weights = found.weighing.weights
    return float(weights @ asked.among.by_day / (weights @ asked.among.whole))


@pytest.mark.parametrize(
    ("views", "held"),
    [
        (["force@90=.15"], [("force", 90, (), 0.15)]),
        (["force@2026-05-07=15%"], [("force", 90, (), 0.15)]),
        (["force@90=.15", "any_war=.3"], [("force", 90, (), 0.15), ("any_war", 365, (), 0.3)]),
        (["any_war|force=.7"], [("any_war", 365, ("force",), 0.7)]),
    ],
)
def test_with_the_weights_the_run_has_what_is_held(run, views, held):
    found = weigh(run, views)

    for outcome, by, given, chance in held:
        assert weighted(run, found, outcome, by, given) == pytest.approx(chance)
        assert abs(share(run, outcome=outcome, by=by, given=given) - chance) > 0.01
    assert found.weighing.weights.mean() == pytest.approx(1.0)
    assert 8.0 <= found.weighing.effective < found.worlds


def test_a_range_moves_shares_to_its_nearer_end_and_no_farther(run):
    before = share(run, outcome="force")
    into, wide = weigh(run, f"force={before + 0.02:.3f}-.9"), weigh(run, "force=.1-.9")

    assert into.views[0].after == pytest.approx(float(f"{before + 0.02:.3f}"))
    assert wide.views[0].after == pytest.approx(before)
    assert wide.entropy == 0.0


def test_a_column_with_its_value_is_held_as_an_outcome_is(run):
    found = weigh(run, "violence=4|force=.3")

    assert found.views[0].after == pytest.approx(0.3)
    assert found.views[0].view.outcome == "violence=4"


def test_the_number_that_moves_is_named_and_new_worlds_confirm_it(run):
    before = share(run, outcome="force")
    found = weigh(run, f"force={before + 0.02:.3f}", play=True)
    moved = found.moved.numbers[0]
    quarters = [quarter.share.value for quarter in moved.quarters[0]]

    assert [one.field for one in found.moved.numbers] == [MOVES]
    assert quarters == sorted(quarters)
    assert moved.after > moved.before
    assert found.trial.is_confirmed
    assert weigh(run, f"force={before + 0.02:.3f}").trial is None


def test_weights_are_kept_and_the_run_stays_what_it_is(run):
    digest = run.digest
    found = weigh(run, "force@90=.15", name="forecaster-a")
    kept = read(run, "forecaster-a")

    assert kept.weights == pytest.approx(found.weighing.weights)
    assert kept.without.shape == (8, 64)
    file = json.loads((run.folder / "weighed" / "forecaster-a.json").read_text())
    assert file["views"] == ["force@90=.15"]
    assert file["effective"] == found.weighing.effective
    assert run.digest == digest


@pytest.mark.parametrize(
    ("views", "says"),
    [
        ([], "--to: no view is given; write OUTCOME@DATE=CHANCE"),
        (["force"], "--to force: says no chance; write"),
        (["forse=.3"], "--to forse=.3: there is no outcome 'forse'; did you mean"),
        (["force@90=1"], "--to force@90=1: 1 would be certain; no weights make anything certain"),
        (["force@90=0%"], "would be certain"),
        (["force@90=40"], "--to force@90=40: 40 is above 100 %; write 40% or .40"),
        (["force@90=.5-.3"], r"\.5-\.3 is not a range; write the lower end first"),
        (["force@90=maybe"], '"maybe" is not a chance'),
        (["force@2020-01-01=.3"], "lies before the as-of date; give a date from 2026-02-06"),
        (["force@400=.3"], "lies beyond the horizon; give a date from"),
        (["force|forse=.3"], "there is no column 'forse'"),
        (["force@90=.2", "force@2026-05-07=.3"], "is of the same question as force@90=.2"),
        (["view:market"], 'there is no view "market"; write outside.toml'),
    ],
)
def test_a_view_that_cannot_be_held_is_met_with_what_is_allowed(run, views, says):
    with pytest.raises(DetenteError, match=says):
        weigh(run, views)


def test_a_share_that_no_world_has_is_a_finding_about_the_model(run):
    with pytest.raises(DetenteError, match=r"the model cannot bring this about.*from \d.* to \d"):
        weigh(run, ["force=.95", "deal=.2"])
    with pytest.raises(DetenteError, match="no course of events of the run has force and deal"):
        weigh(run, "any_war|force|deal=.5")


def test_of_views_that_contradict_each_other_the_fewest_are_named(run):
    whole, part = share(run, outcome="force"), share(run, outcome="force", by=90)
    views = [f"force@90={part + 0.05:.3f}", f"force@91={part:.3f}", f"force={whole:.3f}"]

    with pytest.raises(DetenteError, match=r"contradict each other.*drop or widen one") as raised:
        weigh(run, views)
    assert raised.value.where == f"--to {views[0]} and {views[1]}"


def test_where_too_few_worlds_are_left_the_command_for_more_is_given(run):
    highest = float(view_count(run).max())

    with pytest.raises(
        DetenteError, match=r"8 are needed.*assumptions would be enough: detente run --resume"
    ):
        weigh(run, f"force={highest - 0.01:.3f}")


def view_count(run):
    counted = ask(run, outcome="force").among
    return np.asarray(counted.ever / counted.whole)


def test_a_view_reads_the_same_with_spaces(run):
    one, other = (
        view_of(run, "any_war @ 90 | force = 30 - 50%"),
        view_of(run, "any_war@90|force=.3-.5"),
    )

    assert one.asks == other.asks
    assert (one.low, one.high) == (0.3, 0.5)


def test_past_crises_are_a_view_by_name(run):
    past = reference_of(run.crisis).share("any_war", 90)
    view = view_of(run, "past:any_war@90")

    assert (view.low, view.high) == (past.value, past.value)
    assert "past crises of the kind" in view.who
    with pytest.raises(DetenteError, match="past crises do not have limited_strike; known are"):
        view_of(run, "past:limited_strike@90")

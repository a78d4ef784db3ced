import numpy as np
import pytest

from detente import DetenteError, ask, course, find, simulate
from detente.endings import Ending
from detente.ensemble import runners
from detente.estimate.intervals import estimate_ratio
from detente.kernel.endings import Violence
from detente.questions.asking import share_to_median
from tests.standin import KERNEL

SMALL = {"futures": 640, "worlds": 32, "threads": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(crisis, **SMALL, out=tmp_path_factory.mktemp("runs") / "run")


@pytest.mark.parametrize("outcome", ["any_war", "deal", "limited_strike", "settled"])
def test_without_a_condition_a_share_by_a_day_is_that_of_the_course(run, outcome):
    expected = course(run).shares_by(outcome, [90])[0].share

    assert ask(run, outcome=outcome, by=90).share.value == pytest.approx(expected.value)
    assert ask(run, outcome=outcome, by="2026-05-07").day == 90


def test_a_condition_leaves_the_futures_that_meet_it(run):
    rows = np.concatenate(list(run.rows()))
    begun = rows[(rows["initiator"] == 1) & (rows["ending_day"] <= 100)]
    found = ask(run, given=["first_force_by=iran", "ending_day=:2026-05-17"])

    assert found.futures == len(begun)
    assert found.worlds == len(np.unique(begun["world"]))
    assert found.share.value == pytest.approx(np.mean(begun["violence"] >= Violence.WAR))


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("deal_ever", "deal_ever=no"),
        ("first_force_day=0:", "first_force_day=never"),
        ("ending=war", "ending=0:7"),
    ],
)
def test_two_conditions_that_exclude_each_other_are_met_by_no_future(run, yes, no):
    with pytest.raises(DetenteError, match="no course of events of the run has"):
        ask(run, given=[yes, no])


def test_by_the_horizon_what_is_given_has_come(run):
    assert ask(run, outcome="war", given="war").share.value == 1.0
    assert ask(run, outcome="deal_ever", by=365, given="deal_ever").share.value == 1.0


def test_what_comes_on_the_day_itself_has_come_by_it(run):
    last = max(int(rows["first_force_day"].max()) for rows in run.rows())
    by_then, before, ever = (
        ask(run, outcome="force", by=day).share.value for day in (last, last - 1, None)
    )

    assert by_then == ever > before


@pytest.mark.parametrize("outcome", ["any_war", "war", "regional_war"])
def test_war_has_come_by_the_day_on_which_it_began_and_not_with_an_earlier_strike(run, outcome):
    rows = np.concatenate(list(run.rows()))
    late = rows[(rows["first_force_day"] <= 90) & (rows["war_day"] > 90)]
    wars = [one for one in Ending if one.name.lower() == outcome or outcome == "any_war"]
    begun = np.isin(rows["ending"], wars) & (rows["war_day"] >= 0) & (rows["war_day"] <= 90)

    assert len(late) > 0
    assert ask(run, outcome=outcome, by=90).share.value == pytest.approx(begun.mean())


def test_too_few_futures_under_a_condition_are_said(run):
    assert ask(run).notes == ()
    assert "meet this, in the equivalent of" in ask(run, given="world=0:3").notes[0]


def test_a_state_of_the_last_day_is_said_to_be_none_before_it(run):
    early = ask(run, outcome="containment", by=90)

    assert early.share.value == 0.0
    assert "uneasy containment counts only if it stands on the last day" in early.notes[0]
    assert ask(run, outcome="containment").notes == ()


def test_futures_of_one_world_say_nothing_of_others(run):
    share = ask(run, given="world=3").share

    assert (share.low, share.high) == (0.0, 1.0)


def test_the_interval_holds_the_true_share_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        often, likely = rng.beta(1.0, 3.0, 64), rng.beta(1.0, 3.0, 64)
        whole = rng.binomial(200, often)
        share = estimate_ratio(rng.binomial(whole, likely), whole, 200)
        held += share.low <= 0.25 <= share.high

    assert 0.87 <= held / 400 <= 0.95


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": "2026-02-05"}, "before the as-of date; give a date from 2026-02-06"),
        ({"by": "2027-02-07"}, "beyond the horizon; .* --horizon 366 reaches it"),
        ({"by": "soon"}, "'soon' is not a day; give a date such as"),
        ({"given": "first_forse_day=3"}, "did you mean first_force_day"),
        ({"given": "first_force_by=irak"}, "did you mean iran"),
        ({"given": "ending=wars"}, "did you mean war"),
        ({"given": "war_days=many"}, "'many' is not a number"),
        ({"given": "war_days=9:3"}, "write the lower end first: 3:9"),
        ({"given": "war_days"}, "has no value"),
        ({"given": "deal_ever=perhaps"}, "neither yes nor no"),
        ({"outcome": "wars"}, "did you mean war"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(run, asked, said):
    with pytest.raises(DetenteError, match=said):
        ask(run, **asked)


def test_early_and_late_futures_are_the_first_and_the_last(run):
    rows = np.concatenate(list(run.rows()))
    days = rows["first_force_day"][rows["ending"] == Ending.WAR]
    early, late = (find(run, ending="war", pick=one, count=1) for one in ("early", "late"))

    assert early.futures[0].first_force_day == days.min()
    assert late.futures[0].first_force_day == days.max()
    assert early.matching == len(days)


def test_the_typical_future_is_the_one_in_the_middle(run):
    rows = np.concatenate(list(run.rows()))
    days = rows["ending_day"][rows["ending"] == Ending.CHALLENGER_DROPS]
    found = find(run, ending="challenger_drops", count=1)

    assert abs(np.mean(days <= found.futures[0].ending_day) - 0.5) <= 1.0 / len(days)


def test_equal_values_are_one_place():
    assert share_to_median(np.array([-1, -1, -1, 5, 9]), np.ones(5)).tolist() == pytest.approx(
        [0.0, 0.0, 0.0, 0.1, 0.3]
    )


def test_none_that_match_is_refused(run):
    with pytest.raises(
        DetenteError, match="no course of events of the run has war and first_force_by=none"
    ):
        find(run, ending="war", begun_by="none")

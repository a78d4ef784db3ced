"""Hypotheses are tested by intervention, and a verdict is no surer than its interval."""

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from detente import DetenteError, Run, hypotheses, load, provenance, simulate
from detente.endings import Ending
from detente.ensemble import bundle, runners
from detente.ensemble.measures import FUTURES, KNOWN, LOSSES, MEASURES, OUTCOMES, Ratio
from detente.ensemble.weighing import Weighing
from detente.estimate.estimate import Estimate
from detente.kernel.causes import Mechanism
from detente.kernel.endings import EVENT, Event
from detente.pack.hypotheses import COUNTED, KINDS
from detente.pack.model import Outcome
from detente.pack.places import divides_attack
from detente.questions.hypotheses import ask, plan, played
from detente.questions.hypotheses.trying import (
    COLUMNS,
    acts_of,
    combined,
    criterion_of,
    larger,
    redraws,
    swings,
    turn,
)
from detente.questions.hypotheses.verdicts import (
    Criterion,
    decide,
    decisive,
    estimate,
    judge,
)
from tests.questions.held import BENT_KERNEL, PLANTED_KERNEL, contrast, written

SIZE = {"futures": 640, "worlds": 16, "threads": 1}


@pytest.fixture
def tested(tmp_path, monkeypatch):
    """Return a function that plays the least pack and tests what it holds."""

    def test(tests, *, kernel=PLANTED_KERNEL, more="", worlds=None):
        monkeypatch.setattr(runners, "kernel", lambda: kernel)
        crisis = written(tmp_path / "pack", tests, more=more)
        run = simulate(crisis, **SIZE, out=tmp_path / "run", overwrite=True)
        return hypotheses(run, worlds=worlds, threads=1).tested[0]

    return test


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: PLANTED_KERNEL)
    crisis = written(tmp_path / "pack", [contrast(0.1, 0.9)])
    return simulate(crisis, **SIZE, out=tmp_path / "run")


def test_what_was_tested_in_a_few_worlds_is_found_again_in_as_many(run):
    untested = played(run)
    hypotheses(run, worlds=8, threads=1)

    assert untested is None
    assert played(run).worlds == 8


def test_of_weighed_worlds_those_that_count_decide_and_few_decide_nothing(run):
    first = np.where(np.arange(16) < 10, 1.0, 0.0)
    weighed = replace(run, weighing=Weighing("first", first, np.tile(first, (8, 1))))
    found = hypotheses(weighed, threads=1).tested[0].results[0]
    alone = hypotheses(run, worlds=10, threads=1).tested[0].results[0]

    assert found.estimate.value == pytest.approx(alone.estimate.value)
    assert found.levels == pytest.approx(alone.levels)
    assert "10 sets of assumptions are too few" in found.why


def test_a_change_that_changes_nothing_moves_nothing_and_rejects_nothing(tested):
    found = tested([contrast(0.1, 0.9, field="moves.offer")])

    assert found.results[0].estimate == Estimate(0.0, 0.0, 0.0, 0.0, 0.0, kind="estimate")
    assert found.verdict == "cannot_tell"
    assert "has no effect here" in found.results[0].why


def test_a_planted_effect_is_found(tested):
    found = tested([contrast(0.1, 0.9)])

    assert found.results[0].estimate.low > 0.1
    assert found.results[0].holds_in == 1.0
    assert found.verdict == "supported"


def test_a_planted_effect_the_other_way_speaks_against_it(tested):
    assert tested([contrast(0.9, 0.1)]).verdict == "rejected"
    assert tested([contrast(0.9, 0.1, more='expects = "less"')]).verdict == "supported"


def test_steps_in_the_other_order_flip_the_sign_of_the_estimate_and_of_both_ends(tested):
    one = tested([contrast(0.1, 0.9)]).results[0].estimate
    other = tested([contrast(0.9, 0.1)]).results[0].estimate

    assert other.interval == (-one.value, -one.high, -one.low)


def test_an_effect_smaller_than_the_threshold_counts_as_none(tested):
    assert tested([contrast(0.1, 0.9, more="threshold = 0.9")]).verdict == "rejected"


def test_levels_are_those_of_the_steps_and_differ_by_the_estimate(tested):
    result = tested([contrast(0.1, 0.9)]).results[0]

    assert result.levels[1] - result.levels[0] == pytest.approx(result.estimate.value)


def test_a_level_is_held_against_its_threshold(tested):
    test = 'kind = "level"\nmeasures = ["any_war"]\nthreshold = {}'

    assert tested([test.format(0.01)]).verdict == "supported"
    assert tested([test.format(0.9)]).verdict == "rejected"


LARGER = """
kind = "larger"
measures = ["any_war"]
steps = [{{ "{0}" = 0.1 }}, {{ "{0}" = 0.9 }}]
others = [{{ "{1}" = 0.1 }}, {{ "{1}" = 0.9 }}]
"""


def test_the_change_that_moves_more_is_reported_and_exchanging_the_two_flips_the_sign(tested):
    one = tested([LARGER.format("venue.publicity", "moves.offer")])
    other = tested([LARGER.format("moves.offer", "venue.publicity")])

    assert (one.verdict, other.verdict) == ("supported", "rejected")
    assert other.results[0].estimate.value == pytest.approx(-one.results[0].estimate.value)


TURN = """
kind = "turn"
measures = ["any_war"]
steps = [{ "venue.publicity" = 0.1 }, { "venue.publicity" = 0.4 }, { "venue.publicity" = 0.9 }]
"""


def test_what_falls_and_then_rises_turns_and_what_only_rises_does_not(tested):
    assert tested([TURN], kernel=BENT_KERNEL).verdict == "supported"
    assert tested([TURN]).verdict == "rejected"


def test_what_rises_and_falls_by_as_much_has_the_range_over_worlds_that_either_has():
    rises = np.random.default_rng(1).normal(0.5, 0.1, (16, 50))
    found = turn(Criterion("", "", 1.0), [rises, -rises])

    assert found.estimate.interval == pytest.approx(estimate(rises).interval)
    assert found.estimate.spread == pytest.approx(estimate(rises).spread)


GROUPS = """
kind = "groups"
measures = ["any_war"]
group.up = ["{0}"]
other_group.down = ["{1}"]
"""


def test_the_group_that_moves_more_is_reported_and_exchanging_the_two_flips_every_sign(tested):
    one = tested([GROUPS.format("venue.publicity", "relief.challenger_cost")]).results
    other = tested([GROUPS.format("relief.challenger_cost", "venue.publicity")]).results

    assert one[1].verdict == "supported"
    assert other[1].verdict == "rejected"
    for first, second in zip(one, other, strict=True):
        assert second.estimate.value == pytest.approx(-first.estimate.value, nan_ok=True)


def test_what_divides_an_attack_is_drawn_again_with_its_group_and_never_swung(crisis, tmp_path):
    run = simulate(crisis, futures=32, worlds=16, threads=1, out=tmp_path / "run")
    bench = ask(run, ["will_over_balance"], None, 1)
    trial = crisis.hypotheses["will_over_balance"].tests[0]
    swung = {path for end in swings(trial, crisis) for path in end.settings}
    drawn = {path for group in redraws(trial, bench) for path in group.settings}

    assert not any(map(divides_attack, swung))
    assert any(map(divides_attack, drawn))
    assert swung <= drawn


CREDIT = 'kind = "causes"\nmore = {}\nthan = {}'
ALL = json.dumps([*(mechanism.name.lower() for mechanism in Mechanism), "none"])


def test_all_credit_together_is_war_and_exchanging_the_two_sides_flips_the_sign(tested):
    test = CREDIT.format(ALL, '["spoiler"]')
    one, other = tested([test]), tested([CREDIT.format('["spoiler"]', ALL)])
    mean = one.results[0].estimate.value

    assert mean > 0.0
    assert other.results[0].estimate.value == pytest.approx(-mean)
    assert (one.verdict, other.verdict) == ("supported", "rejected")


def test_with_fewer_than_sixteen_worlds_nothing_can_be_estimated(tested):
    found = tested([contrast(0.1, 0.9)], worlds=15)

    assert found.verdict == "cannot_tell"
    assert "15 sets of assumptions are too few" in found.why
    assert found.command.endswith("--only held --worlds 15")


def test_one_world_is_refused(tested):
    with pytest.raises(DetenteError, match="worlds is 1; use a whole number from 2"):
        tested([contrast(0.1, 0.9)], worlds=1)


def test_what_does_not_occur_cannot_be_estimated(tested):
    found = tested([contrast(0.1, 0.9, measure="yields")])

    assert (found.verdict, found.why) == (
        "cannot_tell",
        "no course of events has what the test counts",
    )
    assert found.as_json()["estimate"] is None


def test_offers_are_counted_in_traces(tested):
    result = tested([contrast(0.1, 0.9, measure="offers")]).results[0]

    assert result.levels[0] > 0.0


def test_a_hypothesis_without_a_test_says_so(tested):
    found = tested([])

    assert (found.verdict, found.why) == ("cannot_tell", "the pack names no test for it")
    json.dumps(found.as_json(), allow_nan=False)


def test_all_results_have_to_bear_it_out_unless_any_is_enough(tested):
    tests = [contrast(0.1, 0.9), contrast(0.9, 0.1)]

    assert tested(tests).verdict == "rejected"
    assert tested(tests, more='needs = "any"').verdict == "supported"


@pytest.mark.parametrize(
    ("ends", "expects", "verdict"),
    [
        ((0.2, 0.1, 0.3), "more", "supported"),
        ((0.2, -0.1, 0.5), "more", "cannot_tell"),
        ((0.009, 0.001, 0.017), "more", "supported_small"),
        ((-0.002, -0.009, 0.005), "more", "cannot_tell"),
        ((-0.009, -0.017, -0.001), "more", "rejected"),
        ((0.002, -0.005, 0.009), "more", "cannot_tell"),
        ((0.002, -0.007, 0.011), "more", "cannot_tell"),
        ((-0.2, -0.3, -0.1), "more", "rejected"),
        ((-0.2, -0.3, -0.1), "less", "supported"),
        ((0.2, 0.1, 0.3), "less", "rejected"),
        ((0.0, 0.0, 0.0), "more", "rejected"),
    ],
)
def test_the_interval_decides_and_less_than_a_point_is_small(ends, expects, verdict):
    asked = Criterion("a share", "of 100 futures", 100.0, 0.0, expects)

    assert decide(asked, Estimate(*ends), 64)[0] == verdict


def test_what_is_open_for_want_of_worlds_says_about_how_many_may_say():
    asked = Criterion("a share", "of 100 futures", 100.0)

    assert (
        "about 256 sets of assumptions may decide it"
        in decide(asked, Estimate(0.1, -0.1, 0.3), 64)[1]
    )


@pytest.mark.parametrize("middle", [-0.002, 0.0, 0.002])
def test_what_is_near_to_none_on_either_side_has_no_verdict_and_says_how_near(middle):
    asked = Criterion("a share", "of 100 futures", 100.0)
    near = Estimate(middle, middle - 0.007, middle + 0.007)

    assert decide(asked, near, 64) == (
        "cannot_tell",
        "the difference is smaller than one point, and its sign is not known",
    )
    nearer = asked._replace(small=0.001)
    assert decide(nearer, Estimate(0.0, -0.0005, 0.0005), 64)[1].startswith(
        "the difference is smaller than 0.1 points"
    )


def test_a_rate_is_small_below_a_twentieth_of_what_it_is_and_a_share_below_a_point(crisis):
    trial = crisis.hypotheses["lessons_press_and_endanger"].tests[0]
    level = Ratio(np.full((2, 3), 0.6), np.ones((2, 3)))

    assert criterion_of(trial, "offers", level).small == pytest.approx(0.03)
    assert criterion_of(trial, "any_war", level).small == 0.01


@pytest.mark.parametrize(
    ("verdicts", "needs", "whole"),
    [
        (("supported", "supported"), "all", "supported"),
        (("supported", "cannot_tell"), "all", "cannot_tell"),
        (("supported", "supported_small"), "all", "supported_small"),
        (("supported", "supported_small"), "any", "supported"),
        (("cannot_tell", "rejected"), "all", "rejected"),
        (("rejected", "supported"), "any", "supported"),
        (("rejected", "cannot_tell"), "any", "cannot_tell"),
        (("rejected", "rejected"), "any", "rejected"),
    ],
)
def test_the_verdict_on_a_hypothesis_follows_from_those_of_its_results(verdicts, needs, whole):
    results = [SimpleNamespace(verdict=verdict) for verdict in verdicts]

    assert decisive(results, needs).verdict == whole


def test_the_interval_grows_with_how_worlds_differ_and_is_no_narrower_than_chance():
    alike = np.tile([0.0, 1.0], (16, 50))
    unlike = alike + np.tile([0.5, -0.5], 8)[:, None]  # from scramble to scramble
    narrow, wide = estimate(alike), estimate(unlike)

    assert narrow.high - narrow.low == pytest.approx(2 * 0.5 / math.sqrt(16 * 99) * 1.645, rel=0.01)
    assert wide.high - wide.low == pytest.approx(2 * 0.5 / math.sqrt(7) * 1.895, rel=0.01)


def test_what_holds_in_half_of_the_worlds_is_reported_as_that():
    values = np.repeat(np.repeat([1.0, -1.0], 8)[:, None], 2, axis=1)

    assert judge(Criterion("a number", "", 1.0), values).holds_in == 0.5


def test_no_share_lies_beyond_its_bounds_in_any_world():
    values = np.repeat(np.repeat([1.4, 0.2], 8)[:, None], 2, axis=1)
    found = judge(Criterion("a share", "of 100 wars", 100.0, bounds=(0.0, 1.0)), values).estimate

    assert found.spread_high == 1.0
    assert found.value == pytest.approx(0.8)


def test_a_ratio_spread_over_futures_has_the_ratio_as_its_mean():
    generator = np.random.default_rng(1)
    one = Ratio(generator.random((4, 50)), generator.random((4, 50)))

    assert combined([one], [1.0]).mean() == pytest.approx(one.above.sum() / one.below.sum())
    assert combined([one, one], [-1.0, 1.0]).any() == np.False_


def test_two_effects_of_the_same_size_are_neither_the_larger_whichever_way_they_go():
    arms = [Ratio(np.full((4, 5), x), np.ones((4, 5))) for x in (0.5, 0.3, 0.7, 0.5)]

    np.testing.assert_allclose(larger(arms), 0.0, atol=1e-12)


def test_outcomes_by_a_day_are_those_that_have_come_about_by_then():
    kept = np.zeros((1, 3), COLUMNS[FUTURES])
    kept["ending"] = [Ending.WAR, Ending.WAR, Ending.NARROW_DEAL]
    kept["settlement"] = [Ending.FADES, Ending.FADES, Ending.NARROW_DEAL]
    kept["first_force_day"], kept["ending_day"] = [10, 20, -1], [100, 120, 80]
    kept["war_day"] = [10, 91, -1]
    kept["broken_deal_day"], kept["failed_day"] = [-1, 30, -1], [-1, 40, -1]

    assert OUTCOMES["deal_ever"].by(30).read(kept).above.tolist() == [[0.0, 1.0, 0.0]]
    assert OUTCOMES["deal_ever"].by(80).read(kept).above.sum() == 2.0
    assert OUTCOMES["talks_ever_failed"].by(39).read(kept).above.sum() == 0.0
    assert OUTCOMES["talks_ever_failed"].by(40).read(kept).above.tolist() == [[0.0, 1.0, 0.0]]
    assert OUTCOMES["any_war"].by(90).read(kept).above.tolist() == [[1.0, 0.0, 0.0]]
    assert OUTCOMES["force"].by(90).read(kept).above.tolist() == [[1.0, 1.0, 0.0]]
    assert OUTCOMES["deal"].by(79).read(kept).above.sum() == 0.0
    assert OUTCOMES["deal"].by(80).read(kept).above.sum() == 1.0


def test_the_format_of_packs_names_the_measures_of_results():
    assert set(Outcome.__args__) == set(KNOWN)
    assert set(MEASURES) - set(OUTCOMES) - set(LOSSES) == COUNTED


def test_every_outcome_of_the_format_comes_in_some_ending():
    kept = np.zeros((1, len(Ending)), COLUMNS[FUTURES])
    kept["ending"] = list(Ending)

    assert all(MEASURES[name].read(kept).above.any() for name in Outcome.__args__)


def test_to_yield_counts_where_it_answers_an_ultimatum():
    answered = (Event.ULTIMATUM, Event.YIELDS)
    kinds = (Event.OFFERS, *answered, Event.ULTIMATUM, Event.REFUSES, Event.YIELDS, *answered)
    events = np.array([(1, kind, 0, 0, 0.0) for kind in kinds], EVENT)

    assert acts_of(9, events) == (9, 1, 3, 2)


def test_what_was_played_is_read_and_not_played_again(run, monkeypatch):
    first = hypotheses(run, threads=1)
    refusing = PLANTED_KERNEL._replace(play=None)
    monkeypatch.setattr(runners, "kernel", lambda: refusing)

    assert hypotheses(run, threads=1).as_json() == first.as_json()


def test_what_was_stopped_goes_on_and_comes_to_the_same(run):
    def stop(progress):
        if progress.done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        hypotheses(run, threads=1, progress=stop)
    left = plan(run, only=(), worlds=None, threads=1).played
    whole = hypotheses(run, threads=1).as_json()
    (run.folder / "answers").rename(run.folder.parent / "aside")

    assert 0 < left < 32
    assert "detente hypotheses" in stopped.value.__notes__[0]
    assert hypotheses(run, threads=1).as_json() == whole


def test_a_run_in_a_bundle_is_tested_as_in_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: PLANTED_KERNEL)
    groups = GROUPS.format("venue.publicity", "relief.challenger_cost")
    crisis = written(tmp_path / "pack", [contrast(0.1, 0.9), groups])
    run = simulate(crisis, **SIZE, out=tmp_path / "run")
    bundle.pack(run, tmp_path / "run.detente")
    bundled = Run.open(tmp_path / "run.detente")

    inside, next_to = (hypotheses(one, threads=1).tested[0] for one in (bundled, run))

    assert inside.by_test == next_to.by_test


def test_a_run_with_its_tests_can_be_overwritten(run, tmp_path):
    hypotheses(run, threads=1)
    again = simulate(load(tmp_path / "pack"), **SIZE, out=run.folder, overwrite=True)

    assert not (again.folder / "answers").exists()


def test_a_run_of_another_version_of_the_model_is_refused(run, monkeypatch):
    monkeypatch.setattr(provenance, "model_digest", lambda: "other")

    with pytest.raises(DetenteError, match="another version of the model"):
        hypotheses(run, threads=1)


def test_an_unknown_hypothesis_is_refused_with_the_nearest(run):
    with pytest.raises(DetenteError) as fault:
        hypotheses(run, only=["hled"])

    assert "no hypothesis 'hled'" in str(fault.value)
    assert "did you mean held?" in fault.value.hint


def test_a_pack_without_hypotheses_is_refused_with_advice(tmp_path):
    run = simulate(load("cuba-1962"), futures=20, worlds=2, threads=1, out=tmp_path / "run")

    with pytest.raises(DetenteError) as fault:
        hypotheses(run)

    assert "write [hypotheses.KEY] in cuba-1962" in fault.value.hint


RAIDS = """
kind = "larger"
measures = ["aircraft_lost"]
steps = [
    { "defences.south.layers.near.kill_probability" = 0.1 },
    { "defences.south.layers.near.kill_probability" = 0.9 },
]
others = [{ "venue.publicity" = 0.1 }, { "venue.publicity" = 0.9 }]

[hypotheses.held.tests.hold]
"defences.south.detection_probability" = 0.95
"defences.south.tracking_probability" = 0.95
"""
"""Raids on a defence that sees and tracks: one that does not takes hardly any aircraft."""


def test_shots_that_kill_more_take_more_aircraft_and_publicity_takes_none(tested):
    found = tested([RAIDS])

    assert found.verdict == "supported"
    assert found.results[0].levels[0] == found.results[0].levels[1]


def test_where_every_plan_is_the_same_no_sign_says_anything(crisis, tmp_path):
    run = simulate(crisis, futures=32, worlds=16, threads=1, out=tmp_path / "run")
    found = hypotheses(run, only=["rescue_aircraft_tell_most"], threads=1).tested[0]

    assert found.results[0].estimate == Estimate(0.0, 0.0, 0.0, 0.0, 0.0, kind="estimate")


def test_every_hypothesis_of_the_shipped_crisis_has_a_test(crisis):
    assert all(one.tests for one in crisis.hypotheses.values())
    assert {trial.kind for one in crisis.hypotheses.values() for trial in one.tests} == set(KINDS)

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import DetenteError, provenance, simulate
from detente.analysis.causes import attribute, tell_cause
from detente.analysis.causes.attribution import (
    KEYS,
    UNIT,
    Causes,
    count,
    estimate_all,
    measure,
)
from detente.analysis.causes.coalitions import CoalitionWars, coalition_wars, stored_rows
from detente.analysis.causes.credit import credit, smallest_removals
from detente.ensemble import runners
from detente.kernel.causes import EVERYTHING, SUBSETS, Mechanism
from tests.standin import KERNEL, judge

SMALL = {"futures": 700, "worlds": 7, "threads": 1, "chunk": 100}
MECHANISMS = len(Mechanism)
REAL = runners.kernel
masks = st.binary(min_size=8, max_size=8).map(lambda bits: int.from_bytes(bits, "big"))
"""Whole numbers drawn as such are mostly small: no war with every mechanism."""


def of(*verdicts):
    """Return the verdicts of futures as the arithmetic takes them."""
    return np.array(verdicts, np.uint64)


def war_if(condition):
    """Return one future's verdicts, war with just the subsets for which a condition holds."""
    return sum(bool(condition(subset)) << subset for subset in range(SUBSETS))


def shares(wars):
    return credit(of(wars), MECHANISMS).shapley[0] / UNIT


@given(st.lists(masks, min_size=1, max_size=20))
def test_the_shares_and_war_without_any_cause_add_up_to_war(wars):
    due = credit(of(*wars), MECHANISMS)

    np.testing.assert_array_equal(due.shapley.sum(axis=1) + due.none * UNIT, due.war * UNIT)
    assert np.abs((due.shapley / UNIT).sum(axis=1) + due.none - due.war).max() < 1e-12


@given(masks, st.integers(0, MECHANISMS - 1))
def test_a_mechanism_that_tips_nothing_gets_nothing(wars, one):
    idle = war_if(lambda subset: wars >> (subset & ~(1 << one)) & 1)

    assert shares(idle)[one] == 0.0


@given(masks)
def test_mechanisms_that_can_be_exchanged_get_the_same(wars):
    def exchanged(subset):
        first, second = subset & 1, subset >> 1 & 1
        return subset & ~3 | second | first << 1

    alike = war_if(lambda s: (wars >> min(s, exchanged(s))) & 1)

    assert shares(alike)[0] == shares(alike)[1]


@given(masks, masks)
def test_credit_of_futures_taken_together_is_the_sum_of_theirs(one, other):
    both = credit(of(one, other), MECHANISMS).shapley.sum(axis=0) / UNIT

    np.testing.assert_allclose(both, shares(one) + shares(other))


@given(masks, st.integers(0, MECHANISMS - 1))
def test_a_removal_prevents_a_war_or_creates_one_or_does_neither(wars, one):
    due = credit(of(wars), MECHANISMS)
    war, without = wars >> EVERYTHING & 1, wars >> (EVERYTHING & ~(1 << one)) & 1

    assert due.but_for[0, one] - due.created[0, one] == war - without
    assert due.but_for[0, one] * due.created[0, one] == 0


@given(masks)
def test_a_war_is_overdetermined_if_no_single_removal_prevents_it(wars):
    due = credit(of(wars), MECHANISMS)

    assert due.overdetermined[0] == (due.war[0] and not due.but_for[0].any())


def test_the_only_cause_gets_the_whole_war():
    only_noise = war_if(lambda subset: subset >> Mechanism.NOISE & 1)

    assert list(shares(only_noise)) == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    assert smallest_removals(only_noise, MECHANISMS) == [1 << Mechanism.NOISE]


def test_two_causes_that_must_meet_share_the_war_and_either_removal_prevents_it():
    joint = war_if(lambda subset: subset & 5 == 5)

    assert list(shares(joint)) == [0.5, 0.0, 0.5, 0.0, 0.0, 0.0]
    assert smallest_removals(joint, MECHANISMS) == [1, 4]


def test_two_causes_of_which_each_suffices_share_the_war_and_both_must_go():
    either = war_if(lambda subset: subset & 5 != 0)

    assert list(shares(either)) == [0.5, 0.0, 0.5, 0.0, 0.0, 0.0]
    assert smallest_removals(either, MECHANISMS) == [5]
    assert credit(of(either), MECHANISMS).overdetermined[0] == 1


def test_a_mechanism_that_prevents_war_has_a_share_below_nothing():
    prevents = war_if(lambda subset: not subset & 1 or subset & 2)

    assert shares(prevents)[0] < 0.0


def test_war_that_comes_whatever_is_removed_has_no_removal():
    assert smallest_removals(2**64 - 1, MECHANISMS) == []
    assert smallest_removals(0, MECHANISMS) == []


def test_marks_are_counted_against_the_war_as_it_is():
    war, peace = 2**64 - 1, 0
    measured = measure(of(war, war, peace), np.array([0, 7, 7], np.uint8))

    assert list(measured["deliberate",]) == [0, UNIT, UNIT]
    assert list(measured["placebo", "prevented"]) == [UNIT, 0, 0]
    assert list(measured["placebo", "created"]) == [0, 0, UNIT]
    assert list(measured["third_party_resolved", "prevented"]) == [UNIT, 0, 0]


EXCEEDS = {
    Mechanism.MISREAD_INCIDENT: 1,
    Mechanism.PRIVATE_INFORMATION: 1,
    Mechanism.THIRD_PARTY: -1,
    Mechanism.FIRST_STRIKE: 0,
    Mechanism.COMMITMENT: 0,
    Mechanism.NOISE: 0,
}
"""By how much miscalculation exceeds all that is not, in a war with one cause."""


@pytest.mark.parametrize(("cause", "excess"), EXCEEDS.items())
def test_a_war_by_miscalculation_alone_is_excess_and_one_by_intent_or_a_spoiler_the_lack_of_it(
    cause, excess
):
    alone = war_if(lambda subset: subset >> cause & 1)
    measured = measure(of(alone, alone), np.array([0, 1], np.uint8))

    assert list(measured["excess",]) == [excess * UNIT, (excess - 1) * UNIT]


@pytest.mark.parametrize(
    ("causes", "verdict"),
    [
        ([Mechanism.MISREAD_INCIDENT] * 8, "more"),
        ([Mechanism.THIRD_PARTY] * 8, "less"),
        ([Mechanism.PRIVATE_INFORMATION, Mechanism.THIRD_PARTY] * 4, "cannot_tell"),
    ],
)
def test_the_verdict_goes_by_what_brings_war_in_nearly_every_world(causes, verdict):
    worlds = [np.full(50, war_if(lambda s, one=one: s >> one & 1), np.uint64) for one in causes]
    counts = [count(CoalitionWars(wars, np.zeros(50, np.uint8), 0, 0)) for wars in worlds]
    found = Causes(None, "base", 8, estimate_all(counts, 50), 0.0, "")

    assert found.verdict == verdict


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, options=["hotline"], out=tmp_path / "run")


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return attribute(simulate(crisis, **SMALL, out=tmp_path_factory.mktemp("usual") / "run"))


def test_the_json_adds_up_and_has_the_keys_that_are_promised(usual):
    content = json.loads(json.dumps(usual.as_json()))

    assert content["schema"] == "detente/causes/1"
    assert set(content["causes"]) == {*KEYS.values(), "none"}
    assert set(content["but_for"]) == set(content["created"]) == set(KEYS.values())
    total = math.fsum(share["share"] for share in content["causes"].values())
    assert abs(total - content["war"]["share"]) < 1e-9
    for key in ("deliberate", "miscalculation", "spoiler", "overdetermined"):
        assert content[key]["low"] <= content[key]["share"] <= content[key]["high"]


def test_the_war_is_that_of_the_run(run):
    war = attribute(run).shares["war",]
    tally = run.tally().happened("any_war").sum()

    assert war.share == pytest.approx(tally / 700)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("chunk", [9, 100, 10_000])
def test_neither_threads_nor_chunks_change_a_verdict(usual, tmp_path, crisis, threads, chunk):
    run = simulate(crisis, **SMALL | {"chunk": chunk}, out=tmp_path / "run")

    assert attribute(run, threads=threads).digest == usual.digest


def test_a_finished_analysis_is_read_and_not_made_again(run, monkeypatch):
    first = attribute(run)
    monkeypatch.setattr(runners, "kernel", lambda: pytest.fail("judged again"))

    assert attribute(run).as_json() == first.as_json()


def test_a_stopped_analysis_goes_on(usual, run, monkeypatch):
    judged = []

    def stops(*given, number, **named):
        judged.append(number)
        if len(judged) == 3:
            raise KeyboardInterrupt
        return judge(*given, number=number, **named)

    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(judge=stops))
    with pytest.raises(KeyboardInterrupt) as stop:
        attribute(run, threads=1)
    left = coalition_wars(run, "base").missing(range(7))
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)

    assert stop.value.__notes__ == [f"go on with: detente causes {run.folder}"]
    assert 0 < len(left) <= 5
    assert attribute(run).digest == usual.digest


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "another world's"])
def test_a_damaged_file_is_judged_again(usual, run, damage):
    attribute(run)
    kept = coalition_wars(run, "base")
    path = kept.path(3)
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "another world's":
        path.write_bytes(kept.path(4).read_bytes())
    else:
        path.write_bytes(content[:-40] if damage == "cut" else content[:60] + content[90:])

    assert kept.missing(range(7)) == [3]
    assert attribute(run).digest == usual.digest


def test_futures_that_come_out_otherwise_are_refused(run, monkeypatch):
    def otherwise(*given, **named):
        judged = judge(*given, **named)
        judged.rows["ending_day"][5] += 1
        return judged

    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(judge=otherwise))
    with pytest.raises(DetenteError, match="future 0:5 came out otherwise"):
        attribute(run, threads=1)


def test_a_run_of_another_model_is_refused_but_read_once_it_is_judged(run, monkeypatch):
    other = run.record.model[::-1]
    with monkeypatch.context() as patch:
        patch.setattr(provenance, "model_digest", lambda: other)
        with pytest.raises(DetenteError, match="another version of the model"):
            attribute(run)
    first = attribute(run)
    monkeypatch.setattr(provenance, "model_digest", lambda: other)

    assert attribute(run).digest == first.digest


def test_fewer_worlds_are_the_first_ones(usual, run):
    few = attribute(run, worlds=3)

    assert few.futures == 300
    assert few.digest != usual.digest
    assert coalition_wars(run, "base").missing(range(7)) == [3, 4, 5, 6]
    assert attribute(run).digest == usual.digest


@pytest.mark.parametrize("asked", [{"worlds": 0}, {"worlds": 8}, {"option": "x"}, {"threads": 0}])
def test_what_is_not_there_is_refused(run, asked):
    with pytest.raises(DetenteError):
        attribute(run, **asked)


def test_an_option_has_causes_of_its_own(run):
    assert attribute(run, option="hotline").option == "hotline"
    assert coalition_wars(run, "base").read(0) is None


def test_a_world_of_a_run_is_read_across_its_parts(run):
    rows = stored_rows(run, "base", 4)

    np.testing.assert_array_equal(rows["future"], np.arange(100))
    assert set(rows["world"]) == {4}


@pytest.fixture
def real_run(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", REAL)
    return simulate(
        crisis,
        futures=600,
        worlds=2,
        threads=1,
        grid="tiny",
        horizon=180,
        seed=2,
        out=tmp_path / "real",
    )


def test_a_story_agrees_with_the_verdicts_of_its_future(real_run):
    found = attribute(real_run)
    verdicts = coalition_wars(real_run, "base").read(0)
    wars = np.flatnonzero(verdicts.wars >> np.uint64(EVERYTHING) & np.uint64(1))
    for index in (int(wars[0]), int(wars[-1]), 0):
        story = tell_cause(real_run, future=(0, index))
        without = [int(instead.is_war) for instead in story.instead.values()]
        singles = [story.wars >> (EVERYTHING & ~(1 << one)) & 1 for one in Mechanism]
        assert story.trace.differs == ()
        assert without == singles
        assert sum(story.shapley.values()) + story.is_there_anyway == story.is_war
    assert found.shares["war",].share > 0.0

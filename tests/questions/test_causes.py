import itertools
import json
import math
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import DetenteError, Run, cause_of, causes, provenance, simulate
from detente.ensemble import runners
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.study import WorldBlock
from detente.estimate.intervals import mean_over
from detente.kernel.causes import EVERYTHING, Mechanism, only
from detente.questions.causes import KEYS, VERDICT, judging, measure, unpacked
from detente.questions.causes.credit import GROUPS, UNIT, credit, plan_of, smallest_removals
from tests.standin import KERNEL, judge, played

SIZE = {"futures": 700, "worlds": 7, "chunk": 100}
SMALL = SIZE | {"threads": 1}
REAL = runners.kernel
PLAN = plan_of(1, 5)
TOGETHER = tuple(group for group in GROUPS if len(group) > 1)
verdicts = st.integers(0, 2**63).map(
    lambda seed: np.random.default_rng(seed).integers(0, 2, len(PLAN.subsets), np.uint8)
)


def war_if(condition, plan=PLAN):
    """Return one future's verdicts, war with just the subsets for which a condition holds."""
    return np.array([bool(condition(subset)) for subset in plan.subsets], np.uint8)


def shares(wars, plan=PLAN):
    return credit(wars[None], plan).shares[0] / UNIT


@given(verdicts)
def test_the_shares_and_war_without_any_cause_add_up_to_war(wars):
    due = credit(wars[None], PLAN)

    assert due.shares.sum() + due.none[0] * UNIT == due.war[0] * UNIT


@given(verdicts, st.sampled_from(Mechanism))
def test_a_mechanism_that_tips_nothing_gets_nothing(wars, one):
    known = dict(zip(PLAN.subsets, wars, strict=True))
    idle = war_if(lambda s: known.get(s & ~only(one), known.get(s | only(one))))

    assert shares(idle)[one] == 0.0


def value_of(seed):
    """Return a game of all subsets: whether there is war, at random."""
    return np.random.default_rng(seed).integers(0, 2, EVERYTHING + 1)


def shapley(value, players):
    """Return Shapley's value of players that join in every order, each a set of mechanisms."""
    found = dict.fromkeys(players, 0.0)
    for order in itertools.permutations(players):
        for place, player in enumerate(order):
            before = only(*itertools.chain(*order[:place]))
            found[player] += value[before | only(*player)] - value[before]
    return [total / math.factorial(len(players)) for total in found.values()]


@pytest.mark.parametrize("seed", range(3))
def test_with_one_member_a_group_owens_value_is_shapleys(seed):
    value, alone = value_of(seed), tuple((one,) for one in Mechanism)[:5]
    plan = plan_of(1, 0, alone)
    values = np.array([value[subset] for subset in plan.subsets]) @ plan.weights

    np.testing.assert_allclose(values[:5] / math.factorial(5), shapley(value, alone))
    assert not values[5:].any()


@pytest.mark.parametrize("seed", range(3))
def test_the_members_of_a_group_together_get_shapleys_value_of_the_group(seed):
    value = value_of(seed)
    found = shares(war_if(lambda subset: value[subset]))

    np.testing.assert_allclose(
        [found[list(group)].sum() for group in GROUPS], shapley(value, GROUPS)
    )


def drawn(value, seed):
    """Return what 200 worlds with orders of one seed give each mechanism, with the interval."""
    plans = [plan_of(seed, world) for world in range(200)]
    found = np.array([shares(war_if(lambda s: value[s], plan), plan) for plan in plans])
    return [mean_over(found[:, one]) for one in Mechanism]


def test_two_seeds_of_orders_agree_within_their_intervals():
    one, other = drawn(value_of(7), 1), drawn(value_of(7), 2)
    members = list(itertools.chain(*TOGETHER))

    assert all(abs(one[m].value - other[m].value) < 0.05 for m in members)
    assert all(one[m].low < other[m].high and other[m].low < one[m].high for m in members)
    assert any(one[m].low < one[m].high for m in members)


def test_an_order_goes_by_its_address_alone_and_events_share_their_solution():
    assert plan_of(1, 5).subsets == PLAN.subsets
    assert plan_of(2, 5).subsets != PLAN.subsets
    assert plan_of(1, 6).subsets != PLAN.subsets
    assert len({subset | 192 for subset in PLAN.subsets}) == 83


@given(verdicts, st.sampled_from(Mechanism))
def test_a_removal_prevents_a_war_or_brings_one_or_does_neither(wars, one):
    due = credit(wars[None], PLAN)
    war, without = (int(wars[PLAN.place(s)]) for s in (EVERYTHING, EVERYTHING & ~only(one)))

    assert due.but_for[0, one] - due.created[0, one] == war - without
    assert due.but_for[0, one] * due.created[0, one] == 0


def test_the_only_cause_gets_the_whole_war():
    only_noise = war_if(lambda subset: subset >> Mechanism.NOISE & 1)

    assert list(shares(only_noise)) == [0.0] * 9 + [1.0]
    assert smallest_removals(only_noise, PLAN) == [only(Mechanism.NOISE)]


BOTH = only(Mechanism.FIRST_STRIKE, Mechanism.FRICTION)


def test_two_causes_that_must_meet_share_the_war_and_either_removal_prevents_it():
    joint = war_if(lambda subset: subset & BOTH == BOTH)

    assert list(shares(joint)) == [0.0] * 5 + [0.5, 0.0, 0.0, 0.5, 0.0]
    assert smallest_removals(joint, PLAN) == [only(one) for one in (5, 8)]


def test_two_causes_of_which_each_suffices_share_the_war_and_both_must_go():
    either = war_if(lambda subset: subset & BOTH != 0)

    assert list(shares(either)) == [0.0] * 5 + [0.5, 0.0, 0.0, 0.5, 0.0]
    assert smallest_removals(either, PLAN) == [BOTH]
    assert credit(either[None], PLAN).overdetermined[0] == 1


def test_a_mechanism_that_prevents_war_has_a_share_below_nothing():
    prevents = war_if(lambda s: not s & only(Mechanism.NOISE) or s & only(Mechanism.FRICTION))

    assert shares(prevents)[Mechanism.NOISE] < 0.0


def test_war_that_comes_whatever_is_removed_has_no_removal():
    assert smallest_removals(war_if(lambda _: True), PLAN) == []
    assert smallest_removals(war_if(lambda _: False), PLAN) == []


def of(wars, *, deliberate=(), placebo=()):
    """Return verdicts on futures of which all have these wars."""
    found = np.zeros(len(deliberate), VERDICT)
    found["wars"] = np.packbits(wars, bitorder="little")
    found["deliberate"], found["placebo"] = deliberate, placebo
    return found


def test_marks_are_counted_against_the_war_as_it_is():
    war, peace = (
        measure(
            of(war_if(lambda _, is_war=is_war: is_war), deliberate=[0, 1], placebo=[0, 1]), PLAN
        )
        for is_war in (True, False)
    )

    assert list(war["deliberate",]) == [0, UNIT]
    assert list(war["placebo", "prevented"]) == [UNIT, 0]
    assert list(peace["placebo", "created"]) == [0, UNIT]


@pytest.mark.parametrize("cause", Mechanism)
def test_a_war_by_miscalculation_is_one_by_what_is_misread_or_not_known(cause):
    alone = of(war_if(lambda subset: subset >> cause & 1), deliberate=[0], placebo=[1])
    measured = measure(alone, PLAN)
    misread = cause in {0, 1, 2, Mechanism.MISREADING}

    assert measured["miscalculation",][0] == misread * UNIT
    assert measured["spoiler",][0] == (cause == Mechanism.THIRD_PARTY) * UNIT


@pytest.fixture(scope="module")
def unjudged(tmp_path_factory, crisis):
    return played(crisis, tmp_path_factory.mktemp("unjudged") / "run", **SIZE, options=["hotline"])


@pytest.fixture
def run(unjudged, tmp_path):
    return Run.open(shutil.copytree(unjudged.folder, tmp_path / "run"))


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    run = played(crisis, tmp_path_factory.mktemp("usual") / "run", **SIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return causes(run)


def test_the_json_adds_up_and_has_the_keys_that_are_promised(usual):
    content = json.loads(json.dumps(usual.as_json()))

    assert content["schema"] == "detente/causes/2"
    assert content["of"] == {"worlds": 7, "futures": 700}
    assert set(content["causes"]) == {*KEYS.values(), "none"}
    assert set(content["but_for"]) == set(content["created"]) == set(KEYS.values())
    total = math.fsum(share["share"] for share in content["causes"].values())
    assert abs(total - content["war"]["share"]) < 1e-9
    assert math.fsum(share["share"] for share in content["first_shot"].values()) == 1.0
    for key in ("deliberate", "miscalculation", "spoiler", "overdetermined"):
        assert content[key]["low"] <= content[key]["share"] <= content[key]["high"]


def test_a_placebo_that_flips_nothing_is_said_to_flip_nothing(usual):
    placebo = usual.as_json()["placebo"]

    assert [placebo[way]["share"] for way in ("prevented", "created")] == [0.0, 0.0]


@pytest.mark.parametrize(("threads", "chunk"), [(3, 9), (3, 100), (1, 10_000)])
def test_neither_threads_nor_chunks_change_a_verdict(usual, tmp_path, crisis, threads, chunk):
    run = simulate(crisis, **SMALL | {"chunk": chunk}, out=tmp_path / "run")

    assert causes(run, threads=threads).digest == usual.digest


def test_a_finished_analysis_is_read_and_not_made_again(run, monkeypatch):
    first = causes(run)
    monkeypatch.setattr(runners, "kernel", lambda: pytest.fail("judged again"))

    assert causes(run).as_json() == first.as_json()


def test_a_stopped_analysis_goes_on(usual, run, monkeypatch):
    judged = []

    def stops(*given):
        judged.append(given)
        if len(judged) == 3:
            raise KeyboardInterrupt
        return judge(*given)

    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(judge=stops))
    with pytest.raises(KeyboardInterrupt) as stop:
        causes(run, threads=1)
    left = left_of(run)
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)

    assert stop.value.__notes__ == [f"go on with: detente causes {run.folder}"]
    assert 0 < len(left) <= 5
    assert causes(run).digest == usual.digest


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "another world's"])
def test_a_damaged_file_is_judged_again(usual, run, damage):
    causes(run)
    path, other = (judging(run).path(WorldBlock(AS_IT_IS, world)) for world in (3, 4))
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "another world's":
        path.write_bytes(other.read_bytes())
    else:
        path.write_bytes(content[:-40] if damage == "cut" else content[:60] + content[90:])

    assert left_of(run) == [3]
    assert causes(run).digest == usual.digest


def test_a_run_of_another_model_is_refused_but_read_once_it_is_judged(run, monkeypatch):
    other = run.record.model[::-1]
    with monkeypatch.context() as patch:
        patch.setattr(provenance, "model_digest", lambda: other)
        with pytest.raises(DetenteError, match="another version of the model"):
            causes(run)
    first = causes(run)
    monkeypatch.setattr(provenance, "model_digest", lambda: other)

    assert causes(run).digest == first.digest


def left_of(run):
    """Return the worlds of a run that are left to be judged."""
    study = judging(run)
    return [world for world in range(7) if study.missing([AS_IT_IS], [world])]


def test_fewer_worlds_are_the_first_ones(usual, run):
    few = causes(run, worlds=3)

    assert few.futures == 300
    assert few.digest != usual.digest
    assert left_of(run) == [3, 4, 5, 6]
    assert causes(run).digest == usual.digest


@pytest.mark.parametrize("asked", [{"worlds": 0}, {"worlds": 8}, {"option": "x"}, {"threads": 0}])
def test_what_is_not_there_is_refused(run, asked):
    with pytest.raises(DetenteError):
        causes(run, **asked)


def test_an_option_has_causes_of_its_own(run):
    assert causes(run, option="hotline").option == "hotline"
    assert 0 in left_of(run)


@pytest.fixture
def real_run(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", REAL)
    return simulate(
        crisis,
        futures=150,
        worlds=1,
        threads=1,
        grid="tiny",
        horizon=180,
        seed=2,
        out=tmp_path / "real",
    )


def test_a_story_agrees_with_the_verdicts_of_its_future(real_run):
    found = causes(real_run)
    plan = plan_of(real_run.record.settings.seed, 0)
    wars = unpacked(judging(real_run).rows(AS_IT_IS, [0])[0]["wars"], plan)
    had_war = np.flatnonzero(wars[:, plan.place(EVERYTHING)])
    story = cause_of(real_run, future=(0, int(had_war[-1])))
    without = [story.plan.place(EVERYTHING & ~only(one)) for one in Mechanism]

    assert found.shares["war",].value > 0.0
    assert story.trace.differs == ()
    np.testing.assert_array_equal(story.wars, wars[had_war[-1]])
    assert [one.is_war for one in story.instead.values()] == list(wars[had_war[-1], without] == 1)
    assert sum(story.shares.values()) + story.is_there_anyway == story.is_war

import shutil
from dataclasses import replace
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from detente import DetenteError, Run, discover, simulate
from detente.ensemble import runners
from detente.ensemble.weighing import Weighing
from detente.estimate import prim
from detente.questions.discovery import UNTRIED, Discovery, judge
from tests.questions.known import points
from tests.standin import KERNEL, played

COLUMNS = 12


def planted(worlds, *, effect, seed=1):
    """Return worlds of which those with x3 above .6 and x7 below .5 have a higher share."""
    table = points(COLUMNS, worlds=worlds, seed=seed).T
    generator = np.random.default_rng(seed)
    expected = 0.1 + effect * ((table[:, 3] > 0.6) & (table[:, 7] < 0.5))
    return prim.Worlds(table, generator.binomial(200, expected) / 200, np.ones(worlds))


def test_a_planted_box_is_found():
    worlds = planted(256, effect=0.4)
    box = prim.simplify(prim.find(worlds), worlds)
    rules = {rule.column: rule for rule in box.rules}

    assert set(rules) == {3, 7}
    assert rules[3].low == pytest.approx(0.6, abs=0.06)
    assert rules[7].high == pytest.approx(0.5, abs=0.06)
    assert worlds.shares[box.holds(worlds.table)].mean() > 0.4
    assert prim.chance_of(box, worlds) == 0.01


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_gives_no_box(seed):
    worlds = planted(64, effect=0.0, seed=seed)
    box = prim.find(worlds)

    assert prim.chance_of(box, worlds) > 0.05


def test_new_worlds_distinguish_a_box_that_stands_from_one_by_chance():
    rng = np.random.default_rng(1)
    high, low = (rng.binomial(200, share, 32) / 200 for share in (0.5, 0.1))
    stands, lucky = (judge(inside, low[::-1], (0.2, 0.8)) for inside in (high, low))

    assert stands.excess.low > 0.3
    assert lucky.excess.low <= 0.0
    assert stands.density.low <= 0.5 <= stands.density.high
    assert stands.coverage == pytest.approx(0.2 * 0.5 / (0.2 * 0.5 + 0.8 * 0.1), abs=0.05)


def test_worlds_that_hardly_count_make_no_box():
    worlds, others = planted(256, effect=0.4), planted(256, effect=0.4, seed=2)
    mirrored = 1.0 - others.table
    both = prim.Worlds(
        np.concatenate([worlds.table, mirrored]),
        np.concatenate([worlds.shares, others.shares]),
        np.repeat([1.0, 0.01], 256),
    )
    box = prim.simplify(prim.find(both), both)

    assert {rule.column: np.isinf(rule.high) for rule in box.rules} == {3: True, 7: False}


def test_a_box_never_has_more_than_three_rules_nor_too_few_worlds():
    worlds = planted(64, effect=0.0, seed=2)  # chance alone makes a box
    box = prim.find(worlds)

    assert 1 <= len(box.rules) <= prim.MOST_RULES
    assert box.holds(worlds.table).sum() >= prim.SMALLEST


def test_a_rule_that_adds_nothing_is_dropped():
    worlds = planted(256, effect=0.4)
    useful = prim.Restriction(3, 0.6, np.inf), prim.Restriction(7, -np.inf, 0.5)
    useless = prim.Restriction(0, 0.05, np.inf)
    box = prim.simplify(prim.PrimBox((*useful, useless), 0.0), worlds)

    assert box.rules == useful


def test_a_box_stands_out_by_its_distance_in_standard_errors():
    table = np.arange(32.0)[:, None]
    shares = (table[:, 0] >= 20).astype(float)
    box = prim.find(prim.Worlds(table, shares, np.ones(32)))

    assert box.rules == (prim.Restriction(0, 19.5, np.inf),)
    assert box.distance == pytest.approx((12 * 20 / 32) ** 0.5 / (0.375 * 0.625) ** 0.5)


def encode(_crisis, values, *, grid, horizon):
    """Let wars come if two numbers lie as they do rarely."""
    assert grid in {"tiny", "normal"}
    is_so = values["dispute.luck"] > 0.6 and values["actors.qatar.consent"] == 1.0
    return SimpleNamespace(calm=0.6 if is_so else -0.3, horizon=horizon)


@pytest.fixture(scope="module")
def unasked(tmp_path_factory, crisis):
    out = tmp_path_factory.mktemp("unasked") / "run"
    return played(crisis, out, KERNEL._replace(encode=encode), futures=6400, worlds=64)


@pytest.fixture
def lucky(unasked, tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=encode))
    return Run.open(shutil.copytree(unasked.folder, tmp_path / "lucky"))


class Answers(NamedTuple):
    """What is found before a box may be tried in new worlds, once it is, and read again."""

    before: Discovery
    tried: Discovery
    again: Discovery


@pytest.fixture(scope="module")
def answers(unasked, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=encode))
        folder = shutil.copytree(unasked.folder, tmp_path_factory.mktemp("answers") / "run")
        run = Run.open(folder)
        return Answers(discover(run, play=False), discover(run), discover(run, play=False))


def test_a_run_reports_under_which_assumptions_war_is_likely(answers):
    found = answers.tried
    rules = {rule.field: rule for rule in found.boxes[0].rules}

    assert rules["dispute.luck"].low == pytest.approx(0.6, abs=0.1)
    assert rules["dispute.luck"].meaning != ""
    assert found.boxes[0].trial.density.low > 2 * found.boxes[0].trial.outside
    assert found.boxes[0].chance <= 0.05
    assert found.enough is True


def test_of_a_weighed_run_shares_are_weighed_and_new_worlds_follow_its_ranges(lucky):
    weights = np.where(lucky.drawn["dispute.luck"] > 0.6, 1.25, 0.9)
    without = [np.where(np.arange(64) % 8 == scramble, 0.0, weights) for scramble in range(8)]
    weighing = Weighing("luckier", weights, np.array(without))
    found, alike = discover(replace(lucky, weighing=weighing)), discover(lucky)

    assert found.share > alike.share
    assert found.boxes[0].trial.density.low > found.boxes[0].trial.outside
    assert found.boxes[0].trial.coverage > 0.5
    assert "inputs linked to the weights (1)" in found.notes[-1]
    few = replace(weighing, weights=np.where(np.arange(64) < 9, 1.0, 0.0))
    assert "has 9 in effect" in discover(replace(lucky, weighing=few)).notes[0]


def test_a_box_that_new_worlds_do_not_bear_out_is_not_shown(lucky, monkeypatch):
    calm = KERNEL._replace(encode=lambda *_, **__: SimpleNamespace(calm=-0.3, horizon=365))
    monkeypatch.setattr(runners, "kernel", lambda: calm)
    found = discover(lucky, outcome="any_war")

    assert found.boxes == ()
    assert "in new draws the outcome is not clearly likelier" in found.notes[0]


def test_a_box_that_may_not_be_tried_is_not_shown_until_it_was(answers):
    assert (answers.before.boxes, answers.before.notes) == ((), (UNTRIED,))
    assert answers.again.as_json() == answers.tried.as_json()


def test_what_divides_an_attack_is_in_no_box(tmp_path, crisis, monkeypatch, kernel):
    def encode(_crisis, values, *, grid, horizon):
        assert grid == "normal"
        return SimpleNamespace(calm=values["war.surprise"] - 0.3, horizon=horizon)

    monkeypatch.setattr(runners, "kernel", lambda: kernel._replace(encode=encode))
    found = discover(
        simulate(crisis, futures=6400, worlds=64, threads=1, out=tmp_path / "surprised"),
        outcome="any_war",
    )

    assert found.enough is False


def test_the_json_has_the_keys_that_are_promised(answers):
    content = answers.tried.as_json()

    assert content["schema"] == "detente/discover/2"
    assert {"rules", "density", "coverage"} < set(content["boxes"][0])
    assert {"field", "low", "high", "unit", "meaning"} < set(content["boxes"][0]["rules"][0])


def test_few_worlds_say_nothing(tmp_path, crisis):
    run = simulate(crisis, futures=20, worlds=1, threads=1, out=tmp_path / "one")

    assert discover(run).boxes == ()
    assert "32 sets of assumptions are needed" in discover(run).notes[0]


def test_worlds_that_are_alike_have_no_box(tmp_path, crisis, monkeypatch, kernel):
    def encode(_crisis, _values, *, grid, horizon):
        assert grid == "normal"
        return SimpleNamespace(calm=-0.8, horizon=horizon)

    monkeypatch.setattr(runners, "kernel", lambda: kernel._replace(encode=encode))
    found = discover(simulate(crisis, futures=64, worlds=64, threads=1, out=tmp_path / "alike"))

    assert found.boxes == ()
    assert "all sets of assumptions have the same share" in found.notes[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"outcome": "warr"}, "did you mean war"), ({"option": "x"}, "no option 'x'")],
)
def test_what_cannot_be_asked_is_reported(lucky, asked, said):
    with pytest.raises(DetenteError) as reported:
        discover(lucky, **asked)

    assert said in f"{reported.value} {reported.value.hint}"

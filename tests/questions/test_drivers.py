"""What an outcome turns on: redraws, swings, and the few that are distinguished from none."""

import dataclasses
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import detente as dt
from detente import DetenteError, Run, drivers, simulate
from detente.ensemble import runners
from detente.ensemble.design import ACCEPTED, SCRAMBLES, draw_at, draw_worlds
from detente.ensemble.study import Study
from detente.estimate.intervals import ends_over_worlds
from detente.estimate.variance import by_world
from detente.kernel.draws import Purpose
from detente.pack.quantity import Quantity
from detente.questions.conditions import force_left_out
from detente.questions.drivers.groups import Redraws, highest, jansen, part_of, product
from detente.questions.drivers.inputs import group_titled, inputs_of, titled
from detente.questions.drivers.swings import Swing, ends_of, rounds_of, swing_of
from detente.questions.drivers.variance import EVERY, PARTS, decompose, shapley, values_of
from tests.questions.known import KNOWN, points
from tests.standin import KERNEL, played

WORLDS = 512
SIZE = {"futures": 1280, "worlds": 64}
SMALL = SIZE | {"threads": 1}
DRAW = "dispute.luck"


def drawn(function, count, *, noise=0.0, seed=1):
    """Return the futures of worlds, and of those with each coordinate of others, on one chance."""
    one, other = (points(count, worlds=WORLDS, seed=seed, name=name) for name in "xy")
    chance = noise * np.random.default_rng(seed).normal(size=(WORLDS, 8))
    mixed = [np.where(np.arange(count)[:, None] == place, other, one) for place in range(count)]
    own, *each = (function(places)[:, None] + chance for places in (one, *mixed))
    return own, each


def lies_in(true, part):
    return part.low <= true <= part.high


@pytest.mark.parametrize("name", KNOWN)
def test_most_intervals_hold_the_known_total_effects(name):
    function, _, total = KNOWN[name]
    held = []
    for seed in range(1, 5):
        own, each = drawn(function, len(total), seed=seed)
        variances = (own.mean(axis=1) - own.mean()) ** 2
        held += map(lies_in, total, (part_of(jansen(own, mixed), variances) for mixed in each))

    assert np.mean(held) >= 0.8


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_inputs_that_do_nothing_get_nothing_and_chance_is_taken_off(noise):
    function, _, total = KNOWN["linear"]
    own, each = drawn(function, 6, noise=noise)
    variances = product(own, own) - own.mean() ** 2
    totals = [part_of(jansen(own, mixed), variances) for mixed in each]

    assert totals[0].value == pytest.approx(total[0], abs=0.1)
    assert max(one.value for one in totals[4:]) < 0.03
    assert highest(jansen(own, each[4])) < 0.01


def test_values_are_those_that_the_worlds_are_drawn_with(crisis):
    inputs = inputs_of(crisis)
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=8, seed=5)
    again = draw_at(inputs.numbers, inputs.uniforms(worlds=8, seed=5), crisis.correlations)

    assert set(again) == set(inputs.numbers)
    assert all((again[path] == drawn[path]).all() for path in again)


def test_tables_part_all_that_is_not_known_and_what_divides_an_attack_is_not_ranked(crisis):
    inputs = inputs_of(crisis)
    members = [path for paths in inputs.tables.values() for path in paths]
    parts = [path for paths in inputs.parts("defences.iran").values() for path in paths]

    assert sorted([*members, "accepted"]) == sorted(inputs.coordinates)
    assert sorted(parts) == sorted(inputs.tables["defences.iran"])
    assert "actors.us.loss_weight_yielding + actors.us.war_cost" in inputs.groups
    assert "actors.us.war_cost" not in inputs.singles
    assert not any("stock" in name for name in (*inputs.groups, *inputs.singles))


def test_numbers_of_the_challengers_force_are_ranked_for_war_force_and_deals_alone(crisis):
    left_out = force_left_out(crisis, ["deal", "defender_yields"])
    for_deals, for_yielding = (inputs_of(crisis, [one]) for one in ("deal", "defender_yields"))
    of_deals, of_yielding = set(for_deals.singles), set(for_yielding.singles)
    grouped, members = (
        {path for paths in one.groups.values() for path in paths}
        for one in (for_deals, for_yielding)
    )

    assert of_yielding < of_deals == set(inputs_of(crisis).singles)
    assert "posture.presence" in of_deals - of_yielding
    assert of_deals - of_yielding == left_out & of_deals
    # Calibrated numbers stay one group: a row of past crises cannot be divided.
    assert left_out - {*for_deals.accepted} <= grouped
    assert not left_out & {*for_yielding.moved_by(members - {ACCEPTED})}


def test_a_number_that_is_drawn_again_takes_what_is_tied_to_it_along(crisis):
    moved = inputs_of(crisis).moved_by(["actors.us.war_cost"])

    assert set(moved) == {"actors.us.war_cost", "actors.us.loss_weight_yielding"}


def test_a_swing_goes_from_the_10th_to_the_90th_percentile_and_from_no_to_yes():
    evenly = Quantity("range", "real", 2.0, 4.0, "uniform")
    chance = Quantity("chance", "switch", 0.0, 0.1, probability=0.05)

    assert ends_of(evenly) == pytest.approx((2.2, 3.8))
    assert ends_of(chance) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("worlds", "rounds"), [(16, [4]), (36, [4, 8, 12]), (60, [4, 8, 12]), (128, [4, 8, 16, 24])]
)
def test_fewer_worlds_choose_than_measure(worlds, rounds):
    assert rounds_of(worlds) == rounds


def test_a_swing_is_confirmed_if_it_is_not_small_and_its_interval_lies_on_the_same_side():
    swing = Swing(0.02, 0.005, 0.035, agree=0.9, worlds=24)

    assert swing.confirms(0.01)
    assert not swing.confirms(-0.01)
    assert not replace(swing, low=-0.005).confirms(0.01)
    assert not Swing(0.002, 0.001, 0.003, agree=0.9, worlds=24).confirms(0.01)
    assert Swing(0.02, -0.02, 0.06, agree=0.9, worlds=24).worlds_needed == 96


def test_a_swing_that_is_the_same_in_every_scramble_is_sure_however_worlds_differ():
    alike, unlike = np.repeat([0.1, 0.3], SCRAMBLES), np.tile([0.1, 0.3], SCRAMBLES)
    sure, unsure = (swing_of(np.stack([one, one], axis=1)) for one in (alike, unlike))

    assert sure.interval == pytest.approx((0.2, 0.2, 0.2))
    assert unsure.interval == pytest.approx((0.2, *ends_over_worlds(unlike, 0.0)))
    assert unsure.low < 0.15


SHOWN_ON = {"tiny": 0.5, "coarse": 1.0, "normal": 1.0}
"""How much of what a number does a grid shows."""


def by_draw(kernel, calm=lambda values: 2.0 * values[DRAW] - 0.5):
    """Return a kernel whose wars come with one number alone, less so on the tiny grid."""

    def encode(_crisis, values, *, grid, horizon):
        return SimpleNamespace(calm=SHOWN_ON[grid] * calm(values), horizon=horizon)

    return kernel._replace(encode=encode)


@pytest.fixture(scope="module")
def unasked(tmp_path_factory, crisis):
    out = tmp_path_factory.mktemp("unasked") / "run"
    return played(crisis, out, by_draw(KERNEL), **SIZE, options=["hotline"])


@pytest.fixture
def lucky(unasked, tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: by_draw(KERNEL))
    return Run.open(shutil.copytree(unasked.folder, tmp_path / "lucky"))


def test_a_run_turns_on_the_one_number_that_its_wars_come_with(lucky):
    found = drivers(lucky, threads=1)
    one = found.numbers[DRAW]

    assert list(found.numbers) == [DRAW]
    assert list(found.groups) == ["dispute"]
    assert 0.0 < one.swing.low < one.swing.value < one.swing.high
    assert one.swing.agree == 1.0
    assert one.total.low > 0.1
    # Not 1: taken as linear between its ends, where wars do not come as a straight line.
    assert one.total.value == pytest.approx(0.85, abs=0.2)
    assert found.unlisted.numbers == len(inputs_of(found.crisis).singles) - 1
    assert found.unlisted.below < 0.01
    assert found.unlisted.small >= 0.9 * found.unlisted.numbers
    assert (found.open.numbers, found.open.groups) == ((), ())
    assert set(found.variance.parts) >= {"world", "types", "war"}


def test_groups_that_change_no_future_are_drawn_again_in_four_worlds_only(lucky):
    found = drivers(lucky, threads=1)
    study, inputs = Study(lucky), inputs_of(found.crisis)
    redraws = Redraws(study, inputs)
    idle = [paths for name, paths in inputs.groups.items() if name != "dispute"]

    assert len(idle) > 5
    assert {study.missing([redraws.of(paths)], 8) for paths in idle} == {4}


def test_a_swing_is_what_whole_worlds_differ_by_on_the_grid_of_the_run(lucky):
    found = drivers(lucky, threads=1)
    low, high = (
        simulate(found.crisis, **SMALL, changes={DRAW: end}, out=lucky.folder.parent / str(end))
        for end in (0.1, 0.9)
    )
    swing = by_world(high, "any_war").shares.mean() - by_world(low, "any_war").shares.mean()

    assert found.numbers[DRAW].swing.value == pytest.approx(swing, abs=0.05)


def test_a_second_question_reads_what_the_first_has_played(lucky, monkeypatch, kernel):
    first = drivers(lucky, threads=1)
    monkeypatch.setattr(runners, "kernel", lambda: kernel._replace(play=None))

    assert drivers(lucky, threads=1).as_json() == first.as_json()


def test_the_json_has_the_keys_that_are_promised(lucky):
    content = drivers(lucky, threads=1).as_json()

    assert content["schema"] == "detente/drivers/2"
    assert content["of"] == {"worlds": 60, "futures": 200}
    assert set(content["numbers"][DRAW]) == {
        *("swing", "low", "high", "agree"),
        *("total", "total_low", "total_high"),
    }
    assert set(content["unlisted"]) == {"numbers", "below", "small"}
    assert set(content["open"]) == {"numbers", "measured", "worlds", "groups"}


def test_too_few_worlds_and_worlds_that_are_alike_turn_on_nothing(tmp_path, crisis, monkeypatch):
    kernel = runners.kernel()
    monkeypatch.setattr(runners, "kernel", lambda: by_draw(kernel, lambda _: -0.8))
    few = simulate(crisis, futures=40, worlds=2, threads=1, out=tmp_path / "few")
    alike = simulate(crisis, **SMALL, out=tmp_path / "alike")

    assert drivers(few).notes == (
        "16 sets of assumptions are needed to say anything; the run has 2",
    )
    assert "turns on nothing" in drivers(alike).notes[0]
    assert drivers(alike).numbers == {}


def test_chance_of_one_future_a_world_is_not_taken_for_a_difference(tmp_path, crisis):
    run = simulate(crisis, futures=64, worlds=64, threads=1, out=tmp_path / "thin")
    shares, noise = by_world(run, "any_war")

    assert noise == pytest.approx(np.full(64, shares.mean() * (1 - shares.mean())))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"outcome": "warr"}, "did you mean war"),
        ({"option": "x"}, "no option 'x'"),
        ({"worlds": 15}, "from 16 to 64"),
        ({"worlds": 65}, "from 16 to 64"),
        ({"threads": 0}, "threads"),
    ],
)
def test_what_cannot_be_asked_is_reported(lucky, asked, said):
    with pytest.raises(DetenteError) as reported:
        drivers(lucky, **asked)

    assert said in f"{reported.value} {reported.value.hint}"


def test_it_needs_the_model_that_made_the_run(lucky):
    other = dataclasses.replace(lucky, record=lucky.record.model_copy(update={"model": "0" * 64}))

    with pytest.raises(DetenteError, match="another version of the model"):
        drivers(other)


def test_every_number_that_varies_has_a_title_of_its_own_without_a_key(crisis):
    varies = [path for path, number in crisis.numbers.items() if not number.is_fixed]
    reported = [titled(path, crisis) for path in varies]

    assert len(set(reported)) == len(reported) == len(varies)
    assert [title for title in reported if "_" in title or ".." in title] == []


def test_numbers_and_groups_have_titles_in_place_of_keys(crisis):
    assert titled("actors.us.war_cost", crisis).startswith("United States: price of war")
    assert titled("issues.missiles.settled_by_war", crisis).startswith("Missile programme: share")
    assert group_titled("defences.iran", crisis) == "defence of Iran"
    assert group_titled("accepted", crisis) == "the calibrated numbers"


def mixed(outcome, seed=1, futures=40_000):
    """Play a made-up future whose luck is one uniform a part, with every set of parts kept."""
    own, other = np.random.default_rng(seed).random((2, len(PARTS), futures))
    kept = [[bool(s >> part & 1) for part in range(len(PARTS))] for s in range(EVERY + 1)]
    return np.array([outcome(np.where(np.array(row)[:, None], own, other)) for row in kept])


def test_every_draw_of_a_future_belongs_to_one_part():
    drawn = [purpose for purposes in PARTS.values() for purpose in purposes]

    assert sorted(drawn) == sorted(set(Purpose) - {Purpose.WORLD})


def test_parts_that_act_alone_get_what_they_explain():
    values = values_of(mixed(lambda rng: rng[0] < 0.5))

    assert shapley(values) == pytest.approx([0.25, 0.0, 0.0, 0.0, 0.0], abs=0.004)


def test_what_two_parts_do_together_is_shared_between_them():
    values = values_of(mixed(lambda rng: (rng[1] < 0.5) ^ (rng[4] < 0.5)))

    assert shapley(values) == pytest.approx([0.0, 0.125, 0.0, 0.0, 0.125], abs=0.004)


def test_the_parts_add_up_to_the_variance_of_a_yes_or_no():
    values = values_of(mixed(lambda rng: rng[0] + rng[1] + rng[2] > 0.5))

    assert shapley(values).sum() == pytest.approx(values[EVERY])
    assert values[EVERY] == pytest.approx(1 / 48 * 47 / 48, abs=0.002)


def test_of_a_run_all_parts_add_up_to_one(tmp_path):
    run = dt.simulate(
        dt.load("reference-violent"), worlds=4, futures=400, grid="tiny", out=tmp_path / "run"
    )

    found = decompose(Study(run), "force")

    assert list(found.parts) == ["world", *PARTS]
    assert sum(part.value for part in found.parts.values()) == pytest.approx(1.0)
    assert found.parts["acts"].low > 0.0
    assert all(0.0 <= one.low <= one.value <= one.high <= 1.0 for one in found.parts.values())

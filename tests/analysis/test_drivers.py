import dataclasses
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest

from detente import DetenteError, drivers, simulate
from detente.analysis.drivers import given, plan
from detente.analysis.drivers.design import Whole, effect_of
from detente.analysis.drivers.given import fit, look_at, part_of
from detente.analysis.drivers.inputs import (
    Inputs,
    functions_of,
    inputs_of,
    legendre,
    orthonormal,
    values_at,
)
from detente.analysis.outcomes import by_world
from detente.ensemble import runners
from detente.ensemble.design import draw_worlds, law_of
from detente.pack.quantity import Quantity
from tests.analysis.known import KNOWN, points

WORLDS = 512
SMALL = {"futures": 1280, "worlds": 64, "threads": 1}
UNIFORM = Quantity("range", "real", 0.0, 1.0, "uniform")


def plain_inputs(count):
    return Inputs({f"x{place}": UNIFORM for place in range(count)}, ())


def given_effects(function, count, *, worlds=WORLDS, noise=0.0, seed=1):
    places = points(count, worlds=worlds, seed=seed)
    shares = function(places) + noise * np.random.default_rng(seed).normal(size=worlds)
    uniforms = {f"x{place}": column for place, column in enumerate(places)}
    looked = look_at(shares, np.full(worlds, noise * noise))
    found = given.effects(plain_inputs(count), uniforms, looked)
    return [found[f"x{place}"] for place in range(count)]


def design_effects(function, count, *, worlds=WORLDS, noise=0.0, seed=1):
    one, other = (points(count, worlds=worlds, seed=seed, name=name) for name in "xy")
    chance = noise * np.random.default_rng(seed).normal(size=(worlds, 8))
    whole = Whole(function(one)[:, None] + chance, function(other)[:, None] + chance)
    found = []
    for place in range(count):
        mixed = one.copy()
        mixed[place] = other[place]
        found.append(effect_of(whole, function(mixed)[:, None] + chance))
    return found


def lies_in(true, part, slack=0.0):
    return part.low - slack <= true <= part.high + slack


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("method", [given_effects, design_effects])
def test_most_intervals_hold_the_known_indices(name, method):
    function, first, total = KNOWN[name]
    held = []
    for seed in range(1, 5):
        found = method(function, len(first), seed=seed)
        held += [lies_in(true, effect.first) for true, effect in zip(first, found, strict=True)]
        held += [lies_in(true, effect.total) for true, effect in zip(total, found, strict=True)]

    assert sum(held) >= 0.8 * len(held)


@pytest.mark.parametrize("method", [given_effects, design_effects])
def test_inputs_that_do_nothing_get_nothing(method):
    found = method(KNOWN["linear"][0], 6)

    assert all(one.first.share < 0.03 for one in found[4:])
    assert all(one.total.share < 0.03 for one in found[4:])
    assert all(one.first.low == 0.0 for one in found[4:])


@pytest.mark.parametrize("method", [given_effects, design_effects])
def test_noise_of_chance_is_taken_off_the_variance(method):
    function, first, _ = KNOWN["linear"]
    found = method(function, 6, noise=1.0)

    assert found[0].first.share == pytest.approx(first[0], abs=0.15)
    assert max(one.first.share for one in found[4:]) < 0.05


def test_chance_alone_gives_no_variance_over_worlds():
    generator = np.random.default_rng(1)
    shares = generator.binomial(100, 0.3, 4096) / 100
    looked = look_at(shares, shares * (1 - shares) / 99)

    assert abs(looked.variance) < 0.1 * shares.var()


def test_few_worlds_make_wide_intervals():
    narrow = given_effects(KNOWN["linear"][0], 6)[0].first
    wide = given_effects(KNOWN["linear"][0], 6, worlds=32)[0].first

    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_a_group_has_what_its_numbers_have_and_what_they_do_together():
    places = points(3, worlds=WORLDS)
    uniforms = {f"a.{place}": column for place, column in enumerate(places)}
    shares = (places[0] - 0.5) * (places[1] - 0.5) + 0.1 * places[2]
    inputs = Inputs(dict.fromkeys(uniforms, UNIFORM), (("a.0", "a.1"),))
    found = given.effects(inputs, uniforms, look_at(shares, np.zeros(WORLDS)))
    joint = (1 / 144) / (1 / 144 + 0.01 / 12)

    assert lies_in(joint, found["a.0 + a.1"].first)
    assert found["a.0 + a.1"].first.low > 0.5
    assert "a.0" not in found
    assert found["a"].first.high > 0.95


def test_functions_of_a_number_have_mean_0_and_spread_1():
    places = points(1, worlds=4096)[0]
    chance = Quantity("chance", "switch", 0.2, 0.4, probability=0.3)
    values = Quantity("values", "positive", 1, 9, values=(1.0, 2.0, 9.0), weights=(1.0, 2.0, 1.0))

    for number, count in ((UNIFORM, 3), (chance, 1), (values, 2)):
        functions = functions_of(number, places, 3)

        assert functions.shape == (4096, count)
        assert functions.T @ functions / 4096 == pytest.approx(np.eye(count), abs=0.02)
        assert functions.mean(axis=0) == pytest.approx(np.zeros(count), abs=0.01)


def test_copies_among_functions_are_left_out():
    column = np.arange(8.0)

    assert orthonormal(np.column_stack([column, 2 * column + 1, column**2])).shape == (8, 2)


def owen_prieur(slopes, rank):
    """Shapley effects of two joint normals (Owen & Prieur 2017), as parts of the variance."""
    one, two = slopes
    variance = one**2 + 2 * rank * one * two + two**2
    half = rank**2 / 2
    parts = [a**2 * (1 - half) + rank * a * b + b**2 * half for a, b in ((one, two), (two, one))]
    return [part / variance for part in parts]


@pytest.mark.parametrize("rank", [0.0, 0.6, -0.5])
def test_shapley_effects_of_two_normals_are_the_known_ones(rank):
    slopes = np.array([2.0, 1.0])
    generator = np.random.default_rng(3)
    scores = generator.normal(size=(256, 2)) @ np.array([[1, rank], [0, (1 - rank**2) ** 0.5]])
    table = orthonormal(scores) @ np.array([[1, rank], [0, (1 - rank**2) ** 0.5]])
    rows = (points(1, worlds=1024)[0] * 256).astype(int)
    shares = table[rows] @ slopes
    found = given.shapley_effects_from(table, rows, look_at(shares, np.zeros(1024)))

    for true, effect in zip(owen_prieur(slopes, rank), found, strict=True):
        assert lies_in(true, effect.shapley, 0.01)
        assert effect.shapley.share == pytest.approx(true, abs=0.1)


def test_shapley_forms_are_averages_over_all_orders():
    generator = np.random.default_rng(4)
    correlations = np.corrcoef(generator.normal(size=(4, 12)))
    covariances = generator.normal(size=4)

    def explained(subset):
        place = list(subset)
        inverse = np.linalg.inv(correlations[np.ix_(place, place)]) if place else np.zeros((0, 0))
        return covariances[place] @ inverse @ covariances[place]

    orders = list(permutations(range(4)))
    slow = [
        np.mean(
            [
                explained((*order[: order.index(one)], one)) - explained(order[: order.index(one)])
                for order in orders
            ]
        )
        for one in range(4)
    ]
    forms = given.forms_of(correlations)

    assert [covariances @ form[2] @ covariances for form in forms] == pytest.approx(slow)
    assert sum(slow) == pytest.approx(explained(range(4)))


def test_values_are_those_that_the_worlds_are_drawn_with(crisis):
    inputs = inputs_of(crisis)
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=8, seed=5)
    again = values_at(crisis, inputs.uniforms(worlds=8, seed=5))

    assert set(again) == set(drawn)
    assert all((again[path] == drawn[path]).all() for path in drawn)


def test_groups_part_all_that_is_not_known(crisis):
    inputs = inputs_of(crisis)
    tables = {name: paths for name, paths in inputs.groups.items() if " + " not in name}
    members = [path for paths in tables.values() for path in paths]

    assert sorted(members) == sorted(inputs.coordinates)
    assert "actors.us.loss_weight_yielding + actors.us.war_cost" in inputs.groups
    assert "actors.us.war_cost" not in inputs.singles
    assert not any("stock" in name for name in (*inputs.groups, *inputs.singles))
    assert {"accepted", "actors.us", "defences.iran", "incidents", "talks", "war"} < set(tables)


def by_luck(kernel):
    """Return a kernel whose wars come with one number alone."""

    def encode(_crisis, values, *, grid, horizon):
        assert grid == "normal"
        return SimpleNamespace(calm=2.0 * values["dispute.luck"] - 0.5, horizon=horizon)

    return kernel._replace(encode=encode)


@pytest.fixture
def lucky(tmp_path, crisis, monkeypatch, kernel):
    monkeypatch.setattr(runners, "kernel", lambda: by_luck(kernel))
    return simulate(crisis, **SMALL, options=["hotline"], out=tmp_path / "lucky")


def test_a_run_tells_which_number_it_turns_on(lucky):
    found = drivers(lucky, outcome="any_war")
    first = max(found.numbers, key=lambda path: found.numbers[path].first.low)

    assert first == "dispute.luck"
    assert found.numbers[first].first.low > 0.5
    assert found.method == "given_data"
    assert found.enough is False
    assert found.worlds == 64


def test_a_design_tells_what_a_run_turns_on(lucky):
    found = drivers(lucky, method="design", worlds=32, numbers=["dispute.luck"], threads=1)
    others = [effect for name, effect in found.groups.items() if name != "dispute"]

    assert found.groups["dispute"].total.low > 0.8
    assert found.numbers["dispute.luck"].first.share > 0.7
    assert max(effect.total.share for effect in others) == 0.0
    assert found.method == "design"


def test_a_larger_design_plays_what_a_smaller_one_lacks_and_another_outcome_plays_nothing(lucky):
    small = drivers(lucky, method="design", worlds=16, threads=1)
    played = small.worlds
    asked = {"outcome": "deal", "option": "base", "numbers": ()}

    assert plan(lucky, **asked, worlds=16).missing == 0
    assert plan(lucky, **asked, worlds=24).missing == played // 2
    assert drivers(lucky, method="design", worlds=16, threads=1) == small


def test_shapley_effects_of_a_run_are_of_its_calibrated_numbers(tmp_path, crisis):
    run = simulate(crisis, **SMALL, out=tmp_path / "run")
    found = drivers(run, method="shapley", outcome="any_war")

    assert list(found.numbers) == list(inputs_of(crisis).accepted)
    assert found.numbers["talks.fade_rate"].shapley.low > 0.1
    assert max(found.numbers, key=lambda one: found.numbers[one].shapley.share) == "talks.fade_rate"
    assert all(effect.shapley is not None for effect in found.numbers.values())
    assert found.groups == {}


def test_the_json_has_the_keys_that_are_promised(lucky):
    content = drivers(lucky, outcome="deal").as_json()

    assert content["schema"] == "detente/drivers/1"
    assert {"outcome", "method", "enough", "numbers", "groups"} < set(content)
    assert {"first", "total", "low", "high"} < set(content["numbers"]["dispute.luck"])
    assert set(content["told"]) == {*content["numbers"], *content["groups"]}


def test_one_world_tells_nothing(tmp_path, crisis):
    run = simulate(crisis, futures=20, worlds=1, threads=1, out=tmp_path / "one")
    found = drivers(run)

    assert found.notes == ("16 worlds are needed to say anything; the run has 1",)
    assert found.effects == {}
    assert found.enough is False


def test_worlds_that_are_alike_turn_on_nothing(tmp_path, crisis, monkeypatch, kernel):
    def encode(_crisis, _values, *, grid, horizon):
        assert grid == "normal"
        return SimpleNamespace(calm=-0.8, horizon=horizon)

    monkeypatch.setattr(runners, "kernel", lambda: kernel._replace(encode=encode))
    run = simulate(crisis, **SMALL, out=tmp_path / "alike")

    for method in ("given_data", "shapley", "design"):
        found = drivers(run, method=method)

        assert "turns on nothing" in found.notes[0]
        assert found.effects == {}


def test_chance_of_one_future_a_world_is_not_taken_for_a_difference(tmp_path, crisis):
    run = simulate(crisis, futures=64, worlds=64, threads=1, out=tmp_path / "thin")
    shares, noise = by_world(run, "any_war")

    assert noise == pytest.approx(np.full(64, shares.mean() * (1 - shares.mean())))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"outcome": "warr"}, "did you mean war"),
        ({"option": "x"}, "no option 'x'"),
        ({"method": "magic"}, "given_data, design, shapley"),
        ({"worlds": 64}, "settings of a design"),
        ({"method": "design", "worlds": 15}, "from 16 to 4096"),
        ({"method": "design", "numbers": ["dispute.lukc"]}, "did you mean dispute.luck"),
        ({"method": "design", "numbers": ["moves.precision"]}, "the accepted set"),
        ({"method": "design", "numbers": ["actors.us.war_cost"]}, "correlated with others"),
        ({"method": "design", "numbers": ["war.surprise"]}, "does not seek the best attack"),
        ({"method": "design", "threads": 0}, "threads"),
    ],
)
def test_what_cannot_be_asked_is_told(lucky, asked, said):
    with pytest.raises(DetenteError) as told:
        drivers(lucky, **asked)

    assert said in f"{told.value} {told.value.hint}"


def test_a_design_needs_the_model_that_made_the_run(lucky):
    other = dataclasses.replace(lucky, record=lucky.record.model_copy(update={"model": "0" * 64}))

    with pytest.raises(DetenteError, match="another version of the model"):
        drivers(other, method="design")


def test_a_part_never_lies_outside_its_interval():
    places = points(2, worlds=64)
    looked = look_at(places[0], np.zeros(64))
    for column in places:
        part = part_of(fit(looked, legendre(column, 2)))

        assert 0.0 <= part.low <= part.share <= part.high <= 1.0


def test_laws_of_numbers_with_few_values_are_those_of_the_worlds():
    chance = Quantity("chance", "switch", 0.2, 0.4, probability=0.3)
    places = points(1, worlds=64)[0]
    is_so = np.array([law_of(chance)(place) for place in places.tolist()])
    function = functions_of(chance, places, 2)[:, 0]

    assert np.unique(np.round(function[is_so == 1.0], 9)).size == 1
    assert np.unique(np.round(function[is_so == 0.0], 9)).size == 1

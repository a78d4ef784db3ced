import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import DetenteError, simulate
from detente.analysis.conditions import numbers_of
from detente.analysis.influence import ClaimInfluence, Shift, influence, shift_of
from detente.evidence.claim import Claim
from tests.analysis.known import points

WORLDS = 128


def placed(count, *, worlds=WORLDS, seed=1):
    """Return places of numbers as runs draw them, shape (worlds, numbers)."""
    columns = points(count, worlds=worlds, seed=seed)
    named = {f"x{place}": column for place, column in enumerate(columns)}
    return numbers_of(named, worlds).places


def noise(size=0.02, *, worlds=WORLDS, seed=1):
    return size * np.random.default_rng(seed).normal(size=worlds)


def claim(grade):
    return Claim(
        says="x", source="s", date=date(2026, 1, 1), by="somebody", kind="stated", grade=grade
    )


def test_a_straight_line_moves_by_half_its_slope_when_its_number_lies_at_an_end():
    places = placed(1)
    found = shift_of(0.3 + 0.2 * places[:, 0], places, among=1)

    assert found.shift == pytest.approx(0.1, abs=0.002)
    assert found.rises_with is True


def test_a_chance_that_is_wrong_has_its_less_likely_answer():
    is_so = (placed(1) > 0.75).astype(float)
    places = numbers_of({"chance": is_so[:, 0]}, WORLDS).places
    found = shift_of(0.3 - 0.1 * is_so[:, 0], places, among=1)

    assert found.shift == pytest.approx(0.1 * 0.75, abs=1e-9)
    assert found.rises_with is False


def test_several_numbers_move_the_outcome_in_the_direction_that_moves_it_most():
    places = placed(2)
    shares = 0.3 + places @ np.array([0.12, -0.16])
    found = shift_of(shares, places, among=1)

    assert found.shift == pytest.approx(0.5 * math.hypot(0.12, 0.16), rel=0.1)
    assert found.rises_with is None


def test_known_shifts_lie_in_their_intervals_most_of_the_time():
    held = []
    for seed in range(20):
        places = placed(6, seed=seed)
        shares = places @ np.array([0.2, 0.12, -0.12, 0.1, 0.1, 0.1]) + noise(seed=seed)
        one, two = (shift_of(shares, places[:, own], among=6) for own in ([0], [1, 2]))
        held += [one.low <= 0.1 <= one.high, two.low <= 0.06 * math.sqrt(2.0) <= two.high]

    assert 0.75 <= np.mean(held) < 1.0


def test_numbers_that_do_nothing_seldom_seem_to_move_anything():
    shares = noise(seed=5)
    found = [shift_of(shares, placed(1, seed=seed), among=40) for seed in range(40)]

    assert sum(one.is_estimable for one in found) <= 6
    assert not any(one.stands_out for one in found)


def test_a_shift_that_is_no_more_than_noise_gives_is_told_as_next_to_none():
    small = shift_of(noise(seed=4), placed(3), among=1)

    assert small.low == 0.0
    assert small.shift < 0.02


@settings(max_examples=20)
@given(st.permutations(range(3)), st.integers(0, 100))
def test_the_order_of_numbers_changes_nothing(order, seed):
    places = placed(3, worlds=32, seed=seed)
    shares = places @ np.array([0.1, 0.2, 0.05]) + noise(worlds=32, seed=seed)
    one = shift_of(shares, places, among=5)
    other = shift_of(shares, places[:, order], among=5)

    assert other[:3] == pytest.approx(one[:3], abs=1e-9)


@settings(max_examples=20)
@given(st.floats(0.1, 10.0), st.floats(-1.0, 1.0))
def test_shifts_go_with_the_scale_of_shares_and_not_with_their_level(scale, level):
    places = placed(2, worlds=32)
    shares = places @ np.array([0.1, 0.2]) + noise(worlds=32)
    plain, moved = (shift_of(one, places, among=2) for one in (shares, scale * shares + level))

    assert moved[:3] == pytest.approx([scale * end for end in plain[:3]], rel=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 100), st.integers(1, 4))
def test_a_shift_lies_in_its_interval(seed, count):
    places = placed(count, worlds=16, seed=seed)
    found = shift_of(noise(worlds=16, seed=seed) + 0.02 * places[:, 0], places, among=9)

    assert 0.0 <= found.low <= found.shift <= found.high


def test_worlds_that_are_alike_hang_on_nothing():
    assert shift_of(np.full(WORLDS, 0.3), placed(2), among=2)[:3] == (0.0, 0.0, 0.0)


def test_more_worlds_narrow_an_interval():
    def width(worlds):
        places = placed(1, worlds=worlds)
        found = shift_of(0.2 * places[:, 0] + noise(0.1, worlds=worlds), places, among=1)
        return found.high - found.low

    assert width(1024) < 0.5 * width(64)


def told(shift, low=0.0):
    return Shift(shift, low, shift + 0.1, stands_out=False, rises_with=None)


def test_weak_claims_with_much_weight_come_first_and_those_that_cannot_be_told_later():
    claims = {
        "strong": ClaimInfluence(claim("A1"), ("x",), (), {"deal": told(0.10, 0.05)}),
        "weak": ClaimInfluence(claim("F6"), ("x",), (), {"deal": told(0.05, 0.01)}),
        "unsure": ClaimInfluence(claim("F6"), ("x",), (), {"deal": told(0.20)}),
        "silent": ClaimInfluence(claim("F6"), (), (), {}),
    }

    assert sorted(claims, key=lambda key: claims[key].order) == [
        "weak",
        "strong",
        "unsure",
        "silent",
    ]


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, futures=1280, worlds=64, threads=1, out=tmp_path / "run")


def test_a_claim_on_which_nothing_rests_moves_nothing(run):
    found = influence(run)
    silent = {key for key, one in found.claims.items() if not one.fields}
    listed = {row["claim"] for row in found.as_json()}

    assert "order-to-mass" in silent
    assert silent.isdisjoint(listed)
    assert silent | listed == set(found.claims)


def test_a_claim_is_moved_by_the_numbers_that_rest_on_it(run, crisis):
    found = influence(run, outcomes=["deal"])
    key, one = next((key, one) for key, one in found.claims.items() if one.fields)

    assert all(key in crisis.numbers[field].because for field in one.fields)
    assert set(one.shifts) == {"deal"}


def test_nothing_hangs_on_the_claim_behind_a_number_that_was_set(tmp_path, crisis):
    changed = crisis.with_changes({"actors.us.loss_weight_yielding": 1.5})
    run = simulate(changed, futures=64, worlds=16, threads=1, out=tmp_path / "set")
    found = influence(run)

    assert found.claims["will-in-washington"].shifts == {}
    assert found.claims["unpredictable-by-design"].fields == ("actors.us.risk_aversion",)


def test_too_few_worlds_say_nothing(tmp_path, crisis):
    run = simulate(crisis, futures=64, worlds=8, threads=1, out=tmp_path / "few")
    found = influence(run)

    assert found.notes == ("16 worlds are needed to say anything; the run has 8",)
    assert found.as_json() == []


def test_there_is_no_influence_on_an_outcome_that_is_none(run):
    with pytest.raises(DetenteError, match="no outcome 'warr'"):
        influence(run, outcomes=["warr"])

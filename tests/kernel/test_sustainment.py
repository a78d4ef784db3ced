import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.defence import detection_factor, exposure
from detente.kernel.sustainment import recover, restock, suppress
from detente.kernel.theatre import CHALLENGER, DEFENDER, defence_of
from tests.kernel.duels import EXPECTED, STRIKE, conflict_of, drawn, new_war, share

FUTURES = 100 if numba.config.DISABLE_JIT else 1000
hits = st.floats(0.0, 200.0)
chances = st.one_of(st.just(EXPECTED), st.integers(0, 50).map(drawn))


def conflict(**figures):
    """Return a war at its first morning; figures are the defender's defence's."""
    war = new_war()
    for name, value in figures.items():
        war.theatre.defender_defence[name] = value
    return conflict_of(war, STRIKE)


def stand(begun):
    return begun.campaign.defender_status


def test_hits_on_batteries_fall_on_layers_by_their_number():
    begun = conflict()

    suppress(begun, DEFENDER, 4.0, EXPECTED)
    lost = stand(begun).damaged[:2]

    assert lost[0] / 3.0 == pytest.approx(lost[1] / 8.0)


@given(hits, chances)
def test_batteries_are_conserved_and_rounds_are_lost_with_them(many, chance):
    begun = conflict()
    first = stand(begun).rounds.copy()

    suppress(begun, DEFENDER, many, chance)
    now = stand(begun)

    np.testing.assert_allclose((now.batteries + now.damaged)[:2], [3.0, 8.0])
    assert np.all(now.rounds >= 0.0)
    assert np.all(now.rounds <= first)
    left = now.batteries[:2] / [3.0, 8.0]
    np.testing.assert_allclose(now.rounds[:2], first[:2] * left, atol=1.0)


@given(hits, hits)
def test_command_and_radars_fall_with_hits_on_them_and_come_back(some, more):
    mild, heavy = conflict(), conflict()
    suppress(mild, DEFENDER, some, EXPECTED)
    suppress(heavy, DEFENDER, some + more, EXPECTED)
    before = float(stand(heavy).command), float(stand(heavy).sensors)

    assert 0.0 <= before[0] <= float(stand(mild).command) <= 1.0
    recover(heavy, DEFENDER, EXPECTED)
    assert before[0] <= float(stand(heavy).command) <= 1.0
    assert before[1] <= float(stand(heavy).sensors) <= float(stand(heavy).command)


def test_command_is_back_by_two_thirds_after_its_days():
    begun = conflict()
    stand(begun).command = 0.0
    for _ in range(3):
        recover(begun, DEFENDER, EXPECTED)

    assert float(stand(begun).command) == pytest.approx(1.0 - np.exp(-1.0))


@given(share, share, share)
def test_silence_hides_and_blinds_unless_command_joins_the_batteries(silence, eps, pooled):
    open_eyes = conflict(silence=0.0, silent_exposure=eps, integration=pooled)
    silent = conflict(silence=silence, silent_exposure=eps, integration=pooled)
    of = [defence_of(begun.theatre, DEFENDER) for begun in (open_eyes, silent)]
    for begun in (open_eyes, silent):
        stand(begun).alertness = 1.0

    assert exposure(of[1]) <= exposure(of[0]) == 1.0
    seen = [
        detection_factor(defence, stand(begun))
        for defence, begun in zip(of, (open_eyes, silent), strict=True)
    ]
    assert seen[1] <= seen[0] + 1e-12
    assert seen[1] == pytest.approx(seen[0] * (1.0 - silence * (1.0 - pooled)))


@given(st.integers(0, 30).map(float), st.integers(0, 20).map(float), share, chances)
def test_reloading_moves_rounds_and_makes_none(reserve, rate, fired, chance):
    begun = conflict(reserve=reserve, reload_rate=rate)
    now = stand(begun)
    now.rounds[:2] = np.floor(now.rounds[:2] * (1.0 - fired))
    total = now.rounds[:2] + now.reserve[:2]
    ready = now.rounds[:2].copy()

    for layer in range(2):
        restock(begun, DEFENDER, layer, chance)

    np.testing.assert_allclose(now.rounds[:2] + now.reserve[:2], total)
    assert np.all(now.reserve[:2] >= 0.0)
    assert np.all(now.rounds[:2] - ready <= rate * now.batteries[:2] + 1e-9)
    assert np.all(now.rounds[:2] <= 30.0 * now.batteries[:2])


@pytest.mark.parametrize("chances_by_day", [[EXPECTED] * 20, [drawn(3, day) for day in range(20)]])
def test_supplies_arrive_at_their_rate(chances_by_day):
    begun = conflict(resupply=0.0125)
    for chance in chances_by_day:
        restock(begun, DEFENDER, 0, chance)
        begun.campaign.day += 1

    assert float(stand(begun).reserve[0]) == pytest.approx(0.25 * 3 * 30.0, abs=0.51)


def brought_up(future, days, rate):
    """Return the weapons brought up in so many days."""
    begun = conflict()
    begun.theatre.challenger_arsenal.replenishment[0] = rate
    first = begun.campaign.stock.copy()
    for day in range(days):
        recover(begun, CHALLENGER, drawn(future, day))
        begun.campaign.day += 1
    return (begun.campaign.stock - first).sum()


def test_weapons_are_brought_up_at_their_rate():
    assert brought_up(1, 4, 2.5) == pytest.approx(10.0)


def test_a_slow_supply_comes_as_often_as_its_rate_says():
    brought = [brought_up(future, 3, 0.1) for future in range(FUTURES)]

    assert set(brought) == {0.0, 1.0}
    # 4 standard errors.
    assert np.mean(brought) == pytest.approx(0.3, abs=4.0 * np.sqrt(0.3 * 0.7 / FUTURES))


@pytest.mark.parametrize("side", [CHALLENGER, DEFENDER])
def test_rounds_are_lost_with_batteries_in_the_mean(side):
    begun = conflict_of(new_war(), STRIKE)
    stands = (begun.campaign.challenger_status, begun.campaign.defender_status)
    first = stands[side].copy()
    lost, wrecked = [], []
    for future in range(FUTURES):
        stands[side].rounds[0] = 7.0
        stands[side].batteries[:] = first.batteries
        suppress(begun, side, 3.0, drawn(future))
        lost.append(1.0 - stands[side].batteries[0] / first.batteries[0])
        wrecked.append(7.0 - stands[side].rounds[0])

    gaps = np.array(wrecked) - 7.0 * np.array(lost)
    assert np.std(gaps) > 0.0
    assert np.mean(gaps) == pytest.approx(0.0, abs=4.0 * np.std(gaps) / np.sqrt(FUTURES))

import numpy as np
import pytest

from detente.endings import Ending
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.study import CLASSES as READ_CLASSES
from detente.ensemble.tally import CLASSES, corridor, count, violations, war_ends
from detente.kernel.endings import FUTURE, Ceasefire, FirstShot, Trigger, Violence

HORIZON = 30


def settled(world, settlement):
    """Return a future without force."""
    row = np.zeros(1, FUTURE)
    row["world"], row["settlement"], row["ending"] = world, settlement, settlement
    days = ("first_force_day", "war_day", "broken_deal_day", "broken_day", "failed_day")
    for name in (*days, "initiator"):
        row[name] = -1
    return row


def forced(world, ceasefire, violence=Violence.WAR):
    """Return a future in which talks had failed when force began."""
    row = settled(world, Ending.TALKS_FAILED)
    row["violence"], row["ceasefire"] = violence, ceasefire
    row["ending"] = Ending.LIMITED_STRIKE + violence - Violence.LIMITED_STRIKE
    row["trigger"], row["initiator"], row["first_force_day"] = Trigger.STRIKE, 0, 0
    row["war_day"] = 0 if violence >= Violence.WAR else -1
    return row


ROWS = np.concatenate(
    [
        settled(0, Ending.COMPREHENSIVE_DEAL),
        settled(0, Ending.NARROW_DEAL),
        settled(0, Ending.FADES),
        forced(0, Ceasefire.SPENT),
        settled(1, Ending.CONTAINMENT),
        settled(1, Ending.TALKS_FAILED),
        forced(2, Ceasefire.LEARNT),
        forced(2, Ceasefire.MEDIATED, Violence.REGIONAL_WAR),
        forced(2, Ceasefire.MEDIATED),
        forced(2, Ceasefire.LIMITED, Violence.LIMITED_STRIKE),
        forced(2, Ceasefire.LIMITED),
        forced(2, Ceasefire.RAN_OUT),
        settled(3, Ending.NARROW_DEAL),
    ]
)


def test_studies_have_room_for_the_class_of_every_ending():
    assert np.iinfo(READ_CLASSES.kind).max >= CLASSES - 1


def test_the_rows_break_no_law():
    assert violations(ROWS) == 0


@pytest.mark.parametrize("amount", ["belief_hard", "challenger_loss", "world_cost"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_amount_that_is_not_finite_breaks_a_law(amount, value):
    rows = ROWS.copy()
    rows[amount][1] = value

    assert violations(rows) == 1


def test_a_deal_counts_as_made_whether_it_holds_broke_or_came_after_force():
    kept = settled(0, Ending.NARROW_DEAL)
    broke, late = forced(0, Ceasefire.SPENT), forced(0, Ceasefire.SPENT)
    broke["broken_deal_day"], broke["broken_day"] = 0, 0
    late["settlement"] = Ending.NARROW_DEAL
    tally = count([np.concatenate([kept, broke, late, forced(0, Ceasefire.SPENT)])], 1, HORIZON)

    assert OUTCOMES["deal_ever"].counted(tally.classes).tolist() == [3]
    assert OUTCOMES["deal"].counted(tally.classes).tolist() == [1]
    assert tally.axes[0, Violence.WAR, Ending.NARROW_DEAL] == 1


def test_talks_that_failed_at_any_time_count_however_the_future_ends():
    early = settled(0, Ending.NARROW_DEAL)
    early["failed_day"] = 0
    tally = count([np.concatenate([early, settled(0, Ending.FADES)])], 1, HORIZON)

    assert OUTCOMES["talks_ever_failed"].counted(tally.classes).tolist() == [1]
    assert OUTCOMES["talks_failed"].counted(tally.classes).tolist() == [0]


def test_both_axes_count_every_future_once():
    tally = count([ROWS], 5, HORIZON)

    assert tally.axes.sum() == tally.futures == len(ROWS)


def test_a_first_shot_is_chosen_by_a_move_or_by_making_good_an_ultimatum():
    rows = np.concatenate([forced(world % 2, Ceasefire.SPENT) for world in range(4)])
    rows["first_shot"] = [FirstShot.MISTAKE, FirstShot.LAPSED, FirstShot.ALLY, FirstShot.MISREAD]
    rows["first_shot_gap"] = [-0.5, -0.25, 0.0, 0.0]
    rows["violence"][1] = Violence.LIMITED_STRIKE
    tally = count([rows], 2, HORIZON)

    assert tally.first_shots.sum(axis=(2, 3)).tolist() == [[0, 1], [2, 1]]
    assert tally.chosen.tolist() == [[0, 1], [1, 0]]
    assert tally.mistakes.tolist() == [[0, -0.5, 1.0], [1, -0.25, 0.0]]


def test_wars_are_counted_by_why_they_stopped_and_limited_strikes_are_none():
    assert war_ends(count([ROWS], 5, HORIZON)) == {
        Ceasefire.LIMITED: 1,
        Ceasefire.SPENT: 1,
        Ceasefire.LEARNT: 1,
        Ceasefire.MEDIATED: 2,
        Ceasefire.RAN_OUT: 1,
    }


@pytest.mark.parametrize("size", [1, 4, 7])
def test_a_count_of_parts_is_the_count_of_the_whole(size):
    parts = [ROWS[start : start + size] for start in range(0, len(ROWS), size)]
    whole, pieces = count([ROWS], 5, HORIZON), count(parts, 5, HORIZON)

    assert all(np.array_equal(one, other) for one, other in zip(whole, pieces, strict=True))


def futures_of(days, seed):
    """Return futures that end on days of chance in each way, some after a deal that was broken."""
    draw = np.random.default_rng(seed)
    rows = draw.choice(ROWS, 300)
    rows["world"] = 0
    rows["ending_day"] = draw.integers(days, size=len(rows))
    rows["first_force_day"] = np.where(rows["initiator"] >= 0, rows["ending_day"], -1)
    rows["war_day"] = np.where(rows["violence"] >= Violence.WAR, rows["ending_day"], -1)
    is_broken = (rows["ending_day"] > 1) & (draw.random(len(rows)) < 0.3)
    struck, broken = np.sort(draw.integers(rows["ending_day"] + 1, size=(2, len(rows))), axis=0)
    rows["broken_deal_day"], rows["broken_day"] = np.where(is_broken, (struck, broken), -1)
    return rows


def test_the_corridor_is_the_count_of_what_has_come_by_each_day():
    rows = futures_of(HORIZON + 1, seed=3)
    days = np.arange(HORIZON + 1)[:, None]
    has_ended = rows["ending_day"] <= days
    is_in_force = has_ended & (rows["ending"] <= Ending.NARROW_DEAL)
    is_in_force |= (rows["broken_deal_day"] <= days) & (days < rows["broken_day"])
    is_force = has_ended & (rows["initiator"] >= 0)
    quiet = (Ending.DEFENDER_YIELDS, Ending.CHALLENGER_DROPS, Ending.FADES)
    is_settled = has_ended & np.isin(rows["ending"], quiet)
    reported = np.array(corridor(count([rows], 1, HORIZON)))

    assert violations(rows) == 0
    np.testing.assert_array_equal(reported[:, 0], days[:, 0])
    np.testing.assert_allclose(reported[:, 2], is_in_force.mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(reported[:, 3], is_force.mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(reported[:, 4], is_settled.mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(reported[:, 4] + reported[:, 5], reported[:, 1], atol=1e-12)
    np.testing.assert_allclose(reported[:, 2:].sum(axis=1), 1.0, atol=1e-12)

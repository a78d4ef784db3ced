import numpy as np
import pytest

from detente.questions.engagement.campaigns import (
    add_up,
    first_day,
    over_days,
    read_campaigns,
    read_days,
)
from tests.questions.battles import blank_logs, struck

DEFENDER = 1


def raided():
    """Return two campaigns of two days of raids and two of rest, with numbers written by hand."""
    logs = blank_logs(2, 4)
    rows = logs[:, :, DEFENDER]
    rows["launched"][:, :2] = 12.0
    rows["reliable"][:, :2] = 10.0
    rows["sent"][:, :2, :2] = [4.0, 8.0]
    rows["worked"][:, :2, :2] = [4.0, 6.0]
    rows["passed"][:, :2, :2] = [[[3.0, 5.0], [3.0, 3.0]], [[4.0, 6.0], [4.0, 6.0]]]
    rows["leaked"][:, :2] = [[8.0, 6.0], [10.0, 10.0]]
    rows["why"][0, 0] = [5.0, 1.0, 0.0, 2.0]
    rows["why"][0, 1] = [3.0, 0.0, 2.0, 1.0]
    rows["why"][1, :2] = [10.0, 0.0, 0.0, 0.0]
    rows["shots"][0, :2] = 6.0
    rows["fired"][0, :2, :2] = [4.0, 2.0]
    rows["batteries"] = [[8.0, 6.0, 8.0, 9.0], [10.0, 9.0, 9.0, 10.0]]
    rows["command"] = [[0.8, 0.7, 0.95, 1.0], [1.0, 1.0, 1.0, 1.0]]
    rows["rounds"] = [[20.0, 4.0, 4.0, 4.0], [50.0, 40.0, 40.0, 40.0]]
    rows["reserve"] = [[10.0, 5.0, 5.0, 5.0], [30.0, 30.0, 30.0, 30.0]]
    rows["loss"][:, 1] = [0.3, 0.4]
    rows["broken"][:, 1] = [0.3, 0.5, 0.1]
    return logs


@pytest.fixture
def outcomes():
    return read_campaigns(raided(), struck(), 2)


def reported(outcomes, *key):
    return outcomes[key].tolist()


def test_leakage_is_what_passed_of_what_worked_by_cause_and_class(outcomes):
    assert reported(outcomes, "leakage") == [0.7, 1.0]
    assert reported(outcomes, "cause", "unseen") == [0.4, 1.0]
    assert reported(outcomes, "cause", "no_channel") == [0.05, 0.0]
    assert reported(outcomes, "cause", "no_round") == [0.1, 0.0]
    assert reported(outcomes, "cause", "missed") == pytest.approx([0.15, 0.0])
    assert reported(outcomes, "class", "aircraft") == [0.75, 1.0]
    assert reported(outcomes, "class", "missiles") == pytest.approx([8.0 / 12.0, 1.0])


def test_where_nothing_flew_there_is_no_leakage():
    outcomes = read_campaigns(blank_logs(2, 4), struck(), 2)

    assert np.isnan(outcomes["leakage",]).all()
    assert np.isnan(outcomes["class", "aircraft"]).all()


def test_the_attacker_loses_weapons_and_of_those_that_return_a_share(outcomes):
    assert reported(outcomes, "shot_down") == [6.0, 0.0]
    assert reported(outcomes, "aircraft", "down") == [2.0, 0.0]
    assert reported(outcomes, "aircraft", "down_share") == [0.05, 0.0]


def test_damage_is_that_of_the_last_evening_of_the_raids(outcomes):
    assert reported(outcomes, "broken", "programme") == [0.5, 0.5]
    assert reported(outcomes, "loss") == [0.3, 0.4]


def test_the_challenger_has_no_programme_that_is_raided():
    outcomes = read_campaigns(raided(), struck()._replace(side=0), 2)

    assert ("broken", "programme") not in outcomes
    assert ("broken", "military") in outcomes


def test_cost_is_that_of_rounds_and_of_weapons_that_are_gone(outcomes):
    assert reported(outcomes, "cost", "rounds") == [2 * (4.0 + 2.0 * 3.0), 0.0]
    assert reported(outcomes, "cost", "shot_down") == [2 * 50.0 + 4 * 2.0, 0.0]
    assert reported(outcomes, "cost", "spent") == [2 * 50.0 + 16 * 2.0, 16 * 2.0]


def test_batteries_are_reported_at_the_end_of_the_raids_and_at_their_lowest(outcomes):
    assert reported(outcomes, "batteries", "last") == [6.0, 9.0]
    assert reported(outcomes, "batteries", "lowest") == [6.0, 9.0]
    assert reported(outcomes, "batteries", "alive") == [0.6, 0.9]


def test_a_defence_is_back_with_nine_tenths_of_batteries_and_command(outcomes):
    assert reported(outcomes, "recovery", "is_back") == [True, True]
    assert reported(outcomes, "recovery", "days") == [2.0, 0.0]


def test_a_defence_that_is_not_back_has_no_day_on_which_it_is():
    logs = raided()
    logs["command"][0, :, DEFENDER] = 0.5
    outcomes = read_campaigns(logs, struck(), 2)

    assert reported(outcomes, "recovery", "is_back") == [False, True]
    assert np.isnan(outcomes["recovery", "days"][0])


def test_without_days_of_rest_nothing_is_said_of_recovery():
    outcomes = read_campaigns(raided()[:, :2], struck(), 2)

    assert not [key for key in outcomes if key[0] == "recovery"]


def test_a_magazine_is_low_below_a_tenth_of_the_first_rounds(outcomes):
    assert reported(outcomes, "rounds", "left") == [9.0, 70.0]
    assert reported(outcomes, "magazine", "is_low") == [True, False]
    assert outcomes["magazine", "days"][0] == 2.0
    assert np.isnan(outcomes["magazine", "days"][1])


def test_a_defence_without_batteries_or_rounds_has_none_to_lose():
    outcomes = read_campaigns(raided(), struck(batteries=0.0, rounds=0.0), 2)

    assert not {key[0] for key in outcomes} & {"batteries", "recovery", "rounds", "magazine"}


def test_the_first_day_of_something_that_never_is_so_is_no_number():
    ever, days = first_day(np.array([[False, True, False], [False, False, False]]))

    assert ever.tolist() == [True, False]
    assert days[0] == 1.0
    assert np.isnan(days[1])


def test_days_are_reported_in_the_mean_and_without_leakage_where_nothing_flies():
    days = over_days([read_days(raided(), struck())], 2)

    assert [day.is_raid for day in days] == [True, True, False, False]
    assert days[0].figures["leakage"].value == 0.9
    assert days[0].figures["unseen"].value == 0.75
    assert days[1].figures["alive"].value == 0.75
    assert days[1].figures["left_share"].value == pytest.approx(0.395)
    assert "leakage" not in days[2].figures


def test_days_of_two_parts_add_up_to_those_of_all():
    logs = raided()
    parts = add_up(read_days(logs[:1], struck()), read_days(logs[1:], struck()))
    whole = read_days(logs, struck())

    for name, sums in whole.items():
        np.testing.assert_array_equal(sums.total, parts[name].total)
        np.testing.assert_array_equal(sums.counted, parts[name].counted)

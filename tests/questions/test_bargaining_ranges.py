import numpy as np
import pytest
from scipy.optimize import linprog

from detente.ensemble.encode.agenda import CrisisOnTerms
from detente.ensemble.encode.talks import read_agenda
from detente.ensemble.encode.world import encode_on_terms
from detente.questions.bargaining.game import worth_of_failure, worth_of_force
from detente.questions.bargaining.ranges import (
    Frontier,
    frontier_of,
    interval_of,
    package_worths,
    read_ranges,
)
from tests.kernel.worlds import war_table
from tests.questions.games import LEVEL, small_game

PIE = Frontier(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
"""A pie of 1, of which the challenger gets what the defender does not."""
HARD, SOFT = -0.03 + 0.06 + 0.03, -0.30 + 0.06 + 0.03
"""A war begun by the challenger at force level 1, from the words of the hand-written table."""
TOUGH, WEAK = -0.34 - 0.06 - 0.03, -0.62 - 0.06 - 0.03
STRUCK = {"hard": HARD, "soft": SOFT, "tough": TOUGH, "weak": WEAK}
ROUNDING = 1e-6
"""Of the tables, which are of single precision."""


def bent_game():
    """Return the numbers of the small game and its world, the last of each issue the dearest."""
    crisis, values = small_game().settled
    bends = {f"issues.{key}.defender_curvature": 1.0 for key in ("water", "islands")}
    settled = CrisisOnTerms(crisis, values | bends)
    return settled, encode_on_terms(*settled, grid="tiny", horizon=90)


def reading(*key):
    return read_ranges(small_game())["agendas", *key]


def as_good_as_force(holder):
    """Return the deal that is worth as much to a holder as the war, its breaking counted."""
    values = small_game().settled.values
    rates = [values[f"actors.{side}.breaking_rate"] for side in ("north", "south")]
    lasting = values["moves.discount"] / (values["moves.discount"] + sum(rates))
    broken = worth_of_failure(small_game())[list(STRUCK).index(holder)]
    return (STRUCK[holder] - (1.0 - lasting) * broken) / lasting


@pytest.mark.parametrize(("win", "own", "others"), [(0.5, 0.1, 0.2), (0.3, 0.2, 0.05)])
def test_the_range_of_a_pie_is_the_chance_to_win_less_and_plus_the_costs(win, own, others):
    interval = interval_of(PIE, (win - own, 1.0 - win - others))

    assert interval.exists
    assert interval.lowest == pytest.approx(win - own)
    assert interval.highest == pytest.approx(win + others)


def test_there_is_no_range_where_war_is_worth_more_than_the_pie():
    assert not interval_of(PIE, (0.6, 0.5)).exists


def test_there_is_no_range_where_the_defender_prefers_war_to_the_softest_deal():
    assert not interval_of(PIE, (0.0, 1.2)).exists


def test_there_is_no_range_where_the_challenger_prefers_war_to_the_hardest_deal():
    assert not interval_of(PIE, (1.1, -0.5)).exists


def test_the_range_ends_at_the_softest_and_the_hardest_deal():
    assert interval_of(PIE, (-0.5, -0.5)) == (True, 0.0, 1.0)


@pytest.mark.parametrize(
    ("types", "to_challenger", "to_defender"),
    [
        (("hard", "tough"), HARD, TOUGH),
        (("hard", "weak"), HARD, WEAK),
        (("soft", "tough"), SOFT, TOUGH),
        (("soft", "weak"), SOFT, WEAK),
    ],
)
def test_force_is_worth_what_the_table_holds_with_the_force_in_view(
    types, to_challenger, to_defender
):
    pair = [
        reading("wide", "pairs", *types, key)
        for key in ("force_to_challenger", "force_to_defender")
    ]

    assert pair == pytest.approx([to_challenger, to_defender], abs=ROUNDING)


def best_deal(least_to_defender):
    """Return what the best deal is worth to the challenger, by linear programming over all deals.

    One position an issue, and the part of relief that is withheld, each from 0 to 1.
    """
    game = small_game()
    agenda, talks = read_agenda(*game.settled), game.world.talks
    demanded, conceded = agenda.issues.demanded, agenda.issues.conceded
    relief_cost, relief_gain = demanded[-1], conceded[-1]
    price = 1.0 + talks.capitulation * LEVEL * talks.publicity
    losses = [*(price * conceded[:-1]), relief_gain]
    found = linprog(-demanded, A_ub=[losses], b_ub=[relief_gain - least_to_defender], bounds=(0, 1))
    return -found.fun - relief_cost


def test_the_highest_deal_is_the_best_of_all_that_the_defender_prefers_to_force():
    for pair in (("hard", "tough"), ("soft", "weak")):
        best = best_deal(as_good_as_force(pair[1]))
        assert reading("wide", "pairs", *pair, "highest") == pytest.approx(best, abs=ROUNDING)


def test_the_lowest_deal_is_the_challengers_war_or_the_softest():
    softest = frontier_of(small_game().settled, small_game().world).challenger[0]

    hard, soft = as_good_as_force("hard"), as_good_as_force("soft")
    lowest = [reading("wide", "pairs", kind, "tough", "lowest") for kind in ("hard", "soft")]

    assert hard > softest > soft
    assert lowest == pytest.approx([hard, softest], abs=ROUNDING)


def test_a_deal_that_may_break_is_held_against_force_with_what_then_follows():
    broken = worth_of_failure(small_game())

    assert (broken > worth_of_force(small_game(), LEVEL))[:4].tolist() == [False, True, True, True]
    assert as_good_as_force("hard") > HARD
    assert all(as_good_as_force(kind) < STRUCK[kind] for kind in ("soft", "tough", "weak"))


@pytest.mark.parametrize("least", np.linspace(-0.9, 0.2, 12))
def test_no_deal_lies_beyond_the_frontier_and_each_of_its_points_is_one(least):
    frontier = frontier_of(small_game().settled, small_game().world)

    on_frontier = np.interp(-least, -frontier.defender, frontier.challenger)

    assert on_frontier == pytest.approx(best_deal(least))


def test_no_package_lies_beyond_the_frontier():
    frontier = frontier_of(small_game().settled, small_game().world)
    challenger, defender = np.array(package_worths(small_game().world)).T

    assert (
        challenger <= np.interp(-defender, -frontier.defender, frontier.challenger) + 1e-12
    ).all()


def test_no_package_of_issues_that_bend_lies_beyond_a_frontier_that_bends_with_them():
    settled, world = bent_game()
    frontier = frontier_of(settled, world)
    challenger, defender = np.array(package_worths(world)).T

    assert (np.diff(frontier.defender, 2) <= 1e-12).all()
    assert (
        challenger <= np.interp(-defender, -frontier.defender, frontier.challenger) + 1e-4
    ).all()


def test_a_package_lies_inside_where_neither_side_prefers_force():
    worths = package_worths(small_game().world)
    expected = [
        to_challenger >= as_good_as_force("hard") and to_defender >= as_good_as_force("tough")
        for to_challenger, to_defender in worths
    ]
    inside = [reading("wide", "pairs", "hard", "tough", "inside", n) for n in ("1", "2", "3")]

    assert inside == expected
    assert {True, False} == set(inside)


def test_packages_are_reported_by_what_they_move_and_are_worth():
    talks = small_game().world.talks
    demanded = read_agenda(*small_game().settled).issues.demanded
    moved = np.array(
        [reading("wide", "packages", "2", "issues", key) for key in ("water", "islands")]
    )
    withheld = 1.0 - reading("wide", "packages", "2", "relief")
    to_challenger = demanded[:2] @ moved - demanded[2] * (1 - withheld)

    assert reading("wide", "packages", "2", "to_challenger") == pytest.approx(to_challenger)
    assert to_challenger == pytest.approx(talks.challenger_deal[1])


def test_the_narrow_agenda_holds_its_own_issues_only():
    keys = {
        key[4]
        for key in read_ranges(small_game())
        if key[1:4:2] == ("narrow", "1") and len(key) > 5
    }

    assert keys <= {"issues"}
    assert ("agendas", "narrow", "packages", "1", "issues", "water") in read_ranges(small_game())
    assert ("agendas", "narrow", "packages", "1", "issues", "islands") not in read_ranges(
        small_game()
    )


def test_one_agenda_is_the_games():
    assert reading("wide", "played") is True
    assert reading("narrow", "played") is False


def test_the_war_table_is_the_one_written_by_hand():
    np.testing.assert_array_equal(small_game().solved.war.worth, war_table().worth)

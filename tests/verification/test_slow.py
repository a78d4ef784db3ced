import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verification.slow import __main__ as command
from verification.slow.agreement import AGREED, WELL_FITTED, Verdict, by_kernel, compare
from verification.slow.beliefs import (
    CHALLENGER,
    DEFENDER,
    HARD,
    HOLDERS,
    Beliefs,
    Surface,
    constant,
    fit,
    mesh,
    probability,
)
from verification.slow.cases import (
    arrivals,
    brief,
    drawn,
    incidents,
    offers,
    programme,
    raises,
    ultimatum,
    withdrawal,
)
from verification.slow.choice import Move, choose, open_choice, settle
from verification.slow.game import Game
from verification.slow.states import Regime, Standing
from verification.slow.worlds import force_table, quiet

GAMES = (brief, offers, ultimatum, raises, arrivals, withdrawal, programme, incidents)
POINTS = 17
PRECISION = 16.0
PARTS = Path(command.__file__).parent
RECORDS = {
    "Array",
    "ChallengerMove",
    "DefenderMove",
    "Incidents",
    "Talks",
    "World",
    "new_record",
}
JUDGES = {"__main__.py", "agreement.py"}

log_odds = st.floats(-3.0, 3.0)


def taken_from_the_kernel(path):
    return {
        name.name
        for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(statement, ast.ImportFrom) and statement.module.startswith("detente")
        for name in statement.names
    }


def bent(seed):
    """Return worths that hang on both beliefs: a saddle of another height for each holder."""
    draws = np.random.default_rng(seed).normal(0.0, 0.04, (3, 3, HOLDERS))
    terms = np.zeros((6, 6, HOLDERS))
    terms[:3, :3] = draws
    return Surface(terms)


def three_moves(shift=0.0):
    return [
        Move(1.0, bent(1)),
        Move(0.4, Surface(bent(2).terms + shift)),
        Move(0.1, bent(3)),
    ]


def one(tough, hard):
    return Beliefs(np.array([tough]), np.array([hard]))


def settled(side, beliefs, moves):
    """Return a side's choice, its posteriors, and each type's chances by move."""
    choice = open_choice(side, beliefs, moves)
    start = np.tile(choice.prior, (len(moves), 1))
    posteriors = settle(choice, start, PRECISION)
    worths = choice.worths(posteriors)
    chances = [np.exp(choice.log_chances(worths, PRECISION, choice.own + own)) for own in (0, 1)]
    return posteriors, *chances


@pytest.mark.parametrize("build", GAMES)
def test_the_kernel_and_the_slow_solver_agree_on_what_a_small_game_is_worth(build):
    verdict = compare(build(), POINTS, degrees=24)

    assert verdict.misfit < WELL_FITTED
    assert verdict.off[-1] < AGREED


@pytest.mark.parametrize("seed", [3, 12, 14])
def test_they_agree_on_games_drawn_at_random(seed):
    assert compare(drawn(seed), 17, degrees=24).is_agreed()


def test_a_finer_grid_brings_the_kernel_closer():
    coarse, fine, finest = compare(ultimatum(), 5, 9, 17, degrees=24).off

    assert finest < fine < coarse


@pytest.mark.parametrize("holder", [0, 1, 2])
def test_they_do_not_agree_once_force_brings_one_side_another_worth(holder):
    game = incidents()
    changed = game.war.copy()
    changed[..., holder] += 0.02
    worths = Game(game.world, game.war, 16).at_start()
    off = np.abs(by_kernel(game._replace(war=changed), POINTS) - worths).max()

    assert off > AGREED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("precision", 25.0),
        ("ratify_probability", 0.75),
        ("text_rate", 0.025),
        ("fade_rate", 0.005),
        ("vow_retreat", 0.5),
    ],
)
def test_they_do_not_agree_on_games_that_differ_in_one_number(field, value):
    game = programme()
    changed = programme()
    setattr(changed.world.talks, field, value)
    worths = Game(game.world, game.war, 16).at_start()
    off = np.abs(by_kernel(changed, POINTS) - worths).max()

    assert off > AGREED


@pytest.mark.parametrize(
    ("misfit", "off", "agreed"),
    [
        (0.0, [0.1, 0.0009], True),
        (0.0, [0.0, 0.0011], False),
        (0.001, [0.0], False),
    ],
)
def test_agreement_wants_a_close_last_grid_and_a_good_fit(misfit, off, agreed):
    assert Verdict(np.zeros(HOLDERS), misfit, off).is_agreed() == agreed


def test_the_command_names_the_games_that_are_not_agreed_on(monkeypatch, capsys):
    monkeypatch.setattr(command, "GAMES", (brief,))
    monkeypatch.setattr(command, "GRIDS", (5,))
    monkeypatch.setattr("verification.slow.agreement.AGREED", 1e-7)
    code = command.main(["--drawn", "0", "--degrees", "16"])

    assert code == 1
    assert capsys.readouterr().out.endswith("not agreed on: brief talks, the defender bound\n")


def test_the_command_succeeds_where_all_are_agreed_on(monkeypatch, capsys):
    monkeypatch.setattr(command, "GAMES", (brief,))
    monkeypatch.setattr(command, "GRIDS", (5,))
    code = command.main(["--drawn", "0", "--degrees", "16"])

    assert code == 0
    assert capsys.readouterr().out.endswith("not agreed on: none\n")


@pytest.mark.parametrize("path", sorted(PARTS.glob("*.py")), ids=lambda path: path.name)
def test_the_slow_solver_takes_records_from_the_kernel_and_no_rule(path):
    assert path.name in JUDGES or taken_from_the_kernel(path) <= RECORDS


@settings(deadline=None)
@given(st.sampled_from([CHALLENGER, DEFENDER]), log_odds, log_odds)
def test_the_chances_of_a_choice_sum_to_one(side, tough, hard):
    _, firm, other = settled(side, one(tough, hard), three_moves())

    assert firm.sum() == pytest.approx(1.0, abs=1e-12)
    assert other.sum() == pytest.approx(1.0, abs=1e-12)


@settings(deadline=None)
@given(st.sampled_from([CHALLENGER, DEFENDER]), log_odds, log_odds)
def test_a_move_moves_beliefs_by_the_ratio_of_its_chances(side, tough, hard):
    beliefs = one(tough, hard)
    posteriors, firm, other = settled(side, beliefs, three_moves())

    assert posteriors - beliefs.of(side) == pytest.approx(np.log(firm / other), abs=1e-9)


@settings(deadline=None)
@given(st.sampled_from([CHALLENGER, DEFENDER]), log_odds, log_odds)
def test_beliefs_are_right_on_average(side, tough, hard):
    beliefs = one(tough, hard)
    posteriors, firm, other = settled(side, beliefs, three_moves())
    prior = probability(beliefs.of(side))
    public = prior * firm + (1.0 - prior) * other

    assert (public * probability(posteriors)).sum() == pytest.approx(float(prior[0]), abs=1e-9)


@given(log_odds, log_odds)
def test_a_choice_between_things_of_one_worth_is_worth_that(tough, hard):
    worths = np.array([0.3, -0.1, -0.2, 0.4, 0.0])
    same = [Move(weight, constant(worths, 4)) for weight in (1.0, 0.3, 0.02)]
    got = choose(CHALLENGER, one(tough, hard), same, PRECISION)

    assert got[0] == pytest.approx(worths, abs=1e-12)


@settings(deadline=None)
@given(log_odds, log_odds)
def test_a_move_listed_twice_at_half_its_weight_changes_nothing(tough, hard):
    hold, first, second = three_moves()
    half = Move(0.5 * first.weight, first.worth)
    beliefs = one(tough, hard)
    once = choose(DEFENDER, beliefs, [hold, first, second], PRECISION)
    twice = choose(DEFENDER, beliefs, [hold, half, half, second], PRECISION)

    assert twice == pytest.approx(once, abs=1e-9)


def test_a_better_move_is_made_more_often():
    _, worse, _ = settled(CHALLENGER, one(0.2, -0.3), three_moves())
    _, better, _ = settled(CHALLENGER, one(0.2, -0.3), three_moves(shift=0.01))

    assert better[1] > worse[1]


@given(log_odds, log_odds)
def test_a_fit_gives_back_smooth_worths_between_its_nodes(tough, hard):
    grid = mesh(20)
    shape = np.ones(HOLDERS)
    worths = (probability(grid.tough) * (1.0 - 0.5 * probability(grid.hard)))[:, None] * shape
    exact = probability(np.array([tough])) * (1.0 - 0.5 * probability(np.array([hard])))

    assert fit(worths, 20).at(one(tough, hard))[0] == pytest.approx(exact[0] * shape, abs=2e-4)


@given(st.sampled_from([CHALLENGER, DEFENDER]), log_odds, log_odds)
def test_the_steepness_of_a_line_is_its_rise(side, tough, hard):
    beliefs = one(tough, hard)
    line = bent(5).along(side, beliefs)
    at = beliefs.of(side)
    rise = (line.at(at + 1e-5) - line.at(at - 1e-5)) / 2e-5

    assert line.steepness(at) == pytest.approx(rise, abs=1e-8)


def test_a_quarrel_in_which_no_one_can_move_costs_its_flows_for_ever():
    world = quiet(30.0, 60.0)
    world.calendar.force_at_start = 1
    talks = world.talks
    challenger = -(talks.challenger_standoff + talks.force_cost) / talks.discount_rate
    defender = -talks.defender_standoff / talks.discount_rate
    ally = -talks.ally_standoff / talks.discount_rate
    got = Game(world, force_table(), 6).at_start()

    assert got == pytest.approx([challenger, challenger, defender, defender, ally], rel=1e-12)


def test_a_quarrel_that_surely_fades_is_over_after_its_first_stage():
    world = quiet(40.0)
    world.talks.fade_rate = 1e3
    paid = (1.0 - np.exp(-40.0 * world.talks.discount_rate)) / world.talks.discount_rate
    defender = -paid * world.talks.defender_standoff
    got = Game(world, force_table(), 6).at_start()

    assert got[2:4] == pytest.approx([defender, defender], rel=1e-12)


def test_each_side_reads_the_table_of_force_at_the_mean_of_the_others_types():
    game = Game(quiet(20.0), force_table(), 6)
    table = force_table()[1, 0, 0]
    got = game.stakes.force(Standing(force=1), 0, one(0.0, 2.0))[0]

    assert got[HARD] == pytest.approx(table[0, :, 0].mean())


@pytest.mark.parametrize(
    ("standing", "ceiling", "capped"),
    [
        (Standing(force=2), 1, Standing(force=1)),
        (Standing(force=1, is_under_way=True), 1, Standing(force=1)),
        (Standing(force=1, is_under_way=True), 2, Standing(force=1, is_under_way=True)),
        (Standing(force=1, regime=Regime.ULTIMATUM), 0, Standing(regime=Regime.FAILED)),
    ],
)
def test_a_ceiling_brings_force_down_and_voids_an_empty_ultimatum(standing, ceiling, capped):
    assert standing.capped(ceiling) == capped

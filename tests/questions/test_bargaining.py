import json
from math import log

import numpy as np
import pytest

from detente import load
from detente import solve as solve_publicly
from detente.data import in_json
from detente.ensemble.design import draw_worlds, drawn_worlds
from detente.ensemble.encode import encode
from detente.ensemble.encode.agenda import Terms, on_terms, terms_after_race
from detente.ensemble.encode.world import encode_coarsely
from detente.errors import DetenteError
from detente.estimate.estimate import nested
from detente.kernel.places import posture_at, stance_at
from detente.kernel.solution import compute_war
from detente.kernel.solution import solve as solve_world
from detente.kernel.talks import Regime
from detente.questions.bargaining import (
    AcrossWorlds,
    ShareOfWorlds,
    median_world,
    over_worlds,
    solve,
)
from detente.questions.bargaining.game import (
    HOLDERS,
    Depth,
    at_beliefs,
    play_out,
    prior,
    worth_at_start,
)
from detente.questions.bargaining.ranges import read_mediators, read_terms
from tests.questions.games import DEPTH, disputed_game, small_crisis

TOP = {
    *(
        "schema",
        "pack",
        "name",
        "title",
        "as_of",
        "digest",
        "grid",
        "horizon",
        "changes",
        "events_left_out",
    ),
    *("worlds", "seed", "parties", "issues", "mediators", "packages", "switches", "figures"),
}
PARTS = {
    *("force_at_start", "beliefs", "worth", "terms", "agendas", "moves", "answers", "leverage"),
    *("mediators", "solver"),
}
HELP = ("text_rate", "formulation", "facilitation", "leverage", "guarantee")


def roots(crisis, values):
    """Return what a world is worth at its start to hard, soft, tough and weak."""
    world = encode(crisis, values, grid=DEPTH.grid, horizon=DEPTH.horizon)
    return np.array(solve_world(world, with_exploitability=False).worth)


@pytest.fixture(scope="module")
def small():
    return solve(small_crisis(), grid="tiny", horizon=40)


@pytest.fixture(scope="module")
def several():
    return solve(small_crisis(), worlds=5, grid="tiny", horizon=6, seed=4, threads=2)


def test_over_worlds_a_number_is_its_median_with_the_5th_and_95th_percentile():
    readings = [{("a",): float(value)} for value in range(21)]

    assert over_worlds(readings, is_spread=True) == {("a",): AcrossWorlds(10.0, 1.0, 19.0, 21)}


def test_a_number_that_some_worlds_lack_is_reported_with_how_many_have_it():
    readings = [{("a",): 1.0}, {}, {("a",): 3.0}]

    assert over_worlds(readings, is_spread=True)["a",].worlds == 2
    assert over_worlds(readings, is_spread=True)["a",].value == 2.0


def test_a_yes_or_no_is_the_share_of_worlds():
    readings = [{("a",): True}, {("a",): False}, {("a",): True}, {("a",): True}]

    assert over_worlds(readings, is_spread=True) == {("a",): ShareOfWorlds(0.75, 4)}


def test_in_the_median_world_no_number_has_a_spread():
    assert over_worlds([{("a",): 2.0}], is_spread=False) == {
        ("a",): AcrossWorlds(2.0, None, None, 1)
    }


def test_json_nests_figures_by_the_parts_of_their_names():
    figures = {("a", "b"): ShareOfWorlds(1.0, 1), ("a", "c"): AcrossWorlds(2.0, None, None, 1)}

    assert in_json(nested(figures)) == {
        "a": {
            "b": {"share": 1.0, "worlds": 1},
            "c": {"value": 2.0, "spread_low": None, "spread_high": None, "worlds": 1},
        }
    }


def test_json_has_the_keys_that_it_is_documented_with(small):
    content = json.loads(json.dumps(small.as_json(), allow_nan=False))

    assert set(content) == TOP
    assert set(content["figures"]) == PARTS
    assert content["schema"] == "detente/solve/1"
    assert (content["grid"], content["horizon"], content["packages"]) == ("tiny", 40, 3)
    assert (content["worlds"], content["seed"]) == (None, None)
    assert content["mediators"] == {"lake": "Lake"}
    assert content["switches"]["talks.wide_agenda"] == {"chance": 0.5, "taken": 1}


def test_an_ally_that_does_not_exist_is_not_reported(small):
    assert small.parties == {"challenger": "North", "defender": "South"}
    assert [key for key in small.figures if "ally" in key] == []


def test_moves_are_reported_for_the_days_within_the_horizon(small):
    assert small.below("moves", "challenger", "no_text") == ["0", "30"]


def test_over_worlds_every_number_lies_within_its_spread(several):
    figures = [figure for figure in several.figures.values() if isinstance(figure, AcrossWorlds)]

    assert len(figures) > 100
    assert all(figure.spread_low <= figure.value <= figure.spread_high for figure in figures)
    assert several.figures["worth", "hard"].worlds == 5
    assert several.as_json()["seed"] == 4


def test_threads_change_nothing(several):
    alone = solve(small_crisis(), worlds=5, grid="tiny", horizon=6, seed=4, threads=1)

    assert alone.figures == several.figures


def test_worlds_are_those_of_a_run():
    crisis = small_crisis()
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=4, seed=9)

    assert drawn_worlds(crisis, 4, 9)[3] == {path: column[3] for path, column in drawn.items()}


def test_a_change_is_solved_and_recorded():
    changed = solve(small_crisis(), grid="tiny", horizon=6, changes={"talks.wide_agenda": False})

    assert changed.get("agendas", "wide", "played") == 0.0
    assert changed.as_json()["changes"] == {"talks.wide_agenda": False}


def test_only_some_worlds_are_tried_for_a_best_answer(several):
    assert several.figures["solver", "exploitability", "hard"].worlds == 1


@pytest.mark.parametrize(
    "wrong", [{"worlds": 0}, {"grid": "rough"}, {"horizon": 0}, {"threads": 0}, {"seed": -1}]
)
def test_a_setting_that_is_not_allowed_is_refused_by_name(wrong):
    with pytest.raises(DetenteError, match=next(iter(wrong))):
        solve_publicly(small_crisis(), **wrong)


def test_progress_is_reported_in_worlds():
    reported = []
    solve(small_crisis(), worlds=3, grid="tiny", horizon=6, progress=reported.append)

    assert [one.done for one in reported] == [0, 1, 2, 3]
    assert {one.total for one in reported} == {3}


def test_a_mediator_is_worth_what_is_lost_when_it_helps_in_nothing():
    _, _, game = disputed_game()
    settled, numbers = game.settled
    silent = numbers | {f"actors.turkiye.{figure}": 0.0 for figure in HELP}
    lost = roots(settled, numbers) - roots(settled, silent)
    reading = read_mediators(game)
    reported = [reading["mediators", "turkiye", "worth", holder] for holder in HOLDERS[:4]]

    np.testing.assert_allclose(reported, lost, atol=1e-6)
    assert np.abs(lost).max() > 1e-4


def test_a_believed_message_moves_the_belief_by_the_odds_of_its_being_right():
    _, _, game = disputed_game()
    accuracy = float(game.world.mediators.accuracy[1])
    prior = float(game.world.talks.tough_log_odds)
    reading = read_mediators(game)
    for name, odds in (
        ("if_tough", accuracy / (1.0 - accuracy)),
        ("if_weak", (1.0 - accuracy) / accuracy),
    ):
        expected = 1.0 / (1.0 + np.exp(-(prior + log(odds))))

        assert reading["mediators", "turkiye", name] == pytest.approx(expected)


def test_the_wide_agenda_is_worth_the_difference_of_the_game_on_both():
    crisis, values, game = disputed_game()
    wide, narrow = (
        roots(*on_terms(*game.settled, Terms(is_wide, False))) for is_wide in (True, False)
    )
    reading = read_terms(crisis, values, game)
    reported = [reading["terms", "wide_less_narrow", holder] for holder in HOLDERS[:4]]

    np.testing.assert_allclose(reported, wide - narrow, atol=1e-6)


def test_war_is_the_same_whatever_the_talks_are_about():
    crisis, values, game = disputed_game()
    tables = [
        compute_war(encode(*on_terms(crisis, values, Terms(is_wide, False))))
        for is_wide in (True, False)
    ]

    np.testing.assert_array_equal(tables[0].worth, tables[1].worth)
    np.testing.assert_array_equal(tables[0].worth, game.solved.war.worth)


def test_the_chance_to_concede_first_is_where_the_draw_turns_the_agenda():
    crisis, values, game = disputed_game()
    chance = read_terms(crisis, values, game)["terms", "agenda", "challenger_concedes"]
    settled = [
        terms_after_race(crisis, values | {"dispute.luck": chance + step}, encode_coarsely).values
        for step in (-1e-6, 1e-6)
    ]

    assert [numbers["talks.wide_agenda"] for numbers in settled] == [0.0, 1.0]


def test_a_venue_in_dispute_is_reported_with_where_the_talks_are_held():
    crisis = load("oman-2026", changes={"dispute.agenda": False, "dispute.venue": True})
    chance = solve(crisis, grid="tiny", horizon=6).get("terms", "venue", "challenger_concedes")
    held = [
        solve(crisis, grid="tiny", horizon=6, changes={"dispute.luck": chance + step})
        for step in (-1e-6, 1e-6)
    ]

    assert [one.get("terms", "venue", "is_rival") for one in held] == [0.0, 1.0]


def test_just_before_the_first_move_a_crisis_is_worth_nearly_what_it_is_at_its_start():
    """Nature has had its part of one stage by then, and tables are kept with less precision."""
    game = play_out(
        small_crisis(),
        median_world(small_crisis()),
        Depth("normal", 365),
        with_exploitability=False,
    )
    block = game.solved.policies.worth[0, posture_at(1), stance_at(0, 0), Regime.NO_TEXT]

    before_move = at_beliefs(game.world, block, prior(game.world))

    np.testing.assert_allclose(before_move[:4], worth_at_start(game)[:4], atol=0.01)
    assert worth_at_start(game)[4] == before_move[4]


def test_the_median_world_has_each_switch_at_its_likelier_side():
    values = median_world(load("oman-2026"))

    assert values["actors.qatar.consent"] == 1.0
    assert values["talks.wide_agenda"] == 0.0

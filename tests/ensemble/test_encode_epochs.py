from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from detente.ensemble.design import quantile
from detente.ensemble.encode.world import encode_all
from detente.kernel.endings import Event
from detente.kernel.world import WORLD
from detente.pack import load
from detente.questions.sightings import observables

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"
HORIZON = 60


@pytest.fixture
def crisis_with(tmp_path):
    """Return a function that loads the least pack with events: name, day, change, foreseen."""

    def write(*events, changes=None, ruling=""):
        for file in MINIMAL.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        as_of = load(MINIMAL).as_of
        (tmp_path / "ruling.toml").write_text(ruling)
        (tmp_path / "events.toml").write_text(
            "\n".join(
                f'[events.{name}]\nname = "{name}"\ndate = {as_of + timedelta(day)}\n'
                f'foreseen = {foreseen}\nassumed = "a guess"\nchange = {{ {change} }}'
                for name, day, change, foreseen in events
            )
        )
        return load(tmp_path, changes=changes)

    return write


RULING = """
[rulings.tribunal]
name = "The tribunal rules on the strait"
between = [2031-03-21, 2031-03-21]
for_challenger = { value = 0.3, assumed = "a guess" }
for_defender = { value = 0.6, assumed = "a guess" }
weight = { value = 0.2, assumed = "a guess" }
assumed = "a guess"
if_for_defender = { "actors.south.war_cost" = 0.7 }
"""


def encoded(crisis):
    """Return the median world on the coarsest grid."""
    values = {path: quantile(number, 0.5) for path, number in crisis.numbers.items()}
    return encode_all(crisis, values, grid="tiny", horizon=HORIZON)


def test_a_stage_ends_where_an_event_falls(crisis_with):
    crisis = crisis_with(("vote", 17, '"talks.text_rate" = 0.2', "true"))
    calendar = encoded(crisis).start.calendar

    assert calendar.stage_days[:3].tolist() == [17.0, 43.0, 28.0]
    assert calendar.epoch_of_stage[:3].tolist() == [0, 1, 1]


def test_later_events_add_to_earlier_ones_and_the_later_day_wins(crisis_with):
    crisis = crisis_with(
        ("second", 30, '"actors.north.war_cost" = 0.4', "true"),
        ("first", 10, '"actors.north.war_cost" = 0.3, "actors.south.war_cost" = 0.7', "true"),
        changes={"actors.north.war_cost": 0.2},
    )
    (view,) = encoded(crisis).views

    assert [float(world.war.war_cost[0]) for world in view.worlds] == [0.2, 0.3, 0.4]
    assert [float(world.war.war_cost[1]) for world in view.worlds[1:]] == [0.7, 0.7]


def test_nobody_expects_an_event_that_none_foresees_before_its_day(crisis_with):
    crisis = crisis_with(
        ("seen", 40, '"talks.text_rate" = 0.3', "true"),
        ("sudden", 20, '"actors.south.war_cost" = 0.7', "false"),
    )
    at_first, surprised = encoded(crisis).views
    before = float(at_first.worlds[0].war.war_cost[1])

    assert [float(world.war.war_cost[1]) for world in at_first.worlds] == [before] * 3
    assert [float(world.war.war_cost[1]) for world in surprised.worlds] == [0.7, 0.7]
    assert surprised.first == 1


def test_forces_that_an_event_sends_home_are_expected_to_leave(crisis_with):
    crisis = crisis_with(("over", 20, '"forces.fleet.leaves" = 2031-03-20', "true"))
    calendar = encoded(crisis).start.calendar

    assert calendar.ceiling[:3].tolist() == [1, 0, 0]


def test_an_event_past_the_horizon_changes_nothing(crisis_with):
    crisis = crisis_with(("late", HORIZON, '"talks.text_rate" = 0.2', "true"))

    assert np.asarray(encoded(crisis)).tobytes() == np.asarray(encoded(load(MINIMAL))).tobytes()
    assert encoded(crisis).dtype == WORLD


def test_sanctions_that_snap_back_add_to_what_a_day_costs_the_defender(crisis_with):
    crisis = crisis_with(("back", 20, '"sanctions.defender_cost" = 0.5', "true"))
    (view,) = encoded(crisis).views
    before, after = (float(world.talks.defender_standoff) for world in view.worlds)

    assert after == pytest.approx(before + 0.5)


def test_a_ruling_divides_what_both_sides_foresee_into_its_results(crisis_with):
    (view,) = encoded(crisis_with(ruling=RULING)).views
    (before,), after = view.worlds, [one.worlds[0] for one in view.results]

    assert [one.result for one in view.results] == [1, 2, 3]
    assert after[0].calendar.result_probability.tolist() == pytest.approx([0.3, 0.6, 0.1])
    assert [float(one.talks.yield_cost - before.talks.yield_cost) for one in after] == (
        pytest.approx([-0.2, 0.2, 0.0])
    )
    assert [float(one.war.war_cost[1]) for one in after][1] == 0.7
    assert [int(one.calendar.begins) for one in after] == [20] * 3


def test_without_a_chance_of_the_defenders_the_ruling_always_comes(crisis_with):
    ruling = RULING.replace('for_defender = { value = 0.6, assumed = "a guess" }', "")
    (view,) = encoded(crisis_with(ruling=ruling)).views

    assert [one.result for one in view.results] == [1, 2]


def test_who_a_court_finds_for_is_an_event_that_can_be_seen(crisis_with):
    parties = dict.fromkeys(("challenger", "defender", "ally"), "North")
    known = observables(crisis_with(ruling=RULING), parties)

    assert (
        known["rules.defender"].says == "The tribunal rules on the strait: the ruling is for North"
    )
    assert {one.first for one in known.values() if one.event is Event.RULES} == {1, 2}


def test_what_nobody_foresees_after_a_ruling_is_known_by_its_result(crisis_with):
    sudden = ("sudden", 40, '"talks.text_rate" = 0.3', "false")
    earlier = ("earlier", 10, '"talks.text_rate" = 0.2', "false")
    epochs = encoded(crisis_with(earlier, sudden, ruling=RULING))
    played = {
        key: (float(epochs.parts[part].worlds[place].talks.text_rate), epochs.parts[part].first)
        for key, (part, place) in epochs.places.items()
    }

    assert list(played) == [
        (0, 0),
        (1, 0),
        *[(epoch, one) for epoch in (2, 3) for one in (1, 2, 3)],
    ]
    assert played[1, 0] == (pytest.approx(played[2, 2][0]), 1)
    assert played[3, 2][0] > played[2, 2][0]
    assert [played[3, one][1] for one in (1, 2, 3)] == [3] * 3


def test_a_ruling_past_the_horizon_changes_nothing(crisis_with):
    crisis = crisis_with(ruling=RULING.replace("2031-03-21", "2031-06-21"))

    assert np.asarray(encoded(crisis)).tobytes() == np.asarray(encoded(load(MINIMAL))).tobytes()

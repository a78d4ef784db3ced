from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from detente import pack
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.supporters import presence_on, third_parties, weapons_of
from detente.ensemble.encode.war import encode_war
from detente.ensemble.encode.world import encode_all
from detente.kernel.layout import new_record
from detente.kernel.theatre import Warfare

GUARDED = Path(__file__).parents[2] / "verification" / "model" / "guarded"
CARRIERS = "forces.carrier_group"
SHIPS = "defences.guardian.layers.ships"


@cache
def guarded(**changes):
    """Return the pack, with changes to dotted paths written with two underscores."""
    return pack.load(GUARDED, changes={k.replace("__", "."): v for k, v in changes.items()})


def theatre_of(crisis, **numbers):
    """Return the theatre of one world, with some of its numbers changed."""
    values = dict(drawn_worlds(crisis, 1, 1)[0])
    values |= {key.replace("__", "."): value for key, value in numbers.items()}
    war = cast("Warfare", new_record(Warfare))
    encode_war(crisis, values, war)
    return war.theatre


def test_a_supporter_stands_with_the_side_that_it_names_and_its_means_with_it():
    theatre = theatre_of(guarded(), actors__guardian__stands_by=0.7)
    parties, arsenal, defence = (
        theatre.third_parties,
        theatre.defender_arsenal,
        theatre.defender_defence,
    )

    assert third_parties(guarded()) == ("guardian",)
    assert (parties.stands_by[0], parties.is_with_defender[0], parties.is_ally[0]) == (
        0.7,
        1.0,
        0.0,
    )
    assert [held.name for held in weapons_of(guarded(), "defender")] == [
        "aircraft",
        "guardian.carrier_aircraft",
        "guardian.cruise_missiles",
    ]
    assert arsenal.owner[: arsenal.classes].tolist() == [0, 1, 1]
    assert defence.owner[: defence.layers].tolist() == [0, 1]
    assert theatre.challenger_arsenal.is_held_back == arsenal.is_held_back == 0.0


def test_a_raid_meets_what_reaches_farther_first_whoever_owns_it():
    far = theatre_of(guarded(), **{f"{SHIPS}.reach": 200.0}).defender_defence
    near = theatre_of(guarded(), **{f"{SHIPS}.reach": 0.5}).defender_defence

    assert far.order[:2].tolist() == [1, 0]
    assert near.order[:2].tolist() == [0, 1]


def test_what_each_side_meets_includes_what_the_others_friends_raid_with():
    looks = theatre_of(guarded()).challenger_defence.looks

    assert (looks[0, :3] >= 1.0).all()


@pytest.mark.parametrize(
    ("day", "level", "share"),
    [
        (date(2031, 2, 14), 2, 0.3),
        (date(2031, 2, 15), 2, 1.0),
        (date(2031, 2, 15), 1, 0.65),
    ],
)
def test_a_friends_stocks_are_in_reach_while_its_forces_are_there(day, level, share):
    crisis = guarded(forces__carrier_group__level=level)

    in_reach = presence_on(crisis, {"actors.guardian.presence": 0.3}, "guardian", day)

    assert in_reach == pytest.approx(share)


def test_a_friend_whose_forces_are_away_has_less_of_what_it_has_there():
    away = guarded(forces__carrier_group__deployed=False)
    numbers = {"actors.guardian.presence": 0.3, "actors.guardian.join_probability": 0.5}
    here, gone = (theatre_of(one, **numbers) for one in (guarded(), away))

    assert (here.third_parties.presence[0], gone.third_parties.presence[0]) == (1.0, 0.3)
    assert here.defender_arsenal.stock[2] == gone.defender_arsenal.stock[2] > 0.0


def test_who_says_nothing_of_standing_by_its_side_does():
    theatre = theatre_of(pack.load("cuba-1962"))

    assert theatre.third_parties.stands_by[:2].tolist() == [1.0, 1.0]


EVENT = """
[events.carriers_leave]
name = "The carriers leave"
date = 2031-05-01
foreseen = true
assumed = "a guess"
change = { "actors.guardian.presence" = 0 }
"""


def test_an_event_takes_a_friends_means_out_of_reach(tmp_path):
    away = (GUARDED / "crisis.toml").read_text(encoding="utf-8").replace("level = 2", "level = 1")
    (tmp_path / "crisis.toml").write_text(away + EVENT, encoding="utf-8")
    crisis = pack.load(tmp_path)
    (view,) = encode_all(crisis, drawn_worlds(crisis, 1, 1)[0], grid="tiny").views
    before, after = (world.war.theatre for world in view.worlds)

    assert after.defender_arsenal.stock[0] == before.defender_arsenal.stock[0]
    assert 0.0 < after.third_parties.presence[0] < before.third_parties.presence[0]


def test_both_sides_foresee_the_day_on_which_a_friends_force_leaves():
    crisis = guarded(forces__carrier_group__leaves=date(2031, 5, 1))
    values = dict(drawn_worlds(crisis, 1, 1)[0]) | {"actors.guardian.presence": 0.3}
    (view,) = encode_all(crisis, values, grid="tiny", horizon=90).views
    here, gone = view.worlds

    assert [one.war.theatre.third_parties.presence[0] for one in view.worlds] == [1.0, 0.3]
    assert gone.calendar.begins == (date(2031, 5, 1) - crisis.as_of).days
    assert (here.calendar.friend_moves[0], gone.calendar.friend_moves[0]) == (0, -1)

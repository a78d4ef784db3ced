import re
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from detente.ensemble.design import quantile
from detente.ensemble.encode.copies import whole
from detente.ensemble.encode.war import encode_war
from detente.kernel.defence import PROGRAMME
from detente.kernel.layout import new_record
from detente.kernel.theatre import CHALLENGER, Warfare
from detente.pack.crisis import load, read_crisis
from detente.pack.files import PackText
from detente.pack.places import row_at


@cache
def crisis():
    return load("oman-2026")


def values(**changes):
    """Return a low draw of every number, every layer there and working, some numbers changed."""
    written = {path: quantile(number, 0.05) for path, number in crisis().numbers.items()}
    written |= {path: 1.0 for path in written if path.endswith((".present", ".operational"))}
    return {**written, **{path.replace("__", "."): value for path, value in changes.items()}}


def encoded(**changes):
    war = new_record(Warfare)
    encode_war(crisis(), values(**changes), war)
    return war


def test_a_count_is_rounded_to_the_nearest_whole():
    assert [whole(1.4), whole(1.5), whole(2.5)] == [1.0, 2.0, 3.0]


def test_stocks_and_batteries_are_whole():
    theatre = encoded(arsenals__us__strike_aircraft__stock=23.4).theatre

    assert theatre.challenger_arsenal.stock[1] == 23.0
    assert np.all(
        theatre.defender_defence.batteries == np.floor(theatre.defender_defence.batteries)
    )


def test_missiles_leave_at_one_rate_and_aircraft_fly_sorties_of_which_some_strike():
    reported = {
        "arsenals__us__strike_aircraft__sorties": 1.5,
        "arsenals__us__strike_aircraft__weapons_a_sortie": 4.0,
        "arsenals__us__strike_aircraft__hit_damage": 2.0,
        "war__striking_sorties": 0.5,
        "war__sortie_damage": 0.1,
    }
    arsenal = encoded(**reported).theatre.challenger_arsenal
    missiles, aircraft = 0, 1

    assert arsenal.launch_rate[missiles] == values()["war.raid_share"]
    assert arsenal.load[missiles] == 1.0
    assert arsenal.launch_rate[aircraft] == pytest.approx(0.75)
    assert arsenal.load[aircraft] == 4.0
    assert arsenal.hit_damage[aircraft] == pytest.approx(0.2)


LATER = {"forces.roosevelt.arrives": date(2026, 2, 7), "forces.roosevelt.deployed": False}


@pytest.mark.parametrize(("changes", "ships"), [({}, 8), (LATER, 7)])
def test_every_ship_that_is_there_brings_its_weapons(changes, ships):
    war = new_record(Warfare)
    reported = values(arsenals__us__cruise_missiles__on_ship=20.0)
    encode_war(crisis().with_changes(changes), reported, war)

    assert war.theatre.challenger_arsenal.stock[0] == 20.0 * ships


def test_of_what_a_radar_is_claimed_to_see_a_share_is_counted_on():
    reported = {
        "defences__iran__detection_range": 800.0,
        "defences__iran__detection_discount": 0.25,
    }

    assert encoded(**reported).theatre.defender_defence.detection_range == 200.0


@pytest.mark.parametrize("state", ["present", "operational"])
def test_a_layer_that_is_not_there_or_does_not_work_has_no_batteries(state):
    there = encoded().theatre.defender_defence
    absent = encoded(**{f"defences__iran__layers__reported_long_range__{state}": 0.0})

    assert there.batteries[0] > 0.0
    assert absent.theatre.defender_defence.batteries[0] == 0.0
    assert absent.theatre.defender_defence.batteries[1] == there.batteries[1]


def test_speeds_come_in_kilometres_a_second():
    arsenal = encoded(arsenals__us__cruise_missiles__speed=250.0).theatre.challenger_arsenal

    assert arsenal.speed[0] == 0.25


def test_layers_keep_their_order():
    defence = encoded().theatre.defender_defence
    layer = "defences.iran.layers.short_range"
    counted_on = values()[f"{layer}.reach"] * values()[f"{layer}.discount"]

    assert defence.layers == 4
    assert defence.reach[3] == counted_on


def test_what_a_layer_does_against_a_kind_stands_in_the_columns_of_its_classes():
    lower = "defences.us.layers.lower."
    theatre = encoded(**{f"{lower}against.drones.service_time": 99.0}).theatre
    defence, drawn = theatre.challenger_defence, values()

    assert defence.kill_probability[2, :2].tolist() == [
        drawn[lower + "kill_probability"],
        drawn[lower + "against.drones.kill_probability"],
    ]
    assert defence.service_time[2, :2].tolist() == [drawn[lower + "service_time"], 99.0]
    assert defence.engages[0, :2].tolist() == [1.0, 0.0]
    assert defence.looks[0, 1] == 0.0


def test_each_class_is_looked_at_by_each_layer():
    theatre = encoded().theatre

    assert theatre.defender_defence.looks[:4, :2].max() >= 1.0
    assert np.all(theatre.defender_defence.occupancy[:4, :2] > 0.0)
    assert np.all(theatre.challenger_defence.occupancy[:2, :2] > 0.0)


def test_stakes_are_shares_of_each_sides_basket():
    war = encoded()

    assert 0.0 < war.challenger_stake < 1.0
    assert 0.0 < war.defender_stake < 1.0
    assert encoded(issues__nuclear__settled_by_war=1.0).challenger_stake > war.challenger_stake


def test_a_motive_is_worth_its_standard_deviations_times_their_size():
    war = encoded(
        actors__us__motive=1.5,
        actors__iran__motive=-0.5,
        moves__challenger_motive=0.2,
        moves__defender_motive=0.1,
        moves__public_motive=1.0,
    )

    np.testing.assert_allclose(war.motive, [[0.3, 0.3], [-0.05, -0.05]])


def test_a_resolved_challenger_has_more_of_the_private_part_of_its_motive():
    resolved, other = encoded(actors__us__motive=0.0).motive[CHALLENGER]

    assert other < 0.0 < resolved


def test_a_campaign_takes_whole_days_and_one_at_least():
    assert encoded(war__campaign_days=12.6).theatre.campaign_days == 13.0
    assert encoded(war__campaign_days=0.2).theatre.campaign_days == 1.0


def test_both_sides_weigh_the_stakes_of_both_against_going_on():
    war = encoded()

    assert war.theatre.stakes == war.challenger_stake + war.defender_stake


def test_third_parties_stand_on_their_sides():
    parties = encoded().theatre.third_parties

    assert parties.count == 3
    assert parties.is_ally[:3].tolist() == [1.0, 0.0, 0.0]
    assert parties.is_with_defender[:3].tolist() == [0.0, 0.0, 1.0]
    assert parties.raid_share[2] > 0.0
    assert np.all(parties.exposure[:2] > 0.0)
    assert parties.hit_weight > 0.0


@pytest.mark.parametrize(
    "path",
    [
        "arsenals__us__cruise_missiles__speed",
        "defences__iran__hardness",
        "defences__iran__programme_hardness",
        "defences__iran__economy_hardness",
        "defences__iran__network_hardness",
        "defences__iran__repair_days",
        "defences__iran__command_days",
        "defences__iran__layers__short_range__service_time",
        "defences__iran__layers__short_range__salvo",
        "war__arrival_time",
    ],
)
def test_nothing_that_the_kernel_divides_by_is_zero(path):
    least = row_at(path.replace("__", ".")).limits.lower
    theatre = encoded(**{path: least}).theatre

    assert theatre.challenger_arsenal.speed[0] > 0.0
    assert np.all(theatre.defender_defence.hardness > 0.0)
    assert theatre.defender_defence.network_hardness > 0.0
    assert theatre.defender_defence.repair_days > 0.0
    assert theatre.defender_defence.command_days > 0.0
    assert np.all(theatre.defender_defence.service_time[3] > 0.0)
    assert theatre.defender_defence.salvo[3] > 0.0
    assert np.isfinite(theatre.defender_defence.occupancy).all()


def test_no_raid_falls_on_a_programme_that_there_is_not():
    minimal = Path(__file__).parents[1] / "cases" / "valid" / "minimal"
    texts = {file.name: file.read_bytes() for file in minimal.iterdir()}
    texts["force.toml"] = re.sub(rb"(?m)^programme_hardness.*\n", b"", texts["force.toml"])
    without = read_crisis(PackText("minimal", texts), {}).crisis
    drawn = {path: quantile(number, 0.5) for path, number in without.numbers.items()}
    war = new_record(Warfare)
    encode_war(without, drawn, war)

    assert war.theatre.aims[CHALLENGER, PROGRAMME] == 0.0
    assert war.theatre.aims[CHALLENGER].sum() == pytest.approx(1.0)
    assert war.theatre.defender_defence.hardness[PROGRAMME] > 0.0


def test_what_may_be_closed_costs_each_side_its_own():
    chokepoint = encoded(
        chokepoint__closing_rate=0.1,
        chokepoint__challenger_cost=0.02,
        chokepoint__defender_cost=0.03,
    ).theatre.chokepoint

    assert chokepoint.closing_rate == 0.1
    assert chokepoint.cost.tolist() == [0.02, 0.03]


def test_nothing_is_closed_unless_a_pack_reports_it():
    assert load("june-2025").numbers["chokepoint.closing_rate"].high == 0.0
    assert load("oman-2026").numbers["chokepoint.closing_rate"].low > 0.0

"""What a pack may state and no lever moves, and what the format says of a number."""

from detente import pack
from detente.pack.places import divides_attack, meaning_of

REFUSED = {
    "aims.challenger.economy",
    "aims.challenger.military",
    "aims.challenger.programme",
    "aims.defender.economy",
    "aims.defender.military",
    "arsenals.iran.ballistic_missiles.decoys",
    "arsenals.iran.ballistic_missiles.stock",
    "arsenals.iran.drones.decoys",
    "arsenals.iran.drones.stock",
    "arsenals.israel.fighters.decoys",
    "arsenals.israel.fighters.sorties",
    "arsenals.israel.fighters.stock",
    "arsenals.israel.fighters.weapons_a_sortie",
    "arsenals.israel.stand_off_weapons.decoys",
    "arsenals.israel.stand_off_weapons.stock",
    "arsenals.us.carrier_fighters.decoys",
    "arsenals.us.carrier_fighters.sorties",
    "arsenals.us.carrier_fighters.stock",
    "arsenals.us.carrier_fighters.weapons_a_sortie",
    "arsenals.us.cruise_missiles.decoys",
    "arsenals.us.cruise_missiles.on_ship",
    "arsenals.us.cruise_missiles.stock",
    "arsenals.us.stand_off_weapons.decoys",
    "arsenals.us.stand_off_weapons.stock",
    "arsenals.us.strike_aircraft.decoys",
    "arsenals.us.strike_aircraft.sorties",
    "arsenals.us.strike_aircraft.stock",
    "arsenals.us.strike_aircraft.weapons_a_sortie",
    "war.arrival_time",
    "war.direct_action_damage",
    "war.direct_action_loss",
    "war.direct_action_success",
    "war.limited_sorties",
    "war.network",
    "war.opening",
    "war.opening_days",
    "war.raid_share",
    "war.striking_sorties",
    "war.suppression",
    "war.surprise",
}


def test_what_is_refused_is_what_divides_an_attack_and_nothing_else():
    assert {path for path in pack.load("oman-2026").numbers if divides_attack(path)} == REFUSED


def test_numbers_mean_what_the_format_says():
    assert meaning_of("actors.us.war_cost") == "price of war whatever is lost"
    assert meaning_of("no.such.field") == ""

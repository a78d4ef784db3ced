"""No option takes, blockades, shortens warning, adds force to an attack or weakens a standstill."""

import re

import pytest

from detente import Run, pack
from detente.pack.guard import GUARDED, HINTS
from detente.pack.places import INSTEAD
from tests.faulty import MINIMAL
from tests.sealing import edit
from tests.standin import played

GUESS = 'assumed = "a guess"'
EVERYTHING = f"""
[actors.east]
name = "East"
roles = ["ally", "host"]
join_probability = {{ range = [0.3, 0.6], {GUESS} }}
consent = {{ chance = [0.3, 0.6], {GUESS} }}
presence = {{ range = [0.3, 0.6], {GUESS} }}
raise_rate = {{ range = [0.1, 0.2], {GUESS} }}
stands_by = {{ range = [0.3, 0.6], {GUESS} }}
[actors.north.troops]
strength = {{ range = [100, 200], {GUESS} }}
[actors.south.troops]
strength = {{ value = 100, {GUESS} }}
[forces.guns]
actor = "north"
area = "the hills"
arrives = 2031-02-20
level = 1
deployed = false
[arsenals.east.aircraft]
system = "strike_aircraft"
stock = {{ range = [20, 40], {GUESS} }}
[issues.province]
name = "A province"
land = true
takeable = {{ range = [0.3, 0.6], {GUESS} }}
holder = "defender"
narrow = true
challenger_weight = {{ value = 0.5, {GUESS} }}
defender_weight = {{ value = 0.5, {GUESS} }}
settled_by_war = {{ value = 0.5, {GUESS} }}
[land]
[taking]
[standstill]
[sanctions]
defender_cost = {{ range = [0.001, 0.002], {GUESS} }}
[blockade]
kind = "blockade"
says = "the closing of the river"
harm = "fuel and medicine run short in the south"
legality = "the south calls it an act of war, the north a measure of customs"
stands = false
challenger_cost = {{ range = [0.001, 0.003], {GUESS} }}
defender_cost = {{ range = [0.001, 0.004], {GUESS} }}
[events.guns_come]
name = "More guns come"
date = 2031-05-01
foreseen = true
{GUESS}
change = {{ "forces.guns.level" = 2 }}
"""
"""What joins the least pack, so that it has every field that is guarded."""


CASES = [
    # field, what an option may not make of it, what it may
    ("forces.guns.level", 2, 0),
    ("forces.guns.deployed", "true", "false"),
    ("forces.guns.arrives", "2031-02-10", "2031-04-01"),
    ("forces.fleet.leaves", "2031-07-01", "2031-05-01"),
    ("events.guns_come.date", "2031-04-01", "2031-06-01"),
    ("posture.presence", 0.9, 0.1),
    ("posture.raise_ordered", 1, None),
    ("plans.effort.stand_off", 1.5, 0.5),
    ("moves.challenger_strike", 0.1, 0),
    ("moves.campaign_readiness", 5, 0),
    ("aftermath.strike_factor", 5, 0),
    ("moves.raise_cost", 0, 0.9),
    ("actors.north.force_cost", 0, 0.5),
    ("actors.north.war_cost", 0.001, 5),
    ("moves.challenger_motive", 2, 0),
    ("moves.ultimatum", 0.9, 0),
    ("talks.ultimatum_runs", 1, None),
    ("war.strike_motive", 1, 0),
    ("actors.north.motive", 2, -2),
    ("actors.east.presence", 1, 0),
    ("actors.east.raise_rate", 1, 0),
    ("actors.east.join_probability", 0.99, 0.001),
    ("actors.east.stands_by", 0.99, 0.001),
    ("actors.east.consent", 1, 0),
    ("actors.east.strike_rate_after_round", 20, 0),
    ("actors.north.troops.strength", 300, 50),
    ("actors.north.troops.ready", 1, 0),
    ("actors.north.troops.days_to_move", 1, 300),
    ("arsenals.north.aircraft.launch_capacity", 200000, 10),
    ("arsenals.north.aircraft.replenishment", 9, 0),
    ("arsenals.east.aircraft.reliability", 0.999, 0.1),
    ("arsenals.north.aircraft.hit_damage", 50, 0.1),
    ("land.advantage", 1.1, None),
    ("posture.raise_days", 1, 60),
    ("ultimatum.days", 1, 90),
    ("incidents.sensitivity", 0.1, 0.999),
    ("events.guns_come.foreseen", "false", "true"),
    ("arsenals.north.aircraft.speed", 900, 50),
    ("arsenals.north.aircraft.cross_section", 0.001, 100),
    ("defences.south.detection_range", 10, 900),
    ("defences.south.detection_probability", 0.1, 0.999),
    ("defences.south.silence", 0.9, 0),
    ("issues.province.takeable", 0.9, 0.1),
    ("taking.rate", 0.9, 0),
    ("taking.holds", 1, None),
    ("taking.protest_cost", 0, 0.5),
    ("taking.reversal_success", 0.01, 0.99),
    ("blockade.stands", "true", "false"),
    ("blockade.lift_rate", 0, 0.5),
    ("blockade.impose_rate", 0.5, 0),
    ("blockade.challenger_cost", 0, 0.01),
    ("blockade.defender_cost", 0.01, 0),
    ("blockade.incident_factor", 9, 0.5),
    ("sanctions.defender_cost", 0.01, 0),
    ("standstill.offers", 0, 0.5),
    ("standstill.days", 7, 300),
    ("standstill.breach_cost", 0, 0.9),
    ("standstill.incident_factor", 1, 0),
    # How an attack is put together is no option, whichever way.
    ("aims.challenger.programme", 0.1, None),
    ("arsenals.north.aircraft.stock", 500, None),
]
"""A change that is refused of each field, and one that is not, if there is any."""
OPTION = '[options.o{0}]\ntitle = "a"\nsays = "b"\nchange = {{ "{1}" = {2} }}\n'


def with_options(changes):
    """Return the text of an option for each change, next to everything else."""
    places = enumerate(changes)
    return EVERYTHING + "".join(OPTION.format(place, *change) for place, change in places)


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """Return the faults of a pack with a refused option of each field, by the field."""
    place = tmp_path_factory.mktemp("refused")
    for file in MINIMAL.iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    (place / "x.toml").write_text(with_options((field, worse) for field, worse, _ in CASES))
    return {fault.field.partition(".change.")[2].strip('"'): fault for fault in pack.check(place)}


@pytest.mark.parametrize("field", [field for field, *_ in CASES])
def test_an_option_that_helps_an_attack_is_refused_with_what_it_may_do(faults, field):
    fault = faults[field]

    assert fault.allowed
    assert fault.hint in {*HINTS.values(), INSTEAD}


def test_nothing_else_is_refused(faults, minimal):
    better = ((field, better) for field, _, better in CASES if better is not None)

    assert len(faults) == len(CASES)
    assert pack.check(minimal({"x.toml": with_options(better)})) == ()


def test_every_row_of_the_guard_has_a_case():
    assert [
        row for row in GUARDED if not any(re.fullmatch(row.fields, field) for field, *_ in CASES)
    ] == []


def test_the_defender_and_its_friends_may_be_stronger_sooner_and_firmer(minimal):
    more = [
        ("actors.south.troops.strength", 300),
        ("arsenals.south.drones.replenishment", 90),
        ("defences.north.detection_range", 10),
        ("actors.south.motive", 2),
        ("moves.defender_motive", 2),
        ("moves.vow", 0.5),
    ]

    assert pack.check(minimal({"x.toml": with_options(more)})) == ()


def test_a_run_of_a_pack_with_an_option_that_is_refused_today_is_still_read(tmp_path):
    run = played(pack.load("oman-2026"), tmp_path / "run", futures=64, worlds=32)
    options = run.folder / "pack" / "options.toml"
    raised = OPTION.format("up", "forces.gulf_aircraft.deployed", "true")
    options.write_text(f"{options.read_text(encoding='utf-8')}\n{raised}", encoding="utf-8")
    (fault,) = pack.check(run.folder / "pack")
    edit(run.folder, pack=pack.load(run.folder / "pack", was_played=True).digest)

    assert fault.allowed == "false"
    assert "oup" in Run.open(run.folder).crisis.options

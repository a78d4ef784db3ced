import dataclasses
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from detente.ensemble.effects import ends, parts_moved, trial_worlds, without_effect
from detente.pack import Quantity, load

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"
WORLDS = 4
LONG_RANGE = "defences.iran.layers.reported_long_range"
FAR, NEAR = "defences.south.layers.far.", "defences.south.layers.near."


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")


@cache
def minimal(**changes):
    """Return a small crisis, some numbers fixed; `__` stands for a dot."""
    named = {path.replace("__", "."): value for path, value in changes.items()}
    return load(MINIMAL, changes=named)


@cache
def without_layers():
    return load(MINIMAL, changes={f"{FAR}present": 0, f"{NEAR}present": 0})


@cache
def idle(crisis_of):
    return set(without_effect(crisis_of(), worlds=WORLDS))


def idle_of(paths, crisis):
    """Return those of some numbers that could be anything."""
    return {path for path in paths if not parts_moved(crisis, path)}


def rewritten(folder, file, old, new):
    """Load the small crisis with one line written otherwise."""
    copy = Path(shutil.copytree(MINIMAL, folder / "minimal")) / file
    text = copy.read_text()
    assert old in text
    copy.write_text(text.replace(old, new))
    return load(copy.parent)


def figures(crisis, start):
    """Return the numbers of one part of a crisis."""
    return {path for path in crisis.numbers if path.startswith(start)}


def test_of_the_shipped_pack_only_what_the_kernel_never_comes_to_is_without_effect(crisis):
    """Catch a number of the shipped pack that the kernel stops reading."""
    idle_ones = set(without_effect(crisis, worlds=8))
    prices = {path for path in crisis.numbers if path.endswith(".cost")}

    assert len(prices) == 16
    assert idle_ones - prices == {
        "talks.wide_agenda",
        "rival_venue.publicity",
        "moves.vow",
        "posture.dependence",
        "arsenals.us.cruise_missiles.cross_section",  # so low it is seen from the horizon on
        "arsenals.us.cruise_missiles.value",
        "arsenals.iran.ballistic_missiles.altitude",
        "arsenals.iran.ballistic_missiles.value",
        "arsenals.iran.drones.cross_section",
        "arsenals.iran.drones.value",
        "arsenals.us.stand_off_weapons.value",
        "arsenals.israel.fighters.launch_capacity",
        "arsenals.israel.stand_off_weapons.launch_capacity",
        "arsenals.israel.stand_off_weapons.value",
        "arsenals.israel.stand_off_weapons.cross_section",
        "arsenals.iran.drones.launch_capacity",
        "arsenals.us.cruise_missiles.launch_capacity",
        "arsenals.us.strike_aircraft.launch_capacity",
        "arsenals.us.carrier_fighters.launch_capacity",
        "arsenals.us.stand_off_weapons.launch_capacity",
        "defences.iran.layers.short_range.reaction",
        "defences.us.layers.close.kill_probability",  # of what comes it fires at drones alone
        "defences.us.layers.close.reaction",
        # These count in so few worlds that 8 hold none.
        "arsenals.us.strike_aircraft.altitude",
        "arsenals.us.carrier_fighters.altitude",
        "defences.us.layers.upper.reaction",
        "defences.us.layers.lower.reaction",
    }
    assert prices <= idle_ones


def test_a_number_that_nothing_reads_is_without_effect():
    unread = Quantity("range", "share", 0.1, 0.9, shape="uniform")
    numbers = {**minimal().numbers, "actors.lake.patience": unread}
    crisis = dataclasses.replace(minimal(), numbers=numbers)

    assert "actors.lake.patience" in without_effect(crisis, worlds=WORLDS)


def test_how_far_it_has_come_is_reported_after_each_number():
    reported = []

    without_effect(minimal(), worlds=1, progress=reported.append)

    assert [progress.done for progress in reported] == list(range(1, len(minimal().numbers) + 1))
    assert {progress.total for progress in reported} == {len(minimal().numbers)}


def test_of_a_layer_that_is_never_there_only_its_presence_counts():
    layer = figures(without_layers(), FAR)

    assert layer - idle(without_layers) == {f"{FAR}present"}


def test_a_defence_without_layers_sees_and_tracks_in_vain():
    vain = {
        "arsenals.north.aircraft.altitude",
        "defences.south.integration",
        "defences.south.tracking_probability",
    }

    assert vain <= idle(without_layers)
    assert not {"defences.south.hardness", "war.suppression"} & idle(without_layers)


def test_of_a_stock_of_nothing_only_its_size_and_what_is_brought_up_count():
    drones = "arsenals.south.drones."
    changes = {f"{drones}stock": 0.0, f"{drones}replenishment": 0.0}
    all_of_them = figures(minimal(), drones)

    assert all_of_them - idle_of(all_of_them, minimal(**changes)) == set(changes)


def test_what_weapons_are_worth_counts_only_if_they_return():
    assert "arsenals.south.drones.value" in idle(minimal)
    assert "arsenals.north.aircraft.value" not in idle(minimal)


def test_the_choice_of_an_agenda_counts_only_if_the_agendas_differ(tmp_path):
    crisis = rewritten(tmp_path, "dispute.toml", "narrow = false", "narrow = true")

    assert "talks.wide_agenda" not in idle(minimal)
    assert idle_of(["talks.wide_agenda"], crisis)


def test_a_count_whose_range_rounds_to_one_number_is_without_effect(tmp_path):
    crisis = rewritten(tmp_path, "force.toml", "range = [2, 6]", "range = [2.1, 2.4]")

    assert f"{FAR}batteries" not in idle(minimal)
    assert idle_of([f"{FAR}batteries"], crisis)


def test_without_an_ally_nobody_restrains_one_or_asks_what_issues_are_worth_to_it():
    vain = {
        "actors.north.restraint_cost",
        "actors.north.restraint_success",
        "issues.water.ally_weight",
        "issues.islands.ally_weight",
    }

    assert vain <= idle(minimal)


def test_a_vow_that_stands_is_not_made_again():
    vowed = minimal(actors__south__has_vowed=1.0)

    assert idle_of(["moves.vow", "actors.south.vow_retreat"], vowed) == {"moves.vow"}


def test_a_vow_that_is_never_made_costs_nothing():
    prices = {"actors.south.vow_price", "actors.south.vow_retreat"}

    assert idle_of(prices, minimal(moves__vow=0.0)) == prices
    assert not prices & idle(minimal)


def test_unrest_that_justifies_nothing_comes_and_goes_in_vain():
    spells = {"unrest.rate", "unrest.days"}

    assert idle_of(spells, minimal(unrest__justification=0.0)) == spells
    assert not spells & idle(minimal)


def test_what_a_closed_chokepoint_costs_counts_only_where_one_can_be_closed():
    costs = {f"chokepoint.{whom}_cost" for whom in ("challenger", "defender", "world")}

    assert costs <= idle(minimal)
    assert idle_of(costs, minimal(chokepoint__closing_rate=0.02)) == set()
    assert "chokepoint.closing_rate" not in idle(minimal)


def test_being_hit_counts_only_where_somebody_can_join(crisis):
    assert "war.hit_weight" in idle(minimal)
    assert idle_of(["war.hit_weight"], crisis) == set()


def test_where_no_force_can_be_in_view_none_is_on_its_way(tmp_path):
    crisis = rewritten(tmp_path, "force.toml", "level = 1", "level = 0")
    vain = {"posture.raise_days", "moves.raise_cost", "moves.posture", "ultimatum.days"}

    assert idle_of(vain, crisis) == vain
    assert not vain & idle(minimal)


def test_two_mediators_judge_alike_and_one_alone_does_not(crisis):
    assert "talks.signal_correlation" in idle(minimal)
    assert idle_of(["talks.signal_correlation"], crisis) == set()


def test_of_a_mediator_without_access_nothing_counts(crisis):
    alone = crisis.with_changes({"venue.access": "qatar"})
    egypt = figures(alone, "actors.egypt.")

    assert idle_of(egypt, alone) == egypt


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Quantity("chance", "switch", 0.01, 0.03, probability=0.02), (0.0, 1.0)),
        (Quantity("values", "count", 2.0, 7.0, values=(2.0, 7.0)), (2.0, 7.0)),
        (Quantity("fixed", "switch", 0.0, 0.0), (0.0, 1.0)),
        (Quantity("fixed", "switch", 1.0, 1.0), (1.0, 0.0)),
        (Quantity("fixed", "count", 2.0, 2.0), (2.0, 3.0)),
        (Quantity("fixed", "positive", 0.0, 0.0), (0.0, 0.1)),
        (Quantity("fixed", "probability", 1.0, 1.0), (1.0, 0.9)),
        (Quantity("range", "real", 0.0, 10.0, shape="uniform"), (0.5, 9.5)),
        (Quantity("range", "positive", 1.0, 4.0, shape="lognormal"), (1.0, 4.0)),
    ],
)
def test_a_number_is_moved_between_its_ends_and_a_fixed_one_a_little(number, expected):
    assert ends(number) == pytest.approx(expected)


def test_each_switch_is_on_in_half_of_the_trial_worlds_and_two_meet_in_all_their_states(crisis):
    pairs = [
        (values["talks.wide_agenda"], values[f"{LONG_RANGE}.present"])
        for values in trial_worlds(crisis, 8)
    ]

    assert Counter(pairs) == {(0.0, 0.0): 2, (0.0, 1.0): 2, (1.0, 0.0): 2, (1.0, 1.0): 2}


def test_a_switch_that_is_fixed_stays_as_it_is(crisis):
    removed = crisis.with_changes({f"{LONG_RANGE}.present": 0})

    assert {values[f"{LONG_RANGE}.present"] for values in trial_worlds(removed, 8)} == {0.0}


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("talks.text_rate", ("talks",)),
        ("actors.iran.hard_probability", ("beliefs",)),
        ("actors.qatar.accuracy", ("mediators",)),
        ("actors.us.war_cost", ("war",)),
        ("actors.qatar.withdrawal_rate", ("partners",)),
        ("dispute.luck", ("dispute",)),
        ("arsenals.us.cruise_missiles.cost", ()),
    ],
)
def test_a_number_moves_the_parts_of_the_record_that_it_goes_into(crisis, path, parts):
    assert parts_moved(crisis, path) == parts

"""A change fixes a number or sets a field, and is checked as the text itself is."""

import datetime as dt
import shlex

import pytest

from detente import pack
from detente.errors import DetenteError, PackFaults
from detente.pack.options import as_setting


@pytest.fixture(scope="module")
def crisis() -> pack.Crisis:
    return pack.load("oman-2026")


def test_a_change_fixes_a_number_and_leaves_the_crisis_as_it_was(crisis: pack.Crisis):
    changed = crisis.with_changes({"venue.publicity": 0.1})

    assert changed.numbers["venue.publicity"].low == changed.numbers["venue.publicity"].high == 0.1
    assert crisis.numbers["venue.publicity"].high == 0.8
    assert {**changed.numbers, "venue.publicity": 0} == {**crisis.numbers, "venue.publicity": 0}


def test_a_change_of_a_default_number_is_possible(crisis: pack.Crisis):
    changed = crisis.with_changes({"moves.yield": 0, "actors.us.breaking_rate": 0.5})

    assert changed.numbers["moves.yield"].is_fixed
    assert changed.numbers["actors.us.breaking_rate"].high == 0.5


def test_changes_add_up_and_the_later_one_holds(crisis: pack.Crisis):
    changed = crisis.with_changes({"venue.publicity": 0.1, "incidents.hotline": 1})
    again = changed.with_changes({"venue.publicity": 0.2})

    assert again.changes == {"venue.publicity": 0.2, "incidents.hotline": 1}
    assert again.numbers["venue.publicity"].high == 0.2


def test_fields_that_are_no_numbers_can_be_changed(crisis: pack.Crisis):
    changed = crisis.with_changes(
        {
            "forces.carrier_group.deployed": False,
            "forces.gulf_aircraft.leaves": dt.date(2026, 3, 1),
            "issues.missiles.narrow": True,
            "talks.packages": 5,
        }
    )

    assert not changed.model.forces["carrier_group"].deployed
    assert changed.model.forces["gulf_aircraft"].leaves == dt.date(2026, 3, 1)
    assert changed.model.issues["missiles"].narrow
    assert changed.model.talks.packages == 5


def test_a_fixed_number_is_no_longer_correlated(crisis: pack.Crisis):
    changed = crisis.with_changes({"actors.us.war_cost": 0.1})

    assert len(changed.correlations) == len(crisis.correlations) - 1


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("incidents.hotlin", 1, "did you mean incidents.hotline?"),
        ("actors.us.war_costs", 1, "did you mean actors.us.war_cost?"),
        ("actors.qatar.war_cost", 1, ""),
        ("venue.publicity", 1.4, ""),
        ("venue.publicity", True, ""),
        ("venue.publicity", "low", ""),
        ("incidents.hotline", 0.5, ""),
        ("talks.packages", 9, ""),
        ("forces.carrier_group.deployed", 1, ""),
        ("forces.carrier_group.arrives", dt.date(2026, 3, 1), ""),
        ("venue.place", "Istanbul", ""),
        ("reference", "violent", ""),
        ("", 1, ""),
    ],
)
def test_a_change_that_cannot_be_is_a_fault_of_its_field(crisis: pack.Crisis, field, value, hint):
    with pytest.raises(PackFaults) as error:
        crisis.with_changes({field: value})

    (fault,) = error.value.faults
    assert (fault.file, fault.field) == ("--set", field)
    assert fault.hint.startswith(hint)


def test_all_faults_of_changes_are_reported_at_once(crisis: pack.Crisis):
    with pytest.raises(PackFaults) as error:
        crisis.with_changes({"venue.publicity": 2, "talks.packages": 9, "nothing": 0})

    fields = sorted(fault.field for fault in error.value.faults)
    assert fields == ["nothing", "talks.packages", "venue.publicity"]


@pytest.mark.parametrize("option", pack.load("oman-2026").options)
def test_every_shipped_option_can_be_taken(crisis: pack.Crisis, option: str):
    changed = crisis.with_changes(crisis.options[option].change)

    assert (changed.model, changed.numbers) != (crisis.model, crisis.numbers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("venue.publicity=0.2", ("venue.publicity", 0.2)),
        ("talks.packages = 4", ("talks.packages", 4)),
        ("forces.fleet.deployed=false", ("forces.fleet.deployed", False)),
        ("forces.fleet.leaves=2031-06-01", ("forces.fleet.leaves", dt.date(2031, 6, 1))),
        ('venue.place="Sea"', ("venue.place", "Sea")),
        ("venue.access=turkiye", ("venue.access", "turkiye")),
        ('venue.access=["oman", "turkiye"]', ("venue.access", ("oman", "turkiye"))),
    ],
)
def test_a_setting_is_read_as_toml_is(text: str, expected: tuple[str, object]):
    assert pack.parse_setting(text) == expected


@pytest.mark.parametrize("value", [0.2, 4, False, "Sea", dt.date(2031, 6, 1), ("oman", "turkiye")])
def test_a_setting_is_written_as_it_is_read(value: pack.Change):
    (written,) = shlex.split(as_setting("venue.access", value))

    assert pack.parse_setting(written) == ("venue.access", value)


@pytest.mark.parametrize(
    "text", ["", "venue.publicity", "a=", "a=l'w", "a=[1]", "a=[b]", "a=1\nb=2"]
)
def test_what_is_no_setting_is_reported(text: str):
    with pytest.raises(DetenteError, match="not a setting"):
        pack.parse_setting(text)


def test_an_option_may_not_be_one_of_too_many(tmp_path):
    place = pack.new("mine", folder=tmp_path)
    options = "".join(
        f'[options.o{number}]\ntitle = "a"\nsays = "b"\nchange = {{ "talks.packages" = 2 }}\n'
        for number in range(65)
    )
    (place / "options.toml").write_text(options, encoding="utf-8")

    (fault,) = pack.check(place)
    assert fault.field == "options"
    assert fault.allowed.startswith("64 entries: steps that can be compared with the crisis")


def test_a_role_that_several_actors_play_has_no_single_actor(crisis: pack.Crisis):
    with pytest.raises(DetenteError, match="3 actors"):
        crisis.of_role("mediator")


def test_a_crisis_shows_its_files_as_written(crisis: pack.Crisis):
    names = {f"{name}.toml" for name in ("crisis", "evidence", "hypotheses", "options")}

    assert set(crisis.files) == names
    assert b"format = 2" in crisis.files["crisis.toml"]


def test_an_endless_path_in_an_option_is_an_unknown_field_and_no_burden(minimal):
    path = "incidents" + ".hotline" * 10_000
    far = '[options.far]\ntitle = "Far"\nsays = "A path without end"\n'
    faults = pack.check(minimal({"far.toml": f'{far}change = {{ "{path}" = 1 }}\n'}))

    assert [fault.file for fault in faults] == ["far.toml"]
    assert faults[0].found.startswith("unknown field")


@pytest.mark.parametrize("agenda", [True, False])
def test_a_number_that_an_open_dispute_decides_may_not_be_set_in_vain(agenda):
    changes = {"talks.wide_agenda": 1, "dispute.agenda": agenda}

    faults = pack.check("oman-2026", changes=changes)

    assert [fault.field for fault in faults] == ["talks.wide_agenda"] * agenda
    assert all("dispute.agenda = false" in fault.hint for fault in faults)


def test_an_option_that_sets_such_a_number_in_vain_is_at_fault(tmp_path):
    folder = pack.new("mine", folder=tmp_path, start="oman-2026")
    written = (folder / "options.toml").read_text(encoding="utf-8")
    settled = '"dispute.agenda" = false, "talks.wide_agenda" = 1'
    assert settled in written
    (folder / "options.toml").write_text(written.replace(settled, '"talks.wide_agenda" = 1'))

    (fault,) = pack.check(folder)

    assert fault.field == 'options.wide_agenda.change."talks.wide_agenda"'


@pytest.mark.parametrize("written", ["[[dispute]]\nagenda = 1\n", 'dispute = "agenda"\n'])
@pytest.mark.parametrize("change", ['"dispute.agenda" = true', '"talks.wide_agenda" = 1'])
def test_an_option_may_change_what_is_no_table_and_only_that_is_reported(minimal, written, change):
    far = '[options.far]\ntitle = "Far"\nsays = "What is no table is changed"\n'
    faults = pack.check(minimal({"far.toml": f"{written}{far}change = {{ {change} }}\n"}))

    assert "dispute" in [fault.field for fault in faults]

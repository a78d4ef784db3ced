"""Packs of an older format are read as those of today's, and a newer one is refused."""

import pytest

from detente import pack
from detente.errors import PackFaults
from detente.pack import files
from detente.pack.model import Model
from detente.pack.places import place_at
from detente.pack.writing import resolved_text
from verification.engine.faults import MINIMAL

WHO = (MINIMAL / "who.toml").read_text(encoding="utf-8")
OLD = WHO.replace("format = 2", "format = 1")
GONE = '\n[moves]\npatience = { value = 3, assumed = "a guess" }\n'
TEMPERS = "\n[actors.south.tempers]\nhot = 1\n\n[actors.north.tempers]\nhot = 2\n"


@pytest.fixture(autouse=True)
def dropped(monkeypatch):
    """Let two fields have been dropped, of which no format ever knew."""
    fields = {"moves.patience": "a side waits for nothing", "actors.*.tempers": "nobody has any"}
    monkeypatch.setattr(files, "DROPPED", fields)


def test_a_pack_of_format_1_is_read_with_a_note_that_says_so(minimal):
    crisis = pack.load(minimal({"who.toml": OLD}))

    (note,) = crisis.notes
    assert note.startswith("the pack is in format 1 and is read as format 2, with defaults for")


def test_a_pack_of_todays_format_has_no_note(minimal):
    assert pack.load(minimal({})).notes == ()


def test_it_is_the_same_crisis_as_in_todays_format(minimal):
    old = pack.load(minimal({"who.toml": OLD}))
    new = pack.load(MINIMAL)

    assert old.model == new.model
    assert old.numbers == new.numbers


def test_a_dropped_field_in_format_1_is_a_note_and_no_fault(minimal):
    crisis = pack.load(minimal({"who.toml": OLD + TEMPERS, "old.toml": GONE}))

    assert crisis.notes[1:] == (
        "moves.patience is dropped: a side waits for nothing",
        "actors.north.tempers is dropped: nobody has any",
        "actors.south.tempers is dropped: nobody has any",
    )
    assert "patience" not in resolved_text(crisis)


def test_a_change_leaves_the_notes_on_a_pack_as_they_are(minimal):
    crisis = pack.load(minimal({"who.toml": OLD, "old.toml": GONE}))

    assert crisis.with_changes({"moves.offer": 0.02}).notes == crisis.notes


def test_a_dropped_field_in_todays_format_is_a_fault_that_says_why(minimal):
    (fault,) = pack.check(minimal({"old.toml": GONE}))

    assert (fault.file, fault.field) == ("old.toml", "moves.patience")
    assert fault.hint == "format 2 has no such field: a side waits for nothing"


def test_a_change_of_a_dropped_field_is_a_fault_that_says_why():
    (fault,) = pack.check(MINIMAL, changes={"moves.patience": 3})

    assert fault.hint == "format 2 has no such field: a side waits for nothing"


def test_a_newer_format_is_refused_with_advice(minimal):
    with pytest.raises(PackFaults) as error:
        pack.load(minimal({"who.toml": WHO.replace("format = 2", "format = 3")}))

    (fault,) = error.value.faults
    assert fault.found == "format 3, which is newer than this detente"
    assert (fault.allowed, fault.hint) == ("format = 2", "install a newer detente")


def test_a_resolved_pack_is_of_todays_format(minimal):
    crisis = pack.load(minimal({"who.toml": OLD}))

    assert "\nformat = 2\n" in resolved_text(crisis)


def test_no_field_that_was_dropped_is_one_of_the_format(monkeypatch):
    monkeypatch.undo()
    places = [place_at(tuple(field.split(".")), Model) for field in files.DROPPED]

    assert places == [None] * len(files.DROPPED)

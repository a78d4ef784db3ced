"""A pack is changed field by field: nothing is written that has a new fault, nothing is lost."""

import os
import stat
import subprocess
import sys
from datetime import date
from select import select

import pytest

from detente.errors import DetenteError
from detente.locking import BusyError
from detente.pack import check, editing, files, load
from detente.pack.editing import edit, edit_file, save, saving

SAVER = """
import sys
from pathlib import Path
from detente.errors import DetenteError
from detente.pack import editing, files

pack, key, pause = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "paused"
written = editing.write_whole

def write(path, content):
    if pause:
        print("compared", flush=True)
        sys.stdin.readline()
    written(path, content)

editing.write_whole = write
before = files.read(pack)
made = editing.edit(before, {("actors", key, "name"): "Saved"})
print("read", flush=True)
sys.stdin.readline()
try:
    editing.save(pack, before, made.files)
    print("saved", flush=True)
except DetenteError as fault:
    print(fault.what, flush=True)
"""
FIELD = ("actors", "south", "war_cost")
NUMBER = {"range": (0.1, 0.2), "assumed": "a guess"}


@pytest.fixture
def pack(minimal):
    return minimal({})


def contents(pack):
    return {path.name: path.read_bytes() for path in pack.glob("*.toml")}


def test_an_edit_says_what_changes_and_nothing_else_does(pack):
    before = files.read(pack)
    made = edit(before, {FIELD: NUMBER, ("title",): 'A "title"', ("as_of",): date(2031, 3, 2)})
    kept = save(pack, before, made.files)
    crisis = load(pack)

    assert (made.faults, made.new) == ((), ())
    assert '+war_cost = { range = [0.1, 0.2], assumed = "a guess" }' in made.diff
    assert crisis.numbers["actors.south.war_cost"].high == 0.2
    assert (crisis.title, crisis.as_of) == ('A "title"', date(2031, 3, 2))
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == {
        name: before.files[name] for name in made.files
    }


def test_the_faults_of_an_edit_are_those_that_check_gives(pack):
    made = edit(files.read(pack), {FIELD: {"range": (0.2, 0.1), "because": "nobody"}})
    for name, content in made.files.items():
        (pack / name).write_bytes(content)

    assert made.new == made.faults == check(pack)
    assert [fault.field for fault in made.new] == [
        "actors.south.war_cost.range",
        "actors.south.war_cost.because[0]",
    ]


def test_a_pack_with_faults_is_put_right_one_by_one(pack):
    made = edit(files.read(pack), {FIELD: {"value": -1, "assumed": "no"}, ("title",): 3})
    faulty = made.before._replace(files={**made.before.files, **made.files})
    better = edit(faulty, {FIELD: NUMBER})

    assert {fault.field for fault in made.new} == {"actors.south.war_cost.value", "title"}
    assert (len(better.faults), better.new) == (1, ())


def test_another_text_of_a_file_is_judged_as_an_edit_is(pack):
    before = files.read(pack)
    name, content = next(iter(before.files.items()))

    torn = edit_file(before, name, content.decode() + "[")
    read_again = before._replace(files={**before.files, **torn.files})

    assert edit_file(before, name, content.decode()).files == {}
    assert torn.new[0].line == content.count(b"\n") + 1
    assert edit_file(read_again, name, content.decode()).new == ()


def test_a_file_that_has_changed_on_the_disk_is_not_written_over(pack):
    before = files.read(pack)
    made = edit(before, {FIELD: NUMBER})
    (pack / "more.toml").write_text("# another hand\n")
    there = contents(pack)

    with pytest.raises(DetenteError, match="has changed on the disk"):
        save(pack, before, made.files)
    assert contents(pack) == there


def test_of_two_processes_that_read_the_same_pack_one_saves_and_the_other_is_refused(pack, saver):
    first, second = saver("north", "paused"), saver("south", "at once")
    assert (reported(first), reported(second)) == ("read", "read")

    answer(first)  # and it stands between comparing and writing
    assert reported(first) == "compared"
    answer(second)
    spoke_early, _, _ = select([second.stdout], [], [], 1.0)
    answer(first, times=2)  # the backup, then the file

    assert spoke_early == []
    assert reported(second) == "has changed on the disk since it was read"
    assert (reported(first), reported(first)) == ("compared", "saved")
    actors = load(pack).model.actors
    assert (actors["north"].name, actors["south"].name) == ("Saved", "South")


@pytest.fixture
def saver(pack):
    """Return a function that begins another process, which saves the name of an actor."""
    begun = []

    def begin(key, pause):
        line = [sys.executable, "-c", SAVER, str(pack), key, pause]
        pipe = subprocess.PIPE
        begun.append(subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def reported(process):
    return process.stdout.readline().strip()


def answer(process, times=1):
    process.stdin.write("\n" * times)
    process.stdin.flush()


def test_a_save_that_waits_too_long_for_another_is_refused_with_who_it_is(pack, monkeypatch):
    monkeypatch.setattr(editing, "PATIENCE", 0.01)
    before, there = files.read(pack), contents(pack)
    made = edit(before, {FIELD: NUMBER})

    with (
        saving(pack),
        pytest.raises(BusyError, match=r"process \d+ on .+ \(saving .+\) is writing here"),
    ):
        save(pack, before, made.files)

    assert contents(pack) == there
    assert save(pack, before, made.files) is not None


@pytest.mark.parametrize("writes", range(3))
def test_a_save_that_is_killed_leaves_each_file_old_or_new(pack, monkeypatch, writes):
    before = files.read(pack)
    changed = {**edit(before, {FIELD: NUMBER}).files, "new.toml": b"# new\n"}
    left, flush = iter(range(writes)), os.fsync

    def die(handle):
        if not stat.S_ISDIR(os.fstat(handle).st_mode) and next(left, None) is None:
            os.ftruncate(handle, 7)
            raise KeyboardInterrupt
        flush(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", die)
        with pytest.raises(KeyboardInterrupt):
            save(pack, before, changed)
    there = contents(pack)

    assert all(there[name] in {text, changed.get(name)} for name, text in before.files.items())
    assert there.keys() - before.files.keys() <= {"new.toml"}
    assert check(pack) == ()

"""A slice of the failures of a disk that `python -m verification.disk` tries, and what fails it."""

import os

import pytest

from detente.ensemble import runners, store
from tests.standin import KERNEL
from verification import deeds, disk
from verification.deeds import IT, SMALL, Answer
from verification.disk import Case, attempt, cases_of
from verification.failing import DEATH, KINDS, SHORT, Disk

EVERY = 19
NAMES = ("run", "resume", "extension", "causes", "new", "export")


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return every deed but the fit, done with the stand-in for the kernel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        folder = tmp_path_factory.mktemp("deeds")
        done = deeds.deeds(folder, SMALL)
        done += [deeds.done(name, None, line, folder) for name, line in disk.AT_ONCE.items()]
    return {deed.name: deed for deed in done}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_whatever_fails_files_are_whole_the_fault_is_told_and_it_goes_on(made, name):
    wrong = [
        (str(case), told)
        for case in cases_of(made[name], every=EVERY)
        for _, told in [attempt(case)]
        if told
    ]

    assert wrong == []


def test_every_kind_of_call_fails_in_every_way(made):
    with Disk() as whole:
        made_again(made)
    cases = list(cases_of(made["run"]))

    assert {"open", "write", "fsync", "rename", "mkdir"} <= set(whole.calls)
    assert {case.kind for case in cases} == set(KINDS)
    assert {case.lasting for case in cases if case.kind == SHORT} == {True, False}


def made_again(made):
    return deeds.ask(("list", "--json"), made["run"].whole.parent) and store.write_aside(
        made["run"].whole.parent / "aside" / "file", b"content"
    )


def test_a_file_written_in_place_is_found(made, monkeypatch):
    monkeypatch.setattr(store, "write_aside", write_in_place)
    writes = [case for case in cases_of(made["resume"]) if case.kind == SHORT and case.lasting]

    told = [attempt(case)[1] for case in writes]

    assert any("half under its name" in one for one in told)


def write_in_place(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_a_traceback_is_found(made, monkeypatch):
    case = Case(made["resume"], len(list(calls_of(made["resume"]))) // 2, "no space", lasting=True)
    _, told_as_it_is = attempt(case)
    monkeypatch.setattr("detente.ensemble.simulate.OSError", KeyError, raising=False)
    monkeypatch.setattr("detente.cli.boundary.OSError", KeyError, raising=False)

    ending, told = attempt(case)

    assert told_as_it_is == ""
    assert ending == "told"
    assert told.startswith("traceback: OSError: [Errno 28] No space left on device")


def calls_of(deed):
    return {case.at for case in cases_of(deed)}


def test_a_short_write_is_made_good(tmp_path):
    with Disk(3, SHORT) as failing:
        store.write_aside(tmp_path / "file", b"content")

    assert failing.calls[2] == "write"
    assert (tmp_path / "file").read_bytes() == b"content"


def test_a_process_dies_with_half_a_write_done(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "kill", die)

    with Disk(3, DEATH), pytest.raises(SystemExit):
        store.write_aside(tmp_path / "file", b"content")

    assert not (tmp_path / "file").exists()


def die(_process, _signal):
    raise SystemExit


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(0, "", ""), ""),
        (Answer(2, "", "detente: it: cannot be written: no space\n  free some\n"), ""),
        (Answer(2, '{"error": {"what": "a", "where": "b", "hint": "c"}}', ""), ""),
        (Answer(2, '{"error": {"what": "a", "where": "", "hint": "c"}}', ""), "without where"),
        (Answer(1, "", "Traceback (most recent call last):\nKeyError: 1"), "KeyError"),
        (Answer(2, "", ""), "without what and where and hint"),
        (Answer(139, "", ""), "status 139"),
    ],
)
def test_an_answer_is_done_or_told_in_words(answer, told):
    assert told in answer.fault
    assert bool(told) == bool(answer.fault)


def test_what_is_wrong_fails_the_command(made, capsys):
    cases = [Case(made["run"], 1, "no space", lasting=False)]

    status = disk.report(cases, [("told", "half under its name: x")])

    assert status == 1
    assert "run, call 1, no space: half under its name: x" in capsys.readouterr().out


def test_nothing_tried_fails_the_command():
    assert disk.report([], []) == 1


def test_a_command_that_ran_is_in_the_folder_that_it_ran_in(tmp_path):
    answer = deeds.ask(("new", IT, "--json"), tmp_path)

    assert answer.status == 0
    assert (tmp_path / IT / "crisis.toml").is_file()

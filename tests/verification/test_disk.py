"""A slice of the check `disk`: a disk that fails leaves whole files and a message."""

import os

import pytest

from detente.disk import write_whole
from detente.ensemble import runners
from tests.standin import KERNEL
from verification.engine import deeds, disk
from verification.engine.deeds import SMALL
from verification.engine.disk import attempt, cases_of
from verification.engine.failing import DEATH, SHORT, Disk

EVERY = 67
NAMES = ("extension", "new")


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
def test_whatever_fails_files_are_whole_the_fault_is_reported_and_it_goes_on(made, name):
    wrong = [
        (str(case), reported)
        for case in cases_of(made[name], every=EVERY)
        for _, reported in [attempt(case)]
        if reported
    ]

    assert wrong == []


def test_a_short_write_is_made_good(tmp_path):
    with Disk(3, SHORT) as failing:
        write_whole(tmp_path / "file", b"content")

    assert failing.calls[2] == "write"
    assert (tmp_path / "file").read_bytes() == b"content"


def test_a_process_dies_with_half_a_write_done(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "kill", die)

    with Disk(3, DEATH), pytest.raises(SystemExit):
        write_whole(tmp_path / "file", b"content")

    assert not (tmp_path / "file").exists()


def die(_process, _signal):
    raise SystemExit

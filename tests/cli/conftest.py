import shutil

import pytest

from detente import load
from tests import standin
from tests.standin import KERNEL, played

kernel = standin.kernel
"""No test here plays the model itself."""


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")


@pytest.fixture(scope="session")
def play(crisis, tmp_path_factory):
    """Return a function that plays a run with the stand-in and returns its folder."""

    def play(kernel=KERNEL, **size):
        return played(crisis, tmp_path_factory.mktemp("played") / "run", kernel, **size).folder

    return play


@pytest.fixture(scope="session")
def usual(play):
    """Return the folder of a run that is there to be copied."""
    return play(futures=300, worlds=7)


@pytest.fixture
def stored(tmp_path, usual, monkeypatch):
    """Return a copy of the usual run, in the folder in which commands are given."""
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(usual, tmp_path / "stored")

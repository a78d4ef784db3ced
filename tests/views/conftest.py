from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from detente import load, simulate
from detente.ensemble import runners
from detente.views.page import compose
from tests.standin import KERNEL

SIZE = {"futures": 320, "worlds": 16, "threads": 1}
CHANGED = {"actors.us.war_cost": 0.31, "incidents.hotline": 1}
"""What the earlier run had otherwise."""
FEW = {"futures": 20, "worlds": 2, "threads": 1}


@contextmanager
def standing_in():
    """Play with the stand-in, and no campaigns, which take minutes without the compiler."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        patch.setattr("detente.views.material.engage", lambda *_, **__: SimpleNamespace(sides={}))
        yield


@pytest.fixture(autouse=True)
def stand_in():
    with standing_in():
        yield


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")


@pytest.fixture(scope="session")
def run(crisis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "one"
    with standing_in():
        return simulate(crisis, **SIZE, options=("hotline", "guarantees"), out=folder)


@pytest.fixture(scope="session")
def earlier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "earlier"
    with standing_in():
        return simulate(load("oman-2026", changes=CHANGED), **SIZE, out=folder)


@pytest.fixture(scope="session")
def page(run, earlier):
    with standing_in():
        return compose(run, tlp="amber", since=earlier)

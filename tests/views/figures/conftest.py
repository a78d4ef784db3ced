from contextlib import contextmanager

import pytest

from detente import drivers, load, simulate, summarise, trace
from detente.analysis.causes import attribute
from detente.analysis.compare import compare
from detente.ensemble import runners
from detente.views import figures as charts
from tests.analysis.battles import small_engagement
from tests.views.figures.made_up import influences, kernel, with_effects, with_moves


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")


@contextmanager
def playing():
    """Play with the stand-in, which takes no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", kernel)
        yield


@pytest.fixture(autouse=True)
def play():
    with playing():
        yield


@pytest.fixture(scope="session")
def run(crisis, tmp_path_factory):
    options = ["hotline", "posture_up"]
    out = tmp_path_factory.mktemp("charts") / "run"
    with playing():
        return simulate(crisis, futures=1600, worlds=16, threads=1, options=options, out=out)


@pytest.fixture(scope="session")
def told(run):
    """Return a future in which beliefs move."""
    with playing():
        return with_moves(trace(run, future=(0, 0)))


@pytest.fixture(scope="session")
def found(run, crisis, told):
    """Return what the charts are drawn from."""
    with playing():
        credit = attribute(run)
    return {
        "corridor": summarise(run),
        "hundred_futures": run,
        "causes": credit,
        "drivers": with_effects(drivers(run)),
        "options": compare(run),
        "evidence": influences(run),
        "posture_map": crisis,
        "calendar": crisis,
        "leakage": small_engagement(),
        "beliefs": told,
    }


@pytest.fixture(scope="session")
def figures(found):
    """Return every chart of a small run, by the function that draws it."""
    return {name: getattr(charts, name)(result) for name, result in found.items()}

from contextlib import contextmanager

import pytest

from detente import load, register, simulate, summarise, trace, track, whatif
from detente.ensemble import runners
from detente.questions.causes import causes
from detente.questions.compare import compare
from detente.views import figures as charts
from tests.questions.battles import small_engagement
from tests.questions.past import made_up_backtest
from tests.views.figures.made_up import driven, influences, kernel, with_moves

FADE, COST = "talks.fade_rate", "actors.us.war_cost"
DRAWS = {"whatif_over_one": "whatif", "whatif_over_two": "whatif"}
"""What draws a chart that is not called by its function's name."""


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
    options = ["hotline", "base_defences"]
    out = tmp_path_factory.mktemp("charts") / "run"
    with playing():
        return simulate(crisis, futures=1600, worlds=16, threads=1, options=options, out=out)


@pytest.fixture(scope="session")
def traced(run):
    """Return a future in which beliefs move."""
    with playing():
        return with_moves(trace(run, future=(0, 0)))


@pytest.fixture(scope="session")
def followed(run, tmp_path_factory):
    """Return the forecasts of two dates."""
    folder = tmp_path_factory.mktemp("charts") / "followed"
    register(folder, run, on="2026-02-10")
    register(folder, run, on="2026-02-20")
    return track(folder)


@pytest.fixture(scope="session")
def back_tested(tmp_path_factory):
    return made_up_backtest(tmp_path_factory.mktemp("charts"))


@pytest.fixture(scope="session")
def found(run, crisis, traced, followed, back_tested):
    """Return what the charts are drawn from."""
    with playing():
        credit = causes(run)
        what_ifs = {
            "whatif": whatif(run, {FADE: 0.02}, threads=1),
            "whatif_over_one": whatif(run, {FADE: [0.001, 0.01, 0.02]}, threads=1),
            "whatif_over_two": whatif(run, {FADE: [0.001, 0.02], COST: [0.1, 0.3]}, threads=1),
        }
    summary, compared = summarise(run), compare(run)
    return {
        "corridor": summary,
        "flow": run,
        "shots": summary,
        "stands": summary,
        "hundred_futures": run,
        "causes": credit,
        "drivers": driven(run, crisis),
        "options": compared,
        "options_matrix": compared,
        "evidence": influences(run),
        "posture_map": crisis,
        "calendar": crisis,
        "leakage": small_engagement(),
        "beliefs": traced,
        "tracked": followed,
        "calibration_curve": back_tested,
        **what_ifs,
    }


@pytest.fixture(scope="session")
def figures(found):
    """Return every chart of a small run, by the function that draws it."""
    return {name: getattr(charts, DRAWS.get(name, name))(found[name]) for name in found}

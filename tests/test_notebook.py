"""What results show of themselves: in this model, with intervals, and never markup of a pack."""

import shutil
from dataclasses import is_dataclass
from pathlib import Path

import numpy as np
import pytest

import detente
from detente.analysis.causes import Instead
from detente.analysis.causes.credit import plan_of
from detente.ensemble import runners
from detente.kernel.causes import EVERYTHING
from tests import intervals, standin
from tests.analysis.held import HEAD, TEST, contrast
from tests.observations import own_sign, state, written
from tests.standin import KERNEL

MINIMAL = Path(__file__).parent / "cases" / "valid" / "minimal"
PAYLOAD = "<script>alert(1)</script>&\u202e"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&amp;"
CLEANED = "<script>alert(1)</script>&"
SIZE = {"futures": 640, "worlds": 32, "threads": 1}
RESULTS = (
    *("Bargaining", "Causes", "Comparison", "Course", "Crisis", "DatedShare", "Discovery"),
    *("Drivers", "Engagement", "Explanation", "FoundFutures", "Hypotheses", "Influences"),
    *("Replay", "Run", "RunsCompared", "Sightings", "Story", "Summary", "Trace", "Tracked"),
    *("Update", "WhatIf"),
)
WITH_INTERVALS = (
    *("Causes", "Comparison", "Course", "DatedShare", "Drivers", "Engagement", "Hypotheses"),
    *("Run", "RunsCompared", "Summary", "Tracked", "Update", "WhatIf"),
)
HELD = HEAD.format(key="held", more="") + TEST.format(
    key="held", test=contrast(0.05, 0.15, field="relief.challenger_cost")
)
CHANGE = {"relief.challenger_cost": 0.05}
OBSERVED = written(
    state("ongoing", day="2031-03-11"), pack="minimal", signs=own_sign("convoys", "value = 4")
)


def encode(_crisis, values, *, grid, horizon):
    """Let war hang on one number, so that there is something to find."""
    assert grid in {"tiny", "coarse", "normal"}
    return standin.world(20.0 * values["relief.challenger_cost"] - 1.5, horizon)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One result of each kind, of a pack that calls itself and a side by a payload."""
    folder = tmp_path_factory.mktemp("notebook")
    pack = folder / "pack"
    shutil.copytree(MINIMAL, pack)
    who = pack / "who.toml"
    text = who.read_text().replace("The least that a crisis needs", PAYLOAD)
    who.write_text(text.replace('"South"', f'"{PAYLOAD}"'))
    (pack / "held.toml").write_text(HELD)
    crisis = detente.load(str(pack))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=encode))
        played = _of_a_run(crisis, folder / "run")
    alone = {
        "Crisis": crisis,
        "Engagement": detente.engage(crisis, worlds=2, futures=4, days=2, rest=1),
        "Explanation": detente.explain(crisis, "talks.fade_rate"),
        "Bargaining": detente.solve(crisis, worlds=2, grid="tiny", horizon=6),
    }
    return played | alone


def _of_a_run(crisis, folder):
    run = detente.simulate(crisis, **SIZE, options=["hotline"], out=folder)
    other = detente.simulate(crisis, **SIZE, seed=2, out=folder.parent / "other")
    told = detente.trace(run, future="1:2")
    observed = folder.parent / "seen.toml"
    observed.write_text(OBSERVED)
    without = {"noise": Instead("narrow_deal", 40), "friction": Instead("war", 12)}
    detente.register(folder.parent / "followed", run, on="2031-03-02")
    plan = plan_of(1, 0)
    wars = np.array([subset == EVERYTHING for subset in plan.subsets], np.uint8)
    return {
        "Run": run,
        "RunsCompared": detente.compare_runs(run, other),
        "Summary": detente.summarise(run),
        "Comparison": detente.compare(run),
        "Course": detente.course(run),
        "Sightings": detente.sightings(run, threads=1),
        "DatedShare": detente.ask(run, given="world=0:1"),
        "FoundFutures": detente.find(run),
        "Drivers": detente.drivers(run),
        "Discovery": detente.discover(run),
        "Hypotheses": detente.hypotheses(run, worlds=16, threads=1),
        "Influences": detente.influence(run),
        "Update": detente.update(run, observed),
        "Causes": detente.causes(run, worlds=2, threads=1),
        "Trace": told,
        "Tracked": detente.track(folder.parent / "followed"),
        "Story": detente.Story(told, plan, wars, is_deliberate=False, instead=without),
        "Replay": detente.replay(run, worlds=2, threads=1),
        "WhatIf": detente.whatif(run, CHANGE, grid="normal", futures=20, threads=1),
    }


def test_every_public_result_shows_itself():
    public = {name: getattr(detente, name) for name in detente.__all__}
    told = {name for name, one in public.items() if hasattr(one, "as_json")} | {"Crisis", "Run"}

    assert told == {name for name, one in public.items() if hasattr(one, "_repr_html_")}
    assert told == set(RESULTS)
    assert all(is_dataclass(public[name]) for name in RESULTS)


@pytest.mark.parametrize("name", RESULTS)
def test_in_a_notebook_nothing_of_a_pack_is_markup(results, name):
    page = results[name]._repr_html_()

    assert ESCAPED in page
    assert "<script" not in page
    assert "\u202e" not in page
    assert len(page) < 20_000


@pytest.mark.parametrize("name", RESULTS)
def test_outside_a_notebook_a_result_says_in_few_lines_of_which_crisis_it_is(results, name):
    shown = repr(results[name])
    lines = shown.splitlines()

    assert CLEANED in " ".join(lines[:3])
    assert len(lines) <= 20
    assert len(shown) <= 2_000
    assert max(map(len, lines)) < 100
    assert "\u202e" not in shown


@pytest.mark.parametrize("name", RESULTS)
def test_what_is_printed_is_whole(results, name):
    result = results[name]

    assert set(repr(result).splitlines()[:10]) <= set(str(result).splitlines())
    assert "more lines" not in str(result)


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in {"Crisis", "Replay"}])
def test_what_the_model_says_is_said_to_be_so(results, name):
    assert "n this model" in results[name]._repr_html_()


@pytest.mark.parametrize("name", [*WITH_INTERVALS, "Bargaining"])
def test_an_interval_has_its_low_end_first(results, name):
    found = intervals.in_text(str(results[name]))

    assert found
    assert intervals.out_of_order(found) == []


def test_to_show_a_run_no_future_is_read(results, tmp_path):
    run = detente.Run(tmp_path / "gone", results["Run"].record)

    assert str(tmp_path / "gone") in repr(run)
    assert run.digest in repr(run)

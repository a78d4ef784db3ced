"""What results show of themselves: in this model, with intervals, and never markup of a pack."""

import shutil
import sys
from dataclasses import is_dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import detente
from detente import data
from detente.ensemble import runners
from detente.kernel.causes import EVERYTHING
from detente.questions.causes import Instead
from detente.questions.causes.credit import plan_of
from tests import intervals, standin
from tests.observations import own_sign, state, written
from tests.questions.held import HEAD, PLANTED, TEST, contrast
from tests.standin import KERNEL

MINIMAL = Path(__file__).parent / "cases" / "valid" / "minimal"
PAYLOAD = "<script>alert(1)</script>&\u202e"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&amp;"
CLEANED = "<script>alert(1)</script>&"
SIZE = {"futures": 640, "worlds": 32, "threads": 1}
RESULTS = (
    *("Bargaining", "Causes", "Comparison", "Course", "Crisis", "DatedShare", "Discovery"),
    *("Drivers", "Engagement", "Explanation", "FoundFutures", "Hypotheses", "Influences"),
    *("Replay", "Run", "RunsCompared", "Sightings", "Story", "Strip", "Summary", "Trace"),
    *("Tracked", "Update", "Weighed", "WhatIf"),
)
WITH_INTERVALS = (
    *("Causes", "Comparison", "Course", "DatedShare", "Drivers", "Engagement", "Hypotheses"),
    *("Run", "RunsCompared", "Summary", "Tracked", "Update", "WhatIf"),
)
HELD = HEAD.format(key="held", more="") + TEST.format(key="held", test=contrast(0.2, 0.6))
CHANGE = {PLANTED: 0.2}
OBSERVED = written(
    state("ongoing", day="2031-03-11"), pack="minimal", signs=own_sign("convoys", "value = 4")
)


def encode(_crisis, values, *, grid, horizon):
    """Let wars come where one number is in the upper third, so that there is a box to find."""
    assert grid in {"tiny", "coarse", "normal"}
    return standin.world(1.0 if values[PLANTED] > 0.45 else -0.5, horizon)


def leaves(content):
    """Yield every text and number of nested objects and lists."""
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        for one in content:
            yield from leaves(one)
    else:
        yield str(content)


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
    answer = detente.trace(run, future="1:2")
    observed = folder.parent / "seen.toml"
    observed.write_text(OBSERVED)
    without = {"noise": Instead("narrow_deal", 40), "friction": Instead("war", 12)}
    detente.register(folder.parent / "followed", run, on="2031-03-02")
    plan = plan_of(1, 0)
    wars = np.array([subset == EVERYTHING for subset in plan.subsets], np.uint8)
    return {
        "Run": run,
        "RunsCompared": detente.compare_runs(run, other),
        "Strip": detente.strip(run),
        "Summary": detente.summarise(run),
        "Weighed": detente.weigh(run, f"any_war={detente.ask(run).share.value + 0.05:g}"),
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
        "Trace": answer,
        "Tracked": detente.track(folder.parent / "followed"),
        "Story": detente.Story(answer, plan, wars, is_deliberate=False, instead=without),
        "Replay": detente.replay(run, worlds=2, threads=1),
        "WhatIf": detente.whatif(run, CHANGE, grid="normal", futures=20, threads=1),
    }


MAIN = {
    "Bargaining": ["figure"],
    "Causes": ["mechanism"],
    "Comparison": ["option"],
    "Course": ["ending", "day"],
    "Crisis": ["field"],
    "DatedShare": [],
    "Discovery": ["box"],
    "Drivers": ["field"],
    "Engagement": ["side", "figure"],
    "Explanation": ["of"],
    "FoundFutures": ["future"],
    "Hypotheses": ["id"],
    "Influences": ["claim"],
    "Replay": ["subject"],
    "Run": [],
    "RunsCompared": ["outcome"],
    "Sightings": [],
    "Story": ["mechanism"],
    "Strip": ["outcome"],
    "Summary": ["outcome"],
    "Trace": ["day"],
    "Tracked": ["question"],
    "Update": ["outcome"],
    "Weighed": ["outcome"],
    "WhatIf": [PLANTED, "outcome"],
}
"""What the rows of each result's main table are about; of a run's futures and one share nothing."""
FOUND = {
    "Bargaining": "worth.hard",
    "Causes": "friction",
    "Comparison": "hotline",
    "Course": "war",
    "Crisis": "talks.fade_rate",
    "Drivers": PLANTED,
    "Engagement": "leakage",
    "Hypotheses": "held",
    "Replay": "version",
    "RunsCompared": "any_war",
    "Story": "noise",
    "Summary": "any_war",
    "Tracked": "any_war_2031_03_31",
    "Update": "any_war",
    "WhatIf": "any_war",
}
"""A name by which each is asked for what it holds."""


def test_every_public_result_shows_itself():
    public = {name: getattr(detente, name) for name in detente.__all__}
    answer = {name for name, one in public.items() if hasattr(one, "as_json")}

    assert answer == {name for name, one in public.items() if hasattr(one, "_repr_html_")}
    assert answer == set(RESULTS)
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


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_goes_to_pandas_polars_and_arrow(results, name):
    result = results[name]
    table = pa.table(result)
    frame = result.to_pandas()

    assert data.keys_of(result.to_arrow()) == MAIN[name]
    assert [*filter(None, frame.index.names)] == MAIN[name]
    assert len(frame) == len(result.to_polars()) == table.num_rows
    assert result.to_polars().columns == table.column_names


@pytest.mark.parametrize("name", RESULTS)
def test_every_table_of_a_result_becomes_a_data_frame(results, name):
    result = results[name]

    assert list(result.tables)
    assert {one: len(result.to_pandas(one)) for one in result.tables} == {
        one: table.num_rows for one, table in result.tables.items()
    }


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in {"Crisis", "Run"}])
def test_nothing_that_a_result_prints_is_missing_from_its_tables(results, name):
    result = results[name]
    tables = [result.to_arrow(one, raw=True) for one in result.tables]
    cells = set(leaves([table.to_pylist() for table in tables]))

    assert set(leaves(result.as_json())) - cells == set()


@pytest.mark.parametrize("name", FOUND)
def test_a_result_is_asked_by_name(results, name):
    rows = results[name][FOUND[name]]
    row = rows[0] if isinstance(rows, list) else rows

    assert FOUND[name] in results[name]
    assert FOUND[name] in row.values()
    assert all(getattr(row, column) == cell for column, cell in row.items())


def test_a_summary_asked_by_outcome_gives_its_share(results):
    summary = results["Summary"]
    war = summary.base.outcomes["any_war"].as_json()

    assert summary["any_war"] == {"outcome": "any_war", **war}
    assert list(summary) == list(summary.base.outcomes)
    assert dict(summary.to_pandas().loc["any_war"]) == war


def test_a_summary_dates_its_days(results):
    summary = results["Summary"]
    first = summary.to_pandas("corridor").index[0]

    assert str(first.date()) == summary.run.record.as_of
    assert summary.to_pandas("corridor", raw=True).index[0] == 0


def test_the_tables_of_a_result_are_listed_in_a_line_each(results):
    lines = repr(results["Summary"].tables).splitlines()

    assert (
        "outcomes: 18 x outcome, share, low, high, spread_low, spread_high, chance_low" in lines[2]
    )
    assert len(lines) == len(results["Summary"].tables)
    assert max(map(len, lines)) < 100


def test_a_name_or_a_table_that_is_not_there_is_refused_with_the_nearest(results):
    with pytest.raises(KeyError, match="did you mean any_war"):
        results["Summary"]["any_wor"]
    with pytest.raises(detente.DetenteError, match="did you mean corridor"):
        results["Summary"].to_pandas("coridor")


@pytest.mark.parametrize("extra", ["pandas", "polars"])
def test_an_extra_that_is_missing_is_named_with_what_installs_it(results, monkeypatch, extra):
    monkeypatch.setitem(sys.modules, extra, None)

    with pytest.raises(detente.DetenteError, match=rf"pip install 'detente\[{extra}\]'"):
        getattr(results["Summary"], f"to_{extra}")()


def test_charts_are_reached_from_the_package(results):
    figure = detente.charts.stands(results["Run"])

    assert figure.table == detente.charts.stands(results["Summary"]).table
    assert len(figure.to_pandas()) == len(figure.table.rows)


def test_to_show_a_run_no_future_is_read(results, tmp_path):
    run = detente.Run(tmp_path / "gone", results["Run"].record)

    assert str(tmp_path / "gone") in repr(run)
    assert run.digest in repr(run)

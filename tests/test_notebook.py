"""What results show of themselves: in this model, with intervals, and never markup of a pack."""

import re
import shutil
from dataclasses import is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import detente
from detente import notebook
from detente.analysis.bargaining import Figure
from detente.analysis.bargaining.game import Depth
from detente.analysis.causes.story import Instead
from detente.ensemble import runners
from detente.ensemble.tally import ENDINGS, OUTCOMES
from tests import intervals, standin
from tests.analysis.held import HEAD, TEST, contrast
from tests.observations import own_sign, state, written
from tests.standin import KERNEL

MINIMAL = Path(__file__).parent / "cases" / "valid" / "minimal"
PAYLOAD = "<script>alert(1)</script>&\u202e"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&amp;"
CLEANED = "<script>alert(1)</script>&"
SIZE = {"futures": 640, "worlds": 32, "threads": 1}
GAME = {
    ("beliefs", "hard"): Figure(0.4, 0.3, 0.5, 2),
    ("worth", "hard"): Figure(0.123, -0.1, 0.2, 2),
    ("solver", "worst_residual"): Figure(0.001, 0.0, 0.01, 2),
}
RESULTS = (
    *("Bargaining", "Causes", "Comparison", "Course", "Crisis", "Discovery", "Drivers"),
    *("Engagement", "Hypotheses", "Influences", "Replay", "Run", "Story", "Summary", "Trace"),
    "Update",
)
WITH_INTERVALS = (
    *("Causes", "Comparison", "Course", "Drivers", "Engagement", "Hypotheses", "Influences"),
    *("Run", "Summary", "Update"),
)
HELD = HEAD.format(key="held", more="") + TEST.format(
    key="held", test=contrast(0.05, 0.15, field="relief.challenger_cost")
)
OBSERVED = written(
    state("ongoing", day="2031-03-11"), pack="minimal", signs=own_sign("convoys", "value = 4")
)


def encode(_crisis, values, *, grid, horizon):
    """Let war hang on one number, so that there is something to find."""
    assert grid == "normal"
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
        "Bargaining": detente.Bargaining(crisis, 2, 1, Depth("tiny", 6), GAME, {}),
    }
    return played | alone


def _of_a_run(crisis, folder):
    run = detente.simulate(crisis, **SIZE, options=["hotline"], out=folder)
    told = detente.trace(run, future="1:2")
    observed = folder.parent / "seen.toml"
    observed.write_text(OBSERVED)
    without = {"noise": Instead("narrow_deal", 40), "commitment": Instead("war", 12)}
    return {
        "Run": run,
        "Summary": detente.summarise(run),
        "Comparison": detente.compare(run),
        "Course": detente.course(run),
        "Drivers": detente.drivers(run),
        "Discovery": detente.discover(run),
        "Hypotheses": detente.hypotheses(run, worlds=16, threads=1),
        "Influences": detente.influence(run),
        "Update": detente.update(run, observed),
        "Causes": detente.attribute(run, worlds=2, threads=1),
        "Trace": told,
        "Story": detente.Story(told, 1 << 63, is_deliberate=False, instead=without),
        "Replay": detente.replay(run, worlds=2, threads=1),
    }


class Tags(HTMLParser):
    """Which elements a page has."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        assert attributes == []
        self.found.add(tag)


def test_every_public_result_shows_itself():
    public = {name: getattr(detente, name) for name in detente.__all__}
    told = {name for name, one in public.items() if hasattr(one, "as_json")} | {"Crisis", "Run"}

    assert told == {name for name, one in public.items() if hasattr(one, "_repr_html_")}
    assert told == set(RESULTS)
    assert all(is_dataclass(public[name]) for name in RESULTS)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_one_small_table_and_nothing_of_a_pack_is_markup(results, name):
    page = results[name]._repr_html_()

    assert Tags(page).found <= {"table", "caption", "tr", "th", "td", "p"}
    assert page.count("<table>") == 1
    assert ESCAPED in page
    assert "\u202e" not in page
    assert len(page) < 10_000


@pytest.mark.parametrize("name", RESULTS)
def test_outside_a_notebook_a_result_says_in_few_lines_of_which_crisis_it_is(results, name):
    shown = repr(results[name])

    assert CLEANED in shown.splitlines()[0]
    assert len(shown.splitlines()) <= 20
    assert len(shown) <= 2_000
    assert "\u202e" not in shown


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in {"Crisis", "Replay"}])
def test_what_the_model_says_is_said_to_be_so(results, name):
    assert "in this model" in results[name]._repr_html_()


@pytest.mark.parametrize("name", WITH_INTERVALS)
def test_an_estimate_has_its_intervals_beside_it(results, name):
    page = results[name]._repr_html_()
    row = next(line for line in page.split("<tr>")[2:] if " to " in line)

    assert "90 % interval" in page
    assert re.search(r"<td>-?\d+(\.\d+)? to -?\d+(\.\d+)?</td>", row)


@pytest.mark.parametrize("name", [*WITH_INTERVALS, "Bargaining"])
def test_an_interval_has_its_low_end_first(results, name):
    found = intervals.in_text(results[name]._repr_html_())

    assert found
    assert intervals.out_of_order(found) == []


def test_worlds_of_a_game_are_told_by_their_spread(results):
    page = results["Bargaining"]._repr_html_()

    assert "5th to 95th percentile of worlds" in page
    assert "<td>0.12</td><td>-0.10 to 0.20</td>" in page


def test_a_future_is_shown_as_it_is_told(results):
    page = results["Trace"]._repr_html_()

    assert f"<td>{results['Trace'].happenings[0].day}</td>" in page
    assert "Ending: " in page


def test_without_a_mechanism_a_future_ends_as_played(results):
    page = results["Story"]._repr_html_()

    assert "<td>noise</td><td>narrow deal</td><td>40</td><td>1/6</td>" in page


def test_a_replay_gives_its_verdict(results):
    assert results["Replay"].verdict in results["Replay"]._repr_html_()


def test_days_stand_beside_the_share_of_those_that_end_so(results):
    course = results["Course"]
    ((_, share),) = course.shares_by("any_war", (course.horizon,))
    half = course.until["any_war"].half
    page = course._repr_html_()

    assert f"<td>any war</td><td>{100.0 * share.share:.1f}</td>" in page
    assert f"<td>{half.value:.0f}</td><td>{half.low:.0f} to {half.high:.0f}</td>" in page
    assert "<td>uneasy containment</td><td>0.0</td>" in page
    assert page.count("<td></td><td></td><td></td></tr>") == sum(
        course.until[key] is None for key in (*ENDINGS, *OUTCOMES)
    )


def test_shares_after_what_was_seen_have_both_their_intervals(results):
    war = results["Update"].outcomes["any_war"]
    page = results["Update"]._repr_html_()
    cells = (
        f"{100.0 * war.before.share:.1f}",
        f"{100.0 * war.share:.1f}",
        notebook.span(war.low, war.high),
        notebook.span(war.wide_low, war.wide_high),
    )

    assert "".join(f"<td>{cell}</td>" for cell in ("any war", *cells)) in page
    assert "<td>plan: a campaign of weeks</td>" in page


def test_where_nothing_was_seen_the_signs_to_watch_for_are_told(results):
    found = results["Update"]
    watched = found.next["convoys"]
    unseen = replace(found, observations=replace(found.observations, seen=()))
    page = unseen._repr_html_()

    assert "what to watch for" in page
    assert f"<td>convoys</td><td>{watched.outcome.value:.4f}</td>" in page
    assert notebook.span(watched.if_seen.low, watched.if_seen.high) in page
    assert "before" not in page


def test_the_lines_of_a_result_are_its_table(results):
    share = results["Summary"].base.endings["war"]
    (line,) = (one for one in repr(results["Summary"]).splitlines() if one.startswith("war"))

    assert re.split(r"  +", line) == ["war", *notebook.estimate(*share)]
    assert results["Summary"].base.title in repr(results["Summary"].base)


def test_what_does_not_fit_into_few_lines_is_counted():
    words = " ".join(["word"] * 60)
    rows = [[f"{row}:{column}" for column in range(12)] for row in range(50)]
    lines = notebook.Table(words, ["name"] * 12, rows, note=words).plain().splitlines()

    assert len(lines) == 20
    assert max(map(len, lines)) < 100
    assert lines[1].endswith("...")
    assert lines[-6].startswith("11:0")
    assert lines[-5:-3] == ["rows left out: 38", "columns left out: 2"]


def test_a_cell_that_is_too_wide_goes_on_below():
    words = "as many words as it takes to go on below, where the numbers beside them end"
    table = notebook.Table("", ("what", "of 100 futures"), [(words, "1.5"), (words * 2, "2.5")])
    lines = table.plain().splitlines()

    assert lines[0].split() == ["what", "of", "100"]
    assert lines[1].split() == ["futures"]
    assert [line.endswith(("1.5", "2.5")) for line in lines[2:]] == [True, True, False]


def test_to_show_a_run_no_future_is_read(results, tmp_path):
    run = detente.Run(tmp_path / "gone", results["Run"].record)

    assert str(tmp_path / "gone") in repr(run)
    assert run.digest in repr(run)


def test_nothing_is_never_told_as_minus_nothing():
    assert notebook.percent(-0.0001) == "0.0"
    assert notebook.span(-0.0001, 0.25, decimals=0) == "0 to 25"


def test_what_has_no_interval_of_chance_is_told_without():
    assert notebook.estimate(0.5, None, None, 0.4, 0.6) == ("50.0", "", "40 to 60")

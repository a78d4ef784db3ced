"""Options of a run next to each other: counted by hand, laws of differences, what is planted."""

import math
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest

from detente import DetenteError, Run, compare, load, resume, simulate
from detente.ensemble import runners
from detente.estimate.estimate import NONE
from detente.kernel.endings import Violence
from tests.questions import made_up
from tests.questions.made_up import PLANTED, planted_kernel
from tests.standin import played

SIZE = {"futures": 320, "worlds": 32}
SMALL = SIZE | {"threads": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    """Return a run to be read, in which the hotline helps and nothing else does anything."""
    out, options = tmp_path_factory.mktemp("compared") / "run", ["hotline", "base_defences"]
    return played(crisis, out, planted_kernel(0.2), **SIZE, options=options)


def wars(run, option):
    rows = np.concatenate(list(run.rows(option)))
    return (rows["violence"] >= Violence.WAR).astype(float)


def test_a_difference_is_that_of_the_futures_one_by_one(run):
    differs = wars(run, "hotline") - wars(run, "base")
    found = compare(run).options["hotline"].difference
    by_world = differs.reshape(32, 10)
    chance = 1.645 * math.sqrt(by_world.var(axis=1, ddof=1).sum() / 10) / 32
    reach = 1.696 * by_world.mean(axis=1).std(ddof=1) / math.sqrt(32)  # Student's t of 31

    assert found.value == pytest.approx(differs.mean())
    assert (found.chance_low, found.chance_high) == pytest.approx(
        (differs.mean() - chance, differs.mean() + chance), abs=0.004
    )
    assert (found.low, found.high) == pytest.approx(
        (differs.mean() - reach, differs.mean() + reach), abs=0.004
    )
    assert found.high < 0.0


def test_a_paired_interval_is_narrower_than_two_shares_let_one_think(run):
    found = compare(run)
    width = found.options["hotline"].difference
    shares = [found.options[name].share for name in ("base", "hotline")]
    apart = math.sqrt(sum((share.chance_high - share.chance_low) ** 2 for share in shares))

    assert width.chance_high - width.chance_low < 0.8 * apart


def test_differences_turned_round_change_their_sign_and_nothing_else(run):
    found = compare(run)
    there, back = found.difference("hotline"), found.difference("base", "hotline")

    assert there.value == -back.value != 0.0
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
    assert (there.spread_low, there.spread_high) == pytest.approx(
        (-back.spread_high, -back.spread_low), abs=1e-12
    )


def test_an_option_that_is_the_base_differs_by_nothing(tmp_path):
    crisis = load("oman-2026", changes={"incidents.hotline": 1})
    run = simulate(crisis, **SMALL, options=["hotline", "base_defences"], out=tmp_path / "run")
    found = compare(run)

    assert found.options["hotline"].is_same
    assert not found.options["base_defences"].is_same
    assert found.options["hotline"].difference == NONE
    assert found.difference("base", "hotline") == found.difference("hotline") == NONE
    assert found.difference("base_defences", "base_defences") == NONE
    assert set(found.options["hotline"].measures.values()) == {NONE}


def test_an_option_that_merely_did_nothing_so_far_keeps_an_interval(run):
    idle = compare(run).options["base_defences"].difference

    assert idle.value == 0.0
    assert idle.low < 0.0 < idle.high
    assert not idle.is_clear


def test_the_best_is_first_and_what_cannot_be_distinguished_from_it_is_named(run):
    less, more = compare(run), compare(run, better="more")

    assert less.ranking == ("hotline", "base", "base_defences")
    assert less.tied == ()
    assert more.ranking == ("base", "base_defences", "hotline")
    assert more.tied == ("base_defences",)


@pytest.mark.parametrize(("outcome", "better"), [("any_war", "less"), ("deal", "more")])
def test_war_is_unwanted_and_a_deal_is_wanted_unless_said_otherwise(run, outcome, better):
    assert compare(run, outcome=outcome).as_json()["better"] == better


def test_whoever_is_best_in_all_worlds_has_no_regret(run):
    found = compare(run).options

    assert found["hotline"].regret.regret == 0.0
    assert found["hotline"].regret.best_in > 0.7
    assert found["base"].regret.regret > 0.1
    assert all(one.regret.most >= one.regret.regret >= 0.0 for one in found.values())


def test_what_an_option_gains_and_costs_is_reported(run):
    one = compare(run).options["hotline"]

    assert {"force", "any_war"} <= set(one.gains)
    assert one.measures["any_war"].value < 0.0
    assert not set(one.gains) & set(one.costs)


def test_losses_of_both_sides_are_compared(tmp_path, crisis, monkeypatch):
    def play(*given, **named):
        rows = planted_kernel(0.2).play(*given, **named)
        rows["challenger_loss"] = np.where(rows["violence"] >= Violence.WAR, 0.25, 0.0)
        rows["defender_loss"] = np.where(rows["violence"] < Violence.WAR, 0.5, 0.0)
        return rows

    monkeypatch.setattr(runners, "kernel", lambda: planted_kernel(0.2)._replace(play=play))
    run = simulate(crisis, **SMALL, options=["hotline"], out=tmp_path / "run")
    one = compare(run).options["hotline"]
    war = one.measures["any_war"].value

    assert one.measures["challenger_loss"].value == pytest.approx(0.25 * war)
    assert one.measures["defender_loss"].value == pytest.approx(-0.5 * war)
    assert "challenger_loss" in one.gains
    assert "defender_loss" in one.costs


def test_worlds_that_keep_a_threshold_are_counted(run):
    found = compare(run, below={"any_war": 0.15}, above={"deal": 0.01})
    low, high = found.goals

    assert found.options["hotline"].reached[low].value > found.options["base"].reached[low].value
    assert found.options["base"].reached[high].value == 1.0
    assert found.options["base"].reached[high].low < 1.0


def test_a_planted_condition_is_found_and_the_turning_point_with_it(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: planted_kernel(0.2, above=0.17))
    sizes = {**SMALL, "worlds": 64, "futures": 6400}
    run = simulate(crisis, **sizes, options=["hotline"], out=tmp_path / "run")
    found = compare(run)
    rule = found.options["hotline"].search.rule

    assert [(one.field, one.is_above) for one in rule.conditions] == [(PLANTED, True)]
    assert rule.conditions[0].value == pytest.approx(0.17, rel=0.1)
    assert rule.is_only_if
    assert rule.outside.value == pytest.approx(0.0, abs=0.02)
    assert found.flip.second == "base"
    assert found.flip.worlds.why == "no weighting of these assumptions gives it"


def test_no_condition_turns_on_what_divides_an_attack(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(made_up, "PLANTED", "war.surprise")
    monkeypatch.setattr(runners, "kernel", lambda: planted_kernel(0.2, above=0.82))
    sizes = {**SMALL, "worlds": 64, "futures": 6400}
    run = simulate(crisis, **sizes, options=["hotline"], out=tmp_path / "run")

    assert compare(run).options["hotline"].search.rule is None


def test_what_it_takes_for_less_war_moves_the_number_that_brings_it(tmp_path, crisis):
    run = simulate(crisis, worlds=64, futures=6400, options=["hotline"], out=tmp_path / "run")
    base = compare(run, below={"any_war": 0.24}).inverse
    (found,) = base.values()

    # Another may follow that goes with it by chance in these worlds.
    assert found["base"].moved[0].field == "talks.fade_rate"
    assert found["base"].moved[0].place < 0.5
    assert found["base"].moved[0].after < found["base"].moved[0].before
    assert found["base"].tilt.entropy > 0.0


def test_what_holds_already_takes_nothing(run):
    (found,) = compare(run, below={"any_war": 0.9}).inverse.values()

    assert found["base"].tilt is None
    assert found["base"].why == "it holds as things are"


def test_a_few_worlds_are_called_few(tmp_path, crisis):
    run = simulate(crisis, futures=40, worlds=1, options=["hotline"], out=tmp_path / "run")
    found = compare(run)
    hotline = found.options["hotline"]

    assert found.notes == (
        "1 set of assumptions is too few to see how options depend on assumptions",
    )
    assert hotline.search.why == "1 set of assumptions is too few; 32 are needed"
    assert found.flip.number is None
    assert found.flip.worlds.why == "assumptions do not change it by more than chance"


def test_one_future_a_world_says_no_regret(tmp_path, crisis):
    run = simulate(crisis, futures=32, worlds=32, options=["hotline"], out=tmp_path / "run")
    found = compare(run)

    assert found.options["hotline"].regret is None
    assert found.as_json()["options"]["hotline"]["regret"] is None
    assert any("one course of events for each" in note for note in found.notes)


def test_where_the_pack_is_changed_what_options_are_is_not_reported_and_that_is_said(run, tmp_path):
    shutil.copytree(run.folder, tmp_path / "it")
    (tmp_path / "it" / "pack" / "crisis.toml").write_text("")
    found = compare(resume(tmp_path / "it"))

    assert compare(run).options["hotline"].says
    assert not compare(run).notes
    assert not found.options["hotline"].says
    assert found.notes == (
        "the run's pack was changed or lost: descriptions and costs of options are missing",
    )


def test_some_options_can_be_left_out(run):
    found = compare(run, options=["hotline"])

    assert tuple(found.options) == ("base", "hotline")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"outcome": "any_wars"}, "no outcome 'any_wars'; did you mean any_war"),
        ({"outcome": "xyzzy"}, "no outcome 'xyzzy'; outcomes: deal, settled"),
        ({"options": ["hotlin"]}, "no option 'hotlin'; did you mean hotline"),
        ({"options": ["base"]}, "the base alone is named; name an option"),
        ({"better": "worse"}, "better is 'worse'; use more or less"),
        ({"below": {"any_war": 0.0}}, "any_war is to stay below 0; use a share from 0 to 1"),
        ({"below": {"any_war": float("nan")}}, "any_war is to stay below nan"),
        ({"above": {"deal": 1.5}}, "deal is to stay above 1.5"),
        ({"above": {"deals": 0.5}}, "no outcome 'deals'; did you mean deal"),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_refused(run, asked, words):
    with pytest.raises(DetenteError, match=words):
        compare(run, **asked)


def test_a_run_without_options_names_the_command_that_plays_them(tmp_path, crisis):
    run = simulate(crisis, futures=8, worlds=4, out=tmp_path / "run")

    with pytest.raises(DetenteError, match=r"played no options.*run oman-2026 --options all"):
        compare(run)


def test_a_pack_without_options_is_asked_to_write_some(tmp_path):
    run = simulate(load("reference-violent"), futures=8, worlds=4, out=tmp_path / "run")

    with pytest.raises(DetenteError, match=r"its pack has none: write \[options.NAME\]"):
        compare(run)


@pytest.mark.parametrize("damage", ["missing", "torn", "shorter"])
def test_a_damaged_table_of_worlds_is_reported(run, tmp_path, damage):
    copy = Run.open(shutil.copytree(run.folder, tmp_path / "copy"))
    path = copy.folder / "worlds.parquet"
    if damage == "missing":
        path.unlink()
    elif damage == "torn":
        path.write_bytes(path.read_bytes()[:100])
    else:
        pq.write_table(pq.read_table(path).slice(0, 5), path)

    with pytest.raises(DetenteError, match="detente run --resume"):
        compare(copy)


def test_the_json_has_the_keys_that_are_promised(run):
    content = compare(run).as_json()
    one = content["options"]["hotline"]

    assert content["schema"] == "detente/compare/1"
    assert {"outcome", "options", "ranking", "tied", "flip", "inverse", "digest"} < set(content)
    assert {"difference", "low", "high", "spread_low", "spread_high", "regret"} < set(one)
    assert {"share", "regret_most", "regret_worst", "best_in", "works_if"} < set(one)
    assert one["low"] <= one["difference"] <= one["high"]
    assert set(content["inverse"]["any_war<5%"]["options"]) == {"base", "hotline"}


def test_an_extended_run_is_compared_as_one_begun_with_its_size(tmp_path, crisis):
    asked = {"threads": 1, "chunk": 20, "options": ["hotline"]}
    run = simulate(crisis, **asked, futures=49, worlds=7, out=tmp_path / "run")
    whole = simulate(crisis, **asked, futures=80, worlds=8, out=tmp_path / "whole")
    extended = compare(resume(run.folder, futures=80, worlds=8)).as_json()

    assert extended.pop("run") != (expected := compare(whole).as_json()).pop("run")
    assert extended == expected

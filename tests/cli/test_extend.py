"""`run --resume` with sizes, and `run --until`, as a person meets them."""

import json
from pathlib import Path

import pytest

from detente import Run
from detente.cli.parameters import read_shares
from detente.ensemble import runners
from tests.cli.asking import answer
from tests.standin import KERNEL

SMALL = ["--futures", "300", "--worlds", "7", "--threads", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("stored")
def test_a_finished_run_is_extended_to_what_is_asked_for(capsys):
    _, whole, _ = answer(capsys, "run", "oman-2026", *SMALL[4:], "--futures=700", "--worlds=9")

    status, out, err = answer(
        capsys, "run", "--resume", "stored", "--futures", "700", "--worlds", "9", "--json"
    )

    content = json.loads(out)
    assert (status, err) == (0, "")
    assert (content["futures"], content["worlds"]) == (702, 9)
    assert content["digest"] == Run.open("stored").digest == Run.open().digest
    assert "702 courses of events in this model: 78 for each of 9 sets" in whole


def test_options_are_played_in_as_many_worlds_as_asked_for(capsys):
    asked = [*SMALL, "--options", "hotline,base_defences", "--option-worlds", "3"]
    _, plan, _ = answer(capsys, "run", "oman-2026", *asked, "--dry-run")
    _, out, _ = answer(capsys, "run", "oman-2026", *asked, "-o", "stored", "--json")
    _, more, _ = answer(capsys, "run", "--resume", "stored", "--option-worlds=5", "--json")
    _, listed, _ = answer(capsys, "list", "--json")

    assert (
        "301 courses of events under 7 sets of assumptions, 129 courses of events under 3" in plan
    )
    assert json.loads(out)["options"]["hotline"]["worlds"] == 3
    assert json.loads(more)["options"]["base"]["worlds"] == 5
    assert json.loads(listed)["runs"][0]["futures"] == 301 + 2 * 215


@pytest.mark.usefixtures("stored")
def test_one_size_may_be_given_alone(capsys):
    _, more, _ = answer(capsys, "run", "--resume", "stored", "--futures", "700")
    _, wider, _ = answer(capsys, "run", "--resume", "stored", "--worlds", "8")

    assert "700 courses of events in this model: 100 for each of 7 sets" in more
    assert "800 courses of events in this model: 100 for each of 8 sets" in wider


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--futures", "299"], "futures is 299; the run has 300"),
        (["--worlds", "6"], "worlds is 6; the run has 7"),
        (["--worlds", "14", "--futures", "400"], "ask for 602 or more"),
        (["--futures", "0"], "use a whole number from 1"),
        (["--seed", "2"], "--seed cannot be given with --resume"),
        (["--chunk", "5"], "--chunk cannot be given with --resume"),
        (["--dry-run"], "--dry-run cannot be given with --resume"),
    ],
    ids=str,
)
def test_what_a_run_cannot_become_is_refused_and_nothing_is_touched(stored, capsys, asked, words):
    before = {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()}

    status, out, err = answer(capsys, "run", "--resume", "stored", *asked)

    assert (status, out) == (2, "")
    assert words in err
    assert {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()} == before


def test_a_run_goes_on_until_its_intervals_are_narrow(capsys):
    status, out, err = answer(
        capsys, "run", "oman-2026", *SMALL, "--until", "any_war=2%,deal=0.03", "--json"
    )

    outcomes = json.loads(out)["outcomes"]
    assert (status, err) == (0, "")
    assert json.loads(out)["futures"] > 301
    assert outcomes["any_war"]["chance_high"] - outcomes["any_war"]["chance_low"] <= 0.04
    assert outcomes["deal"]["chance_high"] - outcomes["deal"]["chance_low"] <= 0.06


@pytest.mark.usefixtures("stored")
def test_a_run_that_lies_there_goes_on_until_its_intervals_are_narrow(capsys):
    status, out, _ = answer(capsys, "run", "--resume", "stored", "--until", "war=2%", "--json")

    war = json.loads(out)["outcomes"]["war"]
    assert status == 0
    assert war["chance_high"] - war["chance_low"] <= 0.04
    assert Run.open("stored").record.settings.played == json.loads(out)["futures"]


@pytest.mark.usefixtures("stored")
def test_an_extension_that_was_stopped_is_listed_next_to_its_run(capsys, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=stop))
    answer(capsys, "run", "--resume", "stored", "--futures", "700")
    Path("runs").mkdir()
    Path("stored").rename("runs/stored")

    _, out, _ = answer(capsys, "list")
    _, listed, _ = answer(capsys, "list", "--json")

    state = "finished; not yet extended to 700 courses of events"
    assert state in out
    assert json.loads(listed)["runs"][0] == {
        "run": "runs/stored", "pack": "oman-2026", "futures": 301, "state": state
    }  # fmt: skip


def stop(*_, **__):
    raise KeyboardInterrupt


def test_a_cap_is_reported_and_is_no_failure(capsys):
    status, out, err = answer(
        capsys, "run", "oman-2026", *SMALL, "--until", "war=0.1%", "--most-futures", "500", "--json"
    )

    assert status == 0
    assert json.loads(out)["futures"] == 497
    assert "stopped at 497 courses of events by --most-futures" in err


def test_a_cap_below_the_futures_to_begin_with_is_kept(capsys):
    cap = ("--until", "war=10%", "--most-futures", "500", "--dry-run", "--json")
    _, few, _ = answer(capsys, "run", "oman-2026", *cap)
    status, _, err = answer(capsys, "run", "oman-2026", "--futures", "501", *cap[:-1])

    assert json.loads(few)["futures"] == 384
    assert status == 2
    assert "500 are fewer than the first round plays" in err


def test_a_cap_without_a_goal_is_refused(here, capsys):
    status, _, err = answer(capsys, "run", "oman-2026", "--most-futures", "500")

    assert status == 2
    assert "add --until OUTCOME=WIDTH" in err
    assert list(here.iterdir()) == []


def test_fewer_futures_than_worlds_are_asked_to_be_one_in_each(capsys):
    _, out, err = answer(capsys, "run", "oman-2026", "--futures", "8", "--worlds", "9", "--dry-run")

    assert "8 courses of events are fewer than 9 sets of assumptions: 9 are played" in err
    assert "9 courses of events under 9 sets of assumptions" in out


def test_a_run_that_is_stopped_on_its_way_says_until_when_it_was_to_go_on(capsys, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=stop))
    until = ("--until", "war=1%", "--most-futures", "500")
    _, _, err = answer(capsys, "run", "oman-2026", *SMALL, *until, "-o", "stored")

    assert "detente run --resume stored; with --until war=0.01 --most-futures 500" in err


def test_a_dry_run_reports_what_it_would_start_with_and_go_on_to(here, capsys):
    _, out, _ = answer(
        capsys, "run", "oman-2026", *SMALL, "--until", "war=0.5%", "--until", "deal=1%", "--dry-run"
    )
    _, reported, _ = answer(
        capsys, "run", "oman-2026", *SMALL, "--until", "war=0.5%", "--dry-run", "--json"
    )

    assert "301 courses of events under 7 sets of assumptions" in out
    assert "until sampling moves war by at most 0.5 points either way" in out
    assert "up to 10,000,000 without any option" in out
    assert "until sampling moves deal by at most 1 points" in out
    assert json.loads(reported)["until"] == {"war": 0.005}
    assert json.loads(reported)["most_futures"] == 10_000_000
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("war", "'war' is not OUTCOME=WIDTH"),
        ("", "'' is not OUTCOME=WIDTH"),
        ("war=0.5%,", "'' is not OUTCOME=WIDTH"),
        ("=0.5%", "'=0.5%' is not OUTCOME=WIDTH"),
        ("war=", "the width of war is '', no number"),
        ("war=narrow", "the width of war is 'narrow', no number"),
        ("war=0", "the width of war is 0; use one above 0"),
        ("war=-1%", "the width of war is -0.01; use one above 0"),
        ("war=inf", "the width of war is inf; use one above 0"),
        ("war=nan", "the width of war is nan; use one above 0"),
        ("war=1%,war=2%", "war is given twice"),
        ("any_wars=1%", "did you mean any_war?"),
    ],
)
def test_an_aim_that_cannot_be_is_reported_in_words_before_anything_is_played(
    here, capsys, until, words
):
    status, out, err = answer(capsys, "run", "oman-2026", "--until", until)

    assert (status, out) == (2, "")
    assert words in err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("most", ["0", "-1", "many", "3000000000"])
def test_a_cap_that_cannot_be_is_refused(here, capsys, most):
    status, _, err = answer(capsys, "run", "oman-2026", "--until", "war=1%", "--most-futures", most)

    assert status == 2
    assert "--most-futures" in err
    assert list(here.iterdir()) == []


def test_a_width_is_written_as_percent_or_as_a_share():
    given = ["any_war=0.5%, deal = 0.01", "war=5e-3"]

    assert read_shares("--until", given, "width") == {"any_war": 0.005, "deal": 0.01, "war": 0.005}

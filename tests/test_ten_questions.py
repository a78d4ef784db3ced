"""What an analyst asks of a run, each answered by one command."""

import json
import re

import pytest

from detente.cli import main

SMALL = ["--worlds", "8", "--futures", "320", "--grid", "tiny", "--threads", "1", "-q"]
PLAYED = ["--threads", "1", "--json"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Play the crisis as it stands, with one option, and a month later: with another number."""
    folder = tmp_path_factory.mktemp("asked")
    now, later = str(folder / "now"), str(folder / "later")
    one_channel = ["--options", "one_channel"]
    assert main(["run", "oman-2026", *one_channel, *SMALL, "-o", now]) == 0
    assert main(["run", "oman-2026", "--set", "actors.us.war_cost=0.3", *SMALL, "-o", later]) == 0
    return now, later


@pytest.fixture
def answer(capsys):
    """Return what a command prints as JSON."""

    def ask(command, *arguments):
        capsys.readouterr()
        status = main([command, *arguments])
        printed = capsys.readouterr().out
        assert status == 0
        return json.loads(printed)

    return ask


def test_how_likely_war_is_by_a_date_is_answered_by_ask(runs, answer):
    found = answer("ask", runs[0], "--by", "2026-04-01", "--json")

    assert found["by"] == {"day": 54, "date": "2026-04-01"}
    assert found["low"] <= found["share"] <= found["high"]


def test_what_to_watch_next_week_is_answered_by_update_with_every_event(runs, answer):
    found = answer("update", runs[0], "--next", "--by", "2026-02-13", *PLAYED)
    sightings = found["sightings"]
    known = {**sightings["events"], **dict.fromkeys(sightings["rare"])}

    assert sightings["by"]["day"] == 7
    assert {"raises", "walks_out.challenger", "vows", "hostile_act", "ultimatum"} <= set(known)
    assert {"says_resolved.qatar", "withdraws.qatar", "concedes.defender"} <= set(known)
    assert "withdraws.israel" not in known
    assert found["next"]


def test_what_a_hosts_refusal_changes_and_why_is_answered_by_whatif(runs, answer):
    asked = ["--worlds", "4", "--futures", "40", "--why"]
    found = answer("whatif", runs[0], "actors.qatar.consent=0", *asked, *PLAYED)
    path = found["path"]

    assert "shift" in found["points"][0]["outcomes"]["any_war"]
    assert {(one["side"], one["of"]) for one in path["worths"]} == {
        (side, of) for side in ("challenger", "defender") for of in ("start", "strike", "failure")
    }
    assert path["of"] == 160
    assert path["followed"] == sum(one["futures"] for one in path["first"])


def test_why_says_in_words_which_worth_moves_and_whose_act_differs(runs, capsys):
    asked = ["--worlds", "8", "--futures", "40", "--threads", "1", "--why", "-q"]
    status = main(["whatif", runs[0], "actors.us.war_cost=0.5", *asked])
    out = capsys.readouterr().out

    assert status == 0
    assert re.search(
        r"Why: the largest change is in what (the United States|Iran) expects of .+: ", out
    )
    assert "of 320 courses of events end otherwise. The commonest first difference" in out


def test_why_is_said_of_one_change(runs, capsys):
    status = main(["whatif", runs[0], "actors.us.war_cost=0.1:0.5:3", "--why"])
    out, err = capsys.readouterr()

    assert (status, out) == (2, "")
    assert "actors.us.war_cost: has 3 values; --why explains a change to one value" in err


def test_which_mediator_is_answered_by_whatif_with_a_list(runs, answer):
    asked = ["--worlds", "4", "--futures", "40"]
    found = answer("whatif", runs[0], 'venue.access=["qatar", "egypt"]', *asked, *PLAYED)
    change = found["changes"][0]

    assert change["values"] == [["qatar", "egypt"]]
    assert change["says"].startswith("keys of the mediators that speak to both sides")
    assert change["was"] == "not given"


def test_what_one_channel_would_do_is_answered_by_compare(runs, answer):
    found = answer("compare", runs[0], "--outcome", "deal", "--json")

    assert list(found["options"]) == ["base", "one_channel"]


def test_why_a_future_went_to_war_is_answered_by_causes(runs, answer):
    (war,) = answer("find", runs[0], "--ending", "force", "--count", "1", "--json")["futures"]
    found = answer("causes", runs[0], "--future", war["future"], "--json")

    assert "first_shot" in {one["kind"] for one in found["events"]}
    assert len(found["without"]) == 10
    assert "prevented_by" in found


def test_how_sure_that_is_is_answered_by_show(runs, answer):
    found = answer("show", runs[0], "--json")["outcomes"]["any_war"]

    assert found["low"] <= found["chance_low"] <= found["share"]
    assert found["share"] <= found["chance_high"] <= found["high"]
    assert found["spread_low"] < found["spread_high"]


def test_what_if_a_number_is_wrong_is_answered_by_whatif(runs, answer):
    asked = ["--worlds", "4", "--futures", "40"]
    found = answer("whatif", runs[0], "actors.us.war_cost=0.1:0.5:3", *asked, *PLAYED)
    force = [one["outcomes"]["force"]["share"] for one in found["points"]]

    assert [one["values"] for one in found["points"]] == [
        {"actors.us.war_cost": value} for value in (0.1, 0.3, 0.5)
    ]
    assert force[2] < force[0]


def test_what_changed_since_last_month_is_answered_by_compare_of_two_runs(runs, answer):
    found = answer("compare", *runs, "--json")

    assert found["paired"]
    assert found["pack"]["numbers"] == 1
    assert found["differences"]["force"]["difference"] < 0.0


def test_which_number_changed_is_answered_by_diff_of_two_runs(runs, answer):
    found = answer("diff", *runs, "--json")

    assert [one["field"] for one in found["numbers"]] == ["actors.us.war_cost"]


def test_who_backs_down_is_answered_by_the_endings(runs, answer):
    endings = answer("show", runs[0], "--json")["endings"]

    assert endings["defender_yields"]["share"] > 0.0
    assert endings["challenger_drops"]["share"] > 0.0

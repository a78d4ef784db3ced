import json
import math
import re

import numpy as np
import pytest

from detente import DetenteError, Run, whatif
from detente.cli.look import read_asked
from detente.cli.progress import ProgressReport
from detente.ensemble.measures import ENDINGS, KNOWN, OUTCOMES
from detente.ensemble.study import PairedAnswer
from detente.ensemble.tally import CLASSES
from detente.estimate.intervals import student
from detente.questions.whatif import ChangedField, WhatIf, WhatIfPoint, shares_of
from detente.views.blocks import plain
from detente.views.whatif import section
from tests.cli.asking import answer

FADE = "talks.fade_rate"
WAR = next(one for one in range(CLASSES) if OUTCOMES["any_war"].happened(np.array([one]))[0])
ASKED = {"futures": 40, "threads": 1}


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=320, worlds=8)


@pytest.mark.usefixtures("stored")
def test_a_value_is_answered_in_words_with_a_chart_a_table_and_what_comes_next(capsys):
    status, out, err = answer(capsys, "whatif", "stored", f"{FADE}=0.02", "--threads", "1")

    assert (status, err) == (0, "")
    assert out.startswith(f"What if {FADE} is 0.02?")
    assert "% end in war with this change" in out
    assert "war, in the run" in out
    assert "Outcomes, then endings, in % in this model" in out
    assert "  detente drivers stored" in out


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("value", ["0.02", "0.0085", "0.3"])
def test_shares_with_a_change_and_without_are_as_far_apart_as_the_shift(capsys, value):
    _, out, _ = answer(capsys, "whatif", "stored", f"{FADE}={value}", "--threads", "1")
    said = " ".join(out.split())
    number = r"([-+]?[0-9.]+)"
    shares = rf"{number} % end in [^.]*? with this change and {number} % without: "
    found = re.findall(rf"{shares}{number} points", said)

    assert len(found) == 2
    for after, before, shift in found:
        assert float(after) - float(before) == pytest.approx(float(shift), abs=0.11)


@pytest.mark.usefixtures("stored")
def test_json_has_a_point_for_each_pair_of_values_with_every_outcome(capsys):
    asked = [f"{FADE}=0.01:0.03:3", "actors.us.war_cost=0.1:0.3:2", "--threads", "1"]
    status, out, _ = answer(capsys, "whatif", "stored", *asked, "--json")
    content = json.loads(out)
    first, last = content["points"][0], content["points"][-1]

    assert (status, content["schema"]) == (0, "detente/whatif/1")
    assert [one["field"] for one in content["changes"]] == [FADE, "actors.us.war_cost"]
    assert len(content["points"]) == 6
    assert first["values"] == {FADE: 0.01, "actors.us.war_cost": 0.1}
    assert last["values"] == {FADE: 0.03, "actors.us.war_cost": 0.3}
    assert (*first["outcomes"], *first["endings"]) == KNOWN
    assert sum(first["endings"][key]["shift"] for key in ENDINGS) == pytest.approx(0.0)
    assert set(first["outcomes"]["any_war"]) == {
        *("before", "share", "low", "high", "shift", "shift_low", "shift_high"),
        *("chance_low", "chance_high"),
    }


@pytest.mark.usefixtures("stored")
def test_the_command_that_is_given_when_it_is_stopped_goes_on_with_it(capsys, monkeypatch):
    def stop(_report, progress):
        if progress.done > 8:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ProgressReport, "__call__", stop)
        stopped = answer(capsys, "whatif", "stored", f"{FADE}=0.01:0.03", "--threads", "1")
    command = f"detente whatif stored {FADE}=0.01:0.03"
    status, out, _ = answer(capsys, *command.split()[1:], "--threads", "1")

    assert stopped[0] == 130
    assert f"go on with: {command}" in stopped[2]
    assert (status, out.splitlines()[0]) == (0, f"What if {FADE} is 0.01 to 0.03?")


def test_a_dry_run_says_what_is_left_to_play_and_plays_nothing(capsys, stored):
    asked = ["whatif", "stored", f"{FADE}=0.01:0.03:3", "--threads", "1", "--dry-run"]
    _, out, _ = answer(capsys, *asked)
    _, plan, _ = answer(capsys, *asked, "--json")

    assert "3 point(s) under 8 sets of assumptions, 32 to be played" in out
    assert "Nothing was played." in out
    assert (json.loads(plan)["missing"], json.loads(plan)["points"]) == (32, 3)
    assert not (stored / "answers").exists()


def test_a_range_a_list_and_a_value_are_the_same_in_python_as_in_a_shell(stored):
    run = Run.open(stored)
    _, asked = read_asked([f"{FADE}=0.01:0.03", "actors.us.war_cost=0.1:0.3:3"])
    found = whatif(run, asked, **ASKED)
    same = whatif(run, {FADE: (0.01, 0.03), "actors.us.war_cost": [0.1, 0.2, 0.3]}, **ASKED)

    assert asked == {FADE: (0.01, 0.03), "actors.us.war_cost": [0.1, 0.2, 0.3]}
    assert found.as_json() == same.as_json()


def test_a_share_that_nothing_moves_varies_as_its_worlds_do_played_or_not(stored):
    run, same = Run.open(stored), np.zeros((4, 400), np.int8)
    found = shares_of(PairedAnswer(run, "base", same, same))["any_war"]
    shares = OUTCOMES["any_war"].counted(run.tally().classes) / 40
    reach = student(3) * math.sqrt(np.var(shares, ddof=1) / 8.0)  # no surer than the four played

    assert (found.after.value, found.shift.value) == (pytest.approx(shares.mean()), 0.0)
    assert found.after.high - found.after.value == pytest.approx(reach)


def test_a_change_that_moves_more_than_the_run_has_says_where_it_does(stored):
    run, war, none = Run.open(stored), np.full((4, 400), WAR, np.int8), np.zeros((4, 400), np.int8)
    shares = shares_of(PairedAnswer(run, "base", war, none))
    asked = (ChangedField(FADE, "", "", "0.0085", (0.3,)),)
    points = (WhatIfPoint({FADE: 0.3}, shares),)
    found = WhatIf(run, asked, points, ("any_war",), 4, 400, "tiny")
    said = plain(section(found).answer[0])

    assert re.search(r" 0\.0 % end in war with this change and \S+ % without\. ", said)
    assert (
        "war is more frequent than in the run: there the change moves it by -100.0 points" in said
    )
    assert found.notes[-1].endswith("the three do not add up")


def test_what_is_named_before_the_changes_is_the_run():
    assert read_asked(["runs/a", "a.b=1"]) == ("runs/a", {"a.b": 1})
    assert read_asked(["a.b=true", "venue.name=qatar"]) == (
        None,
        {"a.b": True, "venue.name": "qatar"},
    )


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        (["talks.fade_rat=0.1"], "did you mean talks.fade_rate?"),
        ([f"{FADE}=-1"], f"{FADE}: -1; use 0 to 10"),
        ([f"{FADE}=0.3:0.1"], f"{FADE}: 0.3:0.1 is not a range that it may have"),
        ([f"{FADE}=0.1:0.3:1"], "is no sweep: N is from 2 to 50"),
        ([f"{FADE}=0.1:x"], '"x" is not a number'),
        ([f"{FADE}=0.1", f"{FADE}=0.2"], f"{FADE}: given twice"),
        (["war.surprise=0.5"], "does not divide an attack"),
        ([f"{FADE}=0.1", "why"], '"why" is not a change'),
        ([f"{FADE}=0.1", "--worlds", "9"], "use a whole number from 2 to 8"),
        ([f"{FADE}=0.1", "--outcome", "warr"], "there is no outcome 'warr'"),
        ([f"{FADE}=0.1:0.2:50", "actors.us.war_cost=0.1:0.2:3"], "150 points are asked for"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can_be(capsys, asked, reported):
    status, out, err = answer(capsys, "whatif", "stored", *asked)

    assert (status, out) == (2, "")
    assert reported in " ".join(err.split())


def test_nothing_to_change_is_refused(stored):
    with pytest.raises(DetenteError, match="nothing is to be changed"):
        whatif(Run.open(stored), {})

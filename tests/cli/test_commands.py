import json
import re
import shlex
from pathlib import Path

import pytest

from detente.cli import main
from detente.cli.app import program
from detente.estimate import prim
from tests.cli.asking import answer

SMALL = ["--futures", "300", "--worlds", "7", "--threads", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_reports_what_became_of_the_crisis(capsys):
    status, out, err = answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored", "--all")

    assert status == 0
    assert "War comes in " in out or "War is " in out
    assert "regional war" in out
    assert "Part of the variance that is due to assumptions" in out
    assert "Where the crisis stands by date" in out
    assert "on terms that mediators found" in out
    assert "It lies in stored" in out
    assert "detente trace stored --future" in out
    assert err == ""


def test_one_world_says_nothing_of_what_is_not_known(capsys):
    size = ["--futures", "50", "--worlds", "1", "--threads", "1"]
    status, out, _ = answer(capsys, "run", "oman-2026", *size, "-o", "stored", "--all")

    assert status == 0
    assert "Assumptions decide" not in out


def test_next_commands_can_be_run_as_they_stand(capsys):
    _, out, _ = answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored")
    line = next(line for line in out.splitlines() if "detente trace" in line)

    status, printed, _ = answer(capsys, *shlex.split(line.split("  one course of events")[0])[1:])

    assert status == 0
    assert "Ending: " in printed


def test_the_next_commands_name_a_pack_of_your_own_by_its_path(capsys):
    main(["new", "border-2031", "--kind", "strike"])
    _, out, _ = answer(capsys, "run", "./border-2031", *SMALL, "-o", "my run")

    assert "detente evidence ./border-2031" in out
    assert "detente trace 'my run' --future" in out


def test_quiet_leaves_the_result_only(capsys):
    _, out, _ = answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored", "-q")

    assert "Three views on one scale" in out
    assert "Next" not in out


def test_json_is_one_object_with_a_schema(capsys):
    _, out, _ = answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored", "--json")

    content = json.loads(out)

    assert content["schema"] == "detente/run/1"
    assert content["futures"] == 301
    assert content["record"]["folder"] == "stored"


@pytest.mark.usefixtures("stored")
def test_show_prints_all_that_run_printed(capsys):
    _, shown, _ = answer(capsys, "show", "stored")
    _, resumed, _ = answer(capsys, "run", "--resume", "stored")

    assert "War comes in " in shown or "War is " in shown
    # What stands in pictures, run gives for the horizon alone or at other days.
    assert said(resumed) == said(shown)


def said(text):
    """Return the lines without a picture, whatever their spaces."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line and not re.search("[·▒━█]", line)]


def test_a_dry_run_plays_nothing(here, capsys):
    status, out, _ = answer(capsys, "run", "oman-2026", "--dry-run", "--options", "all")

    assert status == 0
    assert "Nothing was played." in out
    assert list(here.iterdir()) == []


def test_a_dry_run_reports_worlds_time_and_disk(capsys):
    _, out, _ = answer(capsys, "run", "oman-2026", "--dry-run", "--json")

    assert set(json.loads(out)) == {
        "schema",
        "options",
        "worlds",
        "option_worlds",
        "futures",
        "seconds",
        "bytes",
        "parts",
    }


def test_a_changed_field_is_recorded(capsys):
    setting = "talks.fade_rate=0.05"
    _, out, _ = answer(capsys, "run", "oman-2026", *SMALL, "--set", setting, "--json")

    assert json.loads(out)["record"]["settings"]["changes"] == {"talks.fade_rate": 0.05}


@pytest.mark.usefixtures("stored")
def test_trace_reports_one_future(capsys):
    status, out, _ = answer(capsys, "trace", "stored", "--future", "3:4")

    assert status == 0
    assert "7 Feb 2026 (1)  the United States offers package 2" in out
    assert "Neither knows this of the other." in out


@pytest.mark.usefixtures("stored")
def test_trace_in_json_has_the_events(capsys):
    _, out, _ = answer(capsys, "trace", "stored", "--future", "3:4", "--json")

    content = json.loads(out)

    assert content["schema"] == "detente/trace/1"
    assert content["events"][0]["kind"] == "offers"
    assert content["differs"] == []


def test_the_newest_run_is_meant_when_none_is_named(capsys):
    main(["run", "oman-2026", *SMALL, "-q"])

    status, out, _ = answer(capsys, "trace", "--future", "0:0")

    assert status == 0
    assert "Course of events 0:0" in out


def test_new_writes_a_pack_that_passes_its_check(capsys):
    status, out, _ = answer(capsys, "new", "border-2031", "--kind", "strike")
    checked, _, _ = answer(capsys, "check", "./border-2031")

    assert status == 0
    assert "detente check ./border-2031" in out
    assert checked == 0


def test_check_lists_all_faults_and_says_no(capsys):
    main(["new", "border-2031", "--kind", "strike"])
    crisis = Path("border-2031/crisis.toml")
    crisis.write_text(crisis.read_text().replace("title =", "titel ="))

    status, out, _ = answer(capsys, "check", "./border-2031")
    _, listed, _ = answer(capsys, "check", "./border-2031", "--json")

    assert status == 1
    assert "crisis.toml" in out
    assert set(json.loads(listed)["faults"][0]) == {
        "file",
        "line",
        "column",
        "field",
        "found",
        "allowed",
        "hint",
    }


def test_evidence_lists_claims_and_what_rests_on_nothing(capsys):
    status, out, _ = answer(capsys, "evidence", "oman-2026")
    _, listed, _ = answer(capsys, "evidence", "oman-2026", "--json")
    content = json.loads(listed)

    assert status == 0
    assert "rest on no claim" in out
    assert {"claims", "numbers", "unsupported", "unused", "hypotheses"} < set(content)
    assert set(content["numbers"][0]) >= {"field", "because", "gives", "grade"}


@pytest.mark.usefixtures("stored")
def test_evidence_of_a_run_is_that_of_its_pack_and_what_hangs_on_it(capsys):
    _, of_run, _ = answer(capsys, "evidence", "stored", "--json")
    _, of_pack, _ = answer(capsys, "evidence", "oman-2026", "--json")

    assert json.loads(of_run) == {**json.loads(of_pack), "influence": []}


@pytest.mark.usefixtures("stored")
def test_list_names_packs_and_runs(capsys):
    main(["run", "oman-2026", *SMALL, "-q"])

    _, out, _ = answer(capsys, "list")
    _, listed, _ = answer(capsys, "list", "--json")

    assert "oman-2026" in out
    assert json.loads(listed)["runs"][0]["state"] == "finished"


@pytest.mark.usefixtures("stored")
def test_runs_put_elsewhere_are_listed_until_they_are_gone(here, capsys, monkeypatch):
    (here / "work").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(here / "state"))
    main(["run", "oman-2026", *SMALL, "-q", "-o", "work/mine"])
    monkeypatch.chdir(here / "work")
    _, listed, _ = answer(capsys, "list", "--json")
    _, below, _ = answer(capsys, "list", "..", "--json")
    (here / "work" / "mine" / "record.json").unlink()
    _, later, _ = answer(capsys, "list", "--json")

    assert [run["run"] for run in json.loads(listed)["runs"]] == [str(here / "work" / "mine")]
    assert {run["run"] for run in json.loads(below)["runs"]} == {"../stored", "../work/mine"}
    assert json.loads(later)["runs"] == []


@pytest.mark.usefixtures("stored")
def test_a_state_folder_that_cannot_be_is_no_error(here, capsys, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(here / "stored" / "record.json"))
    status, _, err = answer(capsys, "run", "oman-2026", *SMALL, "-q", "-o", "mine")
    _, listed, _ = answer(capsys, "list", "--json")

    assert (status, err) == (0, "")
    assert json.loads(listed)["runs"] == []


@pytest.mark.parametrize(
    "command", sorted(str(command.name) for command in program().registered_commands)
)
def test_every_command_has_help_with_an_example(capsys, command):
    status, out, _ = answer(capsys, command, "--help")

    assert status == 0
    assert f"Example: detente {command}" in out
    assert "--json" in out
    assert "--quiet" in out


def test_the_examples_in_the_help_run_one_after_the_other(monkeypatch):
    """Catch an example of `--help` that cannot be run as it stands."""
    monkeypatch.setattr(prim, "DEALS", 9)  # shuffles of the worlds, which take most of the time
    Path("article.txt").write_text("Talks open. Ada Reyes said that ships left.")
    examples = [command.epilog.split()[2:] for command in program().registered_commands]
    # Everything there is about a whole run takes half a minute; tests/cli/test_report.py runs it.
    # One that asks people needs the model itself; tests/table/test_table.py plays a table.
    # One that serves goes on until it is stopped; tests/cli/test_serve.py begins it,
    # and tests/assistant what speaks with an assistant.
    # Worlds of the stand-in differ too little for the view of others; tests of weigh have others.
    # A page for Monday needs a followed crisis; tests/follow/test_monday.py has one.
    left_out = {"assistant", "monday", "report", "play", "serve", "weigh"}
    examples = [example for example in examples if example[0] not in left_out]

    assert [main(example) for example in examples] == [0] * len(examples)


def test_the_commands_stand_in_their_groups(capsys):
    _, out, _ = answer(capsys, "--help")
    groups = [out.index(f"\n{name}:\n") for name in ("Write", "Play", "Read")]

    assert groups == sorted(groups)


def test_no_line_of_the_list_of_commands_is_cut(capsys):
    _, out, _ = answer(capsys, "--help")

    assert "..." not in out.split("\nWrite:\n")[1]
    assert max(map(len, out.splitlines())) <= 80


def test_without_arguments_help_is_shown(capsys):
    status, out, _ = answer(capsys)

    assert status == 0
    assert "Usage: detente" in out


@pytest.mark.parametrize("arguments", [["--version"], ["run", "--version"]])
def test_the_version_is_reported_everywhere(capsys, arguments):
    status, out, _ = answer(capsys, *arguments)

    assert status == 0
    assert out.startswith("detente 0.")

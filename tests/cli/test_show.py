"""What `detente show` tells of a stored run beyond what `detente run` printed."""

import json

import pytest

from detente.cli import main

SMALL = ["--futures", "640", "--worlds", "32", "--threads", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capsys, *arguments):
    """Run a command and return what it prints."""
    capsys.readouterr()
    assert main(list(arguments)) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


@pytest.fixture
def run(here):
    assert main(["run", "oman-2026", *SMALL, "-o", "stored", "-q"]) == 0
    return here / "stored"


def sections(out):
    """Return blocks of lines by the first of each."""
    return {block.splitlines()[0]: block.splitlines() for block in out.split("\n\n") if block}


@pytest.mark.usefixtures("run")
def test_the_answer_comes_first_and_confidence_has_a_line_of_its_own(capsys):
    told = answer(capsys, "show", "stored").split("\n\n")

    assert told[1].startswith("In this model any war ")
    assert told[2].startswith("Confidence: low. ")
    assert "onfidence" not in told[1]


@pytest.mark.usefixtures("run")
def test_endings_come_by_day_with_chance_and_over_worlds(capsys):
    found = sections(answer(capsys, "show", "stored"))
    by_day = found["Endings by day, of 100 futures"]
    spread = found["The same over worlds, 5th to 95th percentile, chance removed"]

    assert by_day[1].split() == ["by", "day", "7", "30", "60", "90", "180", "270", "365"]
    assert by_day[9].startswith("regional war")
    assert [line.split("  ")[0] for line in spread[2:10]] == [
        line.split("  ")[0] for line in by_day[2:10]
    ]


@pytest.mark.usefixtures("run")
def test_days_and_losses_stand_with_their_intervals(capsys):
    out = answer(capsys, "show", "stored")

    assert "Days until it comes, and of fighting, of those futures" in out
    assert "fighting, any war" in out
    assert "What wars cost and destroy" in out


@pytest.mark.usefixtures("run")
def test_tables_fit_a_terminal_of_80_columns(capsys):
    out = answer(capsys, "show", "stored", "-q")
    course = out[out.index("Endings by day") : out.index("Who used force")]
    tables = [line for line in course.splitlines() if not line.endswith(".")]

    assert max(map(len, tables)) <= 80


@pytest.mark.usefixtures("run")
def test_quiet_leaves_the_result_only(capsys):
    out = answer(capsys, "show", "stored", "-q")

    assert "Endings by day" in out
    assert "quarter: by that day" not in out
    assert "Next:" not in out


@pytest.mark.usefixtures("run")
def test_json_has_all_that_run_has_and_the_course(capsys):
    shown = json.loads(answer(capsys, "show", "stored", "--json"))
    run = json.loads(answer(capsys, "run", "--resume", "stored", "--json"))
    course = shown.pop("course")

    assert shown == run
    assert shown["schema"] == "detente/run/1"
    assert course["answer"][0].startswith("In this model ")
    assert course["by_day"]["war"][-1] == pytest.approx(shown["endings"]["war"]["share"])


@pytest.mark.parametrize("size", [("1", "1"), ("40", "1"), ("32", "32")])
def test_where_worlds_cannot_tell_less_is_said(capsys, size):
    futures, worlds = size
    main(["run", "oman-2026", "--futures", futures, "--worlds", worlds, "-o", "small", "-q"])
    out = answer(capsys, "show", "small")

    assert "cannot tell what is not known." in out
    assert "The same over worlds" not in out

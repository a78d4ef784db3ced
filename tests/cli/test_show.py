"""What `detente show` tells of a stored run beyond what `detente run` printed."""

import json

import pytest

from detente.cli import main


def answer(capsys, *arguments):
    """Run a command and return what it prints."""
    capsys.readouterr()
    assert main(list(arguments)) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


@pytest.mark.usefixtures("stored")
def test_quiet_leaves_the_result_only(capsys):
    out = answer(capsys, "show", "stored", "-q", "--all")

    assert "Outcomes and endings by date" in out
    assert "How to read it" not in out
    assert "Next" not in out


@pytest.mark.usefixtures("stored")
def test_what_is_shown_at_first_is_one_screen_and_names_the_way_to_all_of_it(capsys):
    first, everything = (answer(capsys, "show", "stored", *more) for more in ([], ["--all"]))

    assert "detente show stored --all" in first
    assert len(first.splitlines()) <= 50 < len(everything.splitlines())


@pytest.mark.usefixtures("stored")
def test_past_crises_and_others_stand_next_to_the_answer_without_all_of_it(capsys):
    first = answer(capsys, "show", "stored")

    assert "Three views on one scale" in first
    assert first.index("Three views on one scale") < first.index("Next")


@pytest.mark.usefixtures("stored")
def test_json_has_all_that_run_has_the_course_and_the_three_views(capsys):
    shown = json.loads(answer(capsys, "show", "stored", "--json"))
    run = json.loads(answer(capsys, "run", "--resume", "stored", "--json"))
    course, strip = shown.pop("course"), shown.pop("strip")

    assert shown == run
    force = strip["rows"][3]["model"]["share"]
    assert force == pytest.approx(shown["outcomes"]["force"]["share"])
    assert shown["schema"] == "detente/run/1"
    assert course["answer"][0].startswith("War ")
    assert course["by_day"]["war"][-1] == pytest.approx(shown["endings"]["war"]["share"])

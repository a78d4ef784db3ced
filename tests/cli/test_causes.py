import json

import pytest

from detente.analysis.causes import Story
from detente.analysis.causes.attribution import KEYS
from detente.analysis.causes.story import Instead
from detente.cli import main
from detente.cli.causing.story import lines_of
from detente.kernel.causes import EVERYTHING

SMALL = ["--futures", "300", "--worlds", "7", "--threads", "1"]


@pytest.fixture
def stored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "oman-2026", *SMALL, "-o", "stored", "-q"]) == 0
    return tmp_path / "stored"


def answer(capsys, *arguments):
    capsys.readouterr()
    status = main(list(arguments))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.mark.usefixtures("stored")
def test_causes_are_told_in_words_and_tables(capsys):
    status, out, err = answer(capsys, "causes", "stored")

    assert status == 0
    assert "In this model war comes in" in out
    assert "Credit for war, Shapley shares" in out
    assert "nearly nothing (the floor)" in out
    assert "no single number of them is a finding" in out
    assert err == ""


@pytest.mark.usefixtures("stored")
def test_the_tables_fit_a_terminal_of_80_columns(capsys):
    _, out, _ = answer(capsys, "causes", "stored")
    tables = [line for line in out[: out.index("What is")].splitlines() if "   " in line]

    assert len(tables) > 20
    assert max(map(len, tables)) <= 80


@pytest.mark.usefixtures("stored")
def test_json_is_one_object_that_adds_up(capsys):
    status, out, _ = answer(capsys, "causes", "stored", "--json")
    content = json.loads(out)

    assert status == 0
    total = sum(share["share"] for share in content["causes"].values())
    assert abs(total - content["war"]["share"]) < 1e-9


@pytest.mark.usefixtures("stored")
def test_fewer_worlds_are_told(capsys):
    _, out, _ = answer(capsys, "causes", "stored", "--worlds", "2", "-q")

    assert "in 2 of the run's 7 worlds" in out


@pytest.mark.usefixtures("stored")
def test_a_dry_run_judges_nothing(capsys, stored):
    _, out, _ = answer(capsys, "causes", "stored", "--dry-run")
    _, plan, _ = answer(capsys, "causes", "stored", "--dry-run", "--json")

    assert "7 of them to be judged" in out
    assert json.loads(plan)["missing"] == 7
    assert not (stored / "causes").exists()


@pytest.mark.usefixtures("stored")
def test_a_judged_run_can_be_overwritten(capsys):
    answer(capsys, "causes", "stored")
    status, _, _ = answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored", "--overwrite")
    _, out, _ = answer(capsys, "causes", "stored", "--dry-run")

    assert status == 0
    assert "7 of them to be judged" in out


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--worlds", "8"],
        ["--worlds", "0"],
        ["--threads", "0"],
        ["--option", "x"],
        ["--future", "1"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_told_with_status_2(capsys, arguments):
    status, out, err = answer(capsys, "causes", "stored", *arguments)

    assert status == 2
    assert out == ""
    assert err.startswith("detente: ")


def story(wars, *, is_deliberate=False):
    """Return what is told of a future of which only the verdicts are known."""
    instead = {
        key: Instead("war" if wars >> (EVERYTHING & ~(1 << one)) & 1 else "narrow_deal", 9)
        for one, key in KEYS.items()
    }
    return " ".join(lines_of(Story(None, wars, is_deliberate, instead)))


def war_if(condition):
    return sum(bool(condition(subset)) << subset for subset in range(64))


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (lambda s: s & 1, "the removal of third parties would have prevented this war"),
        (lambda s: s & 3 == 3, "the removal of third parties or incidents misread would have"),
        (lambda s: s & 3, "it takes the removal of third parties and incidents misread."),
        (lambda s: s & 3, "No removal of a single mechanism prevents this war"),
        (lambda s: s & 1 and s & 36, "the removal of third parties would have prevented"),
        (lambda _: True, "this war comes whatever is removed"),
        (lambda _: False, "This future has no war. No removal"),
        (lambda s: s == 31, "the removal of noise in decisions would have brought one"),
    ],
)
def test_a_story_says_which_removals_count(condition, told):
    assert told in story(war_if(condition))


def test_a_story_says_that_a_war_was_deliberate():
    assert "A deliberate war" in story(war_if(lambda s: s & 24), is_deliberate=True)

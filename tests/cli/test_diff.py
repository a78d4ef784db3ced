import json
import re
from pathlib import Path

import pytest

from detente.cli import main
from tests.cli.asking import answering

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--from", "cuba-1962", "-q"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def changed(here):
    """Change one number and leave the rest of the copy as it is."""
    file = here / "mine" / "crisis.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("range = [0.3, 0.65]", "range = [0.3, 0.7]"), encoding="utf-8")
    return here


answer = answering("diff")


def test_a_copy_differs_in_its_name_only(capsys):
    status, out, _ = answer(capsys, "cuba-1962", "./mine", "-q")

    assert status == 0
    assert out.splitlines() == [
        "cuba-1962 to ./mine: what differs",
        "Differences: 0 in numbers, 0 in claims, 0 in options, 0 in hypotheses, 1 in structure.",
        "",
        "Structure",
        "  - name: was cuba-1962; is mine",
    ]


def test_a_pack_does_not_differ_from_itself(capsys):
    status, out, _ = answer(capsys, "cuba-1962", "cuba-1962")

    assert status == 0
    assert out == "cuba-1962 to cuba-1962: no difference but comments and order, if any\n"


@pytest.mark.usefixtures("changed")
def test_a_number_is_distinguished_from_what_to_what(capsys):
    status, out, _ = answer(capsys, "cuba-1962", "./mine")

    assert status == 0
    assert (
        "  - actors.us.hard_probability: was between 0.3 and 0.65 (logitnormal); "
        "is between 0.3 and 0.7 (logitnormal)"
    ) in out.splitlines()
    assert "Differences: 1 in numbers, 0 in claims, 0 in options" in out


def test_a_default_is_said_to_be_one(capsys):
    _, out, _ = answer(capsys, "june-2025", "oman-2026", "--all")

    assert "actors.iran.vow_price: rested on the default; rests on fire-back" in out


@pytest.mark.usefixtures("changed")
def test_json_has_every_list_of_the_schema(capsys):
    _, out, _ = answer(capsys, "cuba-1962", "./mine", "--json")
    content = json.loads(out)

    assert content["schema"] == "detente/diff/1"
    assert [number["field"] for number in content["numbers"]] == ["actors.us.hard_probability"]
    assert content["numbers"][0]["before"]["says"] == "between 0.3 and 0.65 (logitnormal)"
    assert content["numbers"][0]["after"]["origin"] == "written"
    assert (content["claims"], content["options"], content["hypotheses"]) == ([], [], [])
    assert content["structure"] == [{"field": "name", "before": "cuba-1962", "after": "mine"}]


def test_json_of_a_part_that_one_pack_lacks_is_null(capsys):
    _, out, _ = answer(capsys, "oman-2026", "cuba-1962", "--json")
    structure = {entry["field"]: entry for entry in json.loads(out)["structure"]}

    assert structure["actors.iran"]["after"] is None
    assert structure["actors.cuba"]["before"] is None


def test_hypotheses_that_differ_are_reported_by_themselves(here, capsys):
    assert main(["new", "held", "--from", "oman-2026", "-q"]) == 0
    (here / "held" / "hypotheses.toml").write_text("", encoding="utf-8")
    status, out, _ = answer(capsys, "oman-2026", "./held", "-q", "--all")

    assert status == 0
    assert "\nHypotheses\n  - hypotheses.will_over_balance: removed, was How the talks end" in out


def test_a_renamed_actor_is_reported_in_one_line(here, capsys):
    for file in (here / "mine").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"\bus\b", "america", text), encoding="utf-8")
    status, out, _ = answer(capsys, "cuba-1962", "./mine")

    assert status == 0
    assert out.splitlines()[3:] == [
        "Renamed",
        "  - actors.us: now actors.america",
        "",
        "Structure",
        "  - name: was cuba-1962; is mine",
    ]
    assert " 1 in structure; 1 renamed.\n" in out


def test_a_renamed_layer_stands_in_the_list_of_json(here, capsys):
    (here / "other").mkdir()
    for file in MINIMAL.iterdir():
        text = file.read_text(encoding="utf-8").replace("layers.far", "layers.outer")
        (here / "other" / file.name).write_text(text, encoding="utf-8")
    _, out, _ = answer(capsys, str(MINIMAL), "./other", "--json")
    content = json.loads(out)

    assert content["renamed"] == [
        {"before": "defences.south.layers.far", "after": "defences.south.layers.outer"}
    ]
    assert (content["numbers"], content["structure"]) == ([], [])


def test_a_pack_that_is_not_there_is_status_2(capsys):
    status, out, err = answer(capsys, "cuba-1962", "absent")

    assert (status, out) == (2, "")
    assert "absent" in err


def test_a_faulty_pack_is_status_2(here, capsys):
    (here / "mine" / "options.toml").write_text("[options.hotline]\n", encoding="utf-8")
    status, out, err = answer(capsys, "./mine", "cuba-1962")

    assert (status, out) == (2, "")
    assert "./mine" in err


def test_new_from_a_pack_names_the_command_that_reports_what_was_changed(capsys):
    status = main(["new", "other", "--from", "./mine"])
    out = capsys.readouterr().out

    assert status == 0
    assert "detente check ./other" in out
    assert "detente diff ./mine ./other" in out


@pytest.mark.parametrize("start", ["absent", "./absent"])
def test_new_from_nothing_is_status_2_and_writes_nothing(here, start):
    assert main(["new", "other", "--from", start]) == 2
    assert not (here / "other").exists()


def test_the_packs_from_history_are_listed(capsys):
    main(["list"])
    out = capsys.readouterr().out

    assert "cuba-1962" in out
    assert "june-2025" in out

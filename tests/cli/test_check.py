import json
import shutil
from pathlib import Path

import pytest

from detente.cli import main
from detente.ensemble.encode import reads

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(MINIMAL, "minimal")


@pytest.fixture
def idle(monkeypatch):
    """Let two numbers be found without effect, whatever the pack."""
    found = ("actors.lake.text_rate", "moves.yield")
    monkeypatch.setattr(reads, "without_effect", lambda _: found)
    return list(found)


def answer(capsys, *arguments):
    """Check a pack and return the status and what was printed."""
    status = main(["check", *arguments])
    return status, capsys.readouterr().out


@pytest.mark.usefixtures("idle")
def test_numbers_without_effect_are_a_note_and_no_fault(capsys):
    status, out = answer(capsys, "./minimal")

    assert status == 0
    assert out.splitlines()[1:] == [
        "Without effect, wherever they lie in their ranges:",
        "  actors.lake.text_rate",
        "  moves.yield",
        "Next: detente run ./minimal",
    ]


@pytest.mark.usefixtures("idle")
def test_quiet_leaves_the_note_out(capsys):
    assert answer(capsys, "./minimal", "-q") == (0, "")


def test_json_lists_numbers_without_effect(capsys, idle):
    status, out = answer(capsys, "./minimal", "--json")
    content = json.loads(out)

    assert status == 0
    assert content["faults"] == []
    assert content["without_effect"] == idle


@pytest.mark.usefixtures("idle")
def test_of_a_pack_with_faults_it_is_not_known_what_has_no_effect(capsys):
    status, out = answer(capsys, "./minimal", "--set", "talks.fade_rate=-1", "--json")

    assert status == 1
    assert json.loads(out)["without_effect"] is None


def test_a_pack_of_which_every_number_counts_gets_no_note(capsys, monkeypatch):
    monkeypatch.setattr(reads, "without_effect", lambda _: ())
    _, out = answer(capsys, "./minimal")

    assert len(out.splitlines()) == 2


def test_the_figures_of_a_layer_that_is_taken_away_are_listed(capsys):
    layer = "defences.south.layers.near"
    _, out = answer(capsys, "./minimal", "--set", f"{layer}.present=0")

    assert f"  {layer}.rounds\n" in out
    assert f"  {layer}.present\n" not in out
    assert "talks.fade_rate" not in out

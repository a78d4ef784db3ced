import functools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from detente import load
from detente.cli import main
from detente.ensemble import effects
from detente.ensemble.runners import Progress
from detente.pack import files

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(MINIMAL, "minimal")


@pytest.fixture
def idle(monkeypatch):
    """Let two numbers be found without effect, whatever the pack."""
    found = ("actors.lake.text_rate", "moves.yield")
    monkeypatch.setattr(effects, "without_effect", lambda *_, **__: found)
    return list(found)


def answer(capsys, *arguments):
    """Check a pack and return the status and what was printed."""
    status = main(["check", *arguments])
    return status, capsys.readouterr().out


@pytest.mark.usefixtures("idle")
def test_numbers_without_effect_are_a_note_and_no_fault(capsys):
    status, out = answer(capsys, "./minimal", "--effects")

    assert status == 0
    assert out.splitlines()[-4:] == [
        "Without effect, wherever they lie in their ranges:",
        "  actors.lake.text_rate",
        "  moves.yield",
        "Next: detente run ./minimal",
    ]


@pytest.mark.usefixtures("idle")
def test_what_takes_a_while_is_reported_before_unless_quiet(capsys):
    main(["check", "./minimal", "--effects"])
    printed = capsys.readouterr().err
    main(["check", "./minimal", "--effects", "-q"])

    assert printed.startswith("trying ")
    assert not capsys.readouterr().err


def test_a_log_gets_how_many_numbers_have_been_tried(capsys, monkeypatch):
    def slow(_, progress):
        progress(Progress(130, 390, 10.0, is_compiling=False))
        return ()

    monkeypatch.setattr(effects, "without_effect", slow)
    main(["check", "./minimal", "--effects"])

    printed = capsys.readouterr().err.splitlines()
    assert printed[1:] == ["trying: 130 of 390 numbers in 10 s, about 20 s left"]


@pytest.mark.usefixtures("idle")
def test_quiet_leaves_the_numbers_only(capsys):
    _, out = answer(capsys, "./minimal", "--effects", "-q")

    assert out.splitlines()[1:] == ["  actors.lake.text_rate", "  moves.yield"]


@pytest.mark.usefixtures("idle")
def test_numbers_without_effect_are_sought_only_when_asked_for(capsys):
    _, out = answer(capsys, "./minimal")
    _, listed = answer(capsys, "./minimal", "--json")

    assert "Without effect" not in out
    assert json.loads(listed)["without_effect"] is None
    assert answer(capsys, "./minimal", "-q") == (0, "")


def test_a_calendar_is_listed_with_who_foresees_it(capsys):
    Path("minimal/calendar.toml").write_text(
        """
        [events.vote]
        name = "A vote"
        between = [2031-04-01, 2031-04-30]
        foreseen = false
        assumed = "a guess"
        change = { "talks.packages" = 1 }
        """
    )
    _, out = answer(capsys, "./minimal")

    assert out.splitlines()[1] == (
        "  2031-04-01 to 2031-04-30: A vote (foreseen by nobody): talks.packages = 1"
    )


def test_what_several_acts_beyond_strikes_cost_together_is_said(capsys):
    shutil.copytree(files.library() / "cuba-1962", "cuba")
    Path("cuba/still.toml").write_text("[standstill]\n")
    both, alone = (answer(capsys, pack)[1] for pack in ("./cuba", "cuba-1962"))

    assert "all of these together: solving takes up to 2.0 times as long" in both
    assert "together" not in alone


def test_json_lists_numbers_without_effect(capsys, idle):
    status, out = answer(capsys, "./minimal", "--effects", "--json")
    content = json.loads(out)

    assert status == 0
    assert content["faults"] == []
    assert content["without_effect"] == idle


@pytest.mark.usefixtures("idle")
def test_of_a_pack_with_faults_it_is_not_known_what_has_no_effect(capsys):
    fault = ("--set", "talks.fade_rate=-1")
    status, out = answer(capsys, "./minimal", *fault, "--effects", "--json")

    assert status == 1
    assert json.loads(out)["without_effect"] is None


def test_a_pack_of_which_every_number_counts_is_said_to_be_one(capsys, monkeypatch):
    monkeypatch.setattr(effects, "without_effect", lambda *_, **__: ())
    _, out = answer(capsys, "./minimal", "--effects")

    assert "Every number has an effect." in out


def test_the_figures_of_a_layer_that_is_taken_away_are_listed(capsys, monkeypatch):
    in_few = functools.partial(effects.without_effect, worlds=4)
    monkeypatch.setattr(effects, "without_effect", in_few)
    layer = "defences.south.layers.near"
    _, out = answer(capsys, "./minimal", "--set", f"{layer}.present=0", "--effects")

    assert f"  {layer}.rounds\n" in out
    assert f"  {layer}.present\n" not in out
    assert "talks.fade_rate" not in out


def test_what_is_printed_resolved_is_a_pack_of_the_same_numbers(capsys):
    status, out = answer(capsys, "./minimal", "--resolved")
    Path("whole.toml").write_text(out, encoding="utf-8")

    assert status == 0
    assert load("whole.toml").numbers == load("./minimal").numbers


def test_a_resolved_pack_holds_what_was_set(capsys):
    _, out = answer(capsys, "./minimal", "--resolved", "--set", "moves.offer=0.02")

    assert 'offer = { value = 0.02, assumed = "set for this run" }' in out


def test_a_resolved_pack_in_json_has_its_days_as_texts(capsys):
    _, out = answer(capsys, "./minimal", "--resolved", "--json")
    content = json.loads(out)

    assert content["resolved"]["as_of"] == "2031-03-01"
    assert content["resolved"]["moves"]["offer"]["because"] == "default"


def test_of_a_pack_with_faults_these_are_reported_in_place_of_it(capsys):
    status, out = answer(capsys, "./minimal", "--resolved", "--set", "talks.fade_rate=-1")

    assert status == 1
    assert out.splitlines()[-1] == "./minimal: 1 fault"


def test_two_lists_at_once_are_refused_unless_in_json(capsys):
    status, out = answer(capsys, "./minimal", "--resolved", "--effects")

    assert (status, out) == (2, "")


def test_here_and_above_are_paths(capsys, monkeypatch):
    Path("minimal/drafts").mkdir()
    monkeypatch.chdir("minimal/drafts")
    above, _ = answer(capsys, "..")
    monkeypatch.chdir("..")
    here, _ = answer(capsys, ".")

    assert (above, here) == (0, 0)


def test_one_file_of_several_is_reported_to_be_one(capsys):
    status, out = answer(capsys, "./minimal/who.toml")

    assert status == 1
    assert out.endswith("Only this file was read. For all of its folder: detente check ./minimal\n")


def test_a_pack_that_is_one_file_is_not_reported_to_be_one_of_several(capsys):
    Path("alone").mkdir()
    Path("alone/crisis.toml").write_text("format = 2\n")
    status, out = answer(capsys, "./alone/crisis.toml")

    assert status == 1
    assert "Only this file" not in out


def test_a_check_loads_neither_the_kernel_nor_the_store():
    code = (
        "import sys; from detente.cli import main; main(['check', 'oman-2026', '--set', "
        "'talks.fade_rate=0.004']); print(sorted({'numba', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert printed.splitlines()[-1] == "[]"


def test_what_may_be_meant_otherwise_is_noted_with_its_place_and_is_no_fault(capsys):
    status, out = answer(capsys, "./minimal")
    _, listed = answer(capsys, "./minimal", "--json")
    notes = json.loads(listed)["notes"]

    assert status == 0
    assert [note["field"] for note in notes] == ["forces", "actors.north.loss_weight_yielding"]
    assert "  note: who.toml:11:24: actors.north.loss_weight_yielding: 3.2 times" in out
    assert json.loads(listed)["faults"] == []

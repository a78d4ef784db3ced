"""What a run of a reference pack tells beside history, printed and as JSON."""

import json

import pytest

from detente.analysis.history.bands import BANDS
from detente.analysis.history.beside import Beside, Figure, Hazard
from detente.cli import main
from detente.cli.beside import show_beside
from detente.pack import files

SMALL = ["--futures", "320", "--worlds", "8", "--threads", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=["non_violent", "violent"])
def start(request, here):
    """Write the template as a pack of a start and return the start."""
    (here / "mine").mkdir()
    for name, text in files.template().items():
        word = f'reference = "{request.param}"\n'.encode() if name == "crisis.toml" else b""
        (here / "mine" / name).write_bytes(word + text)
    return request.param


def answer(capsys, *arguments):
    """Run a command and return what it prints."""
    capsys.readouterr()
    assert main(list(arguments)) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def test_a_run_of_a_reference_pack_is_told_beside_history(start, capsys):
    out = answer(capsys, "run", "./mine", *SMALL, "-o", "stored")
    lines = [line.split() for line in out.splitlines()]
    band = {"non_violent": "8.5", "violent": "16.8"}[start]
    war = next(line for line in lines if line[:2] == ["full-scale", "war"])

    assert out.count("Beside history: ") == 1
    assert band in war
    assert war[-1] in {"inside", "outside"}
    assert "its intervals are of 95 %" in out
    assert "those of the model of 90 %" in out


def test_after_a_violent_start_no_violence_is_none_by_definition(start, capsys):
    out = answer(capsys, "run", "./mine", *SMALL, "-o", "stored")
    line = next(line for line in out.splitlines() if line.startswith("  no violence"))

    assert ("by definition" in line) == (start == "violent")


@pytest.mark.usefixtures("start")
def test_show_and_resume_tell_history_as_run_did(capsys):
    told = answer(capsys, "run", "./mine", *SMALL, "-o", "stored")
    beside = told[told.index("Beside history") :]

    assert answer(capsys, "show", "stored").endswith(beside)
    assert answer(capsys, "run", "--resume", "stored") == told


@pytest.mark.usefixtures("start")
def test_quiet_leaves_out_how_to_read_the_table(capsys):
    told = answer(capsys, "run", "./mine", *SMALL, "-o", "stored")
    quiet = answer(capsys, "show", "stored", "--quiet")
    table = quiet[quiet.index("Beside history") :]

    assert table in told
    assert "of 95 %" not in quiet
    assert "\n\n\n" not in quiet


@pytest.mark.usefixtures("start")
def test_the_table_fits_a_terminal_of_80_columns(capsys):
    answer(capsys, "run", "./mine", *SMALL, "-o", "stored")
    out = answer(capsys, "show", "stored", "--quiet")

    assert max(map(len, out[out.index("Beside history") :].splitlines())) <= 80


def test_json_has_history_for_a_reference_pack_and_for_no_other(start, capsys):
    mine = json.loads(answer(capsys, "run", "./mine", *SMALL, "-o", "mine-run", "--json"))
    shown = json.loads(answer(capsys, "show", "mine-run", "--json"))
    other = json.loads(answer(capsys, "run", "oman-2026", *SMALL, "-o", "other", "--json"))

    assert {**mine, "course": shown["course"]} == shown
    assert set(mine) == {*other, "history"}
    assert mine["history"][f"{start}.war"]["share"] == mine["outcomes"]["any_war"]["share"]
    assert mine["history"][f"{start}.war"]["low"] == pytest.approx(
        mine["outcomes"]["any_war"]["low"], abs=1e-12
    )


def test_other_packs_are_not_told_beside_history(capsys):
    assert "Beside history" not in answer(capsys, "run", "oman-2026", *SMALL, "-o", "stored")


def made_up(*, is_at_horizon, a_day):
    """Return a comparison whose three quarters may lie at the horizon, with two hazards."""
    figures = {f"all.{rate}": Figure(0.1, 0.09, 0.11, BANDS[f"all.{rate}"]) for rate in SHARES}
    figures |= {f"all.{name}": Figure(60, 55, 66, BANDS[f"all.{name}"]) for name in LENGTHS}
    long = Figure(200, 190, 200, BANDS["all.three_quarters"], is_at_horizon=is_at_horizon)
    spans = ((0, 60), (60, 180), (180, 360))
    hazards = [Hazard(*span, rate, 0.0, 0.1) for span, rate in zip(spans, a_day, strict=True)]
    return Beside("all", {**figures, "all.three_quarters": long}, tuple(hazards))


SHARES = ("war", "serious", "none", "agreement")
LENGTHS = ("quarter", "half", "three_quarters")


def test_a_length_of_the_horizon_or_more_is_marked_and_not_judged(capsys):
    show_beside(made_up(is_at_horizon=True, a_day=(0.01, 0.02, 0.005)), quiet=True)
    line = next(line for line in capsys.readouterr().out.splitlines() if "three quarters" in line)

    assert ">= 200" in line
    assert "inside" not in line
    assert "outside" not in line


@pytest.mark.parametrize(
    ("a_day", "words"), [((0.01, 0.02, 0.005), "fewer end"), ((0.01, 0.0, 0.01), "no fewer end")]
)
def test_whether_crises_end_faster_at_first_is_said(capsys, a_day, words):
    show_beside(made_up(is_at_horizon=False, a_day=a_day), quiet=True)

    assert f"Of crises still open, {words} a day late than early" in capsys.readouterr().out

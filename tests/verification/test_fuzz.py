"""The reader of packs is fed with damaged texts, and packs with planted faults are counted."""

import pytest

from verification import faults, fuzz
from verification.faults import Planted, score
from verification.mutations import OBSERVED, WEIGHTS, Input, make

INPUTS = 300
A_PACK = next(index for index in range(INPUTS) if not make(5, index).is_observed)
"""An input of seed 5 that is a pack."""
PATIENCE = 60.0
"""Processor time for an input, in place of what the command allows on a quiet machine [s]."""


@pytest.fixture(scope="module")
def outcomes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fuzz, "LONGEST", PATIENCE)
        return [fuzz.attempt(fuzz.SEED, index) for index in range(INPUTS)]


def test_a_damaged_text_ends_in_faults_or_in_a_crisis(outcomes):
    failed = [outcome for outcome in outcomes if outcome.verdict == "failed"]

    assert failed == []


def test_every_kind_of_damage_is_tried(outcomes):
    assert {outcome.kind for outcome in outcomes} == set(WEIGHTS)


def test_some_damage_passes_and_some_is_found(outcomes):
    verdicts = {outcome.verdict for outcome in outcomes}

    assert {"faultless", "faulty", "unreadable"} <= verdicts


def test_an_input_is_the_same_for_the_same_seed_and_index():
    assert make(3, 7) == make(3, 7)
    assert make(3, 7) != make(4, 7)


def test_another_exception_is_a_failure_that_can_be_replayed(monkeypatch, capsys):
    def check(_pack):
        raise KeyError("no such key")

    monkeypatch.setattr(fuzz.pack, "check", check)
    outcome = fuzz.attempt(5, A_PACK)
    status = fuzz.report([outcome], 5)
    out = capsys.readouterr().out

    assert status == 1
    assert "KeyError" in outcome.told
    assert f"--seed 5 --only {A_PACK}" in out


def test_a_reader_that_does_not_end_is_stopped(monkeypatch):
    def check(_pack):
        while True:
            pass

    monkeypatch.setattr(fuzz.pack, "check", check)
    monkeypatch.setattr(fuzz, "LONGEST", 0.05)
    outcome = fuzz.attempt(5, A_PACK)

    assert (outcome.verdict, "TooSlow" in outcome.told) == ("failed", True)


def test_a_message_with_a_control_character_is_a_failure(monkeypatch):
    fault = fuzz.Fault("x.toml", 1, 1, "a", "\x1b[31m", "b")
    monkeypatch.setattr(fuzz, "judge", lambda _given: (fault,))
    outcome = fuzz.attempt(5, A_PACK)

    assert outcome.verdict == "failed"


def test_one_input_can_be_replayed(capsys):
    status = fuzz.main(["--seed", "1", "--only", "3"])
    out = capsys.readouterr().out

    assert status == 0
    assert " after " in out


@pytest.mark.parametrize("count", ["0", "-3", "many", "1.5"])
def test_a_count_of_inputs_below_one_is_refused_in_words(capsys, count):
    with pytest.raises(SystemExit) as stop:
        fuzz.main(["--inputs", count])
    told = capsys.readouterr().err

    assert stop.value.code == 2
    assert f"{count!r} is no count; use a whole number of 1 or more" in told


def test_an_index_below_zero_is_refused_in_words(capsys):
    with pytest.raises(SystemExit) as stop:
        fuzz.main(["--only", "-1"])
    told = capsys.readouterr().err

    assert stop.value.code == 2
    assert "use a whole number of 0 or more" in told


def test_a_sound_pack_has_no_faults():
    whole = {file.name: file.read_bytes() for file in faults.MINIMAL.iterdir()}

    assert fuzz.judge(Input("whole", whole)) == ()


def test_sound_observations_have_no_faults_and_broken_ones_have():
    text = OBSERVED.read_bytes()
    broken = text.replace(b"sign = ", b"sing = ")

    assert fuzz.judge(Input("whole", {"seen.toml": text}, is_observed=True)) == ()
    assert fuzz.judge(Input("broken", {"seen.toml": broken}, is_observed=True)) != ()


def test_one_input_in_ten_is_of_observations():
    observed = [make(1, index).is_observed for index in range(INPUTS)]

    assert 0.05 < sum(observed) / INPUTS < 0.15


def test_planted_faults_are_found_as_well_as_promised(capsys):
    status = faults.main([])
    out = capsys.readouterr().out

    assert status == 0
    assert "line exact 100.0%" in out


def test_a_fault_in_another_line_counts_as_found_but_not_as_exact():
    planted = [Planted(1, "a.b", ""), Planted(2, "c", "d")]
    found = [
        fuzz.Fault(faults.LAST_FILE, 3, 1, "a.b", "1", "2"),
        fuzz.Fault(faults.LAST_FILE, 2, 1, "c", "1", "2", "did you mean d?"),
        fuzz.Fault(faults.LAST_FILE, 2, 1, "e", "1", "2"),
    ]
    counted = score(planted, found)

    assert counted == (2, 2, 1, 1, 1, 1)
    assert not counted.meets_targets


def test_a_fault_that_is_not_found_fails_the_command(tmp_path, capsys):
    (tmp_path / "sound.toml").write_text("[moves] #! moves.nothing -> offer\n", encoding="utf-8")
    status = faults.main([str(tmp_path)])
    out = capsys.readouterr().out

    assert status == 1
    assert "1 faults planted, 0 found" in out


def test_a_folder_without_packs_is_an_error(tmp_path):
    assert faults.main([str(tmp_path)]) == 2

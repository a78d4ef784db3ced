"""All checks are listed, run to their end whatever fails, and go on where they were stopped."""

import pkgutil
import subprocess
import sys

import pytest

from verification import __main__ as every
from verification.__main__ import CHECKS, Check, Verdict, main, report, run_all, run_missing, state

NO_CHECKS = {
    "__main__", "arming", "bargaining", "bits", "deeds", "drawn", "emulated", "engagement",
    "failing", "injection", "make_gambit", "make_outlines", "mutations", "nist", "page", "payloads",
    "peers", "playing", "plays", "reference", "responses", "signatures", "skeletons", "watching",
}  # fmt: skip
"""Parts of checks, and what is run by hand, by `make verify-peers` or by `make verify-page`."""


@pytest.fixture
def asked(monkeypatch):
    """Return what is run from now on; what is named fails, the others pass."""
    lines = []
    begin = subprocess.Popen

    def begun(line, **named):
        lines.append(" ".join(line[2:]))
        words = f"print('said of {line[2]}'); raise SystemExit({int('fails' in line[2])})"
        return begin([sys.executable, "-c", words], **named)

    monkeypatch.setattr(every.subprocess, "Popen", begun)
    monkeypatch.setattr(every.os, "cpu_count", lambda: 1)
    return lines


def test_every_module_that_checks_is_run():
    modules = {module.name for module in pkgutil.iter_modules([str(every.ROOT / "verification")])}

    assert modules - NO_CHECKS == {check.name for check in CHECKS}


def test_a_check_that_fails_fails_the_whole_and_stops_no_other(asked, capsys):
    status = report(list(run_all([Check("fails"), Check("cases", "--times 8"), Check("no", None)])))

    assert status == 1
    assert asked == ["verification.fails", "verification.cases --times 8"]
    told = capsys.readouterr().out
    assert "said of verification.fails\nfails" in told
    assert "FAILED with status 1" in told
    assert "2 checks, 1 failed, 0 minutes of processor time fails" in told


def test_what_uses_every_processor_comes_first(asked):
    checks = [Check("one"), Check("two", is_wide=True), Check("three")]
    found = list(run_all(checks))

    assert asked == ["verification.two", "verification.one", "verification.three"]
    assert [one.name for one in found] == ["two", "one", "three"]
    assert all(one.processor > 0.0 for one in found)


def test_what_passed_for_a_release_is_not_run_again(asked, tmp_path):
    checks = [Check("cases", "--times 8", "--times 400"), Check("fails"), Check("no", None, "-n 1")]
    first = list(run_missing(checks, tmp_path))
    again = list(run_missing(checks, tmp_path))

    assert [one.status for one in first] == [one.status for one in again] == [0, 1, 0]
    assert asked == [
        "verification.cases --times 400",
        "verification.fails",
        "verification.no -n 1",
        "verification.fails",
    ]


def test_another_state_of_the_code_is_checked_anew(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "one.py").write_text("1\n")
    before = state(tmp_path)
    (tmp_path / "src" / "one.py").write_text("2\n")

    assert state(tmp_path) != before
    assert state(tmp_path) == state(tmp_path)


def test_only_what_is_named_is_run(asked):
    assert main(["salvos"]) == 0
    assert asked == ["verification.salvos"]


def test_a_name_that_is_no_check_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["salvo"])

    assert "there is no check 'salvo'" in capsys.readouterr().err


def test_nothing_checked_fails():
    assert report([]) == 1
    assert report([Verdict("cases", 0, 1.0, 2.0)]) == 0

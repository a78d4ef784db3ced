import pytest

from verification import mutants, planted
from verification.planted import Fault

HALVES = Fault("it adds half", "kernel/sums.py", "a + b", "a + b / 2", ["tests/test_sums.py"])
IN_VAIN = Fault("its limit is higher", "kernel/sums.py", "LIMIT = 7", "LIMIT = 8", HALVES.tests)
GONE = HALVES._replace(old="a - b")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one function, which has a test, and one number, which has none."""
    for name in ("src/detente/kernel", "tests"):
        (tmp_path / "project" / name).mkdir(parents=True)
    source = tmp_path / "project" / "src" / "detente" / "kernel" / "sums.py"
    source.write_text("LIMIT = 7\n\n\ndef total(a, b):\n    return a + b\n")
    (tmp_path / "project" / "tests" / "test_sums.py").write_text(
        "import runpy\n\n\ndef test_total():\n"
        "    total = runpy.run_path('src/detente/kernel/sums.py')['total']\n\n"
        "    assert total(1, 2) == 3\n"
    )
    for module in (mutants, planted):
        monkeypatch.setattr(module, "ROOT", tmp_path / "project")
    monkeypatch.setattr(mutants, "COPIED", ("src", "tests"))


@pytest.mark.usefixtures("project")
def test_a_fault_is_told_with_the_test_that_finds_it_and_one_that_none_does_is_a_failure(
    monkeypatch, capsys
):
    monkeypatch.setattr(planted, "read", lambda: [HALVES, IN_VAIN])

    assert planted.main([]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "kernel/sums.py:5: it adds half: found by tests/test_sums.py::test_total",
        "kernel/sums.py:1: its limit is higher: MISSED",
        "1 of 2 planted faults were found",
    ]
    assert planted.main(["1"]) == 0


@pytest.mark.usefixtures("project")
def test_a_fault_whose_text_is_not_there_any_more_is_told_and_is_no_success(monkeypatch):
    monkeypatch.setattr(planted, "read", lambda: [HALVES, GONE])

    with pytest.raises(SystemExit, match=r"it adds half: the old text stands 0 times in kernel/su"):
        planted.main([])


@pytest.mark.usefixtures("project")
def test_no_fault_at_all_is_no_success(monkeypatch):
    monkeypatch.setattr(planted, "read", lambda: [HALVES])

    assert planted.main(["2"]) == 1


def test_every_listed_fault_changes_what_stands_in_its_file_once_and_names_tests_that_are_there():
    faults = planted.read()
    tests = {test.split("::")[0] for fault in faults for test in fault.tests}

    assert len(faults) >= 26
    assert all(fault.as_mutant().new != fault.old for fault in faults)
    assert all((mutants.ROOT / test).is_file() for test in tests)

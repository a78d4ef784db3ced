import ast
import json

import pytest

from verification import mutants
from verification.mutants import GROUPS, ROOT, Mutant

TEXT = b'''"""Words, 1 + 1."""

from x import y

LIMIT: "at most 2" = 2


@keep(1)
def rule(a: "from 0", b=3):
    """Return 4 - 2."""
    if not a < (b + 1) * 2:
        a = -1
    return a and b
'''


def faults(text):
    return [(text[one.start : one.end].decode(), one.new) for one in mutants.mutants("x", text)]


def test_operators_numbers_conditions_and_statements_are_changed():
    assert faults(TEXT) == [
        ("2", "3"),
        ("not", ""),
        ("not a < (b + 1) * 2", "(not (not a < (b + 1) * 2))"),
        ("<", "<="),
        ("+", "-"),
        ("1", "2"),
        ("*", "/"),
        ("2", "3"),
        ("a = -1", "pass"),
        ("-", ""),
        ("1", "2"),
        ("and", "or"),
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_every_mutant_is_a_program_and_another_one(group):
    for module in mutants.modules(group)[:12]:
        text = (ROOT / "src" / "detente" / module).read_bytes()
        for mutant in mutants.mutants(module, text)[::20]:
            assert mutant.applied(text) != text
            assert ast.parse(mutant.applied(text))


def test_a_file_is_tested_by_its_own_tests_first(tmp_path, monkeypatch):
    (tmp_path / "tests" / "kernel").mkdir(parents=True)
    for name, text in {
        "war": "from detente.kernel import war\n",
        "day": "from detente.kernel import day, war\n",
        "crisis": "from detente.kernel.war import step\n",
        "laws": "",
        "warning": "from detente.kernel import warning\n",
    }.items():
        (tmp_path / "tests" / "kernel" / f"test_{name}.py").write_text(text)
    monkeypatch.setattr(mutants, "ROOT", tmp_path)

    assert mutants.tests_of("kernel/war.py") == [
        ["tests/kernel/test_war.py"],
        ["tests/kernel/test_crisis.py", "tests/kernel/test_day.py"],
        ["tests/kernel/test_laws.py"],
    ]
    assert mutants.tests_of("kernel/talks.py") == [
        ["tests/kernel/test_crisis.py", "tests/kernel/test_laws.py"]
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_every_file_that_is_mutated_has_tests(group):
    assert all(mutants.tests_of(module) for module in mutants.modules(group))


@pytest.fixture
def bench(monkeypatch):
    """A bench on which every other mutant is found; counts how many were tried."""

    class Bench:
        tried = 0

        def __init__(self, folder):
            pass

        def kills(self, _mutant):
            Bench.tried += 1
            return Bench.tried % 2 == 1

    monkeypatch.setattr(mutants, "Bench", Bench)
    return Bench


def test_survivors_are_listed_and_the_rest_is_counted(bench, capsys):
    assert mutants.main(["readers", "--sample", "4"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.startswith("survives: ") for line in lines] == [True, True, False, False]
    assert lines[2] == "readers: 2 of 4 found, 50.0% (of all of them, 95 %: 15.0% to 85.0%)"
    assert bench.tried == 4


def test_what_was_found_before_is_not_tried_again(bench, tmp_path, capsys):
    log = tmp_path / "log.jsonl"
    mutants.main(["kernel", "--sample", "6", "--log", str(log)])
    first = capsys.readouterr().out

    mutants.main(["kernel", "--sample", "6", "--log", str(log)])

    assert bench.tried == 6
    assert capsys.readouterr().out == first
    assert Mutant(*json.loads(log.read_text().splitlines()[0])[0]).module.startswith("kernel/")


def test_a_mutant_is_found_by_a_test_that_fails(tmp_path, monkeypatch):
    for name in ("src/detente/kernel", "tests/kernel"):
        (tmp_path / "project" / name).mkdir(parents=True)
    source = tmp_path / "project" / "src" / "detente" / "kernel" / "sums.py"
    source.write_text("LIMIT = 7\n\n\ndef total(a, b):\n    return a + b\n")
    test = tmp_path / "project" / "tests" / "kernel" / "test_sums.py"
    test.write_text(
        "import runpy\n\n\ndef test_total():\n"
        "    total = runpy.run_path('src/detente/kernel/sums.py')['total']\n\n"
        "    assert total(1, 2) == 3\n"
    )
    monkeypatch.setattr(mutants, "ROOT", tmp_path / "project")
    monkeypatch.setattr(mutants, "COPIED", ("src", "tests"))
    bench = mutants.Bench(tmp_path / "bench")
    text = source.read_bytes()

    killed = {
        (text[one.start : one.end], bench.kills(one))
        for one in mutants.mutants("kernel/sums.py", text)
    }

    assert killed == {(b"+", True), (b"7", False)}
    assert (tmp_path / "bench" / "src" / "detente" / "kernel" / "sums.py").read_bytes() == text

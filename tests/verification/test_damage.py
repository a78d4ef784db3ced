import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from verification.cases import Case, load_models, read_all
from verification.damage import HANGS, check, damaged, reaction, read_table
from verification.signatures import REFERENCE

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "verification" / "cases").glob("*.json"))


@pytest.fixture
def toy(monkeypatch):
    """A kernel module with one function, and a second module that has imported it."""

    def twice(value, out):
        out[0] = 2.0 * value
        return 2.0 * value

    home, user = ModuleType("detente.kernel.toy"), ModuleType("verification.toy")
    home.twice = user.twice = twice
    twice.__module__ = home.__name__
    monkeypatch.setitem(sys.modules, home.__name__, home)
    monkeypatch.setitem(sys.modules, user.__name__, user)
    return user


def models_of(module):
    return {
        "leans": lambda inputs: {"y": module.twice(inputs["x"], np.zeros(1))},
        "does_not_lean": lambda inputs: {"y": 2.0 * inputs["x"]},
    }


def case_of(model):
    return {model: Case(model, model, {"x": 0.3}, {"y": 0.6}, 1e-9)}


def test_damage_reaches_every_module_that_imported_the_function(toy):
    with damaged("toy.twice"):
        got = toy.twice(0.3, np.zeros(1))

    assert got == pytest.approx(0.36)


def test_damage_ends_with_the_block(toy):
    with damaged("toy.twice"):
        pass

    assert toy.twice(0.3, np.zeros(1)) == 0.6


def test_what_a_function_writes_is_damaged_too(toy):
    out = np.array([7.0, 7.0])

    with damaged("toy.twice"):
        toy.twice(0.3, out)

    assert out == pytest.approx([0.36, 7.0])


@pytest.mark.parametrize("value", [0.0, 0.25, 0.5])
def test_no_result_survives_damage_unchanged(toy, value):
    with damaged("toy.twice"):
        got = toy.twice(value, np.zeros(1))

    assert got != 2.0 * value


def test_a_case_that_leans_on_the_damaged_function_is_not_named(toy):
    found = list(check({"toy.twice": ["leans"]}, case_of("leans"), models_of(toy)))

    assert found == []


def test_a_case_that_does_not_notice_is_named(toy):
    found = list(check({"toy.twice": ["does_not_lean"]}, case_of("does_not_lean"), models_of(toy)))

    assert found == ["toy.twice: does_not_lean passes although damaged"]


def test_a_case_that_is_not_reached_is_named(toy):
    found = list(check({"toy.twice": ["gone"]}, {}, models_of(toy)))

    assert found == ["toy.twice: gone is not reached"]


def test_a_function_that_is_not_in_the_kernel_is_named(toy):
    found = list(check({"toy.thrice": ["leans"]}, case_of("leans"), models_of(toy)))

    assert found == ["toy.thrice: is no function of the kernel"]


def test_every_case_the_kernel_reaches_leans_on_one_function_at_least():
    reached = load_models().keys() - REFERENCE.keys()

    leaning = {name for names in read_table().values() for name in names}

    assert {case.name for case in read_all(SHIPPED) if case.model in reached} <= leaning


def test_a_case_that_never_ends_is_told_from_one_that_notices():
    def endless(_):
        while True:
            pass

    assert reaction(case_of("m")["m"], {"m": endless}, 0.01) == HANGS


@pytest.mark.parametrize("module", ["beliefs", "nodes", "talks"])
def test_every_case_that_leans_on_a_damaged_function_fails(module):
    command = [sys.executable, "-m", "verification.damage", f"--only={module}.", *SHIPPED]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.startswith("every damage"), done.stdout + done.stderr

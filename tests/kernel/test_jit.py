import errno
import importlib
import importlib.util
import json
import logging
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from detente.kernel import jit as compiler
from detente.kernel.arithmetic import gamma_quantile
from detente.kernel.endings import Violence

compiles = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")

RULES = """
from detente.kernel.jit import jit


@jit
def rule(x):
    return x + 1.0
"""
DAY = """
from detente.kernel.jit import jit
from detente.kernel.rules import rule


@jit
def day(x):
    return rule(x) + 10.0
"""
OTHER = """
from detente.kernel.jit import jit


@jit
def other(x):
    return x
"""


def forget():
    for function in (
        compiler.cache_folder,
        compiler.cache_root,
        compiler.imports,
        compiler.needs,
        compiler.warn_once,
        compiler.why_not_carried,
    ):
        function.cache_clear()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A cache of its own, and another look at the sources."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    forget()
    yield tmp_path / "cache" / "detente"
    forget()


@pytest.fixture
def kernel(home, monkeypatch):
    """A kernel of three modules, the first of which the second imports."""
    folder = home.parents[1] / "kernel"
    folder.mkdir()
    for name, text in (("rules", RULES), ("day", DAY), ("other", OTHER)):
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(compiler, "KERNEL", folder)
    return folder


def load(path):
    """Import a module of the small kernel as a new process would."""
    forget()
    name = f"detente.kernel.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def started(kernel, monkeypatch):
    """A function that starts the small kernel afresh and returns its day and its rule."""

    def start():
        for name in ("rules", "day"):
            monkeypatch.delitem(sys.modules, f"detente.kernel.{name}", raising=False)
        rules = load(kernel / "rules.py")
        monkeypatch.setitem(sys.modules, "detente.kernel.rules", rules)
        return load(kernel / "day.py").day, rules.rule

    yield start
    for name in ("rules", "day"):
        sys.modules.pop(f"detente.kernel.{name}", None)


def edit(path, old, new):
    """Edit a module; bytecode of the same second and size would be taken for that of the edit."""
    path.write_text(path.read_text().replace(old, new))
    Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)
    forget()


def test_a_module_has_a_new_folder_when_it_changes(kernel):
    before = compiler.cache_folder(kernel / "rules.py")

    edit(kernel / "rules.py", "1.0", "2.0")

    assert compiler.cache_folder(kernel / "rules.py") != before


def test_a_module_has_a_new_folder_when_what_it_imports_changes(kernel):
    before = compiler.cache_folder(kernel / "day.py")

    edit(kernel / "rules.py", "1.0", "2.0")

    assert compiler.cache_folder(kernel / "day.py") != before


def test_a_module_keeps_its_folder_when_a_stranger_changes(kernel):
    before = compiler.cache_folder(kernel / "other.py")

    edit(kernel / "rules.py", "1.0", "2.0")

    assert compiler.cache_folder(kernel / "other.py") == before


@pytest.mark.parametrize(
    "line",
    [
        "import detente.kernel.rules",
        "from detente.kernel import rules",
        "from detente.kernel.rules import rule",
        "from detente.kernel.rules import (\n    rule,\n)",
        "from detente.kernel import nothing, rules as same",
        "if True:\n    from detente.kernel import rules",
    ],
)
def test_every_way_to_import_a_module_counts(kernel, line):
    (kernel / "other.py").write_text(line)

    assert compiler.needs(kernel / "other.py") == {kernel / "rules.py"}


def test_folders_of_older_sources_are_deleted(kernel):
    before = compiler.cache_folder(kernel / "rules.py")
    before.mkdir(parents=True)
    (before / "code").write_text("old")

    edit(kernel / "rules.py", "1.0", "2.0")
    after = compiler.cache_folder(kernel / "rules.py")

    assert not before.exists()
    assert after.parent == before.parent


def test_the_cache_is_made_for_its_user_alone(home):
    assert compiler.cache_root() == home
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_folder_open_to_others_is_not_used(home, caplog):
    home.mkdir(parents=True)
    home.chmod(0o755)

    assert compiler.cache_root() is None
    assert "open to others; chmod 700 shuts it" in caplog.text


@pytest.mark.usefixtures("home")
def test_a_folder_of_someone_else_is_not_used(caplog, monkeypatch):
    monkeypatch.setattr(compiler.os, "getuid", lambda: 123456)

    assert compiler.cache_root() is None
    assert "not a folder of your own" in caplog.text


def test_a_link_is_not_followed(home, caplog, tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    home.parent.mkdir()
    home.symlink_to(tmp_path / "elsewhere")

    assert compiler.cache_root() is None
    assert "not a folder of your own" in caplog.text


def test_a_folder_that_cannot_be_written_means_one_warning_and_no_cache(kernel, home, caplog):
    home.parent.write_text("a file where the folder should be")

    folders = [compiler.cache_folder(kernel / name) for name in ("rules.py", "day.py")]

    assert folders == [None, None]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert caplog.text.count("compiled code is not kept, so each start compiles again") == 1


@pytest.mark.usefixtures("home")
def test_a_function_typed_at_the_prompt_is_not_kept(tmp_path):
    assert compiler.cache_folder(tmp_path / "<stdin>") is None


@pytest.mark.skipif(not numba.config.DISABLE_JIT, reason="the compiler is on")
def test_without_the_compiler_a_function_is_itself_and_nothing_waits():
    assert compiler.jit(forget) is forget
    assert compiler.is_warm()


@compiles
def test_the_kernel_is_warm_once_all_that_is_needed_was_compiled(started):
    day, _ = started()
    cold = compiler.is_warm("day")
    value = day(1.0)

    assert (cold, compiler.is_warm("day"), value) == (False, True, 12.0)
    assert not compiler.is_warm("other")


@compiles
def test_the_kernel_is_cold_again_when_a_module_changes(started, kernel):
    day, _ = started()
    day(1.0)

    edit(kernel / "rules.py", "1.0", "2.0")

    assert not compiler.is_warm("day")


@compiles
def test_compiled_code_is_used_again(started):
    started()[0](1.0)
    day, _ = started()
    day(1.0)

    assert sum(day.stats.cache_hits.values()) == 1


@compiles
def test_a_rule_is_not_compiled_again_when_what_calls_it_changes(started, kernel):
    started()[0](1.0)
    edit(kernel / "day.py", "10.0", "20.0")
    day, rule = started()

    assert day(1.0) == 22.0
    assert sum(rule.callee().stats.cache_hits.values()) == 1
    assert not rule.signatures


@compiles
def test_an_edited_rule_reaches_the_day_that_calls_it(started, kernel):
    before = started()[0](1.0)
    edit(kernel / "rules.py", "1.0", "2.0")
    after = started()[0](1.0)

    assert (before, after) == (12.0, 13.0)


@compiles
@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("content", [b"", b"torn"])
def test_a_torn_cache_is_compiled_again(started, home, ending, content):
    started()[0](1.0)
    for path in home.rglob(f"*{ending}"):
        path.write_bytes(content)

    assert started()[0](1.0) == 12.0


@compiles
def test_a_full_disk_means_one_warning_and_no_cache(started, caplog, monkeypatch):
    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pickle, "dump", fail)

    assert started()[0](1.0) == 12.0
    assert caplog.text.count("No space left on device") == 1


@compiles
@pytest.mark.usefixtures("home")
def test_a_constant_argument_does_not_compile_a_function_again():
    @compiler.jit
    def shifted(x, by):
        return x + by

    @compiler.jit
    def twice(x):
        return shifted(x, 1) + shifted(x, by=2)

    assert twice(3) == 9
    assert len(shifted.callee().overloads) == 1


@compiles
@pytest.mark.usefixtures("home")
def test_a_member_of_an_enumeration_is_a_number_like_any_other():
    @compiler.jit
    def shifted(x, by):
        return x + by

    @compiler.jit
    def to_war(x):
        return shifted(x, Violence.WAR) + shifted(x, 2)

    assert to_war(3) == shifted(3, Violence.WAR) + shifted(3, 2)
    assert len(shifted.callee().overloads) == 1


@compiles
@pytest.mark.usefixtures("home")
def test_no_flag_loosens_the_arithmetic():
    @compiler.jit
    def ratio(x, y):
        return x / y

    assert ratio(1.0, 0.0) == float("inf")
    assert not ratio.targetoptions.get("fastmath", False)
    assert not ratio.targetoptions.get("parallel", False)
    assert ratio.targetoptions["nogil"]


@compiles
@pytest.mark.usefixtures("home")
def test_compiled_code_does_not_count_who_holds_an_array():
    @compiler.jit
    def third(numbers):
        return numbers[2]

    @compiler.jit
    def doubled(numbers):
        return 2.0 * third(numbers[1:]) if numbers.shape[0] > 3 else 0.0

    assert doubled(np.arange(4.0)) == 6.0
    assert "NRT_incref" not in "".join(doubled.inspect_llvm().values())


@compiles
def test_a_kernel_that_nothing_is_kept_of_is_compiled_all_the_same(monkeypatch):
    monkeypatch.setattr(compiler, "cache_folder", lambda _path: None)

    @compiler.jit
    def third(numbers):
        return numbers[2]

    assert third(np.arange(4.0)) == 2.0
    assert third.stats.cache_path is None


def test_a_rule_that_is_none_leaves_the_chances_as_they_are():
    record = np.zeros(1, [("day", "i8")]).view(np.recarray)[0]
    chances = np.array([0.25, 0.75])

    assert compiler.Called(None, record.dtype)(record, chances) == 1
    assert chances.tolist() == [0.25, 0.75]


SAY = """
from detente.kernel.arithmetic import gamma_quantile
from detente.kernel.jit import IS_PLAIN
print(IS_PLAIN, gamma_quantile(2.5, 0.3).hex(), sum(gamma_quantile.stats.cache_hits.values()))
"""


def reported(home, **settings):
    paths = {"PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", SAY],
        env={**os.environ, **paths, **settings},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()


@compiles
def test_numba_by_itself_gives_the_same_bits_and_keeps_what_it_compiles(tmp_path):
    quantile = float(gamma_quantile(2.5, 0.3)).hex()

    assert reported(tmp_path, DETENTE_NUMBA="plain") == ["True", quantile, "0"]
    assert reported(tmp_path, DETENTE_NUMBA="plain") == ["True", quantile, "1"]


@compiles
def test_what_python_calls_is_kept_as_machine_code_alone(started, home):
    started()[0](1.0)
    (kept,) = home.rglob("day.day-*.nbc")
    (_, _, (machine_code, names)), *_ = pickle.loads(kept.read_bytes())  # noqa: S301  our own

    assert len(names) < len(machine_code)
    assert b"fadd" not in names


@compiles
def test_code_that_came_with_the_package_is_used_in_place_of_compiling(
    started, kernel, home, monkeypatch, tmp_path
):
    started()[0](1.0)
    came = tmp_path / "compiled"
    folder = compiler.cache_folder(kernel / "day.py")
    (inner,) = folder.iterdir()
    shutil.copytree(inner, came / "day" / folder.name)
    shutil.rmtree(home)
    (came / compiler.MADE_FOR).write_text(json.dumps(compiler.this_machine()))
    monkeypatch.setattr(compiler, "CARRIED", came)
    compiler.why_not_carried.cache_clear()
    day, _ = started()

    assert day(1.0) == 12.0
    assert sum(day.stats.cache_hits.values()) == 1


def test_the_processor_is_named_before_there_is_a_code_generator():
    # Otherwise code that came with the package is for another processor, and is never found.
    lines = (
        "import detente.kernel.compiler, numba.core.registry as numba",
        "print(vars(numba.cpu_target))",
    )
    made = subprocess.run([sys.executable, "-c", "; ".join(lines)], capture_output=True, check=True)

    assert b"_target_name" in made.stdout
    assert b"target_context" not in made.stdout


@pytest.mark.parametrize(
    ("apart", "why"),
    [
        ({"numba": "numba 0.1"}, "this package carries compiled code for numba 0.1, here is numba"),
        ({"system": "moon-0"}, "this package carries compiled code for moon-0, here is "),
        (None, "this package carries no compiled code"),
    ],
)
def test_why_code_that_came_does_not_serve_is_said(tmp_path, monkeypatch, apart, why):
    monkeypatch.setattr(compiler, "CARRIED", tmp_path)
    compiler.why_not_carried.cache_clear()
    if apart is not None:
        made_for = json.dumps(compiler.this_machine() | apart)
        (tmp_path / compiler.MADE_FOR).write_text(made_for)
    said = compiler.why_not_carried()
    compiler.why_not_carried.cache_clear()

    assert said.startswith(why)

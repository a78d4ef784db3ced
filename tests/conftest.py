"""How hard properties are tried, and a check that nothing in the kernel was compiled twice."""

import gc
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

# Tests run side by side, where threads of linear algebra only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numba
from numba.core.dispatcher import Dispatcher

import verification.records  # noqa: F401  tests call single rules

# A slow machine fails nothing.
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("compiled", max_examples=50, derandomize=True, database=None, **UNTIMED)
settings.register_profile("twin", max_examples=20, derandomize=True, database=None, **UNTIMED)
# `verification.engine.laws` tries more inputs, and others each time.
settings.register_profile("searching", max_examples=500, database=None, **UNTIMED)
settings.load_profile("twin" if numba.config.DISABLE_JIT else "compiled")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Keep all that was collected, which stays to the end, out of the sight of the collector.

    It would look at half a million objects again and again, for a third of collecting's time. In
    the tests it looks less often, as they too keep much that stays.
    """
    gc.disable()
    found = yield
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return found


@pytest.fixture(autouse=True, scope="session")
def state(tmp_path_factory):
    """Keep what commands remember of a user out of the folder of the one who tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


SIGNATURES = pytest.StashKey[dict[str, set[str]]]()


def compiled_here():
    """Return the signatures of each kernel function that this process compiled or loaded."""
    modules = [module for name, module in sys.modules.items() if name.startswith("detente.kernel.")]
    functions = {
        id(value): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Dispatcher)
    }
    return {
        f"{function.py_func.__module__}.{function.py_func.__qualname__}": {
            str(signature) for way in (function, *callees(function)) for signature in way.signatures
        }
        for function in functions.values()
    }


def callees(function):
    """The function as compiled functions call it, if one does."""
    callee = getattr(function, "callee", None)
    return [callee()] if callee is not None and callee.cache_info().currsize else []


def add(config, signatures):
    found = config.stash.setdefault(SIGNATURES, {})
    for name, kinds in signatures.items():
        found.setdefault(name, set()).update(kinds)


EITHER_WIDTH = {"detente.kernel.beliefs.to_float64", "detente.kernel.decision.draw_from"}
"""Functions of chances, which are stored in half the width, and given in full by who has a seat."""


def compiled_twice(config):
    found = config.stash.get(SIGNATURES, {})
    return {
        name: sorted(kinds)
        for name, kinds in sorted(found.items())
        if len(kinds) > 1 + (name in EITHER_WIDTH)
    }


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    add(node.config, getattr(node, "workeroutput", {}).get("signatures", {}))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        signatures = {name: sorted(kinds) for name, kinds in compiled_here().items()}
        session.config.workeroutput["signatures"] = signatures
        return
    add(session.config, compiled_here())
    if compiled_twice(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    twice = compiled_twice(config)
    if twice:
        terminalreporter.section("kernel functions compiled for more than one signature", red=True)
    for name, kinds in twice.items():
        terminalreporter.line(f"{name}: {' and '.join(kinds)}")

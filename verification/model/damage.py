"""Damages one function of the kernel at a time and reports which published cases notice.

A case that still passes although a function that it uses is damaged checks less than it seems to.
`leans.toml` states which cases use which function; `--list` prints such a table again.
"""

import argparse
import os
import signal
import sys
import textwrap
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

from verification.cases import PASSED, Case, CaseFileError, Model, judge, load_models, read_all

LEANS = Path(__file__).with_name("leans.toml")
KERNEL = "detente.kernel"
# How the kernel is compiled and laid out, which no published result is about.
FOUNDATIONS = ("detente.kernel.jit", "detente.kernel.layout")
# Arithmetic of the model that stands outside the kernel, damaged as if it were of it.
BESIDE = ("detente.questions.causes.credit",)
# What a damaged value may set off; each of them means that the case has noticed.
COLLAPSES = (ArithmeticError, LookupError, TypeError, ValueError)
NOTICES, PASSES, HANGS = "notices", "passes although damaged", "does not end when damaged"
# A table holds only what answers soon; the check of it allows for a busy machine.
SECONDS_TO_LIST, SECONDS_TO_CHECK = 5.0, 120.0
HEADER = """\
# Which published cases lean on which function of the kernel: damage the function, and each case
# named here must fail. Written by `python -m verification.model.damage --list FILE...`."""

Table = Mapping[str, Sequence[str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the table on the command line's case files and return the exit status."""
    # Only uncompiled functions can be replaced; the kernel is not imported yet.
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    options = _parser().parse_args(arguments)
    try:
        cases = {case.name: case for case in read_all(options.files)}
    except CaseFileError as faults:
        print(faults, file=sys.stderr)
        return 2
    models = load_models()
    if options.list:
        print_table(cases, models)
        return 0
    table = {name: row for name, row in read_table().items() if name.startswith(options.only)}
    found = list(check(table, cases, models))
    print("\n".join(found) or f"every damage to {len(table)} functions was noticed")
    return int(bool(found))


def read_table(path: Path = LEANS) -> dict[str, list[str]]:
    """Names of cases by `module.function` of the kernel."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        f"{module}.{function}": names
        for module, functions in tables.items()
        for function, names in functions.items()
    }


def check(table: Table, cases: Mapping[str, Case], models: Mapping[str, Model]) -> Iterator[str]:
    """Say what in the table does not hold: a line for each."""
    reached = {name for name, case in cases.items() if case.model in models}
    functions = kernel_functions()
    for function, names in table.items():
        if function not in functions:
            yield f"{function}: is no function of the kernel"
            continue
        yield from (f"{function}: {name} is not reached" for name in names if name not in reached)
        with damaged(function):
            found = {n: reaction(cases[n], models, SECONDS_TO_CHECK) for n in names if n in reached}
        yield from (f"{function}: {name} {how}" for name, how in found.items() if how != NOTICES)


def print_table(cases: Mapping[str, Case], models: Mapping[str, Model]) -> None:
    """Print which cases notice the damage of which function, in the form of `leans.toml`."""
    reached = [case for case in cases.values() if case.model in models]
    called = {case.name: functions_called(case, models) for case in reached}
    print(HEADER)
    section = ""
    for name in kernel_functions():
        with damaged(name):
            calling = [case for case in reached if name in called[case.name]]
            found = {c.name: reaction(c, models, SECONDS_TO_LIST) for c in calling}
        if not found:
            continue
        module, function = name.rsplit(".", 1)
        if module != section:
            section = module
            print(f"\n[{module}]")
        print(_row(function, found), flush=True)


def _row(function: str, found: Mapping[str, str]) -> str:
    """One row of the table, or a remark where no case notices."""
    noticing = ", ".join(f'"{case}"' for case, how in found.items() if how == NOTICES)
    if not noticing:
        return f"# {function} is called, but none of the cases notices"
    return textwrap.fill(f"{function} = [{noticing}]", 100, subsequent_indent="    ")


def functions_called(case: Case, models: Mapping[str, Model]) -> set[str]:
    """Which functions of the kernel a case calls, as `module.function`."""
    codes = set()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            codes.add(frame.f_code)

    sys.setprofile(watch)
    try:
        judge(case, models)
    finally:
        sys.setprofile(None)
    return {name for name in kernel_functions() if _function(name).__code__ in codes}


def reaction(case: Case, models: Mapping[str, Model], seconds: float) -> str:
    """Say what a case does now: it notices (fails or breaks down), passes or does not end."""
    with warnings.catch_warnings(), _time_limit(seconds):
        warnings.simplefilter("ignore", RuntimeWarning)  # of overflow, which damage may well cause
        try:
            return PASSES if judge(case, models).status == PASSED else NOTICES
        except COLLAPSES:
            return NOTICES
        except _OutOfTimeError:
            return HANGS


class _OutOfTimeError(Exception):
    """Raised in the midst of a case that takes too long."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def kernel_functions() -> list[str]:
    """Every function of the kernel modules in use, as `module.function`."""
    return sorted(
        f"{_short(module)}.{name}"
        for module in _modules(KERNEL + ".", *BESIDE)
        if module.__name__ not in FOUNDATIONS
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    )


@contextmanager
def damaged(name: str) -> Iterator[None]:
    """Replace a kernel function by a damaged one wherever it has been imported."""
    whole = _function(name)
    places = [
        (place, attribute)
        for place in _modules("detente.", "verification.")
        for attribute, value in list(vars(place).items())
        if value is whole
    ]
    _put(places, _damage(whole))
    try:
        yield
    finally:
        _put(places, whole)


def _function(name: str) -> FunctionType:
    module, function = name.rsplit(".", 1)
    homes = {_short(home): home for home in _modules(KERNEL + ".", *BESIDE)}
    found: FunctionType = getattr(homes[module], function)
    return found


def _short(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _put(places: Sequence[tuple[ModuleType, str]], function: Callable[..., Any]) -> None:
    for place, attribute in places:
        setattr(place, attribute, function)


def _modules(*prefixes: str) -> list[ModuleType]:
    return [module for name, module in sorted(sys.modules.items()) if name.startswith(prefixes)]


def _damage(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function so that what it returns, and what it writes, is wrong."""

    def wrong(*arguments: Any) -> Any:
        written = list(_writable(arguments))
        before = [place.copy() for place in written]
        result = function(*arguments)
        for old, new in zip(before, written, strict=True):
            _spoil(old, new)
        return _worse(result)

    return wrong


def _writable(arguments: Sequence[Any]) -> Iterator[Any]:
    """Arrays and records among the arguments, in tuples too."""
    for argument in arguments:
        if isinstance(argument, np.ndarray | np.void):
            yield argument
        elif isinstance(argument, tuple):
            yield from _writable(argument)


def _spoil(before: Any, after: Any) -> None:
    """Worsen every number that differs from what stood there before."""
    for name in after.dtype.names or ():
        if isinstance(after[name], np.ndarray | np.void):
            _spoil(before[name], after[name])
        elif before[name] != after[name]:
            after[name] = _worse(after[name])
    if not after.dtype.names:
        for place in np.argwhere(before != after):
            after[tuple(place)] = _worse(after[tuple(place)])


def _worse(value: Any) -> Any:
    """Square a number, halve or move it where its square is no different; an array throughout."""
    if isinstance(value, np.ndarray) and value.dtype.names is None:
        worsened = [_worse(number) for number in value.flat]
        return np.array(worsened, value.dtype).reshape(value.shape)
    if isinstance(value, tuple):
        parts = [_worse(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, int | np.integer):
        return type(value)(value + 1)
    if isinstance(value, float | np.floating):
        return type(value)(0.5 if value in (0.0, 1.0) else value * value)
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.model.damage",
        description="Damage one kernel function at a time and see which published cases notice.",
        epilog="Exit status: 0 all noticed; 1 a case passes although damaged; 2 a file is faulty.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON list of cases")
    parser.add_argument("--list", action="store_true", help="write the table anew, to the screen")
    parser.add_argument(
        "--only", default="", metavar="START", help="check functions whose name starts so"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

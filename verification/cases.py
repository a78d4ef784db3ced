"""Check the model against published results: one line a case, passed, failed or not reached yet."""

import argparse
import importlib
import importlib.util
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from verification.signatures import SIGNATURES, Form, Signature

PASSED, FAILED, NOT_REACHED = "passed", "failed", "not reached yet"
FIELDS = ("name", "model", "reach", "inputs", "expected", "tol", "source")
REACHES = ("kernel", "reference")
# Importing the parts compiles the kernel they lean on, so it is put off until the files are read.
PARTS = ("verification.engagement", "verification.bargaining", "verification.reference")

Model = Callable[[dict[str, Any]], Mapping[str, float]]


class Case(NamedTuple):
    """One published result: what goes in, what must come out, and how closely."""

    name: str
    model: str
    inputs: dict[str, Any]
    expected: dict[str, float]
    tol: float


class Verdict(NamedTuple):
    """What became of a case, and why."""

    status: str
    name: str
    reason: str


class CaseFileError(Exception):
    """Case files that cannot be read; the message has a line for each fault."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files named on the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        cases = read_all(options.files)
    except CaseFileError as faults:
        print(faults, file=sys.stderr)
        return 2
    models = load_models()
    counts: Counter[str] = Counter()
    for case in cases:
        verdict = judge(case, models)
        counts[verdict.status] += 1
        print(f"{verdict.status:<15}  {verdict.name}{verdict.reason}", flush=True)
    print(", ".join(f"{counts[status]} {status}" for status in (PASSED, FAILED, NOT_REACHED)))
    return int(counts[FAILED] > 0 or (counts[NOT_REACHED] > 0 and not options.known_only))


def load_models() -> dict[str, Model]:
    """Every model that can be checked now, by slug."""
    models: dict[str, Model] = {}
    for part in PARTS:
        if importlib.util.find_spec(part):
            models |= importlib.import_module(part).MODELS
    return models


def judge(case: Case, models: Mapping[str, Model]) -> Verdict:
    """Compare what a model gives with what a case expects."""
    if case.model not in models:
        return Verdict(NOT_REACHED, case.name, f" (model {case.model})")
    try:
        got = models[case.model](case.inputs)
    except (ArithmeticError, ValueError) as error:
        return Verdict(FAILED, case.name, f": {error}")
    misses = [
        f"{name} is {got[name]}; expected {value} within {case.tol}"
        for name, value in case.expected.items()
        # Written so that a value that is not a number fails.
        if not abs(got[name] - value) <= case.tol
    ]
    return Verdict(FAILED if misses else PASSED, case.name, "".join(f": {miss}" for miss in misses))


def read_all(paths: Sequence[Path]) -> list[Case]:
    """Read the cases of several files, or raise CaseFileError with every fault in them."""
    cases: list[Case] = []
    faults: list[str] = []
    for path in paths:
        try:
            cases += read(path)
        except CaseFileError as found:
            faults.append(str(found))
    if faults:
        raise CaseFileError("\n".join(faults))
    return cases


def read(path: Path) -> list[Case]:
    """Read the cases of one file, or raise CaseFileError with every fault in it."""
    rows = _rows(path)
    faults = [
        f"{path}: case {number}{_label(row)}: {fault}"
        for number, row in enumerate(rows, start=1)
        for fault in _faults(row)
    ]
    if faults:
        raise CaseFileError("\n".join(faults))
    return [
        Case(row["name"], row["model"], row["inputs"], row["expected"], row["tol"]) for row in rows
    ]


def _rows(path: Path) -> list[Any]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise CaseFileError(
            f"{path}: cannot be read ({error.strerror}); name a file of cases"
        ) from None
    except (ValueError, RecursionError) as error:
        raise CaseFileError(f"{path}: is not JSON ({error}); write a list of cases") from None
    if not isinstance(rows, list):
        raise CaseFileError(f"{path}: holds {_kind(rows)}; write a list of cases")
    return rows


def _label(row: Any) -> str:
    named = isinstance(row, dict) and isinstance(row.get("name"), str)
    return f" ({row['name']})" if named else ""


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no finite number")


def _faults(row: Any) -> Iterator[str]:
    """Every fault of one case: what was found and what to use."""
    if not isinstance(row, dict):
        yield f"is {_kind(row)}; use an object with {', '.join(FIELDS)}"
    elif missing := [name for name in FIELDS if name not in row]:
        yield f"lacks {', '.join(missing)}"
    else:
        yield from _field_faults(row)


def _field_faults(row: dict[str, Any]) -> Iterator[str]:
    """Every field of a case that does not have the form that all cases share."""
    for name in ("name", "model", "source"):
        if not isinstance(row[name], str):
            yield f"{name} is {_kind(row[name])}; use a text"
    if row["reach"] not in REACHES:
        yield f"reach is {row['reach']!r}; use {' or '.join(REACHES)}"
    if not _is_number(row["tol"]) or row["tol"] < 0:
        yield f"tol is {row['tol']!r}; use a number of 0 or more"
    tables = [name for name in ("inputs", "expected") if not isinstance(row[name], dict)]
    for name in tables:
        yield f"{name} is {_kind(row[name])}; use an object of values by name"
    # A model that is not in the list is not reached, which the check says and not the reader.
    if not tables and isinstance(row["model"], str) and row["model"] in SIGNATURES:
        yield from _value_faults(row, SIGNATURES[row["model"]])


def _value_faults(row: dict[str, Any], signature: Signature) -> Iterator[str]:
    """Every input or expected output that does not fit the case's model."""
    outputs = dict.fromkeys(signature.outputs, Form.NUMBER)
    for table, known in (("inputs", signature.inputs), ("expected", outputs)):
        for name, value in row[table].items():
            if name not in known:
                yield f"{table}.{name} is unknown; {row['model']} has {', '.join(known)}"
            elif not _fits(value, known[name]):
                yield f"{table}.{name} is {value!r}; use {known[name].value}"
    for name in signature.inputs:
        if name not in row["inputs"]:
            yield f"inputs lack {name}; use {signature.inputs[name].value}"
    # A case need not state every output, but one that states none checks nothing.
    if not row["expected"]:
        yield f"expected is empty; use {', '.join(signature.outputs)}"


def _fits(value: Any, form: Form) -> bool:
    if form is Form.TEXT:
        return isinstance(value, str)
    if form is Form.NUMBER:
        return _is_number(value)
    if not isinstance(value, list):
        return False
    if form is Form.NUMBERS:
        return all(_is_number(item) for item in value)
    return all(_fits(item, Form.NUMBERS) and len(item) == 2 for item in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}
    return names.get(type(value), "a number" if _is_number(value) else "nothing")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.cases",
        description="Check the model against published results.",
        epilog="Exit status: 0 all passed; 1 a case failed or is not reached; 2 a file is faulty.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a JSON list of cases")
    parser.add_argument(
        "--known-only", action="store_true", help="let cases pass that are not reached yet"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

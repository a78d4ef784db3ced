"""Checks the model against published results and prints a line for each case."""

import argparse
import importlib
import importlib.util
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from verification.model.signatures import SIGNATURES

PASSED, FAILED, NOT_REACHED = "passed", "failed", "not reached yet"
# Importing the parts compiles the kernel they lean on, so it is put off until the files are read.
PARTS = (
    "verification.model.engagement",
    "verification.model.bargaining",
    "verification.model.reference",
)

Model = Callable[[dict[str, Any]], Mapping[str, float]]


class Case(BaseModel):
    """One published result: what goes in, what must come out, and how closely."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)

    name: str
    model: str
    reach: Literal["kernel", "reference"]
    inputs: dict[str, Any]
    expected: Annotated[dict[str, FiniteFloat], Field(min_length=1)]
    tol: Annotated[FiniteFloat, Field(ge=0)]
    source: str

    @model_validator(mode="after")
    def fits(self) -> "Case":
        """Hold inputs and outputs against the model's; one that is not known is not reached."""
        signature = SIGNATURES.get(self.model)
        if signature is None:
            return self
        if self.inputs.keys() != signature.inputs.keys():
            raise ValueError(f"inputs of {self.model} are {', '.join(signature.inputs)}")
        for name, form in signature.inputs.items():
            form.validate_python(self.inputs[name], strict=True)
        if not self.expected.keys() <= set(signature.outputs):
            raise ValueError(f"outputs of {self.model} are {', '.join(signature.outputs)}")
        return self


CASES = TypeAdapter(list[Case])


class Verdict(NamedTuple):
    """What became of a case, and why."""

    status: str
    name: str
    reason: str


class CaseFileError(Exception):
    """Case files that cannot be read; the message tells every fault."""


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
            cases += CASES.validate_json(path.read_bytes())
        except OSError as fault:
            faults.append(f"{path}: cannot be read ({fault.strerror}); name a file of cases")
        except ValidationError as found:
            faults += [
                f"{path}: {_place(fault['loc'])}: {fault['msg']}" for fault in found.errors()
            ]
    if faults:
        raise CaseFileError("\n".join(faults))
    return cases


def _place(location: Sequence[int | str]) -> str:
    """Return in words where in a file of cases a fault lies."""
    number, *fields = location or ("in all",)
    case = f"case {number + 1}" if isinstance(number, int) else str(number)
    return ".".join((case, *map(str, fields)))


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

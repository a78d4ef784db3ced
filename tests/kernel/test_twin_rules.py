"""The kernel gives the same bits with the compiler and without it, and on other processors.

What differs without the compiler, or between processors, and is therefore kept out of the kernel's
compiled functions: `**` and `pow` · `math.*` but `sqrt` and `floor` · functions and methods of
numpy, but casts and views · `round`, `sum` and `divmod` · an unsigned number with a signed one ·
text, lists, dictionaries, exceptions and all else that allocates · optional arguments, which
compile a function again.

What the tests of each rule must see to, because it cannot be read from a source: no division by
zero (it raises without the compiler; `/` itself is exact) · no `int` of what may not be a number ·
no whole number of more than 63 bits · no index out of range · no negative seed · 32-bit numbers of
a table widened before use.
"""

import ast
import hashlib
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numba
import numpy as np
import pytest

import detente.kernel
from detente.kernel import arithmetic
from detente.kernel.draws import Draws, fine_uniform, uniforms

SOURCES = sorted(Path(detente.kernel.__file__).parent.glob("*.py"))
EXACT_IN_MATH = {"sqrt", "floor"}
CASTS = {"uint64", "int64", "float64"}
METHODS = {"view", "reshape", "of_challenger", "of_defender"}
"""The last two are rules of a user's own, whose sameness is for the user to see to."""
NOT_THE_SAME = {"pow", "round", "sum", "divmod", "print", "complex", "str"}
NOT_IN_A_RULE = {
    ast.Try: "exception",
    ast.Raise: "exception",
    ast.Assert: "exception",
    ast.With: "context",
    ast.Lambda: "function within a rule",
    ast.FunctionDef: "function within a rule",
    ast.ListComp: "allocation",
    ast.SetComp: "allocation",
    ast.DictComp: "allocation",
    ast.GeneratorExp: "allocation",
    ast.List: "allocation",
    ast.Set: "allocation",
    ast.Dict: "allocation",
    ast.JoinedStr: "text",
    ast.Yield: "generator",
    ast.Global: "global",
}

PLANTED = {
    "x ** 2": "power",
    "pow(x, 2.0)": "pow",
    "math.exp(x)": "math.exp",
    "math.ldexp(x, 2)": "math.ldexp",
    "np.exp(x)": "np.exp",
    "np.zeros(3)[0]": "np.zeros",
    "x.sum()": "method sum",
    "round(x)": "round",
    "sum((x, x))": "sum",
    "np.uint64(3) + 1": "unsigned and signed",
    "1 << MASK": "unsigned and signed",
    "[x][0]": "allocation",
    "{0: x}[0]": "allocation",
    "max(y for y in (x, x))": "allocation",
    "(lambda y: y)(x)": "function within a rule",
    "len(f'{x}')": "text",
    "len('text')": "text",
    "x if x is not None else 0.0": "None",
}
HARMLESS = [
    "math.sqrt(x) / math.floor(x + 1.5)",
    "float(np.uint64(3) & MASK)",
    "min(max(x, 0.0), 1.0) * abs(x)",
    "int(np.float64(x).view(np.int64))",
]
RULE = """
import math
import numpy as np
from detente.kernel.jit import jit
MASK = np.uint64(7)

@jit
def rule(x: float) -> float:
    '''What it does.'''
    return {}
"""


def compiled_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions under `@jit` and those that `jit(...)` is given."""
    given = {
        argument.id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "jit"
        for argument in call.args
        if isinstance(argument, ast.Name)
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
            if "jit" in decorators or node.name in given:
                yield node


def unsigned_names(tree: ast.Module) -> set[str]:
    return {
        ast.unparse(node.targets[0])
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("np.uint64(")
    }


def call_fault(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Name):
        return call.func.id if call.func.id in NOT_THE_SAME else None
    if not isinstance(call.func, ast.Attribute):
        return None
    owner, name = ast.unparse(call.func.value), call.func.attr
    if owner == "math":
        return None if name in EXACT_IN_MATH else f"math.{name}"
    if owner == "np":
        return None if name in CASTS else f"np.{name}"
    return None if name in METHODS else f"method {name}"


def is_unsigned(node: ast.expr, unsigned: set[str]) -> bool:
    text = ast.unparse(node)
    return text in unsigned or text.startswith("np.uint64(")


def node_fault(node: ast.AST, unsigned: set[str]) -> str | None:
    """Return what is wrong with one piece of a compiled function, None if nothing is."""
    if type(node) in NOT_IN_A_RULE:
        return NOT_IN_A_RULE[type(node)]
    if isinstance(node, ast.Call):
        return call_fault(node)
    if isinstance(node, ast.Constant):
        return {str: "text", type(None): "None"}.get(type(node.value))
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        signed = [isinstance(side, ast.Constant) and type(side.value) is int for side in sides]
        if any(signed) and any(is_unsigned(side, unsigned) for side in sides):
            return "unsigned and signed"
    return None


def body_of(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def faults_in(source: str) -> list[str]:
    """Return what a kernel module holds that differs without the compiler."""
    tree = ast.parse(source)
    unsigned = unsigned_names(tree)
    found = [
        f"line {node.lineno}: power"
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow)
    ]
    for function in compiled_functions(tree):
        arguments = function.args
        if arguments.defaults or arguments.kwonlyargs or arguments.vararg or arguments.kwarg:
            found.append(f"line {function.lineno}: optional argument")
        for statement in body_of(function):
            for node in ast.walk(statement):
                fault = node_fault(node, unsigned)
                if fault:
                    found.append(f"line {node.lineno}: {fault}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_kernel_holds_nothing_that_differs_without_the_compiler(path):
    assert faults_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("code", "fault"), PLANTED.items())
def test_a_planted_difference_is_found(code, fault):
    assert faults_in(RULE.format(code)) == [f"line 10: {fault}"]


@pytest.mark.parametrize("code", HARMLESS)
def test_what_is_the_same_is_let_through(code):
    assert faults_in(RULE.format(code)) == []


def test_an_optional_argument_is_found():
    source = RULE.format("x").replace("x: float", "x: float, y: float = 1.0")

    assert faults_in(source) == ["line 8: optional argument"]


def test_a_function_compiled_under_another_name_is_read_too():
    source = RULE.format("np.exp(x)").replace("@jit", "") + "\nquick = jit(rule)\n"

    assert faults_in(source) == ["line 10: np.exp"]


KNOWN = "2eb836f490189d07abc6be5279fa93e7cdcd3c2e5718e8573c1c12b5794d466d"
"""Digest of all that the battery gives, on every machine."""
SETTINGS = {
    "compiled": {"NUMBA_DISABLE_JIT": "0"},
    "plain": {"NUMBA_DISABLE_JIT": "1"},
    "processor without extras": {"NUMBA_DISABLE_JIT": "0", "NUMBA_CPU_NAME": "generic"},
    "library without extras": {
        "NUMBA_DISABLE_JIT": "1",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-FMA_Usable",
    },
    "index checks": {"NUMBA_DISABLE_JIT": "0", "NUMBA_BOUNDSCHECK": "1"},
}


def battery() -> Iterator[float]:
    """Yield numbers from every function of arithmetic and draws."""
    for future in range(60):
        rng = Draws(20260101, future % 7, future * 2**33, 0, 0)
        us = uniforms(rng, future, 12, future % 5)
        fine = fine_uniform(rng, future, 3, 0)
        yield from us
        yield fine
        yield from of_one_number(us[0], fine)
        yield from of_two_numbers(us[1], us[2])
    for exponent in range(-1074, 1024, 13):
        x = float(np.ldexp(1.37, exponent))
        yield from (arithmetic.log(x), arithmetic.exp(-x), arithmetic.exp(min(x, 709.0)))


def of_one_number(u: float, fine: float) -> Iterator[float]:
    x = 60.0 * u - 30.0
    yield from (arithmetic.exp(x), arithmetic.log(u), arithmetic.log(0.97 + 0.06 * u))
    yield from (arithmetic.logistic(x), arithmetic.logit(u), arithmetic.fourth_root(fine))
    yield from (arithmetic.inverse_normal(u), arithmetic.inverse_normal(fine * fine * fine))
    yield from (arithmetic.normal_probability(x / 6.0), arithmetic.power(u, 7))


def of_two_numbers(u: float, other: float) -> Iterator[float]:
    yield from (arithmetic.decay(u, 9.0), arithmetic.arrival(u, 9.0))
    yield from (arithmetic.binomial(n, other, u) for n in (3.0, 80.0, 1000.0))
    yield from (arithmetic.gamma_quantile(0.2 + 9.0 * other, u), arithmetic.log_gamma(40.0 * u))


def digest() -> str:
    return hashlib.sha256(b"".join(struct.pack("<d", x) for x in battery())).hexdigest()


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="starts the same processes either way")
@pytest.mark.parametrize("setting", SETTINGS)
def test_arithmetic_and_draws_give_the_known_bits(setting):
    ran = subprocess.run(
        [sys.executable, __file__],
        env=os.environ | SETTINGS[setting],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == KNOWN


def test_the_battery_is_the_same_in_this_very_process():
    assert digest() == KNOWN


if __name__ == "__main__":
    sys.stdout.write(digest())

"""Rank correlations between numbers: whether they are possible, and the draws that follow."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from detente.errors import DetenteError
from detente.pack.model import Correlation, Model
from detente.pack.number import Finding, Sought
from detente.pack.quantity import Quantity
from detente.pack.resolve import resting, slots
from detente.pack.toml import KeyPath, dotted
from detente.text import show

MOST_CORRELATIONS = 100
"""Most correlations; checking them takes time with the cube of their number."""
LEAST_PIVOT = 1e-9
"""Least remaining variance of a number given the others; below it draws are unreliable."""


class ClashingCorrelationsError(DetenteError):
    """Rank correlations that no joint distribution has."""


def correlation_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield the faults of a pack's correlations."""
    seen: set[frozenset[str]] = set()
    findings: list[Finding] = []
    known = names_of(model) if model.correlations else ()
    if len(model.correlations) > MOST_CORRELATIONS:
        found, allowed = f"{len(model.correlations)} of them", f"at most {MOST_CORRELATIONS}"
        hint = "keep those that matter most"
        findings.append(Finding(("correlations",), found, allowed, hint, on_key=True))
    for place, correlation in enumerate(model.correlations[:MOST_CORRELATIONS]):
        path = ("correlations", place, "of")
        for end, name in enumerate(correlation.of):
            findings += list(name_rules(name, (*path, end), numbers, known))
        pair = frozenset(correlation.of)
        if len(pair) == 1:
            findings.append(Finding(path, show(correlation.of), "two different numbers"))
        elif pair in seen:
            findings.append(Finding(path, show(correlation.of), "each pair once", "drop one"))
        seen.add(pair)
    yield from findings
    if findings:
        return
    names = sorted({name for correlation in model.correlations for name in correlation.of})
    try:
        cholesky(normal_correlations(names, model.correlations), names)
    except ClashingCorrelationsError as clash:
        allowed = "correlations that can all hold at once"
        yield Finding(("correlations",), "a contradiction", allowed, clash.hint, on_key=True)


def names_of(model: Model) -> tuple[str, ...]:
    """Return the names of all numbers, including faulty and missing ones."""
    return tuple(
        dotted(slot.path)
        for slot in slots(model)
        if slot.applies and (resting(slot) is not None or not slot.row.otherwise)
    )


def name_rules(
    name: str, path: KeyPath, numbers: Mapping[str, Quantity], known: Collection[str]
) -> Iterator[Finding]:
    """Yield a fault unless a name is that of a number that varies by itself."""
    if name not in known:
        hint = "name a number as actors.us.war_cost"
        sought = Sought(name, known)
        yield Finding(path, show(name), "the path of a number", hint, sought=sought)
    elif name in numbers and numbers[name].is_fixed:
        yield Finding(path, f"{show(name)}, which is fixed", "a number that varies", "drop it")
    elif name in numbers and numbers[name].kind == "accepted":
        found, hint = f"{show(name)}, which is calibrated", "drop it, or give the number a range"
        yield Finding(path, found, "a number that varies by itself", hint)


def normal_correlations(
    paths: Sequence[str], correlations: Sequence[Correlation]
) -> list[list[float]]:
    """Return the normal correlations that produce given rank correlations, `2 sin(pi r / 6)`."""
    matrix = [[float(row == column) for column in range(len(paths))] for row in range(len(paths))]
    for pair in correlations:
        row, column = (paths.index(path) for path in pair.of)
        matrix[row][column] = matrix[column][row] = 2.0 * sine(math.pi / 6.0 * pair.rank)
    return matrix


def sine(angle: float) -> float:
    """Return the sine of an angle between -pi/6 and pi/6."""
    square = angle * angle
    share = 1.0
    for count in range(16, 0, -2):
        share = 1.0 - square / (count * (count + 1)) * share
    return angle * share


def cholesky(matrix: Sequence[Sequence[float]], paths: Sequence[str]) -> list[list[float]]:
    """Return the lower factor of a correlation matrix, in a fixed order of operations.

    Raises `ClashingCorrelationsError` if the matrix is not positive definite.
    """
    factor = [[0.0] * len(matrix) for _ in matrix]
    for row, target in enumerate(matrix):
        for column in range(row + 1):
            rest = target[column]
            for before in range(column):
                rest -= factor[row][before] * factor[column][before]
            if column < row:
                factor[row][column] = rest / factor[column][column]
            elif rest > LEAST_PIVOT:
                factor[row][row] = math.sqrt(rest)
            else:
                others = [paths[column] for column in range(row) if target[column]]
                raise ClashingCorrelationsError(
                    f"no numbers can be correlated like this: the ranks of {paths[row]} with "
                    f"{', '.join(others)} contradict those among the others",
                    where="correlations",
                    hint=f"bring one of the ranks that involve {paths[row]} nearer to 0",
                )
    return factor

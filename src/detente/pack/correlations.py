"""Whether the correlations that a pack names can hold together."""

from collections.abc import Collection, Iterator, Mapping
from math import pi, sin, sqrt

from detente.pack.model import Model
from detente.pack.number import Finding, Sought
from detente.pack.quantity import Quantity
from detente.pack.resolve import slots
from detente.pack.toml import Path, dotted
from detente.text import show

Matrix = list[list[float]]

MOST_CORRELATIONS = 100
"""Whether they can all hold takes time that grows with the third power of their number."""
LEAST_PIVOT = 1e-9
"""Below this a correlation matrix is taken for one that cannot be."""


def correlation_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield what is wrong with the correlations of a pack."""
    seen: set[frozenset[str]] = set()
    findings: list[Finding] = []
    known = {dotted(slot.path): None for slot in slots(model)} if model.correlations else {}
    if len(model.correlations) > MOST_CORRELATIONS:
        found, allowed = f"{len(model.correlations)} of them", f"at most {MOST_CORRELATIONS}"
        hint = "keep those that matter most"
        findings.append(Finding(("correlations",), found, allowed, hint, on_key=True))
    for place, correlation in enumerate(model.correlations[:MOST_CORRELATIONS]):
        path = ("correlations", place, "of")
        for end, name in enumerate(correlation.of):
            findings += list(_name_rules(name, (*path, end), numbers, known))
        pair = frozenset(correlation.of)
        if len(pair) == 1:
            findings.append(Finding(path, show(correlation.of), "two different numbers"))
        elif pair in seen:
            findings.append(Finding(path, show(correlation.of), "each pair once", "drop one"))
        seen.add(pair)
    yield from findings
    if not findings and not _can_hold(model):
        allowed = "correlations that can all hold at once"
        hint = "bring the ranks nearer to 0"
        yield Finding(("correlations",), "a contradiction", allowed, hint, on_key=True)


def _name_rules(
    name: str, path: Path, numbers: Mapping[str, Quantity], known: Collection[str]
) -> Iterator[Finding]:
    if name not in known:
        hint = "name a number as actors.us.war_cost"
        sought = Sought(name, known)
        yield Finding(path, show(name), "the path of a number", hint, sought=sought)
    elif name in numbers and numbers[name].is_fixed:
        yield Finding(path, f"{show(name)}, which is fixed", "a number that varies", "drop it")
    elif name in numbers and numbers[name].kind == "accepted":
        found, hint = f"{show(name)}, which is calibrated", "drop it, or give the number a range"
        yield Finding(path, found, "a number that varies by itself", hint)


def _can_hold(model: Model) -> bool:
    names = sorted({name for correlation in model.correlations for name in correlation.of})
    places = {name: place for place, name in enumerate(names)}
    matrix = [[float(row == column) for column in range(len(names))] for row in range(len(names))]
    for correlation in model.correlations:
        first, second = (places[name] for name in correlation.of)
        # Spearman's rank correlation, as the product-moment correlation of normal scores.
        matrix[first][second] = matrix[second][first] = 2 * sin(pi * correlation.rank / 6)
    return _is_positive_definite(matrix)


def _is_positive_definite(matrix: Matrix) -> bool:
    size = len(matrix)
    factor = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row][column] - sum(
                factor[row][k] * factor[column][k] for k in range(column)
            )
            if row == column:
                if rest <= LEAST_PIVOT:
                    return False
                factor[row][row] = sqrt(rest)
            else:
                factor[row][column] = rest / factor[column][column]
    return True

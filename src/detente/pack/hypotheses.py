"""Whether correlations can all hold, and whether hypotheses rest on something and can be tested."""

from collections.abc import Collection, Iterator, Mapping
from math import pi, sin, sqrt

from detente.pack.model import DatedEvent, Group, Hypothesis, Model, Trial
from detente.pack.number import Finding, Sought
from detente.pack.places import INSTEAD, REFUSED, divides_attack
from detente.pack.quantity import Quantity
from detente.pack.resolve import resting, slots
from detente.pack.toml import KeyPath, dotted
from detente.text import show

REASON_HINT = 'add because = "a-claim" or assumed = "the reason in words"'
STEPS = {"contrast": (2, 2), "larger": (2, 2), "turn": (3, 8), "level": (0, 1)}
"""Fewest and most steps of each kind of test that has steps."""
READ = {
    "contrast": ("measures", "by_day", "hold", "steps"),
    "larger": ("measures", "by_day", "hold", "steps", "others"),
    "turn": ("measures", "by_day", "hold", "steps"),
    "level": ("measures", "by_day", "hold", "steps"),
    "groups": ("measures", "group", "other_group"),
    "causes": ("more", "than"),
    "signs": ("sign",),
}
"""Fields that each kind of test reads, next to `expects` and `threshold`."""
NEEDED = {
    "groups": ("measures", "group", "other_group"),
    "causes": ("more", "than"),
    "signs": ("sign",),
}
COUNTED = {"breakdown", "offers", "yields", "joined", "war_days", "aircraft_lost"}
"""Measures that are no outcomes."""

Matrix = list[list[float]]

MOST_CORRELATIONS = 100
"""Whether they can all hold takes time that grows with the third power of their number."""
LEAST_PIVOT = 1e-9
"""Below this a correlation matrix is taken for one that cannot be."""


def hypothesis_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield a fault for each hypothesis that rests on nothing, or whose test cannot be done."""
    for key, hypothesis in model.hypotheses.items():
        path = ("hypotheses", key)
        yield from reason_rules(hypothesis, path, model)
        for place, trial in enumerate(hypothesis.tests):
            yield from _trial_rules(trial, (*path, "tests", place), model, numbers)


def reason_rules(
    hypothesis: Hypothesis | DatedEvent, path: KeyPath, model: Model
) -> Iterator[Finding]:
    """Yield a fault for each claim that a sentence rests on and that is not known, or for none."""
    for place, claim in enumerate(hypothesis.because):
        if claim not in model.claims:
            hint = f"write [claims.{claim}], or assumed = why"
            sought, where = Sought(claim, model.claims), (*path, "because", place)
            yield Finding(where, show(claim), "the key of a claim", hint, sought=sought)
    if hypothesis.assumed is not None and not hypothesis.assumed.strip():
        hint = "say in words why it is held"
        yield Finding((*path, "assumed"), "no words", "a reason in words", hint)
    elif not hypothesis.because and hypothesis.assumed is None:
        allowed = "because or assumed"
        yield Finding((*path, "because"), "nothing", allowed, REASON_HINT, on_key=True)


def _trial_rules(
    trial: Trial, path: KeyPath, model: Model, numbers: Mapping[str, Quantity]
) -> Iterator[Finding]:
    for key in dict.fromkeys(key for keys in READ.values() for key in keys):
        if key not in READ[trial.kind] and getattr(trial, key):
            allowed = f"{', '.join(READ[trial.kind])} for a test of the kind {trial.kind}"
            yield Finding((*path, key), key, allowed, f"drop {key}, nothing reads it", on_key=True)
    for key in NEEDED.get(trial.kind, ("measures",)):
        if not getattr(trial, key):
            allowed = f"{key}, which a test of the kind {trial.kind} needs"
            yield Finding((*path, key), "nothing", allowed, f"add {key}", on_key=True)
    yield from _step_rules(trial, path)
    for place, measure in enumerate(trial.measures):
        if measure in COUNTED and (trial.kind == "groups" or trial.by_day is not None):
            why = "a test of groups" if trial.kind == "groups" else "by_day"
            where = (*path, "measures", place)
            yield Finding(where, show(measure), f"an outcome or an ending with {why}")
    if trial.kind == "groups":
        yield from _group_rules(trial, path, model, numbers)
    if trial.kind == "signs" and trial.sign and trial.sign not in model.signs:
        sought = Sought(trial.sign, model.signs)
        hint = f"write [signs.{trial.sign}]"
        yield Finding((*path, "sign"), show(trial.sign), "the key of a sign", hint, sought=sought)


def _step_rules(trial: Trial, path: KeyPath) -> Iterator[Finding]:
    """Yield a fault for too few or too many steps, and for one that would divide an attack."""
    sides = {"steps": STEPS.get(trial.kind, (0, 0))}
    if trial.kind == "larger":
        sides["others"] = (2, 2)
    for key, (least, most) in sides.items():
        count = len(getattr(trial, key))
        if trial.kind in STEPS and not least <= count <= most:
            words = f"{least}" if least == most else f"{least} to {most}"
            allowed = f"{words} entries for a test of the kind {trial.kind}"
            hint = f'write {key} = [{{}}, {{ "venue.publicity" = 0.1 }}]'
            yield Finding((*path, key), f"{count} entries", allowed, hint, on_key=True)
    for key in ("steps", "others"):
        for place, changes in enumerate(getattr(trial, key)):
            for name in filter(divides_attack, changes):
                yield Finding((*path, key, place, name), name, REFUSED, INSTEAD, on_key=True)


def _group_rules(
    trial: Trial, path: KeyPath, model: Model, numbers: Mapping[str, Quantity]
) -> Iterator[Finding]:
    seen: set[str] = set()
    known = _names(model)
    for key in ("group", "other_group"):
        group: Group | None = getattr(trial, key)
        if group is None:
            continue
        if not group.paths:
            where = (*path, key)
            yield Finding(where, "no numbers", "up or down", 'write up = ["a.number"]', on_key=True)
        for way in ("up", "down"):
            for place, name in enumerate(getattr(group, way)):
                where = (*path, key, way, place)
                yield from _name_rules(name, where, numbers, known)
                if name in seen:
                    yield Finding(where, show(name), "each number once", "drop one")
                seen.add(name)
        yield from _tie_rules(group, (*path, key), model)


def _tie_rules(group: Group, path: KeyPath, model: Model) -> Iterator[Finding]:
    """Yield a fault for each correlation with a number outside: a group is moved by itself."""
    for pair in model.correlations:
        inside = [name for name in pair.of if name in group.paths]
        if len(inside) == 1:
            other = next(name for name in pair.of if name != inside[0])
            found = f"{show(inside[0])}, which is correlated with {show(other)}"
            hint = "put both in one group, or neither in any"
            yield Finding(path, found, "numbers that are correlated within the group", hint)


def correlation_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield what is wrong with the correlations of a pack."""
    seen: set[frozenset[str]] = set()
    findings: list[Finding] = []
    known = _names(model) if model.correlations else ()
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


def _names(model: Model) -> tuple[str, ...]:
    """Return the names of all numbers of a crisis, those that are faulty or missing included."""
    return tuple(
        dotted(slot.path)
        for slot in slots(model)
        if slot.applies and (resting(slot) is not None or not slot.row.otherwise)
    )


def _name_rules(
    name: str, path: KeyPath, numbers: Mapping[str, Quantity], known: Collection[str]
) -> Iterator[Finding]:
    """Yield a fault if a name is not of a number that varies by itself."""
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

"""Rules of hypotheses: reasons, and tests that can be carried out."""

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple

from detente.pack.correlations import name_rules, names_of
from detente.pack.guard import OF_FORCE, is_initiators_force
from detente.pack.model import DatedEvent, Group, Hypothesis, Model, Ruling, Trial, TrialKind
from detente.pack.number import Finding, known_key
from detente.pack.places import INSTEAD, REFUSED, divides_attack
from detente.pack.quantity import Quantity
from detente.pack.toml import KeyPath
from detente.text import between, show

REASON_HINT = 'add because = "a-claim" or assumed = "the reason in words"'


class TrialForm(NamedTuple):
    """Fields that a kind of test reads besides `expects` and `threshold`."""

    reads: Annotated[tuple[str, ...], "fields that it reads"]
    needs: Annotated[tuple[str, ...], "those that it cannot do without"] = ("measures",)
    steps: Annotated[tuple[int, int], "fewest and most steps, where it reads them"] = (2, 2)


STEPPED = ("measures", "by_day", "hold", "steps")
GROUPED = ("measures", "group", "other_group")
KINDS: Mapping[TrialKind, TrialForm] = {
    "contrast": TrialForm(STEPPED),
    "larger": TrialForm((*STEPPED, "others")),
    "turn": TrialForm(STEPPED, steps=(3, 8)),
    "level": TrialForm(STEPPED, steps=(0, 1)),
    "groups": TrialForm(GROUPED, GROUPED),
    "causes": TrialForm(("more", "than"), ("more", "than")),
    "signs": TrialForm(("sign",), ("sign",)),
}
COUNTED = {"breakdown", "offers", "yields", "joined", "war_days", "aircraft_lost"}
"""Measures other than outcomes."""


def hypothesis_rules(model: Model, numbers: Mapping[str, Quantity]) -> Iterator[Finding]:
    """Yield a fault for each hypothesis without a reason or with an impossible test."""
    for key, hypothesis in model.hypotheses.items():
        path = ("hypotheses", key)
        yield from reason_rules(hypothesis, path, model)
        for place, trial in enumerate(hypothesis.tests):
            yield from _trial_rules(trial, (*path, "tests", place), model, numbers)


def reason_rules(
    hypothesis: Hypothesis | DatedEvent | Ruling, path: KeyPath, model: Model
) -> Iterator[Finding]:
    """Yield a fault for each unknown claim of a sentence, or if it has no reason at all."""
    for place, claim in enumerate(hypothesis.because):
        hint = f"write [claims.{claim}], or assumed = why"
        yield from known_key(claim, model.claims, (*path, "because", place), "claim", hint)
    if hypothesis.assumed is not None and not hypothesis.assumed.strip():
        hint = "say in words why it is held"
        yield Finding((*path, "assumed"), "no words", "a reason in words", hint)
    elif not hypothesis.because and hypothesis.assumed is None:
        allowed = "because or assumed"
        yield Finding((*path, "because"), "nothing", allowed, REASON_HINT, on_key=True)


def _trial_rules(
    trial: Trial, path: KeyPath, model: Model, numbers: Mapping[str, Quantity]
) -> Iterator[Finding]:
    kind = KINDS[trial.kind]
    for key in dict.fromkeys(key for each in KINDS.values() for key in each.reads):
        if key not in kind.reads and getattr(trial, key):
            allowed = f"{', '.join(kind.reads)} for a test of the kind {trial.kind}"
            yield Finding((*path, key), key, allowed, f"drop {key}, nothing reads it", on_key=True)
    for key in kind.needs:
        if not getattr(trial, key):
            allowed = f"{key}, which a test of the kind {trial.kind} needs"
            yield Finding((*path, key), "nothing", allowed, f"add {key}", on_key=True)
    yield from _step_rules(trial, kind, path)
    for place, measure in enumerate(trial.measures):
        if measure in COUNTED and (trial.kind == "groups" or trial.by_day is not None):
            why = "a test of groups" if trial.kind == "groups" else "by_day"
            where = (*path, "measures", place)
            yield Finding(where, show(measure), f"an outcome or an ending with {why}")
    yield from _force_rules(trial, path, model, numbers)
    if trial.kind == "groups":
        yield from _group_rules(trial, path, model, numbers)
    if trial.kind == "signs" and trial.sign:
        hint = f"write [signs.{trial.sign}]"
        yield from known_key(trial.sign, model.signs, (*path, "sign"), "sign", hint)


def _step_rules(trial: Trial, kind: TrialForm, path: KeyPath) -> Iterator[Finding]:
    """Yield a fault for too few or too many steps, and for one that would divide an attack."""
    for key in ("steps", "others"):
        steps, (least, most) = getattr(trial, key), kind.steps
        if key in kind.reads and not least <= len(steps) <= most:
            words = between(least, most)
            allowed = f"{words} entries for a test of the kind {trial.kind}"
            hint = f'write {key} = [{{}}, {{ "venue.publicity" = 0.1 }}]'
            yield Finding((*path, key), f"{len(steps)} entries", allowed, hint, on_key=True)
        for place, changes in enumerate(steps):
            for name in filter(divides_attack, changes):
                yield Finding((*path, key, place, name), name, REFUSED, INSTEAD, on_key=True)


def _force_rules(
    trial: Trial, path: KeyPath, model: Model, numbers: Mapping[str, Quantity]
) -> Iterator[Finding]:
    """Yield a fault if the challenger's force is changed and its effect on much else is asked."""
    named = [name for step in (*trial.steps, *trial.others) for name in step]
    named += [name for group in (trial.group, trial.other_group) if group for name in group.paths]
    force = [name for name in named if is_initiators_force(name, model, numbers)]
    for place, measure in enumerate(trial.measures):
        if force and measure not in OF_FORCE:
            allowed = f"{', '.join(OF_FORCE)} where the challenger's force is changed"
            hint = f"measure one of these, or leave {force[0]} out"
            yield Finding((*path, "measures", place), show(measure), allowed, hint)


def _group_rules(
    trial: Trial, path: KeyPath, model: Model, numbers: Mapping[str, Quantity]
) -> Iterator[Finding]:
    seen: set[str] = set()
    known = names_of(model)
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
                yield from name_rules(name, where, numbers, known)
                if name in seen:
                    yield Finding(where, show(name), "each number once", "drop one")
                seen.add(name)
        # A group is moved by itself: no number of it may be tied to one outside.
        for pair in model.correlations:
            inside = [name for name in pair.of if name in group.paths]
            if len(inside) == 1:
                other = next(name for name in pair.of if name != inside[0])
                found = f"{show(inside[0])}, which is correlated with {show(other)}"
                allowed = "numbers that are correlated within the group"
                hint = "put both in one group, or neither in any"
                yield Finding((*path, key), found, allowed, hint)

"""Changes of a crisis: of any number, and of the few other fields that options may set."""

import math
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeGuard

from detente.errors import DetenteError
from detente.pack.events import chance_findings
from detente.pack.form import fit
from detente.pack.model import Change, Model, is_change
from detente.pack.number import Finding, NumberRow, Settable, Sought
from detente.pack.places import INSTEAD, REFUSED, divides_attack, mark_of, walk
from detente.pack.quantity import Domain
from detente.pack.resolve import quantities, slots
from detente.pack.rules import structure_findings, weight_findings
from detente.pack.toml import (
    KeyPath,
    Tree,
    Unreadable,
    dotted,
    parse,
    value_at,
    value_text,
    with_value,
)
from detente.text import show

Changes = Mapping[str, Change]


IN_DISPUTE = {"talks.wide_agenda": ("dispute", "agenda")}
"""Numbers that an open dispute decides, whatever is written, with the dispute's switch."""


WEIGHTS = (".challenger_weight", ".defender_weight")
"""Endings of the paths of issue weights."""
CHANCES = (".for_challenger", ".for_defender")
"""Endings of the paths of a ruling's chances."""


BARE_TEXT = re.compile(r"[^\W_]\w*(?:[ -]\w+)*")
"""Texts that a setting may give without quotes."""
QUOTED = (
    "write FIELD=VALUE, such as --set venue.publicity=0.2; in a shell a list, or a text with signs "
    """in it, stands in two pairs of quotes: --set 'venue.access=["qatar", "turkiye"]'"""
)
"""How a setting is written in a shell."""


class Targets(NamedTuple):
    """The fields that can be changed, by dotted path: numbers, and others."""

    numbers: Mapping[str, tuple[KeyPath, NumberRow]]
    others: Mapping[str, KeyPath]

    def path(self, name: str) -> KeyPath:
        """Return the path of a target."""
        return self.numbers[name][0] if name in self.numbers else self.others[name]


def targets(model: Model) -> Targets:
    """Return the fields of a crisis that can be changed."""
    numbers = {dotted(slot.path): (slot.path, slot.row) for slot in slots(model) if slot.applies}
    others = (one.path for one in walk(model) if mark_of(one.field, Settable) is not None)
    return Targets(numbers, {dotted(path): path for path in others})


def change_findings(
    tree: Tree, known: Targets, changes: Changes, base: KeyPath
) -> list[tuple[bool, Finding]]:
    """Return the findings on changes, each with whether it is a consequence elsewhere.

    Changes are given by dotted path below `base`. Numbers within their domains have such
    consequences in two cases only: an issue must keep a weight, and the chances of a ruling must
    sum to 1 at most.
    """
    findings, names = [], (*known.numbers, *known.others)
    for name, value in changes.items():
        path = (*base, name)
        if name in known.numbers:
            domain = known.numbers[name][1].limits
            if not _is_number(value, domain) or not domain.holds(float(value)):
                hint = "write one number within these limits"
                findings.append(Finding(path, show(value), domain.words, hint))
        elif name not in known.others:
            found, sought = f"unknown field {show(name)}", Sought(name, names)
            allowed = "a number of the pack, or a field that can be changed"
            hint = "name a field as actors.us.war_cost"
            findings.append(Finding(path, found, allowed, hint, on_key=True, sought=sought))
        # A number that nothing reads, as a dispute decides it.
        switch = IN_DISPUTE.get(name, ())
        if switch and changes.get(dotted(switch), value_at(tree, switch)) is True:
            allowed = f"nothing while {dotted(switch)} is true, which decides it"
            hint = f"set {dotted(switch)} = false with it"
            findings.append(Finding(path, show(value), allowed, hint))
    felt = {name: value for name, value in changes.items() if name in known.others}
    if not findings:
        ends = (*WEIGHTS, *CHANCES)
        felt |= {name: value for name, value in changes.items() if name.endswith(ends)}
    consequences = _consequences(tree, felt, known, base)
    return [(False, one) for one in findings] + [(True, one) for one in consequences]


def _is_number(value: Change, domain: Domain) -> TypeGuard[float]:
    if isinstance(value, bool):
        return domain.whole
    # A whole number of a pack may be longer than any number that is calculated with.
    fits = not isinstance(value, int) or abs(value) <= sys.float_info.max
    return fits and isinstance(value, (int, float))


def _consequences(tree: Tree, changes: Changes, known: Targets, base: KeyPath) -> list[Finding]:
    if not changes:
        return []
    changed = apply(tree, changes, known)
    refit = fit(changed)
    findings = list(refit.findings)
    if refit.model is not None:
        rules = [*structure_findings(refit.model)]
        if any(name.endswith(WEIGHTS) for name in changes):
            rules += weight_findings(refit.model, quantities(refit.model))
        if any(name.endswith(CHANCES) for name in changes):
            rules += chance_findings(refit.model, quantities(refit.model))
        findings += [finding for finding in rules if not refit.is_spoiled(finding.path)]
    attributed = []
    for finding in findings:
        # A fault where one of the changes is made is of that one, any other of the first.
        at = [name for name in changes if finding.path[: len(known.path(name))] == known.path(name)]
        found = finding.found if at else f"{dotted(finding.path)} is then {finding.found}"
        path = (*base, *(at or list(changes))[:1])
        attributed.append(finding._replace(path=path, found=found, on_key=False))
    return attributed


def apply(tree: Tree, changes: Changes, known: Targets) -> Tree:
    """Return the tables of a crisis with changes applied: numbers fixed, other fields set."""
    changed = tree
    for name, value in changes.items():
        is_number = name in known.numbers
        new = {"value": float(value), "assumed": "set for this run"} if is_number else value  # type: ignore[arg-type]
        changed = with_value(changed, known.path(name), new)
    return changed


def trial_findings(tree: Tree, model: Model, known: Targets) -> Iterator[tuple[bool, Finding]]:
    """Yield the findings on changes in tests, each with whether it is a consequence."""
    tests = (
        (("hypotheses", key, "tests", place), trial)
        for key, hypothesis in model.hypotheses.items()
        for place, trial in enumerate(hypothesis.tests)
    )
    for path, trial in tests:
        steps: list[tuple[KeyPath, Changes]] = [
            ((key, n), step)
            for key in ("steps", "others")
            for n, step in enumerate(getattr(trial, key))
        ]
        # Several steps may meet the same fault; names that are near it are not compared.
        found = {}
        for where, step in steps or [(("hold",), trial.hold)]:
            base: KeyPath = (*path, *where)
            for is_consequence, one in change_findings(tree, known, {**trial.hold, **step}, base):
                name = one.path[len(base) :]
                is_held = bool(name) and name[0] not in step
                finding = one._replace(path=(*path, "hold", *name)) if is_held else one
                found[finding.path, finding.found] = is_consequence, finding
        yield from found.values()


def parse_setting(text: str) -> tuple[str, Change]:
    """Return the field and the value of a setting such as `venue.publicity=0.2`.

    A value is written as in a pack; a text of letters and digits needs no quotes. Raises
    `DetenteError` if the text is not a setting.
    """
    name, equals, written = (piece.strip() for piece in text.partition("="))
    parsed = parse(f"value = {written}") if equals else {}
    tree = parsed if not isinstance(parsed, Unreadable) and len(parsed) == 1 else {}
    value = written if equals and BARE_TEXT.fullmatch(written) and not tree else tree.get("value")
    if not is_change(value):
        hint = QUOTED
        if isinstance(parsed, Unreadable) and written.endswith("%"):
            hint = parsed.hint
        raise DetenteError("not a setting", where=show(text), hint=hint)
    return name, value


def parse_finite(text: str, *, where: str, hint: str) -> float:
    """Return a text as a number; raise an error if it is not one or not finite."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DetenteError(f"{show(text.strip())} is not a number", where=where, hint=hint)
    return number


def parse_settings(texts: Iterable[str], *, option: str = "") -> dict[str, Change]:
    """Return the values of settings by field; `option` is the flag that gave them, for errors.

    Raises `DetenteError` if one is not a setting, a field is given twice, or a field divides an
    attack.
    """
    changes: dict[str, Change] = {}
    for field, value in map(parse_setting, texts):
        where = f"{option} {field}".strip()
        if field in changes:
            raise DetenteError("given twice", where=where, hint="give each field once")
        if divides_attack(field):
            raise DetenteError(f"not set; use {REFUSED}", where=where, hint=INSTEAD)
        changes[field] = value
    return changes


def as_setting(name: str, value: Change) -> str:
    """Return a change of a field as `--set` reads it in a shell."""
    return shlex.quote(f"{name}={as_written(value)}")


def as_written(value: Change) -> str:
    """Return a change as written in a pack, but without quotes where a text needs none."""
    is_bare = isinstance(value, str) and BARE_TEXT.fullmatch(value)
    return str(value) if is_bare else value_text(value)

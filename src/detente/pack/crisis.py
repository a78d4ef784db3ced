"""Reads a pack, with all its faults, into a crisis that is ready to be played."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.errors import DetenteError, Fault, PackFaults
from detente.evidence.claim import Claim, Source
from detente.evidence.ledger import ledger
from detente.pack import files
from detente.pack.events import event_rules
from detente.pack.files import PackText, advised, in_order, merge, place
from detente.pack.form import Fit, fit
from detente.pack.guard import guard_findings
from detente.pack.model import (
    FORMAT,
    Change,
    Correlation,
    DatedEvent,
    Hypothesis,
    Model,
    Option,
    Ruling,
    as_changes,
)
from detente.pack.number import Finding
from detente.pack.options import Targets, apply, change_findings, targets, trial_findings
from detente.pack.quantity import Quantity
from detente.pack.resolve import quantities
from detente.pack.rules import rule_findings
from detente.pack.toml import KeyPath, Tree
from detente.text import brief, show

HEAD = ("format", "name", "title", "as_of", "actors", "venue")
"""Keys of the main file; if a pack has none of them, that file is missing."""
SETTINGS = "--set"
"""Shown as the file of a fault in a change that no file holds."""
MOST_FAULTS = 500


class WrittenPack(NamedTuple):
    """A pack without faults: its files, their tables as one, and their model."""

    text: PackText
    tree: Tree
    model: Model


class Reading(NamedTuple):
    """The result of reading a pack: its model, if there is one, and all faults."""

    text: PackText
    changes: Mapping[str, Change]
    model: Model | None
    numbers: Mapping[str, Quantity]
    faults: tuple[Fault, ...]
    written: Annotated[WrittenPack | None, "none if the text has faults"] = None
    refused: Annotated[tuple[Fault, ...], "options that a new pack may not have"] = ()

    @property
    def crisis(self) -> "Crisis":
        """Return the crisis that was read.

        Raises `PackFaults` if the text or the changes have faults.
        """
        if self.model is None or self.written is None or self.faults:
            raise PackFaults(self.text.name, self.faults)
        return Crisis(self.model, self.numbers, self.written, MappingProxyType(dict(self.changes)))


def read_crisis(
    text: PackText, changes: Mapping[str, Change], *, was_played: bool = False
) -> Reading:
    """Read a pack, apply changes, and collect every fault.

    `was_played`: the pack belongs to a run and was checked when that began. Its options, events and
    tests are not tried again, which would take most of the time, and options that are refused today
    are no fault, so that older runs can still be read.
    """
    reading = read_files(tuple(text.files.items()), was_played=was_played)
    if reading.refused:
        reading = reading._replace(faults=reading.refused, written=None)
    if reading.written is None:
        return reading._replace(text=text, changes=changes)
    written = reading.written._replace(text=text)
    if not changes:
        return reading._replace(text=text, changes=changes, written=written)
    return change_crisis(written, changes)


@lru_cache(maxsize=16)
def read_files(contents: tuple[tuple[str, bytes], ...], *, was_played: bool = False) -> Reading:
    """Read the files of a pack; results are cached by content.

    The name is left out, since a run holds the same pack under another name.
    """
    text = PackText("", dict(contents))
    merged = merge(text.files)
    stated: Any = merged.tree.get("format")
    is_other = isinstance(stated, int) and not isinstance(stated, bool) and stated != FORMAT
    if len(merged.trees) < len(text.files) or is_other:
        faults = merged.faults
        if is_other:
            why, hint = "which this detente does not read", "write it; check names what it lacks"
            if stated > FORMAT:
                why, hint = "which is newer than this detente", "install a newer detente"
            found = f"format {show(stated)}, {why}"
            finding = Finding(("format",), found, f"format = {FORMAT}", hint)
            faults += tuple(place([finding], merged.trees, text.files))
        return Reading(text, {}, None, MappingProxyType({}), faults)
    if not merged.faults and not merged.tree.keys() & {*HEAD}:
        found = "no file that was read holds the crisis itself"
        allowed = f"a file such as crisis.toml with {', '.join(HEAD)}"
        hint = "to write such files: detente new NAME"
        fault = Fault(min(text.files), 1, 1, "", found, allowed, hint)
        return Reading(text, {}, None, MappingProxyType({}), (fault,))
    tree = merged.tree
    fitted = fit(tree)
    numbers = quantities(fitted.model) if fitted.model else MappingProxyType({})
    findings = _findings(tree, fitted, numbers, was_played=was_played)
    faults = merged.faults + tuple(place(findings[:MOST_FAULTS], merged.trees, text.files))
    guarded = guard_findings(fitted.model, numbers) if fitted.model and not was_played else ()
    refused = tuple(place(fitted.kept([*guarded][:MOST_FAULTS]), merged.trees, text.files))
    if fitted.model is None or faults:
        return Reading(text, {}, fitted.model, numbers, in_order(faults + refused))
    written = WrittenPack(text, tree, fitted.model)
    return Reading(text, {}, fitted.model, numbers, (), written, in_order(refused))


def change_crisis(written: WrittenPack, changes: Mapping[str, Change]) -> Reading:
    """Apply changes to a pack without faults, and collect the faults of the changes."""
    text, tree, model = written
    known, changes = targets(model), as_changes(changes)
    findings = change_findings(tree, known, changes, ())
    if findings:
        faults = []
        for finding in advised(one for _, one in findings):
            field, *words = map(brief, (".".join(map(str, finding.path)), *finding[1:4]))
            faults.append(Fault(SETTINGS, 0, 0, field, *words))
        return Reading(text, changes, model, quantities(model), tuple(faults), written)
    changed = fit(apply(tree, changes, known)).model
    numbers = quantities(changed) if changed else MappingProxyType({})
    return Reading(text, changes, changed, numbers, (), written)


def _findings(
    tree: Tree, fitted: Fit[Model], numbers: Mapping[str, Quantity], *, was_played: bool
) -> list[Finding]:
    findings = list(fitted.findings)
    model = fitted.model
    if model is None:
        return findings
    rules = _without_echoes(list(rule_findings(model, numbers)), fitted)
    if was_played:
        return findings + fitted.kept(rules)
    is_sound = not findings and not rules
    changing: dict[KeyPath, Mapping[str, Change]] = {
        (kind, key, "change"): part.change
        for kind, parts in (("options", model.options), ("events", model.events))
        for key, part in parts.items()
    }
    for key, ruling in model.rulings.items():
        changing["rulings", key, "if_for_challenger"] = ruling.if_for_challenger
        changing["rulings", key, "if_for_defender"] = ruling.if_for_defender
    known = targets(model) if changing or model.hypotheses else Targets({}, {})
    found = list(trial_findings(tree, model, known))
    for path, changes in changing.items():
        found += change_findings(tree, known, changes, path)
    for is_consequence, finding in found:
        # With faults in the pack itself it is not known whose doing the consequences are.
        is_lost = fitted.is_spoiled(tuple(str(finding.path[-1]).split(".")))
        rules += [finding] if is_sound or not (is_consequence or is_lost) else []
    return findings + fitted.kept(rules)


def _without_echoes(rules: list[Finding], fitted: Fit[Model]) -> list[Finding]:
    """Drop findings that only follow from another fault.

    They lean on a value that was replaced: a correlated or tested number, the kind of a test, the
    roles of actors, or as_of.
    """
    kept = []
    for finding in rules:
        is_of_test = finding.path[0] == "hypotheses" and finding.path[2:3] == ("tests",)
        is_lost = is_of_test and fitted.is_spoiled((*finding.path[:4], "kind"))
        if finding.sought is not None and (is_of_test or finding.path[0] == "correlations"):
            is_lost = is_lost or fitted.is_spoiled(tuple(finding.sought.name.split(".")))
        if not is_lost:
            kept.append(finding)
    broken = {"as_of"} if fitted.is_spoiled(("as_of",)) else set()
    if any(path[0] == "actors" and path[2:3] in {(), ("roles",)} for path in fitted.spoiled):
        return [finding for finding in kept if finding.leans_on not in {"roles", *broken}]
    is_headless = any(finding.path == ("actors",) for finding in kept)
    broken |= {"roles"} if is_headless else set()
    return [
        finding for finding in kept if finding.leans_on not in broken or finding.path == ("actors",)
    ]


@dataclass(frozen=True, slots=True, repr=False)
class Crisis(notebook.Shown):
    """A pack without faults.

    `model` is the pack with its changes applied. `numbers` holds every number that the kernel
    reads, defaults and catalogue included, by dotted path. `written` is the pack as written, and
    `changes` what was changed since.
    """

    model: Model
    numbers: Mapping[str, Quantity]
    written: WrittenPack
    changes: Mapping[str, Change] = field(default_factory=dict)

    @property
    def text(self) -> PackText:
        """Return the text of the pack as written."""
        return self.written.text

    @property
    def name(self) -> str:
        """Return the name that the pack gives itself."""
        return self.model.name

    @property
    def title(self) -> str:
        """Return the title, for people."""
        return self.model.title

    @property
    def as_of(self) -> date:
        """Return the as-of date, on which play starts."""
        return self.model.as_of

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the pack as written, without changes."""
        return self.text.digest

    @property
    def files(self) -> Mapping[str, bytes]:
        """Return the pack's files as written."""
        return self.text.files

    @property
    def claims(self) -> Mapping[str, Claim]:
        """Return the claims that numbers rest on."""
        return self.model.claims

    @property
    def sources(self) -> Mapping[str, Source]:
        """Return the documents that claims come from."""
        return self.model.sources

    @property
    def options(self) -> Mapping[str, Option]:
        """Return the steps that can be compared with the crisis as it stands."""
        return self.model.options

    @property
    def events(self) -> Mapping[str, DatedEvent]:
        """Return the events that change the crisis on a known day."""
        return self.model.events

    @property
    def dated(self) -> tuple[DatedEvent | Ruling, ...]:
        """Return events and rulings."""
        return (*self.events.values(), *self.model.rulings.values())

    @property
    def hypotheses(self) -> Mapping[str, Hypothesis]:
        """Return the hypotheses about the crisis."""
        return self.model.hypotheses

    @property
    def sentences(self) -> tuple[Hypothesis | DatedEvent | Ruling, ...]:
        """Return the parts other than numbers that rest on claims: hypotheses, events, rulings."""
        return (*self.hypotheses.values(), *self.dated)

    @property
    def correlations(self) -> tuple[Correlation, ...]:
        """Return the correlations between numbers that no change has fixed."""
        fixed = {path for path, number in self.numbers.items() if number.is_fixed}
        return tuple(pair for pair in self.model.correlations if not fixed & set(pair.of))

    def content(self) -> Any:
        """Return numbers with their reasons, claims and options, as data for JSON."""
        numbers = {}
        for row in ledger(self.numbers.items(), self.claims).rows:
            number = self.numbers[row.field]
            known = {name: getattr(number, name) for name in ("kind", "low", "high", "unit")}
            reasons = {"because": list(row.because), "assumed": row.assumed}
            numbers[row.field] = {**known, "grade": row.grade, **reasons}
        options = {
            key: {
                "title": one.title,
                "says": one.says,
                "change": [{"field": field, "to": to} for field, to in one.change.items()],
            }
            for key, one in self.options.items()
        }
        return {
            "name": self.name,
            "title": self.title,
            "as_of": self.as_of.isoformat(),
            "digest": self.digest,
            "numbers": numbers,
            "claims": {
                key: one.model_dump(mode="json", exclude_none=True)
                for key, one in self.claims.items()
            },
            "options": options,
        }

    def all_of_role(self, role: str) -> tuple[str, ...]:
        """Return the keys of the actors with a role, in the pack's order."""
        return tuple(key for key, actor in self.model.actors.items() if role in actor.roles)

    def of_role(self, role: str) -> str:
        """Return the key of the only actor with a role, such as `challenger`.

        Raises `DetenteError` if several actors have it, or none.
        """
        keys = self.all_of_role(role)
        if len(keys) != 1:
            raise DetenteError(f"{len(keys)} actors have the role {role}", where=self.name)
        return keys[0]

    def with_changes(self, changes: Mapping[str, Change]) -> "Crisis":
        """Return the crisis with some fields changed: numbers fixed, or other fields set.

        Raises `PackFaults` if a field does not exist or cannot take the value.
        """
        return change_crisis(self.written, {**self.changes, **changes}).crisis

    def with_event(self, key: str, event: DatedEvent) -> "Crisis":
        """Return the crisis with one more event in its calendar.

        Raises `DetenteError` if the event's day or one of its changes is not allowed.
        """
        found = change_crisis(self.written, {**self.changes, **event.change}).faults
        if found:
            what = f"{found[0].field}: {found[0].found}; allowed: {found[0].allowed}"
            raise DetenteError(what, where=event.name, hint=found[0].hint)
        model = self.model.model_copy(update={"events": {**self.events, key: event}})
        for fault in event_rules(model):
            if fault.path[1] == key:
                what = f"{fault.found} cannot be changed by an event; use {fault.allowed}"
                raise DetenteError(what, where=event.name, hint=fault.hint)
        return replace(self, model=model)


def load(
    pack: str | Path, *, changes: Mapping[str, Change] | None = None, was_played: bool = False
) -> Crisis:
    """Load a shipped pack by name, or any pack by path; for `was_played` see `read_crisis`.

    Raises `PackFaults` with every fault, or `UnknownPackError` if there is no such pack.
    """
    return read_crisis(files.read(pack), changes or {}, was_played=was_played).crisis


def check(pack: str | Path, *, changes: Mapping[str, Change] | None = None) -> tuple[Fault, ...]:
    """Return every fault of a pack, in the order of its text.

    Raises `UnknownPackError` if there is no such pack, `DetenteError` if it cannot be read.
    """
    return read_crisis(files.read(pack), changes or {}).faults

"""Reads a file of observations made after a crisis's as-of date, with all its faults."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from detente.errors import Faults
from detente.evidence.claim import Day, StandIn, Text, WrittenPart
from detente.pack import files
from detente.pack.crisis import MOST_FAULTS, Crisis
from detente.pack.files import PackText, in_order, merge, place
from detente.pack.form import Root, fit_to
from detente.pack.military import Sign
from detente.pack.model import Model
from detente.pack.number import Finding, Key, Sought
from detente.pack.quantity import Quantity
from detente.pack.resolve import quantities
from detente.pack.rules import number_rules, sign_rules
from detente.pack.toml import KeyPath
from detente.text import show

MOST_OBSERVED = 100
ASK_AGAIN = "put these right and ask again: the rest is reported then"
KINDS = ("sign", "event", "state", "talks_failed")
"""Kinds of observations; each observation is of exactly one kind."""

RUNNING = ("ultimatum", "mobilisation", "standstill", "taking")
"""States of an ongoing dispute that only show when futures are followed day by day."""
State = Literal[("open", "ongoing", "deal", "force", *RUNNING)]  # type: ignore[valid-type]


class Observation(WrittenPart):
    """What was seen: a sign or that it was not there, or where the crisis stood on a day."""

    date: Annotated[Day, Field(description="the day on which it was seen")]
    by: Annotated[Text, Field(description="who says so")]
    source: Annotated[Text, Field(description="where that stands")]
    sign: Annotated[
        Key | None,
        Field(description="the key of a sign of the pack, or of this file"),
        StandIn("key"),
    ] = None
    event: Annotated[
        Text | None,
        Field(
            description="an event that a trace can tell, as `detente update --next --by` names it"
        ),
    ] = None
    seen: Annotated[
        bool | None,
        Field(
            description="whether the sign came with the force that arrived, or whether the event "
            "was seen by that day"
        ),
        StandIn(True),
    ] = None
    state: Annotated[
        State | None,
        Field(
            description="by that day: ongoing (no use of force by decision so far, no deal in "
            "force, and the dispute goes on), open (the same, or the dispute is over without "
            "either), deal (one is in force), force (it has been used by decision), ultimatum "
            "(ongoing, and one of the challenger runs), mobilisation (ongoing, and force that "
            "the challenger has ordered has not arrived), standstill (ongoing, and one holds) or "
            "taking (ongoing, and a share that was taken without shots is held under protest)"
        ),
        StandIn("ongoing"),
    ] = None
    talks_failed: Annotated[
        bool | None, Field(description="whether talks had failed by that day"), StandIn(True)
    ] = None
    same_as: Annotated[
        Key | None,
        Field(
            description="the key of the observation of another sign that is the same report, or of "
            "the same cause, so that both count once"
        ),
        StandIn("key"),
    ] = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that an observation has."""
        return tuple(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def has_come(self) -> tuple[str, bool] | None:
        """Return of what stays once it came whether it had come by that day, if it says that."""
        if self.state is not None:
            return "force", self.state == "force"
        if self.talks_failed is not None:
            return "failed talks", self.talks_failed
        if self.event is not None and self.seen is not None:
            return self.event, self.seen
        return None


class ObservationFile(WrittenPart):
    """A whole file of observations."""

    pack: Annotated[Text, Field(description="the name of the pack that the run was played from")]
    signs: Mapping[Key, Sign] = Field(
        default_factory=dict,
        description="signs that the pack has not, or of which another view is taken, by key",
    )
    observed: Mapping[Key, Observation] = Field(
        default_factory=dict,
        max_length=MOST_OBSERVED,
        description="what was seen after the as-of date, by a key of your own",
    )


class Seen(NamedTuple):
    """An observation and its key in the file."""

    key: str
    observed: Observation


@dataclass(frozen=True)
class Observations:
    """Observations after a crisis's as-of date, in order of days, without faults.

    `signs` are those of the pack, with signs that the file adds or replaces. `numbers` are the
    numbers of the file's signs by dotted path, defaults included.
    """

    name: str
    sha256: str
    signs: Mapping[str, Sign] = field(repr=False)
    numbers: Mapping[str, Quantity] = field(repr=False)
    seen: tuple[Seen, ...]

    @property
    def ended(self) -> tuple[Seen, ...]:
        """Return the observation that ended the crisis, so that no run can begin from it."""
        return tuple(one for one in self.seen if one.observed.state in {"deal", "force"})

    @property
    def needs_days(self) -> bool:
        """Return whether futures must be followed day by day to see which agree."""
        return any(
            one.observed.event is not None or one.observed.state in RUNNING for one in self.seen
        )

    @property
    def is_start(self) -> bool:
        """Return whether a run can begin from these observations."""
        return bool(self.seen) and not self.ended


def nothing_observed(crisis: Crisis) -> Observations:
    """Return empty observations: the signs of the pack, none of them seen."""
    return Observations("", "", crisis.model.signs, {}, ())


def read_observations(path: Path, crisis: Crisis, *, horizon: int) -> Observations:
    """Read the observations on a crisis that was played for `horizon` days.

    Raises `DetenteError` if there is no such file or it cannot be read; `Faults` with every fault
    of its text.
    """
    text, written = read_apart(
        path,
        ObservationFile,
        lambda file: _rules(file, crisis, horizon),
        of="observations",
        hint=ASK_AGAIN,
    )
    content = b"".join(text.files.values())
    numbers = quantities(_with_signs(crisis.model, written.signs))
    own = tuple(f"signs.{key}." for key in written.signs)
    seen = (Seen(key, observation) for key, observation in written.observed.items())
    return Observations(
        name=text.name,
        sha256=hashlib.sha256(content).hexdigest(),
        signs={**crisis.model.signs, **written.signs},
        numbers={field: number for field, number in numbers.items() if field.startswith(own)},
        seen=tuple(sorted(seen, key=lambda one: (one.observed.date, one.key))),
    )


def read_apart(
    path: Path,
    root: type[Root],
    rules: Callable[[Root], Iterator[Finding]],
    *,
    of: str,
    hint: str,
) -> tuple[PackText, Root]:
    """Read a file that belongs to a pack but is kept apart from it: its text and its model.

    `rules` finds faults beyond those of form; `of` says what the file holds.

    Raises `DetenteError` if there is no such file or it cannot be read; `Faults` with every fault
    of its text.
    """
    text = files.read(path)
    merged = merge(text.files)
    faults = merged.faults
    if not faults:
        fitted = fit_to(root, merged.tree)
        findings = list(fitted.findings)
        if fitted.model is not None:
            findings += fitted.kept(rules(fitted.model))
            if not findings:
                return text, fitted.model
        placed = place(findings[:MOST_FAULTS], merged.trees, text.files)
        faults = in_order(placed)
    raise Faults(faults[:MOST_FAULTS], of=of, where=text.name, hint=hint)


def _rules(written: ObservationFile, crisis: Crisis, horizon: int) -> Iterator[Finding]:
    if written.pack != crisis.name:
        hint = "hold it against a run of that pack, or correct the name"
        allowed = f"{crisis.name}, the pack that the run was played from"
        yield Finding(("pack",), show(written.pack), allowed, hint)
    model = _with_signs(crisis.model, written.signs)
    for finding in (*number_rules(model), *sign_rules(model)):
        if finding.path[0] == "signs":
            yield finding
    known = {**crisis.model.signs, **written.signs}
    as_of, last = crisis.as_of, crisis.as_of + timedelta(horizon)
    first: dict[tuple[str, date], str] = {}
    for key, one in written.observed.items():
        path: KeyPath = ("observed", key)
        if one.date <= as_of:
            hint = "what was known by then belongs in the pack"
            allowed = f"a day after {show(as_of)} (as_of)"
            yield Finding((*path, "date"), show(one.date), allowed, hint)
        elif one.date > last:
            hint = "play a new run from a later as-of date"
            allowed = f"{show(last)} or before, to which the run goes"
            yield Finding((*path, "date"), show(one.date), allowed, hint)
        if len(one.kinds) != 1:
            found = " and ".join(one.kinds) if one.kinds else "nothing that was seen"
            hint = "write one observation for each" if one.kinds else "add one"
            yield Finding(path, found, f"one of {', '.join(KINDS)}", hint, on_key=True)
        yield from _sign_rules(one, path, known)
        yield from _same_rules(key, one, written.observed)
        if one.sign is not None and first.setdefault((one.sign, one.date), key) != key:
            other = first[one.sign, one.date]
            found = f"{one.sign} on {show(one.date)}, as in observed.{other}"
            yield Finding(path, found, "each sign once a day", "drop one", on_key=True)
    yield from _order_rules(written.observed)


def _order_rules(observed: Mapping[str, Observation]) -> Iterator[Finding]:
    """Yield each observation that something has not come which had come before, by another."""
    came: dict[str, tuple[date, str]] = {}
    facts = [(one.date, key, *fact) for key, one in observed.items() if (fact := one.has_come)]
    for day, key, what, has_come in sorted(facts, key=lambda fact: (fact[0], not fact[3])):
        if has_come:
            came.setdefault(what, (day, key))
        elif what in came:
            since, other = came[what]
            allowed = f"what agrees with observed.{other}: {what} by {show(since)}"
            hint = "what has come stays; drop one of the two, or correct its date"
            found = f"no {what} by {show(day)}"
            yield Finding(("observed", key), found, allowed, hint, on_key=True)


def _sign_rules(one: Observation, path: KeyPath, known: Mapping[str, Sign]) -> Iterator[Finding]:
    if one.sign is None and one.event is None:
        if one.seen is not None:
            hint, allowed = "drop seen, or add sign or event", "seen only with sign or event"
            yield Finding((*path, "seen"), "seen", allowed, hint, on_key=True)
        return
    if one.seen is None:
        hint, kind = "add seen = true, or seen = false", "event" if one.sign is None else "sign"
        yield Finding(path, "no seen", f"whether the {kind} was seen", hint, on_key=True)
    if one.sign is not None and one.sign not in known:
        allowed = f"the key of a sign: {', '.join(known)}" if known else "no sign: there is none"
        hint, sought = f"add [signs.{one.sign}] to this file", Sought(one.sign, known)
        yield Finding((*path, "sign"), show(one.sign), allowed, hint, sought=sought)


def _same_rules(
    key: str, one: Observation, observed: Mapping[str, Observation]
) -> Iterator[Finding]:
    """Yield the faults of a reference from one observation to another of the same report."""
    if one.same_as is None:
        return
    path, other = ("observed", key, "same_as"), observed.get(one.same_as)
    others = [
        name
        for name, each in observed.items()
        if name != key and each.sign is not None and each.same_as is None
    ]
    if one.sign is None:
        hint = "drop same_as: what is no sign has no weight that could count twice"
        yield Finding(path, show(one.same_as), "same_as only with sign", hint)
    elif not others:
        hint = "drop same_as"
        yield Finding(path, show(one.same_as), "no same_as: no other sign counts itself", hint)
    elif one.same_as not in others:
        allowed = f"the key of a sign that counts itself: {', '.join(others)}"
        hint = "name the one of the two that tells more, and give that one no same_as"
        yield Finding(path, show(one.same_as), allowed, hint, sought=Sought(one.same_as, others))
    elif other is not None and other.seen != one.seen:
        hint = "drop same_as, or correct seen"
        yield Finding(path, show(one.same_as), "one that was seen, or not seen, as this", hint)


def _with_signs(model: Model, signs: Mapping[str, Sign]) -> Model:
    return model.model_copy(update={"signs": signs})

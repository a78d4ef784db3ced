"""Plays a stored run again from its record, and reports whether the results are the same.

`detente replay --json` prints one object, `detente/replay/1`. By name:

- run, options, worlds: what was played again; futures: how many, differing: how many of them
  differ.
- same: nothing that was compared differs. The version and the model are reported but do not count:
  another version that plays the same futures replays the run.
- reason: the likely cause of the difference, empty if there is none.
- checks[]: subject, same, says; in the order version, model, pack, numbers, worlds, futures,
  digest. `same` is null where nothing could be compared.
- first: the first column that differs, in the checksum's order: option, world, future, column,
  stored, played; null if there is none.
- columns[]: with --future every column of it: column, stored, played, same; else empty.

A number that JSON cannot hold is written as text.
"""

import hashlib
import math
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from detente import notebook, provenance
from detente.data import fields_of
from detente.ensemble import advice, store
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.memory import Latest
from detente.ensemble.record import BASE, Record
from detente.ensemble.rule import DecisionRule
from detente.ensemble.run import Address, Run, address_of
from detente.ensemble.runners import Clock, Listener, Stretch, Values, on_threads, warm_up
from detente.ensemble.simulate import stage_of
from detente.ensemble.store import Rows
from detente.ensemble.tables import NotAsExpectedError, UnreadableError, to_values
from detente.ensemble.worlds import grown, read_columns
from detente.errors import DetenteError
from detente.pack import Crisis
from detente.pack import files as packs
from detente.provenance import SHORT

VERSION, MODEL, PACK, NUMBERS = "version", "model", "pack", "numbers"
WORLDS, FUTURES, DIGEST = "worlds", "futures", "digest"
ORDER = (VERSION, MODEL, PACK, NUMBERS, WORLDS, FUTURES, DIGEST)
"""The things compared, in order."""
CIRCUMSTANCES = (VERSION, MODEL)
"""The checks that may explain a difference but are none themselves."""
AHEAD = 2
"""Number of tasks that each thread begins before the first of them is compared."""


StoredStretch: TypeAlias = tuple[str, Rows]
"""An option, and consecutive futures of one of its worlds, as stored."""


class ComparedColumn(NamedTuple):
    """One column of a future, as stored and as played again."""

    name: str
    stored: int | float
    played: int | float
    is_same: bool

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON; a number that JSON cannot hold is text."""
        pair = {"stored": self.stored, "played": self.played}
        written = {name: x if math.isfinite(x) else str(x) for name, x in pair.items()}
        return {"column": self.name, **written, "same": self.is_same}


class Mismatch(NamedTuple):
    """The first column of a future that differs."""

    option: str
    world: int
    future: int
    column: ComparedColumn


class Check(NamedTuple):
    """The result of one comparison; `is_same` is None if it was not possible."""

    subject: str
    is_same: bool | None
    says: str

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"subject": self.subject, "same": self.is_same, "says": self.says}


class Scope(NamedTuple):
    """What is to be played again: the first worlds of some options, or one future of one option."""

    options: tuple[str, ...]
    worlds: int
    future: tuple[int, int] | None
    is_whole: bool


@dataclass(frozen=True, repr=False)
class Replay(notebook.Shown):
    """A run played again, compared with its files."""

    run: Run
    scope: Scope
    checks: tuple[Check, ...]
    futures: int = 0
    differing: int = 0
    first: Mismatch | None = None
    columns: tuple[ComparedColumn, ...] = ()

    @property
    def is_same(self) -> bool:
        """Return whether nothing that was compared differs."""
        return all(
            check.is_same is not False
            for check in self.checks
            if check.subject not in CIRCUMSTANCES
        )

    @property
    def reason(self) -> str:
        """Return the likely cause of the difference; empty if there is none."""
        verdict = {check.subject: check.is_same for check in self.checks}
        if self.is_same:
            reason = ""
        elif not verdict[PACK]:
            reason = "the pack in the run's folder was changed"
        elif verdict[DIGEST]:
            reason = "what was played has the recorded checksum, so the run's files were changed"
        elif not verdict[VERSION]:
            reason = f"most likely the version: the run was made with {_made_with(self.run.record)}"
        elif not verdict[MODEL]:
            reason = "most likely the model: its sources were changed since the run was made"
        elif verdict[FUTURES]:
            reason = "what was played is as stored, so the record or other files were changed"
        else:
            reason = "the run's files were changed, or this machine computes otherwise"
        return reason

    @property
    def verdict(self) -> str:
        """Return the answer as a sentence."""
        if self.is_same:
            return "All that was replayed is identical."
        return f"It differs: {self.reason}."

    def content(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        first: dict[str, Any] | None = None
        if self.first is not None:
            option, world, future, column = self.first
            first = {"option": option, "world": world, "future": future, **column.as_json()}
            del first["same"]  # it never is
        return {
            "schema": "detente/replay/1",
            "run": str(self.run.folder),
            **fields_of(self.scope, "options worlds"),
            **fields_of(self, "futures differing"),
            "same": self.is_same,
            **fields_of(self, "reason checks"),
            "first": first,
            "columns": self.columns,
        }


def replay(  # noqa: PLR0913  what to play again, each with its default
    run: Run,
    *,
    option: str | None = None,
    worlds: int | None = None,
    future: Address | None = None,
    threads: int | None = None,
    rules: Mapping[str, DecisionRule] | None = None,
    progress: Listener | None = None,
) -> Replay:
    """Play a stored run again and compare it with its files; nothing is written.

    `option` plays that option only, `worlds` the first worlds only. `future`, "0:7" or (0, 7),
    plays only that future, of the base unless an option is named. `threads` worlds are played at a
    time, by default the number of processors. `rules` are those of the run, if it has any.

    Raises `DetenteError` if `future` does not have that form, the run has no such option, world or
    future, a file of it is damaged, or it was played with other rules.
    """
    scope = _scope(run, option, worlds, future)
    at_a_time = records.threads_of(threads)
    record, version = run.record, provenance.version_of("detente")
    says = f"detente {version}" if record.package == version else _made_with(record)
    model, here = record.model, provenance.model_digest()
    checks = [
        Check(VERSION, record.package == version, says),
        Check(MODEL, model == here, model[:SHORT] + _unless_same(model, here, "this is")),
        _pack(run),
    ]
    crises = None
    if checks[-1].is_same:
        numbers, crises = _numbers(run)
        checks.append(numbers)
    if crises is None:
        return Replay(run, scope, _with_the_rest(checks, "what it is played from differs"))
    stage = stage_of(run.folder, crises, run.record.settings, rules)
    checks.append(_worlds(run, stage.values[BASE]))
    settings, total = run.record.settings, 1
    if scope.future is None:
        played = sum(min(scope.worlds, settings.worlds_of(one)) for one in scope.options)
        total = played * settings.futures_of_a_world
    found, clock = Findings(), Clock(total, progress)
    # Futures of a world may be in several parts; at most two worlds are played at the same time.
    policies = Latest[tuple[str, int], tuple[Any, Any]](2)

    def play(stretch: StoredStretch, _stop: threading.Event) -> tuple[StoredStretch, Rows]:
        option, rows = stretch
        world, first = int(rows["world"][0]), int(rows["future"][0])
        place = option, world
        encoded, solved = policies.get(place, lambda: stage.solved(*place))
        return stretch, stage.played(encoded, solved, Stretch(world, first, len(rows)))

    def compare(pair: tuple[StoredStretch, Rows]) -> None:
        found.add(*pair)
        clock.report(len(pair[1]))

    try:
        warm_up(stage, scope.options[0], 0, clock)
        on_threads(play, _stored(run, scope), at_a_time, compare, ahead=AHEAD)
    except KeyboardInterrupt as stop:
        stop.add_note(f"nothing was changed; again: detente replay {run.folder_in_command}")
        raise
    checks.append(_futures(found))
    if scope.future is None:
        checks.append(_digest(run, scope, found.whole.hexdigest()))
    columns = () if scope.future is None else found.columns
    done = _with_the_rest(checks, "one course of events was played")
    return Replay(run, scope, done, found.futures, found.differing, found.first, columns)


def _scope(run: Run, option: str | None, worlds: int | None, future: Address | None) -> Scope:
    options = run.options if option is None else (run.known(option),)
    most = max(map(run.record.settings.worlds_of, options))
    if future is not None:
        if worlds is not None:
            hint = "leave one of them out"
            raise DetenteError("--future and --worlds cannot both be asked for", hint=hint)
        return Scope((run.known(option or BASE),), 1, address_of(future), is_whole=False)
    asked = most if worlds is None else worlds
    if not 1 <= asked <= most:
        what = f"worlds is {asked}; use a whole number from 1 to {most}"
        raise DetenteError(what, where=str(run.folder), hint="leave it out to play all")
    return Scope(options, asked, None, is_whole=asked == most)


@dataclass
class Findings:
    """The checksum of the futures played again, and their differences."""

    futures: int = 0
    differing: int = 0
    first: Mismatch | None = None
    columns: tuple[ComparedColumn, ...] = ()
    whole: Any = field(default_factory=hashlib.sha256)

    def add(self, stretch: StoredStretch, played: Rows) -> None:
        """Compare futures, which come in the order of the checksum."""
        option, stored = stretch
        self.whole.update(store.row_bytes(option, played))
        self.futures += len(stored)
        names = stored.dtype.names or ()
        is_other = np.any([~has_same_bits(stored[name], played[name]) for name in names], axis=0)
        self.differing += int(is_other.sum())
        place = int(is_other.argmax())
        self.columns = _columns(stored[place], played[place])
        if self.first is None and is_other.any():
            column = next(column for column in self.columns if not column.is_same)
            world, future = int(stored["world"][place]), int(stored["future"][place])
            self.first = Mismatch(option, world, future, column)


def has_same_bits(stored: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return for each number whether both arrays have the same bits, as for the checksum."""
    kind = f"u{stored.dtype.itemsize}"
    one, two = (np.ascontiguousarray(numbers).view(kind) for numbers in (stored, other))
    return np.asarray(one == two)


def _columns(stored: np.void, played: np.void) -> tuple[ComparedColumn, ...]:
    """Return all columns of a future; numbers have the fewest digits that distinguish them."""
    found = []
    for name in stored.dtype.names or ():
        pair = (stored[name], played[name])
        one, two = (float(str(x)) if isinstance(x, np.floating) else int(x) for x in pair)
        found.append(ComparedColumn(name, one, two, pair[0].tobytes() == pair[1].tobytes()))
    return tuple(found)


def _stored(run: Run, scope: Scope) -> Iterator[StoredStretch]:
    """Yield the stored futures that are to be played again, in the order of the checksum."""
    if scope.future is not None:
        yield scope.options[0], np.array([run.row(*scope.future, scope.options[0])])
        return
    for option in sorted(scope.options, key=str.encode):
        for rows in store.in_order(run.parts(option), lambda part: run.read_part(part)[0]):
            if rows["world"][0] >= scope.worlds:
                break  # parts of later worlds are not read
            within = rows[rows["world"] < scope.worlds]
            begins = np.flatnonzero(np.diff(within["world"])) + 1
            yield from ((option, some) for some in np.split(within, begins))


def _with_the_rest(checks: list[Check], why: str) -> tuple[Check, ...]:
    """Add the comparisons that were not possible."""
    return (*checks, *(Check(subject, None, why) for subject in ORDER[len(checks) :]))


def _made_with(record: Record) -> str:
    return f"detente {record.package}, and this is {provenance.version_of('detente')}"


def _unless_same(recorded: str, here: str, word: str) -> str:
    return "" if recorded == here else f" in the record, {word} {here[:SHORT]}"


def _pack(run: Run) -> Check:
    record = run.record
    try:
        text = packs.read(run.folder / folders.PACK)
    except DetenteError as fault:
        return Check(PACK, False, fault.what)
    strays = sorted(set(record.files) ^ set(text.files))
    if strays:
        place = "is missing" if strays[0] in record.files else "was added"
        return Check(PACK, False, f"{strays[0]} {place} in the run's folder")
    says = record.pack[:SHORT] + _unless_same(record.pack, text.digest, "in the folder lies")
    return Check(PACK, record.pack == text.digest, says)


def _numbers(run: Run) -> tuple[Check, Mapping[str, Crisis] | None]:
    """Compare the numbers that the run stored with those that this version reads from its pack."""
    try:
        crises = run.crises
    except DetenteError as fault:
        return Check(NUMBERS, False, fault.what), None
    try:
        stored = folders.digest_of_resolved(run.folder)
    except (OSError, NotAsExpectedError) as fault:
        raise _damaged(run, run.folder / folders.RESOLVED, fault) from fault
    count = len(crises[BASE].numbers)
    if stored != run.record.resolved:
        says = f"{folders.RESOLVED} is not as it was written; the pack gives the recorded numbers"
        return Check(NUMBERS, False, says), crises
    return Check(NUMBERS, True, f"{count:,} numbers of the pack"), crises


def _damaged(run: Run, path: Path, fault: Exception) -> DetenteError:
    hint = advice.how_to_repair(run.folder, run.record)
    says = str(fault)
    if isinstance(fault, OSError):
        says = f"cannot be read: {fault.strerror or fault}"
    return DetenteError(says, where=str(path), hint=hint)


def _worlds(run: Run, drawn: Values) -> Check:
    count = run.record.settings.worlds
    columns = {"world": np.arange(count, dtype=np.int32), **drawn}
    stored = _read_worlds(run, list(columns))
    if stored is None:
        return Check(WORLDS, False, f"{folders.WORLDS} has other rows or columns")
    for path, again in columns.items():
        if stored[path].null_count:
            return Check(WORLDS, False, f"{path} is missing in some sets of assumptions")
        held = to_values(stored[path])
        if held.dtype != again.dtype:
            return Check(WORLDS, False, f"{path} is stored as {held.dtype}")
        otherwise = np.flatnonzero(~has_same_bits(held, again))
        if len(otherwise):
            world = otherwise[0]
            says = f"{path}, set of assumptions {world}: stored {held[world]}, drawn {again[world]}"
            return Check(WORLDS, False, says)
    return Check(WORLDS, True, f"{count:,} sets of assumptions drawn again")


def _read_worlds(run: Run, columns: list[str]) -> pa.Table | None:
    """Return the stored worlds, or None if they are not those of the record."""
    path, count = run.folder / folders.WORLDS, run.record.settings.worlds
    for worlds in (count, *(record.settings.worlds for record in grown(run.folder, run.record))):
        try:
            return read_columns(path, columns, worlds).slice(0, count)
        except (OSError, UnreadableError) as fault:
            raise _damaged(run, path, fault) from fault
        except NotAsExpectedError:
            continue
    return None


def _futures(found: Findings) -> Check:
    if found.first is None:
        played = "course" if found.futures == 1 else "courses"
        return Check(FUTURES, True, f"{found.futures:,} {played} of events played again")
    option, world, future, column = found.first
    says = (
        f"{found.differing:,} of {found.futures:,} played again; the first: option {option}, "
        f"course of events {world}:{future}, {column.name}: stored {column.stored}, "
        f"played {column.played}"
    )
    return Check(FUTURES, False, says)


def _digest(run: Run, scope: Scope, played: str) -> Check:
    if not scope.is_whole:
        most = max(map(run.record.settings.worlds_of, scope.options))
        return Check(DIGEST, None, f"{scope.worlds:,} of {most:,} sets of assumptions were played")
    is_all = scope.options == run.options
    recorded = run.digest if is_all else run.record.options[scope.options[0]].digest or ""
    says = recorded[:SHORT] + _unless_same(recorded, played, "played again")
    return Check(DIGEST, recorded == played, says)

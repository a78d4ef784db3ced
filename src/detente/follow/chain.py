"""Files of a followed crisis, each sealed with a checksum that includes the seal of the one before.

A folder has `NNNN-DATE.json` for each registration of forecasts, `NNNN-QUESTION.json` for each
resolution of a question, and `packs/NNNN`, the pack of each registration. The seal of a file is the
SHA-256 of its content, which names the seal of the file before. Whoever has noted the last seal,
the head, can detect that any file was changed or removed.
"""

import hashlib
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from detente.ensemble import folder as folders
from detente.ensemble.record import BASE, SEAL, Plain, as_bytes, digest_of, sealed
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.errors import DetenteError, on_disk
from detente.evidence.claim import Day, StandIn, Text, WrittenPart, as_tuple
from detente.pack.number import Key

NAME = re.compile(r"[0-9]{4,9}-[A-Za-z0-9_-]+\.json")
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""Exceptions raised by a file that does not have the format of a chain."""
PACKS = "packs"
LONGEST_ENTRY = 1 << 22
"""Upper limit on the size of a file of a chain [bytes]."""
START = ""
"""The first file's entry for the seal of the file before."""


Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Texts: TypeAlias = Annotated[
    tuple[Text, ...],
    # Accept a text, or a list from JSON, as a tuple.
    BeforeValidator(
        lambda value: tuple(value) if isinstance(value, list) else as_tuple(value),
        json_schema_input_type=Text | tuple[Text, ...],
    ),
]
Probability: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Result: TypeAlias = Literal["happened", "did_not", "void"]
WrittenOn: TypeAlias = Annotated[
    Day | None, Field(description="day of writing (UTC); files of earlier versions have none")
]


class AskedQuestion(WrittenPart):
    """A question that can be resolved: the event, and the rule and the source that decide."""

    outcome: Annotated[Text, Field(description="an outcome or an ending"), StandIn("any_war")]
    by: Annotated[Day, Field(description="the last day on which it counts")]
    given: Annotated[
        Texts, Field(description="conditions as `ask` takes them; void where they do not hold")
    ] = ()
    option: Annotated[Text, Field(description="the option whose futures are counted")] = BASE
    rule: Annotated[Text, Field(description="in words, when the answer is yes")]
    source: Annotated[Text, Field(description="what decides")]
    base: Annotated[
        float | None,
        Field(gt=0, lt=1, description="base rate that forecasts are compared with"),
        StandIn(0.5),
    ] = None
    base_source: Annotated[Text | None, Field(description="where the base rate comes from")] = None


class SealedMove(WrittenPart):
    """The difference between a share and the one registered before."""

    since: Day
    difference: float
    low: float
    high: float
    paired: bool
    reason: Annotated[str, Field(description="why futures are not compared one by one")]


class SealedForecast(WrittenPart):
    """A share by a date, as `ask` gives it, and the base rate on that day."""

    share: Probability
    low: Probability
    high: Probability
    spread_low: Probability
    spread_high: Probability
    futures: Annotated[int, Field(ge=1)]
    worlds: Annotated[int, Field(ge=1)]
    base: Annotated[float, Field(gt=0, lt=1)] | None
    base_source: str | None
    moved: SealedMove | None


class Observed(WrittenPart):
    """An observation since the registration before."""

    key: str
    date: Day
    says: str
    by: str
    source: str


class NumberChange(WrittenPart):
    """A number that differs from the pack before, in words."""

    field: str
    before: str | None
    after: str | None


class Differing(WrittenPart):
    """Differences between the inputs of a registration and of the one before."""

    numbers: tuple[NumberChange, ...]
    others: Mapping[str, int]
    settings: Mapping[str, tuple[str, str]]
    same_model: bool
    unread: Annotated[str, Field(description="why the pack before is not compared")]


class Basis(WrittenPart):
    """The pack and the run of a registration."""

    name: str
    title: str
    parties: Mapping[str, str]
    as_of: Day
    pack: Digest
    files: Annotated[Mapping[str, Digest], Field(description="of the pack that is kept")]
    changes: Mapping[str, Plain]
    run: Annotated[str, Field(description="where it was, from the folder")]
    digest: Digest
    model: Digest
    package: str


class Registration(WrittenPart):
    """Forecasts of one date."""

    kind: Literal["registration"] = "registration"
    number: Annotated[int, Field(ge=1)]
    before: str
    date: Day
    written: WrittenOn = None
    basis: Basis
    questions: Mapping[Key, AskedQuestion]
    forecasts: Mapping[Key, SealedForecast]
    left_out: Annotated[Mapping[Key, str], Field(description="open, not asked, and why")]
    observed: tuple[Observed, ...]
    differs: Differing | None

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"{self.number:04}-{self.date}.json"

    @property
    def claimed(self) -> Day:
        """Return the day stated as that of the registration."""
        return self.date

    @property
    def kept(self) -> str:
        """Return the path of its pack, relative to the folder."""
        return f"{PACKS}/{self.number:04}"


class Resolution(WrittenPart):
    """The result of a question, with its source."""

    kind: Literal["resolution"] = "resolution"
    number: Annotated[int, Field(ge=1)]
    before: str
    question: Key
    result: Result
    on: Day
    written: WrittenOn = None
    source: Text
    by: Text

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"{self.number:04}-{self.question}.json"

    @property
    def claimed(self) -> Day:
        """Return the day stated as that of the result."""
        return self.on


Entry: TypeAlias = Annotated[Registration | Resolution, Field(discriminator="kind")]
ENTRY: TypeAdapter[Registration | Resolution] = TypeAdapter(Entry)


class ChainFault(NamedTuple):
    """A file of a chain that differs from what was written."""

    file: str
    found: str


class Sealed(NamedTuple):
    """A file as read, with its seals."""

    name: str
    seal: str
    before: str
    entry: Registration | Resolution | None


class Chain(NamedTuple):
    """All files of a folder in order, with their faults."""

    folder: Path
    files: tuple[Sealed, ...]
    faults: tuple[ChainFault, ...]

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """Return the registrations in order."""
        return tuple(one.entry for one in self.files if isinstance(one.entry, Registration))

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """Return the resolutions in order."""
        return tuple(one.entry for one in self.files if isinstance(one.entry, Resolution))

    @property
    def misdated(self) -> tuple[Registration | Resolution, ...]:
        """Return the entries that state another day than the one on which they were written."""
        entries = (one.entry for one in self.files if one.entry is not None)
        return tuple(one for one in entries if one.written not in {None, one.claimed})

    @property
    def undated(self) -> int:
        """Return the number of files without a day of writing."""
        return sum(one.entry is not None and one.entry.written is None for one in self.files)

    @property
    def head(self) -> str:
        """Return the seal of the last file."""
        return self.files[-1].seal if self.files else START

    def sound(self) -> "Chain":
        """Return the chain if it has no faults; raise `DetenteError` otherwise."""
        for fault in self.faults:
            where = str(self.folder / fault.file)
            hint = f"detente track verify {shlex.quote(str(self.folder))} names every such file"
            raise DetenteError(fault.found, where=where, hint=hint)
        return self


def read_chain(folder: Path) -> Chain:
    """Return all files of a folder, with their faults.

    Raises `DetenteError` if the folder cannot be read.
    """
    with on_disk("the folder cannot be read", where=folder, hint="check the path"):
        names = sorted(one.name for one in folder.iterdir()) if folder.exists() else []
    by_number: dict[int, list[str]] = {}
    for name in filter(NAME.fullmatch, names):
        by_number.setdefault(_number(name), []).append(name)
    files: list[Sealed] = []
    faults: list[ChainFault] = []
    for number in range(1, max(by_number, default=0) + 1):
        named = by_number.get(number, [])
        if not named:
            faults.append(ChainFault(f"{number:04}-*.json", "the file is missing"))
        files += [_read(folder, name, faults.append) for name in named[:1]]
        faults += [ChainFault(name, f"has the number of {named[0]}") for name in named[1:]]
    if files and files[0].entry is not None and files[0].before != START:
        faults.append(ChainFault(files[0].name, "a file before it is missing"))
    for one, after in pairwise(files):
        # Gaps are reported above; an unreadable file says nothing about its neighbours.
        is_next = _number(after.name) == _number(one.name) + 1
        if is_next and one.seal and after.seal and after.before != one.seal:
            found = f"the file was replaced: {after.name} records another seal for it"
            faults.append(ChainFault(one.name, found))
    for one in files:
        if isinstance(one.entry, Registration):
            faults += _packs(folder, one.entry)
    return Chain(folder, tuple(files), tuple(faults))


def _number(name: str) -> int:
    return int(name.partition("-")[0])


def _read(folder: Path, name: str, report: Callable[[ChainFault], None]) -> Sealed:
    """Return a file; its faults are reported."""
    try:
        content = json.loads(read_within(folder / name, LONGEST_ENTRY))
        seal, before = str(content.pop(SEAL)), str(content["before"])
        is_sealed = digest_of(content) == seal
    except (NotAsExpectedError, OSError, *MALFORMED):
        report(ChainFault(name, "the file was changed: it cannot be read"))
        return Sealed(name, "", "", None)
    if not is_sealed:
        report(ChainFault(name, "the file was changed: its seal is of another content"))
        return Sealed(name, seal, before, None)
    try:
        entry = ENTRY.validate_json(as_bytes(content))
    except ValidationError:
        report(ChainFault(name, "another version of detente wrote the file"))
        return Sealed(name, seal, before, None)
    if entry.name != name:
        report(ChainFault(name, f"the file was renamed: it was {entry.name}"))
    return Sealed(name, seal, before, entry)


def _packs(folder: Path, entry: Registration) -> Iterator[ChainFault]:
    """Yield the files of a stored pack that differ from the registered ones."""
    kept = folder / entry.kept
    present = {path.name for path in kept.glob("*.toml") if path.is_file()}
    for name, digest in entry.basis.files.items():
        if name not in present:
            yield ChainFault(f"{entry.kept}/{name}", "the file is missing")
        elif hashlib.sha256((kept / name).read_bytes()).hexdigest() != digest:
            yield ChainFault(f"{entry.kept}/{name}", "the file was changed")
    for name in sorted(present - set(entry.basis.files)):
        yield ChainFault(f"{entry.kept}/{name}", "the file was added")


def append(folder: Path, entry: Registration | Resolution) -> None:
    """Write a file after the last one, completely or not at all.

    Raises `DetenteError` if it cannot be written.
    """
    content: dict[str, Any] = entry.model_dump(mode="json")
    folders.write(folder / entry.name, sealed(content))

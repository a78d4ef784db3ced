"""The record of a run: what was asked, of which pack, with which program, and its checksums."""

import hashlib
import json
import os
import platform
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from detente import provenance
from detente.disk import write_whole
from detente.ensemble.store import plan
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.errors import DetenteError
from detente.kernel.limits import LONGEST_HORIZON
from detente.pack import Change
from detente.pack.files import MOST_FILES
from detente.text import in_sentence

FILE = "record.json"
GROWING = "growing.json"
"""The new record of a run that is being extended; the old one stays until that is finished."""
SCHEMA: Final = "detente/record/5"
SEAL = "seal"
"""The key of a record's checksum, which shows that it was not changed."""
PLAY_AGAIN = "play the run's pack again: detente run RUN/pack (a bundle is unpacked first)"
"""Advice for a record that cannot be used."""
OTHERS = f"read it with that version, or {PLAY_AGAIN}"
DAMAGED = "the record was changed or is damaged"
SCHEMAS = re.compile(r"detente/record/[0-9]{1,9}")
"""Schemas of any version."""
BASE = "base"
"""The option that is the crisis as written in its pack."""
LONGEST_RECORD = 1 << 20
"""Maximum size of a record [bytes]."""
MOST_PARTS = 300_000
"""Maximum number of a run's files, as their list must fit into memory."""
MOST_TIMES = 100
"""Maximum number of times that a run can be extended."""


def _read_by(reader: Callable[[str], object]) -> Callable[[str], str]:
    """Return a validator that accepts a text that `reader` can parse."""

    def check(text: str) -> str:
        reader(text)
        return text

    return check


Grid: TypeAlias = Literal["tiny", "coarse", "normal", "fine"]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName: TypeAlias = Annotated[
    str, Field(pattern=r"^[^./\\\x00-\x1f][^/\\\x00-\x1f]*$", max_length=255)
]
"""The name of a file of the pack, without a folder."""
Day: TypeAlias = Annotated[str, AfterValidator(_read_by(date.fromisoformat))]
"""A day, such as 2026-02-06."""
Moment: TypeAlias = Annotated[str, AfterValidator(_read_by(datetime.fromisoformat))]
"""A time, such as 2026-02-06T09:30:00Z."""
Count: TypeAlias = Annotated[int, Field(ge=0, lt=2**63)]
Plain: TypeAlias = bool | int | float | str | tuple[str, ...]
"""The new value of one field, as in JSON; a list becomes a tuple."""
Role: TypeAlias = Literal["challenger", "defender"]
ROLES: tuple[Role, ...] = ("challenger", "defender")
"""The sides that follow a policy or a user's own rule."""


def _with(*names: str) -> AfterValidator:
    """Return a validator that requires some keys of a table."""

    def check(table: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in names if name not in table]
        if missing:
            raise ValueError(f"it lacks {missing[0]}")
        return table

    return AfterValidator(check)


SOLVER = _with("nodes", "evaluations", "rows", "folded_rows", "exploitability")
PARTIES = _with("challenger", "defender", "ally")
EVIDENCE = _with("numbers", "claims", "calibrated", "assumed", "general")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RuleRecord(_Frozen):
    """A user's own rule: its name and the checksum of its sources."""

    # The length is not in the pattern: counting letters of any script would take 18 MiB.
    name: Annotated[str, Field(pattern=r"^\w+$", max_length=200)]
    digest: Digest


class Settings(_Frozen):
    """The settings of a run."""

    futures: Annotated[int, Field(ge=1, le=2_000_000_000)] = 51_200
    worlds: Annotated[int, Field(ge=1, le=999_999)] = 128
    option_worlds: Annotated[int, Field(ge=1, le=999_999)] | None = None
    """Maximum number of worlds in which options are played; None, as in older runs, for all."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    grid: Grid = "normal"
    horizon: Annotated[int, Field(ge=1, le=LONGEST_HORIZON)] = 365
    chunk: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    threads: Annotated[int, Field(ge=1, le=1024)] = 1
    options: tuple[Name, ...] = (BASE,)
    changes: dict[str, Plain] = {}
    rules: dict[Role, RuleRecord] = {}

    @property
    def futures_of_a_world(self) -> int:
        """Return the futures of each world: the total divided by the worlds, rounded up."""
        return -(-self.futures // self.worlds)

    @property
    def played(self) -> int:
        """Return the number of futures of the base."""
        return self.futures_of_a_world * self.worlds

    @property
    def played_in_all(self) -> int:
        """Return the number of futures of the base and all options."""
        return sum(map(self.played_of, self.options))

    @property
    def shared_worlds(self) -> int:
        """Return the number of worlds that the base and all options share: the first ones."""
        return min(map(self.worlds_of, self.options))

    def worlds_of(self, option: str) -> int:
        """Return the number of worlds in which an option is played, the first ones."""
        return _worlds_of(option, self.worlds, self.option_worlds)

    def played_of(self, option: str) -> int:
        """Return the number of futures of an option."""
        return self.futures_of_a_world * self.worlds_of(option)


def _worlds_of(option: str, worlds: int, option_worlds: int | None) -> int:
    return worlds if option == BASE or option_worlds is None else min(worlds, option_worlds)


class Size(_Frozen):
    """The size of a run before it was extended."""

    worlds: Annotated[int, Field(ge=1)]
    futures: Annotated[int, Field(ge=1, description="futures of each world")]
    option_worlds: Annotated[int, Field(ge=1)] | None = None


class Environment(_Frozen):
    """The machine and the programs that made a run."""

    python: str
    numpy: str
    numba: str
    platform: str


class OptionRecord(_Frozen):
    """What the record says about one option."""

    title: str = ""
    change: dict[str, Plain] = {}
    resolved: Digest
    identity: Annotated[Digest, "of all that determines its futures; it seals their files"]
    digest: Digest | None = None


class Completion(_Frozen):
    """The part of a record that is added when the run finishes."""

    finished: Moment
    digest: Digest
    seconds: Annotated[float, Field(ge=0)]
    solver: Annotated[dict[str, Annotated[float, Field(ge=0)]], SOLVER]
    visited: Count
    unsettled: Count
    violations: Count


class Record(_Frozen):
    """Everything that is needed to play a run again and to check that the results are the same."""

    format: Literal["detente/record/5"] = Field(alias="schema", serialization_alias="schema")
    name: str
    source: str
    title: str
    as_of: Day
    parties: Annotated[dict[str, str], PARTIES]
    call: str
    settings: Settings
    grown_from: Annotated[tuple[Size, ...], Field(max_length=MOST_TIMES)] = ()
    pack: Digest
    files: Annotated[tuple[FileName, ...], Field(max_length=MOST_FILES)]
    resolved: Digest
    options: dict[Name, OptionRecord]
    evidence: Annotated[dict[str, Count], EVIDENCE]
    package: str
    model: Digest
    commit: Annotated[str, Field(pattern=rf"^({provenance.COMMIT.pattern})?$")] = ""
    environment: Environment
    started: Moment
    limits: tuple[str, ...]
    outcome: Completion | None = None

    @field_validator("grown_from")
    @classmethod
    def _only_grows(cls, before: tuple[Size, ...], read: ValidationInfo) -> tuple[Size, ...]:
        if "settings" in read.data:
            settings = read.data["settings"]
            sizes = (_sizes(before, settings, option) for option in settings.options)
            steps = (step for option_sizes in sizes for step in pairwise(option_sizes))
            if any(more < less for step in steps for less, more in zip(*step, strict=True)):
                raise ValueError("a run only grows")
        return before

    @field_validator("options")
    @classmethod
    def _are_those_asked_for(
        cls, options: dict[Name, OptionRecord], read: ValidationInfo
    ) -> dict[Name, OptionRecord]:
        if "settings" in read.data:
            asked = read.data["settings"].options
            if set(asked) != set(options) or BASE not in asked:
                raise ValueError("they are not those of the settings")
        return options

    @property
    def called(self) -> dict[str, str]:
        """Return the names of the parties as written within a sentence, by role."""
        return {role: in_sentence(name) for role, name in self.parties.items()}

    @property
    def start(self) -> date:
        """Return the as-of date, which is day 0."""
        return date.fromisoformat(self.as_of)

    @property
    def is_own_model(self) -> bool:
        """Return whether this version of the model made the run."""
        return self.model == provenance.model_digest()

    @property
    def is_playable(self) -> bool:
        """Return whether its worlds can be played again: by this model, and without own rules."""
        return self.is_own_model and not self.settings.rules

    def date_of(self, day: int) -> date:
        """Return the date of a day of its futures."""
        return self.start + timedelta(day)

    def sizes_of(self, option: str) -> list[tuple[int, int]]:
        """Return an option's worlds, and futures of each, at the start and after each extension."""
        return _sizes(self.grown_from, self.settings, option)

    def write(self, folder: Path, name: str = FILE) -> None:
        """Store the record in the run's folder."""
        write_whole(folder / name, sealed(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """Return the record as stored, without its checksum."""
        return self.model_dump(mode="json", by_alias=True)


def _sizes(before: tuple[Size, ...], settings: Settings, option: str) -> list[tuple[int, int]]:
    earlier = [
        (_worlds_of(option, size.worlds, size.option_worlds), size.futures) for size in before
    ]
    return [*earlier, (settings.worlds_of(option), settings.futures_of_a_world)]


def settle(**asked: Any) -> Settings:
    """Check and return the settings of a run.

    Raises `DetenteError` if a setting is out of its bounds.
    """
    try:
        settings = Settings(**asked)
    except ValidationError as fault:
        first = fault.errors()[0]
        field = str(first["loc"][0])
        what = f"{field} is {first['input']!r}; use {_allowed(field)}"
        raise DetenteError(what, where=field) from fault
    refuse_many_parts((), settings, "chunk")
    return settings


def read(folder: Path) -> Record:
    """Read the record of a run.

    Raises `DetenteError` if the folder has no run, or its record cannot be read.
    """
    path = folder / FILE
    try:
        content = read_within(path, LONGEST_RECORD)
    except NotAsExpectedError:
        raise DetenteError("the record is too large", where=str(path), hint=PLAY_AGAIN) from None
    except FileNotFoundError:
        raise DetenteError(
            "no run lies here", where=str(folder), hint="to see the runs in ./runs: detente list"
        ) from None
    except OSError as fault:
        says = fault.strerror or str(fault)
        hint = "check the path or address, and what you may read there"
        raise DetenteError(
            f"the record cannot be read: {says}", where=str(path), hint=hint
        ) from fault
    return parse(content, str(path))


def parse(text: bytes, where: str) -> Record:
    """Parse and check a record.

    Raises `DetenteError` if the text is no record, was changed, or is of another version of
    detente.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise DetenteError(
            f"the record cannot be read: {fault}", where=where, hint=PLAY_AGAIN
        ) from fault
    found = content.get("schema") if isinstance(content, dict) else None
    if not (isinstance(found, str) and SCHEMAS.fullmatch(found)):
        raise DetenteError("this is not the record of a run", where=where, hint=PLAY_AGAIN)
    what = "the record is of another version of detente"
    if found != SCHEMA:
        says = f"its schema is {found}"
        raise of_another(_maker(content), where=where, what=what, says=says, hint=OTHERS)
    seal = content.pop(SEAL, None)
    try:
        is_as_written = seal == digest_of(content)
    except (UnicodeEncodeError, RecursionError):  # it cannot be sealed
        is_as_written = False
    if not is_as_written:
        raise DetenteError(f"{DAMAGED}: it is not as it was written", where=where, hint=PLAY_AGAIN)
    try:
        record = Record.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        says = f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
        maker = _maker(content)
        if maker == provenance.this():
            raise DetenteError(f"{DAMAGED}: {says}", where=where, hint=PLAY_AGAIN) from fault
        raise of_another(maker, where=where, what=what, says=says, hint=OTHERS) from fault
    refuse_many_parts(record.grown_from, record.settings, where)
    return record


def _maker(content: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the version, model and commit that a record names, even if it is not valid."""
    package, model, commit = (str(content.get(key, "")) for key in ("package", "model", "commit"))
    return package, model, commit


def of_another(
    made: tuple[str, str, str], *, where: str, what: str, hint: str, says: str = ""
) -> DetenteError:
    """Return the error for a run of another version, with that version and this one.

    `made` is its version, the checksum of its model and its commit; `says` is how that was noticed.
    """
    them, us = provenance.describe(*made), provenance.describe(*provenance.this())
    shown = f": {says}" if says else ""
    return DetenteError(f"{what} ({them}); this is {us}{shown}", where=where, hint=hint)


def refuse_many_parts(before: tuple[Size, ...], settings: Settings, where: str) -> None:
    """Raise `DetenteError` for settings with which the run would have too many files."""
    parts = (
        part
        for option in settings.options
        for part in plan(option, _sizes(before, settings, option), settings.chunk)
    )
    if next(islice(parts, MOST_PARTS, None), None) is not None:
        raise DetenteError(
            f"the run has too many files; at most {MOST_PARTS:,} can be",
            where=where,
            hint="use a larger --chunk, fewer --futures, --worlds, --option-worlds or options",
        )


def environment() -> Environment:
    """Return the environment of this process."""
    return Environment(
        python=platform.python_version(),
        numpy=np.__version__,
        numba=provenance.version_of("numba"),
        platform=f"{platform.system()} {platform.machine()}",
    )


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_of(asked: int | None) -> int:
    """Return the number of threads to use; by default the number of processors.

    Raises `DetenteError` if the number asked for is not allowed.
    """
    return settle(threads=processors() if asked is None else asked).threads


def spell_call(source: str, settings: Settings) -> str:
    """Return the Python call that makes this run again."""
    changes = f", changes={settings.changes!r}" if settings.changes else ""
    options = [option for option in settings.options if option != BASE]
    asked = settings.model_dump(exclude={"options", "changes", "rules"})
    given = ", ".join(f"{key}={value!r}" for key, value in asked.items())
    if settings.rules:
        named = ", ".join(f"{side!r}: {rule.name}" for side, rule in settings.rules.items())
        given += f", rules={{{named}}}"
    return f"detente.simulate(detente.load({source!r}{changes}), options={options!r}, {given})"


def dated(value: Plain) -> Change:
    """Return a change as the pack takes it: a text that is a date becomes a date."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the checksum of a JSON object, which does not depend on its spacing."""
    return hashlib.sha256(as_bytes(content)).hexdigest()


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return a JSON object with a checksum that shows whether it was changed."""
    return as_bytes({**content, SEAL: digest_of(content)})


def as_bytes(content: Mapping[str, Any]) -> bytes:
    """Return a JSON object as text, always spelled in the same way."""
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def _allowed(field: str) -> str:
    schema = Settings.model_json_schema()["properties"][field]
    schema = schema.get("anyOf", [schema])[0]
    if "enum" in schema:
        return " or ".join(schema["enum"])
    if "minimum" in schema:
        highest = schema.get("maximum", schema.get("exclusiveMaximum", 0) - 1)
        return f"a whole number from {schema['minimum']} to {highest}"
    return "names of options that the pack has, each of letters, digits, - and _"

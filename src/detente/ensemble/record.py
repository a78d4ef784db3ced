"""The record of a run: what was asked, of which pack, with which program, and what came of it."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from detente.ensemble.store import write_aside
from detente.errors import DetenteError

FILE = "record.json"
SCHEMA: Literal["detente/record/1"] = "detente/record/1"
BASE = "base"
"""The crisis as its pack writes it, without any option."""
LONGEST_RECORD = 1 << 24
"""A larger record is not ours [bytes]."""

Grid: TypeAlias = Literal["tiny", "normal", "fine"]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Plain: TypeAlias = bool | int | float | str
"""The new value of one field, as JSON has it."""
Role: TypeAlias = Literal["challenger", "defender"]
ROLES: tuple[Role, ...] = ("challenger", "defender")
"""The sides that decide by policies, or by a user's own rule."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleRecord(_Frozen):
    """A user's own rule: its name, and the digest of all that it is written of."""

    name: Annotated[str, Field(pattern=r"^\w{1,200}$")]
    digest: Digest


class Settings(_Frozen):
    """What was asked for."""

    futures: Annotated[int, Field(ge=1, le=2_000_000_000)] = 50_000
    worlds: Annotated[int, Field(ge=1, le=999_999)] = 64
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    grid: Grid = "normal"
    horizon: Annotated[int, Field(ge=1, le=3650)] = 365
    chunk: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000
    threads: Annotated[int, Field(ge=1, le=1024)] = 1
    options: tuple[Name, ...] = (BASE,)
    changes: dict[str, Plain] = {}
    rules: dict[Role, RuleRecord] = {}

    @property
    def futures_of_a_world(self) -> int:
        """Return how many futures each world plays: as many as reach the total asked for."""
        return -(-self.futures // self.worlds)

    @property
    def played(self) -> int:
        """Return how many futures of each option are played."""
        return self.futures_of_a_world * self.worlds


class Size(_Frozen):
    """How large a run was before it was extended."""

    worlds: Annotated[int, Field(ge=1)]
    futures: Annotated[int, Field(ge=1, description="futures of each world")]


class Environment(_Frozen):
    """The machine and the programs that a run stood on."""

    python: str
    numpy: str
    numba: str
    platform: str


class OptionRecord(_Frozen):
    """One option as it was played."""

    title: str = ""
    change: dict[str, Plain] = {}
    resolved: Digest
    digest: Digest | None = None


class Outcome(_Frozen):
    """What a finished run adds to its record."""

    finished: str
    digest: Digest
    seconds: float
    solver: dict[str, float]
    visited: int
    unsettled: int
    violations: int


class Record(_Frozen):
    """Everything needed to play a run again, and to know whether it came out the same."""

    format: Literal["detente/record/1"] = Field(alias="schema", serialization_alias="schema")
    name: str
    source: str
    title: str
    as_of: str
    parties: dict[str, str]
    call: str
    settings: Settings
    grown_from: tuple[Size, ...] = ()
    pack: Digest
    files: tuple[str, ...]
    resolved: Digest
    options: dict[Name, OptionRecord]
    evidence: dict[str, int]
    package: str
    model: Digest
    environment: Environment
    started: str
    limits: tuple[str, ...]
    outcome: Outcome | None = None

    @field_validator("grown_from")
    @classmethod
    def _only_grows(cls, before: tuple[Size, ...], read: ValidationInfo) -> tuple[Size, ...]:
        if "settings" in read.data:
            sizes = _sizes(before, read.data["settings"])
            if any(
                more < less for both in pairwise(sizes) for less, more in zip(*both, strict=True)
            ):
                raise ValueError("a run only grows")
        return before

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Return worlds and futures of each, as the run began, as it was extended, as it is."""
        return _sizes(self.grown_from, self.settings)

    def write(self, folder: Path) -> None:
        """Store the record in its run's folder."""
        text = json.dumps(self.as_json(), indent=1, ensure_ascii=False)
        write_aside(folder / FILE, text.encode() + b"\n")

    def as_json(self) -> dict[str, Any]:
        """Return the record as it is stored."""
        return self.model_dump(mode="json", by_alias=True)


def _sizes(before: tuple[Size, ...], settings: Settings) -> list[tuple[int, int]]:
    earlier = [(size.worlds, size.futures) for size in before]
    return [*earlier, (settings.worlds, settings.futures_of_a_world)]


def grow(record: Record, *, futures: int | None, worlds: int | None) -> Record:
    """Return the record of a run that goes on to a larger size; as it is if that is its size.

    With worlds alone, each plays as many futures as each does now.

    Raises
    ------
    DetenteError
        If a size is out of its bounds or smaller than that of the run.
    """
    before = record.settings
    worlds = before.worlds if worlds is None else worlds
    if futures is None:
        is_wider = worlds > before.worlds
        futures = worlds * before.futures_of_a_world if is_wider else before.futures
    settings = settle(**{**before.model_dump(), "futures": futures, "worlds": worlds})
    if settings == before:
        return record
    _refuse_shrinking(before, settings)
    size = Size(worlds=before.worlds, futures=before.futures_of_a_world)
    options = {
        name: option.model_copy(update={"digest": None}) for name, option in record.options.items()
    }
    grown = {"settings": settings, "grown_from": (*record.grown_from, size), "options": options}
    call = spell_call(record.source, settings)
    return record.model_copy(update={**grown, "call": call, "outcome": None})


def _refuse_shrinking(before: Settings, settings: Settings) -> None:
    for name in ("worlds", "futures"):
        there, asked = getattr(before, name), getattr(settings, name)
        if asked < there:
            hint = "a run can only grow; for a smaller one begin anew"
            raise DetenteError(f"{name} is {asked}; the run has {there}", where=name, hint=hint)
    each = before.futures_of_a_world
    if settings.futures_of_a_world < each:
        raise DetenteError(
            f"futures is {settings.futures}, fewer than {each} in each of {settings.worlds} worlds",
            where="futures",
            hint=f"each world keeps its {each} futures; ask for {settings.worlds * each} or more",
        )


def settle(**asked: Any) -> Settings:
    """Check what was asked for.

    Raises
    ------
    DetenteError
        If a setting is out of its bounds.
    """
    try:
        return Settings(**asked)
    except ValidationError as fault:
        _refuse_setting(fault)


def read(folder: Path) -> Record:
    """Read the record of a run.

    Raises
    ------
    DetenteError
        If the folder holds no run, or its record cannot be read.
    """
    path = folder / FILE
    try:
        if path.stat().st_size > LONGEST_RECORD:
            raise DetenteError("the record is too large", where=str(path))
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise DetenteError(
            "no run lies here", where=str(folder), hint="`detente list` names the runs in ./runs"
        ) from None
    except (OSError, ValueError, RecursionError) as fault:
        raise DetenteError(f"the record cannot be read: {fault}", where=str(path)) from fault
    return _parse(content, path)


def _parse(content: Any, path: Path) -> Record:
    found = content.get("schema") if isinstance(content, dict) else None
    if found != SCHEMA:
        raise DetenteError(
            f"the record's schema is {found!r}; this version reads {SCHEMA!r}",
            where=str(path),
            hint="use the version of detente that wrote it",
        )
    try:
        return Record.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        field = ".".join(str(step) for step in first["loc"])
        raise DetenteError(
            f"the record was changed or is damaged: {field}: {first['msg']}", where=str(path)
        ) from fault


def environment() -> Environment:
    """Return what this process stands on."""
    return Environment(
        python=platform.python_version(),
        numpy=np.__version__,
        numba=version("numba"),
        platform=f"{platform.system()} {platform.machine()}",
    )


def now() -> str:
    """Return the time, to the second, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def model_digest() -> str:
    """Return the digest of the sources that turn numbers into futures."""
    root = Path(__file__).parent.parent
    sources = [*(root / "kernel").glob("*.py"), *(root / "ensemble" / "encode").glob("*.py")]
    whole = hashlib.sha256()
    for path in sorted([*sources, root / "ensemble" / "design.py"]):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def spell_call(source: str, settings: Settings) -> str:
    """Return the exact call that makes this run again."""
    changes = f", changes={settings.changes!r}" if settings.changes else ""
    options = [option for option in settings.options if option != BASE]
    asked = settings.model_dump(exclude={"options", "changes", "rules"})
    given = ", ".join(f"{key}={value!r}" for key, value in asked.items())
    if settings.rules:
        named = ", ".join(f"{side!r}: {rule.name}" for side, rule in settings.rules.items())
        given += f", rules={{{named}}}"
    return f"detente.simulate(detente.load({source!r}{changes}), options={options!r}, {given})"


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the digest of a JSON object, whatever its spacing."""
    return hashlib.sha256(as_bytes(content)).hexdigest()


def as_bytes(content: Mapping[str, Any]) -> bytes:
    """Return a JSON object in one fixed spelling."""
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def _refuse_setting(fault: ValidationError) -> NoReturn:
    first = fault.errors()[0]
    field = str(first["loc"][0])
    raise DetenteError(f"{field} is {first['input']!r}; use {_allowed(field)}", where=field)


def _allowed(field: str) -> str:
    schema = Settings.model_json_schema()["properties"][field]
    if "enum" in schema:
        return " or ".join(schema["enum"])
    if "minimum" in schema:
        highest = schema.get("maximum", schema.get("exclusiveMaximum", 0) - 1)
        return f"a whole number from {schema['minimum']} to {highest}"
    return "names of options that the pack has, each of letters, digits, - and _"

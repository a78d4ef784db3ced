"""Errors that users can cause, always in one form: where, what, what is allowed, what to do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any


class DetenteError(Exception):
    """An error that the user can correct.

    `what` went wrong, `where`, and `hint`: what to do about it.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return the whole message in one line."""
        place = f"{self.where}: " if self.where else ""
        advice = f"; {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"

    def content(self) -> dict[str, str]:
        """Return the error as data for JSON."""
        return {"what": self.what, "where": self.where, "hint": self.hint}


def from_extra(extra: str, module: str, *, needs: str, where: str = "") -> Any:
    """Return a module that an extra of the package installs.

    Raises `DetenteError`, with the command that installs the extra, if it cannot be imported.
    """
    try:
        return import_module(module)
    except ImportError as fault:
        raise DetenteError(
            f"{needs} needs the extra `{extra}`, which cannot be imported: {fault}",
            where=where,
            hint=f"install it: pip install 'detente[{extra}]'",
        ) from fault


@contextmanager
def on_disk(what: str, *, where: object, hint: str) -> Iterator[None]:
    """Turn an `OSError` into a `DetenteError` that says what cannot be done, and why."""
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise DetenteError(f"{what}: {reason}", where=str(where), hint=hint) from fault


class UnknownRowError(DetenteError, KeyError):
    """No row of a result has this name."""


class UnguardedWarning(UserWarning):
    """Warns that nothing prevents a second writer of a run or a pack."""


class UnsolvedError(DetenteError):
    """A world whose equilibrium cannot be computed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a pack; line and column count from 1, and are 0 where there is no text."""

    file: str
    line: int
    column: int
    field: str
    found: str
    allowed: str
    hint: str = ""

    @property
    def place(self) -> str:
        """Return file, line and column, as far as they are known."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def says(self) -> str:
        """Return what was found, what is allowed, and what to do."""
        return f"{self.found}; allowed: {self.allowed}{'. ' if self.hint else ''}{self.hint}"

    def __str__(self) -> str:
        """Return the fault in one line, with its place and field."""
        return f"{self.place}: {f'{self.field}: ' if self.field else ''}{self.says}"


class Faults(DetenteError):  # noqa: N818 - it carries many
    """A file or pack that cannot be used, with every fault found in it."""

    def __init__(self, faults: Iterable[Fault], *, of: str, where: str, hint: str) -> None:
        self.faults = tuple(faults)
        first = "; ".join(str(fault) for fault in self.faults[:3])
        super().__init__(f"{self.counted} in the {of}: {first}", where=where, hint=hint)

    @property
    def counted(self) -> str:
        """Return the number of faults in words."""
        return f"{len(self.faults)} {'fault' if len(self.faults) == 1 else 'faults'}"


class PackFaults(Faults):
    """A pack that cannot be loaded."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        super().__init__(
            faults, of="pack", where=name, hint=f"to see them all: detente check {name}"
        )


class UnknownPackError(DetenteError):
    """No shipped pack has this name, or nothing is at this path."""

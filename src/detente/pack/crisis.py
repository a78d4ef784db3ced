"""A crisis, loaded: every number with what it rests on, ready to be played."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from detente import notebook
from detente.errors import DetenteError, Fault, PackFaults
from detente.evidence.claim import Claim
from detente.evidence.source import Source
from detente.pack import files
from detente.pack.change import Change
from detente.pack.hypotheses import Hypothesis
from detente.pack.model import Correlation, Model, Option
from detente.pack.quantity import Quantity
from detente.pack.reading import Reading, Written, change_crisis, read_crisis


@dataclass(frozen=True, slots=True, repr=False)
class Crisis(notebook.Shown):
    """A pack without faults.

    `model` is what the pack says with its changes, `numbers` is every number that the model reads,
    those left to defaults and the catalogue included, `written` is the pack as it was written, and
    `changes` is what was changed since.
    """

    model: Model
    numbers: Mapping[str, Quantity]
    written: Written
    changes: Mapping[str, Change] = field(default_factory=dict)

    @property
    def text(self) -> files.PackText:
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
        """Return the day of which the crisis is told, and on which play starts."""
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
    def hypotheses(self) -> Mapping[str, Hypothesis]:
        """Return what is held about the crisis."""
        return self.model.hypotheses

    @property
    def correlations(self) -> tuple[Correlation, ...]:
        """Return which numbers tend to go together, but for those that a change has fixed."""
        fixed = {path for path, number in self.numbers.items() if number.is_fixed}
        return tuple(pair for pair in self.model.correlations if not fixed & set(pair.of))

    def all_of_role(self, role: str) -> tuple[str, ...]:
        """Return the keys of the actors that play a role, in the pack's order."""
        return tuple(key for key, actor in self.model.actors.items() if role in actor.roles)

    def of_role(self, role: str) -> str:
        """Return the key of the actor that alone plays a role, such as `challenger`."""
        keys = self.all_of_role(role)
        if len(keys) != 1:
            raise DetenteError(f"{len(keys)} actors have the role {role}", where=self.name)
        return keys[0]

    def with_changes(self, changes: Mapping[str, Change]) -> "Crisis":
        """Return the crisis with some fields changed: numbers fixed, or other fields set.

        Raises `PackFaults` if a field does not exist or cannot have its value.
        """
        return _crisis(change_crisis(self.written, {**self.changes, **changes}))


def load(pack: str | Path, *, changes: Mapping[str, Change] | None = None) -> Crisis:
    """Load a shipped pack by its name, or any pack by its path.

    Raises `PackFaults`, which carries every fault, and `UnknownPackError` if there is no such pack.
    """
    return _crisis(read_crisis(files.read(pack), changes or {}))


def check(pack: str | Path, *, changes: Mapping[str, Change] | None = None) -> tuple[Fault, ...]:
    """Return every fault of a pack, in the order of its text.

    Raises `UnknownPackError` if there is no such pack, `DetenteError` if it cannot be read.
    """
    return read_crisis(files.read(pack), changes or {}).faults


def _crisis(reading: Reading) -> Crisis:
    if reading.model is None or reading.written is None or reading.faults:
        raise PackFaults(reading.text.name, reading.faults)
    changes = MappingProxyType(dict(reading.changes))
    return Crisis(reading.model, reading.numbers, reading.written, changes)

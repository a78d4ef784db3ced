"""What is served: a pack, runs by their keys with what is known of each, and the jobs."""

import contextlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.analysis.drivers import Drivers
from detente.analysis.drivers.inputs import titled
from detente.analysis.summary import Summary, summarise
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble import runners
from detente.ensemble.foundation import read_base_again
from detente.ensemble.pairing import Pairing
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.versions import is_own_model
from detente.ensemble.warmup import warm_up
from detente.errors import DetenteError
from detente.pack import Crisis, files
from detente.pack.options import targets
from detente.pack.places import divides_attack
from detente.serve.jobs import Jobs
from detente.views.material import Material

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

MOST_OPEN = 4
"""Runs of which all that was worked out is held in memory; others are opened again."""
UNFIT = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class ServedRun(Material):
    """A run with what pages have worked out of it; threads share it."""

    turn: threading.Lock = field(default_factory=threading.Lock, compare=False)
    """Held by the question that is played: all tabs take turns, block by block."""

    @cached_property
    def front(self) -> Summary:
        """What became of the crisis without any option, which is there sooner."""
        return summarise(self.run, options=(BASE,))

    @cached_property
    def crisis(self) -> Crisis:
        """The crisis without any option, which is read sooner than with all of them."""
        return read_base_again(self.run.folder, self.run.record)

    @property
    def has_drivers(self) -> bool:
        """Say whether `drivers` was looked up, which takes a second."""
        return "drivers" in self.__dict__

    @property
    def matter(self) -> list[str]:
        """Return the numbers that move outcomes most, the first first, once that is looked up."""
        drivers: dict[str, Drivers] = self.drivers if self.has_drivers else {}
        return list(dict.fromkeys(path for one in drivers.values() for path in one.numbers))

    @cached_property
    def numbers(self) -> dict[str, str]:
        """What each number is called that can be moved, by its path."""
        crisis = self.crisis
        known = targets(crisis.model).numbers.keys() & crisis.numbers.keys()
        paths = (path for path in crisis.numbers if path in known and not divides_attack(path))
        return {path: titled(path, crisis) for path in paths}

    @cached_property
    def pairing(self) -> Pairing:
        """The run made ready for questions, which remembers what they have in common."""
        return Pairing(self.run)

    @cached_property
    def aside(self) -> Pairing:
        """The same for as long as something else writes into the run: nothing is kept there."""
        return replace(self.pairing, is_aside=True)


class Workspace:
    """What pages read and change: only what is named here is reached, never a path that is sent."""

    def __init__(self, *, pack: str | None = None, runs: Iterable[Path] = ()) -> None:
        self.pack = pack
        """The pack as it was named, a shipped one or a path; None where a run or a folder is."""
        self.runs: dict[str, Path] = {}
        self.jobs = Jobs()
        self._open: OrderedDict[str, ServedRun] = OrderedDict()
        self.writing = threading.Lock()
        """Held by whoever writes the pack or a draft."""
        self._lock = threading.RLock()
        self._compiling: threading.Thread | None = None
        for run in runs:
            self.add(run)

    def add(self, run: Path) -> str:
        """Serve a run too; return the key by which addresses name it."""
        with self._lock:
            for key, known in self.runs.items():
                if known == run:
                    return key
            plain = UNFIT.sub("-", run.stem.lower()).strip("-") or "run"
            taken = (f"{plain}-{number}" for number in range(2, len(self.runs) + 3))
            key = next(name for name in (plain, *taken) if name not in self.runs)
            self.runs[key] = run
            return key

    def known(self, key: str) -> ServedRun:
        """Return a run and what is worked out of it, kept while it is among the last opened.

        Raises
        ------
        DetenteError
            If no run has the key, or it cannot be read.
        """
        with self._lock:
            if key not in self.runs:
                raise DetenteError("no run of this name is served", where=key, hint="see Runs")
            if key not in self._open:
                self._open[key] = ServedRun(Run.open(self.runs[key]))
            self._open.move_to_end(key)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
            return self._open[key]

    def has_other_pack(self, key: str) -> bool:
        """Say whether the pack that is served is no longer that of a run."""
        if self.pack is None:
            return False
        try:
            return files.read(self.pack).digest != self.known(key).run.record.pack
        except DetenteError:
            return False  # the page itself says what cannot be read

    def is_ready(self) -> bool:
        """Say whether worlds are played at once; if not, the model begins to be compiled."""
        with self._lock:
            if self._compiling is None:
                if runners.kernel().is_warm():
                    return True
                self._compiling = threading.Thread(target=_compile, daemon=True)
                self._compiling.start()
            return not self._compiling.is_alive()

    def renew(self, key: str) -> None:
        """Forget what is known of a run: something was added to it."""
        with self._lock:
            self._open.pop(key, None)

    @property
    def newest(self) -> str | None:
        """Return the key of the run that is shown first, the one added last; None if none is."""
        return next(reversed(self.runs), None)


def _compile() -> None:
    """Compile the model; what cannot be kept is compiled again by the page that needs it."""
    with contextlib.suppress(DetenteError):
        warm_up()


def of(request: "HTTPConnection") -> Workspace:
    """Return the workspace that a request is about."""
    there: Any = request.app.state.workspace
    found: Workspace = there
    return found


def run_of(request: "HTTPConnection") -> ServedRun:
    """Return the run that an address names.

    Raises
    ------
    DetenteError
        If no run of this name is served, or it cannot be read.
    """
    return of(request).known(request.path_params["run"])


def beside(pack: str) -> list[Path]:
    """Return the runs in `./runs` of a pack as it is written now, by this model, oldest first.

    Raises
    ------
    DetenteError
        If there is no such pack, or it cannot be read.
    """
    digest, found = files.read(pack).digest, []
    for place in folders.known():
        try:
            record = records.read(place)
        except DetenteError:
            continue
        is_whole = record.outcome is not None and is_own_model(record)
        if record.pack == digest and is_whole and not record.settings.changes:
            found.append(place)
    return found

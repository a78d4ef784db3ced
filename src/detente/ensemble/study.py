"""Studies: worlds of a run x futures x interventions, played with the run's own draws and stored.

Compared worlds are solved on the same grid; it may be coarse, since most of its error cancels.
Every question that plays worlds again is a study with its own list of interventions. All of them
share the worlds without a change.
"""

import hashlib
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente import disk
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble import runners
from detente.ensemble.advice import command_to_grow
from detente.ensemble.bundle import is_within_bundle, spare_folder
from detente.ensemble.intervention import AS_IT_IS, BLOCK, Baseline, Intervention
from detente.ensemble.lock import adding
from detente.ensemble.record import BASE, Grid
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Listener, Stage, Stretch
from detente.ensemble.simulate import stage_again
from detente.ensemble.store import Rows
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.ensemble.tally import classes
from detente.errors import DetenteError, UnsolvedError

FIRST_WORLDS, WORLDS, FUTURES = 16, 64, 200
"""Default numbers: worlds of a first answer, worlds of a question, futures of each world."""
SHARPER: Grid = "coarse"
"""The grid on which effects that were selected on the tiny grid are measured."""
LEAST_WORLDS = 2
"""The fewest worlds from which variation between worlds can be estimated."""
MOST_FUTURES = 10_000
Worlds: TypeAlias = int | Sequence[int]
"""A number of worlds, from the first, or their indices."""


@dataclass(frozen=True)
class PairedAnswer:
    """How the first worlds of a run end without a change and with it, future by future.

    The class of a future gives its ending and every outcome that came about
    (`ensemble.tally.classes`).
    """

    run: Run
    option: str
    before: Annotated[np.ndarray, "class of each future, int8, shape (worlds, futures)"]
    after: Annotated[np.ndarray, "class of each future, int8, shape (worlds, futures)"]

    @property
    def worlds(self) -> int:
        """Return how many worlds have been played."""
        return len(self.before)

    @property
    def futures(self) -> int:
        """Return how many futures of each world have been played."""
        return int(self.before.shape[1])


class PlayedWorld(NamedTuple):
    """A world under an intervention, and the futures of it that are wanted."""

    stage: Stage
    option: str
    under: Intervention
    stretch: Stretch
    stakes: Annotated[
        Mapping[str, float] | None,
        "numbers that decide the disputes about the talks, if not the world's own",
    ] = None

    def solved(self) -> tuple[Any, Any]:
        """Return the world's record and its policies.

        Raises `UnsolvedError` if it cannot be solved.
        """
        stage, world = self.stage, self.stretch.world
        try:
            encoded = stage.encoded(self.option, world, stakes=self.stakes)
            return encoded, stage.kernel.solve(encoded, with_exploitability=False)
        except UnsolvedError as fault:
            raise stage.named(fault, self.option, world) from fault

    def played(self) -> Rows:
        """Return the world's futures."""
        return self.stage.played(*self.solved(), self.stretch)


class Readout(NamedTuple):
    """What a study stores of each world that it plays: an array with a row for each future."""

    name: Annotated[str, "suffix of its files"]
    kind: np.dtype
    read: Callable[[PlayedWorld], np.ndarray]
    shape: Annotated[tuple[int, ...], "shape of the entry of one future"] = ()
    worlds: Annotated[int, "number in one file"] = BLOCK
    folder: Annotated[str, "folder of its files in the run's folder"] = folders.ANSWERS
    about: Annotated[str, "what else determines its content, besides run, worlds and change"] = ""


CLASSES = Readout("classes", np.dtype(np.int8), lambda world: classes(world.played()))
"""The class of each future."""


class UnplayedError(Exception):
    """Worlds are missing, and the study may not play them."""


def too_few(worlds: int, least: int) -> str:
    """Return the note of an answer for which the run has too few worlds."""
    return f"{least} sets of assumptions are needed to say anything; the run has {worlds}"


class WorldBlock(NamedTuple):
    """Consecutive worlds under an intervention, which are stored in one file."""

    under: Intervention
    first: int


@dataclass(frozen=True)
class Study:
    """Worlds of a run x futures x interventions, played with the run's own draws and stored.

    The run's folder holds a file for each block of worlds under one intervention. What is stored is
    read and not played again, so that a study that was stopped continues where it was. Several
    studies of one run can be played at the same time.
    """

    run: Run
    option: str = BASE
    futures: int = FUTURES
    grid: Grid = "tiny"
    command: Annotated[str, "the command that resumes it, with RUN for the run"] = "whatif RUN"
    reading: Readout = CLASSES
    new_worlds: Annotated[int, "worlds beyond those of the run that it may play"] = 0
    is_aside: Annotated[bool, "whether its files go to a temporary folder"] = False
    may_play: Annotated[bool, "whether worlds that are not stored may be played"] = True
    threads: Annotated[int | None, "blocks played at a time; None for all processors"] = None
    progress: Annotated[Listener | None, "called with its progress, in worlds"] = None

    def __post_init__(self) -> None:
        """Check the settings.

        Raises `DetenteError` if there is no such option or grid, or the futures are out of bounds.
        """
        self.run.known(self.option)
        records.settle(grid=self.grid)
        if not 1 <= self.futures <= MOST_FUTURES:
            what = f"futures is {self.futures}; use a whole number from 1 to {MOST_FUTURES:,}"
            hint = f"{FUTURES} for each set of assumptions unless given"
            raise DetenteError(what, where="futures", hint=hint)

    @cached_property
    def stage(self) -> Stage:
        """Return what is needed to play the worlds without a change.

        Raises `DetenteError` if another version of the model made the run, its pack was changed, or
        it was played with a user's own rules.
        """
        self.run.refuse_other_model()
        settings = self.run.record.settings
        worlds = -(-(settings.worlds + self.new_worlds) // BLOCK) * BLOCK
        asked = settings.model_copy(update={"grid": self.grid, "worlds": worlds})
        return stage_again(self.run, self.option, settings=asked).remembering()

    @cached_property
    def baseline(self) -> Baseline:
        """Return the worlds without a change."""
        settings, option = self.stage.settings, self.option
        values = self.stage.values[option]
        return Baseline(self.stage.crises[option], values, settings.worlds, settings.seed)

    @property
    def sharper(self) -> "Study":
        """Return the same study on the coarse grid, or on the tiny one if the run has that.

        Most of the tiny grid's error comes from its long stages, little from its few beliefs.
        """
        return replace(self, grid="tiny" if self.run.record.settings.grid == "tiny" else SHARPER)

    def count(
        self, asked: int | None, unless_given: int = WORLDS, least: int = LEAST_WORLDS
    ) -> int:
        """Return the number of worlds to play: `asked`, or at most `unless_given` by default.

        Raises `DetenteError` if the run has fewer, or they are fewer than `least`.
        """
        run, available = self.run, self.run.record.settings.worlds_of(self.option)
        worlds = min(unless_given, available) if asked is None else asked
        if not least <= worlds <= available:
            what = f"worlds is {worlds}; use a whole number from {least} to {available}"
            more = command_to_grow(
                run.folder, run.record, worlds=max(worlds, available), option=self.option
            )
            hint = f"for more: {more}" if worlds > available else "the run has no more"
            raise DetenteError(what, where=str(run.folder), hint=hint)
        return worlds

    def sizes(self, worlds: int) -> list[int]:
        """Return the numbers of worlds after which to answer: 4, 8, 16 and so on up to `worlds`.

        Raises `DetenteError` if the run has fewer worlds, or they are too few.
        """
        self.count(worlds)
        powers = (BLOCK << power for power in range(worlds.bit_length()))
        return [*(size for size in powers if size < worlds), worlds]

    def play(
        self,
        interventions: Sequence[Intervention],
        worlds: Worlds = WORLDS,
        *,
        stop: threading.Event | None = None,
    ) -> None:
        """Play the worlds under each intervention that are not stored yet, and store them.

        `worlds` is their number, from the first, or their indices; if files hold several worlds, a
        range that begins with a file. Once `stop` is set, no other world begins, and no error is
        raised. An interrupt leaves complete files only.

        Raises `DetenteError` if a change is not allowed, a world cannot be solved, the threads are
        not allowed, another process writes into the run, or a file cannot be written;
        `UnplayedError` if worlds are missing and the study may not play.
        """
        blocks = self._blocks(interventions, worlds)
        at_a_time = records.threads_of(self.threads)
        missing = [one for one in blocks if self.kept(one) is None]
        if not missing:
            return
        if not self.may_play:
            raise UnplayedError
        under = {block.under.name: block.under for block in missing}
        stages = {name: self._stage_under(one) for name, one in under.items()}
        total, left = (len(some) * self.reading.worlds for some in (blocks, missing))
        clock = Clock(total, self.progress, kept=total - left)
        clock.report(0)

        def play(block: WorldBlock, own: threading.Event) -> int:
            """Play and store a block; return its number of worlds, or 0 if stopped."""
            found: list[np.ndarray] = []
            while len(found) < self.reading.worlds:
                if own.is_set() or (stop is not None and stop.is_set()):
                    return 0
                if not found and self.kept(block) is not None:  # another question has played it
                    return self.reading.worlds
                world = self._world(stages[block.under.name], block.under, block.first + len(found))
                found.append(self.reading.read(world))
            content = np.stack(found).astype(self.reading.kind).tobytes()
            disk.write_whole(self.path(block), content + self._seal(block, content))
            return self.reading.worlds

        files = [self.path(block) for block in missing]
        adds = adding(self.run, self.reading.folder, files, self.command.replace(" RUN", ""))
        try:
            with nullcontext() if self.is_aside else adds:
                runners.warm_up(self.stage, self.option, missing[0].first, clock)
                runners.on_threads(play, missing, at_a_time, clock.report)
        except KeyboardInterrupt as interrupt:
            interrupt.add_note(self._how_to_go_on())
            raise
        except OSError as fault:
            place = self.run.folder
            what = folders.unwritable(place, fault).what
            raise DetenteError(what, where=str(place), hint=self._how_to_go_on()) from fault

    def missing(self, interventions: Sequence[Intervention], worlds: Worlds = WORLDS) -> int:
        """Return how many worlds under the interventions are not stored yet."""
        blocks = self._blocks(interventions, worlds)
        return self.reading.worlds * sum(self.kept(block) is None for block in blocks)

    def rows(self, under: Intervention, worlds: Worlds) -> np.ndarray:
        """Return what is stored of worlds under an intervention.

        Its shape is (worlds, futures, ...); the readout gives the other axes.

        Raises `DetenteError` if they were not played, or a file was changed meanwhile.
        """
        found = []
        for block in self._blocks([under], worlds):
            stored = self.kept(block)
            if stored is None:
                what = "was changed while it was read"
                raise DetenteError(what, where=str(self.path(block)), hint="ask again")
            found.append(stored)
        count = worlds if isinstance(worlds, int) else len(worlds)
        return np.concatenate(found)[:count]

    def read(self, under: Intervention, worlds: Worlds = WORLDS) -> PairedAnswer:
        """Return how worlds end without a change and under an intervention.

        Raises `DetenteError` if they were not played.
        """
        rows = (self.rows(one, worlds) for one in (AS_IT_IS, under))
        without, with_it = (one["class"] if one.dtype.names else one for one in rows)
        return PairedAnswer(self.run, self.option, without, with_it)

    def worlds(self, under: Intervention, worlds: int) -> list[PlayedWorld]:
        """Return the first worlds under an intervention, to be solved and examined.

        Raises `DetenteError` if a change is not allowed.
        """
        stage = self._stage_under(under)
        return [self._world(stage, under, world) for world in range(worlds)]

    def path(self, block: WorldBlock) -> Path:
        """Return the path of a block's file.

        If the study is kept aside, or the run is a bundle, to which nothing can be added, the path
        of a missing file is in a temporary folder that is deleted when the process ends.
        """
        under, first = block
        changed = "" if under == AS_IT_IS else f"/{under.name}"
        name = f"{first:06d}-{self.grid}-{self.futures}.{self.reading.name}"
        relative = Path(self.reading.folder) / f"{self.option}{changed}" / name
        path = self.run.folder / relative
        if path.is_file() or not (self.is_aside or is_within_bundle(path)):
            return path
        return spare_folder() / self.run.digest / relative

    def kept(self, block: WorldBlock) -> np.ndarray | None:
        """Return a block's stored rows; None if its file is missing, damaged or of other worlds."""
        shape = (self.reading.worlds, self.futures, *self.reading.shape)
        size = math.prod(shape) * self.reading.kind.itemsize
        try:
            content = read_within(self.path(block), size + hashlib.sha256().digest_size)
        except (NotAsExpectedError, OSError):
            return None
        if content[size:] != self._seal(block, content[:size]):
            return None
        return np.frombuffer(content[:size], self.reading.kind).reshape(shape)

    def _seal(self, block: WorldBlock, content: bytes) -> bytes:
        """Return the checksum that shows that a file is complete and of which study it is."""
        under, first = block
        made = f"{self.run.digest} {self.run.record.model} {self.reading.name} {self.reading.about}"
        about = f"{made} {self.option} {self.grid} {self.futures} {under.spelled(first)} {first} "
        return hashlib.sha256(about.encode() + content).digest()

    def _blocks(self, interventions: Sequence[Intervention], worlds: Worlds) -> list[WorldBlock]:
        """Return the blocks, those of the same worlds together, since these share most work."""
        asked = range(self.count(worlds)) if isinstance(worlds, int) else worlds
        under = {intervention.name: intervention for intervention in interventions}.values()
        return [WorldBlock(one, first) for first in asked[:: self.reading.worlds] for one in under]

    def _world(self, stage: Stage, under: Intervention, world: int) -> PlayedWorld:
        stretch, stakes = Stretch(world, 0, self.futures), None
        if under.holds_stakes and stage.kernel.remembering is not None:
            stakes = self.stage.numbers(self.option, world)
        return PlayedWorld(stage, self.option, under, stretch, stakes)

    def _stage_under(self, under: Intervention) -> Stage:
        crisis, values = self.baseline.under(under)
        return replace(self.stage, crises={self.option: crisis}, values={self.option: values})

    def _how_to_go_on(self) -> str:
        named = self.command.replace("RUN", self.run.in_command)
        return f"go on with: detente {named}"

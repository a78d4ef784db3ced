"""Studies: worlds of a run x futures x interventions, played on the run's own draws and kept.

What is compared is solved on one grid, which may be coarse, as what it errs by then cancels. Every
question that plays worlds is a study with its own list of interventions, and shares the worlds as
they are with all others.
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
from detente.ensemble.intervention import AS_IT_IS, BLOCK, Baseline, Intervention, bits_of
from detente.ensemble.lock import adding
from detente.ensemble.record import BASE, Grid
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Listener, Stage, Stretch
from detente.ensemble.simulate import stage_again
from detente.ensemble.store import Rows
from detente.ensemble.tables import NotAsExpectedError, read_within
from detente.ensemble.tally import classes
from detente.errors import DetenteError, UnsolvedError
from detente.kernel.causes import changed_by

FIRST_WORLDS, WORLDS, FUTURES = 16, 64, 200
"""Worlds of a first answer, worlds of a question, and futures of each, unless given."""
SHARPER: Grid = "coarse"
"""On which what was picked out on the tiny grid is measured."""
LEAST_WORLDS = 2
"""With fewer nothing can be said of how worlds differ."""
MOST_FUTURES = 10_000
Worlds: TypeAlias = int | Sequence[int]
"""How many worlds, from the first, or which ones."""


@dataclass(frozen=True)
class PairedAnswer:
    """How the first worlds of a run end without a change and with it, future by future.

    A future's class tells its ending and every outcome that came about (`ensemble.tally.classes`).
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
    """A world under an intervention, and which of its futures are asked for."""

    stage: Stage
    option: str
    under: Intervention
    stretch: Stretch
    stakes: Annotated[
        Mapping[str, float] | None, "numbers by which sides concede, if not the world's own"
    ] = None

    def solved(self) -> tuple[Any, Any]:
        """Return its record and its policies.

        Raises `UnsolvedError` if it cannot be solved.
        """
        stage, world = self.stage, self.stretch.world
        switches = [switch.change for switch in self.under.switches]
        try:
            encoded = stage.encoded(self.option, world, stakes=self.stakes)
            encoded = changed_by(encoded, switches) if switches else encoded
            return encoded, stage.kernel.solve(encoded, with_exploitability=False)
        except UnsolvedError as fault:
            raise stage.named(fault, self.option, world) from fault

    def played(self) -> Rows:
        """Return its futures."""
        return self.stage.played(*self.solved(), self.stretch, bits_of(self.under.renewed))


class Readout(NamedTuple):
    """What is kept of each world that is played: an array with a row for each future."""

    name: Annotated[str, "how names of its files end"]
    kind: np.dtype
    read: Callable[[PlayedWorld], np.ndarray]
    shape: Annotated[tuple[int, ...], "of what is kept of a future"] = ()
    worlds: Annotated[int, "in one file"] = BLOCK
    folder: Annotated[str, "where its files lie in that of the run"] = folders.ANSWERS
    about: Annotated[str, "what it follows from besides the run, the worlds and the change"] = ""


CLASSES = Readout("classes", np.dtype(np.int8), lambda world: classes(world.played()))
"""The class of each future."""


class UnplayedError(Exception):
    """Worlds would have to be played, which a study may not do."""


def too_few(there: int, least: int) -> str:
    """Return the note of an answer for which a run has too few worlds."""
    return f"{least} sets of assumptions are needed to say anything; the run has {there}"


class WorldBlock(NamedTuple):
    """Some worlds under an intervention, one after another."""

    under: Intervention
    first: int


@dataclass(frozen=True)
class Study:
    """Worlds of a run x futures x interventions, played on the run's own draws and kept.

    What is played lies in the run's folder, a file for some worlds under one intervention: it is
    read and not played again, and a call that was stopped goes on. Studies of one run may be played
    at a time.
    """

    run: Run
    option: str = BASE
    futures: int = FUTURES
    grid: Grid = "tiny"
    command: Annotated[str, "what goes on with a question, with RUN for the run"] = "whatif RUN"
    reading: Readout = CLASSES
    new_worlds: Annotated[int, "worlds beyond those of the run that it may play"] = 0
    is_aside: Annotated[bool, "whether what is played is kept apart, as long as the process"] = (
        False
    )
    may_play: Annotated[bool, "whether worlds that are not kept may be played"] = True
    threads: Annotated[int | None, "blocks played at a time; if not given, one a processor"] = None
    progress: Annotated[Listener | None, "called with how far it has come, in worlds"] = None

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises `DetenteError` if there is no such option or grid, or the futures are out of their
        bounds.
        """
        self.run.known(self.option)
        records.settle(grid=self.grid)
        if not 1 <= self.futures <= MOST_FUTURES:
            what = f"futures is {self.futures}; use a whole number from 1 to {MOST_FUTURES:,}"
            hint = f"{FUTURES} for each set of assumptions unless given"
            raise DetenteError(what, where="futures", hint=hint)

    @cached_property
    def stage(self) -> Stage:
        """Return what its worlds need to be played as they are.

        Raises `DetenteError` if the run was made by another version of the model, its pack was
        changed, or it was played by rules of the user's own.
        """
        self.run.refuse_other_model()
        settings = self.run.record.settings
        worlds = -(-(settings.worlds + self.new_worlds) // BLOCK) * BLOCK
        asked = settings.model_copy(update={"grid": self.grid, "worlds": worlds})
        return stage_again(self.run, self.option, settings=asked).remembering()

    @cached_property
    def baseline(self) -> Baseline:
        """Return its worlds as they are."""
        settings, option = self.stage.settings, self.option
        values = self.stage.values[option]
        return Baseline(self.stage.crises[option], values, settings.worlds, settings.seed)

    @property
    def sharper(self) -> "Study":
        """Return the same on the coarse grid, or on the tiny one if the run has it.

        Of what the tiny grid errs by most is due to its long stages, little to its few beliefs.
        """
        return replace(self, grid="tiny" if self.run.record.settings.grid == "tiny" else SHARPER)

    def count(
        self, asked: int | None, unless_given: int = WORLDS, least: int = LEAST_WORLDS
    ) -> int:
        """Return how many worlds are played: those asked for, or `unless_given` if there are.

        Raises `DetenteError` if there are more than the run has, or too few.
        """
        run, there = self.run, self.run.record.settings.worlds_of(self.option)
        worlds = min(unless_given, there) if asked is None else asked
        if not least <= worlds <= there:
            what = f"worlds is {worlds}; use a whole number from {least} to {there}"
            more = command_to_grow(
                run.folder, run.record, worlds=max(worlds, there), option=self.option
            )
            hint = f"for more: {more}" if worlds > there else "the run has no more"
            raise DetenteError(what, where=str(run.folder), hint=hint)
        return worlds

    def sizes(self, worlds: int) -> list[int]:
        """Return after how many worlds there is an answer: 4, 8, 16 and so on up to all asked for.

        Raises `DetenteError` if there are more than the run has, or too few.
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
        """Play worlds under each intervention, but for what is kept of them.

        `worlds`: how many, from the first, or which ones; of a reading of several worlds a file, a
        range that begins with a file. Once somebody sets `stop`, no other world begins, which is no
        fault. On an interrupt only whole files are left.

        Raises `DetenteError` if a change is not allowed, a world cannot be solved, the threads are
        not allowed, a writer is at work in the run, or a file cannot be written; `UnplayedError` if
        something is missing and the study may not play.
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
            """Play a block and keep what comes of it; return its worlds, 0 if it is too late."""
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
        """Return how many worlds would have to be played under the interventions."""
        blocks = self._blocks(interventions, worlds)
        return self.reading.worlds * sum(self.kept(block) is None for block in blocks)

    def rows(self, under: Intervention, worlds: Worlds) -> np.ndarray:
        """Return what was kept of worlds under an intervention.

        Of shape (worlds, futures, ...), the rest as the reading has it.

        Raises `DetenteError` if they were not played, or a file was changed meanwhile.
        """
        found = []
        for block in self._blocks([under], worlds):
            kept = self.kept(block)
            if kept is None:
                what = "was changed while it was read"
                raise DetenteError(what, where=str(self.path(block)), hint="ask again")
            found.append(kept)
        count = worlds if isinstance(worlds, int) else len(worlds)
        return np.concatenate(found)[:count]

    def read(self, under: Intervention, worlds: Worlds = WORLDS) -> PairedAnswer:
        """Return how worlds end as they are and under an intervention.

        Raises `DetenteError` if they were not played.
        """
        without, with_it = (self.rows(one, worlds) for one in (AS_IT_IS, under))
        return PairedAnswer(self.run, self.option, without, with_it)

    def worlds(self, under: Intervention, worlds: int) -> list[PlayedWorld]:
        """Return the first worlds under an intervention, to be solved and looked at.

        Raises `DetenteError` if a change is not allowed.
        """
        stage = self._stage_under(under)
        return [self._world(stage, under, world) for world in range(worlds)]

    def path(self, block: WorldBlock) -> Path:
        """Return where what is kept of a block lies.

        Where a bundle lacks it, or is not to be added to, that is a place for as long as the
        process.
        """
        under, first = block
        changed = "" if under == AS_IT_IS else f"/{under.name}"
        name = f"{first:06d}-{self.grid}-{self.futures}.{self.reading.name}"
        place = Path(self.reading.folder) / f"{self.option}{changed}" / name
        path = self.run.folder / place
        if path.is_file() or not (self.is_aside or is_within_bundle(path)):
            return path
        return spare_folder() / self.run.digest / place

    def kept(self, block: WorldBlock) -> np.ndarray | None:
        """Return what is kept of a block; None unless it lies there whole, and is of this study."""
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
        """Return the checksum that shows of which study a file is, and that it is whole."""
        under, first = block
        made = f"{self.run.digest} {self.run.record.model} {self.reading.name} {self.reading.about}"
        about = f"{made} {self.option} {self.grid} {self.futures} {under.spelled(first)} {first} "
        return hashlib.sha256(about.encode() + content).digest()

    def _blocks(self, interventions: Sequence[Intervention], worlds: Worlds) -> list[WorldBlock]:
        """Return blocks with all interventions of one together: they have most in common."""
        asked = range(self.count(worlds)) if isinstance(worlds, int) else worlds
        under = {one.name: one for one in interventions}.values()
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

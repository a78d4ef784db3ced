"""Paired questions to a run: its worlds with a change and without it, on the same draws.

Both are solved on a grid that is the same for both and may be coarse, as what it errs by then
cancels; the share with the change is what the run has stored, moved by the paired shift. Worlds are
played in blocks, each kept in the run's folder: what was asked is not played again, what was
stopped goes on, and the worlds without a change are shared by all questions.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.foundation import read_again
from detente.ensemble.intervention import AS_IT_IS, BLOCK, Baseline, Intervention, Setting
from detente.ensemble.kept import File, Kept, Play, array_file
from detente.ensemble.record import BASE, Grid
from detente.ensemble.run import Run
from detente.ensemble.runners import Job, Stage, Stretch
from detente.ensemble.simulate import Listener, stage_of
from detente.ensemble.store import Rows
from detente.ensemble.tally import MEMBERS, classes
from detente.errors import DetenteError, UnsolvedError
from detente.kernel.causes import changed_by

FIRST_WORLDS, WORLDS, FUTURES = 16, 64, 200
"""Worlds of a first answer, worlds of a question, and futures of each, unless given."""
SHARPER: Grid = "coarse"
"""On which what was picked out on the tiny grid is measured."""
LEAST_WORLDS = 2
"""With fewer nothing can be said of how worlds differ."""
MOST_FUTURES = 10_000


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

    def counts(self, outcome: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the futures of each world with an outcome, without the change and with it."""
        before, after = self.happened(outcome)
        return before.sum(axis=1), after.sum(axis=1)

    def happened(self, outcome: str) -> tuple[np.ndarray, np.ndarray]:
        """Say of each future whether it has an outcome, without the change and with it."""
        members = list(MEMBERS[outcome])
        return np.isin(self.before, members), np.isin(self.after, members)


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

        Raises
        ------
        UnsolvedError
            If it cannot be solved.
        """
        switches = [switch.change for switch in self.under.switches]
        try:
            encoded = self._encoded()
            encoded = changed_by(encoded, switches) if switches else encoded
            return encoded, self.stage.kernel.solve(encoded, with_exploitability=False)
        except UnsolvedError as fault:
            raise self.stage.named(fault, Job(self.option, self.stretch.world, ())) from fault

    def _encoded(self) -> Any:
        stage, world = self.stage, self.stretch.world
        if self.stakes is None:
            return stage.encoded(self.option, world)
        return stage.kernel.encode(
            stage.crises[self.option],
            stage.numbers(self.option, world),
            grid=stage.settings.grid,
            horizon=stage.settings.horizon,
            stakes=self.stakes,
        )

    def played(self) -> Rows:
        """Return its futures."""
        return self.stage.played(*self.solved(), self.stretch)


class Reading(NamedTuple):
    """What is kept of each future of a world."""

    name: Annotated[str, "in the names of files"]
    kind: np.dtype
    read: Annotated[Callable[[PlayedWorld], np.ndarray], "a value of the kind for each future"]


CLASSES = Reading("classes", np.dtype(np.int8), lambda world: classes(world.played()))
"""The class of each future."""


class WorldBlock(NamedTuple):
    """Some worlds under an intervention, one after another."""

    under: Intervention
    first: int


@dataclass(frozen=True)
class Study:
    """A run made ready for paired questions, which then share all that they have in common."""

    run: Run
    option: str = BASE
    futures: int = FUTURES
    grid: Grid = "tiny"
    command: Annotated[str, "what goes on with a question, with RUN for the run"] = "whatif RUN"
    reading: Reading = CLASSES
    is_aside: Annotated[bool, "whether what is played is kept apart, as long as the process"] = (
        False
    )

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises
        ------
        DetenteError
            If there is no such option or grid, the futures are out of their bounds, or the run was
            made by another version of the model.
        """
        self.run.refuse_other_model()
        self.run.known(self.option)
        records.settle(grid=self.grid)
        if not 1 <= self.futures <= MOST_FUTURES:
            what = f"futures is {self.futures}; use a whole number from 1 to {MOST_FUTURES:,}"
            hint = f"{FUTURES} of each world unless given"
            raise DetenteError(what, where="futures", hint=hint)

    @cached_property
    def stage(self) -> Stage:
        """Return what its worlds need to be played as they are.

        Raises
        ------
        DetenteError
            If the run's pack was changed, or it was played by rules of the user's own.
        """
        crises = read_again(self.run.folder, self.run.record)
        settings = self.run.record.settings
        worlds = -(-settings.worlds // BLOCK) * BLOCK
        coarse = settings.model_copy(update={"grid": self.grid, "worlds": worlds})
        # With the base, whose draws those of an option share.
        asked = {name: crises[name] for name in (BASE, self.option)}
        return stage_of(self.run.folder, asked, coarse).remembering()

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

    def sizes(self, worlds: int) -> list[int]:
        """Return after how many worlds there is an answer: 4, 8, 16 and so on up to all asked for.

        Raises
        ------
        DetenteError
            If there are more than the run has, or too few.
        """
        there = self.run.record.settings.worlds_of(self.option)
        if not LEAST_WORLDS <= worlds <= there:
            what = f"worlds is {worlds}; use a whole number from {LEAST_WORLDS} to {there}"
            raise DetenteError(what, where=str(self.run.folder), hint="those are the run's worlds")
        powers = (BLOCK << power for power in range(worlds.bit_length()))
        return [*(size for size in powers if size < worlds), worlds]

    def play(
        self,
        interventions: Sequence[Intervention],
        worlds: int = WORLDS,
        *,
        after: int = 0,
        **means: Any,
    ) -> None:
        """Play the first worlds under each intervention, and as they are, unless they are kept.

        `after` is how many of them, whole blocks, are left out. The means are those of
        `Kept.play_missing`: threads, progress, stop.

        Raises
        ------
        DetenteError
            If a change is not allowed, a world cannot be solved, or as `Kept.play_missing` does.
        """
        asked = (AS_IT_IS, *interventions)
        self.play_each(asked, worlds, after=after, **means)

    def play_each(
        self,
        interventions: Sequence[Intervention],
        worlds: int,
        *,
        after: int = 0,
        **means: Any,
    ) -> None:
        """Play the first worlds but for so many under each intervention alone, unless they are kept.

        Raises
        ------
        DetenteError
            As `play` does.
        """
        blocks = self._blocks(interventions, worlds, after)
        self._kept.play_missing(blocks, **means)

    def read(
        self, intervention: Intervention, worlds: int = WORLDS, *, after: int = 0
    ) -> PairedAnswer:
        """Return the answer of the first worlds, which were played, but for so many.

        Raises
        ------
        DetenteError
            If they were not.
        """
        without, with_it = (self.rows(one, worlds, after=after) for one in (AS_IT_IS, intervention))
        return PairedAnswer(self.run, self.option, without, with_it)

    def rows(self, intervention: Intervention, worlds: int, *, after: int = 0) -> np.ndarray:
        """Return what was kept of the first worlds, but for so many, shape (worlds, futures).

        Raises
        ------
        DetenteError
            If they were not played.
        """
        blocks = self._blocks([intervention], worlds, after)
        return np.concatenate(self._kept.read_all(blocks))[: worlds - after]

    def altered(self, intervention: Intervention, worlds: int) -> list[PlayedWorld]:
        """Return the first worlds under an intervention, to be solved and looked at.

        Raises
        ------
        DetenteError
            If a change is not allowed.
        """
        stage = self._stage_under(intervention)
        return [self._world(stage, intervention, world) for world in range(worlds)]

    def missing(
        self, interventions: Sequence[Intervention], worlds: int = WORLDS, *, after: int = 0
    ) -> int:
        """Return how many worlds would have to be played under the interventions alone."""
        return BLOCK * len(self._kept.missing(self._blocks(interventions, worlds, after)))

    def answers(
        self,
        intervention: Intervention,
        worlds: int = WORLDS,
        *,
        threads: int | None = None,
        progress: Listener | None = None,
    ) -> Iterator[PairedAnswer]:
        """Yield ever sharper answers; who stops to ask loses nothing of what was played.

        Raises
        ------
        DetenteError
            As `play` does.
        """
        for size in self.sizes(worlds):
            self.play([intervention], size, threads=threads, progress=progress)
            yield self.read(intervention, size)

    def _blocks(
        self, interventions: Sequence[Intervention], worlds: int, after: int = 0
    ) -> list[WorldBlock]:
        """Return blocks with all interventions of one together: they have most in common."""
        blocks = range(after, self.sizes(worlds)[-1], BLOCK)
        under = {one.name: one for one in interventions}.values()
        return [WorldBlock(one, first) for first in blocks for one in under]

    @cached_property
    def _kept(self) -> Kept[WorldBlock, np.ndarray]:
        calls = self.command, self._file, self._prepare
        return Kept(self.run, folders.ANSWERS, *calls, BLOCK, is_aside=self.is_aside)

    def _file(self, block: WorldBlock) -> File[np.ndarray]:
        under, first = block
        kept = self.reading
        kind = f"{self.option} {self.grid} {self.futures}"
        about = f"{self.run.digest} {self.run.record.model} {kind} {under.spelled(first)} {first} "
        name = f"{self.option}/{under.name}/{first:06d}-{self.grid}-{self.futures}.{kept.name}"
        return array_file(name, about, kept.kind, (BLOCK, self.futures))

    def _prepare(self, missing: Sequence[WorldBlock]) -> Play[WorldBlock, np.ndarray]:
        under = {block.under.name: block.under for block in missing}
        stages = {name: self._stage_under(one) for name, one in under.items()}

        def play(block: WorldBlock, stop: threading.Event) -> np.ndarray | None:
            found = np.empty((BLOCK, self.futures), self.reading.kind)
            for row in range(BLOCK):
                if stop.is_set():
                    return None
                world = self._world(stages[block.under.name], block.under, block.first + row)
                found[row] = self.reading.read(world)
            return found

        return play

    def _world(self, stage: Stage, under: Intervention, world: int) -> PlayedWorld:
        stretch, stakes = Stretch(world, 0, self.futures), None
        if under.holds_stakes and stage.kernel.remembering is not None:
            stakes = self.stage.numbers(self.option, world)
        return PlayedWorld(stage, self.option, under, stretch, stakes)

    def _stage_under(self, intervention: Intervention) -> Stage:
        crisis, values = self.baseline.under(intervention)
        return replace(self.stage, crises={self.option: crisis}, values={self.option: values})


def answer(  # noqa: PLR0913  what is asked, and how sharply, each with its default
    run: Run,
    changes: Mapping[str, Setting] | Intervention,
    *,
    worlds: int = WORLDS,
    futures: int = FUTURES,
    grid: Grid = "tiny",
    threads: int | None = None,
    progress: Listener | None = None,
) -> Iterator[PairedAnswer]:
    """Yield ever sharper answers to what a change does to a run, after 4, 8, 16 worlds and so on.

    `changes` gives fields new settings: a value, a `NewRange`, or a number for each world. Each
    world plays so many `futures`. What is played is kept in the run's folder, so that who stops to
    ask can go on, and what was asked before is read.

    Raises
    ------
    DetenteError
        If a change, a size or the grid is not allowed, the run was made by another version of the
        model, or is damaged.
    """
    asked = changes if isinstance(changes, Intervention) else Intervention(dict(changes))
    study = Study(run, BASE, futures, grid)
    yield from study.answers(asked, worlds, threads=threads, progress=progress)

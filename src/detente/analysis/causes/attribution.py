"""What caused war in a run: every world judged again without each of what can bring war."""

import hashlib
import shlex
import threading
from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente import notebook
from detente.analysis.causes import parts
from detente.analysis.causes.measures import KEYS, Key, count, estimate_all
from detente.analysis.causes.parts import Place, Verdicts
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.foundation import read_again
from detente.ensemble.lock import adding
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, Stage, workers
from detente.ensemble.shares import Share
from detente.ensemble.simulate import Listener, stage_of
from detente.ensemble.store import Rows
from detente.ensemble.versions import command_to_grow, how_to_play_again
from detente.errors import DetenteError

NONE = "none"
"""What is credited with wars that come with every mechanism off."""


@dataclass(frozen=True, repr=False)
class Causes(notebook.Shown):
    """What caused war in a run, in this model."""

    run: Run
    option: str
    worlds: int
    shares: dict[Key, Share]
    unsettled: float
    digest: str

    @property
    def futures(self) -> int:
        """Return how many futures were judged."""
        return self.worlds * self.run.record.settings.futures_of_a_world

    @property
    def verdict(self) -> str:
        """Say whether miscalculation brings more war than all deliberate action and spoilers.

        `more` or `less` if it does, or does not, in 90 % of worlds, chance removed; else
        `cannot_tell`.
        """
        excess = self.shares["excess",]
        if excess.spread_low > 0.0:
            return "more"
        return "less" if excess.spread_high < 0.0 else "cannot_tell"

    def of_each(self, measure: str) -> dict[str, Share]:
        """Return a measure that goes by mechanism, in the order of the mechanisms."""
        return {key: self.shares[measure, key] for key in KEYS.values()}

    def as_json(self) -> dict[str, Any]:
        """Return what `detente causes --json` prints."""
        single = ("deliberate", "miscalculation", "spoiler", "overdetermined")
        causes = {**self.of_each("causes"), NONE: self.shares["causes", NONE]}
        return {
            "schema": "detente/causes/1",
            "run": str(self.run.folder),
            "option": self.option,
            "worlds": self.worlds,
            "futures": self.futures,
            "war": self.shares["war",]._asdict(),
            "causes": _plain(causes),
            **{key: self.shares[key,]._asdict() for key in single},
            "miscalculation_less_others": {
                **self.shares["excess",]._asdict(),
                "verdict": self.verdict,
            },
            "but_for": _plain(self.of_each("but_for")),
            "created": _plain(self.of_each("created")),
            "placebo": self._flips("placebo"),
            "third_party_resolved": self._flips("third_party_resolved"),
            "unsettled": self.unsettled,
            "digest": self.digest,
        }

    def _flips(self, measure: str) -> dict[str, dict[str, float]]:
        return _plain({key: self.shares[measure, key] for key in ("prevented", "created")})


def attribute(
    run: Run,
    *,
    option: str = BASE,
    worlds: int | None = None,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Causes:
    """Say what caused war in a run.

    Every future is played again with each subset of what can bring war, on the same draws. What is
    judged is kept in the run's folder, a file a world, so that a second call reads it, and one that
    was stopped goes on.

    Parameters
    ----------
    run
        A finished run.
    option
        The option whose wars are looked at.
    worlds
        How many of the run's worlds to judge, from the first; all unless given.
    threads
        Worlds judged at a time; as many as there are processors unless given.
    progress
        Called now and then with how far it has come, in worlds.

    Raises
    ------
    DetenteError
        If the run has no such option, fewer worlds, was made by another version of the model, or
        is damaged.
    """
    places = places_of(run, option, worlds)
    judge_missing(places, threads=threads, progress=progress)
    judged = [read_judged(place) for place in places]
    futures = run.record.settings.futures_of_a_world
    whole = hashlib.sha256()
    for place, verdicts in zip(places, judged, strict=True):
        whole.update(parts.content_of(place, verdicts))
    visited = sum(verdicts.visited for verdicts in judged)
    unsettled = sum(verdicts.unsettled for verdicts in judged)
    return Causes(
        run=run,
        option=option,
        worlds=len(places),
        shares=estimate_all([count(verdicts) for verdicts in judged], futures),
        unsettled=unsettled / max(1, visited),
        digest=whole.hexdigest(),
    )


def places_of(run: Run, option: str, worlds: int | None) -> list[Place]:
    """Return where the verdicts of a run's first worlds lie.

    Raises
    ------
    DetenteError
        If the run has no such option, or fewer worlds.
    """
    run.known(option)
    there = run.record.settings.worlds
    asked = there if worlds is None else worlds
    if not 1 <= asked <= there:
        what = f"worlds is {asked}; use a whole number from 1 to {there}"
        more = command_to_grow(run.folder, run.record, worlds=max(asked, there))
        hint = f"for more worlds: {more}"
        raise DetenteError(what, where=str(run.folder), hint=hint)
    return [Place(run, option, world) for world in range(asked)]


def threads_of(asked: int | None) -> int:
    """Return how many worlds to judge at a time.

    Raises
    ------
    DetenteError
        If what is asked for is not allowed.
    """
    return records.settle(threads=records.processors() if asked is None else asked).threads


def read_judged(place: Place) -> Verdicts:
    """Return the verdicts of a world that has been judged."""
    verdicts = parts.read(place)
    if verdicts is None:
        what = "was changed while it was read"
        raise DetenteError(what, where=str(place.path), hint="ask again")
    return verdicts


def judge_missing(
    places: Sequence[Place], *, threads: int | None = None, progress: Listener | None = None
) -> None:
    """Judge the worlds whose verdicts do not lie there; on an interrupt leave whole files only.

    Raises
    ------
    DetenteError
        If the run was made by another version of the model, or its futures come out otherwise.
    """
    at_a_time = threads_of(threads)
    missing = [place for place in places if parts.read(place) is None]
    if not missing:
        return
    run = missing[0].run
    run.refuse_other_model()
    clock = Clock(len(places), progress)
    clock.tell(len(places) - len(missing))
    stage = stage_of(run.folder, read_again(run.folder, run.record), run.record.settings)
    files = [place.path for place in missing]
    try:
        with adding(run, folders.CAUSES, files, "causes"):
            _judge_on_threads(stage, missing, clock, at_a_time)
    except KeyboardInterrupt as stop:
        stop.add_note(_how_to_go_on(run))
        raise
    except OSError as fault:
        what = folders.unwritable(run.folder, fault).what
        raise DetenteError(what, where=str(run.folder), hint=_how_to_go_on(run)) from fault


def _how_to_go_on(run: Run) -> str:
    return f"go on with: detente causes {shlex.quote(str(run.folder))}"


def _judge_on_threads(stage: Stage, missing: list[Place], clock: Clock, threads: int) -> None:
    if not stage.kernel.is_warm():
        # Compiled by the main thread, which an interrupt reaches at once.
        clock.tell(0, is_compiling=True)
        clock.tell(_judge(stage, missing.pop(0), threading.Event()))
    with workers(threads) as (pool, stop):
        for done in as_completed([pool.submit(_judge, stage, place, stop) for place in missing]):
            clock.tell(done.result())


def _judge(stage: Stage, place: Place, stop: threading.Event) -> int:
    """Judge one world and store it; return 1, or 0 if it is too late."""
    if stop.is_set():
        return 0
    judged = stage.judged(stage.encoded(place.option, place.world), place.world)
    _refuse_difference(place, judged.rows)
    parts.write(place, Verdicts(judged.wars, judged.marks, judged.visited, judged.unsettled))
    return 1


def _refuse_difference(place: Place, rows: Rows) -> None:
    """Refuse futures that, with every mechanism on, are not those of the run."""
    differs = np.flatnonzero(stored_rows(place) != rows)
    if len(differs):
        raise DetenteError(
            f"future {place.world}:{differs[0]} came out otherwise when it was played again",
            where=str(place.run.folder),
            hint="the run's files or the model were changed; "
            + how_to_play_again(place.run.folder, place.run.record),
        )


def stored_rows(place: Place) -> Rows:
    """Return a world's futures as the run stored them."""
    run, world = place.run, place.world
    found = [
        run.read_part(part)[0]
        for part in run.parts(place.option)
        if part.first_world <= world < part.first_world + part.worlds
    ]
    rows: Rows = np.concatenate(found)
    own: Rows = rows[rows["world"] == world]
    return own


def _plain(shares: dict[str, Share]) -> dict[str, dict[str, float]]:
    return {key: share._asdict() for key, share in shares.items()}

"""What caused war in a run: worlds of it judged again without each of what can bring war."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente import notebook
from detente.analysis.causes.coalitions import FUTURES, Judging, unpacked
from detente.analysis.causes.credit import UNIT, CoalitionPlan, credit
from detente.analysis.summary import FirstShots, first_shots_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.shares import Share, estimate, estimate_mean
from detente.ensemble.simulate import Listener
from detente.kernel.causes import Mechanism

NONE = "none"
"""What wars that come with every mechanism off are attributed to."""
Key: TypeAlias = tuple[str, ...]
"""Name of a measure: what it is, and of which mechanism."""

KEYS = {mechanism: mechanism.name.lower() for mechanism in Mechanism}
MISCALCULATION = (
    Mechanism.MISREADING,
    Mechanism.TYPES,
    Mechanism.OPTIMISM,
    Mechanism.SELF_KNOWLEDGE,
)
SINGLE = ("deliberate", "miscalculation", "spoiler", "overdetermined")
"""Measures that do not go by mechanism."""
PLACEBO_FLIPS = ("prevented", "created")
FLOORS = {"but_for": "prevented", "created": "created"}
"""What a removal may do to war, and what nearly nothing does of it."""
NEXT_TO_NOTHING = 0.0015
"""A smaller share of all futures, .1 of 100 at most, is not worth a word."""


@dataclass(frozen=True, repr=False)
class Causes(notebook.Shown):
    """What caused war in a run, in this model."""

    run: Run
    option: str
    worlds: int
    futures: int
    """Of all worlds together."""
    shares: dict[Key, Share]
    unsettled: float
    digest: str

    @cached_property
    def first_shots(self) -> FirstShots | None:
        """How the first shot came, in all futures of the run; None if nobody used force."""
        futures = self.run.record.settings.futures_of_a_world
        return first_shots_of(self.run.tally(self.option), futures)

    @cached_property
    def war_shots(self) -> FirstShots | None:
        """How the first shot came, in all wars of the run; None if there is none."""
        futures = self.run.record.settings.futures_of_a_world
        return first_shots_of(self.run.tally(self.option), futures, of_wars=True)

    def of_each(self, measure: str) -> dict[str, Share]:
        """Return a measure that goes by mechanism, in the order of the mechanisms."""
        return {key: self.shares[measure, key] for key in KEYS.values()}

    def surely_owed(self) -> list[str]:
        """Return the mechanisms to which war is surely owed, or which surely keep some away.

        The interval of such a share is without 0, and the share is not next to nothing.
        """
        return [
            key
            for key, due in self.of_each("causes").items()
            if (due.low > 0.0 or due.high < 0.0) and abs(due.share) >= NEXT_TO_NOTHING
        ]

    def surely_counts(self) -> list[str]:
        """Return the mechanisms whose removal surely prevents, or brings, more than the floor."""
        return [
            key
            for key in KEYS.values()
            if any(
                self.shares[measure, key].low > self.shares["placebo", floor].high
                for measure, floor in FLOORS.items()
            )
        ]

    def as_json(self) -> dict[str, Any]:
        """Return what `detente causes --json` prints."""
        due = {**self.of_each("causes"), NONE: self.shares["causes", NONE]}
        flips = {key: self._flips(key) for key in KEYS.values()}
        return {
            "schema": "detente/causes/2",
            "run": str(self.run.folder),
            "option": self.option,
            "of": {"worlds": self.worlds, "futures": self.futures},
            "war": self.shares["war",]._asdict(),
            "causes": {key: share._asdict() | flips.get(key, {}) for key, share in due.items()},
            "first_shot": _ways(self.first_shots),
            "first_shot_of_wars": _ways(self.war_shots),
            **{key: self.shares[key,]._asdict() for key in SINGLE},
            "but_for": _plain(self.of_each("but_for")),
            "created": _plain(self.of_each("created")),
            "placebo": _plain({key: self.shares["placebo", key] for key in PLACEBO_FLIPS}),
            "unsettled": self.unsettled,
            "digest": self.digest,
        }

    def _flips(self, key: str) -> dict[str, float]:
        prevents, creates = (self.shares[measure, key].share for measure in ("but_for", "created"))
        return {"prevents": prevents, "creates": creates}


def causes(
    run: Run,
    *,
    option: str = BASE,
    worlds: int | None = None,
    futures: int = FUTURES,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Causes:
    """Say what caused war in a run.

    Futures of its first worlds are played again with subsets of what can bring war, on the same
    draws and a coarse grid of beliefs. What is judged is kept in the run's folder, a file a world,
    so that a second call reads it, and one that was stopped goes on.

    Parameters
    ----------
    run
        A finished run.
    option
        The option whose wars are looked at.
    worlds
        How many of the run's worlds to judge, from the first; 64 unless given.
    futures
        How many futures of each world, from the first.
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
    judging = Judging(run, option, futures)
    asked = judging.worlds(worlds)
    judging.kept.play_missing(asked, threads=threads, progress=progress)
    judged = judging.kept.read_all(asked)
    whole = hashlib.sha256()
    for world, verdicts in zip(asked, judged, strict=True):
        whole.update(f"{option} {world} ".encode() + verdicts.tobytes())
    counts = [count(one, judging.plan(world)) for world, one in zip(asked, judged, strict=True)]
    visited, unsettled = (
        sum(int(one[column].sum(dtype=np.int64)) for one in judged)
        for column in ("visited", "unsettled")
    )
    return Causes(
        run=run,
        option=option,
        worlds=len(asked),
        futures=len(asked) * futures,
        shares=estimate_all(counts, futures),
        unsettled=unsettled / max(1, visited),
        digest=whole.hexdigest(),
    )


def _ways(found: FirstShots | None) -> dict[str, Any]:
    ways = found.ways if found else {}
    return _plain({way.name.lower(): share for way, share in ways.items()})


def _plain(shares: dict[str, Share]) -> dict[str, dict[str, float]]:
    return {key: share._asdict() for key, share in shares.items()}


class Counts(NamedTuple):
    """One world's measures."""

    sums: Annotated[dict[Key, int], "over its futures, in units of 1/UNIT"]
    squares: Annotated[dict[Key, int], "of the same, in units of 1/UNIT squared"]


def count(verdicts: np.ndarray, plan: CoalitionPlan) -> Counts:
    """Count one world's verdicts."""
    measured = measure(verdicts, plan)
    return Counts(
        {key: int(value.sum()) for key, value in measured.items()},
        {key: int((value * value).sum()) for key, value in measured.items()},
    )


def measure(verdicts: np.ndarray, plan: CoalitionPlan) -> dict[Key, np.ndarray]:
    """Return each measure of each future, in whole numbers of 1/UNIT, shape (futures,)."""
    due = credit(unpacked(verdicts["wars"], plan), plan)
    placebo = verdicts["placebo"].astype(np.int64)
    measured: dict[Key, np.ndarray] = {
        ("war",): due.war * UNIT,
        ("causes", NONE): due.none * UNIT,
        ("overdetermined",): due.overdetermined * UNIT,
        ("deliberate",): verdicts["deliberate"].astype(np.int64) * UNIT,
        ("placebo", "prevented"): due.war * (1 - placebo) * UNIT,
        ("placebo", "created"): (1 - due.war) * placebo * UNIT,
        ("miscalculation",): due.shares[:, list(MISCALCULATION)].sum(axis=1),
        ("spoiler",): due.shares[:, Mechanism.THIRD_PARTY],
    }
    for mechanism, key in KEYS.items():
        measured["causes", key] = due.shares[:, mechanism]
        measured["but_for", key] = due.but_for[:, mechanism] * UNIT
        measured["created", key] = due.created[:, mechanism] * UNIT
    return measured


def estimate_all(worlds: list[Counts], futures: int) -> dict[Key, Share]:
    """Return the share of each measure with its intervals, from `futures` in each world."""
    return {key: _estimate(key, worlds, futures) for key in worlds[0].sums}


def _estimate(key: Key, worlds: list[Counts], futures: int) -> Share:
    sums = np.array([world.sums[key] for world in worlds])
    squares = np.array([world.squares[key] for world in worlds])
    if _is_yes_or_no(key):
        return estimate(sums // UNIT, futures)
    return estimate_mean(sums / (UNIT * futures), squares / (UNIT * UNIT * futures), futures)


def _is_yes_or_no(key: Key) -> bool:
    is_credit = key[0] == "causes" and key[1] != NONE
    return not is_credit and key[0] not in {"miscalculation", "spoiler"}

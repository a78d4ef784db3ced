"""What caused war in a run: every world judged again without each of what can bring war."""

import hashlib
from dataclasses import dataclass
from math import factorial
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente import notebook
from detente.analysis.causes.coalitions import (
    CoalitionWars,
    coalition_wars,
    content_of,
    worlds_of,
)
from detente.analysis.causes.credit import credit
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.shares import Share, estimate, estimate_mean
from detente.ensemble.simulate import Listener
from detente.kernel.causes import Mark, Mechanism

NONE = "none"
"""What wars that come with every mechanism off are attributed to."""
Key: TypeAlias = tuple[str, ...]
"""Name of a measure: what it is, and of which mechanism."""

KEYS = {mechanism: mechanism.name.lower() for mechanism in Mechanism}
UNIT = factorial(len(Mechanism))
"""Measures are whole numbers of one in so many."""


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

        `more` or `less` if it does, or does not, in 90 % of worlds, sampling noise removed; else
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
    kept, asked = coalition_wars(run, option), worlds_of(run, worlds, option)
    kept.play_missing(asked, threads=threads, progress=progress)
    judged = kept.read_all(asked)
    futures = run.record.settings.futures_of_a_world
    whole = hashlib.sha256()
    for world, one in zip(asked, judged, strict=True):
        whole.update(content_of(option, world, one))
    visited = sum(one.visited for one in judged)
    unsettled = sum(one.unsettled for one in judged)
    return Causes(
        run=run,
        option=option,
        worlds=len(asked),
        shares=estimate_all([count(one) for one in judged], futures),
        unsettled=unsettled / max(1, visited),
        digest=whole.hexdigest(),
    )


def _plain(shares: dict[str, Share]) -> dict[str, dict[str, float]]:
    return {key: share._asdict() for key, share in shares.items()}


class Counts(NamedTuple):
    """One world's measures."""

    sums: Annotated[dict[Key, int], "over its futures, in units of 1/UNIT"]
    squares: Annotated[dict[Key, int], "of the same, in units of 1/UNIT squared"]


def count(judged: CoalitionWars) -> Counts:
    """Count one world, each kind of future once with how often it occurs."""
    joint = np.empty(len(judged.wars), [("wars", np.uint64), ("marks", np.uint8)])
    joint["wars"], joint["marks"] = judged.wars, judged.marks
    kinds, often = np.unique(joint, return_counts=True)
    measured = measure(kinds["wars"], kinds["marks"])
    return Counts(
        {key: int((often * value).sum()) for key, value in measured.items()},
        {key: int((often * value * value).sum()) for key, value in measured.items()},
    )


def measure(wars: np.ndarray, marks: np.ndarray) -> dict[Key, np.ndarray]:
    """Return each measure of each future, in whole numbers of 1/UNIT, shape (futures,)."""
    due = credit(wars, len(Mechanism))
    deliberate, placebo, resolved = (marks >> mark & 1 for mark in Mark)
    measured: dict[Key, np.ndarray] = {
        ("war",): due.war * UNIT,
        ("causes", "none"): due.none * UNIT,
        ("overdetermined",): due.overdetermined * UNIT,
        ("deliberate",): deliberate.astype(np.int64) * UNIT,
    }
    for mechanism, key in KEYS.items():
        measured["causes", key] = due.shapley[:, mechanism]
        measured["but_for", key] = due.but_for[:, mechanism] * UNIT
        measured["created", key] = due.created[:, mechanism] * UNIT
    for key, other in (("placebo", placebo), ("third_party_resolved", resolved)):
        measured[key, "prevented"] = due.war * (1 - other.astype(np.int64)) * UNIT
        measured[key, "created"] = (1 - due.war) * other.astype(np.int64) * UNIT
    return measured | _families(measured)


def _families(measured: dict[Key, np.ndarray]) -> dict[Key, np.ndarray]:
    """Return miscalculation and spoiler, and by how much the one exceeds all that is not."""
    misread, private = (
        measured["causes", KEYS[one]]
        for one in (Mechanism.MISREAD_INCIDENT, Mechanism.PRIVATE_INFORMATION)
    )
    spoiler = measured["causes", KEYS[Mechanism.THIRD_PARTY]]
    excess = misread + private - measured["deliberate",] - spoiler
    return {("miscalculation",): misread + private, ("spoiler",): spoiler, ("excess",): excess}


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
    is_credit = key[0] == "causes" and key[1] != "none"
    return not is_credit and key[0] not in {"miscalculation", "spoiler", "excess"}

"""Two runs of a crisis side by side: what each has, how far they are apart, what differs in them.

`detente compare RUN RUN --json` prints one object, `detente/runs/1`. By name:

- outcome (which is asked about), paired: whether the runs share seed, worlds and futures, so that
  futures are compared one by one on the same draws; reason: why not, empty if they do.
- runs.A, runs.B, the first named and the second: run, name, as_of, package, worlds, futures,
  digest; endings.KEY and outcomes.KEY: the share with its intervals.
- differences.KEY, of every ending and outcome: difference (B less A) with its 90 % interval low,
  high: of paired differences, or if they are not paired from both shares' own intervals.
- settings.KEY: A and B where they differ; pack: in how many numbers, claims, options, hypotheses
  and other parts their packs differ (`detente diff` names them); same_model.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.analysis.outcomes import members_of
from detente.analysis.since import (
    OTHERS,
    SHARED,
    moved,
    other_settings,
    refuse_unrelated,
    shared_outcomes,
    why_unpaired,
)
from detente.ensemble.foundation import read_base_again
from detente.ensemble.run import Run
from detente.ensemble.shares import Share, estimate, mean_over
from detente.ensemble.tally import ENDINGS
from detente.pack import comparison
from detente.pack.comparison import PackComparison


class RunDifference(NamedTuple):
    """How often something comes in two runs, and how far these shares are apart."""

    one: Share
    other: Share
    difference: Annotated[float, "of the second less the first"]
    low: Annotated[float, "90 % interval"]
    high: Annotated[float, "90 % interval"]

    @property
    def is_clear(self) -> bool:
        """Say whether its interval sets it apart from none."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True, repr=False)
class RunsCompared(notebook.Shown):
    """Two runs of a crisis, in this model."""

    runs: tuple[Run, Run]
    outcome: str
    reason: Annotated[str, "why futures are not compared one by one; empty if they are"]
    differences: Mapping[str, RunDifference]
    pack: PackComparison
    settings: Mapping[str, tuple[str, str]]

    @property
    def is_same_model(self) -> bool:
        """Say whether the same state of the model played both."""
        one, other = self.runs
        return one.record.model == other.record.model

    def as_json(self) -> dict[str, Any]:
        """Return what `detente compare RUN RUN --json` prints."""
        sides = (
            {key: one.one for key, one in self.differences.items()},
            {key: one.other for key, one in self.differences.items()},
        )
        named, pack = zip("AB", self.runs, sides, strict=True), self.pack
        groups = ("renamed", "numbers", "claims", "options", "hypotheses", "structure")
        return {
            "schema": "detente/runs/1",
            "outcome": self.outcome,
            "paired": not self.reason,
            "reason": self.reason,
            "runs": {name: _run_as_json(run, shares) for name, run, shares in named},
            "differences": {
                key: {"difference": one.difference, "low": one.low, "high": one.high}
                for key, one in self.differences.items()
            },
            "settings": {key: {"A": a, "B": b} for key, (a, b) in self.settings.items()},
            "pack": {key: len(getattr(pack, key)) for key in groups},
            "same_model": self.is_same_model,
        }


def compare_runs(run: Run, other: Run, *, outcome: str = "any_war") -> RunsCompared:
    """Compare two runs of a crisis, both without any option; `outcome` is what is asked about.

    Where they share seed, worlds and futures, futures are compared one by one, on the same draws as
    far as their packs let them be; else the runs count as independent.

    Raises
    ------
    DetenteError
        If there is no such outcome, they are one run or of two crises, or one of them is damaged or
        was played with other defaults than this version has.
    """
    members_of(outcome)
    refuse_unrelated(other, run)
    reason = why_unpaired(run, other, "B")
    packs = (read_base_again(one.folder, one.record) for one in (run, other))
    asked = (*SHARED, *OTHERS)
    settings = other_settings(run.record.settings, other.record.settings, asked)
    found = _apart(run, other) if reason else _paired(run, other)
    return RunsCompared((run, other), outcome, reason, found, comparison.compare(*packs), settings)


def _paired(run: Run, other: Run) -> dict[str, RunDifference]:
    return {
        key: RunDifference(one.before, one.after, *one.difference[:3])
        for key, one in moved(run, other).items()
    }


def _apart(run: Run, other: Run) -> dict[str, RunDifference]:
    """Return how far two independent runs are apart, over worlds and chance."""
    found = {}
    for key in shared_outcomes(run, other):
        (one, reach), (two, other_reach) = (_share_over_worlds(each, key) for each in (run, other))
        difference, half = two.share - one.share, math.hypot(reach, other_reach)
        found[key] = RunDifference(one, two, difference, difference - half, difference + half)
    return found


def _share_over_worlds(run: Run, outcome: str) -> tuple[Share, float]:
    """Return an outcome's share, and half the length of its interval over worlds and chance.

    A run of one world says nothing of others: there it is that of chance.
    """
    happened, futures = run.tally().happened(outcome), run.record.settings.futures_of_a_world
    share = estimate(happened, futures)
    by_chance = max(share.high - share.share, share.share - share.low)
    if len(happened) == 1:
        return share, by_chance
    return share, max(by_chance, mean_over(happened / futures).high - share.share)


def _run_as_json(run: Run, shares: Mapping[str, Share]) -> dict[str, Any]:
    record = run.record
    figures = {key: share._asdict() for key, share in shares.items()}
    return {
        "run": str(run.folder),
        "name": record.name,
        "as_of": record.as_of,
        "package": record.package,
        "worlds": record.settings.worlds,
        "futures": record.settings.played,
        "digest": run.digest,
        "endings": {key: one for key, one in figures.items() if key in ENDINGS},
        "outcomes": {key: one for key, one in figures.items() if key not in ENDINGS},
    }

"""Two runs of a crisis compared: the differences of their shares, settings and packs.

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.ensemble.measures import ENDINGS, EVER, OUTCOMES, SETS, endings_apart, outcome_of
from detente.ensemble.record import BASE, Settings
from detente.ensemble.run import Run
from detente.ensemble.tally import classes
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_share
from detente.estimate.paired import difference_of
from detente.pack import comparison
from detente.pack.comparison import PackComparison
from detente.questions.summary import share_in

SHARED = ("seed", "worlds", "futures")
"""Settings that two runs must share for their futures to be pairs."""
OTHERS = ("grid", "horizon", "rules")
"""Settings in which they may differ and which affect outcomes."""


class BeforeAfter(NamedTuple):
    """The share of an outcome in the earlier run and in the later one."""

    before: Estimate
    after: Estimate
    difference: Annotated[Estimate, "the later less the earlier"]


def since(run: Run, earlier: Run) -> "RunsCompared":
    """Return the changes from an earlier run of a crisis to this one, compared future by future.

    The interval is one of paired differences (`detente.questions.compare`). Worlds are not
    compared: a pack with other numbers draws others.

    Raises `DetenteError` if they are one run or of two crises, differ in seed, worlds or futures,
    or one of them is damaged or was played with other defaults than this version has.
    """
    refuse_unrelated(run, earlier)
    reason = why_unpaired(earlier, run)
    if reason:
        hint = "courses are compared one by one: play one run again with the other's settings"
        raise DetenteError(reason, where=str(earlier.folder), hint=hint)
    return compare_runs(earlier, run)


def refuse_unrelated(run: Run, earlier: Run) -> None:
    """Raise `DetenteError` if two runs are the same, or of two crises."""
    where = str(earlier.folder)
    if earlier.folder == run.folder:
        hint = "name the run that this one follows"
        raise DetenteError("is the run itself", where=where, hint=hint)
    then, now = earlier.record, run.record
    if then.name != now.name and then.parties != now.parties:
        what = f"is of another crisis: {then.name}, here {now.name}"
        raise DetenteError(what, where=where, hint="name an earlier run of this one")


def why_unpaired(earlier: Run, run: Run, called: str = "this run") -> str:
    """Return why the futures of two runs are no pairs, or an empty text.

    `called` is the name of the second run in the text.
    """
    for key in SHARED:
        before, after = (getattr(one.record.settings, key) for one in (earlier, run))
        if before != after:
            return f"was played with {key} {before:,}, {called} with {after:,}"
    return ""


def moved(earlier: Run, run: Run) -> dict[str, BeforeAfter]:
    """Return the change of each ending and outcome between two paired runs."""
    # The class of each future, shape (worlds, futures of a world).
    before, after = (
        np.concatenate([classes(rows) for rows in one.rows()]).reshape(
            one.record.settings.worlds, -1
        )
        for one in (earlier, run)
    )
    futures, found = before.shape[1], {}
    for key in (*ENDINGS, *SETS, *EVER):
        then, now = (OUTCOMES[key].happened(kinds) for kinds in (before, after))
        found[key] = BeforeAfter(
            estimate_share(then.sum(axis=1), futures),
            estimate_share(now.sum(axis=1), futures),
            difference_of(then, now),
        )
    return found


def other_settings(
    before: Settings, after: Settings, keys: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return the settings in which two runs differ, of those named, as text."""
    pairs = {key: (getattr(before, key), getattr(after, key)) for key in keys}
    return {key: (_read(old), _read(new)) for key, (old, new) in pairs.items() if old != new}


def _read(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{role}: {rule.name}" for role, rule in value.items()) or "none"
    return str(value)


@dataclass(frozen=True, repr=False)
class RunsCompared(notebook.Shown):
    """Two runs of a crisis, compared."""

    main_table = "differences"

    runs: tuple[Run, Run]
    outcome: str
    reason: Annotated[str, "why futures are not compared one by one; empty if they are"]
    differences: Annotated[Mapping[str, BeforeAfter], "of the second run less the first"]
    pack: Annotated[PackComparison, "their packs as each run played them"]
    settings: Annotated[Mapping[str, tuple[str, str]], "those that differ, as they read"]

    @property
    def is_same_model(self) -> bool:
        """Return whether the same version of the model made both."""
        one, other = self.runs
        return one.record.model == other.record.model

    @property
    def is_unchanged(self) -> bool:
        """Return whether pack, settings and model are the same."""
        return self.pack.is_empty and not self.settings and self.is_same_model

    def content(self) -> dict[str, Any]:
        """Return the object that `detente compare RUN RUN --json` prints."""
        before = {key: one.before for key, one in self.differences.items()}
        after = {key: one.after for key, one in self.differences.items()}
        groups = ("renamed", "numbers", "claims", "options", "hypotheses", "structure")
        return {
            "schema": "detente/runs/1",
            "outcome": self.outcome,
            "paired": not self.reason,
            "reason": self.reason,
            "runs": {
                "A": _run_as_json(self.runs[0], before),
                "B": _run_as_json(self.runs[1], after),
            },
            "differences": {
                key: dict(zip(("difference", "low", "high"), one.difference.interval, strict=True))
                for key, one in self.differences.items()
            },
            "settings": {key: {"A": a, "B": b} for key, (a, b) in self.settings.items()},
            "pack": {key: len(getattr(self.pack, key)) for key in groups},
            "same_model": self.is_same_model,
        }


def compare_runs(run: Run, other: Run, *, outcome: str = "any_war") -> RunsCompared:
    """Compare two runs of a crisis, both without any option.

    If they share seed, worlds and futures, futures are compared one by one, on the same draws as
    far as their packs allow; otherwise the runs count as independent. `outcome` is the one asked
    about.

    Raises `DetenteError` if there is no such outcome, they are one run or of two crises, or one of
    them is damaged or was played with other defaults than this version has.
    """
    outcome_of(outcome)
    refuse_unrelated(other, run)
    reason = why_unpaired(run, other, "B")
    packs = (one.crisis for one in (run, other))
    asked = (*SHARED, *OTHERS)
    settings = other_settings(run.record.settings, other.record.settings, asked)
    found = _apart(run, other) if reason else moved(run, other)
    return RunsCompared((run, other), outcome, reason, found, comparison.compare(*packs), settings)


def _apart(run: Run, other: Run) -> dict[str, BeforeAfter]:
    """Return the differences of two independent runs, over worlds and chance."""
    found = {}
    for key in (*ENDINGS, *SETS, *EVER):
        one, two = (share_in(each, BASE, key) for each in (run, other))
        # The error of each share is the distance to the farther end of its interval.
        half = math.hypot(*(max(x.high - x.value, x.value - x.low) for x in (one, two)))
        gap = two.value - one.value
        apart = Estimate(gap, gap - half, gap + half, kind="difference")
        found[key] = BeforeAfter(one, two, apart)
    return found


def _run_as_json(run: Run, shares: Mapping[str, Estimate]) -> dict[str, Any]:
    record = run.record
    return {
        "run": str(run.folder),
        **fields_of(record, "name as_of package"),
        "worlds": record.settings.worlds,
        "futures": record.settings.played,
        "digest": run.digest,
        **endings_apart(shares),
    }

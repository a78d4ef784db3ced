"""What changed between two runs of a crisis, and what differs in what they were played from."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.paired import PairedDifference, WorldMeans, estimate_difference
from detente.ensemble.foundation import read_base_again
from detente.ensemble.record import Settings
from detente.ensemble.run import Run
from detente.ensemble.shares import Share, estimate
from detente.ensemble.tally import EVER, MEMBERS, OUTCOMES, classes
from detente.errors import DetenteError
from detente.pack import comparison
from detente.pack.comparison import PackComparison

SHARED = ("seed", "worlds", "futures")
"""Settings in which two runs must agree, so that their futures are pairs."""
OTHERS = ("grid", "horizon", "rules")
"""Settings in which they may differ, and which move outcomes."""


class BeforeAfter(NamedTuple):
    """How often something came in the earlier run and in the later one."""

    before: Share
    after: Share
    difference: Annotated[PairedDifference, "the later less the earlier"]


class Since(NamedTuple):
    """What moved since an earlier run, and what differs between the two."""

    earlier: Run
    moved: Annotated[dict[str, BeforeAfter], "endings, then sets of them"]
    pack: Annotated[PackComparison, "their packs as each run played them"]
    settings: Annotated[dict[str, tuple[str, str]], "other settings, as they read"]
    is_same_model: Annotated[bool, "whether the same state of the model played both"]

    @property
    def is_unchanged(self) -> bool:
        """Say whether both were played from the same."""
        return self.pack.is_empty and not self.settings and self.is_same_model


def since(run: Run, earlier: Run) -> Since:
    """Return what moved from an earlier run of a crisis to this one, both without any option.

    The two are paired future by future: they share seed, worlds and futures, so that draws are the
    same in both as far as their packs let them be, and the interval is one of paired differences
    (`detente.analysis.compare`). Worlds are not compared: a pack with other numbers draws others.

    Raises
    ------
    DetenteError
        If they are one run or of two crises, differ in seed, worlds or futures, or one of them is
        damaged or was played with other defaults than this version has.
    """
    refuse_unrelated(run, earlier)
    reason = why_unpaired(earlier, run)
    if reason:
        hint = "the two are compared future by future: play one of them again as the other was"
        raise DetenteError(reason, where=str(earlier.folder), hint=hint)
    return Since(
        earlier,
        moved(earlier, run),
        comparison.compare(*(read_base_again(one.folder, one.record) for one in (earlier, run))),
        other_settings(earlier.record.settings, run.record.settings),
        earlier.record.model == run.record.model,
    )


def refuse_unrelated(run: Run, earlier: Run) -> None:
    """Refuse two runs that are one, or of two crises.

    Raises
    ------
    DetenteError
        If they are.
    """
    where = str(earlier.folder)
    if earlier.folder == run.folder:
        hint = "name the run that this one follows"
        raise DetenteError("is the run itself", where=where, hint=hint)
    then, now = earlier.record, run.record
    if then.name != now.name and then.parties != now.parties:
        what = f"is of another crisis: {then.name}, here {now.name}"
        raise DetenteError(what, where=where, hint="name an earlier run of this one")


def why_unpaired(earlier: Run, run: Run, called: str = "this run") -> str:
    """Return why the futures of two runs are no pairs, with what to call the second; or nothing."""
    for key in SHARED:
        before, after = (getattr(one.record.settings, key) for one in (earlier, run))
        if before != after:
            return f"was played with {key} {before:,}, {called} with {after:,}"
    return ""


def moved(earlier: Run, run: Run) -> dict[str, BeforeAfter]:
    """Return how far each ending, then each outcome, moved between two runs that are paired."""
    before, after = (_classes(one) for one in (earlier, run))
    return {outcome: _moved(before, after, outcome) for outcome in shared_outcomes(earlier, run)}


def shared_outcomes(earlier: Run, run: Run) -> tuple[str, ...]:
    """Return the endings that both runs can have, then the outcomes."""
    endings = earlier.endings if earlier.record.is_older else run.endings
    return (*endings, *OUTCOMES, *EVER)


def _classes(run: Run) -> np.ndarray:
    """Return the class of each future, shape (worlds, futures of a world)."""
    rows = np.concatenate([classes(rows) for rows in run.rows()])
    return rows.reshape(run.record.settings.worlds, -1)


def _moved(before: np.ndarray, after: np.ndarray, outcome: str) -> BeforeAfter:
    futures = before.shape[1]
    then, now = (np.isin(found, MEMBERS[outcome]) for found in (before, after))
    more = now.astype(np.int8) - then
    by_world = WorldMeans(more.mean(axis=1), (then != now).mean(axis=1), futures)
    shares = [estimate(came.sum(axis=1), futures) for came in (then, now)]
    return BeforeAfter(shares[0], shares[1], estimate_difference(by_world))


def other_settings(
    before: Settings, after: Settings, keys: Sequence[str] = OTHERS
) -> dict[str, tuple[str, str]]:
    """Return the settings, of those named, in which two runs differ, as they read."""
    pairs = {key: (getattr(before, key), getattr(after, key)) for key in keys}
    return {key: (_read(old), _read(new)) for key, (old, new) in pairs.items() if old != new}


def _read(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{role}: {rule.name}" for role, rule in value.items()) or "none"
    return str(value)

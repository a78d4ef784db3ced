"""Changes since the registration before, and reasons: numbers, settings, observations."""

import math
import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.ensemble.measures import OUTCOMES
from detente.ensemble.record import dated
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.paired import difference_of
from detente.follow.chain import (
    AskedQuestion,
    Chain,
    Differing,
    NumberChange,
    Observed,
    Registration,
    SealedForecast,
    SealedMove,
)
from detente.kernel.limits import LONGEST_HORIZON
from detente.pack import Crisis, comparison, load
from detente.pack.comparison import quantity_words
from detente.pack.observed import read_observations
from detente.questions.given import day_of
from detente.questions.since import OTHERS, other_settings, why_unpaired
from detente.views.watching import in_words

GROUPS = ("renamed", "claims", "options", "hypotheses", "structure")
GONE = "the run before is not where it was, or is another"


class Now(NamedTuple):
    """The run to register, and the chain before."""

    run: Run
    crisis: Crisis
    chain: Chain
    earlier: Run | None

    @property
    def last(self) -> Registration | None:
        """Return the registration before, if there is one."""
        return self.chain.registrations[-1] if self.chain.registrations else None

    @property
    def begun(self) -> date:
        """Return the as-of date of the first registration, the start of the followed crisis."""
        entries = self.chain.registrations
        return entries[0].basis.as_of if entries else self.crisis.as_of


def moved(now: Now, key: str, question: AskedQuestion, share: Estimate) -> SealedMove | None:
    """Return the difference between a share and the one registered before; None if it is new.

    Futures are paired if the two runs allow it; otherwise both intervals are combined.
    """
    before = [one for one in now.chain.registrations if key in one.forecasts]
    if not before:
        return None
    old, reason = before[-1].forecasts[key], _why_apart(now, question, before[-1])
    if not reason and now.earlier is not None:
        comes = []  # whether the outcome happens, shape (worlds, futures of a world)
        for run in (now.earlier, now.run):
            asked, last = OUTCOMES[question.outcome], day_of(run, question.by)
            rows = [asked.has_come(part, last) for part in run.rows(question.option)]
            worlds = run.record.settings.worlds_of(question.option)
            comes.append(np.concatenate(rows).reshape(worlds, -1))
        then, today = comes
        found = difference_of(then, today).interval
    else:
        difference, half = share.value - old.share, math.hypot(_reach(share), _reach(old))
        found = difference, difference - half, difference + half
    names = dict(zip(("difference", "low", "high"), found, strict=True))
    return SealedMove(since=before[-1].date, **names, paired=not reason, reason=reason)


def _reach(one: Estimate | SealedForecast) -> float:
    """Return the longer half of an interval."""
    value = one.value if isinstance(one, Estimate) else one.share
    return max(one.high - value, value - one.low)


def _why_apart(now: Now, question: AskedQuestion, before: Registration) -> str:
    """Return why futures are not paired; empty if they are."""
    if now.earlier is None or before is not now.last:
        return GONE if before is now.last else "it was not asked of the run before"
    if question.given:
        return "conditions hold in other courses of events of each run"
    return why_unpaired(now.earlier, now.run)


def differs(now: Now) -> Differing | None:
    """Return the differences between this run's inputs and the last one's; None for the first."""
    last, earlier = now.last, now.earlier
    if last is None:
        return None
    settings = {}
    if earlier is not None:
        settings = other_settings(earlier.record.settings, now.run.record.settings, OTHERS)
    unread, others = "", dict.fromkeys(GROUPS, 0)
    numbers: tuple[NumberChange, ...] = ()
    try:
        found = comparison.compare(pack_of(now.chain, last), now.crisis)
    except DetenteError as fault:
        unread = str(fault)
    else:
        numbers = tuple(
            NumberChange(
                field=one.field,
                before=None if one.before is None else quantity_words(one.before),
                after=None if one.after is None else quantity_words(one.after),
            )
            for one in found.numbers
        )
        others = {group: len(getattr(found, group)) for group in GROUPS}
    return Differing(
        numbers=numbers,
        others=others,
        settings=settings,
        same_model=last.basis.model == now.run.record.model,
        unread=unread,
    )


def run_of(chain: Chain, entry: Registration) -> Run | None:
    """Return the run of a registration, or None if it is missing or another one."""
    place = entry.basis.run
    try:
        run = Run.open(place if "://" in place else os.path.normpath(chain.folder / place))
    except DetenteError:
        return None
    return run if run.digest == entry.basis.digest else None


def pack_of(chain: Chain, entry: Registration) -> Crisis:
    """Return the crisis of a registration, from the stored pack."""
    changes = {field: dated(value) for field, value in entry.basis.changes.items()}
    return load(chain.folder / entry.kept, changes=changes, was_played=True)


def seen(now: Now, path: Path | str | None, day: date) -> tuple[Observed, ...]:
    """Return the observations in a file since the registration before.

    Raises `DetenteError` if nothing is registered yet, the file cannot be read, or an observation
    is later than the day of registration; `Faults` with every fault of the file.
    """
    if path is None:
        return ()
    if now.last is None:
        what = "nothing is registered yet, so that there is no date since which something was seen"
        raise DetenteError(what, where="--observed", hint="leave it out the first time")
    crisis = pack_of(now.chain, now.last)
    found = read_observations(Path(path), crisis, horizon=LONGEST_HORIZON)
    late = [one.key for one in found.seen if one.observed.date > day]
    if late:
        where = f"{path}, observed.{late[0]}"
        what = f"was seen after the date of registration, {day}"
        raise DetenteError(what, where=where, hint="register it the next time")
    parties = now.run.record.called
    return tuple(
        Observed(
            key=key,
            date=one.date,
            says=in_words(one, crisis, parties),
            by=one.by,
            source=one.source,
        )
        for key, one in found.seen
    )

"""News of a followed crisis since the last page, for one page a week.

`detente monday FOLDER --json` prints one object, `detente/monday/1`. By name:

- folder, name (of the crisis), since, on, next (the Monday after `on`).
- seen: key, date, says, by, source. claims (new in the pack): key, says, by, source, date, grade,
  accepted_by.
- moved: question, date (of the registration), before, now, difference, low, high (90 % interval),
  is_clear.
- changes, of numbers of the pack: field, before, after, because, by (who accepted these claims).
  others: counts of other differences in the pack.
- came: question, result, on, source, by, share, base (of the last forecast), others (the last view
  of each other holder).
- scores: questions, own, base (mean Brier scores), verdict and reason (compared with base rates).
- watch: first (a sentence, empty if there is none), why (reason if empty), due (open questions that
  end by `next`) and late (open questions that have ended): question, by, share.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.evidence.claim import Claim
from detente.follow.chain import Observed, Registration, SealedForecast
from detente.follow.moving import pack_of, run_of
from detente.follow.scoring import Judged, skills
from detente.follow.tracked import FollowedQuestion, Tracked, track
from detente.follow.writing import day_from
from detente.pack import Crisis
from detente.questions.update import TooFewError, Update, update
from detente.views.blocks import plain
from detente.views.watching import first

WEEK = 7


class MovedForecast(NamedTuple):
    """The change of a forecast since the registration before."""

    question: str
    date: date
    before: float
    now: float
    difference: float
    low: Annotated[float, "90 % interval"]
    high: Annotated[float, "90 % interval"]

    @property
    def is_clear(self) -> bool:
        """Return whether the interval excludes 0."""
        return Estimate(self.difference, self.low, self.high).is_clear


class NumberMoved(NamedTuple):
    """A changed number of the pack, its new basis, and who accepted that."""

    field: str
    before: str | None
    after: str | None
    because: tuple[str, ...]
    by: tuple[str, ...]


class Came(NamedTuple):
    """The result of a question with the last forecast of it."""

    question: str
    result: str
    on: date
    source: str
    by: str
    share: float
    base: float | None
    others: Mapping[str, float]


class Waiting(NamedTuple):
    """An open question, its last day, and the last forecast."""

    question: str
    by: date
    share: float


@dataclass(frozen=True, repr=False)
class Monday(notebook.Shown):
    """A followed crisis since the last page."""

    main_table = "moved"

    tracked: Tracked
    since: date
    on: date

    @property
    def next(self) -> date:
        """Return the date of the Monday after."""
        return self.on + timedelta(days=WEEK - self.on.weekday())

    @cached_property
    def registrations(self) -> tuple[Registration, ...]:
        """The registrations since the last page, in order."""
        entries = self.tracked.chain.registrations
        return tuple(one for one in entries if self.since < one.date <= self.on)

    @property
    def seen(self) -> tuple[Observed, ...]:
        """Return the observations since the last page."""
        return tuple(seen for one in self.registrations for seen in one.observed)

    @property
    def moved(self) -> tuple[MovedForecast, ...]:
        """Return changes of forecasts: clear ones first, then by size."""
        found = [
            MovedForecast(
                key,
                entry.date,
                one.share - one.moved.difference,
                one.share,
                one.moved.difference,
                one.moved.low,
                one.moved.high,
            )
            for entry in self.registrations
            for key, one in entry.forecasts.items()
            if one.moved is not None
        ]
        return tuple(sorted(found, key=lambda one: (not one.is_clear, -abs(one.difference))))

    @cached_property
    def packs(self) -> tuple[Crisis, Crisis] | None:
        """The packs before and after, or None if they cannot be compared."""
        chain = self.tracked.chain
        earlier = [one for one in chain.registrations if one.date <= self.since]
        if not earlier or not self.registrations:
            return None
        try:
            return pack_of(chain, earlier[-1]), pack_of(chain, self.registrations[-1])
        except DetenteError:  # another version wrote it; `differs` has the reason
            return None

    @property
    def claims(self) -> dict[str, Claim]:
        """Return the new claims of the pack."""
        if self.packs is None:
            return {}
        before, after = self.packs
        return {key: one for key, one in after.claims.items() if key not in before.claims}

    @property
    def changes(self) -> tuple[NumberMoved, ...]:
        """Return the changed numbers of the pack."""
        now = None if self.packs is None else self.packs[1]
        return tuple(
            _changed(one.field, one.before, one.after, now)
            for entry in self.registrations
            if entry.differs is not None
            for one in entry.differs.numbers
        )

    @property
    def others(self) -> dict[str, int]:
        """Return counts of other differences in the pack, by group."""
        counts: dict[str, int] = {}
        for entry in self.registrations:
            for group, many in ({} if entry.differs is None else entry.differs.others).items():
                counts[group] = counts.get(group, 0) + many
        return {group: many for group, many in counts.items() if many}

    def _said(self, question: FollowedQuestion) -> SealedForecast | None:
        """Return the last forecast of a question up to that day."""
        earlier = [one.forecast for one in question.forecasts if one.entry.date <= self.on]
        return earlier[-1] if earlier else None

    def _resolved(self, question: FollowedQuestion) -> bool:
        return bool(question.resolutions) and question.resolutions[-1].on <= self.on

    @property
    def came(self) -> tuple[Came, ...]:
        """Return the questions that were resolved since the last page."""
        came = []
        for one in self.tracked.questions:
            last = self._said(one)
            if last is None or not self._resolved(one) or one.resolutions[-1].on <= self.since:
                continue
            said = one.resolutions[-1]
            views = {
                who: [view.middle for view in several if view.stated.date <= self.on]
                for who, several in one.others.items()
            }
            others = {who: shares[-1] for who, shares in views.items() if shares}
            known = said.result, said.on, said.source, said.by
            came.append(Came(one.key, *known, last.share, last.base, others))
        return tuple(came)

    @property
    def scores(self) -> dict[str, Any]:
        """Return mean Brier scores so far, and how they compare with base rates."""
        judged = [
            Judged(one.group, one.happened, one.score)
            for one in self.tracked.questions
            if one.score is not None and self._resolved(one)
        ]
        own = [one.score.own.brier for one in judged]
        base = [one.score.base.brier for one in judged if one.score.base is not None]
        skill = skills(judged)["base_brier"]
        return {
            "questions": len(judged),
            "own": sum(own) / len(own) if own else None,
            "base": sum(base) / len(base) if base and len(base) == len(own) else None,
            "verdict": skill.verdict,
            "reason": skill.reason,
        }

    def _open(self) -> Iterator[Waiting]:
        for one in self.tracked.questions:
            said = self._said(one)
            if said is not None and not self._resolved(one) and one.question.by <= self.next:
                yield Waiting(one.key, one.question.by, said.share)

    @property
    def due(self) -> tuple[Waiting, ...]:
        """Return the open questions that end by the next Monday."""
        return tuple(one for one in self._open() if one.by > self.on)

    @property
    def late(self) -> tuple[Waiting, ...]:
        """Return the open questions that have ended."""
        return tuple(one for one in self._open() if one.by <= self.on)

    @cached_property
    def signs(self) -> "Update | str":
        """What the pack's signs show in the last run, or why this is not known."""
        chain = self.tracked.chain
        run = run_of(chain, (self.registrations or chain.registrations)[-1])
        if run is None:
            return "the run of the last registration is not where it was"
        if not run.crisis.model.signs:
            follow = f"detente update {run.in_command} --next --by {self.next}"
            return f"the pack has no signs; {follow} lists events to watch for"
        try:
            return update(run)
        except TooFewError:
            return "too few courses of events of the run agree with what was seen"

    @property
    def first(self) -> str:
        """Return a sentence on the sign to watch first; empty if none is informative."""
        words = None if isinstance(self.signs, str) else first(self.signs)
        return "" if words is None else plain(words)

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente monday --json` prints."""
        return {
            "schema": "detente/monday/1",
            "folder": str(self.tracked.chain.folder),
            "name": self.tracked.last.basis.name,
            "since": self.since,
            "on": self.on,
            "next": self.next,
            "seen": [one.model_dump(mode="json") for one in self.seen],
            "claims": [
                {
                    "key": key,
                    **one.model_dump(
                        mode="json",
                        include={"says", "by", "source", "date", "grade", "accepted_by"},
                    ),
                }
                for key, one in self.claims.items()
            ],
            "moved": [{**one._asdict(), "is_clear": one.is_clear} for one in self.moved],
            "changes": [one._asdict() for one in self.changes],
            "others": self.others,
            "came": [one._asdict() for one in self.came],
            "scores": self.scores,
            "watch": {
                "first": self.first,
                "why": self.signs if isinstance(self.signs, str) else "",
                "due": [one._asdict() for one in self.due],
                "late": [one._asdict() for one in self.late],
            },
        }


def _changed(field: str, before: str | None, after: str | None, now: Crisis | None) -> NumberMoved:
    number = None if now is None else now.numbers.get(field)
    because = () if number is None else tuple(number.because)
    claims = {} if now is None else now.claims
    by = (claims[key].accepted_by for key in because if key in claims)
    return NumberMoved(field, before, after, because, tuple(dict.fromkeys(filter(None, by))))


def monday(
    folder: Path | str, *, since: date | str | None = None, on: date | str | None = None
) -> Monday:
    """Return the news of a followed crisis since the last page.

    Parameters
    ----------
    folder
        Folder of the followed crisis, as written by `track`.
    since
        Day of the last page, whose news are left out. By default the day of the registration before
        the last one up to `on`, or a week before if there is only one.
    on
        Day of the page; by default that of the last registration.

    Raises
    ------
    DetenteError
        If nothing is registered in the folder up to that day, a file was changed or is missing, or
        the two days are in the wrong order.
    """
    found = track(folder)
    until = found.last.date if on is None else day_from(on)
    dates = [one.date for one in found.chain.registrations if one.date <= until]
    if not dates:
        first = found.chain.registrations[0].date
        what = f"nothing was registered until {until}; the first registration is of {first}"
        raise DetenteError(what, where="--on", hint=f"give {first} or a later day")
    if since is not None:
        last = day_from(since, "--since")
    else:
        last = dates[-2] if len(dates) > 1 else until - timedelta(days=WEEK)
    if last >= until:
        what = f"{last} is not before {until}"
        raise DetenteError(what, where="--since", hint="give an earlier day, or a later --on")
    return Monday(found, last, until)

"""A crisis followed over months: sealed forecasts, results, and scores.

`detente track FOLDER --json` prints one object, `detente/track/1`. By name:

- folder, head (seal of the last file), name (of the crisis), files (of the chain).
- registrations: date, written (day of writing, UTC; null in files of earlier versions), as_of, pack
  and run (digests), observed {key, date, says, by, source}, differs (from the registration before;
  null for the first): numbers {field, before, after}, others (counts), settings, same_model, unread
  (why the pack before is not compared).
- questions.KEY: outcome, by, given, option, rule, source; status: open, happened, did_not or void;
  left_out: why the last registration left it out.
- questions.KEY.forecasts: date, share, low, high (90 % interval), spread_low, spread_high (across
  worlds), futures, worlds, base and base_source (the base rate on that day), moved (null for the
  first): since, difference, low, high, paired, reason (why futures are not paired).
- questions.KEY.resolutions: result, on, written, source, by; the last one counts.
- questions.KEY.score, of a resolved one: days, own, base, updated (all forecasts but the first),
  held (the forecast before each, on the same days), each {brier, log}, averaged over the days on
  which forecasts were current; null if there is no such day, or if it was resolved too early.
- questions.KEY.others.WHO: views [{key, who, kind, low, high, date, days_late (days after the as-of
  date of the last registration), size, source}], score, of a resolved question: days, own, base and
  views, each {brier, log}, on the days on which forecasts and views were current; null without such
  a day. A range counts as its middle.
- voids: key, reason, by.
- skill.base_brier, skill.base_log (less base rates), skill.before_brier, skill.before_log (less the
  forecast before): questions, groups, difference (below 0 is better), low, high (90 % interval over
  groups; questions that differ only in their date are one group), verdict (better, worse,
  cannot_tell), reason. others.WHO.brier and .log: the same less their views, on the same days.
- outside: the file of views in the folder, null if there is none; unasked: keys of views without a
  question in the folder.
- notes.

`detente track verify --json` prints one object, `detente/verify/1`: folder, head, files, noted (the
number of files up to the noted seal; 0 if no file has it, null if none was given), and faults
{file, found}.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.ensemble.record import BASE
from detente.errors import DetenteError
from detente.follow.chain import (
    AskedQuestion,
    Chain,
    ChainFault,
    Registration,
    Resolution,
    SealedForecast,
    read_chain,
)
from detente.follow.scoring import (
    DEPENDENT,
    Judged,
    QuestionScore,
    Rivalry,
    Scores,
    Skill,
    Stated,
    score_question,
    score_rivalry,
    skills,
    skills_against,
)
from detente.follow.writing import questions_of
from detente.pack.files import OUTSIDE
from detente.pack.outside import OutsideView, ViewScope, is_about, read_outside
from detente.questions.wording import NAMES

OPEN, HAPPENED, DID_NOT, VOID = "open", "happened", "did_not", "void"
REPORTED = {"date", "written", "observed", "differs"}
"""Fields of a registration that are reported, apart from its pack and run."""


class DatedForecast(NamedTuple):
    """A forecast and its registration."""

    entry: Registration
    forecast: SealedForecast


@dataclass(frozen=True)
class FollowedQuestion:
    """A question with its forecasts in order, and its resolutions."""

    key: str
    question: AskedQuestion
    forecasts: tuple[DatedForecast, ...]
    resolutions: tuple[Resolution, ...]
    left_out: Annotated[str, "why the last registration left it out; empty if not"]
    others: Annotated[
        Mapping[str, tuple[OutsideView, ...]], "views by holder, in the order of days"
    ] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """Return the result of the last resolution; open if there is none."""
        return self.resolutions[-1].result if self.resolutions else OPEN

    @property
    def newest(self) -> DatedForecast:
        """Return the last forecast."""
        return self.forecasts[-1]

    @property
    def group(self) -> str:
        """Return a key shared by questions that differ only in their date."""
        asked = self.question
        return " ".join((asked.outcome, asked.option, *asked.given))

    @property
    def called(self) -> str:
        """Return the question without its date in words."""
        asked = self.question
        option = "" if asked.option == BASE else f", option {asked.option}"
        given = f", given {' and '.join(asked.given)}" if asked.given else ""
        return f"{NAMES[asked.outcome]}{option}{given}"

    @property
    def closed(self) -> date:
        """Return the day on which the result was known, or the last day if it is unresolved."""
        return min([self.question.by, *(one.on for one in self.resolutions[-1:])])

    @property
    def is_early(self) -> bool:
        """Return whether older versions resolved it as not happened before its last day."""
        return self.status == DID_NOT and self.resolutions[-1].on < self.question.by

    @cached_property
    def score(self) -> QuestionScore | None:
        """The scores of its forecasts.

        None if it is open or void, was resolved too early, or no forecast was current for a day.
        """
        if not self.is_judged:
            return None
        return score_question(self.stated, happened=self.happened, closed=self.closed)

    @cached_property
    def rivalries(self) -> dict[str, Rivalry | None]:
        """Scores of forecasts and of views of others on the same days, by holder."""
        if not self.is_judged:
            return {}
        return {
            who: score_rivalry(
                self.stated,
                [Stated(one.stated.date, one.middle) for one in views],
                happened=self.happened,
                closed=self.closed,
            )
            for who, views in self.others.items()
        }

    @property
    def is_judged(self) -> bool:
        """Return whether it was resolved with a result, and not too early."""
        return self.status not in {OPEN, VOID} and not self.is_early

    @property
    def happened(self) -> bool:
        """Say whether it happened."""
        return self.status == HAPPENED

    @property
    def stated(self) -> list[Stated]:
        """Return its forecasts for scoring."""
        return [
            Stated(entry.date, one.share, one.futures, one.base) for entry, one in self.forecasts
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the question as `detente track --json` prints it."""
        return {
            **self.question.model_dump(mode="json", exclude={"base", "base_source"}),
            "status": self.status,
            "left_out": self.left_out,
            "forecasts": [
                {"date": entry.date.isoformat(), **one.model_dump(mode="json")}
                for entry, one in self.forecasts
            ],
            "resolutions": [
                one.model_dump(mode="json", include={"result", "on", "written", "source", "by"})
                for one in self.resolutions
            ],
            "score": self.score,
            "others": {
                who: {"views": [one.content() for one in views], "score": self.rivalries.get(who)}
                for who, views in self.others.items()
            },
        }


@dataclass(frozen=True, repr=False)
class Tracked(notebook.Shown):
    """A followed crisis: its questions and scores."""

    main_table = "questions"

    chain: Chain
    questions: tuple[FollowedQuestion, ...]
    outside: Annotated[Path | None, "file of others' views, if the folder has one"] = None
    unasked: Annotated[tuple[OutsideView, ...], "views without a question in the folder"] = ()

    @property
    def last(self) -> Registration:
        """Return the last registration."""
        return self.chain.registrations[-1]

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Return the resolved questions with a score."""
        return tuple(
            Judged(one.group, one.happened, one.score)
            for one in self.questions
            if one.score is not None
        )

    @cached_property
    def skills(self) -> dict[str, Skill]:
        """Skill against base rates and against the forecast before."""
        return skills(self.judged)

    @cached_property
    def rivals(self) -> dict[str, dict[str, Skill]]:
        """Skill against views of others on the same days, by holder."""
        met: dict[str, list[tuple[str, bool, Scores, Scores]]] = {}
        for one in self.questions:
            for who, rivalry in one.rivalries.items():
                pairs = met.setdefault(who, [])
                if rivalry is not None:
                    pairs.append((one.group, one.happened, rivalry.own, rivalry.views))
        return {who: skills_against(pairs) for who, pairs in met.items()}

    @property
    def voids(self) -> tuple[FollowedQuestion, ...]:
        """Return the questions that cannot be resolved."""
        return tuple(one for one in self.questions if one.status == VOID)

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente track --json` prints."""
        return {
            "schema": "detente/track/1",
            "folder": str(self.chain.folder),
            "head": self.chain.head,
            "name": self.last.basis.name,
            "files": len(self.chain.files),
            "registrations": [
                {
                    **one.model_dump(mode="json", include=REPORTED),
                    "as_of": one.basis.as_of,
                    "pack": one.basis.pack,
                    "run": one.basis.digest,
                }
                for one in self.chain.registrations
            ],
            "questions": {one.key: one for one in self.questions},
            "voids": [
                {"key": one.key, "reason": one.resolutions[-1].source, "by": one.resolutions[-1].by}
                for one in self.voids
            ],
            "skill": {
                **{key: _as_json(one) for key, one in self.skills.items()},
                "others": {
                    who: {key: _as_json(one) for key, one in each.items()}
                    for who, each in self.rivals.items()
                },
            },
            "outside": None if self.outside is None else str(self.outside),
            "unasked": [one.key for one in self.unasked],
            "notes": [DEPENDENT],
        }


def _as_json(skill: Skill) -> dict[str, Any]:
    return {**skill._asdict(), "verdict": skill.verdict}


def track(folder: Path | str) -> Tracked:
    """Return the forecasts of a followed crisis with results and scores.

    Raises
    ------
    DetenteError
        If nothing is registered in the folder, or a file was changed or is missing.
    Faults
        With every fault of the file of views.
    """
    chain = read_chain(Path(folder)).sound()
    if not chain.registrations:
        hint = "register a run: detente track FOLDER --run RUN"
        raise DetenteError("nothing is registered here", where=str(folder), hint=hint)
    followed, asked = [], questions_of(chain)
    path = Path(folder) / OUTSIDE
    views = _views(path, chain) if path.is_file() else []
    for key, question in asked.items():
        forecasts = (
            DatedForecast(entry, entry.forecasts[key])
            for entry in chain.registrations
            if key in entry.forecasts
        )
        resolutions = tuple(one for one in chain.resolutions if one.question == key)
        left_out = chain.registrations[-1].left_out.get(key, "")
        matching = [one for one in views if _asks(one) == _asked(question)]
        others = {
            who: tuple(one for one in matching if one.who == who)
            for who in dict.fromkeys(one.who for one in matching)
        }
        followed.append(
            FollowedQuestion(key, question, tuple(forecasts), resolutions, left_out, others)
        )
    known = {_asked(one) for one in asked.values()}
    unasked = tuple(one for one in views if _asks(one) not in known)
    return Tracked(chain, tuple(followed), path if path.is_file() else None, unasked)


def _views(path: Path, chain: Chain) -> list[OutsideView]:
    """Return the views of others on a followed crisis, by the day on which they were read."""
    first, last = chain.registrations[0].basis, chain.registrations[-1].basis
    names = [one.basis.name for one in chain.registrations]
    name = next((one for one in names if is_about(path, one)), last.name)
    # Conditions were checked when their questions were asked.
    found = read_outside(path, ViewScope(name, first.as_of, None), check=str)
    moved = (last.as_of - first.as_of).days
    views = (one._replace(days_late=one.days_late - moved) for one in found.values())
    return sorted(views, key=lambda one: (one.stated.date, one.key))


def _asks(view: OutsideView) -> tuple[object, ...]:
    return view.outcome, view.stated.by, view.given, BASE


def _asked(question: AskedQuestion) -> tuple[object, ...]:
    given = tuple(sorted({"".join(one.split()) for one in question.given}))
    return question.outcome, question.by, given, question.option


@dataclass(frozen=True, repr=False)
class Verified(notebook.Shown):
    """Whether the files of a followed crisis are unchanged."""

    chain: Chain
    faults: tuple[ChainFault, ...]
    noted: Annotated[
        int | None, "files up to the noted seal, 0 if no file has it; None if none was given"
    ]

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente track verify --json` prints."""
        return {
            "schema": "detente/verify/1",
            "folder": str(self.chain.folder),
            "head": self.chain.head,
            "files": len(self.chain.files),
            "noted": self.noted,
            "faults": list(self.faults),
        }


def verify(folder: Path | str, head: str | None = None) -> Verified:
    """Return which files of a followed crisis were changed or removed since a seal was noted.

    `head` is the seal that was the last one when noted. Without it a removal of the last files, or
    a replacement of all files, is not detected. Raises `DetenteError` if nothing is registered in
    the folder, or it cannot be read.
    """
    chain = read_chain(Path(folder))
    if not chain.files and not chain.faults:
        hint = "register a run: detente track FOLDER --run RUN"
        raise DetenteError("nothing is registered here", where=str(folder), hint=hint)
    if head is None:
        return Verified(chain, chain.faults, None)
    seals = [one.seal if one.entry else None for one in chain.files]
    noted = head.strip().lower()
    if noted in seals:
        return Verified(chain, chain.faults, seals.index(noted) + 1)
    lost = ChainFault("*.json", f"no file has the seal {noted[:12]}: it was changed or removed")
    return Verified(chain, (*chain.faults, lost), 0)

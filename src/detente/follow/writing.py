"""Writes into the folder of a followed crisis: questions, forecasts, resolutions."""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, get_args

from pydantic import Field

from detente.ensemble import folder as folders
from detente.ensemble.codes import has_days
from detente.ensemble.lock import hold
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.evidence.claim import WrittenPart
from detente.follow.chain import (
    AskedQuestion,
    Basis,
    Chain,
    Registration,
    Resolution,
    Result,
    SealedForecast,
    append,
    read_chain,
)
from detente.follow.moving import Now, differs, moved, run_of, seen
from detente.pack import Crisis
from detente.pack.judgements import outcome_rules
from detente.pack.kind import PastKind
from detente.pack.number import Finding, Key
from detente.pack.observed import ASK_AGAIN, read_apart
from detente.questions.asking import ask
from detente.questions.given import NEVER
from detente.questions.past.reference import Reference, reference_of
from detente.text import did_you_mean, show

SHOWN = ("low", "high", "spread_low", "spread_high")
"""Fields of a share that are sealed."""


def register(
    folder: Path | str,
    run: Run,
    *,
    questions: Path | str | None = None,
    observed: Path | str | None = None,
    on: date | str | None = None,
) -> Registration:
    """Register the forecasts of a run, sealed, in the folder of a followed crisis.

    Every open question is asked again. New questions come from a file or, if none is open, ask
    whether war, use of force and a deal come by 30, 90 and 180 days after the as-of date and by the
    run's horizon. The pack is stored with them.

    Parameters
    ----------
    folder
        Folder of the followed crisis; created if it does not exist.
    run
        A finished run.
    questions
        A file of questions (`docs/update.md`).
    observed
        A file of observations since the registration before, as `update` takes it.
    on
        The date of registration, from which the forecasts are current; by default today (UTC).

    Raises
    ------
    DetenteError
        If a file of the folder was changed, the run is of another crisis, this date or a later one
        has forecasts already, the run's as-of date is later than this date or earlier than the last
        run's, a question cannot be asked of the run, or nothing can be written.
    Faults
        With every fault of a file.
    """
    place, day = Path(folder), today() if on is None else day_from(on)
    crisis, record = run.crisis, run.record
    files = {Path(name).name: text for name, text in crisis.files.items()}
    with hold(place, "track"):
        chain = read_chain(place).sound()
        before = chain.registrations[-1:]
        now = Now(run, crisis, chain, run_of(chain, before[0]) if before else None)
        _refuse_order(now, day)
        was_seen, new = seen(now, observed, day), _new(now, questions, day)
        waiting = open_questions(chain)
        reasons = {key: _why_not_asked(now, one, day) for key, one in waiting.items()}
        asked = {key: one for key, one in waiting.items() if not reasons[key]} | new
        if not asked:
            what = "no open question can be asked of this run, and none is new"
            hint = "ask others: --questions FILE"
            if day >= crisis.as_of + timedelta(record.settings.horizon):
                what = f"every question that fits it ends before the date of registration, {day}"
                hint = f"give the date on which it was made, such as --on {crisis.as_of}"
            raise DetenteError(what, where=str(run.folder), hint=hint)
        run_path = str(run.folder)
        if isinstance(run.folder, Path):
            run_path = Path(os.path.relpath(run.folder, place)).as_posix()
        basis = Basis(
            name=crisis.name,
            title=crisis.title,
            parties=record.parties,
            as_of=crisis.as_of,
            pack=record.pack,
            files={name: hashlib.sha256(text).hexdigest() for name, text in files.items()},
            changes=record.settings.changes,
            run=run_path,
            digest=run.digest,
            model=record.model,
            package=record.package,
        )
        entry = Registration(
            number=len(chain.files) + 1,
            before=chain.head,
            date=day,
            written=today(),
            basis=basis,
            questions=new,
            forecasts={key: _forecast(now, key, one) for key, one in asked.items()},
            left_out={key: reason for key, reason in reasons.items() if reason},
            observed=was_seen,
            differs=differs(now),
        )
        # The pack is written first, over any remains of an interrupted registration.
        shutil.rmtree(place / entry.kept, ignore_errors=True)
        for name, text in files.items():
            folders.write(place / entry.kept / name, text)
        append(place, entry)
    return entry


def today() -> date:
    """Return today's date in UTC."""
    return datetime.now(UTC).date()


def day_from(text: str | date, flag: str = "--on") -> date:
    """Return a date typed after a flag; raise `DetenteError` if it is none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        hint = "give a date such as 2031-03-01"
        raise DetenteError(f"{str(text)!r} is not a date", where=flag, hint=hint) from None


def _refuse_order(now: Now, day: date) -> None:
    """Raise DetenteError if a registration may not follow the one before."""
    last, where = now.last, str(now.chain.folder)
    if now.crisis.as_of > day:
        what = f"the run is as of {now.crisis.as_of}, after the date of registration, {day}"
        raise DetenteError(what, where="--on", hint="give the date on which it is registered")
    if last is None:
        return
    is_named = last.basis.name == now.crisis.name
    if not is_named and last.basis.parties != now.run.record.parties:
        what = f"the folder follows {last.basis.name}; the run is of {now.crisis.name}"
        raise DetenteError(what, where=where, hint="follow each crisis in a folder of its own")
    if day <= last.date:
        what = f"forecasts are registered for {last.date} already; one date has one forecast"
        raise DetenteError(what, where=where, hint="register on a later date: --on DATE")
    if now.crisis.as_of < last.basis.as_of:
        what = f"the run is as of {now.crisis.as_of}, the one before as of {last.basis.as_of}"
        raise DetenteError(what, where=where, hint="register runs in the order of their dates")


def questions_of(chain: Chain) -> dict[str, AskedQuestion]:
    """Return all questions ever asked, oldest first."""
    return {key: one for entry in chain.registrations for key, one in entry.questions.items()}


def open_questions(chain: Chain) -> dict[str, AskedQuestion]:
    """Return the questions without a resolution."""
    done = {one.question for one in chain.resolutions}
    return {key: one for key, one in questions_of(chain).items() if key not in done}


def _new(now: Now, path: Path | str | None, day: date) -> dict[str, AskedQuestion]:
    """Return the questions that are asked for the first time."""
    known = questions_of(now.chain)
    if path is None:
        waiting = open_questions(now.chain).values()
        if any(not _why_not_asked(now, one, day) for one in waiting):
            return {}
        asked = default_questions(now.run, now.crisis).items()
        return {key: one for key, one in asked if key not in known and one.by > day}
    written = read_questions(Path(path), now.crisis, known)
    for key, question in written.items():
        where = f"{path}, questions.{key}"
        if known.get(key, question) != question:
            what = "was asked in other words before, which are sealed"
            raise DetenteError(what, where=where, hint="give it a new key")
        if key not in known and question.by <= day:
            what = f"asks about the time until {question.by}, which has passed on {day}"
            raise DetenteError(what, where=where, hint="ask about a later day")
    return {key: one for key, one in written.items() if key not in known}


def _why_not_asked(now: Now, question: AskedQuestion, day: date) -> str:
    """Return why an open question is left out on a day; empty if it is not."""
    if question.by <= max(day, now.crisis.as_of):
        return "its last day has come: it waits for a resolution"
    last = now.crisis.as_of + timedelta(now.run.record.settings.horizon)
    if question.by > last:
        return f"its last day lies beyond the run's horizon, {last}"
    if question.option not in now.run.options:
        return f"the run has no option {question.option}"
    return ""


def _forecast(now: Now, key: str, question: AskedQuestion) -> SealedForecast:
    try:
        found = ask(
            now.run,
            outcome=question.outcome,
            by=question.by,
            given=question.given,
            option=question.option,
        )
    except DetenteError as fault:
        raise DetenteError(fault.what, where=f"questions.{key}", hint=fault.hint) from fault
    base, base_source = base_rate(question, now.crisis, now.begun) or (None, None)
    share = found.share
    return SealedForecast(
        share=share.value,
        **{end: getattr(share, end) for end in SHOWN},
        futures=found.futures,
        worlds=found.worlds,
        base=base,
        base_source=base_source,
        moved=moved(now, key, question, share),
    )


def resolve(
    folder: Path | str,
    question: str,
    result: Result,
    *,
    on: date | str,
    source: str,
    by: str,
) -> Resolution:
    """Record the result of a question, sealed, with its source.

    A question can be resolved again; all resolutions are stored, and the last one counts.

    Parameters
    ----------
    folder
        Folder of the followed crisis.
    question
        Key of the question.
    result
        "happened", "did_not" or "void".
    on
        The day of the event, or on which it was known that it did not happen or cannot be decided.
    source
        The source; for a void question, why it cannot be resolved.
    by
        Name of the person who resolves it.

    Raises
    ------
    DetenteError
        If a file of the folder was changed, the question or result does not exist, the day does not
        fit the question, source or name are empty, or nothing can be written.
    """
    place, day = Path(folder), day_from(on)
    if result not in get_args(Result):
        allowed = ", ".join(get_args(Result))
        raise DetenteError(f"{result!r} is not a result", where="result", hint=f"use {allowed}")
    for where, text in {"--source": source, "--by": by}.items():
        if not text.strip():
            raise DetenteError(
                "is empty", where=where, hint="write what decides it, and which source will say so"
            )
    with hold(place, "track"):
        chain = read_chain(place).sound()
        known = questions_of(chain)
        if question not in known:
            hint = did_you_mean(question, known) or f"there are: {', '.join(known) or 'none yet'}"
            raise DetenteError("there is no such question", where=question, hint=hint)
        first = next(one.date for one in chain.registrations if question in one.questions)
        last = known[question].by
        if day < first:
            what = f"{question} was first asked on {first}, after {day}"
            raise DetenteError(
                what,
                where="--on",
                hint="if it had happened before that day, the question is void: --void",
            )
        if result == "happened" and day > last:
            what = f"{question} asks about the time until {last}; {day} is later"
            raise DetenteError(what, where="--on", hint="if it came later only: --did-not")
        if result == "did_not" and day < last:
            what = f"{question} asks about the time until {last}; after {day} it may still come"
            hint = f"wait until {last}; if it can no longer be answered: --void"
            raise DetenteError(what, where="--on", hint=hint)
        entry = Resolution(
            number=len(chain.files) + 1,
            before=chain.head,
            question=question,
            result=result,
            on=day,
            written=today(),
            source=source,
            by=by,
        )
        append(place, entry)
    return entry


MOST_QUESTIONS = 200
AHEAD = (30, 90, 180)
"""Days after the as-of date of default questions; the run's horizon is another."""
RULES = {
    "any_war": "Yes if by its last day, that day included, force is used by decision of a "
    "government and the side struck answers in full, so that two parties or more fight. No if no "
    "force is used, or if it is absorbed or answered with a token.",
    "force": "Yes if by its last day, that day included, a party to the crisis uses armed force "
    "against another by decision of its government. A clash that no government ordered does not "
    "count.",
    "deal_ever": "Yes if by its last day, that day included, the two sides conclude an agreement "
    "on all or a part of what is in dispute, whether or not it is kept.",
}
"""Rules of the default questions."""
SOURCE = "statements of the governments concerned, or two independent news agencies"


class QuestionFile(WrittenPart):
    """A file of questions."""

    questions: Annotated[
        Mapping[Key, AskedQuestion],
        Field(min_length=1, max_length=MOST_QUESTIONS, description="by a key of your own"),
    ]


def read_questions(
    path: Path, crisis: Crisis, known: Collection[str]
) -> Mapping[str, AskedQuestion]:
    """Return the questions in a file about a crisis; last days of known questions may be past.

    Raises `DetenteError` if the file does not exist or cannot be read; `Faults` with every fault of
    its text.
    """
    rules = partial(_rules, crisis, known)
    _, written = read_apart(path, QuestionFile, rules, of="questions", hint=ASK_AGAIN)
    return written.questions


def _rules(crisis: Crisis, known: Collection[str], written: QuestionFile) -> Iterator[Finding]:
    for key, question in written.questions.items():
        path = ("questions", key)
        yield from outcome_rules(question.outcome, (*path, "outcome"))
        if question.by <= crisis.as_of and key not in known:
            allowed = f"a day after {crisis.as_of} (as_of)"
            yield Finding((*path, "by"), show(question.by), allowed, "ask about a later day")
        if (question.base is None) != (question.base_source is None):
            hint = "add the other, or drop it: past crises give a base rate for some outcomes only"
            yield Finding(path, "one of the two", "base with base_source", hint, on_key=True)
        for condition in question.given:
            column, _, value = (part.strip() for part in condition.partition("="))
            ends = [end.strip() for end in value.split(":")]
            is_dated = all(end in {"", NEVER} or "-" in end for end in ends)
            # A number of days is relative to the as-of date, which differs between runs.
            if has_days(column) and not is_dated:
                hint = "the same number of days ends on another date in a later run"
                where = (*path, "given")
                yield Finding(where, show(condition), "dates such as 2031-04-01", hint)


def default_questions(run: Run, crisis: Crisis) -> dict[str, AskedQuestion]:
    """Return the default questions: war, force and a deal, each by four days.

    The days are 30, 90 and 180 days after the as-of date and the run's horizon; days beyond it are
    left out.
    """
    horizon = run.record.settings.horizon
    days = (*(day for day in AHEAD if day < horizon), horizon)
    dates = [crisis.as_of + timedelta(day) for day in days]
    return {
        f"{outcome}_{by:%Y_%m_%d}": AskedQuestion(outcome=outcome, by=by, rule=rule, source=SOURCE)
        for outcome, rule in RULES.items()
        for by in dates
    }


def base_rate(question: AskedQuestion, crisis: Crisis, begun: date) -> tuple[float, str] | None:
    """Return the base rate of a question on a crisis's as-of date, and its source; None if unknown.

    It is given with the question, or that of past crises of the pack's kind (by default, of a
    non-violent start). With `F` the share of them with the outcome by a day, it is `(F(last day) -
    F(as of)) / (1 - F(as of))`, as the outcome has not happened by then; days count from `begun`,
    the start of the followed crisis.
    """
    if question.base is not None:
        return question.base, question.base_source or ""
    if question.given:
        return None
    past = reference_of(crisis) or Reference(PastKind(start="non_violent"))
    share = past.share(question.outcome, (question.by - begun).days)
    if share is None:
        return None
    gone = (crisis.as_of - begun).days
    before = past.share(question.outcome, gone) if gone else None
    come = before.value if before else 0.0
    return (share.value - come) / (1.0 - come), f"{past.kind}: {past.source}"

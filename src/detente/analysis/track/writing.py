"""What is written into the folder of a followed crisis: forecasts of one date, and what came."""

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

from detente.analysis.asking import ask
from detente.analysis.track.chain import (
    AskedQuestion,
    Basis,
    Chain,
    Observed,
    Registration,
    Resolution,
    Result,
    SealedForecast,
    append,
    keep_pack,
    read_chain,
)
from detente.analysis.track.moving import Now, differs, moved, seen
from detente.analysis.track.questions import base_rate, default_questions, read_questions
from detente.ensemble.foundation import read_base_again
from detente.ensemble.lock import hold
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.pack import Crisis
from detente.text import did_you_mean

SHOWN = ("share", "low", "high", "spread_low", "spread_high")
"""What of a share is sealed."""


def register(
    folder: Path | str,
    run: Run,
    *,
    questions: Path | str | None = None,
    observed: Path | str | None = None,
    on: date | str | None = None,
) -> Registration:
    """Register the forecasts of a run, sealed, in the folder of a followed crisis.

    Every open question is asked again. New ones are those of a file, or if none is open, whether
    war, use of force and a deal come by 30, 90 and 180 days after the as-of date and by the run's
    horizon. The pack is kept next to them.

    Parameters
    ----------
    folder
        Where the crisis is followed; made if it is not there.
    run
        A finished run.
    questions
        A file of questions (`docs/how-to/follow.md`).
    observed
        A file of what was seen since the registration before, as `update` takes it.
    on
        The date of registration, from which on the forecasts stand; today's (UTC) unless given.

    Raises
    ------
    DetenteError
        If a file of the folder was changed, the run is of another crisis, forecasts are registered
        for this date or a later one, the run knows what is later than the date or less than the one
        before, a question cannot be asked of it, or nothing can be written.
    Faults
        With every fault of a file.
    """
    place, day = Path(folder), today() if on is None else day_from(on)
    crisis = read_base_again(run.folder, run.record)
    with hold(place, "track"):
        chain = read_chain(place).sound()
        now = Now(run, crisis, chain, _earlier(place, chain))
        _refuse_order(now, day)
        entry = _registration(now, day, seen(now, observed, day), _new(now, questions, day))
        keep_pack(place, entry.kept, _files(crisis))
        append(place, entry)
    return entry


def today() -> date:
    """Return today's date in UTC."""
    return datetime.now(UTC).date()


def day_from(text: str | date) -> date:
    """Return a date that was typed.

    Raises
    ------
    DetenteError
        If it is none.
    """
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        hint = "give a date such as 2031-03-01"
        raise DetenteError(f"{str(text)!r} is no date", where="--on", hint=hint) from None


def _earlier(folder: Path, chain: Chain) -> Run | None:
    """Return the run of the last registration, if it is where it was."""
    if not chain.registrations:
        return None
    basis = chain.registrations[-1].basis
    try:
        place = basis.run if "://" in basis.run else folder / basis.run
        run = Run.open(place)
    except DetenteError:
        return None
    return run if run.digest == basis.digest else None


def _refuse_order(now: Now, day: date) -> None:
    """Refuse a registration that does not follow the one before."""
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


def _registration(
    now: Now, day: date, observed: tuple[Observed, ...], new: Mapping[str, AskedQuestion]
) -> Registration:
    waiting = open_questions(now.chain)
    reasons = {key: _why_not_asked(now, one, day) for key, one in waiting.items()}
    asked = {key: one for key, one in waiting.items() if not reasons[key]} | dict(new)
    if not asked:
        what = "no open question can be asked of this run, and none is new"
        raise DetenteError(what, where=str(now.run.folder), hint="ask others: --questions FILE")
    return Registration(
        number=len(now.chain.files) + 1,
        before=now.chain.head,
        date=day,
        basis=_basis(now),
        questions=new,
        forecasts={key: _forecast(now, key, one) for key, one in asked.items()},
        left_out={key: reason for key, reason in reasons.items() if reason},
        observed=observed,
        differs=differs(now),
    )


def _basis(now: Now) -> Basis:
    record, folder = now.run.record, now.run.folder
    is_here = isinstance(folder, Path)
    place = Path(os.path.relpath(folder, now.chain.folder)).as_posix() if is_here else str(folder)
    digests = {name: hashlib.sha256(text).hexdigest() for name, text in _files(now.crisis).items()}
    return Basis(
        name=now.crisis.name,
        title=now.crisis.title,
        parties=record.parties,
        as_of=now.crisis.as_of,
        pack=record.pack,
        files=digests,
        changes=record.settings.changes,
        run=place,
        digest=now.run.digest,
        model=record.model,
        package=record.package,
    )


def _files(crisis: Crisis) -> dict[str, bytes]:
    return {Path(name).name: text for name, text in crisis.files.items()}


def questions_of(chain: Chain) -> dict[str, AskedQuestion]:
    """Return all questions that were asked, the first ones first."""
    return {key: one for entry in chain.registrations for key, one in entry.questions.items()}


def open_questions(chain: Chain) -> dict[str, AskedQuestion]:
    """Return the questions of which nobody has said what came."""
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
            what = f"asks about days to {question.by}, which are over on {day}"
            raise DetenteError(what, where=where, hint="ask about a later day")
    return {key: one for key, one in written.items() if key not in known}


def _why_not_asked(now: Now, question: AskedQuestion, day: date) -> str:
    """Say why an open question is not asked of a run on a day; nothing if it is."""
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
    rate, share = base_rate(question, now.run, now.crisis), found.share
    return SealedForecast(
        **{name: getattr(share, name) for name in SHOWN},
        futures=found.futures,
        worlds=found.worlds,
        base=None if rate is None else rate.rate,
        base_source=None if rate is None else rate.source,
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
    """Record, sealed, what became of a question and who says so.

    A question can be resolved again; the last resolution counts, and all are kept.

    Parameters
    ----------
    folder
        Where the crisis is followed.
    question
        Its key.
    result
        "happened", "did_not" or "void".
    on
        The day on which it happened, or on which it was known that it did not or cannot be said.
    source
        What says so; of a void question why it cannot be resolved.
    by
        Who resolves it.

    Raises
    ------
    DetenteError
        If a file of the folder was changed, there is no such question or result, the day does not
        fit the question, source or name are empty, or nothing can be written.
    """
    place, day = Path(folder), day_from(on)
    with hold(place, "track"):
        chain = read_chain(place).sound()
        known = questions_of(chain)
        if question not in known:
            hint = did_you_mean(question, known) or f"there are: {', '.join(known) or 'none yet'}"
            raise DetenteError("there is no such question", where=question, hint=hint)
        _refuse_result(result, {"--source": source, "--by": by})
        _refuse_day(chain, question, result, day)
        entry = Resolution(
            number=len(chain.files) + 1,
            before=chain.head,
            question=question,
            result=result,
            on=day,
            source=source,
            by=by,
        )
        append(place, entry)
    return entry


def _refuse_result(result: str, texts: Mapping[str, str]) -> None:
    if result not in get_args(Result):
        allowed = ", ".join(get_args(Result))
        raise DetenteError(f"{result!r} is no result", where="result", hint=f"use {allowed}")
    for where in (where for where, text in texts.items() if not text.strip()):
        raise DetenteError("is empty", where=where, hint="say what decides, and who says so")


def _refuse_day(chain: Chain, question: str, result: str, day: date) -> None:
    """Refuse a day on which a question cannot have been resolved."""
    first = next(one.date for one in chain.registrations if question in one.questions)
    last = questions_of(chain)[question].by
    if day < first:
        what = f"{question} was first asked on {first}, after {day}"
        raise DetenteError(what, where="--on", hint="what had come before is void: --void")
    if result == "happened" and day > last:
        what = f"{question} asks about days to {last}; {day} is later"
        raise DetenteError(what, where="--on", hint="if it came later only: --did-not")

"""Questions that time answers: those of a file, or those asked unless one is given."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from detente.analysis.given import CODES, DAY, NEVER
from detente.analysis.history.bands import BANDS
from detente.analysis.history.played import start_of
from detente.analysis.outcomes import KNOWN
from detente.analysis.track.chain import AskedQuestion
from detente.ensemble.run import Run
from detente.errors import Fault, Faults
from detente.evidence.claim import WrittenPart
from detente.pack import Crisis
from detente.pack.number import Finding, Key, Sought
from detente.pack.observed import read_apart
from detente.pack.toml import KeyPath
from detente.text import show

MOST_QUESTIONS = 200
AHEAD = (30, 90, 180)
"""Days ahead of the as-of date that are asked about, and the run's horizon."""
SPAN = 365
"""Days over which past crises have their rate."""
RATES = {"any_war": "war", "force": "serious", "deal_ever": "agreement"}
"""Which rate of past crises an outcome is compared with."""
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
"""When the answer to each of the questions asked by default is yes."""
SOURCE = "statements of the governments concerned, or two independent news agencies"


class QuestionFile(WrittenPart):
    """A whole file of questions."""

    questions: Annotated[
        Mapping[Key, AskedQuestion],
        Field(min_length=1, max_length=MOST_QUESTIONS, description="by a key of your own"),
    ]


class BaseRate(NamedTuple):
    """What a forecast is compared with, and where it comes from."""

    rate: float
    source: str


def read_questions(
    path: Path, crisis: Crisis, known: Collection[str]
) -> Mapping[str, AskedQuestion]:
    """Read a file of questions about a crisis; the days of those known already may be over.

    Raises
    ------
    DetenteError
        If there is no such file or it cannot be read.
    Faults
        With every fault of its text.
    """
    _, written = read_apart(path, QuestionFile, lambda file: _rules(file, crisis, known), _refused)
    return written.questions


def _refused(name: str, faults: Iterable[Fault]) -> Faults:
    hint = "put these right and ask again: the rest is reported then"
    return Faults(faults, of="questions", where=name, hint=hint)


def _rules(written: QuestionFile, crisis: Crisis, known: Collection[str]) -> Iterator[Finding]:
    for key, question in written.questions.items():
        path = ("questions", key)
        if question.outcome not in KNOWN:
            allowed, sought = f"one of {', '.join(KNOWN)}", Sought(question.outcome, KNOWN)
            yield Finding((*path, "outcome"), show(question.outcome), allowed, sought=sought)
        if question.by <= crisis.as_of and key not in known:
            allowed = f"a day after {crisis.as_of} (as_of)"
            yield Finding((*path, "by"), show(question.by), allowed, "ask about a later day")
        if (question.base is None) != (question.base_source is None):
            hint = "add the other, or drop it: past crises are the base rate of some outcomes"
            yield Finding(path, "one of the two", "base with base_source", hint, on_key=True)
        yield from _given_rules(question, (*path, "given"))


def _given_rules(question: AskedQuestion, path: KeyPath) -> Iterator[Finding]:
    """Yield conditions on days that are counted from an as-of date, which moves."""
    for condition in question.given:
        column, _, value = (part.strip() for part in condition.partition("="))
        ends = [end.strip() for end in value.split(":")]
        is_dated = all(end in {"", NEVER} or "-" in end for end in ends)
        if column.endswith(DAY) and column not in CODES and not is_dated:
            hint = "the same number of days ends on another date in a later run"
            yield Finding(path, show(condition), "dates such as 2031-04-01", hint)


def default_questions(run: Run, crisis: Crisis) -> dict[str, AskedQuestion]:
    """Return the questions asked unless a file has others: war, force, a deal, each by four days.

    The days are 30, 90 and 180 days after the as-of date and the run's horizon; those beyond it
    are left out.
    """
    horizon = run.record.settings.horizon
    days = (*(day for day in AHEAD if day < horizon), horizon)
    dates = [crisis.as_of + timedelta(day) for day in days]
    return {
        f"{outcome}_{by:%Y_%m_%d}": AskedQuestion(outcome=outcome, by=by, rule=rule, source=SOURCE)
        for outcome, rule in RULES.items()
        for by in dates
    }


def base_rate(question: AskedQuestion, run: Run, crisis: Crisis) -> BaseRate | None:
    """Return the base rate of a question on a run's as-of date; None if it has none.

    The question's own, or of war, force and a deal that of past crises which began in the same way,
    at a constant rate over a year: `1 - (1 - r)^(days left / 365)`.
    """
    if question.base is not None:
        return BaseRate(question.base, question.base_source or "")
    if question.outcome not in RATES or question.given:
        return None
    band = BANDS[f"{start_of(run) or 'non_violent'}.{RATES[question.outcome]}"]
    if band.value is None:
        return None
    days = (question.by - crisis.as_of).days
    rate = 1.0 - (1.0 - band.value) ** (days / SPAN)
    says = f"{band.says}: {100 * band.value:.1f} % of {band.crises}, {band.source}"
    return BaseRate(rate, f"{says}; at a constant rate over {SPAN} days")

"""The page that asks how likely an outcome is by a date, and what would have to be true."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from detente.ensemble.measures import KNOWN
from detente.errors import DetenteError
from detente.pages import workspace
from detente.pages.workspace import ServedRun
from detente.questions.asking import ask
from detente.questions.given import FIRST_FORCE_BY, NEVER
from detente.questions.strip import next_to
from detente.questions.weigh import weigh
from detente.questions.weigh.views import FORM
from detente.questions.wording import titles
from detente.text import DASH, TO, capitalised
from detente.views import asking, figures
from detente.views import weigh as weighing
from detente.views.served import FilledTemplate, Page, PageRequest

OUTCOME = "force"
"""What is asked about first."""
FAILED = "talks_ever_failed"
"""The outcome that is offered as a condition first."""
THREE = "This model, and what past crises and others say"


class SentenceQuestion(NamedTuple):
    """A question as it was sent: how likely an outcome is by a day, given something."""

    outcome: str
    by: str
    given: tuple[str, ...]
    held: str
    """How likely it is to be, in %, if that is asked: a figure, or two ends of a range."""

    @property
    def view(self) -> str:
        """Return what is to be, as `weigh` takes it."""
        question = "|".join((f"{self.outcome}@{self.by}", *self.given))
        ends = [part.strip(" %") for part in self.held.replace(TO, DASH).split(DASH)]
        return f"{question}={'-'.join(f'{end}%' for end in ends)}"


def chance(asked: PageRequest) -> FilledTemplate:
    """Say how likely an outcome is by a day, and if a chance is given, what would have to be true.

    Nothing is played. Before anything is asked the page has the question alone.
    """
    run, query = workspace.run_of(asked), asked.query
    record = run.run.record
    last = record.date_of(record.settings.horizon)
    given = (query.get("given", ""), query.get("also", ""))
    question = SentenceQuestion(
        query.get("outcome", OUTCOME),
        query.get("by", "") or last.isoformat(),
        tuple(text.strip() for text in given if text.strip()),
        query.get("held", "").strip(),
    )
    known = {
        "found": None,
        "weighed": None,
        "fault": None,
        "held_fault": None,
        "run": run,
        "question": question,
        "query": query,
        "outcomes": [(key, capitalised(titles(record)[key])) for key in KNOWN],
        "conditions": list(_conditions(run)),
        "first": record.start,
        "last": last,
    }
    if "outcome" in query:
        known |= _answered(run, question)
    return FilledTemplate("chance.html", known, 400 if known["fault"] else 200)


def _answered(run: ServedRun, question: SentenceQuestion) -> dict[str, Any]:
    """Return what the run has of a question and what would have to be true, or why it has not."""
    try:
        found = ask(run.run, outcome=question.outcome, by=question.by, given=question.given)
    except DetenteError as fault:
        return {"fault": fault}
    picture = replace(figures.strip(next_to(run.strip, found)), title=THREE)
    known: dict[str, Any] = {"found": found, "section": asking.section(found), "picture": picture}
    if question.held:
        try:
            known["weighed"] = weighing.section(weigh(run.run, question.view))
        except DetenteError as fault:
            hint = fault.hint if fault.hint != FORM else "write 40, or 30-50 for a range"
            known["held_fault"] = DetenteError(fault.what, hint=hint)
    return known


def _conditions(run: ServedRun) -> Iterator[tuple[str, str]]:
    """Yield conditions that a reader may choose, as they are sent and in words."""
    called, parties = titles(run.run.record), run.run.record.parties
    yield FAILED, called[FAILED]
    yield f"{FAILED}=no", f"not: {called[FAILED]}"
    for role in ("challenger", "defender", "ally"):
        if role in parties:
            yield f"{FIRST_FORCE_BY}={role}", f"{parties[role]} uses force first"
    yield f"first_force_day={NEVER}", "nobody uses force"
    yield from ((key, called[key]) for key in KNOWN if key != FAILED)


PAGES = (Page("/run/{run}/chance", chance),)

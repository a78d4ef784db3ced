"""The page on how likely an outcome is by a date, and on what would have to be true."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from detente.ensemble.measures import KNOWN
from detente.ensemble.runners import Listener
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
from detente.views.served import Elsewhere, FilledTemplate, Page, PageRequest
from detente.views.work import seconds_of_trial

ASKED = ("outcome", "by", "given", "also", "held")
"""Parameters of an address that make up a question."""
OUTCOME = "force"
"""The first outcome offered."""
FAILED = "talks_ever_failed"
"""The first condition offered."""
THREE = "This model, past crises and the views of others"


class SentenceQuestion(NamedTuple):
    """A question as sent: the chance of an outcome by a day, under conditions."""

    outcome: str
    by: str
    given: tuple[str, ...]
    held: str
    """A chance to explain, in %: a number, or both ends of a range; may be empty."""

    @property
    def view(self) -> str:
        """Return the view of others in the format of `weigh`."""
        question = "|".join((f"{self.outcome}@{self.by}", *self.given))
        ends = [part.strip(" %") for part in self.held.replace(TO, DASH).split(DASH)]
        return f"{question}={'-'.join(f'{end}%' for end in ends)}"


def chance(asked: PageRequest) -> FilledTemplate:
    """Show the chance of an outcome by a day, and, if a view is given, what would have to be true.

    Nothing is played. The default question is the chance of force by the last day.
    """
    run, query = workspace.run_of(asked), asked.query
    record = run.run.record
    last = record.date_of(record.settings.horizon)
    question = _read(query, last.isoformat())
    known = {
        "found": None,
        "weighed": None,
        "fault": None,
        "held_fault": None,
        "seconds": None,
        "run": run,
        "question": question,
        "query": query,
        "outcomes": [(key, capitalised(titles(record)[key])) for key in KNOWN],
        "conditions": list(_conditions(run)),
        "first": record.start,
        "last": last,
        "asked": {key: query.get(key, "") for key in ASKED},
        "job": workspace.of(asked).jobs.at(_address(asked.address, query)),
    }
    known |= _answered(run, question)
    return FilledTemplate("chance.html", known, 400 if known["fault"] else 200)


def _answered(run: ServedRun, question: SentenceQuestion) -> dict[str, Any]:
    """Return the answer to a question and what would have to be true, or the fault of either."""
    try:
        found = ask(run.run, outcome=question.outcome, by=question.by, given=question.given)
    except DetenteError as fault:
        return {"fault": fault}
    picture = replace(figures.strip(next_to(run.strip, found)), title=THREE)
    known: dict[str, Any] = {"found": found, "section": asking.section(found), "picture": picture}
    if question.held:
        try:
            weighed = run.tried.get(question.view) or weigh(run.run, question.view)
            known["weighed"] = weighing.section(weighed)
            is_left = weighed.trial is None and weighed.moved.numbers
            if is_left and run.run.record.is_own_model:
                known["seconds"] = seconds_of_trial(run.run)
        except DetenteError as fault:
            hint = fault.hint if fault.hint != FORM else "write 40, or 30-50 for a range"
            known["held_fault"] = DetenteError(fault.what, hint=hint)
    return known


def try_out(asked: PageRequest) -> Elsewhere:
    """Start a trial on new worlds of what would have to be true, and lead back to the question."""
    served, key, sent = workspace.of(asked), asked.parts["run"], asked.form.last
    question = _read(sent, last=sent.get("by", ""))

    def do(listener: Listener) -> None:
        run = served.known(key)
        run.tried[question.view] = weigh(run.run, question.view, play=True, progress=listener)

    shown_at = _address(f"/run/{key}/chance", sent)
    served.begin("What would have to be true, on new sets of assumptions", do, shown_at=shown_at)
    return Elsewhere(shown_at)


def _read(query: Mapping[str, str], last: str) -> SentenceQuestion:
    """Return the question of an address or a form; the default day is the last."""
    given = (query.get("given", "").strip(), query.get("also", "").strip())
    return SentenceQuestion(
        query.get("outcome", OUTCOME),
        query.get("by", "") or last,
        tuple(text for text in given if text),
        query.get("held", "").strip(),
    )


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode({key: query.get(key, '') for key in ASKED})}"


def _conditions(run: ServedRun) -> Iterator[tuple[str, str]]:
    """Yield conditions that a reader may choose, as code and in words."""
    called, parties = titles(run.run.record), run.run.record.called
    yield FAILED, called[FAILED]
    yield f"{FAILED}=no", f"not: {called[FAILED]}"
    for role in ("challenger", "defender", "ally"):
        if role in parties:
            yield f"{FIRST_FORCE_BY}={role}", f"{parties[role]} uses force first"
    yield f"first_force_day={NEVER}", "nobody uses force"
    yield from ((key, called[key]) for key in KNOWN if key != FAILED)


PAGES = (Page("/run/{run}/chance", chance), Page("/run/{run}/chance", try_out, "POST"))

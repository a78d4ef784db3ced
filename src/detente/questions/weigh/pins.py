"""Which judgement would constrain a number that decides an outcome and has no source.

The deciding numbers are the `drivers` of the newest run of a pack of the same name, if they were
asked for; nothing is played. Of the questions that a person can answer, the one is selected whose
answer in the run differs most between quarters of the number.
"""

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.folder import DRIVERS, in_order, known, remembered
from detente.ensemble.record import BASE, read
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.evidence import ledger
from detente.pack import Crisis
from detente.questions import drivers
from detente.questions.conditions import MISTAKEN, read_numbers
from detente.questions.drivers.inputs import titled
from detente.questions.weigh.moved import quarters_of
from detente.questions.weigh.views import HeldView, count, view_of

QUESTIONS = (
    "force|talks_ever_failed",
    "any_war|force",
    "scale=campaign|force",
    "force",
    "deal_ever",
    "any_war",
)
"""Questions that a person can answer, narrow ones first."""
OUTCOMES = ("any_war", "force")
"""Outcomes whose drivers are read."""
MOST = 3
"""Maximum number of numbers that are named."""


class Pin(NamedTuple):
    """A number without a source that decides an outcome, and a question that would constrain it."""

    field: str
    title: str
    outcome: Annotated[str, "that it decides"]
    question: HeldView
    quarters: Annotated[tuple[float, ...], "the answer in the run by quarter of the number"]

    @property
    def key(self) -> str:
        """Return a key for the judgement."""
        return self.field.rpartition(".")[2]


class Pins(NamedTuple):
    """The questions that would constrain the deciding numbers, and the run that was read."""

    run: Run | None
    numbers: tuple[Pin, ...] = ()

    def as_json(self) -> Mapping[str, object]:
        """Return it for JSON."""
        return {
            "run": None if self.run is None else str(self.run.folder),
            "numbers": [
                {
                    "field": number.field,
                    "outcome": number.outcome,
                    "question": number.question.outcome,
                    "given": list(number.question.given),
                    "quarters": list(number.quarters),
                }
                for number in self.numbers
            ],
        }


def pins_of(crisis: Crisis) -> Pins:
    """Return the questions that would constrain the numbers without a source that decide most."""
    for folder in reversed(in_order({path.resolve() for path in (*known(), *remembered())})):
        if not (folder / DRIVERS).is_dir():
            continue
        try:
            record = read(folder)
            if record.name != crisis.name or record.outcome is None:
                continue
            run = Run.open(folder)
            asked = {outcome: drivers.played(run, outcome=outcome) for outcome in OUTCOMES}
            decide = {
                path: outcome for outcome, found in asked.items() if found for path in found.numbers
            }
            if decide:
                return Pins(run, tuple(_pins(run, crisis, decide)))
        except DetenteError:  # a run that cannot be read is skipped
            continue
    return Pins(None)


def _pins(run: Run, crisis: Crisis, decide: Mapping[str, str]) -> list[Pin]:
    book = ledger(crisis.numbers.items(), crisis.claims)
    unsupported = {row.field for row in book.unsupported}
    judged = {(one.outcome, one.given) for one in crisis.model.judgements.values()}
    views = [view_of(run, f"{question}=.5") for question in QUESTIONS]
    views = [view for view in views if (view.outcome, view.given) not in judged]
    counted = count(run, BASE, views)
    numbers, _ = read_numbers(run, run.record.settings.worlds)
    found: list[Pin] = []
    for path, outcome in decide.items():
        if path not in unsupported or path not in numbers.fields or len(found) == MOST:
            continue
        column = numbers.fields.index(path)
        groups = quarters_of(numbers.places[:, column], numbers.values[:, column])
        places = numbers.places[:, column] - 0.5
        answers = []
        for view, part, whole in zip(views, *counted, strict=True):
            asked = whole > 0
            own = part[asked] / whole[asked]
            if not all(whole[group].any() for group in groups) or np.ptp(own) == 0.0:
                continue
            # Only answers that are correlated with the number by more than chance.
            score = np.corrcoef(own, places[asked])[0, 1] * math.sqrt(len(own) - 1)
            if abs(score) > NormalDist().inv_cdf(1.0 - MISTAKEN / (2.0 * len(views))):
                shares = tuple(float(part[group].sum() / whole[group].sum()) for group in groups)
                answers.append((view, shares))
        if answers:
            view, shares = max(answers, key=lambda pair: max(pair[1]) - min(pair[1]))
            found.append(Pin(path, titled(path, crisis), outcome, view, shares))
    return found

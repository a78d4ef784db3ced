"""The results that reports are written from, each computed on first use."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.evidence import Ledger, ledger
from detente.pack import Crisis
from detente.pack.quantity import Period
from detente.questions.causes import Causes, judging
from detente.questions.causes import causes as find_causes
from detente.questions.compare import Comparison, compare
from detente.questions.course import Course, course
from detente.questions.discovery import Discovery, discover
from detente.questions.drivers import Drivers
from detente.questions.drivers import played as drivers_played
from detente.questions.engagement import Engagement, engage
from detente.questions.hypotheses import Hypotheses
from detente.questions.hypotheses import played as hypotheses_played
from detente.questions.influence import Influences, influence
from detente.questions.strip import Strip, strip
from detente.questions.summary import Summary, summarise
from detente.questions.tradecraft.assumptions import KeyAssumptions, key_assumptions
from detente.questions.tradecraft.cone import Cone, cone
from detente.questions.tradecraft.indicators import Indicators, indicators
from detente.questions.tradecraft.matrix import EvidenceMatrix, matrix
from detente.questions.tradecraft.premortem import Premortem, premortem
from detente.questions.update import TooFewError, Update, update
from detente.views.trace import Storyline, storylines

MOST_WORLDS, CAMPAIGNS = 64, 32
"""Upper limit on worlds, and number of campaigns in each, for the engagement in a report."""
ASKED = ("any_war", "deal")
"""Outcomes whose drivers a report shows."""


@dataclass(frozen=True)
class Material:
    """A run and all results that a report may show."""

    run: Run
    observed: Path | None = None
    """Path of a file of observations since the as-of date, which some results read."""

    @cached_property
    def summary(self) -> Summary:
        """Shares of outcomes and endings."""
        return summarise(self.run)

    @cached_property
    def course(self) -> Course:
        """Endings by date, and durations and costs of wars."""
        return course(self.run)

    @cached_property
    def strip(self) -> Strip:
        """Answers of past crises and of others to the same questions."""
        return strip(self.run)

    @cached_property
    def crises(self) -> Mapping[str, Crisis]:
        """The crisis by option, the base included, as the run played it."""
        return self.run.crises

    @property
    def crisis(self) -> Crisis:
        """Return the crisis without any option."""
        return self.crises[BASE]

    @property
    def period(self) -> Period:
        """Return the years of past crises to which the parameters were fitted."""
        return self.crisis.model.accepted_set

    @cached_property
    def ledger(self) -> Ledger:
        """The basis of each number."""
        crisis = self.crisis
        return ledger(crisis.numbers.items(), crisis.claims, hypotheses=crisis.sentences)

    @cached_property
    def storylines(self) -> tuple[Storyline, ...]:
        """Typical futures of the run, day by day."""
        return storylines(self.run)

    @cached_property
    def causes(self) -> Causes | None:
        """Causes of war in the worlds judged so far; None if there are none."""
        study, worlds = judging(self.run), range(self.run.record.settings.worlds)
        kept = takewhile(lambda one: not study.missing([AS_IT_IS], [one]), worlds)
        judged = len(list(kept))
        return find_causes(self.run, worlds=judged) if judged else None

    @cached_property
    def drivers(self) -> dict[str, Drivers]:
        """Drivers by outcome, as far as they were computed before."""
        found = {outcome: drivers_played(self.run, outcome=outcome) for outcome in ASKED}
        return {outcome: one for outcome, one in found.items() if one is not None}

    @cached_property
    def boxes(self) -> dict[str, Discovery]:
        """Boxes of assumptions under which an outcome is likely, as far as computed before.

        They are read next to new worlds, which only the run's own version of the model has.
        """
        if not self.run.record.is_own_model:
            return {}
        return {outcome: discover(self.run, outcome=outcome, play=False) for outcome in ASKED}

    @cached_property
    def engagement(self) -> Engagement:
        """Force against layered defence alone, in both directions, in the run's worlds."""
        settings = self.run.record.settings
        worlds = min(MOST_WORLDS, settings.worlds)
        return engage(self.crisis, worlds=worlds, futures=CAMPAIGNS * worlds, seed=settings.seed)

    @cached_property
    def watched(self) -> Update | None:
        """What the pack's signs show; None if it has no signs, or too few futures match."""
        if not self.crisis.model.signs:
            return None
        try:
            return update(self.run)
        except TooFewError:
            return None

    @cached_property
    def influence(self) -> Influences:
        """How far outcomes move if a claim is reversed, as far as played before."""
        return influence(self.run, play=False)

    @cached_property
    def assumptions(self) -> KeyAssumptions:
        """Assumptions with weak evidence that move an outcome far."""
        return key_assumptions(self.run, self.ledger, self.drivers, self.influence)

    @cached_property
    def indicators(self) -> Indicators:
        """Signs seen, signs not seen, and signs nobody looked for."""
        return indicators(self.run, self.observed)

    @cached_property
    def matrix(self) -> EvidenceMatrix:
        """Evidence by hypothesis: which items distinguish between hypotheses."""
        return matrix(self.run, self.observed)

    @cached_property
    def premortem(self) -> Premortem:
        """The most frequent ways to war, and until when each could have been stopped."""
        return premortem(self.run, self.summary)

    @cached_property
    def cone(self) -> Cone:
        """The few typical courses of the crisis."""
        return cone(self.run)

    @cached_property
    def hypotheses(self) -> Hypotheses | None:
        """Verdicts on the pack's hypotheses in the worlds tested before; None if untested."""
        return hypotheses_played(self.run)

    @cached_property
    def comparison(self) -> Comparison | None:
        """Effects of options; None if the run played only the base."""
        return compare(self.run) if len(self.run.options) > 1 else None

    def read(self, names: str) -> tuple[Any, ...]:
        """Return several results by name; names are separated by spaces."""
        return tuple(getattr(self, name) for name in names.split())

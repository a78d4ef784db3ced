"""The results that a report is written from, each computed when it is first asked for."""

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
"""Worlds, and campaigns in each, in which force is played against defence for the report."""
ASKED = ("any_war", "deal")
"""The outcomes of which the report says what they turn on."""


@dataclass(frozen=True)
class Material:
    """A run and all results that are reported of it."""

    run: Run
    observed: Path | None = None
    """A file of what was seen since, which some results read."""

    @cached_property
    def summary(self) -> Summary:
        """What became of the crisis."""
        return summarise(self.run)

    @cached_property
    def course(self) -> Course:
        """Which endings come by which day, how long wars last, and what they cost."""
        return course(self.run)

    @cached_property
    def strip(self) -> Strip:
        """What past crises and others say of the same questions."""
        return strip(self.run)

    @cached_property
    def crises(self) -> Mapping[str, Crisis]:
        """The crisis as it is and under each option, as the run played them."""
        return self.run.crises

    @property
    def crisis(self) -> Crisis:
        """Return the crisis without any option."""
        return self.crises[BASE]

    @property
    def period(self) -> Period:
        """Return the years of past crises that what is calibrated was fitted to."""
        return self.crisis.model.accepted_set

    @cached_property
    def ledger(self) -> Ledger:
        """What each number rests on."""
        crisis = self.crisis
        return ledger(crisis.numbers.items(), crisis.claims, hypotheses=crisis.sentences)

    @cached_property
    def storylines(self) -> tuple[Storyline, ...]:
        """A few futures of the run, day by day."""
        return storylines(self.run)

    @cached_property
    def causes(self) -> Causes | None:
        """What caused war in the worlds that were judged before, if any were."""
        study, worlds = judging(self.run), range(self.run.record.settings.worlds)
        kept = takewhile(lambda one: not study.missing([AS_IT_IS], [one]), worlds)
        judged = len(list(kept))
        return find_causes(self.run, worlds=judged) if judged else None

    @cached_property
    def drivers(self) -> dict[str, Drivers]:
        """What each outcome that is asked about turns on, if it was computed before."""
        found = {outcome: drivers_played(self.run, outcome=outcome) for outcome in ASKED}
        return {outcome: one for outcome, one in found.items() if one is not None}

    @cached_property
    def boxes(self) -> dict[str, Discovery]:
        """Under which few assumptions each of them is likely, if that was tried before."""
        return {outcome: discover(self.run, outcome=outcome, play=False) for outcome in ASKED}

    @cached_property
    def engagement(self) -> Engagement:
        """Force against layered defence alone, both ways, in the run's worlds."""
        settings = self.run.record.settings
        worlds = min(MOST_WORLDS, settings.worlds)
        return engage(self.crisis, worlds=worlds, futures=CAMPAIGNS * worlds, seed=settings.seed)

    @cached_property
    def watched(self) -> Update | None:
        """What each sign of the pack shows; None if there is none, or too few futures agree."""
        if not self.crisis.model.signs:
            return None
        try:
            return update(self.run)
        except TooFewError:
            return None

    @cached_property
    def influence(self) -> Influences:
        """How far outcomes move if a claim is reversed, if that was played before."""
        return influence(self.run, play=False)

    @cached_property
    def assumptions(self) -> KeyAssumptions:
        """Which assumptions move an outcome far on weak ground."""
        return key_assumptions(self.run, self.ledger, self.drivers, self.influence)

    @cached_property
    def indicators(self) -> Indicators:
        """Which signs were seen, which were not, and which nobody looked for."""
        return indicators(self.run, self.observed)

    @cached_property
    def matrix(self) -> EvidenceMatrix:
        """Which evidence tells which hypotheses apart."""
        return matrix(self.run, self.observed)

    @cached_property
    def premortem(self) -> Premortem:
        """The commonest ways to war, and until when each could have been stopped."""
        return premortem(self.run, self.summary)

    @cached_property
    def cone(self) -> Cone:
        """The few courses that the crisis may take."""
        return cone(self.run)

    @cached_property
    def hypotheses(self) -> Hypotheses | None:
        """The verdicts on what the pack holds, in as many worlds as were tested before, if any."""
        return hypotheses_played(self.run)

    @cached_property
    def comparison(self) -> Comparison | None:
        """What options change, if the run played any."""
        return compare(self.run) if len(self.run.options) > 1 else None

    def read(self, names: str) -> tuple[Any, ...]:
        """Return several of these, by their names with spaces between them."""
        return tuple(getattr(self, name) for name in names.split())

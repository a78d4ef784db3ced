"""What is held about a crisis, who holds it, what result would reject it, and what tests it."""

from typing import Annotated, Literal

from pydantic import Field

from detente.evidence.written import Part, StandIn, Text
from detente.pack.change import Changes
from detente.pack.number import Because

Outcome = Literal[
    "deal",
    "settled",
    "force",
    "any_war",
    "comprehensive_deal",
    "narrow_deal",
    "tacit",
    "containment",
    "talks_failed",
    "limited_strike",
    "war",
    "regional_war",
]
"""Outcomes and endings, in the words of results."""
Measure = Literal[Outcome, "breakdown", "offers", "yields", "joined", "war_days", "aircraft_lost"]
Kind = Literal["contrast", "larger", "turn", "level", "groups", "causes", "signs"]
Cause = Literal[
    "third_party",
    "misread_incident",
    "private_information",
    "first_strike",
    "commitment",
    "noise",
    "none",
    "deliberate",
    "miscalculation",
    "spoiler",
]
"""What war can be credited with, in the words of `detente causes`."""


class Group(Part):
    """Numbers that are moved together, each from its 10th to its 90th percentile or back."""

    up: Annotated[
        tuple[str, ...], Field(description="numbers that rise, by their dotted paths")
    ] = ()
    down: Annotated[
        tuple[str, ...], Field(description="numbers that fall, by their dotted paths")
    ] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return all of them."""
        return (*self.up, *self.down)


class Trial(Part):
    """A test of a hypothesis: what is changed, on the same worlds and draws, and what is measured.

    contrast: the measure at the last of two steps less that at the first. larger: by how much more
    `steps` move the measure than `others` do, either way, each over both settings of the other.
    turn: whether it rises from one of several steps to the next and falls from another. level: the
    measure itself, at one step or as the crisis stands. groups: how much of an outcome's spread
    over worlds, and how large a swing, `group` makes beyond `other_group`. causes: war credited to
    `more` less that credited to `than`. signs: what a sign tells of the plan beyond every other.
    """

    kind: Annotated[Kind, Field(description="the kind of test"), StandIn("level")]
    says: Annotated[Text, Field(description="what is done, in your own words")]
    measures: Annotated[
        tuple[Measure, ...],
        Field(description="what is measured, one or several"),
        StandIn(("any_war",)),
    ] = ()
    by_day: Annotated[
        int | None,
        Field(ge=1, description="outcomes count that have come about by this day"),
    ] = None
    hold: Annotated[
        Changes, Field(default_factory=dict, description="changes that hold at every step")
    ]
    steps: Annotated[
        tuple[Changes, ...],
        Field(description="changes that are compared, in order; {} is the crisis as it stands"),
    ] = ()
    others: Annotated[
        tuple[Changes, ...],
        Field(description="two other steps, with which those of `steps` are compared"),
    ] = ()
    group: Annotated[Group | None, Field(description="numbers that should move more")] = None
    other_group: Annotated[Group | None, Field(description="numbers that should move less")] = None
    more: Annotated[
        tuple[Cause, ...],
        Field(description="what should be credited with more war"),
        StandIn(("none",)),
    ] = ()
    than: Annotated[
        tuple[Cause, ...],
        Field(description="what should be credited with less war"),
        StandIn(("none",)),
    ] = ()
    sign: Annotated[str | None, Field(description="the key of the sign that should tell most")] = (
        None
    )
    expects: Annotated[
        Literal["more", "less"],
        Field(description="which way the result should lie"),
        StandIn("more"),
    ] = "more"
    threshold: Annotated[
        float,
        StandIn(0.0),
        Field(
            description="what the result has to exceed, or with less to stay below; a share "
            "from 0 to 1, or in the unit of the measure"
        ),
    ] = 0.0


class Hypothesis(Part):
    """A sentence about the crisis that results in the model can speak against."""

    says: Annotated[Text, Field(description="what is held, in your own words")]
    rejected_if: Annotated[
        Text, Field(description="what result in this model would speak against it")
    ]
    because: Because = ()
    assumed: Annotated[str | None, StandIn("text")] = None
    needs: Annotated[
        Literal["all", "any"],
        Field(description="whether all results of its tests have to bear it out, or any one"),
        StandIn("all"),
    ] = "all"
    tests: Annotated[
        tuple[Trial, ...], Field(description="what tests it by intervention; none is allowed")
    ] = ()

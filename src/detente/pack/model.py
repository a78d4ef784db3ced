"""What a pack may hold: the crisis in frozen parts whose names are the keys of its text."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from detente.evidence.claim import Claim, Source
from detente.evidence.written import ClaimKey, Part, StandIn, Text
from detente.pack.actors import Actor
from detente.pack.change import Changes
from detente.pack.hypotheses import Hypothesis
from detente.pack.military import (
    Aims,
    Arsenal,
    Chokepoint,
    Defence,
    Force,
    Indicator,
    Plans,
    Posture,
    Sign,
    War,
)
from detente.pack.number import Key
from detente.pack.politics import (
    Dispute,
    Failure,
    Incidents,
    Issue,
    Lessons,
    Moves,
    Programme,
    Relief,
    RivalVenue,
    Talks,
    Ultimatum,
    Unrest,
    Venue,
)

MOST_OPTIONS = 64
MOST_SIGNS = 4
"""Most signs to watch for, as the kernel's tables hold them."""

FORMAT = 1
"""The format of packs that this version reads."""


class Correlation(Part):
    """Two numbers that tend to be high together, or one high and one low."""

    of: Annotated[
        tuple[str, str], Field(description="the dotted paths of the two numbers"), StandIn(("", ""))
    ]
    rank: Annotated[float, Field(gt=-1, lt=1, description="their rank correlation"), StandIn(0.0)]


class Option(Part):
    """A diplomatic or defensive step, as changes to fields."""

    title: Annotated[Text, Field(description="the name of the step, for people")]
    says: Annotated[Text, Field(description="what is done")]
    change: Annotated[
        Changes,
        Field(min_length=1, description="new values of fields, by their dotted paths in quotes"),
        StandIn({"talks.packages": 3}),
    ]


class Model(Part):
    """A whole pack."""

    format: Annotated[
        Literal[1], Field(description="the format that the pack is written in"), StandIn(1)
    ]
    name: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$"),
        Field(description="the name that commands use"),
        StandIn("name"),
    ]
    title: Annotated[Text, Field(description="the title, for people")]
    as_of: Annotated[
        date,
        Field(description="the day on which play starts; nothing later is known"),
        StandIn(date.max),
    ]
    reference: Literal["non_violent", "violent"] | None = Field(
        default=None,
        description="the kind of past crises that this pack stands for, by how they began; its "
        "runs are shown beside history's",
    )
    actors: Mapping[Key, Actor] = Field(
        default_factory=dict, description="who takes part, by key: a challenger, a defender, others"
    )
    issues: Mapping[Key, Issue] = Field(
        default_factory=dict, description="what is in dispute, by key"
    )
    relief: Relief = Relief()
    talks: Talks = Talks()
    venue: Annotated[Venue, StandIn({"place": "text"})]
    rival_venue: RivalVenue | None = None
    dispute: Dispute | None = None
    moves: Moves = Moves()
    ultimatum: Ultimatum = Ultimatum()
    failure: Failure = Failure()
    unrest: Unrest = Unrest()
    incidents: Incidents = Incidents()
    programme: Programme = Programme()
    lessons: Lessons | None = None
    forces: Mapping[Key, Force] = Field(
        default_factory=dict, description="forces of the challenger that come and go, by key"
    )
    posture: Posture = Posture()
    plans: Plans = Plans()
    indicators: Mapping[Key, Indicator] = Field(
        default_factory=dict, description="signs of plans that were seen, by key"
    )
    signs: Mapping[Key, Sign] = Field(
        default_factory=dict,
        max_length=MOST_SIGNS,
        description="signs to watch for as forces arrive, by key",
    )
    arsenals: Mapping[Key, Mapping[Key, Arsenal]] = Field(
        default_factory=dict, description="stocks of weapons, by actor and key"
    )
    defences: Mapping[Key, Defence] = Field(
        default_factory=dict, description="what defends the two sides, by actor"
    )
    war: War = War()
    aims: Aims = Aims()
    chokepoint: Chokepoint = Chokepoint()
    correlations: tuple[Correlation, ...] = Field(
        default=(), description="numbers that tend to go together"
    )
    sources: Mapping[ClaimKey, Source] = Field(
        default_factory=dict, description="the documents that claims come from, by key"
    )
    claims: Mapping[ClaimKey, Claim] = Field(
        default_factory=dict, description="what sources say, by the key that numbers name"
    )
    options: Mapping[Key, Option] = Field(
        default_factory=dict,
        max_length=MOST_OPTIONS,
        description="steps that can be compared with the crisis as it stands, by key",
    )
    hypotheses: Mapping[Key, Hypothesis] = Field(
        default_factory=dict, description="what is held about the crisis, by key"
    )

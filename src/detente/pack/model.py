"""What a pack may hold: the crisis in frozen parts whose names are the keys of its text."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

from detente.evidence.claim import Claim
from detente.evidence.source import Source
from detente.evidence.written import ClaimKey, Part, StandIn, Text
from detente.pack.military import Arsenal, Defence, Force, Indicator, Posture, War
from detente.pack.number import Key
from detente.pack.politics import (
    Actor,
    Failure,
    Incidents,
    Issue,
    Moves,
    Programme,
    Relief,
    Talks,
    Ultimatum,
    Venue,
)

MOST_OPTIONS = 64

FORMAT = 1
"""The format of packs that this version reads."""

Change = float | bool | int | str | date
"""A new value of a field: a number fixed, a yes or no, a whole number, a word or a day."""


def _scalar(value: Any) -> Any:
    if isinstance(value, (bool, int, float, str, date)):
        return value
    raise PydanticCustomError("change", "a number, true or false, a text or a day")


class Correlation(Part):
    """Two numbers that tend to be high together, or one high and one low."""

    of: Annotated[tuple[str, str], StandIn(("", ""))]
    rank: Annotated[float, Field(gt=-1, lt=1), StandIn(0.0)]


class Option(Part):
    """A diplomatic or defensive step, as changes to fields."""

    title: Text
    says: Text
    change: Annotated[
        Mapping[str, Annotated[Change, PlainValidator(_scalar)]],
        Field(min_length=1),
        StandIn({"talks.packages": 3}),
    ]


class Model(Part):
    """A whole pack."""

    format: Annotated[Literal[1], StandIn(1)]
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$"), StandIn("name")]
    title: Text
    as_of: Annotated[date, StandIn(date.max)]
    actors: Mapping[Key, Actor] = Field(default_factory=dict)
    issues: Mapping[Key, Issue] = Field(default_factory=dict)
    relief: Relief = Relief()
    talks: Talks = Talks()
    venue: Annotated[Venue, StandIn({"place": "text"})]
    moves: Moves = Moves()
    ultimatum: Ultimatum = Ultimatum()
    failure: Failure = Failure()
    incidents: Incidents = Incidents()
    programme: Programme = Programme()
    forces: Mapping[Key, Force] = Field(default_factory=dict)
    posture: Posture = Posture()
    indicators: Mapping[Key, Indicator] = Field(default_factory=dict)
    arsenals: Mapping[Key, Mapping[Key, Arsenal]] = Field(default_factory=dict)
    defences: Mapping[Key, Defence] = Field(default_factory=dict)
    war: War = War()
    correlations: tuple[Correlation, ...] = ()
    sources: Mapping[ClaimKey, Source] = Field(default_factory=dict)
    claims: Mapping[ClaimKey, Claim] = Field(default_factory=dict)
    options: Annotated[Mapping[Key, Option], Field(max_length=MOST_OPTIONS)] = Field(
        default_factory=dict
    )

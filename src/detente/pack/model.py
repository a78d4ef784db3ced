"""What a pack may hold: the crisis in frozen parts whose names are the keys of its text."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import Field, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from detente.endings import OUTCOMES
from detente.evidence.claim import Claim, ClaimKey, Day, Source, StandIn, Text, WrittenPart
from detente.pack.actors import Actor
from detente.pack.judgements import Judgement
from detente.pack.kind import WrittenKind
from detente.pack.military import (
    Aims,
    Arsenal,
    Chokepoint,
    Defence,
    Force,
    Indicator,
    Land,
    Plans,
    Posture,
    Sign,
    War,
)
from detente.pack.number import (
    Because,
    Key,
    Measured,
    Settable,
    number,
    ranging,
    uniform,
)
from detente.pack.politics import (
    Aftermath,
    Blockade,
    Dispute,
    Failure,
    Incidents,
    Issue,
    Lessons,
    Moves,
    Programme,
    Relief,
    RivalVenue,
    Sanctions,
    Standstill,
    Taking,
    Talks,
    Ultimatum,
    Unrest,
    Venue,
)
from detente.pack.quantity import ALL_YEARS, Period

Change = float | bool | int | str | date | tuple[str, ...]
"""A new value of a field: a number fixed, a yes or no, a whole number, a word, a day or words."""
CHANGE_FORM = {
    "anyOf": [
        {"type": ["number", "boolean", "string"]},
        {"type": "array", "items": {"type": "string"}},
    ]
}

Outcome = Literal[OUTCOMES]  # type: ignore[valid-type]  # mypy reads no tuples
"""Outcomes and endings, in the words of results."""
Measurable = Literal[
    Outcome, "breakdown", "offers", "yields", "joined", "war_days", "aircraft_lost"
]
TrialKind = Literal["contrast", "larger", "turn", "level", "groups", "causes", "signs"]
Cause = Literal[
    "types",
    "optimism",
    "self_knowledge",
    "shifting_power",
    "broken_deals",
    "first_strike",
    "third_party",
    "misreading",
    "friction",
    "noise",
    "none",
    "deliberate",
    "miscalculation",
    "spoiler",
]
"""What war can be attributed to, in the words of `detente causes`."""

MOST_OPTIONS = 64
MOST_EVENTS = 6
"""Most events of a calendar; the kernel's tables leave room for those of an umpire."""
MOST_SIGNS = 4
"""Most signs to watch for, as the kernel's tables hold them."""

FORMAT = 2
"""The format of packs that this version reads and writes."""


def is_change(value: object) -> TypeGuard[Change]:
    """Say whether a value as TOML has it may be that of a field."""
    if isinstance(value, tuple):
        return all(isinstance(entry, str) for entry in value)
    return isinstance(value, (bool, int, float, str, date))


def as_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes with their lists as those of a pack."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
    }


def _change(value: Any) -> Any:
    if is_change(value):
        return value
    raise PydanticCustomError("change", "a number, true or false, a text, a day or a list of texts")


Changes = Mapping[str, Annotated[Change, PlainValidator(_change), WithJsonSchema(CHANGE_FORM)]]
"""New values of fields, by their dotted paths."""


Bearing = Annotated[Because, Field(description="claims that bear on it")]
Assumed = Annotated[
    str | None, Field(description="why it stands here, where no claim says so"), StandIn("text")
]


class Group(WrittenPart):
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


class Trial(WrittenPart):
    """A test of a hypothesis: what is changed, on the same worlds and draws, and what is measured.

    contrast: the measure at the last of two steps less that at the first. larger: by how much more
    `steps` move the measure than `others` do, either way, each over both settings of the other.
    turn: whether it rises from one of several steps to the next and falls from another. level: the
    measure itself, at one step or as the crisis stands. groups: how much of an outcome's variance
    over worlds, and how large a swing, `group` makes beyond `other_group`. causes: war attributed
    to `more` less that to `than`. signs: what a sign says of the plan beyond every other.
    """

    kind: Annotated[TrialKind, Field(description="the kind of test"), StandIn("level")]
    says: Annotated[Text, Field(description="what is done, in your own words")]
    measures: Annotated[
        tuple[Measurable, ...],
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
        Field(description="to what more war should be attributed"),
        StandIn(("none",)),
    ] = ()
    than: Annotated[
        tuple[Cause, ...],
        Field(description="to what less war should be attributed"),
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


class Hypothesis(WrittenPart):
    """A sentence about the crisis that results in the model can speak against."""

    says: Annotated[Text, Field(description="what is held, in your own words")]
    rejected_if: Annotated[
        Text, Field(description="what result in this model would speak against it")
    ]
    because: Bearing = ()
    assumed: Assumed = None
    needs: Annotated[
        Literal["all", "any"],
        Field(description="whether all results of its tests have to bear it out, or any one"),
        StandIn("all"),
    ] = "all"
    tests: Annotated[
        tuple[Trial, ...], Field(description="what tests it by intervention; none is allowed")
    ] = ()


class Correlation(WrittenPart):
    """Two numbers that tend to be high together, or one high and one low."""

    of: Annotated[
        tuple[str, str], Field(description="the dotted paths of the two numbers"), StandIn(("", ""))
    ]
    rank: Annotated[float, Field(gt=-1, lt=1, description="their rank correlation"), StandIn(0.0)]


class Option(WrittenPart):
    """A diplomatic or defensive step, as changes to fields."""

    title: Annotated[Text, Field(description="the name of the step, for people")]
    says: Annotated[Text, Field(description="what is done")]
    pays: Annotated[Text | None, Field(description="who bears what it costs")] = None
    change: Annotated[
        Changes,
        Field(min_length=1, description="new values of fields, by their dotted paths in quotes"),
        StandIn({"talks.packages": 3}),
    ]


class DatedEvent(WrittenPart):
    """Something that changes the crisis on a day after the as-of date, whatever the sides do."""

    name: Annotated[Text, Field(description="what happens, for people")]
    between: Annotated[
        tuple[Day, Day] | None,
        Field(
            description="the first and the last day on which it may happen, instead of a date; "
            "each as likely"
        ),
        StandIn((date.max, date.max)),
    ] = None
    date: Annotated[Day | None, Field(description="the day on which it happens"), Settable()] = None
    luck: Measured = number.share(
        "how far into its window it happens, one draw for each world",
        otherwise="date says the day",
        default=uniform(0, 1, "chance, one draw for each world"),
    )
    foreseen: Annotated[
        bool,
        Field(description="whether both sides know of it, and of its day, from the start"),
        StandIn(True),
        Settable(),
    ]
    because: Bearing = ()
    assumed: Assumed = None
    change: Annotated[
        Changes,
        Field(min_length=1, description="new values of fields from that day on, as of an option"),
        StandIn({"talks.packages": 3}),
    ]


class Ruling(WrittenPart):
    """A judgement of a court or an arbiter, of which both sides know the day and the chances."""

    name: Annotated[Text, Field(description="who rules, and on what, for people")]
    between: Annotated[
        tuple[Day, Day],
        Field(description="the first and the last day on which it may come; each as likely"),
        StandIn((date.max, date.max)),
    ]
    luck: Measured = number.share(
        "how far into its window it comes, one draw for each world",
        default=uniform(0, 1, "chance, one draw for each world"),
    )
    for_challenger: Measured = number.probability(
        "chance that it is for the challenger",
        title="chance that the court finds for the challenger",
    )
    for_defender: Measured = number.probability(
        "chance that it is for the defender; what both leave of 1 is that none comes in its window",
        title="chance that the court finds for the defender",
        otherwise="it is for the defender if it is not for the challenger",
    )
    weight: Measured = number.share(
        "by how much giving way to the side that it is for gets cheaper, and giving way of that "
        "side dearer",
        title="how far the ruling binds",
        unit="basket",
        default=ranging(
            0.05,
            0.3,
            "provisional: most rulings are complied with in the end, and none is enforced",
        ),
    )
    because: Bearing = ()
    assumed: Assumed = None
    if_for_challenger: Annotated[
        Changes,
        Field(
            default_factory=dict,
            description="new values of fields once it is for the challenger, as of an option, such "
            "as where third parties then stand",
        ),
    ]
    if_for_defender: Annotated[
        Changes,
        Field(
            default_factory=dict,
            description="new values of fields once it is for the defender, as of an option",
        ),
    ]


class Model(WrittenPart):
    """A whole pack."""

    format: Annotated[
        Literal[2], Field(description="the format that the pack is written in"), StandIn(2)
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
    reference: WrittenKind | None = Field(
        default=None,
        description="the kind of past crises that this pack stands for: how they began, and "
        "attributes if known; with the start alone, its runs are shown next to history's",
    )
    accepted_set: Period = Field(
        default=ALL_YEARS,
        description="years of the crises to which the calibrated numbers were fitted; with the "
        "earlier ones a pack knows nothing of crises from 1963 on",
    )
    actors: Mapping[Key, Actor] = Field(
        default_factory=dict, description="who takes part, by key: a challenger, a defender, others"
    )
    issues: Mapping[Key, Issue] = Field(
        default_factory=dict, description="what is in dispute, by key"
    )
    relief: Relief = Relief()
    sanctions: Sanctions = Sanctions()
    blockade: Blockade | None = None
    talks: Talks = Talks()
    venue: Annotated[Venue, StandIn({"place": "text"})]
    rival_venue: RivalVenue | None = None
    dispute: Dispute | None = None
    moves: Moves = Moves()
    ultimatum: Ultimatum = Ultimatum()
    standstill: Standstill | None = None
    taking: Taking | None = None
    failure: Failure = Failure()
    aftermath: Aftermath = Aftermath()
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
    land: Land | None = None
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
    events: Mapping[Key, DatedEvent] = Field(
        default_factory=dict,
        max_length=MOST_EVENTS,
        description="what changes the crisis on a known day, by key",
    )
    rulings: Mapping[Key, Ruling] = Field(
        default_factory=dict,
        description="what a court or an arbiter decides on a day to come, by key; one at most",
    )
    options: Mapping[Key, Option] = Field(
        default_factory=dict,
        max_length=MOST_OPTIONS,
        description="steps that can be compared with the crisis as it stands, by key",
    )
    hypotheses: Mapping[Key, Hypothesis] = Field(
        default_factory=dict, description="what is held about the crisis, by key"
    )
    judgements: Mapping[Key, Judgement] = Field(
        default_factory=dict,
        description="what an analyst judges in place of numbers that nobody can know, by key; "
        "runs are weighed by them next to what they give",
    )

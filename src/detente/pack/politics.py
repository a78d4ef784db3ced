"""What is in dispute, and how the two sides deal with each other over it."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from detente.evidence.written import Part, StandIn, Text
from detente.pack.number import Key, Measure, Number, Settable, as_tuple

SLOW_ENOUGH = "at most one side moves on a day, and both paces add up"


class Issue(Part):
    """One thing that is in dispute."""

    name: Annotated[Text, Field(description="its name, for people")]
    narrow: Annotated[
        bool, Field(description="whether the narrow agenda holds it"), StandIn(True), Settable()
    ]
    challenger_weight: Annotated[
        Number | None, Measure("positive", "", "its weight for the challenger, beside the others")
    ] = None
    defender_weight: Annotated[
        Number | None, Measure("positive", "", "its weight for the defender, beside the others")
    ] = None
    ally_weight: Annotated[
        Number | None, Measure("positive", "", "its weight for the challenger's ally")
    ] = None
    settled_by_war: Annotated[
        Number | None, Measure("share", "", "share that complete damage would settle")
    ] = None


class Relief(Part):
    """What the challenger can give in return."""

    challenger_cost: Annotated[
        Number | None, Measure("share", "basket", "what full relief costs the challenger")
    ] = None
    defender_gain: Annotated[
        Number | None, Measure("share", "basket", "what full relief gives the defender")
    ] = None


class Talks(Part):
    """How the two sides negotiate."""

    packages: Annotated[
        int, Field(ge=1, le=5, description="how many packages lie on the table"), Settable()
    ] = 3
    wide_agenda: Annotated[
        Number | None, Measure("switch", "", "whether issues outside the narrow agenda are open")
    ] = None
    text_rate: Annotated[
        Number | None, Measure("rate", "1/day", "rate of agreed texts without mediators")
    ] = None
    fade_rate: Annotated[
        Number | None, Measure("rate", "1/day", "rate at which the quarrel fades")
    ] = None
    signal_correlation: Annotated[
        Number | None,
        Measure(
            "share",
            "",
            "correlation of what the mediators judge",
            most=0.95,
            why="mediators that judge alike for certain never contradict each other",
        ),
    ] = None
    ratify_probability: Annotated[
        Number | None, Measure("probability", "", "chance that a deal is ratified")
    ] = None
    have_failed: Annotated[
        Number | None, Measure("switch", "", "whether talks have failed by the as-of date")
    ] = None


class Venue(Part):
    """Where they meet, and how public that is."""

    place: Annotated[Text, Field(description="where they meet")]
    access: Annotated[
        tuple[Key, ...] | None,
        BeforeValidator(as_tuple),
        Field(
            description="keys of the mediators that speak to both sides there; all, if not given"
        ),
        Settable(),
    ] = None
    publicity: Annotated[
        Number | None, Measure("share", "", "how much of a concession is seen at home")
    ] = None


class Dispute(Part):
    """What is still in dispute about the talks themselves, until one side concedes."""

    agenda: Annotated[
        bool,
        Field(description="whether the agenda is; if so, talks.wide_agenda is not read"),
        Settable(),
    ] = False
    venue: Annotated[
        bool, Field(description="whether the venue is, against the rival venue"), Settable()
    ] = False
    pace: Annotated[
        Number | None,
        Measure("rate", "1/day", "most concessions, of a side that is eager", ends="above_zero"),
    ] = None
    luck: Annotated[Number | None, Measure("share", "", "who concedes first, where both might")] = (
        None
    )


class RivalVenue(Venue):
    """Where one of the principals would rather have met."""

    wanted_by: Annotated[Key, Field(description="the key of the principal that wanted it")]


class Moves(Part):
    """How fast and how precisely the principals decide."""

    precision: Annotated[
        Number | None,
        Measure(
            "positive",
            "1/basket",
            "how sharply better moves are preferred",
            ends="above_zero",
            most=60.0,
            why="beyond that the solver meets several equilibria in too many places",
        ),
    ] = None
    tempo: Annotated[
        Number | None,
        Measure("positive", "", "speed of everything that is decided a day", ends="above_zero"),
    ] = None
    challenger_pace: Annotated[
        Number | None,
        Measure(
            "rate",
            "1/day",
            "rate at which the challenger has the move",
            ends="above_zero",
            most=0.5,
            why=SLOW_ENOUGH,
        ),
    ] = None
    defender_pace: Annotated[
        Number | None,
        Measure(
            "rate",
            "1/day",
            "rate at which the defender has the move",
            ends="above_zero",
            most=0.5,
            why=SLOW_ENOUGH,
        ),
    ] = None
    challenger_strike: Annotated[
        Number | None, Measure("rate", "1/day", "rate of its strike, at indifference")
    ] = None
    defender_strike: Annotated[
        Number | None, Measure("rate", "1/day", "rate of its strike, at indifference")
    ] = None
    ultimatum: Annotated[
        Number | None, Measure("rate", "1/day", "rate of ultimatums, at indifference")
    ] = None
    drop: Annotated[
        Number | None, Measure("rate", "1/day", "rate of dropping the demand, at indifference")
    ] = None
    yield_: Annotated[
        Number | None, Measure("rate", "1/day", "rate of yielding, at indifference")
    ] = Field(default=None, alias="yield")
    offer: Annotated[Number | None, Measure("rate", "1/day", "rate of offers, at indifference")] = (
        None
    )
    posture: Annotated[
        Number | None, Measure("rate", "1/day", "rate of raising or lowering, at indifference")
    ] = None
    vow: Annotated[
        Number | None, Measure("rate", "1/day", "rate of public vows, at indifference")
    ] = None
    advance: Annotated[
        Number | None, Measure("rate", "1/day", "rate of programme steps, at indifference")
    ] = None
    walk_out: Annotated[
        Number | None, Measure("rate", "1/day", "rate of walking out, at indifference")
    ] = None
    drop_cost: Annotated[
        Number | None, Measure("share", "basket", "price of dropping the demand")
    ] = None
    yield_cost: Annotated[Number | None, Measure("share", "basket", "price of yielding")] = None
    raise_cost: Annotated[Number | None, Measure("share", "basket", "price of raising")] = None
    advance_cost: Annotated[
        Number | None, Measure("share", "basket", "price of a programme step")
    ] = None
    discount: Annotated[
        Number | None,
        Measure("rate", "1/day", "rate at which the future counts less", ends="above_zero"),
    ] = None


class Ultimatum(Part):
    """A demand with a term."""

    days: Annotated[Number | None, Measure("positive", "days", "mean term", ends="above_zero")] = (
        None
    )
    credibility_cost: Annotated[
        Number | None, Measure("share", "basket", "price of letting one lapse")
    ] = None


class Unrest(Part):
    """Unrest or a crackdown in the defender's country, which gives force a justification."""

    rate: Annotated[Number | None, Measure("rate", "1/day", "rate at which a spell begins")] = None
    days: Annotated[Number | None, Measure("count", "days", "how long a spell lasts")] = None
    justification: Annotated[
        Number | None, Measure("share", "basket", "what it takes off the price of a strike")
    ] = None


class Failure(Part):
    """What changes once talks have failed."""

    incident_factor: Annotated[Number | None, Measure("positive", "", "incidents, times this")] = (
        None
    )
    escalation_factor: Annotated[
        Number | None, Measure("positive", "", "escalation of a reply, times this")
    ] = None
    strike_factor: Annotated[
        Number | None, Measure("positive", "", "weight of the challenger's strike, times this")
    ] = None
    exit_rate: Annotated[
        Number | None, Measure("rate", "1/day", "rate at which talks start again")
    ] = None


class Incidents(Part):
    """Encounters of forces that nobody ordered."""

    rate: Annotated[Number | None, Measure("rate", "1/day", "rate with no force in view")] = None
    rate_per_force: Annotated[
        Number | None, Measure("rate", "1/day", "what a level of force adds, doubled by an alert")
    ] = None
    hostile_probability: Annotated[
        Number | None, Measure("probability", "", "chance that an incident is meant")
    ] = None
    sensitivity: Annotated[
        Number | None, Measure("probability", "", "chance of an alarm if it is meant")
    ] = None
    false_alarm: Annotated[
        Number | None, Measure("probability", "", "chance of an alarm if it is not")
    ] = None
    hotline: Annotated[
        Number | None, Measure("switch", "", "whether a second report comes over a hotline")
    ] = None
    restraint: Annotated[
        Number | None, Measure("positive", "basket", "what holds a commander back")
    ] = None
    alarm_weight: Annotated[
        Number | None, Measure("positive", "basket", "what certainty of an attack adds to a reply")
    ] = None
    escalation_probability: Annotated[
        Number | None, Measure("probability", "", "chance that a reply becomes ordered force")
    ] = None


class Programme(Part):
    """What grows while they talk."""

    growth_rate: Annotated[
        Number | None, Measure("rate", "steps/day", "rate at which it grows a step")
    ] = None
    hardening: Annotated[
        Number | None, Measure("share", "1/step", "how much a step hardens what is hit")
    ] = None

"""Who is in the crisis, what is in dispute and how they deal with each other."""

from typing import Annotated, Literal

from pydantic import Field

from detente.evidence.written import Part, StandIn, Text
from detente.pack.number import DEFENDER, Measure, Number, Settable

Role = Literal["challenger", "defender", "ally", "mediator", "host", "venue", "supplier", "group"]

CHALLENGER = ("challenger",)
PRINCIPALS = ("challenger", "defender")
MOST_PRECISION = 60
"""Beyond this the solver meets several equilibria in too many places to be relied on [1/basket]."""
MOST_PACE = 0.5
"""At most one side moves on a day, so that both paces together cannot be above 1 [1/day]."""
JOINERS = ("ally", "host", "group")
MOST_JOINERS = 6
"""Most third parties that a war can draw in, as the kernel's tables hold them."""


class Actor(Part):
    """A state or group, with the roles that it plays."""

    name: Annotated[Text, Field(description="its name, for people")]
    roles: Annotated[
        tuple[Role, ...],
        Field(min_length=1, description="what it does in the crisis; a principal has one role"),
        StandIn(("supplier",)),
    ]
    hard_probability: Annotated[
        Number | None,
        Measure(
            "probability",
            "",
            "chance that it is the type that war hurts less",
            PRINCIPALS,
            ends="inside",
        ),
    ] = None
    loss_weight_firm: Annotated[
        Number | None,
        Measure("positive", "basket a unit of loss", "price of losses, firm type", PRINCIPALS),
    ] = None
    loss_weight_yielding: Annotated[
        Number | None,
        Measure("positive", "basket a unit of loss", "price of losses, yielding type", PRINCIPALS),
    ] = None
    war_cost: Annotated[
        Number | None, Measure("positive", "basket", "price of war whatever is lost", PRINCIPALS)
    ] = None
    risk_aversion: Annotated[
        Number | None, Measure("positive", "1/basket", "price of a spread of results", PRINCIPALS)
    ] = None
    breaking_rate: Annotated[
        Number | None, Measure("rate", "1/day", "hazard that it breaks a deal", PRINCIPALS)
    ] = None
    standoff_cost: Annotated[
        Number | None, Measure("rate", "basket/day", "price of a day of dispute", PRINCIPALS)
    ] = None
    force_cost: Annotated[
        Number | None,
        Measure("rate", "basket/day", "price of a day of force in view, a level", CHALLENGER),
    ] = None
    capitulation_price: Annotated[
        Number | None,
        Measure("positive", "", "how much force in view raises a concession's price", DEFENDER),
    ] = None
    vow_price: Annotated[
        Number | None,
        Measure("positive", "basket", "price of absorbing a strike after a vow", DEFENDER),
    ] = None
    strike_rate: Annotated[
        Number | None,
        Measure("rate", "1/day", "rate at which it strikes, if indifferent", ("ally",)),
    ] = None
    strike_rate_per_step: Annotated[
        Number | None,
        Measure("rate", "1/day", "what a step of the programme adds to that rate", ("ally",)),
    ] = None
    join_probability: Annotated[
        Number | None,
        Measure("probability", "1/day", "chance that it joins on a day of full war", JOINERS),
    ] = None
    retaliation_share: Annotated[
        Number | None, Measure("share", "", "its raid as a share of the defender's", ("group",))
    ] = None
    text_rate: Annotated[
        Number | None,
        Measure("rate", "1/day", "what it adds to the rate of agreed texts", ("mediator",)),
    ] = None


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
    ratify_probability: Annotated[
        Number | None, Measure("probability", "", "chance that a deal is ratified")
    ] = None


class Venue(Part):
    """Where they meet, and how public that is."""

    place: Annotated[Text, Field(description="where they meet")]
    publicity: Annotated[
        Number | None, Measure("share", "", "how much of a concession is seen at home")
    ] = None


class Moves(Part):
    """How fast and how precisely the principals decide."""

    precision: Annotated[
        Number | None,
        Measure(
            "positive",
            "1/basket",
            "how sharply better moves are preferred",
            ends="above_zero",
            most=MOST_PRECISION,
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
            most=MOST_PACE,
        ),
    ] = None
    defender_pace: Annotated[
        Number | None,
        Measure(
            "rate",
            "1/day",
            "rate at which the defender has the move",
            ends="above_zero",
            most=MOST_PACE,
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

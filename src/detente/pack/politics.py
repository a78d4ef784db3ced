"""What is in dispute, how the two sides deal with each other over it, and what they learnt."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from detente.evidence.claim import StandIn, Text, WrittenPart, as_tuple
from detente.pack.number import Key, Measured, Settable, measured
from detente.pack.quantity import UNITS, Bounds

ONE_A_DAY = UNITS["1/day"]._replace(
    most=0.5, why="at most one side moves on a day, and both paces add up"
)
"""How often a side may have the move."""


WHOLE_BASKET = Bounds(1.0, "a basket is all that is in dispute")
STEEPEST = Bounds(4.0, "half of a demand then brings 87 % of its worth, or costs 3 % of it")


EXTENTS = ("part", "most", "all")
"""How much of an issue a package concedes, or how much relief it gives, in words."""


def steps(of: str) -> Any:
    """Return the field that says in the crisis's own terms what part, most and all is."""
    many = len(EXTENTS)
    says = f"in words for people: {of}"
    return Field(default=None, min_length=many, max_length=many, description=says)


class Issue(WrittenPart):
    """One thing that is in dispute."""

    name: Annotated[Text, Field(description="its name, for people")]
    steps: tuple[Text, ...] | None = steps(
        "what it comes to if a deal concedes part of it, most of it, all of it"
    )
    narrow: Annotated[
        bool, Field(description="whether the narrow agenda holds it"), StandIn(True), Settable()
    ]
    challenger_weight: Measured = measured(
        "positive", "its weight for the challenger, next to the others"
    )
    defender_weight: Measured = measured(
        "positive", "its weight for the defender, next to the others"
    )
    ally_weight: Measured = measured("positive", "its weight for the challenger's ally")
    challenger_curvature: Measured = measured(
        "positive",
        "how soon its worth to the challenger levels off as it is conceded: 0 in proportion, "
        "1 as the square root",
        bounds=STEEPEST,
    )
    defender_curvature: Measured = measured(
        "positive",
        "how late conceding it costs the defender most: 0 in proportion, 1 as the square",
        bounds=STEEPEST,
    )
    settled_by_war: Measured = measured(
        "share", "share that complete damage, or a war that is won, would settle"
    )


class Relief(WrittenPart):
    """What the challenger can give in return."""

    steps: tuple[Text, ...] | None = steps(
        "what is given if a deal brings part of the relief, most of it, all of it"
    )

    challenger_cost: Measured = measured(
        "share", "what full relief costs the challenger", unit="basket"
    )
    defender_gain: Measured = measured(
        "share", "what full relief gives the defender", unit="basket"
    )


class Sanctions(WrittenPart):
    """What weighs on the defender until the dispute ends; an event may bring more or lift some."""

    defender_cost: Measured = measured(
        "rate", "what a day of them costs it, on top of the rest of the dispute", unit="basket/day"
    )


class Talks(WrittenPart):
    """How the two sides negotiate."""

    packages: Annotated[
        int, Field(ge=1, le=5, description="how many packages lie on the table"), Settable()
    ] = 3
    wide_agenda: Measured = measured("switch", "whether issues outside the narrow agenda are open")
    text_rate: Measured = measured("rate", "rate of agreed texts without mediators", unit="1/day")
    fade_rate: Measured = measured("rate", "rate at which the dispute fades", unit="1/day")
    signal_correlation: Measured = measured(
        "share",
        "correlation of what the mediators judge",
        bounds=Bounds(0.95, "mediators that judge alike for certain never contradict each other"),
    )
    ratify_probability: Measured = measured("probability", "chance that a deal is ratified")
    have_failed: Measured = measured("switch", "whether talks have failed by the as-of date")


class Venue(WrittenPart):
    """Where they meet, and how public that is."""

    place: Annotated[Text, Field(description="where they meet")]
    received_by: Annotated[
        Key | None, Field(description="the key of the venue, among the actors, that receives them")
    ] = None
    access: Annotated[
        tuple[Key, ...] | None,
        BeforeValidator(as_tuple),
        Field(
            description="keys of the mediators that speak to both sides there; all, if not given"
        ),
        Settable(),
    ] = None
    publicity: Measured = measured("share", "how much of a concession is seen at home")


class Dispute(WrittenPart):
    """What is still in dispute about the talks themselves, until one side concedes."""

    agenda: Annotated[
        bool,
        Field(description="whether the agenda is; if so, talks.wide_agenda is not read"),
        Settable(),
    ] = False
    venue: Annotated[
        bool, Field(description="whether the venue is, against the rival venue"), Settable()
    ] = False
    pace: Measured = measured(
        "rate", "most concessions, of a side that is eager", unit="1/day", ends="above_zero"
    )
    luck: Measured = measured("share", "who concedes first, where both might")


class RivalVenue(Venue):
    """Where one of the principals would rather have met."""

    wanted_by: Annotated[Key, Field(description="the key of the principal that wanted it")]


class Moves(WrittenPart):
    """How fast and how precisely the principals decide."""

    precision: Measured = measured(
        "positive",
        "how sharply better moves are preferred",
        unit="1/basket",
        ends="above_zero",
        bounds=Bounds(
            60.0, "beyond that the solver meets several equilibria in too many places", least=0.01
        ),
    )
    slip: Measured = measured(
        "share", "likelihood that any act is allowed of, at least, whoever would not have meant it"
    )
    challenger_motive: Measured = measured(
        "positive", "what one standard deviation of its motive is worth", unit="basket"
    )
    defender_motive: Measured = measured(
        "positive", "what one standard deviation of its motive is worth", unit="basket"
    )
    tempo: Measured = measured(
        "positive", "speed of everything that is decided a day", ends="above_zero"
    )
    challenger_pace: Measured = measured(
        "rate",
        "rate at which the challenger has the move",
        unit="1/day",
        ends="above_zero",
        bounds=ONE_A_DAY,
    )
    defender_pace: Measured = measured(
        "rate",
        "rate at which the defender has the move",
        unit="1/day",
        ends="above_zero",
        bounds=ONE_A_DAY,
    )
    challenger_strike: Measured = measured(
        "rate", "rate of its strike, at indifference", unit="1/day"
    )
    defender_strike: Measured = measured(
        "rate", "rate of its strike, at indifference", unit="1/day"
    )
    ultimatum: Measured = measured("rate", "rate of ultimatums, at indifference", unit="1/day")
    drop: Measured = measured("rate", "rate of dropping the demand, at indifference", unit="1/day")
    yield_: Annotated[Measured, Field(alias="yield")] = measured(
        "rate", "rate of yielding, at indifference", unit="1/day"
    )
    offer: Measured = measured("rate", "rate of offers, at indifference", unit="1/day")
    posture: Measured = measured(
        "rate", "rate of raising or lowering, at indifference", unit="1/day"
    )
    vow: Measured = measured("rate", "rate of public vows, at indifference", unit="1/day")
    advance: Measured = measured("rate", "rate of programme steps, at indifference", unit="1/day")
    walk_out: Measured = measured("rate", "rate of walking out, at indifference", unit="1/day")
    drop_cost: Measured = measured(
        "real",
        "price of dropping the demand, below 0 where it is a relief",
        unit="basket",
        bounds=WHOLE_BASKET,
    )
    yield_cost: Measured = measured(
        "real",
        "price of yielding, below 0 where it is a relief",
        unit="basket",
        bounds=WHOLE_BASKET,
    )
    raise_cost: Measured = measured("share", "price of raising", unit="basket")
    advance_cost: Measured = measured("share", "price of a programme step", unit="basket")
    discount: Measured = measured(
        "rate", "rate at which the future counts less", unit="1/day", ends="above_zero"
    )


class Ultimatum(WrittenPart):
    """A demand with a term."""

    days: Measured = measured("positive", "mean term", unit="days", ends="above_zero")
    credibility_cost: Measured = measured("share", "price of letting one lapse", unit="basket")


class Unrest(WrittenPart):
    """Unrest or a crackdown in the defender's country, which gives force a justification."""

    rate: Measured = measured("rate", "rate at which a spell begins", unit="1/day")
    days: Measured = measured("count", "how long a spell lasts", unit="days")
    justification: Measured = measured(
        "share", "what it takes off the price of a strike", unit="basket"
    )


class Failure(WrittenPart):
    """What changes once talks have failed."""

    incident_factor: Measured = measured("positive", "incidents, times this")
    escalation_factor: Measured = measured("positive", "escalation of a reply, times this")
    strike_factor: Measured = measured("positive", "weight of the challenger's strike, times this")
    exit_rate: Measured = measured("rate", "rate at which talks start again", unit="1/day")


class Aftermath(WrittenPart):
    """How a dispute goes on once fighting stops; talks are off at first."""

    resume_rate: Measured = measured("rate", "rate at which talks start again", unit="1/day")
    text_factor: Measured = measured(
        "share", "rate of agreed texts, times this: no sooner than before force"
    )
    fade_factor: Measured = measured("positive", "rate at which the dispute fades, times this")
    concession_factor: Measured = measured(
        "positive", "rates at which a side drops its demand or yields, times this"
    )
    limited_factor: Measured = measured(
        "positive", "fading and giving in after a limited strike, relative to a war, times this"
    )
    incident_factor: Measured = measured("positive", "incidents while talks are off, times this")
    strike_factor: Measured = measured(
        "positive", "weight of the challenger's strike while talks are off, times this"
    )


class Incidents(WrittenPart):
    """Encounters of forces that nobody ordered."""

    rate: Measured = measured("rate", "rate with no force deployed", unit="1/day")
    rate_per_force: Measured = measured(
        "rate", "what a level of force adds, doubled by an alert", unit="1/day"
    )
    hostile_probability: Measured = measured("probability", "chance that an incident is meant")
    sensitivity: Measured = measured("probability", "chance of an alarm if it is meant")
    false_alarm: Measured = measured("probability", "chance of an alarm if it is not")
    hotline: Measured = measured("switch", "whether a second report comes over a hotline")
    restraint: Measured = measured("positive", "what holds a commander back", unit="basket")
    alarm_weight: Measured = measured(
        "positive", "what certainty of an attack adds to a reply", unit="basket"
    )
    escalation_probability: Measured = measured(
        "probability", "chance that a reply grows into use of force"
    )


class Programme(WrittenPart):
    """What grows while they talk."""

    growth_rate: Measured = measured("rate", "rate at which it grows a step", unit="steps/day")
    hardening: Measured = measured("share", "how much a step hardens what is hit", unit="1/step")


class Lessons(WrittenPart):
    """What each side took from a last round; a pack without one leaves this table out."""

    defender_learns: Measured = measured(
        "switch", "whether the defender took from it that talks bring an attack"
    )
    challenger_learns: Measured = measured(
        "switch", "whether the challenger took from it what a war costs it"
    )
    weight: Measured = measured("share", "how much of an observation the last round counts for")
    attack_count: Measured = measured(
        "positive",
        "talks before it in which the challenger is thought to have attacked",
        unit="talks",
    )
    no_attack_count: Measured = measured(
        "positive",
        "talks before it in which the challenger is thought not to have attacked",
        unit="talks",
        ends="above_zero",
    )
    likelihood_ratio: Measured = measured(
        "positive",
        "how much likelier an attack amid talks is from a hard challenger",
        ends="above_zero",
    )
    loss_expected: Measured = measured(
        "positive",
        "loss that the challenger expected of a war before it",
        unit="times the model's",
        ends="above_zero",
    )
    loss_expected_sd: Measured = measured(
        "positive",
        "how unsure the challenger was of that loss",
        unit="times the model's",
        ends="above_zero",
    )
    loss_seen: Measured = measured(
        "positive",
        "loss that the last round taught the challenger to expect",
        unit="times the model's",
    )
    loss_seen_sd: Measured = measured(
        "positive",
        "how far one round can be off what the next brings",
        unit="times the model's",
        ends="above_zero",
    )
    confidence: Measured = measured(
        "positive", "what the lesson adds to the challenger's optimism", unit="log"
    )

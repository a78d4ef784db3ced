"""What is in dispute, how the two sides deal with each other over it, and what they learnt."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from detente.evidence.claim import StandIn, Text, WrittenPart, as_tuple
from detente.pack.number import (
    HALF_TO_TWICE,
    NO_FIGURE,
    Gamma,
    Key,
    Measured,
    NumberFields,
    Settable,
    calibrated,
    fixed,
    negotiation,
    number,
    ranging,
    theatre,
    uniform,
    usual,
)
from detente.pack.quantity import UNITS, Bounds

ONE_A_DAY = UNITS["1/day"]._replace(
    most=0.5, why="at most one side moves on a day, and both paces add up"
)
"""How often a side may have the move."""


WHOLE_STAKES = Bounds(1.0, "the stakes are all that is in dispute")
STEEPEST = Bounds(4.0, "half of a demand then brings 87 % of its worth, or costs 3 % of it")


zone = NumberFields(slot="ContactZones")
after_force = NumberFields(slot="ForceAftermath")
"""Numbers that a record of the kernel holds under their own keys."""

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
    land: Annotated[
        bool, Field(description="whether it is land that troops fight for"), StandIn(False)
    ] = False
    holder: Annotated[
        Literal["challenger", "defender"] | None,
        Field(description="who administers it on the day, whosever it is"),
    ] = None
    vital: Annotated[
        bool,
        Field(
            description="whether the defender could hardly outlive giving it up; it then has a "
            "vital_price"
        ),
        StandIn(False),
    ] = False
    vital_price: Measured = number.share(
        "what giving all of a vital issue costs the defender in its own survival, on top of its "
        "weight; part of it in proportion",
        title="price in its giver's survival",
        unit="basket",
        otherwise="it is not vital",
    )
    challenger_weight: Measured = number.amount(
        "its weight for the challenger, next to the others",
        title="weight for the challenger",
    )
    defender_weight: Measured = number.amount(
        "its weight for the defender, next to the others",
        title="weight for the defender",
    )
    ally_weight: Measured = number.amount(
        "its weight for the challenger's ally",
        title="weight for the ally",
        default=ranging(0.2, 0.5, "provisional: issues weigh about alike for the ally"),
    )
    challenger_curvature: Measured = number.amount(
        "how soon its worth to the challenger levels off as it is conceded: 0 in "
        "proportion, 1 as the square root",
        bounds=STEEPEST,
        default=fixed(0, "none unless a pack says so: half of a demand is worth half of it"),
    )
    defender_curvature: Measured = number.amount(
        "how much of the defender's cost comes with the last part conceded: 0 in proportion, 1 "
        "as the square",
        title="how much dearer a full concession is",
        bounds=STEEPEST,
        default=fixed(0, "none unless a pack says so: half of a demand costs half of it"),
    )
    settled_by_war: Measured = number.share(
        "share that complete damage, or a war that is won, would settle",
        title="share that war would settle",
    )
    takeable: Measured = number.share(
        "share of it that the challenger can take at once and without shots: occupy, annex by law, "
        "seize a feature",
        title="share that can be taken without shots",
        otherwise="that it cannot be taken",
    )


class Relief(WrittenPart):
    """What the challenger can give in return."""

    steps: tuple[Text, ...] | None = steps(
        "what is given if a deal brings part of the relief, most of it, all of it"
    )

    challenger_cost: Measured = number.share(
        "what full relief costs the challenger",
        title="what full relief costs its giver",
        unit="basket",
        default=ranging(0.04, 0.16, "prior: what is given in return costs a tenth of the basket"),
    )
    defender_gain: Measured = number.share(
        "what full relief gives the defender",
        title="what full relief is worth to its receiver",
        unit="basket",
        default=ranging(0.15, 0.45, "prior: it is worth more to the side that gets it"),
    )


class Sanctions(WrittenPart):
    """Pressure on the defender until the dispute ends; an event may add to it or lift some."""

    defender_cost: Measured = number.rate(
        "what a day of them costs it, on top of the rest of the dispute",
        unit="basket/day",
        default=fixed(
            0, "what a day of dispute costs holds them, unless a pack says what they cost apart"
        ),
    )


class Blockade(WrittenPart):
    """A standing measure below force that the challenger imposes, holds and lifts, seen by all."""

    kind: Annotated[
        Literal["blockade", "quarantine", "sanctions"],
        Field(description="what it is: ships that let nothing or not everything through, or none"),
        StandIn("blockade"),
    ]
    says: Annotated[
        Text,
        Field(description="what it is called, for people, such as the quarantine of the island"),
    ]
    harm: Annotated[
        Text, Field(description="what it does to civilians: check and report say it with the rest")
    ]
    legality: Annotated[
        Text, Field(description="what is disputed about its legality: they say that, too")
    ]
    off_ramp: Annotated[
        Text | None,
        Field(description="how a deal ends it, for people: every package then says so"),
    ] = None
    needs_force: Annotated[
        int,
        Field(ge=0, le=2, description="the least force level without which it is over"),
        StandIn(0),
    ] = 0
    stands: Annotated[
        bool, Field(description="whether it stands on the as-of date"), Settable()
    ] = False
    impose_rate: Measured = number.rate(
        "rate of imposing it, at indifference",
        title="readiness to impose it",
        slot="Negotiation.challenger_rate[impose]",
        default=ranging(0.004, 0.016, HALF_TO_TWICE),
    )
    lift_rate: Measured = number.rate(
        "rate of lifting it, at indifference",
        title="readiness to lift it",
        slot="Negotiation.challenger_rate[lift]",
        default=ranging(0.018, 0.07, "provisional: as readily as force is lowered"),
    )
    impose_cost: Measured = number.share(
        "price of imposing it",
        unit="basket",
        slot="Negotiation.challenger_price[impose]",
        default=ranging(
            0.01, 0.05, "provisional: as a raise of force, which may not come to blows"
        ),
    )
    lift_cost: Measured = negotiation.share(
        "price of lifting it without a deal, if all is public",
        title="price of lifting it in public",
        unit="basket",
        default=ranging(0.02, 0.1, "provisional: less than an ultimatum that lapses"),
    )
    challenger_cost: Measured = number.rate(
        "what a day of it costs the challenger",
        title="daily price to who imposes it",
        unit="basket/day",
        slot="Negotiation.blockade_cost[0]",
    )
    defender_cost: Measured = number.rate(
        "what a day of it costs the defender",
        title="daily price to who is under it",
        unit="basket/day",
        slot="Negotiation.blockade_cost[1]",
    )
    ally_cost: Measured = number.rate(
        "what a day of it costs the challenger's ally",
        unit="basket/day",
        slot="Negotiation.blockade_cost[2]",
        default=fixed(0, "none unless a pack says so"),
    )
    third_cost: Measured = number.amount(
        "what a day of it costs all others; reported, and weighed by neither side",
        title="daily price to all others",
        unit="billion dollars/day",
        default=fixed(0, "not counted unless a pack tells"),
    )
    incident_factor: Measured = number.amount(
        "incidents while it stands, times",
        title="more incidents while it stands",
        slot="ContactZones.blockade_factor",
        default=uniform(
            1, 3, "provisional: who stops ships meets them; up to three times as often"
        ),
    )


class Talks(WrittenPart):
    """How the two sides negotiate."""

    packages: Annotated[
        int, Field(ge=1, le=5, description="how many packages lie on the table"), Settable()
    ] = 3
    says: Annotated[
        tuple[Text, ...] | None,
        Field(
            min_length=1,
            max_length=5,
            description="in words for people: what each package is, from the one that asks least",
        ),
    ] = None
    wide_agenda: Measured = number.switch(
        "whether issues outside the narrow agenda are open",
        title="whether talks go beyond the narrow agenda",
        default=usual("prior: even", chance=(0.3, 0.7)),
    )
    text_rate: Measured = number.rate(
        "rate of agreed draft deals without mediators",
        title="how fast draft deals come without mediators",
        default=calibrated("talks.text_rate"),
    )
    fade_rate: Measured = number.rate(
        "rate at which the dispute peters out",
        default=calibrated("talks.fade_rate"),
    )
    signal_correlation: Measured = number.share(
        "correlation of what the mediators judge",
        bounds=Bounds(0.95, "mediators that judge alike for certain never contradict each other"),
        slot="Mediators.correlation",
        default=uniform(0.3, 0.7, "provisional: mediators hear much the same"),
    )
    ratify_probability: Measured = negotiation.probability(
        "chance that a deal is ratified",
        default=ranging(0.8, 0.97),
    )
    have_failed: Measured = negotiation.switch(
        "whether talks have failed by the as-of date",
        default=fixed(0, "alive, unless a pack says that they have failed"),
    )
    ultimatum_runs: Measured = negotiation.switch(
        "whether an ultimatum of the challenger runs on the as-of date",
        title="whether an ultimatum runs at the start",
        otherwise="that none does",
    )


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
    publicity: Measured = number.share(
        "how much of a concession is seen at home",
        default=ranging(0.2, 0.6, "prior: between quiet channels and the public square"),
    )


class Dispute(WrittenPart):
    """Disputes about the talks themselves, each until one side concedes."""

    agenda: Annotated[
        bool,
        Field(description="whether the agenda is; if so, talks.wide_agenda is not read"),
        Settable(),
    ] = False
    venue: Annotated[
        bool, Field(description="whether the venue is, against the rival venue"), Settable()
    ] = False
    pace: Measured = number.rate(
        "most concessions, of a side that is eager",
        title="pace of the dispute about the agenda",
        ends="above_zero",
        default=uniform(0.05, 0.2, "provisional: disputes about talks last one to three weeks"),
    )
    luck: Measured = number.share(
        "who concedes first, where both might",
        title="who gives way about the agenda",
        default=uniform(0, 1, "chance, one draw for each world"),
    )


class RivalVenue(Venue):
    """The place of talks that one of the principals would have preferred."""

    publicity: Measured = number.share(
        "how much of a concession is seen at home",
        title="how much is seen at home, other place of talks",
    )
    wanted_by: Annotated[Key, Field(description="the key of the principal that wanted it")]


class Moves(WrittenPart):
    """How fast and how precisely the principals decide."""

    precision: Measured = negotiation.amount(
        "how sharply better moves are preferred",
        title="how surely both pick what is best",
        unit="1/basket",
        ends="above_zero",
        bounds=Bounds(
            60.0, "beyond that the solver meets several equilibria in too many places", least=0.01
        ),
        default=calibrated("moves.precision"),
    )
    slip: Measured = negotiation.share(
        "least likelihood of any act, even from a side that would not have meant it",
        default=fixed(
            0.02,
            "prior: one act in fifty is not meant, or is not what it seems; from one in "
            "twenty to one in a hundred no share moves",
        ),
    )
    challenger_motive: Measured = number.amount(
        "what one standard deviation of its motive is worth",
        title="spread of what challengers give for force",
        unit="basket",
        default=calibrated("moves.challenger_motive"),
    )
    defender_motive: Measured = number.amount(
        "what one standard deviation of its motive is worth",
        title="spread of what defenders give for force",
        unit="basket",
        default=calibrated("moves.defender_motive"),
    )
    tempo: Measured = number.amount(
        "speed of everything that is decided a day",
        title="speed of all decisions",
        ends="above_zero",
        default=usual(
            "provisional: gives quarrels of widely different lengths",
            gamma=Gamma(shape=0.84, mean=1),
            within=(0.08, 5),
        ),
    )
    challenger_pace: Measured = negotiation.rate(
        "rate at which the challenger has the move",
        title="how often the challenger moves",
        ends="above_zero",
        bounds=ONE_A_DAY,
        default=calibrated("moves.challenger_pace"),
    )
    defender_pace: Measured = negotiation.rate(
        "rate at which the defender has the move",
        title="how often the defender moves",
        ends="above_zero",
        bounds=ONE_A_DAY,
        default=calibrated("moves.defender_pace"),
    )
    challenger_strike: Measured = number.rate(
        "rate of its strike, at indifference",
        title="readiness of the challenger to strike",
        slot="Negotiation.challenger_rate[strike]",
        default=calibrated("moves.challenger_strike"),
    )
    campaign_readiness: Measured = number.amount(
        "rate of beginning a campaign at indifference, relative to that of a strike; 0 if force "
        "begins only as a strike",
        title="readiness for a campaign, next to a strike",
        bounds=Bounds(10.0, "ten campaigns come to mind for each strike"),
        default=calibrated("moves.campaign_readiness"),
    )
    public_motive: Measured = number.share(
        "share of the spread of its motive that is public; the rest only it knows",
        title="share of the challenger's motive that is public",
        default=uniform(
            0.3,
            0.7,
            "prior: about half of what leaderships would give for force shows; nothing that was "
            "fitted tells it apart",
        ),
    )
    defender_strike: Measured = number.rate(
        "rate of its strike, at indifference",
        title="readiness of the defender to strike",
        slot="Negotiation.defender_rate[strike]",
        default=ranging(0.00005, 0.0002, HALF_TO_TWICE),
    )
    ultimatum: Measured = number.rate(
        "rate of ultimatums, at indifference",
        title="readiness to give an ultimatum",
        slot="Negotiation.challenger_rate[ultimatum]",
        default=calibrated("moves.ultimatum"),
    )
    drop: Measured = number.rate(
        "rate of withdrawing the demand, at indifference",
        title="readiness to drop the demand",
        slot="Negotiation.challenger_rate[drop]",
        default=calibrated("moves.drop"),
    )
    yield_: Annotated[Measured, Field(alias="yield")] = number.rate(
        "rate of yielding, at indifference",
        title="readiness to yield",
        slot="Negotiation.defender_rate[yield]",
        default=calibrated("moves.yield"),
    )
    offer: Measured = number.rate(
        "rate of offers, at indifference",
        title="readiness to offer",
        default=ranging(0.016, 0.065, HALF_TO_TWICE),
    )
    posture: Measured = number.rate(
        "rate of raising or lowering, at indifference",
        title="readiness to raise or lower force",
        slot=("Negotiation.challenger_rate[raise]", "Negotiation.challenger_rate[lower]"),
        default=ranging(0.018, 0.07, HALF_TO_TWICE),
    )
    vow: Measured = number.rate(
        "rate of public vows, at indifference",
        title="readiness to vow in public",
        slot="Negotiation.defender_rate[vow]",
        default=ranging(0.001, 0.004, HALF_TO_TWICE),
    )
    advance: Measured = number.rate(
        "rate of programme steps, at indifference",
        title="readiness to go on with the programme",
        of_programme=True,
        slot="Negotiation.defender_rate[advance]",
        default=ranging(0.01, 0.04, HALF_TO_TWICE),
    )
    walk_out: Measured = number.rate(
        "rate of walking out, at indifference",
        title="readiness to walk out",
        slot=("Negotiation.challenger_rate[walk_out]", "Negotiation.defender_rate[walk_out]"),
        default=ranging(0.001, 0.004, HALF_TO_TWICE),
    )
    drop_cost: Measured = negotiation.real(
        "price of withdrawing the demand, below 0 where it is a relief",
        title="price of dropping the demand",
        unit="basket",
        bounds=WHOLE_STAKES,
        default=uniform(
            -0.05, 0.15, "prior: some leaderships are glad to be rid of a demand, most lose face"
        ),
    )
    yield_cost: Measured = negotiation.real(
        "price of backing down, below 0 where it is a relief",
        title="price of yielding",
        unit="basket",
        bounds=WHOLE_STAKES,
        default=uniform(
            0.08,
            0.28,
            "prior: giving in without a deal costs a leadership more than the issues; if it cost "
            "less, every threat of a campaign would be yielded to",
        ),
    )
    raise_cost: Measured = number.share(
        "price of raising",
        title="price of raising force",
        unit="basket",
        slot="Negotiation.challenger_price[raise]",
        default=ranging(
            0.02, 0.05, "prior: if raising force were cheap, a raise would say little of intent"
        ),
    )
    advance_cost: Measured = number.share(
        "price of a programme step",
        unit="basket",
        slot="Negotiation.defender_price[advance]",
        default=ranging(0.01, 0.04),
    )
    discount: Measured = number.rate(
        "rate at which the future is discounted",
        title="discount of the future",
        ends="above_zero",
        slot=("Negotiation.discount_rate", "Theatre.discount_rate"),
        default=uniform(
            0.0014, 0.003, "provisional: one to two years, the end of a mandate included"
        ),
    )


class Ultimatum(WrittenPart):
    """A demand with a term."""

    days: Measured = number.amount(
        "mean term",
        title="days that an ultimatum gives",
        unit="days",
        ends="above_zero",
        slot="Negotiation.ultimatum_days",
        default=uniform(3, 14, "provisional: terms of a few days to two weeks"),
    )
    credibility_cost: Measured = negotiation.share(
        "price of letting one lapse",
        title="price of letting an ultimatum lapse",
        unit="basket",
        default=ranging(0.02, 0.15),
    )


class Standstill(WrittenPart):
    """A standstill that the two sides may declare: for a time none uses force or raises it.

    It moves no issue. A pack without one leaves this table out.
    """

    offers: Measured = number.rate(
        "rate of offering one, at indifference, of each side",
        title="readiness to offer a standstill",
        slot=("Negotiation.challenger_rate[standstill]", "Negotiation.defender_rate[standstill]"),
        default=ranging(0.004, 0.016, HALF_TO_TWICE),
    )
    days: Measured = number.amount(
        "mean days until its time is over",
        title="days that a standstill lasts",
        unit="days",
        ends="above_zero",
        slot="Negotiation.standstill_days",
        default=ranging(
            30, 180, "provisional: declarations name a few weeks, or a meeting some months ahead"
        ),
    )
    talks: Measured = number.probability(
        "chance that a draft deal is ready once its time is over",
        title="chance that a standstill leads to a draft",
        slot="Negotiation.standstill_talks",
        default=uniform(0.1, 0.5, NO_FIGURE),
    )
    breach_cost: Measured = negotiation.share(
        "price of ordering force while it holds, seen by all",
        title="price of breaking a standstill",
        unit="basket",
        default=ranging(
            0.02, 0.15, "provisional: as dear as letting an ultimatum of one's own lapse"
        ),
    )
    incident_factor: Measured = number.share(
        "factor on incidents while it holds",
        title="incidents while a standstill holds, times",
        slot="Negotiation.standstill_calm",
        default=uniform(0.3, 1, "provisional: forces keep apart, or go on as before"),
    )
    holds: Measured = number.switch(
        "whether one holds on the as-of date",
        title="whether a standstill holds at the start",
        slot="Negotiation.stands_still",
        default=fixed(0, "none holds unless a pack says so"),
    )


class Taking(WrittenPart):
    """A fait accompli: a share of an issue is taken without shots."""

    rate: Measured = number.rate(
        "rate of taking it, at indifference",
        title="readiness to take it without shots",
        slot="Negotiation.challenger_rate[take]",
        default=ranging(
            0.0005,
            0.002,
            "provisional: it comes to mind once in two to five years, at indifference",
        ),
    )
    protest_cost: Measured = negotiation.share(
        "what it costs the challenger, through third parties, if the defender protests",
        title="price of a taking under protest",
        unit="basket",
        default=ranging(0.03, 0.2, "provisional: from a cold shoulder to sanctions of years"),
    )
    reversal_readiness: Measured = negotiation.amount(
        "weight of reversing it by force at once, at indifference; a protest has 1",
        title="readiness to reverse a taking by force",
        bounds=Bounds(10.0, "force then comes to mind ten times as readily as a protest"),
        default=ranging(0.1, 0.5, "provisional: force comes to mind less readily than a protest"),
    )
    reversal_success: Measured = negotiation.share(
        "chance that force of the defender short of war restores what was taken",
        title="chance that force reverses a taking",
        default=uniform(0.4, 0.9, "provisional: whoever has just arrived is seldom dug in"),
    )
    holds: Measured = number.switch(
        "whether it was taken before the as-of date and is held under protest",
        title="whether it is taken at the start",
        slot="Negotiation.taking_holds",
        default=fixed(0, "nothing is taken yet unless a pack says so"),
    )


class Unrest(WrittenPart):
    """Unrest or a crackdown in the defender's country, which gives force a justification."""

    rate: Measured = number.rate(
        "rate at which a spell begins",
        title="how often unrest begins",
        slot="Negotiation.unrest_rate",
        default=ranging(0.001, 0.004, "provisional: a spell every one to three years"),
    )
    days: Measured = number.count(
        "how long a spell lasts",
        title="days that unrest lasts",
        unit="days",
        default=ranging(14, 60, "provisional: spells last weeks"),
    )
    justification: Measured = negotiation.share(
        "what it takes off the price of a strike",
        title="what unrest takes off the price of a strike",
        unit="basket",
        default=ranging(0.01, 0.05),
    )


class Failure(WrittenPart):
    """What changes once talks have failed."""

    incident_factor: Measured = number.amount(
        "incidents, times this",
        title="incidents once talks have failed, times",
        slot="ContactZones.failed_rate_factor",
        default=uniform(1.5, 3, "provisional: failure removes restraints"),
    )
    escalation_factor: Measured = number.amount(
        "factor on the escalation of a reply",
        title="escalation once talks have failed, times",
        slot="ContactZones.failed_escalation_factor",
        default=uniform(1.2, 2, "provisional: failure removes restraints"),
    )
    strike_factor: Measured = number.amount(
        "factor on the weight of the challenger's strike",
        title="strikes once talks have failed, times",
        slot="Negotiation.failed_strike_factor",
        default=uniform(1, 3, "provisional: failure removes restraints"),
    )
    exit_rate: Measured = negotiation.rate(
        "rate at which talks start again",
        title="how soon talks that failed start again",
        default=uniform(0, 0.01, "provisional: from never to about three months"),
    )


class Aftermath(WrittenPart):
    """The dispute after the fighting stops; talks are suspended at first."""

    resume_rate: Measured = after_force.rate(
        "rate at which talks start again",
        title="how soon talks start again after force",
        default=calibrated("aftermath.resume_rate"),
    )
    text_factor: Measured = after_force.share(
        "factor on the rate of agreed draft deals, which come no sooner than before force",
        title="pace of draft deals after force, relative to before",
        default=uniform(0.4, 1, "prior: a text is no sooner ready after force than before it"),
    )
    fade_factor: Measured = after_force.amount(
        "factor on the rate at which the dispute peters out",
        title="fading of the dispute after force, times",
        default=calibrated("aftermath.fade_factor"),
    )
    concession_factor: Measured = after_force.amount(
        "factor on the rates at which a side withdraws its demand or backs down",
        title="giving in after force, times",
        default=calibrated("aftermath.concession_factor"),
    )
    limited_factor: Measured = after_force.amount(
        "factor on petering out and giving way after a limited strike, relative to a war",
        title="fading and giving in after a limited strike, times",
        default=calibrated("aftermath.limited_factor"),
    )
    incident_factor: Measured = after_force.amount(
        "factor on incidents while talks are off",
        title="incidents after force, times",
        default=ranging(
            0.5, 1.5, "prior: forces meet as often as before, or half as often more or less"
        ),
    )
    strike_factor: Measured = after_force.amount(
        "factor on the weight of the challenger's strike while talks are off",
        title="further strikes of the challenger, times",
        default=ranging(
            0.5,
            1.5,
            "prior: a strike comes to mind as readily as before, or half as readily more or less",
        ),
    )


class Incidents(WrittenPart):
    """Encounters of forces that nobody ordered."""

    rate: Measured = zone.rate(
        "rate with no force deployed",
        title="incidents with no force deployed",
        default=ranging(
            0.025, 0.1, "prior: with fewer, too many crises of the past would stay without violence"
        ),
    )
    rate_per_force: Measured = zone.rate(
        "what a level of force adds, doubled by an alert",
        title="incidents that a level of force adds",
        default=ranging(0.0025, 0.01, HALF_TO_TWICE),
    )
    hostile_probability: Measured = zone.probability(
        "chance that an incident is meant",
        default=uniform(0.05, 0.3, "provisional: most encounters are accidents"),
    )
    sensitivity: Measured = zone.probability(
        "chance of an alarm if it is meant",
        title="chance of an alarm if an incident is meant",
        default=uniform(0.7, 0.95, NO_FIGURE),
    )
    false_alarm: Measured = number.probability(
        "chance of an alarm if it is not",
        title="chance of an alarm if an incident is not meant",
        default=uniform(0.05, 0.4, NO_FIGURE),
    )
    hotline: Measured = number.switch(
        "whether a second report comes over a hotline",
        slot="ContactZones.has_hotline",
        default=fixed(0, "none unless a pack or an option opens one"),
    )
    restraint: Measured = zone.amount(
        "what holds a commander back",
        title="restraint of commanders in an incident",
        unit="basket",
        default=ranging(0.1, 0.25),
    )
    alarm_weight: Measured = zone.amount(
        "what certainty of an attack adds to a reply",
        title="weight of an alarm in a reply",
        unit="basket",
        default=ranging(0.2, 0.5),
    )
    escalation_probability: Measured = zone.probability(
        "chance that a reply grows into use of force",
        title="chance that an incident grows into force",
        default=calibrated("incidents.escalation_probability"),
    )


class Programme(WrittenPart):
    """A programme of the defender that grows during the talks."""

    growth_rate: Measured = negotiation.rate(
        "rate at which it grows a step",
        title="growth of the programme",
        of_programme=True,
        unit="steps/day",
        default=ranging(0.0007, 0.003, "provisional: a step takes one to four years"),
    )
    hardening: Measured = theatre.share(
        "how much a step hardens what is hit",
        title="how much harder a step makes the programme",
        unit="1/step",
        default=ranging(0.1, 0.3),
    )


class Lessons(WrittenPart):
    """What each side took from a last round; a pack without one leaves this table out."""

    defender_learns: Measured = number.switch(
        "whether the defender took from it that talks bring an attack",
        title="whether the defender learnt to distrust talks",
        default=fixed(0, "it drew no lesson unless a pack says so"),
    )
    challenger_learns: Measured = number.switch(
        "whether the challenger took from it what a war costs it",
        title="whether the challenger learnt what war costs",
        default=fixed(0, "it drew no lesson unless a pack says so"),
    )
    weight: Measured = number.share(
        "share of an observation that the last round counts for",
        title="weight of the last round",
        slot="Negotiation.recent_round",
        default=ranging(
            0.2,
            0.8,
            "provisional: times have changed, so that the last round counts for less than an "
            "observation",
        ),
    )
    attack_count: Measured = number.amount(
        "earlier talks during which the challenger is thought to have attacked",
        title="earlier talks that met an attack",
        unit="talks",
        default=ranging(
            0.5,
            2,
            "provisional start value, not fitted to data: one or so in five talks met with "
            "an attack",
        ),
    )
    no_attack_count: Measured = number.amount(
        "earlier talks during which the challenger is thought not to have attacked",
        title="earlier talks that met none",
        unit="talks",
        ends="above_zero",
        default=ranging(
            2,
            8,
            "provisional start value, not fitted to data: four or so in five talks met with none",
        ),
    )
    likelihood_ratio: Measured = number.amount(
        "how much likelier an attack amid talks is from a hard challenger",
        title="how much an attack amid talks tells",
        ends="above_zero",
        default=ranging(
            1.2, 3, "provisional: soft challengers seldom attack amid talks, and some do"
        ),
    )
    loss_expected: Measured = number.amount(
        "loss that the challenger expected of a war before it",
        unit="times the model's",
        ends="above_zero",
        default=fixed(1, "as the model has it"),
    )
    loss_expected_sd: Measured = number.amount(
        "how unsure the challenger was of that loss",
        title="doubt about losses before the last round",
        unit="times the model's",
        ends="above_zero",
        default=ranging(
            0.2,
            0.6,
            "provisional: before a first round losses are guessed within a third or a half",
        ),
    )
    loss_seen: Measured = number.amount(
        "loss that the last round taught the challenger to expect",
        title="loss that the last round taught to expect",
        unit="times the model's",
        default=fixed(1, "as the model has it, unless a pack tells what the last round taught"),
    )
    loss_seen_sd: Measured = number.amount(
        "how far the losses of one round may differ from those of the next",
        title="doubt about losses after the last round",
        unit="times the model's",
        ends="above_zero",
        default=ranging(
            0.2, 0.6, "provisional: one round tells losses of the next within a third or a half"
        ),
    )
    confidence: Measured = number.amount(
        "what the lesson adds to the challenger's optimism",
        title="confidence that the last round gave",
        unit="log",
        default=ranging(
            0.05,
            0.25,
            "provisional: after a round that went well it takes itself for a twentieth to a "
            "quarter stronger",
        ),
    )

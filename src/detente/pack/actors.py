"""Who is in the crisis, and what each brings to it."""

from typing import Annotated, Literal

from pydantic import Field

from detente.evidence.claim import StandIn, Text, WrittenPart
from detente.pack.number import DEFENDER, PRINCIPALS, Key, Measured, measured, optional
from detente.pack.quantity import Bounds

Role = Literal[
    "challenger",
    "defender",
    "ally",
    "mediator",
    "host",
    "venue",
    "supplier",
    "group",
    "supporter",
]

CHALLENGER = ("challenger",)
HOST = ("host",)
MEDIATOR = ("mediator",)
SUPPLIER = ("supplier",)
WITH_WAR_COSTS = ("challenger", "defender", "ally")
JOINERS = ("ally", "host", "group", "supporter")
"""Who may join a war; a supporter says on whose side, the others stand on one by their role."""
MOST_JOINERS = 6
"""Most third parties that a war can draw in, as the kernel's tables hold them."""
MOST_MEDIATORS = 4
"""Most mediators, as the kernel's tables hold them."""


class Actor(WrittenPart):
    """A state or group, with the roles that it plays."""

    name: Annotated[Text, Field(description="its name, for people")]
    roles: Annotated[
        tuple[Role, ...],
        Field(min_length=1, description="what it does in the crisis; a principal has one role"),
        StandIn(("supplier",)),
    ]
    supports: Annotated[
        Key | None, Field(description="the key of the principal on whose side a supporter stands")
    ] = None
    hard_probability: Measured = measured(
        "probability",
        "chance that it is the type that war hurts less",
        roles=PRINCIPALS,
        ends="inside",
    )
    loss_weight_firm: Measured = measured(
        "positive", "price of losses, firm type", unit="basket a unit of loss", roles=PRINCIPALS
    )
    loss_weight_yielding: Measured = measured(
        "positive", "price of losses, yielding type", unit="basket a unit of loss", roles=PRINCIPALS
    )
    loss_weight: Measured = measured(
        "positive",
        "price of losses on the challenger's side",
        unit="basket a unit of loss",
        roles=("ally",),
    )
    war_cost: Measured = measured(
        "positive", "price of war whatever is lost", unit="basket", roles=WITH_WAR_COSTS
    )
    risk_aversion: Measured = measured(
        "positive", "price of a spread of results", unit="1/basket", roles=PRINCIPALS
    )
    optimism: Measured = measured(
        "real",
        "how much better for itself than the model says it reads what war brings",
        unit="log",
        roles=PRINCIPALS,
    )
    motive: Measured = measured(
        "real",
        "how much more than all else in the pack says it would give for force",
        unit="sd",
        roles=PRINCIPALS,
    )
    breaking_rate: Measured = measured(
        "rate", "hazard that it breaks a deal", unit="1/day", roles=PRINCIPALS
    )
    standoff_cost: Measured = measured(
        "rate", "price of a day of dispute", unit="basket/day", roles=WITH_WAR_COSTS
    )
    force_cost: Measured = measured(
        "rate", "price of a day of deployed force, a level", unit="basket/day", roles=CHALLENGER
    )
    overstretch: Measured = measured(
        "share", "how much dearer force is while another theatre competes", roles=CHALLENGER
    )
    restraint_cost: Measured = measured(
        "share", "price of restraining an ally that would strike", unit="basket", roles=CHALLENGER
    )
    restraint_success: Measured = measured(
        "probability", "chance that its restraint holds the ally back", roles=CHALLENGER
    )
    concession_price: Measured = measured(
        "positive", "how dear its concessions are to it, times their weights", roles=DEFENDER
    )
    capitulation_price: Measured = measured(
        "positive", "how much deployed force raises a concession's price", roles=DEFENDER
    )
    vow_price: Measured = measured(
        "positive",
        "cost of leaving a strike unanswered after a public vow",
        unit="basket",
        roles=DEFENDER,
    )
    vow_retreat: Measured = measured(
        "share", "how much dearer a concession is after a public vow", roles=DEFENDER
    )
    has_vowed: Measured = measured(
        "switch", "whether it has vowed in public to answer force", roles=DEFENDER
    )
    consent: Measured = measured(
        "switch", "whether it lets the forces on its soil be used", roles=HOST
    )
    withdrawal_rate: Measured = measured(
        "rate", "rate at which it withdraws that consent", unit="1/day", roles=HOST
    )
    withdrawal_threat_factor: Measured = measured(
        "positive", "that rate while an ultimatum runs or a vow stands, times", roles=HOST
    )
    withdrawal_struck_factor: Measured = measured(
        "positive", "that rate once its soil has been hit, times", roles=HOST
    )
    renewal_rate: Measured = measured(
        "rate", "rate at which it gives a consent again that it withdrew", unit="1/day", roles=HOST
    )
    discretion: Measured = optional(
        "share",
        "share of publicity that it takes off talks that it receives",
        "none",
        roles=("venue",),
    )
    strike_rate: Measured = measured(
        "rate", "rate at which it weighs a strike", unit="1/day", roles=("ally",)
    )
    strike_rate_per_step: Measured = measured(
        "rate", "what a step of the programme adds to that rate", unit="1/day", roles=("ally",)
    )
    join_probability: Measured = measured(
        "probability",
        "chance that it joins on a day of full war that hits it",
        unit="1/day",
        roles=JOINERS,
    )
    stands_by: Measured = optional(
        "probability",
        "chance, as all believe, that it stands by its side in a war",
        "that it does",
        roles=JOINERS,
    )
    presence: Measured = optional(
        "share",
        "share of its own stocks in reach with none of its forces there",
        "that all of them are",
        roles=JOINERS,
    )
    raise_rate: Measured = optional(
        "rate",
        "rate at which it sends all it has, for each level of force the challenger has deployed",
        "that it never does",
        unit="1/day",
        roles=JOINERS,
    )
    lower_rate: Measured = optional(
        "rate",
        "rate at which it calls that back once no force is deployed",
        "that it never does",
        unit="1/day",
        roles=JOINERS,
    )
    exposure: Measured = measured(
        "share", "share of what passes its side's defences that falls on it", roles=JOINERS
    )
    retaliation_share: Measured = measured(
        "share", "its raid as a share of the defender's", roles=("group",)
    )
    text_rate: Measured = measured(
        "rate", "what it adds to the rate of agreed texts", unit="1/day", roles=MEDIATOR
    )
    facilitation: Measured = measured(
        "share", "share of publicity and of false alarms that it takes off", roles=MEDIATOR
    )
    formulation: Measured = measured(
        "positive", "how much oftener packages are put on the table", roles=MEDIATOR
    )
    leverage: Measured = measured(
        "share", "what it adds to a deal for the defender", unit="basket", roles=MEDIATOR
    )
    guarantee: Measured = measured(
        "share", "share of the hazard of breaking a deal that it takes off", roles=MEDIATOR
    )
    accuracy: Measured = measured(
        "probability",
        "chance that it judges the defender's resolve rightly",
        roles=MEDIATOR,
        ends="inside",
    )
    resupply: Measured = measured(
        "share",
        "share of the defender's first interceptors it brings",
        unit="1/day",
        roles=SUPPLIER,
    )
    bias: Measured = measured(
        "real",
        "1 if it shares the challenger's interests, -1 the defender's",
        roles=MEDIATOR,
        bounds=Bounds(3.0, "a mediator that shares a side's interests wholly has 1"),
    )
    report_rate: Measured = measured(
        "rate", "rate at which it says what it thinks of that resolve", unit="1/day", roles=MEDIATOR
    )

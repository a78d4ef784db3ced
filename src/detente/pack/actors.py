"""Who is in the crisis, and what each brings to it."""

from typing import Annotated, Literal

from pydantic import Field

from detente.evidence.written import Part, StandIn, Text
from detente.pack.number import DEFENDER, Measure, Number

Role = Literal["challenger", "defender", "ally", "mediator", "host", "venue", "supplier", "group"]

CHALLENGER = ("challenger",)
MEDIATOR = ("mediator",)
SUPPLIER = ("supplier",)
PRINCIPALS = ("challenger", "defender")
WITH_WAR_COSTS = ("challenger", "defender", "ally")
JOINERS = ("ally", "host", "group")
MOST_JOINERS = 6
"""Most third parties that a war can draw in, as the kernel's tables hold them."""
MOST_MEDIATORS = 4
"""Most mediators, as the kernel's tables hold them."""


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
    loss_weight: Annotated[
        Number | None,
        Measure(
            "positive",
            "basket a unit of loss",
            "price of losses on the challenger's side",
            ("ally",),
        ),
    ] = None
    war_cost: Annotated[
        Number | None,
        Measure("positive", "basket", "price of war whatever is lost", WITH_WAR_COSTS),
    ] = None
    risk_aversion: Annotated[
        Number | None, Measure("positive", "1/basket", "price of a spread of results", PRINCIPALS)
    ] = None
    optimism: Annotated[
        Number | None,
        Measure(
            "real",
            "log",
            "how much better for itself than the model says it reads what war brings",
            PRINCIPALS,
        ),
    ] = None
    breaking_rate: Annotated[
        Number | None, Measure("rate", "1/day", "hazard that it breaks a deal", PRINCIPALS)
    ] = None
    standoff_cost: Annotated[
        Number | None, Measure("rate", "basket/day", "price of a day of dispute", WITH_WAR_COSTS)
    ] = None
    force_cost: Annotated[
        Number | None,
        Measure("rate", "basket/day", "price of a day of force in view, a level", CHALLENGER),
    ] = None
    overstretch: Annotated[
        Number | None,
        Measure("share", "", "how much dearer force is while another theatre competes", CHALLENGER),
    ] = None
    restraint_cost: Annotated[
        Number | None,
        Measure("share", "basket", "price of restraining an ally that would strike", CHALLENGER),
    ] = None
    restraint_success: Annotated[
        Number | None,
        Measure("probability", "", "chance that its restraint holds the ally back", CHALLENGER),
    ] = None
    capitulation_price: Annotated[
        Number | None,
        Measure("positive", "", "how much force in view raises a concession's price", DEFENDER),
    ] = None
    vow_price: Annotated[
        Number | None,
        Measure("positive", "basket", "price of absorbing a strike after a vow", DEFENDER),
    ] = None
    vow_retreat: Annotated[
        Number | None,
        Measure("share", "", "how much dearer a concession is after a public vow", DEFENDER),
    ] = None
    has_vowed: Annotated[
        Number | None,
        Measure("switch", "", "whether it has vowed in public to answer force", DEFENDER),
    ] = None
    consent: Annotated[
        Number | None,
        Measure("switch", "", "whether it lets the forces on its soil be used", ("host",)),
    ] = None
    strike_rate: Annotated[
        Number | None,
        Measure("rate", "1/day", "rate at which it weighs a strike", ("ally",)),
    ] = None
    strike_rate_per_step: Annotated[
        Number | None,
        Measure("rate", "1/day", "what a step of the programme adds to that rate", ("ally",)),
    ] = None
    join_probability: Annotated[
        Number | None,
        Measure(
            "probability",
            "1/day",
            "chance that it joins on a day of full war that hits it",
            JOINERS,
        ),
    ] = None
    exposure: Annotated[
        Number | None,
        Measure("share", "", "share of what passes its side's defences that falls on it", JOINERS),
    ] = None
    retaliation_share: Annotated[
        Number | None, Measure("share", "", "its raid as a share of the defender's", ("group",))
    ] = None
    text_rate: Annotated[
        Number | None,
        Measure("rate", "1/day", "what it adds to the rate of agreed texts", MEDIATOR),
    ] = None
    facilitation: Annotated[
        Number | None,
        Measure("share", "", "share of publicity and of false alarms that it takes off", MEDIATOR),
    ] = None
    formulation: Annotated[
        Number | None,
        Measure("positive", "", "how much oftener packages are put on the table", MEDIATOR),
    ] = None
    leverage: Annotated[
        Number | None,
        Measure("share", "basket", "what it adds to a deal for the defender", MEDIATOR),
    ] = None
    guarantee: Annotated[
        Number | None,
        Measure("share", "", "share of the hazard of breaking a deal that it takes off", MEDIATOR),
    ] = None
    accuracy: Annotated[
        Number | None,
        Measure(
            "probability",
            "",
            "chance that it judges the defender's resolve rightly",
            MEDIATOR,
            ends="inside",
        ),
    ] = None
    resupply: Annotated[
        Number | None,
        Measure("share", "1/day", "share of the defender's first interceptors it brings", SUPPLIER),
    ] = None
    bias: Annotated[
        Number | None,
        Measure(
            "real",
            "",
            "1 if it shares the challenger's interests, -1 the defender's",
            MEDIATOR,
            most=3.0,
            why="a mediator that shares a side's interests wholly has 1",
        ),
    ] = None
    report_rate: Annotated[
        Number | None,
        Measure("rate", "1/day", "rate at which it says what it thinks of that resolve", MEDIATOR),
    ] = None

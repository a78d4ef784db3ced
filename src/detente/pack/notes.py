"""What is no fault of a pack and yet may not mean what its writer thinks."""

from collections.abc import Iterator

from detente.errors import Fault
from detente.pack.crisis import Crisis
from detente.pack.files import in_order, merge, place
from detente.pack.number import Finding
from detente.pack.toml import dotted

FARTHEST_APART = 2.0
"""How many times as much losses may weigh with the challenger's one type as with the other."""
LEAST_PRICE = 0.08
"""Price of a campaign at the lower end of the reference packs' range [basket]."""
FOR_A_CAMPAIGN = 2
"""Level of force at which a campaign can be begun."""


def notes(crisis: Crisis) -> tuple[Fault, ...]:
    """Return what may be meant otherwise, each at its place in the text."""
    found = list(_findings(crisis))
    return in_order(place(found, merge(crisis.files).trees, crisis.files))


def _findings(crisis: Crisis) -> Iterator[Finding]:
    challenger = crisis.of_role("challenger")
    path = ("actors", challenger)
    firm, yielding, price = (
        crisis.numbers[dotted((*path, key))]
        for key in ("loss_weight_firm", "loss_weight_yielding", "war_cost")
    )
    least, most = firm.low + firm.high, yielding.low + yielding.high
    if most > FARTHEST_APART * least > 0.0:
        yield Finding(
            (*path, "loss_weight_yielding"),
            f"{most / least:.1f} times loss_weight_firm",
            "",
            "what sets its types apart is what force is worth to them (moves.public_motive); "
            "write both nearly alike, such as 0.9 and 1.1 times what losses weigh",
        )
    if price.low + price.high < 2.0 * LEAST_PRICE:
        yield Finding(
            (*path, "war_cost"),
            f"{price.low:g} to {price.high:g}, and 0.08 to 0.24 in a median crisis",
            "",
            "it is the price of a campaign, answered or not; a limited strike has strike_cost, "
            "being hit hit_price",
        )
    for actor in crisis.all_of_role("ally"):
        if not crisis.model.arsenals.get(actor):
            yield Finding(
                ("actors", actor, "roles"),
                "an ally without weapons of its own",
                "",
                "it presses the challenger and may join it, and begins no force alone; "
                f"add [arsenals.{actor}] if it could",
            )
    levels = sum(one.level for one in crisis.model.forces.values() if one.actor == challenger)
    if levels < FOR_A_CAMPAIGN and crisis.numbers["moves.campaign_readiness"].high > 0.0:
        yield Finding(
            ("forces",),
            f"level {levels} of force in all",
            "",
            "the challenger never begins a campaign, for which it takes 2; add what it could "
            "send, or write moves.campaign_readiness = 0 with the reason",
            on_key=True,
        )

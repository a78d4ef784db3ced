"""Notes on a pack: not faults, but perhaps not what its writer means."""

from collections.abc import Collection, Iterator

from detente.errors import Fault
from detente.pack.crisis import Crisis
from detente.pack.files import in_order, merge, place
from detente.pack.number import Finding
from detente.pack.toml import KeyPath, dotted, value_at
from detente.text import between

FARTHEST_APART = 2.0
"""Largest ratio of loss weights of the challenger's two types."""
LEAST_PRICE = 0.08
"""Price of a campaign at the lower end of the reference packs' ranges [basket]."""
FOR_A_CAMPAIGN = 2
"""Force level from which a campaign can begin."""
CAME_WITH_SCALE = (
    "strike_cost",
    "standing_start_cost",
    "hit_price",
    "answer_price",
    "strike_rate_by_force",
    "raised_days",
    "sorties",
)
"""Numbers that packs have had since the challenger chooses the scale of force. A pack without any
may be older, and use other numbers in their earlier meaning."""
MEANT_OTHERWISE = {
    "campaign_days": "now days that an attacker plans a campaign for, whatever the answer; write "
    "war.raised_days too, the days of a war that a full answer makes of a strike",
    "raid_share": "now of missiles and drones alone; write sorties of each class of aircraft too",
    "strike_rate": "now how often the ally presses the challenger for force; write "
    "strike_rate_by_force too, how much oftener it does for each level of it deployed",
}
"""Today's meaning of numbers that changed it, by their last key."""


def notes(crisis: Crisis) -> tuple[Fault, ...]:
    """Return what may be meant differently, each with its place in the text."""
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
            f"{between(f'{price.low:g}', f'{price.high:g}')}, and 0.08 to 0.24 in a median crisis",
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
    if not any(_written(crisis, CAME_WITH_SCALE)):
        for number in _written(crisis, MEANT_OTHERWISE):
            why, now = "meant something else before force had a scale", str(number[-1])
            yield Finding(number, why, "", MEANT_OTHERWISE[now])
    levels = sum(one.level for one in crisis.model.forces.values() if one.actor == challenger)
    if levels < FOR_A_CAMPAIGN and crisis.numbers["moves.campaign_readiness"].high > 0.0:
        yield Finding(
            next(_written(crisis, ("campaign_readiness",)), ("forces",)),
            f"level {levels} of force in all",
            "",
            "the challenger never begins a campaign, for which it takes 2; add what it could "
            "send, or write moves.campaign_readiness = 0 with the reason",
            on_key=True,
        )
    if not crisis.model.arsenals.get(challenger):
        yield Finding(
            (*path, "roles"),
            "a challenger without weapons of its own",
            "",
            f"force that it begins raids with nothing; add [arsenals.{challenger}]",
        )


def _written(crisis: Crisis, keys: Collection[str]) -> Iterator[KeyPath]:
    """Yield the written numbers of a pack whose last key is one of these."""
    for number in crisis.numbers:
        path = tuple(number.split("."))
        if path[-1] in keys and value_at(crisis.written.tree, path) is not None:
            yield path

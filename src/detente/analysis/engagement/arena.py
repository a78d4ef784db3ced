"""One world of a crisis with its forces only, and how both sides stand before the first raid."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple, cast

import numpy as np

from detente.analysis.engagement.figures import Array
from detente.ensemble.encode.war import encode_war
from detente.kernel.defence import CLASSES, LAYERS
from detente.kernel.layout import new_record
from detente.kernel.theatre import (
    Campaign,
    Conflict,
    Situation,
    Theatre,
    arsenal_of,
    begin,
    stand_of,
)
from detente.kernel.war import War
from detente.pack import Crisis

Values = Mapping[str, float]


class Arena(NamedTuple):
    """What campaigns of one world are fought with, and what it costs; sides: challenger 0."""

    theatre: Theatre
    weapons: Annotated[Array, "price of a weapon of each side and class [million dollars]"]
    rounds: Annotated[Array, "price of a round of each side and layer [million dollars]"]

    @property
    def content(self) -> bytes:
        """Return all that can make a difference, the same for the same."""
        parts = (np.asarray(self.theatre), self.weapons, self.rounds)
        return b"".join(part.tobytes() for part in parts)


class Morning(NamedTuple):
    """How a struck side stands before the first raid, and what comes against it."""

    batteries: Annotated[float, "batteries that work [batteries]"]
    rounds: Annotated[float, "rounds ready and in store [rounds]"]
    stock: Annotated[Array, "the other's weapons in reach, shape (classes,) [weapons]"]
    returns: Annotated[Array, "which of these fly again, shape (classes,)"]


def owners(crisis: Crisis) -> tuple[str, str]:
    """Return the keys of challenger and defender, in the order of the kernel's sides."""
    return crisis.of_role("challenger"), crisis.of_role("defender")


def set_up(crisis: Crisis, values: Values) -> Arena:
    """Return what one world fights with; nothing else of the crisis is read."""
    war = cast("War", new_record(War))
    encode_war(crisis, values, war)
    weapons, rounds = np.zeros((2, CLASSES)), np.zeros((2, LAYERS))
    for side, owner in enumerate(owners(crisis)):
        for place, key in enumerate(crisis.model.arsenals.get(owner, {})):
            weapons[side, place] = values[f"arsenals.{owner}.{key}.cost"]
        for place, key in enumerate(crisis.model.defences[owner].layers):
            rounds[side, place] = values[f"defences.{owner}.layers.{key}.cost"]
    return Arena(war.theatre, weapons, rounds)


def mornings(theatre: Theatre, situation: Situation) -> tuple[Morning, Morning]:
    """Return how challenger and defender stand when force begins."""
    campaign = cast("Campaign", new_record(Campaign))
    begin(Conflict(theatre, campaign, situation))
    return _morning(theatre, campaign, 0), _morning(theatre, campaign, 1)


def _morning(theatre: Theatre, campaign: Campaign, side: int) -> Morning:
    stand = stand_of(campaign, side)
    arsenal = arsenal_of(theatre, 1 - side)
    classes = int(arsenal.classes)
    return Morning(
        float(np.sum(stand.batteries)),
        float(np.sum(stand.rounds) + np.sum(stand.reserve)),
        np.array(campaign.first_stock[1 - side, :classes]),
        np.array(arsenal.returns[:classes]) > 0.0,
    )

"""Encodes who supports either principal: what each brings to a war, and how likely it joins."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.encode.copies import copy_numbers
from detente.ensemble.encode.posture import HIGHEST_FORCE, ceiling_on, levels_on, usable_forces
from detente.kernel.cascade import ThirdParties
from detente.kernel.defence import PRINCIPAL
from detente.kernel.partners import Partners
from detente.kernel.posture import Calendar
from detente.pack.actors import JOINERS
from detente.pack.crisis import Crisis
from detente.pack.sides import fighters, side_of

Values = Mapping[str, float]


class OwnedMeans(NamedTuple):
    """A class of weapons or a layer of defence, with its owner."""

    owner: Annotated[str, "key of the actor"]
    key: str
    number: Annotated[int, "the owner as the kernel numbers it, PRINCIPAL or a third party's"]

    @property
    def name(self) -> str:
        """Return its name in results: its key, after the owner's unless that is a principal."""
        return self.key if self.number == PRINCIPAL else f"{self.owner}.{self.key}"


def third_parties(crisis: Crisis) -> tuple[str, ...]:
    """Return the keys of the actors that may join a war, in the kernel's order."""
    actors = crisis.model.actors
    return tuple(key for key, actor in actors.items() if set(JOINERS) & set(actor.roles))


def weapons_of(crisis: Crisis, side: str) -> tuple[OwnedMeans, ...]:
    """Return the classes of weapons of a side in the kernel's order, its principal's first."""
    return _owned(crisis, side, crisis.model.arsenals)


def layers_of(crisis: Crisis, side: str) -> tuple[OwnedMeans, ...]:
    """Return the layers of a side's defence in the kernel's order, its principal's first."""
    defences = crisis.model.defences
    return _owned(crisis, side, {owner: one.layers for owner, one in defences.items()})


def _owned(crisis: Crisis, side: str, owned: Mapping[str, Iterable[str]]) -> tuple[OwnedMeans, ...]:
    """Return what all who fight on a side own, by owner in their order."""
    numbers = {key: party + 1 for party, key in enumerate(third_parties(crisis))}
    return tuple(
        OwnedMeans(owner, key, numbers.get(owner, PRINCIPAL))
        for owner in fighters(crisis.model, side)
        for key in owned.get(owner, ())
    )


def presence_on(crisis: Crisis, values: Values, actor: str, day: date) -> float:
    """Return the share of a third party's own stocks that is within reach on a day [0-1].

    It is the actor's `presence` with none of its forces deployed, and 1 at force level 2, as for
    the challenger. A force present on the as-of date counts only if it is deployed.
    """
    least = values.get(f"actors.{actor}.presence", 1.0)
    usable = usable_forces(crisis, values, actor)
    there = tuple(force for force in usable if force.deployed or force.arrives > crisis.as_of)
    return least + (1.0 - least) * ceiling_on(there, day) / HIGHEST_FORCE


def ships_of(crisis: Crisis, values: Values, actor: str) -> int:
    """Return the number of an actor's ships with weapons that are deployed on the as-of date."""
    day = crisis.as_of
    return sum(
        force.ships
        for force in usable_forces(crisis, values, actor)
        if force.arrives <= day and (force.leaves is None or day < force.leaves)
    )


def is_held_back(crisis: Crisis, held: tuple[OwnedMeans, ...]) -> float:
    """Return 1 if an ally owns any of these means, so that it can begin a war, else 0."""
    return float(bool({means.owner for means in held} & set(crisis.all_of_role("ally"))))


def encode_third_parties(
    crisis: Crisis, values: Values, parties: ThirdParties, day: int = 0
) -> None:
    """Fill in who may join a war, on whose side, what of it can be hit, and its presence."""
    keys = third_parties(crisis)
    parties.count = len(keys)
    copy_numbers(values, parties, "ThirdParties")
    for party, key in enumerate(keys):
        path, actor = f"actors.{key}", crisis.model.actors[key]
        on = crisis.as_of + timedelta(day)
        parties.presence[party] = presence_on(crisis, values, key, on)
        parties.stands_by[party] = 1.0
        for role in actor.roles:
            copy_numbers(values, parties, "ThirdParties", of=path, role=role, index=party)
        parties.is_ally[party] = float("ally" in actor.roles)
        parties.is_with_defender[party] = float(side_of(actor, crisis.model) == "defender")


def encode_partners(crisis: Crisis, values: Values, calendar: Calendar, partners: Partners) -> None:
    """Fill in which forces hosts may withhold, and how often third parties change their mind.

    A host that withholds them at the start does so throughout.
    """
    forces = usable_forces(crisis, values, crisis.of_role("challenger"))
    ends = np.cumsum(calendar.stage_days[: calendar.stages])
    # A stage has the forces of its first day.
    days = [crisis.as_of + timedelta(int(end)) for end in (0, *ends[:-1])]
    calendar.levels_present[: calendar.stages] = [levels_on(forces, day) for day in days]
    for party, key in enumerate(third_parties(crisis)):
        path = f"actors.{key}"
        for role in crisis.model.actors[key].roles:
            copy_numbers(values, partners, "Partners", of=path, role=role, index=party)
        own = tuple(force for force in forces if force.host == key)
        calendar.levels_hosted[party, : calendar.stages] = [levels_on(own, day) for day in days]
        if own:
            partners.withdrawal_rate[party] = values[f"{path}.withdrawal_rate"]
            partners.threat_factor[party] = values[f"{path}.withdrawal_threat_factor"]
            partners.struck_factor[party] = values[f"{path}.withdrawal_struck_factor"]
            partners.renewal_rate[party] = values[f"{path}.renewal_rate"]
    deciders = np.flatnonzero((partners.withdrawal_rate > 0.0) | (partners.raise_rate > 0.0))
    partners.deciders = len(deciders)
    partners.decider[: len(deciders)] = deciders

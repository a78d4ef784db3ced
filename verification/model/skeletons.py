"""The parts of a drawn pack without its numbers: actors, issues, forces, defences."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, get_args

from detente.pack.actors import MOST_JOINERS, MOST_MEDIATORS
from detente.pack.military import (
    FORCE,
    MOST_CLASSES,
    MOST_CLASSES_OF_A_SIDE,
    MOST_LAYERS,
    MOST_LAYERS_OF_A_SIDE,
    Plan,
)
from detente.pack.model import MOST_EVENTS, MOST_SIGNS
from detente.pack.resolve import catalogue
from detente.pack.rules import FIRST_YEAR, LAST_YEAR

Tree = dict[str, Any]

CHALLENGER, DEFENDER = "north", "south"
DAYS = (
    date(2026, 2, 6),
    date(1962, 10, 16),
    date(FIRST_YEAR, 1, 1),
    date(LAST_YEAR, 12, 31),
    date(2028, 2, 29),
)
"""Days on which a pack starts: usual ones, the first and the last that there is, and a leap day."""
FAR = (0, 1, 2, 30, 364, 365, 731, 4000, 4_000_000)
"""How many days off others are, either way."""
PLANS: tuple[str, ...] = get_args(Plan)
ROLES = ("ally", "host", "group", "supporter", "mediator", "supplier", "venue")
JOINING = ("host", "group", "supporter")
"""Roles of those who may join a war, the ally's apart, of whom there is one at most."""


def skeleton(draws: random.Random) -> Tree:
    """Draw the parts of a pack."""
    as_of = draws.choices(DAYS, (12, 4, 1, 1, 2))[0]
    actors = _actors(draws)
    holders = {role: [key for key, one in actors.items() if role in one["roles"]] for role in ROLES}
    tree: Tree = {"format": 2, "name": "drawn", "title": "Drawn by chance", "as_of": as_of}
    tree |= {"actors": actors, "issues": _issues(draws), "talks": {"packages": draws.randint(1, 5)}}
    tree["venue"] = _venue(draws, holders["mediator"])
    owners = (CHALLENGER, *holders["supporter"])
    tree["forces"] = {
        f"force_{place}": _force(draws, as_of, owners, holders["host"]) for place in _some(draws, 6)
    }
    tree |= _signs_of_plans(draws, as_of)
    tree |= {"arsenals": {}, "defences": {}}
    for principal in (CHALLENGER, DEFENDER):
        friends = [key for key, one in actors.items() if _stands_with(one) == principal]
        _arm(draws, principal, friends, tree)
    return {**tree, **_extras(draws, holders["mediator"])}


def _some(draws: random.Random, most: int) -> range:
    """Return places of none, one, a few or as many as there can be."""
    return range(min(draws.choice((0, 1, draws.randint(0, most), most)), most))


def _actors(draws: random.Random) -> Tree:
    """Draw both sides and others; some of these play two roles, and a supporter says with whom."""
    joiners = ["ally"] if draws.random() < 0.6 else []
    joiners += [draws.choice(JOINING) for _ in _some(draws, MOST_JOINERS - 1)]
    mediators = ["mediator" for _ in _some(draws, MOST_MEDIATORS)]
    rest = [draws.choice(("supplier", "venue")) for _ in _some(draws, 3)]
    roles: list[tuple[str, ...]] = [(one,) for one in (*joiners, *mediators, *rest)]
    if draws.random() < 0.3:
        roles = [tuple(dict.fromkeys((*one, "supplier"))) for one in roles]
    if draws.random() < 0.2 and joiners and len(mediators) < MOST_MEDIATORS:
        roles[0] = (joiners[0], "mediator")
    others = {f"other_{place}": one for place, one in enumerate(roles)}
    of_all = {CHALLENGER: ("challenger",), DEFENDER: ("defender",), **others}
    drawn: Tree = {key: {"name": key.title(), "roles": one} for key, one in of_all.items()}
    for one in drawn.values():
        if "supporter" in one["roles"]:
            one["supports"] = draws.choice((CHALLENGER, DEFENDER))
    return drawn


def _stands_with(actor: Tree) -> str:
    """Return the principal on whose side a third party fights, or nothing."""
    if "group" in actor["roles"]:
        return DEFENDER
    is_with_challenger = {"ally", "host"} & set(actor["roles"])
    return CHALLENGER if is_with_challenger else str(actor.get("supports", ""))


def _issues(draws: random.Random) -> Tree:
    count = draws.choice((1, 1, 2, 3, 8))
    return {
        f"issue_{place}": {"name": "Issue", "narrow": place == 0 or draws.random() < 0.5}
        for place in range(count)
    }


def _venue(draws: random.Random, mediators: Sequence[str]) -> Tree:
    access = tuple(draws.sample(mediators, draws.randint(0, len(mediators))))
    return {"place": "Lake", **({"access": access} if draws.random() < 0.4 else {})}


def _extras(draws: random.Random, mediators: Sequence[str]) -> Tree:
    """Draw the tables that a pack may leave out."""
    tree: Tree = {}
    if draws.random() < 0.4:
        wanted_by = draws.choice((CHALLENGER, DEFENDER))
        tree["rival_venue"] = {**_venue(draws, mediators), "wanted_by": wanted_by}
    if draws.random() < 0.4:
        is_open = "rival_venue" in tree and draws.random() < 0.7
        tree["dispute"] = {"agenda": draws.random() < 0.6, "venue": is_open}
    if draws.random() < 0.4:
        tree["lessons"] = {}
    if draws.random() < 0.2:
        tree["reference"] = draws.choice(("violent", "non_violent"))
    return tree


def _force(draws: random.Random, as_of: date, owners: Sequence[str], hosts: Sequence[str]) -> Tree:
    arrives = day_near(draws, as_of)
    leaves = day_near(draws, arrives)
    is_there = arrives <= as_of and not arrives < leaves <= as_of
    return {
        "actor": draws.choice(owners),
        "area": "Sea",
        "arrives": arrives,
        **({"leaves": leaves} if leaves > arrives else {}),
        "level": draws.randint(0, 2),
        "ships": draws.choice((0, 0, 1, 1000)),
        **({"host": draws.choice(hosts)} if hosts and draws.random() < 0.5 else {}),
        "deployed": is_there and draws.random() < 0.8,
    }


def _signs_of_plans(draws: random.Random, as_of: date) -> Tree:
    """Draw what was seen, and what to watch for."""
    seen = {
        f"seen_{place}": {"date": _earlier(draws, as_of), "points_to": _pointed_to(draws)}
        for place in _some(draws, 6)
    }
    signs = {
        f"sign_{place}": {"points_to": _pointed_to(draws)} for place in _some(draws, MOST_SIGNS)
    }
    return {"indicators": seen, "signs": signs}


def _pointed_to(draws: random.Random) -> tuple[str, ...]:
    """Draw some plans; all of them would say nothing, so that force stands in their place."""
    plans = tuple(draws.sample(PLANS, draws.randint(1, len(PLANS))))
    return plans if len(plans) < len(PLANS) else (FORCE,)


def _arm(draws: random.Random, principal: str, friends: Sequence[str], tree: Tree) -> None:
    """Draw what a side fights with: its principal's weapons and layers, then those of its friends.

    All of a side together have no more than the kernel's records hold.
    """
    classes, layers = MOST_CLASSES_OF_A_SIDE, MOST_LAYERS_OF_A_SIDE
    for key in (principal, *friends):
        if draws.random() < (0.9 if key == principal else 0.4):
            own = _some(draws, min(MOST_CLASSES, classes))
            classes -= len(own)
            tree["arsenals"][key] = {
                f"class_{place}": {"system": draws.choice(list(catalogue("threats")))}
                for place in own
            }
        if key == principal or draws.random() < 0.4:
            own = _some(draws, min(MOST_LAYERS, layers))
            layers -= len(own)
            defence: Tree = {}
            if key == principal and draws.random() < 0.4:
                defence["radar"] = draws.choice(list(catalogue("radars")))
            if own:
                defence["layers"] = {
                    f"layer_{place}": {"system": draws.choice(list(catalogue("layers")))}
                    for place in own
                }
            tree["defences"][key] = defence


def calendar(draws: random.Random, as_of: date) -> Tree:
    """Draw the days of events, what each changes apart: many on one day, or within a window."""
    events: Tree = {}
    for place in _some(draws, MOST_EVENTS):
        first = max(day_near(draws, as_of), as_of + timedelta(1))
        last = max(day_near(draws, first), first)
        when = {"between": (first, last)} if draws.random() < 0.4 else {"date": first}
        events[f"event_{place}"] = {
            "name": "Event",
            **when,
            "foreseen": draws.random() < 0.5,
            "assumed": "drawn by chance",
        }
    return events


def day_near(draws: random.Random, day: date) -> date:
    """Return a day so and so many before or after another, as far as there are days."""
    off = draws.choice(FAR) * draws.choice((-1, 1))
    ordinal = min(max(day.toordinal() + off, date.min.toordinal()), date.max.toordinal())
    return date.min + timedelta(ordinal - 1)


def _earlier(draws: random.Random, day: date) -> date:
    return min(day_near(draws, day), day)

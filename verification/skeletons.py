"""What parts a drawn pack has, its numbers apart: who, what is in dispute, forces, defences."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, get_args

from detente.pack.actors import MOST_JOINERS, MOST_MEDIATORS
from detente.pack.military import MOST_CLASSES, MOST_LAYERS, Plan
from detente.pack.model import MOST_SIGNS
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


def skeleton(luck: random.Random) -> Tree:
    """Draw the parts of a pack."""
    as_of = luck.choices(DAYS, (12, 4, 1, 1, 2))[0]
    actors = _actors(luck)
    holders = {role: [key for key, one in actors.items() if role in one["roles"]] for role in ROLES}
    tree: Tree = {"format": 2, "name": "drawn", "title": "Drawn by chance", "as_of": as_of}
    tree |= {"actors": actors, "issues": _issues(luck), "talks": {"packages": luck.randint(1, 5)}}
    tree["venue"] = _venue(luck, holders["mediator"])
    tree["forces"] = {
        f"force_{place}": _force(luck, as_of, holders["host"]) for place in _some(luck, 6)
    }
    tree |= _signs_of_plans(luck, as_of)
    sides = (CHALLENGER, DEFENDER)
    tree["arsenals"] = {side: _arsenal(luck) for side in sides if luck.random() < 0.9}
    tree["defences"] = {side: _defence(luck) for side in sides}
    return {**tree, **_extras(luck, holders["mediator"])}


def _some(luck: random.Random, most: int) -> range:
    """Return places of none, one, a few or as many as there can be."""
    return range(luck.choice((0, 1, luck.randint(0, most), most)))


ROLES = ("ally", "host", "group", "mediator", "supplier", "venue")


def _actors(luck: random.Random) -> Tree:
    """Draw both sides and others; some of these play two roles."""
    joiners = ["ally"] if luck.random() < 0.6 else []
    joiners += [luck.choice(("host", "group")) for _ in _some(luck, MOST_JOINERS - 1)]
    mediators = ["mediator" for _ in _some(luck, MOST_MEDIATORS)]
    rest = [luck.choice(("supplier", "venue")) for _ in _some(luck, 3)]
    roles: list[tuple[str, ...]] = [(one,) for one in (*joiners, *mediators, *rest)]
    if luck.random() < 0.3:
        roles = [tuple(dict.fromkeys((*one, "supplier"))) for one in roles]
    if luck.random() < 0.2 and joiners and len(mediators) < MOST_MEDIATORS:
        roles[0] = (joiners[0], "mediator")
    others = {f"other_{place}": one for place, one in enumerate(roles)}
    of_all = {CHALLENGER: ("challenger",), DEFENDER: ("defender",), **others}
    return {key: {"name": key.title(), "roles": one} for key, one in of_all.items()}


def _issues(luck: random.Random) -> Tree:
    count = luck.choice((1, 1, 2, 3, 8))
    return {
        f"issue_{place}": {"name": "Issue", "narrow": place == 0 or luck.random() < 0.5}
        for place in range(count)
    }


def _venue(luck: random.Random, mediators: Sequence[str]) -> Tree:
    access = tuple(luck.sample(mediators, luck.randint(0, len(mediators))))
    return {"place": "Lake", **({"access": access} if luck.random() < 0.4 else {})}


def _extras(luck: random.Random, mediators: Sequence[str]) -> Tree:
    """Draw the tables that a pack may leave out."""
    tree: Tree = {}
    if luck.random() < 0.4:
        wanted_by = luck.choice((CHALLENGER, DEFENDER))
        tree["rival_venue"] = {**_venue(luck, mediators), "wanted_by": wanted_by}
    if luck.random() < 0.4:
        is_open = "rival_venue" in tree and luck.random() < 0.7
        tree["dispute"] = {"agenda": luck.random() < 0.6, "venue": is_open}
    if luck.random() < 0.4:
        tree["lessons"] = {}
    if luck.random() < 0.2:
        tree["reference"] = luck.choice(("violent", "non_violent"))
    return tree


def _force(luck: random.Random, as_of: date, hosts: Sequence[str]) -> Tree:
    arrives = day_near(luck, as_of)
    leaves = day_near(luck, arrives)
    is_there = arrives <= as_of and not arrives < leaves <= as_of
    return {
        "actor": CHALLENGER,
        "area": "Sea",
        "arrives": arrives,
        **({"leaves": leaves} if leaves > arrives else {}),
        "level": luck.randint(0, 2),
        **({"host": luck.choice(hosts)} if hosts and luck.random() < 0.5 else {}),
        "deployed": is_there and luck.random() < 0.8,
    }


def _signs_of_plans(luck: random.Random, as_of: date) -> Tree:
    """Draw what was seen, and what to watch for."""
    seen = {
        f"seen_{place}": {"date": _earlier(luck, as_of), "points_to": _plans(luck)}
        for place in _some(luck, 6)
    }
    signs = {f"sign_{place}": {"points_to": _plans(luck)} for place in _some(luck, MOST_SIGNS)}
    return {"indicators": seen, "signs": signs}


def _plans(luck: random.Random) -> tuple[str, ...]:
    return tuple(luck.sample(PLANS, luck.randint(1, len(PLANS))))


def _arsenal(luck: random.Random) -> Tree:
    systems = list(catalogue("threats"))
    return {
        f"class_{place}": {"system": luck.choice(systems)} for place in _some(luck, MOST_CLASSES)
    }


def _defence(luck: random.Random) -> Tree:
    systems = list(catalogue("layers"))
    radar = {"radar": luck.choice(list(catalogue("radars")))} if luck.random() < 0.4 else {}
    layers = {
        f"layer_{place}": {"system": luck.choice(systems)} for place in _some(luck, MOST_LAYERS)
    }
    return {**radar, "layers": layers} if layers else radar


def day_near(luck: random.Random, day: date) -> date:
    """Return a day so and so many before or after another, as far as there are days."""
    off = luck.choice(FAR) * luck.choice((-1, 1))
    ordinal = min(max(day.toordinal() + off, date.min.toordinal()), date.max.toordinal())
    return date.min + timedelta(ordinal - 1)


def _earlier(luck: random.Random, day: date) -> date:
    return min(day_near(luck, day), day)

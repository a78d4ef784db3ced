"""Sides of a war: a principal and the third parties that support it."""

from collections.abc import Iterator
from typing import Literal

from detente.pack.actors import JOINERS, Actor
from detente.pack.military import MOST_CLASSES_OF_A_SIDE, MOST_LAYERS_OF_A_SIDE
from detente.pack.model import Model
from detente.pack.number import PRINCIPALS, Finding, Sought
from detente.pack.toml import KeyPath
from detente.text import show


def side_of(actor: Actor, model: Model) -> str:
    """Return the role of the principal whom an actor supports, or an empty text.

    An ally and a host support the challenger, a group the defender; a supporter names its side.
    """
    roles = set(actor.roles)
    for role in PRINCIPALS:
        if role in roles:
            return role
    supported = model.actors.get(actor.supports or "")
    if "supporter" in roles and supported is not None:
        return next((role for role in PRINCIPALS if role in supported.roles), "")
    if "group" in roles:
        return "defender"
    return "challenger" if roles & set(JOINERS) else ""


def fighters(model: Model, side: str) -> tuple[str, ...]:
    """Return the keys of all possible fighters on a side, the principal first."""
    keys = [key for key, actor in model.actors.items() if side_of(actor, model) == side]
    return tuple(sorted(keys, key=lambda key: side not in model.actors[key].roles))


def opponents(model: Model, key: str) -> tuple[str, ...]:
    """Return the keys of all possible fighters on the side opposed to an actor."""
    actor = model.actors.get(key)
    side = side_of(actor, model) if actor is not None else ""
    return tuple(one for role in PRINCIPALS if role != side for one in fighters(model, role))


def known_actor(
    key: str, path: KeyPath, model: Model, roles: tuple[str, ...], *, on_key: bool = False
) -> Iterator[Finding]:
    """Yield a fault if there is no such actor, or it has none of the given roles.

    `on_key`: the actor is named by the key of a table rather than by a value.
    """
    allowed = [name for name, actor in model.actors.items() if set(roles) & set(actor.roles)]
    sought = Sought(key, model.actors) if key not in model.actors else None
    if key not in model.actors:
        hint = f"add [actors.{key}]"
    elif key not in allowed:
        hint = f"nothing reads it for others than {' and '.join(allowed)}"
    else:
        return
    words = f"an actor that is {' or '.join(roles)}: {', '.join(allowed)}"
    leans_on: Literal["", "roles"] = "" if sought else "roles"
    yield Finding(path, show(key), words, hint, on_key, leans_on, sought)


def supporter_rules(model: Model) -> Iterator[Finding]:
    """Yield the faults of third parties in naming the side that they support."""
    for key, actor in model.actors.items():
        path = ("actors", key)
        if "supporter" not in actor.roles:
            if actor.supports is not None:
                hint = (
                    "drop it: an ally and a host stand with the challenger, a group with the "
                    "defender"
                )
                place, allowed = (*path, "supports"), "only for supporter"
                yield Finding(place, "supports", allowed, hint, on_key=True, leans_on="roles")
            continue
        others = [role for role in actor.roles if role in JOINERS and role != "supporter"]
        if others:
            hint = f"leave supporter out, or {' and '.join(others)}"
            allowed = "supporter, or another role in a war"
            yield Finding((*path, "roles"), show(actor.roles), allowed, hint)
        if actor.supports is not None:
            yield from known_actor(actor.supports, (*path, "supports"), model, PRINCIPALS)
        else:
            hint = 'add supports = "the key of the challenger or of the defender"'
            allowed = "supports: the key of the principal on whose side it stands"
            yield Finding(path, "nothing", allowed, hint, on_key=True, leans_on="roles")


def side_rules(model: Model) -> Iterator[Finding]:
    """Yield a fault for each class and layer beyond the most that one side may have."""
    for side in PRINCIPALS:
        keys = fighters(model, side)
        classes: list[KeyPath] = [
            ("arsenals", key, own) for key in keys for own in model.arsenals.get(key, {})
        ]
        layers: list[KeyPath] = [
            ("defences", key, "layers", own)
            for key in keys
            if key in model.defences
            for own in model.defences[key].layers
        ]
        for what, paths, most in (
            ("classes", classes, MOST_CLASSES_OF_A_SIDE),
            ("layers", layers, MOST_LAYERS_OF_A_SIDE),
        ):
            allowed = f"at most {most} {what} of a side and all who support it"
            for path in paths[most:]:
                found, hint = "one too many", "merge some"
                yield Finding(path, found, allowed, hint, on_key=True, leans_on="roles")

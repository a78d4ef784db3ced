"""Packs of an older format, read as those of today's: what was dropped since, and what added."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from detente.pack.model import FORMAT
from detente.pack.toml import KeyPath, Tree, dotted

OLDEST = 1
"""The oldest format that is read."""
DROPPED: Mapping[str, str] = {
    "war.pain_weight": "what losses weigh against terms is loss_price, one for both sides",
    "war.surprise_weight": "what a battle shows moves what each side believes of its outcome",
    "war.control_lost_days": "a war that is answered in full lasts campaign_days at least",
}
"""Fields that format 1 had and format 2 has not, by dotted path, each with why it was dropped.

`*` stands for any one key, as in `actors.*.patience`. The reason is part of a sentence: "the length
of a war rests on what a day of it costs".
"""
ADDED = (
    "motives for force",
    "how a dispute goes on after force",
    "how war is won and when it stops",
    "what a concession costs the defender",
    "how what an issue is worth bends as it is conceded",
    "what a layer does against each kind of weapons",
    "which claims give the size of a number, and which only bear on it",
)
"""What format 2 adds to format 1, in the words of a list."""


class Renewed(NamedTuple):
    """The tables of a pack in today's format, and what its author should know if they were not."""

    tree: Tree
    notes: tuple[str, ...]


def stated_format(tree: Tree) -> int | None:
    """Return the format that a pack gives, or nothing if that is no whole number."""
    stated = tree.get("format")
    return stated if isinstance(stated, int) and not isinstance(stated, bool) else None


def renew(tree: Tree) -> Renewed:
    """Return the tables of a pack in today's format, without what that has dropped since.

    A pack of today's format, or of none that there is, stays as it is.
    """
    stated = stated_format(tree)
    if stated is None or not OLDEST <= stated < FORMAT:
        return Renewed(tree, ())
    given = [path for field in DROPPED for path in _matching(tree, tuple(field.split(".")))]
    notes = (_on_format(stated), *(f"{dotted(path)} is dropped: {_why(path)}" for path in given))
    for path in given:
        tree = _without(tree, path)
    return Renewed({**tree, "format": FORMAT}, notes)


def on_dropped(path: KeyPath) -> str:
    """Return what to tell whoever names a field that was dropped; nothing if it was not."""
    why = _why(path)
    return f"format {FORMAT} has no such field: {why}" if why else ""


def _why(path: KeyPath) -> str:
    reasons = (why for field, why in DROPPED.items() if _is_like(path, tuple(field.split("."))))
    return next(reasons, "")


def _on_format(stated: int) -> str:
    added = f": {', '.join(ADDED)}" if ADDED else ""
    return (
        f"the pack is in format {stated} and is read as format {FORMAT}, with defaults for what "
        f"that adds{added}"
    )


def _is_like(path: KeyPath, field: tuple[str, ...]) -> bool:
    return len(path) == len(field) and all(
        pattern in {"*", key} for key, pattern in zip(path, field, strict=True)
    )


def _matching(table: object, field: tuple[str, ...], above: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the paths below a table at which a text gives a field."""
    if not field:
        yield above
    elif isinstance(table, dict):
        for key in table if field[0] == "*" else table.keys() & {field[0]}:
            yield from _matching(table[key], field[1:], (*above, key))


def _without(tree: Tree, path: KeyPath) -> Tree:
    """Return tables without what stands at a path."""
    key, below = str(path[0]), path[1:]
    if below:
        return {**tree, key: _without(tree[key], below)}
    return {name: value for name, value in tree.items() if name != key}

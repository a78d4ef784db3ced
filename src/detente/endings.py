"""The endings of a future: name, meaning, kind and colour.

Every list of endings reads this table: tables, figures, sentences, outcomes, codes of files, and
the kernel. A new ending takes a row here and a rule of the kernel. Numbers are stored in files and
never change: a new ending takes the next one.
"""

from enum import IntEnum
from typing import Self

SHORT = {
    "deal": "deal",
    "yields": "a side backs down",
    "fades": "peters out",
    "standstill": "standstill",
    "open": "talks go on",
    "failed": "talks failed",
    "strike": "limited strike",
    "war": "war",
}
"""Kinds of endings with short names; those before `strike` are without use of force."""
WITHOUT_FORCE = ("deal", "yields", "fades", "standstill", "open", "failed")
SETS = {
    "deal": ("any deal", ("deal",)),
    "settled": ("any settlement", ("deal", "yields", "fades")),
    "force": ("use of force", ("strike", "war")),
    "any_war": ("war", ("war",)),
}
"""Sets of endings that can be asked about: title and kinds."""
EVER = {
    "deal_ever": "a deal made at any time",
    "talks_ever_failed": "talks failed at any time",
    "agreement": "an agreement that stands at the end",
}
"""Outcomes that can occur in a future whatever its ending.

An agreement is a deal or a standstill, also after force, as past crises are counted.
"""
PARTIES = {"challenger": "the challenger", "defender": "the defender"}
"""Names of the two sides where a crisis gives none."""


class Ending(IntEnum):
    """The endings of a future, exclusive and exhaustive (MODEL 3), one a row.

    A row has its number in files, its kind (a key of `SHORT`), its title with the parties' names to
    be filled in, its meaning, which goes on from the title and a colon, and its colour: the darker
    the more violent, in five hues, read without colour too. Those by force have one place for each
    `Violence`, in its order.
    """

    kind: str
    title: str
    means: str
    colour: str

    def __new__(
        cls, number: int, kind: str = "", title: str = "", means: str = "", colour: str = ""
    ) -> Self:
        """Return the member that equals its number; `Ending(8)` finds it by the number alone."""
        ending = int.__new__(cls, number)
        ending._value_ = number
        ending.kind, ending.title, ending.means, ending.colour = kind, title, means, colour
        return ending

    COMPREHENSIVE_DEAL = (
        0,
        "deal",
        "comprehensive deal",
        "a deal beyond the narrow agenda; where nothing lies beyond it, one that moves every issue",
        "#5f96cc",
    )
    NARROW_DEAL = (
        1,
        "deal",
        "narrow deal",
        "a deal that is not comprehensive",
        "#3476b3",
    )
    DEFENDER_YIELDS = (
        2,
        "yields",
        "{defender} backs down",
        "it gives way without a deal, of its own accord, to an ultimatum or a taking, or in defeat",
        "#1a7d7d",
    )
    CHALLENGER_DROPS = (
        3,
        "yields",
        "{challenger} withdraws its demand",
        "it gives up without a deal, before force or after it",
        "#287676",
    )
    FADES = (
        4,
        "fades",
        "the dispute peters out",
        "it ends without a deal, and neither side backs down",
        "#1f7272",
    )
    CONTAINMENT = (
        5,
        "open",
        "uneasy containment",
        "talks go on at the horizon",
        "#5f656f",
    )
    TALKS_FAILED = (
        6,
        "failed",
        "talks failed",
        "talks have failed and have not begun again by the horizon",
        "#644a8c",
    )
    LIMITED_STRIKE = (
        7,
        "strike",
        "limited strike",
        "one strike or several, each of seven days at most, with small losses and no full answer "
        "by the side that is struck",
        "#8a4310",
    )
    WAR = (
        8,
        "war",
        "war of two or three parties",
        "force beyond a limited strike",
        "#662706",
    )
    REGIONAL_WAR = (
        9,
        "war",
        "regional war",
        "a war of four parties or more, armed groups among them",
        "#3a1808",
    )
    STANDSTILL = (
        10,
        "standstill",
        "standstill",
        "both sides still refrain from force at the horizon, and nothing else is agreed",
        "#2b6d80",
    )


ENDINGS = {
    ending.name.lower(): ending for kind in SHORT for ending in Ending if ending.kind == kind
}
"""All endings by their keys, in reading order."""
SETTLEMENTS = tuple(ending for ending in Ending if ending.kind in WITHOUT_FORCE)
"""How a dispute can stand at the end: the endings without use of force, which a settlement after
force has too."""
OUTCOMES = (*SETS, *EVER, *ENDINGS)
"""All outcomes that can be asked about, in reading order."""


def keys_of(*kinds: str) -> tuple[str, ...]:
    """Return the endings of some kinds."""
    return tuple(key for key, ending in ENDINGS.items() if ending.kind in kinds)


def numbers_of(*kinds: str) -> tuple[int, ...]:
    """Return the numbers of some endings; their settlements have the same."""
    return tuple(int(ENDINGS[key]) for key in keys_of(*kinds))


def titled(key: str, parties: dict[str, str] = PARTIES) -> str:
    """Return the title of an ending, with the names of the parties."""
    return ENDINGS[key].title.format(**parties)

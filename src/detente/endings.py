"""The endings of a future: name, meaning, kind and colour.

Every list of endings reads this table, in its order. A new ending takes a row here, a member of the
kernel's `Ending` with the same name and number, a member of `Settlement` unless it is use of force,
and a rule of the kernel. Numbers are stored in files and never change: a new ending takes the next
one.
"""

from typing import Annotated, NamedTuple

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


class DescribedEnding(NamedTuple):
    """One ending, with its number in files."""

    number: int
    kind: Annotated[str, "of SHORT"]
    title: Annotated[str, "with the parties' names to be filled in"]
    means: Annotated[str, "goes on from the title and a colon"]
    colour: Annotated[str, "the darker the more violent: five hues, read without colour too"]


ENDINGS = {
    "comprehensive_deal": DescribedEnding(
        0,
        "deal",
        "comprehensive deal",
        "a deal beyond the narrow agenda; where nothing lies beyond it, one that moves every issue",
        "#5f96cc",
    ),
    "narrow_deal": DescribedEnding(
        1, "deal", "narrow deal", "a deal that is not comprehensive", "#3476b3"
    ),
    "defender_yields": DescribedEnding(
        2,
        "yields",
        "{defender} backs down",
        "it concedes the demand without a deal, by itself or to an ultimatum",
        "#1a7d7d",
    ),
    "challenger_drops": DescribedEnding(
        3,
        "yields",
        "{challenger} withdraws its demand",
        "it gives up without a deal, before force or after it",
        "#287676",
    ),
    "fades": DescribedEnding(
        4,
        "fades",
        "the dispute peters out",
        "it ends without a deal, and neither side backs down",
        "#1f7272",
    ),
    "standstill": DescribedEnding(
        10,
        "standstill",
        "standstill",
        "both sides still refrain from force at the horizon, and nothing else is agreed",
        "#2b6d80",
    ),
    "containment": DescribedEnding(
        5,
        "open",
        "uneasy containment",
        "talks go on at the horizon",
        "#5f656f",
    ),
    "talks_failed": DescribedEnding(
        6,
        "failed",
        "talks failed",
        "talks have failed and have not begun again by the horizon",
        "#644a8c",
    ),
    "limited_strike": DescribedEnding(
        7,
        "strike",
        "limited strike",
        "one strike or several, each of seven days at most, with small losses and no full answer "
        "by the side that is struck",
        "#8a4310",
    ),
    "war": DescribedEnding(
        8, "war", "war of two or three parties", "force beyond a limited strike", "#662706"
    ),
    "regional_war": DescribedEnding(
        9,
        "war",
        "regional war",
        "a war of four parties or more, armed groups among them",
        "#3a1808",
    ),
}
"""All endings, in reading order."""
OUTCOMES = (*SETS, *EVER, *ENDINGS)
"""All outcomes that can be asked about, in reading order."""


def keys_of(*kinds: str) -> tuple[str, ...]:
    """Return the endings of some kinds."""
    return tuple(key for key, one in ENDINGS.items() if one.kind in kinds)


def numbers_of(*kinds: str) -> tuple[int, ...]:
    """Return the numbers of some endings; their settlements have the same."""
    return tuple(ENDINGS[key].number for key in keys_of(*kinds))


def titled(key: str, parties: dict[str, str] = PARTIES) -> str:
    """Return the title of an ending, with the names of the parties."""
    return ENDINGS[key].title.format(**parties)

"""The endings of a future: what each is called, what it means, of which kind it is, its colour.

Whatever lists endings reads this table, in its order. A new ending is a row here, a member of the
kernel's `Ending` of the same name and number, one of `Settlement` unless it is use of force, and
the rule of the kernel that comes to it. Numbers stand in files and stay: it takes the next one.
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
"""Kinds of endings, and each in short; those before `strike` are without use of force."""
WITHOUT_FORCE = ("deal", "yields", "fades", "standstill", "open", "failed")
SETS = {
    "deal": ("any deal", ("deal",)),
    "settled": ("any settlement", ("deal", "yields", "fades")),
    "force": ("use of force", ("strike", "war")),
    "any_war": ("war", ("war",)),
}
"""Sets of endings that are asked about: what each is called, and its kinds."""
EVER = {
    "deal_ever": "a deal made at any time",
    "talks_ever_failed": "talks failed at any time",
    "agreement": "an agreement that stands at the end",
}
"""What can come in a future however it ends.

An agreement is a deal or a standstill, also after force, as past crises are counted."""
PARTIES = {"challenger": "the challenger", "defender": "the defender"}
"""What the two sides are called where a crisis does not name them."""


class DescribedEnding(NamedTuple):
    """One ending, by the number that it has in files."""

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
"""All endings, in the order in which people read them."""
OUTCOMES = (*SETS, *EVER, *ENDINGS)
"""All that can be asked about, in the order in which people read it."""


def keys_of(*kinds: str) -> tuple[str, ...]:
    """Return the endings of some kinds."""
    return tuple(key for key, one in ENDINGS.items() if one.kind in kinds)


def numbers_of(*kinds: str) -> tuple[int, ...]:
    """Return their numbers, which a settlement has as well as an ending."""
    return tuple(ENDINGS[key].number for key in keys_of(*kinds))


def titled(key: str, parties: dict[str, str] = PARTIES) -> str:
    """Return what an ending is called, with the names of the parties."""
    return ENDINGS[key].title.format(**parties)

"""What causes of war are called in front of people."""

from collections.abc import Sequence

NAMES = {
    "third_party": "third parties",
    "misread_incident": "incidents misread",
    "private_information": "private information and optimism",
    "first_strike": "the advantage of striking first",
    "commitment": "the commitment problem",
    "noise": "noise in decisions",
    "none": "none of these",
}
"""What each mechanism is called."""

MEANINGS = {
    "third_party": "an ally that strikes, and all who join a war",
    "misread_incident": "accidents taken for attacks",
    "private_information": "neither side knows the other's resolve; one may be too hopeful",
    "first_strike": "what it is worth to begin rather than be struck",
    "commitment": "the programme grows, deals are broken",
    "noise": "choices are less sure than 8 times as sharp ones would be",
}
"""What each mechanism is, in a few words."""


def listed(keys: Sequence[str], joint: str = "and") -> str:
    """Return mechanisms in words; there is at least one."""
    *before, last = (NAMES[key] for key in keys)
    return f"{', '.join(before)} {joint} {last}" if before else last

"""Text from files, without what steers a terminal or turns the direction of reading."""

import unicodedata

JOINERS = "\u200c\u200d"
"""Invisible characters that some scripts need inside words."""


def clean(text: str) -> str:
    """Return text on one line, without what steers a terminal or turns the reading direction."""
    return "".join(" " if one.isspace() else one for one in text if _is_kept(one))


def _is_kept(character: str) -> bool:
    if character in JOINERS or character.isspace():
        return True
    return unicodedata.category(character)[0] not in "CZ"

"""Text from files without characters that steer a screen or turn the reading direction."""

import unicodedata

JOINERS = "\u200c\u200d"
"""Invisible characters that some scripts need inside words."""


def clean(text: str) -> str:
    """Return text on one line, without control and direction characters."""
    return "".join(" " if one.isspace() else one for one in text if _is_kept(one))


def _is_kept(character: str) -> bool:
    if character in JOINERS or character.isspace():
        return True
    return unicodedata.category(character)[0] not in "CZ"

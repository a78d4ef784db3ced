"""Text from files without characters that steer a screen or turn the reading direction."""

import unicodedata

JOINERS = "\u200c\u200d"
"""Invisible characters that some scripts need inside words."""


def clean(text: str) -> str:
    """Return text without control, direction and line characters."""
    kept = (
        character
        for character in text
        if character in JOINERS
        or unicodedata.category(character)[0] not in "CZ"
        or character == " "
    )
    return "".join(kept)

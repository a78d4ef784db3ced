"""Where in a document a claim is made, without a word of that document."""

import hashlib
import re
from typing import Annotated

from pydantic import Field, StringConstraints

from detente.evidence.written import Part, StandIn

WHITE_SPACE = re.compile(r"\s+")


class Passage(Part):
    """A passage by its place and its digest.

    It runs from character `start` to the one before `end`, counted from 0 in the text with each
    line end as one character. `sha256` is the digest of its UTF-8 with every run of white space
    made one space, so that it outlives another breaking of lines.
    """

    start: Annotated[int, Field(ge=0), StandIn(0)]
    end: Annotated[int, Field(ge=1), StandIn(1)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), StandIn("0" * 64)]


def collapse(text: str) -> str:
    """Return text with every run of white space made one space, and none at its ends."""
    return WHITE_SPACE.sub(" ", text).strip()


def digest_of(text: str) -> str:
    """Return the SHA-256 of a passage, whatever its white space."""
    return hashlib.sha256(collapse(text).encode()).hexdigest()

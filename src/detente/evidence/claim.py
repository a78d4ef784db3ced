"""Parts of written texts, and claims: what a source says and how far it is trusted."""

import hashlib
import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

WHITE_SPACE = re.compile(r"\s+")

ClaimKind = Literal["stated", "reported", "claimed", "analyst", "inferred", "assumed"]


class WrittenPart(BaseModel):
    """A part of a text: frozen, and closed to keys that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class StandIn:
    """Marks a field with the value that replaces a faulty one while the rest is checked."""

    def __init__(self, value: object) -> None:
        self.value = value


def as_tuple(value: Any) -> Any:
    """Return a text as a tuple of one; any other value is returned unchanged."""
    return (value,) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1), StandIn("text")]
Day = Annotated[date, StandIn(date.min)]
ClaimKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$"), StandIn("key")]
Keys = Annotated[
    tuple[ClaimKey, ...],
    BeforeValidator(as_tuple, json_schema_input_type=ClaimKey | tuple[ClaimKey, ...]),
]
"""Keys of a table; a single one needs no brackets."""


class Source(WrittenPart):
    """A document that claims come from; its language is a code such as en."""

    title: Annotated[Text, Field(description="its title")]
    publisher: Annotated[Text, Field(description="who published it")]
    author: Annotated[Text | None, Field(description="who wrote it")] = None
    date: Annotated[Day | None, Field(description="the day on which it came out")] = None
    language: Annotated[Text | None, Field(description="its language, a code such as en")] = None


class Passage(WrittenPart):
    """A passage by its place and its checksum.

    It runs from character `start` to the one before `end`, counted from 0 in the text with each
    line end as one character. `sha256` is the checksum of its UTF-8 with every run of white space
    made one space, so that it outlives another breaking of lines.
    """

    start: Annotated[int, Field(ge=0), StandIn(0)]
    end: Annotated[int, Field(ge=1), StandIn(1)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), StandIn("0" * 64)]


def collapse(text: str) -> str:
    """Return text with every run of white space collapsed to one space, and none at the ends."""
    return WHITE_SPACE.sub(" ", text).strip()


def digest_of(text: str) -> str:
    """Return the SHA-256 of a passage with its white space collapsed."""
    return hashlib.sha256(collapse(text).encode()).hexdigest()


class Claim(WrittenPart):
    """What a source says, in our own words: who said it, when, and how sure it is.

    The grade is the Admiralty code: a letter for the source (A reliable to F unknown) and a digit
    for what it says (1 confirmed to 6 unknown), which is 1 only if `confirmed_by` names another
    source of it. `at` is the passage of the source that says so. A claim that was read from a
    document with `detente read` has who accepted it, and when.
    """

    says: Annotated[Text, Field(description="what is said, in your own words")]
    source: Annotated[ClaimKey, Field(description="the key of the document that says it")]
    confirmed_by: Annotated[Keys, Field(description="keys of other documents that say it too")] = ()
    at: Annotated[Passage | None, Field(description="the passage that says it")] = None
    date: Annotated[Day, Field(description="the day on which it was said, or became known")]
    by: Annotated[Text, Field(description="who says it")]
    kind: Annotated[ClaimKind, Field(description="what kind of claim it is"), StandIn("assumed")]
    grade: Annotated[
        str,
        StringConstraints(pattern=r"^[A-F][1-6]$"),
        Field(description="its grade, a letter A to F and a digit 1 to 6, such as C3"),
        StandIn("F6"),
    ]
    accepted_by: Annotated[Text | None, Field(description="who accepted it")] = None
    accepted_on: Annotated[Day | None, Field(description="the day on which it was accepted")] = None

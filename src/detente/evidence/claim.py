"""What a source says, in our own words, and how far it is to be trusted."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from detente.evidence.passage import Passage
from detente.evidence.written import ClaimKey, Day, Part, StandIn, Text

ClaimKind = Literal["stated", "reported", "claimed", "analyst", "inferred", "assumed"]


class Claim(Part):
    """What a source says, in our own words: who said it, when, and how sure it is.

    The grade is the Admiralty code: a letter for the source (A reliable to F unknown) and a digit
    for what it says (1 confirmed to 6 unknown). `at` is the passage of the source that says so.
    """

    says: Text
    source: ClaimKey
    at: Passage | None = None
    date: Day
    by: Text
    kind: Annotated[ClaimKind, StandIn("assumed")]
    grade: Annotated[str, StringConstraints(pattern=r"^[A-F][1-6]$"), StandIn("F6")]

"""The kind of crisis of a pack, in the terms of past crises: its start and both sides.

Side A in a table of past crises, the first crisis actor, is the defender.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticKnownError

from detente.evidence.claim import StandIn, WrittenPart

Start = Literal["non_violent", "violent"]
MOST_DOUBLINGS = 3.0
"""Cap on the relation of strength, in doublings: eight times as strong or more."""
MOST_BEFORE = 4
"""Cap on the number of earlier crises."""


def _known(title: str, meaning: str, **limits: Any) -> Any:
    """Return the field of an attribute; one that is left out has no effect."""
    return Field(default=None, title=title, description=meaning, **limits)


class PastKind(WrittenPart):
    """The kind of past crises that a pack stands for: how they began, and what else is known."""

    start: Annotated[
        Start, Field(description="how it began: with a violent act or not"), StandIn("violent")
    ]
    border: bool | None = _known("common border", "the two have a common border")
    allied: bool | None = _known(
        "defence pact between the two", "the two have a defence pact with each other"
    )
    challenger_great_power: bool | None = _known(
        "great power as challenger", "the challenger is a great power"
    )
    defender_great_power: bool | None = _known(
        "great power as defender", "the defender is a great power"
    )
    challenger_nuclear: bool | None = _known(
        "nuclear weapons of the challenger", "the challenger has nuclear weapons"
    )
    defender_nuclear: bool | None = _known(
        "nuclear weapons of the defender", "the defender has nuclear weapons"
    )
    challenger_pact: bool | None = _known(
        "great power allied with the challenger",
        "a great power other than its opponent has a defence pact with the challenger",
    )
    defender_pact: bool | None = _known(
        "great power allied with the defender",
        "a great power other than its opponent has a defence pact with the defender",
    )
    strength: float | None = _known(
        "doublings of the defender's capabilities to the challenger's",
        "strength of the challenger relative to the defender, in doublings: 1 if twice as "
        "strong, -1 if half as strong",
        ge=-MOST_DOUBLINGS,
        le=MOST_DOUBLINGS,
    )
    crises_before: int | None = _known(
        "crises of the two in the twenty years before",
        "crises of the two in the twenty years before; 4 stands for more",
        ge=0,
        le=MOST_BEFORE,
    )
    serious_before: bool | None = _known(
        "serious clashes in an earlier crisis of the two",
        "an earlier crisis of the two came to serious clashes or war",
    )
    recent: bool | None = _known(
        "crisis of the two in the five years before",
        "the two had another crisis in the five years before",
    )

    @property
    def attributes(self) -> dict[str, float]:
        """Return the given attributes, with yes as 1."""
        return {
            name: float(value) for name in ATTRIBUTES if (value := getattr(self, name)) is not None
        }


ATTRIBUTES: Mapping[str, FieldInfo] = MappingProxyType(
    {name: field for name, field in PastKind.model_fields.items() if name != "start"}
)
"""Attributes of a kind besides the start, in the order of the fit."""


def allowed_of(name: str) -> str:
    """Return the allowed values of an attribute, in words."""
    limits = {
        "strength": f"a number, {-MOST_DOUBLINGS:g} to {MOST_DOUBLINGS:g}",
        "crises_before": f"a whole number, 0 to {MOST_BEFORE}",
    }
    return limits.get(name, "true or false")


def _as_table(value: Any) -> Any:
    """Return a start given alone as a table."""
    if value in get_args(Start):
        return {"start": value}
    if not isinstance(value, Mapping):
        words = (*get_args(Start), "a table with start and attributes")
        expected = ", ".join(f"'{word}'" for word in words)
        raise PydanticKnownError("literal_error", {"expected": expected})
    return value


WrittenKind = Annotated[
    PastKind, BeforeValidator(_as_table, json_schema_input_type=Start | PastKind)
]
"""A table, or the start alone."""

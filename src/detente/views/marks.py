"""Handling marks: who may be given a report (Traffic Light Protocol 2.0 of FIRST)."""

from typing import Literal, NamedTuple, TypeAlias, get_args

from detente.errors import DetenteError

Tlp: TypeAlias = Literal["clear", "green", "amber", "amber+strict", "red"]
TLPS: tuple[Tlp, ...] = get_args(Tlp)


class Mark(NamedTuple):
    """A handling mark: its label, whom a holder may give it to, its colour on black."""

    label: str
    says: str
    colour: str


MARKS: dict[str, Mark] = {
    "clear": Mark("TLP:CLEAR", "may be given to everybody", "#FFFFFF"),
    "green": Mark("TLP:GREEN", "may be given to the community, not published", "#33FF00"),
    "amber": Mark(
        "TLP:AMBER",
        "may be given within the organisation and to its clients, who need to know",
        "#FFC000",
    ),
    "amber+strict": Mark(
        "TLP:AMBER+STRICT",
        "may be given within the organisation, to those who need to know",
        "#FFC000",
    ),
    "red": Mark("TLP:RED", "for the eyes and ears of those who were given it", "#FF2B2B"),
}
"""The marks with the colours that their definition asks for."""


def mark_of(tlp: str) -> Mark:
    """Return a handling mark.

    Raises
    ------
    DetenteError
        If there is none of that name.
    """
    if tlp not in MARKS:
        raise DetenteError(f"there is no mark {tlp!r}", where="tlp", hint=f"use {', '.join(TLPS)}")
    return MARKS[tlp]

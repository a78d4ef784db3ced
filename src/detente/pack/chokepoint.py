"""A narrow passage for trade that a war may close."""

from typing import Annotated

from detente.evidence.written import Part
from detente.pack.number import Measure, Number


class Chokepoint(Part):
    """A passage that the defender's side may close once it answers in full, until the war ends."""

    closing_rate: Annotated[
        Number | None,
        Measure("rate", "1/day", "rate at which it is closed in a war answered in full"),
    ] = None
    challenger_cost: Annotated[
        Number | None,
        Measure("rate", "units of loss/day", "what a day of it costs the challenger's side"),
    ] = None
    defender_cost: Annotated[
        Number | None,
        Measure("rate", "units of loss/day", "what a day of it costs the defender"),
    ] = None
    world_cost: Annotated[
        Number | None,
        Measure("positive", "billion dollars/day", "what a day of it costs all others, as told"),
    ] = None

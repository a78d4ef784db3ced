"""A narrow passage for trade that a war may close."""

from detente.evidence.written import Part
from detente.pack.number import Measured, measured


class Chokepoint(Part):
    """A passage that the defender's side may close once it answers in full, until the war ends."""

    closing_rate: Measured = measured(
        "rate", "rate at which it is closed in a war answered in full", unit="1/day"
    )
    challenger_cost: Measured = measured(
        "rate", "what a day of it costs the challenger's side", unit="units of loss/day"
    )
    defender_cost: Measured = measured(
        "rate", "what a day of it costs the defender", unit="units of loss/day"
    )
    world_cost: Measured = measured(
        "positive", "what a day of it costs all others, as told", unit="billion dollars/day"
    )

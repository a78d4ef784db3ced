"""The layers of a defence and what their numbers rest on: which of them are unproven."""

from typing import Annotated, NamedTuple

from detente.ensemble.foundation import GENERAL
from detente.pack import Crisis, Quantity

COMMON = ("tracking_probability", "poor_tracking")
"""Numbers of a whole defence for which there are no open values (MODEL 6.6)."""

WIDE = 0.3
"""A kill chance known no better than to so much is not proven, whatever it rests on."""


class System(NamedTuple):
    """One layer of a defence, and how far it is proven."""

    key: str
    system: str
    there: Annotated[float, "chance that it is there and works [0-1]"]
    kill_low: Annotated[float, "chance that one shot kills, lower end of what is known [0-1]"]
    kill_high: Annotated[float, "chance that one shot kills, upper end of what is known [0-1]"]
    because: Annotated[tuple[str, ...], "claims that this chance rests on"]
    assumed: Annotated[str | None, "the reason in words, if the chance is assumed"]
    has_price: Annotated[bool, "whether the price of a round rests on a claim"]

    @property
    def is_unproven(self) -> bool:
        """Say whether its kill chance rests on no claim, or is known no better than widely."""
        return not self.because or self.kill_high - self.kill_low > WIDE

    @property
    def is_reported(self) -> bool:
        """Say whether it is not known that it is there and works."""
        return self.there < 1.0


def systems(crisis: Crisis, owner: str) -> tuple[System, ...]:
    """Return the layers of a defence, the outer first."""
    layers = crisis.model.defences[owner].layers
    return tuple(
        _system(crisis, f"defences.{owner}.layers.{key}", key, layer.system)
        for key, layer in layers.items()
    )


def without_claim(crisis: Crisis, owner: str) -> tuple[str, ...]:
    """Return which numbers of a whole defence that have no open values rest on no claim either."""
    return tuple(
        path
        for path in (f"defences.{owner}.{name}" for name in COMMON)
        if not claims_of(crisis.numbers[path])
    )


def weapons_without_claim(crisis: Crisis, owner: str) -> tuple[str, ...]:
    """Return the classes of a side's weapons whose price rests on no claim."""
    return tuple(
        key
        for key in crisis.model.arsenals.get(owner, {})
        if not claims_of(crisis.numbers[f"arsenals.{owner}.{key}.cost"])
    )


def claims_of(number: Quantity) -> tuple[str, ...]:
    """Return the claims that a number rests on; the catalogue and defaults are none."""
    return tuple(claim for claim in number.because if claim not in GENERAL)


def _system(crisis: Crisis, path: str, key: str, system: str) -> System:
    kill = crisis.numbers[f"{path}.kill_probability"]
    return System(
        key,
        system,
        _chance(crisis.numbers[f"{path}.present"]) * _chance(crisis.numbers[f"{path}.operational"]),
        kill.low,
        kill.high,
        claims_of(kill),
        kill.assumed,
        bool(claims_of(crisis.numbers[f"{path}.cost"])),
    )


def _chance(number: Quantity) -> float:
    """Return the chance that a switch is on."""
    return number.low if number.probability is None else number.probability

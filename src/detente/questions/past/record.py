"""How the model fared on past crises, as every report says; the back-test of `lab` finds it out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, NamedTuple

from detente.pack.toml import read_shipped
from detente.questions.past.definitions import RATES

SHIPPED_RECORD = "backtest/record.toml"
TARGETS: Mapping[str, str] = MappingProxyType({key: RATES[key].title for key in ("serious", "war")})
"""What is forecast of a crisis, and what it is called."""
RIVALS = {"serious": "trigger", "war": "base"}
"""What forecasts of each target have to beat before they are worth anything."""


class ModelRecord(NamedTuple):
    """What every report says of how the model fared on past crises."""

    first: int
    last: int
    before: Annotated[int, "year up to which rows were fitted to"]
    crises: int
    brier: Annotated[Mapping[str, Mapping[str, float]], "target -> name -> Brier score"]
    more: Annotated[
        Mapping[str, Mapping[str, float]],
        "target -> value, low, high of the model's score less that of its rival",
    ]


def record_shipped() -> ModelRecord:
    """Return how the mapping that ships fared."""
    record = read_shipped(SHIPPED_RECORD)
    return ModelRecord(*(record[name] for name in ModelRecord._fields))

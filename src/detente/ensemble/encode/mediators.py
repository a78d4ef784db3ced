"""Who mediates, what each knows, and what its presence changes, from the pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, prod

from detente.kernel.mediators import Mediators
from detente.pack.crisis import Crisis

FIGURES = ("accuracy", "bias", "report_rate")

Values = Mapping[str, float]


@dataclass(frozen=True)
class Help:
    """What the mediators with access change in the talks (MODEL 5.5).

    Facilitation makes talks more discreet and alarms fewer, and moves no belief; formulation makes
    texts ready sooner and puts packages on the table; manipulation adds to a deal and to its keep.
    """

    discretion: float
    """Factor on publicity and on false alarms [0-1]."""
    text_rate: float
    """Added to the rate at which a text becomes ready [1/day]."""
    formulation: float
    """Factor on the rates of offers, 1 or more."""
    leverage: float
    """Added to the worth of a deal to the defender [basket]."""
    breaking: float
    """Factor on the hazard that a deal is broken [0-1]."""


def with_access(crisis: Crisis) -> tuple[str, ...]:
    """Return the mediators that the venue lets speak to both sides."""
    access = crisis.model.venue.access
    keys = crisis.all_of_role("mediator")
    return tuple(keys) if access is None else tuple(key for key in keys if key in access)


def read_help(crisis: Crisis, values: Values) -> Help:
    """Return what the mediators with access change."""
    paths = [f"actors.{key}" for key in with_access(crisis)]
    return Help(
        discretion=prod(1.0 - values[f"{path}.facilitation"] for path in paths),
        text_rate=fsum(values[f"{path}.text_rate"] for path in paths),
        formulation=1.0 + fsum(values[f"{path}.formulation"] for path in paths),
        leverage=fsum(values[f"{path}.leverage"] for path in paths),
        breaking=prod(1.0 - values[f"{path}.guarantee"] for path in paths),
    )


def encode_mediators(crisis: Crisis, values: Values, mediators: Mediators) -> None:
    """Fill the record of the mediators."""
    keys = crisis.all_of_role("mediator")
    access = with_access(crisis)
    mediators.count = len(keys)
    mediators.correlation = values["talks.signal_correlation"]
    for place, key in enumerate(keys):
        mediators.has_access[place] = int(key in access)
        for figure in FIGURES:
            getattr(mediators, figure)[place] = values[f"actors.{key}.{figure}"]

"""First-order and total effects from the worlds that a run has, without playing anything.

The share of the outcome is taken as a sum of functions of single coordinates and of products of two
of them (polynomial chaos: Sudret 2008), each part of the variance measured without bias by products
of different worlds. More worlds and fewer coordinates allow for finer functions; what three
coordinates do only together is not seen, nor a bend finer than the functions, nor in products,
while worlds are few, anything but a tilt.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.drivers.inputs import Inputs
from detente.analysis.drivers.quadratic import (
    Effect,
    Part,
    Worlds,
    fit,
    part_of,
    products,
    together,
)

LEAST_ALONE = 2
"""Degree of the functions of one number, at least: a tilt and a bend."""
FINEST = 7
"""Degree of any function, at most."""
MOST_FITTED = 0.25
"""Functions that are fitted at once, for each world; more would fit the noise."""


class Functions(NamedTuple):
    """The functions of each coordinate, shape (worlds, functions)."""

    alone: Mapping[str, np.ndarray]
    paired: Annotated[Mapping[str, np.ndarray], "those used in products of two"]
    everything: Annotated[np.ndarray, "those of all coordinates used in products, side by side"]

    def joint(self, names: Sequence[str]) -> np.ndarray:
        """Return the functions of some coordinates used in products, side by side."""
        columns = [self.paired[name] for name in names]
        return np.concatenate([np.empty((len(self.everything), 0)), *columns], axis=1)


def degree_in_pairs(worlds: int, coordinates: int) -> int:
    """Return the degree of functions in products: the products of one number stay below worlds."""
    return max(1, min(FINEST, int((worlds / max(1, coordinates)) ** 0.5)))


def effects(
    inputs: Inputs, uniforms: Mapping[str, np.ndarray], worlds: Worlds
) -> dict[str, Effect]:
    """Return the effect of each number that stands alone and of each group, by name."""
    functions = functions_at(inputs, uniforms)
    wanted = {path: (path,) for path in inputs.singles} | inputs.groups
    return {name: effect_of(members, functions, worlds) for name, members in wanted.items()}


def functions_at(inputs: Inputs, uniforms: Mapping[str, np.ndarray]) -> Functions:
    """Return the functions of all coordinates in the worlds, as fine as the worlds allow."""
    degree = degree_in_pairs(len(next(iter(uniforms.values()))), len(uniforms))
    paired = _all_functions(inputs, uniforms, degree)
    everything = np.concatenate(list(paired.values()), axis=1)
    return Functions(_all_functions(inputs, uniforms, max(degree, LEAST_ALONE)), paired, everything)


def _all_functions(
    inputs: Inputs, uniforms: Mapping[str, np.ndarray], degree: int
) -> dict[str, np.ndarray]:
    return {name: inputs.functions(name, places, degree) for name, places in uniforms.items()}


def effect_of(members: Sequence[str], functions: Functions, worlds: Worlds) -> Effect:
    """Return the effect of coordinates: on their own, and with what they do with others."""
    own = np.concatenate([functions.alone[name] for name in members], axis=1)
    is_few = own.shape[1] <= MOST_FITTED * len(own)
    fitted = fit(worlds, own if is_few else own[:, :0])
    within = products(fitted, own[:, :0] if is_few else own)
    across = np.zeros_like(within)
    inside = functions.joint(members)
    for place, name in enumerate(members):
        one = functions.paired[name]
        within = within + together(fitted, one, functions.joint(members[place + 1 :]))
        across = across + together(fitted, one, functions.everything)
        across = across - together(fitted, one, inside)
    first, total = part_of(fitted, within), part_of(fitted, within + across)
    share = max(total.share, first.share)
    return Effect(first, Part(share, total.low, max(total.high, share)))

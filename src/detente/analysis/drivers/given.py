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
from detente.analysis.drivers.quadratic import Effect, Part, Worlds, part_of, products, together

LEAST_ALONE = 2
"""Degree of the functions of one number, at least: a tilt and a bend."""
FINEST = 7
"""Degree of any function, at most."""


class _Functions(NamedTuple):
    """The functions of each coordinate, and what their products with all others give."""

    alone: Mapping[str, np.ndarray]
    paired: Annotated[Mapping[str, np.ndarray], "those used in products of two"]
    crossed: Annotated[Mapping[str, np.ndarray], "products with all, the coordinate's own too"]

    def joint(self, names: Sequence[str], worlds: int) -> np.ndarray:
        """Return the functions of some coordinates side by side, shape (worlds, functions)."""
        columns = [self.paired[name] for name in names]
        return np.concatenate([np.empty((worlds, 0)), *columns], axis=1)


def degree_in_pairs(worlds: int, coordinates: int) -> int:
    """Return the degree of functions in products: the products of one number stay below worlds."""
    return max(1, min(FINEST, int((worlds / max(1, coordinates)) ** 0.5)))


def effects(
    inputs: Inputs, uniforms: Mapping[str, np.ndarray], worlds: Worlds
) -> dict[str, Effect]:
    """Return the effect of each number that stands alone and of each group, by name."""
    degree = degree_in_pairs(len(worlds.deviations), len(uniforms))
    paired = _all_functions(inputs, uniforms, degree)
    everything = np.concatenate(list(paired.values()), axis=1)
    functions = _Functions(
        _all_functions(inputs, uniforms, max(degree, LEAST_ALONE)),
        paired,
        {name: together(worlds, own, everything) for name, own in paired.items()},
    )
    wanted = {path: (path,) for path in inputs.singles} | inputs.groups
    return {name: _effect(members, functions, worlds) for name, members in wanted.items()}


def _all_functions(
    inputs: Inputs, uniforms: Mapping[str, np.ndarray], degree: int
) -> dict[str, np.ndarray]:
    return {name: inputs.functions(name, places, degree) for name, places in uniforms.items()}


def _effect(members: Sequence[str], functions: _Functions, worlds: Worlds) -> Effect:
    """Return the effect of coordinates: on their own, and with what they do with others."""
    count = len(worlds.deviations)
    within = np.sum([products(worlds, functions.alone[name]) for name in members], axis=0)
    across = np.zeros_like(within)
    inside = functions.joint(members, count)
    for place, name in enumerate(members):
        own = functions.paired[name]
        within = within + together(worlds, own, functions.joint(members[place + 1 :], count))
        across = across + functions.crossed[name] - together(worlds, own, inside)
    first, total = part_of(worlds, within), part_of(worlds, within + across)
    share, high = max(total.share, first.share), max(total.high, first.high)
    return Effect(first, Part(share, total.low, high))

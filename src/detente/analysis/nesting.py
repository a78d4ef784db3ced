"""Figures that are kept by names of several parts, as JSON has them."""

from collections.abc import Mapping
from typing import Any, NamedTuple


def nested(figures: Mapping[tuple[str, ...], NamedTuple]) -> dict[str, Any]:
    """Return figures by the parts of their names, one within the other, as JSON has them."""
    whole: dict[str, Any] = {}
    for key, figure in figures.items():
        part = whole
        for name in key[:-1]:
            part = part.setdefault(name, {})
        part[key[-1]] = figure._asdict()
    return whole

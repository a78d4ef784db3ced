"""Where maps write the names of countries, seas and cities, and coarse outlines of the land.

Names and places are general geography, to half a degree; no place of any force or site is known
here. Outlines are Natural Earth's, in the public domain, made coarse by
`verification/make_outlines.py`. Boundaries are not authoritative.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import Annotated, Any, NamedTuple, TypeAlias

import tomli

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = list[Point]
PACKAGE = "detente.views.figures"
RINGS = ("land", "inland")
"""Outlines that are closed: land, and waters within it."""


class Place(NamedTuple):
    """A place that has a name on a map."""

    name: str
    longitude: Annotated[float, "of its name [degrees]"]
    latitude: Annotated[float, "of its name [degrees]"]


class Box(NamedTuple):
    """A part of the world [degrees]."""

    left: float
    low: float
    right: float
    high: float

    def holds(self, place: Place) -> bool:
        """Say whether a place lies within."""
        return (
            self.left <= place.longitude <= self.right and self.low <= place.latitude <= self.high
        )


def place_of(name: str) -> Place | None:
    """Return the place of a name, or nothing if the gazetteer does not know it."""
    return places().get(name.casefold())


def place_in(text: str) -> Place | None:
    """Return the place with the longest name among those that a text holds, or nothing."""
    known = places()
    found = {match.group(1) for match in _pattern().finditer(text.casefold())}
    return known[max(sorted(found), key=len)] if found else None


def outlines(kind: str, box: Box) -> list[Line]:
    """Return the outlines of land, or of waters within it (one of RINGS), each a closed ring."""
    clipped = (_clipped(_line(ring), box) for ring in _outlines()[kind])
    return [[*ring, ring[0]] for ring in clipped if len(ring) > 2]  # noqa: PLR2004  a triangle


def borders(box: Box) -> list[Line]:
    """Return the land borders within a box, cut where they leave it."""
    return [part for line in _outlines()["borders"] for part in _inside(_line(line), box)]


@cache
def _outlines() -> Any:
    return json.loads(resources.files(PACKAGE).joinpath("outlines.json").read_text("utf-8"))


@cache
def places() -> dict[str, Place]:
    """Return all places that are known, by name without capitals."""
    written = tomli.loads(resources.files(PACKAGE).joinpath("places.toml").read_text("utf-8"))
    known = {name.casefold(): Place(name, *at) for name, at in _outlines()["countries"].items()}
    for kind in ("countries", "cities", "seas"):
        for name, at in written[kind].items():
            known[name.casefold()] = Place(name, *at)
    for name, other in written["other_names"].items():
        known[name.casefold()] = known[other.casefold()]
    return known


@cache
def _pattern() -> re.Pattern[str]:
    """Return what finds known names as whole words, the longest that begins at each place."""
    names = sorted(places(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?=({'|'.join(map(re.escape, names))})(?!\w))")


def _line(steps: list[int]) -> Line:
    parts = _outlines()["parts"]
    along, up = accumulate(steps[0::2]), accumulate(steps[1::2])
    return [(x / parts, y / parts) for x, y in zip(along, up, strict=True)]


def _clipped(ring: Line, box: Box) -> Line:
    """Return the part of a ring within a box (Sutherland & Hodgman 1974)."""
    for axis, limit, sign in (
        (0, box.left, 1.0),
        (0, box.right, -1.0),
        (1, box.low, 1.0),
        (1, box.high, -1.0),
    ):
        ring = list(_cut(ring, axis, limit, sign))
    return ring


def _cut(ring: Line, axis: int, limit: float, sign: float) -> Iterator[Point]:
    """Yield what of a ring lies on one side of a line."""
    for before, point in zip(ring[-1:] + ring[:-1], ring, strict=True):
        was_in, is_in = (sign * (one[axis] - limit) >= 0.0 for one in (before, point))
        if was_in != is_in:
            part = (limit - before[axis]) / (point[axis] - before[axis])
            x, y = (b + part * (p - b) for b, p in zip(before, point, strict=True))
            yield x, y
        if is_in:
            yield point


def _inside(line: Line, box: Box) -> Iterator[Line]:
    """Yield the pieces of a line whose points lie within a box."""
    piece: Line = []
    for start, end in pairwise(line):
        if box.holds(Place("", *start)) and box.holds(Place("", *end)):
            piece = [*(piece or [start]), end]
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece

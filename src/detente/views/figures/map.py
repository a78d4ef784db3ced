"""A map of the crisis: parties, places of talks, and reported areas of forces.

Names and places are general geography, to half a degree; positions of forces or sites are not known
here. Outlines are from Natural Earth (public domain), simplified by
`verification/pages/make_outlines.py`. Boundaries are not authoritative.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from math import cos, hypot, radians
from typing import Annotated, Any, NamedTuple

import altair as alt
import numpy as np
import tomli

from detente.pack import Crisis
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers
from detente.views.figures.marks import Drawn, marks

PACKAGE = "detente.views.figures"
NEAR = 36.0
"""Places farther from the forces than this are listed but not drawn [degrees]."""
MARGIN = 5.0
LEAST_SPAN = 24.0
"""Margin around places, and least width and height of a map [degrees]."""
WIDTH, TALLEST = style.WIDTH - 8, 420
LETTERS = 7.4, 6.2
"""Mean width of a letter of a name and of the text below it [pixels]."""
LINE_HEIGHT = 15
"""Height of a line of a label [pixels]."""
KINDS = {
    "force": ("triangle-up", style.INK),
    "talks": ("square", style.MARK),
    "party": ("circle", style.QUIET),
}
"""Shape and colour of the mark of a place, by its first kind in this order."""


class Location(NamedTuple):
    """A place with a name on the map."""

    name: str
    longitude: Annotated[float, "of its name [degrees]"]
    latitude: Annotated[float, "of its name [degrees]"]


class Item(NamedTuple):
    """Something that the pack mentions at a place."""

    kind: Annotated[str, "one of KINDS"]
    place: Location | None
    written: Annotated[str, "the place as the pack names it"]
    what: str
    first: Annotated[str, "first day"] = ""
    last: Annotated[str, "first day without it"] = ""


class Frame(NamedTuple):
    """The part of the world that is drawn [degrees]; the scale is exact in its middle."""

    left: float
    low: float
    right: float
    high: float
    scale: Annotated[float, "pixels for each degree of latitude"]

    def holds(self, place: Location) -> bool:
        """Return whether a place is inside."""
        return (
            self.left <= place.longitude <= self.right and self.low <= place.latitude <= self.high
        )

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return points (longitude, latitude; shape (..., 2)) in pixels from the upper left."""
        narrower = cos(radians((self.low + self.high) / 2.0))
        steps = points * (1.0, -1.0) - (self.left, -self.high)
        return np.round(steps * self.scale * (narrower, 1.0), 1)


class Rectangle(NamedTuple):
    """A part of the picture [pixels]."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Rectangle") -> bool:
        """Return whether two parts overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def posture_map(crisis: Crisis) -> Figure | None:
    """Draw places that the pack names: parties, places of talks, seas and countries with forces.

    Marks are at the names of seas and countries, never at the position of a force; a base is shown
    at its country. None if the gazetteer knows none of the places.
    """
    items = list(_items(crisis))
    if not any(item.place for item in items):
        return None
    frame = _frame([(item.kind, item.place) for item in items if item.place])
    drawn = {item for item in items if item.place is not None and frame.holds(item.place)}
    left_out = dict.fromkeys(item.written for item in items if item not in drawn)
    forces = sum(item.kind == "force" for item in items)
    return Figure(
        key="posture_map",
        title=f"Where {forces} forces, the parties and the talks are",
        subtitle=f"Places that the pack names; as of {crisis.as_of}",
        description="A map. "
        + " ".join(
            f"{item.written}: {item.what}{f', from {item.first}' if item.first else ''}."
            for item in items
        ),
        notes=(
            "Marks stand at the names of seas and countries, not where a force is. Triangles: "
            "forces; squares: places of talks; dots: who takes part.",
            f"Not drawn: {', '.join(left_out)}." if left_out else "",
            "Boundaries not authoritative. Outlines: Natural Earth.",
        ),
        table=Numbers.of(
            {
                "place": item.written,
                "what": item.what,
                "from": item.first,
                "until": item.last,
                "on the map": "yes" if item in drawn else "no",
            }
            for item in items
        ),
        chart=_drawn(frame, items),
    )


def _items(crisis: Crisis) -> Iterator[Item]:
    """Yield forces, places of talks and parties."""
    known = places()
    for key, force in crisis.model.forces.items():
        host = crisis.model.actors[force.host].name if force.host else ""
        place = known.get(host.casefold()) or place_in(force.area)
        dates = str(force.arrives), str(force.leaves or "")
        yield Item("force", place, force.area, force.called(key), *dates)
    for venue, what in (
        (crisis.model.venue, "talks"),
        (crisis.model.rival_venue, "talks, as one side wanted"),
    ):
        if venue is not None:
            yield Item("talks", known.get(venue.place.casefold()), venue.place, what)
    for actor in crisis.model.actors.values():
        place = known.get(actor.name.casefold())
        yield Item("party", place, actor.name, ", ".join(actor.roles))


def _frame(placed: Sequence[tuple[str, Location]]) -> Frame:
    """Return a frame of the full width that includes the forces and all places near them."""
    core = [place for kind, place in placed if kind == "force"] or [placed[0][1]]
    x = sum(place.longitude for place in core) / len(core)
    y = sum(place.latitude for place in core) / len(core)
    near = [
        place
        for _, place in placed
        if place in core or hypot(place.longitude - x, place.latitude - y) < NEAR
    ]
    left, right = _widened([place.longitude for place in near])
    low, high = _widened([place.latitude for place in near])
    low, high = max(low, -85.0), min(high, 85.0)
    narrower = cos(radians((low + high) / 2.0))
    scale = WIDTH / ((right - left) * narrower)
    if (high - low) * scale > TALLEST:  # wider, so that the map keeps its height
        scale = TALLEST / (high - low)
        more = (WIDTH / (scale * narrower) - (right - left)) / 2.0
        left, right = left - more, right + more
    return Frame(left, low, right, high, scale)


def _widened(ends: Sequence[float]) -> tuple[float, float]:
    low, high = min(ends) - MARGIN, max(ends) + MARGIN
    more = max(0.0, LEAST_SPAN - (high - low)) / 2.0
    return low - more, high + more


def _drawn(frame: Frame, items: Sequence[Item]) -> Drawn:
    """Draw sea, land, lakes and borders, and a mark with a label at each place."""
    by_place: dict[Location, list[Item]] = {}
    for item in items:
        if item.place and frame.holds(item.place):
            by_place.setdefault(item.place, []).append(item)
    points = []
    texts: dict[tuple[float, float], list[str]] = {}
    for place, several in by_place.items():
        x, y = frame.at(np.array(place[1:])).tolist()
        shape, colour = KINDS[min((item.kind for item in several), key=list(KINDS).index)]
        points.append({"x": x, "y": y, "shape": shape, "color": colour})
        texts[x, y] = [place.name, *(item.what for item in several if item.kind != "party")]
    height = round((frame.high - frame.low) * frame.scale)
    taken = [Rectangle(x - 6, y - 6, x + 6, y + 6) for x, y in texts]
    names, rest = [], []
    for (x, y), (name, *more) in sorted(texts.items(), key=lambda item: -len(item[1])):
        wide = max(len(name) * LETTERS[0], *(len(text) * LETTERS[1] for text in more), 0.0)
        tall = LINE_HEIGHT * (1 + len(more))
        spots = []
        for left, top in (
            (x + 9, y - 8),
            (x - 9 - wide, y - 8),
            (x - wide / 2, y - 9 - tall),
            (x - wide / 2, y + 9),
            (x + 6, y + 6),
            (x - wide - 6, y - tall),
            (x + 6, y - tall),
            (x - wide - 6, y + 6),
        ):
            within_x = min(max(left, 2.0), WIDTH - wide - 2.0)
            within_y = min(max(top, 2.0), height - tall - 2.0)
            spots.append(Rectangle(within_x, within_y, within_x + wide, within_y + tall))
        spot = min(spots, key=lambda one: sum(one.meets(other) for other in taken))
        taken.append(spot)
        names.append({"x": spot.left, "y": spot.top, "text": name})
        rest += [
            {"x": spot.left, "y": spot.top + LINE_HEIGHT * at, "text": text}
            for at, text in enumerate(more, 1)
        ]
    looks: dict[str, Any] = {"align": "left", "baseline": "top"}
    return alt.layer(
        marks("rect", [{}], extent=(WIDTH, height), x=0, x2=WIDTH, y=0, y2=height, color=style.SEA),
        _shapes(frame, "land", height, fill=style.LAND),
        _shapes(frame, "inland", height, fill=style.SEA),
        _shapes(frame, "borders", height, filled=False, stroke=style.BORDER, strokeWidth=1),
        marks("point", points, size=110, filled=True, stroke=style.PAPER, strokeWidth=1),
        marks("text", names, fontWeight="bold", **looks),
        marks("text", rest, **style.NOTE, **looks),
    )


def _shapes(frame: Frame, kind: str, height: int, **looks: Any) -> alt.Chart:
    """Draw the outlines of a kind that may be visible in a frame, clipped to it."""
    form = "LineString" if kind == "borders" else "Polygon"
    whole, shapes = Rectangle(0, 0, WIDTH, height), []
    for steps in outlines()[kind]:
        line = np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / outlines()["parts"]
        points = frame.at(line).tolist()
        if Rectangle(*np.min(points, axis=0), *np.max(points, axis=0)).meets(whole):
            ends = points if form == "LineString" else [[*points, points[0]]]
            shapes.append({"type": "Feature", "geometry": {"type": form, "coordinates": ends}})
    return marks("geoshape", shapes, clip=False, **looks).project(
        type="identity", scale=1, translate=[0, 0], clipExtent=[[0, 0], [WIDTH, height]]
    )


def place_in(text: str) -> Location | None:
    """Return the place with the longest name in a text, or None."""
    known = places()
    found = {match.group(1) for match in _pattern().finditer(text.casefold())}
    return known[max(sorted(found), key=len)] if found else None


@cache
def places() -> dict[str, Location]:
    """Return all known places, by name in lower case."""
    written = tomli.loads(resources.files(PACKAGE).joinpath("places.toml").read_text("utf-8"))
    known = {name.casefold(): Location(name, *at) for name, at in outlines()["countries"].items()}
    for kind in ("countries", "cities", "seas"):
        for name, at in written[kind].items():
            known[name.casefold()] = Location(name, *at)
    for name, other in written["other_names"].items():
        known[name.casefold()] = known[other.casefold()]
    return known


@cache
def _pattern() -> re.Pattern[str]:
    """Return a pattern that finds known names as whole words, the longest at each position."""
    names = sorted(places(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?=({'|'.join(map(re.escape, names))})(?!\w))")


@cache
def outlines() -> Any:
    """Return coasts, lakes and borders, each as steps from its first point, and countries."""
    return json.loads(resources.files(PACKAGE).joinpath("outlines.json").read_text("utf-8"))

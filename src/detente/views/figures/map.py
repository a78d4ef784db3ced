"""Where the crisis is: who takes part, where talks are held, where forces are said to be.

Names and places are general geography, to half a degree; no place of a force or a site is known
here. Outlines are Natural Earth's, in the public domain, made coarse by
`verification/pages/make_outlines.py`. Boundaries are not authoritative.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from math import cos, radians
from typing import Annotated, Any, NamedTuple, TypeAlias

import altair as alt
import tomli

from detente.pack import Crisis
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data

PACKAGE = "detente.views.figures"
RINGS = ("land", "inland")
"""Outlines that are closed: land, and waters within it."""
PLACES = ("place", "what", "from", "until", "on the map")
NEAR = 36.0
"""What lies farther from the forces than this is listed and not drawn [degrees]."""
MARGIN = 5.0
LEAST_SPAN = 24.0
"""Room about places, and least width and height of a map [degrees]."""
TALLEST = 420
LETTERS = 7.4, 6.2
"""Mean width of a letter of a name and of what stands beneath it [pixels]."""
LINE_HEIGHT = 15
"""Height of a line of a label [pixels]."""
KINDS = {"force": "triangle-up", "talks": "square", "party": "circle"}
"""What stands at a place, the first that does, and the shape of its mark."""


Point: TypeAlias = tuple[float, float]
Line: TypeAlias = list[Point]
COLOURS = {"force": style.INK, "talks": style.MARK, "party": style.QUIET}


class Location(NamedTuple):
    """A place that has a name on a map."""

    name: str
    longitude: Annotated[float, "of its name [degrees]"]
    latitude: Annotated[float, "of its name [degrees]"]


class Extent(NamedTuple):
    """A part of the world [degrees]."""

    left: float
    low: float
    right: float
    high: float

    def holds(self, place: Location) -> bool:
        """Say whether a place lies within."""
        return (
            self.left <= place.longitude <= self.right and self.low <= place.latitude <= self.high
        )


class Item(NamedTuple):
    """Something that the pack says of a place."""

    kind: Annotated[str, "one of KINDS"]
    place: Location | None
    written: Annotated[str, "the place as the pack names it"]
    what: str
    first: Annotated[str, "the day from which it is there"] = ""
    last: Annotated[str, "the day from which it is gone"] = ""


class Frame(NamedTuple):
    """A box drawn in pixels, a degree as long east as north at its middle."""

    box: Extent
    scale: Annotated[float, "pixels of a degree of latitude"]

    @property
    def narrower(self) -> float:
        """Return how much shorter a degree is east than north."""
        return cos(radians((self.box.low + self.box.high) / 2.0))

    @property
    def height(self) -> float:
        """Return the height in pixels."""
        return (self.box.high - self.box.low) * self.scale

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return a point in pixels from the upper left."""
        x = (longitude - self.box.left) * self.scale * self.narrower
        return round(x, 1), round((self.box.high - latitude) * self.scale, 1)


class Rectangle(NamedTuple):
    """A rectangle that a label takes [pixels]."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Rectangle") -> bool:
        """Say whether two labels overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def posture_map(crisis: Crisis) -> Figure | None:
    """Draw what the pack names in public: parties, places of talks, seas and countries with forces.

    Marks stand at the names of seas and countries, never where a force is; a base is shown at the
    country that it is in. None if the gazetteer knows none of the places.
    """
    items = [*_forces(crisis), *_talks(crisis), *_parties(crisis)]
    box = _extent(items)
    if box is None:
        return None
    frame = _frame(box)
    shown = {item.place for item in items if item.place and frame.box.holds(item.place)}
    forces = sum(item.kind == "force" for item in items)
    title = f"Where {forces} forces, the parties and the talks are"
    left_out = dict.fromkeys(item.written for item in items if item.place not in shown)
    return Figure(
        key="posture_map",
        title=title,
        subtitle=f"Places that the pack names; as of {crisis.as_of}",
        description="A map. "
        + " ".join(f"{item.written}: {item.what}{_days(item)}." for item in items),
        notes=(
            "Marks stand at the names of seas and countries, not where a force is. Triangles: "
            "forces; squares: places of talks; dots: who takes part.",
            *((f"Not drawn: {', '.join(left_out)}.",) if left_out else ()),
            "Boundaries not authoritative. Outlines: Natural Earth.",
        ),
        table=Numbers(PLACES, tuple((*one[2:], _yes(one.place in shown)) for one in items)),
        chart=_drawn(frame, items),
    )


def _forces(crisis: Crisis) -> Iterator[Item]:
    for key, force in crisis.model.forces.items():
        host = crisis.model.actors[force.host].name if force.host else ""
        place = place_of(host) or place_in(force.area)
        words = force.called(key)
        yield Item("force", place, force.area, words, str(force.arrives), str(force.leaves or ""))


def _talks(crisis: Crisis) -> Iterator[Item]:
    for venue in (crisis.model.venue, crisis.model.rival_venue):
        if venue is not None:
            what = "talks" if venue is crisis.model.venue else "talks, as one side wanted"
            yield Item("talks", place_of(venue.place), venue.place, what)


def _parties(crisis: Crisis) -> Iterator[Item]:
    for actor in crisis.model.actors.values():
        yield Item("party", place_of(actor.name), actor.name, ", ".join(actor.roles))


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _days(item: Item) -> str:
    return f", from {item.first}" if item.first else ""


def _extent(items: list[Item]) -> Extent | None:
    """Return a box about the forces and all that is near them."""
    placed = [(item.kind, item.place) for item in items if item.place]
    if not placed:
        return None
    core = [place for kind, place in placed if kind == "force"] or [placed[0][1]]
    x = sum(place.longitude for place in core) / len(core)
    y = sum(place.latitude for place in core) / len(core)
    near = [place for _, place in placed if place in core or _distance(place, x, y) < NEAR]
    wide = _widened([place.longitude for place in near])
    tall = _widened([place.latitude for place in near])
    return Extent(wide[0], max(tall[0], -85.0), wide[1], min(tall[1], 85.0))


def _distance(place: Location, x: float, y: float) -> float:
    return float(((place.longitude - x) ** 2 + (place.latitude - y) ** 2) ** 0.5)


def _widened(places: Iterable[float]) -> tuple[float, float]:
    places = list(places)
    low, high = min(places) - MARGIN, max(places) + MARGIN
    more = max(0.0, LEAST_SPAN - (high - low)) / 2.0
    return low - more, high + more


def _frame(box: Extent) -> Frame:
    """Return a frame of the full width, widened where it would be too tall."""
    narrower = cos(radians((box.low + box.high) / 2.0))
    scale = (style.WIDTH - 8) / ((box.right - box.left) * narrower)
    if (box.high - box.low) * scale > TALLEST:
        scale = TALLEST / (box.high - box.low)
        more = ((style.WIDTH - 8) / (scale * narrower) - (box.right - box.left)) / 2.0
        box = box._replace(left=box.left - more, right=box.right + more)
    return Frame(box, scale)


def _drawn(frame: Frame, items: list[Item]) -> Drawn:
    marks = _marks(frame, items)
    size = {"width": style.WIDTH - 8, "height": round(frame.height)}
    across, down = (alt.X("x:Q", axis=None, scale=None), alt.Y("y:Q", axis=None, scale=None))
    shape = alt.Shape("kind:N", legend=None).scale(domain=list(KINDS), range=list(KINDS.values()))
    points = alt.Chart(data(marks)).properties(**size)
    labels = alt.Chart(data(_labels(marks, size))).encode(x=across, y=down, text="text:N")
    return alt.layer(
        *_ground(frame, size),
        points.mark_point(
            size=110, filled=True, opacity=1, stroke=style.PAPER, strokeWidth=1
        ).encode(x=across, y=down, shape=shape, color=alt.Color("colour:N", scale=None)),
        labels.transform_filter(alt.datum.is_name).mark_text(
            align="left", baseline="top", fontWeight="bold"
        ),
        labels.transform_filter(~alt.datum.is_name).mark_text(
            align="left", baseline="top", fontSize=style.SMALL, color=style.QUIET
        ),
    )


def _ground(frame: Frame, size: dict[str, int]) -> tuple[alt.Chart, ...]:
    """Return sea, land, waters within it, and borders."""
    sea = alt.Chart(data([{}])).mark_rect(color=style.SEA)
    land, inland = (_shapes(frame, outlines(kind, frame.box)) for kind in RINGS)
    lines = _shapes(frame, borders(frame.box), "LineString")
    return (
        sea.encode(
            x=alt.value(0),
            x2=alt.value(size["width"]),
            y=alt.value(0),
            y2=alt.value(size["height"]),
        ),
        land.mark_geoshape(clip=False, fill=style.LAND),
        inland.mark_geoshape(clip=False, fill=style.SEA),
        lines.mark_geoshape(clip=False, filled=False, stroke=style.BORDER, strokeWidth=1),
    )


def _shapes(frame: Frame, lines: list[Line], kind: str = "Polygon") -> alt.Chart:
    """Return outlines as shapes that are in pixels already."""
    points = [[frame.at(*point) for point in line] for line in lines]
    shapes = [
        {
            "type": "Feature",
            "geometry": {"type": kind, "coordinates": [one] if kind == "Polygon" else one},
        }
        for one in points
    ]
    chart: alt.Chart = alt.Chart(alt.InlineData(values=shapes)).project(
        type="identity", scale=1, translate=[0, 0]
    )
    return chart


def _marks(frame: Frame, items: list[Item]) -> list[dict[str, Any]]:
    """Return one mark a place, with what stands there."""
    places: dict[Location, list[Item]] = {}
    for item in items:
        if item.place and frame.box.holds(item.place):
            places.setdefault(item.place, []).append(item)
    marks = []
    for place, own in places.items():
        x, y = frame.at(place.longitude, place.latitude)
        kind = min((item.kind for item in own), key=list(KINDS).index)
        lines = [item.what for item in own if item.kind != "party"]
        marks.append(
            {
                "x": x,
                "y": y,
                "kind": kind,
                "colour": COLOURS[kind],
                "name": place.name,
                "lines": lines,
            }
        )
    return marks


def _labels(marks: list[dict[str, Any]], size: dict[str, int]) -> list[dict[str, Any]]:
    """Return the lines of all labels, each label next to its mark where it meets no other."""
    taken = [Rectangle(one["x"] - 6, one["y"] - 6, one["x"] + 6, one["y"] + 6) for one in marks]
    lines = []
    for mark in sorted(marks, key=lambda one: -len(one["lines"])):
        texts = [mark["name"], *mark["lines"]]
        spots = list(_spots(mark, texts, size))
        spot = min(spots, key=lambda one: sum(one.meets(other) for other in taken))
        taken.append(spot)
        lines += [
            {
                "x": spot.left,
                "y": spot.top + LINE_HEIGHT * at,
                "text": text,
                "is_name": at == 0,
            }
            for at, text in enumerate(texts)
        ]
    return lines


def _spots(mark: dict[str, Any], texts: list[str], size: dict[str, int]) -> Iterator[Rectangle]:
    """Yield where a label may stand: right, left, above, below, all within the map."""
    name, rest = LETTERS
    wide = max(len(texts[0]) * name, *(len(text) * rest for text in texts[1:]), 0.0)
    tall = LINE_HEIGHT * len(texts)
    x, y = mark["x"], mark["y"]
    for left, top in (
        (x + 9, y - 8),
        (x - 9 - wide, y - 8),
        (x - wide / 2, y - 9 - tall),
        (x - wide / 2, y + 9),
        (x + 6, y + 6),
        (x - wide - 6, y - tall),
    ):
        within_x = min(max(left, 2.0), size["width"] - wide - 2.0)
        within_y = min(max(top, 2.0), size["height"] - tall - 2.0)
        yield Rectangle(within_x, within_y, within_x + wide, within_y + tall)


def place_of(name: str) -> Location | None:
    """Return the place of a name, or nothing if the gazetteer does not know it."""
    return places().get(name.casefold())


def place_in(text: str) -> Location | None:
    """Return the place with the longest name among those that a text holds, or nothing."""
    known = places()
    found = {match.group(1) for match in _pattern().finditer(text.casefold())}
    return known[max(sorted(found), key=len)] if found else None


def outlines(kind: str, box: Extent) -> list[Line]:
    """Return the outlines of land, or of waters within it (one of RINGS), each a closed ring."""
    clipped = (_clipped(_line(ring), box) for ring in _outlines()[kind])
    return [[*ring, ring[0]] for ring in clipped if len(ring) > 2]  # noqa: PLR2004  a triangle


def borders(box: Extent) -> list[Line]:
    """Return the land borders within a box, cut where they leave it."""
    return [part for line in _outlines()["borders"] for part in _inside(_line(line), box)]


@cache
def _outlines() -> Any:
    return json.loads(resources.files(PACKAGE).joinpath("outlines.json").read_text("utf-8"))


@cache
def places() -> dict[str, Location]:
    """Return all places that are known, by name without capitals."""
    written = tomli.loads(resources.files(PACKAGE).joinpath("places.toml").read_text("utf-8"))
    known = {name.casefold(): Location(name, *at) for name, at in _outlines()["countries"].items()}
    for kind in ("countries", "cities", "seas"):
        for name, at in written[kind].items():
            known[name.casefold()] = Location(name, *at)
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


def _clipped(ring: Line, box: Extent) -> Line:
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


def _inside(line: Line, box: Extent) -> Iterator[Line]:
    """Yield the pieces of a line whose points lie within a box."""
    piece: Line = []
    for start, end in pairwise(line):
        if box.holds(Location("", *start)) and box.holds(Location("", *end)):
            piece = [*(piece or [start]), end]
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece

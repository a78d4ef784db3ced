"""Makes the coarse outlines that maps show from Natural Earth's, which are in the public domain.

Fetches world-atlas 2.0.2 (Mike Bostock, ISC licence; Natural Earth at 1:50 million) with npm. Keeps
coasts and land borders to a twentieth of a degree, and one point for each country's name to half a
degree. Run as: python -m verification.pages.make_outlines
"""

import itertools
import json
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

PACKAGE = "world-atlas@2.0.2"
MEMBER = "package/countries-50m.json"
TARGET = Path("src/detente/views/figures/outlines.json")
NEARER = 0.08
"""Points that lie nearer to the line of their neighbours are left out [degrees]."""
PARTS = 20
"""Outlines are kept in whole numbers of one in so many of a degree."""
SMALLEST = 0.04
"""Islands with a smaller area are left out [square degrees]."""
SOUTHERNMOST = -60.0
"""The Antarctic is left out."""

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = list[Point]


def main() -> None:
    """Write the outlines."""
    atlas = fetch()
    arcs = [thinned(arc) for arc in decoded(atlas)]
    objects = atlas["objects"]
    shapes = objects["land"]["geometries"]
    land = [ring for shape in shapes for ring in rings(shape, arcs)]
    inland = [ring for shape in shapes for ring in rings(shape, arcs, holes=True)]
    outlines: dict[str, Any] = {
        "source": "Natural Earth (public domain), by world-atlas 2.0.2 (ISC); not authoritative",
        "parts": PARTS,
        "land": [packed(ring) for ring in land if is_kept(ring)],
        "inland": [packed(ring) for ring in inland if area(ring) >= SMALLEST],
        "borders": [packed(arcs[at]) for at in shared(objects["countries"])],
        "countries": dict(sorted(named(objects["countries"], arcs))),
    }
    text = json.dumps(outlines, ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(text.encode()):,} bytes, {len(outlines['countries'])} countries")


def fetch() -> dict[str, Any]:
    """Return the atlas as its package holds it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ("npm", "pack", PACKAGE, "--silent")
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            member = archive.extractfile(MEMBER)
            if member is None:
                raise FileNotFoundError(MEMBER)
            atlas: dict[str, Any] = json.load(member)
            return atlas


def decoded(atlas: dict[str, Any]) -> Iterator[Line]:
    """Yield the arcs in degrees: TopoJSON keeps steps from point to point in whole numbers."""
    (scale_x, scale_y), (left, low) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    for arc in atlas["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * scale_x + left, y * scale_y + low))
        yield line


def thinned(line: Line) -> Line:
    """Return a line without points that hardly bend it (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return line
    ends = line[0], line[-1]
    far, at = max((distance(point, *ends), at) for at, point in enumerate(line[1:-1], 1))
    if far <= NEARER:
        return [line[0], line[-1]]
    return thinned(line[: at + 1])[:-1] + thinned(line[at:])


def distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies from a line, or from its start if that is its end too."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    if length == 0.0:
        return float(((x - x0) ** 2 + (y - y0) ** 2) ** 0.5)
    return float(abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length)


def rings(shape: dict[str, Any], arcs: list[Line], *, holes: bool = False) -> Iterator[Line]:
    """Yield the outer rings of a shape, or those of the waters within it."""
    if "arcs" not in shape:
        return
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    for polygon in polygons:
        for part in polygon[1:] if holes else polygon[:1]:
            ring: Line = []
            for at in part:
                ring += (arcs[at] if at >= 0 else arcs[~at][::-1])[1 if ring else 0 :]
            yield unbroken(ring)


def unbroken(ring: Line) -> Line:
    """Return a ring that goes on past 180 degrees where the atlas jumps to the other side."""
    turns, line = 0.0, ring[:1]
    for (x0, _), (x1, y1) in itertools.pairwise(ring):
        turns -= 360.0 * round((x1 - x0) / 360.0)
        line.append((x1 + turns, y1))
    return line


def area(ring: Line) -> float:
    """Return the area within a ring [square degrees]."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2.0


def is_kept(ring: Line) -> bool:
    """Say whether a ring is large enough and not the Antarctic."""
    return area(ring) >= SMALLEST and max(y for _, y in ring) > SOUTHERNMOST


def shared(countries: dict[str, Any]) -> list[int]:
    """Return the arcs that two countries share: land borders."""
    uses: Counter[int] = Counter()
    for shape in countries["geometries"]:
        flat = json.dumps(shape.get("arcs", [])).replace("[", " ").replace("]", " ").split(",")
        uses.update({at if at >= 0 else ~at for at in map(int, filter(str.strip, flat))})
    return sorted(at for at, count in uses.items() if count > 1)


def named(countries: dict[str, Any], arcs: list[Line]) -> Iterator[tuple[str, list[float]]]:
    """Yield each country's name and the middle of its largest part, to half a degree."""
    for shape in countries["geometries"]:
        parts = sorted(rings(shape, arcs), key=area)
        if parts:
            yield shape["properties"]["name"], [round(2.0 * c) / 2.0 for c in middle(parts[-1])]


def middle(ring: Line) -> Point:
    """Return the centre of gravity of a ring."""
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    cross = [x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs]
    whole = 3.0 * sum(cross)
    if whole == 0.0:
        return ring[0]
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, cross, strict=True)) / whole
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, cross, strict=True)) / whole
    return x, y


def packed(line: Line) -> list[int]:
    """Return a line as steps in whole numbers, x and y by turns; steps of none are left out."""
    steps: list[int] = []
    before = 0, 0
    for x, y in line:
        point = round(x * PARTS), round(y * PARTS)
        if not steps or point != before:
            steps += point[0] - before[0], point[1] - before[1]
        before = point
    return steps


if __name__ == "__main__":
    main()

"""What an engagement comes to as one number moves: the same worlds otherwise, the same chance."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from detente.analysis.engagement.campaigns import Outcomes
from detente.analysis.engagement.fighting import Battles, Fought, fight_worlds
from detente.analysis.engagement.figures import (
    Figure,
    Key,
    figures_of,
    is_known,
    over_worlds,
)
from detente.analysis.engagement.sweep import Sweep, check_sweep
from detente.analysis.engagement.terms import SIDES
from detente.analysis.nesting import nested
from detente.ensemble.design import drawn_worlds
from detente.ensemble.runners import Clock
from detente.ensemble.shares import Share

TOLD: tuple[Key, ...] = (
    ("leakage",),
    ("aircraft", "down_share"),
    ("loss",),
    ("cost", "exchange"),
)
"""Numbers that are told at each value."""


class Point(NamedTuple):
    """What the engagement comes to at one value, by the side struck."""

    value: float
    figures: Annotated[Mapping[str, Mapping[Key, Figure | Share]], "by side struck"]
    changes: Annotated[Mapping[str, Figure | Share], "leakage less that at the first value, paired"]


class Swept(NamedTuple):
    """A sweep and what came of it.

    It `is_read` if it changes anything that campaigns are fought with or paid by, and
    `has_effect` if any figure of any value differs from the first in any bit.
    """

    sweep: Sweep
    domain: str
    unit: str
    says: str
    is_read: bool
    has_effect: bool
    points: tuple[Point, ...]


def fight_sweep(
    battles: Battles, sweep: Sweep, sides: Sequence[str], means: tuple[int, int, Clock]
) -> Swept:
    """Fight the campaigns again at each value of a sweep, without the days after the raids."""
    measure = check_sweep(battles.crisis, sweep)
    crisis = battles.crisis.with_changes({sweep.field: sweep.low})
    battles = battles._replace(crisis=crisis, terms=battles.terms._replace(rest=0))
    count, threads, clock = means
    worlds = drawn_worlds(crisis, count, battles.seed)
    first: list[Fought] = []
    points, contents, marks = [], set(), set()
    for value in sweep.values:
        moved = [{**world, sweep.field: value} for world in worlds]
        fought = fight_worlds(battles, moved, threads, clock)
        first = first or fought
        points.append(_point(value, sides, first, fought))
        contents.add(b"".join(each.arena.content for each in fought))
        marks.add(_mark(sides, fought))
    return Swept(
        sweep,
        measure.domain,
        measure.unit,
        measure.says,
        is_read=len(contents) > 1,
        has_effect=len(marks) > 1,
        points=tuple(points),
    )


def _point(
    value: float, sides: Sequence[str], first: Sequence[Fought], fought: Sequence[Fought]
) -> Point:
    figures, changes = {}, {}
    for side in sides:
        place = SIDES.index(side)
        outcomes = [each.outcomes[place] for each in fought]
        whole = figures_of(outcomes)
        figures[side] = {key: whole[key] for key in TOLD if key in whole}
        changes[side] = _change([each.outcomes[place] for each in first], outcomes)
    return Point(value, figures, {side: change for side, change in changes.items() if change})


def _change(before: Sequence[Outcomes], after: Sequence[Outcomes]) -> Figure | Share | None:
    """Return by how much leakage differs, campaign by campaign; nothing if nothing flies."""
    key: Key = ("leakage",)
    pairs = [b[key] - a[key] for a, b in zip(before, after, strict=True)]
    return over_worlds(pairs) if is_known(pairs) else None


def _mark(sides: Sequence[str], fought: Sequence[Fought]) -> bytes:
    """Return a digest of every number of every campaign."""
    whole = hashlib.sha256()
    for each in fought:
        for side in sides:
            for key, values in each.outcomes[SIDES.index(side)].items():
                whole.update(".".join(key).encode() + values.tobytes())
    return whole.digest()


def as_json(swept: Swept) -> dict[str, Any]:
    """Return a sweep as JSON has it."""
    return {
        "field": swept.sweep.field,
        "says": swept.says,
        "unit": swept.unit,
        "is_read": swept.is_read,
        "has_effect": swept.has_effect,
        "points": [
            {
                "value": point.value,
                "sides": {
                    side: {
                        **nested(figures),
                        **_changed(point, side),
                    }
                    for side, figures in point.figures.items()
                },
            }
            for point in swept.points
        ],
    }


def _changed(point: Point, side: str) -> dict[str, Any]:
    change = point.changes.get(side)
    return {} if change is None else {"leakage_change": change._asdict()}

"""Packs drawn at random from everything that a pack may contain, mostly with extreme numbers.

Pack `index` of a seed is the same as long as the schema of packs is. The parts of a pack are drawn
first, then a number for each field of these parts, within its limits. If parts contradict each
other, as `check` reports, one of them is removed.
"""

import random
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from math import sqrt
from typing import Annotated, Any, NamedTuple

from detente import pack
from detente.pack.crisis import Reading, read_crisis
from detente.pack.events import AT_START
from detente.pack.files import PackText
from detente.pack.form import fit
from detente.pack.number import GAMMA_SHAPES, MOST_WEIGHT, WrittenNumber, number_findings
from detente.pack.options import Targets, targets
from detente.pack.quantity import Domain, Shape, accepted
from detente.pack.resolve import Slot, quantities, slots
from detente.pack.toml import dotted
from detente.pack.writing import lines_of
from verification.model.skeletons import Tree, calendar, day_near, skeleton

NEAREST = 1e-9
"""How near to an end a number is drawn at least, as a share of what it may be, or at the end."""
WILD = (0.02, 0.1, 0.4, 1.0)
"""Shares of a pack's numbers that are far from usual; a pack has one of these."""
WRITTEN = (0.2, 0.6, 1.0)
"""Shares of the numbers with a default that a pack gives itself."""
REASON = "drawn by chance"
PASSES = 6
"""How often what contradicts something gives way."""
HARSH = 2
"""After so many passes whole parts give way, not their numbers alone."""
SHAPES: tuple[Shape, ...] = ("normal", "lognormal", "logitnormal", "uniform")
FORMS = {"value": 8, "range": 4, "values": 2, "chance": 2, "gamma": 1, "accepted": 1}
"""How often a form of number is tried; one that the place does not allow becomes a value."""


class Setting(NamedTuple):
    """How a pack is played."""

    grid: str = "tiny"
    horizon: int = 365
    worlds: int = 2
    futures: Annotated[int, "in all worlds together"] = 48


class Drawn(NamedTuple):
    """A pack, how it is played, and what is wrong with it if it could not be made sound."""

    text: str
    setting: Setting
    reading: Reading


def draw(seed: int, index: int, calm: Collection[str] = ()) -> Drawn:
    """Return a pack, the same for the same seed and index.

    `calm`: dotted paths of numbers that are put back to what is usual, or to their default.
    """
    rng = random.Random(f"{seed} {index}")  # noqa: S311 - no secret
    tree = skeleton(rng)
    _add_events(rng, tree)
    wild, written = rng.choice(WILD), rng.choice(WRITTEN)
    setting = _setting(rng, has_surprises=_has_surprises(tree))
    for slot in list(_slots_in(tree)):
        # Each number has its own luck, so that one put back moves no other.
        own = random.Random(f"{seed} {index} {dotted(slot.path)}")  # noqa: S311 - no secret
        if _is_on_a_known_day(tree, slot):
            continue
        if slot.applies and (_is_missed(slot) or own.random() < written):
            drawn = _number(own, slot, wild)
            _put(tree, slot.path, _usual(slot) if dotted(slot.path) in calm else drawn)
    _tie(rng, tree)
    _add_options(rng, tree)
    return _repaired(tree, setting)


def _has_surprises(tree: Tree) -> bool:
    return any(not event["foreseen"] for event in tree.get("events", {}).values())


def _setting(rng: random.Random, *, has_surprises: bool) -> Setting:
    """Draw how a pack is played: on the coarsest grid for the most part, as others take longer.

    The finest is for packs without surprises: each takes .7 GB and ten seconds more there.
    """
    grids = ("tiny", "normal") if has_surprises else ("tiny", "normal", "fine")
    grid = rng.choices(grids, (30, 2, 1)[: len(grids)])[0]
    horizon = rng.choice((1, 2, 30, 90, 365, 730, rng.randint(1, 730)))
    worlds = rng.choice((1, 2, 3)) if grid == "tiny" else 1
    return Setting(grid, horizon, worlds, 24 * worlds)


def _slots_in(tree: Tree) -> Iterator[Slot]:
    model = fit(tree).model
    if model is not None:
        yield from slots(model)


def _is_on_a_known_day(tree: Tree, slot: Slot) -> bool:
    """Say whether a number is of an event that has no window, and therefore no luck."""
    return slot.path[0] == "events" and "date" in tree["events"][slot.path[1]]


def _is_missed(slot: Slot) -> bool:
    """Say whether `check` misses a number that a pack leaves out."""
    return slot.fallback is None and not slot.row.otherwise


def _number(rng: random.Random, slot: Slot, wild: float) -> Tree:
    """Return a number for a place, in any of the forms that the place allows."""
    limits = slot.row.limits
    form = rng.choices(list(FORMS), list(FORMS.values()))[0]

    def one() -> float:
        return value_within(rng, limits, usual_at(slot.path), wild)

    written = {**_form(rng, form, [one() for _ in range(4)]), "assumed": REASON}
    number = WrittenNumber.model_validate(written)
    if any(number_findings(number, slot.row, slot.path)):
        return {"value": one(), "assumed": REASON}
    return written


def _form(rng: random.Random, form: str, drawn: list[float]) -> Tree:
    """Return a form of number around drawn values; it may be none that its place allows."""
    first, second, least, most = (*sorted(drawn[:2]), *sorted((min(drawn), max(drawn))))
    within = {"within": (least, most)} if rng.random() < 0.3 else {}
    if form == "range":
        named = {"shape": rng.choice(SHAPES)} if rng.random() < 0.6 else {}
        return {"range": (first, second), **named, **within}
    if form == "values":
        values = tuple(drawn[: rng.randint(1, 4)])
        weights = tuple(rng.choice((0.0, 1e-300, 0.5, 1.0, MOST_WEIGHT)) for _ in values)
        return {"values": values, **({"weights": weights} if rng.random() < 0.5 else {})}
    if form == "chance":
        ends = sorted((rng.choice((0.0, 1e-9, rng.random(), 1.0)), rng.random()))
        return {"chance": tuple(ends)}
    if form == "gamma":
        shape = rng.choice((*GAMMA_SHAPES, 0.3, 1.0, 9.0))
        return {"gamma": {"shape": shape, "mean": max(abs(drawn[0]), 1e-300)}, **within}
    if form == "accepted":
        return {"accepted": rng.choice(list(accepted().columns))}
    return {"value": drawn[0]}


def value_within(rng: random.Random, limits: Domain, usual: float, wild: float) -> float:
    """Return a value that a domain holds: near what is usual, or at its ends or anywhere between.

    `wild`: how often it is not near what is usual.
    """
    lower, upper = limits.lower, limits.upper
    if limits.whole:
        return rng.choice((lower, upper))
    if rng.random() >= wild:
        near = float(usual * 3.0 ** rng.uniform(-1.0, 1.0))
        return min(max(near, lower), upper)
    place = rng.random()
    if place < 0.2:
        return lower
    if place < 0.4:
        return upper
    width = float((upper - lower) * NEAREST ** rng.random())
    from_there = lower + width if place < 0.7 else upper - width
    if lower < 0.0 < upper and place > 0.85:
        from_there = float(rng.choice((lower, upper)) * NEAREST ** rng.random())
    return min(max(from_there, lower), upper)


@cache
def _usual_values() -> Mapping[tuple[str, str], float]:
    """Return a value that packs which ship have, by the first and the last key of its path."""
    found: dict[tuple[str, str], float] = {}
    for name in pack.shipped():
        for path, number in pack.load(name).numbers.items():
            low, high = number.low, number.high
            middle = sqrt(low * high) if low > 0.0 else 0.5 * (low + high)
            parts = path.split(".")
            found.setdefault((parts[0], parts[-1]), number.mean or middle)
    return found


def usual_at(path: tuple[str | int, ...]) -> float:
    """Return what is usual in a place."""
    return _usual_values().get((str(path[0]), str(path[-1])), 0.5)


def _usual(slot: Slot, *, is_absent: bool = False) -> Tree | None:
    """Return the usual number of a place, None to leave it to its default."""
    limits = slot.row.limits
    value = min(max(usual_at(slot.path), limits.lower), limits.upper)
    value = round(value) if limits.whole else value
    return {"value": value, "assumed": REASON} if is_absent or _is_missed(slot) else None


def _put(tree: Tree, path: tuple[str | int, ...], value: Any) -> None:
    """Put something in its place in a tree; None takes what is there out."""
    table = tree
    for part in path[:-1]:
        table = table.setdefault(str(part), {})
    if value is None:
        table.pop(str(path[-1]), None)
    else:
        table[str(path[-1])] = value


def _tie(rng: random.Random, tree: Tree) -> None:
    """Correlate some numbers that vary: in pairs at any rank, in a chain at low ones."""
    model = fit(tree).model
    names = [
        name
        for name, number in (quantities(model) if model else {}).items()
        if not number.is_fixed and number.kind != "accepted"
    ]
    chosen = rng.sample(names, min(rng.choice((0, 0, 2, 8)), len(names)))
    is_chain = rng.random() < 0.3
    pairs = pairwise(chosen) if is_chain else zip(chosen[::2], chosen[1::2], strict=False)
    most = 0.4 if is_chain else 0.999
    tied = tuple({"of": pair, "rank": rng.uniform(-most, most)} for pair in pairs)
    _put(tree, ("correlations",), tied or None)


def _add_events(rng: random.Random, tree: Tree) -> None:
    """Add a calendar, whose events change fields that hold on a later day."""
    model, events = fit(tree).model, calendar(rng, tree["as_of"])
    if model is None or not events:
        return
    numbers, others = targets(model)
    fixed = {name for name in (*numbers, *others) if any(rule.fullmatch(name) for rule in AT_START)}
    later = Targets(
        {name: target for name, target in numbers.items() if name not in fixed},
        {name: path for name, path in others.items() if name not in fixed},
    )
    for event in events.values():
        event["change"] = _changes(rng, later, model.as_of)
    tree["events"] = events


def _add_options(rng: random.Random, tree: Tree) -> None:
    """Add a few options, each of which changes a few fields."""
    model = fit(tree).model
    count = rng.choice((0, 0, 1, 3))
    if model is None or not count:
        return
    known = targets(model)
    tree["options"] = {
        f"option_{place}": {
            "title": "Option",
            "says": "Something is done",
            "change": _changes(rng, known, model.as_of),
        }
        for place in range(count)
    }


def _changes(rng: random.Random, known: Targets, as_of: date) -> Tree:
    names = rng.sample([*known.numbers, *known.others], rng.randint(1, 4))
    changes = {}
    for name in names:
        if name in known.numbers:
            path, measure = known.numbers[name]
            changes[name] = value_within(rng, measure.limits, usual_at(path), 0.3)
        else:
            changes[name] = _other(rng, name.rpartition(".")[2], as_of)
    return changes


def _other(rng: random.Random, key: str, as_of: date) -> Any:
    """Return a new value of a field that is no number."""
    if key in {"arrives", "leaves", "date"}:
        return day_near(rng, as_of)
    return {"packages": rng.randint(1, 5), "level": rng.randint(0, 2)}.get(key, rng.random() < 0.5)


def _read(tree: Tree) -> Reading:
    text = "\n".join(lines_of(tree))
    return read_crisis(PackText("drawn", {"crisis.toml": text.encode()}), {})


def _repaired(tree: Tree, setting: Setting) -> Drawn:
    """Let give way what contradicts something, until nothing does or it was tried often enough."""
    reading = _read(tree)
    for turn in range(PASSES):
        for fault in reading.faults:
            path = fault.field.replace("[", ".").split(".")
            is_absent = fault.found == "nothing"
            _give_way(tree, path, is_absent=is_absent, is_harsh=turn >= HARSH)
        if reading.faults:
            reading = _read(tree)
    return Drawn(reading.text.files["crisis.toml"].decode(), setting, reading)


def _give_way(tree: Tree, path: list[str], *, is_absent: bool, is_harsh: bool) -> None:
    """Leave out an option, an event or the correlations, or the numbers of a part.

    What is absent and has to be there gets its usual number; harshly, the part goes.
    """
    if path[0] in {"options", "events", "correlations"}:
        _put(tree, tuple(path[:1] if path[0] == "correlations" else path[:2]), None)
        return
    for slot in list(_slots_in(tree)):
        names = list(map(str, slot.path))
        if slot.applies and names[: len(path)] == path:
            _put(tree, slot.path, _usual(slot, is_absent=is_absent))
    if is_harsh and "layers" in path:
        _put(tree, tuple(path[:4]), None)

"""Two packs side by side: what differs between them, and what only has another key."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import BaseModel

from detente.evidence.ledger import ORIGINS
from detente.pack.crisis import Crisis
from detente.pack.military import Force
from detente.pack.model import Correlation, DatedEvent, Model, Option
from detente.pack.places import key_of, row_of
from detente.pack.quantity import Quantity
from detente.pack.toml import KeyPath, dotted
from detente.text import plain, show

ACTORS = (("actors",), ("arsenals",), ("defences",))
"""The tables that have the key of an actor; the first tells whether it is the same."""

ACTORS_OF_A_FORCE = ("actor", "host")
"""The fields by which a force names actors."""

TITLES = ("name", "title", "says", "area", "system")
"""The fields of which the first stands for a whole part that only one of two packs has."""
GROUPS = ("claims", "options", "hypotheses")
"""Parts that have lists of their own; all others are structure."""


class Rename(NamedTuple):
    """A key of a table that is another one in the second pack."""

    table: KeyPath
    old: str
    new: str

    @property
    def before(self) -> str:
        """Return the dotted path of what was renamed, below keys that the second pack has."""
        return dotted((*self.table, self.old))

    @property
    def after(self) -> str:
        """Return the dotted path that it has now."""
        return dotted((*self.table, self.new))


class _Part(NamedTuple):
    """What stands under a key: as it is written, and all its numbers."""

    written: BaseModel
    numbers: Mapping[str, Quantity]


def align(before: Crisis, after: Crisis) -> tuple[Crisis, tuple[Rename, ...]]:
    """Return the first of two packs with the keys of the second, and what this renames.

    A part is renamed if only the first pack has its key, only the second has the other, and all
    numbers under the two are the same, with what they rest on. Defaults and figures of the
    catalogue are the same for many: where no number is written, all else must be the same too.
    """
    actors = tuple(_renames(before, after, ACTORS[0]))
    for rename in actors:
        before = _renamed(before, rename)
    # Once actors have the same keys, the tables of what each has can be told apart by them.
    tables: list[KeyPath] = [("issues",), ("forces",), ("indicators",), ("signs",)]
    tables += [("arsenals", actor) for actor in before.model.arsenals]
    tables += [("defences", actor, "layers") for actor in before.model.defences]
    others = tuple(rename for table in tables for rename in _renames(before, after, table))
    for rename in others:
        before = _renamed(before, rename)
    return before, (*actors, *others)


def _renames(before: Crisis, after: Crisis, table: KeyPath) -> Iterator[Rename]:
    old, new = _parts(before, table), _parts(after, table)
    gone = {key: part for key, part in old.items() if key not in new}
    come = {key: part for key, part in new.items() if key not in old}
    for is_same in (operator.eq, _has_its_numbers):  # the surest first
        for key, part in tuple(gone.items()):
            found = next((other for other in come if is_same(part, come[other])), None)
            if found is not None:
                del gone[key], come[found]
                yield Rename(table, key, found)


def _has_its_numbers(part: _Part, other: _Part) -> bool:
    is_written = any(not set(ORIGINS) & set(number.because) for number in part.numbers.values())
    return is_written and part.numbers == other.numbers


def _parts(crisis: Crisis, path: KeyPath) -> Mapping[str, _Part]:
    table: Any = crisis.model
    for key in path:
        is_part = isinstance(table, BaseModel)
        table = getattr(table, str(key)) if is_part else table.get(key, {})
    parts = {}
    for key, part in table.items():
        start = f"{dotted((*path, key))}."
        parts[key] = _Part(
            part,
            {
                field.removeprefix(start): number
                for field, number in crisis.numbers.items()
                if field.startswith(start)
            },
        )
    return parts


def _renamed(crisis: Crisis, rename: Rename) -> Crisis:
    """Return a crisis in which a part has its new key, also where others name it."""
    tables = ACTORS if rename.table == ACTORS[0] else (rename.table,)
    model = crisis.model
    for table in tables:
        model = _with_key(model, table, rename)
    if rename.table == ACTORS[0]:
        model = model.model_copy(update={"forces": _with_actor(model.forces, rename)})

    def moved(field: str) -> str:
        starts = {dotted((*table, rename.old)): dotted((*table, rename.new)) for table in tables}
        start = next((start for start in starts if field.startswith(f"{start}.")), "")
        return starts.get(start, "") + field.removeprefix(start)

    numbers = {moved(field): number for field, number in crisis.numbers.items()}
    return replace(crisis, model=_with_paths(model, moved), numbers=numbers)


def _with_key(part: Any, table: KeyPath, rename: Rename) -> Any:
    """Return a part with the new key in a table that lies below it."""
    if not table:
        return {rename.new if key == rename.old else key: below for key, below in part.items()}
    key, rest = str(table[0]), table[1:]
    if isinstance(part, BaseModel):
        return part.model_copy(update={key: _with_key(getattr(part, key), rest, rename)})
    return {**part, key: _with_key(part[key], rest, rename)}


def _with_actor(forces: Mapping[str, Force], rename: Rename) -> Mapping[str, Force]:
    moved = {}
    for key, force in forces.items():
        named = [role for role in ACTORS_OF_A_FORCE if getattr(force, role) == rename.old]
        moved[key] = force.model_copy(update=dict.fromkeys(named, rename.new))
    return moved


def _with_paths(model: Model, moved: Callable[[str], str]) -> Model:
    """Return a model in which options, events and correlations name fields by their new paths."""
    changing: dict[str, dict[str, Option | DatedEvent]] = {"options": {}, "events": {}}
    for table, parts in changing.items():
        for key, part in getattr(model, table).items():
            change = {moved(field): value for field, value in part.change.items()}
            parts[key] = part.model_copy(update={"change": change})
    correlations = tuple(
        pair.model_copy(update={"of": tuple(map(moved, pair.of))}) for pair in model.correlations
    )
    return model.model_copy(update={**changing, "correlations": correlations})


class _Field(NamedTuple):
    """What a pack says in one place, or the title of a whole part such as an actor."""

    words: str
    is_whole: bool


class NumberDifference(NamedTuple):
    """A number that differs in what is known of it or in what it rests on; none if not there."""

    field: str
    before: Quantity | None
    after: Quantity | None


class FieldDifference(NamedTuple):
    """A field that is no number, or a whole part; none where a pack does not have it."""

    field: str
    before: str | None
    after: str | None


class PackComparison(NamedTuple):
    """All that differs between two packs: as the first has it, then what only the second has.

    What `renamed` holds stands in no other list. What differs within a renamed part stands in the
    other lists by the path that it has in the second pack.
    """

    numbers: tuple[NumberDifference, ...]
    claims: tuple[FieldDifference, ...]
    options: tuple[FieldDifference, ...]
    hypotheses: tuple[FieldDifference, ...]
    structure: tuple[FieldDifference, ...]
    renamed: tuple[Rename, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing differs but comments and the order of what is written."""
        return not any(self)

    @property
    def counts(self) -> str:
        """Say how many things differ in each part."""
        lists = self._asdict()
        renamed = len(lists.pop("renamed"))
        counted = ", ".join(f"{len(listed)} in {part}" for part, listed in lists.items())
        return f"{counted}{f'; {renamed} renamed' if renamed else ''}"


def compare(before: Crisis, after: Crisis) -> PackComparison:
    """Return what differs between two packs, defaults and the catalogue taken into account."""
    parts: dict[str, list[FieldDifference]] = {group: [] for group in (*GROUPS, "structure")}
    aligned, renamed = align(before, after)
    old, new = dict(_fields_of(aligned.model, ())), dict(_fields_of(after.model, ()))
    alone = old.keys() ^ new.keys()
    for path in {**old, **new}:
        first, second = old.get(path), new.get(path)
        is_same = first is not None and second is not None and first.is_whole
        # What is in a part that one pack alone has is not listed besides it.
        is_listed = any(path[:length] in alone for length in range(1, len(path)))
        if first == second or is_same or is_listed:
            continue
        words = (field.words if field else None for field in (first, second))
        group = str(path[0]) if path[0] in GROUPS else "structure"
        parts[group].append(FieldDifference(dotted(path), *words))
    paths = {**aligned.numbers, **after.numbers}
    pairs = [(path, aligned.numbers.get(path), after.numbers.get(path)) for path in paths]
    numbers = tuple(NumberDifference(*pair) for pair in pairs if pair[1] != pair[2])
    return PackComparison(
        numbers, **{key: tuple(its) for key, its in parts.items()}, renamed=renamed
    )


def origin_of(quantity: Quantity) -> str:
    """Return where a number comes from: `written` in the pack, `default` or `catalogue`."""
    return next((origin for origin in ORIGINS if origin in quantity.because), "written")


def quantity_words(quantity: Quantity) -> str:
    """Return what is known of a number, in words and with its unit."""
    unit = f" {quantity.unit}" if quantity.unit else ""
    match quantity.kind:
        case "fixed":
            words = f"{_figure(quantity.low)}{unit}"
        case "range":
            words = f"{_span(quantity.low, quantity.high)}{unit} ({quantity.shape})"
        case "values":
            pairs = zip(quantity.values, quantity.weights, strict=True)
            listed = ", ".join(f"{_figure(one)} (weight {weight:.3g})" for one, weight in pairs)
            words = f"one of {listed}{unit}"
        case "chance":
            words = f"yes with a chance {_span(quantity.low, quantity.high)}"
        case "gamma":
            shape, mean = _figure(quantity.gamma_shape), _figure(quantity.mean)
            words = f"gamma of shape {shape} and mean {mean}{unit}"
        case "accepted":
            words = f"calibrated, {_span(quantity.low, quantity.high)}{unit}"
    if quantity.within:
        words += f", cut to lie {_span(*quantity.within)}"
    return words


def reason_words(quantity: Quantity) -> str:
    """Return what a number rests on: claims and reasons, or the program's own origin of it."""
    origin = origin_of(quantity)
    if origin != "written":
        return f"the {origin}"
    words = [quantity.assumed] if quantity.assumed else []
    given = dict.fromkeys(quantity.gives, ", which gives it")
    claims = [f"{key}{given.get(key, '')}" for key in quantity.because]
    return " and ".join([*claims, *(f"'{word}'" for word in words)])


def _span(low: float, high: float) -> str:
    if low == high:
        return f"of {_figure(low)}"
    return f"between {_figure(low)} and {_figure(high)}"


def _figure(value: float | None) -> str:
    """Return a figure so that two that differ in a pack differ here too."""
    return "none" if value is None else f"{value:.12g}"


def _fields_of(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, _Field]]:
    """Yield all that a pack says without numbers, by path, each part before what is in it."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if row_of(field) is None:
                yield from _fields_of(getattr(value, name), (*path, key_of(name, field)))
    elif isinstance(value, Mapping):
        yield from _entries(value, path)
    elif isinstance(value, tuple):
        yield from _list(value, path)
    elif value is not None:
        yield path, _Field(_words(value), is_whole=False)


def _entries(table: Mapping[str, object], path: KeyPath) -> Iterator[tuple[KeyPath, _Field]]:
    if path[-1] == "layers" and table:
        # Layers fire in their order, so that another order is another defence.
        yield path, _Field(", ".join(table), is_whole=False)
    for key, value in table.items():
        if isinstance(value, BaseModel):
            yield (*path, key), _Field(_title(value, key), is_whole=True)
        yield from _fields_of(value, (*path, key))


def _title(part: BaseModel, key: str) -> str:
    titles = (getattr(part, field, None) for field in TITLES)
    return next((plain(title) for title in titles if title), key)


def _list(entries: tuple[object, ...], path: KeyPath) -> Iterator[tuple[KeyPath, _Field]]:
    correlations = [entry for entry in entries if isinstance(entry, Correlation)]
    for entry in correlations:
        yield (*path, " and ".join(sorted(entry.of))), _Field(_words(entry.rank), is_whole=False)
    if entries and not correlations:
        yield path, _Field(", ".join(_words(entry) for entry in entries), is_whole=False)


def _words(value: object) -> str:
    return plain(value) if isinstance(value, str) else show(value)

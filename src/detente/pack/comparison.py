"""Compares two packs: what differs, and what was only given another key."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from detente.evidence.ledger import ORIGINS
from detente.pack.crisis import Crisis
from detente.pack.model import Correlation
from detente.pack.places import fields_of, row_of
from detente.pack.quantity import Quantity, unit_in_words
from detente.pack.toml import KeyPath, dotted
from detente.text import plain, show

ACTORS = (("actors",), ("arsenals",), ("defences",))
"""Tables keyed by actor; the first one decides whether two actors are the same."""

ACTORS_OF_A_FORCE = ("actor", "host")
"""Fields of a force that name actors."""

TITLES = ("name", "title", "says", "area", "system")
"""Fields whose first present one names a part that only one pack has."""
PAIRED = " and "
"""Separator between the two numbers of a correlation."""
UNNAMED = (("sources",), ("claims",), ("events",), ("rulings",), ("options",), ("hypotheses",))
"""Tables whose keys identify their parts: another key is another part."""
CHANGES = (("change",), ("if_for_challenger",), ("if_for_defender",))
"""Tables of options, events and rulings whose keys are paths of fields."""
GROUPS = ("claims", "options", "hypotheses")
"""Parts that are listed separately; all others are listed as structure."""


class Rename(NamedTuple):
    """A key of a table that is different in the second pack."""

    table: KeyPath
    old: str
    new: str

    @property
    def before(self) -> str:
        """Return the old dotted path, below keys that the second pack has."""
        return dotted((*self.table, self.old))

    @property
    def after(self) -> str:
        """Return the new dotted path."""
        return dotted((*self.table, self.new))


class _Field(NamedTuple):
    """A field of a pack, or the title of a whole part such as an actor."""

    words: str
    is_whole: bool


class _Pack(NamedTuple):
    """The contents of a pack: fields by path, each part before its fields, and numbers."""

    fields: Mapping[KeyPath, _Field]
    numbers: Mapping[str, Quantity]

    @classmethod
    def of(cls, crisis: Crisis) -> "_Pack":
        return cls(dict(_fields_of(crisis.model, ())), crisis.numbers)

    def parts(self, table: KeyPath) -> "dict[str, _Pack]":
        """Return the fields under each key of a table, by their path below the key."""
        found = {}
        for whole in (path for path, field in self.fields.items() if field.is_whole):
            if whole[:-1] == table:
                start, depth = f"{dotted(whole)}.", len(whole)
                fields = {
                    path[depth:]: field
                    for path, field in self.fields.items()
                    if path[:depth] == whole != path
                }
                numbers = {
                    name.removeprefix(start): number
                    for name, number in self.numbers.items()
                    if name.startswith(start)
                }
                found[str(whole[-1])] = _Pack(fields, numbers)
        return found

    def renamed(self, rename: Rename) -> "_Pack":
        """Return the pack with a part renamed, also wherever it is referred to."""
        is_actor = rename.table == ACTORS[0]
        tables = ACTORS if is_actor else (rename.table,)

        def moved(path: KeyPath) -> KeyPath:
            table = next((table for table in tables if path[: len(table)] == table), path)
            below = path[len(table) :]
            return (*table, rename.new, *below[1:]) if below[:1] == (rename.old,) else path

        def moved_name(name: str) -> str:
            return dotted(moved(tuple(name.split("."))))

        fields = {}
        for path, field in self.fields.items():
            here, words = moved(path), field.words
            if path[0] in {"options", "events", "rulings"} and path[2:3] in CHANGES:
                here = (*path[:3], *(moved_name(str(name)) for name in path[3:]))
            elif path[0] == "correlations":
                here = (path[0], PAIRED.join(sorted(map(moved_name, str(path[1]).split(PAIRED)))))
            elif path == rename.table:  # layers in their order
                listed = (rename.new if key == rename.old else key for key in words.split(", "))
                words = ", ".join(listed)
            elif is_actor and path[0] == "forces" and path[-1] in ACTORS_OF_A_FORCE:
                words = rename.new if words == rename.old else words
            fields[here] = field._replace(words=words)
        return _Pack(fields, {moved_name(name): one for name, one in self.numbers.items()})


def _aligned(before: _Pack, after: _Pack) -> tuple[_Pack, tuple[Rename, ...]]:
    """Return the first pack with the keys of the second, and the renamed keys.

    A part counts as renamed if its key is only in the first pack, the other key only in the second,
    and all numbers below the two are the same, reasons included. Since defaults and catalogue
    figures are the same for many parts, all else must agree too where no number is written.
    """
    renames: list[Rename] = []
    # Once actors have the same keys, the tables of what each has can be told apart by them.
    for is_owner in (True, False):
        tables = dict.fromkeys(path[:-1] for path, field in before.fields.items() if field.is_whole)
        for table in tables:
            if (table == ACTORS[0]) is is_owner and table[:1] not in UNNAMED:
                found = list(_renames(before.parts(table), after.parts(table), table))
                for rename in found:
                    before = before.renamed(rename)
                renames += found
    return before, tuple(renames)


def _renames(
    old: Mapping[str, _Pack], new: Mapping[str, _Pack], table: KeyPath
) -> Iterator[Rename]:
    gone = {key: part for key, part in old.items() if key not in new}
    come = {key: part for key, part in new.items() if key not in old}
    for must_be_all in (True, False):  # the surest first
        for key, part in tuple(gone.items()):
            because = [set(number.because) for number in part.numbers.values()]
            is_written = any(not set(ORIGINS) & reasons for reasons in because)
            for other, its in tuple(come.items()):
                has_numbers = is_written and part.numbers == its.numbers
                if part == its if must_be_all else has_numbers:
                    del gone[key], come[other]
                    yield Rename(table, key, other)
                    break


class NumberDifference(NamedTuple):
    """A number whose value or reasons differ; None on the side that lacks it."""

    field: str
    before: Quantity | None
    after: Quantity | None


class FieldDifference(NamedTuple):
    """A field other than a number, or a whole part, that differs; None where a pack lacks it."""

    field: str
    before: str | None
    after: str | None


class PackComparison(NamedTuple):
    """All differences between two packs, in the order of the first, then what only the second has.

    Parts in `renamed` are in no other list. Differences within a renamed part are listed under its
    path in the second pack.
    """

    numbers: tuple[NumberDifference, ...]
    claims: tuple[FieldDifference, ...]
    options: tuple[FieldDifference, ...]
    hypotheses: tuple[FieldDifference, ...]
    structure: tuple[FieldDifference, ...]
    renamed: tuple[Rename, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether only comments and the order of the text differ."""
        return not any(self)

    @property
    def counts(self) -> str:
        """Return the number of differences in each part."""
        lists = self._asdict()
        renamed = len(lists.pop("renamed"))
        counted = ", ".join(f"{len(listed)} in {part}" for part, listed in lists.items())
        return f"{counted}{f'; {renamed} renamed' if renamed else ''}"


def compare(before: Crisis, after: Crisis) -> PackComparison:
    """Return the differences between two packs, defaults and catalogue included."""
    parts: dict[str, list[FieldDifference]] = {group: [] for group in (*GROUPS, "structure")}
    wanted = _Pack.of(after)
    aligned, renamed = _aligned(_Pack.of(before), wanted)
    old, new = aligned.fields, wanted.fields
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
    """Return the origin of a number: `written`, `default` or `catalogue`."""
    return next((origin for origin in ORIGINS if origin in quantity.because), "written")


def quantity_words(quantity: Quantity) -> str:
    """Return the distribution of a number in words, with its unit."""
    unit = f" {unit_in_words(quantity.unit)}" if quantity.unit else ""
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
    """Return the reasons of a number: claims and words, or its origin."""
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
    """Return a figure with enough digits that unequal figures stay unequal."""
    return "none" if value is None else f"{value:.12g}"


def _fields_of(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, _Field]]:
    """Yield all fields other than numbers by path, each part before its fields."""
    if isinstance(value, BaseModel):
        for key, field in fields_of(type(value)).items():
            if row_of(field) is None:
                yield from _fields_of(getattr(value, key), (*path, key))
    elif isinstance(value, Mapping):
        if path[-1] == "layers" and value:
            # Layers fire in their order, so that another order is another defence.
            yield path, _Field(", ".join(value), is_whole=False)
        for key, below in value.items():
            if isinstance(below, BaseModel):
                titles = (getattr(below, field, None) for field in TITLES)
                title = next((plain(one) for one in titles if one), key)
                yield (*path, key), _Field(title, is_whole=True)
            yield from _fields_of(below, (*path, key))
    elif isinstance(value, tuple):
        correlations = [entry for entry in value if isinstance(entry, Correlation)]
        for entry in correlations:
            yield (*path, PAIRED.join(sorted(entry.of))), _Field(_words(entry.rank), is_whole=False)
        if value and not correlations:
            yield path, _Field(", ".join(map(_words, value)), is_whole=False)
    elif value is not None:
        yield path, _Field(_words(value), is_whole=False)


def _words(value: object) -> str:
    return plain(value) if isinstance(value, str) else show(value)

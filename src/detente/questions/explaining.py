"""The meaning of a number of a pack: unit, limits, what its value implies, and its sources.

`detente explain --json` prints one object, `detente/explain/1`. By name:

- pack, field, digest (of the pack); says: what it is; unit, empty if it has none.
- allowed: low, high and words.
- value: kind (fixed, range, values, chance, gamma, accepted), low, middle, high, words; low and
  high as in the pack, the 5th and 95th percentile of a range; middle is the median over worlds.
- implies[]: at (which value), value, says: what the value implies, in words; empty if the unit is
  enough.
- anchors[]: of (a default, the catalogue, or a pack that ships), field, low, middle, high, words:
  what the same number is there.
- rests_on: grade, because, gives, assumed, and claims[] with claim, gives, says, by, date, kind and
  grade.
- acts: parts of the model that it changes in this pack, none if nothing reads it.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.data import fields_of
from detente.ensemble.design import quantile
from detente.ensemble.effects import parts_moved
from detente.errors import DetenteError
from detente.evidence import Claim, LedgerRow, ledger
from detente.pack import Crisis, load, shipped
from detente.pack.number import NumberRow, quantity_of
from detente.pack.options import targets
from detente.pack.places import description_at, words_at
from detente.pack.quantity import Quantity
from detente.pack.resolve import Slot, roles_of, slots
from detente.pack.toml import dotted, read_shipped
from detente.questions.wording import number, quantity, significant
from detente.text import did_you_mean

MONTH = 30.0
"""Days over which the chance of an event with a rate is reported."""
MEAN = "mean t"
"""Beginning of the descriptions of mean durations that can end on any day."""
ACTORS = "actors"
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
KNOWN_MISSES = read_shipped("misses.toml")["misses"]
"""What the model is known to get wrong, and about which numbers."""


def known_misses(crisis: Crisis, field: str) -> tuple[str, ...]:
    """Return what the model is known to get wrong about a number, as sentences."""
    table, *rest = field.split(".")
    roles = roles_of((table, *rest), crisis.model)
    names = {field, *(dotted((table, role, *rest[1:])) for role in roles)}
    return tuple(
        f"Known to be wrong: {one['says']}."
        for one in KNOWN_MISSES
        if any(fnmatchcase(name, number) for name in names for number in one["numbers"])
    )


class Implied(NamedTuple):
    """What one value of a number implies."""

    at: Annotated[str, "which value, such as an end or the median"]
    value: float
    says: Annotated[str, "in words; empty if the unit is enough"]


class Anchor(NamedTuple):
    """The same number elsewhere, for comparison."""

    of: Annotated[str, "a general default, the catalogue, or the pack that ships"]
    field: str
    number: Quantity


@dataclass(frozen=True, repr=False)
class Explanation(notebook.Shown):
    """One number of a crisis: its meaning, implications, sources, and the parts that it affects."""

    main_table = "anchors"

    crisis: Crisis
    field: str
    meaning: NumberRow
    number: Quantity
    row: LedgerRow
    anchors: tuple[Anchor, ...]
    acts: Annotated[tuple[str, ...], "parts of the model that it changes"]

    @property
    def claims(self) -> dict[str, Claim]:
        """Return the claims that it rests on, those that state its size first."""
        keys = dict.fromkeys((*self.row.gives, *self.row.because))
        return {key: self.crisis.claims[key] for key in keys if key in self.crisis.claims}

    @property
    def implied(self) -> tuple[Implied, ...]:
        """Return what its value, or the ends and the median of its range, imply, if anything."""
        kind = self.number.domain, self.number.unit
        says = IMPLICATIONS.get(kind, lambda _: "")
        if self.meaning.says.startswith(MEAN):
            says = _mean_days
        says = BY_FIELD.get(self.field, says)
        implied = (Implied(at, value, says(value)) for at, value in _points(self.number))
        return tuple(one for one in implied if one.says)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente explain --json` prints."""
        limits, row = self.meaning.limits, self.row
        claims = [
            {
                "claim": key,
                "gives": key in row.gives,
                **fields_of(claim, "says by kind grade date"),
            }
            for key, claim in self.claims.items()
        ]
        return {
            "schema": "detente/explain/1",
            "pack": self.crisis.name,
            "field": self.field,
            "says": self.meaning.says,
            "unit": self.number.unit,
            "allowed": {"low": limits.lower, "high": limits.upper, "words": limits.words},
            "value": {"kind": self.number.kind, **_values(self.number)},
            "implies": self.implied,
            "anchors": [
                {**fields_of(one, "of field"), **_values(one.number)} for one in self.anchors
            ],
            "rests_on": {
                **fields_of(row, "grade because gives assumed"),
                "claims": claims,
            },
            "acts": self.acts,
            "digest": self.crisis.digest,
        }


def explain(crisis: Crisis, field: str) -> Explanation:
    """Return what a number of a crisis means, what its value implies, and its sources.

    Parameters
    ----------
    crisis
        The crisis, as `load` returns it.
    field
        The dotted path of a number, such as "talks.fade_rate".

    Raises
    ------
    DetenteError
        If the crisis has no such number.
    """
    if field not in crisis.numbers:
        path = tuple(field.split("."))
        if field in targets(crisis.model).others:
            says = description_at(path) or words_at(path)
            hint = f"it is {says}, and only numbers are explained"
            raise DetenteError("is not a number", where=field, hint=hint)
        hint = did_you_mean(field, crisis.numbers)
        hint = hint or f"to see every number: detente check {crisis.text.name} --resolved"
        raise DetenteError(f"{crisis.name} has no such number", where=field, hint=hint)
    slot = next(one for one in slots(crisis.model) if dotted(one.path) == field)
    known = crisis.numbers[field]
    return Explanation(
        crisis=crisis,
        field=field,
        meaning=slot.row,
        number=known,
        row=ledger([(field, known)], crisis.claims).rows[0],
        anchors=tuple(_anchors(crisis, slot)),
        acts=parts_moved(crisis, field),
    )


def _anchors(crisis: Crisis, slot: Slot) -> Iterator[Anchor]:
    if slot.fallback is not None:
        known = "the catalogue" if slot.origin == "catalogue" else "a general default"
        usual = quantity_of(slot.fallback, slot.row, crisis.model.accepted_set)
        yield Anchor(known, dotted(slot.path), usual)
    for name in shipped():
        if name != crisis.name:
            other = load(name)
            for field in _counterparts(crisis, slot, other):
                yield Anchor(name, field, other.numbers[field])


def _counterparts(crisis: Crisis, slot: Slot, other: Crisis) -> Iterator[str]:
    """Yield the corresponding fields of another pack; for actors, those with the same role."""
    if slot.path[0] != ACTORS:
        yield from (dotted(slot.path),) if dotted(slot.path) in other.numbers else ()
        return
    own = set(roles_of(slot.path, crisis.model))
    roles = own & set(slot.row.roles) or own
    for key, actor in other.model.actors.items():
        field = dotted((ACTORS, key, *slot.path[2:]))
        if roles & set(actor.roles) and field in other.numbers:
            yield field


def _values(known: Quantity) -> dict[str, Any]:
    low, high = (end if math.isfinite(end) else None for end in (known.low, known.high))
    return {"low": low, "middle": median(known), "high": high, "words": quantity(known)}


def median(known: Quantity) -> float:
    """Return the median of a number over worlds; for a yes or no, the chance of yes."""
    if known.kind == "chance":
        return float(known.probability or 0.0)
    return quantile(known, MIDDLE)


def _points(known: Quantity) -> Iterator[tuple[str, float]]:
    """Yield the values of a number whose implications are reported."""
    if known.is_fixed or (known.kind == "chance" and known.low == known.high):
        yield "value", known.low
        return
    if known.kind == "values":
        yield from (("one of its values", value) for value in sorted(set(known.values)))
        return
    names = "5th percentile", "median", "95th percentile"
    if known.kind == "chance" or known.shape == "uniform":
        names = "low end", "middle", "high end"
    low, high = known.low, known.high
    if known.kind == "gamma":
        low, high = quantile(known, LOW), quantile(known, HIGH)
    yield from zip(names, (low, median(known), high), strict=True)


def _of_100(share: float) -> str:
    """Return a share in hundredths, with two digits if it is small."""
    size = abs(share)
    return f"{significant(100.0 * share, 2) if size < 0.1 else number(100.0 * share, 0)}"  # noqa: PLR2004


def _rate(rate: float) -> str:
    if rate <= 0.0:
        return "never"
    month = 1.0 - math.exp(-MONTH * rate)
    return f"once in {_many_days(1.0 / rate)} on average; {_of_100(month)} % within 30 days"


def _many_days(days: float) -> str:
    return f"{significant(days, 2)} days" if days < 100.0 else f"{number(days, 0)} days"  # noqa: PLR2004


def _switch(chance: float) -> str:
    if chance in {0.0, 1.0}:
        return "yes, under all assumptions" if chance else "no, under all assumptions"
    return f"yes under {_of_100(chance)} % of assumptions"


def _basket(worth: float) -> str:
    return f"{_of_100(worth)} % of the stakes of the side that bears it"


def _mean_days(days: float) -> str:
    half, most = (_many_days(days * math.log(odds)) for odds in (2.0, 10.0))
    return f"half of the times within {half}, 9 of 10 within {most}"


def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))


IMPLICATIONS: Mapping[tuple[str, str], Callable[[float], str]] = {
    ("rate", "1/day"): _rate,
    ("rate", "steps/day"): _rate,
    ("rate", "basket/day"): lambda worth: (
        f"30 days of it are worth {_of_100(MONTH * worth)} % of the stakes"
    ),
    ("rate", "units of loss/day"): lambda loss: (
        f"30 days of it cost {_of_100(MONTH * loss)} % of what all forces of a side are worth"
    ),
    ("probability", "1/day"): lambda chance: (
        f"{_of_100(chance)} % on each such day; "
        f"{_of_100(1.0 - (1.0 - chance) ** MONTH)} % in 30 of them"
    ),
    ("probability", ""): lambda chance: f"in {_of_100(chance)} of 100 cases",
    ("share", "basket"): _basket,
    ("switch", ""): _switch,
    ("positive", "basket"): _basket,
    ("real", "basket"): _basket,
    ("positive", "units of loss"): lambda loss: (
        f"{_of_100(loss)} % of what all forces of a side are worth"
    ),
    **dict.fromkeys(
        (("real", "log"), ("positive", "log")),
        lambda size: f"a factor of {significant(math.exp(size), 2)}",
    ),
    ("positive", "log-odds"): lambda size: (
        f"odds {significant(math.exp(size), 2)} times as high: "
        f"50 % becomes {_of_100(_chance(size))} %"
    ),
}
"""What a value implies, by domain and unit."""
BY_FIELD: Mapping[str, Callable[[float], str]] = {
    "moves.precision": lambda precision: (
        "if one of two equally frequent moves is worth more by a tenth of all at issue, it is "
        f"chosen in {_of_100(_chance(0.1 * precision))} of 100 cases"
    )
}
"""What a value implies, for fields whose unit has a special meaning."""

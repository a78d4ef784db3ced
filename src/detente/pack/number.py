"""How a pack writes a number: its form, its reason, and the row of the number table."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, StringConstraints

from detente.evidence.claim import StandIn, WrittenPart, as_tuple
from detente.evidence.ledger import CALIBRATED
from detente.pack.quantity import (
    ALL_YEARS,
    DOMAINS,
    UNITS,
    Bounds,
    Domain,
    Period,
    Quantity,
    Shape,
    accepted,
)
from detente.pack.toml import KeyPath
from detente.text import between, show

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$"), StandIn("key")]
DEFENDER = ("defender",)
PRINCIPALS = ("challenger", "defender")


class Settable:
    """Marks a field other than a number that an option or a setting may change."""


class OfCatalogue(NamedTuple):
    """Marks a field that names a system of the catalogue, with the shelf to look in."""

    shelf: Literal["threats", "layers", "radars"]


Ends = Literal["held", "above_zero", "inside"]
"""Whether a number may equal the ends of its domain. `above_zero`: the model divides by it or takes
its logarithm; `inside`: the model takes its log-odds."""


MOST_WEIGHT = 1e6
GAMMA_SHAPES = (0.05, 1000.0)
"""With a smaller shape a gamma is near 0 in nearly every world; with a larger one it is normal."""
LEAST_GAP = 1e-9
"""Smallest distance from 0 and 1 of a chance whose log-odds the model takes."""


class Sought(NamedTuple):
    """An unknown name, and the known names among which the nearest is suggested."""

    name: str
    among: Collection[str]


class Finding(NamedTuple):
    """A fault in a pack before its line and column are known.

    If it `leans_on` the roles of actors or on `as_of`, it is dropped when these are faulty
    themselves. The hint is used unless a known name is near the one that is `sought`.
    """

    path: KeyPath
    found: str
    allowed: str
    hint: str = ""
    on_key: bool = False
    leans_on: Literal["", "roles", "as_of"] = ""
    sought: Sought | None = None


def known_key(
    key: str, table: Collection[str], path: KeyPath, of: str, hint: str
) -> Iterator[Finding]:
    """Yield a fault if a key is not in a table; `of` names what the table holds, as a claim."""
    if key not in table:
        yield Finding(path, show(key), f"the key of a {of}", hint, sought=Sought(key, table))


Because = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]
"""Keys of claims; a single one needs no brackets."""


def as_pair(value: Any) -> Any:
    """Return a number as a pair of equal ends; any other value is returned unchanged."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return (value, value) if is_number else value


class Gamma(WrittenPart):
    """A gamma distribution, by its shape and its mean."""

    shape: float
    mean: float


class WrittenNumber(WrittenPart):
    """A number as a pack writes it: one form out of six, and what it rests on.

    The claims that it rests on give its size (`gives`) or only bear on it (`because`).
    """

    value: float | None = None
    range: tuple[float, float] | None = None
    values: tuple[float, ...] | None = None
    chance: Annotated[tuple[float, float] | None, BeforeValidator(as_pair)] = None
    gamma: Gamma | None = None
    accepted: str | None = None
    shape: Shape | None = None
    within: tuple[float, float] | None = None
    weights: tuple[float, ...] | None = None
    gives: Because = ()
    because: Because = ()
    assumed: str | None = None


Measured = WrittenNumber | None
"""A number that a pack may leave out: a default or the catalogue then gives it."""


START = "provisional start value, not fitted to data"
"""Reason of a default for which nothing more can be said."""
HALF_TO_TWICE = f"{START}; half to twice"
NO_FIGURE = "provisional: no open figure at hand"
HISTORY = "calibrated on the rates of past crises (ICB, Brecher & Wilkenfeld)"


def usual(assumed: str, origin: str = "default", **form: Any) -> WrittenNumber:
    """Return a default; `form` is written as in a pack, such as `range=(0.1, 0.3)`."""
    return WrittenNumber.model_validate({**form, "assumed": assumed, "because": origin})


def fixed(value: float, assumed: str = START) -> WrittenNumber:
    """Return a default that is the same in every world."""
    return usual(assumed, value=value)


def ranging(low: float, high: float, assumed: str = START) -> WrittenNumber:
    """Return a default given by its 5th and 95th percentile."""
    return usual(assumed, range=(low, high))


def uniform(low: float, high: float, assumed: str = START) -> WrittenNumber:
    """Return a default that is uniform between two ends."""
    return usual(assumed, range=(low, high), shape="uniform")


def calibrated(path: str) -> WrittenNumber:
    """Return a default that is drawn from a column of the accepted set."""
    return usual(HISTORY, CALIBRATED, accepted=path)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A row of the number table: everything known of a number before a pack gives it.

    The row is attached to the number's field in the model of a pack, and its path is that field's,
    such as `actors.*.war_cost`. Forms, schema, defaults, titles and explanations all read it.
    """

    domain: str
    says: str
    """What it measures."""
    _: KW_ONLY
    title: str = ""
    """A short name for charts and the brief. The name of the actor or part is put before it."""
    unit: str = ""
    roles: tuple[str, ...] = ()
    """Roles of the actors that have this number; empty for all."""
    ends: Ends = "held"
    bounds: Bounds | None = None
    """Smallest and largest value, where the unit does not give them."""
    divides_attack: bool = False
    """Whether it is part of how an attack is put together: what raids strike, when, and with what.
    No search for a better choice may change such a number."""
    of_programme: bool = False
    """Whether it concerns the programme alone: 0 if the defender has none."""
    otherwise: str = ""
    """What the model uses if the number is left out and has no default. Not empty means that it may
    be left out."""
    slot: str | tuple[str, ...] | Mapping[str, str] = ()
    """Field of a kernel record to which it is copied (counts and switches rounded), such as
    `Negotiation.slip` or `Warfare.war_cost[0]`. A record's name alone means the field of the
    number's own key; a mapping gives the slot by the actor's role. Empty where the kernel needs it
    combined with other numbers."""
    default: WrittenNumber | Mapping[str, WrittenNumber] | None = None
    """Value where the pack gives none; a mapping gives it by the actor's role or by table."""

    @property
    def limits(self) -> Domain:
        """Return the domain cut to the bounds of this number; both ends are finite."""
        domain = DOMAINS[self.domain]
        if self.ends == "inside":
            words = f"{domain.words}, {LEAST_GAP:g} or more from either end"
            return replace(domain, lower=LEAST_GAP, upper=1.0 - LEAST_GAP, words=words)
        if self.bounds is None and math.isfinite(domain.upper):
            return domain
        most, why, least = self.bounds or UNITS[self.unit]
        least = max(domain.lower, least if self.ends == "above_zero" else -most)
        words = f"{between(f'{least:,.12g}', f'{most:,.12g}')} ({why})"
        return replace(domain, lower=least, upper=most, words=words)

    def slots_of(self, role: str, key: str) -> tuple[str, ...]:
        """Return its slots in kernel records, for an actor's role; `key` is the number's own."""
        if isinstance(self.slot, tuple):
            return self.slot
        slot = self.slot.get(role, "") if isinstance(self.slot, Mapping) else self.slot
        if not slot or (self.roles and role not in self.roles):
            return ()
        return (slot if "." in slot else f"{slot}.{key}",)

    def default_of(self, owners: Collection[str]) -> WrittenNumber | None:
        """Return its default for an actor with these roles, or for the table of this name."""
        if not isinstance(self.default, Mapping):
            return self.default
        return next((self.default[key] for key in owners if key in self.default), None)


class NumberFields:
    """Makes number fields that share some columns, one method for each domain.

    Each method takes what the number measures, then other columns of its row.
    """

    def __init__(self, **common: Any) -> None:
        def of(domain: str, **usual: Any) -> Callable[..., Any]:
            def field(says: str, **columns: Any) -> Any:
                # The format lets a pack leave any number out.
                made: Any = Field(default=None)
                made.metadata.append(NumberRow(domain, says, **{**usual, **common, **columns}))
                return made

            return field

        self.probability = of("probability")
        self.share = of("share")
        self.rate = of("rate", unit="1/day")
        self.amount = of("positive")
        self.count = of("count")
        self.real = of("real")
        self.switch = of("switch")


number = NumberFields()
principal = NumberFields(roles=PRINCIPALS)
negotiation = NumberFields(slot="Negotiation")
theatre = NumberFields(slot="Theatre")


FORMS = ("value", "range", "values", "chance", "gamma", "accepted")
"""The keys that give a number its form; every number has exactly one of them."""
FORM_WORDS = f"one of {', '.join(FORMS)}"
MISFITS = {
    "range": "write chance = [low, high]",
    "chance": "write value or range: a chance is for what is so or is not so",
    "gamma": "write another form: a gamma has no upper end",
}
"""Advice on a form that the number's domain does not allow."""


def has_form(domain: Domain, form: str) -> bool:
    """Return whether a domain allows a form."""
    if form == "chance":
        return domain.whole
    if form == "gamma":
        return domain.is_open and not domain.whole
    return form != "range" or not domain.whole


def is_number(table: Any) -> bool:
    """Return whether a table in a text is a number as a pack writes it.

    A class of weapons also has a key `value`, which is a number itself; and an actor may be called
    Gamma, so that `gamma` counts only if it holds a gamma's keys.
    """
    if not isinstance(table, dict):
        return False
    written = {form: table[form] for form in FORMS if form in table}
    is_gamma = (
        isinstance(written.get("gamma"), dict) and Gamma.model_fields.keys() & written["gamma"]
    )
    return bool(is_gamma) or any(not isinstance(value, dict) for value in written.values())


COMPANIONS = {"shape": ("range",), "within": ("range", "gamma"), "weights": ("values",)}
"""Keys that need one of these forms next to them."""

SHAPE_WORDS = {"lognormal": "ends above 0", "logitnormal": "ends above 0 and below 1"}

REASONS_ALLOWED = "gives, because or assumed"


def number_findings(number: WrittenNumber, row: NumberRow, path: KeyPath) -> Iterator[Finding]:
    """Yield the faults of a number that a pack writes."""
    forms = [form for form in FORMS if getattr(number, form) is not None]
    if len(forms) == 1:
        yield from _form_findings(number, forms[0], row.limits, path)
    else:
        found = " and ".join(forms) if forms else "no form"
        yield Finding(path, found, FORM_WORDS, f"keep {FORM_WORDS}" if forms else "add one")
    for companion, owners in COMPANIONS.items():
        is_alone = not set(owners) & set(forms)
        if getattr(number, companion) is not None and is_alone and forms:
            allowed = f"{companion} only with {' or '.join(owners)}"
            yield Finding((*path, companion), companion, allowed, f"drop {companion}", on_key=True)
    has_words = number.assumed is not None and number.assumed.strip() != ""
    if number.assumed is not None and not has_words:
        hint = "say in words why this number was taken"
        yield Finding((*path, "assumed"), "no words", "a reason in words", hint)
    elif not (number.gives or number.because or has_words):
        hint = 'add because = "a-claim" or assumed = "the reason in words"'
        yield Finding(path, "a number that rests on nothing", REASONS_ALLOWED, hint)


def _form_findings(
    number: WrittenNumber, form: str, domain: Domain, path: KeyPath
) -> Iterator[Finding]:
    """Yield the faults in the size of a number that has one form."""
    here = (*path, form)
    if not has_form(domain, form):
        ends = "[{:g}, {:g}]".format(*number.range) if number.range is not None else f"a {form}"
        yield Finding(here, ends, domain.words, MISFITS[form])
    elif number.value is not None:
        yield from _outside(domain, (number.value,), here)
    elif number.range is not None:
        yield from _range_findings(number, number.range, domain, path)
    elif number.values is not None:
        yield from _values_findings(number.values, number.weights, domain, path)
    elif number.chance is not None:
        yield from _outside(DOMAINS["probability"], dict.fromkeys(number.chance), here)
        if number.chance[0] > number.chance[1]:
            yield from _order_findings(number.chance, here)
    elif number.gamma is not None:
        yield from _gamma_findings(number.gamma, domain, here)
        if number.within is not None:
            yield from _ends_findings(number.within, domain, (*path, "within"))
    elif number.accepted is not None:
        name, columns = number.accepted, accepted().columns
        if name not in columns:
            sought, listed = Sought(name, columns), ", ".join(columns)
            yield Finding(here, name, "a number of the accepted set", listed, sought=sought)
        elif not all(domain.holds(value) for value in columns[name]):
            yield Finding(here, f"values of {name}", domain.words, "write another form")


def _outside(domain: Domain, values: Iterable[float], path: KeyPath) -> Iterator[Finding]:
    for value in values:
        if not domain.holds(value):
            yield Finding(path, f"{value:g}", domain.words, "write a number within these limits")


def _order_findings(ends: tuple[float, float], path: KeyPath) -> Iterator[Finding]:
    low, high = ends
    if not low < high:
        hint = f"write [{high:g}, {low:g}]" if high < low else f"write value = {low:g}"
        yield Finding(path, f"[{low:g}, {high:g}]", "a lower end, then a higher one", hint)


def _ends_findings(ends: tuple[float, float], domain: Domain, path: KeyPath) -> Iterator[Finding]:
    yield from _order_findings(ends, path)
    yield from _outside(domain, dict.fromkeys(ends), path)


def _range_findings(
    number: WrittenNumber, ends: tuple[float, float], domain: Domain, path: KeyPath
) -> Iterator[Finding]:
    low, high = ends
    faults = list(_ends_findings(ends, domain, (*path, "range")))
    bounds = []
    if number.within is not None:
        bounds = list(_ends_findings(number.within, domain, (*path, "within")))
    yield from (*faults, *bounds)
    # What goes with a range can be judged once its own ends are sound.
    if faults:
        return
    is_possible = number.shape != "lognormal" or low > 0
    if number.shape == "logitnormal":
        is_possible = low > 0 and high < 1
    if not is_possible:
        allowed = SHAPE_WORDS[str(number.shape)]
        found = f"{number.shape} from {low:g} to {high:g}"
        yield Finding((*path, "shape"), found, allowed, 'use shape = "uniform"')
    lower, upper = number.within or ends
    if not bounds and not lower <= low < high <= upper:
        found, allowed = f"[{lower:g}, {upper:g}]", f"bounds that hold [{low:g}, {high:g}]"
        yield Finding((*path, "within"), found, allowed, "widen it")


def _values_findings(
    values: tuple[float, ...], weights: tuple[float, ...] | None, domain: Domain, path: KeyPath
) -> Iterator[Finding]:
    here = (*path, "values")
    if not values:
        yield Finding(here, "an empty list", "one value or more", "add a value")
        return
    yield from _outside(domain, values, here)
    if weights is None:
        return
    here = (*path, "weights")
    if len(weights) != len(values):
        yield Finding(here, f"{len(weights)} weights", f"{len(values)}, one a value")
    is_within = all(0 <= weight <= MOST_WEIGHT for weight in weights)
    if weights and (not is_within or sum(weights) <= 0):
        listed = ", ".join(f"{weight:g}" for weight in weights)
        yield Finding(here, f"[{listed}]", f"weights of 0 to {MOST_WEIGHT:,.0f}, one above 0")


def _gamma_findings(gamma: Gamma, domain: Domain, path: KeyPath) -> Iterator[Finding]:
    low, high = GAMMA_SHAPES
    if not low <= gamma.shape <= high:
        yield Finding((*path, "shape"), f"{gamma.shape:g}", between(f"{low:g}", f"{high:g}"))
    if not (gamma.mean > 0 and domain.holds(gamma.mean)):
        yield Finding((*path, "mean"), f"{gamma.mean:g}", f"more than 0, and {domain.words}")


def quantity_of(number: WrittenNumber, row: NumberRow, period: Period = ALL_YEARS) -> Quantity:
    """Resolve a number without faults to a quantity.

    `period`: the accepted set from which a calibrated number is taken.
    """
    limits = row.limits
    common: dict[str, Any] = {
        "domain": row.domain,
        "unit": row.unit,
        "because": tuple(dict.fromkeys((*number.gives, *number.because))),
        "gives": number.gives,
        "assumed": number.assumed,
        "within": number.within,
        "limits": (limits.lower, limits.upper),
    }
    if number.value is not None:
        return Quantity("fixed", low=number.value, high=number.value, **common)
    if number.range is not None:
        low, high = number.range
        shape = number.shape or DOMAINS[row.domain].shape_of(low, high)
        return Quantity("range", low=low, high=high, shape=shape, **common)
    if number.accepted is not None:
        column = accepted(period).columns[number.accepted]
        ordered = sorted(column)
        low, high = (ordered[int(share * len(ordered))] for share in (0.05, 0.95))
        return Quantity("accepted", low=low, high=high, values=column, **common)
    if number.values:
        weights = number.weights or tuple(1.0 for _ in number.values)
        common["weights"] = tuple(weight / sum(weights) for weight in weights)
        low, high = min(number.values), max(number.values)
        return Quantity("values", low=low, high=high, values=number.values, **common)
    if number.chance is not None:
        low, high = number.chance
        return Quantity("chance", low=low, high=high, probability=(low + high) / 2, **common)
    gamma = number.gamma or Gamma(shape=1.0, mean=1.0)
    low, high = number.within or (0.0, float("inf"))
    return Quantity("gamma", low=low, high=high, gamma_shape=gamma.shape, mean=gamma.mean, **common)

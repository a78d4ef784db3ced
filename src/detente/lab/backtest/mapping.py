"""What a row of past crises says beforehand, and how it changes a reference pack."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detente.errors import DetenteError
from detente.evidence.document import read_whole
from detente.kernel.layout import Array
from detente.pack.places import INSTEAD, REFUSED, divides_attack
from detente.pack.quantity import Period
from detente.pack.toml import Unreadable, parse, read_shipped
from detente.questions.past.definitions import GROUPS, RATES, STARTS
from detente.questions.past.played import VIOLENT
from detente.questions.past.record import TARGETS
from detente.questions.past.table import PastCrisis
from detente.text import brief

MOST_DOUBLINGS = 3
"""A side eight times as strong counts as one that is more than that."""


def _strength(crisis: PastCrisis) -> float | None:
    """Return how many times the challenger is twice as strong as the challenged, in whole steps."""
    challenged, challenger = crisis.capability_a, crisis.capability_b
    if not challenged or not challenger:
        return None
    doublings = round(math.log2(challenger / challenged))
    return float(min(max(doublings, -MOST_DOUBLINGS), MOST_DOUBLINGS))


def _either(crisis: PastCrisis) -> float | None:
    known = [one for one in (crisis.has_nuclear_a, crisis.has_nuclear_b) if one is not None]
    return float(any(known)) if known else None


def _truth(answer: bool | None) -> float | None:
    return None if answer is None else float(answer)


class Input(NamedTuple):
    """What a row says of its crisis: in words, and how it is read; None where cells are blank."""

    says: str
    read: Callable[[PastCrisis], float | None]


INPUTS: Mapping[str, Input] = MappingProxyType(
    {
        "strength": Input(
            "doublings from the capabilities of the challenged side to the challenger's, in whole "
            f"steps of at most {MOST_DOUBLINGS} either way (cinc_A, cinc_B)",
            _strength,
        ),
        "nuclear": Input("one side or both have nuclear weapons (nuclear_A, nuclear_B)", _either),
        "rivals": Input(
            "the two had an earlier crisis with serious clashes or war (prior_serious)",
            lambda crisis: _truth(crisis.follows_serious),
        ),
        "neighbours": Input(
            "the two have a common border (contiguous)",
            lambda crisis: _truth(crisis.are_neighbours),
        ),
    }
)
"""What is read of a row besides its start. A blank moves nothing."""


class CrisisRows(NamedTuple):
    """Rows of a table, as a mapping reads them."""

    numbers: tuple[str, ...]
    years: Annotated[Array, "in which they began, shape (rows,)"]
    is_violent: Annotated[Array, "whether they began with violence, shape (rows,)"]
    inputs: Annotated[Array, "in the order of INPUTS, shape (rows, inputs)"]
    violence: Annotated[Array, "0 less, 1 serious clashes, 2 full-scale war, shape (rows,)"]
    blanks: Annotated[int, "rows with an input that is not known"]

    def input(self, name: str) -> Array:
        """Return what an input is in each row, shape (rows,)."""
        found: Array = self.inputs[:, list(INPUTS).index(name)]
        return found

    def happened(self, target: str) -> Array:
        """Return in which rows a target happened, shape (rows,)."""
        found: Array = self.violence > list(TARGETS).index(target)
        return found

    @property
    def starts(self) -> dict[str, Array]:
        """Return which rows began in which way, shape (rows,) each."""
        return dict(zip(STARTS, (~self.is_violent, self.is_violent), strict=True))

    def where(self, mask: Array) -> "CrisisRows":
        """Return some of the rows."""
        numbers = tuple(one for one, is_in in zip(self.numbers, mask, strict=True) if is_in)
        return self._replace(
            numbers=numbers,
            **{
                name: getattr(self, name)[mask]
                for name in ("years", "is_violent", "inputs", "violence")
            },
        )


def rows_of(crises: Sequence[PastCrisis], first: int, last: int) -> CrisisRows:
    """Return the rows that began in some years, outside ongoing wars, with trigger and violence."""
    chosen = [one for one in crises if first <= one.began.year <= last and is_usable(one)]
    read = [[known.read(one) for known in INPUTS.values()] for one in chosen]
    return CrisisRows(
        tuple(one.number for one in chosen),
        np.array([one.began.year for one in chosen], dtype=np.int64),
        np.array([bool(GROUPS[VIOLENT].holds(one)) for one in chosen], dtype=bool),
        np.array([[value or 0.0 for value in row] for row in read]).reshape(-1, len(INPUTS)),
        np.array([sum(bool(RATES[key].holds(one)) for key in TARGETS) for one in chosen], int),
        sum(None in row for row in read),
    )


def is_usable(crisis: PastCrisis) -> bool:
    """Say whether a row can be judged: no part of an ongoing war, start and violence known."""
    return not crisis.is_in_war and None not in {crisis.trigger, crisis.violence}


SHIPPED, FITTED = "backtest/mapping.toml", "backtest/fitted.toml"
"""The mapping as it is written down, and with what `detente lab backtest --fit` found."""
PERIOD: Period = "1945-1962"
"""Years of the crises to which the calibrated numbers of the packs that are played were fitted."""
EARLIEST = 1963
"""The first year of which these numbers know nothing."""
DECIMALS = 3
"""Positions of levers are rounded, so that combinations that hardly differ are played once."""
HINT = "docs/history.md says what a mapping holds; begin with a copy of the one that ships"


class _PartOfMapping(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FittedYears(_PartOfMapping):
    """Which rows are fitted to."""

    first: Annotated[int, Field(description="elasticities come from crises of this year on")]
    levels: Annotated[int, Field(description="levels come from crises of this year on")]
    before: Annotated[
        int, Field(ge=EARLIEST, description="no crisis of this year or later is fitted to")
    ]


class Lever(_PartOfMapping):
    """Fields of a reference pack that move together."""

    says: str
    fields: Annotated[tuple[str, ...], Field(min_length=1)]
    form: Literal["plus", "doubled"]
    positions: Annotated[tuple[float, ...], Field(min_length=3, description="played for a fit")]
    spread: Annotated[float, Field(gt=0, description="prior standard deviation of a level")]

    def moved(self, value: float, position: float) -> float:
        """Return a value of a field at a position of the lever."""
        return value + position if self.form == "plus" else value * 2.0**position


class LeverMove(_PartOfMapping):
    """An input that takes a lever along."""

    input: Literal["strength", "nuclear", "rivals", "neighbours"]
    lever: str
    sign: Literal["same", "opposite"]
    spread: Annotated[float, Field(gt=0, description="prior standard deviation about 0")]
    says: str

    @property
    def key(self) -> str:
        """Return what its elasticity is called."""
        return f"{self.input}.{self.lever}"

    def per_unit(self, is_violent: Array) -> Array:
        """Return with which sign its elasticity counts in each row, shape (rows,)."""
        return np.where(is_violent | (self.sign == "same"), 1.0, -1.0)


class Baselines(_PartOfMapping):
    """What needs no model, from the same rows: rates of all, rates by trigger, a logistic."""

    rates: Annotated[Mapping[str, dict[str, float]], Field(description="target -> group -> share")]
    logistic: Annotated[
        Mapping[str, dict[str, float]], Field(description="target -> term -> log-odds a unit")
    ]


class FittedNumbers(_PartOfMapping):
    """What was fitted on the rows before a date."""

    levels: Annotated[Mapping[str, dict[str, float]], Field(description="start -> lever -> level")]
    unmapped: Annotated[
        Mapping[str, dict[str, float]], Field(description="the same, fitted with no move at all")
    ]
    elasticities: Annotated[Mapping[str, float], Field(description="INPUT.LEVER -> a unit")]
    baselines: Baselines
    crossed: Annotated[
        Mapping[str, dict[str, float]],
        Field(description="target -> name -> Brier score of folds left out"),
    ]
    provenance: Mapping[str, str | int | float]


class RowMapping(_PartOfMapping):
    """How a row changes a reference pack: years, levers, moves, and what was fitted if anything."""

    years: FittedYears
    levers: Annotated[Mapping[str, Lever], Field(min_length=1)]
    moves: tuple[LeverMove, ...]
    fitted: FittedNumbers | None = None

    @model_validator(mode="after")
    def _moves_levers_that_are_there(self) -> Self:
        for move in self.moves:
            if move.lever not in self.levers:
                raise ValueError(f"{move.key} moves none of: {', '.join(self.levers)}")
        return self

    @model_validator(mode="after")
    def _divides_no_attack(self) -> Self:
        for field in (field for lever in self.levers.values() for field in lever.fields):
            if divides_attack(field):
                raise ValueError(f"{field} is moved; move {REFUSED}, and {INSTEAD}")
        return self

    @property
    def known(self) -> FittedNumbers:
        """Return what was fitted.

        Raises
        ------
        DetenteError
            If nothing was.
        """
        if self.fitted is None:
            hint = "fit it first: detente lab backtest TABLE --fit --mapping FILE"
            raise DetenteError("nothing was fitted for it", where="the mapping", hint=hint)
        return self.fitted

    def positions(self, rows: CrisisRows) -> Array:
        """Return where each lever stands for each row, shape (rows, levers)."""
        known, levers = self.known, list(self.levers)
        found = self._levels(known.levels, rows)
        for move in self.moves:
            units = rows.input(move.input) * move.per_unit(rows.is_violent)
            found[:, levers.index(move.lever)] += known.elasticities[move.key] * units
        rounded: Array = np.round(found, DECIMALS)
        return rounded

    def unmapped(self, rows: CrisisRows) -> Array:
        """Return where each lever stands if only the start is known, shape (rows, levers)."""
        rounded: Array = np.round(self._levels(self.known.unmapped, rows), DECIMALS)
        return rounded

    def _levels(self, of: Mapping[str, Mapping[str, float]], rows: CrisisRows) -> Array:
        by_start = np.array([[of[start][lever] for lever in self.levers] for start in STARTS])
        found: Array = by_start[rows.is_violent.astype(int)]
        return found


def shipped() -> RowMapping:
    """Return the mapping with the elasticities that ship."""
    return _read(read_shipped(FITTED), FITTED)


def as_written(path: Path | None = None, before: int | None = None) -> RowMapping:
    """Return a mapping from its file, the one that ships unless given, without what was fitted.

    `before` is another year than the file's, from which on no row is fitted to.

    Raises
    ------
    DetenteError
        If the file cannot be read, something in it is not allowed, or the calibrated numbers know
        crises of `before` or later.
    """
    if before is not None and before < EARLIEST:
        what = f"the packs' calibrated numbers were fitted to crises up to {EARLIEST - 1}"
        raise DetenteError(what, where=f"--before {before}", hint=f"give {EARLIEST} or later")
    found = _read(read_shipped(SHIPPED), SHIPPED) if path is None else read_mapping(path)
    years = found.years if before is None else found.years.model_copy(update={"before": before})
    return found.model_copy(update={"fitted": None, "years": years})


def read_mapping(path: Path) -> RowMapping:
    """Return a mapping from a file, with what was fitted if it holds that.

    Raises
    ------
    DetenteError
        If the file cannot be read, or something in it is not allowed.
    """
    content = read_whole(path, what="mapping", wanted="a mapping in TOML", cut="one mapping a file")
    tree = parse(content)
    if isinstance(tree, Unreadable):
        raise DetenteError(tree.found, where=f"{path}:{tree.line}", hint=HINT)
    return _read(tree, str(path))


def _read(tree: Mapping[str, Any], where: str) -> RowMapping:
    try:
        return RowMapping.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        what = f"{field}: {first['msg']}".removeprefix(": ")
        raise DetenteError(brief(what), where=where, hint=HINT) from error

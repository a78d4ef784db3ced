"""The mapping from what is known of a past crisis beforehand to a shift of a reference pack."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detente.errors import DetenteError
from detente.evidence.document import read_whole
from detente.kernel.layout import Array
from detente.lab.regression import logistic, moves
from detente.pack.places import INSTEAD, REFUSED, divides_attack
from detente.pack.quantity import Period
from detente.pack.toml import Unreadable, parse, read_shipped
from detente.questions.past.definitions import GROUPS, RATES, STARTS
from detente.questions.past.played import VIOLENT
from detente.questions.past.record import TARGETS
from detente.questions.past.reference import READ, attributes_of
from detente.questions.past.table import PastCrisis
from detente.text import brief


class CrisisRows(NamedTuple):
    """Rows of a table as arrays for a mapping."""

    years: Annotated[Array, "year of the beginning, shape (rows,)"]
    is_violent: Annotated[Array, "whether the start was violent, shape (rows,)"]
    attributes: Annotated[Array, "in the order of READ, NaN if blank, shape (rows, attributes)"]
    violence: Annotated[Array, "0 less, 1 serious clashes, 2 full-scale war, shape (rows,)"]

    def happened(self, target: str) -> Array:
        """Return whether a target happened in each row, shape (rows,)."""
        found: Array = self.violence > list(TARGETS).index(target)
        return found

    @property
    def group(self) -> Array:
        """Return the index of each row's start in `STARTS`, shape (rows,)."""
        return self.is_violent.astype(int)

    @property
    def starts(self) -> dict[str, Array]:
        """Return which rows have each start, shape (rows,) each."""
        return dict(zip(STARTS, (~self.is_violent, self.is_violent), strict=True))

    @property
    def blanks(self) -> int:
        """Return the number of rows with an unknown attribute."""
        return int(np.isnan(self.attributes).any(axis=1).sum())


def rows_of(crises: Sequence[PastCrisis], first: int, last: int) -> CrisisRows:
    """Return usable rows of some years: outside ongoing wars, with trigger and violence."""
    chosen = [one for one in crises if first <= one.began.year <= last and is_usable(one)]
    return CrisisRows(
        np.array([one.began.year for one in chosen], dtype=np.int64),
        np.array([bool(GROUPS[VIOLENT].holds(one)) for one in chosen], dtype=bool),
        attributes_of(chosen),
        np.array([sum(bool(RATES[key].holds(one)) for key in TARGETS) for one in chosen], int),
    )


def is_usable(crisis: PastCrisis) -> bool:
    """Return whether a row can be judged: outside ongoing wars, with known start and violence."""
    return not crisis.is_in_war and None not in {crisis.trigger, crisis.violence}


SHIPPED, FITTED = "backtest/mapping.toml", "backtest/fitted.toml"
"""The mapping as written by hand, and with the numbers that `detente lab backtest --fit` found."""
PERIOD: Period = "1945-1962"
"""Years of the crises to which the calibrated numbers of the packs were fitted."""
EARLIEST = 1963
"""The first year after them."""
STEP = 0.05
"""Positions of the lever are rounded to this, so that similar ones are played once."""
LEAST, MOST = 0.001, 0.999
"""Limits of a shifted share."""
HINT = "docs/history.md says what a mapping holds; begin with a copy of the one that ships"


class _PartOfMapping(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FittedYears(_PartOfMapping):
    """The years of the rows used for the fit."""

    first: Annotated[int, Field(description="weights come from crises of this year on")]
    levels: Annotated[int, Field(description="rates come from crises of this year on")]
    before: Annotated[
        int, Field(ge=EARLIEST, description="no crisis of this year or later is fitted to")
    ]


class Lever(_PartOfMapping):
    """Fields of a reference pack that are shifted together: its position is added to each."""

    says: str
    fields: Annotated[tuple[str, ...], Field(min_length=1)]
    positions: Annotated[tuple[float, ...], Field(min_length=3, description="played for a fit")]

    @model_validator(mode="after")
    def _divides_no_attack(self) -> Self:
        for field in filter(divides_attack, self.fields):
            raise ValueError(f"{field} cannot be moved; move {REFUSED}, and {INSTEAD}")
        if list(self.positions) != sorted({*self.positions}) or 0.0 not in self.positions:
            raise ValueError("positions must rise, and one of them must be 0")
        return self


class FittedStart(_PartOfMapping):
    """Numbers fitted for the crises with one start."""

    rates: Annotated[Mapping[str, float], Field(description="target -> share")]
    played: Annotated[
        tuple[float, ...], Field(description="share of serious clashes or war at each position")
    ]
    means: Annotated[Mapping[str, float], Field(description="attribute -> mean of the rows")]
    weights: Annotated[Mapping[str, float], Field(description="attribute -> log-odds a unit")]


class FittedNumbers(_PartOfMapping):
    """Numbers fitted on the rows before a date."""

    starts: Mapping[str, FittedStart]
    base: Annotated[Mapping[str, float], Field(description="target -> share of all crises")]
    crossed: Annotated[
        Mapping[str, float],
        Field(description="Brier score of crises left out: with attributes, and by trigger"),
    ]
    provenance: Mapping[str, str | int | float]


class RowMapping(_PartOfMapping):
    """A mapping from a row to a shift of a reference pack: years, a lever, fitted numbers."""

    years: FittedYears
    lever: Lever
    fitted: FittedNumbers | None = None

    @property
    def known(self) -> FittedNumbers:
        """Return the fitted numbers; raise `DetenteError` if there are none."""
        if self.fitted is None:
            hint = "fit it first: detente lab backtest TABLE --fit --mapping FILE"
            raise DetenteError("nothing was fitted for it", where="the mapping", hint=hint)
        return self.fitted

    def moves(self, rows: CrisisRows) -> Array:
        """Return the shift of the log-odds of each row by its attributes, shape (rows,)."""
        known = [self.known.starts[start] for start in STARTS]
        means = np.array([[one.means[name] for name in READ] for one in known])
        weights = np.array([[one.weights[name] for name in READ] for one in known])
        return moves(rows.attributes, rows.group, means, weights)

    def positions(self, rows: CrisisRows) -> Array:
        """Return the position of the lever for each row, shape (rows,).

        At this position the pack's log-odds are those without a shift, moved by the attributes;
        positions beyond the ends that were played are cut to them.
        """
        moved, found = self.moves(rows), np.zeros(len(rows.years))
        for start, mask in rows.starts.items():
            # Shares rise with the position; any decrease is sampling noise.
            shares = np.clip(np.maximum.accumulate(self.known.starts[start].played), LEAST, MOST)
            odds = np.log(shares / (1.0 - shares))
            level = odds[self.lever.positions.index(0.0)]
            found[mask] = np.interp(level + moved[mask], odds, self.lever.positions)
        rounded: Array = np.round(np.round(found / STEP) * STEP, 2)
        return rounded

    def baselines(self, rows: CrisisRows, target: str) -> dict[str, Array]:
        """Return the forecasts of each row without the model by name, shape (rows,) each.

        The logistic regression shifts rates by trigger as the lever shifts the pack; its share of
        war in serious clashes or war is that of all crises with the same start.
        """
        rates = {
            key: np.array([self.known.starts[start].rates[key] for start in STARTS])
            for key in TARGETS
        }
        serious = np.clip(rates["serious"], LEAST, MOST)
        moved = logistic(np.log(serious / (1.0 - serious))[rows.group] + self.moves(rows))
        return {
            "base": np.full(len(rows.years), self.known.base[target]),
            "trigger": rates[target][rows.group],
            "logistic": moved * (rates[target] / serious)[rows.group],
        }


def shipped() -> RowMapping:
    """Return the mapping with the shipped weights."""
    return _read(read_shipped(FITTED), FITTED)


def as_written(path: Path | None = None, before: int | None = None) -> RowMapping:
    """Return a mapping without fitted numbers from a file, by default the shipped one.

    `before` replaces the file's first year without fitted rows. Raises `DetenteError` if the file
    cannot be read, has an invalid entry, or the calibrated numbers include crises of `before` or
    later.
    """
    if before is not None and before < EARLIEST:
        what = f"the packs' calibrated numbers were fitted to crises up to {EARLIEST - 1}"
        raise DetenteError(what, where=f"--before {before}", hint=f"give {EARLIEST} or later")
    found = _read(read_shipped(SHIPPED), SHIPPED) if path is None else read_mapping(path)
    years = found.years if before is None else found.years.model_copy(update={"before": before})
    return found.model_copy(update={"fitted": None, "years": years})


def read_mapping(path: Path) -> RowMapping:
    """Return a mapping from a file, with fitted numbers if it has any.

    Raises `DetenteError` if the file cannot be read or has an invalid entry.
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

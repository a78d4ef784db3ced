"""Key assumptions: what moves an outcome, ranked by its effect times the weakness of its source."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from detente import notebook
from detente.data import in_json
from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.evidence.claim import Claim
from detente.evidence.ledger import CALIBRATED, Ledger, LedgerRow
from detente.questions.drivers import Drivers
from detente.questions.drivers.inputs import titled
from detente.questions.influence import Influences, weakness_of
from detente.questions.wording import titles

MEASURED = 0.5
"""Weakness of a number from the catalogue of systems or from past crises."""
NO_DRIVERS = "it has not been computed which inputs move {}"


class KeyAssumption(NamedTuple):
    """A number, or a claim's numbers: their effect on outcomes, and their source."""

    key: str
    kind: Literal["number", "claim"]
    title: str
    rests_on: Annotated[str, "grade of its claim, or another source"]
    weakness: Annotated[float, "of its source, 1/6 to 1"]
    moves: Annotated[Mapping[str, Estimate], "by outcome, from one end to the other"]

    @property
    def weight(self) -> float:
        """Return its largest effect times the weakness of its source."""
        return self.weakness * max(abs(effect.value) for effect in self.moves.values())

    @property
    def ends(self) -> tuple[float, float]:
        """Return the range of its weight, by the 90 % interval of its largest effect."""
        most = max(self.moves.values(), key=lambda one: abs(one.value))
        low, high = sorted((abs(most.low), abs(most.high)))
        return self.weakness * low, self.weakness * high


@dataclass(frozen=True, repr=False)
class KeyAssumptions(notebook.Shown):
    """The key assumptions of a run: those with large effects and weak sources come first."""

    main_table = "assumptions"

    run: Run
    outcomes: tuple[str, ...]
    assumptions: tuple[KeyAssumption, ...]
    open: Annotated[tuple[str, ...], "numbers that may move an outcome, by title"] = ()
    lacks: Annotated[tuple[str, ...], "outcomes whose drivers are not computed yet"] = ()
    notes: tuple[str, ...] = ()

    @property
    def tied(self) -> int:
        """Return how many others may have the largest weight, as their intervals overlap."""
        least = self.assumptions[0].ends[0] if self.assumptions else 0.0
        return sum(assumption.ends[1] >= least for assumption in self.assumptions[1:])

    def content(self) -> dict[str, Any]:
        """Return the object that `detente show --view assumptions --json` prints."""
        return {
            "schema": "detente/assumptions/1",
            "run": str(self.run.folder),
            "worlds": self.run.record.settings.worlds,
            "assumptions": [{**in_json(one), "weight": one.weight} for one in self.assumptions],
            "open": self.open,
            "notes": self.notes,
        }


def key_assumptions(
    run: Run, book: Ledger, drivers: Mapping[str, Drivers], reversed_claims: Influences
) -> KeyAssumptions:
    """Return the assumptions that clearly move an outcome, of what was played before.

    `drivers` has the drivers of each outcome that was asked about; `reversed_claims` has the
    effects of claims. A claim is left out if a number that rests on it is listed itself.
    """
    outcomes = reversed_claims.outcomes
    numbers = list(_numbers(run, book, drivers.values()))
    listed = {number.key for number in numbers}
    claims = [one for one in _claims(reversed_claims) if not listed & {*one[1]}]
    found = sorted([*numbers, *(one for one, _ in claims)], key=lambda one: -one.weight)
    unsure = (titled(path, one.crisis) for one in drivers.values() for path in one.open.numbers)
    lacks = tuple(outcome for outcome in outcomes if outcome not in drivers)
    called = titles(run.record)
    unplayed = (NO_DRIVERS.format(called[outcome]) for outcome in lacks)
    noted = [note for driver in drivers.values() for note in driver.notes]
    return KeyAssumptions(
        run=run,
        outcomes=outcomes,
        assumptions=tuple(found),
        open=tuple(dict.fromkeys(unsure)),
        lacks=lacks,
        notes=tuple(dict.fromkeys((*unplayed, *noted, *reversed_claims.notes))),
    )


def _numbers(run: Run, book: Ledger, drivers: Iterable[Drivers]) -> Iterator[KeyAssumption]:
    rows = {row.field: row for row in book.rows}
    found = tuple(drivers)
    crisis = run.crisis
    for path in dict.fromkeys(path for one in found for path in one.numbers):
        moves = {one.outcome: one.numbers[path].swing for one in found if path in one.numbers}
        rests_on, weakness = foundation_of(rows[path], crisis.claims)
        yield KeyAssumption(path, "number", titled(path, crisis), rests_on, weakness, moves)


def _claims(found: Influences) -> Iterator[tuple[KeyAssumption, tuple[str, ...]]]:
    """Yield the claims that clearly move an outcome if reversed, each with its numbers."""
    for key, one in found.claims.items():
        moves = {name: shift.swing for name, shift in one.shifts.items() if shift.is_clear}
        if moves:
            claim = one.claim
            rank = KeyAssumption(key, "claim", claim.says, claim.grade, one.weakness, moves)
            yield rank, one.fields


def foundation_of(row: LedgerRow, claims: Mapping[str, Claim]) -> tuple[str, float]:
    """Return what a number rests on, and how weak that is, from 1/6 to 1.

    A claim that states its size has the weakness of its grade. If claims bear on it without stating
    its size, it is half way from the best of them to 1. Words alone and a general default have 1,
    known systems and past crises a half.
    """
    if row.is_given:
        return row.grade, min(weakness_of(claims[key]) for key in row.gives)
    if row.is_supported:
        best = min(weakness_of(claims[key]) for key in row.because if key in claims)
        return row.grade, (1.0 + best) / 2.0
    origin = next((key for key in row.because if key in {"default", "catalogue", CALIBRATED}), "")
    return origin or "words", MEASURED if origin in {"catalogue", CALIBRATED} else 1.0

"""Indicators: which were seen, which were sought and not seen, which nobody looked for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.data import fields_of
from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.questions.update import TooFewError, Update, update

NO_SIGNS = "the pack has no signs to watch for"


class IndicatorRow(NamedTuple):
    """An indicator: whether and by whom it was seen, and its effect on the outcome."""

    item: str
    what: str
    status: Annotated[str, "seen, not_seen or not_looked_at"]
    points_to: tuple[str, ...] | None
    date: dt.date | None = None
    by: str | None = None
    before: Annotated[bool, "whether the pack has it, from before the as-of date"] = False
    shift: Annotated[Estimate | None, "of the outcome, by this alone"] = None
    if_seen: Estimate | None = None
    if_not: Estimate | None = None


@dataclass(frozen=True, repr=False)
class Indicators(notebook.Shown):
    """All indicators of a run's pack and of later observations."""

    main_table = "indicators"

    run: Run
    outcome: str
    indicators: tuple[IndicatorRow, ...]
    notes: tuple[str, ...] = ()

    def of(self, status: str) -> tuple[IndicatorRow, ...]:
        """Return those with a status."""
        return tuple(indicator for indicator in self.indicators if indicator.status == status)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente show --view indicators --json` prints."""
        return {
            "schema": "detente/indicators/1",
            "run": str(self.run.folder),
            **fields_of(self, "outcome indicators notes"),
        }


def indicators(
    run: Run, observed: Path | str | None = None, *, outcome: str = "any_war"
) -> Indicators:
    """Return the indicators of a run's pack, and later observations of them.

    Raises `DetenteError` as `update` does, but not if no sign was observed.
    """
    model = run.crisis.model
    found, notes = None, tuple[str, ...]()
    if model.signs or observed is not None:
        try:
            found = update(run, observed, outcome=outcome, more_worlds=0)
        except TooFewError as few:
            if observed is not None:
                raise
            notes = (few.what,)
    else:
        notes = (NO_SIGNS,)
    before = (
        IndicatorRow(key, key, "seen", tuple(indicator.points_to), indicator.date, before=True)
        for key, indicator in sorted(model.indicators.items(), key=lambda pair: pair[1].date)
    )
    since = () if found is None else _since(found)
    return Indicators(run, outcome, (*before, *since), notes)


def _since(found: Update) -> Iterator[IndicatorRow]:
    """Yield the observations, then the signs that nobody looked for, the most informative first."""
    unlooked = {one.what: one for one in found.sheet if one.status == "not_looked_at"}
    for one in found.sheet:
        if one.status != "not_looked_at":
            yield IndicatorRow(
                one.item, one.what, one.status, one.points_to, one.date, one.by, shift=one.alone
            )
    for key, sign in found.next.items():
        row = unlooked[key]
        yield IndicatorRow(
            row.item, key, row.status, row.points_to, if_seen=sign.if_seen, if_not=sign.if_not
        )

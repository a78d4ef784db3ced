"""Completes the record of a run once all its parts lie there: its digests, and what came of it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from detente.ensemble import record as records
from detente.ensemble import store
from detente.ensemble.record import Outcome, Record
from detente.ensemble.run import Run
from detente.ensemble.runners import together
from detente.ensemble.store import Part, Rows, SolverReport
from detente.ensemble.tally import count
from detente.errors import DetenteError


def complete(folder: Path, record: Record, seconds: float) -> Run:
    """Read a run's parts once, in the digest's order, and return it with its record completed.

    That of a run which was finished before and has been repaired stays as it is.

    Raises
    ------
    DetenteError
        If a run that was repaired is not what its record says.
    """
    run = Run(folder, record)
    again = Run(folder, _completed(run, seconds), run.tallies, run.verified)
    if record.outcome is None:
        return again
    if (again.digest, again.record.options) != (run.digest, record.options):
        raise DetenteError(
            f"what was damaged was played again and gives the digest {again.digest[:12]}; "
            f"the record says {run.digest[:12]}",
            where=str(folder),
            hint=f"the run is not to be trusted; {records.ANEW}",
        )
    return run


def _completed(run: Run, seconds: float) -> Record:
    """Return the record of a run with what came of it."""
    whole = hashlib.sha256()
    options = dict(run.record.options)
    reports: list[SolverReport] = []
    for option in sorted(run.options, key=str.encode):
        own = hashlib.sha256()
        run.tallies[option] = count(
            _digested(run, option, (whole, own), reports),
            run.record.settings.worlds_of(option),
            run.record.settings.horizon,
        )
        options[option] = options[option].model_copy(update={"digest": own.hexdigest()})
        run.verified.add(option)
    outcome = _outcome(run, whole.hexdigest(), seconds, reports)
    return run.record.model_copy(update={"options": options, "outcome": outcome})


def _digested(
    run: Run, option: str, digests: tuple[Any, ...], reports: list[SolverReport]
) -> Iterator[Rows]:
    """Read an option's rows while feeding the digests and collecting the solver's reports."""

    def read(part: Part) -> Rows:
        rows, solver = run.read_part(part)
        if part.first_future == 0:
            reports.extend(solver.values())
        return rows

    for rows in store.in_order(run.parts(option), read):
        content = store.row_bytes(option, rows)
        for one in digests:
            one.update(content)
        yield rows


def _outcome(run: Run, digest: str, seconds: float, reports: list[SolverReport]) -> Outcome:
    checks = np.sum([run.tally(option).checks for option in run.options], axis=0)
    visited, unsettled, violations = (int(check) for check in checks)
    return Outcome(
        finished=records.now(),
        digest=digest,
        seconds=round(seconds, 3),
        solver=together(reports),
        visited=visited,
        unsettled=unsettled,
        violations=violations,
    )

"""How the record of a run grows, and how it is completed once all its parts lie there."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from detente.ensemble import record as records
from detente.ensemble import store
from detente.ensemble.record import (
    MOST_TIMES,
    Completion,
    OptionRecord,
    Record,
    refuse_many_parts,
    settle,
    size_of,
    spell_call,
)
from detente.ensemble.run import Run
from detente.ensemble.runners import together
from detente.ensemble.store import Part, Rows, SolverReport
from detente.ensemble.tally import count
from detente.errors import DetenteError


def grow(
    record: Record,
    *,
    futures: int | None = None,
    worlds: int | None = None,
    option_worlds: int | None = None,
) -> Record:
    """Return the record of a run that goes on to a larger size; as it is if that is its size.

    With worlds alone, each plays as many futures as each does now. What is None stays.

    Raises
    ------
    DetenteError
        If a size is out of its bounds or smaller than that of the run.
    """
    before = record.settings
    worlds = before.worlds if worlds is None else worlds
    if futures is None:
        is_wider = worlds > before.worlds
        futures = worlds * before.futures_of_a_world if is_wider else before.futures
    asked = {"futures": futures, "worlds": worlds}
    if option_worlds is not None:
        asked["option_worlds"] = option_worlds
    settings = settle(**{**before.model_dump(), **asked})
    if settings == before:
        return record
    there, becomes = (
        {
            "worlds": one.worlds,
            "futures": one.futures,
            "option_worlds": min(one.worlds, one.option_worlds or one.worlds),
        }
        for one in (before, settings)
    )
    for name, size in there.items():
        if becomes[name] < size:
            what = f"{name} is {becomes[name]}; the run has {size}"
            hint = "a run can only grow; for a smaller one start a new run"
            raise DetenteError(what, where=name, hint=hint)
    each = before.futures_of_a_world
    if settings.futures_of_a_world < each:
        raise DetenteError(
            f"futures is {settings.futures}, fewer than {each} in each of {settings.worlds} worlds",
            where="futures",
            hint=f"each world keeps its {each} futures; ask for {settings.worlds * each} or more",
        )
    if len(record.grown_from) == MOST_TIMES:
        hint = "start a new run with the size that you want"
        raise DetenteError(f"the run was extended {MOST_TIMES} times, the most there is", hint=hint)
    before_it = (*record.grown_from, size_of(before))
    refuse_many_parts(before_it, settings, "futures")
    options = {
        name: option.model_copy(update={"digest": None}) for name, option in record.options.items()
    }
    grown = {"settings": settings, "grown_from": before_it, "options": options}
    call = spell_call(record.source, settings)
    return record.model_copy(update={**grown, "call": call, "outcome": None})


def add_options(record: Record, options: Mapping[str, OptionRecord]) -> Record:
    """Return the record of a run that is to play more options; as it is if it has them all."""
    new = {name: option for name, option in options.items() if name not in record.options}
    if not new:
        return record
    named = (*record.settings.options, *new)
    settings = record.settings.model_copy(update={"options": named})
    more = {"settings": settings, "options": {**record.options, **new}, "outcome": None}
    return record.model_copy(update={**more, "call": spell_call(record.source, settings)})


def complete(folder: Path, record: Record, seconds: float) -> Run:
    """Read a run's parts once, in the digest's order, and return it with its record completed.

    That of a run which was finished before and has been repaired stays as it is.

    Raises
    ------
    DetenteError
        If a run that was repaired is not what its record says.
    """
    run, settings = Run(folder, record), record.settings
    whole, options = hashlib.sha256(), dict(record.options)
    reports: list[SolverReport] = []

    def read(part: Part) -> Rows:
        rows, solver = run.read_part(part)
        if part.first_future == 0:
            reports.extend(solver.values())
        return rows

    for option in sorted(run.options, key=str.encode):
        own = hashlib.sha256()

        def digested(option: str = option, own: Any = own) -> Iterator[Rows]:
            for rows in store.in_order(run.parts(option), read):
                content = store.row_bytes(option, rows)
                whole.update(content)
                own.update(content)
                yield rows

        run.tallies[option] = count(digested(), settings.worlds_of(option), settings.horizon)
        run.verified.add(option)
        options[option] = options[option].model_copy(update={"digest": own.hexdigest()})
    if record.outcome is None:
        checks = np.sum([run.tally(option).checks for option in run.options], axis=0)
        visited, unsettled, violations = (int(check) for check in checks)
        outcome = Completion(
            finished=records.now(),
            digest=whole.hexdigest(),
            seconds=round(seconds, 3),
            solver=together(reports),
            visited=visited,
            unsettled=unsettled,
            violations=violations,
        )
        completed = record.model_copy(update={"options": options, "outcome": outcome})
        return Run(folder, completed, run.tallies, run.verified)
    if (whole.hexdigest(), options) != (run.digest, record.options):
        raise DetenteError(
            f"what was damaged was played again and gives the digest {whole.hexdigest()[:12]}; "
            f"the record says {run.digest[:12]}",
            where=str(folder),
            hint=f"the run is not to be trusted; {records.PLAY_AGAIN}",
        )
    return run

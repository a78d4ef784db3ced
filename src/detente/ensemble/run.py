"""A stored run: its record, its futures as a table, and what it counts."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from detente import notebook
from detente.ensemble import bundle, store, versions
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.record import BASE, Outcome, Record
from detente.ensemble.runners import together
from detente.ensemble.shares import Share, estimate
from detente.ensemble.store import Part, Rows, SolverReport
from detente.ensemble.tally import Tally, corridor, count
from detente.errors import DetenteError
from detente.kernel.endings import Ending

MOST_UNSETTLED = 0.01
"""A run in which a larger share of the visited decision nodes is unsettled has failed."""
DAYS = ("ending_day", "first_force_day", "broken_deal_day", "broken_day")
"""Columns of days by which futures are counted."""
READABLE = "show and report read what it holds"
"""What can be done with a run that another version of the model made."""


@dataclass(frozen=True, repr=False)
class Run(notebook.Shown):
    """One stored simulation."""

    folder: Path
    record: Record
    tallies: dict[str, Tally] = field(default_factory=dict, repr=False)
    verified: set[str] = field(default_factory=set, repr=False, compare=False)

    @classmethod
    def open(cls, folder: Path | str | None = None) -> "Run":
        """Open a finished run: the one in a folder, at an address or in a bundle, or the newest.

        The newest is looked for in `./runs`. Addresses, such as s3://bucket/run, need the extra
        `remote`.

        Raises
        ------
        DetenteError
            If no run lies there, it is unfinished, or it cannot be read.
        """
        path = bundle.opened(folders.find(folder))
        record = records.read(path)
        if record.outcome is None:
            raise versions.unfinished(path, record)
        return cls(path, record)

    @property
    def outcome(self) -> Outcome:
        """Return what the finished run added to its record."""
        if self.record.outcome is None:
            raise versions.unfinished(self.folder, self.record)
        return self.record.outcome

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all rows, sorted by option, world and future."""
        return self.outcome.digest

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options played, the base first."""
        return self.record.settings.options

    def damaged(self) -> list[Part]:
        """Return the files of all options that are missing or are not as they were written."""
        parts = [part for option in self.options for part in self.parts(option)]
        folder = self.folder / folders.PARTS
        return [part for part in parts if not store.is_whole(folder, part, self.identity(part))]

    def parts(self, option: str) -> list[Part]:
        """Return the files of one option; those of a world in the order of its futures."""
        return store.plan(option, self.record.sizes, self.record.settings.chunk)

    def identity(self, part: Part) -> str | None:
        """Return what seals a file beside its content; None in a run that is older than that."""
        return self.record.options[part.option].identity

    def rows(self, option: str = BASE) -> Iterator[Rows]:
        """Read an option's futures in the order of their addresses, each part verified.

        Whoever reads to the end has read what the record's digest is of.

        Raises
        ------
        DetenteError
            If a part is missing or is not as it was written, or goes on for longer than the record
            says, or at the end, if all together are not what the record says.
        """
        rows = store.in_order(self.parts(self.known(option)), self._rows_within)
        recorded = self.record.options[option].digest
        return rows if recorded is None else self._verified(option, rows, recorded)

    def _verified(self, option: str, rows: Iterator[Rows], recorded: str) -> Iterator[Rows]:
        """Yield rows; at the end, once for each option, hold their digest against the record's."""
        if option in self.verified:
            yield from rows
            return
        whole = hashlib.sha256()
        for some in rows:
            whole.update(store.row_bytes(option, some))
            yield some
        if whole.hexdigest() != recorded:
            raise DetenteError(
                f"the futures of {option} have the digest {whole.hexdigest()[:12]}; "
                f"the record says {recorded[:12]}",
                where=str(self.folder),
                hint=f"the run is not to be trusted; {records.ANEW}",
            )
        self.verified.add(option)

    def row(self, world: int, future: int, option: str = BASE) -> np.void:
        """Return one future.

        Raises
        ------
        DetenteError
            If the run holds no such future.
        """
        for part in self.parts(self.known(option)):
            is_there = 0 <= world - part.first_world < part.worlds
            if is_there and 0 <= future - part.first_future < part.futures:
                place = (world - part.first_world) * part.futures + future - part.first_future
                row: np.void = self.read_part(part)[0][place]
                return row
        settings = self.record.settings
        raise DetenteError(
            f"the run holds no future {world}:{future}",
            where=str(self.folder),
            hint=f"worlds are 0 to {settings.worlds - 1}, "
            f"futures 0 to {settings.futures_of_a_world - 1}",
        )

    def tally(self, option: str = BASE) -> Tally:
        """Count an option's futures."""
        if option not in self.tallies:
            settings = self.record.settings
            self.tallies[option] = count(self.rows(option), settings.worlds, settings.horizon)
        return self.tallies[option]

    def ending_shares(self, option: str = BASE) -> dict[str, Share]:
        """Return the share of each ending with its intervals, all eight always."""
        counts = self.tally(option).endings
        futures = self.record.settings.futures_of_a_world
        return {ending.name.lower(): estimate(counts[:, ending], futures) for ending in Ending}

    @property
    def corridor(self) -> list[tuple[int, float, float, float]]:
        """Return, day by day, the shares still open, in a deal, and under force."""
        return corridor(self.tally())

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read all futures as Arrow, part by part, each verified."""
        for option in self.options:
            for rows in self.rows(option):
                yield store.to_batch(option, rows)

    @cached_property
    def table(self) -> pa.Table:
        """All futures of all options as one Arrow table, read when first asked for.

        A row is a future, in the order of options, worlds and futures; what a column means stands
        in the metadata of its field. The columns are those of the files: `docs/data.md`.
        """
        return pa.Table.from_batches(self.batches(), store.schema())

    def to_arrow(self) -> pa.Table:
        """Return all futures as an Arrow table, each part verified as it is read.

        Raises
        ------
        DetenteError
            If a part is missing or is not as it was written.
        """
        return self.table

    def to_pandas(self) -> Any:
        """Return all futures as a pandas data frame: `table`, with a plain index; needs pandas.

        Raises
        ------
        DetenteError
            If a part is missing or is not as it was written.
        """
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """Return all futures as a polars data frame: `table`; needs polars.

        Raises
        ------
        DetenteError
            If a part is missing or is not as it was written.
        """
        import polars as pl  # noqa: PLC0415  the user's choice, not ours

        return pl.from_arrow(self.table)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Offer the futures to any tool that reads Arrow, part by part."""
        reader = pa.RecordBatchReader.from_batches(store.schema(), self.batches())
        return reader.__arrow_c_stream__(requested_schema)

    def _table(self) -> notebook.Table:
        """Show the endings with their intervals."""
        return endings_of(self, self.ending_shares())

    def __repr__(self) -> str:
        """Say of which crisis it is, how large and where, from its record: no future is read."""
        record = self.record
        rows = [
            ("folder", str(self.folder)),
            ("options", ", ".join(self.options)),
            ("seed", str(record.settings.seed)),
            ("digest", "unfinished" if record.outcome is None else self.digest),
            ("to see more", "summarise(run) gives its endings, run.table its futures"),
        ]
        return notebook.Table(_caption(record), ("", ""), rows).plain()

    def refuse_failed(self) -> None:
        """Refuse a run that was played and cannot be relied on.

        Raises
        ------
        DetenteError
            If a future breaks a law of every future, or more than 1 % of the visited decision nodes
            have a residual above .02.
        """
        if self.outcome.violations:
            raise DetenteError(
                f"{self.outcome.violations:,} futures break a law of every future",
                where=str(self.folder),
                hint="this is a fault of detente and not of the pack: report it with both",
            )
        outcome = self.outcome
        if outcome.unsettled > MOST_UNSETTLED * outcome.visited:
            raise DetenteError(
                f"{outcome.unsettled / outcome.visited:.1%} of the visited decisions did not "
                "settle; at most 1 % may not",
                where=str(self.folder),
                hint="play again with --grid fine, or lower moves.precision",
            )

    def refuse_other_model(self, *, instead: str = READABLE) -> None:
        """Refuse a run that was made with another version of the model; `instead` is advised.

        Raises
        ------
        DetenteError
            If it was.
        """
        if not versions.is_own_model(self.record):
            raise versions.of_another(self.folder, self.record, instead=instead)

    def known(self, option: str) -> str:
        """Return an option that the run has.

        Raises
        ------
        DetenteError
            If it has no such option.
        """
        if option in self.options:
            return option
        raise DetenteError(
            f"the run has no option {option!r}",
            where=str(self.folder),
            hint="it has: " + ", ".join(self.options),
        )

    def read_part(self, part: Part) -> tuple[Rows, Mapping[int, SolverReport]]:
        """Read one file, verified, and what the solver said of its worlds.

        Raises
        ------
        DetenteError
            If it is missing or is not as it was written.
        """
        try:
            return store.read(self.folder / folders.PARTS, part, self.identity(part))
        except store.TornPartError as fault:
            raise DetenteError(
                str(fault),
                where=str(self.folder / folders.PARTS),
                hint=versions.how_to_mend(self.folder, self.record),
            ) from fault

    def _rows_within(self, part: Part) -> Rows:
        """Read one file whose futures go on for no longer than the record says."""
        rows, _ = self.read_part(part)
        last, horizon = max(int(rows[day].max()) for day in DAYS), self.record.settings.horizon
        if last > horizon:
            what = f"{part.name} goes on to day {last}; the record has a horizon of {horizon}"
            raise DetenteError(what, where=str(self.folder), hint=records.ANEW)
        return rows


def endings_of(run: Run, shares: Mapping[str, Share]) -> notebook.Table:
    """Return a table of the share of each ending of a run, with its intervals."""
    return notebook.Table(
        _caption(run.record),
        ("ending", "futures of 100", *notebook.INTERVALS),
        [(key.replace("_", " "), *notebook.estimate(*share)) for key, share in shares.items()],
    )


def _caption(record: Record) -> str:
    settings = record.settings
    size = f"{settings.played:,} futures over {settings.worlds} worlds"
    return f"{record.title}, in this model: {size}"


def complete(folder: Path, record: Record, seconds: float) -> Run:
    """Read a run's parts once, in the digest's order, and return it with its record completed.

    That of a run which was finished before and has been mended stays as it is.

    Raises
    ------
    DetenteError
        If a run that was mended is not what its record says.
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
            run.record.settings.worlds,
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

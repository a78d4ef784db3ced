"""A stored run: its record, its futures as a table, their counts, and outcomes by world."""

import hashlib
import operator
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from detente import notebook
from detente.ensemble import advice, bundle, codes, foundation, store
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.measures import ENDINGS, EVER, OUTCOMES, SETS
from detente.ensemble.record import BASE, Completion, Record
from detente.ensemble.store import Part, Rows, SolverReport
from detente.ensemble.tally import CorridorDay, Tally, corridor, count
from detente.ensemble.weighing import Weighing
from detente.ensemble.worlds import WORLD, read_worlds
from detente.errors import DetenteError, from_extra
from detente.pack import Crisis

MOST_UNSETTLED = 0.01
"""Largest share of visited decision nodes that may be unsettled; beyond it the run has failed."""
ADDRESS = ("option", "world", "future")
"""The columns that identify a future."""
Address: TypeAlias = str | tuple[int, int]
"""World and index of a future, as text such as `12:345`, or as two numbers."""
WRITTEN = re.compile(r"([0-9]{1,9}):([0-9]{1,10})")
DAYS = ("ending_day", "first_force_day", "war_day", "broken_deal_day", "broken_day")
"""The columns of days that are checked against the horizon."""
READABLE = "show and report read what it holds"
"""Advice for a run that another version of the model made."""


@dataclass(frozen=True, repr=False)
class Run(notebook.Shown):
    """One stored simulation."""

    folder: Path
    record: Record
    tallies: dict[str, Tally] = field(default_factory=dict, repr=False)
    verified: set[str] = field(default_factory=set, repr=False, compare=False)
    weighing: Weighing | None = field(default=None, repr=False, compare=False)
    """None if worlds have equal weights."""

    @classmethod
    def open(cls, folder: Path | str | None = None) -> "Run":
        """Open a finished run: in a folder, at an address or in a bundle; by default the newest.

        The newest is the one in `./runs`. Addresses, such as s3://bucket/run, need the extra
        `remote`.

        Raises `DetenteError` if there is no run, it is unfinished, or it cannot be read.
        """
        path = bundle.opened(folders.find(folder))
        run = cls(path, records.read(path))
        _ = run.outcome  # an unfinished run is refused
        return run

    @property
    def outcome(self) -> Completion:
        """Return the part of the record that was added when the run finished.

        Raises `DetenteError` if the run is not finished.
        """
        if self.record.outcome is not None:
            return self.record.outcome
        if self.record.is_own_model:
            raise advice.UnfinishedError(self.folder)
        what = "the run is unfinished and was begun with another version of the model"
        instead = "go on with that version"
        raise advice.of_another(self.folder, self.record, what=what, instead=instead)

    @property
    def crises(self) -> Mapping[str, Crisis]:
        """Return the crisis under each of the run's options, as it was when the run began.

        Raises `DetenteError` if the pack in the run's folder is not the one of its record, or this
        version of detente reads other numbers from it.
        """
        return foundation.read_again(self.folder, self.record)

    @property
    def crisis(self) -> Crisis:
        """Return the crisis without any option; raises as `crises` does."""
        return foundation.read_again(self.folder, self.record, is_base=True)[BASE]

    @property
    def crisis_if_kept(self) -> Crisis | None:
        """Return the crisis without any option, or None if its pack was changed or lost."""
        try:
            return self.crisis
        except DetenteError:
            return None

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all futures, in the order of option, world and future."""
        return self.outcome.digest

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options that were played, the base first."""
        return self.record.settings.options

    @property
    def in_command(self) -> str:
        """Return the folder as a shell command takes it, with the weights if it is weighed."""
        weighed = "" if self.weighing is None else f" --weighed {shlex.quote(self.weighing.name)}"
        return self.folder_in_command + weighed

    @property
    def folder_in_command(self) -> str:
        """Return the folder as a shell command takes it, for commands that take no weights."""
        return shlex.quote(str(self.folder))

    def damaged(self) -> list[Part]:
        """Return the files of all options that are missing or damaged."""
        found = []
        for part in [part for option in self.options for part in self.parts(option)]:
            try:
                self._read(part)
            except store.TornPartError:
                found.append(part)
        return found

    def parts(self, option: str) -> list[Part]:
        """Return the files of one option; those of a world are in the order of its futures."""
        sizes = self.record.sizes_of(option)
        return list(store.plan(option, sizes, self.record.settings.chunk))

    def identity(self, part: Part) -> str:
        """Return the checksum with which a file is sealed, besides its content."""
        return self.record.options[part.option].identity

    def rows(self, option: str = BASE, *, worlds: int | None = None) -> Iterator[Rows]:
        """Read an option's futures in the order of worlds and futures, each part verified.

        With `worlds`, only those of its first worlds. Whoever reads to the end has verified the
        checksum of the record, whatever `worlds` is.

        Raises `DetenteError` if a part is missing or damaged or goes beyond the record's horizon,
        or, at the end, if the checksum of all parts is not the record's.
        """
        whole, recorded = hashlib.sha256(), self.record.options[self.known(option)].digest
        is_verified = recorded is None or option in self.verified
        for rows in store.in_order(self.parts(option), self._rows_within):
            if not is_verified:
                whole.update(store.row_bytes(option, rows))
            elif worlds is not None and rows["world"][0] >= worlds:
                return
            asked = rows if worlds is None else rows[rows["world"] < worlds]
            if len(asked):
                yield asked
        if not is_verified:
            if whole.hexdigest() != recorded:
                raise self.not_as_recorded(
                    f"the courses of events of {option} have", whole, recorded or ""
                )
            self.verified.add(option)

    def not_as_recorded(self, what: str, whole: Any, recorded: str) -> DetenteError:
        """Return the error for futures whose checksum is not the record's."""
        return DetenteError(
            f"{what} the checksum {whole.hexdigest()[:12]}; the record says {recorded[:12]}",
            where=str(self.folder),
            hint=f"the run is not to be trusted; {records.PLAY_AGAIN}",
        )

    def row(self, world: int, future: int, option: str = BASE) -> np.void:
        """Return one future.

        Raises `DetenteError` if the run has no such future.
        """
        for part in self.parts(self.known(option)):
            has_world = 0 <= world - part.first_world < part.worlds
            if has_world and 0 <= future - part.first_future < part.futures:
                place = (world - part.first_world) * part.futures + future - part.first_future
                row: np.void = self.read_part(part)[0][place]
                return row
        settings = self.record.settings
        raise DetenteError(
            f"the run holds no course of events {world}:{future}",
            where=str(self.folder),
            hint=f"addresses of {option} go from 0:0 to {settings.worlds_of(option) - 1}:"
            f"{settings.futures_of_a_world - 1}",
        )

    def weighing_of(self, worlds: int | Sequence[int]) -> Weighing | None:
        """Return the weights of the first worlds, or of those listed; None if weights are equal.

        Raises `DetenteError` if some of them have no weight: an option may have been weighed in
        fewer worlds.
        """
        if self.weighing is None:
            return None
        asked = range(worlds) if isinstance(worlds, int) else worlds
        count = len(self.weighing.weights)
        if max(asked, default=0) >= count:
            what = (
                f"{self.weighing.name} weighs {count} sets of assumptions; the question needs more"
            )
            hint = "ask of the option that was weighed, or weigh without --option"
            raise DetenteError(what, where="--weighed", hint=hint)
        return self.weighing.of(asked)

    def weights_of_rows(self, rows: Rows) -> np.ndarray:
        """Return the weight of each future, 1 if worlds have equal weights, shape (rows,)."""
        weighing = self.weighing_of(int(rows["world"].max(initial=-1)) + 1)
        weights: np.ndarray = (
            np.ones(len(rows)) if weighing is None else weighing.weights[rows["world"]]
        )
        return weights

    def tally(self, option: str = BASE, *, worlds: int | None = None) -> Tally:
        """Count an option's futures, or those of its first `worlds` worlds."""
        settings = self.record.settings
        played = settings.worlds_of(self.known(option))
        if worlds is not None and worlds < played:
            return count(self.rows(option, worlds=worlds), worlds, settings.horizon)
        if option not in self.tallies:
            self.tallies[option] = count(self.rows(option), played, settings.horizon)
        return self.tallies[option]

    @property
    def corridor(self) -> list[CorridorDay]:
        """Return for each day the shares of futures with neither, in a deal, and under force.

        Then the two parts of the first: settled without a deal, and unresolved.
        """
        return corridor(self.tally(), self.weighing_of(self.record.settings.worlds))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read all futures as Arrow, part by part, each verified."""
        for option in self.options:
            for rows in self.rows(option):
                yield store.to_batch(option, rows)

    @cached_property
    def table(self) -> pa.Table:
        """All futures of all options as stored, read on first use.

        A row is a future, in the order of options, worlds and futures; the metadata of a field say
        what its column means. Endings and the like are numbers: `docs/data.md`. `to_arrow()`,
        `to_pandas()` and `to_polars()` give the same with names and dates.
        """
        return pa.Table.from_batches(self.batches(), store.schema())

    def content(self) -> dict[str, Any]:
        """Return the record and the folder, for JSON."""
        return {**self.record.as_json(), "folder": str(self.folder)}

    def _tables(self, *, raw: bool) -> Mapping[str, pa.Table]:
        """Return the table of futures, in the order of `table`."""
        if raw:
            return {"futures": self.table}
        return {"futures": self._in_words(self.table.to_batches()).read_all()}

    def _in_words(self, batches: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
        """Return futures with names, dates and nulls in place of codes, batch by batch."""
        schema = codes.schema_in_words(store.schema(), self.record)
        named = (codes.in_words(rows, self.record) for rows in batches)
        return pa.RecordBatchReader.from_batches(schema, named)

    def to_xarray(self) -> Any:
        """Return the futures as an xarray dataset over option, world and future.

        Codes and days are numbers, as in the files; their attributes follow the CF conventions, so
        that `xarray.decode_cf` gives dates. It covers the worlds in which every option was played:
        with options the first `record.settings.shared_worlds`; the base's other worlds are in the
        table. It also has the numbers of the pack by world, as drawn, each by its dotted path.

        Raises `DetenteError` if xarray is not installed, or a file of the run is missing or
        damaged.
        """
        xarray = from_extra("xarray", "xarray", needs="to_xarray")
        settings = self.record.settings
        size = settings.shared_worlds, settings.futures_of_a_world
        read = (self.rows(option, worlds=size[0]) for option in self.options)
        rows = np.stack([np.concatenate([*some]).reshape(size) for some in read])
        futures = {}
        for column in store.schema():
            if column.name not in ADDRESS:
                notes = {key.decode(): value.decode() for key, value in column.metadata.items()}
                notes |= codes.attributes_of(column.name, self.record)
                futures[column.name] = (ADDRESS, rows[column.name], notes)
        numbers = {key: (WORLD, drawn[: size[0]]) for key, drawn in self.drawn.items()}
        places = dict(zip(ADDRESS, (list(self.options), *map(np.arange, size)), strict=True))
        return xarray.Dataset(futures | numbers, places, {"title": self.record.title})

    @property
    def drawn(self) -> Annotated[Mapping[str, np.ndarray], "shape (worlds,) each"]:
        """Read every number of the pack in each world, by its dotted path, verified.

        Raises `DetenteError` if the table of worlds is missing or damaged.
        """
        return read_worlds(self.folder, self.record)

    @cached_property
    def worlds(self) -> pa.Table:
        """A row for each world, a column for each number of the pack as drawn; verified when read.

        `record.options[option].change` has what an option changes.
        """
        worlds = np.arange(self.record.settings.worlds, dtype=np.int32)
        return pa.table({WORLD: worlds, **self.drawn})

    def experiments(self) -> tuple[pa.Table, dict[str, np.ndarray]]:
        """Return a row for each option and world, and the share of futures with each outcome there.

        The table has the columns `option`, `world` and each number as drawn. The mapping has an
        array for each ending and outcome: its share of the futures of each row [0-1].

        Raises `DetenteError` if a file of the run is missing or damaged.
        """
        futures = self.record.settings.futures_of_a_world
        tallies = [self.tally(option) for option in self.options]
        outcomes = {
            key: np.concatenate([OUTCOMES[key].counted(tally.classes) for tally in tallies])
            / futures
            for key in (*ENDINGS, *SETS, *EVER)
        }
        drawn = []
        for option in self.options:
            worlds = self.worlds[: self.record.settings.worlds_of(option)]
            label = pa.array([option] * len(worlds), pa.string())
            drawn.append(worlds.add_column(0, "option", label))
        return pa.concat_tables(drawn), outcomes

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Offer the futures, as in `to_arrow`, to any tool that reads Arrow, part by part."""
        return self._in_words(self.batches()).__arrow_c_stream__(requested_schema)

    def refuse_failed(self) -> None:
        """Refuse a run whose results cannot be relied on.

        Raises `DetenteError` if a future breaks a law of every future, or more than 1 % of the
        visited decision nodes have a residual above .02.
        """
        if self.outcome.violations:
            raise DetenteError(
                f"{self.outcome.violations:,} courses of events break a rule that all must keep",
                where=str(self.folder),
                hint="the fault is in detente, not in the pack: report it with both",
            )
        outcome = self.outcome
        if outcome.unsettled > MOST_UNSETTLED * outcome.visited:
            raise DetenteError(
                f"{outcome.unsettled / outcome.visited:.1%} of the decisions that were reached "
                "were not solved closely enough; at most 1 % may be so",
                where=str(self.folder),
                hint="play again with --grid fine, or lower moves.precision",
            )

    def refuse_other_model(self, *, instead: str = READABLE) -> None:
        """Refuse a run of another version of the model; the error advises `instead`.

        Raises `DetenteError` if another version made it.
        """
        if not self.record.is_own_model:
            raise advice.of_another(self.folder, self.record, instead=instead)

    def known(self, option: str) -> str:
        """Return the name of an option if the run has it.

        Raises `DetenteError` if it has no such option.
        """
        if option in self.options:
            return option
        raise DetenteError(
            f"the run has no option {option!r}",
            where=str(self.folder),
            hint="it has: " + ", ".join(self.options),
        )

    def read_part(self, part: Part) -> tuple[Rows, Mapping[int, SolverReport]]:
        """Read one file, verified: its futures, and the solver's report on each world.

        Raises `DetenteError` if it is missing or damaged.
        """
        try:
            return self._read(part)
        except store.TornPartError as fault:
            raise DetenteError(
                str(fault),
                where=str(self.folder / folders.PARTS),
                hint=advice.how_to_repair(self.folder, self.record),
            ) from fault

    def _read(self, part: Part) -> tuple[Rows, Mapping[int, SolverReport]]:
        return store.read(self.folder / folders.PARTS, part, self.identity(part))

    def _rows_within(self, part: Part) -> Rows:
        """Read one file, and check that its futures end within the record's horizon."""
        rows, _ = self.read_part(part)
        horizon = self.record.settings.horizon
        last = max(int(rows[day].max()) for day in DAYS)
        if last > horizon:
            what = f"{part.name} goes on to day {last}; the record has a horizon of {horizon}"
            raise DetenteError(what, where=str(self.folder), hint=records.PLAY_AGAIN)
        return rows


def address_of(future: Address) -> tuple[int, int]:
    """Return the world and the index of a future.

    Raises `DetenteError` if the address is not two whole numbers.
    """
    written = WRITTEN.fullmatch(future) if isinstance(future, str) else None
    try:
        world, index = map(int, written.groups()) if written else map(operator.index, future)  # type: ignore[arg-type]
    except (TypeError, ValueError) as fault:
        hint = "give an address, for example 12:345, or (12, 345) in Python"
        what = f"{future!r} is not WORLD:INDEX"
        raise DetenteError(what, where="future", hint=hint) from fault
    return world, index

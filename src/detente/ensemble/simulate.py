"""Plays a crisis many times and stores the run; resumes, extends and repairs runs."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from detente import disk, rooms
from detente.ensemble import advice, bundle, foundation, runners, store
from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.advice import UnfinishedError
from detente.ensemble.design import draw_worlds
from detente.ensemble.folder import place_of
from detente.ensemble.lock import hold
from detente.ensemble.record import BASE, GROWING, Completion, Grid, Record, Settings
from detente.ensemble.rule import DecisionRule, require_rules, settle_rules
from detente.ensemble.run import Run
from detente.ensemble.runners import Clock, ClusterError, Listener, Perform, Stage, Values
from detente.ensemble.store import Part, Rows, SolverReport
from detente.ensemble.tally import count
from detente.ensemble.worlds import are_whole, write_worlds
from detente.errors import DetenteError
from detente.pack import Change, Crisis
from detente.pack.model import Correlation
from detente.pack.quantity import Quantity
from detente.text import did_you_mean

LARGEST_COUNTS = ("worst_residual", "exploitability")
"""Figures of the solver whose largest value over worlds is reported; the others are summed."""
MOST_KEPT = 512
"""Maximum number of drawn worlds that are cached for the next question."""


def simulate(  # noqa: PLR0913  every setting of a run, each with its default
    crisis: Crisis,
    *,
    options: Sequence[str] | str = (),
    futures: int = 51_200,
    worlds: int = 128,
    option_worlds: int | None = 64,
    seed: int = 1,
    threads: int | None = None,
    cluster: str | None = None,
    grid: Grid = "normal",
    horizon: int = 365,
    chunk: int = 10_000,
    out: Path | str | None = None,
    overwrite: bool = False,
    changes: Mapping[str, Change] | None = None,
    rules: Mapping[str, DecisionRule] | None = None,
    progress: Listener | None = None,
) -> Run:
    """Play a crisis and store the run.

    Parameters
    ----------
    crisis
        The crisis, as `load` returns it.
    options
        Names of the pack's options to play next to the base, or "all"; every option is played in
        the same worlds and with the same random numbers.
    futures
        Futures of the base, divided equally among the worlds and rounded up; an option has as many
        in each of its worlds.
    worlds
        Number of draws of the uncertain numbers.
    option_worlds
        Number of worlds, the first ones, in which options are played; None for all.
    seed
        Any whole number from 0; the same seed gives the same run.
    threads
        Worlds played at a time; by default the number of processors.
    cluster
        Where to play instead of on threads: the address of a Dask scheduler, or "local" for
        `threads` processes on this machine. The results do not depend on it.
    grid
        Resolution of beliefs and time with which the game is solved: tiny, coarse, normal or fine.
    horizon
        Length of a future [days].
    chunk
        Maximum number of futures in one file.
    out
        Folder of the run, or an address such as s3://bucket/run, which needs the extra `remote`; by
        default a new folder in `./runs`.
    overwrite
        Whether to replace a run in `out`.
    changes
        New values of single fields.
    rules
        Your own decision rules by side, challenger or defender; see `rule`.
    progress
        Called with the progress of the run.

    Raises
    ------
    DetenteError
        If a setting, an option, a change or a rule is not allowed, the folder is taken or cannot be
        written, the cluster cannot be used, or too many decision nodes stay unsettled.
    """
    if changes:
        crisis = crisis.with_changes(changes)
    settings = settle(
        crisis,
        options=options,
        futures=futures,
        worlds=worlds,
        option_worlds=option_worlds,
        seed=seed,
        threads=threads,
        grid=grid,
        horizon=horizon,
        chunk=chunk,
        rules=settle_rules(rules),
    )
    crises = foundation.with_options(crisis, settings)
    with _performer(cluster, settings, threads) as perform:
        path = folders.choose(crisis.name, out, overwrite=overwrite)
        with hold(path, "run"):
            folders.clear(path, overwrite=overwrite)
            run = Run(path, foundation.begin(path, crises, settings))
            try:
                return _play(run, crises, rules, progress, perform)
            except UnfinishedError:
                raise
            except DetenteError:
                # Nothing is left of a run that cannot be played at all.
                if not any((path / folders.PARTS).rglob("*.parquet")):
                    folders.discard(path)
                raise


@contextmanager
def _performer(
    cluster: str | None, settings: Settings, threads: int | None = None
) -> Iterator[Perform]:
    """Provide the function that plays jobs: on threads here, or on a cluster by its room."""
    if cluster is None:
        yield runners.perform
        return
    if settings.rules:  # they cannot be sent to other processes
        raise DetenteError(
            "own decision rules are followed on threads only",
            where="cluster",
            hint="leave the cluster out, or the rules",
        )
    with rooms.load(rooms.PERFORMERS, "cluster")(cluster, settings, threads) as perform:
        yield perform


def resume(  # noqa: PLR0913  to what it goes on, each with its default
    folder: Path | str,
    *,
    futures: int | None = None,
    worlds: int | None = None,
    option_worlds: int | None = None,
    options: Sequence[str] | str = (),
    cluster: str | None = None,
    rules: Mapping[str, DecisionRule] | None = None,
    progress: Listener | None = None,
) -> Run:
    """Continue a stopped run, extend one, or repair one; the settings come from its record.

    Futures that are stored are not played again, and an extended run is the same as one begun with
    its new size. Missing or damaged files of a finished run are played again and must have the
    checksum of the record.

    Parameters
    ----------
    folder
        The run's folder or address.
    futures
        Futures of the base, not fewer than the run has; by default as many as it has.
    worlds
        Number of worlds, not fewer than the run has. If given alone, the futures of each world stay
        the same.
    option_worlds
        Number of worlds in which options are played, not fewer than in the run.
    options
        Names of further options of the pack to play, or "all"; those of the run stay.
    cluster
        Where to play instead of on threads, as for `simulate`; it need not be where the run began.
    rules
        The rules with which the run was begun, if any.
    progress
        Called with the progress of the run.

    Raises
    ------
    DetenteError
        If the folder has no run, another version made it, its pack or a rule was changed, a size is
        smaller than its own, the cluster cannot be used, or repaired files do not have the checksum
        of the record. A run that is finished and complete, and is not to be extended, is opened
        whatever version made it.
    """
    path = place_of(folder)
    if bundle.is_bundle(path):
        hint = f"unpack it first: {advice.command_to_unpack(path)}"
        raise DetenteError(
            "a bundle can be read, but not resumed or extended", where=str(path), hint=hint
        )
    sizes = {"futures": futures, "worlds": worlds, "option_worlds": option_worlds}

    def last_record() -> Record:
        """Return the record of the run or, if it is being extended, the new one."""
        record = records.read(path)
        return folders.read_growing(path, record) or record

    def grown(before: Record) -> Record:
        """Return the record with the new size and options."""
        record = foundation.grow(before, **sizes)
        if not options:
            return record
        base = Run(path, record).crisis
        names = choose_options(base, options)
        settings = record.settings.model_copy(update={"options": names})
        crises = foundation.with_options(base, settings)
        return foundation.add_options(record, foundation.option_records(crises, settings))

    run = Run(path, grown(last_record()))
    is_done = run.record.outcome is not None and not (path / GROWING).is_file()
    if is_done and _is_whole(run):
        return run
    elsewhere = "go on with that version"
    run.refuse_other_model(instead=elsewhere)
    with hold(path, "run --resume"):
        folders.refuse_links(path)
        before = last_record()
        run = Run(path, grown(before))
        run.refuse_other_model(instead=elsewhere)
        foundation.repair(path, run.record)
        crises = run.crises
        require_rules(run.record.settings.rules, rules)
        with _performer(cluster, run.record.settings) as perform:
            if run.record != before:
                # The record of a finished run stays until it is extended.
                is_finished = records.read(path).outcome is not None
                with folders.writing(path):
                    run.record.write(path, GROWING if is_finished else records.FILE)
            return _play(run, crises, rules, progress, perform)


def _is_whole(run: Run) -> bool:
    """Return whether every file of a run that can be made again is as it was written."""
    is_drawn = are_whole(run.folder, run.record) and folders.is_resolved(run.folder, run.record)
    if not is_drawn or run.damaged():
        return False
    for option in run.options:
        run.tally(option)  # refuses futures whose checksum is not the record's
    return True


def settle(
    crisis: Crisis, *, options: Sequence[str] | str, threads: int | None, **asked: Any
) -> Settings:
    """Check the settings of a run, with the pack's options and the machine's threads.

    Raises `DetenteError` if one is not allowed.
    """
    return records.settle(
        **asked,
        threads=records.processors() if threads is None else threads,
        options=choose_options(crisis, options),
        changes={field: foundation.plain(value) for field, value in crisis.changes.items()},
    )


def choose_options(crisis: Crisis, options: Sequence[str] | str) -> tuple[str, ...]:
    """Return the base and the options asked for, without repeats.

    Raises `DetenteError` if the pack has no such option.
    """
    asked = [options] if isinstance(options, str) else list(options)
    if asked == ["all"]:
        asked = list(crisis.options)
    for name in asked:
        if name != BASE and name not in crisis.options:
            advice = did_you_mean(name, crisis.options)
            known = ", ".join(crisis.options) or "none"
            raise DetenteError(
                f"the pack has no option {name!r}",
                where="options",
                hint=f"{advice} its options: {known}".strip(),
            )
    return tuple(dict.fromkeys([BASE, *asked]))


def stage_of(
    folder: Path,
    crises: Mapping[str, Crisis],
    settings: Settings,
    rules: Mapping[str, DecisionRule] | None = None,
) -> Stage:
    """Return what is needed to play the worlds of a run: kernel, numbers, settings, own rules.

    Raises `DetenteError` unless the rules are those that the settings name.
    """
    own = require_rules(settings.rules, rules)
    values = draw(crises, settings)
    return Stage(runners.kernel(), settings, crises, values, folder / folders.PARTS, rules=own)


def stage_again(
    run: Run,
    option: str,
    *,
    settings: Settings | None = None,
    rules: Mapping[str, DecisionRule] | None = None,
) -> Stage:
    """Return what is needed to play an option's worlds again; `settings` replaces the run's.

    Raises `DetenteError` if there is no such option, the run's pack was changed, or the rules are
    not its own.
    """
    if run.known(option) == BASE:
        both: Mapping[str, Crisis] = {BASE: run.crisis}
    else:
        # With the base, whose draws those of an option share.
        both = {name: run.crises[name] for name in (BASE, option)}
    return stage_of(run.folder, both, settings or run.record.settings, rules)


def draw(crises: Mapping[str, Crisis], settings: Settings) -> dict[str, Values]:
    """Draw the worlds of each option; numbers that an option does not change are the base's."""
    base, worlds, seed = crises[BASE], settings.worlds, settings.seed
    common = _draw(base, worlds, seed)
    return {
        name: draw_changed(crisis, base, common, worlds=worlds, seed=seed)
        for name, crisis in crises.items()
    }


def draw_changed(
    crisis: Crisis, before: Crisis, values: Values, *, worlds: int, seed: int
) -> dict[str, np.ndarray]:
    """Return a crisis's numbers in each world; those that are as in `before` keep their values."""
    known = before.numbers
    new = {path: number for path, number in crisis.numbers.items() if known.get(path) != number}
    own: Values = {path: np.full(worlds, float(one.low)) for path, one in new.items()}
    if not all(one.is_fixed for one in new.values()):
        own = _draw(crisis, worlds, seed)
    return {path: (own if path in new else values)[path] for path in crisis.numbers}


def _draw(crisis: Crisis, worlds: int, seed: int) -> Values:
    numbers, tied = crisis.numbers, crisis.correlations
    if worlds > MOST_KEPT:
        return draw_worlds(numbers, tied, worlds=worlds, seed=seed)
    return _drawn(tuple(numbers.items()), tied, worlds, seed)


@lru_cache(maxsize=2)
def _drawn(
    numbers: tuple[tuple[str, Quantity], ...],
    correlations: tuple[Correlation, ...],
    worlds: int,
    seed: int,
) -> Values:
    """Return the worlds of these numbers, read-only, cached for the next question."""
    drawn = draw_worlds(dict(numbers), correlations, worlds=worlds, seed=seed)
    for values in drawn.values():
        values.flags.writeable = False
    return drawn


def _play(
    run: Run,
    crises: Mapping[str, Crisis],
    rules: Mapping[str, DecisionRule] | None,
    progress: Listener | None,
    perform: Perform,
) -> Run:
    """Play the parts that are missing, then count the futures and complete the record."""
    path, record, settings = run.folder, run.record, run.record.settings
    try:
        identities = {name: option.identity for name, option in record.options.items()}
        stage = replace(stage_of(path, crises, settings, rules), identities=identities)
        disk.sweep(path / name for name in (*bundle.required(record), GROWING))
        missing = run.damaged()
        total = settings.played_in_all
        clock = Clock(total, progress, kept=total - sum(part.rows for part in missing))
        clock.report(0)
        perform(stage, runners.jobs(missing), clock)
        done = _completed(run, clock.seconds)
        # The worlds are written before the record: the old record's worlds are the first of them,
        # so that the run can be read meanwhile.
        write_worlds(path, record, stage.values[BASE])
        if record.outcome is None:
            done.record.write(path)
        (path / GROWING).unlink(missing_ok=True)
    except KeyboardInterrupt as stop:
        stop.add_note(advice.how_to_go_on(path))
        raise
    except OSError as fault:
        raise UnfinishedError(path, folders.unwritable(path, fault).what) from fault
    except ClusterError as fault:
        raise UnfinishedError(path, f"{fault.where}: {fault.what}") from fault
    done.refuse_failed()
    return done


def _completed(run: Run, seconds: float) -> Run:
    """Read a run's parts once, in the checksum's order, and return it with its record completed.

    The record of a run that was finished before and was repaired does not change.
    """
    record, settings = run.record, run.record.settings
    whole, options = hashlib.sha256(), dict(record.options)
    solver: SolverReport = {}

    def read(part: Part) -> Rows:
        rows, reports = run.read_part(part)
        if part.first_future == 0:  # other parts of a world have the same report
            for report in reports.values():
                for name, figure in report.items():
                    before = solver.get(name, 0.0)
                    is_largest = name in LARGEST_COUNTS
                    solver[name] = max(before, figure) if is_largest else before + figure
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
    if record.outcome is not None:
        if (whole.hexdigest(), options) != (run.digest, record.options):
            raise run.not_as_recorded(
                "what was damaged was played again and gives", whole, run.digest
            )
        return run
    checks = np.sum([run.tally(option).checks for option in run.options], axis=0)
    visited, unsettled, violations = (int(check) for check in checks)
    outcome = Completion(
        finished=records.now(),
        digest=whole.hexdigest(),
        seconds=round(seconds, 3),
        solver=solver,
        visited=visited,
        unsettled=unsettled,
        violations=violations,
    )
    completed = record.model_copy(update={"options": options, "outcome": outcome})
    return Run(run.folder, completed, run.tallies, run.verified)

"""Plays a crisis many times and stores what came of it; goes on with a run, or extends it."""

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
"""Of these figures of the solver the largest over worlds is reported; the others are summed."""
MOST_KEPT = 512
"""Most worlds that, once drawn, are kept for the next question."""


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
        Names of the pack's options to play next to the base, or "all"; every option meets the same
        worlds and the same chance.
    futures
        Futures of the base; each of the worlds plays an equal number, rounded up, under an option
        as many as under the base.
    worlds
        Draws of all that is not known.
    option_worlds
        In how many of the worlds, the first ones, options are played; None for all.
    seed
        Any whole number from 0; the same seed gives the same run.
    threads
        Worlds played at a time; as many as there are processors unless given.
    cluster
        Where to play instead of on threads: the address of a Dask scheduler, or "local" for
        `threads` processes on this machine. What comes of the run does not depend on it.
    grid
        How finely beliefs and time are cut when the game is solved: tiny, coarse, normal or
        fine.
    horizon
        Length of a future [days].
    chunk
        Most futures in one file.
    out
        Folder of the run, or an address such as s3://bucket/run, which needs the extra `remote`; a
        new folder in `./runs` unless given.
    overwrite
        Replace the run that lies in `out`.
    changes
        New values of single fields.
    rules
        Your own decision rules by side, challenger or defender; see `rule`.
    progress
        Called now and then with how far the run has come.

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
    """Offer what plays jobs: threads here, or what a room brings that plays them on a cluster."""
    if cluster is None:
        yield runners.perform
        return
    if settings.rules:  # they do not travel
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
    """Go on with a run that was stopped, extend one, or repair one; settings come from its record.

    What was played is kept and not played again, and an extended run is the one that would have
    come had it been begun with its new size. Of a finished run what is missing or damaged is played
    again, and must come out as the record says.

    Parameters
    ----------
    folder
        The run's folder or address.
    futures
        Futures of the base, not fewer than the run has; as many as it was to have unless given.
    worlds
        Draws of all that is not known, not fewer than the run has. Given alone, each plays as many
        futures as each does now.
    option_worlds
        In how many of the worlds options are played, not fewer than in the run.
    options
        Names of the pack's options that it is to have too, or "all"; those that it has are kept.
    cluster
        Where to play instead of on threads, as for `simulate`; it need not be where the run began.
    rules
        The rules with which the run was begun, if it was.
    progress
        Called now and then with how far the run has come.

    Raises
    ------
    DetenteError
        If the folder holds no run, or was made by another version, or its pack or a rule was
        changed, or it is asked to shrink, or the cluster cannot be used, or what was repaired
        is not what the record says; a run that is finished and whole and is not to be
        extended is opened whatever made it.
    """
    path = place_of(folder)
    if bundle.is_bundle(path):
        hint = f"unpack it first: {advice.command_to_unpack(path)}"
        raise DetenteError("a bundle is only read, not gone on with", where=str(path), hint=hint)
    sizes = {"futures": futures, "worlds": worlds, "option_worlds": option_worlds}

    def last_record() -> Record:
        """Return the record of the run, or the one that it is being extended to."""
        record = records.read(path)
        return folders.read_growing(path, record) or record

    def grown(before: Record) -> Record:
        """Return the record of the run that it is to become, in size and by options."""
        record = foundation.grow(before, **sizes)
        if not options:
            return record
        base = Run(path, record).crisis
        named = choose_options(base, options)
        settings = record.settings.model_copy(update={"options": named})
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
    """Say whether every file of a run that can be made again is as it was written.

    Raises `DetenteError` if all of them are, and yet not what the record says.
    """
    is_drawn = are_whole(run.folder, run.record) and folders.is_resolved(run.folder, run.record)
    if not is_drawn or run.damaged():
        return False
    for option in run.options:
        run.tally(option)
    return True


def settle(
    crisis: Crisis, *, options: Sequence[str] | str, threads: int | None, **asked: Any
) -> Settings:
    """Check the settings of a run; the options are the pack's, the threads the machine's.

    Raises `DetenteError` if one is not allowed.
    """
    return records.settle(
        **asked,
        threads=records.processors() if threads is None else threads,
        options=choose_options(crisis, options),
        changes={field: foundation.plain(value) for field, value in crisis.changes.items()},
    )


def choose_options(crisis: Crisis, options: Sequence[str] | str) -> tuple[str, ...]:
    """Return the base and the options asked for, once each.

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
    """Return what the worlds of a run need to be played: model, numbers, settings, own rules.

    Raises `DetenteError` unless the rules are the ones that the settings name.
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
    """Return what an option's worlds need to be played again, by other settings if they are given.

    Raises `DetenteError` if there is no such option, the run's pack was changed, or the rules are
    not its own.
    """
    crises = run.crises
    # With the base, whose draws those of an option share.
    both = {name: crises[name] for name in (BASE, run.known(option))}
    return stage_of(run.folder, both, settings or run.record.settings, rules)


def draw(crises: Mapping[str, Crisis], settings: Settings) -> dict[str, Values]:
    """Draw the worlds; a number that an option leaves alone is the same under it."""
    base, worlds, seed = crises[BASE], settings.worlds, settings.seed
    common = _draw(base, worlds, seed)
    return {
        name: draw_changed(crisis, base, common, worlds=worlds, seed=seed)
        for name, crisis in crises.items()
    }


def draw_changed(
    crisis: Crisis, before: Crisis, values: Values, *, worlds: int, seed: int
) -> dict[str, np.ndarray]:
    """Return the numbers of a crisis in each world; one that is as before keeps its values."""
    known = before.numbers
    new = {path: one for path, one in crisis.numbers.items() if known.get(path) != one}
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
    """Return the worlds of these numbers, which another question may ask for again, to be read."""
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
    """Play what does not lie there yet, then count and seal the run."""
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
        # Who reads meanwhile finds all worlds, the first of which are those of the record before.
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

    That of a run which was finished before and has been repaired stays as it is.

    Raises `DetenteError` if a run that was repaired is not what its record says.
    """
    record, settings = run.record, run.record.settings
    whole, options = hashlib.sha256(), dict(record.options)
    solver: SolverReport = {}

    def read(part: Part) -> Rows:
        rows, reports = run.read_part(part)
        if part.first_future == 0:  # other parts of a world say the same
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

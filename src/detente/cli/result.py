"""A run's result as text: what became of the crisis, how sure that is, what to do next."""

import shlex
from collections.abc import Iterator

import numpy as np

from detente.analysis import wording
from detente.analysis.course import Course
from detente.analysis.summary import CorridorDay, OptionSummary, Summary
from detente.cli import terminal
from detente.cli.chart import corridor_lines
from detente.cli.showing.page import show_answer, show_course
from detente.ensemble.foundation import has_options
from detente.ensemble.record import Record
from detente.ensemble.run import Run
from detente.ensemble.shares import Share
from detente.ensemble.tally import OUTCOMES, Beginning
from detente.kernel.endings import Ceasefire, Ending


def show_summary(summary: Summary, *, course: Course | None = None, quiet: bool) -> None:
    """Print a run's result; `quiet` leaves out how to read it and what to do next.

    With the course of the crisis the answer is told more fully, and the course after the corridor.
    """
    record = summary.run.record
    _show_heading(record)
    if course is None:
        _show_gist(summary.base)
    else:
        show_answer(summary, course)
    _show_shares(summary.base)
    if not quiet:
        _explain(summary)
    _show_variance(summary.base)
    _show_corridor(summary.base.corridor)
    if course is not None:
        show_course(course, record, quiet=quiet)
    _show_beginnings(summary.base.beginnings, record)
    _show_war_ends(summary.base.war_ends)
    if len(summary.options) > 1:
        _show_options(summary)
    if not quiet:
        _show_foot(summary.run)


def _show_heading(record: Record) -> None:
    settings = record.settings
    terminal.say(f"{record.title} ({record.name}, as of {record.as_of})", style="bold")
    terminal.say(
        f"{settings.played:,} futures: {settings.worlds} worlds x {settings.futures_of_a_world} "
        f"futures, up to {settings.horizon} days each, seed {settings.seed}"
    )
    terminal.say()


def _show_gist(base: OptionSummary) -> None:
    outcomes = base.outcomes
    deal, force, war = (wording.of_100(outcomes[key].share) for key in ("deal", "force", "any_war"))
    terminal.say(
        f"In this model {deal} of 100 futures end in a deal and {force} of 100 in ordered force, "
        f"war in {war} of 100."
    )
    terminal.say()


def _show_shares(base: OptionSummary) -> None:
    head = ("", "of 100", "in words (bracket, %)", "%", "chance", "worlds")
    endings = [_share_row(key, share) for key, share in base.endings.items()]
    outcomes = [_share_row(key, base.outcomes[key]) for key in OUTCOMES]
    terminal.show_table([head, *endings, ("",) * len(head), *outcomes], right=" r rrr")
    terminal.say()


def _show_variance(base: OptionSummary) -> None:
    """Say how much of what differs is owed to not knowing, where the worlds tell."""
    parts = [
        f"{wording.NAMES[key]} {wording.part_of_100(base.variance[key])}"
        for key in ("deal", "force", "any_war")
        if base.variance[key].is_known
    ]
    if parts:
        terminal.say(
            "Of 100 parts of the variance between futures, owed to not knowing (90 % interval): "
            f"{', '.join(parts)}; the rest to chance."
        )
        terminal.say()


def _share_row(key: str, share: Share) -> tuple[str, ...]:
    return (
        wording.NAMES[key],
        wording.of_100(share.share),
        wording.term(share.share),
        wording.percent(share),
        wording.chance(share),
        wording.spread(share),
    )


def _explain(summary: Summary) -> None:
    terminal.say(
        "chance: 90 % interval from the number of futures, worlds held fixed. "
        "worlds: 5th to 95th percentile over what is not known, chance removed."
    )
    more = summary.more_futures
    if more:
        terminal.say(f"Enough futures? The widest interval needs {more:,} more for half a point.")
    else:
        terminal.say("Enough futures? Yes: chance moves no share by more than half a point.")
    for note in summary.notes:
        terminal.say(f"Note: {note}.")
    evidence = summary.run.record.evidence
    terminal.say(
        f"Rests on {evidence['numbers']} numbers: {evidence['claims']} on claims, "
        f"{evidence['calibrated']} on past crises, {evidence['assumed']} on assumptions, "
        f"{evidence['general']} on general defaults."
    )
    terminal.say()


def _show_corridor(corridor: tuple[CorridorDay, ...]) -> None:
    terminal.say("The corridor by day, of 100 futures in this model", style="bold")
    for line in corridor_lines(corridor):
        terminal.show(line)
    terminal.say("Open: neither a deal in force nor ordered force by then, talks alive or not.")
    terminal.say()


def _show_beginnings(beginnings: tuple[Beginning, ...], record: Record) -> None:
    total = sum(one.futures for one in beginnings)
    if not total:
        terminal.say("Nobody used force in any of these futures.")
        terminal.say()
        return
    terminal.say("Who used force first, of 100 futures with ordered force", style="bold")
    for one in beginnings:
        who = record.parties[one.initiator]
        count = wording.of_100(one.futures / total)
        terminal.say(f"{count:>4}  {who}, {wording.BEGINNINGS[one.trigger]}", hang=6)
    terminal.say()


def _show_war_ends(war_ends: dict[Ceasefire, int]) -> None:
    total = sum(war_ends.values())
    if not total:
        return
    terminal.say("How wars ended, of 100 wars", style="bold")
    for why, wars in sorted(war_ends.items(), key=lambda end: -end[1]):
        if wars:
            terminal.say(f"{wording.of_100(wars / total):>4}  {wording.CEASEFIRES[why]}", hang=6)
    terminal.say()


def _show_options(summary: Summary) -> None:
    terminal.say("Options, on the same worlds and the same chance, of 100 futures", style="bold")
    rows: list[tuple[str, ...]] = [("", "deal", "chance", "force", "chance", "war", "chance")]
    for name, option in summary.options.items():
        cells = [_brief(option.outcomes[key]) for key in ("deal", "force", "any_war")]
        rows.append((name, *(cell for pair in cells for cell in pair)))
    terminal.show_table(rows, right=" rrrrrr")
    terminal.say()


def _brief(share: Share) -> tuple[str, str]:
    return wording.percent(share), wording.chance(share)


def _show_foot(run: Run) -> None:
    terminal.say("Not in this model yet", style="bold")
    for limit in run.record.limits:
        terminal.say(f"- {limit}", indent=2, hang=4)
    terminal.say()
    terminal.say(_solver_line(run))
    terminal.say(f"The run lies in {run.folder} (digest {run.digest[:12]}).")
    terminal.say("Next:")
    terminal.show_table([("", *pair) for pair in _next(run)], has_head=False)


def _solver_line(run: Run) -> str:
    solver, outcome = run.outcome.solver, run.outcome
    each = solver["evaluations"] / max(1.0, solver["nodes"])
    folded = solver["folded_rows"] / max(1.0, solver["rows"])
    unsettled = outcome.unsettled / max(1, outcome.visited)
    return (
        f"Solver: {solver['nodes']:,.0f} decisions, {each:.1f} evaluations each; several "
        f"equilibria in {folded:.1%} of rows; {unsettled:.2%} of visited decisions unsettled "
        f"(at most 1 % may be); largest gain from a best answer {solver['exploitability']:.3f}; "
        f"laws broken: {outcome.violations or 'none'}."
    )


def _next(run: Run) -> Iterator[tuple[str, str]]:
    world, future = _a_telling_future(run)
    folder, pack = shlex.quote(str(run.folder)), shlex.quote(run.record.source)
    yield f"detente trace {folder} --future {world}:{future}", "one future, day by day"
    if len(run.options) > 1:
        yield f"detente compare {folder}", "what options change, and where"
    elif has_options(run.folder):
        yield f"detente run {pack} --options all", "what options would change"
    yield f"detente evidence {pack}", "what the numbers rest on"
    yield f"detente report {folder}", "all of it on one page"


def _a_telling_future(run: Run) -> tuple[int, int]:
    """Return the first future that ended in war, or the very first."""
    for rows in run.rows():
        wars = np.flatnonzero(rows["ending"] >= Ending.WAR)
        if len(wars):
            return int(rows["world"][wars[0]]), int(rows["future"][wars[0]])
    return 0, 0

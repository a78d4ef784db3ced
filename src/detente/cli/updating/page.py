"""What observations change in a run, as text: in words, as tables, and what to watch for."""

import shlex
from collections.abc import Iterator, Mapping

from detente.analysis import wording
from detente.analysis.compare.words import amount, signed, span
from detente.analysis.update import Update
from detente.analysis.update.estimates import Updated
from detente.analysis.update.watching import Estimate, Watched
from detente.cli import terminal
from detente.kernel.posture import PLANS
from detente.pack.observed import Observation

STATES = {
    "open": "no ordered force so far and no deal in force",
    "ongoing": "no ordered force so far, no deal in force, and the quarrel goes on",
    "deal": "a deal in force",
    "force": "force ordered",
}
LONGEST = 60
"""Characters of who says so, and of where, that are told beside what was seen."""


def show_update(found: Update, *, shows_next: bool, quiet: bool) -> None:
    """Print what was seen, what it changes, and what to watch for if that is asked.

    `quiet` leaves out how to read it and what to do next.
    """
    _show_heading(found)
    if found.observations.seen:
        _show_observed(found)
        _show_words(found)
        _show_shares("Endings, in % of futures", _named(found.endings))
        _show_shares("Outcomes", _named(found.outcomes))
        _show_shares("The challenger's plan", _plans(found))
    if shows_next:
        _show_watched(found)
    if not quiet:
        _explain(found, shows_next=shows_next)
        _show_next(found)


def _show_heading(found: Update) -> None:
    record, settings = found.run.record, found.run.record.settings
    what = "what was seen since" if found.observations.seen else "what to watch for"
    terminal.say(f"{record.title} ({record.name}, as of {record.as_of}): {what}", style="bold")
    terminal.say(
        f"{settings.played:,} futures of option {found.option}: {settings.worlds} worlds x "
        f"{settings.futures_of_a_world}, weighed, nothing played anew"
    )
    terminal.say()


def _show_observed(found: Update) -> None:
    terminal.say("Observed", style="bold")
    for key, told in found.observations.seen:
        who = f"{told.by[:LONGEST]}; {told.source[:LONGEST]}"
        terminal.say(f"- {told.date} {key}: {_told(told)} ({who})", indent=2, hang=4)
    effective, settings = found.effective, found.run.record.settings
    terminal.say(
        f"They leave as much as {effective.futures:,.0f} of {settings.played:,} futures and "
        f"{effective.worlds:.1f} of {settings.worlds} worlds of equal weight would tell."
    )
    terminal.say()


def _told(told: Observation) -> str:
    if told.sign is not None:
        return f"{told.sign} {'seen' if told.seen else 'not seen'}"
    if told.state is not None:
        return STATES[told.state]
    return "talks had failed" if told.talks_failed else "talks had not failed"


def _show_words(found: Update) -> None:
    key = found.outcome
    one = {**found.endings, **found.outcomes}[key]
    name = wording.NAMES[key]
    moved = "" if one.shift.is_clear else "; other worlds and chance may have made that up"
    terminal.say(
        f"In this model {wording.of_100(one.share)} of 100 futures that agree with it have {name} "
        f"({span(one.wide_low, one.wide_high)}): {wording.term(one.share)}. Before, "
        f"{wording.of_100(one.before.share)} had: {signed(one.shift.difference)} points "
        f"({span(one.shift.wide_low, one.shift.wide_high)}){moved}."
    )
    for note in found.notes:
        terminal.say(f"Note: {note}.")
    terminal.say()


def _named(shares: Mapping[str, Updated]) -> Iterator[tuple[str, Updated]]:
    for key, one in shares.items():
        yield wording.NAMES[key], one


def _plans(found: Update) -> Iterator[tuple[str, Updated]]:
    for name, plan in zip(wording.PLANS, PLANS, strict=True):
        yield name, found.plans[plan]


def _show_shares(title: str, shares: Iterator[tuple[str, Updated]]) -> None:
    terminal.say(title, style="bold")
    rows: list[tuple[str, ...]] = [("", "before", "after", "chance", "all", "differs", "all")]
    rows += [(name, *_cells(one)) for name, one in shares]
    terminal.show_table(rows, right=" rrrrrr")
    terminal.say()


def _cells(one: Updated) -> Iterator[str]:
    yield amount(one.before.share)
    yield amount(one.share)
    yield f"{amount(one.low)}-{amount(one.high)}"
    yield f"{amount(one.wide_low)}-{amount(one.wide_high)}"
    yield signed(one.shift.difference)
    yield span(one.shift.wide_low, one.shift.wide_high)


def _show_watched(found: Update) -> None:
    name = wording.NAMES[found.outcome]
    terminal.say(f"What to watch for with the next force that arrives, by {name}", style="bold")
    if not found.next:
        terminal.say(
            "No sign is left: write [signs.KEY] in the file of observations, or in the pack."
        )
        terminal.say()
        return
    head = ("", "seen", "tells", "of plan", "if seen", "90 %", "if not", "90 %")
    rows = [head, *((key, *_watched(one)) for key, one in found.next.items())]
    terminal.show_table(rows, right=" rrrrrrr")
    for line in _watched_words(found):
        terminal.say(line)
    terminal.say()


def _watched(one: Watched) -> Iterator[str]:
    yield f"{100.0 * one.seen.value:.0f}"
    yield amount(one.outcome_part)
    yield amount(one.plan_part)
    for share in (one.if_seen, one.if_not):
        yield amount(share.value)
        yield f"{amount(share.low)}-{amount(share.high)}"


def _watched_words(found: Update) -> Iterator[str]:
    (first, best), *others = found.next.items()
    name = wording.NAMES[found.outcome]
    yield (
        f"In this model {first} tells most of {name}: {best.outcome.value:.4f} bits "
        f"({_ends(best.outcome)}), and {best.plan.value:.3f} of the plan ({_ends(best.plan)})."
    )
    tied = [key for key, one in others if one.outcome.high >= best.outcome.low]
    if tied:
        yield f"Their intervals do not set it apart from {', '.join(tied)}."
    most = max(found.next, key=lambda key: found.next[key].plan.value)
    if most != first:
        told = found.next[most].plan
        yield f"Of the plan {most} tells most: {told.value:.3f} bits ({_ends(told)})."


def _ends(one: Estimate) -> str:
    return f"{one.low:.4f} to {one.high:.4f}"


def _explain(found: Update, *, shows_next: bool) -> None:
    if found.observations.seen:
        terminal.say(
            "chance: 90 % interval from the number of futures, worlds held fixed. all: 90 % "
            "interval of chance and of which worlds were drawn, which weights make matter more. A "
            "future weighs as much as what was seen is likely under its plan, with its own world's "
            "numbers; signs of the same plans as earlier ones count for less."
        )
    if shows_next:
        terminal.say(
            f"seen: of 100. tells: of 100 parts of what is not known of "
            f"{wording.NAMES[found.outcome]}, and of the plan, on average over seeing the sign or "
            "not; one that often comes along anyway tells little. 90 %: interval of chance and of "
            "which worlds were drawn."
        )
    terminal.say()


def _show_next(found: Update) -> None:
    folder = shlex.quote(str(found.run.folder))
    rows = []
    if found.observations.seen:
        file = shlex.quote(found.observations.name)
        command = f"detente update {folder} --observed {file}"
        rows.append(("", f"{command} --next", "what would tell most now"))
    if found.observations.is_start:
        place = shlex.quote(f"./{found.run.record.name}-{found.observations.seen[-1].told.date}")
        rows.append(("", f"{command} --as-pack {place}", "the same as a new pack"))
    rows.append(("", f"detente drivers {folder} --outcome {found.outcome}", "what it turns on"))
    terminal.say("Next:")
    terminal.show_table(rows, has_head=False)

"""One future of a run, day by day, and typical futures of each kind of ending."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from detente.endings import ENDINGS, Ending, numbers_of
from detente.ensemble.record import Record
from detente.ensemble.run import Run
from detente.ensemble.tally import SIDES
from detente.kernel.endings import Event, Violence
from detente.pack import Crisis
from detente.questions.asking import most_typical
from detente.questions.trace import PERCENT, Happening, Trace, trace
from detente.questions.wording import PLANS, belief, dated, number, short_date, titles
from detente.text import capitalised
from detente.views.blocks import (
    Block,
    Column,
    Section,
    Sentence,
    Table,
    Words,
    number_columns,
    says,
)

TYPES = ("resolved (war hurts it less)", "unresolved (war hurts it more)")
"""Words for the type of a side, by its number."""
LEAST_SHOWN = 0.1
"""Least share of an ending of which a typical future is shown; war always has one."""
RARE = 0.01
"""Futures of an ending with a smaller share are called rare."""
ALIKE = ("began", "first_shot", "parties", "settlement")
"""Columns in which a typical future has the most frequent value of its ending."""
SETTLED = numbers_of("deal", "yields", "fades")
RULE = (
    "Each is of the commonest kind of its ending: who began and how, how many parties fought, "
    "what stood at the end. Of that kind it is the course of events nearest to the medians of all "
    "days and losses."
)
"""How typical futures were picked, as printed next to them."""
LOSES, SHOWS, FRONT = (event.name.lower() for event in (Event.LOSES, Event.SHOWS_PLAN, Event.FRONT))
DAILY = (Event.RAIDS.name.lower(), LOSES)
"""Events of each day of fighting, which have a table of their own."""
MOST_DAYS, WEEK = 21, 7
"""Fighting of more days is summed by week; number of days in one."""
BY_WEEK = ("by week (by day in --json)", "Week from")
"""Words for a table by week: in its caption, and above its dates."""
TURNS = (
    "text_ready advances raises arrives lowers vows offers accepts rejects ratified not_ratified "
    "breaks ultimatum refuses yields drops walks_out lapses backs_down talks_resume fades "
    "takes meets_taking restores imposes lifts agrees_standstill breaks_standstill rules "
    "restrained ally_strikes reply escalates strikes first_shot answers joins closes force_ends "
    "ceasefire leaves happens withdraws consents sends calls_back horizon"
)
"""Kinds of events that count as turning points; `detente trace` shows all others too."""
MAIN = "first_shot answers force_ends leaves"
"""Turning points that are always shown: the results of each use of force."""
FIRST, LAST = 2, 2
MOST = 7
"""Upper limit on turning points shown; at least FIRST from the beginning and LAST from the end."""


def section(found: Trace) -> Section:
    """Return the page on one future: its hidden types and plan, its events by day, its ending."""
    return Section(
        key="trace",
        title=(
            f"Course of events {found.world}:{found.future}, option {found.option}, in this model"
        ),
        about=(subject(found.run.record),),
        answer=(*opening(found), closing(found)),
        blocks=(
            Table(
                "days",
                "Day by day",
                (Column("Date (day)", is_number=True), Column("What happens")),
                tuple(
                    (f"{short_date(found.run.record, one.day)} ({one.day})", one.text)
                    for one in found.happenings
                    if one.kind not in DAILY
                ),
            ),
            *fighting(found),
            Sentence(_believed(found)),
        ),
    )


def fighting(found: Trace) -> Iterator[Block]:
    """Yield a table of raids and losses, by day or by week, for each use of force."""
    daily = [one for one in found.happenings if one.kind in DAILY]
    starts = [one.day for one in daily if one.kind == LOSES and one.second == 1 and one.first == 0]
    record = found.run.record
    parties = [record.parties[side] for side in SIDES]
    columns = number_columns(
        *(head for who in parties for head in (f"{who} sent", "got through")),
        *(head for who in parties for head in (f"{who} lost", "so far")),
    )
    for place, start in enumerate(starts, 1):
        until = starts[place] if place < len(starts) else inf
        reported = [one for one in daily if start <= one.day < until]
        # Weapons sent, weapons that got through, and losses, each by day and side.
        sent, through, lost = np.zeros((3, reported[-1].day - start + 1, 2))
        for one in reported:
            at = one.day - start, one.first
            if one.kind == LOSES:
                lost[at] = PERCENT * one.value
            else:
                sent[at], through[at] = one.second, one.value
        step = 1 if len(lost) <= MOST_DAYS else WEEK
        how, head = ("by day", "Date") if step == 1 else BY_WEEK
        rows = []
        for first in range(0, len(lost), step):
            days = slice(first, first + step)
            if not (sent[days].any() or lost[days].any()):
                continue
            raids = np.column_stack([sent[days].sum(axis=0), through[days].sum(axis=0)])
            so_far = lost[: first + step].sum(axis=0)
            losses = np.column_stack([lost[days].sum(axis=0), so_far])
            rows.append(
                (
                    short_date(record, start + first),
                    *(number(many, 0) for many in raids.ravel().tolist()),
                    *(number(loss, 2) for loss in losses.ravel().tolist()),
                )
            )
        yield Table(
            f"fighting-{place}",
            f"The fighting from {dated(record, start)} on, {how}: weapons, and losses in "
            "hundredths of what the forces of a side are worth",
            (Column(head, is_number=True), *columns),
            tuple(rows),
        )
    if len(starts) > 1:
        yield Sentence(f"Force is used {len(starts)} times.")


def subject(record: Record | Crisis) -> str:
    """Return the title, the name and the as-of date of a crisis."""
    return f"{record.title} ({record.name}, as of {record.as_of})"


def opening(found: Trace) -> tuple[Words, ...]:
    """Return sentences on what is hidden in a future: the types of both sides, and the plan."""
    called, row = found.run.record.called, found.row
    shown = (one.second for one in found.happenings if one.kind == SHOWS)
    return (
        f"{capitalised(called['challenger'])} is {TYPES[row['challenger_type']]}; "
        f"{called['defender']} is {TYPES[row['defender_type']]}. "
        "Neither knows this of the other.",
        f"The first plan of {called['challenger']}, hidden from all others: "
        f"{PLANS[next(shown, row['plan'])]}.",
    )


def closing(found: Trace) -> Words:
    """Return sentences on how a future ended, and on what troops held as the fighting did."""
    fronts = [one.text for one in found.happenings if one.kind == FRONT]
    held = f" {capitalised(fronts[-1])}." if fronts else ""
    day = dated(found.run.record, found.row["ending_day"])
    return says(f"Ending: {{}}, on {{}}.{held}", ended(found), day)


def _believed(found: Trace) -> str:
    """Return a sentence on what was believed at the end of a future."""
    called, row = found.run.record.called, found.row
    return (
        f"Believed at the end: {called['challenger']} is resolved: "
        f"{belief(row['belief_hard'])}; "
        f"{called['defender']} is resolved: {belief(row['belief_tough'])}; "
        f"{called['challenger']} has {PLANS[row['plan']]} in mind: "
        f"{belief(row['belief_plan'])}."
    )


def ended(found: Trace) -> str:
    """Return the ending of a future in words, with any settlement after the use of force."""
    called, settled = titles(found.run.record), Ending(found.row["settlement"])
    is_later = found.row["violence"] >= Violence.LIMITED_STRIKE and settled in SETTLED
    after = f", then {called[settled.name.lower()]}" if is_later else ""
    return called[found.ending] + after


class Storyline(NamedTuple):
    """A typical future: its kind of ending, the share of that kind, its turning points."""

    kind: str
    share: float
    days: tuple[Happening, ...]
    left_out: int
    trace: Trace
    command: str


def storylines(run: Run) -> tuple[Storyline, ...]:
    """Return a typical future of war and of each ending with a tenth of futures or more.

    Raises
    ------
    DetenteError
        If the run is damaged, or its pack is read differently now.
    """
    rows = np.concatenate(list(run.rows()))
    weights = run.weights_of_rows(rows)
    called = titles(run.record)
    endings = {called[key]: (int(one),) for key, one in ENDINGS.items()}
    wars = numbers_of("war")
    found = []
    for kind, numbers in {**endings, called["any_war"]: wars}.items():
        is_one = np.isin(rows["ending"], numbers)
        share = float(weights[is_one].sum() / weights.sum())
        # All kinds of war share one typical future, whatever their share.
        is_shown = numbers == wars or (share >= LEAST_SHOWN and numbers[0] not in wars)
        if not is_one.any() or not is_shown:
            continue
        some = rows[is_one]
        for column in ALIKE:
            values, place = np.unique(some[column], return_inverse=True)
            often = np.bincount(place, run.weights_of_rows(some))
            some = some[some[column] == values[np.argmax(often)]]
        world, future = most_typical(run, some)
        followed = trace(run, future=(world, future))
        kept = main_turns([one for one in followed.happenings if one.kind in TURNS.split()])
        others = sum(one.kind not in DAILY for one in followed.happenings) - len(kept)
        command = f"detente trace {run.folder_in_command} --future {world}:{future}"
        name = capitalised(kind) if share >= RARE else f"Rare: {kind}"
        found.append(Storyline(name, share, tuple(kept), others, followed, command))
    return tuple(found)


def main_turns(turns: Sequence[Happening]) -> list[Happening]:
    """Return the turning points to show: all of a short future, the main ones of a long one."""
    main = {place for place, one in enumerate(turns) if one.kind in MAIN.split()}
    last = max(LAST, MOST - FIRST - len(main))
    kept = {*range(FIRST), *main, *range(len(turns) - last, len(turns))}
    return [one for place, one in enumerate(turns) if place in kept]

"""One future of a run, day by day, and a few futures of each kind, picked by one rule."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from detente.endings import ENDINGS, numbers_of
from detente.ensemble.record import Record
from detente.ensemble.run import Run
from detente.ensemble.tally import SIDES
from detente.kernel.endings import Event, Settlement, Violence
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
"""What a side's type is called, by its number."""
LEAST_SHOWN = 0.1
"""Endings of which a future is shown have this share at least; war has one whatever its share."""
RARE = 0.01
"""A future of an ending of a smaller share is called rare."""
ALIKE = ("began", "first_shot", "parties", "settlement")
"""What is the commonest of its ending in a future that is shown: how force came, and what after."""
SETTLED = numbers_of("deal", "yields", "fades")
RULE = (
    "Each is of the commonest kind of its ending: who began and how, how many parties fought, "
    "what stood at the end. Of that kind it is the course of events nearest to the medians of all "
    "days and losses."
)
"""How these futures were picked, in front of people."""
LOSES, SHOWS = (event.name.lower() for event in (Event.LOSES, Event.SHOWS_PLAN))
DAILY = (Event.RAIDS.name.lower(), LOSES)
"""What is reported of each day of fighting, in a table of its own."""
MOST_DAYS, WEEK = 21, 7
"""Fighting that lasts for more days is reported by week."""
BY_WEEK = ("by week (by day in --json)", "Week from")
"""How it is then reported, and what stands above the dates."""
TURNS = (
    "text_ready advances raises arrives lowers vows offers accepts rejects ratified not_ratified "
    "breaks ultimatum refuses yields drops walks_out lapses backs_down talks_resume fades "
    "restrained ally_strikes reply escalates strikes first_shot answers joins closes force_ends "
    "ceasefire leaves happens withdraws consents sends calls_back horizon"
)
"""The kinds of happenings that turn a future; the others are left to `detente trace`."""
MAIN = "first_shot answers force_ends leaves"
"""Those that are shown in any case: what becomes of each use of force."""
FIRST, LAST = 2, 2
MOST = 7
"""A longer future is reported by this many turning points: so many of its beginning and of its end
at least, and the main ones between."""


def section(found: Trace) -> Section:
    """Return one future: what is hidden in it, what happens on each day, how it ends."""
    return Section(
        key="trace",
        title=(
            f"Course of events {found.world}:{found.future}, option {found.option}, in this model"
        ),
        about=(subject(found.run.record),),
        answer=opening(found),
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
            *(Sentence(words) for words in closing(found)),
        ),
    )


def fighting(found: Trace) -> Iterator[Block]:
    """Yield a table for each time that force is used: raids and losses by day, or by week."""
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
        # Weapons sent and through, and losses: by day and side.
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
    """Return of which crisis a result is, as of when."""
    return f"{record.title} ({record.name}, as of {record.as_of})"


def opening(found: Trace) -> tuple[Words, ...]:
    """Say who both sides are in a future and what is planned: what is hidden in play."""
    called, row = found.run.record.called, found.row
    shown = (one.second for one in found.happenings if one.kind == SHOWS)
    return (
        f"{capitalised(called['challenger'])} is {TYPES[row['challenger_type']]}; "
        f"{called['defender']} is {TYPES[row['defender_type']]}. "
        "Neither knows this of the other.",
        f"What {called['challenger']} has in mind at first, hidden from all others: "
        f"{PLANS[next(shown, row['plan'])]}.",
    )


def closing(found: Trace) -> tuple[Words, ...]:
    """Say how a future ended and what was believed then."""
    called, row = found.run.record.called, found.row
    return (
        says("Ending: {}, on {}.", ended(found), dated(found.run.record, row["ending_day"])),
        f"Believed at the end: {called['challenger']} is resolved: "
        f"{belief(row['belief_hard'])}; "
        f"{called['defender']} is resolved: {belief(row['belief_tough'])}; "
        f"{called['challenger']} has {PLANS[row['plan']]} in mind: "
        f"{belief(row['belief_plan'])}.",
    )


def ended(found: Trace) -> str:
    """Say how a future ended: under force also what was settled after it, if anything was."""
    called, settled = titles(found.run.record), Settlement(found.row["settlement"])
    is_later = found.row["violence"] >= Violence.LIMITED_STRIKE and settled in SETTLED
    after = f", then {called[settled.name.lower()]}" if is_later else ""
    return called[found.ending] + after


class Storyline(NamedTuple):
    """One future: its kind of ending, how frequent that is, what turned it."""

    kind: str
    share: float
    days: tuple[Happening, ...]
    left_out: int
    trace: Trace
    command: str


def storylines(run: Run) -> tuple[Storyline, ...]:
    """Return a typical future of each ending that a tenth of futures have, and one of war.

    Raises
    ------
    DetenteError
        If the run is damaged, or its pack is read otherwise now.
    """
    rows = np.concatenate(list(run.rows()))
    weights = run.weights_of_rows(rows)
    called = titles(run.record)
    endings = {called[key]: (one.number,) for key, one in ENDINGS.items()}
    wars = numbers_of("war")
    found = []
    for kind, numbers in {**endings, called["any_war"]: wars}.items():
        is_one = np.isin(rows["ending"], numbers)
        share = float(weights[is_one].sum() / weights.sum())
        # War is shown once, whatever its share: as one, and not by how far it spread.
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
        command = f"detente trace {run.in_command} --future {world}:{future}"
        name = capitalised(kind) if share >= RARE else f"Rare: {kind}"
        found.append(Storyline(name, share, tuple(kept), others, followed, command))
    return tuple(found)


def main_turns(turns: Sequence[Happening]) -> list[Happening]:
    """Return the turning points that a long future is reported by, all those of a short one."""
    main = {place for place, one in enumerate(turns) if one.kind in MAIN.split()}
    last = max(LAST, MOST - FIRST - len(main))
    kept = {*range(FIRST), *main, *range(len(turns) - last, len(turns))}
    return [one for place, one in enumerate(turns) if place in kept]

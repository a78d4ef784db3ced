"""What to watch: signs seen and their effect, the most informative sign, forces due."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.kernel.posture import PLANS as KEYS
from detente.pack import Crisis
from detente.pack.military import ALLY_FORCE, ANSWER, FORCE
from detente.pack.observed import Observation
from detente.questions import wording
from detente.questions.reweighting import Updated
from detente.questions.sightings import SOON, Sightings, observables
from detente.questions.update import Update, Within
from detente.questions.watching import Watched
from detente.questions.wording import Value, cells, number, points, significant, span
from detente.text import between
from detente.views import trace
from detente.views.blocks import (
    INTERVAL,
    Block,
    Column,
    Command,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    listed,
    number_columns,
    says,
)
from detente.views.record import method

STATES = {
    "open": "no use of force so far and no deal in force, whether the dispute goes on or is over",
    "ongoing": "no use of force so far, no deal in force, and the dispute goes on",
    "deal": "a deal in force",
    "force": "force used",
    "ultimatum": "the dispute goes on, and an ultimatum runs",
    "mobilisation": "the dispute goes on, and force that was ordered has not arrived",
    "standstill": "the dispute goes on, and a standstill holds",
    "taking": "the dispute goes on, and what was taken without shots is held under protest",
}
PLANS = dict(zip(KEYS, wording.PLANS, strict=True))
"""Words for the plans of a pack, by key."""
POINTED_TO = {
    **PLANS,
    FORCE: "force, whatever the plan",
    ANSWER: "a resolved defender",
    ALLY_FORCE: "force of the ally",
}
"""Words for all that signs may point to, by key."""
LONGEST = 60
"""Upper limit on the characters of an observation's source and place."""
BITS = 4
"""Decimals of the information in a sign [bits]."""


SIGN_STATUS = {"seen": "seen", "not_seen": "not seen", "not_looked_at": "not looked at"}
"""Words for the status of a sign in the sheet of indicators."""


def section(found: Update, *, shows_signs: bool | None = None) -> Section:
    """Return the page on observations; signs to watch for by default only if there are none."""
    is_seen = bool(found.observations.seen)
    shows_signs = not is_seen if shows_signs is None else shows_signs
    within = found.within
    return Section(
        key="update",
        title="What changes with what was seen?" if is_seen else "What should be watched?",
        about=(
            trace.subject(found.run.record),
            f"{found.futures:,} courses of events of option {found.option}: {found.worlds} sets of "
            f"assumptions x {found.futures // found.worlds}, re-weighted; " + _how_played(found),
        ),
        answer=(
            *(_changed(found) if is_seen else ()),
            *(() if within is None else (_soon(found, within),)),
            *(_most(found) if shows_signs else ()),
        ),
        blocks=(
            *(_observed(found) if is_seen else ()),
            *(() if within is None else (_within(found, within),)),
            *(_sheet(found) if is_seen else ()),
            *(_signs(found) if shows_signs else ()),
        ),
        reading=tuple(_reading(is_seen=is_seen, shows_signs=shows_signs)),
        next=tuple(_next(found)),
    )


def report(run: Run, crisis: Crisis, found: Update | None) -> Section:
    """Return the section on what to watch: the most informative sign, and forces due by date."""
    model, folder = crisis.model, run.in_command
    answer: Iterable[Words] = (
        f"The crisis names {len(model.signs)} signs to watch for; this run cannot "
        "estimate how much warning they give.",
    )
    if found is not None and found.next:
        answer = (
            *_most(found),
            f"The crisis names {len(model.signs)} signs to watch for with the next force that "
            f"arrives; {len(model.indicators)} others were seen before the as-of date.",
        )
    return Section(
        key="watching",
        title="What should be watched?",
        answer=tuple(answer),
        blocks=(
            *(_signs(found) if found is not None and found.next else ()),
            Command(
                "Observations after the as-of date re-weight the courses of events that were "
                "played:",
                f"detente update {folder} --observed FILE",
            ),
            Picture("calendar", crisis),
            Picture("posture_map", crisis),
        ),
        reading=tuple(_reading(is_seen=False, shows_signs=True)),
        method=method(
            run,
            how=(
                "Once a sign is seen, courses of events in which it was likely count for more. "
                "Its likelihood depends on the challenger's plan or, for a sign of force, on its "
                "motive. The information of a sign, in bits, is an average over seeing it and "
                "not seeing it."
            ),
            left_out="Signs that nobody wrote into the pack, and deception beyond the false "
            "alarms that each sign allows for.",
            would_change="Other likelihood ratios, as most of ours are one reading of past cases.",
        ),
    )


def _how_played(found: Update) -> str:
    if found.drawn is not None:
        return f"{wording.count(found.drawn.worlds, 'more set')} of assumptions drawn and played"
    if found.followed is None:
        return "nothing is played again"
    return "they were played again to see what happens in them"


def _changed(found: Update) -> Iterator[Words]:
    """Yield sentences on the change of the outcome that is asked about, and notes."""
    one = {**found.endings, **found.outcomes}[found.outcome]
    moved = "" if one.is_clear else ", a shift that another seed could also make"
    yield says(
        "In this model, given what was seen, {} % have {} ({}). Before, {} % had: {} "
        "points ({}){}.",
        points(one.after.value),
        wording.titles(found.run.record)[found.outcome],
        span(one.after.low, one.after.high),
        points(one.before.value),
        *cells(one.shift, signed=True),
        moved,
    )
    yield from (f"Note: {note}." for note in found.notes)


def _soon(found: Update, within: Within) -> Words:
    """Return a sentence on how often the outcome comes within the days that are asked about."""
    # Endings have no shares by date; force and war are shown instead.
    keys = (found.outcome,) if found.outcome in within.outcomes else ("force", "any_war")
    called = wording.titles(found.run.record)
    shares = tuple(
        says(
            "{} in {} % ({})",
            called[key],
            points(within.outcomes[key].after.value),
            span(within.outcomes[key].after.low, within.outcomes[key].after.high),
        )
        for key in keys
    )
    day = wording.dated(found.run.record, within.last)
    return says("Within {} days, by {}: {}.", f"{within.days}", day, listed(shares))


def _within(found: Update, within: Within) -> Table:
    called = wording.titles(found.run.record)
    since = "last day observed" if found.observations.seen else "as-of date"
    title = f"Within {wording.count(within.days, 'day')} of the {since}"
    shares = {called[key]: one for key, one in within.outcomes.items()}
    return _shares("update-within", title, shares)


def _sheet(found: Update) -> Iterator[Block]:
    """Yield the sheet of indicators, and the assumptions that the observations moved."""
    called = wording.titles(found.run.record)[found.outcome]
    yield Table(
        "update-sheet",
        f"Sheet of indicators: by how many points each shifts the share with {called}",
        (
            Column("Indicator"),
            Column("Found"),
            Column("Day"),
            Column("By"),
            *number_columns("alone", INTERVAL, "after those before", INTERVAL),
        ),
        tuple(
            (
                _name(one.what) + (f" (the same as {one.same_as})" if one.same_as else ""),
                SIGN_STATUS[one.status],
                "" if one.date is None else one.date.isoformat(),
                (one.by or "")[:LONGEST],
                *cells(one.alone, signed=True),
                *cells(one.in_order, signed=True),
            )
            for one in found.sheet
        ),
    )
    if not found.moved:
        yield Sentence(
            "No single assumption is linked to what was seen more closely than chance would link "
            "one of so many."
        )
        return
    yield Table(
        "update-moved",
        "Assumptions that what was seen has moved: median and 5th to 95th percentile",
        columns("Assumption", numbers=("before", "range", "after", "range")),
        tuple(
            (
                one.title,
                significant(one.before.median),
                between(significant(one.before.low), significant(one.before.high)),
                significant(one.after.median),
                between(significant(one.after.low), significant(one.after.high)),
            )
            for one in found.moved.values()
        ),
    )


def in_words(seen: Observation, crisis: Crisis, parties: Mapping[str, str]) -> str:
    """Return an observation as a phrase; `parties` has the names of actors by key."""
    if seen.state is not None:
        return STATES[seen.state]
    if seen.talks_failed is not None:
        return "talks had failed" if seen.talks_failed else "talks had not failed"
    was = "seen" if seen.seen else "not seen"
    if seen.sign is not None:
        return f"“{_name(seen.sign)}” {was}"
    events = observables(crisis, parties)
    event = events[str(seen.event)].says if seen.event in events else _name(str(seen.event))
    return f"“{event}” {was} by then"


def _observed(found: Update) -> Iterator[Block]:
    effective = found.effective
    crisis, called = found.run.crisis, found.run.record.called
    lines = []
    for _, one in found.observations.seen:
        what = in_words(one, crisis, called)
        says_who = f"{one.by[:LONGEST]}; {one.source[:LONGEST]}"
        lines.append(f"{wording.in_full(one.date)}: {what} ({says_who})")
    yield Listing("Observed", tuple(lines), level="full")
    yield Sentence(
        says(
            "Effective size: after weighing by what was seen, the run is worth {} of its {} "
            "courses of events and {} of its {} sets of assumptions{}.",
            number(effective.futures, 0),
            f"{found.futures:,}",
            number(effective.worlds),
            f"{found.worlds}",
            "" if found.drawn is None else f", with {found.drawn.worlds} sets of assumptions more",
        ),
        level="full",
    )
    called = wording.titles(found.run.record)
    outcomes = {called[key]: one for key, one in found.outcomes.items()}
    plans = {f"plan: {PLANS[key]}": one for key, one in found.plans.items()}
    endings = {called[key]: one for key, one in found.endings.items()}
    yield _shares("update-outcomes", "Outcomes and the challenger's plan", outcomes | plans)
    yield replace(_shares("update-endings", "Endings", endings), level="full")


def _shares(key: str, title: str, shares: Mapping[str, Updated]) -> Table:
    return Table(
        key,
        f"{title}, in %",
        columns("Share of", numbers=("before", "after", INTERVAL, "differs", INTERVAL)),
        tuple(
            (
                name,
                points(one.before.value),
                *cells(one.after),
                *cells(one.shift, signed=True),
            )
            for name, one in shares.items()
        ),
    )


def _most(found: Update) -> Iterator[Words]:
    """Yield sentences on the most informative sign about the outcome and about the plan."""
    if not found.next:
        yield "No sign is left: write [signs.KEY] in the file of observations, or in the pack."
        return
    called = wording.titles(found.run.record)[found.outcome]
    telling = [(key, one) for key, one in found.next.items() if one.outcome.low > 0.0]
    if telling:
        (key, best), *others = telling
        yield says(
            "In this model “{}” is the best sign of whether {} comes: in {} % if it is "
            "seen, and in {} % if not. Its information, in bits, is {} about the outcome and {} "
            "about the plan.",
            _name(key),
            called,
            _of_100(best.if_seen),
            _of_100(best.if_not),
            _bits(best.outcome),
            _bits(best.plan),
        )
        tied = tuple(_name(key) for key, one in others if one.outcome.high >= best.outcome.low)
        if tied:
            yield ("This run cannot tell it from: ", *listed(tied), ".")
    else:
        yield f"In this model none of the signs listed gives useful warning of {called}."
    most = max(found.next, key=lambda key: found.next[key].plan.value)
    if found.next[most].plan.low > 0.0 and [key for key, _ in telling[:1]] != [most]:
        yield says(
            "“{}” tells most about the plan: it removes {} bits of uncertainty.",
            _name(most),
            _bits(found.next[most].plan),
        )


def first(found: Update) -> Words | None:
    """Return a sentence on the sign to watch first; None if no sign is clearly informative.

    It is the most informative sign about the outcome, or, if none is, about the plan.
    """
    called = wording.titles(found.run.record)[found.outcome]
    for key, one in [pair for pair in found.next.items() if pair[1].outcome.low > 0.0][:1]:
        return says(
            f"Watch whether “{_name(key)}” comes with the next force that arrives: {called} "
            "follows in {} % if it is seen, and in {} % if not; it points to {}.",
            _of_100(one.if_seen),
            _of_100(one.if_not),
            _plans(one),
        )
    ordered = sorted(found.next.items(), key=lambda pair: -pair[1].plan.value)
    for key, one in [pair for pair in ordered if pair[1].plan.low > 0.0][:1]:
        return says(
            f"None of the signs listed gives useful warning of {called}. The best of them, "
            f"“{_name(key)}”, removes {{}} % of the uncertainty about the purpose of the deployed "
            "force.",
            points(one.plan_part, 0),
        )
    return None


def _plans(one: Watched) -> str:
    return " or ".join(POINTED_TO[each] for each in one.points_to)


def _signs(found: Update) -> Iterator[Block]:
    clear = {
        key: one for key, one in found.next.items() if one.outcome.low > 0.0 or one.plan.low > 0.0
    }
    name = wording.titles(found.run.record)[found.outcome]
    if clear:
        seen = number_columns("seen, %", f"{name} if seen, %", "if not seen, %")
        parts = number_columns("uncertainty removed: outcome, %", "uncertainty removed: plan, %")
        yield Table(
            "watching",
            f"Chance of {name} with a sign and without it, and the sign's information",
            (Column("Sign"), *seen, *parts),
            tuple(
                (
                    _name(key),
                    points(one.seen.value, 0),
                    _of_100(one.if_seen),
                    _of_100(one.if_not),
                    # Unclear information is left blank.
                    points(one.outcome_part) if one.outcome.low > 0.0 else "",
                    points(one.plan_part) if one.plan.low > 0.0 else "",
                )
                for key, one in clear.items()
            ),
        )
        yield Table(
            "watching-signs",
            "Plans that each sign points to",
            columns("Sign", "Key", "Points to"),
            tuple((_name(key), key, _plans(one)) for key, one in clear.items()),
            level="full",
        )
    unclear = [_name(key) for key in found.next if key not in clear]
    if unclear:
        words = (
            f"This run cannot say that {len(unclear)} of {len(found.next)} signs are informative "
            f"about {name} or the plan: {wording.series(unclear)}."
        )
        yield Sentence(words)


def _of_100(one: Estimate) -> Value:
    return wording.share(*one.interval)


def _bits(one: Estimate) -> Value:
    return wording.estimate(*one.interval, BITS)


def _name(key: str) -> str:
    return key.replace("_", " ")


def _reading(*, is_seen: bool, shows_signs: bool) -> Iterator[Words]:
    yield (
        "90 % interval: uncertainty from the assumptions drawn and from chance; weights widen it, "
        "as fewer sets of assumptions count."
    )
    if is_seen:
        yield (
            "The weight of a course of events is the likelihood of the signs seen, given its plan, "
            "or given its challenger's motive for a sign of force. Signs that repeat earlier ones "
            "count for less."
        )
        yield (
            "A sign that was not seen is evidence; a sign that nobody checked is not. After those "
            "before: the effect that an indicator adds to those above it."
        )
    if shows_signs:
        yield (
            "A sign is seen, or not, with the next force that arrives. The last two columns give "
            "the uncertainty about the outcome, and about the plan, that the sign removes on "
            "average [%]; a sign that is often seen anyway removes little."
        )


def _next(found: Update) -> Iterator[Command]:
    folder = found.run.in_command
    if found.observations.seen:
        file = shlex.quote(found.observations.name)
        command = f"detente update {folder} --observed {file}"
        yield Command("what to watch for now", f"{command} --next")
    if found.observations.is_start:
        place = shlex.quote(
            f"./{found.run.record.name}-{found.observations.seen[-1].observed.date}"
        )
        yield Command("the same as a new pack", f"{command} --as-pack {place}")
    if not found.observations.seen:
        soon = found.run.record.date_of(min(SOON, found.run.record.settings.horizon))
        command = f"detente update {folder} --next --by {soon}"
        yield Command("every event that may be seen by then", command)
    yield Command("what it turns on", f"detente drivers {folder} --outcome {found.outcome}")


def events(found: Sightings) -> Section:
    """Return the page on events that may be seen by a day, and how often an outcome follows."""
    run, day = found.run, wording.dated(found.run.record, found.day)
    folder = run.in_command
    called, worlds = wording.titles(run.record), run.record.settings.worlds_of(found.option)
    rare = "; ".join(found.rare.values())
    unsaid = Sentence(f"Seen too seldom by then for an estimate: {rare}.", level="full")
    return Section(
        key="sightings",
        title=f"Which events may be seen by {day}?",
        about=(
            trace.subject(run.record),
            f"{worlds * found.followed:,} courses of events of option {found.option}, followed day "
            f"by day: {worlds} sets of assumptions x {found.followed}; the dispute goes on in "
            f"{found.ongoing:,} of them",
        ),
        answer=tuple(_standing_out(found)),
        blocks=(
            *(one for key in _reported(found) for one in _followed(found, key, called[key])),
            *((unsaid,) if rare else ()),
        ),
        reading=(
            "Seen: in %, by the day and before any use of force. If seen, if not: of the courses "
            "of events in which the dispute then goes on without use of force, the share with "
            "the outcome in the end. The most informative event, on average over seeing it or "
            "not, stands first.",
            "An event need not cause what follows it: it may only be a sign of the assumptions "
            "that hold. In brackets: its key in a file of observations.",
        ),
        next=(Command("once one was seen", f"detente update {folder} --observed FILE"),),
    )


def _reported(found: Sightings) -> tuple[str, ...]:
    return tuple(dict.fromkeys((found.outcome, "any_war", "deal")))


def _standing_out(found: Sightings) -> Iterator[Words]:
    for key in _reported(found):
        name = wording.titles(found.run.record)[key]
        events = [one for one in found.events.values() if one.outcomes[key].stands_out]
        for words, sign in (("more", 1.0), ("less", -1.0)):
            moved = tuple(
                says(
                    "{} ({} % in place of {} %)",
                    one.says,
                    points(one.outcomes[key].if_seen.value, 0),
                    points(one.outcomes[key].if_not.value, 0),
                )
                for one in events
                if sign * one.outcomes[key].shift.value > 0
            )
            if moved:
                yield says(
                    "In this model {} is {} frequent after: {}.", name, words, listed(moved, "; ")
                )
        if not events:
            yield (
                f"In this model {name} is not clearly more or less frequent after any event: no "
                "difference exceeds the largest that sampling noise would show among so many."
            )


def _followed(found: Sightings, key: str, name: str) -> Iterator[Block]:
    """Yield events after which an outcome is clearly more or less frequent; count the others."""
    clear = [pair for pair in found.events.items() if pair[1].outcomes[key].stands_out]
    if clear:
        heads = ("seen, %", "if seen", "if not", "differs", INTERVAL)
        yield Table(
            f"sightings-{key}",
            f"{name}, with an event and without it, in %",
            columns("Event", numbers=heads),
            tuple(
                (
                    f"{one.says} ({event})",
                    points(one.seen.value, 0),
                    points(one.outcomes[key].if_seen.value),
                    points(one.outcomes[key].if_not.value),
                    *cells(one.outcomes[key].shift, signed=True),
                )
                for event, one in clear
            ),
        )
    unclear = len(found.events) - len(clear)
    if unclear:
        words = (
            f"This run cannot say that {name} is more or less frequent after {unclear} of the "
            f"{len(found.events)} events that were followed."
        )
        yield Sentence(words)

"""The share of an outcome by a date under conditions, and examples of futures that meet them."""

import shlex
from collections.abc import Iterator, Sequence

from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.questions.asking import DatedShare, FoundFutures
from detente.questions.wording import (
    DAY_OF_FORCE,
    Value,
    dated,
    number,
    points,
    short_date,
    span,
    titles,
)
from detente.views import trace
from detente.views.blocks import (
    INTERVAL,
    READ_INTERVALS,
    WORLDS,
    Command,
    Section,
    Table,
    Words,
    columns,
    says,
)

RULES = {
    "typical": "nearest to the medians of those that match",
    "early": "decided first",
    "late": "decided last",
}
"""How the futures that are shown are picked from those that match."""
READING = {
    "typical": (
        "Typical: the course of events nearest, by rank, to the medians of all that match, in "
        "the dates of the end, of first force and of failed talks, the days of fighting, the "
        "uses of force and both sides' losses."
    ),
    "early": "A course of events counts as decided on the day of the first use of force, or else "
    "on the day on which it ends.",
}
READING["late"] = READING["early"]
WAR, FORCE = "any_war", "force"


def section(found: DatedShare) -> Section:
    """Return the page on the share of futures with an outcome by a day, among those given."""
    run, settings, share = found.run, found.run.record.settings, found.share
    title, day = titles(run.record)[found.outcome], dated(run.record, found.day)
    which = f" of the {found.futures:,} with {_listed(run, found.given)}" if found.given else ""
    kinds = {"those given": found.among} if found.given else {}
    rows = []
    for name, counted in {**kinds, "all courses of events": found.everywhere}.items():
        for until, part in {found.day: counted.by_day, settings.horizon: counted.ever}.items():
            one = found.share_of(part, counted)
            rows.append(
                (
                    name,
                    short_date(run.record, until),
                    _points(one.value),
                    _span(one.low, one.high),
                    _span(*one.spread),
                    number(float(counted.whole.sum()), 0),
                )
            )
    return Section(
        key="ask",
        title=f"How likely is it by {day}?",
        about=(
            trace.subject(run.record),
            f"{settings.played_of(found.option):,} courses of events of option {found.option}: "
            f"{settings.worlds_of(found.option)} sets of assumptions x "
            f"{settings.futures_of_a_world}; nothing is played again",
        ),
        answer=(
            says(
                "In this model {} has come by {} in {} %{} (90 % interval {}; {} across "
                "assumptions).",
                title,
                day,
                _points(share.value),
                which,
                _span(share.low, share.high),
                _span(*share.spread),
            ),
            *(f"Note: {note}." for note in found.notes),
        ),
        blocks=(
            Table(
                "ask",
                f"{title}, in %",
                columns("Futures", "By", numbers=("%", INTERVAL, WORLDS, "of")),
                tuple(rows),
            ),
        ),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _next(found: DatedShare) -> Iterator[Command]:
    run, folder = found.run, found.run.in_command
    chosen = _flags({"--ending": found.outcome}, found.given, found.option)
    if found.among.ever.any():
        yield Command("a typical one of them", f"detente find {folder} {chosen}")
    if found.outcome == WAR:
        day = run.record.date_of(found.day).isoformat()
        force = _flags({"--outcome": FORCE, "--by": day}, found.given, found.option)
        yield Command("with limited strikes too", f"detente ask {folder} {force}")


def _points(share: float) -> Value:
    return points(share, _decimals(share))


def _span(low: float, high: float) -> Value:
    return span(low, high, _decimals(high))


def _decimals(share: float) -> int:
    """Return the number of decimals with which a share in percent has two significant figures."""
    return 1 if share < 0.1 else 0  # noqa: PLR2004  ten of them


def _listed(run: Run, given: Sequence[str]) -> str:
    """Return conditions in words: the title of an outcome, the text of any other condition."""
    called = titles(run.record)
    return " and ".join(called.get(one, one) for one in given)


def _reading(found: DatedShare) -> Iterator[Words]:
    yield READ_INTERVALS
    yield (
        f"{DAY_OF_FORCE}. An ending without force is dated by its own day, and so are failed "
        "talks and every deal made."
    )
    if found.outcome == WAR:
        yield "A limited strike is not a war, but it counts as a use of force."
    if found.given:
        yield (
            "Conditions look at the whole course of events, up to the horizon. They need not "
            "cause the outcome."
        )


def addresses(found: FoundFutures) -> Section:
    """Return the page that lists addresses and endings of a few futures that meet conditions."""
    run, folder = found.run, found.run.folder_in_command
    option = _flags({}, (), found.option)
    first = f"detente trace {folder} --future {found.futures[0].address} {option}".strip()
    played = run.record.settings.played_of(found.option)
    which = f" have {_listed(run, found.given)}" if found.given else " are looked at"
    return Section(
        key="find",
        title="Which courses of events are these?",
        about=(trace.subject(run.record), f"{played:,} courses of events of option {found.option}"),
        answer=(
            f"In this model {found.matching:,} of {played:,} courses of events{which}. Shown: "
            f"those {RULES[found.pick]}.",
        ),
        blocks=(
            Table(
                "find",
                f"Courses of events {RULES[found.pick]}",
                columns("Course of events", "Ending", "First use of force", "Ends"),
                tuple(
                    (
                        one.address,
                        titles(run.record).get(one.ending, one.ending),
                        "none"
                        if one.first_force_day < 0
                        else dated(run.record, one.first_force_day),
                        dated(run.record, one.ending_day),
                    )
                    for one in found.futures
                ),
            ),
        ),
        reading=((READING[found.pick],),),
        next=(
            Command("the first of them, day by day", first),
            Command("why it had war, or none", first.replace(" trace ", " causes ", 1)),
        ),
    )


def _flags(named: dict[str, str], given: Sequence[str], option: str) -> str:
    """Return options of a command line, quoted for the shell."""
    pairs = [*named.items(), *(("--given", one) for one in given)]
    pairs += [] if option == BASE else [("--option", option)]
    return " ".join(f"{name} {shlex.quote(value)}" for name, value in pairs)

"""Compares the events of June 2025 with the futures of what was known before.

`python -m verification.model.precedent` plays `june-2025` and prints for each event how often
futures have it, or how many futures lie below it. Nothing was fitted to it, and `docs/history.md`
states what had been seen of it. Then it plays `oman-2026`, in which June 2025 is in the past, with
the lessons of either side off and on, on the same draws. The check fails only if an event never
occurs in the first pack; with `--judged-only` the second is not played.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente import Crisis, Run, load, simulate
from detente.cli import terminal
from detente.endings import numbers_of
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.store import Rows
from detente.ensemble.tally import INITIATORS
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    QUANTILE,
    between_worlds,
    estimate_mean,
    estimate_share,
    interval,
    spread,
)
from detente.kernel.endings import Ceasefire, Violence
from detente.kernel.layout import Array
from detente.pack.quantity import accepted
from detente.questions.past.definitions import hazard_interval

PACK, LATER = "june-2025", "oman-2026"
"""The crisis as it stood before June 2025, and the one to which June 2025 is history."""
BEGAN = 1
"""Day of the first use of force; the as-of date is day 0 [days]."""
FOUGHT = 12
"""Days of fighting (claim june-strikes-on-sites of `oman-2026`) [days]."""
FOUGHT_BY = 3
"""Parties that fought (claim june-three-belligerents of `oman-2026`)."""
MISSED: tuple[str, ...] = ()
"""What happened and no future has; `docs/history.md` says why."""
TAIL = 0.05
GENERAL = "general knowledge, no source at hand"
SPANS = (7, 30, 365)
"""Spans from the as-of date on over which force a day is averaged [days]."""
SWITCHES = ("lessons.defender_learns", "lessons.challenger_learns")
NEITHER = (0, 0)
SWITCHED = {"the defender's": (1, 0), "the challenger's": (0, 1), "both": (1, 1)}
"""Which lessons are on, in the order of SWITCHES."""
SHOWN = {"any_war": "war", "force": "force", "deal": "deal"}
"""Outcomes shown for each, by their key in OUTCOMES."""

Test: TypeAlias = Callable[[Rows], Array]
"""What is true or counted of each future, shape (futures,)."""


class Group(NamedTuple):
    """The futures among which something is counted."""

    of: str
    holds: Test


class Thing(NamedTuple):
    """One thing that happened, and how a future is checked for it."""

    says: str
    claims: Annotated[tuple[str, ...], "claims of `oman-2026` that say so; none: general knowledge"]
    among: Group
    score: Annotated[Test, "1 as it happened, else 0; of a number 0, 1/2, 1: below, at, above it"]
    number: Annotated[str, "the number that happened, if it is one"] = ""
    doubt: str = ""


class Counted(NamedTuple):
    """What is counted of a thing in each world, shape (worlds,) each."""

    cases: Annotated[Array, "futures that are counted"]
    sums: Annotated[Array, "of their scores"]
    squares: Annotated[Array, "of the squares of their scores"]


class Line(NamedTuple):
    """One thing as it happened and as the futures have it."""

    thing: Thing
    cases: int
    share: Estimate

    @property
    def is_possible(self) -> bool:
        """Say whether some future has it; of a number, whether it lies among the futures' own."""
        is_above_all = self.thing.number and self.share.value == 1.0
        return self.cases > 0 and self.share.value > 0.0 and not is_above_all

    @property
    def where(self) -> str:
        """Say in words where it falls: a number has two tails, a share only that of the rare."""
        share, low, high = self.share.interval
        if not self.is_possible:
            return "NEVER"
        upper = 1.0 - TAIL if self.thing.number else 2.0
        if low < TAIL < high or low < upper < high:
            return "at the edge of a tail"
        if TAIL <= share <= upper:
            return "in the middle" if self.thing.number else "in no tail"
        return "in the lower tail" if share < TAIL else "in the upper tail"


def has(column: str, *values: int) -> Test:
    """Return the test whether a future has one of these values in a column."""
    return lambda rows: np.isin(rows[column], values)


def every(*tests: Test) -> Test:
    """Return the test whether a future passes all of these."""
    return lambda rows: np.logical_and.reduce([test(rows) for test in tests])


def by_day(day: int) -> Test:
    """Return the test whether force was ordered by a day."""
    return lambda rows: FORCE.holds(rows) & (rows["first_force_day"] <= day)


def below(column: str, value: int) -> Test:
    """Return the score of a number: 1 where a future has less, half where it has the same."""
    return lambda rows: (rows[column] < value) + 0.5 * (rows[column] == value)


BY_ALLY = has("initiator", INITIATORS.index("ally"))
TALKING = has("settlement", *numbers_of("open"))
OF_THREE = has("parties", FOUGHT_BY)
NOT_REGIONAL = has("violence", Violence.WAR)
STOPS_ON_TERMS = has("ceasefire", Ceasefire.LEARNT, Ceasefire.MEDIATED)
FIRST_DAY, LENGTH = below("first_force_day", BEGAN), below("war_days", FOUGHT)

ALL = Group("futures", lambda rows: np.ones(len(rows), bool))
FORCE = Group("with force", lambda rows: rows["first_force_day"] >= 0)
WARS = Group("wars", has("violence", Violence.WAR, Violence.REGIONAL_WAR))
ALLYS_WARS = Group("wars that the ally began", every(WARS.holds, BY_ALLY))

STRUCK, SITES, THREE = "israel-struck-first", "june-strikes-on-sites", "june-three-belligerents"
DAY = "the pack's date was chosen with the day in mind"
TALKS = (
    "disputed: the pack has a sixth round set on the eve, on an assumption, but by the claim "
    "war-after-collapse talks broke down first, and by that the rest of this share is what "
    "happened; an ultimatum that runs counts as talks"
)
SEVEN = "by definition: more than seven days on end rule out a limited strike"
STATES = (
    "in some futures the third party is a host or an aligned group; a host that is hit does not "
    "fight by that; with a fourth party it would be a regional war"
)
AT_ONCE = every(ALLYS_WARS.holds, TALKING, OF_THREE, STOPS_ON_TERMS)
BOTH = "by mediators or by both sides themselves, counted as one"
THINGS = (
    Thing("force is ordered within the year", (STRUCK,), ALL, FORCE.holds),
    Thing("force by the day after", (), ALL, by_day(BEGAN), doubt=DAY),
    Thing("force within 7 days", (), ALL, by_day(7), doubt=DAY),
    Thing("force within 30 days", (), ALL, by_day(30), doubt=DAY),
    Thing("day of the first force", (), FORCE, FIRST_DAY, f"day {BEGAN}", DAY),
    Thing("the ally begins", (STRUCK,), FORCE, BY_ALLY),
    Thing("talks have not failed before", ("very-close-in-may",), FORCE, TALKING, "", TALKS),
    Thing("a war, not a limited strike", (THREE, SITES), FORCE, WARS.holds, "", SEVEN),
    Thing("a war of two or three parties, not more", (THREE,), WARS, NOT_REGIONAL, "", STATES),
    Thing("the challenger joins: three fight", (THREE, SITES), ALLYS_WARS, OF_THREE, "", STATES),
    Thing("days of fighting", (SITES,), WARS, LENGTH, f"{FOUGHT} days"),
    Thing("it stops on terms", (), WARS, STOPS_ON_TERMS, "", BOTH),
    Thing("ally, talks, three parties, terms", (), ALL, AT_ONCE, "", "at once, any day or length"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play both crises, print what comes of them and return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    asked = {key: getattr(options, key) for key in ("worlds", "futures", "seed", "grid")}
    if options.futures < 2 * options.worlds:
        parser.error("two futures a world are the fewest that tell chance from what is not known")
    with tempfile.TemporaryDirectory() as folder:
        run = simulate(load(PACK), out=Path(folder) / PACK, **asked)
        rows = rows_of(run)
        status = report([line_of(thing, run, rows) for thing in THINGS], options.markdown)
        show_pace(rows)
        show_settings(run)
        if not options.judged_only:
            terminal.say()
            show_switches(load(LATER), Path(folder), asked, options.markdown)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.model.precedent",
        description="Where what happened in June 2025 falls among futures of the days before it.",
        epilog="Exit status: 0 all that happened does in the model, but for what is known not to; "
        "1 something else never does, or what was known not to does.",
    )
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=51_200, help="of each crisis and switch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grid", choices=("tiny", "normal", "fine"), default="normal")
    parser.add_argument("--markdown", action="store_true", help="print tables as Markdown")
    parser.add_argument("--judged-only", action="store_true", help="nothing that cannot fail")
    return parser


def rows_of(run: Run) -> Rows:
    """Return all futures of a run, by world and future."""
    return np.concatenate(list(run.rows()))


def line_of(thing: Thing, run: Run, rows: Rows) -> Line:
    """Return the line of a thing."""
    futures = run.record.settings.futures_of_a_world
    counted = count(thing, rows, run.record.settings.worlds)
    is_of_all = thing.among is ALL
    share = estimate_share(counted.sums, futures) if is_of_all else estimate_ratio(counted, futures)
    return Line(thing, int(counted.cases.sum()), share)


def count(thing: Thing, rows: Rows, worlds: int) -> Counted:
    """Count in each world the futures in which a thing can be checked, and their scores."""
    kept = rows[thing.among.holds(rows)]
    score = thing.score(kept).astype(float)

    def in_worlds(weights: Array) -> Array:
        return np.bincount(kept["world"], weights, minlength=worlds)

    return Counted(in_worlds(np.ones(len(kept))), in_worlds(score), in_worlds(score**2))


def estimate_ratio(counted: Counted, futures: int) -> Estimate:
    """Estimate the mean score of the futures that are counted, of `futures` played in each world.

    A ratio of two sums over strata. Its variance is that of the residuals `score - ratio`, 0 in
    futures that are not counted, over the squared number of cases; where all are counted that is
    the variance of `intervals.estimate_share`, and so are the intervals. Worlds differ by their own
    ratios, those with two cases or more alike. Without a case nothing is known.
    """
    cases, sums, squares = counted
    total = float(cases.sum())
    if total == 0.0:
        return Estimate(0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0)
    ratio = float(sums.sum()) / total
    residuals = sums - ratio * cases
    within = squares - 2.0 * ratio * sums + ratio**2 * cases - residuals**2 / futures
    variance = float(within.sum()) * futures / (futures - 1) / total**2
    chance = interval(ratio, max(0.0, variance), int(total))
    low, high = between_worlds(sums, cases) or chance
    ends = min(low, chance[0]), max(high, chance[1])
    return Estimate(ratio, *ends, *_spread(counted), *chance)


def _spread(counted: Counted) -> tuple[float, float]:
    """Return the 5th and 95th percentile over worlds, with sampling noise removed."""
    reported = counted.cases >= 2
    if reported.sum() < 2:
        return 0.0, 1.0
    cases, sums, squares = (part[reported] for part in counted)
    ratios = sums / cases
    noise = float(np.mean((squares / cases - ratios**2) / (cases - 1)))
    return spread(ratios, float(ratios.mean()), noise)


def report(lines: Sequence[Line], is_markdown: bool) -> int:
    """Print the table and what is in doubt; return 1 unless `MISSED` is what never does."""
    head = ("", "happened", "in the model", "90 %", "over worlds", "of", "where", "grade")
    show([head, *map(_cells, lines)], is_markdown)
    terminal.say("In the model: futures of 100 that have it; of a number, percent that lie below.")
    terminal.say()
    notes: dict[str, list[str]] = {}
    for thing in (line.thing for line in lines):
        reported = filter(None, (", ".join(thing.claims) or GENERAL, thing.doubt))
        notes.setdefault("; ".join(reported), []).append(thing.says)
    for note, says in notes.items():
        terminal.say(f"- {'; '.join(says)}: {note}", hang=2)
    never = tuple(line.thing.says for line in lines if not line.is_possible)
    if never:
        terminal.say(f"- It happened, and does in no future played: {', '.join(never)}", hang=2)
    return int(never != MISSED)


def _cells(line: Line) -> tuple[str, ...]:
    share, thing = line.share, line.thing
    return (
        thing.says,
        thing.number or "yes",
        _percent(share.value),
        f"{_percent(share.low)} to {_percent(share.high)}",
        f"{100.0 * share.spread_low:.0f} to {100.0 * share.spread_high:.0f}",
        f"{line.cases:,} {thing.among.of}",
        line.where,
        grade_of(thing),
    )


def grade_of(thing: Thing) -> str:
    """Return how sure the claims are that say that a thing happened."""
    claims = load(LATER).claims
    return ", ".join(dict.fromkeys(claims[key].grade for key in thing.claims)) or "no source"


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f}"


def show(rows: Sequence[Sequence[str]], is_markdown: bool) -> None:
    """Print a table, its head first, for people or as Markdown."""
    if not is_markdown:
        terminal.show_table(rows)
        return
    for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]):
        terminal.show(f"| {' | '.join(row)} |")
    terminal.say()


def show_pace(rows: Rows) -> None:
    """Print how often force begins on one day among open futures, and how long wars last."""
    reported = []
    for days in SPANS:
        begun = int(by_day(days - 1)(rows).sum())
        played_futures = int(np.minimum(rows["ending_day"] + 1, days).sum())
        low, high = hazard_interval(begun, played_futures, QUANTILE)
        reported.append(
            f"{100 * begun / played_futures:.3f} [{100 * low:.3f} to {100 * high:.3f}] in {days}"
        )
    terminal.say(
        f"- Of 100 open futures force begins on a day in: {', '.join(reported)} days", hang=2
    )
    fought = rows["war_days"][WARS.holds(rows)]
    if len(fought):
        reported = [f"{length:.0f}" for length in np.quantile(fought, (TAIL, 0.5, 1.0 - TAIL))]
        terminal.say(f"- Wars last {', '.join(reported)} days at the 5th, 50th and 95th percentile")
    terminal.say("- Missiles that leaked: see `python -m verification.model.salvos`", hang=2)


def show_settings(run: Run) -> None:
    """Print what it takes to play a run again."""
    record, settings = run.record, run.record.settings
    terminal.say(
        f"- Settings: detente {record.package}, {record.name} as of {record.as_of}, "
        f"{settings.worlds} worlds, {settings.played:,} futures, seed {settings.seed}, grid "
        f"{settings.grid}, accepted set of {accepted().rows} rows, checksum {run.digest[:12]}",
        hang=2,
    )


def show_switches(
    crisis: Crisis, folder: Path, asked: Mapping[str, Any], is_markdown: bool
) -> None:
    """Print what each lesson and both do, as differences from neither on the same draws."""
    runs = {}
    for switch in (NEITHER, *SWITCHED.values()):
        changes = dict(zip(SWITCHES, switch, strict=True))
        runs[switch] = simulate(crisis, out=folder / f"{switch}", changes=changes, **asked)
    head = (
        "",
        "lessons",
        "futures of 100",
        "90 %",
        "more than with neither",
        "90 %",
        "over worlds",
    )
    show([head, *switch_lines(runs)], is_markdown)
    show_settings(runs[NEITHER])


def switch_lines(runs: Mapping[tuple[int, int], Run]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each outcome and switch, and one for what both do beyond their sum."""
    worlds = runs[NEITHER].record.settings.worlds
    rows = {switch: rows_of(run) for switch, run in runs.items()}
    for key, outcome in SHOWN.items():
        came = {switch: OUTCOMES[key].happened(one) for switch, one in rows.items()}
        yield outcome, "neither", *_of_100(came[NEITHER], worlds), "", "", ""
        for name, switch in SWITCHED.items():
            more = difference(came[switch], came[NEITHER], worlds)
            yield outcome, name, *_of_100(came[switch], worlds), *_points(more)
        beyond = interaction([came[switch] for switch in (*SWITCHED.values(), NEITHER)], worlds)
        yield outcome, "both, beyond the sum", "", "", *_points(beyond)


def _of_100(came: Array, worlds: int) -> tuple[str, str]:
    share = estimate_share(came.reshape(worlds, -1).sum(axis=1), len(came) // worlds)
    return _percent(share.value), f"{_percent(share.low)} to {_percent(share.high)}"


def difference(after: Array, before: Array, worlds: int) -> Estimate:
    """Return how much oftener something comes than before, future by future on the same draws."""
    return _mean_of(after.astype(float) - before, worlds)


def interaction(came: Sequence[Array], worlds: int) -> Estimate:
    """Return what both switches do beyond the sum of each alone: first, second, both, neither."""
    first, second, both, neither = (one.astype(float) for one in came)
    halved = (both - first - second + neither) / 2.0
    return _mean_of(halved, worlds).scaled(2.0)


def _mean_of(values: Array, worlds: int) -> Estimate:
    by_world = values.reshape(worlds, -1)
    return estimate_mean(by_world.mean(axis=1), (by_world**2).mean(axis=1), by_world.shape[1])


def _points(share: Estimate) -> tuple[str, str, str]:
    value, *ends = (f"{100.0 * part:+.1f}" for part in (*share.interval, *share.spread))
    return value, f"{ends[0]} to {ends[1]}", f"{ends[2]} to {ends[3]}"


if __name__ == "__main__":
    sys.exit(main())

"""How a crisis may end, and when: shares of endings, states by date, and durations."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from detente.endings import ENDINGS
from detente.ensemble.measures import EVER, SETS, SHOWN_CONSEQUENCES, Measure
from detente.ensemble.record import BASE, Record
from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import mean_over_worlds
from detente.questions import wording
from detente.questions.course import Course
from detente.questions.strip import Strip
from detente.questions.summary import OptionSummary, Summary, summarise
from detente.questions.wording import (
    SETTLEMENTS,
    VIOLENCES,
    Value,
    dated,
    of_100,
    percent,
    points,
    short_date,
    titles,
)
from detente.text import DASH, TO, capitalised
from detente.views import record, strip, trace
from detente.views.answer import answer, course_blocks, times
from detente.views.blocks import (
    INTERVAL,
    READ_INTERVALS,
    WORLDS,
    Bar,
    Bars,
    Block,
    Card,
    Cards,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    listed,
    plain,
    says,
)
from detente.views.record import method, on_claims

QUESTION = "How may it end, and when?"
MOST_OFTEN = 3
"""Upper limit on the endings that the answer names."""
DAYS = (30, 90, 180, 365)
"""Days for which the share of futures with neither a deal nor force is reported."""
ASKED = ("deal", "force", "any_war")
"""Outcomes whose variance is divided into assumptions and chance."""
PARTS = (("▒", "deal"), ("░", "settled"), ("·", "unresolved"), ("█", "force"))
"""States of futures by a date, each with the mark of its bar."""
STANDING = ("", "deal", "settled", "unresolved")
"""Column headings: dates, then the first three states."""
BY_DATE = "Where the crisis stands by date, in % (adding up to 100; settled: without a deal)"
AXES = "State at the end, by the highest violence reached, in %"
POINT = 0.01
"""The least difference of shares that gets a sentence."""
ORDERED = ("limited_strike", "war", "regional_war")
"""Violence by decision of a government, in ascending order."""
WORDS = {
    "Set of assumptions": "one draw of every uncertain input; flags call it a world",
    "Course of events": "one way in which the crisis may run; flags call it a future",
    "Use of force": "force that a government orders, or a clash that grows into it",
    "War": "force beyond a limited strike; regional, if four parties or more fight",
    "Settled": "ended by a deal, a side that backs down, or a dispute that peters out",
    "Resolved": "of two kinds of side, the one for which war costs less; the opponent does not "
    "know which kind it faces",
    "Credible": "resting on past crises, or on a claim that gives the number and is graded C2 or "
    "better",
}
"""Definitions of words that come before those of the endings."""


def section(
    summary: Summary, course: Course | None = None, compared: Strip | None = None
) -> Section:
    """Return the page on how the crisis may end.

    With `course` it has the 120-word answer and endings by date; `compared` comes first if given.
    """
    played = summary.run.record
    return Section(
        key="endings",
        title=QUESTION,
        about=(trace.subject(played), size(played)),
        answer=(often(summary),) if course is None else answer(summary, course, compared),
        blocks=(
            *(strip.blocks(compared) if compared else ()),
            *blocks(summary),
            *_of_options(summary),
            *(course_blocks(course) if course else ()),
            defined(summary.run),
        ),
        reading=tuple(_reading(summary)),
    )


def in_report(summary: Summary, course: Course, futures: Iterable[trace.Storyline] = ()) -> Section:
    """Return the page for a report, which gives the 120-word answer above all sections."""
    shown = tuple(futures)
    shares, picture, *rest = blocks(summary, in_full=True)
    drawn: tuple[Block, ...] = ()
    if shown:
        drawn = (
            Cards(
                "Typical courses of events",
                f"These are courses of events of this run, not forecasts. {trace.RULE}",
                tuple(map(story, shown)),
            ),
            Picture("beliefs", shown[-1].trace),
        )
    return replace(
        section(summary),
        blocks=(
            picture,
            *drawn,
            Picture("flow", summary.run),
            Picture("hundred_futures", summary.run),
            shares,
            *rest,
            *course_blocks(course),
        ),
        method=method(
            summary.run,
            how=(
                "A set of assumptions is one draw of the uncertain inputs, a course of events one "
                "play of it. A share is the mean over all."
            ),
            left_out="The limits of the model are listed. Above all, nothing disturbs a deal that "
            "holds, and the calendar has the pack's events only.",
            would_change="Other ranges for uncertain inputs: they move the shares more than other "
            "random draws do.",
        ),
    )


def of_run(run: Run) -> Section:
    """Return the page on the folder of a run and how the crisis may end."""
    where, found = record.stored(run), section(summarise(run))
    blocks = (*where.blocks, *found.blocks)
    return replace(found, title=where.title, about=where.about, blocks=blocks)


def of_option(found: OptionSummary) -> Section:
    """Return the page on how the crisis may end under one option."""
    parts = (
        says("{} in {}", found.titles[key], wording.counted(found.outcomes[key])) for key in ASKED
    )
    return Section(
        key="option",
        title=found.title,
        answer=(says("In this model, in % (90 % interval): {}.", listed(parts)),),
        blocks=(_shares(found),),
        reading=(READ_INTERVALS,),
    )


def size(played: Record, option: str = BASE) -> str:
    """Return a sentence on the size of an option: futures, worlds, days and seed."""
    settings = played.settings
    return (
        f"{settings.played_of(option):,} courses of events in this model: "
        f"{settings.futures_of_a_world} for each of {settings.worlds_of(option)} sets of "
        f"assumptions, up to {settings.horizon} days each, seed {settings.seed}"
    )


def often(summary: Summary) -> Words:
    """Return sentences: the most frequent endings, and the share with neither a deal nor force."""
    endings, corridor, called = summary.base.endings, summary.base.corridor, summary.base.titles
    record = summary.run.record
    names = sorted(endings, key=lambda key: -endings[key].value)[:MOST_OFTEN]
    most = (says("{}, {} %", called[key], wording.counted(endings[key])) for key in names)
    neither = []
    for day in [day for day in DAYS if day < len(corridor)]:
        low, high = (100.0 * end for end in summary.base.bands["open"][day])
        ends = wording.interval(low, high, 0, joint=DASH)
        neither.append(
            says("{} % ({}) by {}", of_100(corridor[day].open), ends, dated(record, day))
        )
    return says(
        "In this model the most frequent endings are {}. Neither a deal nor use of force has come "
        "in {}.",
        listed(most, "; "),
        listed(neither, ", in "),
    )


def defined(run: Run, *, within: str | None = None) -> Listing:
    """Return definitions of the words of a result: world, future, force, resolve, each ending.

    `within`: a text; only words that occur in it are defined.
    """
    called = titles(run.record)
    meanings = WORDS | {called[key]: one.means for key, one in ENDINGS.items()}
    items = tuple(
        f"{capitalised(name)}: {says}."
        for name, says in meanings.items()
        if within is None or name.lower() in within.lower()
    )
    return Listing("Meaning of the words", items, level="full")


def glossary(run: Run) -> Section:
    """Return the definitions as a section of a report."""
    listing = defined(run)
    return Section("words", listing.title, (), (replace(listing, level="brief"),))


def blocks(summary: Summary, *, in_full: bool = False) -> Iterator[Block]:
    """Yield the table and the figure of shares, the axes of endings, and how reliable they are."""
    base = summary.base
    yield _shares(base)
    rows = tuple(
        bar(
            short_date(summary.run.record, one.day),
            (one.deal, one.settled, one.unresolved, one.force),
        )
        for one in base.corridor
    )
    yield Picture("corridor", summary, Bars(BY_DATE, PARTS, (*STANDING, "force"), rows))
    yield from (Sentence(words) for words in deals(base))
    yield _axes(base, in_full=in_full)
    # The share of variance due to assumptions, where it can be estimated.
    parts = [
        says("{} {}", base.titles[key], wording.share(*base.variance[key][1:], 0))
        for key in ASKED
        if base.variance[key].is_known
    ]
    if parts:
        words = says(
            "Part of the variance that is due to assumptions, in % (90 % interval): {}. The rest "
            "is due to chance.",
            listed(parts),
        )
        yield Sentence(words, level="full")
    yield Sentence(_enough(summary), level="full")
    yield from (Sentence(f"Note: {note}.") for note in summary.notes)
    yield from _blockade(summary.run)
    yield from _taking(summary.run)
    yield from _front(summary.run)


def _mean(run: Run, consequence: Measure) -> Estimate:
    """Return the mean of a consequence over futures."""
    worlds = run.record.settings.worlds
    total = np.zeros(worlds)
    for rows in run.rows(BASE):
        total += np.bincount(rows["world"], consequence.read(rows).above, worlds)
    by_world = total / run.record.settings.futures_of_a_world
    return mean_over_worlds(by_world, run.weighing_of(worlds))


def _taking(run: Run) -> Iterator[Block]:
    """Yield how often something is taken without shots; consequences rank nothing."""
    crisis = run.crisis_if_kept
    if crisis is None or crisis.model.taking is None:
        return
    issues = crisis.model.issues.values()
    taken = next(one.name for one in issues if one.takeable is not None)
    came, kept = (_mean(run, one) for one in SHOWN_CONSEQUENCES["taking"])
    held = crisis.numbers["taking.holds"].high > 0.0
    items = (
        says(
            "{} {} a part of it in {} % ({}).",
            capitalised(crisis.model.actors[crisis.of_role("challenger")].called),
            "had taken, or takes," if held else "takes",
            *(wording.number(100.0 * came.value, 0), _hundredths(came)),
        ),
        says(
            "In {} % ({}) it is not undone by the first use of force that follows.",
            *(wording.number(100.0 * kept.value, 0), _hundredths(kept)),
        ),
    )
    yield Listing(f"{capitalised(taken)}, taken without shots: consequences", items)


def _front(run: Run) -> Iterator[Block]:
    """Yield how often troops fight for land, and what they hold then; consequences rank nothing."""
    crisis = run.crisis_if_kept
    issues = crisis.model.issues.values() if crisis is not None else ()
    land = next((one.name for one in issues if one.land), None)
    if crisis is None or land is None:
        return
    fought, held = (_mean(run, one) for one in SHOWN_CONSEQUENCES["land"])
    items = (
        says(
            "Troops fight for it in {} % ({}).",
            *(wording.number(100.0 * fought.value, 0), _hundredths(fought)),
        ),
        says(
            "{} holds more than half of it when the fighting ends in {} % ({}).",
            capitalised(crisis.model.actors[crisis.of_role("challenger")].called),
            *(wording.number(100.0 * held.value, 0), _hundredths(held)),
        ),
    )
    yield Listing(f"{capitalised(land)}, fought for on land: consequences", items)


def _hundredths(share: Estimate) -> str:
    return wording.interval(100.0 * share.low, 100.0 * share.high, 0)


def _blockade(run: Run) -> Iterator[Block]:
    """Yield the effects of a blockade or similar measure; consequences rank nothing."""
    crisis = run.crisis_if_kept
    blockade = crisis.model.blockade if crisis is not None else None
    if crisis is None or blockade is None:
        return
    (days,) = (_mean(run, one) for one in SHOWN_CONSEQUENCES["blockade"])
    of_others = crisis.numbers["blockade.third_cost"]
    items: list[Words] = [
        says(
            "It is in force on {} days on average ({}).",
            wording.number(days.value, 0),
            wording.interval(days.low, days.high, 0),
        ),
        f"Harm to civilians: {blockade.harm}.",
        f"Disputed legality: {blockade.legality}.",
    ]
    if of_others.high > 0.0:
        cost = wording.interval(of_others.low, of_others.high)
        items.append(says("A day of it costs all others {} billion dollars.", cost))
    yield Listing(f"{capitalised(blockade.says)}: consequences", tuple(items))


def bar(date: str, parts: tuple[float, ...]) -> Bar:
    """Return a bar with the states of futures by a date, and their percentages."""
    return Bar(date, parts, wording.percents(parts))


def _shares(found: OptionSummary) -> Table:
    each = {key: found.outcomes[key] for key in (*SETS, *EVER)} | found.endings
    return Table(
        "endings",
        "Outcomes, then endings, in % in this model",
        columns("Outcome or ending", "In words (bracket, %)", numbers=("%", INTERVAL, WORLDS)),
        tuple(
            (found.titles[key], wording.terms(*share.interval), *wording.percents_across(share))
            for key, share in each.items()
        ),
    )


def deals(found: OptionSummary) -> Iterator[Words]:
    """Yield a sentence on deals made and deals that last, if the shares differ."""
    made, kept = found.outcomes["deal_ever"], found.outcomes["deal"]
    if made.value - kept.value >= POINT:
        after = sum(
            found.axes[violence][deal].value for violence in ORDERED for deal in SETTLEMENTS["deal"]
        )
        late = says(", and after use of force in {} %", of_100(after)) if after > 0.0 else ""
        yield says(
            "A deal is made at some time in {} %. It stands at the end, without use of "
            "force, in {} %{}. The other deals broke.",
            wording.of_100(made.value),
            wording.of_100(kept.value),
            late,
        )


def _axes(found: OptionSummary, *, in_full: bool) -> Table:
    """Return the table of settlements at the end by the highest violence.

    `in_full` gives each settlement a column with intervals; otherwise similar ones share one.
    """
    groups = {found.titles[key]: (key,) for key in found.axes["none"]} if in_full else SETTLEMENTS

    def cell(shares: list[Estimate]) -> Value:
        whole = sum(share.value for share in shares)
        if not in_full or whole == 0.0:
            return of_100(whole)
        return wording.bracketed(percent(shares[0]), wording.chance(shares[0], joint=TO))

    return Table(
        "violence-by-settlement",
        f"{AXES}, with the {INTERVAL}" if in_full else AXES,
        columns("Violence", numbers=groups),
        tuple(
            (VIOLENCES[violence], *(cell([row[key] for key in keys]) for keys in groups.values()))
            for violence, row in found.axes.items()
        ),
        level="full" if in_full else "brief",
    )


def _enough(summary: Summary) -> Words:
    if summary.run.record.settings.worlds == 1:
        return "One set of assumptions does not say what other assumptions would give."
    if not summary.more_worlds:
        return "Other random draws move no share by more than a point each way."
    shares = summary.base.outcomes.values()
    return says(
        f"For ±1 point on every share, add about {summary.more_worlds:,} sets of assumptions. "
        "More courses of events alone would narrow the widest interval by at most {} points.",
        points(max(share.chance_high - share.chance_low for share in shares) / 2.0),
    )


def _of_options(summary: Summary) -> Iterator[Table]:
    """Yield the table of outcomes by option, if the run has more options than the base."""
    if len(summary.options) == 1:
        return
    called = summary.base.titles
    heads = [head for key in ASKED for head in (called[key].removeprefix("any "), INTERVAL)]
    options, total = {**summary.options, BASE: summary.shared_base}, summary.base.worlds
    rows = [
        (
            option.title if name == BASE else f"{option.title} ({name})",
            *(cell for key in ASKED for cell in wording.percents_across(option.outcomes[key])[:2]),
        )
        for name, option in options.items()
    ]
    worlds = summary.shared_base.worlds
    same = "sets of assumptions" if worlds == total else wording.first_worlds(worlds, total)
    caption = f"Options on the same {same} and the same draws, in %"
    yield Table("endings-options", caption, columns("Option", numbers=heads), tuple(rows))


def story(one: trace.Storyline) -> Card:
    """Return a future as a card: its kind and share, its turning points, and how it ended."""
    record = one.trace.run.record
    days: list[Words] = [says("{}: {}", dated(record, turn.day), turn.text) for turn in one.days]
    if one.left_out:
        days.append(f"{one.left_out} lesser events are left out here.")
    title = plain(says("{}, as in {} %", one.kind, wording.in_short(one.share)))
    return Card(title, (*days, trace.closing(one.trace)), one.command)


def _reading(summary: Summary) -> Iterator[Words]:
    yield READ_INTERVALS
    yield (
        "A word of likelihood is left out if other random draws might change it. Use of force: by "
        "decision of a government. Unresolved: on that day the dispute goes on, no force has been "
        "used, and no deal is in force."
    )
    yield "Violence is the highest level that a course of events reaches; its end may come later."
    evidence = summary.run.record.evidence
    yield (
        f"Of the {evidence['numbers']} inputs, {evidence['claims']} rest {on_claims(evidence)}, "
        f"{evidence['calibrated']} on past crises, {evidence['assumed']} on assumptions and "
        f"{evidence['general']} on general defaults."
    )


def of_course(found: Course) -> Section:
    """Return the page on the dates by which endings come, and on durations."""
    answer = tuple(times(found)) or (
        says(
            "Neither wars nor deals are frequent enough in these courses of events to say by when "
            "they come."
        ),
    )
    played = found.run.record
    return Section(
        key="course",
        title="When do endings come, and how long does it take?",
        about=(trace.subject(played), f"{size(played, found.option)}, option {found.option}"),
        answer=(says("In this model {}", (answer[0][0].lower(), *answer[0][1:])), *answer[1:]),
        blocks=tuple(replace(one, level="brief") for one in course_blocks(found)),
        reading=(READ_INTERVALS,),
    )

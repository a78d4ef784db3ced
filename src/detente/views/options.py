"""Options compared on the same draws: the best and the worst, who pays, regret."""

import shlex
from collections.abc import Iterator, Sequence

from detente.ensemble.advice import command_to_grow
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.estimate.paired import POINT, exchange_of
from detente.questions import wording
from detente.questions.compare import Compared, Comparison
from detente.questions.wording import cells, cells_across, points, series, span
from detente.text import TO, capitalised
from detente.views import options_detail, trace
from detente.views.blocks import (
    INTERVAL,
    READ_INTERVALS,
    WORLDS,
    Block,
    Column,
    Command,
    Listing,
    Method,
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

TITLE = "What could be done?"
CALLED = {"any_war": "war", "force": "use of force", "deal": "deals"}
"""Outcomes by which options are compared."""
REACHED = {"any_war": "war", "force": "use of force", "deal": "a deal"}
"""The same outcomes as things that happen in a future."""
MOST_NAMED = 3
"""Upper limit on the rivals of an option that are named; more are counted."""
MOST_ENDINGS = 2
"""Upper limit on the endings that are named for futures that an option changes."""
READ = (
    READ_INTERVALS,
    "Clear: at least one point, and a 97 % interval without 0. A better one: an option that "
    "is clearly better by war, force or deals, and by its estimates no worse by the others.",
    "Differences are paired, on the same draws. Regret: how much better the best option of each "
    "set of assumptions is, on average. At least: the best is chosen on some courses of events and "
    "judged on others. At most: it is chosen and judged on the same.",
    "Works only if: conditions on one or two numbers, judged on sets of assumptions held out. They "
    "are shown if the effect differs there by 3 standard errors and none of 199 searches on "
    "shuffled sets does as well. Conditions for a threshold: the most equal weights on assumptions "
    "(relative entropy) that reach it. Places run from 0, the lowest of all sets, to 1.",
    "Options of one rank cannot be told apart from the first of them: other random draws may put "
    "any of them first.",
)


def section(found: Comparison) -> Section:
    """Return the page on the effects of options, best first, and what would reverse the order."""
    run = found.run
    return Section(
        key="options",
        title=TITLE,
        about=(
            trace.subject(run.record),
            f"{found.pairs.worlds * found.pairs.futures:,} courses of events of each option: "
            f"{wording.first_worlds(found.pairs.worlds, run.record.settings.worlds)} x "
            f"{found.pairs.futures} courses of events, on the same draws",
        ),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        method=_method(run),
        reading=READ,
        next=tuple(_next(found)),
    )


def in_report(run: Run, found: Comparison | None) -> Section:
    """Return the page on options, or why none was played and the command that plays them."""
    if found is not None:
        return section(found)
    answer = ["No options were compared: the pack has none. Steps are written in [options.NAME]."]
    plays: tuple[Command, ...] = ()
    if run.crisis.options:
        named = "; ".join(f"“{option.title}”" for option in run.crisis.options.values())
        answer = [
            "No options were compared: this run played none of them.",
            f"Steps that the crisis names: {named}.",
        ]
        plays = (
            Command(
                "Options are played on the same draws as the base, on its first assumptions:",
                f"detente run {shlex.quote(run.record.source)} --options all",
            ),
        )
    return Section(
        key="options",
        title=TITLE,
        answer=tuple(answer),
        blocks=plays,
        method=_method(run),
    )


def _method(run: Run) -> Method:
    return method(
        run,
        how="Each option is played on the same draws as the crisis without it; differences are "
        "paired.",
        left_out="The model has neither the cost of bringing an option about nor the chance that "
        "anybody agrees to it; the pack assumes its direct effect.",
        would_change="Other ranges in the pack. Once options are compared, the answer says what "
        "would put the second-best one first.",
        option=run.options[-1],
    )


def _answer(found: Comparison) -> Iterator[Words]:
    base, best = found.options[BASE].share, found.ranking[0]
    yield says(
        "In this model {} comes in {} % as the crisis stands (90 % interval {}).",
        wording.titles(found.run.record)[found.outcome],
        wording.of_100(base.value),
        wording.chance(base, joint=TO),
    )
    if best == BASE:
        yield "No option is better than none."
    else:
        difference = found.options[best].difference
        is_little = abs(difference.value) < POINT
        unsure = "" if difference.is_clear else ", which may be chance"
        unsure = ", which is next to nothing" if is_little else unsure
        others = wording.count(len(found.tied), "other")
        tied = f". We cannot tell {others} apart from it" if found.tied else ""
        yield says(
            "Under “{}”, {} by this outcome, it comes {}{}{}.",
            found.options[best].title,
            "one of the best" if found.tied else "the best",
            wording.change(*difference.interval),
            unsure,
            tied,
        )
    yield from (f"Note: {note}." for note in found.notes)


def matrix(found: Comparison) -> Table:
    """Return the table of options: what is done, effects, payers if known, a better option."""
    has_payers = any(found.options[name].pays for name in found.in_order)
    rows = []
    for name in found.in_order:
        one, rival = found.options[name], found.dominated.get(name)
        changes = (
            "0, changes nothing"
            if one.is_same
            else wording.bracketed(*cells(one.measures[key], signed=True))
            for key in CALLED
        )
        better = "" if rival is None else found.options[rival].title
        better = "none at all" if rival == BASE else better
        paid = (one.pays,) if has_payers else ()
        rows.append((one.title, one.says, *changes, *paid, better))
    heads = number_columns(*(capitalised(name) for name in CALLED.values()))
    last = (*((Column("Who pays"),) if has_payers else ()), Column("A better one"))
    return Table(
        "options-matrix",
        "Change with each option, in points (90 % interval, on the same draws)",
        (Column("Option"), Column("What is done"), *heads, *last),
        tuple(rows),
        level="full",
    )


def best_and_worst(found: Comparison) -> tuple[Words, ...]:
    """Return sentences on the most helpful option, the largest trade-off, and the worst option.

    Only clear effects count. The best is clearly better by the most outcomes, then by the most
    points; the worst is clearly worse by the most points. Rivals that are not clearly different are
    named.
    """
    lines: list[Words] = []
    if not found.groups["help"]:
        lines.append("No option clearly helps.")
    for name in found.groups["help"][:1]:
        best = found.options[name]
        is_everywhere = len(best.counts) == len(CALLED)
        how = "on every count" if is_everywhere else "without clear harm"
        # Outcomes without a clear change: a negligible or an unknown one.
        others: Words = ""
        if not is_everywhere:
            ends = {key: best.measures[key] for key in CALLED if key not in best.counts}
            is_little = all(max(abs(one.low), abs(one.high)) < POINT for one in ends.values())
            others = says(
                ". Next to nothing: {}" if is_little else ". This run cannot say for {}",
                listed(
                    says(f"{REACHED[key]} ({{}})", span(one.low, one.high))
                    for key, one in ends.items()
                ),
            )
        rivals = found.rivals(name)
        lines.append(
            says(
                f"“{{}}” helps{{}}, {how}: {{}}{{}}.{{}}",
                best.title,
                "" if rivals else " most",
                _effects(best, 1),
                others,
                _unbeaten(found, rivals, "does not clearly beat"),
            )
        )
    trades = [found.options[name] for name in found.groups["trade"]]
    if trades:
        trade = max(trades, key=lambda one: sum(abs(one.measures[key].value) for key in one.counts))
        lines.append(
            says(
                "“{}” is a trade: {}, but {}.",
                trade.title,
                _effects(trade, 1),
                _effects(trade, -1),
            )
        )
    for name in found.groups["hurt"][-1:]:
        rivals = found.rivals(name, -1)
        lines.append(
            says(
                "“{}” is {}: {}. Why: {}{}",
                found.options[name].title,
                "among the worst" if rivals else "the worst",
                _effects(found.options[name], -1),
                _why(found, name),
                _unbeaten(found, rivals, "is not clearly worse than"),
            )
        )
    return tuple(lines)


def _unbeaten(found: Comparison, rivals: Sequence[str], does: str) -> str:
    """Return a sentence on the rivals that an option does not clearly beat; empty if none."""
    titles = [f"“{found.options[other].title}”" for other in rivals]
    if not titles:
        return ""
    named = series(titles) if len(titles) <= MOST_NAMED else wording.count(len(titles), "other")
    return f" It {does} {named}."


def why(found: Comparison, *, in_full: bool = False) -> tuple[Words, ...]:
    """Return a sentence on how the most helpful option works; empty if no option helps.

    `in_full` adds the kind of first shot whose frequency changes most.
    """
    if not found.groups["help"]:
        return ()
    name = found.groups["help"][0]
    best = found.options[name]
    words = says("Why “{}” helps: {}", best.title, _why(found, name))
    # If an option leaves the use of force unchanged, changes of first shots mean nothing.
    if not in_full or "force" not in best.counts:
        return (words,)
    kinds = exchange_of(found.pairs, name, _most_changed(best)).first_shots
    way, (before, after) = max(kinds.items(), key=lambda item: abs(item[1][1] - item[1][0]))
    shots = says(
        f" The first shot that changes most is “{wording.FIRST_SHOTS[way]}”: from {{}} to {{}} % "
        "of courses of events.",
        points(before),
        points(after),
    )
    return ((*words, *shots),)


def _why(found: Comparison, name: str) -> Words:
    """Return words on how often an option changes its main outcome, and the other endings."""
    one = found.options[name]
    key = _most_changed(one)
    exchange, called = exchange_of(found.pairs, name, key), wording.titles(found.run.record)
    brings = one.measures[key].value > 0.0
    endings = exchange.won if brings else exchange.lost
    most = sorted(endings, key=lambda ending: -endings[ending])[:MOST_ENDINGS]
    named = (
        says(f"{called[ending.name.lower()]} ({{}})", points(endings[ending]))
        for ending in most
        if endings[ending] > 0.0
    )
    return says(
        f"in {{}} % it brings {REACHED[key]}. Without it, those end most often in {{}}."
        if brings
        else f"in {{}} % it prevents {REACHED[key]}. Those then end most often in {{}}.",
        points(sum(endings.values())),
        listed(named),
    )


def _most_changed(one: Compared) -> str:
    """Return the outcome that an option changes most, among those it clearly changes."""
    return max(one.counts, key=lambda key: abs(one.measures[key].value))


def _effects(one: Compared, sign: int) -> Words:
    """Return the clear effects of an option for the better (1) or for the worse (-1) in words."""
    effects = []
    for key in (key for key in CALLED if one.counts.get(key) == sign):
        change = one.measures[key]
        low, high = sorted((abs(change.low), abs(change.high)))
        more = "more" if change.value > 0.0 else "less"
        effects.append(
            says(
                f"{REACHED[key]} {{}} points {more} often ({{}})",
                points(abs(change.value)),
                span(low, high),
            )
        )
    return listed(effects, " and ")


def _blocks(found: Comparison) -> Iterator[Block]:
    yield Picture("options_matrix", found)
    yield Listing("The best and the worst", (*best_and_worst(found), *why(found, in_full=True)))
    yield matrix(found)
    yield Picture("options", found)
    wish = "more" if found.better > 0 else "less"
    called = wording.titles(found.run.record)[found.outcome]
    heads = number_columns("Rank", "%", "differs", INTERVAL, WORLDS, "regret, at least")
    yield Table(
        "options-ranked",
        f"Options by {called}, in %, the best first ({wish} is better)",
        (Column("Option"), *heads),
        tuple(
            (options_detail.titled(found, name), str(rank), *_ranked(name, found.options[name]))
            for name, rank in found.places.items()
        ),
    )
    yield options_detail.works_if(found)
    yield options_detail.lead(found)
    yield from options_detail.takes(found)
    yield from options_detail.regrets(found)
    yield options_detail.measures(found)
    yield Sentence(options_detail.units(found), level="full")
    yield Listing("Trades", tuple(options_detail.trades(found)), level="full")
    if found.goals:
        yield options_detail.thresholds(found)
    yield Table(
        "options-named",
        "Names of the options in commands",
        columns("Option", "Name"),
        tuple((found.options[name].title, name) for name in found.ranking if name != BASE),
        level="full",
    )


def _ranked(name: str, one: Compared) -> Iterator[str]:
    yield wording.percent(one.share)
    if name == BASE:
        yield from ("", "", "")
    elif one.is_same:
        yield from ("0", "changes nothing", "")
    else:
        yield from cells_across(one.difference, signed=True)
    yield "" if one.regret is None else points(one.regret.regret)


def _next(found: Comparison) -> Iterator[Command]:
    run, folder = found.run, found.run.in_command
    more = command_to_grow(
        run.folder, run.record, worlds=2 * found.pairs.worlds, option=found.ranking[-1]
    )
    yield Command("more sets of assumptions narrow the range of answers", more)
    yield Command("the same by another outcome", f"detente compare {folder} --outcome deal")

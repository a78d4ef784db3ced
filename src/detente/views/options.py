"""What could be done: options on the same draws, the best and the worst, who pays, regret."""

import shlex
from collections.abc import Iterator, Mapping

from detente.ensemble.foundation import has_options
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.versions import command_to_grow
from detente.estimate.estimate import Estimate
from detente.estimate.paired import POINT, Exchange, clearly, exchange_of
from detente.kernel.endings import Ending
from detente.questions import wording
from detente.questions.compare import Compared, Comparison
from detente.questions.wording import points, span
from detente.text import headed
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
    listed,
    number_columns,
    says,
)
from detente.views.record import method

TITLE = "What could be done?"
CALLED = {"any_war": "war", "force": "use of force", "deal": "deals"}
"""What options are compared by."""
REACHED = {"any_war": "war", "force": "use of force", "deal": "a deal"}
DO = {"any_war": "end in war", "force": "see use of force", "deal": "end in a deal"}
"""The same of what a future comes to, and of what futures do."""
MOST_ENDINGS = 2
"""Endings that are named where futures turn to, or from."""


def section(found: Comparison) -> Section:
    """Return what the options of a run change, best first, and what would turn that round."""
    run = found.run
    return Section(
        key="options",
        title=TITLE,
        about=(
            trace.subject(run.record),
            f"{found.pairs.worlds * found.pairs.futures:,} futures of each option: "
            f"{wording.first_worlds(found.pairs.worlds, run.record.settings.worlds)} x "
            f"{found.pairs.futures} futures, on the same worlds and the same draws",
        ),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        method=_method(run),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def unplayed(run: Run) -> Section:
    """Return why no options of a run are compared, and the command that plays them."""
    why = "this run played none of them" if has_options(run.folder) else "its pack has none"
    return Section(
        key="options",
        title=TITLE,
        answer=((f"No options were compared: {why}.",),),
        blocks=(
            Command(
                "Options are played on the same draws as the base, each in its first worlds:",
                f"detente run {shlex.quote(run.record.source)} --options all",
            ),
        ),
        method=_method(run),
    )


def _method(run: Run) -> Method:
    return method(
        run,
        how="Each option is played on the same worlds and the same draws as the crisis as it "
        "stands; differences are paired.",
        left_out="What an option costs to bring about, and whether anybody would agree to it, is "
        "not in the model.",
        would_change="What would put the second-best option first, and what would have to be true "
        "for a threshold to be kept, stands above.",
        option=run.options[-1],
    )


def _answer(found: Comparison) -> Iterator[Words]:
    base, best = found.options[BASE].share, found.ranking[0]
    yield says(
        "In this model {} of 100 futures end in {} as the crisis stands (90 % interval {}): {}.",
        wording.of_100(base.value),
        wording.titles(found.run.record)[found.outcome],
        wording.chance(base, joint=" to "),
        wording.terms(*base.interval),
    )
    if best == BASE:
        yield ("No option is better than none.",)
    else:
        difference = found.options[best].difference
        is_little = abs(difference.value) < POINT
        unsure = "" if difference.is_clear else ", within the interval"
        unsure = ", which is next to nothing" if is_little else unsure
        others = wording.count(len(found.tied), "other")
        tied = f"; {others} cannot be distinguished from it" if found.tied else ""
        yield says(
            "Under “{}”, the best by this outcome, {}{}{}.",
            found.options[best].title,
            wording.change(*difference.interval),
            unsure,
            tied,
        )
    yield from ((f"Note: {note}.",) for note in found.notes)


def matrix(found: Comparison) -> Table:
    """Return what is done under each option, what it changes, and who pays if the pack says so."""
    names = found.in_order
    has_payers = any(found.options[name].pays for name in names)
    heads = number_columns(*(headed(name) for name in CALLED.values()))
    last = (*((Column("Who pays"),) if has_payers else ()), Column("A better one"))
    return Table(
        "options-matrix",
        "What options change against none, of 100 futures (90 % interval, on the same draws)",
        (Column("Option"), Column("What is done"), *heads, *last),
        tuple(tuple(_compared(found, name, has_payers=has_payers)) for name in names),
        level="full",
    )


def _compared(found: Comparison, name: str, *, has_payers: bool) -> Iterator[str]:
    one = found.options[name]
    yield from (one.title, one.says)
    for key in CALLED:
        yield "0, changes nothing" if one.is_same else _signed(one.measures[key])
    if has_payers:
        yield one.pays
    rival = found.dominated.get(name)
    yield "" if rival is None else "none at all" if rival == BASE else found.options[rival].title


def _signed(one: Estimate) -> wording.Value:
    return wording.bracketed(points(one.value, signed=True), span(one.low, one.high))


def best_and_worst(found: Comparison) -> tuple[Words, ...]:
    """Return what helps most on every count, the largest trade, and the worst with its why.

    What is said to help or hurt does so clearly. The best is clearly better by the most counts, and
    of such options by the most points; the worst is clearly worse by the most points.
    """
    best, trade, worst = _ends(found)
    return (
        ("No option clearly helps.",) if best is None else _best(found, best),
        *(() if trade is None else (_trade(found, trade),)),
        *(() if worst is None else (_worst(found, worst),)),
    )


def why(found: Comparison, *, in_full: bool = False) -> tuple[Words, ...]:
    """Return what the option that helps most changes on the way; nothing if none helps.

    `in_full`: with the kind of first shot that it changes most.
    """
    best, *_ = _ends(found)
    if best is None:
        return ()
    shots = _shots(found, best) if in_full else ()
    return (says("Why “{}” helps: {}{}", found.options[best].title, _why(found, best), shots),)


def _ends(found: Comparison) -> tuple[str | None, str | None, str | None]:
    """Return the best option, the largest trade and the worst."""
    signs = {name: set(_signs(found, name).values()) - {0} for name in found.in_order}
    helping, trading, hurting = (
        [name for name, some in signs.items() if some == kind] for kind in ({1}, {1, -1}, {-1})
    )
    best = max(helping, key=lambda name: _merit(found, name), default=None)
    trade = max(trading, key=lambda name: _points(found, name, is_net=False), default=None)
    return best, trade, min(hurting, key=lambda name: _points(found, name), default=None)


def _signs(found: Comparison, name: str) -> dict[str, int]:
    measures = found.options[name].measures
    return {key: clearly(key, measures[key]) for key in CALLED}


def _points(found: Comparison, name: str, *, is_net: bool = True) -> float:
    """Return by how much an option is clearly better by all counts together, less clearly worse.

    Not `is_net`: what is clearly worse is added.
    """
    measures = found.options[name].measures
    return sum(
        (sign if is_net else abs(sign)) * abs(measures[key].value)
        for key, sign in _signs(found, name).items()
    )


def _merit(found: Comparison, name: str) -> tuple[int, float]:
    return sum(_signs(found, name).values()), _points(found, name)


def _best(found: Comparison, name: str) -> Words:
    is_everywhere = all(sign == 1 for sign in _signs(found, name).values())
    how = "on every count" if is_everywhere else "and is clearly worse on no count"
    return _changed(found, name, f"helps most, {how}")


def _worst(found: Comparison, name: str) -> Words:
    changed = _changed(found, name, "is the worst", with_unclear=False)
    return says("{} Why: {}", changed, _why(found, name))


def _changed(found: Comparison, name: str, how: str, *, with_unclear: bool = True) -> Words:
    signs = _signs(found, name)
    clear = tuple(_effect(found, name, key) for key in CALLED if signs[key])
    unclear = [key for key in CALLED if not signs[key]]
    return says(
        f"“{{}}” {how}: of 100 futures, {{}}{{}}.",
        found.options[name].title,
        listed(clear, " and "),
        _unclear(found, name, unclear) if unclear and with_unclear else (),
    )


def _unclear(found: Comparison, name: str, keys: list[str]) -> Words:
    """Return what an option changes by next to nothing, or as far as this run can tell."""
    measures = found.options[name].measures
    ends = {key: span(measures[key].low, measures[key].high) for key in keys}
    told = tuple(says(f"{REACHED[key]} ({{}})", one) for key, one in ends.items())
    is_little = all(max(abs(measures[key].low), abs(measures[key].high)) < POINT for key in keys)
    how = "; next to nothing: {}" if is_little else "; this run cannot tell: {}"
    return says(how, listed(told))


def _trade(found: Comparison, name: str) -> Words:
    signs = _signs(found, name)
    gains, costs = (
        tuple(_effect(found, name, key) for key in CALLED if signs[key] == sign) for sign in (1, -1)
    )
    return says(
        "“{}” is a trade: of 100 futures, {}, but {}.",
        found.options[name].title,
        listed(gains, " and "),
        listed(costs, " and "),
    )


def _effect(found: Comparison, name: str, key: str) -> Words:
    """Return what an option clearly changes, with its interval."""
    one = found.options[name].measures[key]
    low, high = sorted((abs(one.low), abs(one.high)))
    more = "more" if one.value > 0.0 else "fewer"
    return says(f"{{}} {more} {DO[key]} ({{}})", points(abs(one.value)), span(low, high))


def _why(found: Comparison, name: str) -> Words:
    """Return where the futures come from, or go, that make up what an option changes most."""
    measures, key = found.options[name].measures, _most_changed(found, name)
    exchange = exchange_of(found.pairs, name, key)
    titles = wording.titles(found.run.record)
    if measures[key].value > 0.0:
        return says(
            f"it brings {{}} of 100 to {REACHED[key]} that otherwise end most often in: {{}}.",
            *(points(sum(exchange.won.values())), _most(exchange.won, titles)),
        )
    return says(
        f"it keeps {{}} of 100 from {REACHED[key]}, which then end most often in: {{}}.",
        *(points(sum(exchange.lost.values())), _most(exchange.lost, titles)),
    )


def _most_changed(found: Comparison, name: str) -> str:
    """Return what an option changes most of what it clearly changes."""
    measures, signs = found.options[name].measures, _signs(found, name)
    return max((key for key in CALLED if signs[key]), key=lambda key: abs(measures[key].value))


def _shots(found: Comparison, name: str) -> Words:
    """Return the kind of first shot that becomes most more or less frequent; none without force."""
    if not _signs(found, name)["force"]:
        return ()
    exchange: Exchange = exchange_of(found.pairs, name, _most_changed(found, name))
    way = max(
        exchange.first_shots,
        key=lambda one: abs(exchange.first_shots[one][1] - exchange.first_shots[one][0]),
    )
    before, after = exchange.first_shots[way]
    return says(
        f" Of first shots the kind “{wording.FIRST_SHOTS[way]}” changes most, from {{}} to {{}} of "
        "100.",
        points(before),
        points(after),
    )


def _most(endings: Mapping[Ending, float], titles: Mapping[str, str]) -> Words:
    """Return the endings that most of some futures have."""
    most = sorted(endings, key=lambda ending: -endings[ending])[:MOST_ENDINGS]
    return listed(
        tuple(
            says(f"{titles[one.name.lower()]} ({{}})", points(endings[one]))
            for one in most
            if endings[one] > 0.0
        ),
        ", ",
    )


def _blocks(found: Comparison) -> Iterator[Block]:
    yield Picture("options_matrix", found)
    yield Listing("The best and the worst", (*best_and_worst(found), *why(found, in_full=True)))
    yield matrix(found)
    yield Picture("options", found)
    yield _ranking(found)
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
        "What options are called in a command",
        (Column("Option"), Column("Name")),
        tuple((found.options[name].title, name) for name in found.ranking if name != BASE),
        level="full",
    )


def _ranking(found: Comparison) -> Table:
    wish = "more" if found.better > 0 else "less"
    name = wording.titles(found.run.record)[found.outcome]
    heads = number_columns("%", "differs", INTERVAL, WORLDS, "regret, at least")
    return Table(
        "options-ranked",
        f"Options by {name}, in % of futures, the best first ({wish} is better)",
        (Column("Option"), *heads),
        tuple(
            (options_detail.titled(found, key), *_ranked(key, found.options[key]))
            for key in found.ranking
        ),
    )


def _ranked(name: str, one: Compared) -> Iterator[str]:
    difference = one.difference
    yield wording.percent(one.share)
    if name == BASE:
        yield from ("", "", "")
    elif one.is_same:
        yield from ("0", "changes nothing", "")
    else:
        yield points(difference.value, signed=True)
        yield span(difference.low, difference.high)
        yield span(difference.spread_low, difference.spread_high)
    yield "" if one.regret is None else points(one.regret.regret)


def _reading(found: Comparison) -> Iterator[Words]:
    yield READ_INTERVALS
    yield (
        "Clear: at least one point, and a 97 % interval without 0. A better one: an option that "
        "is clearly better by war, force or deals, and by its estimates no worse by the others.",
    )
    yield (
        "Differences are paired, future by future. Regret: by how much the best option of each "
        "world is better, on average; at least, if the best is chosen on other futures than those "
        "that judge it, and at most, if on the same.",
    )
    yield (
        "Works only if: one or two numbers that divide the worlds, judged on worlds held out; "
        "shown where the two parts differ there by 3 standard errors and none of 199 searches on "
        "shuffled worlds does as well. What would have to be true: the weights of the worlds "
        "nearest to equal ones (relative entropy) that reach the threshold. Places go from 0, the "
        "lowest of all worlds, to 1.",
    )
    if len(found.options) > len(found.tied) + 1:
        yield ("The first of many options is partly luck: read the intervals.",)


def _next(found: Comparison) -> Iterator[Command]:
    run, folder = found.run, shlex.quote(str(found.run.folder))
    more = command_to_grow(
        run.folder, run.record, worlds=2 * found.pairs.worlds, option=found.ranking[-1]
    )
    yield Command("more worlds narrow the range of answers", more)
    yield Command("the same by another outcome", f"detente compare {folder} --outcome deal")

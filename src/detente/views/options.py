"""What could be done: options on the same draws, regret, where each works, what turns it round."""

import shlex
from collections.abc import Iterator, Mapping

from detente.analysis import wording
from detente.analysis.compare import Compared, Comparison
from detente.analysis.conditions import Bound, MovedNumber, Reweighted, TurningPoint, WorksIf
from detente.analysis.paired import Goal
from detente.analysis.wording import number, points, significant, span
from detente.ensemble.foundation import has_options
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.shares import Mean
from detente.ensemble.versions import command_to_grow
from detente.views import trace
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
STANDS = "as the crisis stands"
MEASURES = {
    "deal": ("deals", 100.0),
    "settled": ("settlements", 100.0),
    "force": ("use of force", 100.0),
    "any_war": ("war", 100.0),
    "challenger_loss": ("challenger's losses", 100.0),
    "defender_loss": ("defender's losses", 100.0),
    "world_cost": ("costs to others", 1.0),
}
"""What is compared besides the outcome asked about, and what it is multiplied with in a table."""
UNCLEAR = "·"
"""Stands where a difference is within its interval."""


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
        wording.of_100(base.share),
        wording.titles(found.run.record)[found.outcome],
        wording.chance(base, joint=" to "),
        wording.term(base.share),
    )
    if best == BASE:
        yield ("No option is better than none.",)
    else:
        difference = found.options[best].difference
        unsure = "" if difference.is_clear else ", within the interval"
        tied = f"; {len(found.tied)} others cannot be distinguished from it" if found.tied else ""
        yield says(
            "Under “{}”, the best, {}{}{}.",
            found.options[best].title,
            wording.change(*difference[:3]),
            unsure,
            tied,
        )
    yield from ((f"Note: {note}.",) for note in found.notes)


def _blocks(found: Comparison) -> Iterator[Block]:
    yield Picture("options", found)
    yield _ranking(found)
    yield _works_if(found)
    yield _lead(found)
    yield from _takes(found)
    yield from _regrets(found)
    yield _measures(found)
    yield Sentence(_units(found), level="full")
    yield Listing("Trades", tuple(_trades(found)), level="full")
    if found.goals:
        yield _goals(found)
    yield Table(
        "options-named",
        "What options are called in a command",
        (Column("Option"), Column("Name")),
        tuple((found.options[name].title, name) for name in found.ranking if name != BASE),
        level="full",
    )


def _title(found: Comparison, name: str) -> str:
    return STANDS if name == BASE else found.options[name].title


def _ranking(found: Comparison) -> Table:
    wish = "more" if found.better > 0 else "less"
    name = wording.titles(found.run.record)[found.outcome]
    heads = number_columns("%", "differs", INTERVAL, WORLDS, "regret")
    return Table(
        "options-ranked",
        f"Options by {name}, in % of futures, the best first ({wish} is better)",
        (Column("Option"), *heads),
        tuple((_title(found, key), *_ranked(key, found.options[key])) for key in found.ranking),
    )


def _ranked(name: str, one: Compared) -> Iterator[str]:
    difference = one.difference
    yield wording.percent(one.share)
    if name == BASE:
        yield from ("", "", "")
    elif one.is_same:
        yield from ("0", "changes nothing", "")
    else:
        yield points(difference.difference, signed=True)
        yield span(difference.low, difference.high)
        yield span(difference.spread_low, difference.spread_high)
    yield "" if one.regret is None else points(one.regret.regret)


def _regrets(found: Comparison) -> Iterator[Table]:
    """Yield regret with its bounds, where there is more than one future a world."""
    regrets = {name: one.regret for name, one in found.options.items() if one.regret is not None}
    heads = number_columns("at least", "at most", "95th percentile across worlds", "best in")
    if regrets:
        yield Table(
            "options-regret",
            "Regret in points, and in how many of 100 worlds an option is the best",
            (Column("Option"), *heads),
            tuple(
                (
                    _title(found, name),
                    *map(points, (regrets[name].regret, regrets[name].most, regrets[name].worst)),
                    points(regrets[name].best_in, 0),
                )
                for name in found.ranking
            ),
            level="full",
        )


def _works_if(found: Comparison) -> Listing:
    searched = {name: one.search for name, one in found.options.items() if not one.is_same}
    rules = [
        _rule(found.options[name].title, search.rule, found.better)
        for name, search in searched.items()
        if search.rule is not None
    ]
    unfound: dict[str, list[str]] = {}
    for name, search in searched.items():
        if search.rule is None:
            unfound.setdefault(search.why, []).append(found.options[name].title)
    reasons = [(f"{_all_or(titles, len(searched))}: {why}",) for why, titles in unfound.items()]
    return Listing("Works only if", (*rules, *reasons), level="brief" if rules else "full")


def _all_or(titles: list[str], count: int) -> str:
    return "Not estimable for any option" if len(titles) == count else ", ".join(titles)


def _rule(title: str, rule: WorksIf, better: int) -> Words:
    kind = "more" if better > 0 else "fewer"
    return says(
        "“{}” {} {} ({} of 100 worlds). Of 100 futures, {} {} there and {} elsewhere.",
        title,
        "helps only if" if rule.is_only_if else "does best if",
        listed(tuple(_bound(one) for one in rule.conditions), " and "),
        points(rule.share, 0),
        _mean(rule.inside),
        kind,
        _mean(rule.outside),
    )


def _bound(one: Bound) -> Words:
    side = "above" if one.is_above else "below"
    return says(
        f"{one.field} lies {side} {{}} (place {{}})", significant(one.value), number(one.place, 2)
    )


def _mean(one: Mean) -> Words:
    return (wording.share(one.mean, one.low, one.high),)


def _lead(found: Comparison) -> Listing:
    flip = found.flip
    unsure = "" if flip.lead.is_clear else ", so that another seed may do it"
    turning: Words = ("No single number is found that does it.",)
    return Listing(
        f"What would put “{_title(found, flip.second)}” before “{_title(found, flip.best)}”",
        (
            says("Its lead, of 100 futures: {}{}.", wording.share(*flip.lead[:3]), unsure),
            turning if flip.number is None else _turning(flip.number),
            ("By worlds: ", *_reweighted(flip.worlds)),
        ),
    )


def _turning(point: TurningPoint) -> Words:
    side = "above" if point.is_above else "below"
    return says(
        f"One number: {point.field} {side} {{}}, place {{}}; the others vary with it.",
        significant(point.value),
        wording.estimate(point.place, point.low, point.high, 2),
    )


def _takes(found: Comparison) -> Iterator[Listing]:
    """Yield what would have to be true for each threshold, under the base and the best option."""
    for goal, options in found.inverse.items():
        yield Listing(
            f"What would have to be true for {_goal(goal)}",
            tuple(_taken(found, options)),
            level="full",
        )


def _taken(found: Comparison, options: Mapping[str, Reweighted]) -> Iterator[Words]:
    for name, one in options.items():
        who = "As the crisis stands" if name == BASE else f"Under “{found.options[name].title}”"
        yield (f"{who}: ", *_reweighted(one))


def _reweighted(one: Reweighted) -> Words:
    """Say how far worlds are re-weighted, and which numbers move with that."""
    if one.tilt is None or not one.tilt.is_enough:
        return (f"{one.why}.",)
    size = says(
        "weights as of {} of {} worlds (relative entropy {})",
        number(one.tilt.effective, 0),
        f"{len(one.tilt.weights)}",
        number(one.tilt.entropy, 2),
    )
    if not one.moved:
        return (*size, f"; {one.why}.")
    return (*size, ", and in them ", *listed(tuple(map(_moved, one.moved)), "; "), ".")


def _moved(one: MovedNumber) -> Words:
    return says(
        f"{one.field} with median {{}} instead of {{}} (place {{}} instead of .50)",
        significant(one.after),
        significant(one.before),
        number(one.place, 2),
    )


def _goal(goal: Goal) -> str:
    side = "below" if goal.is_below else "above"
    return f"{wording.NAMES[goal.outcome]} {side} {significant(100.0 * goal.threshold, 6)} %"


def _measures(found: Comparison) -> Table:
    return Table(
        "options-else",
        f"What else differs; {UNCLEAR} within the interval",
        (Column("Option"), *number_columns(*(name for name, _ in MEASURES.values()))),
        tuple(
            (one.title, *_measured(one))
            for one in (found.options[name] for name in found.ranking if name != BASE)
            if not one.is_same
        ),
        level="full",
    )


def _measured(one: Compared) -> Iterator[str]:
    for key, (_, unit) in MEASURES.items():
        difference = one.measures[key]
        is_clear = difference.is_clear
        yield number(unit * difference.difference, signed=True) if is_clear else UNCLEAR


def _units(found: Comparison) -> Words:
    parties = found.run.record.parties
    return (
        "Deals to war: points, of 100 futures. Losses: hundredths of what all that a side has "
        f"there is worth; the challenger is {parties['challenger']}, the defender "
        f"{parties['defender']}. Costs to others: of a closed chokepoint, in billion dollars.",
    )


def _trades(found: Comparison) -> Iterator[Words]:
    mixed = [one for one in found.options.values() if one.gains and one.costs]
    if not mixed:
        yield ("No option is clearly better on one of these and clearly worse on another.",)
    for one in mixed:
        better, worse = (
            ", ".join(MEASURES[key][0] for key in keys) for keys in (one.gains, one.costs)
        )
        yield (f"“{one.title}” is better on {better}; worse on {worse}.",)


def _goals(found: Comparison) -> Table:
    return Table(
        "options-thresholds",
        "In how many of 100 worlds a threshold is kept, sampling noise removed (90 % interval)",
        (Column("Option"), *number_columns(*map(_goal, found.goals))),
        tuple(
            (_title(found, name), *(_kept(found, name, goal) for goal in found.goals))
            for name in found.ranking
        ),
        level="full",
    )


def _kept(found: Comparison, name: str, goal: Goal) -> str:
    return wording.share(*found.options[name].reached[goal], 0)


def _reading(found: Comparison) -> Iterator[Words]:
    yield READ_INTERVALS
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

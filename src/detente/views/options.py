"""What could be done: options on the same draws, regret, where each works, what turns it round."""

import shlex
from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.compare import Compared, Comparison
from detente.analysis.compare.words import (
    amount,
    change,
    goal_words,
    reweighted_words,
    rule_words,
    signed,
    span,
    turning_words,
)
from detente.ensemble.foundation import has_options
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.views.blocks import (
    Block,
    Column,
    Command,
    Listing,
    Picture,
    Section,
    Table,
    Words,
    told,
)
from detente.views.material import Material
from detente.views.method import method

MOST_RULES = 8
"""Options of which it is said where they work."""


def section(material: Material) -> Section:
    """Return the answer to what could be done."""
    found = material.comparison
    return Section(
        key="options",
        title="What could be done?",
        answer=(_none(material.run),) if found is None else tuple(_answer(found)),
        blocks=(_ask(material.run),) if found is None else tuple(_blocks(found)),
        method=method(
            material.run,
            how="Each option is played on the same worlds and the same chance as the crisis as it "
            "stands; differences are paired.",
            left_out="What an option costs to bring about, and whether anybody would agree to it, "
            "is not in the model.",
            would_change="What would put the second-best option first, and what would have to be "
            "true for a threshold to be kept, is told above.",
        ),
    )


def _none(run: Run) -> Words:
    is_possible = has_options(run.folder)
    why = "this run played none of them" if is_possible else "its pack has none"
    return (f"No options were compared: {why}.",)


def _ask(run: Run) -> Command:
    pack = shlex.quote(run.record.source)
    return Command(
        "Options are played beside the base, on the same draws; each takes as long as the run:",
        f"detente run {pack} --options all",
    )


def _answer(found: Comparison) -> Iterator[Words]:
    base, best = found.options[BASE].share, found.ranking[0]
    yield told(
        f"In this model {wording.of_100(base.share)} of 100 futures end in "
        f"{wording.NAMES[found.outcome]} as the crisis stands, "
        f"{wording.term(base.share)}, 90 % interval {wording.chance(base).replace('-', ' to ')}."
    )
    if best == BASE:
        yield ("No option is better than none.",)
        return
    difference = found.options[best].difference
    unsure = "" if difference.is_clear else ", which may be chance"
    tied = f"; {len(found.tied)} others cannot be told from it" if found.tied else ""
    yield (
        f"Under “{found.options[best].title}”, the best, ",
        *told(f"{change(difference)}{unsure}{tied}."),
    )


def _blocks(found: Comparison) -> Iterator[Block]:
    yield Picture("options", found)
    yield _ranking(found)
    searched = {name: one.search for name, one in found.options.items() if not one.is_same}
    rules = [
        (rule_words(found.options[name].title, search.rule, found.better),)
        for name in found.ranking
        if name in searched and (search := searched[name]).rule is not None
    ]
    if rules:
        yield Listing("Works only if", tuple(rules[:MOST_RULES]))
    yield _else(found)
    first, second = (found.options[name].title for name in (found.flip.best, found.flip.second))
    yield Listing(f"What would put “{second}” before “{first}”", _flip(found))
    for goal, options in found.inverse.items():
        items = tuple(
            (f"{_who(found, name)}: {reweighted_words(one)}",) for name, one in options.items()
        )
        yield Listing(f"What would have to be true for {goal_words(goal)}", items)


def _who(found: Comparison, name: str) -> str:
    return "As the crisis stands" if name == BASE else f"Under “{found.options[name].title}”"


def _ranking(found: Comparison) -> Table:
    wish = "more" if found.better > 0 else "less"
    return Table(
        "options-ranked",
        f"Options by {wording.NAMES[found.outcome]}, the best first ({wish} is better)",
        (
            Column("Option"),
            Column("%", is_number=True, origin="modelled"),
            Column("Differs, points", is_number=True, origin="modelled"),
            Column("90 % of chance", is_number=True, origin="modelled"),
            Column("Over worlds", is_number=True, origin="modelled"),
            Column("Best in, of 100 worlds", is_number=True, origin="modelled"),
            Column("Regret, points", is_number=True, origin="modelled"),
        ),
        tuple(_row(name, found.options[name]) for name in found.ranking),
    )


def _row(name: str, one: Compared) -> tuple[str, ...]:
    title, share, difference = one.title, wording.percent(one.share), one.difference
    best, regret = "", ""
    if one.regret is not None:
        best, regret = f"{100 * one.regret.best_in:.0f}", amount(one.regret.regret)
    if name == BASE:
        return title, share, "", "", "", best, regret
    if one.is_same:
        return title, share, "0", "changes nothing", "", best, regret
    return (
        title,
        share,
        signed(difference.difference),
        span(difference.low, difference.high),
        span(difference.spread_low, difference.spread_high),
        best,
        regret,
    )


MEASURES = {
    "deal": "deals",
    "settled": "settlements",
    "force": "ordered force",
    "any_war": "war",
    "challenger_loss": "the challenger's losses",
    "defender_loss": "the defender's losses",
    "world_cost": "costs to others",
}
"""What is compared beside the outcome asked about."""


def _else(found: Comparison) -> Table:
    return Table(
        "options-else",
        "What else is clearly better or worse; · where chance alone can do it",
        (Column("Option"), *(Column(name) for name in MEASURES.values())),
        tuple(
            (found.options[name].title, *_verdicts(found.options[name]))
            for name in found.ranking
            if name != BASE
        ),
        level="full",
    )


def _verdicts(one: Compared) -> Iterator[str]:
    for key in MEASURES:
        yield "better" if key in one.gains else "worse" if key in one.costs else "·"


def _flip(found: Comparison) -> tuple[Words, ...]:
    flip = found.flip
    lead = f"{amount(flip.lead.difference)} of 100 ({span(flip.lead.low, flip.lead.high)})"
    unsure = "" if flip.lead.is_clear else ", so that more futures alone may do it"
    number = (
        "No single number does it, as far as this run tells."
        if flip.number is None
        else turning_words(flip.number)
    )
    return (
        told(f"It leads by {lead}{unsure}."),
        (number,),
        (f"By worlds: {reweighted_words(flip.worlds)}",),
    )

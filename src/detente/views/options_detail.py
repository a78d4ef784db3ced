"""Details on options: conditions under which each works, regret, other effects."""

from collections.abc import Iterator

from detente.ensemble.record import BASE
from detente.estimate.paired import Goal, clearly
from detente.questions import wording
from detente.questions.compare import Comparison
from detente.questions.conditions import Reweighted
from detente.questions.drivers.inputs import titled as named_number
from detente.questions.wording import number, points, significant
from detente.text import capitalised
from detente.views.blocks import (
    Column,
    Listing,
    Table,
    Words,
    columns,
    listed,
    number_columns,
    says,
)

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
"""Further measures by key: column heading, and factor for the unit of the table."""
UNCLEAR = "·"
"""Cell for a difference that is not clear."""


def titled(found: Comparison, name: str) -> str:
    """Return the title of an option; the base is the crisis as it stands."""
    return STANDS if name == BASE else found.options[name].title


def named(found: Comparison, field: str) -> str:
    """Return a number in words with its owner, or its path if the pack cannot be read."""
    return field if found.crisis is None else named_number(field, found.crisis)


def works_if(found: Comparison) -> Listing:
    """Return the conditions under which each option works, or why none is found."""
    searched = {name: one.search for name, one in found.options.items() if not one.is_same}
    more = "more" if found.better > 0 else "less"
    called = capitalised(wording.titles(found.run.record)[found.outcome])
    rules: list[Words] = []
    unfound: dict[str, list[str]] = {}
    for name, search in searched.items():
        title, rule = found.options[name].title, search.rule
        if rule is None:
            unfound.setdefault(search.why, []).append(title)
            continue
        bounds = (
            says(
                f"{named(found, one.field)} lies {'above' if one.is_above else 'below'} {{}} "
                "(place {})",
                significant(one.value),
                number(one.place, 2),
            )
            for one in rule.conditions
        )
        rules.append(
            says(
                "“{}” {} {} (in {} % of assumptions). {} comes {} points {} often "
                "there, {} elsewhere.",
                title,
                "helps only if" if rule.is_only_if else "does best if",
                listed(bounds, " and "),
                points(rule.share, 0),
                called,
                wording.share(*rule.inside.interval),
                more,
                wording.share(*rule.outside.interval),
            )
        )
    everything = "No condition is found for any option"
    reasons = [
        f"{everything if len(titles) == len(searched) else ', '.join(titles)}: {why}"
        for why, titles in unfound.items()
    ]
    return Listing("Works only if", (*rules, *reasons), level="brief" if rules else "full")


def lead(found: Comparison) -> Listing:
    """Return what would put the second-best option first."""
    flip = found.flip
    unsure = "" if flip.lead.is_clear else ". Other random draws may be enough to reverse it"
    turning: Words = "No single input would reverse the order."
    if flip.number is not None:
        side = "above" if flip.number.is_above else "below"
        turning = says(
            f"One number alone: {named(found, flip.number.field)} {side} {{}} (place {{}}).",
            significant(flip.number.value),
            wording.estimate(flip.number.place, flip.number.low, flip.number.high, 2),
        )
    return Listing(
        f"How “{titled(found, flip.second)}” could come before “{titled(found, flip.best)}”",
        (
            says(
                "The best leads by this many points: {}{}.",
                wording.share(*flip.lead.interval),
                unsure,
            ),
            turning,
            ("Weights on assumptions that reverse it: ", *_reweighted(found, flip.worlds)),
        ),
    )


def takes(found: Comparison) -> Iterator[Listing]:
    """Yield the conditions for each threshold, under the base and the best option."""
    for goal, options in found.inverse.items():
        lines = []
        for name, one in options.items():
            title = found.options[name].title
            who = "As the crisis stands" if name == BASE else f"Under “{title}”"
            lines.append((f"{who}: ", *_reweighted(found, one)))
        title = f"Conditions for {goal_in_words(goal)}"
        yield Listing(title, tuple(lines), level="full")


def _reweighted(found: Comparison, one: Reweighted) -> Words:
    """Return words on how far worlds are re-weighted, and which numbers move with that."""
    if one.tilt is None or not one.tilt.is_enough:
        return f"{one.why}."
    size = says(
        "weights equivalent to {} of {} sets (relative entropy {})",
        number(one.tilt.effective, 0),
        f"{len(one.tilt.weights)}",
        number(one.tilt.entropy, 2),
    )
    if not one.moved:
        return (*size, f"; {one.why}.")
    moved = (
        says(
            f"{named(found, each.field)} to a median of {{}} from {{}} (place {{}} from .50)",
            significant(each.after),
            significant(each.before),
            number(each.place, 2),
        )
        for each in one.moved
    )
    return says("{}. They move {}.", size, listed(moved, "; "))


def goal_in_words(goal: Goal) -> str:
    """Return a threshold in words."""
    side = "below" if goal.is_below else "above"
    return f"{wording.NAMES[goal.outcome]} {side} {significant(100.0 * goal.threshold, 6)} %"


def regrets(found: Comparison) -> Iterator[Table]:
    """Yield the table of regret with bounds, if worlds have more than one future."""
    regrets = {name: one.regret for name, one in found.options.items() if one.regret is not None}
    heads = number_columns("at least", "at most", "95th percentile across assumptions", "best in")
    if regrets:
        yield Table(
            "options-regret",
            "Regret in points, and in what % of assumptions an option is the best",
            (Column("Option"), *heads),
            tuple(
                (
                    titled(found, name),
                    *map(points, (regrets[name].regret, regrets[name].most, regrets[name].worst)),
                    points(regrets[name].best_in, 0),
                )
                for name in found.ranking
            ),
            level="full",
        )


def thresholds(found: Comparison) -> Table:
    """Return the table of the share of worlds in which each option keeps each threshold."""
    return Table(
        "options-thresholds",
        "Share of assumptions that keep a threshold, in %, sampling noise removed (90 % interval)",
        columns("Option", numbers=map(goal_in_words, found.goals)),
        tuple(
            (
                titled(found, name),
                *(
                    wording.share(*found.options[name].reached[goal].interval, 0)
                    for goal in found.goals
                ),
            )
            for name in found.ranking
        ),
        level="full",
    )


def measures(found: Comparison) -> Table:
    """Return the table of other clear effects of each option."""
    others = [found.options[name] for name in found.ranking if name != BASE]
    return Table(
        "options-else",
        f"Other effects ({UNCLEAR} stands for less than one point, or not clear)",
        columns("Option", numbers=(name for name, _ in MEASURES.values())),
        tuple(
            (
                one.title,
                *(
                    number(scale * one.measures[key].value, signed=True)
                    if clearly(key, one.measures[key])
                    else UNCLEAR
                    for key, (_, scale) in MEASURES.items()
                ),
            )
            for one in others
            if not one.is_same
        ),
        level="full",
    )


def units(found: Comparison) -> Words:
    """Return a sentence on the units of the table of `measures`."""
    parties = found.run.record.called
    return (
        "Deals to war: percentage points. Losses: percent of the value of all that a side has "
        f"there. The challenger is {parties['challenger']}, the defender "
        f"{parties['defender']}. Costs to others of a closed chokepoint: billion dollars."
    )


def trades(found: Comparison) -> Iterator[Words]:
    """Yield a sentence for each option that is clearly better on some measure, worse on another."""
    mixed = [one for one in found.options.values() if one.gains and one.costs]
    if not mixed:
        yield "No option is clearly better on one of these and clearly worse on another."
    for one in mixed:
        better, worse = (
            ", ".join(MEASURES[key][0] for key in keys) for keys in (one.gains, one.costs)
        )
        yield f"“{one.title}” is better on {better} but worse on {worse}."

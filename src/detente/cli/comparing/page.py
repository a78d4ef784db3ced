"""What the options of a run change, as text: in words, as tables, and how to read them."""

import shlex
from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.compare import Compared, Comparison
from detente.analysis.compare.goals import Goal, Reached
from detente.analysis.compare.words import (
    MEASURES,
    amount,
    change,
    goal_words,
    reweighted_words,
    rule_words,
    signed,
    span,
    turning_words,
)
from detente.cli import terminal
from detente.ensemble.record import BASE
from detente.ensemble.versions import command_to_grow


def show_comparison(found: Comparison, *, quiet: bool) -> None:
    """Print what options change; `quiet` leaves out how to read it and what to do next."""
    _show_heading(found)
    _show_ranking(found)
    _show_measures(found)
    _show_goals(found)
    _show_rules(found)
    _show_flip(found)
    _show_inverse(found)
    if not quiet:
        _explain(found)
        _show_next(found)


def _show_heading(found: Comparison) -> None:
    record, settings = found.run.record, found.run.record.settings
    title = f"options by {wording.NAMES[found.outcome]}"
    terminal.say(f"{record.title} ({record.name}, as of {record.as_of}): {title}", style="bold")
    terminal.say(
        f"{settings.played:,} futures of each option: {settings.worlds} worlds x "
        f"{settings.futures_of_a_world} futures, the same worlds and the same chance"
    )
    terminal.say()
    base = found.options[BASE].share
    terminal.say(
        f"In this model {wording.of_100(base.share)} of 100 futures end in "
        f"{wording.NAMES[found.outcome]} as the crisis stands. {_best_words(found)}"
    )
    for note in found.notes:
        terminal.say(f"Note: {note}.")
    terminal.say()


def _best_words(found: Comparison) -> str:
    best = found.ranking[0]
    if best == BASE:
        return "No option is better than none."
    difference = found.options[best].difference
    tied = f"; {len(found.tied)} others cannot be told from it" if found.tied else ""
    unsure = "" if difference.is_clear else ", which may be chance"
    return f"Under {best}, the best, {change(difference)}{unsure}{tied}."


def _show_ranking(found: Comparison) -> None:
    wish = "more" if found.better > 0 else "less"
    terminal.say(
        f"Options, the best first ({wish} is better), in % of futures; best: of 100 worlds",
        style="bold",
    )
    rows: list[tuple[str, ...]] = [("", "%", "differs", "chance", "worlds", "best", "regret")]
    rows += [_ranked(name, found.options[name]) for name in found.ranking]
    terminal.show_table(rows, right=" rrrrrr")
    terminal.say()


def _ranked(name: str, one: Compared) -> tuple[str, ...]:
    share, difference = wording.percent(one.share), one.difference
    regret = ("", "") if one.regret is None else _regret(one)
    if name == BASE:
        return name, share, "", "", "", *regret
    if one.is_same:
        return name, share, "0", "changes", "nothing", *regret
    return (
        name,
        share,
        signed(difference.difference),
        span(difference.low, difference.high),
        span(difference.spread_low, difference.spread_high),
        *regret,
    )


def _regret(one: Compared) -> tuple[str, str]:
    if one.regret is None:
        return "", ""
    low, high = amount(one.regret.regret), amount(one.regret.most)
    return f"{100.0 * one.regret.best_in:.0f}", low if low == high else f"{low}-{high}"


def _show_measures(found: Comparison) -> None:
    terminal.say("What else differs; . where chance alone can do it", style="bold")
    rows: list[tuple[str, ...]] = [("", *(head for head, _ in MEASURES.values()))]
    for name in found.ranking:
        one = found.options[name]
        if name != BASE and not one.is_same:
            rows.append((name, *_measured(one)))
    terminal.show_table(rows, right=" rrrrrrr")
    parties = found.run.record.parties
    terminal.say(
        f"Losses in hundredths of what all that a side has there is worth: challenger "
        f"{parties['challenger']}, defender {parties['defender']}. Others: what a closed "
        "chokepoint costs them, billion dollars."
    )
    for line in _trades(found):
        terminal.say(line, hang=2)
    terminal.say()


def _measured(one: Compared) -> Iterator[str]:
    for key, (_, unit) in MEASURES.items():
        difference = one.measures[key]
        yield signed(unit * difference.difference / 100.0) if difference.is_clear else "."


def _trades(found: Comparison) -> Iterator[str]:
    mixed = [name for name in found.ranking if found.options[name].gains]
    mixed = [name for name in mixed if found.options[name].costs]
    if not mixed:
        yield "No option is clearly better on one of these and clearly worse on another."
    for name in mixed:
        one = found.options[name]
        gains, costs = (
            ", ".join(MEASURES[key][0] for key in keys) for keys in (one.gains, one.costs)
        )
        yield f"{name} is a trade: better on {gains}; worse on {costs}."


def _show_goals(found: Comparison) -> None:
    if not found.goals:
        return
    terminal.say("In how many of 100 worlds a threshold is kept, chance removed", style="bold")
    rows: list[tuple[str, ...]] = [("", *(goal_words(goal) for goal in found.goals))]
    rows += [(name, *_kept(found, name)) for name in found.ranking]
    terminal.show_table(rows, right=" " + "r" * len(found.goals))
    terminal.say()


def _kept(found: Comparison, name: str) -> Iterator[str]:
    reached: dict[Goal, Reached] = found.options[name].reached
    for goal in found.goals:
        share, low, high = (f"{100.0 * part:.0f}" for part in reached[goal])
        yield f"{share} ({low}-{high})"


def _show_rules(found: Comparison) -> None:
    terminal.say("Works only if", style="bold")
    searched = {name: one.search for name, one in found.options.items() if not one.is_same}
    for name, search in searched.items():
        if search.rule is not None:
            terminal.say(f"- {rule_words(name, search.rule, found.better)}", indent=2, hang=4)
    for why in dict.fromkeys(search.why for search in searched.values() if search.why):
        names = ", ".join(name for name, search in searched.items() if search.why == why)
        terminal.say(f"- {names}: {why}", indent=2, hang=4)
    terminal.say()


def _show_flip(found: Comparison) -> None:
    flip = found.flip
    terminal.say(f"What would put {flip.second} before {flip.best}", style="bold")
    lead = f"{amount(flip.lead.difference)} of 100 ({span(flip.lead.low, flip.lead.high)})"
    unsure = "" if flip.lead.is_clear else ", so that more futures alone may do it"
    terminal.say(f"- It leads by {lead}{unsure}.", indent=2, hang=4)
    if flip.number is not None:
        terminal.say(f"- {turning_words(flip.number)}", indent=2, hang=4)
    else:
        terminal.say("- No single number does it, as far as this run tells.", indent=2, hang=4)
    terminal.say(f"- By worlds: {reweighted_words(flip.worlds)}", indent=2, hang=4)
    terminal.say()


def _show_inverse(found: Comparison) -> None:
    for goal, options in found.inverse.items():
        terminal.say(f"What would have to be true for {goal_words(goal)}", style="bold")
        for name, one in options.items():
            who = "as the crisis stands" if name == BASE else f"under {name}"
            terminal.say(f"- {who}: {reweighted_words(one)}", indent=2, hang=4)
        terminal.say()


def _explain(found: Comparison) -> None:
    terminal.say(
        "chance: 90 % interval from the number of futures, paired on the same draws, worlds held "
        "fixed. worlds: 5th to 95th percentile over what is not known, chance removed. regret: by "
        "how much the best option of each world is better, on average, from at least (the best "
        "chosen on other futures than it is judged on) to at most (on the same)."
    )
    terminal.say(
        "Works only if: one or two numbers that part the worlds, judged on worlds held out, and "
        "believed where they part these by 3 standard errors, and 199 searches on shuffled worlds "
        "none so well. What would have to be true: the weights of the worlds nearest to equal ones "
        "(relative entropy) that give it; places go from 0, the lowest of all "
        "worlds, to 1, and .5 is the middle."
    )
    if len(found.options) > len(found.tied) + 1:
        terminal.say("What is first among many is partly luck: read the intervals.")
    terminal.say()


def _show_next(found: Comparison) -> None:
    run = found.run
    folder = shlex.quote(str(run.folder))
    more = command_to_grow(run.folder, run.record, worlds=2 * found.pairs.worlds)
    terminal.say("Next:")
    rows = [
        ("", more, "more worlds tell more"),
        ("", f"detente compare {folder} --outcome deal", "the same by another outcome"),
    ]
    terminal.show_table(rows, has_head=False)

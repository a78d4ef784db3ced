"""What campaigns come to for one side struck, as a table: leakage, losses, rounds, cost."""

from collections.abc import Iterator

from detente.analysis.engagement import Defended, Engagement, Figure
from detente.analysis.engagement.campaigns import CATEGORY_PLACES, CAUSES
from detente.cli import terminal
from detente.cli.engaging.figures import amount, count, of_100, percent, plain, row
from detente.ensemble.shares import Share

HEAD = ["", "mean", "worlds", "one campaign"]


def show_outcome(engagement: Engagement, defended: Defended) -> None:
    """Print what one side's defence met, and what both sides lost."""
    rows = [HEAD, *_leakage(defended), *_attack(defended), *_damage(defended)]
    rows += [*_defence(defended), *_cost(defended)]
    terminal.show_table(rows, right=" rrr")
    _say_magazine(engagement, defended)
    _say_recovery(engagement, defended)
    terminal.say()


def _leakage(defended: Defended) -> Iterator[list[str]]:
    if ("leakage",) not in defended.figures:
        return
    yield row(defended, "leakage, % of weapons that worked", ("leakage",), percent)
    for cause in CAUSES:
        yield row(defended, f"  {plain(cause)}", ("cause", cause), percent)
    for key in defended.classes:
        if ("class", key) in defended.figures:
            yield row(defended, f"  of {plain(key)}", ("class", key), percent)


def _attack(defended: Defended) -> Iterator[list[str]]:
    yield row(defended, "weapons launched", ("launched",), count)
    yield row(defended, "  that worked", ("reliable",), count)
    yield row(defended, "  engagements, over all layers", ("engagements",), count)
    yield row(defended, "  shot down", ("shot_down",), count)
    if ("aircraft", "down") in defended.figures:
        first = count(defended.figures["aircraft", "first"][0])
        yield row(defended, f"  of these aircraft, of {first}", ("aircraft", "down"), count)
        yield row(defended, "  the same, % of them", ("aircraft", "down_share"), percent)


def _damage(defended: Defended) -> Iterator[list[str]]:
    for name in CATEGORY_PLACES:
        if ("broken", name) in defended.figures:
            yield row(defended, f"{name} broken, %", ("broken", name), percent)
    yield row(defended, "loss, its own aircraft included", ("loss",))


def _defence(defended: Defended) -> Iterator[list[str]]:
    yield row(defended, "rounds fired", ("shots",), count)
    if ("rounds", "first") in defended.figures:
        first = count(defended.figures["rounds", "first"][0])
        yield row(defended, f"  left, of {first} ready and in store", ("rounds", "left"), count)
    if ("batteries", "first") in defended.figures:
        first = count(defended.figures["batteries", "first"][0])
        yield row(defended, f"batteries after the raids, of {first}", ("batteries", "last"), count)
        yield row(defended, "  at the lowest", ("batteries", "lowest"), count)
        yield row(defended, "  alive, %", ("batteries", "alive"), percent)


def _cost(defended: Defended) -> Iterator[list[str]]:
    if ("rounds", "first") not in defended.figures:
        return
    yield row(defended, "cost of rounds fired, million dollars", ("cost", "rounds"))
    yield row(defended, "  of weapons shot down", ("cost", "shot_down"))
    yield row(defended, "  of all that the attacker spent", ("cost", "spent"))
    for name, words in (("exchange", "shot down"), ("to_spent", "spent")):
        if ("cost", name) in defended.figures:
            yield row(defended, f"  rounds fired to {words}, ratio", ("cost", name), amount)


def _say_magazine(engagement: Engagement, defended: Defended) -> None:
    low = defended.figures.get(("magazine", "is_low"))
    if not isinstance(low, Share):
        return
    days = engagement.terms.days
    words = f"Magazine: below 10 % of the first rounds within {days} days in {of_100(low)}"
    since = defended.figures.get(("magazine", "days"))
    if isinstance(since, Figure):
        words += f", since day {since.value:.0f} on average"
    terminal.say(f"{words}.")


def _say_recovery(engagement: Engagement, defended: Defended) -> None:
    back = defended.figures.get(("recovery", "is_back"))
    if not isinstance(back, Share):
        return
    words = (
        f"Back, batteries and command at 90 % of the first, within {engagement.terms.rest} days "
        f"after the raids: in {of_100(back)}"
    )
    since = defended.figures.get(("recovery", "days"))
    if isinstance(since, Figure):
        words += f", after {since.value:.0f} days on average"
    terminal.say(f"{words}; in {percent(1.0 - back.share)} of 100 not.")

"""What passes a defence and at what cost: campaigns of force against layered defence, alone."""

import math
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from detente.ensemble.encode.supporters import layers_of, weapons_of
from detente.estimate.estimate import Estimate
from detente.evidence.ledger import SIZE_ASSUMED
from detente.kernel.posture import PLANS
from detente.pack import Crisis
from detente.pack.number import PRINCIPALS
from detente.pack.options import as_setting, targets
from detente.pack.quantity import unit_in_words
from detente.questions import wording
from detente.questions.engagement import DIRECTIONS, CampaignMean, Defended, Engagement, Swept
from detente.questions.engagement.campaigns import CATEGORY_PLACES, CAUSES, Key
from detente.questions.wording import interval, number, of_100, places, points, significant, span
from detente.text import capitalised, in_sentence
from detente.views.blocks import (
    INTERVAL,
    READ_INTERVALS,
    WORLDS,
    Bar,
    Bars,
    Block,
    Column,
    Command,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    says,
)
from detente.views.trace import subject

LEVELS = ("little force deployed", "force level 1 of 2 deployed", "all its force in reach")
"""Force that the challenger begins with, by level."""
CAMPAIGNS = "5th to 95th percentile of single campaigns"
"""Heading of a range over both worlds and chance."""
PERCENT = 100.0
MARKS = ("█", "▓", "▒", "░", "·")
"""Marks of a bar: one for each cause, in order, then one for weapons shot down."""
RANGE = (("█", "to the 5th percentile across assumptions"), ("▓", "the mean"), ("░", "the 95th"))
"""The parts of a bar of a sweep."""
WIDTH = 40
"""Length of a bar where there is room [characters]."""


class Labelled(NamedTuple):
    """A row of a table: label, key of the figure, factor for its unit, and decimals."""

    says: str
    key: Key
    scale: float = 1.0
    decimals: int = 1


FLOWN = (
    Labelled("weapons launched, a sortie as one", ("launched",)),
    Labelled("weapons that work", ("reliable",)),
    Labelled("engagements, over all layers", ("engagements",)),
    Labelled("weapons shot down", ("shot_down",)),
    Labelled("aircraft shot down, of {}", ("aircraft", "down")),
    Labelled("aircraft shot down, %", ("aircraft", "down_share"), PERCENT),
)
SPENT = (
    Labelled("military lost, own aircraft included, %", ("loss",), PERCENT),
    Labelled("rounds fired", ("shots",)),
    Labelled("rounds left, of {} ready and in store", ("rounds", "left")),
    Labelled("rounds left, %", ("rounds", "left_share"), PERCENT),
    Labelled("batteries that work after the raids, of {}", ("batteries", "last")),
    Labelled("batteries that work after the raids, %", ("batteries", "alive"), PERCENT),
    Labelled("fewest batteries that work on any day", ("batteries", "lowest")),
    Labelled("cost of rounds fired, million dollars", ("cost", "rounds")),
    Labelled("cost of weapons shot down, million dollars", ("cost", "shot_down")),
    Labelled("cost of all that the attacker spends, million dollars", ("cost", "spent")),
    Labelled("cost of rounds fired over that of weapons shot down", ("cost", "exchange")),
    Labelled("cost of rounds fired over all that the attacker spends", ("cost", "to_spent")),
    Labelled("campaigns with under 10 % of the rounds left, %", ("magazine", "is_low"), PERCENT),
    Labelled("first day on which that is so", ("magazine", "days")),
    Labelled("campaigns with the defence back, %", ("recovery", "is_back"), PERCENT),
    Labelled("days after the raids until then", ("recovery", "days")),
)


def section(found: Engagement) -> Section:
    """Return the page on what passes each defence, why, and what both sides lose."""
    actors, terms = found.crisis.model.actors, found.terms
    names = {
        role: " or ".join(actors[key].called for key in found.crisis.all_of_role(role))
        for role in (terms.by, "challenger")
    }
    after = f", then {terms.rest} without" if terms.rest else ""
    return Section(
        key="engagement",
        title="What passes a defence, and at what cost?",
        about=(
            subject(found.crisis),
            f"Force against layered defence alone: {terms.days} days of raids{after}. "
            f"{capitalised(names[terms.by])} begins. The challenger, {names['challenger']}, has "
            f"{LEVELS[terms.force]}; its plan is {wording.PLANS[PLANS.index(terms.plan)]}. "
            f"{found.futures:,} "
            f"campaigns: {found.worlds} sets of assumptions x {found.campaigns}, seed {found.seed}",
        ),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _directions(found: Engagement) -> list[Defended]:
    """Return the attacked sides: the defender first, then the challenger under its answer."""
    return [found.sides[side] for side in DIRECTIONS if side in found.sides]


def _at_whom(defended: Defended) -> str:
    """Return the direction of an attack as a short heading."""
    return f"{defended.direction.capitalize()} on {in_sentence(defended.party)}"


def _answer(found: Engagement) -> Iterator[Words]:
    for defended in _directions(found):
        leakage, party = defended.figures.get(("leakage",)), in_sentence(defended.party)
        if leakage is None:
            yield f"In this model nothing flies against {party}."
            continue
        friends, others = (
            [in_sentence(name) for name in names]
            for names in (defended.with_attacker, defended.hit_too)
        )
        joins = "if it joins" if len(friends) == 1 else "if they join"
        helped = f", with {wording.series(friends)} {joins}," if friends else ""
        falls = f"; some weapons that pass hit {wording.series(others)}" if others else ""
        fired = f"{in_sentence(defended.attacker)}{helped} fires at {party}"
        yield f"{defended.direction.capitalize()}: {fired}{falls}."
        why = max(CAUSES, key=lambda cause: defended.figures["cause", cause].value)
        yield says(
            f"In this model {{}} % of weapons that work pass the defence of {party} ({{}} across "
            f"sets of assumptions); most often they are {wording.LEAKS[why]} ({{}} %).",
            of_100(leakage.value),
            span(leakage.spread_low, leakage.spread_high, 0),
            of_100(defended.figures["cause", why].value),
        )
    swept = found.swept
    if swept is None:
        return
    field = swept.sweep.field
    if not swept.is_read:
        yield (
            f"{field} is not among the numbers that the engagement uses: campaigns are the same at "
            "all values."
        )
    elif not swept.has_effect:
        yield (
            f"{field} is among the numbers that the engagement uses, but changes nothing here: "
            "all campaigns are exactly the same at all its values."
        )
    else:
        first, last = swept.points[0], swept.points[-1]
        for defended in _directions(found):
            ends = [one.figures[defended.side].get(("leakage",)) for one in (first, last)]
            passing = [of_100(end.value) for end in ends if end is not None]
            if len(passing) == len(ends):
                yield says(
                    f"With {field} at {first.value:g}, {{}} % pass the defence of "
                    f"{in_sentence(defended.party)}; at {last.value:g}, {{}} %.",
                    *passing,
                )


def _blocks(found: Engagement) -> Iterator[Block]:
    rows = []
    for one in _directions(found):
        lines = [
            Labelled("weapons that pass, of those that work", ("leakage",), PERCENT),
            *(Labelled(f"{_plain(key)} that pass", ("class", key), PERCENT) for key in one.classes),
            Labelled("aircraft shot down", ("aircraft", "down_share"), PERCENT, 2),
            Labelled(
                f"military that {in_sentence(one.party)} loses, own aircraft included",
                ("loss",),
                PERCENT,
            ),
        ]
        rows += [
            (
                f"{_at_whom(one)}: {line.says}",
                number(line.scale * figure.value, line.decimals),
                _ends(figure.interval[1:], line.scale, line.decimals),
                _ends(figure.spread, line.scale, line.decimals),
            )
            for line in lines
            if (figure := one.figures.get(line.key)) is not None
        ]
    yield Table(
        "engagement",
        "Weapons that pass, and losses, in %",
        columns("Of what is fired", numbers=("mean", INTERVAL, WORLDS)),
        tuple(rows),
    )
    for defended in _directions(found):
        yield _all_numbers(defended)
        yield from _days(found, defended)
        yield from _layers(found, defended)
    if found.swept is not None and found.swept.has_effect:
        for defended in _directions(found):
            yield from _sweep(found.swept, defended)


def _days(found: Engagement, defended: Defended) -> Iterator[Picture]:
    """Yield charts of what passes on each day of raids and how the defence recovers afterwards."""
    raids = [day for day in defended.days if day.is_raid]
    if defended.systems and any("leakage" in day.figures for day in raids):
        words = tuple(zip(MARKS, (*map(_plain, CAUSES), "shot down"), strict=True))
        heads = ("day", "pass, %", "batteries", "rounds")
        caption = f"{defended.party}: the fate of working weapons in each day's raid"
        bars = []
        for day in raids:
            held = {name: figure.value for name, figure in day.figures.items()}
            batteries, rounds = held["batteries"], held["rounds"] + held["reserve"]
            forces = number(batteries, places(batteries)), number(rounds, places(rounds))
            passing, parts = "", tuple[float, ...]()
            if "leakage" in held:
                passing = of_100(held["leakage"])
                parts = (*(held[cause] for cause in CAUSES), 1.0 - held["leakage"])
            bars.append(Bar(str(day.day), parts, (passing, *forces)))
        yield _chart(Bars(caption, words, heads, tuple(bars), WIDTH))
    after = defended.days[found.terms.days - 1 :]
    if len(after) > 1 and "alive" in after[0].figures:
        words = ((MARKS[0], "work"), (MARKS[-1], "do not"))
        heads = ("day", "work, %", "command, %", "rounds, %")
        caption = f"{defended.party}: share of the first batteries that work after the raids"
        bars = []
        for day in after:
            held = {name: figure.value for name, figure in day.figures.items()}
            left = of_100(held["left_share"]) if "left_share" in held else ""
            cells = of_100(held["alive"]), of_100(held["command"]), left
            bars.append(Bar(str(day.day), (held["alive"], 1.0 - held["alive"]), cells))
        yield _chart(Bars(caption, words, heads, tuple(bars), WIDTH))


def _ends(ends: tuple[float, float], scale: float, decimals: int) -> str:
    """Return an interval times a scale; empty if the figure has none."""
    low, high = ends
    return "" if math.isnan(low) else interval(scale * low, scale * high, decimals)


def _all_numbers(defended: Defended) -> Table:
    lines = (
        Labelled("weapons that pass, % of those that work", ("leakage",), PERCENT),
        *(
            Labelled(f"pass: {wording.LEAKS[cause]}, %", ("cause", cause), PERCENT)
            for cause in CAUSES
        ),
        *(
            Labelled(f"pass: of {_plain(key)}, %", ("class", key), PERCENT)
            for key in defended.classes
        ),
        *FLOWN,
        *(Labelled(f"{name} broken, %", ("broken", name), PERCENT) for name in CATEGORY_PLACES),
        *SPENT,
    )
    rows = []
    # A defence without rounds has no cost of rounds.
    has_rounds = ("rounds", "first") in defended.figures
    for line in lines:
        figure = defended.figures.get(line.key)
        if figure is None or (line.key[0] == "cost" and not has_rounds):
            continue
        first = defended.get(line.key[0], "first") or 0.0
        decimals = places(line.scale * figure.value)
        single = math.nan, math.nan
        if isinstance(figure, CampaignMean):
            single = figure.campaign_low, figure.campaign_high
        rows.append(
            (
                line.says.format(number(first, places(first))),
                number(line.scale * figure.value, decimals),
                _ends(figure.spread, line.scale, decimals),
                _ends(single, line.scale, decimals),
            )
        )
    return Table(
        f"engagement-{defended.side}",
        f"{_at_whom(defended)}: all numbers",
        columns("Of each campaign", numbers=("mean", WORLDS, CAMPAIGNS)),
        tuple(rows),
        level="full",
    )


def _chart(bars: Bars) -> Picture:
    return Picture("", None, bars, level="full")


def _layers(found: Engagement, defended: Defended) -> Iterator[Block]:
    """Yield the layers of a defence and the assumptions about them that lack evidence."""
    systems = defended.systems
    if not systems:
        yield Sentence(
            f"The defence of {in_sentence(defended.party)} has no layers: whatever works passes.",
            level="full",
        )
        return
    rows = []
    for each in systems:
        for shot in each.against:
            claims = len(shot.gives)
            given = shot.gives[0] if claims == 1 else f"{claims} claims" if claims else "no claim"
            if shot.because and not claims:
                given = SIZE_ASSUMED
            kills = (span(shot.kill_low, shot.kill_high, 1), given) if shot.fires else ("", "")
            present, fires = points(each.there, 0), points(shot.fires, 0)
            rows.append((_plain(each.key), present, _plain(shot.kind), fires, *kills))
    yield Table(
        f"layers-{defended.side}",
        f"{defended.party}: layers, the outer first",
        (
            Column("Layer"),
            Column("there, %", is_number=True),
            Column("against"),
            Column("fires, %", is_number=True),
            Column("one shot kills, %", is_number=True),
            Column("which rests on"),
        ),
        tuple(rows),
        level="full",
    )
    rests: list[str] = []
    reported = [f"{_plain(x.key)} ({points(x.there, 0)} %)" for x in systems if x.is_reported]
    if reported:
        rests.append(f"Reported, but perhaps absent or not working: {wording.series(reported)}.")
    unproven = [_plain(each.key) for each in systems if each.is_unproven]
    if unproven:
        rests.append(
            f"Unproven, as no claim gives the kill chance or its range is wider than 30 points: "
            f"{wording.series(unproven)}."
        )
    if defended.unproven:
        measures = targets(found.crisis.model).numbers
        numbers = [f"{measures[path][1].says} ({path})" for path in defended.unproven]
        rests.append(f"Given by no claim: {wording.series(numbers)}.")
    unpriced = [each.key for each in systems if not each.has_price]
    unpriced += defended.unpriced
    if unpriced:
        named = wording.series([_plain(key) for key in unpriced])
        rests.append(f"No claim gives these prices, so that cost is a guess: {named}.")
    if rests:
        yield Listing(f"{defended.party}: what this rests on", tuple(rests), level="full")


def _sweep(swept: Swept, defended: Defended) -> Iterator[Block]:
    """Yield the results of a sweep for one side, as a table and as a chart of leakage."""
    sweep, side = swept.sweep, defended.side
    unit = f", {unit_in_words(swept.unit)}" if swept.unit else ""
    heads = ("pass, %", WORLDS, "change, points", WORLDS, "aircraft down, %", "loss, %", "cost")
    described = columns("value", numbers=heads)
    rows = []
    bars = []
    for point in swept.points:
        figures = point.figures[side]
        leakage, change = figures.get(("leakage",)), point.changes.get(side)
        value, ratio = significant(point.value, 4), figures.get(("cost", "exchange"))
        rows.append(
            (
                value,
                *_passing(leakage, 1),
                *_passing(change, 2),
                *(
                    "" if one is None else points(one.value, places(PERCENT * one.value))
                    for one in (figures.get(("aircraft", "down_share")), figures.get(("loss",)))
                ),
                "" if ratio is None else number(ratio.value, places(ratio.value)),
            )
        )
        if leakage is not None:
            low, high = leakage.spread
            middle = min(max(leakage.value, low), high)
            parts = low, middle - low, high - middle
            bars.append(Bar(value, parts, (points(leakage.value),)))
    kept = [place for place in range(len(described)) if any(row[place] for row in rows)]
    yield Table(
        f"sweep-{side}",
        f"{defended.party}: {swept.says} ({sweep.field}{unit}), moved on the same draws",
        tuple(described[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
    )
    if bars:
        caption = f"{defended.party}: weapons that pass, of 100 that work"
        yield _chart(Bars(caption, RANGE, ("value", "mean, %"), tuple(bars)))


def _passing(figure: Estimate | None, decimals: int) -> tuple[str, str]:
    """Return a share of weapons and its range across worlds in percent; empty for None."""
    if figure is None:
        return "", ""
    return points(figure.value, decimals), _ends(figure.spread, PERCENT, decimals)


def _reading(found: Engagement) -> Iterator[Words]:
    yield READ_INTERVALS
    yield (
        "Single campaigns differ by assumptions and by chance. Each weapon that passes has one "
        "cause: the farthest step that any layer reached against it. Broken: on the last evening "
        "of the raids; all of the military broken is a loss of 100 %. Back: batteries and command "
        f"at 90 % of their first level, within {found.terms.rest} days after the raids. Both sides "
        "raid in full every day, whatever it costs them; a party that joins a side raids, and is "
        "raided, with it."
    )
    crisis, actors = found.crisis, found.crisis.model.actors
    friends = [
        f"{actors[owner].name} with {actors[crisis.of_role(side)].name}"
        for side in PRINCIPALS
        for owner in dict.fromkeys(
            held.owner
            for held in (*weapons_of(crisis, side), *layers_of(crisis, side))
            if held.owner != crisis.of_role(side)
        )
    ]
    if friends:
        yield f"With means of their own, once they join: {', '.join(friends)}."
    swept = found.swept
    if swept is None or not swept.has_effect:
        return
    halves = [
        (figure.high - figure.low) / 2.0
        for point in swept.points
        for figure in point.changes.values()
        if not math.isnan(figure.low)
    ]
    yield says(
        "Change: how much more or less passes than at the first value, campaign by campaign on "
        "the same draws; another seed moves none by more than {} points (90 %). Cost: that of "
        "rounds fired, divided by that of what they shoot down.",
        points(max(halves, default=0.0), 2),
    )
    if swept.domain == "count" and any(point.value % 1.0 for point in swept.points):
        yield "A count is rounded to the nearest whole number in play."


def _next(found: Engagement) -> Iterator[Command]:
    crisis = found.crisis
    yield Command("the whole crisis", asked("run", crisis))
    if found.swept is None:
        field = f"defences.{crisis.of_role('defender')}.integration"
        yield Command("a sweep", f"{asked('engage', crisis)} --sweep {field}=0:1:5")
    yield Command("what the numbers rest on", f"detente evidence {shlex.quote(crisis.text.name)}")


def asked(verb: str, crisis: Crisis) -> str:
    """Return the command that asks a question of a crisis with the changes made to it."""
    settings = [f" --set {as_setting(path, value)}" for path, value in crisis.changes.items()]
    return f"detente {verb} {shlex.quote(crisis.text.name)}{''.join(settings)}"


def _plain(key: str) -> str:
    """Return the key of a part of a pack in words."""
    return key.replace("_", " ").replace(".", ": ")

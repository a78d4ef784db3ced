"""What passes a defence and at what cost: campaigns of force against layered defence alone."""

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
from detente.questions import wording
from detente.questions.engagement import CampaignMean, Defended, Engagement
from detente.questions.engagement.campaigns import CATEGORY_PLACES, CAUSES, Day, Key
from detente.questions.engagement.engagement import DIRECTIONS, Point, Shot, Swept, System
from detente.questions.wording import interval, number, of_100, places, points, significant, span
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
    number_columns,
    says,
)
from detente.views.trace import subject

LEVELS = ("little force deployed", "force level 1 of 2 deployed", "all its force in reach")
"""What the challenger begins with, by level."""
CAMPAIGNS = "5th to 95th percentile of single campaigns"
"""Above a range over worlds and chance both."""
PERCENT = 100.0
MARKS = ("█", "▓", "▒", "░", "·")
"""The marks of a bar: one for each cause, in their order, and one for what is shot down."""
RANGE = (("█", "to the 5th percentile across worlds"), ("▓", "the mean"), ("░", "the 95th"))
"""The parts of a bar of a sweep."""
WIDTH = 40
"""Length of a bar where there is room [characters]."""


class Labelled(NamedTuple):
    """A row of a table: what it says, where its number is kept, in which unit it is written."""

    says: str
    key: Key
    scale: float = 1.0
    decimals: int = 1


class Cells(NamedTuple):
    """A number and its intervals as they are written."""

    mean: str
    ends: str
    worlds: str
    campaigns: str


FLOWN = (
    Labelled("weapons launched", ("launched",)),
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
    Labelled("batteries that work at the lowest", ("batteries", "lowest")),
    Labelled("cost of rounds fired, million dollars", ("cost", "rounds")),
    Labelled("cost of weapons shot down, million dollars", ("cost", "shot_down")),
    Labelled("cost of all that the attacker spends, million dollars", ("cost", "spent")),
    Labelled("cost of rounds fired over that of weapons shot down", ("cost", "exchange")),
    Labelled("cost of rounds fired over all that the attacker spends", ("cost", "to_spent")),
    Labelled("campaigns with under 10 % of the rounds left, %", ("magazine", "is_low"), PERCENT),
    Labelled("day on which that is first so", ("magazine", "days")),
    Labelled("campaigns with the defence back, %", ("recovery", "is_back"), PERCENT),
    Labelled("days after the raids until then", ("recovery", "days")),
)


def section(found: Engagement) -> Section:
    """Return what passes each defence that is looked at, why, and what both sides lose."""
    return Section(
        key="engagement",
        title="What passes a defence, and at what cost?",
        about=(subject(found.crisis), _terms(found)),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _terms(found: Engagement) -> str:
    terms = found.terms
    after = f", then {terms.rest} without" if terms.rest else ""
    return (
        f"Force against layered defence alone: {terms.days} days of raids{after}. Begun by "
        f"{_named(found, terms.by)}; the challenger, {_named(found, 'challenger')}, has "
        f"{LEVELS[terms.force]} and raids as for {wording.PLANS[PLANS.index(terms.plan)]}. "
        f"{found.futures:,} campaigns: {found.worlds} worlds x {found.campaigns}, seed {found.seed}"
    )


def _named(found: Engagement, role: str) -> str:
    actors, keys = found.crisis.model.actors, found.crisis.all_of_role(role)
    return " or ".join(actors[key].name for key in keys)


def _directions(found: Engagement) -> list[Defended]:
    """Return the sides that are looked at, the raid on the defender before what answers it."""
    return [found.sides[side] for side in DIRECTIONS if side in found.sides]


def _who_fires(defended: Defended) -> str:
    """Say who fires at whom, and who may join either."""
    friends, others = defended.with_attacker, defended.hit_too
    joins = "if it joins" if len(friends) == 1 else "if they join"
    helped = f", with {wording.series(friends)} {joins}," if friends else ""
    falls = f"; a part of what passes falls on {wording.series(others)}" if others else ""
    fired = f"{defended.attacker}{helped} fires at {defended.party}"
    return f"{defended.direction.capitalize()}: {fired}{falls}."


def _at_whom(defended: Defended) -> str:
    """Return a direction in short, as a heading."""
    return f"{defended.direction.capitalize()} on {defended.party}"


def _answer(found: Engagement) -> Iterator[Words]:
    for defended in _directions(found):
        leakage = defended.figures.get(("leakage",))
        if leakage is None:
            yield (f"In this model nothing flies against {defended.party}.",)
            continue
        yield (_who_fires(defended),)
        why = max(CAUSES, key=lambda cause: defended.figures["cause", cause].value)
        yield says(
            "In this model {} of 100 weapons that work pass the defence of "
            f"{defended.party} ({{}} across worlds); most often they are {wording.LEAKS[why]} "
            "({} of 100).",
            of_100(leakage.value),
            span(leakage.spread_low, leakage.spread_high, 0),
            of_100(defended.figures["cause", why].value),
        )
    if found.swept is not None:
        yield from _swept_answer(found, found.swept)


def _swept_answer(found: Engagement, swept: Swept) -> Iterator[Words]:
    field = swept.sweep.field
    if not swept.is_read:
        yield (
            f"{field} does not change what the engagement reads: at all values force is fought "
            "with the same numbers.",
        )
    elif not swept.has_effect:
        yield (
            f"{field} is part of what force is fought with, and changes nothing here: at all "
            "values every number of every campaign is the same to the bit.",
        )
    else:
        yield from filter(None, (_moved(swept, one) for one in _directions(found)))


def _moved(swept: Swept, defended: Defended) -> Words:
    """Say how many weapons pass at both ends of a sweep; nothing where none fly."""
    first, last = swept.points[0], swept.points[-1]
    ends = [one.figures[defended.side].get(("leakage",)) for one in (first, last)]
    low, high = (None if end is None else of_100(end.value) for end in ends)
    if low is None or high is None:
        return ()
    return says(
        f"With {swept.sweep.field} at {first.value:g}, {{}} of 100 pass the defence of "
        f"{defended.party}; at {last.value:g}, {{}}.",
        low,
        high,
    )


def _blocks(found: Engagement) -> Iterator[Block]:
    yield _headlines(found)
    for defended in _directions(found):
        yield _outcome(defended)
        yield from _days(found, defended)
        yield from _layers(found, defended)
    if found.swept is not None and found.swept.has_effect:
        for defended in _directions(found):
            yield from _sweep(found.swept, defended)


def _headlines(found: Engagement) -> Table:
    cells = [
        (f"{_at_whom(one)}: {line.says}", _cells(one.figures[line.key], line.scale, line.decimals))
        for one in _directions(found)
        for line in _brief(one)
        if line.key in one.figures
    ]
    return Table(
        "engagement",
        "What passes, and what is lost, in %",
        (Column("Of what is fired"), *number_columns("mean", INTERVAL, WORLDS)),
        tuple((words, one.mean, one.ends, one.worlds) for words, one in cells),
    )


def _brief(defended: Defended) -> Iterator[Labelled]:
    """Yield what is brief of a direction, in percent."""
    yield Labelled("weapons that pass, of those that work", ("leakage",), PERCENT)
    for key in defended.classes:
        yield Labelled(f"{_plain(key)} that pass", ("class", key), PERCENT)
    yield Labelled("aircraft shot down", ("aircraft", "down_share"), PERCENT, 2)
    lost = f"military that {defended.party} loses, own aircraft included"
    yield Labelled(lost, ("loss",), PERCENT)


def _cells(figure: Estimate, scale: float, decimals: int) -> Cells:
    """Return a number with its intervals, times a scale; nothing for one that it has not."""

    def ends(low: float, high: float) -> str:
        return "" if math.isnan(low) else interval(scale * low, scale * high, decimals)

    single = math.nan, math.nan
    if isinstance(figure, CampaignMean):
        single = figure.campaign_low, figure.campaign_high
    return Cells(
        number(scale * figure.value, decimals),
        ends(figure.low, figure.high),
        ends(figure.spread_low, figure.spread_high),
        ends(*single),
    )


def _outcome(defended: Defended) -> Table:
    return Table(
        f"engagement-{defended.side}",
        f"{_at_whom(defended)}: all numbers",
        (Column("Of each campaign"), *number_columns("mean", WORLDS, CAMPAIGNS)),
        tuple(
            _row(defended, line)
            for line in (*_passing(defended), *FLOWN, *_broken(), *SPENT)
            if _is_known(defended, line.key)
        ),
        level="full",
    )


def _passing(defended: Defended) -> Iterator[Labelled]:
    yield Labelled("weapons that pass, % of those that work", ("leakage",), PERCENT)
    for cause in CAUSES:
        yield Labelled(f"pass: {wording.LEAKS[cause]}, %", ("cause", cause), PERCENT)
    for key in defended.classes:
        yield Labelled(f"pass: of {_plain(key)}, %", ("class", key), PERCENT)


def _broken() -> Iterator[Labelled]:
    for name in CATEGORY_PLACES:
        yield Labelled(f"{name} broken, %", ("broken", name), PERCENT)


def _is_known(defended: Defended, key: Key) -> bool:
    """Say whether there is such a number; without rounds there is none of their cost."""
    has_rounds = ("rounds", "first") in defended.figures
    return key in defended.figures and (has_rounds or key[0] != "cost")


def _row(defended: Defended, line: Labelled) -> tuple[str, ...]:
    figure = defended.figures[line.key]
    first = defended.get(line.key[0], "first") or 0.0
    words = line.says.format(number(first, places(first)))
    cells = _cells(figure, line.scale, places(line.scale * figure.value))
    return words, cells.mean, cells.worlds, cells.campaigns


def _days(found: Engagement, defended: Defended) -> Iterator[Picture]:
    """Yield what becomes of each day's raid, and how the defence comes back after the last."""
    raids = [day for day in defended.days if day.is_raid]
    if defended.systems and any("leakage" in day.figures for day in raids):
        words = tuple(zip(MARKS, (*map(_plain, CAUSES), "shot down"), strict=True))
        heads = ("day", "pass, %", "batteries", "rounds")
        caption = f"{defended.party}: each day's raid, of the weapons that work"
        yield _chart(Bars(caption, words, heads, tuple(map(_raid, raids)), WIDTH))
    after = defended.days[found.terms.days - 1 :]
    if len(after) > 1 and "alive" in after[0].figures:
        words = ((MARKS[0], "work"), (MARKS[-1], "do not"))
        heads = ("day", "work, %", "command, %", "rounds, %")
        caption = f"{defended.party}: which of the first batteries work after the raids"
        yield _chart(Bars(caption, words, heads, tuple(map(_recovery, after)), WIDTH))


def _chart(bars: Bars) -> Picture:
    return Picture("", None, bars, level="full")


def _raid(day: Day) -> Bar:
    held = {name: figure.value for name, figure in day.figures.items()}
    batteries, rounds = held["batteries"], held["rounds"] + held["reserve"]
    forces = number(batteries, places(batteries)), number(rounds, places(rounds))
    if "leakage" not in held:
        return Bar(str(day.day), (), ("", *forces))
    parts = (*(held[cause] for cause in CAUSES), 1.0 - held["leakage"])
    return Bar(str(day.day), parts, (of_100(held["leakage"]), *forces))


def _recovery(day: Day) -> Bar:
    held = {name: figure.value for name, figure in day.figures.items()}
    rounds = of_100(held["left_share"]) if "left_share" in held else ""
    cells = of_100(held["alive"]), of_100(held["command"]), rounds
    return Bar(str(day.day), (held["alive"], 1.0 - held["alive"]), cells)


def _layers(found: Engagement, defended: Defended) -> Iterator[Block]:
    """Yield the layers of a defence, and what is not proven of them."""
    if not defended.systems:
        yield Sentence(
            (f"The defence of {defended.party} has no layers: whatever works passes.",),
            level="full",
        )
        return
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
        tuple(_shot(each, shot) for each in defended.systems for shot in each.against),
        level="full",
    )
    leaning = tuple((line,) for line in _leaning(found, defended))
    if leaning:
        yield Listing(f"{defended.party}: what this rests on", leaning, level="full")


def _shot(system: System, shot: Shot) -> tuple[str, ...]:
    claims = len(shot.gives)
    rests = shot.gives[0] if claims == 1 else f"{claims} claims" if claims else "no claim"
    if shot.because and not claims:
        rests = SIZE_ASSUMED
    head = _plain(system.key), points(system.there, 0), _plain(shot.kind), points(shot.fires, 0)
    return (*head, *((span(shot.kill_low, shot.kill_high, 1), rests) if shot.fires else ("", "")))


def _leaning(found: Engagement, defended: Defended) -> Iterator[str]:
    systems = defended.systems
    open_ones = [f"{_plain(x.key)} ({points(x.there, 0)} %)" for x in systems if x.is_reported]
    if open_ones:
        yield f"Not known to be there and to work: {wording.series(open_ones)}."
    unproven = [_plain(each.key) for each in systems if each.is_unproven]
    if unproven:
        yield (
            f"Unproven: {wording.series(unproven)}, whose kill chances no claim gives or that "
            "are known no better than to 30 points."
        )
    if defended.unproven:
        measures = targets(found.crisis.model).numbers
        numbers = [f"{measures[path][1].says} ({path})" for path in defended.unproven]
        yield f"Given by no claim: {wording.series(numbers)}."
    unpriced = [each.key for each in systems if not each.has_price]
    unpriced += defended.unpriced
    if unpriced:
        named = wording.series([_plain(key) for key in unpriced])
        yield f"Prices that no claim gives, so that cost is a guess: {named}."


def _sweep(swept: Swept, defended: Defended) -> Iterator[Block]:
    """Yield what a sweep shows of one side, number by number and as a chart of leakage."""
    sweep, side = swept.sweep, defended.side
    unit = f", {swept.unit}" if swept.unit else ""
    heads = ("pass, %", WORLDS, "change, points", WORLDS, "aircraft down, %", "loss, %", "cost")
    rows = [_point(point, side) for point in swept.points]
    kept = [place for place in range(len(heads) + 1) if any(row[place] for row in rows)]
    columns = Column("value"), *number_columns(*heads)
    yield Table(
        f"sweep-{side}",
        f"{defended.party}: {swept.says} ({sweep.field}{unit}), moved on the same draws",
        tuple(columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
    )
    bars = tuple(_swept_bar(point, side) for point in swept.points if point.figures[side])
    flown = tuple(bar for bar in bars if bar.parts)
    if flown:
        caption = f"{defended.party}: weapons that pass, of 100 that work"
        yield _chart(Bars(caption, RANGE, ("value", "mean, %"), flown))


def _point(point: Point, side: str) -> tuple[str, ...]:
    def cells(figure: Estimate | None, decimals: int | None = None) -> tuple[str, str]:
        if figure is None:
            return "", ""
        digits = places(PERCENT * figure.value) if decimals is None else decimals
        found = _cells(figure, PERCENT, digits)
        return found.mean, found.worlds

    figures = point.figures[side]
    ratio = figures.get(("cost", "exchange"))
    return (
        significant(point.value, 4),
        *cells(figures.get(("leakage",)), 1),
        *cells(point.changes.get(side), 2),
        cells(figures.get(("aircraft", "down_share")))[0],
        cells(figures.get(("loss",)))[0],
        "" if ratio is None else number(ratio.value, places(ratio.value)),
    )


def _swept_bar(point: Point, side: str) -> Bar:
    """Return leakage as a bar: to the 5th percentile across worlds, to the mean, to the 95th."""
    figure = point.figures[side].get(("leakage",))
    if figure is None:
        return Bar("", ())
    low, high = figure.spread_low, figure.spread_high
    middle = min(max(figure.value, low), high)
    parts = low, middle - low, high - middle
    return Bar(significant(point.value, 4), parts, (points(figure.value),))


def _reading(found: Engagement) -> Iterator[Words]:
    yield READ_INTERVALS
    yield (
        "Single campaigns: over worlds and chance both. Each weapon that passes has one cause, by "
        "the farthest step that any layer reached with it. Broken: on the last evening of the "
        "raids; all of the military broken is a loss of 100 %. Back: batteries and command at 90 % "
        f"of their first level, within {found.terms.rest} days after the raids. Both sides raid in "
        "full every day, whatever it costs them; who joins a side raids and is raided with it.",
    )
    friends = _friends(found.crisis)
    if friends:
        yield (f"With means of their own, once they join: {friends}.",)
    if found.swept is not None and found.swept.has_effect:
        yield from _sweep_reading(found.swept)


def _friends(crisis: Crisis) -> str:
    """Name who brings weapons or layers of its own, and to whom; nothing if nobody does."""
    actors = crisis.model.actors
    return ", ".join(
        f"{actors[owner].name} with {actors[crisis.of_role(side)].name}"
        for side in PRINCIPALS
        for owner in dict.fromkeys(
            held.owner
            for held in (*weapons_of(crisis, side), *layers_of(crisis, side))
            if held.owner != crisis.of_role(side)
        )
    )


def _sweep_reading(swept: Swept) -> Iterator[Words]:
    halves = [
        (figure.high - figure.low) / 2.0
        for point in swept.points
        for figure in point.changes.values()
        if not math.isnan(figure.low)
    ]
    yield says(
        "Change: of what passes against the first value, campaign by campaign on the same draws; "
        "another seed moves none by more than {} points (90 %). Cost: of rounds fired over that of "
        "what they shoot down.",
        points(max(halves, default=0.0), 2),
    )
    if swept.domain == "count" and any(point.value % 1.0 for point in swept.points):
        yield ("A count is rounded to the nearest whole number in play.",)


def _next(found: Engagement) -> Iterator[Command]:
    crisis = found.crisis
    yield Command("the whole crisis", asked("run", crisis))
    if found.swept is None:
        field = f"defences.{crisis.of_role('defender')}.integration"
        yield Command("a sweep", f"{asked('engage', crisis)} --sweep {field}=0:1:5")
    yield Command("what the numbers rest on", f"detente evidence {shlex.quote(crisis.text.name)}")


def asked(verb: str, crisis: Crisis) -> str:
    """Return the command that asks something of a crisis, with the changes made to it."""
    settings = [f" --set {as_setting(path, value)}" for path, value in crisis.changes.items()]
    return f"detente {verb} {shlex.quote(crisis.text.name)}{''.join(settings)}"


def _plain(key: str) -> str:
    """Return the key of a part of a pack in words."""
    return key.replace("_", " ").replace(".", ": ")

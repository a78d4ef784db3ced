"""What an outcome turns on: groups of numbers, single numbers, and few assumptions that decide."""

import shlex
from collections.abc import Iterator, Mapping

from detente.analysis.discovery import Assumption, Discovery, Scenario, meaning_of
from detente.analysis.drivers import Drivers
from detente.analysis.drivers.answer import LEAST_WORLDS, WIDEST, is_estimable
from detente.analysis.drivers.given import Effect, SensitivityIndex
from detente.analysis.engagement import Engagement
from detente.analysis.wording import number, of_100, points, share, significant, span, titles
from detente.ensemble.versions import command_to_grow
from detente.views.blocks import (
    Block,
    Card,
    Cards,
    Column,
    Command,
    Level,
    Listing,
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
from detente.views.trace import subject

MOST_GROUPS, MOST_NUMBERS = 8, 12
"""Groups that are brief, and single numbers that are listed, the surest first."""
NAMED = 3
"""Groups that the answer names."""
METHODS = {
    "given_data": "from the run's own worlds, with nothing played again",
    "design": "from a Sobol design of new worlds",
    "shapley": "Shapley effects, from the run's own worlds",
}
READ_BOXES = (
    "Density: how likely the outcome is where the rules hold; the rules were chosen to raise it, "
    "so rely on the share in unseen worlds. Coverage: how much of the outcome lies there; the rest "
    "comes outside. Quasi-p: the chance that worlds at random do as well without this rule; above "
    ".05 a rule is dropped. Boxes are found in worlds, not by intervention: a rule may stand for "
    "what it is correlated with.",
)
"""How to read a box."""
NOT_ESTIMABLE = "?"
"""In place of a part whose interval is too wide."""


def turning(
    found: Mapping[str, Drivers], likely: Mapping[str, Discovery], force: Engagement
) -> Section:
    """Return what several outcomes turn on, when they are likely, and what decides in a war."""
    first = next(iter(found.values()))
    return Section(
        key="turning",
        title="What does it turn on?",
        answer=tuple(words for one in found.values() for words in _answer(one)),
        blocks=(
            *(block for one in found.values() for block in _blocks(one)),
            *(block for one in likely.values() for block in _boxes(one)),
            Picture("leakage", force),
        ),
        reading=(*_reading(first), READ_BOXES),
        method=method(
            first.run,
            how="Parts of the variance of an outcome's share across worlds, with 90 % intervals, "
            "from the run's own worlds.",
            left_out="A number that is the same in all worlds moves nothing here, however much it "
            "would matter.",
            would_change="Wider or narrower ranges in the pack: a number that is known well moves "
            "little. More worlds narrow the intervals.",
        ),
    )


def section(found: Drivers) -> Section:
    """Return what an outcome turns on: which part of its variance is due to which numbers."""
    return Section(
        key="drivers",
        title=f"What does {titles(found.run.record)[found.outcome]} turn on?",
        about=(
            subject(found.run.record),
            f"{found.worlds:,} worlds, option {found.option}, {METHODS[found.method]}",
        ),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _answer(found: Drivers) -> Iterator[Words]:
    called = titles(found.run.record)[found.outcome]
    yield says(
        f"In this model {called} comes in {{}} of 100 futures; across worlds this "
        "share varies by {} points (one standard deviation, sampling noise removed).",
        of_100(found.share),
        points(found.spread, 0),
    )
    leading = _leading(found.groups or found.numbers)
    if leading:
        kind = "attributed share" if found.method == "shapley" else "first order"
        parts = tuple(
            says("{} {}", name, share(*part, decimals=0)) for name, part in leading.items()
        )
        yield says(f"Of 100 parts of that variance ({kind}, 90 % interval): {{}}.", listed(parts))
    elif found.effects:
        kind = "group of numbers" if found.groups else "number"
        yield (f"These worlds are too few to say how much of it is due to any {kind}.",)


def _leading(effects: Mapping[str, Effect]) -> dict[str, SensitivityIndex]:
    """Return the parts that are surely not 0 and estimable, the surest first."""
    parts = {name: _own(effect) for name, effect in effects.items()}
    sure = {name: part for name, part in parts.items() if part.low > 0.0 and _is_estimable(part)}
    return {name: sure[name] for name in sorted(sure, key=lambda one: -sure[one].low)[:NAMED]}


def _own(effect: Effect) -> SensitivityIndex:
    return effect.shapley or effect.first


def _is_estimable(part: SensitivityIndex) -> bool:
    return part.high - part.low <= WIDEST


def _blocks(found: Drivers) -> Iterator[Block]:
    yield Picture("drivers", found)
    yield from (Sentence((f"Note: {note}.",)) for note in found.notes)
    groups = _ordered(found.groups)
    if groups:
        yield _table(found, "Groups of numbers", groups[:MOST_GROUPS])
    if groups[MOST_GROUPS:]:
        yield _table(found, "Other groups of numbers", groups[MOST_GROUPS:], level="full")
    if found.method == "given_data":
        yield from _standing_out(found)
    elif found.numbers:
        yield _table(found, "Single numbers", _ordered(found.numbers))
    if found.effects:
        yield Sentence(_enough(found))


def _ordered(effects: Mapping[str, Effect]) -> list[str]:
    return sorted(effects, key=lambda name: (-effects[name].main.low, -effects[name].main.share))


def _standing_out(found: Drivers) -> Iterator[Block]:
    """Yield the single numbers with a clear effect, and how many noise alone would give."""
    numbers = found.numbers
    sure = [
        name
        for name, effect in numbers.items()
        if effect.first.low > 0.0 or (is_estimable(effect) and effect.total.low > 0.0)
    ]
    shown = sorted(sure, key=lambda name: -numbers[name].first.low)[:MOST_NUMBERS]
    if shown:
        yield _table(found, "Single numbers with an effect", shown, level="full")
        yield Sentence(
            (
                f"{len(sure)} of {len(numbers)} single numbers have an effect above 0; if none had "
                f"any, sampling noise would give about {number(0.05 * len(numbers), 0)}. "
                f"{len(shown)} are listed.",
            ),
            level="full",
        )
    elif numbers:
        yield Sentence((f"None of {len(numbers)} single numbers has an effect surely above 0.",))


def _table(found: Drivers, title: str, names: list[str], *, level: Level = "brief") -> Table:
    effects = found.effects
    heads = ("first order", "90 % interval", "total effect", "90 % interval")
    if found.method == "shapley":
        heads = ("attributed share", "90 % interval", "first order", "90 % interval")
    return Table(
        f"{title.lower().replace(' ', '-')}-{found.outcome}",
        f"{title}: % of the variance of {titles(found.run.record)[found.outcome]} across worlds",
        (Column("Number or group"), *number_columns(*heads)),
        tuple((_titled(name), *_cells(effects[name])) for name in names),
        level=level,
    )


def _titled(path: str) -> str:
    """Return what a number is, with its key; a group is its key."""
    meaning = meaning_of(path)
    return f"{meaning} ({path})" if meaning else path


def _cells(effect: Effect) -> tuple[str, ...]:
    parts = (effect.first, effect.total)
    if effect.shapley is not None:
        parts = (effect.shapley, effect.first)
    return tuple(cell for part in parts for cell in _pair(part))


def _pair(part: SensitivityIndex) -> tuple[str, str]:
    """Return a part and its interval; of one that is not estimable, the interval alone."""
    share = points(part.share, 0) if _is_estimable(part) else NOT_ESTIMABLE
    return share, span(part.low, part.high, 0)


def _enough(found: Drivers) -> Words:
    missing = len(found.effects) - sum(map(is_estimable, found.effects.values()))
    if not missing:
        return ("Enough worlds? Yes: no interval is wider than a quarter of the variance.",)
    return (
        f"Enough worlds? No: {missing} of {len(found.effects)} effects are not estimable, with "
        "intervals wider than a quarter of the variance (?).",
    )


def _reading(found: Drivers) -> Iterator[Words]:
    if found.method == "shapley":
        yield (
            "Attributed share: the Shapley effect, what a number adds to the others of the "
            "accepted set, averaged over all orders; these add up. First order: what it explains "
            "on its own, through what is correlated with it as well.",
        )
    else:
        yield (
            "First order: the part of the variance that vanishes if this is known and nothing "
            "else. Total effect: the part that is left if everything else is known; it counts "
            "interactions, so that total effects do not add up to 100. A group holds all numbers "
            "of a table of the pack; correlated numbers are one group; accepted: the row of the "
            "accepted set.",
        )
    yield (
        "Intervals are over worlds. All of it holds for the ranges of this pack: a number that is "
        "known well moves little, however much it matters. What divides an attack (stocks, decoys, "
        "aims, when and how raids come) is in the group of its table and is not ranked by itself.",
    )


def _next(found: Drivers) -> Iterator[Command]:
    folder, outcome = shlex.quote(str(found.run.folder)), found.outcome
    yield Command("under which assumptions", f"detente discover {folder} --outcome {outcome}")
    if not found.enough and found.method != "design":
        more = max(1024, 2 * found.worlds)
        yield Command(
            "more worlds", command_to_grow(found.run.folder, found.run.record, worlds=more)
        )
    if found.method == "given_data" and found.worlds >= LEAST_WORLDS:
        line = f"detente drivers {folder} --outcome {outcome} --design"
        yield Command("groups, from new worlds", line)


def boxes(found: Discovery) -> Section:
    """Return under which few assumptions an outcome is likely."""
    record = found.run.record
    called = titles(record)[found.outcome]
    settings, folder = record.settings, shlex.quote(str(found.run.folder))
    again = command_to_grow(found.run.folder, record, worlds=4 * settings.worlds)
    return Section(
        key="boxes",
        title=f"When is {called} likely?",
        about=(
            subject(record),
            f"{settings.worlds:,} worlds x {settings.futures_of_a_world:,} futures, option "
            f"{found.option}",
        ),
        answer=(
            says(
                f"In this model {called} comes in {{}} of 100 futures over all worlds.",
                of_100(found.share),
            ),
        ),
        blocks=tuple(_boxes(found)),
        reading=(READ_BOXES,),
        next=(
            Command("what it turns on", f"detente drivers {folder} --outcome {found.outcome}"),
            *(() if found.enough else (Command("more worlds", again),)),
        ),
    )


def _boxes(found: Discovery) -> Iterator[Block]:
    title = f"When {titles(found.run.record)[found.outcome]} is likely"
    if found.boxes:
        cards = tuple(_card(place, box, found) for place, box in enumerate(found.boxes, 1))
        yield Cards(
            title,
            says(
                "In each box the outcome is likelier than over all worlds ({} of 100).",
                of_100(found.share),
            ),
            cards,
        )
    if found.notes:
        yield Listing(title, tuple((f"{note}.",) for note in found.notes))


def _card(place: int, box: Scenario, found: Discovery) -> Card:
    outside = ", in worlds outside the boxes before it" if place > 1 else ""
    condition = "all of these hold" if len(box.rules) > 1 else "this holds"
    return Card(
        f"Box {place}{outside}: if {condition}",
        (*map(_rule, box.rules), *_likelier(box, found.run.record.settings.worlds)),
    )


def _likelier(box: Scenario, worlds: int) -> Iterator[Words]:
    """Yield how likely the outcome is in a box, also in unseen worlds, and what chance finds."""
    yield says(
        "There it comes in {} of 100 futures (density); {} of 100 of all such futures lie there "
        f"(coverage), in {box.worlds} of {worlds} worlds.",
        of_100(box.density),
        of_100(box.coverage),
    )
    unseen = box.held_out
    if unseen is not None:
        yield says(
            "In worlds that a search among seven eighths did not see: {} of 100 (90 % interval {})"
            ".",
            of_100(unseen.mean),
            span(unseen.low, unseen.high, 0),
        )
    yield says(
        "Searches among shares dealt out at random find as much in {} of 100.",
        significant(100.0 * box.chance, 1),
    )


def _rule(rule: Assumption) -> Words:
    """Return a rule in the pack's words and units, with how often it holds and how sure it is."""
    return says(
        "{}: {}; holds in {} of 100 worlds, quasi-p {}",
        f"{rule.meaning} ({rule.path})" if rule.meaning else rule.path,
        _between(rule),
        of_100(rule.worlds),
        significant(rule.quasi_p, 1),
    )


def _between(rule: Assumption) -> Words:
    unit = f" {rule.unit}" if rule.unit else ""
    if rule.is_switch:
        return ("yes" if rule.low is not None else "no",)
    if rule.low is None:
        return ("below ", significant(rule.high or 0.0), unit)
    if rule.high is None:
        return ("above ", significant(rule.low), unit)
    return says("from {} to {}{}", significant(rule.low), significant(rule.high), unit)

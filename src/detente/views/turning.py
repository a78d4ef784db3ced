"""What it turns on: groups of numbers, single numbers, and few assumptions that decide."""

from collections.abc import Iterator, Mapping

from detente.analysis import wording
from detente.analysis.discovery import Discovery
from detente.analysis.discovery.answer import Scenario
from detente.analysis.discovery.words import words_of
from detente.analysis.drivers import Drivers
from detente.analysis.drivers.answer import WIDEST
from detente.analysis.drivers.given import Effect, SensitivityIndex
from detente.views.blocks import Block, Card, Cards, Listing, Picture, Section, Words, told
from detente.views.material import Material
from detente.views.method import method


def section(material: Material) -> Section:
    """Return the answer to what the outcome turns on."""
    return Section(
        key="turning",
        title="What does it turn on?",
        answer=tuple(_answer(found) for found in material.drivers.values()),
        blocks=tuple(_blocks(material)),
        method=method(
            material.run,
            how="Parts of the variance of an outcome's share over worlds, with 90 % intervals, "
            "from the run's own worlds.",
            left_out="A number that is the same in all worlds moves nothing here, however much it "
            "would matter.",
            would_change="Wider or narrower ranges in the pack: a number that is known well moves "
            "little. More worlds narrow the intervals.",
        ),
    )


def _answer(found: Drivers) -> Words:
    name = wording.NAMES[found.outcome]
    standing = _standing_out(found.groups)
    start = told(
        f"In this model {name} comes in {wording.of_100(found.share)} of 100 futures, and over "
        f"worlds that differs by {100 * found.spread:.0f} of 100 either way (one standard "
        "deviation)."
    )
    if not standing:
        return (*start, " This run cannot tell how much any group of numbers does.")
    parts: list[str] = [f"{group} {_part(found.groups[group].first)}" for group in standing[:3]]
    return (*start, *told(f" Of 100 parts of that variance, alone: {', '.join(parts)}."))


def _standing_out(effects: Mapping[str, Effect]) -> list[str]:
    """Return the groups that surely do something, and of which is known well enough how much."""
    firsts = {name: effect.first for name, effect in effects.items()}
    sure = [name for name, one in firsts.items() if one.low > 0.0 and one.high - one.low <= WIDEST]
    return sorted(sure, key=lambda name: -effects[name].first.low)


def _part(part: SensitivityIndex) -> str:
    return f"{100 * part.share:.0f} ({100 * part.low:.0f} to {100 * part.high:.0f})"


def _blocks(material: Material) -> Iterator[Block]:
    for found in material.drivers.values():
        yield Picture("drivers", found)
        if found.notes:
            yield Listing("Notes", tuple((note,) for note in found.notes))
    for discovery in material.boxes.values():
        yield from _boxes(discovery)
    yield Picture("leakage", material.engagement)


def _boxes(found: Discovery) -> Iterator[Block]:
    name = wording.NAMES[found.outcome]
    if found.boxes:
        says = told(
            f"Boxes of assumptions under which {name} is likelier than in all worlds together "
            f"({wording.of_100(found.share)} of 100). What lies outside them is not safe."
        )
        cards = tuple(_card(place, box) for place, box in enumerate(found.boxes, 1))
        yield Cards(f"When {name} is likely", says, cards)
    if found.notes:
        yield Listing(f"When {name} is likely", tuple((note,) for note in found.notes))


def _card(place: int, box: Scenario) -> Card:
    rules: list[Words] = [(words_of(rule),) for rule in box.rules]
    unseen = box.held_out
    held_out = "" if unseen is None else f"; in unseen worlds {wording.of_100(unseen.mean)}"
    density = told(
        f"There it comes in {wording.of_100(box.density)} of 100 futures{held_out}; "
        f"{wording.of_100(box.coverage)} of 100 of all such futures lie there, in {box.worlds} "
        "worlds."
    )
    return Card(f"Box {place}", (*rules, density))

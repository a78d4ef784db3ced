"""What to watch: which sign would tell most, what was seen, what forces are due when."""

import shlex
from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.compare.words import amount
from detente.analysis.update.watching import Estimate, Watched
from detente.pack import Crisis
from detente.views.blocks import Block, Column, Command, Picture, Section, Table, Words, told
from detente.views.material import Material
from detente.views.method import method


def section(material: Material) -> Section:
    """Return the answer to what to watch."""
    return Section(
        key="watching",
        title="What should be watched?",
        answer=tuple(_answer(material)),
        blocks=tuple(_blocks(material)),
        method=method(
            material.run,
            how="A sign re-weights the futures that were played by how likely it is under the "
            "plan of each; what it tells is an average over seeing it and not, in bits.",
            left_out="Signs that nobody wrote into the pack, and deception beyond the false "
            "alarms that each sign allows for.",
            would_change="Other likelihood ratios: most are one reading of past cases.",
        ),
    )


def _answer(material: Material) -> Iterator[Words]:
    found, model = material.watched, material.crisis.model
    if found is None or not found.next:
        yield (
            f"The crisis names {len(model.signs)} signs to watch for; this run cannot tell which "
            "would tell most.",
        )
        return
    (key, best), *others = found.next.items()
    name = wording.NAMES[found.outcome]
    yield (
        f"In this model “{_name(key)}” would tell most of whether {name} comes: ",
        *told(f"with it {_of_100(best.if_seen)} of 100 futures, without {_of_100(best.if_not)}."),
    )
    tied = [_name(other) for other, one in others if one.outcome.high >= best.outcome.low]
    if tied:
        yield (f"Intervals do not set it apart from: {', '.join(tied)}.",)
    yield (
        f"It is one of {len(model.signs)} signs to watch for with the next force that arrives; "
        f"{len(model.indicators)} others were seen before the as-of date.",
    )


def _of_100(one: Estimate) -> str:
    return f"{amount(one.value)} ({amount(one.low)} to {amount(one.high)})"


def _blocks(material: Material) -> Iterator[Block]:
    if material.watched is not None and material.watched.next:
        yield _table(material.watched.next)
    folder = shlex.quote(str(material.run.folder))
    does = "What is seen after the as-of date re-weights the futures that were played:"
    yield Command(does, f"detente update {folder} --observed FILE")
    yield from _drawn(material.crisis)


def _drawn(crisis: Crisis) -> Iterator[Block]:
    yield Picture("calendar", crisis)
    yield Picture("posture_map", crisis)


def _table(watched: dict[str, Watched]) -> Table:
    return Table(
        "watching",
        "What it would tell to see a sign with the next force that arrives, or not to see it",
        (
            Column("Sign"),
            Column("Points to"),
            Column("Seen in, of 100", is_number=True, origin="modelled"),
            Column("Futures of 100 if seen", is_number=True, origin="modelled"),
            Column("If not seen", is_number=True, origin="modelled"),
            Column("Of 100 parts unknown of the plan", is_number=True, origin="modelled"),
        ),
        tuple((_name(key), *_cells(one)) for key, one in watched.items()),
    )


def _cells(one: Watched) -> tuple[str, ...]:
    plans = " or ".join(PLANS[plan] for plan in one.points_to)
    shares = (_of_100(one.if_seen), _of_100(one.if_not))
    return plans, f"{100 * one.seen.value:.0f}", *shares, amount(one.plan_part)


def _name(key: str) -> str:
    return key.replace("_", " ")


PLANS = dict(
    zip(("display", "stand_off", "sustained", "direct_action"), wording.PLANS, strict=True)
)
"""What the plans of a pack are called, by their keys."""

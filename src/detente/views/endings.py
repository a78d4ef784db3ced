"""How it may end, and when: endings with intervals, the corridor, futures told."""

from collections.abc import Iterator

from detente.analysis import wording
from detente.ensemble.shares import Share
from detente.ensemble.tally import OUTCOMES
from detente.views.blocks import (
    Block,
    Card,
    Cards,
    Column,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    told,
)
from detente.views.material import Material
from detente.views.method import method
from detente.views.trace import RULE, Storyline, closing

MOST_OFTEN = 3
"""Endings that the answer names."""
DAYS = (30, 90, 180, 365)
"""Days at which it is told how many futures are open."""
ASKED = ("deal", "force", "any_war")
"""Outcomes whose variance is parted."""


def section(material: Material) -> Section:
    """Return the answer to how the crisis may end."""
    return Section(
        key="endings",
        title="How may it end, and when?",
        answer=(told(_answer(material)),),
        blocks=tuple(_blocks(material)),
        method=method(
            material.run,
            how="Each world is one draw of what is not known, each future one play of chance in "
            "it; a share is the mean over all.",
            left_out="What the model does not play yet stands under limits; above all, the first "
            "ordered force ends a future once the fighting stops.",
            would_change="Other ranges for what is not known move the shares more than chance "
            "does: see what it turns on.",
        ),
    )


def _answer(material: Material) -> str:
    """Say which endings come most often, and how many futures are open when."""
    endings, corridor = material.summary.base.endings, material.summary.base.corridor
    often = sorted(endings, key=lambda key: -endings[key].share)[:MOST_OFTEN]
    parts = [f"{wording.NAMES[key]}: {in_words(endings[key])}" for key in often]
    days = [corridor[day] for day in DAYS if day < len(corridor)]
    still = [f"{wording.of_100(one.open)} by day {one.day}" for one in days]
    return (
        f"In this model, of 100 futures, the most frequent endings are {'; '.join(parts)}. "
        f"Neither a deal nor ordered force has come in {', in '.join(still)}."
    )


def in_words(share: Share) -> str:
    """Return a share as a count, a term with its bracket, and the interval of chance."""
    low, high = wording.chance(share).split("-")
    return (
        f"{wording.of_100(share.share)}, {wording.term(share.share)}, 90 % interval {low} to {high}"
    )


def _blocks(material: Material) -> Iterator[Block]:
    yield Picture("corridor", material.summary)
    yield Cards(
        "Storylines beside the corridor",
        (f"Real futures of this run, not typical ones and not forecasts. {RULE}",),
        tuple(_card(one) for one in material.storylines),
    )
    yield Picture("beliefs", material.storylines[-1].trace)
    yield Picture("hundred_futures", material.run)
    yield _table(material)
    yield Sentence(told(_enough(material)))
    yield from (Sentence(words) for words in _variance(material))


def _card(one: Storyline) -> Card:
    days: list[Words] = [(f"Day {happening.day}: {happening.text}",) for happening in one.days]
    if one.left_out:
        days.append((f"{one.left_out} lesser happenings are left out here.",))
    share = told(f"{one.kind}, as in {wording.of_100(one.share)} of 100 futures")
    title = "".join(piece if isinstance(piece, str) else piece.text for piece in share)
    return Card(title, (*days, closing(one.trace)[0]), one.command)


def _table(material: Material) -> Table:
    base = material.summary.base
    rows = [_row(key, share) for key, share in base.endings.items()]
    rows += [_row(key, base.outcomes[key]) for key in OUTCOMES]
    return Table(
        "endings",
        "Endings and outcomes in this model",
        (
            Column("Ending or outcome"),
            Column("Of 100 futures", is_number=True, origin="modelled"),
            Column("In words (bracket, %)"),
            Column("%", is_number=True, origin="modelled"),
            Column("90 % interval of chance, %", is_number=True, origin="modelled"),
            Column("5th to 95th percentile over worlds, %", is_number=True, origin="modelled"),
        ),
        tuple(rows),
    )


def _row(key: str, share: Share) -> tuple[str, ...]:
    return (
        wording.NAMES[key],
        wording.of_100(share.share),
        wording.term(share.share),
        wording.percent(share),
        wording.chance(share).replace("-", " to "),
        wording.spread(share).replace("-", " to "),
    )


def _enough(material: Material) -> str:
    more = material.summary.more_futures
    if more:
        return f"Enough futures? The widest interval needs {more:,} more for half a point each way."
    return "Enough futures? Yes: chance moves no share by more than half a point each way."


def _variance(material: Material) -> Iterator[Words]:
    variance = material.summary.base.variance
    parts = [
        f"{wording.NAMES[key]} {wording.part_of_100(variance[key]).replace('-', ' to ')}"
        for key in ASKED
        if variance[key].is_known
    ]
    if parts:
        yield told(
            "Of 100 parts of the variance between futures, owed to not knowing (90 % interval): "
            f"{', '.join(parts)}; the rest to chance."
        )
    for note in material.summary.notes:
        yield told(f"Note: {note}.")

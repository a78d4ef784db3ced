"""What has changed since the last run: what moved, and what differs in what was played."""

from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.since import Moved, Since
from detente.analysis.wording import change, points, span
from detente.pack.comparison import FieldDifference, NumberDifference, quantity_words, reason_words
from detente.pack.quantity import Quantity
from detente.views.blocks import Block, Column, Section, Sentence, Table, Words, told
from detente.views.material import Material
from detente.views.method import method

ASKED = ("any_war", "deal")
"""The outcomes whose change is told in words."""
NOTHING = "-"
"""What stands where a pack does not have a thing."""


def section(material: Material, found: Since) -> Section:
    """Return the answer to what has changed since an earlier run."""
    return Section(
        key="since",
        title="What has changed since the last run?",
        answer=(*_moved(found), *_why(found)),
        blocks=tuple(_blocks(found)),
        method=method(
            material.run,
            how="Both runs share seed, worlds and futures, and are compared future by future.",
            left_out="Which of several changes moved an outcome is not told apart, and what an "
            "option does is not compared between runs.",
            would_change="A play with one of the changes taken back, by detente run with --set, "
            "shows what that one does.",
        ),
    )


def _moved(found: Since) -> Iterator[Words]:
    for outcome in ASKED:
        one = found.moved[outcome]
        then, now = (wording.of_100(share.share) for share in (one.before, one.after))
        said = "a difference that chance alone can make"
        if one.difference.is_clear:
            said = "".join(change(*one.difference[:3]))
        yield told(
            f"In this model {then} of 100 futures ended in {wording.NAMES[outcome]} then, and "
            f"{now} end in it now: {said}."
        )


def _why(found: Since) -> Iterator[Words]:
    if found.is_alone:
        yield ("Nothing differs in what they were played from.",)
        return
    parts = [] if found.pack.is_empty else [found.pack.counts]
    parts += [f"setting {asked}" for asked in found.settings]
    yield (f"Differences in what was played: {'; '.join(parts) or 'none'}.",)
    if not found.is_same_model:
        yield (
            "Another state of the model played the earlier run, so that some of what moved may be "
            "owed to the program.",
        )


def _blocks(found: Since) -> Iterator[Block]:
    record = found.earlier.record
    yield Sentence(
        (
            f"The earlier run: pack {record.name} {record.pack[:12]}, as of {record.as_of}, "
            f"detente {record.package}, run {found.earlier.digest[:12]}.",
        )
    )
    yield Table(
        "since-outcomes",
        "How often then, how often now",
        (
            Column("Ending or outcome"),
            Column("Then, %", is_number=True, origin="modelled"),
            Column("Now, %", is_number=True, origin="modelled"),
            Column("Differs by, points", is_number=True, origin="modelled"),
            Column("90 % interval of chance", is_number=True, origin="modelled"),
        ),
        tuple(_row(outcome, one) for outcome, one in found.moved.items()),
    )
    rows = tuple(_differences(found))
    if rows:
        heads = (Column("What"), Column("Then"), Column("Now"))
        yield Table("since-pack", "What differs in what was played", heads, rows, level="full")


def _row(outcome: str, one: Moved) -> tuple[str, ...]:
    difference = one.difference
    return (
        wording.NAMES[outcome],
        wording.percent(one.before),
        wording.percent(one.after),
        points(difference.difference, signed=True),
        span(difference.low, difference.high),
    )


def _differences(found: Since) -> Iterator[tuple[str, str, str]]:
    for asked, pair in found.settings.items():
        yield f"setting: {asked}", *pair
    yield from ((f"renamed: {one.after}", one.before, one.after) for one in found.pack.renamed)
    yield from map(_number, found.pack.numbers)
    others = (found.pack.claims, found.pack.options, found.pack.hypotheses, found.pack.structure)
    yield from (_other(one) for listed in others for one in listed)


def _number(one: NumberDifference) -> tuple[str, str, str]:
    both = [pair for pair in (one.before, one.after) if pair is not None]
    is_reason_told = len(set(map(reason_words, both))) > 1
    before, after = (_known(pair, is_reason_told) for pair in (one.before, one.after))
    return one.field, before, after


def _known(quantity: Quantity | None, is_reason_told: bool) -> str:
    if quantity is None:
        return NOTHING
    words = quantity_words(quantity)
    return f"{words}; rests on {reason_words(quantity)}" if is_reason_told else words


def _other(one: FieldDifference) -> tuple[str, str, str]:
    before, after = (NOTHING if words is None else words for words in (one.before, one.after))
    return one.field, before, after

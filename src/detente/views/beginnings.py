"""How wars begin: who used force first, what war is owed to, why fighting stopped."""

import shlex
from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.causes import Causes
from detente.analysis.causes.words import MEANINGS, NAMES
from detente.analysis.telling import losses_in_words
from detente.ensemble.run import Run
from detente.ensemble.shares import Share
from detente.kernel.endings import Ceasefire
from detente.views import figures
from detente.views.blocks import Block, Column, Command, Listing, Section, Table, Words, told
from detente.views.material import Material
from detente.views.method import method

FAMILIES = ("miscalculation", "deliberate", "spoiler")
"""Kinds of war, which need not add up."""
VERDICTS = {
    "more": "Miscalculation brings more war than deliberate action and spoilers together.",
    "less": "Miscalculation brings less war than deliberate action and spoilers together.",
    "cannot_tell": "Whether miscalculation brings more war than deliberate action and spoilers "
    "together cannot be told: worlds differ on it.",
}


def section(material: Material) -> Section:
    """Return the answer to how wars begin."""
    return Section(
        key="beginnings",
        title="How do wars begin?",
        answer=tuple(_answer(material)),
        blocks=tuple(_blocks(material)),
        method=method(
            material,
            how="Who used force first is counted. What war is owed to is told by playing each "
            "future again without each cause, on the same draws (Shapley shares).",
            left_out="Causes that are no mechanism of the model, such as a mistake within one "
            "government, are in none of these shares.",
            would_change="Equally good fits of history leave shares of causes open; no single one "
            "of them is a finding.",
        ),
    )


def _answer(material: Material) -> Iterator[Words]:
    beginnings = material.summary.base.beginnings
    total = sum(one.futures for one in beginnings)
    if not total:
        yield ("Nobody used force in any of these futures.",)
        return
    first = beginnings[0]
    who = material.run.record.parties[first.initiator]
    yield (
        *told(f"In this model, of 100 futures with ordered force, {_of(first.futures, total)} "),
        f"begin with {who}, {wording.BEGINNINGS[first.trigger]}.",
    )
    if material.causes is not None and material.causes.shares["war",].share > 0.0:
        yield told(_credit(material.causes))
        yield (VERDICTS[material.causes.verdict],)


def _credit(found: Causes) -> str:
    war = found.shares["war",]
    due = {**found.of_each("causes"), "none": found.shares["causes", "none"]}
    order = sorted(due, key=lambda key: -due[key].share)[:3]
    parts = [f"{NAMES[key]} {100 * due[key].share / war.share:.0f}" for key in order]
    below = min(share.share for share in due.values()) < 0.0
    why = " A cause that prevents more war than it brings takes credit off." if below else ""
    return f"Of 100 wars the largest credits go to: {', '.join(parts)}.{why}"


def _of(part: int, total: int) -> str:
    return wording.of_100(part / total)


def _blocks(material: Material) -> Iterator[Block]:
    yield from _first_force(material)
    if material.causes is None:
        yield _ask(material.run)
    else:
        drawn = figures.causes(material.causes)
        yield from () if drawn is None else (drawn,)
        yield _causes_table(material.causes)
        yield Listing("What is switched off", _meanings())
    yield from _war_ends(material.summary.base.war_ends)
    costs = losses_in_words(material.course, material.run.record)
    if costs:
        yield Listing("What wars cost", tuple((line,) for line in costs))


def _first_force(material: Material) -> Iterator[Table]:
    beginnings, parties = material.summary.base.beginnings, material.run.record.parties
    total = sum(one.futures for one in beginnings)
    if total:
        yield Table(
            "first-force",
            "Who used force first, of 100 futures with ordered force",
            (Column("Who and how"), Column("Of 100", is_number=True, origin="modelled")),
            tuple(
                (
                    f"{parties[one.initiator]}, {wording.BEGINNINGS[one.trigger]}",
                    _of(one.futures, total),
                )
                for one in beginnings
            ),
        )


def _war_ends(war_ends: dict[Ceasefire, int]) -> Iterator[Table]:
    wars = sum(war_ends.values())
    if wars:
        ends = sorted(war_ends.items(), key=lambda end: -end[1])
        yield Table(
            "war-ends",
            "How wars ended, of 100 wars",
            (Column("The fighting stopped"), Column("Of 100", is_number=True, origin="modelled")),
            tuple((wording.CEASEFIRES[why], _of(often, wars)) for why, often in ends if often),
        )


def _meanings() -> tuple[Words, ...]:
    return tuple((f"{NAMES[key]}: {meaning}",) for key, meaning in MEANINGS.items())


def _ask(run: Run) -> Command:
    folder = shlex.quote(str(run.folder))
    return Command(
        "What war is owed to has not been worked out for this run. It takes minutes (--dry-run "
        "says how many); ask for it, then write the report again, or add --complete:",
        f"detente causes {folder}",
    )


def _causes_table(found: Causes) -> Table:
    shares = {**found.of_each("causes"), "none": found.shares["causes", "none"]}
    rows = [_row(NAMES[key], share) for key, share in shares.items()]
    rows.append(_row("war", found.shares["war",]))
    rows += [_row(f"kind: {key}", found.shares[key,]) for key in FAMILIES]
    of_all = f"{found.futures:,} futures in {found.worlds} worlds"
    return Table(
        "causes-and-kinds",
        f"Credit for war, in % of all futures ({of_all})",
        (
            Column("What is credited"),
            Column("%", is_number=True, origin="modelled"),
            Column("90 % interval of chance", is_number=True, origin="modelled"),
            Column("5th to 95th percentile over worlds", is_number=True, origin="modelled"),
        ),
        tuple(rows),
        is_long=True,
    )


def _row(name: str, share: Share) -> tuple[str, ...]:
    ends = (share.share, share.low, share.high, share.spread_low, share.spread_high)
    middle, low, high, least, most = (f"{100 * end:.1f}" for end in ends)
    return name, middle, f"{low} to {high}", f"{least} to {most}"

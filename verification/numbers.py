"""Whether the numbers of a report follow from the run's files, worked out by another way.

    python -m verification.numbers [RUN]

A small run with options is played unless one is given, and all that a report asks to be played
again. From the run's files, read with pyarrow and nothing of the project's, and from the formulas
of the documents every number of the report is worked out anew: shares with their intervals and
ranges across worlds, what is open by day, endings, days and losses, how the first shot came, single
futures, air defence, signs and past crises, what war is owed to, what outcomes turn on, how far
claims move them, what tests of hypotheses find, what options change, which is best and why, where
each works, and what would turn that round. Numbers in words and in the words of pictures are among
them. What has to be played again is played by the model itself and counted here.

Each number of the report is looked for among these: in a table or figure among those of its own
row, in a sentence among those of its part, or among all where its part has none of its own. Printed
is, for each part of the report, how many numbers were found, how many were not where they should
be, and how many this check does not work out. Status 1 if there is one of the last two.

Not looked at are the numbers along the axes of pictures, where marks stand in them (their tables
are), the boxes of `detente discover`, and whether a row or a sentence is missing. Whether the model
itself is right is not asked either.
"""

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

import detente
from detente.analysis.influence import influence
from detente.analysis.wording import Value
from detente.ensemble.design import ACCEPTED, law_of
from detente.pack import Crisis
from detente.views.blocks import Block, Cards, Listing, Picture, Section, Sentence, Table
from detente.views.page import compose
from verification import (
    numbers_in_words,
    numbers_of_causes,
    numbers_of_drivers,
    numbers_of_futures,
    numbers_of_hypotheses,
    numbers_of_options,
)
from verification.intervals import (
    Numbers,
    drawn_in,
    noise_of,
    quantile,
    share,
)

QUESTIONS = (numbers_of_causes, numbers_of_drivers, numbers_of_hypotheses, numbers_of_options)
COLUMNS: tuple[str, ...] = ("world", "future", "ending", "ending_day")
COLUMNS += ("first_force_day", "initiator", "violence", "plan")
COLUMNS += ("settlement", "first_shot", "first_shot_gap", "package", "broken_deal_day")
COLUMNS += ("broken_day", "failed_day", "rounds", "war_days", "ceasefire", "world_cost", "damage")
KINDS = ("loss", "military_loss", "aircraft_loss", "economy_loss")
COLUMNS += tuple(f"{side}_{kind}" for side in ("challenger", "defender") for kind in KINDS)
ENDINGS: tuple[str, ...] = (
    "comprehensive_deal",
    "narrow_deal",
    "defender_yields",
    "challenger_drops",
)
ENDINGS += ("fades", "containment", "talks_failed", "limited_strike", "war", "regional_war")
OUTCOMES = {"deal": (0, 1), "settled": (0, 1, 2, 3, 4), "force": (7, 8, 9), "any_war": (8, 9)}
OUTCOMES |= {name: (place,) for place, name in enumerate(ENDINGS)}
VIOLENCES = ("no violence", "a clash, not ordered", "a limited strike", "war", "regional war")
SHOTS, STRIKERS = range(1, 8), (0, 1, 2)
LEVELS = (0.25, 0.5, 0.75, 0.95)
DAYS = (7, 30, 60, 90, 180, 270)
OPTIONS = ("hotline", "guarantees")
VARYING: tuple[str, ...] = (
    "actors.iran.concession_price",
    "actors.iran.vow_price",
    "actors.us.hard_probability",
    "arsenals.us.cruise_missiles.on_ship",
    "defences.iran.tracking_probability",
    "issues.missiles.settled_by_war",
    "issues.nuclear.settled_by_war",
)
VARYING += ("lessons.defender_learns", "moves.tempo", "posture.presence", "talks.wide_agenda")
VARYING += ("war.campaign_days", "war.limited_days")
"""Numbers that vary in the small run: of each shape, of both groups of a hypothesis, of claims."""
PICTURED = ("deal", "force", "any_war")
LAST: tuple[str, ...] = (
    "a deal",
    "a deal",
    "a side yields",
    "a side yields",
    "dispute fades",
    "talks go on",
)
LAST += ("talks failed",)
NEAR, SAME, NEAR_END = 6e-3, 1e-6, 3e-3
"""How far a number may lie from its own: figures keep hundredths, sentences the whole number, and
ends of intervals rest on another approximation of Student's law."""
NUMBER, WHOLE = re.compile(r"\d"), re.compile(r"\d+")
JOINED = ("flow", "leakage")
"""Figures whose rows are told apart by all their words."""


@dataclass(frozen=True)
class Futures:
    """The futures of one option in order of world and index."""

    columns: Mapping[str, np.ndarray]
    worlds: int
    each: Annotated[int, "futures of a world"]

    def __getitem__(self, name: str) -> np.ndarray:
        """Return a column, shape (worlds, each)."""
        return self.columns[name]


def read(folder: Path, option: str) -> Futures:
    """Read the futures of an option from its files."""
    found = numbers_of_futures.columns(folder, option, COLUMNS)
    return Futures(found, *found["ending"].shape)


# What tables and figures of the report hold, by their rows


def known(folder: Path, titles: Mapping[str, str]) -> Iterator[tuple[str, str, Numbers]]:
    """Yield table, row and the numbers that belong there."""
    base = read(folder, "base")
    yield from _endings(base, titles)
    yield from _first_picture(base)
    yield from _flow(base)
    yield from _by_day(base, titles)
    for one in _shots(base):
        yield one
        yield from ((part, "", one[2]) for part in numbers_of_causes.BEGINNINGS)
    yield from _lengths(base, titles)
    yield from numbers_of_futures.known(folder, base.columns, titles)
    for question in QUESTIONS:
        yield from question.known(folder, titles)


def _endings(base: Futures, titles: Mapping[str, str]) -> Iterator[tuple[str, str, Numbers]]:
    settled, ending = base["settlement"], base["ending"]
    has_deal = (base["package"] >= 0) | (base["broken_deal_day"] >= 0)
    ever = {"deal_ever": has_deal, "talks_ever_failed": base["failed_day"] >= 0}
    shares = {key: np.isin(ending, places) for key, places in OUTCOMES.items()} | ever
    for key, happened in shares.items():
        yield "endings", titles[key], share(happened)
    for place, name in enumerate(VIOLENCES):
        for one in np.unique(settled):
            both = (base["violence"] == place) & (settled == one)
            yield "violence-by-settlement", name, share(both)


def _first_picture(base: Futures) -> Iterator[tuple[str, str, Numbers]]:
    deal, force, war = (np.isin(base["ending"], OUTCOMES[key]) for key in PICTURED)
    shown = {"deal": deal, "use of force": force, "of these, war": war}
    for row, happened in {**shown, "neither deal nor force": ~(deal | force)}.items():
        yield "futures_first", row, share(happened)
    own = np.sort(drawn_in(war.mean(axis=1), noise_of(war)))
    for part in range(20):
        row = f"war, worlds' part {part + 1} of 20"
        yield (
            "futures_first",
            row,
            [min(100.0, max(0.0, 100 * np.quantile(own, (part + 0.5) / 20)))],
        )


def _flow(base: Futures) -> Iterator[tuple[str, str, Numbers]]:
    """Yield how many of 100 futures go which way, counted future by future."""
    names = ("first_force_day", "broken_deal_day", "settlement", "rounds")
    ways = Counter(
        _way(*row) for row in zip(*(base[name].ravel().tolist() for name in names), strict=True)
    )
    for way, often in ways.items():
        yield "flow", ", ".join(way), [100 * often / ways.total()]


def _way(force: int, broken: int, settled: int, rounds: int) -> tuple[str, str, str]:
    last = LAST[settled]
    if force < 0:
        first = "a deal" if broken >= 0 or last == "a deal" else "neither"
    else:
        first = "a deal" if 0 <= broken <= force else "force"
    if broken >= 0:
        return first, "a deal breaks", last
    if force < 0:
        return first, "it holds" if first == "a deal" else "neither", last
    return first, "force again" if rounds > 1 else "force once", last


def _by_day(base: Futures, titles: Mapping[str, str]) -> Iterator[tuple[str, str, Numbers]]:
    first, horizon = base["first_force_day"], int(base["ending_day"].max())
    day = np.where(first >= 0, first, base["ending_day"])
    deal = np.isin(base["ending"], OUTCOMES["deal"])
    broken = base["broken_day"]
    is_early = (broken >= 0) & ((first < 0) | (broken <= first))
    for by in range(horizon + 1):
        forced = (first >= 0) & (first <= by)
        struck = deal & (base["ending_day"] <= by)
        struck |= is_early & (base["broken_deal_day"] <= by) & (by < broken)
        for line in (struck, forced, ~(struck | forced)):
            yield "corridor", str(by), [float(by), *share(line)[:3]]
    for key, places in OUTCOMES.items():
        for by in (*DAYS, horizon):
            found = share(np.isin(base["ending"], places) & (day <= by))
            for table in ("endings-by-day", "endings-by-day-worlds"):
                yield table, titles[key], found


def _shots(base: Futures) -> Iterator[tuple[str, str, Numbers]]:
    forced, wars = base["first_force_day"] >= 0, base["violence"] >= VIOLENCES.index("war")
    for among in (forced, wars) if wars.any() else (forced,):
        for way in SHOTS:
            came = (base["first_shot"] == way) & among
            by = [100 * float((came & (base["initiator"] == one)).sum()) for one in STRIKERS]
            found = share(came, among)
            yield "first-shot", str(way), [*found, *(one / among.sum() for one in by)]
    for why in np.unique(base["ceasefire"][wars]):
        yield "war-ends", str(why), [100 * float((base["ceasefire"][wars] == why).mean())]
    gap, lapsed = base["first_shot_gap"], base["first_shot"] == SHOTS[3]
    chosen = np.isin(base["first_shot"], SHOTS[:3]) | (lapsed & (gap != 0))
    mistakes = chosen & (gap < 0)
    if (chosen & wars).any():
        yield "first-shot", "mistakes in wars", share(mistakes & wars, chosen & wars)
    if (mistakes & wars).any():
        yield "first-shot", "less in wars", quantile(-gap, mistakes & wars, 0.5)
    yield "first-shot", "mistakes", share(mistakes, chosen)
    if mistakes.any():
        yield "first-shot", "less", quantile(-gap, mistakes, 0.5)


def _lengths(base: Futures, titles: Mapping[str, str]) -> Iterator[tuple[str, str, Numbers]]:
    first = base["first_force_day"]
    day = np.where(first >= 0, first, base["ending_day"])
    for key, places in OUTCOMES.items():
        there = np.isin(base["ending"], places)
        if there.any():
            numbers = [quantile(day, there, level) for level in LEVELS]
            yield "endings-days", titles[key], [one for found in numbers for one in found]
    wars = base["violence"] >= VIOLENCES.index("war")
    fought = {"limited_strike": np.isin(base["ending"], (7,)), "any_war": wars}
    for key, there in fought.items():
        numbers = [quantile(base["war_days"], there, level) for level in LEVELS] * bool(there.any())
        yield "endings-days", key, [one for found in numbers for one in found]
    amounts = [f"{side}_{kind}" for side in ("challenger", "defender") for kind in KINDS]
    for name in (*amounts, "damage", "world_cost"):
        scale = 1.0 if name == "world_cost" else 100.0
        numbers = [quantile(base[name], wars, level) for level in LEVELS] * bool(wars.any())
        yield "war-losses", name, [scale * one for found in numbers for one in found]


# What the report prints


class Printed(NamedTuple):
    """A number of the report: where it stands, and what it keeps."""

    part: str
    row: Annotated[str | None, "None in a sentence"]
    text: str
    numbers: Numbers
    is_text: Annotated[bool, "whether its row says all of it: dates and addresses"] = False


def printed(section: Section) -> Iterator[Printed]:
    """Yield every number of a section that came from the run."""
    for words in section.answer:
        yield from _said(f"{section.key}, answer", None, words)
    for block in section.blocks:
        yield from _of_block(section.key, block)


def _of_block(key: str, block: Block) -> Iterator[Printed]:
    if isinstance(block, Sentence):
        yield from _said(f"{key}, sentences", None, block.words)
    elif isinstance(block, Listing):
        for words in block.items:
            yield from _said(f"{key}, lists", None, words)
    elif isinstance(block, Cards):
        for words in (line for card in block.cards for line in card.lines):
            yield from _said(f"{key}, cards", None, words)
    elif isinstance(block, Table):
        for row in block.rows:
            yield from _said(block.key, row[0], row[1:])
    elif isinstance(block, Picture) and block.figure is not None:
        for cells in block.figure.table.rows:
            yield from _of_row(block.figure.key, cells)


def _of_row(key: str, cells: Sequence[str | float]) -> Iterator[Printed]:
    """Yield the numbers of a row of a figure, or its dates and addresses if it has no numbers."""
    numbers = [float(cell) for cell in cells if isinstance(cell, float)]
    texts = [cell for cell in cells if isinstance(cell, str)]
    if numbers:
        called = ", ".join(texts) if key in JOINED else str(cells[0])
        yield Printed(key, called, f"{cells}", numbers)
        return
    dated = [text for text in texts[1:] if NUMBER.search(text)]
    found = [float(one) for text in dated for one in WHOLE.findall(text)]
    if found:
        yield Printed(key, ", ".join((texts[0], *dated)), f"{cells}", found, is_text=True)


def _said(part: str, row: str | None, words: Iterable[str]) -> Iterator[Printed]:
    for piece in words:
        if isinstance(piece, Value) and NUMBER.search(piece):
            kept = (piece.value, piece.low, piece.high)
            yield Printed(part, row, piece, [one for one in kept if one is not None])


class Told(NamedTuple):
    """What came of the numbers of one part of the report."""

    found: int
    missed: tuple[Printed, ...]
    unknown: int


def judge(
    sections: Sequence[Section], facts: Sequence[tuple[str, str, Numbers]]
) -> dict[str, Told]:
    """Look for each number of a report among those that were worked out."""
    by_row: dict[str, list[Numbers]] = {}
    for part, row, numbers in facts:
        is_anywhere = part != "corridor" and row != ""
        for key in (part, f"{part}: {row}", *([""] if is_anywhere else [])):
            by_row.setdefault(key, []).append(numbers)
    found: dict[str, Counter[str]] = {}
    missed: dict[str, list[Printed]] = {}
    for one in (number for section in sections for number in printed(section)):
        verdict = _look(one, by_row)
        found.setdefault(one.part, Counter())[verdict] += len(one.numbers)
        missed.setdefault(one.part, []).extend([one] * (verdict == "missed"))
    return {
        part: Told(counts["found"], tuple(missed[part]), counts["unknown"])
        for part, counts in found.items()
    }


def _look(one: Printed, by_row: Mapping[str, Sequence[Numbers]]) -> str:
    """Say whether a number, with its interval, is one of those that belong where it stands."""
    if one.row is None:
        own = by_row.get(one.part)
        said = by_row[""] if own is None else own
        is_there = any(_holds(fact, one.numbers, SAME) for fact in said)
        return "found" if is_there else "unknown" if own is None else "missed"
    facts = by_row.get(f"{one.part}: {one.row}", by_row.get(one.part))
    if facts is None:
        return "unknown"
    if one.is_text:
        return "found" if f"{one.part}: {one.row}" in by_row else "missed"
    whole = [number for fact in facts for number in fact]
    return "found" if _holds(whole, one.numbers, NEAR) else "missed"


def _holds(fact: Numbers, numbers: Numbers, near: float) -> bool:
    known, length = np.array(fact), np.ptp(numbers)
    close = [near + NEAR_END * max(abs(one), length) for one in numbers]
    return all(
        bool(np.any(np.abs(known - one) <= most)) for one, most in zip(numbers, close, strict=True)
    )


def main() -> int:
    """Check the report of a run and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, nargs="?")
    asked = parser.parse_args().run
    with tempfile.TemporaryDirectory() as spare:
        return _judged(asked or _played(Path(spare) / "run"))


def _played(folder: Path) -> Path:
    """Play a small run with two options, and all that a report asks to be played again."""
    crisis = detente.load("oman-2026")
    run = detente.simulate(
        crisis,
        changes=fixed(crisis),
        options=OPTIONS,
        worlds=32,
        futures=6400,
        option_worlds=16,
        grid="tiny",
        out=folder,
    )
    for outcome in ("any_war", "deal"):
        detente.drivers(run, outcome=outcome)
    influence(run)
    detente.hypotheses(run, worlds=8)
    return folder


def fixed(crisis: Crisis) -> dict[str, float]:
    """Return the middles of all numbers but a few, so that the search among these is short."""
    return {
        path: law_of(number)(0.5)
        for path, number in crisis.numbers.items()
        if not number.is_fixed and number.kind != ACCEPTED and path not in VARYING
    }


def _sections(run: detente.Run) -> Sequence[Section]:
    """Return what the report of a run is made of, its first picture and sentences as one more."""
    page = compose(run)
    leads = tuple(lead.words for lead in page.brief.leads)
    return (Section("brief", page.title, leads, (page.brief.picture,)), *page.sections)


def _judged(folder: Path) -> int:
    run = detente.Run.open(folder)
    titles = detente.summarise(run).base.titles
    sections, facts = _sections(run), list(known(folder, titles))
    told = judge(sections, facts)
    words = numbers_in_words.judge(folder, read(folder, "base").columns, sections, facts)
    for part, said in words.items():
        texts = tuple(Printed(part, other.row, other.text, []) for other in said.missed)
        told[part] = Told(said.found, texts, said.unknown)
    for part, one in told.items():
        print(f"{part:<32}{one.found:>7} found {len(one.missed):>5} not {one.unknown:>6} unknown")
        for wrong in one.missed[:3]:
            print(f"    NOT FOUND {wrong.row}: {wrong.text}")
    missed = sum(len(one.missed) for one in told.values())
    total = sum(one.found for one in told.values())
    rest = sum(one.unknown for one in told.values())
    print(f"{total} numbers worked out anew and the same, {missed} not, {rest} not worked out")
    return int(missed + rest > 0)


if __name__ == "__main__":
    raise SystemExit(main())

"""What may stand in the words of a report and of its pictures: phrases and numbers, by their place.

Phrases are written anew, as they stand in a text but for its other words: from the numbers that
`verification.numbers` works out, the run's record, its pack as its files have it, and the futures
that are shown, which are played again.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import tomli

from detente.analysis.trace import Happening
from detente.analysis.wording import LEAKS, Value
from detente.views.blocks import Cards, Section, Table
from verification import numbers_of_options, phrases_of_options, phrases_of_packs
from verification.intervals import Numbers, share
from verification.numbers_of_futures import Base, Shown, shown
from verification.phrases_of_packs import Allowed, Known

Facts: TypeAlias = Sequence[tuple[str, str, Numbers]]
"""Part, row and the numbers that belong there."""
QUESTIONED = 60
"""Worlds, of 200 futures each, of which it is asked what an outcome turns on and rests on."""
LEAST_WORLDS = 32
"""With fewer, nothing is said of what an outcome turns on."""
LEAST_QUOTE = 6
"""A shorter text of a pack is no quote: it may stand anywhere."""
TERMS: tuple[tuple[int, str], ...] = (
    (1, "almost no chance"),
    (5, "very unlikely"),
    (20, "unlikely"),
    (45, "roughly even chance"),
)
TERMS += ((55, "likely"), (80, "very likely"), (95, "almost certain"))
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HUNDREDTHS = ("answers", "reply", "escalates", "sends", "calls_back", "shows_plan", "leaves")
"""Happenings whose value is said in %."""
DRAWN = ("corridor", "futures_first", "flow", "leakage", "hundred_futures", "beliefs")
"""Figures whose words are written anew; in those of others stand numbers of their tables."""
JOINT = ("any settlement", "use of force")
"""Outcomes of which no length is said."""
NEVER = ("below 1 %", "above 99 %")


def known(folder: Path, base: Base, sections: Sequence[Section], facts: Facts) -> Known:
    """Return what may stand where."""
    found: Known = defaultdict(Allowed)
    record = json.loads((folder / "record.json").read_text())
    resolved = json.loads((folder / "resolved.json").read_text())["numbers"]
    parts = [tomli.loads(path.read_text()) for path in sorted((folder / "pack").glob("*.toml"))]
    pack = {key: value for part in parts for key, value in part.items()}
    assumed = [one["assumed"] for one in resolved.values() if one["assumed"]]
    found["", ""].add((*_sizes(record, folder), *_quotes([pack, record, assumed])))
    changed = [one for one in record["settings"]["changes"].values() if isinstance(one, float)]
    found["reproduction, text", ""].add(numbers=changed)
    found["record", "Seed"].add(numbers=[record["settings"]["seed"]])
    found["", ""].add((record["package"], *record["environment"].values()))
    _add_tables(found, sections)
    _add_shares(found, facts, record["settings"]["worlds"])
    _add_lengths(found, sections, facts)
    _add_corridor(found, facts)
    _add_first(found, facts)
    _add_flow(found, facts)
    _add_leakage(found, facts, record["parties"].values())
    _add_hundred(found, facts)
    phrases_of_packs.add(found, resolved, pack)
    options = numbers_of_options.read(folder)
    if options.names:
        phrases_of_options.add(found, options)
        stands = share(options.happened(numbers_of_options.BASE))
        found["options, text", ""].add([term(*stands[:3])])
    _add_futures(found, list(shown(folder, base)), _days_shown(sections))
    for key in ("futures_first", "flow"):
        found["drawn, text", ""].add(found[key, ""].phrases)
    return found


def _sizes(record: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """Yield how a report says how much was played, as of when, and where it lies."""
    sizes, as_of = record["settings"], date.fromisoformat(record["as_of"])
    worlds, futures, horizon = sizes["worlds"], sizes["futures"], sizes["horizon"]
    each, shared = futures // worlds, min(worlds, sizes["option_worlds"])
    played = shared if len(record["options"]) > 1 else worlds
    yield from (f"{worlds} worlds x {each}", f"{played} worlds x {each}")
    yield from (f"first {played} of {worlds} worlds", f"x {each} futures")
    questioned = min(QUESTIONED, worlds)
    yield from (f"first {questioned} of {worlds} worlds x 200", f"{questioned} worlds x 200")
    yield from (f"{min(64, worlds)} worlds x 32 campaigns", "in 10 days of raids")
    yield from (f"{one:,} futures" for one in (futures, played * each))
    yield from (f"--{name} {sizes[name]}" for name in ("futures", "worlds", "seed", "horizon"))
    yield f"--option-worlds {sizes['option_worlds']}"
    if worlds < LEAST_WORLDS:
        yield f"{LEAST_WORLDS} worlds are needed to say anything; the run has {worlds}"
    yield from (f"--worlds {2 * worlds}", f"up to {horizon} days", f"{horizon} days", str(folder))
    yield from (f"as of {as_of}", f"as of {in_words(as_of)}", f"seed {sizes['seed']}")
    yield from (record["pack"][:12], record["outcome"]["digest"][:12])
    for day in (as_of, as_of + timedelta(horizon)):
        yield in_words(day)


def in_words(day: date) -> str:
    """Return a date as a sentence has it."""
    return f"{day.day} {day:%B %Y}"


def _quotes(values: Iterable[Any]) -> Iterator[str]:
    """Yield all texts and keys that stand in what files hold."""
    for value in values:
        if isinstance(value, Mapping):
            yield from _quotes((*value, *value.values()))
        elif isinstance(value, list):
            yield from _quotes(value)
        elif isinstance(value, str) and len(value) >= LEAST_QUOTE and not DAY.fullmatch(value):
            yield from (value, value.replace("_", " "))


def _add_tables(found: Known, sections: Sequence[Section]) -> None:
    """Add what the table of a figure holds, row by row, where its texts or the table repeat it."""
    for figure in (figure for section in sections for figure in section.figures):
        for cells in figure.table.rows:
            numbers = [one for one in cells if isinstance(one, float)]
            texts = [str(one) for one in cells if isinstance(one, str)]
            found[figure.key, texts[0]].add(texts, numbers)
            found[figure.key, ""].add(texts, () if figure.key in DRAWN else numbers)


# Shares


def _add_shares(found: Known, facts: Facts, worlds: int) -> None:
    """Add brackets of terms, and how many more worlds bring an interval to a point each way."""
    shares = {row: numbers for part, row, numbers in facts if part == "endings"}
    for row, numbers in shares.items():
        said = term(*numbers[:3])
        found["endings", row].add([said])
        for part in ("endings, text", "brief, text", "corridor"):
            found[part, ""].add((said, said.replace(")", " %)")))
    half = max(high - low for _, low, high, *_ in shares.values()) / 2
    found["endings, text", ""].add(numbers=[math.ceil(worlds * (half**2 - 1))])


def _add_lengths(found: Known, sections: Sequence[Section], facts: Facts) -> None:
    """Add of how many lengths too few cases tell: those that come to an end and are not shown."""
    horizon = max(float(row) for part, row, _ in facts if part == "corridor")
    kept = {row: numbers for row, numbers in _named(facts, "endings-days").items() if numbers}
    ended = [row for row, numbers in kept.items() if numbers[0] < horizon and row not in JOINT]
    blocks = (block for section in sections for block in section.blocks)
    shown = [block for block in blocks if isinstance(block, Table) and block.key == "endings-days"]
    unsure = len(ended) - sum(len(table.rows) for table in shown)
    found["endings, text", ""].add([f"{unsure} of {len(ended)} lengths"])


def term(share: float, low: float, high: float) -> str:
    """Return the likelihood term of a share in %, or both ends of those that its interval meets."""
    if share in {0.0, 100.0}:
        return ""
    first, last = (_place(one) for one in (low, high))
    if first == last:
        first = last = _place(share)
    edges = [None, *(least for least, _ in TERMS), 99, None]
    names = ["below the scale", *(name for _, name in TERMS), "above the scale"]
    under, over = edges[first], edges[last + 1]
    name = names[first] if first == last else f"{names[first]} to {names[last]}"
    less, more = ("< ", "> ") if first == last else ("below ", "above ")
    if under is None:
        return f"{name} ({less}{over})"
    return f"{name} ({more}{under})" if over is None else f"{name} ({under}-{over})"


def _place(share: float) -> int:
    """Return the place of a share in the row of terms, 0 below it."""
    return sum(share >= least for least, _ in TERMS) + (share >= 99)


def count(share: float) -> str:
    """Return how many of 100 there are, as a picture says it."""
    if 0 < share < 1:
        return "<1"
    return ">99" if 99 < share < 100 else f"{share:.0f}"


def _spaced(share: float) -> str:
    return count(share).replace("<", "< ").replace(">", "> ")


def _named(facts: Facts, part: str) -> dict[str, Numbers]:
    return {row: numbers for key, row, numbers in facts if key == part}


def _add_corridor(found: Known, facts: Facts) -> None:
    """Add what is said of the last day: a deal, use of force, neither, and how worlds differ."""
    shares = _named(facts, "endings")
    last = [numbers for part, _, numbers in facts if part == "corridor"][-3:]
    deal, force, neither = (count(numbers[1]) for numbers in last)
    for name, often in (("deal", deal), ("force", force), ("open", neither)):
        found["corridor", "marks"].add([f"{name} {often}"])
    found["corridor", ""].add((f"{deal} hold a deal", f"{force} see force"))
    for name in ("any deal", "use of force"):
        share, low, high, *across = shares[name]
        found["corridor", ""].add((f"{share:.0f} %", f"90 % interval {low:.0f} to {high:.0f}"))
        found["corridor", ""].add([f"across worlds {across[0]:.0f} to {across[1]:.0f}"])


def _add_first(found: Known, facts: Facts) -> None:
    """Add the hundred dots of the first picture by kind, and where worlds lie."""
    first = _named(facts, "futures_first")
    deal, force, war, neither = (numbers[0] for numbers in list(first.values())[:4])
    counts = rounded((deal, neither, force - war, war), 100)
    settled = _named(facts, "endings")["any settlement"][0] - deal
    ends, is_open = rounded((settled, neither - settled), counts[1])
    a_deal, no_deal, strike, wars = (str(one or "fewer than 1") for one in counts)
    named = (f"{a_deal} deal", f"{no_deal} neither", f"{strike} force", f"{wars} war")
    found["futures_first", "marks"].add((*named, f"{ends} settled", f"{is_open} open"))
    worlds = [first[f"war, worlds' part {part} of 20"][0] for part in (1, 11, 20)]
    least, middle, most = (f"{one:.0f}" for one in worlds)
    found["futures_first", ""].add((f"{counts[0]} bring a deal", f"{counts[3]} war"))
    found["futures_first", ""].add((f"a deal: {counts[0]}", f"deal nor force: {counts[1]}"))
    found["futures_first", ""].add((f"{ends} settled and {is_open} open", f"war: {counts[3]}"))
    found["futures_first", ""].add((f"short of war: {counts[2]}", f"{least} to {most}"))
    found["futures_first", ""].add([f"in at most {middle}"])


def rounded(sizes: Sequence[float], whole: int) -> list[int]:
    """Return whole numbers in proportion, which add up, the largest rests rounded up."""
    exact = [whole * one / sum(sizes) for one in sizes]
    counts = [math.floor(one + 1e-9) for one in exact]
    order = sorted(range(len(exact)), key=lambda at: counts[at] - exact[at])
    for at in order[: whole - sum(counts)]:
        counts[at] += 1
    return counts


def _add_flow(found: Known, facts: Facts) -> None:
    """Add how many of 100 futures go through each place of the flow, and each step between two."""
    places: dict[tuple[int, str], float] = defaultdict(float)
    steps: dict[tuple[int, str, str], float] = defaultdict(float)
    for row, numbers in _named(facts, "flow").items():
        way = row.split(", ")
        for at, name in enumerate(way):
            places[at, name] += numbers[0]
        for at, (start, end) in enumerate(pairwise(way)):
            steps[at, start, end] += numbers[0]
    named = [f"{name} {count(size)}" for (_, name), size in places.items()]
    unforced = count(_named(facts, "endings")["any deal"][0])
    found["flow", "marks"].add((*named, f"{unforced} without force"))
    found["flow", "marks"].add(_size(one) for (at, *_), one in steps.items() if at and one >= 4)
    breaks, forced = (count(places[at]) for at in ((1, "a deal breaks"), (0, "force")))
    said = (f"breaks in {breaks}", f"comes first in {forced}", f"at the end: {unforced} without")
    found["flow", ""].add((*named, *said))
    found["flow", ""].add(
        f"{start} to {end} {_size(one)}" for (_, start, end), one in steps.items()
    )


def _size(share: float) -> str:
    return f"{share:.0f}" if share >= 10 else f"{share:.1f}"


def _add_leakage(found: Known, facts: Facts, parties: Iterable[str]) -> None:
    """Add what is said of each cause of leakage, and how many weapons pass each defence."""
    rows, passing = _named(facts, "leakage"), []
    for party in parties:
        for why in (*LEAKS.values(), "all that pass"):
            share, _, _, low, high = rows.get(f"{party}, {why}", [math.nan] * 5)
            said = f"{share:.1f} ({_ends(low, high)})"
            found["leakage", "marks"].add([said])
            found["leakage", ""].add([f"{why} {said}"])
        passing += [share] * (not math.isnan(share))
    found["leakage", ""].add([f"{' and '.join(map(_spaced, passing))} pass"])


def _ends(low: float, high: float) -> str:
    """Return both ends of an interval, with up to two more decimals where they read alike."""
    pairs = [(f"{low:.{places}f}", f"{high:.{places}f}") for places in (1, 2, 3)]
    least, most = next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])
    return least if least == most else f"{least} to {most}"


def _add_hundred(found: Known, facts: Facts) -> None:
    """Add how many of the hundred end in which way."""
    counts = Counter(dict.fromkeys(_named(facts, "endings"), 0))
    for row in _named(facts, "hundred_futures"):
        counts[row.partition(",")[0]] += row.count(":")
    named = [f"{name}: {often}" for name, often in counts.items()]
    found["hundred_futures", "marks"].add(named)
    wars = counts["war"] + counts["regional war"]
    said = (f"{wars} end in war", f"{counts.total()} of")
    found["hundred_futures", ""].add((*(one[:1].upper() + one[1:] for one in named), *said))


# Futures that are shown


def _days_shown(sections: Sequence[Section]) -> dict[str, int]:
    """Return how many days the card of each future has, by its address."""
    blocks = (block for section in sections for block in section.blocks)
    cards = [card for block in blocks if isinstance(block, Cards) for card in block.cards]
    return {
        card.command.partition("--future ")[2]: sum(
            isinstance(line[0], Value) for line in card.lines
        )
        for card in cards
    }


def _add_futures(found: Known, futures: Sequence[Shown], days: Mapping[str, int]) -> None:
    """Add of each future that is shown what happens in it, and what is believed at its end."""
    for one in futures:
        traced, row = one.traced, one.traced.row
        at = f"{traced.world}:{traced.future}"
        held = [100 * row[name] for name in ("belief_hard", "belief_tough", "belief_plan")]
        lesser = sum(each.kind not in ("raids", "loses") for each in traced.happenings)
        said = (at, *NEVER, f"as in {one.share:.0f}", f"{lesser - days.get(at, 0)} lesser")
        told = [phrase for each in traced.happenings for phrase in _told(each)]
        found["endings, cards", at].add((*said, *told, *(f", {held:.0f} %" for held in held)))
        end = date.fromisoformat(traced.run.record.as_of) + timedelta(row["ending_day"])
        moved = sum(each.kind == "beliefs" for each in traced.happenings)
        times = "once" if moved == 1 else f"moved {moved} times"
        found["beliefs", "marks"].add(f"{label}. " for label in range(1, min(6, moved) + 1))
        found["beliefs", ""].add((in_words(end), *NEVER, at, times))
        found["beliefs", ""].add(f", {belief:.0f} %" for belief in held)
        found["beliefs", "marks"].add(told)


def _told(one: Happening) -> Iterator[str]:
    """Yield the numbers of what happened, with a word that stands next to each."""
    if one.kind in HUNDREDTHS:
        yield from (f"{100 * one.value:.0f} %", f"chance {100 * one.value:.0f} %")
    if one.kind in ("offers", "accepts", "rejects", "breaks"):
        yield f"package {one.second + 1}"
    if one.kind == "force_ends":
        yield from (f"after {one.second} days", f"; {100 * one.value:.0f} % of the disputed")
    if one.kind == "first_shot":
        yield f"worth {abs(one.value):.2g} of"
    if one.kind == "ultimatum":
        yield f"about {one.value:.0f} days"
    if one.kind in ("joins", "closes"):
        yield from (f"on day {one.second}", f"{one.value:.0f} billion")
    if one.kind == "unrest":
        yield f"lasts {one.second} days"

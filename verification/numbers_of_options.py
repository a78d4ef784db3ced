"""What options change, worked out anew from the futures of each.

Written from `docs/compare.md`: differences on the same draws, which of them are clear, which option
is beaten, the best, the worst and why, regret, thresholds, and what would turn the ranking round.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from verification.intervals import (
    Numbers,
    across,
    difference,
    drawn_in,
    mean_within,
    noise_of,
    score,
    share,
)
from verification.numbers_of_conditions import Drawn
from verification.numbers_of_futures import ENDINGS, Base, Known, columns, pack_of

SETS = {"any_war": (8, 9), "force": (7, 8, 9), "deal": (0, 1), "settled": (0, 1, 2, 3, 4)}
SETS |= {name: (place,) for place, name in enumerate(ENDINGS)}
COUNTED = {"any_war": -1, "force": -1, "deal": 1}
"""What any two options are compared by, and whether more of it is better."""
LOSSES = {"challenger_loss": 100.0, "defender_loss": 100.0, "world_cost": 1.0}
COLUMNS = ("world", "future", "ending", "first_shot", *LOSSES)
STANDS, BASE = "as the crisis stands", "base"
POINT, FARTHER = 0.01, 4 / 3
"""The least that is clear, and how much farther a 97 % interval reaches than a 90 % one."""
FOLDS, GOAL, NAMED = 10, 0.05, 2
PARTS = ("options, lists", "brief-options, answer")


@dataclass(frozen=True)
class Options:
    """The futures of options in the worlds of them all, the base first."""

    futures: Mapping[str, Base]
    called: Mapping[str, str]
    says: Mapping[str, str]
    """What is done under each, as the pack says it."""
    same: frozenset[str]
    """Those that change no number in any world."""
    drawn: Drawn

    def happened(self, name: str, key: str = "any_war") -> np.ndarray:
        """Return whether each future under an option has an outcome."""
        return np.isin(self.futures[name]["ending"], SETS[key])

    def differs(self, name: str, key: str, other: str = BASE) -> Numbers:
        """Return by how much an outcome is more frequent, with its interval and range."""
        if name == other or {name, other} <= self.same:
            return [0.0] * 5
        return difference(self.happened(name, key), self.happened(other, key))

    @property
    def names(self) -> list[str]:
        """Return the options but for the base."""
        return [name for name in self.futures if name != BASE]

    @cached_property
    def ranking(self) -> list[str]:
        """Return all, the least war first."""
        return sorted(self.futures, key=lambda name: int(self.happened(name).sum()))

    @cached_property
    def tied(self) -> int:
        """Return how many others another seed may put first."""
        best, *others = self.ranking
        leads = [self.differs(name, "any_war", best) for name in others]
        return sum(low <= 0 <= high for _, low, high, *_ in leads)

    @cached_property
    def changes(self) -> dict[str, dict[str, Numbers]]:
        """Return what each option changes of what they are compared by."""
        return {name: {key: self.differs(name, key) for key in COUNTED} for name in self.names}

    @cached_property
    def clear(self) -> dict[str, dict[str, int]]:
        """Return by what each option is clearly better (1), or clearly worse (-1)."""
        return {
            name: {key: COUNTED[key] * side(one) for key, one in changed.items() if side(one)}
            for name, changed in self.changes.items()
        }

    @cached_property
    def beaten(self) -> set[str]:
        """Return the options that another beats, or none at all."""
        return {
            name
            for name in self.ranking
            if any(self._beats(rival, name) for rival in self.ranking if rival != name)
        }

    def _beats(self, rival: str, name: str) -> bool:
        raw = {key: self.less(rival, name, key).sum() for key in COUNTED}
        if any(COUNTED[key] * one < 0 for key, one in raw.items()):
            return False
        return any(COUNTED[key] * side(self.differs(rival, key, name)) > 0 for key in COUNTED)

    def less(self, one: str, other: str, key: str = "any_war") -> np.ndarray:
        """Return in which futures an outcome comes under one alone (1), or the other alone (-1)."""
        mine, theirs = (self.happened(name, key).astype(float) for name in (one, other))
        return np.asarray(mine - theirs)

    @cached_property
    def in_order(self) -> list[str]:
        """Return the options that none beats, then the others, each time the least war first."""
        ranked = [name for name in self.ranking if name != BASE]
        return sorted(ranked, key=lambda name: name in self.beaten)

    @cached_property
    def groups(self) -> list[list[str]]:
        """Return those that help, trade, hurt, and change nothing clearly, the best first."""
        kinds: tuple[set[int], ...] = ({1}, {1, -1}, {-1}, set())
        some = [
            [name for name in self.in_order if set(self.clear[name].values()) == kind]
            for kind in kinds
        ]
        return [sorted(group, key=self._merit, reverse=True) for group in some]

    def _merit(self, name: str) -> tuple[int, float]:
        signs = list(self.clear[name].values())
        return signs.count(1), self.gain(name)

    def gain(self, name: str, *, worse: int = -1) -> float:
        """Return by how much an option is clearly better, and with `worse` 1 clearly worse too."""
        changed = self.changes[name]
        return sum(
            (1 if sign > 0 else worse) * abs(changed[key][0])
            for key, sign in self.clear[name].items()
        )

    @cached_property
    def shown(self) -> list[str]:
        """Return the options that are drawn, from above."""
        *clear, rest = self.groups
        return [name for group in clear for name in group] or rest

    @cached_property
    def ends(self) -> tuple[str | None, str | None, str | None]:
        """Return the best, the largest trade, and the worst."""
        helping, trading, hurting, _ = self.groups
        return (
            max(helping, key=self._merit, default=None),
            max(trading, key=lambda name: self.gain(name, worse=1), default=None),
            min(hurting, key=self.gain, default=None),
        )


def side(numbers: Numbers, least: float = POINT) -> int:
    """Return 1 or -1 if a difference is clearly above or below 0, else 0."""
    middle, low, high, *_ = numbers
    toward_0 = middle - low if middle > 0 else high - middle
    is_clear = abs(middle) >= max(least, FARTHER * toward_0)
    return int(np.sign(middle)) if is_clear else 0


def read(folder: Path) -> Options:
    """Return the options of a run, from its files."""
    record = json.loads((folder / "record.json").read_text())
    table = pq.read_table(folder / "worlds.parquet").to_pydict()
    names = sorted(record["options"], key=lambda name: name != BASE)
    played = {name: columns(folder, name, COLUMNS) for name in names}
    worlds = min(len(one["ending"]) for one in played.values())
    first = {
        name: {key: column[:worlds] for key, column in one.items()} for name, one in played.items()
    }
    called = {name: record["options"][name]["title"] for name in names} | {BASE: STANDS}
    written = pack_of(folder).get("options", {})
    says = {name: str(written.get(name, {}).get("says", "")) for name in names}
    changes = {name: record["options"][name]["change"] for name in names}
    same = {name for name in names if _is_same(changes[name], table, worlds)}
    return Options(first, called, says, frozenset(same | {BASE}), Drawn.of(table, worlds))


def _is_same(change: Mapping[str, Any], table: Mapping[str, list[float]], worlds: int) -> bool:
    """Say whether an option gives numbers what they are in all worlds anyway."""
    return all(
        isinstance(value, int | float) and set(table.get(path, [])[:worlds]) == {float(value)}
        for path, value in change.items()
    )


def known(folder: Path, _: Mapping[str, str]) -> Known:
    """Yield part, row and the numbers that belong there; a sentence's have no row."""
    options = read(folder)
    for name in options.futures:
        yield from _changed(options, name)
    yield from _regrets(options)
    if options.names:
        yield from _answer(options)
        said = [*_told(options), *_why(options), *_turned(options), *weighed(options)]
        yield from ((part, "", numbers) for part in PARTS for numbers in said)
        # The brief says them too, among sentences of other questions.
        best = options.ends[0]
        yield from ((PARTS[0], options.called[best or BASE], numbers) for numbers in _told(options))


# Tables and figures


def _changed(options: Options, name: str) -> Known:
    title = options.called[name]
    for key in SETS:
        mine = options.happened(name, key)
        found = [100 * one for one in options.differs(name, key)]
        for table in ("options-ranked", "options-else", "options-matrix"):
            yield table, title, [*found, *share(mine)]
        yield f"options_{key}", name, found
        yield f"options_{key}", title, found
        yield "options_matrix", title, found
        yield "options-thresholds", title, _kept(mine)
        yield "endings-options", title, share(mine)
    for lost, scale in LOSSES.items():
        columns = (options.futures[one][lost] for one in (name, BASE))
        yield "options-else", title, [scale * one for one in difference(*columns)]


def _kept(happened: np.ndarray) -> Numbers:
    """Return in how many of 100 worlds it happens in less than 1 in 20 futures, chance removed."""
    own = drawn_in(happened.mean(axis=1), noise_of(happened))
    part = float((own < GOAL).mean())
    ends = score(part, part * (1 - part) / len(own), len(own))
    return [100 * one for one in (part, *ends)]


def _regrets(options: Options) -> Known:
    """Yield regret by war: how much better the best of each world is, chosen on other futures."""
    wars = np.array([options.happened(name) for name in options.futures])
    fold = np.arange(wars.shape[2]) % FOLDS
    judged, best_in = np.zeros(wars.shape[1]), np.zeros(wars.shape[:2])
    for one in range(FOLDS):
        rest, own = wars[:, :, fold != one].sum(axis=2), wars[:, :, fold == one].sum(axis=2)
        judged += np.take_along_axis(own, rest.argmin(axis=0)[None], axis=0)[0]
        best = rest == rest.min(axis=0)
        best_in += best / best.sum(axis=0) / FOLDS
    counts, each = wars.sum(axis=2), wars.shape[2]
    chosen = np.take_along_axis(wars, counts.argmin(axis=0)[None, :, None], axis=0)[0]
    for place, title in enumerate(options.called.values()):
        least = max(0.0, float((counts[place] - judged).mean()) / each)
        most = float((counts[place] - counts.min(axis=0)).mean()) / each
        means, unlike = (counts[place] - judged) / each, (wars[place] != chosen).mean(axis=1)
        noise = float(np.maximum(unlike - means**2, 0).mean()) / (each - 1)
        worst = 2 * across((1 + means) / 2, (1 + float(means.mean())) / 2, noise / 4)[1] - 1
        found = [100 * one for one in (least, most, float(best_in[place].mean()), worst)]
        for table in ("options-regret", "options-ranked"):
            yield table, title, found


# Sentences


def _answer(options: Options) -> Known:
    """Yield how often war comes as the crisis stands, and what the best option changes of it."""
    yield "options, answer", "", share(options.happened(BASE))[:3]
    best = options.ranking[0]
    if best != BASE:
        yield "options, answer", "", _sized(options.changes[best]["any_war"])


def _sized(numbers: Numbers) -> Numbers:
    """Return a change without its sign, as words say it, with its interval both ways."""
    return [100 * abs(one) for one in numbers[:3]] + [100 * one for one in numbers[1:3]]


def _told(options: Options) -> Iterator[Numbers]:
    """Yield what the best, the largest trade and the worst change."""
    for name in options.ends:
        for numbers in options.changes.get(name or "", {}).values():
            yield _sized(numbers)


def _why(options: Options) -> Iterator[Numbers]:
    """Yield how futures end that the best and the worst bring to an outcome, or keep from it."""
    for name in (options.ends[0], options.ends[2]):
        if name is None:
            continue
        clear, changed = options.clear[name], options.changes[name]
        key = max(clear, key=lambda key: abs(changed[key][0]))
        base, other = (options.futures[one]["ending"] for one in (BASE, name))
        had, has = (np.isin(ending, SETS[key]) for ending in (base, other))
        turned = base[has & ~had] if changed[key][0] > 0 else other[had & ~has]
        often = [100 * count / base.size for _, count in Counter(turned.tolist()).most_common()]
        yield [100 * len(turned) / base.size]
        yield from ([one] for one in sorted(often, reverse=True)[:NAMED])
        if name == options.ends[0] and "force" in clear:
            yield _shots(options, name)


def _shots(options: Options, name: str) -> Numbers:
    """Return how often the kind of first shot comes that an option changes most, without and with.

    The kind that changes by as much as another, and comes first, is taken.
    """
    before, after = (
        [100 * float((options.futures[one]["first_shot"] == way).mean()) for way in range(1, 8)]
        for one in (BASE, name)
    )
    most = int(np.argmax(np.abs(np.subtract(after, before))))
    return [before[most], after[most]]


def _turned(options: Options) -> Iterator[Numbers]:
    """Yield where options work, and what would put the second first."""
    for name in options.names:
        if name not in options.same:
            yield options.drawn.rule(-options.less(name, BASE).mean(axis=1))
    lead = -options.less(*options.ranking[:2])
    yield [100 * one for one in mean_within(lead)]
    yield options.drawn.turning(lead.mean(axis=1))


def weighed(options: Options) -> Iterator[Numbers]:
    """Yield what it takes of the worlds to put the second option first, and to keep war rare."""
    best, second = options.ranking[:2]
    asked = [(-options.less(best, second), 0.0)]
    for name in dict.fromkeys((BASE, best)):
        wars = options.happened(name).astype(float)
        asked += [(wars, GOAL)] * bool(wars.mean() >= GOAL)
    for values, target in asked:
        yield options.drawn.reweighted(drawn_in(values.mean(axis=1), noise_of(values)), target)

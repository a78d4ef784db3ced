"""What outcomes turn on, and how far claims move them, worked out anew from what a run played.

Written from `docs/drivers.md` and `docs/evidence.md`: the search among numbers and claims goes
through all its rounds again, so that what is said of those that are not listed is worked out too.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from detente.analysis.drivers.inputs import group_titled, titled
from detente.analysis.drivers.swings import Swings
from detente.ensemble.alterations import AS_IT_IS, Alteration
from detente.pack.places import divides_attack
from detente.views.drivers import PARTS
from verification.intervals import (
    Numbers,
    drawn_in,
    equal_weights,
    mean_within,
    noise_of,
    reaches,
    share,
    student,
)
from verification.numbers_of_futures import between_worlds
from verification.played_again import BLOCK, SEAL, Played

OUTCOMES = {"any_war": (8, 9), "deal": (0, 1)}
FUTURES = 200
MOST, FEW, MORE, TOGETHER, OF_TOTALS = 60, 4, 8, 16, 16
"""Worlds that are played if there are as many, those in which all groups are drawn again, and those
that do not seem to matter there, those of mixed luck, and those that tell the total effects of
groups."""
QUIET, NORMAL, TRIED, LARGE = 0.2, 2.563, 81, 16
"""What is too little to look for [standard deviations of the share], how long the swing of a normal
number is [its own], how many numbers are tried, and how many a table holds that is taken apart."""
LEAST, NUMBERS, CLAIMS, NAMED = 0.005, 5, 3, 5
"""The smallest swing that is listed, how many numbers and claims are measured, and how many groups
that may matter are named."""
ANSWER = "turning, answer"
GRADES = [0.0, 1.0, 6.0]
"""What the words on how to read a shift and a grade say."""
LUCK = ("types", "nature", "incidents", "war", "acts")

Facts: TypeAlias = Iterator[tuple[str, str, Numbers]]


class Bounds(NamedTuple):
    """How far something moves the share, and between which ends."""

    middle: float
    low: float
    high: float
    agree: float = 0.0

    @property
    def most(self) -> float:
        """Return how far it may go, either way."""
        return max(-self.low, self.high)

    def is_clear(self, before: float) -> bool:
        """Say whether it leaves out none, on the side on which it was before."""
        return self.low * before > 0 and self.high * before > 0 and abs(self.middle) >= LEAST

    def needed(self, worlds: int) -> int:
        """Return about how many worlds in place of those that measured it could tell it."""
        half = self.middle - self.low if self.middle > 0 else self.high - self.middle
        size = max(LEAST, abs(self.middle))
        return math.ceil(worlds * max(2, (half / size) ** 2))


@dataclass(frozen=True)
class Search:
    """What an outcome of a run turns on."""

    played: Played
    outcome: str

    @cached_property
    def rounds(self) -> list[int]:
        """Return in how many worlds numbers are tried, round after round."""
        last = self.judging.start
        return [size for size in (4, 8) if size < last] + [last]

    @property
    def judging(self) -> range:
        """Return the worlds that measure; a fifth choose, or of few twelve at most."""
        stop = min(MOST, len(self.played.endings_of_run))
        choosing = max(stop // 5, min(12, stop * 2 // 5))
        return range(max(BLOCK, choosing // BLOCK * BLOCK), stop)

    def happened(self, endings: np.ndarray) -> np.ndarray:
        """Return whether each of some futures has the outcome."""
        return np.isin(endings, OUTCOMES[self.outcome])

    def moved(
        self, one: Alteration, other: Alteration, worlds: range, grid: str = "tiny"
    ) -> np.ndarray:
        """Return by how much each future has more of the outcome under another change."""
        before, after = (
            self.happened(self.played.endings(change, worlds, grid)) for change in (one, other)
        )
        return np.asarray(after.astype(float) - before)

    @cached_property
    def variances(self) -> np.ndarray:
        """Return what each world gives for the variance of the expected share over worlds."""
        happened = self.happened(self.played.endings_of_run)
        own = happened.mean(axis=1)
        around = (own - own.mean()) ** 2 / (1 - 1 / len(own))
        return np.asarray(around - happened.var(axis=1, ddof=1) / happened.shape[1])

    def redrawn(self, paths: Sequence[str], worlds: range, *, held: bool = False) -> np.ndarray:
        """Return half the square by which a group moves the share if drawn again, by world.

        Over pairs of different futures, in which there is no chance.
        """
        change = self.played.redraws.of(paths, holds_stakes=held)
        return squares(self.moved(AS_IT_IS, change, worlds)) / 2

    def due(self, path: str) -> np.ndarray:
        """Return the variance that a number gives each world, in a straight line between its ends.

        Over pairs of different futures, in which there is no chance.
        """
        low, high = Swings(self.played.pairing, self.outcome).whole(path)
        moved = self.moved(low, high, self.judging, self.played.measuring)
        return squares(moved) / self.length(path) ** 2

    def length(self, path: str) -> float:
        """Return how long a number's swing is [its own standard deviations]."""
        (low, high), spread = self.played.ends(path), float(np.std(self.played.values[path]))
        return (high - low) / spread if spread > 0 else 0.0

    def rough(self, path: str, worlds: int) -> Bounds:
        """Return the swing of a number in a straight line, from that end which lies farther off."""
        low, high = self.played.ends(path)
        own = self.played.values[path][:worlds]
        far = np.where(own < (low + high) / 2, high, low)
        change = Swings(self.played.pairing, self.outcome).farther(path)
        moved = self.moved(AS_IT_IS, change, range(worlds))
        return Bounds(*mean_within(moved * ((high - low) / (far - own))[:, None])[:3])

    def swing(self, ends: Sequence[Alteration]) -> Bounds:
        """Return how far the share moves between two ends, in worlds that did not choose them."""
        worlds = self.judging
        moved = self.moved(ends[0], ends[1], worlds, self.played.measuring)
        means, noise = moved.mean(axis=1), noise_of(moved)
        blocks = means.reshape(-1, BLOCK).mean(axis=1)
        variance = sum(float(np.var(one, ddof=1)) / len(one) for one in (blocks, means)) / 2
        error, middle = math.sqrt(max(noise / len(means), variance)), float(means.mean())
        below, above = reaches(means)
        agree = np.sign(drawn_in(means, noise)) == np.sign(middle)
        return Bounds(middle, middle - below * error, middle + above * error, float(agree.mean()))

    def bound(self, paths: Sequence[str], rows: np.ndarray) -> float:
        """Return how far any number of a group may move the share, in a straight line."""
        longest = NORMAL
        for path in set(paths) & set(self.played.inputs.singles):
            longest = max(longest, self.length(path))
        reach = student(len(rows) - 1) * np.std(rows, ddof=1) / math.sqrt(len(rows))
        return longest * math.sqrt(max(0.0, float(rows.mean() + reach)))

    def screened(
        self, groups: Mapping[str, Sequence[str]], quiet: float, *, held: bool = False
    ) -> dict[str, np.ndarray]:
        """Return what groups move in few worlds, or in more if they seem quiet in these."""
        rows = {}
        for name, paths in groups.items():
            rows[name] = self.redrawn(paths, range(FEW), held=held)
            change = self.played.redraws.of(paths, holds_stakes=held)
            one, other = (self.played.classes(each, range(FEW)) for each in (AS_IT_IS, change))
            if self.bound(paths, rows[name]) < quiet and bool((one != other).any()):
                rows[name] = self.redrawn(paths, range(MORE), held=held)
        return rows

    def groups(self) -> tuple[dict[str, Numbers], dict[str, float], float, int]:
        """Return total effects of groups, how far each number may go, what is too little, and more.

        Total effects are those of the groups that seem to matter most; last comes how many may.
        """
        inputs = self.played.inputs
        quiet = QUIET * math.sqrt(max(0.0, float(self.variances.mean())))
        rows = self.screened(inputs.groups, quiet)
        bounds = {name: self.bound(paths, rows[name]) for name, paths in inputs.groups.items()}
        loud = [name for name in bounds if bounds[name] >= quiet]
        most = sorted(loud, key=lambda name: float(rows[name].mean()), reverse=True)[:NUMBERS]
        judged = self.judging[:OF_TOTALS]
        totals = {
            name: part_of(self.redrawn(inputs.groups[name], judged), self.variances)
            for name in most
        }
        homes = dict(inputs.tables)
        for name in [one for one in homes if one in loud and len(homes[one]) > LARGE]:
            parts = inputs.parts(name)
            if len(parts) == 1:
                continue
            del homes[name]
            homes |= parts
            found = self.screened(parts, quiet, held=True)
            bounds |= {part: self.bound(parts[part], found[part]) for part in parts}
        return (
            totals,
            {path: bounds[home] for home in homes for path in homes[home]},
            quiet,
            len(loud),
        )

    def narrowed(
        self, paths: Iterable[str], bounds: dict[str, float]
    ) -> tuple[dict[str, Bounds], dict[str, float]]:
        """Return the few numbers that are left after all rounds, and the bounds of all."""
        ends = {path: self.played.ends(path) for path in paths}
        left = [path for path, (low, high) in ends.items() if low != high]
        bounds |= dict.fromkeys(set(ends) - set(left), 0.0)
        tried: dict[str, Bounds] = {}
        for worlds in self.rounds:
            tried = {path: self.rough(path, worlds) for path in left}
            is_last = worlds == self.rounds[-1]
            size = {path: abs(one.middle) if is_last else one.most for path, one in tried.items()}
            kept = NUMBERS if is_last else max(NUMBERS, len(left) // 3)
            most = sorted(left, key=size.__getitem__, reverse=True)[:kept]
            bounds |= {path: one.most for path, one in tried.items()}
            left = [path for path in most if tried[path].most >= LEAST]
        return {path: tried[path] for path in left}, bounds

    def measured(self, left: Iterable[str]) -> dict[str, Bounds]:
        """Return the swings of some numbers, the largest first."""
        swings = Swings(self.played.pairing, self.outcome)
        found = {path: self.swing(swings.whole(path)) for path in left}
        return dict(sorted(found.items(), key=lambda one: -abs(one[1].middle)))


def squares(moved: np.ndarray) -> np.ndarray:
    """Return the square of what each world moves by, over pairs of different futures."""
    each = moved.shape[1]
    pairs = moved.sum(axis=1) ** 2 - (moved**2).sum(axis=1)
    return np.asarray(pairs / (each * (each - 1)))


def part_of(above: np.ndarray, below: np.ndarray) -> Numbers:
    """Return a ratio of means in % with its interval (Fieller 1954), from blocks of worlds."""
    (top, over), (bottom, under) = _reach(above), _reach(below)
    share_of = min(max(top / bottom, 0.0), 1.0) if bottom > 0 else 0.0
    if bottom <= 0 or bottom**2 <= under:
        return [100 * share_of, 0.0, 100.0]
    ends = np.roots([bottom**2 - under, -2 * top * bottom, top**2 - over])
    low, high = sorted(float(end.real) for end in ends)
    return [
        100 * one for one in (share_of, min(max(low, 0), share_of), max(min(high, 1), share_of))
    ]


def _reach(rows: np.ndarray) -> tuple[float, float]:
    """Return a mean and the square of half its interval, from 32 blocks or blocks of two worlds."""
    size = max(2, 2 ** int(math.log2(max(1, len(rows) // 32))))
    means = [rows[first : first + size].mean() for first in range(0, len(rows), size)]
    reach = student(len(means) - 1) ** 2 * np.var(means, ddof=1) / len(means)
    return float(rows.mean()), float(reach)


def varied(search: Search) -> dict[str, Numbers]:
    """Return which part of an outcome's variance lies between worlds and in each part of luck."""
    folder = search.played.folder / "drivers/luck/base"
    paths = sorted(folder.glob(f"*-tiny-{FUTURES}.classes"))[:TOGETHER]
    if not paths:
        raise FileNotFoundError(folder)
    shape = (len(paths), 2 ** len(LUCK), FUTURES)
    whole = b"".join(path.read_bytes()[:-SEAL] for path in paths)
    mixed = search.happened(np.frombuffer(whole, np.int8).reshape(shape) >> 2)
    percent = between_worlds(search.happened(search.played.endings_of_run))
    own = np.array([_of_luck(one) for one in mixed])
    world, rest = [one / 100 for one in percent], dict[str, Numbers]()
    for (middle, low, high), part in zip(_parted(own), LUCK, strict=True):
        rest[part] = [(1 - world[0]) * middle, (1 - world[2]) * low, (1 - world[1]) * high]
    return {part: [100 * one for one in found] for part, found in ({"world": world} | rest).items()}


def _of_luck(happened: np.ndarray) -> Numbers:
    """Return what each part of luck adds to the others in one world, over all orders (Shapley).

    `happened`: of each future by the set of parts that it keeps, the rest being another future's.
    """
    every = len(happened) - 1
    unlike = happened - happened.mean(axis=1, keepdims=True)
    joint = unlike @ unlike.T / (happened.shape[1] - 1)
    explained = [(joint[kept, every] + joint[every - kept, 0]) / 2 for kept in range(every + 1)]
    explained[0] = 0.0
    found = [0.0] * len(LUCK)
    for order in permutations(range(len(LUCK))):
        kept = 0
        for part in order:
            found[part] += (explained[kept + 2**part] - explained[kept]) / math.factorial(len(LUCK))
            kept += 2**part
    return found


def _parted(own: np.ndarray) -> list[Numbers]:
    """Return each part of the luck with its interval, by leaving out each world in turn."""
    positive = np.maximum(own.sum(axis=0), 0)
    left = np.maximum(own.sum(axis=0) - own, 0)
    left, parts = left / left.sum(axis=1, keepdims=True), positive / positive.sum()
    free = max(1.0, equal_weights(np.maximum(own.sum(axis=1), 0)) - 1)
    error = np.sqrt((len(own) - 1) * left.var(axis=0))
    reach = student(free) * error
    ends = zip(parts, np.maximum(parts - reach, 0), np.minimum(parts + reach, 1), strict=True)
    return [[float(one) for one in row] for row in ends]


def known(folder: Path, _titles: Mapping[str, str]) -> Facts:
    """Yield table, row and the numbers that belong there, of what was played of a run."""
    played = Played(folder)
    for outcome in OUTCOMES:
        with suppress(FileNotFoundError):
            yield from list(_turned_on(Search(played, outcome)))
    with suppress(FileNotFoundError):
        yield from list(_claimed(played))


def _turned_on(search: Search) -> Facts:
    played, outcome = search.played, search.outcome
    totals, bounds, quiet, loud = search.groups()
    crisis, inputs = played.pairing.ground.crisis, played.inputs
    order = sorted(inputs.singles, key=lambda path: -bounds[path])
    tried = [path for path in order[:TRIED] if bounds[path] >= quiet]
    left, bounds = search.narrowed(tried, bounds)
    found = search.measured(left)
    bounds |= {path: one.most for path, one in found.items()}
    listed = {path: one for path, one in found.items() if one.is_clear(left[path].middle)}
    open_ = [path for path in found if path not in listed and found[path].most >= LEAST]
    for part, varying in varied(search).items():
        yield f"variance-{outcome}", PARTS[part], varying
    for name, total in totals.items():
        yield f"groups-{outcome}", group_titled(name, crisis), total
    for path, one in listed.items():
        numbers = [100 * end for end in one]
        total = part_of(search.due(path), search.variances)
        called = f"{titled(path, crisis)} ({path})"
        yield f"numbers-{outcome}", called, [*numbers, *total]
        yield f"drivers_{outcome}", path, numbers[:3]
        yield f"drivers_{outcome}", "", numbers[:3]
        yield ANSWER, "", numbers[:3]
    rest = sorted(bounds[path] for path in inputs.singles if path not in {*listed, *open_})
    small = sum(one < LEAST for one in rest)
    unsure = loud - sum(total[1] > 0.0 for total in totals.values())
    worlds, counts = search.judging, [len(rest), small, len(open_), len(found)]
    needed = [found[path].needed(len(worlds)) for path in open_[:1]]
    yield "turning, text", "", [float(one) for one in (*counts, *needed, unsure - NAMED)]
    sizes = [worlds.stop, FUTURES, len(rest), 0]
    yield f"drivers_{outcome}", "", [float(one) for one in sizes]
    yield ANSWER, "", [100 * rest[-1]]
    yield ANSWER, "", share(search.happened(played.endings_of_run))


class Claim(NamedTuple):
    """How far a claim moves an outcome."""

    outcome: str
    key: str
    shift: Bounds


def _claimed(played: Played) -> Facts:
    """Yield how far outcomes move between the ends of what rests on a claim."""
    claims = played.pairing.ground.crisis.claims
    resting = {key: list(_turnable(played, key)) for key in claims}
    fields = {key: paths for key, paths in resting.items() if paths}
    measured: list[Claim] = []
    for outcome in OUTCOMES:
        search = Search(played, outcome)
        left, signs, others = _narrowed_claims(search, fields)
        shifts = [Claim(outcome, key, _shift(search, fields[key], signs)) for key in left]
        measured += shifts
        yield "resting, sentences", "", [100 * max(others, default=0.0)]
        unsure = [one.shift for one in shifts if not one.shift.is_clear(1.0)]
        needed = min((one.needed(len(search.judging)) for one in unsure), default=0)
        counts = [search.judging.stop, len(left), len(left) - len(unsure), len(unsure), len(others)]
        there = len(played.endings_of_run)
        yield f"evidence_{outcome}", "", [float(search.judging.stop), float(FUTURES)]
        yield "resting, text", "", [float(one) for one in (*counts, needed, there)]
    told = [one for one in measured if one.shift.is_clear(1.0)]
    for outcome, key, shift in measured:
        yield f"evidence_{outcome}", key, [100 * end for end in shift[:3]]
    for one in measured:
        grade = [float(claims[one.key].grade[1])]
        yield from ((part, one.key, grade) for part in ("influence", "influence-others"))
        yield from (("resting, text", "", grade), ("resting, text", "", GRADES))
        said = [float(number) for number in re.findall(r"\d+", claims[one.key].says)]
        yield f"evidence_{one.outcome}", "", said
    for one in told:
        numbers, called = (
            [100 * end for end in one.shift[:3]],
            f"{claims[one.key].says} ({one.key})",
        )
        yield from ((table, called, numbers) for table in ("influence", "influence-others"))
        yield "resting, answer", "", numbers


def _turnable(played: Played, key: str) -> Iterator[str]:
    """Yield the numbers that rest on a claim and can be turned round."""
    for path, number in played.numbers.items():
        is_drawn = number["kind"] not in ("fixed", "accepted")
        if key in number["because"] and is_drawn and not divides_attack(path):
            yield path


def _narrowed_claims(
    search: Search, fields: Mapping[str, Sequence[str]]
) -> tuple[list[str], dict[str, int], list[float]]:
    """Return the claims that are left, which way each number moves, and how far other claims may.

    A claim may move the share by what its numbers likely do together, and by as much more as their
    intervals reach, put together as independent ones.
    """
    left, known_, at_most = list(fields), dict[str, Bounds](), dict[str, float]()
    for worlds in search.rounds:
        paths = dict.fromkeys(path for key in left for path in fields[key])
        known_ |= {path: search.rough(path, worlds) for path in paths}
        likely = {key: sum(abs(known_[path].middle) for path in fields[key]) for key in left}
        for key in left:
            reach = [known_[path].most - abs(known_[path].middle) for path in fields[key]]
            at_most[key] = likely[key] + math.sqrt(sum(one**2 for one in reach))
        is_last = worlds == search.rounds[-1]
        kept = CLAIMS if is_last else max(CLAIMS, len(left) // 2)
        size = likely if is_last else at_most
        left = sorted(left, key=size.__getitem__, reverse=True)[:kept]
    signs = {path: 1 if one.middle >= 0 else -1 for path, one in known_.items()}
    return left, signs, [bound for key, bound in at_most.items() if key not in left]


def _shift(search: Search, paths: Sequence[str], signs: Mapping[str, int]) -> Bounds:
    """Return how far the share moves between both ends of a claim's numbers."""
    pairing = search.played.pairing
    named = Swings(pairing, search.outcome)
    low, high = (
        Alteration(
            {
                path: np.full(pairing.ground.worlds, named.ends(path)[:: signs[path]][place])
                for path in paths
            }
        )
        for place in (0, 1)
    )
    return search.swing((low, high))

"""What tests of hypotheses measured, worked out anew from what a run played again.

Written from `docs/hypotheses.md`; what each test changes, and which file holds that, is the pack's.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from scipy import stats  # type: ignore[import-untyped]

from detente.analysis.hypotheses.interventions import Intervention
from detente.analysis.hypotheses.trying import Bench, interventions_of, redraws, swings
from detente.pack.model import Hypothesis, Trial
from verification.intervals import Numbers, drawn_in, equal_weights, mean_of, noise_of, student
from verification.numbers_of_causes import KEYS, measured
from verification.played_again import BLOCK, Played

OUTCOMES = {"deal": (0, 1), "settled": (0, 1, 2, 3, 4), "force": (7, 8, 9), "any_war": (8, 9)}
ENDINGS: tuple[str, ...] = ("comprehensive_deal", "narrow_deal", "defender_yields")
ENDINGS += ("challenger_drops", "fades", "containment", "talks_failed", "limited_strike", "war")
OUTCOMES |= {name: (place,) for place, name in enumerate((*ENDINGS, "regional_war"))}
LONG, SHORT = "<i2", "i1"
KINDS = {
    "futures": [
        ("ending", SHORT),
        ("ending_day", LONG),
        ("first_force_day", LONG),
        ("failed_day", LONG),
        ("war_days", LONG),
        ("parties", SHORT),
        ("initiator", SHORT),
        ("settlement", SHORT),
        ("broken_deal_day", LONG),
    ],
    "acts": [("ending_day", LONG), ("offers", LONG), ("ultimatums", LONG), ("yields", LONG)],
    "raids": [("aircraft", "<f8"), ("down", "<f8")],
}
EACH = {"futures": 200, "acts": 8, "raids": 64}
PER = 100.0
UNIT_OF = {"causes": PER, "signs": 1000.0}
UNITS = {"offers": 1.0, "breakdown": 1.0, "war_days": 1.0}
"""Measures whose 1 is shown as 1, and not as 100."""
PARTS_OF = {"yields": ("yields", "ultimatums"), "aircraft_lost": ("down", "aircraft")}
KEPT = {"offers": "acts", "yields": "acts", "aircraft_lost": "raids"}
WAR, ALLY, NEVER, FEWEST, JUDGED = 8, 2, 10**6, 5.0, 16
PLANS, SUREST = ("display", "stand_off", "sustained", "direct_action"), 0.99


class Ratio(NamedTuple):
    """Two sums over futures, the measure being one over the other; shape (worlds, futures) each."""

    above: np.ndarray
    below: np.ndarray

    @property
    def level(self) -> float:
        """Return the measure."""
        return float(self.above.sum() / self.below.sum())

    @property
    def values(self) -> np.ndarray:
        """Return what each future stands for: the mean of it is the measure."""
        return np.asarray(self.level + (self.above - self.level * self.below) / self.below.mean())


class Found(NamedTuple):
    """What a test found, as it is shown."""

    numbers: Numbers
    """Estimate, interval, range across worlds, and in how many of 100 worlds it holds, if any."""
    levels: Numbers = []  # noqa: RUF012  never changed


def measure(name: str, by_day: int | None, rows: np.ndarray) -> Ratio:
    """Return a measure in each future, from what was kept of it."""
    if name in KEPT:
        return _done(name, rows)
    if name in ("joined", "war_days"):
        return _of_wars(name, rows)
    first = _day(rows["first_force_day"])
    if name == "breakdown":
        day = np.minimum(_day(rows["failed_day"]), first)
        return Ratio(day < NEVER, np.clip(day, 1, np.maximum(1, rows["ending_day"])) / 100)
    latest = NEVER - 1 if by_day is None else by_day
    return Ratio(_came(name, rows, first) <= latest, np.ones(rows.shape))


def _done(name: str, rows: np.ndarray) -> Ratio:
    if name == "offers":
        return Ratio(rows["offers"], np.maximum(1, rows["ending_day"]) / 100)
    above, below = PARTS_OF[name]
    return Ratio(rows[above], rows[below])


def _of_wars(name: str, rows: np.ndarray) -> Ratio:
    wars = rows["ending"] >= WAR
    if name == "war_days":
        return Ratio(wars * rows["war_days"].astype(float), wars)
    return Ratio(wars & (rows["parties"] > 2 + (rows["initiator"] == ALLY)), wars)


def _came(name: str, rows: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the day on which an outcome came about, one that never comes if it did not."""
    failed, broken = _day(rows["failed_day"]), _day(rows["broken_deal_day"])
    if name == "talks_ever_failed":
        return failed
    if name == "deal_ever":
        struck = np.where(rows["settlement"] < 2, rows["ending_day"], NEVER)
        return np.where(broken < NEVER, broken, struck)
    day = np.where(first < NEVER, first, rows["ending_day"])
    return np.where(np.isin(rows["ending"], OUTCOMES[name]), day, NEVER)


def _day(days: np.ndarray) -> np.ndarray:
    return np.where(days >= 0, days.astype(int), NEVER)


class Tests:
    """The tests of a run's hypotheses, and what was played for them."""

    def __init__(self, played: Played) -> None:
        """Count in how many worlds they were played."""
        self.played, self.run = played, played.pairing.run
        self.crisis = played.pairing.ground.crisis
        self.bench = Bench(self.run, self.crisis, 2, 1)
        places = (
            len(list((played.folder / "answers/base" / one.change.name).glob(f"*.{one.kept}")))
            for hypothesis in self.hypotheses.values()
            for trial in hypothesis.tests
            for one in interventions_of(trial, self.bench)
        )
        there = self.run.record.settings.worlds
        self.worlds = min(there, BLOCK * min(places, default=0))

    @property
    def hypotheses(self) -> Mapping[str, Hypothesis]:
        """Return the hypotheses of the pack."""
        return self.crisis.hypotheses

    def ratio(self, name: str, by_day: int | None, under: Intervention) -> Ratio:
        """Return a measure under an intervention, in each future."""
        each = min(EACH[under.kept], self.run.record.settings.futures_of_a_world)
        kept = f"tiny-{each}.{under.kept}", np.dtype(KINDS[under.kept])
        rows = self.played.rows(under.change, range(self.worlds), kept)
        found = measure(name, by_day, rows)
        return Ratio(found.above.astype(float), found.below.astype(float))

    def results(self, trial: Trial) -> Iterator[Found]:
        """Yield what a test found, one for each measure; of groups two."""
        if trial.kind == "causes":
            yield self._causes(trial)
        elif trial.kind == "signs":
            yield self._signs(trial)
        elif trial.kind == "groups":
            for name in trial.measures:
                yield self._variance(trial, name)
                yield self._swing(trial, name)
        else:
            played = interventions_of(trial, self.bench)
            for name in trial.measures:
                kept, count = KEPT.get(name, "futures"), len(played) // len(trial.measures)
                asked = [one for one in played if one.kept == kept][:count]
                yield _compared(trial, name, [self.ratio(name, trial.by_day, one) for one in asked])

    def _causes(self, trial: Trial) -> Found:
        """Return by how much more war is owed to some mechanisms than to others."""
        found = measured(self.played.folder)
        if found is None:
            raise FileNotFoundError(self.played.folder)
        owed = {name: found.owed[f"owed {name}"] for name in KEYS} | dict(found.owed)
        owed |= dict(found.yes_or_no)
        values = sum(1.0 * owed[name] for name in trial.more) - sum(owed[one] for one in trial.than)
        return _sized(trial, 100, np.asarray(values)[: min(JUDGED, self.worlds)])

    def _signs(self, trial: Trial) -> Found:
        """Return what a sign tells of the plan beyond any other, false alarms counted in."""
        table = pq.read_table(self.played.folder / "futures/base", columns=["world", "plan"])
        world, plan = (table[name].to_numpy().astype(int) for name in ("world", "plan"))
        counts = np.bincount(world * len(PLANS) + plan).reshape(-1, len(PLANS))[: self.worlds]
        chances, told = counts / counts.sum(axis=1, keepdims=True), {}
        for key, sign in self.crisis.model.signs.items():
            alarms, ratio = (
                self.played.values[f"signs.{key}.{name}"][: self.worlds, None]
                for name in ("false_positive", "likelihood_ratio")
            )
            points = np.isin(PLANS, sign.points_to)
            seen = np.minimum(alarms * np.where(points, ratio, 1.0), SUREST)
            told[key] = _information(chances, seen)
        own = told.pop(str(trial.sign))
        beyond = own - max(told.values(), key=lambda bits: float(bits.sum()))
        return _sized(trial, 1000, np.column_stack([beyond, beyond]))

    def _variance(self, trial: Trial, name: str) -> Found:
        """Return by how much one group's total effect exceeds another's, by Student's law."""
        played = redraws(trial, self.bench)
        if not played:
            return Found([])
        own, one, other = (self.ratio(name, None, under).above for under in played)
        run = np.isin(self.played.endings_of_run, OUTCOMES[name])
        noise = float(np.mean(run.var(axis=1, ddof=1))) / run.shape[1]
        variance = float(np.var(run.mean(axis=1), ddof=1)) - noise
        beyond = (_half_square(one - own) - _half_square(other - own)) / variance
        if variance <= 0 or (beyond.any() and equal_weights(np.abs(beyond)) < FEWEST):
            return Found([])
        error = float(np.std(beyond, ddof=1)) / math.sqrt(len(beyond))
        reach, middle = student(len(beyond) - 1) * error, float(beyond.mean())
        ends = (middle, middle - reach, middle + reach)
        return Found([100 * min(max(end, -1.0), 1.0) for end in ends])

    def _swing(self, trial: Trial, name: str) -> Found:
        """Return by how much farther one group's swing moves an outcome than the other's."""
        played = swings(trial, self.crisis)
        if not all(one.change.settings for one in played):
            return Found([])
        ends = [self.ratio(name, None, one).above for one in played]
        return _sized(trial, 100, _turned(ends[1] - ends[0]) - _turned(ends[3] - ends[2]))


def _half_square(unlike: np.ndarray) -> np.ndarray:
    """Return half the square of a difference by world, over pairs of different futures."""
    each = unlike.shape[1]
    pairs = unlike.sum(axis=1) ** 2 - (unlike**2).sum(axis=1)
    return np.asarray(pairs / (2 * each * (each - 1)))


def _information(chances: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return by how much the entropy of what is there falls, whether a sign is seen or not."""
    together = np.stack([chances * seen, chances * (1 - seen)])
    left = [stats.entropy(one, base=2, axis=1) * one.sum(axis=1) for one in together]
    return np.asarray(stats.entropy(chances, base=2, axis=1) - sum(left))


def _turned(values: np.ndarray) -> np.ndarray:
    return values if values.mean() >= 0 else -values


def _compared(trial: Trial, name: str, found: Sequence[Ratio]) -> Found:
    """Return what is asked of a measure at several steps, with the measure at each."""
    scale = UNITS.get(name, 100.0)
    if not all(one.below.any() for one in found):
        return Found([])
    levels, values = [scale * one.level for one in found], [one.values for one in found]
    if trial.kind == "turn":
        steps = [after - before for before, after in pairwise(values)]
        return Found(_turn(trial, scale, steps), levels)
    if trial.kind == "larger":
        neither, second, first, both = values
        one, other = (first + both - neither - second) / 2, (second + both - neither - first) / 2
        return _sized(trial, scale, _turned(one) - _turned(other), levels)
    asked = values[0] if trial.kind == "level" else values[-1] - values[0]
    least = -1.0 if trial.kind != "level" else 0.0
    bounds = (-math.inf, math.inf) if scale == 1 else (least, 1.0)
    return _sized(trial, scale, asked, levels, bounds)


def _sized(
    trial: Trial,
    scale: float,
    values: np.ndarray,
    levels: Sequence[float] = (),
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Found:
    """Return an estimate with all that is said of it, from a number in each future."""
    ends = np.clip(mean_of(values), *bounds)
    own = drawn_in(values.mean(axis=1), noise_of(values))
    return Found([*(scale * ends).tolist(), _held(trial, own)], list(levels))


def _held(trial: Trial, own: np.ndarray) -> float:
    """Return in how many of 100 worlds a test is borne out."""
    holds = own > trial.threshold if trial.expects == "more" else own < trial.threshold
    return 100 * float(holds.mean())


def _turn(trial: Trial, scale: float, steps: Sequence[np.ndarray]) -> Numbers:
    """Return the smaller of the largest rise and the largest fall from one step to the next."""
    ends = np.array([mean_of(one)[:3] for one in steps])
    own = np.array([drawn_in(one.mean(axis=1), noise_of(one)) for one in steps])
    falls = -ends[:, [0, 2, 1]]
    least = np.minimum(ends.max(axis=0), falls.max(axis=0))
    turns = np.minimum(own.max(axis=0), (-own).max(axis=0))
    across = np.quantile(turns, (0.05, 0.95), method="weibull")
    return [*(scale * np.array([*least, *across])).tolist(), _held(trial, turns)]


def known(folder: Path, _titles: Mapping[str, str]) -> Iterator[tuple[str, str, Numbers]]:
    """Yield table, row and the numbers that belong there."""
    with suppress(FileNotFoundError):
        yield from list(_tested(Tests(Played(folder))))


def _tested(tests: Tests) -> Iterator[tuple[str, str, Numbers]]:
    given: Counter[int] = Counter()
    if not tests.worlds:
        return
    for place, (key, one) in enumerate(tests.hypotheses.items(), 1):
        verdicts = []
        for trial in one.tests:
            units = UNIT_OF.get(trial.kind, 100.0)
            for unit in {UNITS.get(name, units) for name in trial.measures or ("",)}:
                yield "hypotheses, cards", "", [unit * trial.threshold]
            worlds = min(JUDGED, tests.worlds) if trial.kind == "causes" else tests.worlds
            for found, unit in zip(tests.results(trial), _units(trial), strict=True):
                verdict = decided(trial, found, unit, worlds)
                verdicts.append(verdict.rank)
                yield "hypotheses-tests", f"{place}", found.numbers[:3]
                yield "hypotheses, cards", "", [*found.numbers, *found.levels]
                yield "hypotheses", key, [*found.numbers, *verdict.numbers]
            for part, row in (("hypotheses-tests", f"{place}"), ("hypotheses, cards", "")):
                yield part, row, [trial.by_day or PER, PER]
            yield "hypotheses", key, [trial.by_day or PER, PER]
        yield "hypotheses-tests", f"{place}", [float(place)]
        yield "hypotheses", key, [float(place)]
        given[min(verdicts) if one.needs == "all" else max(verdicts)] += 1
    sizes = len(tests.hypotheses), tests.worlds, tests.run.record.settings.worlds
    counts = [float(one) for one in (*sizes, JUDGED, *given.values())]
    for part in ("hypotheses, text", "hypotheses, cards", "brief-hypotheses, text", "hypotheses"):
        yield part, "", counts


def _units(trial: Trial) -> list[float]:
    """Return what 1 is shown as in each result of a test."""
    if trial.kind in UNIT_OF:
        return [UNIT_OF[trial.kind]]
    each = [UNITS.get(name, 100.0) for name in trial.measures]
    return [one for one in each for _ in range(1 + (trial.kind == "groups"))]


class Verdict(NamedTuple):
    """What follows from a result, from 0, rejected, to 3, supported, and what is said of it."""

    rank: int
    numbers: Numbers


def decided(trial: Trial, found: Found, unit: float, worlds: int) -> Verdict:
    """Return which verdict an interval gives; 1 is cannot tell, 2 supported by next to nothing."""
    if not found.numbers:
        return Verdict(1, [])
    if worlds < JUDGED:
        return Verdict(1, [float(worlds), float(JUDGED)])
    sign = 1 if trial.expects == "more" else -1
    ends = sorted(sign * (end - unit * trial.threshold) for end in found.numbers[:3])
    low, middle, high = ends
    small = 1.0 if unit == PER else 0.0 if trial.kind == "signs" else abs(found.levels[0]) / 20
    if low > 0:
        return Verdict(3 if middle >= small else 2, [])
    if high <= 0:
        return Verdict(0, [])
    if max(-low, high) < small:
        return Verdict(1, [small])
    reach = middle - low if middle > 0 else high - middle
    return Verdict(1, [float(math.ceil(worlds * (reach / middle) ** 2))] if middle else [])

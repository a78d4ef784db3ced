"""Where the variance of an outcome lies: in which of a future's draws, or of a world's numbers.

**Within a world.** A future's yes or no varies with its world and with its luck. The luck has five
parts, by what the draws are for. A future is played again with some parts of its luck kept and the
others taken from another future (pick-freeze), so that with A the future and C the mixed one, in
one world

    cov(A, C) = Var E[outcome | parts kept]

and what a part adds to others, averaged over all orders, is its Shapley effect (Owen 2014; Song,
Nelson & Staum 2016). The parts add up to the variance within worlds; that between worlds is
`intervals.split`.

**Between worlds.** Worlds are played again in which some of what is not known is drawn again, on
the same chance. The first worlds of a run are A; the worlds B share no coordinate with them; for a
number or a group the worlds C are A with its coordinates taken from B. All worlds of a row play the
same chance. With `m` the expected share of the outcome in a world, and V the variance of `m`,

    first order: mean of m_B (m_C - m_A) / V    (Saltelli et al. 2010)
    total:       mean of (m_A - m_C)^2 / 2V     (Jansen 1999)

Products of shares are taken over pairs of different futures only, which leaves no noise of chance
in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import factorial, sqrt
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble import folder as folders
from detente.ensemble.intervention import AS_IT_IS, Intervention, bits_of
from detente.ensemble.measures import outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.ensemble.study import FIRST_WORLDS, FUTURES, PlayedWorld, Readout, Study
from detente.ensemble.tally import classes
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import QUANTILE, effective_size, jackknife, mean_over, student
from detente.estimate.variance import Split, split
from detente.kernel.draws import Purpose
from detente.questions.drivers.inputs import Inputs, values_at

PARTS: dict[str, tuple[Purpose, ...]] = {
    "types": (Purpose.TYPES,),
    "nature": (
        Purpose.NATURE,
        Purpose.SIGN,
        Purpose.REPORT,
        Purpose.MEDIATOR,
        Purpose.RATIFY,
        Purpose.BREAKING,
        Purpose.PARTNER,
    ),
    "incidents": (Purpose.INCIDENT, Purpose.INCIDENT_CELL),
    "war": (Purpose.WAR_COMMON, Purpose.WAR_RAID, Purpose.WAR_DAY, Purpose.WAR_JOIN),
    "acts": (
        Purpose.MOVE,
        Purpose.MOVE_CELL,
        Purpose.ANSWER,
        Purpose.LAPSE,
        Purpose.WAR_ANSWER,
        Purpose.ALLY,
        Purpose.DISPUTE,
    ),
}
"""What each part of a future's luck is drawn for: acts are who acts when, and which act."""
EVERY = (1 << len(PARTS)) - 1
"""All parts, a bit each in the order of PARTS."""
COMMAND = "drivers RUN"
TINY = 1e-300
"""In place of a sum that is 0."""


@dataclass(frozen=True)
class Decomposition:
    """Where the variance of an outcome lies."""

    worlds: Annotated[int, "worlds whose luck was mixed"]
    futures: Annotated[int, "of each of them"]
    parts: Mapping[str, Estimate]
    """By `world` and the keys of PARTS; they add up to 1."""


def decompose(
    run: Run,
    outcome: str,
    *,
    option: str = BASE,
    worlds: int = FIRST_WORLDS,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Decomposition | None:
    """Say which part of an outcome's variance lies between worlds, and in which part of the luck.

    The part between worlds is that of the whole run. Each future of the first `worlds` is played
    with every set of the parts of its luck; what was played is kept in the run's folder. None where
    the outcome comes in all of their futures or in none.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the run was made by another version of the model, or
        something else writes into it.
    """
    asked_about = outcome_of(outcome)
    study = _study(run, option)
    asked = range(min(worlds, run.record.settings.worlds_of(option)))
    study.play([AS_IT_IS], asked, threads=threads, progress=progress)
    happened = asked_about.happened(study.rows(AS_IT_IS, asked))
    values = np.array([values_of(each.T) for each in happened])
    came = asked_about.counted(run.tally(option).classes)
    between = split(came, run.record.settings.futures_of_a_world)
    if not values[:, EVERY].any() or not between.is_known:
        return None
    within = _shares(np.array([shapley(each) for each in values]))
    return Decomposition(len(asked), FUTURES, _together(between, within))


def missing(run: Run, *, option: str = BASE, worlds: int = FIRST_WORLDS) -> int:
    """Return how many worlds are left to be played for it."""
    asked = range(min(worlds, run.record.settings.worlds_of(option)))
    return _study(run, option).missing([AS_IT_IS], asked)


def values_of(happened: np.ndarray) -> np.ndarray:
    """Return the variance that each set of parts explains in one world, shape (sets,).

    `happened`: yes or no of each future by the set of parts that was kept, shape (sets, futures);
    the other parts are those of another future, all of whose luck the empty set has. A set is
    estimated from what it shares with the whole luck and from what the rest of it leaves to the
    other's, without bias.
    """
    futures = happened.shape[1]
    apart = happened - happened.mean(axis=1, keepdims=True)
    with_own = apart @ apart[EVERY] / (futures - 1)
    with_other = apart @ apart[0] / (futures - 1)
    values = (with_own + with_other[::-1]) / 2.0
    values[0] = 0.0
    values[EVERY] = (with_own[EVERY] + with_other[0]) / 2.0
    explained: np.ndarray = values
    return explained


def shapley(values: np.ndarray) -> np.ndarray:
    """Return what each part adds to the others, averaged over all orders, shape (parts,).

    `values`: of each set of parts, 0 for none, shape (sets,). They add up to the value of all.
    """
    count = (len(values) - 1).bit_length()
    found = np.zeros(count)
    for part in range(count):
        others = [other for other in range(count) if other != part]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for chosen in combinations(others, size):
                before = sum(1 << other for other in chosen)
                found[part] += weight * (values[before | 1 << part] - values[before])
    return found


def _shares(by_world: np.ndarray) -> list[Estimate]:
    """Return each part of the variance within worlds, by the jackknife over worlds.

    What chance has put below 0 counts as 0.
    """
    whole = by_world.sum(axis=0)
    shares = _divided(whole)
    if len(by_world) == 1:
        return [Estimate(share, 0.0, 1.0) for share in shares.tolist()]
    left_out = _divided(whole - by_world)
    effective = effective_size(np.maximum(by_world.sum(axis=1), 0.0))
    reaches = [QUANTILE * sqrt(jackknife(column, effective)) for column in left_out.T]
    return [
        Estimate(share, max(0.0, share - reach), min(1.0, share + reach))
        for share, reach in zip(shares.tolist(), reaches, strict=True)
    ]


def _divided(sums: np.ndarray) -> np.ndarray:
    """Return what is above 0 as parts of its sum, along the last axis."""
    kept = np.maximum(sums, 0.0)
    parts: np.ndarray = kept / np.maximum(kept.sum(axis=-1, keepdims=True), TINY)
    return parts


def _together(between: Split, within: Sequence[Estimate]) -> dict[str, Estimate]:
    """Return all parts; what does not lie between worlds is divided as the luck of some is."""
    world = Estimate(between.not_knowing, between.low, between.high)
    least, own, most = 1.0 - world.high, 1.0 - world.value, 1.0 - world.low
    rest = {}
    for key, part in zip(PARTS, within, strict=True):
        rest[key] = Estimate(own * part.value, least * part.low, most * part.high)
    return {"world": world, **rest}


def _study(run: Run, option: str) -> Study:
    """Return the study of worlds that are played with every set of the parts of luck."""
    return Study(run, option, command=COMMAND, reading=LUCK)


def _mixed(world: PlayedWorld) -> np.ndarray:
    """Return the class of each future with every set of the parts of its luck kept."""
    solved = world.solved()
    return np.stack(
        [
            classes(world.stage.played(*solved, world.stretch, bits_of(_purposes(EVERY ^ kept))))
            for kept in range(EVERY + 1)
        ],
        axis=1,
    )


def _purposes(parts: int) -> list[Purpose]:
    """Return the purposes of the parts, which are bits."""
    return [
        purpose
        for place, purposes in enumerate(PARTS.values())
        if parts >> place & 1
        for purpose in purposes
    ]


LUCK = Readout(
    "luck", np.dtype(np.int8), _mixed, shape=(EVERY + 1,), worlds=1, folder=folders.DRIVERS
)
"""The class of each future by the set of the parts of its luck that is its own."""
AGAIN = " again"
"""Added to a number's name for the coordinates of the worlds B; no field has a space."""
BLOCKS = 32
"""Blocks of rows, at least, if there are rows enough."""
SMALLEST_BLOCK = 2
LEAST_VARIANCE = 1e-12
"""Worlds whose shares vary less than this are alike but for rounding."""


class PickFreezeRows(NamedTuple):
    """What one number or group gives in each row, shape (rows,)."""

    first: np.ndarray
    total: np.ndarray
    variance: np.ndarray


class Whole(NamedTuple):
    """The futures of the worlds A and B in which the outcome came about, shape (rows, futures)."""

    one: Annotated[np.ndarray, "A"]
    other: Annotated[np.ndarray, "B"]

    @property
    def share(self) -> float:
        """Return the outcome's share of all these futures."""
        return float(0.5 * (self.one.mean() + self.other.mean()))

    @property
    def variances(self) -> np.ndarray:
        """Return what each row gives for the variance across worlds, without sampling noise."""
        return jansen(self.one, self.other)

    @property
    def variance(self) -> float:
        """Return the variance of the expected share over worlds."""
        return float(self.variances.mean())


@dataclass(frozen=True)
class Redraws:
    """Worlds of a run with some coordinates drawn again."""

    study: Study
    inputs: Inputs

    @cached_property
    def own(self) -> dict[str, np.ndarray]:
        """Return the coordinates of the worlds A."""
        ground = self.study.baseline
        return self.inputs.uniforms(worlds=ground.worlds, seed=ground.seed)

    @cached_property
    def other(self) -> dict[str, np.ndarray]:
        """Return the coordinates of the worlds B."""
        ground = self.study.baseline
        return self.inputs.uniforms(worlds=ground.worlds, seed=ground.seed, label=AGAIN)

    def everything(self) -> Intervention:
        """Return what makes the worlds A the worlds B."""
        return self.of(self.inputs.coordinates)

    def of(self, members: Sequence[str], *, holds_stakes: bool = False) -> Intervention:
        """Return what draws some coordinates again; `holds_stakes` as of an intervention."""
        mixed = {**self.own, **{name: self.other[name] for name in members}}
        moved = self.inputs.moved_by(members)
        values = values_at(self.study.baseline.crisis, mixed, moved)
        return Intervention(values, holds_stakes=holds_stakes)


def rows_of(whole: Whole, mixed: np.ndarray) -> PickFreezeRows:
    """Return what the worlds C, in which `mixed` is the outcome, give in each row."""
    one, other = whole
    moved = mixed.mean(axis=1) - one.mean(axis=1)
    first = product(other, mixed) - product(other, one) - whole.share * moved
    return PickFreezeRows(first, jansen(one, mixed), whole.variances)


def jansen(one: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """Return half the square by which two worlds' expected shares differ, without bias, by row."""
    total: np.ndarray = 0.5 * (product(one, one) + product(mixed, mixed)) - product(one, mixed)
    return total


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the product of two worlds' expected shares, without bias, for each row."""
    futures = one.shape[1]
    same = (one * other).mean(axis=1)
    unbiased: np.ndarray = (futures * one.mean(axis=1) * other.mean(axis=1) - same) / (futures - 1)
    return unbiased


def block_starts(worlds: int, blocks: int) -> np.ndarray:
    """Return the first world of each block, of a power of 2: so the design spreads neighbours."""
    size = max(SMALLEST_BLOCK, 1 << max(0, (worlds // blocks).bit_length() - 1))
    return np.arange(0, worlds, size)


def ratio_of_means(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return a ratio of means with its interval (Fieller 1954), from blocks of rows.

    It holds every part S for which the mean of `above - S below` is not farther off 0 than so many
    of its standard errors, by Student's t. Where the variance below may well be none, any part is
    possible.
    """
    starts = block_starts(len(above), BLOCKS)
    sums = np.add.reduceat([above, below], starts, axis=1)
    (of_top, joint), (_, of_bottom) = (np.cov(sums) / len(starts)).tolist()
    top, bottom = sums.mean(axis=1).tolist()
    wide = student(len(starts) - 1) ** 2
    return _fieller((top, wide * of_top), (bottom, wide * of_bottom), wide * joint)


def part_of(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return a ratio of means with its interval, of rows that need not be of the same worlds."""
    (top, of_top), (bottom, of_bottom) = map(_mean_of_blocks, (above, below))
    return _fieller((top, of_top), (bottom, of_bottom), 0.0)


def highest(rows: np.ndarray) -> float:
    """Return the upper end of the 90 % interval of a mean that is not below 0."""
    return max(0.0, mean_over(rows).high)


def _mean_of_blocks(rows: np.ndarray) -> tuple[float, float]:
    """Return the mean of rows and the square of half its 90 % interval, from blocks of them."""
    starts = block_starts(len(rows), BLOCKS)
    sizes = np.diff([*starts, len(rows)])
    means = np.add.reduceat(rows, starts) / sizes
    reach = student(len(starts) - 1) * float(np.std(means, ddof=1))
    return float(rows.mean()), reach * reach / len(starts)


def _fieller(above: tuple[float, float], below: tuple[float, float], joint: float) -> Estimate:
    """Return a ratio from each mean and the square of its reach, and what both share of these."""
    (top, of_top), (bottom, of_bottom) = above, below
    square = bottom * bottom - of_bottom
    if bottom <= 0.0 or square <= 0.0:
        return Estimate(min(max(top / bottom, 0.0), 1.0) if bottom > 0.0 else 0.0, 0.0, 1.0)
    middle = (top * bottom - joint) / square
    reach = sqrt(max(0.0, middle**2 - (top * top - of_top) / square))
    share = min(max(top / bottom, 0.0), 1.0)
    return Estimate(
        share, min(max(middle - reach, 0.0), share), max(min(middle + reach, 1.0), share)
    )

"""In which worlds an option works, and which re-weighting of worlds would reverse the ranking.

"Works only if" is a shallow regression tree (Breiman and others 1984) on the ranks of the numbers
among all worlds. Among hundreds of numbers some separate a few worlds well by chance. So a rule is
judged on held-out worlds, and reported only if the same search on shuffled worlds never separates
them as well. The ranking is reversed by the smallest re-weighting of the worlds that does so, or by
moving one number.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble.run import Run
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import QUANTILE, mean_over, without_chance
from detente.estimate.paired import WorldMeans
from detente.estimate.tilting import Tilt, tilt
from detente.pack import Crisis
from detente.pack.guard import OF_FORCE, is_initiators_force
from detente.pack.places import divides_attack
from detente.questions.wording import few_worlds

MISTAKEN = 0.05
"""The chance that any number is named although none has an effect."""
LEAST_WORLDS = 32
"""With fewer worlds no rule is sought."""
FOLDS = 8
LEAST_SIDE = 0.125
"""Minimum share of the worlds on either side of a cut; `LEAST_COUNT` is their minimum number."""
LEAST_COUNT = 5
SHUFFLES = 199
"""Searches on shuffled worlds; 1 in 200 rules without effect does better than all of them."""
SCREEN = 3.0
"""A smaller difference on held-out worlds [standard errors] is not tested by shuffling."""
DEEPER = 1.0
"""Further separation of held-out worlds that a second number must bring [standard errors]."""
MOST_MOVED = 3
"""Maximum number of numbers that are named."""
LEAST_PLACE, MOST_PLACE = 0.02, 0.98
"""Ranks beyond which a turning point is not reported: few worlds are there."""


class WorldNumbers(NamedTuple):
    """The numbers in which worlds differ."""

    fields: tuple[str, ...]
    values: Annotated[np.ndarray, "shape (worlds, fields)"]
    places: Annotated[
        np.ndarray, "ranks among all worlds, 0 to 1, ties shared, shape (worlds, fields)"
    ]


def force_left_out(crisis: Crisis | None, outcomes: Sequence[str]) -> frozenset[str]:
    """Return the inputs of the challenger's force if they may not be ranged over for an outcome.

    How much force makes the other side give way is not sought: every question that ranges over
    numbers applies this rule.
    """
    if crisis is None or set(outcomes) <= set(OF_FORCE):
        return frozenset()
    model, numbers = crisis.model, crisis.numbers
    differ = [path for path, number in numbers.items() if not number.is_fixed]
    return frozenset(path for path in differ if is_initiators_force(path, model, numbers))


def notes_of_force(crisis: Crisis | None, outcomes: Sequence[str]) -> Iterator[str]:
    """Yield a sentence if inputs of force are left out for these outcomes."""
    count = len(force_left_out(crisis, outcomes))
    if count:
        yield (
            f"{count} inputs of the challenger's force are left out: their ranges are used only "
            "for war, use of force and deals"
        )


def read_numbers(
    run: Run, worlds: int, outcomes: Sequence[str] = ()
) -> tuple[WorldNumbers, dict[str, float]]:
    """Return the numbers in which a run's first worlds differ, and those that are the same in all.

    Numbers that divide an attack are left out, since no condition may depend on them, and those of
    the challenger's force if the `outcomes` do not allow them.
    """
    columns = {field: drawn[:worlds] for field, drawn in run.drawn.items()}
    same = {field: float(drawn[0]) for field, drawn in columns.items() if np.ptp(drawn) == 0.0}
    left_out = force_left_out(run.crisis_if_kept, outcomes)
    differ = {
        field: drawn
        for field, drawn in columns.items()
        if field not in {*same, *left_out} and not divides_attack(field)
    }
    return numbers_of(differ, worlds), same


def numbers_of(columns: dict[str, np.ndarray], worlds: int) -> WorldNumbers:
    """Return numbers with their ranks among all worlds, from 0 to 1."""
    values = np.column_stack([np.empty((worlds, 0)), *columns.values()])
    places = np.empty_like(values)
    for field, drawn in enumerate(columns.values()):
        # Equal values have the mean of their ranks.
        _, kind, often = np.unique(drawn, return_inverse=True, return_counts=True)
        places[:, field] = (np.cumsum(often) - 0.5 * often)[kind] / worlds
    return WorldNumbers(tuple(columns), values, places)


def correlated_fields(numbers: WorldNumbers, amounts: np.ndarray) -> list[int]:
    """Return the indices of the fields that are correlated with an amount, the strongest first.

    A field counts if its rank correlation is farther from 0 than the largest by chance of this
    number of fields would be in 19 of 20 cases (Bonferroni). So with few worlds few fields are
    named.
    """
    worlds, count = numbers.places.shape
    spread = numbers.places.std(axis=0) * amounts.std()
    if count == 0 or not np.any(spread):
        return []
    centred = amounts - amounts.mean()
    correlation = (centred @ (numbers.places - 0.5)) / worlds / spread
    least = NormalDist().inv_cdf(1.0 - MISTAKEN / (2.0 * count)) / np.sqrt(worlds - 1)
    order = np.argsort(-np.abs(correlation), kind="stable")
    return [int(field) for field in order if abs(correlation[field]) > least]


class Bound(NamedTuple):
    """The condition that a number is above or below a value."""

    field: str
    is_above: bool
    value: float
    place: Annotated[float, "of the value among all worlds, 0 to 1"]


class WorksIf(NamedTuple):
    """Where an option helps and where it does not; figures are of held-out worlds."""

    conditions: tuple[Bound, ...]
    share: Annotated[float, "of the worlds within the rule"]
    inside: Annotated[Estimate, "gain where the rule holds"]
    outside: Annotated[Estimate, "gain elsewhere"]

    @property
    def is_only_if(self) -> bool:
        """Return whether the option clearly helps if the rule holds, and does not otherwise."""
        return self.inside.low > 0.0 >= self.outside.low


class Search(NamedTuple):
    """The rule that was found, or why there is none."""

    rule: WorksIf | None
    why: str


class _Cut(NamedTuple):
    field: int
    is_above: bool
    place: float


class _Sorted(NamedTuple):
    """Worlds in the order of each number, shape (worlds, fields)."""

    order: np.ndarray
    can_part: np.ndarray


def find_rule(gains: np.ndarray, numbers: WorldNumbers) -> Search:
    """Return the rule for where an option helps; `gains` is how much better each world is."""
    if len(gains) < LEAST_WORLDS:
        return Search(None, f"{few_worlds(len(gains))}; {LEAST_WORLDS} are needed")
    if not numbers.fields or np.ptp(gains) == 0.0:
        return Search(None, "it does the same under all assumptions")
    places = numbers.places
    folds = [np.arange(len(gains)) % FOLDS != fold for fold in range(FOLDS)]
    starts = [_sorted(places, np.flatnonzero(fold)) for fold in folds]
    parted, depth, inside = _held_out(gains, places, folds, starts)
    # A fixed seed, so that a run always has the same rule.
    draws = np.random.default_rng(0)
    # The rule counts only if no search on shuffled worlds separates them as well.
    if parted < SCREEN or any(
        _held_out(draws.permutation(gains), places, folds, starts)[0] >= parted
        for _ in range(SHUFFLES)
    ):
        return Search(None, "no one or two numbers say where it helps")
    whole = np.ones(len(gains), bool)
    cuts = _grow(gains, places, whole, _sorted(places, np.flatnonzero(whole)))[:depth]
    conditions = []
    for cut in cuts:
        values, is_below = numbers.values[:, cut.field], places[:, cut.field] <= cut.place
        # Half way between the worlds on either side of the cut.
        value = 0.5 * (values[is_below].max() + values[~is_below].min())
        field, share = numbers.fields[cut.field], float(is_below.mean())
        conditions.append(Bound(field, cut.is_above, float(value), share))
    rule = WorksIf(
        conditions=tuple(conditions),
        share=float(_within(cuts, places).mean()),
        inside=mean_over(gains[inside]),
        outside=mean_over(gains[~inside]),
    )
    return Search(rule, "")


def _held_out(
    gains: np.ndarray, places: np.ndarray, folds: list[np.ndarray], starts: list[_Sorted]
) -> tuple[float, int, np.ndarray]:
    """Return how well rules separate held-out worlds, their depth, and the worlds within them.

    The separation is the difference of the two means in standard errors.
    """
    inside = np.zeros((2, len(gains)), bool)
    for fold, start in zip(folds, starts, strict=True):
        cuts = _grow(gains, places, fold, start)
        for depth in (1, 2):
            inside[depth - 1, ~fold] = _within(cuts[:depth], places[~fold])
    single, double = (_parting(gains, one) for one in inside)
    depth = 2 if double > single + DEEPER else 1
    return max(single, double - DEEPER), depth, inside[depth - 1]


def _parting(gains: np.ndarray, inside: np.ndarray) -> float:
    within, rest = gains[inside], gains[~inside]
    sizes = len(within), len(rest)
    if min(sizes) < max(LEAST_COUNT, LEAST_SIDE * len(gains)):
        return 0.0
    # One variance for both sides: that of few worlds is often far too small by chance.
    squares = float(np.var(within) * sizes[0] + np.var(rest) * sizes[1])
    error = squares / (len(gains) - 2) * (1.0 / sizes[0] + 1.0 / sizes[1])
    gap = float(within.mean() - rest.mean())
    return gap / math.sqrt(error) if error > 0.0 else math.copysign(math.inf, gap)


def _grow(
    gains: np.ndarray, places: np.ndarray, known: np.ndarray, start: _Sorted
) -> tuple[_Cut, ...]:
    """Return up to two cuts; the worlds within each have the larger gains."""
    first = _best_cut(gains, places, known, start)
    if first is None:
        return ()
    within = np.flatnonzero(known & _within((first,), places))
    second = _best_cut(gains, places, known, _sorted(places, within))
    return (first,) if second is None else (first, second)


def _best_cut(
    gains: np.ndarray, places: np.ndarray, known: np.ndarray, among: _Sorted
) -> _Cut | None:
    """Return the cut of sorted worlds that best separates those within from other known ones.

    The best has the largest variance between the two, `n m (mean - mean)^2 / (n + m)`.
    """
    total, worlds = float(gains[known].sum()), int(known.sum())
    running = np.cumsum(gains[among.order], axis=0)
    sums = np.stack([running[:-1], running[-1] - running[:-1]])
    counts = np.arange(1, len(among.order))
    counts = np.stack([counts, counts[::-1]])[:, :, None]
    gap = sums / counts - (total - sums) / np.maximum(1, worlds - counts)
    least = max(LEAST_COUNT, LEAST_SIDE * worlds)
    allowed = among.can_part & (counts >= least) & (worlds - counts >= least) & (gap > 0.0)
    score = np.where(allowed, gap * gap * counts * (worlds - counts), 0.0)
    side, place, field = np.unravel_index(score.argmax(), score.shape)
    if score[side, place, field] == 0.0:
        return None
    both = places[among.order[place : place + 2, field], field]
    return _Cut(int(field), bool(side == 1), float(both.mean()))


def _sorted(places: np.ndarray, worlds: np.ndarray) -> _Sorted:
    order = worlds[np.argsort(places[worlds], axis=0, kind="stable")]
    ordered = np.take_along_axis(places, order, axis=0)
    return _Sorted(order, ordered[1:] > ordered[:-1])


def _within(cuts: tuple[_Cut, ...], places: np.ndarray) -> np.ndarray:
    """Return for each world whether a rule holds; without a cut it never does."""
    inside = np.full(len(places), bool(cuts))
    for cut in cuts:
        inside &= (places[:, cut.field] > cut.place) == cut.is_above
    return inside


class MovedNumber(NamedTuple):
    """A number before and after the worlds are re-weighted."""

    field: str
    place: Annotated[float, "weighted mean of its ranks among all worlds; .5 without weights"]
    before: Annotated[float, "its median over worlds"]
    after: Annotated[float, "its weighted median"]


class TurningPoint(NamedTuple):
    """How far one number must move, with others as correlated, for two options to be equal."""

    field: str
    is_above: Annotated[bool, "whether the second is the better one above that place"]
    place: Annotated[float, "among all worlds, 0 to 1"]
    low: Annotated[float, "90 % interval of the place"]
    high: Annotated[float, "90 % interval of the place"]
    value: Annotated[float, "of the number at that place"]


class Reweighted(NamedTuple):
    """The re-weighting of worlds that brings a mean to a target; `why` if there is none."""

    tilt: Tilt | None
    moved: tuple[MovedNumber, ...]
    why: str

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "entropy": self.tilt.entropy if self.tilt else None,
            "effective": self.tilt.effective if self.tilt else None,
            "moved": self.moved,
            "why": self.why,
        }


class Flip(NamedTuple):
    """What would make the second-best option the best."""

    best: str
    second: str
    lead: Estimate
    worlds: Reweighted
    number: TurningPoint | None


def reweighted(amounts: WorldMeans, target: float, numbers: WorldNumbers) -> Reweighted:
    """Return the smallest re-weighting of the worlds that brings the mean to the target."""
    drawn_in = without_chance(amounts.means, amounts.noise)
    if np.ptp(drawn_in) == 0.0:
        return Reweighted(None, (), "assumptions do not change it by more than chance")
    found = tilt(drawn_in - target)
    if found is None:
        return Reweighted(None, (), "no weighting of these assumptions gives it")
    if not found.is_enough:
        why = f"too few sets of assumptions agree (effective number {found.effective:.1f})"
        return Reweighted(found, (), why)
    # Of the numbers that are correlated with the amount, those that the weights move most.
    places = found.weights @ numbers.places
    named = sorted(
        correlated_fields(numbers, drawn_in), key=lambda field: -abs(float(places[field]) - 0.5)
    )
    moved = []
    for field in named[:MOST_MOVED]:
        values = numbers.values[:, field]
        order = np.argsort(values, kind="stable")
        half = int(np.searchsorted(np.cumsum(found.weights[order]), 0.5))
        after = float(values[order[min(half, len(values) - 1)]])
        before = float(np.median(values))
        moved.append(MovedNumber(numbers.fields[field], float(places[field]), before, after))
    return Reweighted(found, tuple(moved), "" if moved else "no single number stands out")


def turning_point(amounts: WorldMeans, numbers: WorldNumbers) -> TurningPoint | None:
    """Return the number that must move least from the middle for the mean to be 0, if there is one.

    The amounts are assumed linear in the ranks of each number that is correlated with them; the
    interval is Fieller's (1954).
    """
    means, found = amounts.means, []
    for field in correlated_fields(numbers, means):
        centred = numbers.places[:, field] - 0.5
        slope, mean = map(float, np.polyfit(centred, means, 1))
        place = 0.5 - mean / slope
        if not LEAST_PLACE <= place <= MOST_PLACE:
            continue
        # The interval is of all `d` with `(mean + slope d)^2 <= q^2 s^2 (1 / n + d^2 / S)`.
        rest = means - mean - slope * centred
        allowed = QUANTILE**2 * float(rest @ rest) / (len(means) - 2)
        square = slope**2 - allowed / float(centred @ centred)
        low, high = -0.5, 0.5
        if square > 0.0:
            half = mean * slope / square
            reach = math.sqrt(max(0.0, half**2 - (mean**2 - allowed / len(means)) / square))
            low, high = -half - reach, -half + reach
        found.append(
            TurningPoint(
                field=numbers.fields[field],
                is_above=slope < 0.0,
                place=place,
                low=max(0.0, 0.5 + low),
                high=min(1.0, 0.5 + high),
                value=float(np.quantile(numbers.values[:, field], place)),
            )
        )
    return min(found, key=lambda point: abs(point.place - 0.5), default=None)

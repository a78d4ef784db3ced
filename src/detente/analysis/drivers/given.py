"""First-order, total and Shapley effects from the worlds that a run has, without playing anything.

The share of the outcome is taken as a sum of functions of single coordinates and of products of two
of them (polynomial chaos: Sudret 2008), each part of the variance measured without bias by products
of different worlds. More worlds and fewer coordinates allow for finer functions; what three
coordinates do only together is not seen, nor a bend finer than the functions, nor in products,
while worlds are few, anything but a tilt.

An outcome's share in a world is `y = mean + sum_l b_l f_l(u) + rest`, with `f_l` orthonormal in the
world's uniforms `u`; a set of functions carries `sum b_l^2` of the variance. A few functions are
fitted by least squares, which takes what they carry out of the noise of all else. Many, such as
products, are taken one by one: each `b_l` is the mean of `rest f_l` over worlds. Either way squares
of noise would count as an effect. So of noise only products of two different blocks of worlds are
taken, whose mean is 0 (a U-statistic: Hoeffding 1948). Blocks rather than worlds, as neighbours in
the design are not independent: of worlds 2k and 2k + 1 one lies in each half of every number.

The interval holds every part S of the variance V under which `sum b_l^2 - S V` is not farther off 0
than chance brings it (Fieller 1954, for a ratio of two means). How far that is has a term linear in
the noise, whose spread the blocks tell, and a quadratic one. Its quantiles are those of the gamma
law with the variance and the third moment of both (Pearson's type III, by Wilson & Hilferty 1931):
near none, where the estimate is a sum of squared noise, it is as skew as such sums are.

Numbers of one row of the accepted set cannot be varied one by one, so that no Sobol index of one of
them says what it is worth. The Shapley effect (Owen 2014; Song, Nelson & Staum 2016) shares out
what they explain together: each is attributed what it adds to the others, averaged over all
orders. What a set of them explains is the variance of the best straight line through their normal
scores, which is exact where share and scores are jointly normal (Owen & Prieur 2017) and the known
method of Lindeman, Merenda & Gold (1980) where they are not. How the scores go together is known
exactly, from the accepted set itself; only their covariances with the share are estimated.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.drivers.inputs import Inputs, normal_scores
from detente.ensemble.shares import QUANTILE, student

LEAST_ALONE = 2
"""Degree of the functions of one number, at least: a tilt and a bend."""
FINEST = 7
"""Degree of any function, at most."""
MOST_FITTED = 0.25
"""Functions that are fitted at once, for each world; more would fit the noise."""
BLOCKS = 16
"""There are so many blocks of worlds, and fewer than twice as many, if there are worlds enough."""
SMALLEST_BLOCK = 2
LEAST_VARIANCE = 1e-12
"""Worlds whose shares vary less than this are alike but for rounding."""
LEAST_EIGENVALUE = 1e-9
"""Directions in which functions spread less than this count as none."""
MOST_LEVERAGE = 0.9
"""A world that draws the fit to itself by more says nothing of how far off it is."""
LEAST_SKEW, MOST_SKEW = 1e-6, 2.8
"""Below the least the normal law does; the most is that of a single squared noise."""
HALVINGS = 14
"""Ends of intervals are found to one in so many powers of 2."""


class Functions(NamedTuple):
    """The functions of each coordinate, shape (worlds, functions)."""

    alone: Mapping[str, np.ndarray]
    paired: Annotated[Mapping[str, np.ndarray], "those used in products of two"]
    everything: Annotated[np.ndarray, "those of all coordinates used in products, side by side"]

    def joint(self, names: Sequence[str]) -> np.ndarray:
        """Return the functions of some coordinates used in products, side by side."""
        columns = [self.paired[name] for name in names]
        return np.concatenate([np.empty((len(self.everything), 0)), *columns], axis=1)


class Worlds(NamedTuple):
    """An outcome's share in each world, less its mean."""

    deviations: Annotated[np.ndarray, "shape (worlds,)"]
    starts: Annotated[np.ndarray, "the first world of each block"]
    variance: Annotated[float, "across worlds, without sampling noise"]


class SensitivityIndex(NamedTuple):
    """A part of the variance over worlds with its 90 % interval."""

    share: float
    low: float
    high: float


class Effect(NamedTuple):
    """What part of the variance across worlds is due to a number or a group."""

    first: Annotated[SensitivityIndex, "what it does on its own"]
    total: Annotated[SensitivityIndex, "that, and all it does together with others"]
    shapley: Annotated[
        SensitivityIndex | None, "its attributed share, if correlated with others"
    ] = None

    @property
    def main(self) -> SensitivityIndex:
        """Return the part by which numbers are put in order: Shapley's if there is one, or all."""
        return self.shapley or self.total


class LeastSquares(NamedTuple):
    """Worlds less what a few functions fit, and how sure one is of these."""

    worlds: Worlds
    rest: Annotated[np.ndarray, "what is not fitted, shape (worlds,)"]
    means: Annotated[np.ndarray, "covariance of the share with each function, shape (functions,)"]
    whole: Annotated[np.ndarray, "form in the means of what they carry, (functions, functions)"]
    errors: Annotated[np.ndarray, "what each block adds to their errors, shape (blocks, functions)"]
    variance: Annotated[float, "over worlds, of what is fitted over all that there could be"]


def degree_in_pairs(worlds: int, coordinates: int) -> int:
    """Return the degree of functions in products: the products of one number stay below worlds."""
    return max(1, min(FINEST, int((worlds / max(1, coordinates)) ** 0.5)))


def effects(
    inputs: Inputs, uniforms: Mapping[str, np.ndarray], worlds: Worlds
) -> dict[str, Effect]:
    """Return the effect of each number that stands alone and of each group, by name."""
    functions = functions_at(inputs, uniforms)
    wanted = {path: (path,) for path in inputs.singles} | inputs.groups
    return {name: effect_of(members, functions, worlds) for name, members in wanted.items()}


def functions_at(inputs: Inputs, uniforms: Mapping[str, np.ndarray]) -> Functions:
    """Return the functions of all coordinates in the worlds, as fine as the worlds allow."""
    degree = degree_in_pairs(len(next(iter(uniforms.values()))), len(uniforms))
    paired = _all_functions(inputs, uniforms, degree)
    everything = np.concatenate(list(paired.values()), axis=1)
    return Functions(_all_functions(inputs, uniforms, max(degree, LEAST_ALONE)), paired, everything)


def _all_functions(
    inputs: Inputs, uniforms: Mapping[str, np.ndarray], degree: int
) -> dict[str, np.ndarray]:
    return {name: inputs.functions(name, places, degree) for name, places in uniforms.items()}


def effect_of(members: Sequence[str], functions: Functions, worlds: Worlds) -> Effect:
    """Return the effect of coordinates: on their own, and with what they do with others."""
    own = np.concatenate([functions.alone[name] for name in members], axis=1)
    is_few = own.shape[1] <= MOST_FITTED * len(own)
    fitted = fit(worlds, own if is_few else own[:, :0])
    within = products(fitted, own[:, :0] if is_few else own)
    across = np.zeros_like(within)
    inside = functions.joint(members)
    for place, name in enumerate(members):
        one = functions.paired[name]
        within = within + together(fitted, one, functions.joint(members[place + 1 :]))
        across = across + together(fitted, one, functions.everything)
        across = across - together(fitted, one, inside)
    first, total = part_of(fitted, within), part_of(fitted, within + across)
    share = max(total.share, first.share)
    return Effect(first, SensitivityIndex(share, total.low, max(total.high, share)))


def shapley_effects(inputs: Inputs, places: np.ndarray, worlds: Worlds) -> dict[str, Effect]:
    """Return the Shapley effect of each number of the accepted set; they add up.

    `places` is the coordinate that picks a row of the set, one a world.
    """
    table = np.column_stack([normal_scores(column) for column in inputs.rows().T])
    return dict(
        zip(
            inputs.accepted, shapley_effects_from(table, inputs.row_of(places), worlds), strict=True
        )
    )


def shapley_effects_from(table: np.ndarray, rows: np.ndarray, worlds: Worlds) -> list[Effect]:
    """Return the effect of each column of a table of scores of which each world takes a row."""
    correlations = table.T @ table / len(table)
    forms = forms_of(correlations)
    fitted = fit(worlds, table[rows], correlations)
    return [Effect(*(part_of(fitted, form=form) for form in three)) for three in forms]


def forms_of(correlations: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return the quadratic forms in the covariances with the share that give each effect.

    First order: the variance that a number explains alone. Total: what it adds to all others.
    Shapley: what it adds to each subset of the others, weighted by `1 / (n C(n - 1, |subset|))`.
    """
    count = len(correlations)
    everyone = tuple(range(count))
    explained = {
        subset: _explained(correlations, subset)
        for size in range(count + 1)
        for subset in combinations(everyone, size)
    }
    forms = []
    for one in everyone:
        others = tuple(other for other in everyone if other != one)
        shapley = np.zeros_like(correlations)
        for subset in (subset for subset in explained if one not in subset):
            added = explained[tuple(sorted((*subset, one)))] - explained[subset]
            shapley += added / (count * math.comb(count - 1, len(subset)))
        forms.append((explained[one,], explained[everyone] - explained[others], shapley))
    return forms


def _explained(correlations: np.ndarray, subset: tuple[int, ...]) -> np.ndarray:
    """Return the form that gives the variance explained by a subset, `r' R^-1 r`."""
    form = np.zeros_like(correlations)
    if subset:
        place = np.ix_(subset, subset)
        form[place] = np.linalg.pinv(correlations[place], LEAST_EIGENVALUE, hermitian=True)
    return form


def block_starts(worlds: int, blocks: int = BLOCKS) -> np.ndarray:
    """Return the first world of each block, of a power of 2: so the design spreads neighbours."""
    size = max(SMALLEST_BLOCK, 1 << max(0, (worlds // blocks).bit_length() - 1))
    return np.arange(0, worlds, size)


def look_at(shares: np.ndarray, noise: np.ndarray) -> Worlds:
    """Return the worlds' deviations; `noise` is the variance of chance in each world's share."""
    worlds = len(shares)
    deviations = shares - math.fsum(shares) / worlds
    own = (deviations * deviations * worlds / (worlds - 1) - noise) / worlds
    return Worlds(deviations, block_starts(worlds), math.fsum(own))


def fit(
    worlds: Worlds, functions: np.ndarray, covariances: np.ndarray | None = None
) -> LeastSquares:
    """Fit a few functions, shape (worlds, functions), by least squares.

    `covariances` are those of the functions over all worlds there could be, shape (functions,
    functions); unless given they are orthonormal. What the fit varies by in the worlds drawn gives
    way to what it varies by over all of these. Of how far off the fit is, each world tells what it
    lies off a fit made without it (the jackknife; HC3 of MacKinnon & White 1985): its own draws
    the fit to itself, most of all where it lies far out.
    """
    count, columns = functions.shape
    known = np.eye(columns) if covariances is None else covariances
    centred = functions - functions.mean(axis=0)
    solving = np.linalg.pinv(centred)
    slopes = solving @ worlds.deviations
    rest = worlds.deviations - centred @ slopes
    leverage = np.minimum((centred * solving.T).sum(axis=1) + 1.0 / count, MOST_LEVERAGE)
    moved = (solving.T @ known) * (rest / (1.0 - leverage))[:, None]
    errors = np.add.reduceat(moved, worlds.starts, axis=0)
    errors -= errors.mean(axis=0)
    whole = np.linalg.pinv(known, LEAST_EIGENVALUE, hermitian=True)
    drawn = slopes @ (centred.T @ centred / (count - 1)) @ slopes
    variance = worlds.variance - float(drawn - slopes @ known @ slopes)
    return LeastSquares(worlds, rest, known @ slopes, whole, errors, variance)


def products(fitted: LeastSquares, functions: np.ndarray) -> np.ndarray:
    """Return the products of all pairs of blocks, summed over functions, shape (blocks, blocks)."""
    moved = functions * fitted.rest[:, None] / len(fitted.rest)
    of_blocks = np.add.reduceat(moved, fitted.worlds.starts, axis=0)
    result: np.ndarray = of_blocks @ of_blocks.T
    return result


def together(fitted: LeastSquares, functions: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the same for each function times each of the others."""
    blocks = len(fitted.worlds.starts)
    result = np.zeros((blocks, blocks))
    for function in functions.T:
        result += products(fitted, others * function[:, None])
    return result


def part_of(
    fitted: LeastSquares, pairs: np.ndarray | None = None, *, form: np.ndarray | None = None
) -> SensitivityIndex:
    """Return the part of the variance over worlds that functions carry.

    `pairs` are the products of those that were not fitted; `form` is the quadratic form in the
    means of those that were, unless all that they carry is asked for. An estimate below 0, which
    noise gives, counts as 0: the upper end never falls to nothing.
    """
    if fitted.variance <= LEAST_VARIANCE:
        return SensitivityIndex(0.0, 0.0, 1.0)
    blocks = len(fitted.worlds.starts)
    errors = _errors(
        fitted,
        np.zeros((blocks, blocks)) if pairs is None else pairs,
        fitted.whole if form is None else form,
    )
    share = min(max(errors.part, 0.0), 1.0)
    low, high = _end(errors, errors.part, QUANTILE), _end(errors, share, -QUANTILE)
    return SensitivityIndex(share, min(low, share), max(high, share))


class _Errors(NamedTuple):
    """How `sum_l (b_l + e_l)^2 - S V` is off 0, in parts of the variance found.

    The linear error is `2 sum_l b_l e_l`, and of pairs of blocks the quadratic one, of the
    functions asked for less S times that of all fitted, less S times the error of the rest's
    variance: four rows, one number a block, and two matrices of pairs.
    """

    part: Annotated[float, "what the functions carry, without the noise"]
    fitted: Annotated[float, "of this those fitted, at least 0"]
    sizes: Annotated[np.ndarray, "raw squares of those fitted and of the others, shape (2,)"]
    linear: Annotated[np.ndarray, "covariances of the rows, shape (4, 4)"]
    bent: Annotated[np.ndarray, "the first three rows with the pairs, shape (2, 3, 3)"]
    squares: Annotated[np.ndarray, "sums of the pairs' products, powers 0 to 2 of -S"]
    cubes: Annotated[np.ndarray, "traces of products of three, powers 0 to 3 of -S"]

    def quantile(self, part: float, deviations: float) -> float:
        """Return how far off 0 it is at so many deviations, if the true part is `part`.

        What is fitted carries what it was found to, as far as that fits into the part.
        """
        own = min(part, self.fitted)
        one, other = self.sizes.tolist()
        of_own = 2.0 * math.sqrt(own / one) if one > 0.0 else 0.0
        of_others = 2.0 * math.sqrt((part - own) / other) if other > 0.0 else 0.0
        rows = np.array([of_own, -part * of_own, of_others, -part])
        powers = (-part) ** np.arange(4)
        variance = float(rows @ self.linear @ rows + self.squares @ powers[:3])
        third = float(rows[:3] @ (self.bent[0] - part * self.bent[1]) @ rows[:3])
        return gamma_quantile(variance, third + float(self.cubes @ powers), deviations)


def _errors(fitted: LeastSquares, pairs: np.ndarray, form: np.ndarray) -> _Errors:
    """Return how an estimate is off, from what blocks say of it."""
    (_, starts, _), rest, means, whole, errors, variance = fitted
    blocks = len(starts)
    wide, more = student(blocks - 1) / QUANTILE, blocks / (blocks - 1)
    own, others = _apart(errors @ form @ errors.T), _apart(pairs)
    raw = float(means @ form @ means) / variance
    alone = raw + more * float(own.sum()) / variance
    across, moved = others.sum(axis=1), np.add.reduceat(rest * rest / len(rest), starts)
    found = np.array([errors @ form @ means, errors @ whole @ means, across, moved])
    rows = wide * math.sqrt(more) / variance * (found - found.mean(axis=1)[:, None])
    asked = more / variance * (wide**2 * own + others)
    known = more / variance * wide**2 * _apart(errors @ whole @ errors.T)
    return _Errors(
        part=alone + more * float(others.sum()) / variance,
        fitted=max(0.0, alone) if pairs.any() else 1.0,
        sizes=np.array([raw, float(pairs.sum()) / variance]),
        linear=rows @ rows.T,
        bent=6.0 * np.array([rows[:3] @ one @ rows[:3].T for one in (asked, known)]),
        squares=2.0 * np.array([_sum(asked, asked), 2.0 * _sum(asked, known), _sum(known, known)]),
        cubes=8.0 * _cubes(asked, known),
    )


def _sum(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.vdot(one, other))


def _cubes(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the trace of the cube of `one + x other`, as what stands at each power of x."""
    squares = one @ one, other @ other
    return np.array(
        [
            _sum(squares[0], one),
            3.0 * _sum(squares[0], other),
            3.0 * _sum(squares[1], one),
            _sum(squares[1], other),
        ]
    )


def _apart(pairs: np.ndarray) -> np.ndarray:
    """Return products of blocks without those of a block with itself."""
    different: np.ndarray = pairs - np.diag(np.diag(pairs))
    return different


def gamma_quantile(variance: float, third: float, deviations: float) -> float:
    """Return a quantile of the gamma law of mean 0 with these moments (Wilson & Hilferty 1931).

    `deviations` is the normal quantile of the same probability.
    """
    if variance <= 0.0:
        return 0.0
    skew = min(max(third / (variance * math.sqrt(variance)), -MOST_SKEW), MOST_SKEW)
    if abs(skew) < LEAST_SKEW:
        return deviations * math.sqrt(variance)
    root = 1.0 + skew * deviations / 6.0 - skew * skew / 36.0
    return 2.0 * math.sqrt(variance) / skew * (root * root * root - 1.0)


def _end(errors: _Errors, found: float, deviations: float) -> float:
    """Return the true part from which what was found lies so many deviations off, from 0 to 1."""
    low, high = 0.0, 1.0
    if found - low <= errors.quantile(low, deviations):
        return low
    if found - high >= errors.quantile(high, deviations):
        return high
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if found - middle > errors.quantile(middle, deviations):
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)

"""Shapley effects of the calibrated numbers, which depend on each other.

Numbers of one row of the accepted set cannot be varied one by one, so that no Sobol index of one of
them says what it is worth. The Shapley effect (Owen 2014; Song, Nelson & Staum 2016) shares out
what they explain together: each is credited with what it adds to the others, averaged over all
orders. What a set of them explains is the variance of the best straight line through their normal
scores, which is exact where share and scores are jointly normal (Owen & Prieur 2017) and the known
method of Lindeman, Merenda & Gold (1980) where they are not. How the scores go together is known
exactly, from the accepted set itself; only their covariances with the share are estimated.
"""

from itertools import combinations
from math import comb

import numpy as np

from detente.analysis.drivers.basis import normal_scores
from detente.analysis.drivers.inputs import Inputs
from detente.analysis.drivers.quadratic import LEAST_EIGENVALUE, Effect, Worlds, fit, part_of


def effects(inputs: Inputs, places: np.ndarray, worlds: Worlds) -> dict[str, Effect]:
    """Return the credit of each number of the accepted set; the Shapley effects add up.

    `places` is the coordinate that picks a row of the set, one a world.
    """
    table = np.column_stack([normal_scores(column) for column in inputs.rows().T])
    return dict(
        zip(inputs.accepted, effects_from(table, inputs.row_of(places), worlds), strict=True)
    )


def effects_from(table: np.ndarray, rows: np.ndarray, worlds: Worlds) -> list[Effect]:
    """Return the credit of each column of a table of scores of which each world takes a row."""
    correlations = table.T @ table / len(table)
    forms = forms_of(correlations)
    fitted = fit(worlds, table[rows], correlations)
    return [Effect(*(part_of(fitted, form=form) for form in three)) for three in forms]


def forms_of(correlations: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return the quadratic forms in the covariances with the share that give each credit.

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
            shapley += added / (count * comb(count - 1, len(subset)))
        forms.append((explained[one,], explained[everyone] - explained[others], shapley))
    return forms


def _explained(correlations: np.ndarray, subset: tuple[int, ...]) -> np.ndarray:
    """Return the form that gives the variance explained by a subset, `r' R^-1 r`."""
    form = np.zeros_like(correlations)
    if subset:
        place = np.ix_(subset, subset)
        form[place] = np.linalg.pinv(correlations[place], LEAST_EIGENVALUE, hermitian=True)
    return form

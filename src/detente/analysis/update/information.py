"""How much it would tell to learn whether a sign is seen, false alarms priced in."""

from collections.abc import Mapping

import numpy as np

from detente.analysis.compare.numbers import read_values
from detente.ensemble import foundation
from detente.ensemble.encode.posture import sign_chances
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.kernel.posture import PLANS
from detente.pack import Crisis


def information(chances: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return what it tells, on average, to learn whether a sign is seen [bits].

    The mutual information `H(sum_d c_d s_d) - sum_d c_d H(s_d)`, with `H` the entropy of a yes or
    no (Lindley 1956). It is 0 where the sign is as likely under all, and at most 1 bit and at most
    the entropy of `chances`. A false alarm costs what it should: it is the chance that the sign is
    seen under what it does not point to.

    Parameters
    ----------
    chances
        Of each of several things that exclude each other, such as plans, shape (..., things); they
        add up to 1.
    seen
        Chance that the sign is seen where each of them holds, shape (..., things).

    Returns
    -------
    Shape (...).
    """
    together = np.sum(chances * seen, axis=-1)
    told = entropy(together) - np.sum(chances * entropy(seen), axis=-1)
    bits: np.ndarray = np.maximum(told, 0.0)
    return bits


def entropy(chance: np.ndarray) -> np.ndarray:
    """Return the entropy of a yes or no by its chance [bits]; 0 where it is certain."""
    both = np.stack([chance, 1.0 - chance])
    logs = np.log2(both, out=np.zeros_like(both), where=both > 0.0)
    bits: np.ndarray = np.maximum(-np.sum(both * logs, axis=0), 0.0)
    return bits


def information_on_plan(run: Run, *, option: str = BASE) -> dict[str, np.ndarray]:
    """Return what each sign of a run's pack tells of the challenger's plan in each world [bits].

    With that world's own false alarms and likelihood ratio, by the key of the sign, shape
    (worlds,). How likely plans are is counted in the world's futures.

    Raises
    ------
    DetenteError
        If there is no such option, or a file of the run is missing or was changed.
    """
    chances = count_plans(run, option) / run.record.settings.futures_of_a_world
    crisis = foundation.read_again(run.folder, run.record)[option]
    signs = chances_of_signs(crisis, read_values(run))
    return {key: information(chances, seen) for key, seen in signs.items()}


def count_plans(run: Run, option: str) -> np.ndarray:
    """Return the futures of each world by the challenger's plan, shape (worlds, plans)."""
    counts = np.zeros((run.record.settings.worlds, len(PLANS)), np.int64)
    for rows in run.rows(option):
        np.add.at(counts, (rows["world"], rows["plan"]), 1)
    return counts


def chances_of_signs(crisis: Crisis, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the chance of each sign of a pack under each plan in each world.

    `values` holds the numbers of the worlds, by dotted path, each of shape (worlds,).

    Returns
    -------
    By the key of the sign, shape (worlds, plans).
    """
    return {
        key: np.array(
            [
                sign_chances(sign.points_to, false_positive, ratio)
                for false_positive, ratio in zip(
                    values[f"signs.{key}.false_positive"],
                    values[f"signs.{key}.likelihood_ratio"],
                    strict=True,
                )
            ]
        )
        for key, sign in crisis.model.signs.items()
    }

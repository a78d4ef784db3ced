"""How much it would tell to learn whether a sign is seen, false alarms priced in."""

import numpy as np

from detente.analysis.update.counting import count_futures
from detente.analysis.update.weights import chances_of
from detente.ensemble import foundation
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.worlds import read_worlds


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
    crisis = foundation.read_again(run.folder, run.record)[run.known(option)]
    counted = count_futures(run, option, ())
    chances = counted.played.sum(axis=2) / counted.futures
    values = read_worlds(run)
    return {
        key: information(chances, chances_of(key, sign, (), values))
        for key, sign in crisis.model.signs.items()
    }

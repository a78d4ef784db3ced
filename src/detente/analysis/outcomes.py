"""The outcome that a question is about, and how often it comes about in each world."""

from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.tally import ENDINGS, EVER, MEMBERS, OUTCOMES
from detente.errors import DetenteError
from detente.text import did_you_mean


class ByWorld(NamedTuple):
    """An outcome's share of the futures in each world."""

    shares: Annotated[np.ndarray, "shape (worlds,)"]
    noise: Annotated[np.ndarray, "variance that chance gives to each, shape (worlds,)"]


KNOWN = (*OUTCOMES, *EVER, *ENDINGS)
"""All outcomes, in the order in which people read them."""


def members_of(outcome: str, *, where: str = "outcome") -> tuple[int, ...]:
    """Return the classes of futures that make an outcome (`ensemble.tally.classes`).

    `where` is the place that an error names.

    Raises
    ------
    DetenteError
        If there is no such outcome.
    """
    if outcome in KNOWN:
        return MEMBERS[outcome]
    advice = did_you_mean(outcome, KNOWN)
    hint = f"{advice} outcomes: {', '.join(KNOWN)}".strip()
    raise DetenteError(f"there is no outcome {outcome!r}", where=where, hint=hint)


def by_world(run: Run, outcome: str, option: str = BASE) -> ByWorld:
    """Return how often an outcome comes about in each world of an option.

    The variance of chance is `p (1 - p) / (M - 1)` for M futures of a world, without bias; with one
    future a world it is that of all futures together.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, or the run is damaged.
    """
    members_of(outcome)
    futures = run.record.settings.futures_of_a_world
    shares = run.tally(option).happened(outcome) / futures
    if futures == 1:
        mean = float(shares.mean())
        return ByWorld(shares, np.full(len(shares), mean * (1.0 - mean)))
    return ByWorld(shares, shares * (1.0 - shares) / (futures - 1))

"""How likely what was seen is under each of the challenger's plans, in each world."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from detente.ensemble.design import draw_worlds
from detente.ensemble.encode.posture import discounts, sign_chances
from detente.ensemble.record import Settings
from detente.kernel.posture import PLANS
from detente.pack import Crisis
from detente.pack.military import Sign
from detente.pack.observed import Observations, Seen

Values = Mapping[str, np.ndarray]
DEPENDENCE = "posture.dependence"


def values_with(observations: Observations, values: Values, settings: Settings) -> Values:
    """Return the numbers of a run's worlds, with those of the signs that a file of its own has.

    These are drawn as a run draws them: a sign of which another view is taken keeps its place
    among what it may be in each world.
    """
    own = draw_worlds(observations.numbers, (), worlds=settings.worlds, seed=settings.seed)
    return {**values, **own}


def likelihoods(crisis: Crisis, observations: Observations, values: Values) -> np.ndarray:
    """Return how likely all signs together are under each plan, the most 1, shape (worlds, plans).

    The product over signs of the chance that each was seen, or was not, with the world's own
    numbers. A sign of the same plans as earlier ones, those of the pack included, counts for less:
    its likelihood ratio is taken to the power that `discounts` gives, as for a pack's indicators.
    """
    signs = [one for one in observations.seen if one.told.sign is not None]
    logs = np.zeros((len(values[DEPENDENCE]), len(PLANS)))
    for place, one in enumerate(signs):
        key = str(one.told.sign)
        before = kinds_seen(crisis, observations.signs, signs[:place])
        chances = chances_of(key, observations.signs[key], before, values)
        logs += np.log(chances if one.told.seen else 1.0 - chances)
    together: np.ndarray = np.exp(logs - logs.max())
    return together


def kinds_seen(
    crisis: Crisis, signs: Mapping[str, Sign], seen: Sequence[Seen]
) -> list[Collection[str]]:
    """Return the plans that each sign so far points to: indicators of the pack, then those seen."""
    indicators = sorted(crisis.model.indicators.values(), key=lambda indicator: indicator.date)
    kinds: list[Collection[str]] = [indicator.points_to for indicator in indicators]
    return kinds + [signs[one.told.sign].points_to for one in seen if one.told.sign is not None]


def chances_of(
    key: str, sign: Sign, before: Sequence[Collection[str]], values: Values
) -> np.ndarray:
    """Return the chance that a sign is seen after others, shape (worlds, plans).

    `before`: the plans that each of the others points to.
    """
    numbers = zip(
        values[f"signs.{key}.false_positive"].tolist(),
        values[f"signs.{key}.likelihood_ratio"].tolist(),
        values[DEPENDENCE].tolist(),
        strict=True,
    )
    kinds = [*before, sign.points_to]
    return np.array(
        [
            sign_chances(sign.points_to, false_positive, ratio ** discounts(kinds, dependence)[-1])
            for false_positive, ratio, dependence in numbers
        ]
    )

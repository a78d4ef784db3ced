"""Options by war, use of force and deals: what is clear, what another beats, what they change."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from detente.analysis.paired import COUNTED, PairedDifference, Pairs, between, estimate_difference
from detente.ensemble.tally import OUTCOMES
from detente.kernel.endings import Ending, FirstShot

WANTED = (
    "deal",
    "settled",
    "deal_ever",
    "comprehensive_deal",
    "narrow_deal",
    "defender_yields",
    "challenger_drops",
    "fades",
)
"""Outcomes of which more is better unless another is asked for; of all others less is."""
POINT = 0.01
"""The least that is called clear: one of 100 futures, or a hundredth of what a side has there."""
LEAST = {"world_cost": 1.0}
"""The same of what is not measured in hundredths [billion dollars]."""


def clearly(measure: str, one: PairedDifference, *, better: int | None = None) -> int:
    """Return 1 if a difference is clearly for the better, -1 if for the worse, 0 if neither.

    Clear is what is at least a point and has a 90 % interval without 0. `better`: 1 if more of the
    measure is better, -1 if less is; by the measure unless given.
    """
    if not one.is_clear or abs(one.difference) < LEAST.get(measure, POINT):
        return 0
    sign = (1 if measure in WANTED else -1) if better is None else better
    return sign if one.difference > 0.0 else -sign


def beaten(pairs: Pairs, order: Sequence[str]) -> dict[str, str]:
    """Return the options that another one beats, each with the first of an order that does.

    One option beats another if it is clearly better by one of COUNTED, and by its estimates at
    least as good by the others.
    """
    found = {}
    for name in order:
        rivals = (rival for rival in order if rival != name and _beats(pairs, rival, name))
        first = next(rivals, None)
        if first is not None:
            found[name] = first
    return found


def _beats(pairs: Pairs, rival: str, name: str) -> bool:
    places = pairs.options.index(rival), pairs.options.index(name)
    raw = {outcome: between(pairs, *places, outcome) for outcome in COUNTED}
    if any(_sign(outcome) * one.means.sum() < 0.0 for outcome, one in raw.items()):
        return False
    return any(clearly(outcome, estimate_difference(one)) > 0 for outcome, one in raw.items())


def _sign(outcome: str) -> int:
    return 1 if outcome in WANTED else -1


class Exchange(NamedTuple):
    """What differs on the way between the base and an option, on the same draws [shares]."""

    lost: Annotated[
        Mapping[Ending, float], "how futures end under it that have the outcome in the base alone"
    ]
    won: Annotated[
        Mapping[Ending, float], "how futures end in the base that have the outcome under it alone"
    ]
    first_shots: Annotated[
        Mapping[FirstShot, tuple[float, float]],
        "futures in which the first shot came so, in the base and under it",
    ]


def exchange_of(pairs: Pairs, option: str, outcome: str) -> Exchange:
    """Return where futures lose or win an outcome under an option, and how first shots came."""
    place, within = pairs.options.index(option), list(OUTCOMES[outcome])
    played = pairs.worlds * pairs.futures
    became, shots = pairs.became[place] / played, pairs.first_shots / played
    lost, won = became[within].sum(axis=0), became[:, within].sum(axis=1)
    others = [ending for ending in Ending if ending not in within]
    return Exchange(
        {ending: float(lost[ending]) for ending in others},
        {ending: float(won[ending]) for ending in others},
        {
            way: (float(shots[0, way]), float(shots[place, way]))
            for way in FirstShot
            if way is not FirstShot.NONE
        },
    )

"""How force begins and is answered in a run of a reference pack, next to what history gives.

These are the moments of the model's fourth version, beyond those by which the third was fitted
(`lab.calibration.moments`): how often force becomes war, how much of it is a mistake, and what a
raise of force foretells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.store import Rows
from detente.ensemble.tally import is_chosen
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import QUANTILE, by_scramble, effective_size, jackknife
from detente.kernel.endings import Violence
from detente.kernel.layout import Array
from detente.kernel.theatre import Answer
from detente.lab.calibration.moments import NON_VIOLENT, Moment, weights_of
from detente.pack.toml import read_shipped
from detente.questions.past.definitions import STARTED, share_interval
from detente.questions.past.played import VIOLENT

WINDOW = 14
"""Within how long force is expected after a raise [days]."""
MOST_MISTAKEN = 0.3
"""Judgement: of those who answer in full most prefer it to what else they can do."""
LEAST_FORESEEN = 0.6
"""Judgement: most wars after a non-violent start follow mobilisation that all could see."""
MISTAKEN_CAMPAIGNS = 0.1
"""Judgement: whoever begins a campaign has weighed it."""
LEAST_RATIO: Mapping[str, float] = {NON_VIOLENT: 3.0, VIOLENT: 2.0}
"""Judgement: how many times likelier force is after a first raise than on a day before any."""
RATIO_SPREAD = 0.7
"""What counts as one standard error of that ratio."""
CAMPAIGN = 1
"""What the column `scale` has for a campaign."""


def count_force(parts: Iterable[Rows], worlds: int) -> dict[str, Array]:
    """Count how force began and was answered in each world, shape (worlds,) each.

    A day is calm while the crisis is open, without force and before any raise. On `calm_force` of
    the calm days force is at most `WINDOW` days away.
    """
    counts: dict[str, Array] = {}
    for rows in parts:
        for name, each in told_by(rows).items():
            found = np.bincount(rows["world"], weights=each, minlength=worlds)
            counts[name] = counts.get(name, 0.0) + found
    return counts


def told_by(rows: Rows) -> dict[str, Array]:
    """Return what each future adds to those counts."""
    first, raised = rows["first_force_day"].astype(int), rows["raised_day"].astype(int)
    has_force = first >= 0
    last = np.where(has_force, first, rows["ending_day"])
    has_raised = (raised >= 0) & (raised <= last)
    is_near = has_force & (first - raised <= WINDOW)
    calm = np.where(has_raised, raised, last)
    near = np.minimum(calm, first) - np.maximum(0, first - WINDOW)
    is_war = rows["violence"] >= Violence.WAR
    is_full = rows["answer"] == Answer.FULL
    is_campaign = is_chosen(rows) & (rows["scale"] == CAMPAIGN)
    return {
        "answered_full": is_full,
        "mistaken_full": is_full & (rows["answer_gap"] < 0.0),
        "campaigns": is_campaign,
        "mistaken_campaigns": is_campaign & (rows["first_shot_gap"] < 0.0),
        "campaign_wars": is_war & (rows["scale"] == CAMPAIGN),
        "foreseen_wars": is_war & has_raised,
        "foreseen_force": has_force & has_raised,
        "raised": has_raised,
        "raised_force": has_raised & is_near,
        "calm_days": calm,
        "calm_force": np.where(has_force, np.maximum(near, 0), 0),
    }


def force_moments() -> Iterator[Moment]:
    """Yield the moments that are shares; see `raise_ratio` for the one that is not."""
    counted = read_shipped("history.toml")["shares"]
    for group in STARTED:
        wars, forces = (counted[f"{group}.{rate}"][0] for rate in ("war", "serious"))
        ends = share_interval(wars, forces)
        key, says = f"{group}.war_given_force", f"{group}: of uses of force, those that are war"
        yield Moment(key, says, "war", "serious", weights_of(group), wars / forces, *ends)
        for key, says, part, whole, bounds in JUDGED:
            if key != "foreseen_wars" or group == NON_VIOLENT:
                named = f"{group}.{key}", f"{group}: {says}"
                yield Moment(*named, part, whole, weights_of(group), None, *bounds)


JUDGED = (
    (
        "mistaken_full",
        "of first full answers, those worth less than another",
        *("mistaken_full", "answered_full", (0.0, MOST_MISTAKEN)),
    ),
    (
        "mistaken_campaigns",
        "of campaigns by choice, those worth less than another choice",
        *("mistaken_campaigns", "campaigns", (0.0, MISTAKEN_CAMPAIGNS)),
    ),
    (
        "foreseen_wars",
        "of wars, those before which the challenger raised its force",
        *("foreseen_wars", "war", (LEAST_FORESEEN, 1.0)),
    ),
)
"""Moments of which no source tells more than what a judge would expect."""


class RaiseRatio(NamedTuple):
    """How likely force is within `WINDOW` days of a first raise, and how that compares."""

    after: Annotated[float, "chance of force after a first raise"]
    before: Annotated[float, "the same from a calm day on"]
    ratio: Estimate


def raise_ratio(counts: Mapping[str, Array]) -> RaiseRatio:
    """Return how many times likelier force is after a first raise than on a calm day."""
    names = ("raised_force", "raised", "calm_force", "calm_days")
    sums = np.stack([counts[name] for name in names]).astype(float)
    after, before = _chances(sums.sum(axis=1))
    left = np.array([_ratio(one) for one in sums.sum(axis=1) - by_scramble(sums.T)])
    ratio = after / before if before > 0.0 else np.nan
    reach = QUANTILE * np.sqrt(jackknife(left, effective_size(sums[1]))) if after else np.nan
    return RaiseRatio(after, before, Estimate(ratio, ratio - reach, ratio + reach))


def _chances(sums: Array) -> Sequence[float]:
    force, raised, near, days = sums
    return force / max(raised, 1.0), near / max(days, 1.0)


def _ratio(sums: Array) -> float:
    after, before = _chances(sums)
    return after / before if before > 0.0 else np.nan

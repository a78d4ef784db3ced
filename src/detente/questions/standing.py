"""How disputes end: who backed down, and what happened before."""

import numpy as np

from detente.endings import ENDINGS, keys_of
from detente.ensemble.record import BASE
from detente.estimate.intervals import MIDDLE_HALF, estimate_ratio
from detente.questions.summary import Summary

BEFORE_END = {
    "no force": ("none", "clash"),
    "after a strike": ("limited_strike",),
    "after a war": ("war", "regional_war"),
}
"""What happened before the end, by the highest violence reached."""
DEAL_STANDS = "a deal stands"


def standing_at_end(
    found: Summary,
) -> list[tuple[str, tuple[float, ...], tuple[float, float]]]:
    """Return how disputes end, the most frequent first.

    Each entry has its name, its shares of all futures by `BEFORE_END`, and the middle half across
    worlds.
    """
    axes, titles = found.base.axes, found.base.titles
    tally, futures = found.run.tally(BASE), found.run.record.settings.futures_of_a_world
    weighing = found.run.weighing_of(len(tally.axes))
    groups = {
        DEAL_STANDS: keys_of("deal"),
        **{titles[key]: (key,) for key in keys_of("yields")},
        "the dispute peters out": keys_of("fades"),
        "a standstill holds": keys_of("standstill"),
        "nothing is settled": keys_of("open", "failed"),
    }
    rows = []
    for name, keys in groups.items():
        by_world = tally.axes[:, :, [ENDINGS[key] for key in keys]].sum(axis=(1, 2))
        if not by_world.any():
            continue
        parts = tuple(
            sum(axes[violence][key].value for violence in violences for key in keys)
            for violences in BEFORE_END.values()
        )
        played = np.full(len(by_world), futures)
        share = estimate_ratio(by_world, played, futures, weighing, levels=MIDDLE_HALF)
        rows.append((name, parts, share.spread))
    return sorted(rows, key=lambda one: -sum(one[1]))

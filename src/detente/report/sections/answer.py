"""The answer in at most 120 words: how it ends, how sure that is, what would help."""

from detente.analysis import wording
from detente.ensemble.record import BASE
from detente.ensemble.shares import Share
from detente.report.blocks import Words, told
from detente.report.material import Material

MOST_WORDS = 120
"""The answer is no longer."""


def answer(material: Material) -> tuple[Words, ...]:
    """Return the answer in at most 120 words."""
    outcomes = material.summary.base.outcomes
    return (
        told(
            f"In this model, of 100 futures: {_of(outcomes['deal'], 'end in a deal')}; "
            f"{_of(outcomes['force'], 'in ordered force')}; "
            f"{_of(outcomes['any_war'], 'in war')}."
        ),
        told(
            "Worlds, that is, readings of what is not known, differ far more than chance does: "
            f"war from {wording.spread(outcomes['any_war']).replace('-', ' to ')} of 100."
        ),
        *_best(material),
    )


def _of(share: Share, how: str) -> str:
    low, high = wording.chance(share).split("-")
    return f"{wording.of_100(share.share)} {how}, {wording.term(share.share)}, {low} to {high}"


def _best(material: Material) -> tuple[Words, ...]:
    found = material.comparison
    if found is None or found.ranking[0] == BASE:
        return ()
    best = found.options[found.ranking[0]]
    difference = best.difference
    points = f"{100 * difference.low:.1f} to {100 * difference.high:.1f}"
    return (
        (
            f"Of {len(found.options) - 1} options “{best.title}” does most about war: ",
            *told(f"{100 * difference.difference:.1f} points ({points})."),
        ),
    )

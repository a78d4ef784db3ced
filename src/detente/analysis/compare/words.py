"""The words in which options are compared."""

from detente.analysis import wording
from detente.analysis.compare.conditions import Condition, Rule
from detente.analysis.compare.differences import Difference
from detente.analysis.compare.flips import Reweighted, TurningPoint
from detente.analysis.compare.goals import Goal
from detente.analysis.compare.tilting import Moved
from detente.ensemble.shares import Mean

MEASURES = {
    "deal": ("deal", 100.0),
    "settled": ("settled", 100.0),
    "force": ("force", 100.0),
    "any_war": ("war", 100.0),
    "challenger_loss": ("challenger", 100.0),
    "defender_loss": ("defender", 100.0),
    "world_cost": ("others", 1.0),
}
"""What measures are called above a column, and what they are multiplied with there."""


def amount(share: float) -> str:
    """Return a share in percent with one decimal, never as minus nothing."""
    text = f"{100.0 * share:.1f}"
    return text.lstrip("-") if float(text) == 0.0 else text


def signed(share: float) -> str:
    """Return a difference in points of a hundred, with its sign."""
    text = amount(share)
    return text if text.startswith("-") or float(text) == 0.0 else f"+{text}"


def span(low: float, high: float) -> str:
    """Return an interval in percent."""
    return f"{amount(low)} to {amount(high)}"


def change(one: Difference) -> str:
    """Return a difference in words."""
    more = "more" if one.difference > 0.0 else "fewer"
    low, high = sorted((abs(one.low), abs(one.high))) if one.is_clear else (one.low, one.high)
    return f"{amount(abs(one.difference))} {more} of 100 do ({span(low, high)})"


def goal_words(goal: Goal) -> str:
    """Return a threshold in words."""
    side = "below" if goal.is_below else "above"
    return f"{wording.NAMES[goal.outcome]} {side} {100.0 * goal.threshold:g} %"


def rule_words(name: str, rule: Rule, better: int) -> str:
    """Say where an option helps and where it does not."""
    where = " and ".join(_condition(one) for one in rule.conditions)
    only = "helps only if" if rule.is_only_if else "does best if"
    kind = "more" if better > 0 else "fewer"
    return (
        f"{name} {only} {where} ({100.0 * rule.share:.0f} of 100 worlds): there "
        f"{_mean(rule.inside)} {kind} of 100, elsewhere {_mean(rule.outside)}"
    )


def turning_words(point: TurningPoint) -> str:
    """Say how far one number must go."""
    side = "above" if point.is_above else "below"
    return (
        f"One number: {point.field} {side} {point.value:.3g}, place {point.place:.2f} "
        f"({point.low:.2f} to {point.high:.2f}), the others as they come with it."
    )


def reweighted_words(one: Reweighted) -> str:
    """Say what it takes of the worlds."""
    if one.tilt is None or not one.tilt.is_enough:
        return f"{one.why}."
    size = f"weights as of {one.tilt.effective:.0f} of {len(one.tilt.weights)} worlds "
    size += f"(relative entropy {one.tilt.entropy:.2f})"
    if not one.moved:
        return f"{size}; {one.why}."
    return f"{size}, and in them {'; '.join(_moved(number) for number in one.moved)}."


def _condition(one: Condition) -> str:
    side = "above" if one.is_above else "below"
    return f"{one.field} lies {side} {one.value:.3g} (place {one.place:.2f})"


def _mean(one: Mean) -> str:
    return f"{amount(one.mean)} ({span(one.low, one.high)})"


def _moved(one: Moved) -> str:
    return f"{one.field} {one.before:.3g} to {one.after:.3g} (place .50 to {one.place:.2f})"

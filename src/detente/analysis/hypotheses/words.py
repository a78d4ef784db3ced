"""The words in which verdicts on hypotheses are told, and what they rest on."""

import math

from detente.analysis.hypotheses.verdicts import Result

VERDICTS = {"supported": "supported", "rejected": "rejected", "cannot_tell": "cannot tell"}
MOST_DECIMALS = 2
SMALL, LARGE = 1.0, 100.0
"""Numbers below have one decimal more, those above none."""


def measured(result: Result) -> str:
    """Return an estimate with its interval and unit; words if nothing could be measured."""
    mean, low, high = (result.scale * end for end in result.estimate[:3])
    if math.isnan(mean):
        return "not measured"
    return f"{number(mean)} ({number(low)} to {number(high)}) {result.unit}"


def number(value: float) -> str:
    """Return a number with no more decimals than it needs, never as minus nothing."""
    size = abs(value)
    decimals = 0 if size >= LARGE else 1 if size >= SMALL else MOST_DECIMALS
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0.0 else text

"""An input before it is changed: its value among those of other packs, and its effects."""

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from detente.ensemble.design import quantile
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.pack import shipped
from detente.pack.quantity import Quantity
from detente.pages.workspace import ServedRun
from detente.questions.explaining import Explanation, median
from detente.questions.quarters import shares_by_quarter
from detente.questions.wording import quantity, significant, titles
from detente.text import between, capitalised
from detente.views.material import ASKED

LOW, HIGH = 0.05, 0.95
MOST_OTHERS = 6
"""Upper limit on the other packs that are compared."""


class PlacedRange(NamedTuple):
    """A range on a shared axis; positions are in % of the axis."""

    of: str
    words: str
    start: float
    length: float
    middle: float


def standing(found: Explanation) -> list[PlacedRange]:
    """Return the ranges of an input here, by default, and in shipped packs."""
    listed = [("This pack", found.number)]
    listed += [
        (one.of if one.of in shipped() else capitalised(one.of), one.number)
        for one in found.anchors[:MOST_OTHERS]
    ]
    ends = [end for _, number in listed for end in ends_of(number)]
    least, most = min(ends), max(ends)
    # Values that differ by orders of magnitude have a logarithmic axis.
    is_wide = least > 0.0 and most > 100.0 * least
    place = math.log if is_wide else float
    width = (place(most) - place(least)) or 1.0
    rows = []
    for name, number in listed:
        low, high = (100.0 * (place(end) - place(least)) / width for end in ends_of(number))
        middle = min(max(median(number), least), most)
        at = 100.0 * (place(middle) - place(least)) / width
        rows.append(PlacedRange(name, quantity(number), low, max(1.0, high - low), at))
    return rows


def ends_of(number: Quantity) -> tuple[float, float]:
    """Return the 5th and 95th percentile of a number, or its least and greatest value."""
    if number.kind == "gamma":
        return quantile(number, LOW), quantile(number, HIGH)
    return float(number.low), float(number.high)


class QuarterShare(NamedTuple):
    """The share of futures with an outcome in one quarter of the worlds by an input."""

    of: str
    share: Estimate


class OutcomeByQuarter(NamedTuple):
    """Shares of an outcome by quarter of an input, in ascending order."""

    title: str
    quarters: Annotated[tuple[QuarterShare, ...], "one for each value if there are few"]


def by_quarter(run: ServedRun, field: str) -> Iterator[OutcomeByQuarter]:
    """Yield shares of each main outcome by quarter of an input, without playing anything."""
    called = titles(run.run.record)
    for outcome in ASKED:
        try:
            found = shares_by_quarter(run.run, outcome, field)
        except DetenteError:  # the pages of a damaged run say so
            return
        if found:
            rows = tuple(
                QuarterShare(
                    between(significant(one.low_end), significant(one.high_end)), one.share
                )
                for one in found
            )
            yield OutcomeByQuarter(capitalised(called[outcome]), rows)

"""What a page shows of an input before it is changed: where it stands, and what it moves."""

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
"""Other packs next to which it is shown where an input stands."""


class PlacedRange(NamedTuple):
    """A range on an axis that it shares with others; places are in % of the axis."""

    of: str
    words: str
    start: float
    length: float
    middle: float


def standing(found: Explanation) -> list[PlacedRange]:
    """Return where an input stands: here, by default, and in packs that ship."""
    listed = [("This pack", found.number)]
    listed += [
        (one.of if one.of in shipped() else capitalised(one.of), one.number)
        for one in found.anchors[:MOST_OTHERS]
    ]
    ends = [end for _, number in listed for end in _ends(number)]
    least, most = min(ends), max(ends)
    # Sizes that differ by orders of magnitude share a logarithmic axis.
    is_wide = least > 0.0 and most > 100.0 * least
    place = math.log if is_wide else float
    width = (place(most) - place(least)) or 1.0
    rows = []
    for name, number in listed:
        low, high = (100.0 * (place(end) - place(least)) / width for end in _ends(number))
        middle = min(max(median(number), least), most)
        at = 100.0 * (place(middle) - place(least)) / width
        rows.append(PlacedRange(name, quantity(number), low, max(1.0, high - low), at))
    return rows


def _ends(number: Quantity) -> tuple[float, float]:
    if number.kind == "gamma":
        return quantile(number, LOW), quantile(number, HIGH)
    return float(number.low), float(number.high)


class QuarterShare(NamedTuple):
    """The share of futures with an outcome in a quarter of the worlds by an input."""

    of: str
    share: Estimate


class OutcomeByQuarter(NamedTuple):
    """An outcome in the quarters of an input, from its lowest values up."""

    title: str
    quarters: Annotated[tuple[QuarterShare, ...], "one for each value if these are few"]


def by_quarter(run: ServedRun, field: str) -> Iterator[OutcomeByQuarter]:
    """Yield what the run has of each headline outcome by quarter of an input; nothing is played."""
    called = titles(run.run.record)
    for outcome in ASKED:
        try:
            found = shares_by_quarter(run.run, outcome, field)
        except DetenteError:  # a damaged run says so on its own pages
            return
        if found:
            rows = tuple(
                QuarterShare(
                    between(significant(one.low_end), significant(one.high_end)), one.share
                )
                for one in found
            )
            yield OutcomeByQuarter(capitalised(called[outcome]), rows)

"""The chart of an outcome after each decision of a table."""

from detente.questions import wording
from detente.table.debrief import Debrief
from detente.text import capitalised
from detente.views.figures import intervals
from detente.views.figures.figure import Figure, Numbers, cells, under_option
from detente.views.figures.intervals import row_of

MOST = 12
"""Upper limit on the decisions that are drawn, the first ones and the last; the table has all."""
LEFT = "did not change it, or are too many to draw"


def decided(found: Debrief) -> Figure | None:
    """Draw the share of branches with the table's outcome after each decision of people.

    Alternatives are dots. None if no decision has branches, or none could change the outcome.
    """
    followed = [one for one in found.decisions if one.chosen.shares]
    still_open = []
    for one in followed:
        # Keep decisions whose choices differ, or leave the outcome uncertain.
        came = {choice.shares[found.came].value for choice in one.choices}
        if len(came) > 1 or not came <= {0.0, 1.0}:
            still_open.append(one)
    if not still_open:
        return None
    drawn = still_open if len(still_open) <= MOST else [*still_open[: MOST - 1], still_open[-1]]
    run, place, name = found.table.run, found.table.place, wording.NAMES[found.came]
    days = [wording.short_date(run.record, one.taken.day) for one in drawn]
    shares = [one.chosen.shares[found.came] for one in drawn]
    first, last = (wording.of_100(share.value) for share in (shares[0], shares[-1]))
    title = f"{capitalised(name)}: in {first} % of branches after {days[0]}"
    undrawn = len(followed) - len(drawn)
    size = (
        under_option(run, place.option),
        f"set of assumptions {place.world}, as of {run.record.as_of}",
    )
    return intervals.figure(
        [
            row_of(
                f"{day}, {found.name_of(one.taken.seat)}: {one.chosen.says}",
                share.interval,
                wording.share(*share.interval, decimals=0),
                worlds=[
                    choice.shares[found.came].value
                    for choice in one.choices
                    if not choice.is_chosen
                ],
            )
            for day, one, share in zip(days, drawn, shares, strict=True)
        ],
        key="decided",
        title=title + (f", {last} after {days[-1]}" if len(drawn) > 1 else ""),
        subtitle=f"Branches with {name}, in %, in this model; {'; '.join(filter(None, size))}",
        notes=(
            "In this model, one set of assumptions. Bands: 90 % sampling intervals. Dots: what the "
            "other choices lead to. Policies decide after each.",
            f"Not drawn: {wording.count(undrawn, 'decision')} that {LEFT}." if undrawn else "",
        ),
        table=Numbers.of(
            {
                "date": wording.short_date(run.record, one.taken.day),
                "who": found.name_of(one.taken.seat),
                "choice": choice.says,
                "chosen": "yes" if choice.is_chosen else "no",
                "chance of its policy": 100.0 * choice.chance,
                **cells(("of 100 branches", "low", "high"), choice.shares[found.came].interval),
            }
            for one in followed
            for choice in one.choices
        ),
        axis=f"branches of 100 with {name}",
        domain=(0.0, 100.0),
    )

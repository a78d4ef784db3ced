"""The page on a calibration: numbers, moments, and what is not identified."""

import numpy as np

from detente.lab.calibration import Calibration
from detente.lab.calibration.acceptance import TOLERANCE
from detente.lab.calibration.moments import Moment
from detente.questions.wording import number, points, significant, span
from detente.text import between
from detente.views.blocks import Column, Section, Table, columns, number_columns, says


def calibrated(found: Calibration) -> Section:
    """Return the page on a calibration."""
    sizes, history, fitted = found.sizes, found.history, found.fitted
    verdict = "as close as" if fitted.closest <= TOLERANCE else "farther than"
    return Section(
        key="calibration",
        title="Calibration on past crises, in this model",
        about=(
            f"{sum(history.starts.values())} crises of {between(history.first, history.last)}",
            f"{sizes.draws:,} draws from the priors played for each start, {sizes.futures} futures "
            "each; fewer with the challenger's means halved and doubled",
        ),
        answer=(
            says(
                "The closest draw lies at a distance of {} from history, {} the sampling error "
                "of history itself ({}); the {} accepted rows lie within {}.",
                number(fitted.closest, 2),
                verdict,
                number(TOLERANCE, 0),
                number(len(next(iter(fitted.rows.values()))), 0),
                number(fitted.tolerance, 2),
            ),
            says("Written to {}.", str(found.file)),
        ),
        blocks=(
            Table(
                "calibration-numbers",
                "Calibrated numbers, 5th to 95th percentile",
                columns("Number", numbers=("prior", "accepted", "left, %")),
                tuple(
                    (
                        path,
                        between(significant(prior.low), significant(prior.high)),
                        between(*map(significant, np.quantile(fitted.rows[path], (0.05, 0.95)))),
                        points(fitted.left_of(path), 0),
                    )
                    for path, prior in fitted.priors.items()
                ),
            ),
            Table(
                "calibration-moments",
                "Moments, in %",
                (
                    Column("Share of crises"),
                    *number_columns("history", "95 % interval", origin="reported"),
                    *number_columns("at the priors", "accepted", "error"),
                ),
                tuple(
                    (
                        title_of(moment),
                        "" if moment.value is None else points(moment.value),
                        span(moment.low, moment.high),
                        points(fitted.before[moment.key]),
                        points(fitted.means[moment.key]),
                        points(fitted.errors[moment.key]),
                    )
                    for moment in fitted.asked
                ),
            ),
        ),
        reading=(
            "Left: the part of the prior's standard deviation that is left after fitting to "
            "history. If nearly all is left, history says nothing about the number. Error: how "
            "far a moment predicted from other draws lies from the one played.",
            "Distance: the root mean square of how far the named moments (*) are off, in "
            "standard errors of history. Lengths are compared by the share of crises that have "
            "ended by the day of history's quartile.",
        ),
    )


def title_of(moment: Moment) -> str:
    """Return a moment in words, with a mark if acceptance depends on it."""
    return f"{moment.says}{' *' if moment.is_named else ''}"

"""The page on a back-test: criteria that fail first, scores, a curve, fitted numbers."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path

from detente.ensemble.folder import write
from detente.estimate.estimate import Estimate
from detente.lab.backtest import Backtest
from detente.lab.backtest.fitting import MappingFit
from detente.lab.backtest.scoring import TargetScores
from detente.lab.kinds import KindsFit
from detente.pack.kind import ATTRIBUTES
from detente.questions.past.definitions import GROUPS, ICB, STARTS
from detente.questions.past.record import TARGETS, criteria_named
from detente.questions.wording import Value, bracketed, interval, number, points, span
from detente.text import between
from detente.views.blocks import (
    INTERVAL,
    Block,
    Command,
    Listing,
    Picture,
    Section,
    Table,
    Words,
    columns,
    number_columns,
    says,
)
from detente.views.render.markdown import to_single

NAMES = {
    "model": "the model",
    "base": "base rate",
    "trigger": "rates by trigger",
    "logistic": "logistic regression",
    "unmapped": "the packs unmapped",
}
"""Words for the kinds of forecasts."""
TITLES = {target: title.capitalize() for target, title in TARGETS.items()}
NONE = Value("-")
DECIMALS = 3
READING: tuple[Words, ...] = (
    "Brier score: squared distance of the forecast from what happened (1 or 0). Log score: "
    "negative natural logarithm of the chance given to what came. Lower is better. Slope: that of "
    "a logistic regression of what happened on the forecast's log-odds; 1 is calibrated, less is "
    "overconfident. AUC: of all pairs of crises with the same start, one with the outcome and one "
    "without, the share in which the first has the higher forecast; .5 is chance.",
    "Intervals of 90 %, by resampling crises; those of the curve of 95 %, Wilson's. Rates come "
    "from the rows that the mapping was fitted on; the logistic regression adjusts the rates by "
    "trigger with the same attributes. Unmapped: the reference pack of each start as it is.",
)

READING_OF_FIT: tuple[Words, ...] = (
    "Weight: by how much a unit of the attribute moves the log-odds of serious clashes or war. "
    "Left out: each tenth of the crises is forecast from a fit to the others; the penalty on "
    "weights is the one with the best such forecasts.",
)


def section(found: Backtest) -> Section:
    """Return the page on a back-test."""
    first, last = found.years
    return Section(
        key="backtest",
        title="How do forecasts of past crises fare?",
        about=(
            f"{len(found.rows.years)} crises of {between(first, last)} outside ongoing wars "
            f"({found.table.name}: {ICB}, as you have it)",
            f"{found.combinations} combinations of start and position played, with what was fitted "
            f"on crises before {found.mapping.years.before}",
        ),
        answer=(
            *_criteria(found, {False: "Does not hold", None: "Not estimable"}),
            *(_fared(title, found.targets[target]) for target, title in TITLES.items()),
            *_criteria(found, {True: "Holds"}),
        ),
        blocks=tuple(_blocks(found)),
        reading=READING,
    )


def _fared(title: str, one: TargetScores) -> Words:
    """Return a sentence on the scores for a target, compared with simple forecasts."""
    differences = []
    for name in ("trigger", "logistic", "base"):
        value, ends = _cells(one.differences[name]["brier"], DECIMALS)
        differences.append(bracketed(value, ends) if ends else value)
    return says(
        f"{title} ({one.happened} of {one.crises} crises): Brier score "
        "{}. It differs from that of rates by trigger by {}, of a logistic regression by {}, of "
        "the base rate by {}; below 0 is better.",
        number(one.scores["model"].brier, DECIMALS),
        *differences,
    )


def write_markdown(found: Backtest, file: Path) -> None:
    """Write the page as Markdown, with its picture and numbers in `files` next to it."""
    shown, folder = section(found), file.parent / "files"
    write(file, to_single(shown).encode())
    folder.mkdir(exist_ok=True)
    for figure in shown.figures:
        for form in ("svg", "csv"):
            figure.save(folder / f"{figure.key}.{form}")


def _criteria(found: Backtest, called: Mapping[bool | None, str]) -> Iterator[Words]:
    """Yield a sentence for each verdict in `called`, with the criteria that have it."""
    for value, words in called.items():
        if named := criteria_named(found.holds, value):
            yield f"{words}: {named}."


def _blocks(found: Backtest) -> Iterator[Block]:
    for target, title in TITLES.items():
        scores = found.targets[target]
        starts = (f"AUC, {start.replace('_', '-')}" for start in STARTS)
        yield Table(
            f"backtest-{target}",
            f"{title}: how forecasts fare",
            columns("Forecast by", numbers=("Brier", "log", "slope", *starts)),
            tuple(
                (
                    NAMES[name],
                    number(one.brier, DECIMALS),
                    number(one.log, DECIMALS),
                    NONE if one.slope is None else number(one.slope, 2),
                    *(NONE if rank is None else number(rank, 2) for rank in one.auc.values()),
                )
                for name, one in scores.scores.items()
            ),
        )
        yield Table(
            f"backtest-{target}-differences",
            f"{title}: the model's score less others (below 0 is better)",
            columns("Less", numbers=("Brier", INTERVAL, "log", INTERVAL)),
            tuple(
                (NAMES[name], *_cells(one["brier"], DECIMALS), *_cells(one["log"], DECIMALS))
                for name, one in scores.differences.items()
            ),
        )
    ranges = [
        (f"{TARGETS[target]}: {what}", *_cells(known, 2))
        for target, one in found.targets.items()
        for what, known in (
            ("slope", one.slope),
            *((f"AUC, {GROUPS[start].title.lower()}", auc) for start, auc in one.auc.items()),
        )
    ]
    yield Table(
        "backtest-ranges",
        "The model's slope of recalibration, and its AUC",
        columns("What", numbers=("value", INTERVAL)),
        tuple(ranges),
    )
    yield Picture("calibration_curve", found)
    for target, title in TITLES.items():
        yield Table(
            f"backtest-{target}-curve",
            f"{title}: what came of crises by their forecast, in %",
            (
                *number_columns("forecast"),
                *number_columns("came", "of crises", "%", "95 % interval", origin="reported"),
            ),
            tuple(
                (
                    points(one.forecast),
                    str(one.happened),
                    str(one.crises),
                    points(one.share),
                    span(one.low, one.high),
                )
                for one in found.targets[target].curve
            ),
        )
    left_out = (
        f"Crises inside ongoing wars: {found.left_out.in_war}.",
        f"Crises without trigger or violence: {found.left_out.unknown}.",
        f"Judged with a blank attribute, which leaves forecasts as they are: {found.rows.blanks}.",
        f"The reports on this are in {found.file}.",
    )
    yield Listing("What is not judged", tuple((each,) for each in left_out), level="full")


def _cells(known: Estimate, decimals: int) -> tuple[Value, Value]:
    """Return an estimate and its interval; differences of scores have a sign."""
    if isnan(known.value):
        return NONE, Value("")
    ends = interval(known.low, known.high, decimals)
    return number(known.value, decimals, signed=decimals == DECIMALS), ends


def fitted(found: MappingFit) -> Section:
    """Return the page on a fit to the rows before a date."""
    mapping, known = found.mapping, found.mapping.known
    years, made = mapping.years, known.provenance
    starts = [GROUPS[start].title for start in STARTS]
    fits = [known.starts[start] for start in STARTS]
    return Section(
        key="backtest-fit",
        title=f"How attributes move crises, from those before {years.before}",
        about=(
            f"{made['crises']} crises of {between(years.first, years.before - 1)} for weights, "
            f"{made['crises_of_levels']} from {years.levels} on for rates",
        ),
        answer=(
            says("Written to {}.", str(found.file)),
            says(
                f"{TITLES['serious']}, crises left out: Brier score {{}} with attributes, {{}} by "
                f"trigger. Penalty {made['penalty']:g}.",
                number(known.crossed["attributes"], DECIMALS),
                number(known.crossed["trigger"], DECIMALS),
            ),
        ),
        blocks=(
            _weights("backtest-weights", [one.weights for one in fits]),
            Table(
                "backtest-lever",
                f"Serious clashes or war in %, by the lever: {mapping.lever.says}",
                columns("Position", numbers=starts),
                tuple(
                    (f"{place:+g}", *(points(one.played[at]) for one in fits))
                    for at, place in enumerate(mapping.lever.positions)
                ),
            ),
        ),
        reading=READING_OF_FIT,
        next=(
            Command(
                "judge the crises after them",
                f"detente lab backtest {shlex.quote(found.table.name)} "
                f"--mapping {shlex.quote(str(found.file))}",
            ),
        ),
    )


def kinds(found: KindsFit) -> Section:
    """Return the page on a fit of past crises by kind."""
    made, starts = found.figures["provenance"], found.figures["starts"]
    return Section(
        key="kinds",
        title=f"Past crises of {between(made['first_year'], made['last_year'])}, by their kind",
        about=(f"{made['crises']} crises outside ongoing wars.",),
        answer=(
            says("Written to {}.", str(found.file)),
            says(
                f"{TITLES['serious']}, crises left out: Brier score {{}} with attributes, {{}} by "
                f"start alone. Penalty {made['penalty']:g}.",
                number(made["brier_attributes"], DECIMALS),
                number(made["brier_start"], DECIMALS),
            ),
        ),
        blocks=(_weights("kinds-weights", [starts[start]["weights"] for start in STARTS]),),
    )


def _weights(key: str, by_start: Sequence[Mapping[str, float]]) -> Table:
    """Return the table of the weight of each attribute after each start."""
    return Table(
        key,
        "Change of the log-odds of serious clashes or war, by unit of the attribute",
        columns("Attribute", numbers=(GROUPS[start].title for start in STARTS)),
        tuple(
            (str(field.title), *(number(one[name], 2, signed=True) for one in by_start))
            for name, field in ATTRIBUTES.items()
        ),
    )

"""How forecasts of past crises fare: what does not hold first, scores, a curve, what was fitted."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from detente.lab import reference
from detente.lab.backtest import BEHIND_LOGISTIC, LEAST_RANK, SLOPES, Backtest, MappingFit
from detente.lab.backtest.mapping import INPUTS
from detente.lab.backtest.scoring import ScoreEstimate
from detente.questions.past.definitions import GROUPS, ICB, STARTS
from detente.questions.past.record import TARGETS
from detente.questions.wording import bracketed, interval, number, points, span
from detente.views.blocks import (
    INTERVAL,
    Block,
    Column,
    Command,
    Listing,
    Picture,
    Section,
    Table,
    Words,
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
"""What those who forecast are called."""
NONE = "-"
DECIMALS = 3
READING: tuple[Words, ...] = (
    (
        "Brier score: squared distance of the forecast from what came, 0 to 1. Log score: negative "
        "natural logarithm of the chance given to what came. Lower is better. Slope: of a logistic "
        "regression of what came on the forecast's log-odds; 1 is calibrated, less is too bold. "
        "AUC: share of pairs of crises, one that came to it and one that did not, with the higher "
        "forecast for the first, by start; .5 is chance.",
    ),
    (
        "Intervals of 90 %, by resampling crises; those of the curve of 95 %, Wilson's. Rates and "
        "the logistic regression, which has the same inputs with their signs turned alike, come "
        "from the rows that the mapping was fitted on. Unmapped: the reference pack of each "
        "start, its levels fitted to the same rows with no move.",
    ),
)

READING_OF_FIT: tuple[Words, ...] = (
    (
        "Elasticity: by how much a unit of the input moves the lever. Left out: each tenth of the "
        "crises that levels come from is forecast with what is fitted on the others, so that "
        "mappings can be compared without a look at later crises.",
    ),
)


class AskedOfForecasts(NamedTuple):
    """What is asked of the forecasts, in words."""

    says: str
    target: str


CRITERIA = {
    "serious_better_than_trigger": AskedOfForecasts(
        "a lower Brier score than rates by trigger", "serious"
    ),
    "serious_near_logistic": AskedOfForecasts(
        f"a Brier score at most {BEHIND_LOGISTIC:g} above that of the logistic regression",
        "serious",
    ),
    "serious_slope": AskedOfForecasts(
        f"a slope of recalibration of {SLOPES[0]:g} to {SLOPES[1]:g}", "serious"
    ),
    "serious_auc_non_violent": AskedOfForecasts(
        f"an AUC of {LEAST_RANK:g} or more within non-violent starts", "serious"
    ),
    "war_no_worse_than_base": AskedOfForecasts("no higher Brier score than the base rate", "war"),
}


def section(found: Backtest) -> Section:
    """Return how the forecasts of a back-test fare."""
    first, last = found.years
    return Section(
        key="backtest",
        title="How do forecasts of past crises fare?",
        about=(
            f"{len(found.rows.years)} crises of {first} to {last} outside ongoing wars "
            f"({found.table.name}: {ICB}, as you have it)",
            f"{found.combinations} combinations of start and inputs played, with what was fitted "
            f"on crises before {found.mapping.years.before}",
        ),
        answer=(
            *_criteria(found, {False: "Does not hold", None: "Not estimable"}),
            *(_fared(found, target) for target in TARGETS),
            *_criteria(found, {True: "Holds"}),
        ),
        blocks=tuple(_blocks(found)),
        reading=READING,
    )


def _fared(found: Backtest, target: str) -> Words:
    """Say how one target was forecast, against rates by trigger and the logistic regression."""
    one = found.targets[target]
    return says(
        f"{TARGETS[target].capitalize()} ({one.happened} of {one.crises} crises): Brier score "
        "{}. It differs from that of rates by trigger by {}, of a logistic regression by {}, of "
        "the base rate by {}; below 0 is better.",
        number(one.scores["model"].brier, DECIMALS),
        *(_difference(one.differences[name]["brier"]) for name in ("trigger", "logistic", "base")),
    )


def _difference(told: ScoreEstimate) -> Words:
    if told.value is None or told.low is None or told.high is None:
        return (NONE,)
    ends = interval(told.low, told.high, DECIMALS)
    return (bracketed(number(told.value, DECIMALS, signed=True), ends),)


def write_markdown(found: Backtest, file: Path) -> None:
    """Write how the forecasts fare as Markdown, its picture and numbers in `files` next to it."""
    shown, folder = section(found), file.parent / "files"
    reference.write(file, to_single(shown).encode())
    folder.mkdir(exist_ok=True)
    for figure in shown.figures:
        for form in ("svg", "csv"):
            figure.save(folder / f"{figure.key}.{form}")


def _criteria(found: Backtest, called: Mapping[bool | None, str]) -> Iterator[Words]:
    """Say which criteria hold, which do not and which are not estimable, if called something."""
    for value, words in called.items():
        named = [
            f"{TARGETS[CRITERIA[key].target]}, {CRITERIA[key].says}"
            for key, holds in found.holds.items()
            if holds is value
        ]
        if named:
            yield (f"{words}: {'; '.join(named)}.",)


def _blocks(found: Backtest) -> Iterator[Block]:
    for target in TARGETS:
        yield _scores(found, target)
        yield _differences(found, target)
    yield _ranges(found)
    yield Picture("calibration_curve", found)
    for target in TARGETS:
        yield _curve(found, target)
    yield Listing("What is not judged", tuple(_left_out(found)), level="full")


def _scores(found: Backtest, target: str) -> Table:
    starts = (f"AUC, {start.replace('_', '-')}" for start in STARTS)
    return Table(
        f"backtest-{target}",
        f"{TARGETS[target].capitalize()}: how forecasts fare",
        (Column("Forecast by"), *number_columns("Brier", "log", "slope", *starts)),
        tuple(
            (
                NAMES[name],
                number(one.brier, DECIMALS),
                number(one.log, DECIMALS),
                NONE if one.slope is None else number(one.slope, 2),
                *(NONE if rank is None else number(rank, 2) for rank in one.auc.values()),
            )
            for name, one in found.targets[target].scores.items()
        ),
    )


def _differences(found: Backtest, target: str) -> Table:
    return Table(
        f"backtest-{target}-differences",
        f"{TARGETS[target].capitalize()}: the model's score less others (below 0 is better)",
        (Column("Less"), *number_columns("Brier", INTERVAL, "log", INTERVAL)),
        tuple(
            (NAMES[name], *_cells(scores["brier"], DECIMALS), *_cells(scores["log"], DECIMALS))
            for name, scores in found.targets[target].differences.items()
        ),
    )


def _cells(told: ScoreEstimate, decimals: int) -> tuple[str, str]:
    if told.value is None or told.low is None or told.high is None:
        return NONE, ""
    ends = interval(told.low, told.high, decimals)
    return number(told.value, decimals, signed=decimals == DECIMALS), ends


def _ranges(found: Backtest) -> Table:
    rows = []
    for target, one in found.targets.items():
        rows.append((f"{TARGETS[target]}: slope", *_cells(one.slope, 2)))
        for start, told in one.auc.items():
            title = f"{TARGETS[target]}: AUC, {GROUPS[start].title.lower()}"
            rows.append((title, *_cells(told, 2)))
    return Table(
        "backtest-ranges",
        "The model's slope of recalibration, and its AUC",
        (Column("What"), *number_columns("value", INTERVAL)),
        tuple(rows),
    )


def _curve(found: Backtest, target: str) -> Table:
    return Table(
        f"backtest-{target}-curve",
        f"{TARGETS[target].capitalize()}: what came of crises by their forecast, in %",
        (
            *number_columns("forecast"),
            Column("came", is_number=True, origin="reported"),
            Column("of crises", is_number=True, origin="reported"),
            Column("%", is_number=True, origin="reported"),
            Column("95 % interval", is_number=True, origin="reported"),
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


def _left_out(found: Backtest) -> Iterator[Words]:
    yield (f"Crises inside ongoing wars: {found.left_out.in_war}.",)
    yield (f"Crises without trigger or violence: {found.left_out.unknown}.",)
    yield (f"Judged with an input that is blank, which moves nothing: {found.rows.blanks}.",)
    yield (f"What reports say of it lies in {found.file}.",)


def fitted(found: MappingFit) -> Section:
    """Return what a fit to the rows before a date comes to."""
    mapping, known = found.mapping, found.mapping.known
    years, told = mapping.years, known.provenance
    return Section(
        key="backtest-fit",
        title=f"Levels and elasticities from crises before {years.before}",
        about=(
            f"{told['crises_of_levels']} crises of {years.levels} to {years.before - 1} for levels "
            f"and rates, {told['crises']} from {years.first} on for elasticities",
        ),
        answer=(
            says("Written to {}.", str(found.file)),
            *(_forecast_left_out(found, target) for target in TARGETS),
        ),
        blocks=(_elasticities(found), _levels(found)),
        reading=READING_OF_FIT,
        next=(
            Command(
                "judge the crises after them",
                f"detente lab backtest {shlex.quote(found.table.name)} "
                f"--mapping {shlex.quote(str(found.file))}",
            ),
        ),
    )


def _forecast_left_out(found: MappingFit, target: str) -> Words:
    scores = found.mapping.known.crossed[target]
    return says(
        f"{TARGETS[target].capitalize()}, crises left out: Brier score {{}}, rates by trigger {{}},"
        " logistic regression {}, base rate {}.",
        *(number(scores[name], DECIMALS) for name in ("model", "trigger", "logistic", "base")),
    )


def _elasticities(found: MappingFit) -> Table:
    known = found.mapping.known.elasticities
    turned = {"same": "", "opposite": ", the other way after a non-violent start"}
    return Table(
        "backtest-elasticities",
        "What moves the packs, by unit of the input",
        (Column("Input"), Column("Lever"), *number_columns("elasticity"), Column("Why")),
        tuple(
            (
                INPUTS[one.input].says,
                f"{one.lever}{turned[one.sign]}",
                number(known[one.key], 2, signed=True),
                one.says,
            )
            for one in found.mapping.moves
        ),
    )


def _levels(found: MappingFit) -> Table:
    known, levers = found.mapping.known.levels, found.mapping.levers
    return Table(
        "backtest-levels",
        "Levels, from the packs as they ship",
        (Column("Lever"), *number_columns(*(GROUPS[start].title for start in STARTS))),
        tuple(
            (lever.says, *(number(known[start][name], 2, signed=True) for start in STARTS))
            for name, lever in levers.items()
        ),
    )

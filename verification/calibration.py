"""Whether the model gives what history gives: the bands of MODEL 9, at the settings that ship.

`python -m verification.calibration` plays the packs that stand for the median crisis of 1945-1989,
with a non-violent and with a violent start, and holds what they give against past crises: those of
either start, and all, mixed as history mixed them. It follows some futures to count
what only a trace tells: how often an encounter grows into ordered force, and how often a threat
succeeds without force. With `--causes` it also judges which wars are owed to the
advantage of striking first. Intervals of the model are of 90 %, those of history of 95 %.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

from detente import Run, load, simulate
from detente.analysis.causes import attribute
from detente.analysis.history.bands import BANDS, Band
from detente.analysis.history.played import (
    AgainstHistory,
    PlayedFigure,
    PlayedHazard,
    of_both_starts,
    of_one_start,
)
from detente.analysis.history.rates import GROUPS
from detente.cli import terminal
from detente.ensemble.foundation import read_again
from detente.ensemble.record import BASE
from detente.ensemble.runners import Stretch
from detente.ensemble.shares import estimate, interval
from detente.ensemble.simulate import stage_of
from detente.kernel.endings import Ending, Event
from detente.kernel.layout import Array
from detente.pack.quantity import accepted

PACKS = ("reference-nonviolent", "reference-violent")
"""The packs that stand for past crises, in the order of STARTS."""
MOST_PRE_EMPTIVE = 0.2
"""What is called a small minority of wars: three of 67 were pre-emptive (Reiter 1995)."""
TUNED = "tuned"
"""How the reason of a number begins that was set so that bands can be met."""
VERDICTS = {True: "inside", False: "OUTSIDE", None: "NOT TOLD"}
"""What is said of a figure, by whether it lies in its band; None if the run was too short."""


class Line(NamedTuple):
    """One line of the table: a figure with its 90 % interval, what history says, the verdict."""

    says: str
    value: str
    interval: str
    history: str
    is_inside: bool | None


class Followed(NamedTuple):
    """What the traces of some futures of a run tell, by world, shape (worlds,) each."""

    futures: Annotated[int, "futures followed in each world"]
    incidents: Array
    escalations: Annotated[Array, "incidents that grew into ordered force"]
    threatened: Annotated[Array, "futures in which the challenger raised its force or set a term"]
    compelled: Annotated[Array, "of these, such in which it then got its demand without force"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the reference packs, print the table and return the exit status."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        asked = {"worlds": options.worlds, "futures": options.futures}
        runs = [simulate(load(pack), out=Path(folder) / pack, **asked) for pack in PACKS]
        status = report(list(_lines(runs, options)))
    show_provenance()
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.calibration",
        description="What the reference packs give beside what history gives.",
        epilog="Exit status: 0 all figures lie in their bands; 1 some do not.",
    )
    parser.add_argument("--worlds", type=int, default=512)
    parser.add_argument("--futures", type=int, default=12_800, help="of each pack")
    parser.add_argument("--followed", type=int, default=3_200, help="of these, traced")
    parser.add_argument("--causes", action="store_true", help="judge pre-emption too; slow")
    return parser


def _lines(runs: Sequence[Run], options: argparse.Namespace) -> Iterator[Line]:
    non_violent, violent = runs
    yield from lines_of(of_one_start(non_violent, "non_violent"))
    yield from lines_of(of_one_start(violent, "violent"))
    yield from lines_of(of_both_starts(non_violent, violent))
    each = -(-options.followed // options.worlds)
    followed = [follow_some(run, each) for run in runs]
    yield encounters(followed)
    yield compellence(followed[0])
    if options.causes:
        yield pre_emption(non_violent)


def report(lines: Sequence[Line]) -> int:
    """Print the table; return 1 if a figure lies outside its band, or it cannot be told."""
    rows = [("", "model", "90 %", "history [95 %]", "")]
    rows += [(*line[:4], VERDICTS[line.is_inside]) for line in lines]
    terminal.show_table(rows, right=" rr")
    failed = sum(not line.is_inside for line in lines)
    print(f"{failed} of {len(lines)} not in their bands" if failed else "all in their bands")
    return int(failed > 0)


def show_provenance() -> None:
    """Print what was fitted and how, how much of it was accepted, and what was tuned by hand."""
    fit = accepted()
    told = fit.provenance
    terminal.say()
    terminal.say(
        f"Accepted set: {fit.rows} rows; of {told['candidates']:,} draws from the priors "
        f"{told['accepted']:,} ({100 * told['acceptance_rate']:.2g} %) met every band as foretold. "
        f"Method: {told['method']}. {told['draws']:,} draws of {told['futures_a_draw']} futures "
        f"were played for each start, seed {told['seed']}."
    )
    ends = {path: np.quantile(column, (0.05, 0.95)) for path, column in fit.columns.items()}
    rows = [(path, f"{low:.3g} to {high:.3g}") for path, (low, high) in ends.items()]
    terminal.show_table([("fitted", "accepted, 5th to 95th percentile"), *rows])
    for pack in PACKS:
        for path, number in load(pack).numbers.items():
            if (number.assumed or "").startswith(TUNED):
                terminal.say(f"Tuned by hand: {path} of {pack}: {number.assumed}")


def lines_of(beside: AgainstHistory) -> Iterator[Line]:
    """Yield the lines of one group of crises."""
    for figure in beside.figures.values():
        if figure.band is not None:
            yield line_of(figure, figure.band)
    rates = " / ".join(_percent(hazard.a_day, 2) for hazard in beside.hazards)
    group = GROUPS[beside.group].title.lower()
    says = f"{group}: of 100 open crises end a day {_spans(beside.hazards)}"
    yield Line(says, rates, "", "falls", beside.hazard_falls)


def line_of(figure: PlayedFigure, band: Band) -> Line:
    """Return the line of a figure; a length of the horizon or more is marked."""
    form, unit = (_percent, "%") if band.unit == "share" else (_days, "days")
    value, low, high, *past = map(form, (*figure[:3], band.value, band.low, band.high))
    return Line(
        f"{band.says} [{unit}]",
        f">= {value}" if figure.is_at_horizon else value,
        f"{low}-{high}",
        f"{past[0]} [{past[1]}-{past[2]}]".strip(),
        figure.is_inside,
    )


def _percent(share: float | None, decimals: int = 1) -> str:
    return "" if share is None else f"{100.0 * share:.{decimals}f}"


def _days(days: float | None) -> str:
    return "" if days is None else f"{days:.0f}"


def _spans(hazards: Iterable[PlayedHazard]) -> str:
    return " / ".join(f"{hazard.from_day}-{hazard.to_day}" for hazard in hazards)


def follow_some(run: Run, futures: int) -> Followed:
    """Follow the first futures of each world of a run and count what their traces tell."""
    settings = run.record.settings
    stage = stage_of(run.folder, read_again(run.folder, run.record), settings)
    counts = np.zeros((settings.worlds, 4), np.int64)
    for world in range(settings.worlds):
        encoded = stage.encoded(BASE, world)
        solved = stage.solved(encoded, world)
        rows = stage.played(encoded, solved, Stretch(world, 0, futures))
        for future, is_deal in enumerate(rows["ending"] <= Ending.NARROW_DEAL):
            kinds = stage.followed(encoded, solved, world, future)["kind"]
            counts[world] += told_by(kinds, is_deal=bool(is_deal))
    return Followed(futures, *counts.T)


def told_by(kinds: Array, *, is_deal: bool) -> tuple[int, int, int, int]:
    """Count incidents, those that grew into ordered force, and 1 for a threat and if it succeeded.

    A threat is a raise of force or an ultimatum. It succeeds if a deal ends the crisis or the
    defender gives way; both end it without force.
    """
    incidents = int((kinds == Event.INCIDENT).sum())
    escalations = int((kinds == Event.ESCALATES).sum())
    threatens = bool(np.isin(kinds, (Event.RAISES, Event.ULTIMATUM)).any())
    succeeds = threatens and (is_deal or bool((kinds == Event.YIELDS).any()))
    return incidents, escalations, int(threatens), int(succeeds)


def encounters(followed: Iterable[Followed]) -> Line:
    """Say how many encounters grew into ordered force, those of both packs as one.

    The interval takes encounters as independent.
    """
    pairs = [(one.incidents.sum(), one.escalations.sum()) for one in followed]
    incidents, escalations = (int(total) for total in np.sum(pairs, axis=0))
    share = escalations / max(1, incidents)
    ends = interval(share, share * (1.0 - share) / max(1, incidents), max(1, incidents))
    band = BANDS["naval_encounter"]
    return line_of(PlayedFigure(share, *ends, band), band)


def compellence(followed: Followed) -> Line:
    """Say how many threats succeed without force, after a start without violence.

    After a violent one force was used before anything was threatened.
    """
    threats = max(1, int(followed.threatened.sum()))
    share = estimate(np.array([followed.compelled.sum()]), threats)
    band = BANDS["compellence"]
    return line_of(PlayedFigure(share.share, share.low, share.high, band), band)


def pre_emption(run: Run) -> Line:
    """Say what share of a run's wars is credited to the advantage of striking first.

    The interval is that of the credit, the number of wars held fixed.
    """
    shares = attribute(run).shares
    credit, war = shares["causes", "first_strike"], shares["war",].share
    value, low, high = (part / war if war > 0.0 else 0.0 for part in credit[:3])
    return Line(
        "wars owed to the advantage of a first strike [%]",
        _percent(value),
        f"{_percent(low)}-{_percent(high)}",
        f"below {_percent(MOST_PRE_EMPTIVE)}",
        value < MOST_PRE_EMPTIVE,
    )


if __name__ == "__main__":
    sys.exit(main())

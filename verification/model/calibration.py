"""Compares the calibrated model with history: every moment at the priors, as fitted, as played.

`python -m verification.model.calibration` plays the packs that represent the median crisis of
1945-1989, with a non-violent and with a violent start, at the accepted set that ships, and again
with the challenger's means halved and doubled on the same draws. It compares every moment with past
crises. The fit was accepted by the moments marked *. The check fails if one of these lies outside
history's interval, except those of `MISSED`. All other moments are reported only.

Some futures are traced, to count how often an encounter escalates to use of force and how often a
threat succeeds without force. Last it prints the two tables of docs/history.md that a fit renews,
in Markdown. Only the marked moments can fail: with `--judged-only` nothing else is played.
Intervals of the model are of 90 %, those of history of 95 %.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import Run, simulate
from detente.cli import terminal
from detente.endings import numbers_of
from detente.ensemble.record import BASE
from detente.ensemble.runners import Stretch
from detente.ensemble.simulate import stage_of
from detente.estimate.intervals import QUANTILE, estimate_share, interval
from detente.kernel.endings import Event
from detente.kernel.layout import Array
from detente.kernel.theatre import CHALLENGER
from detente.lab.calibration import written_pack
from detente.lab.calibration.moments import (
    NON_VIOLENT,
    VARIANTS,
    Moment,
    counted,
    moments,
    weights_of,
)
from detente.lab.views.calibration import title_of
from detente.pack import Crisis
from detente.pack.quantity import accepted
from detente.questions.past.definitions import BANDS, GROUPS, LEVELS, STARTED, STARTS, Band
from detente.questions.past.played import (
    AgainstHistory,
    Played,
    PlayedFigure,
    PlayedHazard,
    compared,
    count,
)
from verification.model.calibration_tables import BLANK, show_tables
from verification.model.conditional import ratio_of, under_conditions
from verification.model.force import (
    LEAST_RATIO,
    WINDOW,
    count_force,
    raise_ratio,
)

MISSED = frozenset(
    {
        "half of crises with a violent start last at most 59 days *",
        "half of crises with a non-violent start last at most 75 days *",
        "half of crises with serious clashes last at most 76 days *",
        "unilateral or imposed end after a war *",
    }
)
"""What the shipped set is known to miss; `docs/history.md` says so of the lengths after a violent
start and of ends after war. The other two lie outside with 256 worlds, and inside with 512."""
TUNED = "tuned"
"""How the reason of a number begins that was set so that bands can be met."""
VERDICTS = {True: "inside", False: "OUTSIDE", None: "NOT ESTIMABLE"}
"""What is said of a figure, by whether it lies in its band; None if the run was too short."""


class Line(NamedTuple):
    """One line of the table: history, the model in three states, and the verdict."""

    says: str
    history: str
    value: str
    is_inside: bool | None
    prior: str = BLANK
    predicted: str = BLANK
    interval: str = ""
    days: Annotated[
        str, "the quartile itself, where the share that has ended by it is compared"
    ] = ""
    is_named: bool = False


class Followed(NamedTuple):
    """What the traces of some futures of a run tell, by world, shape (worlds,) each."""

    futures: Annotated[int, "futures followed in each world"]
    incidents: Array
    escalations: Annotated[Array, "incidents that grew into ordered force"]
    threatened: Annotated[Array, "futures in which the challenger raised its force or set a term"]
    compelled: Annotated[Array, "of these, such in which it then got its demand without force"]
    carried_out: Annotated[Array, "of these, such in which it then began force"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the reference packs, print the tables and return the exit status."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packs = {
            variant: written_pack(folder / "packs", variant, at_priors=False)
            for variant in (STARTS if options.judged_only else VARIANTS)
        }
        runs = {
            variant: simulate(
                pack, out=folder / variant, worlds=options.worlds, futures=options.futures
            )
            for variant, pack in packs.items()
        }
        played = {variant: count_all(run, VARIANTS[variant].start) for variant, run in runs.items()}
        status = report(list(_lines(runs, played, options)))
    if not options.judged_only:
        show_tables(played)
        show_provenance(packs)
    return status


def count_all(run: Run, start: str) -> Played:
    """Count a run on history's scale, and how force began in it and was answered."""
    played = count(run, start)
    force = count_force(run.rows(), run.record.settings.worlds)
    return played._replace(happened={**played.happened, **force})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.model.calibration",
        description="What the reference packs give beside what history gives.",
        epilog="Exit status: 0 all named moments lie in their bands; 1 some do not.",
    )
    parser.add_argument("--worlds", type=int, default=512)
    parser.add_argument("--futures", type=int, default=12_800, help="of each pack")
    parser.add_argument("--followed", type=int, default=3_200, help="of these, traced")
    parser.add_argument("--judged-only", action="store_true", help="nothing that cannot fail")
    return parser


def _lines(
    runs: Mapping[str, Run], played: Mapping[str, Played], options: argparse.Namespace
) -> Iterator[Line]:
    yield from lines_of(played)
    if options.judged_only:
        return
    each = -(-options.followed // options.worlds)
    followed = {start: follow_some(runs[start], each) for start in STARTS}
    yield encounters(followed.values())
    yield compellence(followed[NON_VIOLENT])
    yield threats(followed[NON_VIOLENT])


def lines_of(played: Mapping[str, Played]) -> Iterator[Line]:
    """Yield the lines of all moments and of what orders them, as far as what was played tells."""
    days: dict[str, PlayedFigure] = {}
    hazards: list[AgainstHistory] = []
    for group in STARTED:
        parts = [(weight, played[start]) for start, weight in weights_of(group).items()]
        hazards.append(compared(group, parts))
        days |= {**hazards[-1].figures, **under_conditions(group, parts)}
    provenance = accepted().provenance
    for moment in moments():
        if played.keys() >= moment.weights.keys():
            yield line_of_moment(moment, played, provenance, days)
    yield from (after_raise(start, played[start]) for start in STARTS)
    yield order_of(days)
    if played.keys() >= set(VARIANTS):
        yield by_strength(played)
    yield from map(hazards_of, hazards)


def line_of_moment(
    moment: Moment,
    played: Mapping[str, Played],
    provenance: Mapping[str, Any],
    days: Mapping[str, PlayedFigure],
) -> Line:
    """Return the line of a moment; a length is judged by its days, a share by itself."""
    value, low, high = figure_of(moment, played)
    band = BANDS.get(moment.key)
    quartile = days.get(moment.key) if band is not None and band.unit == "days" else None
    is_inside = moment.low <= value <= moment.high if quartile is None else quartile.is_inside
    past = _percent(moment.value), _percent(moment.low), _percent(moment.high)
    return Line(
        title_of(moment),
        f"{past[0]} [{past[1]}-{past[2]}]".strip(),
        _percent(value),
        is_inside,
        _reported(provenance, "priors", moment.key),
        _reported(provenance, "foretold", moment.key),
        f"{_percent(low)}-{_percent(high)}",
        "" if quartile is None else f"{'>= ' * quartile.is_at_horizon}{quartile.value:.0f}",
        moment.is_named,
    )


def figure_of(moment: Moment, played: Mapping[str, Played]) -> tuple[float, float, float]:
    """Return a moment as played, with its interval; all NaN where nothing counts."""
    counts = [
        (
            weight,
            played[variant],
            counted(played[variant], moment.part),
            _whole(played[variant])
            if moment.whole is None
            else counted(played[variant], moment.whole),
        )
        for variant, weight in moment.weights.items()
    ]
    if not any(whole.any() for *_, whole in counts):
        return np.nan, np.nan, np.nan
    value, low, high = ratio_of(counts)
    total = sum(moment.weights.values()) if moment.whole is None else 1.0
    return total * value, total * low, total * high


def _whole(played: Played) -> Array:
    return np.full(len(played.ended), played.futures)


def _reported(provenance: Mapping[str, Any], state: str, key: str) -> str:
    """Return what the accepted set says of a moment."""
    reported = provenance.get(state, {})
    return _percent(reported[key]) if key in reported else BLANK


def order_of(days: Mapping[str, PlayedFigure]) -> Line:
    """Say whether half of the crises last longer the graver their violence, as in history."""
    keys = [f"all.half_if_{level}" for level in LEVELS]
    halves = [days[key].value if key in days else np.nan for key in keys]
    past = " < ".join(f"{BANDS[key].value:.0f}" for key in keys)
    return Line(
        "half last at most: without violence, with serious clashes, with war [days] *",
        past,
        " / ".join(f"{half:.0f}" for half in halves),
        bool(np.all(np.diff(halves) > 0.0)),
        is_named=True,
    )


def by_strength(played: Mapping[str, Played]) -> Line:
    """Say how much war a stronger challenger has beyond a weaker one, world by world.

    Both have the same draws. The interval takes worlds as drawn, those of the starts as one.
    """
    gaps = np.mean(
        [
            (
                played[f"{start}_stronger"].happened["war"]
                - played[f"{start}_weaker"].happened["war"]
            )
            / played[f"{start}_weaker"].futures
            for start in STARTS
        ],
        axis=0,
    )
    half = QUANTILE * float(gaps.std(ddof=1)) / math.sqrt(len(gaps))
    mean = float(gaps.mean())
    past = [BANDS[f"all.war_if_{strength}"].value or 0.0 for strength in ("stronger", "weaker")]
    return Line(
        "war, a stronger challenger less a weaker one on the same draws",
        _percent(past[0] - past[1]),
        _percent(mean),
        mean < 0.0,
        interval=f"{_percent(mean - half)} to {_percent(mean + half)}",
    )


def hazards_of(next_to: AgainstHistory) -> Line:
    """Say whether crises end at a falling rate, as in history."""
    rates = " / ".join(_percent(hazard.a_day, 2) for hazard in next_to.hazards)
    group = GROUPS[next_to.group].title.lower()
    says = f"{group}: of 100 open crises end a day {_spans(next_to.hazards)}"
    return Line(says, "falls", rates, next_to.hazard_falls)


def report(lines: Sequence[Line]) -> int:
    """Print the table; return 1 if a named moment but those of `MISSED` is not in its band."""
    head = ("", "history [95 %]", "prior", "accepted", "played", "90 %", "days", "")
    rows = [head]
    for line in lines:
        reported = line.prior, line.predicted, line.value, line.interval, line.days
        rows.append((line.says, line.history, *reported, VERDICTS[line.is_inside]))
    terminal.say("Shares in %; * named: the fit is accepted by these.")
    terminal.show_table(rows, right=" rrrrrr")
    named = [line for line in lines if line.is_named]
    failed = {line.says for line in named if not line.is_inside}
    checks = len(lines) - len(named)
    missed = sum(not line.is_inside for line in lines) - len(failed)
    terminal.say(f"Named moments not in their bands: {len(failed)} of {len(named)}.")
    terminal.say(f"Checks not in their bands: {missed} of {checks}.")
    return int(not failed <= MISSED)


def show_provenance(packs: Mapping[str, Crisis]) -> None:
    """Print how the set was found, and what was tuned by hand."""
    reported = accepted().provenance
    terminal.say(f"Method: {reported['method']}.")
    for start in STARTS:
        for path, number in packs[start].numbers.items():
            if (number.assumed or "").startswith(TUNED):
                terminal.say(f"Tuned by hand: {path} of {packs[start].name}: {number.assumed}")


def line_of(figure: PlayedFigure, band: Band) -> Line:
    """Return the line of a figure of which the accepted set says nothing."""
    value, low, high, *past = map(_percent, (*figure[:3], band.value, band.low, band.high))
    history = f"{past[0]} [{past[1]}-{past[2]}]".strip()
    return Line(band.says, history, value, figure.is_inside, interval=f"{low}-{high}")


def _percent(share: float | None, decimals: int = 1) -> str:
    return "" if share is None else f"{100.0 * share:.{decimals}f}"


def _spans(hazards: Iterable[PlayedHazard]) -> str:
    return " / ".join(f"{hazard.from_day}-{hazard.to_day}" for hazard in hazards)


def follow_some(run: Run, futures: int) -> Followed:
    """Follow the first futures of each world of a run and count what their traces tell."""
    settings = run.record.settings
    stage = stage_of(run.folder, run.crises, settings)
    counts = np.zeros((settings.worlds, 5), np.int64)
    for world in range(settings.worlds):
        encoded, solved = stage.solved(BASE, world)
        rows = stage.played(encoded, solved, Stretch(world, 0, futures))
        for future, is_deal in enumerate(np.isin(rows["ending"], numbers_of("deal"))):
            lines = stage.followed(encoded, solved, world, future)
            counts[world] += reported_by(lines, is_deal=bool(is_deal))
    return Followed(futures, *counts.T)


def reported_by(lines: Array, *, is_deal: bool) -> tuple[int, int, int, int, int]:
    """Count incidents, those that grew into use of force, and 1 for a threat and what it came to.

    A threat is a raise of force or an ultimatum. It succeeds if a deal ends the crisis or the
    defender gives way; both end it without force. It is carried out if the challenger begins force
    after it.
    """
    kinds = lines["kind"]
    is_threat = np.isin(kinds, (Event.RAISES, Event.ULTIMATUM))
    threatens = bool(is_threat.any())
    succeeds = threatens and (is_deal or bool((kinds == Event.YIELDS).any()))
    after = lines[is_threat.argmax() :] if threatens else lines[:0]
    first = after[after["kind"] == Event.FIRST_SHOT]
    is_carried_out = len(first) > 0 and first["first"][0] == CHALLENGER
    return (
        int((kinds == Event.INCIDENT).sum()),
        int((kinds == Event.ESCALATES).sum()),
        int(threatens),
        int(succeeds),
        int(is_carried_out),
    )


def encounters(followed: Iterable[Followed]) -> Line:
    """Say how many encounters grew into use of force, those of both packs as one.

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
    share = estimate_share(np.array([followed.compelled.sum()]), threats)
    band = BANDS["compellence"]
    return line_of(PlayedFigure(share.value, share.low, share.high, band), band)


def threats(followed: Followed) -> Line:
    """Say how many threats the challenger carries out, after a start without violence.

    No source counts them as the model does.
    """
    made = max(1, int(followed.threatened.sum()))
    share = estimate_share(np.array([followed.carried_out.sum()]), made)
    band = Band("a threat is carried out", None, None, None, "share", "not known")
    return line_of(PlayedFigure(share.value, share.low, share.high, band), band)


def after_raise(start: str, played: Played) -> Line:
    """Say how many times likelier force is just after a first raise than on a calm day."""
    found = raise_ratio(played.happened)
    least, ratio = LEAST_RATIO[start], found.ratio
    title = GROUPS[start].title.lower()
    return Line(
        f"{title}: force within {WINDOW} days of a first raise, times that of a calm day",
        f">= {least:g}",
        f"{ratio.value:.1f}",
        ratio.value >= least,
        interval=f"{ratio.low:.1f}-{ratio.high:.1f}",
    )


if __name__ == "__main__":
    sys.exit(main())

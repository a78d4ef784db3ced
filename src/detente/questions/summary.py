"""Summarises a run: endings, first shots, how wars stopped; and extends runs to a precision."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.endings import SETTLEMENTS
from detente.ensemble.measures import ENDINGS, EVER, OUTCOMES, SETS, outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener
from detente.ensemble.simulate import resume
from detente.ensemble.tally import (
    INITIATORS,
    Beginning,
    CorridorDay,
    Tally,
    beginnings,
    corridor,
    standing,
    war_ends,
)
from detente.ensemble.weighing import Weighing, mean_of
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    consistent,
    estimate_ratio,
    estimate_share,
    more_needed,
)
from detente.estimate.quantiles import Among, Quantile, quantiles
from detente.estimate.variance import Split, split
from detente.kernel.endings import Ceasefire, FirstShot, Violence
from detente.questions.wording import titles


class FirstShots(NamedTuple):
    """How the first shot came, among futures with use of force or with war."""

    ways: Annotated[dict[FirstShot, Estimate], "their share in which it came so"]
    sides: Annotated[dict[FirstShot, dict[str, float]], "the same by whose it was: its parts"]
    mistakes: Annotated[Estimate | None, "of first shots that a side chose, those by mistake"]
    less: Annotated[Quantile | None, "how much less a mistake is worth, in half of them [basket]"]

    def as_json(self) -> dict[Any, Any]:
        """Return it for JSON."""
        mistakes = self.mistakes and {**self.mistakes.as_json(), "less": self.less}
        return {**self.ways, "mistakes": mistakes}


@dataclass(frozen=True, repr=False)
class OptionSummary(notebook.Shown):
    """The summary of one option."""

    main_table = "outcomes"

    title: str
    worlds: int
    titles: dict[str, str]
    """Titles of its endings and outcomes, with the crisis's own names."""
    endings: dict[str, Estimate]
    outcomes: dict[str, Estimate]
    variance: dict[str, Split]
    corridor: tuple[CorridorDay, ...]
    bands: dict[str, tuple[tuple[float, float], ...]]
    """90 % interval over worlds and chance of the shares in each state by day; only for the
    base."""
    axes: dict[str, dict[str, Estimate]]
    """Share of each combination of violence and settlement in all futures."""
    beginnings: tuple[Beginning, ...]
    first_shots: FirstShots | None
    """Among all futures with use of force; None if there is none."""
    war_shots: FirstShots | None
    """Among the futures with war, regional or not; None if there is none."""
    war_ends: dict[Ceasefire, int]
    digest: str

    def content(self) -> dict[str, Any]:
        """Return an option for `detente run --json`."""
        return fields_of(self, "title worlds endings outcomes variance digest")


@dataclass(frozen=True, repr=False)
class Summary(notebook.Shown):
    """The summary of a run."""

    main_table = "outcomes"

    run: Run
    options: dict[str, OptionSummary]
    """Each option in all its worlds; the base may have more."""
    shared_base: OptionSummary
    """The base in the worlds of the options, for comparison with them."""

    @property
    def base(self) -> OptionSummary:
        """Return the summary of the crisis without any option."""
        return self.options[BASE]

    @property
    def more_worlds(self) -> int:
        """Return how many more worlds make the interval of every outcome a point wide each way."""
        worlds = self.run.record.settings.worlds
        shares = self.base.outcomes.values()
        return max(more_needed(share.low, share.high, worlds) for share in shares)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the notes on this run's size."""
        settings, notes = self.run.record.settings, []
        below = 1 << (settings.worlds.bit_length() - 1)
        if settings.worlds != below:
            notes.append(
                f"the number of sets of assumptions, {settings.worlds}, is not a power of two; "
                f"{below} or {2 * below} would cover the assumptions more evenly"
            )
        if settings.futures_of_a_world == 1:
            notes.append(
                "with one course of events for each set of assumptions, we cannot separate chance "
                "from the effect of assumptions"
            )
        return tuple(notes)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente run --json` prints."""
        record = self.run.record
        return {
            "schema": "detente/run/1",
            "record": self.run.content(),
            "worlds": record.settings.worlds,
            "futures": record.settings.played,
            **fields_of(self.base, "endings outcomes variance"),
            "violence_by_settlement": self.base.axes,
            "corridor": self.base.corridor,
            "first_force": self.base.beginnings,
            "first_shot": self.base.first_shots,
            "first_shot_of_wars": self.base.war_shots,
            "war_ends": self.base.war_ends,
            "options": {**self.options, BASE: self.shared_base},
            **fields_of(self, "more_worlds notes"),
            "limits": record.limits,
            "digest": self.run.digest,
        }


def summarise(run: Run, *, options: Sequence[str] | None = None) -> Summary:
    """Summarise a run under each of its options, or those named.

    Those named must include the base.

    Raises `DetenteError` if a file of the run is missing or was changed.
    """
    settings = run.record.settings
    counted = run.options if options is None else options
    found = {option: _summarise(run, option, settings.worlds_of(option)) for option in counted}
    shared, is_alike = settings.shared_worlds, settings.shared_worlds == settings.worlds
    return Summary(run, found, found[BASE] if is_alike else _summarise(run, BASE, shared))


def _summarise(run: Run, option: str, worlds: int) -> OptionSummary:
    tally = run.tally(option, worlds=worlds)
    futures = run.record.settings.futures_of_a_world
    weighing = run.weighing_of(worlds)
    counts = {key: OUTCOMES[key].counted(tally.classes) for key in (*SETS, *EVER, *ENDINGS)}
    shares = {name: estimate_share(count, futures, weighing) for name, count in counts.items()}
    outcomes = consistent(shares, {key: OUTCOMES[key].members for key in shares})
    record = run.record.options[option]
    return OptionSummary(
        title=record.title,
        worlds=worlds,
        titles=titles(run.record),
        endings={name: outcomes[name] for name in ENDINGS},
        outcomes=outcomes,
        variance={name: split(count, futures, weighing) for name, count in counts.items()},
        corridor=tuple(corridor(tally, weighing)),
        bands={
            line: tuple(_band(by_world, futures, weighing))
            for line, by_world in standing(tally).items()
        }
        if option == BASE
        else {},
        axes={
            violence.name.lower(): {
                one.name.lower(): estimate_share(tally.axes[:, violence, one], futures, weighing)
                for one in SETTLEMENTS
            }
            for violence in Violence
        },
        beginnings=tuple(beginnings(tally, weighing)),
        first_shots=_first_shots(tally, futures, weighing),
        war_shots=_first_shots(tally, futures, weighing, of_wars=True),
        war_ends=war_ends(tally, weighing),
        digest=record.digest or "",
    )


def share_in(run: Run, option: str, outcome: str) -> Estimate:
    """Return the share of an outcome under an option of a run, with its intervals."""
    happened = OUTCOMES[outcome].counted(run.tally(option).classes)
    futures = run.record.settings.futures_of_a_world
    return estimate_share(happened, futures, run.weighing_of(len(happened)))


def _band(
    by_world: np.ndarray, futures: int, weighing: Weighing | None
) -> Iterator[tuple[float, float]]:
    """Yield the interval of each day; a day without a change has that of the day before."""
    before, ends = None, (0.0, 1.0)
    for day in by_world.T:
        if before is None or (day != before).any():
            before = day
            ends = estimate_share(day, futures, weighing, levels=None).interval[1:]
        yield ends


def first_shots_of(run: Run, option: str, *, of_wars: bool = False) -> FirstShots | None:
    """Return how the first shot came, in all uses of force or in wars; None if there are none."""
    tally, futures = run.tally(option), run.record.settings.futures_of_a_world
    return _first_shots(tally, futures, run.weighing_of(len(tally.classes)), of_wars=of_wars)


def _first_shots(
    tally: Tally, futures: int, weighing: Weighing | None, *, of_wars: bool = False
) -> FirstShots | None:
    kinds = slice(int(of_wars), None)
    shots, chosen = tally.first_shots[kinds].sum(axis=0), tally.chosen[kinds].sum(axis=0)
    forced = shots.sum(axis=(1, 2))
    if not forced.any():
        return None
    by_side = mean_of(shots, weighing) / mean_of(forced, weighing)
    counted = tally.mistakes[tally.mistakes[:, 2] >= kinds.start]
    homes, gaps = counted[:, 0].astype(np.int64), counted[:, 1]
    mistakes = np.bincount(homes, minlength=len(chosen))
    less = quantiles(Among(-gaps, homes, len(chosen), futures, weighing))
    return FirstShots(
        {
            way: estimate_ratio(shots[:, way].sum(axis=1), forced, futures, weighing)
            for way in FirstShot
        },
        {way: dict(zip(INITIATORS, by_side[way].tolist(), strict=True)) for way in FirstShot},
        estimate_ratio(mistakes, chosen, futures, weighing) if chosen.any() else None,
        None if less is None else less.half,
    )


MOST_FUTURES = 10_000_000
"""Default maximum of futures of each option."""
LEAST_STEP = 0.05
"""Minimum increase of futures in a step, as a share: each step solves all worlds again."""
WIDEST = 0.5
"""Upper bound of half an interval's length."""


def narrow(
    run: Run,
    widths: Mapping[str, float],
    *,
    most_futures: int = MOST_FUTURES,
    cluster: str | None = None,
    progress: Listener | None = None,
) -> Run:
    """Add futures to a run until each sampling interval is narrow enough in every option.

    The worlds are held fixed: more futures narrow the sampling interval, not the part of the other
    interval that comes from worlds. The run is extended in its folder.

    `widths` has by outcome the maximum half-length of the 90 % interval, above 0 and below .5;
    `most_futures` is the maximum number of futures of the base, even if intervals are still wider.
    `cluster` is where to play instead of on threads, as for `simulate`; `progress` is called with
    the progress of each step.

    Raises `DetenteError` if there is no such outcome, a width is out of its bounds, or the run
    cannot be extended.
    """
    check_widths(widths)
    while more := still_needed(run, widths):
        settings = run.record.settings
        wanted = settings.played + max(more, math.ceil(LEAST_STEP * settings.played))
        # Equal for all worlds, and at most the maximum.
        each = min(-(-wanted // settings.worlds), most_futures // settings.worlds)
        if each <= settings.futures_of_a_world:
            break
        futures = each * settings.worlds
        run = resume(run.folder, futures=futures, cluster=cluster, progress=progress)
    return run


def still_needed(run: Run, widths: Mapping[str, float]) -> int:
    """Return about how many more futures of the base make every interval narrow enough.

    An option that is played in half of the worlds gets half as many.
    """
    settings, needed = run.record.settings, [0]
    for name, option in summarise(run).options.items():
        played, part = settings.played_of(name), settings.worlds_of(name) / settings.worlds
        for key, width in widths.items():
            share = option.outcomes[key]
            more = more_needed(share.chance_low, share.chance_high, played, width)
            needed.append(math.ceil(more / part))
    return max(needed)


def check_widths(widths: Mapping[str, float]) -> None:
    """Raise `DetenteError` for a width that no interval can have."""
    for key, width in widths.items():
        outcome_of(key, where="until")
        if not 0.0 < width < WIDEST:
            what = f"the width of {key} is {width:g}; use one above 0 and below {WIDEST:g}"
            raise DetenteError(what, where="until", hint=f"for example {key}=0.5% or {key}=0.005")

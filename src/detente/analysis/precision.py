"""Extends a run until chance leaves its shares as sure as asked."""

import math
from collections.abc import Mapping

from detente.analysis.summary import summarise
from detente.ensemble.run import Run, members_of
from detente.ensemble.shares import more_needed
from detente.ensemble.simulate import Listener, resume
from detente.errors import DetenteError

MOST_FUTURES = 10_000_000
"""Where to stop, for each option, by default."""
LEAST_STEP = 0.05
"""Share of the futures there that a step adds at least: each step solves all worlds again."""
WIDEST = 0.5
"""No interval is wider each way."""


def narrow(
    run: Run,
    widths: Mapping[str, float],
    *,
    most_futures: int = MOST_FUTURES,
    cluster: str | None = None,
    progress: Listener | None = None,
) -> Run:
    """Add futures to a run until each sampling interval is as narrow as asked, in every option.

    The worlds are held fixed: more futures narrow that interval, and not the one over worlds and
    chance beyond it.

    Parameters
    ----------
    run
        A finished run; it is extended in its folder.
    widths
        For outcomes, by key: half the length that the 90 % interval may have, above 0, below .5.
    most_futures
        Futures of the base at which to stop, however wide the intervals are.
    cluster
        Where to play instead of on threads, as for `simulate`.
    progress
        Called now and then with how far each step has come.

    Raises
    ------
    DetenteError
        If there is no such outcome, a width is out of its bounds, or the run cannot be extended.
    """
    check_widths(widths)
    while (futures := _next_size(run, widths, most_futures)) is not None:
        run = resume(run.folder, futures=futures, cluster=cluster, progress=progress)
    return run


def still_needed(run: Run, widths: Mapping[str, float]) -> int:
    """Return about how many more futures of the base bring every interval to its width.

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
    """Refuse what no interval can be brought to.

    Raises
    ------
    DetenteError
        If there is no such outcome or a width is out of its bounds.
    """
    for key, width in widths.items():
        members_of(key, where="until")
        if not 0.0 < width < WIDEST:
            what = f"the width of {key} is {width:g}; use one above 0 and below {WIDEST:g}"
            raise DetenteError(what, where="until", hint=f"for example {key}=0.5% or {key}=0.005")


def _next_size(run: Run, widths: Mapping[str, float], most_futures: int) -> int | None:
    """Return the futures to go on to, alike for all worlds; None if there is nothing to add."""
    settings = run.record.settings
    more = still_needed(run, widths)
    if more == 0:
        return None
    wanted = settings.played + max(more, math.ceil(LEAST_STEP * settings.played))
    each = min(-(-wanted // settings.worlds), most_futures // settings.worlds)
    return each * settings.worlds if each > settings.futures_of_a_world else None

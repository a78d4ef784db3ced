"""Whether failed talks bring war nearer, and whether war draws in others: the tenth hypothesis.

`python -m verification.no_way_back` plays `oman-2026` from one state, on the same worlds and the
same chance, once with talks alive and once with talks that have failed on the as-of date
(`talks.have_failed`), and tells war by day in both, the paired difference, and the share of wars
that other states join. The hypothesis is rejected if war comes no sooner after talks have failed,
or if hardly any war draws in others. Intervals are of 90 %: of chance, and over worlds.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente import Run, load, simulate
from detente.cli import terminal
from detente.ensemble.shares import Share, estimate, estimate_mean
from detente.ensemble.tally import INITIATORS
from detente.kernel.endings import Ending
from detente.kernel.layout import Array

PACK = "oman-2026"
STATES = {"alive": 0, "failed": 1}
"""How the talks stand at the start."""
DAYS = (30, 90, 365)
ALLY = INITIATORS.index("ally")
HARDLY_EVER = 0.05
"""Share of wars below which others hardly ever join."""
SUPPORTED, REJECTED, CANNOT_TELL = "supported", "rejected", "cannot tell"


class Wars(NamedTuple):
    """What became of the futures of a run, in their order, shape (worlds, futures) each."""

    day: Array
    """Day on which force that became war began; past all days where there was none."""
    has_joined: Array
    """Whether a state fought beyond the two sides, and beyond an ally that struck first."""
    is_regional: Array
    """Whether a war became a regional one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play both, print what they tell and return 0."""
    parser = argparse.ArgumentParser(prog="python -m verification.no_way_back")
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=25_600)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        report(*(wars_of(played(Path(folder), state, options)) for state in STATES))
    return 0


def played(folder: Path, state: str, options: argparse.Namespace) -> Run:
    """Play the crisis with talks alive or failed at its start."""
    crisis = load(PACK, changes={"talks.have_failed": STATES[state]})
    return simulate(crisis, worlds=options.worlds, futures=options.futures, out=folder / state)


def wars_of(run: Run) -> Wars:
    """Return when wars began in a run, and which of them drew in others."""
    rows = np.concatenate(list(run.rows()))
    rows = np.sort(rows, order=["world", "future"])
    is_war = rows["ending"] >= Ending.WAR
    day = np.where(is_war, rows["first_force_day"].astype(np.int64), np.iinfo(np.int64).max)
    shape = (run.record.settings.worlds, -1)
    joined = rows["parties"] > np.where(rows["initiator"] == ALLY, 3, 2)
    regional = rows["ending"] == Ending.REGIONAL_WAR
    return Wars(day.reshape(shape), joined.reshape(shape), regional.reshape(shape))


def report(alive: Wars, failed: Wars) -> None:
    """Print war by day in both, the difference, who joins, and what follows."""
    heading = ("war by day, of 100 futures", *STATES, "difference", "over worlds")
    rows = [_row(alive, failed, day) for day in DAYS]
    terminal.show_table([heading, *rows], right=" rrr")
    joins = among_wars(failed, failed.has_joined)
    regional = among_wars(failed, failed.is_regional)
    terminal.say(
        f"Of 100 wars after talks have failed {words(joins)[0]} draw in another state, and "
        f"{words(regional)[0]} become regional."
    )
    says = verdict(sooner(alive, failed, DAYS[1]), joins)
    terminal.say(f"In this model the hypothesis is: {says}.")


def _row(alive: Wars, failed: Wars, day: int) -> tuple[str, ...]:
    shares = (f"{100.0 * by_day(wars, day).mean():.1f}" for wars in (alive, failed))
    return (f"  {day}", *shares, *words(sooner(alive, failed, day)))


def by_day(wars: Wars, day: int) -> Array:
    """Return the share of each world's futures with war by a day, shape (worlds,)."""
    shares: Array = (wars.day <= day).mean(axis=1)
    return shares


def sooner(alive: Wars, failed: Wars, day: int) -> Share:
    """Estimate how much likelier war is by a day once talks have failed, future by future."""
    gain = (failed.day <= day).astype(float) - (alive.day <= day)
    return estimate_mean(gain.mean(axis=1), (gain * gain).mean(axis=1), gain.shape[1])


def among_wars(wars: Wars, marks: Array) -> Share:
    """Estimate the share of wars that are marked, over all worlds."""
    is_war = wars.day <= DAYS[-1]
    return estimate(np.array([(marks & is_war).sum()]), int(is_war.sum()))


def words(share: Share) -> tuple[str, str]:
    """Return a share of 100 with its interval, and its spread over worlds."""
    low, high = 100.0 * share.low, 100.0 * share.high
    spread = f"{100.0 * share.spread_low:.1f} to {100.0 * share.spread_high:.1f}"
    return f"{100.0 * share.share:.1f} ({low:.1f} to {high:.1f})", spread


def verdict(gain: Share, joins: Share) -> str:
    """Say what follows for the hypothesis, from both intervals of the gain and that of joining."""
    if gain.low > 0.0 and gain.spread_low > 0.0 and joins.low > HARDLY_EVER:
        return SUPPORTED
    if gain.high <= 0.0 or joins.high < HARDLY_EVER:
        return REJECTED
    return CANNOT_TELL


if __name__ == "__main__":
    sys.exit(main())

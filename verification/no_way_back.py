"""Whether failed talks bring war nearer, and whether war draws in others: the tenth hypothesis.

`python -m verification.no_way_back` plays `oman-2026` and tests its hypothesis `no_way_back`, as
`detente hypotheses RUN --only no_way_back` does, then tells what that leaves out: war by day from
one state, on the same worlds and the same chance, with talks alive and with talks that have failed
on the as-of date (`talks.have_failed`), and the share of those wars that become regional. Intervals
are of 90 %, over worlds and chance.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence

import numpy as np

from detente import Run, hypotheses, load, simulate
from detente.analysis.hypotheses.arms import arm_of, play_missing, read_all
from detente.analysis.hypotheses.contrasts import ratio
from detente.analysis.hypotheses.measures import FUTURES, Counted, counted
from detente.analysis.hypotheses.verdicts import estimate
from detente.analysis.wording import VERDICTS, sized
from detente.cli import terminal
from detente.ensemble import record as records

PACK, KEY = "oman-2026", "no_way_back"
STATES = {"alive": 0, "failed": 1}
"""How the talks stand at the start."""
DAYS = (30, 90, 365)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play both, print what they tell and return 0."""
    parser = argparse.ArgumentParser(prog="python -m verification.no_way_back")
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=25_600)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        run = simulate(
            load(PACK), worlds=options.worlds, futures=options.futures, out=f"{folder}/run"
        )
        found = hypotheses(run, only=[KEY]).tested[0]
        report(*(kept(run, state) for state in STATES))
    terminal.say(f"In this model the hypothesis is: {VERDICTS[found.verdict]}. {found.why}".strip())
    return 0


def kept(run: Run, state: str) -> np.ndarray:
    """Return what is kept of each future with talks alive or failed at its start."""
    arm, worlds = arm_of({"talks.have_failed": STATES[state]}, FUTURES), run.record.settings.worlds
    play_missing(run, [arm], worlds, threads=records.processors())
    return read_all(run, arm, worlds)


def report(alive: np.ndarray, failed: np.ndarray) -> None:
    """Print war by day in both, the difference, and how many wars become regional."""
    heading = ("war by day, of 100 futures", *STATES, "difference", "over worlds")
    terminal.show_table([heading, *(_row(alive, failed, day) for day in DAYS)], right=" rrr")
    of_wars = regional(failed)
    told = sized(100.0 * ratio(of_wars)) if of_wars.below.any() else "none"
    terminal.say(f"Of 100 wars after talks have failed {told} become regional.")


def _row(alive: np.ndarray, failed: np.ndarray, day: int) -> tuple[str, ...]:
    both = [counted("any_war", day, one) for one in (alive, failed)]
    found = estimate(both[1].above - both[0].above)
    low, high, spread_low, spread_high = (sized(100.0 * (end or 0.0)) for end in found[1:])
    difference = f"{sized(100.0 * found.estimate)} ({low} to {high})"
    shares = (sized(100.0 * ratio(one)) for one in both)
    return (f"  {day}", *shares, difference, f"{spread_low} to {spread_high}")


def regional(one: np.ndarray) -> Counted:
    """Return wars that become regional, among all."""
    return Counted(counted("regional_war", None, one).above, counted("any_war", None, one).above)


if __name__ == "__main__":
    sys.exit(main())

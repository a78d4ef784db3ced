"""Three reported salvos of ballistic missiles against one generic defence of two tiers.

`python -m verification.salvos` prints how many missiles hit by the model and how many were reported
to have, and fails if the model's 90 % interval does not hold a report, or holds it only because it
holds nearly everything. It fails as well if a defence that no report fits would pass.
"""

import argparse
from collections.abc import Iterable, Sequence

import numpy as np

from verification.salvos.agreement import (
    ABSURD,
    GENERIC,
    LESSER,
    Verdict,
    judge,
    shares,
)
from verification.salvos.events import Event, reported_events
from verification.salvos.kernel import FATES, Effort, Shield

PERCENT = 100.0
IGNORANT_WIDTH = 0.9
"""Width of the 90 % interval if any number of hits is as likely as any other."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and return 1 if a report is not covered or the check cannot fail."""
    effort = Effort(**vars(parser().parse_args(arguments)))
    events = reported_events()
    verdicts = judge(events, GENERIC, effort)
    print(f"{GENERIC.name}, the same for every salvo, in {effort.worlds} worlds")
    print_verdicts(verdicts)
    print_fates(verdicts)
    print("\nother defences: the 90 % interval of hits, and whether the report passes")
    print(f"{'':26}" + "".join(f"{event.name:>26}" for event in events))
    print_row(GENERIC, verdicts)
    passed = [shield.name for shield in ABSURD if any(try_out(shield, events, effort))]
    for shield in LESSER:
        try_out(shield, events, effort)
    failed = [verdict.event.name for verdict in verdicts if not verdict.passes()]
    print("\nnot passed: " + (", ".join(failed) or "none"))
    print("absurd and passed all the same: " + (", ".join(passed) or "none"))
    return 1 if failed or passed else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    usual = Effort()
    made = argparse.ArgumentParser(description="Reported salvos, against a generic defence.")
    made.add_argument("--worlds", type=int, default=usual.worlds)
    made.add_argument("--seed", type=int, default=usual.seed)
    return made


def print_verdicts(verdicts: Iterable[Verdict]) -> None:
    """Print each salvo as reported and as the defence has it."""
    for verdict in verdicts:
        event = verdict.event
        low, high = verdict.interval()
        ranks = " to ".join(dict.fromkeys(f"{rank:.3f}" for rank in verdict.ranks()))
        print(f"{event.name}: {span(event.launched)} launched over {days(event.days)}")
        print(f"  reported    {span(event.hits)} hit ({event.source})")
        print(f"  in doubt    {event.doubt}")
        print(f"  the model   {low:.0f} to {high:.0f} hit, median {median(verdict):.0f}")
        print(
            f"  covered     {yes(verdict.is_covered())}: the interval holds "
            f"{PERCENT * verdict.held():.0f} % of what was reported, at rank {ranks} of the worlds"
        )
        print(
            f"  it says     the interval spans {PERCENT * verdict.width():.0f} % of those "
            f"launched (ignorance {PERCENT * IGNORANT_WIDTH:.0f} %); the report is "
            f"{verdict.gain():.1f} times as likely as by ignorance"
        )


def print_fates(verdicts: Sequence[Verdict]) -> None:
    """Print what became of the missiles, and how often a tier had no time to fire."""
    print("\nof 100 launched" + "".join(f"{fate:>12}" for fate in FATES))
    for verdict in verdicts:
        numbers = PERCENT * shares(verdict.played)
        print(f"{verdict.event.name:15}" + "".join(f"{number:12.1f}" for number in numbers))
    idle = PERCENT * np.mean(verdicts[0].played.looks < 1.0, axis=0)
    print(
        f"a missile is past before it can be fired at: by the upper tier in {idle[0]:.0f} % of "
        f"worlds, by the lower in {idle[1]:.0f} %"
    )


def try_out(shield: Shield, events: Sequence[Event], effort: Effort) -> list[bool]:
    """Print what a defence makes of each event, and return which of them it passes."""
    verdicts = judge(events, shield, effort)
    print_row(shield, verdicts)
    return [verdict.passes() for verdict in verdicts]


def print_row(shield: Shield, verdicts: Iterable[Verdict]) -> None:
    """Print one line of the table of defences."""
    cells = []
    for verdict in verdicts:
        low, high = verdict.interval()
        cells.append(f"{low:.0f} to {high:.0f} {yes(verdict.passes()):>4}")
    print(f"{shield.name:26}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


def median(verdict: Verdict) -> float:
    """Return the median of the hits over worlds."""
    return float(np.median(verdict.played.hits()))


def span(ends: tuple[int, int]) -> str:
    """Return a span of numbers in words."""
    return f"{ends[0]}" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def days(number: int) -> str:
    """Return a number of days in words."""
    return "one day" if number == 1 else f"{number} days"


def yes(is_so: bool) -> str:
    """Return yes or no."""
    return "yes" if is_so else "no"


if __name__ == "__main__":
    raise SystemExit(main())

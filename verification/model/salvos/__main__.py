"""Compares reported salvos with a generic defence and a shipped crisis, and aircraft losses.

`python -m verification.model.salvos` prints how many weapons of each kind pass in the model and how
many were reported to have passed, against one generic defence and against the challenger's in
oman-2026. It fails if the model's 90 % interval does not contain a report, or contains it only
because it contains nearly everything; if a defence that fits no report would pass; or if the air
defence of either pack shoots down aircraft in another order than reported for air raids, or with
another share of its shots.

Aircraft lost a sortie in 1991 and in June 2025 are omitted, as there is no figure that may be
cited. Defences that lack one component are shown, too, and cannot fail; `--judged-only` omits them.
"""

import argparse
from collections.abc import Iterable, Sequence

import numpy as np

from detente.kernel.layout import Array
from verification.model.salvos.agreement import (
    ABSURD,
    ENDS,
    GENERIC,
    LESSER,
    LOST_IN_1999,
    SHIPPED,
    SHOTS,
    Judged,
    Verdict,
    downed_by,
    holds_shots,
    is_of_the_order,
    judge,
    shares,
)
from verification.model.salvos.events import Event, reported_events
from verification.model.salvos.kernel import FATES, Effort, Shield, crisis_of, fly

PERCENT = 100.0
IGNORANT_WIDTH = 0.9
"""Width of the 90 % interval if any number of hits is as likely as any other."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and return 1 if a report is not covered or the check cannot fail."""
    options = parser().parse_args(arguments)
    effort = Effort(options.worlds, options.seed)
    events = reported_events()
    judged, shipped = (print_all(shield, events, effort) for shield in (GENERIC, SHIPPED))
    print(
        "\nother defences: the 90 % interval of ballistic missiles that pass, and whether all does"
    )
    print(f"{'':40}" + "".join(f"{event.name:>26}" for event in events))
    print_row(GENERIC, judged)
    print_row(SHIPPED, shipped)
    passed = [shield.name for shield in ABSURD if any(try_out(shield, events, effort))]
    for shield in () if options.judged_only else LESSER:
        try_out(shield, events, effort)
    failed = [one.event.name for one in (*judged, *shipped) if not one.passes()]
    shields = (GENERIC, SHIPPED)
    failed += [f"aircraft, {one.name}" for one in shields if not print_flown(one, effort)]
    print("\nnot passed: " + (", ".join(failed) or "none"))
    print("absurd and passed all the same: " + (", ".join(passed) or "none"))
    return 1 if failed or passed else 0


def print_all(shield: Shield, events: Sequence[Event], effort: Effort) -> list[Judged]:
    """Print what one defence makes of each event, and return it."""
    print(f"\n{shield.name}, the same for every salvo, in {effort.worlds} worlds")
    judged = judge(events, shield, effort)
    for one in judged:
        print_judged(one)
    print_fates(judged)
    return judged


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    usual = Effort()
    made = argparse.ArgumentParser(description="Reported salvos, against a generic defence.")
    made.add_argument("--worlds", type=int, default=usual.worlds)
    made.add_argument("--seed", type=int, default=usual.seed)
    made.add_argument("--judged-only", action="store_true", help="nothing that cannot fail")
    return made


def print_judged(judged: Judged) -> None:
    """Print a salvo as reported and as the defence has it."""
    event = judged.event
    print(f"\n{event.name}, over {days(event.days)}")
    print(f"  reported    {event.source}")
    print(f"  in doubt    {event.doubt}")
    for verdict in judged.verdicts:
        print_verdict(verdict)


def print_verdict(verdict: Verdict) -> None:
    """Print what was reported of one kind of weapons, and what the defence makes of it."""
    part = verdict.part
    low, high = verdict.interval()
    reported = f"at most {part.passed[1]}" if part.is_bound else span(part.passed)
    ranks = " to ".join(dict.fromkeys(f"{rank:.3f}" for rank in verdict.ranks()))
    print(f"  {part.kind.replace('_', ' ')}: {reported} of {span(part.launched)} passed")
    print(f"    the model {low:.0f} to {high:.0f}, median {median(verdict):.0f}")
    print(f"    covered   {yes(verdict.is_covered())}, at rank {ranks} of the worlds")
    print(
        f"    it says   the interval spans {PERCENT * verdict.width():.0f} % of those launched "
        f"(ignorance {PERCENT * IGNORANT_WIDTH:.0f} %); the report is {verdict.gain():.1f} times "
        "as likely as by ignorance"
    )


def print_fates(judged: Iterable[Judged]) -> None:
    """Print what became of the weapons of each kind."""
    print(f"\n{'of 100 launched':34}" + "".join(f"{fate:>12}" for fate in FATES))
    for one in judged:
        for verdict in one.verdicts:
            name = f"{one.event.name}, {verdict.part.kind.replace('_', ' ')}"
            numbers = PERCENT * shares(verdict.played)
            print(f"{name:34}" + "".join(f"{number:12.1f}" for number in numbers))


def print_flown(shield: Shield, effort: Effort) -> bool:
    """Print what aircraft the air defence of a pack downs; return whether that is as reported."""
    flown = fly(shield.pack, effort)
    crisis = crisis_of(shield.pack)
    raided = crisis.model.actors[crisis.of_role("defender")].name
    print(f"\naircraft against the defence of {raided}")
    print(f"  lost in 100 sorties: {hundredths(flown.lost_a_sortie)}")
    print(f"    reported           {PERCENT * LOST_IN_1999:.3f} in 1999 (2 jets, 38,000 sorties)")
    for event, (lost, fired) in SHOTS.items():
        downed = downed_by(fired, flown, effort)
        low, middle, high = np.quantile(downed, (ENDS[0], 0.5, ENDS[1]))
        print(f"  downed by {fired:,} rounds: {low:.0f} to {high:.0f}, median {middle:.0f}")
        print(f"    reported           {lost} in {event}")
    return is_of_the_order(flown) and holds_shots(flown, effort)


def hundredths(shares: Array) -> str:
    """Return the interval and the median of shares over worlds, of 100."""
    low, middle, high = PERCENT * np.nanquantile(shares, (ENDS[0], 0.5, ENDS[1]))
    return f"{low:.3f} to {high:.2f}, median {middle:.2f}"


def try_out(shield: Shield, events: Sequence[Event], effort: Effort) -> list[bool]:
    """Print what a defence makes of each event, and return which of them it passes."""
    judged = judge(events, shield, effort)
    print_row(shield, judged)
    return [one.passes() for one in judged]


def print_row(shield: Shield, judged: Iterable[Judged]) -> None:
    """Print one line of the table of defences."""
    cells = []
    for one in judged:
        low, high = one.verdicts[0].interval()
        cells.append(f"{low:.0f} to {high:.0f} {yes(one.passes()):>4}")
    print(f"{shield.name:40}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


def median(verdict: Verdict) -> float:
    """Return the median of those that passed over worlds."""
    return float(np.median(verdict.played.passed()))


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

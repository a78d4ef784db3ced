"""Compares raids that are simulated weapon by weapon with the kernel's.

`python -m verification.model.raids` prints the weapons that leak and why, in percent of those
launched. First come raids for which the kernel's formulas are exact or nearly so; the check fails
if the two differ by more than chance. Then come raids for which the formulas are approximations,
with the size of the error. These cannot fail; `--judged-only` omits them.
"""

import argparse
from collections.abc import Iterable, Sequence

import numpy as np

from detente.kernel.layout import Array
from verification.model.raids.agreement import COLUMNS, Effort, Verdict, judge
from verification.model.raids.cases import AGREED, BEYOND, Case

PERCENT = 100.0
RIVALS = (
    "  (in brackets: in the kernel all first looks come before second ones, so that rounds that\n"
    "  run short leave fewer weapons unfired at and more missed once; as many leak)"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables and return 1 if some case is not agreed on."""
    options = parser().parse_args(arguments)
    effort = Effort(options.flown, options.drawn, options.seed)
    disputed = [
        case.name for case in chosen(AGREED, options.only) if not is_agreed(judge(case, effort))
    ]
    print("not agreed on: " + (", ".join(disputed) or "none"))
    if not options.judged_only:
        show_gaps(chosen(BEYOND, options.only), effort)
    return 1 if disputed else 0


def show_gaps(cases: Iterable[Case], effort: Effort) -> None:
    """Print what cases leak in which the formulas are approximations, by both."""
    print("\nbeyond the formulas: simulated, drawn by the kernel, and the first less the second")
    print(f"{'':52}" + "".join(f"{column:>13}" for column in ("", "", *COLUMNS)))
    for case in cases:
        print_gaps(judge(case, effort))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    usual = Effort()
    made = argparse.ArgumentParser(description="Raids simulated, against the kernel's.")
    made.add_argument("--flown", type=int, default=usual.flown, help="objects flown in each case")
    made.add_argument("--drawn", type=int, default=usual.drawn, help="raids drawn by the kernel")
    made.add_argument("--seed", type=int, default=usual.seed)
    made.add_argument("--judged-only", action="store_true", help="nothing that cannot fail")
    made.add_argument("--only", default="", help="cases whose name has this in it")
    return made


def chosen(cases: Iterable[Case], text: str) -> list[Case]:
    """Return the cases whose name has a text in it."""
    return [case for case in cases if text in case.name]


def is_agreed(verdict: Verdict) -> bool:
    """Print a case's table, and return whether both agree on it."""
    case, simulated, drawn = verdict.case, verdict.simulated, verdict.drawn
    print(f"{case.name} ({', '.join(case.exercises)}), {verdict.raids} raids simulated")
    print(f"{'':16}" + "".join(f"{column:>13}" for column in COLUMNS))
    print(f"{'  simulated':16}" + with_errors(simulated.means, simulated.errors))
    print(f"{'  kernel drawn':16}" + with_errors(drawn.means, drawn.errors))
    print(
        f"{'  and expected':16}" + "".join(f"{PERCENT * mean:13.2f}" for mean in verdict.expected)
    )
    print(f"{'  difference':16}" + "".join(marks(verdict)) + " standard errors", flush=True)
    if case.are_looks_rivals:
        print(RIVALS)
    return verdict.is_agreed()


def marks(verdict: Verdict) -> list[str]:
    """Return the difference in standard errors by column; in brackets where none is claimed."""
    claimed = verdict.claimed()
    return [
        f"{number:13.1f}" if column in claimed else f"{f'({number:.1f})':>13}"
        for column, number in enumerate(verdict.deviations())
    ]


def print_gaps(verdict: Verdict) -> None:
    """Print what a case leaks in the simulation beyond the kernel."""
    gaps = verdict.gaps()
    leakage = [verdict.simulated.means[0], verdict.drawn.means[0]]
    print(
        f"{verdict.case.name:52}"
        + "".join(f"{PERCENT * share:13.2f}" for share in leakage)
        + with_errors(gaps.means, gaps.errors),
        flush=True,
    )


def with_errors(means: Array, errors: Array) -> str:
    """Return a row of means with their standard errors."""
    pairs = zip(PERCENT * np.asarray(means), PERCENT * np.asarray(errors), strict=True)
    return "".join(f"{mean:8.2f} ±{error:3.2f}" for mean, error in pairs)


if __name__ == "__main__":
    raise SystemExit(main())

"""Checks that every valid pack can be played: packs drawn at random, and numbers at their limits.

    python -m verification.model.extremes [--packs N] [--numbers N] [--seed S] [--only CASE]

Packs are drawn from the schema of packs. In addition every number of the packs that ship is set to
both of its limits and to values between, one number at a time. Each pack that `check` accepts is
solved and played. One future is traced, some are analysed for causes, and some are written as a run
and read again, with every index checked. Every figure must be finite, every policy must sum to 1,
and every future must obey the laws of futures. Each pack is played in a separate process, which is
stopped if it takes too much time or memory.
"""

import argparse
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from detente import pack
from detente.pack.comparison import quantity_words
from detente.pack.options import IN_DISPUTE, targets
from detente.pack.quantity import Domain, Quantity
from verification.model.drawn import REASON, draw
from verification.model.playing import Case, Outcome
from verification.model.watching import Watch, watched

PACKS = 10_000
SEED = 1
MOST_INVALID = 0.05
"""Share of drawn packs that `check` may refuse; more, and too few are played."""
MOST_SHOWN = 40
"""Kinds of failure that are reported."""
BETWEEN = (1, 2, 3, 6)
"""Powers of ten by which a number between the ends is nearer to the lower one."""
FINE = ("clean", "refused", "invalid")
"""Verdicts that are no failure."""


def numbers() -> list[str]:
    """Return every number of the packs that ship at its ends and between, as PACK:FIELD=VALUE.

    What a dispute decides is no number to set; drawn packs have it either way.
    """
    return [
        f"{name}:{field}={value!r}"
        for name in pack.shipped()
        for field, (_, measure) in targets(pack.load(name).model).numbers.items()
        if field not in IN_DISPUTE
        for value in points(measure.limits)
    ]


def points(limits: Domain) -> list[float]:
    """Return both ends of what a number may be and values between, most of them near the lower."""
    width = limits.upper - limits.lower
    between = [] if limits.whole else [limits.lower + width * 10.0**-power for power in BETWEEN]
    return [limits.lower, *sorted(between), limits.upper]


def cases(seed: int, packs: int, chosen: int | None) -> list[Case]:
    """Return drawn packs, and numbers of the packs that ship: all, or so many by chance."""
    all_numbers = numbers() if chosen is None or chosen > 0 else []
    if chosen is not None:
        rng = random.Random(seed)  # noqa: S311 - no secret
        all_numbers = rng.sample(all_numbers, min(chosen, len(all_numbers)))
    return [Case(seed, name) for name in (*map(str, range(packs)), *all_numbers)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Play everything on all cores, or replay one case, and return the exit status."""
    asked = _parser().parse_args(arguments)
    os.environ.setdefault("NUMBA_BOUNDSCHECK", "1")  # processes started from here compile so
    if asked.only is not None:
        return replay(Case(asked.seed, asked.only))
    start = time.monotonic()
    outcomes = list(reported_now_and_then(watched(cases(asked.seed, asked.packs, asked.numbers))))
    status = report(outcomes)
    print(f"took {time.monotonic() - start:.0f} s on {os.cpu_count()} cores")
    return status


def reported_now_and_then(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """Pass outcomes on, and say each failure's kind at once when it is the first of it."""
    seen: set[str] = set()
    for outcome in outcomes:
        if outcome.verdict not in FINE and outcome.reported not in seen:
            seen.add(outcome.reported)
            print(f"{outcome.case.name}: {outcome.verdict}: {outcome.reported}", flush=True)
        yield outcome


def report(outcomes: Sequence[Outcome]) -> int:
    """Print counts by verdict, each kind of failure and the slowest; return the exit status."""
    drawn = [one for one in outcomes if one.case.is_drawn]
    for title, some in (("packs", drawn), ("numbers", [*_others(outcomes)])):
        counts = Counter(one.verdict for one in some)
        listed = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        print(f"{len(some)} {title}: {listed or 'none'}")
    for verdict in ("refused", "invalid"):
        _list(verdict, [one for one in outcomes if one.verdict == verdict])
    failed = [one for one in outcomes if one.verdict not in FINE]
    _list("failed", failed)
    if outcomes:
        slowest = max(outcomes, key=lambda one: one.seconds)
        mean = sum(one.seconds for one in outcomes) / len(outcomes)
        print(f"{mean:.2f} s each, slowest {slowest.seconds:.1f} s: {slowest.case.name}")
    invalid = sum(one.verdict == "invalid" for one in drawn)
    return int(bool(failed) or not outcomes or invalid > MOST_INVALID * len(drawn))


def _others(outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    return (one for one in outcomes if not one.case.is_drawn)


def _list(verdict: str, outcomes: Sequence[Outcome]) -> None:
    """Print how often each kind came, with the line that replays the first."""
    kinds = Counter(_kind(one) for one in outcomes)
    first = {_kind(one): one for one in reversed(outcomes)}
    for kind, count in kinds.most_common(MOST_SHOWN):
        seed, name = first[kind].case.seed, first[kind].case.name
        print(f"{count} times {kind}")
        if verdict == "failed":
            print(f"  replay: python -m verification.model.extremes --seed {seed} --only '{name}'")


def _kind(outcome: Outcome) -> str:
    """Return what outcomes of a kind have in common: the verdict, and the words but figures."""
    return f"{outcome.verdict}: {re.sub(r'[-+]?[0-9][-+0-9.,e]*', 'N', outcome.reported)}"


def replay(case: Case) -> int:
    """Play one case and report all of it; of a failure, also the numbers on which it depends."""
    if case.is_drawn:
        print(draw(case.seed, int(case.name)).text)
    with Watch() as watch:
        outcome = watch.ask(case)
        print(
            f"{outcome.verdict} after {outcome.seconds:.2f} s {outcome.reported}\n{outcome.trace}"
        )
        if outcome.verdict not in FINE and case.is_drawn:
            for field, known in blamed(outcome, watch.ask).items():
                print(f"hangs on {field}: {quantity_words(known)}")
    return int(outcome.verdict not in FINE)


def blamed(outcome: Outcome, ask: Callable[[Case], Outcome]) -> Mapping[str, Quantity]:
    """Return numbers of a drawn pack with which alone it fails, all others being as usual.

    Half of the numbers are put back to what is usual, then the other half, then quarters and so on;
    those stay put back without which the verdict is the same.
    """
    case = outcome.case
    numbers = draw(case.seed, int(case.name)).reading.numbers
    left = [name for name, number in numbers.items() if number.assumed == REASON]
    size = len(left)
    while size:
        for start in range(0, len(left), size):
            tried = case._replace(calm=case.calm | set(left[start : start + size]))
            if ask(tried).verdict == outcome.verdict:
                case = tried
        left = [name for name in left if name not in case.calm]
        size = min(size, len(left)) // 2 if size > 1 else 0
    return {name: numbers[name] for name in left}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.model.extremes",
        description="Play packs drawn by chance, and numbers at the ends of what they may be.",
        epilog="Exit status: 0 all were played or refused in words; 1 some were not.",
    )
    parser.add_argument("--packs", type=_count, default=PACKS, metavar="N", help="how many")
    parser.add_argument("--numbers", type=_count, metavar="N", help="how many; all unless given")
    parser.add_argument("--seed", type=_count, default=SEED, help="another seed, other packs")
    parser.add_argument("--only", metavar="CASE", help="replay one: an index, or PACK:FIELD=VALUE")
    return parser


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no count; use a whole number of 0 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

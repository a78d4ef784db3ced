"""Feed the readers of packs and of observations with damaged texts: each is to tell faults, soon.

Input `index` of a seed is the same text for as long as the packs are, so that a failure can be
replayed alone. Most inputs are valid packs with something broken in one of their files; one in ten
is a file of observations, broken likewise.
"""

import argparse
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Literal, NamedTuple

from detente import pack
from detente.errors import DetenteError, Fault
from detente.pack.observed import ObservationFaults, read_observations
from verification.mutations import WEIGHTS, Input, make

INPUTS = 100_000
SEED = 1
LONGEST = 2.0
"""Processor time within which an input must be judged [s]."""
MOST_MEMORY = 256
"""Memory that a process may ever have held [MiB]."""
AT_ONCE = 100
"""Inputs that a process takes at a time."""
MOST_TOLD = 20
"""Kinds of failure that are told."""

Verdict = Literal["unreadable", "faulty", "faultless", "refused", "failed"]
"""Unreadable is a text that is no TOML; refused is one that is too long."""

HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control and bidirectional characters, which may not reach a message."""


class Outcome(NamedTuple):
    """What became of an input."""

    number: int
    kind: str
    verdict: Verdict
    seconds: float
    memory: int
    told: str


class TooSlow(Exception):  # noqa: N818 - not an error of the program
    """Raised within the reader when an input has taken too long."""


def judge(given: Input) -> tuple[Fault, ...]:
    """Return the faults of an input; one without faults is loaded too.

    Raises `DetenteError` if the reader refuses it, and whatever the reader wrongly raises.
    """
    with tempfile.TemporaryDirectory() as name:
        for file, content in given.files.items():
            (Path(name) / file).write_bytes(content)
        with limited(LONGEST):
            if given.is_observed:
                return _faults_of_observations(Path(name, *given.files))
            faults = pack.check(Path(name))
            if not faults:
                pack.load(Path(name))
    return faults


def _faults_of_observations(file: Path) -> tuple[Fault, ...]:
    try:
        read_observations(file, crisis(), horizon=365)
    except ObservationFaults as found:
        return tuple(found.faults)
    return ()


@cache
def crisis() -> pack.Crisis:
    """Return the crisis that observations are of."""
    return pack.load("oman-2026")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in what runs within once it has taken so much processor time [s]."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"not judged within {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def attempt(seed: int, index: int) -> Outcome:
    """Make an input, have it judged, and tell what became of it."""
    given = make(seed, index)
    start = time.process_time()
    verdict, told = _verdict(given)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Outcome(index, given.kind, verdict, seconds, memory, told)


def _verdict(given: Input) -> tuple[Verdict, str]:
    try:
        faults = judge(given)
    except DetenteError as error:
        return _if_harmless("refused", str(error))
    except Exception as error:  # whatever comes out is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        module = Path(place.filename).name
        return "failed", f"{type(error).__name__}: {error!s:.100} ({module}:{place.lineno})"
    is_read = all(fault.field for fault in faults)
    verdict: Verdict = "faultless" if not faults else "faulty" if is_read else "unreadable"
    return _if_harmless(verdict, " ".join(str(fault) for fault in faults))


def _if_harmless(verdict: Verdict, message: str) -> tuple[Verdict, str]:
    harm = HARMFUL.search(message)
    return ("failed", f"a message with the character {harm[0]!r}") if harm else (verdict, "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge many inputs on all cores, or replay one, and return the exit status."""
    options = _parser().parse_args(arguments)
    if options.only is not None:
        return replay(options.seed, options.only)
    start = time.monotonic()
    # A fresh process a core, so that none starts with the memory of this one.
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as workers:
        tasks = partial(attempt, options.seed)
        outcomes = list(workers.imap_unordered(tasks, range(options.inputs), AT_ONCE))
    status = report(sorted(outcomes), options.seed)
    print(f"took {time.monotonic() - start:.0f} s on {os.cpu_count()} cores")
    return status


def replay(seed: int, index: int) -> int:
    """Show one input and what becomes of it, with the whole traceback if it is a failure."""
    given = make(seed, index)
    for name, content in given.files.items():
        print(f"--- {name} ({given.kind})\n{content.decode(errors='replace')!a}")
    outcome = attempt(seed, index)
    print(f"{outcome.verdict} after {outcome.seconds:.3f} s {outcome.told}")
    if outcome.verdict == "failed":
        try:
            judge(given)
        except Exception:
            traceback.print_exc()
    return int(outcome.verdict == "failed")


def report(outcomes: Sequence[Outcome], seed: int) -> int:
    """Print counts by kind, the slowest input and what failed; return the exit status."""
    for kind in WEIGHTS:
        counts = Counter(outcome.verdict for outcome in outcomes if outcome.kind == kind)
        listed = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        print(f"{kind}: {listed or 'none'}")
    failed = [outcome for outcome in outcomes if outcome.verdict == "failed"]
    first = {outcome.told: outcome for outcome in reversed(failed)}
    for told, count in Counter(outcome.told for outcome in failed).most_common(MOST_TOLD):
        print(f"{count} times: {told}")
        print(f"  replay: python -m verification.fuzz --seed {seed} --only {first[told].number}")
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    memory = max(outcome.memory for outcome in outcomes) / 1024
    faultless = sum(outcome.verdict == "faultless" for outcome in outcomes)
    print(
        f"{len(outcomes)} inputs, {faultless} faultless, {len(failed)} failed; "
        f"slowest {slowest.seconds:.2f} s (input {slowest.number}, {slowest.kind}); "
        f"memory up to {memory:.0f} MiB"
    )
    return int(bool(failed) or slowest.seconds > LONGEST or memory > MOST_MEMORY)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no count; use a whole number of 1 or more")
    return int(text)


def _index(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no index; use a whole number of 0 or more")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.fuzz",
        description="Feed the reader of packs with damaged texts.",
        epilog="Exit status: 0 each ended in faults or a crisis, in time; 1 some did not.",
    )
    parser.add_argument("--inputs", type=_count, default=INPUTS, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, other inputs")
    parser.add_argument("--only", type=_index, metavar="INDEX", help="replay one input")
    return parser


if __name__ == "__main__":
    sys.exit(main())

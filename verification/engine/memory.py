"""Checks that a run with too little memory fails in words and leaves no partial file.

`python -m verification.engine.memory` starts a run in 50 steps of falling memory, each as a process
of its own. Each must finish, or end with status 2 and a message. No partial file may have a final
name. With all memory available again, the run must reach the digest of the undisturbed run.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

from verification.engine import deeds
from verification.engine.deeds import IT, SMALL, Deed

STEPS = 50
MOST, LEAST = 3072, 64
"""From how much memory on and down to how little [MiB]; a run of this size takes a third of most.
"""


class Outcome(NamedTuple):
    """What came of a run that was allowed so much memory."""

    allowed: Annotated[int, "MiB"]
    status: int
    what: str
    wrong: str


def starve(deed: Deed, allowed: int) -> Outcome:
    """Do a deed with so much memory [MiB], then go on with enough."""
    limit = partial(resource.setrlimit, resource.RLIMIT_AS, (allowed << 20, allowed << 20))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        deed.prepare(folder)
        answer = deeds.await_answer(deeds.start(deed.command, folder, preexec_fn=limit))
        wrong = [answer.fault] if answer.fault else []
        half = deeds.partial(folder / IT, deed.sound)
        wrong += [f"half under its name: {one}" for one in half]
        after = deeds.await_answer(deeds.start(deed.again(folder), folder))
        if after.status:
            wrong.append(f"cannot go on: {after.out}{after.err}"[:300])
        wrong += [f"differs: {one}" for one in deeds.differences(folder / IT, deed.whole)]
    return Outcome(allowed, answer.status, answer.error.get("what", ""), "; ".join(wrong))


def main(arguments: Sequence[str] | None = None) -> int:
    """Starve a run and return the exit status."""
    parser = argparse.ArgumentParser(description="Give a run less and less memory.")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--most", type=int, default=MOST, help="MiB")
    parser.add_argument("--least", type=int, default=LEAST, help="MiB")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    allowed = np.linspace(options.most, options.least, options.steps).astype(int).tolist()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        run = deeds.begun(Path(name), SMALL)
        outcomes = list(pool.map(partial(starve, run), allowed))
    status = report(outcomes)
    print(f"took {time.monotonic() - began:.0f} s on {os.cpu_count()} cores")
    return status


def report(outcomes: Sequence[Outcome]) -> int:
    """Print what came of each step; return the exit status."""
    for one in outcomes:
        if one.status or one.wrong:
            print(f"{one.allowed:>6} MiB, status {one.status}: {one.wrong or one.what}"[:300])
    done = sum(one.status == 0 for one in outcomes)
    wrong = sum(bool(one.wrong) for one in outcomes)
    reported = len(outcomes) - done
    print(f"{len(outcomes)} steps: {done} done, {reported} refused in words, {wrong} wrong")
    return int(bool(wrong) or not done or not reported)


if __name__ == "__main__":
    sys.exit(main())

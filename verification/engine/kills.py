"""Checks that a run killed at any moment can be resumed, with the same result as if undisturbed.

`python -m verification.engine.kills` starts runs, extensions and searches for causes as separate
processes and stops each at a random moment, mostly by SIGKILL, otherwise by SIGTERM or SIGINT. Some
are stopped again after they resume, and in some a finished file is truncated before. Every file
with a final name must be whole, finished parts must not be computed again, and the final result
must equal that of the undisturbed run to the last byte, apart from times.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

from detente.locking import LOCK
from verification.engine import deeds
from verification.engine.deeds import IT, Answer, Deed, Size

TIMES = 20
SEED = 1
MIDDLING = Size(worlds=5, futures=10_000, more=15_000, chunk=500, threads=2)
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT)
"""Taken in turn."""
STATUSES = {
    signal.SIGKILL: {-signal.SIGKILL},
    signal.SIGTERM: {143},
    signal.SIGINT: {130},
}
"""How a command ends that was stopped once it had begun."""
AGAIN = 0.4
"""Chance that what goes on is stopped once more."""
MOST_STOPS = 3
TORN_EVERY = 4
"""In one life of so many, a finished file is torn."""
KEPT = ("futures", "causes")
"""Where finished work lies, below a run's folder."""


class Stamp(NamedTuple):
    """What tells a file from one that was written again with the same content."""

    inode: int
    changed: Annotated[int, "time of the last change [ns]"]


@dataclass
class Trial:
    """What befell one deed from its beginning to its end."""

    deed: Deed
    number: int
    stops: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    torn: int = 0
    damaged: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    @property
    def reported(self) -> str:
        """Return what was wrong, in words."""
        return f"{self.deed.name} {self.number}: " + "; ".join(self.wrong)


def live(deed: Deed, seconds: float, times: int, number: int) -> Trial:
    """Begin a deed, stop it at its moment, go on until it is done, and judge what is left."""
    trial = Trial(deed, number)
    rng = np.random.default_rng((SEED, number, sum(deed.name.encode())))
    moment: float | None = (number + rng.uniform()) / times * seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        deed.prepare(folder)
        line = deed.command
        kept: Mapping[str, Stamp] = {}
        while moment is not None and _stop(trial, folder, line, moment):
            kept = look_at(trial, folder, kept)
            if number % TORN_EVERY == 0 and kept and deed.name != "causes":
                kept = tear(trial, folder, kept, rng)
            is_again = rng.uniform() < AGAIN and trial.stops.total() < MOST_STOPS
            moment = rng.uniform() * seconds if is_again else None
            line = deed.again(folder)
        _end(trial, folder, kept)
    return trial


def _stop(trial: Trial, folder: Path, line: Sequence[str], moment: float) -> bool:
    """Start a command and stop it at a moment of its life [s]; say whether it still ran."""
    sent = SIGNALS[(trial.number + trial.stops.total()) % len(SIGNALS)]
    before = deeds.contents(folder)
    process = deeds.start(line, folder)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(sent)
    else:
        return False
    finally:
        answer = deeds.await_answer(process)
        has_begun = deeds.contents(folder) != before
    trial.stops[sent.name] += 1
    if answer.status != 0 and (has_begun or not is_early(answer, sent)):
        trial.wrong += judged(answer, sent)
    return True


def is_early(answer: Answer, sent: signal.Signals) -> bool:
    """Say whether a command may have been stopped while Python started, before any of ours ran."""
    ended = {-sent, 128 + sent}
    return not answer.out and (answer.status in ended or "<frozen site>" in answer.err)


def judged(answer: Answer, sent: signal.Signals) -> list[str]:
    """Say what is wrong with how a command ended that had begun and was stopped."""
    if answer.status in STATUSES[sent] and "Traceback" not in answer.err:
        return []
    return [f"{sent.name} ended it with {answer.status}: {answer.err[-200:]}"]


def look_at(trial: Trial, folder: Path, kept: Mapping[str, Stamp]) -> Mapping[str, Stamp]:
    """Return what is finished; add to what is wrong what is half, or was computed again.

    What was torn by hand is expected to be half until it has been made again.
    """
    half = deeds.partial(folder / IT, trial.deed.sound)
    trial.damaged &= set(half)
    trial.wrong += [f"half under its name: {one}" for one in half if one not in trial.damaged]
    found = stamps(folder / IT)
    there = {one: stamp for one, stamp in found.items() if one not in trial.damaged}
    trial.wrong += [f"computed again: {one}" for one in kept if there.get(one) != kept[one]]
    return there


def stamps(folder: Path) -> dict[str, Stamp]:
    """Return the finished work of a run by name."""
    paths = [path for kind in KEPT for path in (folder / kind).rglob("[!.]*.parquet")]
    found = {path.relative_to(folder).as_posix(): path.stat() for path in paths}
    return {name: Stamp(one.st_ino, one.st_mtime_ns) for name, one in found.items()}


def tear(
    trial: Trial, folder: Path, kept: Mapping[str, Stamp], rng: np.random.Generator
) -> Mapping[str, Stamp]:
    """Cut a finished file short, which going on with the run makes again; return the others."""
    name = str(rng.choice(sorted(kept)))
    path = folder / IT / name
    path.write_bytes(path.read_bytes()[: int(rng.integers(path.stat().st_size))])
    trial.torn += 1
    trial.damaged.add(name)
    return {one: stamp for one, stamp in kept.items() if one != name}


def _end(trial: Trial, folder: Path, kept: Mapping[str, Stamp]) -> None:
    """Go on to the end, undisturbed, and judge what is left."""
    answer = deeds.await_answer(deeds.start(trial.deed.again(folder), folder))
    if answer.status:
        trial.wrong.append(f"cannot go on: {answer.out}{answer.err}"[:300])
    look_at(trial, folder, kept)
    differing = deeds.differences(folder / IT, trial.deed.whole)
    trial.wrong += [f"differs: {one}" for one in differing]
    left = {path.name for path in (folder / IT).rglob(".*")}
    # A lock that nobody holds stops nobody.
    trial.wrong += [f"left over: {name}" for name in sorted(left) if not name.startswith(LOCK)]
    trial.kept = len(kept)


def length_of(deed: Deed) -> float:
    """Return how long a deed takes as a process of its own [s]."""
    with tempfile.TemporaryDirectory() as name:
        deed.prepare(Path(name))
        began = time.monotonic()
        answer = deeds.await_answer(deeds.start(deed.command, Path(name)))
    if answer.status:
        raise RuntimeError(f"{deed.name}, undisturbed, ended with {answer}")
    return time.monotonic() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill every kind of deed many times and return the exit status."""
    parser = argparse.ArgumentParser(description="Kill runs at any moment of their lives.")
    parser.add_argument("--times", type=int, default=TIMES, help="lives of a run; others half")
    parser.add_argument("--deed", action="append", help="only this, such as run or causes")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        for deed in deeds.deeds(Path(name), MIDDLING):
            if not options.deed or deed.name in options.deed:
                times = options.times if deed.name == "run" else -(-options.times // 2)
                one = partial(live, deed, length_of(deed), times)
                trials += pool.map(one, range(times))
    status = report(trials)
    print(f"took {time.monotonic() - began:.0f} s on {os.cpu_count()} cores")
    return status


def report(trials: Sequence[Trial]) -> int:
    """Print what befell the deeds and what came of them; return the exit status."""
    for name in dict.fromkeys(trial.deed.name for trial in trials):
        own = [trial for trial in trials if trial.deed.name == name]
        stops = sum((trial.stops for trial in own), Counter[str]())
        said = ", ".join(f"{count} {sent}" for sent, count in sorted(stops.items()))
        whole = sum(not trial.wrong for trial in own)
        print(
            f"{name:<10}{whole} of {len(own)} came out whole after {said or 'no stop'}; "
            f"{sum(trial.kept for trial in own)} finished files kept, "
            f"{sum(trial.torn for trial in own)} torn by hand and made again"
        )
    wrong = [trial for trial in trials if trial.wrong]
    for trial in wrong:
        print(trial.reported)
    print(f"{len(trials)} lives, {len(wrong)} not as they must be")
    return int(bool(wrong) or not any(trial.stops for trial in trials))


if __name__ == "__main__":
    sys.exit(main())

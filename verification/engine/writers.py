"""Checks that processes that write one run at the same time lose nothing and get correct results.

`python -m verification.engine.writers` lets processes, and threads of one process, write into one
folder at random moments: runs and runs that replace them, two that resume, extensions and
replacements next to readers, and four searches for causes at once. Each must end with its own
correct figures or be refused in words. Afterwards the folder must yield a run that replays, without
leftover files.
"""

import argparse
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import DetenteError, load, simulate, summarise
from tests.faulty import MINIMAL
from verification.engine import deeds
from verification.engine.deeds import IT, Answer, Size

TIMES = 20
SEED = 1
MIDDLING = Size(worlds=4, futures=1000, more=1600, chunk=50)
SEEDS = (1, 2, 3)
MOST_AT_ONCE = 4
FRESH, WHOLE, STOPPED = "nothing", "a run", "a stopped run"
FIGURES = ("endings", "outcomes", "digest")
"""What a run of one digest tells, whoever tells it."""
EXTEND = ("run", "--resume", IT, "--futures", str(MIDDLING.more), "--json")
RESUME = ("run", "--resume", IT, "--json")
SHOW = ("show", IT, "--json")
REPORT = ("report", IT, "-o", "page.html", "--overwrite", "--json")
CAUSES = ("causes", IT, "--threads", "1", "--json")
LATEST = 0.3
"""In half of the tries all begin at once, in the others within this time [s]."""


def played(seed: int, *more: str) -> tuple[str, ...]:
    """Return the command that plays a run of a seed."""
    return (*MIDDLING.run(MIDDLING.futures), "--seed", str(seed), "--json", *more)


REPLACE = [played(seed, "--overwrite") for seed in SEEDS]


class Study(NamedTuple):
    """What lies there before, and the commands that meet."""

    start: str
    lines: tuple[tuple[str, ...], ...]


PAIRINGS = {
    "run, run": Study(FRESH, (played(1), played(2))),
    "run, replace": Study(FRESH, (played(1), REPLACE[1])),
    "replace, replace": Study(WHOLE, (REPLACE[1], REPLACE[2])),
    "resume, resume": Study(STOPPED, (RESUME, RESUME)),
    "resume, replace": Study(STOPPED, (RESUME, REPLACE[1])),
    "extend, extend": Study(WHOLE, (EXTEND, EXTEND)),
    "extend, replace": Study(WHOLE, (EXTEND, REPLACE[1])),
    "extend, read": Study(WHOLE, (EXTEND, SHOW, REPORT)),
    "replace, read": Study(WHOLE, (REPLACE[1], SHOW, REPORT)),
    "causes, causes": Study(WHOLE, (CAUSES, CAUSES)),
    "four": Study(WHOLE, (EXTEND, REPLACE[1], REPLACE[2], CAUSES)),
    "four, fresh": Study(FRESH, (played(1), played(2), REPLACE[1], REPLACE[2])),
}
"""By name; in threads of one process two runs that replace each other are tried besides."""
THREADS = "threads"


class Known(NamedTuple):
    """What lies there before by name, and the figures of every run that may come of it."""

    starts: Mapping[str, Path | None]
    figures: Annotated[Mapping[str, Any], "by digest, in the order of the seeds; then extended"]
    causes: Annotated[Sequence[Any], "of every such run"]

    def digest_of(self, line: Sequence[str]) -> str:
        """Return the digest of what a command plays that names a seed."""
        seed = int(line[line.index("--seed") + 1])
        return list(self.figures)[SEEDS.index(seed)]


class Meeting(NamedTuple):
    """What came of one try: how the commands ended, and what was wrong."""

    study: str
    endings: Counter[str]
    wrong: list[str]


def prepare(folder: Path) -> Known:
    """Play every run that may come of a meeting once, undisturbed."""
    runs = [deeds.done(f"seed{seed}", None, played(seed), folder).whole for seed in SEEDS]
    stopped = deeds.stop(runs[0], folder / "stopped")
    starts = {FRESH: None, WHOLE: runs[0], STOPPED: stopped}
    more = [deeds.done(f"more{run.parent.name}", run, EXTEND, folder).whole for run in runs]
    figures, causes = {}, []
    for run in (*runs, *more):
        found = reported(deeds.ask(SHOW, run.parent))
        figures[found["digest"]] = found
        judged = deeds.done(f"causes{run.parent.name}", run, CAUSES, folder).whole
        causes.append(json.loads(deeds.ask(CAUSES, judged.parent).out))
    return Known(starts, figures, causes)


def reported(answer: Answer) -> Any:
    """Return the figures that a command tells, as far as it tells them."""
    content = json.loads(answer.out)
    return {name: content[name] for name in FIGURES if name in content}


def meet(known: Known, name: str, number: int, pool: Executor) -> Meeting:
    """Have commands begin at moments of their own on one folder; judge them and what they leave."""
    rng = np.random.default_rng((SEED, number, sum(name.encode())))
    start, lines = PAIRINGS.get(name, Study(WHOLE, (REPLACE[1], REPLACE[2])))
    do: Callable[..., Answer] = simulate_here if name == THREADS else ask_later
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        before = known.starts[start]
        if before is not None:
            shutil.copytree(before, folder / IT)
        moments = rng.uniform(0.0, LATEST, len(lines)) * rng.integers(0, 2)
        begun = [
            pool.submit(do, float(moment), line, folder)
            for moment, line in zip(moments, lines, strict=True)
        ]
        answers = [one.result() for one in begun]
        wrong = list(_faults(known, zip(lines, answers, strict=True)))
        wrong += _left(known, folder)
    ended = Counter("done" if one.status == 0 else "refused" for one in answers)
    return Meeting(name, ended, wrong)


def ask_later(moment: float, line: Sequence[str], folder: Path) -> Answer:
    """Run a command, in a process of the pool, after a while [s]."""
    time.sleep(moment)
    return deeds.ask(line, folder)


def simulate_here(moment: float, line: Sequence[str], folder: Path) -> Answer:
    """Play what a command would, in a thread of this process, after a while [s]."""
    time.sleep(moment)
    asked = {"worlds": MIDDLING.worlds, "futures": MIDDLING.futures, "chunk": MIDDLING.chunk}
    seed = int(line[line.index("--seed") + 1])
    try:
        run = simulate(
            load(str(MINIMAL)),
            **asked,  # type: ignore[arg-type]
            grid="tiny",
            horizon=60,
            threads=1,
            seed=seed,
            out=folder / IT,
            overwrite=True,
        )
    except DetenteError as fault:
        error = {"what": fault.what, "where": fault.where, "hint": fault.hint}
        return Answer(2, json.dumps({"error": error}), "")
    return Answer(0, json.dumps(summarise(run).as_json()), "")


def _faults(known: Known, met: Iterator[tuple[tuple[str, ...], Answer]]) -> Iterator[str]:
    """Say which answers are neither right nor refusals in words."""
    are_done = []
    for line, answer in met:
        what = " ".join(line[:3])
        are_done.append(answer.status == 0)
        if answer.fault:
            yield f"{what}: {answer.fault}"
        elif answer.status == 0 and line == CAUSES:
            if json.loads(answer.out) not in known.causes:
                yield f"{what}: other causes"
        elif answer.status == 0:
            found = reported(answer)
            wanted = known.figures.get(found["digest"], {})
            if found != {name: wanted.get(name) for name in found}:
                yield f"{what}: figures of no run: {answer.out}"[:300]
            elif "--seed" in line and found["digest"] != known.digest_of(line):
                yield f"{what}: figures of another run: {found['digest'][:12]}"
    if not any(are_done):
        yield "nobody came to an end"


def _left(known: Known, folder: Path) -> Iterator[str]:
    """Say what is wrong with what lies there: it must go on to a run that replays."""
    before = [path.name for path in (folder / IT).rglob(".*")]
    if before:
        yield f"left over: {', '.join(before)}"
    answer = deeds.ask(RESUME, folder)
    if answer.status or reported(answer) not in known.figures.values():
        yield f"goes on to no run: {answer.out}{answer.err}"[:300]
    again = deeds.ask(("replay", IT, "--threads", "1", "--json"), folder)
    if again.status:
        yield f"does not replay: {again.out}{again.err}"[:300]


def main(arguments: Sequence[str] | None = None) -> int:
    """Have every study meet many times and return the exit status."""
    parser = argparse.ArgumentParser(description="Write one run from several sides at once.")
    parser.add_argument("--times", type=int, default=TIMES, help="tries of each study")
    parser.add_argument("--study", action="append", help="only this, such as 'run, run'")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as name,
        ProcessPoolExecutor(MOST_AT_ONCE, mp_context=context) as processes,
        ThreadPoolExecutor(MOST_AT_ONCE) as threads,
    ):
        known = prepare(Path(name))
        met = [
            meet(known, study, number, threads if study == THREADS else processes)
            for study in options.study or [*PAIRINGS, THREADS]
            for number in range(options.times)
        ]
    status = report(met)
    print(f"took {time.monotonic() - began:.0f} s")
    return status


def report(met: Sequence[Meeting]) -> int:
    """Print how the commands of each study ended; return the exit status."""
    for name in dict.fromkeys(one.study for one in met):
        own = [one for one in met if one.study == name]
        endings = sum((one.endings for one in own), Counter[str]())
        said = ", ".join(f"{count} {ending}" for ending, count in sorted(endings.items()))
        print(
            f"{name:<18}{sum(not one.wrong for one in own)} of {len(own)} as they must be; {said}"
        )
    wrong = [one for one in met if one.wrong]
    for one in wrong:
        print(f"{one.study}: {'; '.join(one.wrong)}")
    print(f"{len(met)} meetings, {len(wrong)} not as they must be")
    return int(bool(wrong) or not met)


if __name__ == "__main__":
    sys.exit(main())

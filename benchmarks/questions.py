"""Time of whole questions to the default run; by itself it renews their rows of the results."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import renew

PACK = "oman-2026"
ASKED = {
    "run": 20.0,
    "drivers": 60.0,
    "causes": 60.0,
    "evidence": 60.0,
    "hypotheses": 60.0,
    "whatif": 5.0,
    "whatif --why": 10.0,
    "update --next --by": 60.0,
    "ask": 2.0,
    "weigh": 2.0,
}
"""What may be asked of the default run, and how long it may take on two idle cores [s]."""
MORE = {
    "whatif": ["actors.us.war_cost=0.3"],
    "whatif --why": ["actors.us.war_cost=0.3", "--why"],
    "update --next --by": ["--next", "--by", "2026-03-08"],
    "ask": ["--by", "2026-04-01"],
    "weigh": ["--to", "force@2026-03-31=.40"],
}
BEGINS, GOES_ON = "Questions to the default run", "\n\n| what "
"""How the part of the results about questions begins, and what follows it."""


class QuestionTiming(NamedTuple):
    """What was asked, and how long it took on how many processors [s]."""

    asked: str
    seconds: float
    of_processors: float


def question_lines() -> list[str]:
    """Time the questions and write how long each takes, with how busy the machine was."""
    loads = [os.getloadavg()[0]]
    timings = question_timings()
    loads.append(os.getloadavg()[0])
    return [
        f"{BEGINS} of `oman-2026`, each asked once of a copy that holds no answer, with all "
        "processors. Where the load of the machine, "
        f"{loads[0]:.1f} before and {loads[1]:.1f} after, is far above 0, seconds say little and "
        "processor time is somewhat too long.",
        "",
        "| detente | seconds | of processors | allowed |",
        "|---|---|---|---|",
        *(
            f"| {one.asked} | {one.seconds:.1f} | {one.of_processors:.1f} | {ASKED[one.asked]:g} |"
            for one in timings
        ),
    ]


def question_timings() -> list[QuestionTiming]:
    """Play the default run, then ask each question of a copy of it; the kernel's cache is warm."""
    with tempfile.TemporaryDirectory() as folder:
        run, copy = Path(folder) / "run", Path(folder) / "copy"
        found = [_timed("run", "run", PACK, "-o", str(run))]
        for asked in ASKED:
            if asked != "run":
                shutil.copytree(run, copy)
                found.append(_timed(asked, asked.split()[0], str(copy), *MORE.get(asked, [])))
                shutil.rmtree(copy)
        return found


def _timed(asked: str, *arguments: str) -> QuestionTiming:
    begun, before = time.perf_counter(), _of_children()
    subprocess.run(
        [sys.executable, "-m", "detente", *arguments], check=True, capture_output=True, text=True
    )
    return QuestionTiming(asked, time.perf_counter() - begun, _of_children() - before)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Time the questions alone, and write them into the results."""
    renew(question_lines(), BEGINS, GOES_ON)


if __name__ == "__main__":
    main()

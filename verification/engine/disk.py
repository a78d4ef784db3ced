"""Checks that a failing disk leaves whole files, a clear message and a way to continue.

`python -m verification.engine.disk` repeats each command that writes files, and each time another
of its calls fails: every open, write, fsync, rename and new folder. The failure is a full disk, an
I/O error, missing access, an interruption or a short write, once or from then on; or the process
dies half-way through a write. Then the check fills real disks.

Only whole files may have their final names, the fault must be reported in words with status 2, and
resuming must give the same result to the last byte.
"""

import argparse
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from detente.ensemble.simulate import simulate
from detente.lab import reference
from detente.lab.calibration import acceptance
from detente.lab.calibration.acceptance import Acceptance
from detente.lab.calibration.moments import Moment
from detente.pack.quantity import ACCEPTED
from tests.faulty import MINIMAL
from verification.engine import deeds
from verification.engine.deeds import IT, SMALL, Answer, Deed
from verification.engine.failing import DEATH, INTERRUPTED, KINDS, SHORT, WRITE, Disk

FITTING = import_module("detente.lab.calibration")
FIT = ("lab", "calibrate", IT, "--draws", "64", "--futures", "2", "--threads", "1", "--json")
AT_ONCE = {
    "new": ("new", IT, "--kind", "strike", "--json"),
    "export": ("evidence", str(MINIMAL), "--export", "csv", "-o", f"{IT}/numbers.csv"),
}
"""What cannot be gone on with: it was done, or is begun again."""
KEPT = 8
"""Rows of the set that stands in for an accepted one."""
DISKS = range(16, 160, 8)
"""Sizes of real disks that become full [KiB]."""
MOUNT = ("unshare", "-rm", "sh", "-c")
FILL = (
    'mount -t tmpfs -o size="$1"k none "$0" || exit 99; shift; '
    'cp -r it "$0" 2>&-; cd "$0" && "$@"; status=$?; cd ..; '
    'rm -rf it; cp -r "$0"/. . && exit $status'
)
"""Makes a disk of a size, runs a command on it and takes out what is left there."""
NO_DISK = 99
MOST_SHOWN = 20


class Case(NamedTuple):
    """One failure: at which call of a deed, of what kind, and whether later calls fail too."""

    deed: Deed
    at: int
    kind: str
    lasting: bool

    def __str__(self) -> str:
        """Tell it in words."""
        after = " and from then on" if self.lasting else ""
        return f"{self.deed.name}, call {self.at}, {self.kind}{after}"


def all_deeds(folder: Path) -> list[Deed]:
    """Do once, undisturbed, all that writes files, and return it."""
    made = deeds.deeds(folder, SMALL)
    made += [deeds.done(name, None, line, folder) for name, line in AT_ONCE.items()]
    return [*made, fit(folder)]


def fit(folder: Path) -> Deed:
    """Return a fit that has been played and is written again."""
    with played_coarsely():
        fitted = deeds.done("calibrate", None, FIT, folder)
    (folder / "played").mkdir()
    start = shutil.copytree(fitted.whole, folder / "played" / IT)
    (start / ACCEPTED).unlink()
    return fitted._replace(start=start)


@contextmanager
def played_coarsely() -> Iterator[None]:
    """Let the runs behind a fit be played in seconds."""
    coarse = partial(simulate, grid="tiny")
    with (
        mock.patch.object(reference, "simulate", coarse),
        mock.patch.object(FITTING, "accept", accepted),
    ):
        yield


def accepted(
    priors: acceptance.Priors,
    played: Mapping[str, acceptance.PlayedDraws],
    asked: tuple[Moment, ...],
    **_sizes: int,
) -> Acceptance:
    """Stand in for the fit, which takes thousands of worlds: accept the first draws."""
    points = next(iter(played.values())).points
    rows = {path: points[path][:KEPT] for path in priors}
    return Acceptance(priors, asked, rows, KEPT, KEPT, 0.0, acceptance.TOLERANCE, {}, {}, {})


def cases_of(deed: Deed, *, every: int = 1) -> Iterator[Case]:
    """Return the failures to be tried: each kind at every call that can have it."""
    # Done twice: what ships is read once in a process, and no more when the failures are tried.
    for _ in range(2):
        with tempfile.TemporaryDirectory() as name, Disk() as disk:
            deed.prepare(Path(name))
            disk.calls.clear()
            answer = ask(deed.command, Path(name))
        if answer.status:
            raise RuntimeError(f"{deed.name}, undisturbed, ended with {answer}")
    for at, call in enumerate(disk.calls[::every]):
        for place, kind in enumerate(KINDS):
            if kind != SHORT or call == WRITE:
                lasting = kind != INTERRUPTED and (at + place) % 2 == 1
                yield Case(deed, at * every + 1, kind, lasting)


def ask(arguments: Sequence[str], folder: Path) -> Answer:
    """Run a command, a fit with what stands in for it."""
    with mock.patch.object(FITTING, "accept", accepted):
        return deeds.ask(arguments, folder)


def attempt(case: Case) -> tuple[str, str]:
    """Do a deed on a failing disk; return how it ended and, if that is not as it must be, why."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case.deed.prepare(folder)
        ending, fault = (_die if case.kind == DEATH else _fail)(case, folder)
        found = [fault] if fault else []
        found += [
            f"half under its name: {one}" for one in deeds.partial(folder / IT, case.deed.sound)
        ]
        found += gone_on(case.deed, folder)
    return ending, "; ".join(found)


def gone_on(deed: Deed, folder: Path) -> list[str]:
    """Go on with a deed that was disturbed; return what is not as if it had not been."""
    if deed.name in AT_ONCE and deeds.contents(folder):
        return [f"differs: {one}" for one in deeds.differences(folder / IT, deed.whole)]
    answer = ask(deed.again(folder), folder)
    if answer.status:
        return [f"cannot go on: {answer.out}{answer.err}"]
    return [f"differs: {one}" for one in deeds.differences(folder / IT, deed.whole)]


def _fail(case: Case, folder: Path) -> tuple[str, str]:
    with Disk(case.at, case.kind, lasting=case.lasting):
        answer = ask(case.deed.command, folder)
    fault = answer.fault
    if answer.status == 0 and deeds.differences(folder / IT, case.deed.whole):
        fault = fault or "said that it was done and was not"
    return ("reported" if answer.status else "survived"), fault


def _die(case: Case, folder: Path) -> tuple[str, str]:
    """Do a deed in a copy of this process that dies at a call."""
    child = os.fork()
    if child == 0:
        with Disk(case.at, DEATH):
            ask(case.deed.command, folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return "died", "" if is_killed else "did not die where it should"


def fill(deed: Deed, size: int) -> tuple[str, str] | None:
    """Do a deed on a real disk of so many KiB; None if this machine lets us make none."""
    if shutil.which(MOUNT[0]) is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        disk = folder / "disk"
        disk.mkdir()
        deed.prepare(folder)
        line = [*MOUNT, FILL, str(disk), str(size), sys.executable, "-m", "detente"]
        done = subprocess.run(
            [*line, *deed.command], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode == NO_DISK or (done.returncode and "unshare" in done.stderr):
            return None
        answer = Answer(done.returncode, done.stdout, done.stderr)
        found = [answer.fault] if answer.fault else []
        found += [f"half under its name: {one}" for one in deeds.partial(folder / IT, deed.sound)]
        found += gone_on(deed, folder)
    return ("reported" if answer.status else "survived"), "; ".join(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every failure on all cores and return the exit status."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        made = all_deeds(Path(name))
        chosen = [deed for deed in made if not options.deed or deed.name in options.deed]
        cases = [case for deed in chosen for case in cases_of(deed, every=options.every)]
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as workers:
            outcomes = workers.map(attempt, cases, 8)
        full = _fill_all([deed for deed in chosen if deed.name == "run"])
    status = report(cases, outcomes) | full
    print(f"took {time.monotonic() - began:.0f} s on {os.cpu_count()} cores")
    return status


def report(cases: Sequence[Case], outcomes: Sequence[tuple[str, str]]) -> int:
    """Print how often what came of which failure, and what was wrong; return the exit status."""
    for kind in KINDS:
        ends = Counter(
            ending for case, (ending, _) in zip(cases, outcomes, strict=True) if case.kind == kind
        )
        print(f"{kind:<12}" + "".join(f"{ends[end]:>6,} {end}" for end in sorted(ends)))
    wrong = [(case, why) for case, (_, why) in zip(cases, outcomes, strict=True) if why]
    for case, why in wrong[:MOST_SHOWN]:
        print(f"{case}: {why}")
    sites = len({(case.deed.name, case.at) for case in cases})
    print(f"{len(cases):,} failures at {sites:,} calls, {len(wrong)} not as they must be")
    return int(bool(wrong) or not cases)


def _fill_all(chosen: Sequence[Deed]) -> int:
    outcomes = [(size, fill(deed, size)) for deed in chosen for size in DISKS]
    held = [(size, found) for size, found in outcomes if found is not None]
    if not held:
        print("no disk could be made to be filled: skipped, not counted")
        return 0
    wrong = [f"a disk of {size} KiB: {why}" for size, (_, why) in held if why]
    full = sum(ending == "reported" for _, (ending, _) in held)
    print("".join(f"{one}\n" for one in wrong[:MOST_SHOWN]), end="")
    print(f"{len(held)} real disks, {full} of them full, {len(wrong)} not as they must be")
    return int(bool(wrong))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.engine.disk",
        description="Fail every call to the disk in turn.",
    )
    parser.add_argument("--every", type=int, default=1, help="try only every so manieth call")
    parser.add_argument("--deed", action="append", help="try only this, such as run or causes")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""How soon the pages of a run show their first pictures, against an earlier commit.

python -m benchmarks.pictures [FOLDER] renews their rows of the results. FOLDER is a checkout of the
earlier commit; without one it is checked out meanwhile, and compiled, which takes minutes.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from typing import Annotated, NamedTuple
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, build_opener

from benchmarks.commands import PACK
from benchmarks.results import RESULTS, renew

BEGINS, GOES_ON = "First pictures of", "\n\nQuestions to the default run"
"""How the part of the results about them begins, and what follows its table."""
ROOT = RESULTS.parents[1]
EARLIER = "06a97c38"
"""The commit of 1 December 2026 after which the pages were redesigned."""
TIMES = 5
ALLOWED = 1.2
NUMBER = "actors.us.war_cost"
"""What is moved on the page."""
RUN = ("run", PACK, "--worlds", "16", "--futures", "1600", "--quiet", "-o", "run")
PICTURE = re.compile(rb'<img src=\\?"([^"\\]+)')


class Pictures(NamedTuple):
    """How soon pictures are there."""

    page: Annotated[float, "from the start of the command to the page and its pictures [s]"]
    of_processors: Annotated[float, "what the command took of processors until then [s]"]
    answer: Annotated[float, "from a question to the picture of its first answer [s]"]


def picture_lines(there: Path | None = None) -> list[str]:
    """Measure both states in turns, so that a busy moment meets both, and compare them."""
    with tempfile.TemporaryDirectory() as name, _checkout(Path(name, "earlier"), there) as earlier:
        states = [_state(Path(name, "now"), ROOT), _state(Path(name, "then"), earlier)]
        pairs = [[_pictures(*state, turn) for state in states] for turn in range(TIMES)]
    rows = {
        "page of the crisis, from the start of `detente serve`": "page",
        "the same, of processors": "of_processors",
        "answer after a number is moved": "answer",
    }
    took = {
        what: [(getattr(now, field), getattr(then, field)) for now, then in pairs]
        for what, field in rows.items()
    }
    return [
        f"{BEGINS} a run of 16 worlds of `oman-2026`, asked for without a browser: medians of "
        f"{TIMES} starts, in turns with commit {EARLIER} of 1 December 2026 in the same call.",
        "",
        "| first picture | seconds | earlier | ratio | allowed |",
        "|---|---|---|---|---|",
        *(
            f"| {what} | {median(now for now, _ in times):.2f} | "
            f"{median(then for _, then in times):.2f} | "
            f"{median(now / then for now, then in times):.2f} | {ALLOWED:g} |"
            for what, times in took.items()
        ),
    ]


@contextmanager
def _checkout(folder: Path, there: Path | None) -> Iterator[Path]:
    """Check the earlier commit out for as long as it is needed, if it is not there."""
    if there is not None:
        if not Path(there, "src", "detente").is_dir():  # else Python would find another checkout
            sys.exit(f"{there} is no checkout of detente")
        yield there
        return
    git = ("git", "-C", str(ROOT), "worktree")
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), EARLIER], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def _state(folder: Path, checkout: Path) -> tuple[Path, Mapping[str, str]]:
    """Play a run by a checkout's sources; return where it lies, and what makes Python use them."""
    folder.mkdir()
    sources = os.environ | {"PYTHONPATH": str(checkout / "src")}
    play = [sys.executable, "-m", "detente", *RUN]
    subprocess.run(play, cwd=folder, env=sources, stdout=subprocess.DEVNULL, check=True)
    return folder, sources


def _pictures(folder: Path, sources: Mapping[str, str], turn: int) -> Pictures:
    """Start a server of a run, open its page, and move a number to where it was not before."""
    command = ("serve", "run", "--port", "0", "--no-browser", "--quiet")
    begun = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "detente", *command],
        cwd=folder,
        env=sources,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None  # noqa: S101  as it was asked for
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        with browser.open(server.stdout.readline().strip()) as got:
            address, page = got.url, got.read()
        for picture in PICTURE.findall(page):
            if not picture.startswith(b"data:"):
                browser.open(urljoin(address, picture.decode())).read()
        opened, used = time.perf_counter(), _of_processors(server.pid)
        asked = f"answer?{NUMBER}={0.15 + 0.01 * turn:.2f}"
        with browser.open(urljoin(address, asked)) as parts:
            next(part for part in parts if PICTURE.search(part))
        return Pictures(opened - begun, used, time.perf_counter() - opened)
    finally:
        server.terminate()
        server.wait(60)


def _of_processors(process: int) -> float:
    """Return what a process of this machine (Linux) has used of processors [s]."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure them alone, and write them into the results."""
    lines = picture_lines(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else None)
    renew(lines, BEGINS, GOES_ON)


if __name__ == "__main__":
    main()

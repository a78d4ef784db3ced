"""Checks that no command opens a connection, starts a program, or executes data.

    python -m verification.engine.offline [FOLDER]

Each command runs in a process whose interpreter reports its actions (audit events, PEP 578), on a
pack and a run in which every free text is a Python command. It may open no socket, load no code or
library from the pack or the run, and start no program except Python itself, which compiles the
kernel if the cache lacks it. Only compiled code from the cache may be unpickled, from a folder that
is the user's and closed to others.
"""

import argparse
import json
import os
import runpy
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from detente.kernel import ahead
from detente.kernel.jit import PRIVATE, cache_root
from verification.engine.arming import armed_pack, write_pack

CANARY = "canary_of_the_pack"
PAYLOAD = f"__import__('os').mkdir('{CANARY}')"
PACK = "oman-2026"
HYPOTHESIS = "no_way_back"
SMALL = ("--grid", "tiny", "--worlds", "8", "--futures", "320", "--horizon", "30")
ALWAYS_WRONG: tuple[str, ...] = (
    "socket.",
    "http.",
    "urllib.",
    "ftplib.",
    "smtplib.",
    "imaplib.",
    "poplib.",
)
ALWAYS_WRONG += ("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn")
"""Beginnings of the names of events that no command may bring about."""
COMPILING = str([sys.executable, "-P", "-m", ahead.__name__])
"""The one program that a command may start."""
STARTED = "subprocess.Popen"
FROM_FILES = ("exec", "compile", "import", "ctypes.dlopen", "marshal.load")
"""Events that may come about, but never from the user's files."""
UNPICKLED = "pickle.find_class"
COMPILER = Path("numba") / "core"
CARRIERS = (str(COMPILER / "caching.py"), str(COMPILER / "serialize.py"))
"""What reads compiled code from the cache, and what of it is unpickled later, when it is called."""


class Seen(NamedTuple):
    """What a command did that is worth a look."""

    event: str
    reported: str
    is_from_cache: bool


class Watch:
    """Remembers the audit events of this process that are worth a look."""

    def __init__(self) -> None:
        self.seen: set[Seen] = set()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of one event."""
        if event in FROM_FILES or event == UNPICKLED or event.startswith(ALWAYS_WRONG):
            reported = " ".join(map(_reported, arguments[:2]))
            self.seen.add(Seen(event, reported, event == UNPICKLED and _reads_cache()))


def _reported(argument: Any) -> str:
    if hasattr(argument, "co_filename"):
        return f"{argument.co_filename} {CANARY if CANARY in repr(argument.co_consts) else ''}"
    text = argument.decode(errors="replace") if isinstance(argument, bytes) else str(argument)
    return f"{text[:200]} {CANARY if CANARY in text else ''}"


def _reads_cache() -> bool:
    frame = sys._getframe()  # noqa: SLF001 - the one way to learn who is calling
    while frame is not None:
        if frame.f_code.co_filename.endswith(CARRIERS):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def watched(log: str, command: Sequence[str]) -> None:
    """Run a command in this process and write what it did to a file."""
    watch = Watch()
    sys.addaudithook(watch)
    sys.argv = ["detente", *command]
    try:
        runpy.run_module("detente", run_name="__main__")
    finally:
        seen = list(watch.seen)
        Path(log).write_text(json.dumps(seen), encoding="utf-8")


def watch(command: Sequence[str], folder: Path) -> tuple[int, list[Seen]]:
    """Run a command in a folder, watched, and return its exit status and what it did."""
    log = folder / "seen.json"
    child = [
        sys.executable,
        "-P",
        "-m",
        "verification.engine.offline",
        "--watched",
        str(log),
        *command,
    ]
    root = Path(__file__).parents[2]
    path = os.pathsep.join((str(root / "src"), str(root)))
    done = subprocess.run(
        child, cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=False
    )
    return done.returncode, [Seen(*one) for one in json.loads(log.read_text(encoding="utf-8"))]


def faults(seen: Sequence[Seen], folder: Path) -> Iterator[str]:
    """Name what a command must not do, `folder` being where the user's files lie."""
    for event, reported, is_from_cache in sorted(seen):
        if event == STARTED and COMPILING in reported:
            continue
        if event.startswith(ALWAYS_WRONG):
            yield f"{event} {reported}"
        elif event == UNPICKLED and not is_from_cache:
            yield f"unpickles {reported}"
        elif event in FROM_FILES and (str(folder) in reported or CANARY in reported):
            yield f"{event} of the user's: {reported}"
    if (folder / CANARY).exists():
        yield "a text of the pack was run"


def commands(pack: Path, run: Path) -> tuple[tuple[str, ...], ...]:
    """Return what is watched, in an order in which each finds what it needs."""
    return (
        ("check", str(pack)),
        ("evidence", str(pack)),
        ("run", str(pack), *SMALL, "-o", str(run)),
        ("show", str(run)),
        ("show", str(run), "--json"),
        ("trace", str(run), "--future", "0:0"),
        ("replay", str(run)),
        ("causes", str(run)),
        ("drivers", str(run)),
        ("discover", str(run)),
        ("evidence", str(run)),
        ("update", str(run), "--next"),
        ("hypotheses", str(run), "--only", HYPOTHESIS),
        ("report", str(run), "-o", str(run.with_name("report.html"))),
        ("report", str(run), "--format", "md", "-o", str(run.with_name("report.md"))),
    )


def cache_faults() -> Iterator[str]:
    """Say what is wrong with the folder of compiled code."""
    root = cache_root()
    if root is None:
        return
    found = root.lstat()
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != PRIVATE:
        yield f"the cache {root} is not the user's alone"


def main(arguments: Sequence[str] | None = None) -> int:
    """Watch all commands and return the exit status."""
    parser = argparse.ArgumentParser(description="No connections, no code from data.")
    parser.add_argument("folder", nargs="?", type=Path, help="for the pack and the run; is kept")
    asked = parser.parse_args(arguments)
    if asked.folder is not None:
        asked.folder.mkdir(parents=True, exist_ok=True)
        if any(asked.folder.iterdir()):
            parser.error(f"{asked.folder} is not empty; name a new folder")
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.folder or Path(temporary)).resolve()
        wrong = list(cache_faults())
        write_pack(folder / "pack", armed_pack(PACK, PAYLOAD)[0])
        for command in commands(folder / "pack", folder / "run"):
            wrong += _watch_one(command, folder)
    print(f"{len(wrong)} faults")
    for fault in wrong:
        print(f"  {fault}")
    return int(bool(wrong))


def _watch_one(command: Sequence[str], folder: Path) -> list[str]:
    status, seen = watch(command, folder)
    found = [f"{command[0]}: {fault}" for fault in faults(seen, folder)]
    found += [f"{command[0]}: ended with status {status}"] * (status != 0)
    unpickled = sum(one.event == UNPICKLED for one in seen)
    print(
        f"detente {command[0]:<10} {len(seen):>6,} events, {unpickled:>3} kinds of object "
        f"unpickled from the cache, {len(found)} faults",
        flush=True,
    )
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watched"]:
        watched(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())

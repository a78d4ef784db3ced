"""Plays one small crisis in many configurations within one process, and prints each digest.

`python -m verification.engine.plays` reads configurations as JSON from standard input. A new
process is started for settings that a process cannot change for itself: its Python, its processor
and its libraries.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from detente import load, resume, simulate
from detente.ensemble.runners import Progress
from detente.pack.files import library

PACK = "cuba-1962"


@dataclass(frozen=True)
class Size:
    """Worlds, futures of all of them together, and days."""

    worlds: int
    futures: int
    horizon: int


WHOLE = Size(worlds=8, futures=24_000, horizon=90)
"""What is played where the compiler is on."""
LEAST = Size(worlds=1, futures=4, horizon=20)
"""What plain Python plays in a while."""


@dataclass(frozen=True)
class Configuration:
    """One way to play what must come out the same.

    `begun`: the size that the run has before it is extended, None if it is not. `more`: further
    settings of `simulate`, such as where the worlds are played. `kills`: a process that plays is
    killed with -9 once the first futures are played.
    """

    size: Size = WHOLE
    threads: int = 1
    chunk: int = 10_000
    begun: Size | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    kills: bool = False

    def __str__(self) -> str:
        """Tell it in words."""
        begun = f", begun with {self.begun.futures} futures" if self.begun else ""
        more = "".join(f", {name} {value}" for name, value in self.more.items())
        killed = ", a process killed" if self.kills else ""
        return f"{self.threads} threads, parts of {self.chunk}{begun}{more}{killed}"


class Killer:
    """Kills one of the processes that play, once; `killed` says whether there was one."""

    def __init__(self) -> None:
        self.killed = False

    def __call__(self, progress: Progress) -> None:
        """Kill a process if futures were played and others are still to be."""
        if self.killed or not 0 < progress.done < progress.total:
            return
        import psutil  # noqa: PLC0415  other Pythons have what runs need, and no more

        for child in psutil.Process().children(recursive=True):
            if any("spawn_main" in word for word in child.cmdline()):
                child.kill()
                self.killed = True
                return


def digest_of(played: Configuration) -> str:
    """Play a configuration and return the digest of its run."""
    first = played.begun or played.size
    killer = Killer() if played.kills else None
    with tempfile.TemporaryDirectory() as folder:
        run = simulate(
            load(Path(str(library() / PACK))),
            worlds=first.worlds,
            futures=first.futures,
            horizon=first.horizon,
            threads=played.threads,
            chunk=played.chunk,
            grid="tiny",
            out=Path(folder) / "run",
            progress=killer,
            **played.more,
        )
        if killer is not None and not killer.killed:
            raise RuntimeError("no process was there to be killed")
        if played.begun is not None:
            run = resume(run.folder, futures=played.size.futures, worlds=played.size.worlds)
    return run.digest


def written(configurations: list[Configuration]) -> str:
    """Return configurations as `python -m verification.engine.plays` reads them."""
    return json.dumps([asdict(one) for one in configurations])


def read(text: str) -> list[Configuration]:
    """Return configurations as they were written."""
    found = []
    for one in json.loads(text):
        begun = Size(**one["begun"]) if one["begun"] else None
        found.append(Configuration(**{**one, "size": Size(**one["size"]), "begun": begun}))
    return found


def main() -> int:
    """Play what the standard input asks for; print a digest a line."""
    for configuration in read(sys.stdin.read()):
        print(digest_of(configuration), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

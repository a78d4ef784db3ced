"""Count the blocks of random numbers that a future takes, by playing some without the compiler.

Run as a program of its own, since whether the kernel is compiled is settled when it is imported.
"""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from detente.kernel import crisis, draws
from detente.kernel.solution import Solved
from detente.kernel.world import World


class Setting(NamedTuple):
    """A solved world and which of its futures to play."""

    world: World
    solved: Solved
    seed: int
    number: int
    futures: int


def blocks_a_future(setting: Setting, folder: Path) -> float:
    """Blocks of four uniforms that a future takes on average."""
    path = folder / "setting.pickle"
    path.write_bytes(pickle.dumps(tuple(setting)))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.draw_count", str(path)],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(json.loads(done.stdout))


def count(setting: Setting) -> float:
    """Play the futures and count, in a process without the compiler."""
    blocks = 0
    whole = draws.words

    def counted(source: draws.Draws, day: int, purpose: int, block: int) -> draws.Words:
        nonlocal blocks
        blocks += 1
        return whole(source, day, purpose, block)

    for name, module in list(sys.modules.items()):
        if name.startswith("detente.kernel.") and getattr(module, "words", None) is whole:
            module.words = counted  # type: ignore[attr-defined]
    crisis.play(
        setting.world,
        setting.solved,
        seed=setting.seed,
        number=setting.number,
        first=0,
        futures=setting.futures,
    )
    return blocks / setting.futures


if __name__ == "__main__":
    # The file was written a moment ago by the program that started this one.
    print(count(Setting(*pickle.loads(Path(sys.argv[1]).read_bytes()))))  # noqa: S301

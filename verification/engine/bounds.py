"""Checks that the model reads and writes only inside its tables, on every pack that ships.

`python -m verification.engine.bounds` compiles the model with a check of every index, into a cache
of its own, which takes minutes. It then plays a small run of each pack on the tiny grid, with its
options and with a trace. Without the check, an index that is too large reads or corrupts other
memory without an error.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from detente.pack.files import shipped

SIZE = ("--grid", "tiny", "--worlds", "2", "--futures", "200", "--threads", "1")
PAST_THE_END = """
import numpy as np
from detente.kernel.jit import jit

@jit
def read(table, index):
    return table[index]

try:
    read(np.zeros(3), 5)
except IndexError:
    raise SystemExit(0)
raise SystemExit("an index past the end of a table is not noticed")
"""
"""A fault that has to be found, or nothing is checked here."""


def fault_of(line: Sequence[str], cache: Path) -> str:
    """Run Python with every index checked, and return what went wrong."""
    checked = {
        "NUMBA_BOUNDSCHECK": "1",
        "NUMBA_CACHE_DIR": str(cache),
        "XDG_CACHE_HOME": str(cache),
        "DETENTE_NO_PRECOMPILED": "1",
    }
    done = subprocess.run(
        (sys.executable, *line),
        env=os.environ | checked,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr.strip()[-2000:] or str(done.returncode)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the packs, print a line for each, and return the exit status."""
    parser = argparse.ArgumentParser(description="Play every pack with every index checked.")
    parser.add_argument("packs", nargs="*", default=shipped(), help="all that ship unless given")
    packs = parser.parse_args(arguments).packs
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name) / "cache"
        cache.mkdir(mode=0o700)
        faults = {"the planted fault": fault_of(("-c", PAST_THE_END), cache)}
        for pack in packs:
            run = f"{name}/{pack}"
            play = ("-m", "detente", "run", pack, *SIZE, "--options", "all", "-o", run, "--json")
            trace = ("-m", "detente", "trace", run, "--json")
            faults[pack] = fault_of(play, cache) or fault_of(trace, cache)
            print(f"{pack}: {faults[pack] or 'every index lies inside'}", flush=True)
    wrong = [pack for pack, fault in faults.items() if fault]
    print("wrong: " + (", ".join(wrong) or "none") + faults["the planted fault"])
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

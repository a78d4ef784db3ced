"""Checks that numba's public interface alone compiles the same model as its internals do.

`python -m verification.engine.plainly` compiles the model both ways, each into a cache of its own,
which takes minutes. It then plays the same run with both and compares the digests.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RUN = ("run", "reference-violent", "--grid", "tiny", "--worlds", "4", "--futures", "1600")
WAYS = {"as usual": {}, "numba by itself": {"DETENTE_NUMBA": "plain"}}


def played(settings: dict[str, str]) -> str:
    """Compile the model with settings of the environment, play a run and return its digest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reported = subprocess.run(
            (sys.executable, "-m", "detente", *RUN, "-o", str(folder / "run"), "--json"),
            env=os.environ | settings | {"XDG_CACHE_HOME": str(folder / "cache")},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    content: dict[str, Any] = json.loads(reported)
    return str(content["digest"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and return the exit status."""
    argparse.ArgumentParser(description="Compile without reaching into numba.").parse_args(
        arguments
    )
    digests = {way: played(settings) for way, settings in WAYS.items()}
    for way, digest in digests.items():
        print(f"{way}: digest {digest[:12]}")
    return int(len(set(digests.values())) > 1)


if __name__ == "__main__":
    sys.exit(main())

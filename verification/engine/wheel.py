"""Checks that the wheel plays a crisis, unpacked in a folder without the rest of the project.

python -m verification.engine.wheel
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

from detente import provenance

ROOT = Path(__file__).parents[2]
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
RUN = ("run", "oman-2026", "--futures", "1000", "--worlds", "8", "-o", "run", "--json")
WHERE = "import detente; print(detente.__file__)"


def unpack(folder: Path) -> None:
    """Build the wheel and install it, without what it needs, into a folder."""
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "wheel"))
    subprocess.run((*PIP, *build, str(ROOT)), check=True)
    (wheel,) = (folder / "wheel").glob("*.whl")
    target = ("install", "--no-deps", "--target", str(folder / "unpacked"), str(wheel))
    subprocess.run((*PIP, *target), check=True)


def ask(folder: Path, *line: str) -> str:
    """Run Python in a folder with what was unpacked there, and return what it printed."""
    return subprocess.run(
        (sys.executable, *line),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "unpacked")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Play a run from the wheel and return the exit status."""
    argparse.ArgumentParser(description="Play a run from the wheel.").parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        unpack(folder)
        place = Path(ask(folder, "-c", WHERE).strip())
        answer: dict[str, Any] = json.loads(ask(folder, "-m", "detente", *RUN))
        version: dict[str, Any] = json.loads(ask(folder, "-m", "detente", "--version", "--json"))
    is_own = place.is_relative_to(folder)
    played = sum(share["share"] for share in answer["endings"].values())
    print(f"{'from the wheel' if is_own else f'NOT from the wheel but from {place}'}: ", end="")
    is_of_commit = version["commit"] == provenance.commit()
    print(f"commit {version['commit'][:12] or 'unknown'}, ", end="")
    print(
        f"{answer['futures']} futures, digest {answer['digest'][:12]}, endings sum to {played:.6f}"
    )
    is_right = is_own and is_of_commit
    return int(not is_right or answer["futures"] != 1000 or abs(played - 1.0) > 1e-9)


if __name__ == "__main__":
    sys.exit(main())

"""Faults that a reader would fear, planted one at a time in the program, for its tests to find.

    python -m verification.planted [NUMBER ...]

`planted.toml` tells of each in words which lines of which file it changes, and which tests are the
nearest. They are run without the compiler in a copy of the project. A fault that none of them finds
is listed and is a failure, as is one whose lines do not stand in the file any more.
"""

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from verification.mutants import ROOT, Bench, Mutant

FAULTS = Path(__file__).with_suffix(".toml")


class Fault(NamedTuple):
    """A fault as `planted.toml` tells it."""

    says: str
    file: str
    old: str
    new: str
    tests: list[str]

    def as_mutant(self) -> Mutant:
        """Return it as a change of its file.

        Raises
        ------
        SystemExit
            If what it changes does not stand there just once.
        """
        text = (ROOT / "src" / "detente" / self.file).read_bytes()
        old = self.old.encode()
        if text.count(old) != 1:
            raise SystemExit(
                f"{FAULTS.name}: {self.says}: the old text stands {text.count(old)} times in "
                f"{self.file}; it has to stand there once: write the fault for the file as it is"
            )
        start = text.index(old)
        line = text.count(b"\n", 0, start) + 1
        return Mutant(self.file, line, start, start + len(old), self.new)


def read(path: Path = FAULTS) -> list[Fault]:
    """Return the faults that a file lists."""
    return [Fault(**one) for one in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant all faults, or those numbered, print what finds each, and return the exit status."""
    parser = argparse.ArgumentParser(description="Faults planted in code, for its tests to find.")
    parser.add_argument("numbers", nargs="*", type=int, help="of the faults, from 1; all at first")
    asked = parser.parse_args(arguments).numbers
    faults = [one for place, one in enumerate(read(), 1) if not asked or place in asked]
    mutants = [fault.as_mutant() for fault in faults]
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for fault, mutant in zip(faults, mutants, strict=True):
            killer = bench.killer(mutant, [fault.tests])
            missed += not killer
            place = f"{fault.file}:{mutant.line}"
            print(f"{place}: {fault.says}: {f'found by {killer}' if killer else 'MISSED'}")
    print(f"{len(faults) - missed} of {len(faults)} planted faults were found")
    return int(missed > 0 or not faults)


if __name__ == "__main__":
    sys.exit(main())

"""Checks that every planted fault of a pack is found, on its line and with the right advice.

Each pack of `tests/cases/invalid` is one file that is added to the smallest valid pack or replaces
one of its files. Comments announce its faults: `#! field -> the name that was meant`.
"""

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from detente import pack
from detente.errors import Fault

CASES = Path(__file__).parents[2] / "tests" / "cases"
MINIMAL = CASES / "valid" / "minimal"
LAST_FILE = "x.toml"
"""A case is read after the files of the least pack, so that the second place of a key is in it."""
LINE_TARGET = 0.99
NAME_TARGET = 0.95


class Planted(NamedTuple):
    """A fault that a pack announces; the name that was meant is empty if none is near."""

    line: int
    field: str
    meant: str


class Score(NamedTuple):
    """Counts of faults, over one pack or over many."""

    planted: int
    found: int
    lines_exact: int
    names: int
    names_right: int
    echoes: int

    @property
    def line_share(self) -> float:
        """Return the share of planted faults that were found in their line."""
        return self.lines_exact / self.planted if self.planted else 0.0

    @property
    def name_share(self) -> float:
        """Return the share of announced names that were offered."""
        return self.names_right / self.names if self.names else 0.0

    @property
    def meets_targets(self) -> bool:
        """Say whether all faults were found, with lines and names as good as promised."""
        is_complete = self.planted > 0 and self.found == self.planted
        return is_complete and self.line_share >= LINE_TARGET and self.name_share >= NAME_TARGET


def main(arguments: Sequence[str] | None = None) -> int:
    """Check every faulty pack of a folder and return the exit status."""
    folder = _parser().parse_args(arguments).folder
    cases = sorted(folder.glob("*.toml"))
    scores = [_told(case) for case in cases]
    total = Score(*(sum(counts) for counts in zip(*scores, strict=True))) if scores else None
    if total is None:
        print(f"no packs *.toml in {folder}", file=sys.stderr)
        return 2
    print(
        f"{len(cases)} packs; {total.planted} faults planted, {total.found} found; "
        f"line exact {total.line_share:.1%}; nearest name right {total.name_share:.1%} "
        f"of {total.names}; {total.echoes} echoes"
    )
    return int(not total.meets_targets)


def _told(case: Path) -> Score:
    text = case.read_text(encoding="utf-8")
    result = score(planted_in(text), faults_of(text))
    if result.found < result.planted or result.lines_exact < result.planted or result.echoes:
        print(
            f"{case.name}: {result.planted} planted, {result.found} found, "
            f"{result.lines_exact} in their line, {result.echoes} echoes"
        )
    if result.names_right < result.names:
        print(f"{case.name}: {result.names_right} of {result.names} names offered")
    return result


def planted_in(text: str) -> list[Planted]:
    """Return the faults that the comments of a text announce."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for comment in re.findall(r"#! ?([^#]*)", line):
            field, _, meant = comment.strip().partition(" -> ")
            found.append(Planted(number, field, meant))
    return found


def write_case(text: str, folder: Path) -> None:
    """Write the least pack with a text beside it or in place of one of its files."""
    replaced = re.match(r"# In place of (\S+):", text)
    for file in MINIMAL.iterdir():
        if replaced is None or file.name != replaced[1]:
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / LAST_FILE).write_text(text, encoding="utf-8")


def faults_of(text: str) -> tuple[Fault, ...]:
    """Return the faults of the pack that a case is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_case(text, folder)
        return pack.check(folder)


def score(planted: Sequence[Planted], faults: Sequence[Fault]) -> Score:
    """Count what was found: a fault by its field, and more strictly by its line as well."""
    here = [fault for fault in faults if fault.file == LAST_FILE]
    fields = Counter(fault.field for fault in here) & Counter(fault.field for fault in planted)
    spots = Counter((fault.line, fault.field) for fault in here) & Counter(
        (fault.line, fault.field) for fault in planted
    )
    offered = {(fault.field, fault.hint) for fault in here}
    named = [fault for fault in planted if fault.meant]
    right = sum((fault.field, f"did you mean {fault.meant}?") in offered for fault in named)
    found = fields.total()
    return Score(len(planted), found, spots.total(), len(named), right, len(faults) - found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.engine.faults",
        description="Check packs with planted faults, and count what is found.",
        epilog="Exit status: 0 the targets are met; 1 they are not; 2 there are no packs.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=CASES / "invalid", metavar="FOLDER")
    return parser


if __name__ == "__main__":
    sys.exit(main())

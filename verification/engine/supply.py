"""Checks the supply chain: pinned requirements, vulnerabilities, reproducible wheel, licences.

    python -m verification.engine.supply

Every requirement is pinned with its digests. pip-audit knows no vulnerability in any of them; if
its database is unreachable, that is reported as not checked, never as passed. A wheel built twice,
in other folders and with other times, permissions, hash seeds and time zones, is identical to the
bit. No package that the program needs to run has a licence that restricts the programs that use it.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PATIENCE = 300
"""Seconds that a look into the database of holes may take."""
LOCKS = ("run", "dev", "image", "peers", "page")
"""Files of requirements; the last two are used apart, and neither src nor the tests import them."""
BUILT_FROM = ("src", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE")
PINNED = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[^\s;]+( ; .+)?")
DIGEST = re.compile(r"--hash=sha256:[0-9a-f]{64}")
BINDING = re.compile(r"\b(A?GPL|LGPL|GNU|MPL|EPL|EUPL|CDDL|SSPL|Mozilla|Eclipse)", re.IGNORECASE)
"""Words in the names of licences that bind what their work is used in."""


class Line(NamedTuple):
    """One thing checked; `is_right` is None where it could not be."""

    what: str
    found: str
    is_right: bool | None


def locks() -> Iterator[Line]:
    """Say for each file of requirements whether all are pinned and have their digests."""
    for name in LOCKS:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        loose = loose_requirements(text)
        total = len(requirements(text))
        found = f"{total - len(loose)} of {total} pinned with digests"
        yield Line(f"requirements/{name}.txt", " ".join((found, *loose)), total > 0 and not loose)


def requirements(text: str) -> list[str]:
    """Return the requirements of a file, each with the options that go on behind it."""
    joined = text.replace("\\\n", " ")
    lines = (line.strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def loose_requirements(text: str) -> list[str]:
    """Return the lines that are no pinned requirement with digests."""
    found = []
    for line in requirements(text):
        requirement, *digests = (part.strip() for part in re.split(r"\s(?=--)", line))
        pinned = PINNED.fullmatch(requirement) and digests and all(map(DIGEST.fullmatch, digests))
        if not pinned:
            found.append(requirement)
    return found


def holes() -> Iterator[Line]:
    """Say for each file of requirements whether a hole is known in any."""
    for name in LOCKS:
        path = ROOT / "requirements" / f"{name}.txt"
        audit = ("-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json")
        what = f"known holes in requirements/{name}.txt"
        try:
            done = subprocess.run(
                (sys.executable, *audit, "-r", str(path)),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            yield Line(what, f"not checked: no answer within {PATIENCE} s", None)
        else:
            yield judged(what, done.stdout, done.stderr)


def judged(what: str, report: str, said: str) -> Line:
    """Read a report of pip-audit: what it could not look up is not checked."""
    try:
        found = json.loads(report)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        reason = said.strip().splitlines()[-1:] or ["no report"]
        return Line(what, f"not checked: {reason[0][:90]}", None)
    holed = [f"{one['name']}: {hole['id']}" for one in found for hole in one.get("vulns", ())]
    looked_up = sum("vulns" in one for one in found)
    reported = f"{looked_up} of {len(found)} looked up, {len(holed)} holes"
    if holed:
        return Line(what, " ".join((reported, *holed)), False)
    if looked_up < len(found):
        return Line(what, f"{reported}; the others not checked", None)
    return Line(what, reported, len(found) > 0)


def wheels() -> Iterator[Line]:
    """Build the wheel twice, unlike in all that should not matter, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        first = build(Path(folder) / "a", umask=0o022, seed="1", zone="UTC")
        second = build(Path(folder) / "another" / "place", umask=0o077, seed="2", zone="Asia/Tokyo")
    same = first == second
    yield Line("the wheel, built twice", first[:12] if same else f"{first} {second}", same)


def build(folder: Path, *, umask: int, seed: str, zone: str) -> str:
    """Build the wheel from a copy of the sources and return its digest."""
    folder.mkdir(parents=True)
    for name in BUILT_FROM:
        source, copy = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    for path in folder.rglob("*"):
        path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)
        os.utime(path, (umask * 10_000_000.0, umask * 10_000_000.0))
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
    environment.pop("SOURCE_DATE_EPOCH", None)
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "out"))
    subprocess.run(
        command, cwd=folder, env=environment, umask=umask, check=True, capture_output=True
    )
    (wheel,) = (folder / "out").glob("*.whl")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def licences() -> Iterator[Line]:
    """Name the licence of each package that the program needs to run here."""
    for name in sorted(needed("detente")):
        found = licence(name)
        yield Line(
            f"licence of {name}", found or "none named", bool(found) and not BINDING.search(found)
        )


def needed(package: str) -> set[str]:
    """Return the packages that one needs to run on this machine, at any distance."""
    here = {**{key: str(value) for key, value in default_environment().items()}, "extra": ""}
    found: set[str] = set()
    waiting = [package]
    while waiting:
        asked = map(Requirement, metadata.requires(waiting.pop()) or ())
        fresh = {one.name for one in asked if one.marker is None or one.marker.evaluate(here)}
        waiting += fresh - found
        found |= fresh
    return found


def licence(package: str) -> str:
    """Return a package's licence as it names it: an expression, its classifiers, or a line."""
    reported: Any = metadata.metadata(package)
    classifiers = [
        one for one in reported.get_all("Classifier") or () if one.startswith("License ::")
    ]
    named = ", ".join(one.rpartition(" :: ")[2] for one in classifiers)
    first_line = (reported.get("License") or "").strip().partition("\n")[0]
    return str(reported.get("License-Expression") or named or first_line)


MARKS = {True: "right", False: "WRONG", None: "not checked"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all lines and return the exit status: 1 where something is wrong."""
    argparse.ArgumentParser(description="Locks, known holes, the wheel, licences.").parse_args(
        arguments
    )
    lines = []
    for check in (locks, holes, wheels, licences):
        for line in check():
            print(f"{line.what:<40} {line.found}  {MARKS[line.is_right]}", flush=True)
            lines.append(line)
    wrong, unknown = (sum(line.is_right is kind for line in lines) for kind in (False, None))
    print(f"{len(lines)} checks, {wrong} wrong, {unknown} not checked")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

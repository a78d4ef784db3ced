"""Checks that a crisis has the same digest in at least a hundred configurations.

`python -m verification.engine.digests` plays the crisis on threads, in parts and steps of several
sizes, for several processors, with fused arithmetic masked, with libraries withheld, with every
index checked (an index out of range is then an error), with other versions of Python and, in a
smaller run, without the compiler. The kernel's arithmetic and draws are also computed for 64-bit
ARM under emulation. Configurations that this machine lacks are named and not counted. With `--few`
it plays ten configurations and emulates nothing.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from verification.engine import bits, emulated
from verification.engine.emulated import MissingError
from verification.engine.plays import LEAST, WHOLE, Configuration, Size, written

ROOT = Path(__file__).parents[2]
PLACE = ROOT / ".venv" / "digests"
"""Where other Pythons are installed, once."""
LEAST_COUNT = 100
FEW = ("this processor", "no compiler", "generic, masked, held back", "all of these")
"""Where a few configurations are played, of which one is compiled for another processor."""
OF_THESE = 5
"""Of so many configurations there one is played."""
THREADS = (1, 2, 4)
CHUNKS = (1_000, 7_000, 10_000, 50_000)
SMALLER = (
    Size(worlds=8, futures=8_000, horizon=WHOLE.horizon),
    Size(worlds=5, futures=10_000, horizon=WHOLE.horizon),
)
"""Sizes with which runs begin that are extended."""
CLUSTER = {"cluster": "local"}
"""Plays worlds in processes of this machine, as many as there are threads otherwise."""
MASKED = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F"}
NO_AVX512 = {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"}
OLD_BLAS = {"OPENBLAS_CORETYPE": "Haswell"}
OLDEST_BLAS = {"OPENBLAS_CORETYPE": "Prescott"}
PROCESSORS = {"generic": (), "haswell": ("avx2", "fma"), "znver4": ("avx512f", "avx512_bf16")}
"""Targets of the compiler, and what a machine must be able to do to run what is compiled."""
VERSIONS = ("3.12", "3.13", "3.14")


class Place(NamedTuple):
    """What a process is started with, and what is played in it."""

    name: str
    python: str
    environment: Mapping[str, str]
    configurations: list[Configuration]


class Played(NamedTuple):
    """One configuration in one place, and what came of it."""

    place: str
    configuration: Configuration
    digest: str


def all_ways() -> list[Configuration]:
    """Return threads by parts, and runs that are begun small."""
    by_threads = [Configuration(threads=n, chunk=chunk) for n in THREADS for chunk in CHUNKS]
    extended = [Configuration(threads=2, chunk=c, begun=s) for c in CHUNKS[:2] for s in SMALLER]
    return [*by_threads, *extended]


def cluster_ways() -> list[Configuration]:
    """Return one process and two, and two of which one is killed on the way."""
    return [
        Configuration(threads=workers, chunk=chunk, more=CLUSTER, kills=kills)
        for workers, kills in ((1, False), (2, False), (2, True))
        for chunk in CHUNKS[:2]
    ]


def some_ways() -> list[Configuration]:
    """Return a few: each chunk on two numbers of threads that come in turn, and one extension."""
    by_chunk = [
        Configuration(threads=THREADS[(turn + more) % len(THREADS)], chunk=chunk)
        for turn, chunk in enumerate(CHUNKS)
        for more in (0, 1)
    ]
    return [*by_chunk, Configuration(threads=2, chunk=CHUNKS[1], begun=SMALLER[0])]


def places(skipped: list[str]) -> Iterator[Place]:
    """Return where this Python plays the crisis; add to what is skipped, and why."""
    own = sys.executable
    plain = {"NUMBA_DISABLE_JIT": "1"}
    least = [Configuration(size=LEAST, chunk=chunk) for chunk in (1, 1000)]
    yield Place("this processor", own, {}, [*all_ways(), *cluster_ways(), *least])
    yield Place("no compiler", own, plain, least)
    yield Place("every index checked", own, {"NUMBA_BOUNDSCHECK": "1"}, some_ways())
    for name in _processors(skipped):
        target = {"NUMBA_CPU_NAME": name}
        yield Place(name, own, target, all_ways())
        held_back = {**target, **MASKED, **NO_AVX512, **OLD_BLAS}
        yield Place(f"{name}, masked, held back", own, held_back, some_ways())
    if platform.machine() == "x86_64":
        yield Place("no fused arithmetic in the C library", own, MASKED, some_ways())
        yield Place("no AVX-512 in numpy", own, NO_AVX512, some_ways())
        yield Place("older linear algebra", own, OLD_BLAS, some_ways())
        yield Place("oldest linear algebra", own, OLDEST_BLAS, some_ways())
        both = {**MASKED, **NO_AVX512, **OLDEST_BLAS}
        yield Place("all of these", own, both, some_ways())


def others(skipped: list[str], wanted: Collection[str]) -> Iterator[Place]:
    """Return the other versions of Python on this machine, or those that are wanted by name."""
    least = [Configuration(size=LEAST)]
    for version in VERSIONS:
        name = f"Python {version}"
        python = None if wanted and name not in wanted else _other_python(version, skipped)
        if python is not None:
            yield Place(name, str(python), {}, [*some_ways(), *least])


def _processors(skipped: list[str]) -> Iterator[str]:
    flags = _flags()
    for name, needed in PROCESSORS.items():
        lacking = sorted(set(needed) - flags)
        if platform.machine() != "x86_64" or lacking:
            skipped.append(f"processor {name}: lacks {', '.join(lacking) or 'the instructions'}")
        else:
            yield name


def _flags() -> set[str]:
    """Return what the processor can do, as Linux names it; nothing where it does not."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return set(next((line.split() for line in lines if line.startswith("flags")), []))


def _other_python(version: str, skipped: list[str]) -> Path | None:
    """Return another Python in an environment with our requirements, made if there is none."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return None
    place = PLACE / f"python-{version}"
    python = place / "bin" / "python"
    if (place / "ready").exists():
        return python
    found = _find(version)
    if found is None:
        skipped.append(f"Python {version}: not on this machine")
        return None
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    shutil.rmtree(place, ignore_errors=True)
    lines = (
        [found, "-m", "venv", str(place)],
        [*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")],
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    )
    for line in lines:
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr.strip() or "no word").splitlines()[-1]
            skipped.append(f"Python {version}: {said}")
            return None
    (place / "ready").touch()
    return python


def _find(version: str) -> str | None:
    """Return a Python of a version, on the path or among those of pyenv."""
    named = shutil.which(f"python{version}")
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}*/bin/python3"))
    for python in [*map(str, reversed(kept)), *([named] if named else [])]:
        line = [python, "-c", "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(line, capture_output=True, text=True, check=False).stdout.strip()
        if said == version:
            return python
    return None


def play(place: Place) -> list[Played]:
    """Play all configurations of a place in a process of its own."""
    paths = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [place.python, "-m", "verification.engine.plays"],
        input=written(place.configurations),
        env={**os.environ, **paths, **place.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    reported = (done.stderr.strip() or "nothing").splitlines()[-1]
    digests = done.stdout.split()
    digests += [f"none: {reported}"] * (len(place.configurations) - len(digests))
    print(f"{place.name}: {len(place.configurations)} played", flush=True)
    pairs = zip(place.configurations, digests, strict=True)
    return [Played(place.name, configuration, digest) for configuration, digest in pairs]


def emulate(values: int, skipped: list[str]) -> int:
    """Compare the arithmetic and the draws with 64-bit ARM's; return how many are the same.

    Raises `ValueError` if they differ.
    """
    if platform.machine() in {"aarch64", "arm64"}:
        skipped.append("64-bit ARM by emulation: this machine is one")
        return 0
    line = ["-m", "verification.engine.bits", "--values", str(values)]
    try:
        found = json.loads(emulated.prepare(PLACE / "aarch64").run(line, ROOT))
    except MissingError as fault:
        skipped.append(f"64-bit ARM by emulation: {fault}")
        return 0
    own = bits.bits(values)
    differing = [name for name in own if found[name] != own[name]]
    if differing:
        raise ValueError(f"{' and '.join(differing)} differ on {found['machine']}")
    print(f"{found['machine']}: {values:,} draws, {values:,} values of the arithmetic", flush=True)
    return len(own)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play every configuration and return the exit status."""
    parser = argparse.ArgumentParser(description="One digest in a hundred configurations.")
    parser.add_argument("--values", type=int, default=200_000, help="worked out for 64-bit ARM")
    parser.add_argument("--place", action="append", help="only this, such as generic")
    parser.add_argument("--few", action="store_true", help="ten configurations")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    skipped: list[str] = []
    wanted = FEW if options.few else options.place or ()
    there = [*places(skipped), *others(skipped, wanted)]
    chosen = [one for one in there if not wanted or one.name in wanted]
    if options.few:
        chosen = [one._replace(configurations=one.configurations[::OF_THESE]) for one in chosen]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        arm = None if wanted else pool.submit(emulate, options.values, skipped)
        played = [one for found in pool.map(play, chosen) for one in found]
    try:
        same = arm.result() if arm else 0
        status = report(played, same, whole=not wanted)
    except ValueError as fault:
        print(fault)
        status = report(played, 0, whole=False) | 1
    print("".join(f"skipped, not counted: {one}\n" for one in skipped), end="")
    print(f"took {time.monotonic() - began:.0f} s on {os.cpu_count()} cores")
    return status


def report(played: Sequence[Played], emulations: int, *, whole: bool) -> int:
    """Print each digest with how many have it, and who has another; return the exit status."""
    status = 0
    for size in (WHOLE, LEAST):
        own = [one for one in played if one.configuration.size == size]
        digests = Counter(one.digest for one in own)
        if not digests:
            continue
        most = digests.most_common(1)[0][0]
        for one in own:
            if one.digest != most:
                print(f"{one.place}, {one.configuration}: {one.digest}")
        print(
            f"{size.futures:,} futures: {len(own)} configurations, {len(digests)} digest(s), {most}"
        )
        status |= int(len(digests) > 1 or most.startswith("none"))
    count = len(played) + emulations
    print(f"{count} configurations in all")
    return status | int(whole and count < LEAST_COUNT)


if __name__ == "__main__":
    sys.exit(main())

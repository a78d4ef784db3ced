"""An emulated Python for 64-bit ARM, installed once into one folder from public registries.

Nothing is installed on the system: packages are unpacked into one folder, with package lists of
their own. If the system has no `apt-get` and `dpkg`, or a package is unavailable, the reason is
reported.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

FOREIGN = "arm64"
EMULATOR = "qemu-aarch64"
PYTHONS = ("3.14", "3.13", "3.12", "3.11")
LIBRARIES = (
    "libc6",
    "libgcc-s1",
    "libstdc++6",
    "libexpat1",
    "zlib1g",
    "libbz2-1.0",
    "liblzma5",
    "libffi8",
    "libssl3t64",
    "libzstd1",
)
WHEELS = ("numpy", "numba", "llvmlite")
PLATFORMS = ("manylinux_2_28_aarch64", "manylinux_2_27_aarch64", "manylinux2014_aarch64")
READY = "ready"


class MissingError(Exception):
    """What emulation needs and cannot be had here."""


class Emulated(NamedTuple):
    """Where the emulated Python lies and how it is started."""

    command: tuple[str, ...]
    packages: Path

    def run(self, arguments: Sequence[str], sources: Path) -> str:
        """Run Python with arguments and return what it prints.

        Raises `MissingError` if it does not end well.
        """
        paths = f"{sources / 'src'}{os.pathsep}{sources}{os.pathsep}{self.packages}"
        place = {"PYTHONPATH": paths, "XDG_CACHE_HOME": str(self.packages.parent / "cache")}
        return _run([*self.command, *arguments], self.packages.parent, {**os.environ, **place})


def prepare(place: Path) -> Emulated:
    """Return an emulated Python with numpy and numba in a folder, made if it is not there.

    Raises `MissingError` if it cannot be had.
    """
    place = place.resolve()
    root, packages = place / "root", place / "packages"
    if not (place / READY).exists():
        if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
            raise MissingError("no apt-get and dpkg here")
        shutil.rmtree(place, ignore_errors=True)
        packages.mkdir(parents=True)
        python = _install_python(place, root)
        _install_wheels(packages, python)
        (place / READY).write_text(python, encoding="utf-8")
    python = (place / READY).read_text(encoding="utf-8")
    emulator = shutil.which(EMULATOR) or str(place / "emulator" / "usr" / "bin" / EMULATOR)
    command = (emulator, "-L", str(root), str(root / "usr" / "bin" / f"python{python}"))
    return Emulated(command, packages)


def _install_python(place: Path, root: Path) -> str:
    """Unpack the emulator and the first Python that there is; return its version."""
    if shutil.which(EMULATOR) is None:
        own = _run(["dpkg", "--print-architecture"], place).strip()
        _unpack(place, own, ["qemu-user"], place / "emulator")
    for python in PYTHONS:
        parts = [f"python{python}-minimal", f"libpython{python}-minimal"]
        try:
            _unpack(place, FOREIGN, [*parts, f"libpython{python}-stdlib", *LIBRARIES], root)
        except MissingError:
            continue
        if not (root / "lib").exists():
            (root / "lib").symlink_to("usr/lib")
        return python
    raise MissingError(f"no Python for {FOREIGN}")


def _unpack(place: Path, architecture: str, names: Sequence[str], into: Path) -> None:
    """Fetch packages of an architecture, by lists that are kept with them, and unpack them."""
    lists = place / architecture
    for folder in ("state/lists/partial", "cache/archives/partial", "files"):
        (lists / folder).mkdir(parents=True, exist_ok=True)
    (lists / "state" / "status").touch()
    settings = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "Dir::State": lists / "state",
        "Dir::State::status": lists / "state" / "status",
        "Dir::Cache": lists / "cache",
        "APT::Sandbox::User": "",
    }
    apt = ["apt-get", "-qq"]
    for name, value in settings.items():
        apt += ["-o", f"{name}={value}"]
    _run([*apt, "update"], lists / "files")
    _run([*apt, "download", *names], lists / "files")
    for file in (lists / "files").glob("*.deb"):
        _run(["dpkg", "-x", str(file), str(into)], place)


def _install_wheels(packages: Path, python: str) -> None:
    """Unpack the numpy and numba of this machine's versions, built for the other one."""
    wanted = [f"{name}=={version(name)}" for name in WHEELS]
    line = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check"]
    line += ["--no-deps", "--only-binary=:all:", "--implementation", "cp"]
    line += ["--python-version", python, "--abi", f"cp{python.replace('.', '')}"]
    for name in PLATFORMS:
        line += ["--platform", name]
    _run([*line, "-d", "wheels", *wanted], packages.parent)
    for wheel in (packages.parent / "wheels").glob("*.whl"):
        with zipfile.ZipFile(wheel) as file:
            file.extractall(packages)


def _run(line: Sequence[str], place: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        line, cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip() or "no word").splitlines()[-1]
        raise MissingError(f"{Path(line[0]).name} {line[-1]}: {last}")
    return done.stdout

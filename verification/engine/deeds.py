"""Commands that write files, run undisturbed, and the conditions on disturbed runs of them.

A deed is a command that leaves a result called `it` in the folder in which it runs. However the
command is stopped, the folder may contain under final names only files that the undisturbed command
also leaves. When it is started again or resumed, the result must be the same to the last byte,
apart from times.
"""

import contextlib
import io
import json
import re
import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from detente.cli import main
from detente.ensemble import record as records
from detente.ensemble.record import FILE, GROWING
from detente.errors import DetenteError
from tests.faulty import MINIMAL

IT = "it"
"""What a deed leaves, below the folder that it runs in."""
ENDINGS = (0, 2)
"""A command ends with one of these: done, or not done with the reason."""
IN_LINES = re.compile(r"^detente: ((?P<where>\S+): )?(?P<what>.+)\n  (?P<hint>.+)", re.MULTILINE)
"""How an error is reported to a person."""
Sound = Mapping[str, set[bytes]]
"""What may lie under each name."""


class Size(NamedTuple):
    """How much a run plays: before it is extended, and after; on so many threads."""

    worlds: int
    futures: int
    more: int
    chunk: int
    threads: int = 1

    def run(self, futures: int) -> tuple[str, ...]:
        """Return the arguments of a run that plays so many futures."""
        small = ("--grid", "tiny", "--horizon", "60", "--chunk", str(self.chunk))
        sizes = ("--worlds", str(self.worlds), "--futures", str(futures))
        return ("run", str(MINIMAL), *small, *sizes, "--threads", str(self.threads), "-o", IT)


SMALL = Size(worlds=2, futures=40, more=60, chunk=10)


class Answer(NamedTuple):
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> Mapping[str, str]:
        """Return what it said that went wrong, as JSON or in lines; nothing if it said nothing."""
        try:
            found: Any = json.loads(self.out)["error"]
        except (ValueError, KeyError, TypeError):
            reported = IN_LINES.search(self.err)
            return reported.groupdict("") if reported else {}
        return dict(found)

    @property
    def fault(self) -> str:
        """Say why the answer is none that a person should get; nothing if it is one."""
        if "Traceback" in self.err:
            return "traceback: " + self.err.strip().splitlines()[-1]
        if self.status not in ENDINGS:
            return f"status {self.status}: {self.err.strip()[-200:]}"
        error = self.error
        missing = [key for key in ("what", "where", "hint") if not error.get(key)]
        if self.status and missing:
            return f"an error without {' and '.join(missing)}: {self.out}{self.err}"[:300]
        return ""


class Deed(NamedTuple):
    """A command that writes; `start` is what lies there before it, None if nothing does."""

    name: str
    start: Path | None
    command: tuple[str, ...]
    whole: Path

    def prepare(self, folder: Path) -> None:
        """Prepare what is there before."""
        if self.start is not None:
            shutil.copytree(self.start, folder / IT)

    def again(self, folder: Path) -> tuple[str, ...]:
        """Return the command that goes on with what was stopped, or begins again."""
        if self.name == "run" and (folder / IT / FILE).exists():
            return ("run", "--resume", IT, "--json")
        return self.command

    @property
    def sound(self) -> Sound:
        """Return what may lie under each name on the way."""
        allowed: dict[str, set[bytes]] = {}
        for folder in (self.start, self.whole):
            for name, content in contents(folder).items() if folder else ():
                allowed.setdefault(name, set()).add(content)
        return allowed


def ask(arguments: Sequence[str], folder: Path) -> Answer:
    """Run a command within this process, in a folder."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(arguments)
        except Exception:  # whatever comes out is what is looked for
            traceback.print_exc(file=err)
            status = 1
    return Answer(status, out.getvalue(), err.getvalue())


def start(arguments: Sequence[str], folder: Path, **other: Any) -> subprocess.Popen[str]:
    """Run a command in a process of its own, in a folder."""
    line = [sys.executable, "-m", "detente", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(line, cwd=folder, stdout=pipe, stderr=pipe, text=True, **other)


def await_answer(process: "subprocess.Popen[str]") -> Answer:
    """Wait for a process and return what it said."""
    out, err = process.communicate()
    return Answer(process.returncode, out, err)


def contents(folder: Path) -> dict[str, bytes]:
    """Return what lies under its own name; what is still being written begins with a dot."""
    return dict(_named(folder))


def _named(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inner.parts):
            yield inner.as_posix(), path.read_bytes()


def partial(folder: Path, sound: Sound) -> list[str]:
    """Return the files under their own names that hold what no undisturbed deed leaves."""
    found = [
        name
        for name, content in contents(folder).items()
        if not name.endswith((FILE, GROWING)) and content not in sound.get(name, ())
    ]
    return found + [
        f"{path.parent.name}/{FILE}" for path in folder.rglob(FILE) if not _is_read(path)
    ]


def _is_read(path: Path) -> bool:
    try:
        records.read(path.parent)
    except DetenteError:
        return False
    return True


def differences(folder: Path, whole: Path) -> list[str]:
    """Return the names of files that are not those of the undisturbed deed; of records the rows."""
    there, wanted = contents(folder), contents(whole)
    names = sorted(there.keys() ^ wanted.keys())
    for name in sorted(there.keys() & wanted.keys()):
        if name.endswith(FILE):
            is_same = _reported(folder / name) == _reported(whole / name)
        else:
            is_same = there[name] == wanted[name]
        if not is_same:
            names.append(name)
    return names


def _reported(path: Path) -> Any:
    """Return what a record says but for times."""
    if not _is_read(path):
        return None
    record = records.read(path.parent)
    digest = record.outcome.digest if record.outcome else None
    return digest, record.settings, record.grown_from, record.options


def begun(folder: Path, size: Size) -> Deed:
    """Play a run once undisturbed and return it, to be played again."""
    return done("run", None, (*size.run(size.futures), "--json"), folder)


def deeds(folder: Path, size: Size) -> list[Deed]:
    """Do what writes a run's folder once undisturbed and return it, to be done again.

    A run, one that goes on after it was stopped, one that is extended, and its causes.
    """
    run = begun(folder, size)
    stopped = stop(run.whole, folder / "stopped")
    resumed = done("resume", stopped, ("run", "--resume", IT, "--json"), folder)
    more = ("run", "--resume", IT, "--futures", str(size.more), "--json")
    extended = done("extension", run.whole, more, folder)
    causes = done("causes", run.whole, ("causes", IT, "--threads", "1", "--json"), folder)
    return [run, resumed, extended, causes]


def done(name: str, before: Path | None, command: tuple[str, ...], folder: Path) -> Deed:
    """Do a deed once, undisturbed, in a folder of its own below `folder`."""
    place = folder / f"{name}-done"
    place.mkdir(parents=True)
    deed = Deed(name, before, command, place / IT)
    deed.prepare(place)
    answer = ask(command, place)
    if answer.status:
        raise RuntimeError(f"{name}, undisturbed, ended with {answer}")
    return deed


def stop(whole: Path, place: Path) -> Path:
    """Copy a finished run and take back what a stop would have left out."""
    shutil.copytree(whole, place)
    parts = sorted(place.rglob("futures/**/*.parquet"))
    for part in parts[len(parts) // 2 :]:
        part.unlink()
    record = records.read(place)
    bare = {name: one.model_copy(update={"digest": None}) for name, one in record.options.items()}
    record.model_copy(update={"outcome": None, "options": bare}).write(place)
    return place

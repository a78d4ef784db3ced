"""Whether every command still answers as it did: each `--json` object and each digest of a run.

    python -m verification.evidence.answers BEFORE [--quick | --full]

BEFORE is a revision in git, or a folder with a checkout. Both checkouts are asked the same in
folders of their own, a process for each command, in one environment. Version, commit, times and
folders are left out of the comparison; the files that commands leave behind take part in it by
their SHA-256, but for pages, which may be worded anew.
"""

import argparse
import hashlib
import io
import json
import os
import shlex
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple

ROOT = Path(__file__).parents[2]
EXPORTED = ROOT / ".venv" / "answers"
"""Where revisions are kept: compiled code belongs to the folder in which its source lies."""
SMALL = "--grid tiny --worlds 16 --horizon 60"
QUICK = (
    "--version",
    "list",
    "new border-2031",
    "new sea-2031 --from cuba-1962",
    "new border-2031",
    "check oman-2026",
    "check oman-2026 --resolved",
    "check oman-2026 --set talks.text_rate=-1",
    "check ./border-2031",
    "diff june-2025 oman-2026",
    "diff cuba-1962 ./sea-2031",
    "lab schema",
    "lab schema --draft 4 --part",
    "lab rates crises.csv",
    "lab rates crises.csv --from 1951 --to 1995 --with-wars",
    "lab backtest crises.csv",
    "evidence oman-2026",
    "explain oman-2026 talks.fade_rate",
    "evidence oman-2026 --document speech.txt --source article",
    f"run oman-2026 {SMALL} --futures 320 --dry-run",
    f"run oman-2026 {SMALL} --futures 320 --options hotline,guarantees -o run",
    f"run oman-2026 {SMALL} -o run",
    "show run",
    "discover run",
    "discover run --outcome deal --option hotline",
    "ask run --by 2026-03-01 --outcome force --given first_force_by=us",
    "find run --ending force --early --option hotline",
    "compare run",
    "compare run --outcome deal --options base,hotline --better more "
    "--below any_war=10% --above deal=30%",
    "evidence run",
    "evidence run --outcome deal",
    "causes run --dry-run",
    "hypotheses run --dry-run",
    "trace run --future 3:2 --option hotline",
    "replay run --future 0:0",
    "update run --next",
    "update run --next --by 2026-03-01",
    "update run --observed seen.toml",
    "report run -o page.html",
    "track followed --run run --on 2026-02-10",
    "solve oman-2026 --grid tiny --horizon 60",
    "engage oman-2026 --futures 64 --worlds 4",
)
"""What is asked in any case, in an order in which each finds what it needs."""
USUAL = (
    "causes run --worlds 3",
    "causes run --worlds 5",
    "causes run --future 0:0",
    "causes run --option hotline --worlds 3",
    "hypotheses run --only no_way_back --worlds 3",
    "hypotheses run --worlds 4",
    "evidence run --outcome any_war,deal",
    "replay run --worlds 4 --option guarantees",
    "check reference-violent --effects",
    f"run reference-violent {SMALL} --futures 160",
    "list",
    "list .",
    "show",
    "drivers --outcome deal --option hotline --worlds 16",
    f"run june-2025 {SMALL} --futures 160 --until any_war=10% --most-futures 320 -o june",
    f"run june-2025 {SMALL} --futures 320 -o june --overwrite --set talks.text_rate=0.02",
    "run june --resume --futures 640",
    "hypotheses june --worlds 3",
    f"run oman-2026 {SMALL} --futures 160 --options all -o wide",
    "compare wide",
    "run wide --resume --futures 1600",
    "compare wide --outcome talks_failed",
    "show wide --bundle wide.zip",
    "show wide.zip",
    "update wide --observed seen.toml",
    "update wide --observed seen.toml --next --outcome deal --option hotline",
    "update wide --observed seen.toml --as-pack next",
    f"run oman-2026 {SMALL} --futures 320 --set talks.text_rate=0.02 -o earlier",
    "report run --since earlier --format md --tables tables -o page.md",
    "solve oman-2026 --grid tiny --horizon 60 --worlds 4",
    "engage oman-2026 --side defender --by ally --force 1 --plan stand_off --days 5 --rest 10 "
    "--futures 64 --worlds 4",
    "engage oman-2026 --sweep defences.iran.integration=0:1:3 --futures 64 --worlds 4",
    "lab warmup",
    "lab calibrate fit --draws 8",
)
FULL = (
    "causes run",
    "hypotheses run",
    "report run --complete -o page.html --overwrite",
    "check oman-2026 --effects",
    f"run cuba-1962 {SMALL} --futures 320 --cluster local -o cluster",
    "lab calibrate fit --draws 64 --futures 2",
)
"""What takes minutes."""
INPUTS = {
    "seen.toml": """pack = "oman-2026"
[observed.goes_on]
date = 2026-02-27
by = "an invented observer"
source = "an invented report"
state = "ongoing"
""",
    "speech.txt": "Words in which no passage of a claim is found.\n",
    "crises.csv": "crisno,trig_date,term_date,dur_days,trigger,violence,intra_war,outcome,"
    "mediation,recent_5y\n"
    + "".join(
        f"{year},{year}-03-01,{year}-03-{10 + year % 9},,{trigger},{violence},{year % 7 // 6},"
        f"Formal agreement,No mediation,{year % 2}\n"
        for year in range(1946, 1994)
        for trigger, violence in (
            ("Violent act", "Full-scale war")
            if year % 4 == 0
            else ("Political act", "No violence"),
        )
    ),
}
"""Files that commands are given."""
LEFT_OUT = {"version", "commit", "package", "seconds", "started", "finished", "seal"}
"""Keys of what may differ; a seal is over the record's times."""
FILES = {"report", "bundle"}
"""Keys that name a file whose size may differ too."""
PAGES = {".html", ".md", ".svg", ".zip"}
"""Endings of files that differ, or may be worded anew."""
MOST_SHOWN = 5


class Answer(NamedTuple):
    """What a command came to."""

    status: int
    told: Annotated[Any, "the object; a text where there is none"]


class Difference(NamedTuple):
    """A place in an object at which two answers differ, and what stands there in each."""

    path: str
    before: str
    now: str

    def __str__(self) -> str:
        """Tell it in a line, values cut short."""
        return f"{self.path or 'the whole'}: {self.before[:80]} before, {self.now[:80]} now"


class Checkout(NamedTuple):
    """A checkout, and the folder in which it is asked."""

    root: Path
    folder: Path

    def ask(self, line: str) -> Answer:
        """Run a command with `--json`."""
        done = self.python("-m", "detente", *shlex.split(line), "--json")
        try:
            return Answer(done.returncode, self.plain(json.loads(done.stdout)))
        except ValueError:
            return Answer(done.returncode, (done.stderr.strip() or "nothing").splitlines()[-1])

    def python(self, *line: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the folder, with the modules of this checkout."""
        own = {"PYTHONPATH": str(self.root / "src"), "XDG_STATE_HOME": str(self.folder / "state")}
        return subprocess.run(
            [sys.executable, "-P", *line],
            cwd=self.folder,
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            check=False,
        )

    def begin(self) -> None:
        """Write what commands are given; raise `SystemExit` if another checkout would answer."""
        self.folder.mkdir()
        for name, content in INPUTS.items():
            (self.folder / name).write_text(content, encoding="utf-8")
        place = self.python("-c", "import detente; print(detente.__file__)").stdout.strip()
        if not Path(place or "/").is_relative_to(self.root):
            raise SystemExit(f"detente comes from {place or 'nowhere'}, not from {self.root}")

    def plain(self, told: Any) -> Any:
        """Return an object without what may differ."""
        if isinstance(told, dict):
            without = LEFT_OUT | {"bytes"} if FILES & told.keys() else LEFT_OUT
            return {key: self.plain(one) for key, one in told.items() if key not in without}
        if isinstance(told, list):
            return [self.plain(one) for one in told]
        return told.replace(str(self.folder), "FOLDER") if isinstance(told, str) else told

    def left(self) -> Answer:
        """Return the files that the commands left, by their names below the folder."""
        found = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        names = {path.relative_to(self.folder).as_posix(): path for path in found}
        return Answer(
            0, {name: self.content(p) for name, p in names.items() if p.suffix not in PAGES}
        )

    def content(self, path: Path) -> Any:
        """Return what a file of JSON holds, and of another its digest."""
        if path.suffix == ".json":
            return self.plain(json.loads(path.read_text(encoding="utf-8")))
        content = path.read_bytes().replace(bytes(self.folder), b"FOLDER")
        return hashlib.sha256(content).hexdigest()


def differences(before: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Yield where two objects differ: in a value, its kind, or a table's keys and their order."""
    if isinstance(before, dict) and isinstance(now, dict):
        shared = [key for key in before if key in now]
        for key in [*before, *(key for key in now if key not in before)]:
            one, other = (told.get(key, "nothing") for told in (before, now))
            yield from differences(one, other, f"{path}.{key}".lstrip("."))
        if shared != [key for key in now if key in before]:
            yield Difference(f"{path} (order of keys)", ", ".join(before), ", ".join(now))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    elif json.dumps(before) != json.dumps(now):
        yield Difference(path, json.dumps(before), json.dumps(now))


def compare(name: str, before: Answer, now: Answer) -> bool:
    """Print whether two answers are the same, and where not; return whether they are."""
    found = list(islice(differences(before._asdict(), now._asdict()), MOST_SHOWN))
    if isinstance(now.told, str):
        found.append(Difference("no object", str(before.told), now.told))
    status = f", status {now.status}" * (now.status != 0)
    print(f"{'DIFFERS' if found else 'same':<8}{name}{status}", flush=True)
    print("".join(f"        {one}\n" for one in found), end="")
    return not found


def export(revision: str, folder: Path) -> Path:
    """Return the folder with a revision's sources, exported into one of `folder` if it is not yet.

    Raises `SystemExit` if git does not know the revision.
    """
    commit = _git("rev-list", "--max-count=1", revision, "--").decode().strip()
    place = folder / commit
    if not (place / "src").is_dir():
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as unfinished:
            with tarfile.open(fileobj=io.BytesIO(_git("archive", commit, "src"))) as archive:
                archive.extractall(unfinished, filter="data")
            Path(unfinished, "src").rename(place / "src")
    return place


def _git(*line: str) -> bytes:
    whole = ["git", "-C", str(ROOT), *line]
    done = subprocess.run(whole, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {line[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask both checkouts everything and return the exit status."""
    parser = argparse.ArgumentParser(description="The same answers as before.")
    parser.add_argument("before", help="revision, or folder of a checkout")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="without what takes longest")
    size.add_argument("--full", action="store_true", help="with what takes minutes")
    asked = parser.parse_args(arguments)
    lines = (*QUICK, *USUAL * (not asked.quick), *FULL * asked.full)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(2) as pool:
        folder = Path(temporary).resolve()
        is_folder = Path(asked.before, "src", "detente").is_dir()
        root = Path(asked.before).resolve() if is_folder else export(asked.before, EXPORTED)
        both = (Checkout(root, folder / "before"), Checkout(ROOT, folder / "now"))
        for checkout in both:
            checkout.begin()
        same = [compare(line, *pool.map(Checkout.ask, both, (line, line))) for line in lines]
        same.append(compare("the files that are left", *(one.left() for one in both)))
    print(f"{len(same)} compared, {same.count(False)} differ, {time.monotonic() - began:.0f} s")
    return int(not all(same))


if __name__ == "__main__":
    sys.exit(main())

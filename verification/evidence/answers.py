"""Checks that each question is answered as before: its `--json` object equals the stored one.

    python -m verification.evidence.answers [--quick] [--write]

A small crisis is asked every question. The one that ships is played at its default size, and its
digest is one of the answers. Answers are stored in `answered`, one file for each command. Keys,
types, words and point values must be unchanged. Ends of intervals are reported separately: they may
change if `coverage` and similar checks show that the intervals hold. `--write` stores the answers
that differ, and still reports what has changed. `--quick` omits the run of default size.
"""

import argparse
import json
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("answered")
"""Where answers are kept."""
GIVEN = KEPT / "given"
"""What commands are given: a small pack, what was seen after it, a table of past crises."""
LONGEST = "run oman-2026 --overwrite -o whole"
SMALL = "run ./small --grid tiny --worlds 32 --futures 640 --horizon 30 --threads 1"
FIRST = (f"{SMALL} --options all -o run", f"{SMALL} --set talks.text_rate=0.05 -o other")
"""What others are asked of; `show` answers with all that these do."""
LINES = (
    "list",
    "check ./small",
    "check ./small --set talks.text_rate=-1",
    "explain ./small talks.fade_rate",
    "evidence ./small",
    "diff run other",
    "solve ./small --grid tiny --horizon 30",
    "engage ./small --futures 64 --worlds 4 --days 2 --rest 1",
    "show run",
    "compare run",
    "compare run other",
    "weigh run --to force=.35",
    "ask run --by 2031-03-21 --outcome force --given first_force_by=north",
    "find run --ending force --early",
    "trace run --future 3:2",
    "replay run --future 0:0",
    "discover run",
    "evidence run",
    "causes run --worlds 4",
    "hypotheses run --worlds 4",
    "whatif run talks.text_rate=0.05",
    "drivers run --outcome force --worlds 16",
    "update run --next",
    "update run --observed seen.toml",
    "track followed --run run --on 2031-03-05",
    "lab rates crises.csv",
    "lab backtest judged.csv --worlds 2 --futures 8 --threads 1",
)
"""What is asked, in an order in which each finds what it needs."""
LEFT_OUT = {
    *("version", "package", "commit", "model", "identity", "environment", "call", "threads"),
    *("started", "finished", "seconds", "written", "seal", "head"),
}
"""Keys of what another machine, another day or another comment changes."""
END = re.compile(r"(?:\w+_)?(?:low|high)")
"""The key of an end of an interval."""
SAME = 1e-12
"""By how much of it a number may differ: the last bits of a sum are the processor's."""
SHOWN = 12
"""Letters of a digest that are shown."""
MOST_SHOWN = 5
NOTHING = "nothing"


class Difference(NamedTuple):
    """A place in an object at which two answers differ, and what stands there in each."""

    path: str
    before: str
    now: str

    @property
    def is_end(self) -> bool:
        """Say whether it is an end of an interval that has another value."""
        key = self.path.rpartition(".")[2]
        return END.fullmatch(key) is not None and NOTHING not in {self.before, self.now}

    def __str__(self) -> str:
        """Tell it in a line, values cut short."""
        return f"{self.path or 'the whole'}: {self.before[:80]} before, {self.now[:80]} now"


def file_of(line: str) -> Path:
    """Return where the answer to a command is kept."""
    return KEPT / f"{re.sub(r'[^a-z0-9]+', '-', line.lower()).strip('-')[:60]}.json"


def ask(line: str, folder: Annotated[Path, "where the command is run"]) -> dict[str, Any]:
    """Return the object that a command of this checkout tells with `--json`, and its status."""
    own = {"PYTHONPATH": str(ROOT / "src"), "XDG_STATE_HOME": str(folder / "state")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "detente", *shlex.split(line), "--json"],
        cwd=folder,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        printed = json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"detente {line} tells no object:\n{done.stderr}") from None
    return {"status": done.returncode, "answer": printed}


def plain(printed: Any, named: Mapping[str, str]) -> Any:
    """Return an object without what may differ, and a word for each text that may."""
    if isinstance(printed, dict):
        return {key: plain(one, named) for key, one in printed.items() if key not in LEFT_OUT}
    if isinstance(printed, list):
        return [plain(one, named) for one in printed]
    if isinstance(printed, str):
        for text, word in named.items():
            printed = printed.replace(text, word)
    return printed


def differences(before: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Yield where two objects differ: in a value, its kind, or a table's keys."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in [*before, *(key for key in now if key not in before)]:
            below = f"{path}.{key}".lstrip(".")
            if key in before and key in now:
                yield from differences(before[key], now[key], below)
            else:
                one, other = (json.dumps(t[key]) if key in t else NOTHING for t in (before, now))
                yield Difference(below, one, other)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    elif not is_same(before, now):
        yield Difference(path, json.dumps(before), json.dumps(now))


def is_same(before: Any, now: Any) -> bool:
    """Say whether two values are of one kind and the same, fractions but for their last bits."""
    if isinstance(before, float) and isinstance(now, float):
        return math.isclose(before, now, rel_tol=SAME, abs_tol=SAME)
    return type(before) is type(now) and bool(before == now)


def compare(line: str, now: Any) -> list[Difference]:
    """Print how the answer to a command differs from the one that is kept; return where."""
    kept = file_of(line)
    before = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else None
    found = list(differences(before, now))
    ends = [one for one in found if one.is_end]
    others = [one for one in found if not one.is_end]
    said = "DIFFERS" if others else "ENDS" if ends else "same"
    status = f", status {now['status']}" if now["status"] else ""
    print(f"{said:<8}{line}{status}", flush=True)
    for what, some in (("values, keys or words", others), ("ends of intervals", ends)):
        if some:
            print(f"        {len(some)} {what}")
            print("".join(f"          {one}\n" for one in islice(some, MOST_SHOWN)), end="")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask everything, compare it with what is kept, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m verification.evidence.answers",
        description="The same answers as those that are kept.",
        epilog="Exit status: 0 all are the same; 1 some differ, be it in ends of intervals alone.",
    )
    parser.add_argument("--quick", action="store_true", help="without the run of default size")
    parser.add_argument("--write", action="store_true", help="keep the answers as they are now")
    asked = parser.parse_args(arguments)
    lines = (*LINES, *(LONGEST,) * (not asked.quick))
    began, found = time.monotonic(), []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        shutil.copytree(GIVEN, folder, dirs_exist_ok=True)
        for line in FIRST:
            model = ask(line, folder)["answer"]["record"]["model"]
        named = {str(folder): "FOLDER", model[:SHOWN]: "MODEL"}
        for line in lines:
            now = plain(ask(line, folder), named)
            changed = compare(line, now)
            found += changed
            if asked.write and changed:
                file_of(line).write_text(written(now), encoding="utf-8")
    ends = sum(one.is_end for one in found)
    print(
        f"{len(lines)} asked, {len(found) - ends} values, keys or words and {ends} ends of "
        f"intervals differ, {time.monotonic() - began:.0f} s"
    )
    return int(bool(found))


def written(printed: Any) -> str:
    """Return an answer as it is kept: what has values alone in a line, so that changes are read."""
    text = json.dumps(printed, ensure_ascii=False, indent=1)
    return re.sub(r"([\[{])\s+([^\[\]{}]*?)\s+([\]}])", _in_a_line, text) + "\n"


def _in_a_line(found: re.Match[str]) -> str:
    return found[1] + re.sub(r"\n\s*", " ", found[2]) + found[3]


if __name__ == "__main__":
    sys.exit(main())

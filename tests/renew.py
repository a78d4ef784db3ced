"""Renews what is stored of what the program plays and prints, and says what has changed.

    python -m tests.renew [examples] [notebook] [pins] [picture] [pages] [answers]

Without a word all of it: what examples print, the notebook's cells, the pinned digests, the picture
of the README, what commands print on pages of the documentation, and kept answers.
What comes out as it is stored stays to the letter. Sentences around an output and the tables of
`docs/oman-2026.md` and `trust.md` are written by people, and are left to them.
"""

import argparse
import contextlib
import difflib
import io
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat

import detente
from tests import test_examples, test_notebook_page, test_pages, test_pins
from tests.views.figures.made_up import texts
from verification.evidence import answers

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "what-stands.svg"
NUMBER = re.compile(r"([+-]?\d[\d.,]*)")
ALIKE = 0.6
"""From here on two lines say the same of other numbers."""


def examples(folder):
    for script in test_examples.EXAMPLES:
        own = folder / script.stem
        own.mkdir()
        yield script.with_suffix(".out"), test_examples.printed(script, own)


def notebook(folder):
    path = test_notebook_page.NOTEBOOK
    stored = nbformat.read(path, as_version=4)
    found = test_notebook_page.execute(folder)
    found.metadata = stored.metadata
    for cell in found.cells:
        cell.metadata = {}
    same = test_notebook_page.shown(found) == test_notebook_page.shown(stored)
    yield path, nbformat.writes(stored if same else found) + "\n"


def pins(folder):
    found = {name: test_pins.kept_of_run(name, folder / name) for name in test_pins.PLAYED}
    found["table"] = test_pins.digest_of_table(folder)
    yield test_pins.PINS, json.dumps(found, indent=1) + "\n"


def picture(folder):
    """Yield the picture if its words have changed."""
    run = detente.simulate(detente.load("oman-2026"), out=folder / "run")
    drawn = folder / "picture.svg"
    detente.charts.stands(run).save(drawn)
    stored, found = (path.read_text(encoding="utf-8") for path in (PICTURE, drawn))
    words = texts(found)
    yield PICTURE, stored if words == texts(stored) else found


def pages(folder):
    for page in test_pages.PAGES:
        own = folder / page.replace("/", "-")
        own.mkdir()
        with contextlib.chdir(own), contextlib.redirect_stdout(io.StringIO()):
            found = test_pages.follow(page)
        path = test_pages.DOCS / page
        text = path.read_text(encoding="utf-8")
        for command, each in found.items():
            for shown, printed, _ in each:
                now = transcript(shown, printed)
                text = text.replace(f"$ {command}\n{shown}", f"$ {command}\n{now}", 1)
                if not test_pages.pattern(now).fullmatch(printed):
                    print(f"BY HAND  docs/{page}, {command}: a line is no longer printed")
        yield path, text


def transcript(shown, printed):
    """Return what a page shows of what is printed now: the same lines, `...` for the rest.

    A line that is no longer printed stays as it was.
    """
    if test_pages.pattern(shown).fullmatch(printed):
        return shown
    if "..." not in shown:
        return printed.rstrip() + "\n"
    lines = printed.rstrip().split("\n")
    found, after = [], 0
    for line in shown.strip("\n").split("\n"):
        if line == "...":
            found.append(line)
            continue
        place, now = line_now(line, lines, after)
        if place is None:
            found.append(line)
            continue
        is_left_out = bool(found) and found[-1] == "..."
        if is_left_out and place == after:
            found.pop()
        elif not is_left_out and place > after:
            found.append("...")
        found.append(now)
        after = place + 1
    if after < len(lines) and found[-1] != "...":
        found.append("...")
    return "\n".join(found) + "\n"


def line_now(line, lines, after):
    """Return which of the lines says the same as a line that is shown, and it with its numbers."""
    if "..." in line:
        parts = [re.escape(one) for one in NUMBER.split(line)]
        parts[1::2] = [NUMBER.pattern] * len(parts[1::2])
        form = "".join(parts).replace(re.escape("..."), ".*?")
        for place in range(after, len(lines)):
            if held := re.fullmatch(form, lines[place]):
                now = NUMBER.split(line)
                now[1::2] = held.groups()
                return place, "".join(now)
        return None, line
    most, place = max(
        ((likeness(line, lines[place]), -place) for place in range(after, len(lines))),
        default=((0.0, 0.0), 0),
    )
    return (-place, lines[-place]) if most[0] >= ALIKE else (None, line)


def likeness(one, other):
    """Return how alike two lines are without their numbers, and with them."""
    plain = [re.sub(r"[\d\s.,+-]+", " ", line) for line in (one, other)]
    return tuple(difflib.SequenceMatcher(None, *pair).ratio() for pair in (plain, (one, other)))


def keep(path, now):
    """Write a file if it has changed, and say by how much."""
    name = path.relative_to(ROOT)
    before = path.read_text(encoding="utf-8")
    if before == now:
        print(f"same     {name}", flush=True)
        return
    path.write_text(now, encoding="utf-8")
    changed = difflib.unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=0)
    lines = [line for line in changed if re.match(r"[+-](?![+-]{2})", line)]
    print(f"RENEWED  {name}: {len(lines)} lines gone or new", flush=True)
    for line in lines[:6]:
        print(f"    {line[:120]}")


KINDS = {one.__name__: one for one in (examples, notebook, pins, picture, pages)}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.renew", description=__doc__)
    kinds = [*KINDS, "answers"]
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(kinds)}")
    asked = parser.parse_args(arguments).kinds or kinds
    if unknown := [kind for kind in asked if kind not in kinds]:
        parser.error(f"nothing is called {unknown[0]!r}; there are {', '.join(kinds)}")
    for kind in asked:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as temporary:
            os.environ["XDG_STATE_HOME"] = temporary
            if kind == "answers":
                answers.main(["--write"])
            else:
                folder = Path(temporary, kind).resolve()
                folder.mkdir()
                for path, now in KINDS[kind](folder):
                    keep(path, now)
        print(f"{kind}: {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

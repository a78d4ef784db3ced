"""Every page with commands as a reader follows it: they print what is shown."""

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from detente.cli import main
from detente.cli.app import program
from detente.pack import files

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for path in DOCS.rglob("*.md")
    if "```console\n" in path.read_text(encoding="utf-8")
)
BLOCK = re.compile(r"```(console|diff|python|text|toml)\n(.*?)```", re.S)
KNOWN = {one.name for one in (*program().registered_commands, *program().registered_groups)}


class Step(NamedTuple):
    """A command of the page and what is shown below it."""

    command: str
    shown: str


def steps(block):
    """Return the commands of a block, each with the lines up to the next one."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)[1:]
    return [Step(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


def blocks(page):
    return BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


def commands(page):
    found = (steps(text) for kind, text in blocks(page) if kind == "console")
    return [step.command for several in found for step in several]


def edit(text):
    """Change a file as a diff of the page says: each line that goes, by the one that comes."""
    name, *lines = text.removeprefix("--- ").splitlines()
    content = Path(name).read_text(encoding="utf-8")
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        assert content.count(f"{old[1:]}\n") == 1, old
        content = content.replace(old[1:], new[1:])
    Path(name).write_text(content, encoding="utf-8")


def write(text):
    """Write a file of the page, named in its first line; of a pack that ships look the lines up."""
    first, _, content = text.partition("\n")
    if first.startswith("# from "):
        there = b"\n".join(files.read(first.removeprefix("# from ")).files.values()).decode()
        assert [line for line in content.splitlines() if line not in there] == []
        return
    Path(first.removeprefix("# ")).write_text(content, encoding="utf-8")


def answer(command, last):
    """Run a command; return its status and what it printed. `echo $?` prints the last status."""
    if command == "echo $?":
        return 0, f"{last}\n"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(shlex.split(command)[1:])
    return status, printed.getvalue()


def play(text):
    """Run the Python of a page."""
    exec(text, {})  # noqa: S102  our own page


def nothing(_):
    """Leave a block of commands to the commands themselves."""


DO = {"console": nothing, "diff": edit, "python": play, "text": write, "toml": write}


def follow(page):
    """Do what a page says, in an empty folder; return what it shows, what is printed, the status.

    A command that this version does not have is left out.
    """
    found = {}
    last = 0
    for kind, text in blocks(page):
        DO[kind](text)
        for step in steps(text) if kind == "console" else ():
            if step.command.split()[1] in {*KNOWN, "$?"}:
                last, printed = answer(step.command, last)
                found.setdefault(step.command, []).append((step.shown, printed, last))
    return found


def pattern(shown):
    """Return what a page shows as a pattern: `...` stands for anything that is left out."""
    parts = [re.escape(part.strip(" ")) for part in shown.strip("\n").split("...")]
    return re.compile(r"[\s\S]*?".join(parts) + r"\s*")


@pytest.mark.parametrize("page", PAGES)
def test_commands_print_what_the_page_shows_and_only_the_check_of_a_faulty_pack_says_no(
    page, tmp_path
):
    """Catch a page whose commands print something else by now, or fail."""
    with contextlib.chdir(tmp_path):
        found = follow(page)
    other = [
        (command, printed)
        for command, each in found.items()
        for shown, printed, _ in each
        if not pattern(shown).fullmatch(printed)
    ]
    denied = [command for command, each in found.items() if any(status for *_, status in each)]

    assert other == []
    assert denied == (["detente check ./guyana"] if page == "tutorial.md" else [])


def test_every_step_from_an_empty_folder_to_a_report_is_there():
    named = [command.split()[1] for command in commands("tutorial.md")]

    assert list(dict.fromkeys(named)) == [
        *("new", "check", "$?", "evidence", "run", "show", "causes", "trace", "compare"),
        *("update", "hypotheses", "report", "replay"),
    ]

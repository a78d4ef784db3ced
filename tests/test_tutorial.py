"""The tutorial as a reader follows it: each command prints what the page shows."""

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import numba
import pytest

from detente.cli import main
from detente.cli.app import app

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCK = re.compile(r"```(console|diff|toml)\n(.*?)```", re.S)
KNOWN = {command.name for command in app.registered_commands}

pytestmark = pytest.mark.skipif(
    numba.config.DISABLE_JIT, reason="minutes of plain Python; the same commands have tests"
)


class Step(NamedTuple):
    """A command of the page and what is shown below it."""

    command: str
    shown: str


def steps(block):
    """Return the commands of a block, each with the lines up to the next one."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)[1:]
    return [Step(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


def blocks():
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def commands():
    return [step.command for kind, text in blocks() if kind == "console" for step in steps(text)]


def edit(text):
    """Change a file as a diff of the page says: each line that goes, by the one that comes."""
    name, *lines = text.removeprefix("--- ").splitlines()
    content = Path(name).read_text(encoding="utf-8")
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        assert content.count(f"{old[1:]}\n") == 1, old
        content = content.replace(old[1:], new[1:])
    Path(name).write_text(content, encoding="utf-8")


def write(text):
    """Write a file of the page, named in its first line."""
    first, _, content = text.partition("\n")
    Path(first.removeprefix("# ")).write_text(content, encoding="utf-8")


def answer(command, last):
    """Run a command; return its status and what it printed. `echo $?` prints the last status."""
    if command == "echo $?":
        return 0, f"{last}\n"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(shlex.split(command)[1:])
    return status, printed.getvalue()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the page's commands print, by command, each with what is shown; edits are made too."""
    found = {}
    last = 0
    with contextlib.chdir(tmp_path_factory.mktemp("tutorial")):
        for kind, text in blocks():
            {"diff": edit, "toml": write, "console": lambda _: None}[kind](text)
            for step in steps(text) if kind == "console" else ():
                if step.command.split()[1] not in {*KNOWN, "$?"}:
                    continue
                last, printed = answer(step.command, last)
                found.setdefault(step.command, []).append((step.shown, printed, last))
    return found


def pattern(shown):
    """Return what a page shows as a pattern: `...` stands for anything that is left out."""
    parts = [re.escape(part.strip(" ")) for part in shown.strip("\n").split("...")]
    return re.compile(r"[\s\S]*?".join(parts) + r"\s*")


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_prints_what_the_tutorial_shows(told, command):
    if command not in told:
        pytest.skip("this version has no such command yet")

    for shown, printed, _ in told[command]:
        assert pattern(shown).fullmatch(printed), printed


def test_only_the_check_of_a_faulty_pack_says_no(told):
    statuses = [(command, status) for command, all_ in told.items() for *_, status in all_]

    assert [command for command, status in statuses if status] == ["detente check ./my-crisis"]


def test_every_step_from_an_empty_folder_to_a_report_is_there():
    named = [command.split()[1] for command in commands()]

    assert list(dict.fromkeys(named)) == [
        *("new", "check", "$?", "evidence", "run", "show", "causes", "trace", "compare"),
        *("update", "hypotheses", "report", "replay"),
    ]

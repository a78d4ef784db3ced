"""Rooms next to the core: what they bring, and what the core is without them and without extras."""

import os
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

import detente
from detente import DetenteError, rooms
from detente.cli import app, main
from detente.cli.command import ListedCommand
from tests.standin import played

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DECLARED = [
    EntryPoint(name, value, group)
    for group, entries in PROJECT["entry-points"].items()
    for name, value in entries.items()
]
OF_EXTRAS = (
    *("dask", "distributed", "docx", "feedparser", "fsspec", "lxml", "mcp", "multipart", "pandas"),
    *("polars", "pptx", "pypdf", "python_multipart", "starlette", "upath", "uvicorn", "xarray"),
)
"""What the extras of the package install."""


class Missing(NamedTuple):
    """Finds no module of these names, nor any that lies within one."""

    names: tuple[str, ...]

    def find_spec(self, name, _path=None, _target=None):
        if name.partition(".")[0] in self.names or name in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


WITHOUT = f"""
import sys
from detente.cli.app import program
from tests.test_rooms import Missing
program()  # finds out which extras are there, for which no finder may raise
sys.meta_path.insert(0, Missing({OF_EXTRAS!r}))
assert not [name for name in {OF_EXTRAS!r} if name in sys.modules]
from detente.ensemble import runners
from tests.standin import KERNEL
runners.kernel = lambda: KERNEL
from detente.cli import main
for words in (
    "run oman-2026 --futures 300 --worlds 8 --options hotline -o stored --quiet",
    "ask stored --by 2026-04-01", "report stored -o report.html", "track followed --run stored",
):
    status = main(words.split())
    assert status == 0, (words, status)
"""
"""What is done by who installed no extra, on the stand-in for the kernel."""


@pytest.mark.parametrize("entry", DECLARED, ids=lambda one: f"{one.group} {one.name}")
def test_what_the_package_declares_of_its_rooms_is_there(entry):
    assert entry.load() is rooms.load(entry.group, entry.name)


def test_what_was_installed_before_is_not_asked_where_sources_declare_it(monkeypatch):
    old = EntryPoint("gone", "detente.gone:COMMANDS", rooms.COMMANDS)
    vars(old).update(dist=SimpleNamespace(name="detente"))
    other = EntryPoint("theirs", "json:loads", rooms.COMMANDS)
    vars(other).update(dist=SimpleNamespace(name="theirs"))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: (old, other))
    found = [one.name for one in rooms.brought.__wrapped__(rooms.COMMANDS)]

    assert "gone" not in found
    assert found[-1] == "theirs"
    assert len(found) == len(PROJECT["entry-points"][rooms.COMMANDS]) + 1


def test_where_detente_is_installed_what_was_installed_counts(monkeypatch, tmp_path):
    reported = EntryPoint("table", "detente.table.commands:COMMANDS", rooms.COMMANDS)
    monkeypatch.setattr(rooms, "SOURCES", tmp_path / "pyproject.toml")
    monkeypatch.setattr(rooms, "_of_sources", rooms._of_sources.__wrapped__)  # noqa: SLF001
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: (reported,))

    assert rooms.brought.__wrapped__(rooms.COMMANDS) == (reported,)


def test_what_no_room_brings_is_said_with_what_to_do():
    with pytest.raises(DetenteError, match="install detente again") as reported:
        rooms.load(rooms.PERFORMERS, "abacus")

    assert reported.value.where == "abacus"


@pytest.fixture
def bring(monkeypatch):
    """Return what has a room bring commands, and returns all that are listed then."""

    def bring(value):
        entry = EntryPoint("guests", value, rooms.COMMANDS)
        monkeypatch.setattr(rooms, "brought", lambda _: (entry,))
        return app._with_rooms()  # noqa: SLF001

    return bring


def guest() -> None:
    """Come from elsewhere."""


GUESTS = (ListedCommand("guest", guest, "Play", "guest", after="solve"),)


def test_a_command_that_a_room_brings_is_listed_behind_the_one_that_it_names(bring):
    names = [command.name for command in bring(f"{__name__}:GUESTS")]

    assert names[names.index("solve") + 1] == "guest"


def test_a_room_that_cannot_be_loaded_is_a_command_that_says_why_and_breaks_no_other(bring):
    *others, last = bring("no_such_package.commands:COMMANDS")

    with pytest.raises(DetenteError, match="No module named 'no_such_package'") as reported:
        last.run()

    assert len(others) == len(app.CORE)
    assert (last.name, reported.value.where) == ("guests", "room guests")


def test_help_says_which_extra_brings_a_command_that_lacks_it():
    script = "import sys; sys.modules['uvicorn'] = None; from detente.cli import main; main([])"
    reported = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    line = next(line for line in reported.stdout.splitlines() if line.strip().startswith("serve "))

    assert line.split(maxsplit=1)[1] == "Not installed: pip install 'detente[serve]' brings it."


def test_without_any_extra_a_crisis_is_played_asked_reported_and_followed(tmp_path):
    """Catch a command of the core that imports what only an extra installs."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "src")))},
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").is_file()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    crisis = detente.load("cuba-1962")
    return played(crisis, tmp_path_factory.mktemp("run") / "one", futures=80, worlds=4)


@pytest.mark.parametrize(
    ("extra", "missing", "do"),
    [
        ("assistant", "mcp.server", lambda run: main(["assistant", str(run.folder)])),
        ("dask", "distributed", lambda run: detente.resume(run.folder, worlds=8, cluster="local")),
        ("docx", "docx", lambda run: detente.report(run, run.folder.parent / "one.docx")),
        ("feeds", "feedparser", lambda _: main(["read", "--feed", "examples/news-1962.xml"])),
        ("pandas", "pandas", lambda run: run.to_pandas()),
        ("polars", "polars", lambda run: run.to_polars()),
        ("pptx", "pptx", lambda run: detente.report(run, run.folder.parent / "one.pptx")),
        ("read", "lxml.html", lambda run: main(["read", str(run.folder.parent / "page.html")])),
        ("remote", "upath.extensions", lambda _: detente.Run.open("memory://run")),
        ("serve", "starlette.applications", lambda run: main(["serve", str(run.folder)])),
        ("xarray", "xarray", lambda run: run.to_xarray()),
    ],
)
def test_what_lacks_an_extra_says_which_one_brings_it(run, extra, missing, do, monkeypatch, capsys):
    (run.folder.parent / "page.html").write_text("<p>Talks go on.</p>")
    monkeypatch.setattr(sys, "meta_path", [Missing((missing,)), *sys.meta_path])
    modules = (
        "assistant.server",
        "cluster.remote",
        "documents.slides",
        "documents.word",
        "pages.app",
    )
    for name in (missing, *(f"detente.{one}" for one in modules)):
        monkeypatch.delitem(sys.modules, name, raising=False)

    try:
        do(run)
        said = capsys.readouterr().err
    except DetenteError as fault:
        said = str(fault)

    assert f"pip install 'detente[{extra}]'" in said


def test_each_extra_of_the_package_is_among_them():
    extras = set(PROJECT["optional-dependencies"])
    marks = test_what_lacks_an_extra_says_which_one_brings_it.pytestmark

    assert {case[0] for case in marks[0].args[1]} == extras

"""What rooms bring to the core, which knows none of them: found by entry points when it is used.

A room is a package that imports the core and adds to it: commands, pages, views of results, names
of `detente` itself. It declares them in its `pyproject.toml`, as this package does for the rooms
that ship with it. Where detente runs from its sources, their `pyproject.toml` is read, so that what
was installed from them before tells of no room that has gone and leaves out none that has come.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import DetenteError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ADDRESSES = "detente.addresses"
"""`any`: a function from the address of a folder to its path."""
CHARTS = "detente.charts"
"""What is reached as `detente.charts.NAME`."""
COMMANDS = "detente.commands"
"""Tuples of `cli.command.ListedCommand`, by the name of a room."""
DOCUMENTS = "detente.documents"
"""Functions that return what writes a `views.page.ReportPage` in the form of this name; `section`
is of a `views.blocks.Section`. They raise where an extra or a program is missing."""
NAMES = "detente.names"
"""What is reached as `detente.NAME`."""
PAGES = "detente.pages"
"""`views.served.RoomPages`, by the name of a room."""
PERFORMERS = "detente.performers"
"""`cluster`: a context manager that offers what plays a run elsewhere than on threads here."""
SERVERS = "detente.servers"
"""`guarded`: serves an application on this machine alone, to who has the token of `serve`."""
TOOLS = "detente.tools"
"""Tuples of `views.programs.RoomTool`, by the name of a room."""
PROPOSERS = "detente.proposers"
"""`reading`: a function from the path of an article to what it says to each question of `new`."""
VIEWS = "detente.views"
"""Functions from a result to its `views.blocks.Section`, by the name of the result's class."""
AGAIN = "install detente again: pip install --force-reinstall --no-deps detente"
"""What to do where a room that ships is not found: its entry points are not those of the code."""
SOURCES = Path(__file__).parents[2] / "pyproject.toml"
"""What declares the rooms that ship, where detente is not installed as a whole."""


@cache
def brought(group: str) -> "tuple[EntryPoint, ...]":
    """Return what rooms bring of a kind: those that ship in the order that is declared, others."""
    # Importing it takes as long as half of what a command does before it begins.
    from importlib.metadata import EntryPoint, entry_points  # noqa: PLC0415

    sources = _of_sources()
    installed = tuple(entry_points(group=group))
    if sources is None:
        return installed
    own = tuple(EntryPoint(name, value, group) for name, value in sources.get(group, {}).items())
    return own + tuple(one for one in installed if one.dist is None or one.dist.name != "detente")


def load(group: str, name: str) -> Any:
    """Return what a room brings under a name.

    Raises `DetenteError` if no room brings it.
    """
    found = next((one for one in brought(group) if one.name == name), None)
    if found is None:
        what = f"no room of this installation brings it to {group}"
        raise DetenteError(what, where=name, hint=AGAIN)
    return found.load()


@cache
def _of_sources() -> Mapping[str, Mapping[str, str]] | None:
    """Return what the sources declare from which detente runs; None where it is installed."""
    if not SOURCES.is_file():
        return None
    import tomli  # noqa: PLC0415  where detente is installed nothing is read

    project = tomli.loads(SOURCES.read_text(encoding="utf-8")).get("project", {})
    return project.get("entry-points", {}) if project.get("name") == "detente" else None

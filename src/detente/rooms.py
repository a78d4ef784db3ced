"""Finds by entry points what rooms bring to the core, which knows none of them.

A room is a package that imports the core and adds to it: commands, pages, views of results, names
of `detente` itself. It declares them in its `pyproject.toml`, as this package does for the rooms
that it ships. If detente runs from its sources, their `pyproject.toml` is read instead of the
installed entry points, which may be out of date.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import DetenteError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ADDRESSES = "detente.addresses"
"""`any`: a function that returns the path of a folder's address."""
CHARTS = "detente.charts"
"""Charts, reached as `detente.charts.NAME`."""
COMMANDS = "detente.commands"
"""Tuples of `cli.command.ListedCommand`, by the name of a room."""
DOCUMENTS = "detente.documents"
"""Functions that return a writer of a `views.page.ReportPage` in the format of this name; `section`
writes a `views.blocks.Section`. They raise if an extra or a program is missing."""
NAMES = "detente.names"
"""Names of `detente` itself, reached as `detente.NAME`."""
PAGES = "detente.pages"
"""`views.served.RoomPages`, by the name of a room."""
PERFORMERS = "detente.performers"
"""`cluster`: a context manager that plays runs on other machines."""
SERVERS = "detente.servers"
"""`guarded`: serves an application on this machine only, to those with the token of `serve`."""
TOOLS = "detente.tools"
"""Tuples of `views.programs.RoomTool`, by the name of a room."""
PROPOSERS = "detente.proposers"
"""`reading`: a function that returns an article's suggestions for each question of `new`."""
VIEWS = "detente.views"
"""Functions that return the `views.blocks.Section` of a result, by the name of its class."""
AGAIN = "install detente again: pip install --force-reinstall --no-deps detente"
"""Advice if a shipped room is missing: the installed entry points are out of date."""
SOURCES = Path(__file__).parents[2] / "pyproject.toml"
"""Declares the shipped rooms where detente is not installed."""


@cache
def brought(group: str) -> "tuple[EntryPoint, ...]":
    """Return the entry points of a group: those of shipped rooms first, as declared."""
    # Importing it takes as long as half of what a command does before it begins.
    from importlib.metadata import EntryPoint, entry_points  # noqa: PLC0415

    sources = _of_sources()
    installed = tuple(entry_points(group=group))
    if sources is None:
        return installed
    own = tuple(EntryPoint(name, value, group) for name, value in sources.get(group, {}).items())
    return own + tuple(one for one in installed if one.dist is None or one.dist.name != "detente")


def load(group: str, name: str) -> Any:
    """Return the object that a room brings under a name.

    Raises `DetenteError` if no room brings it.
    """
    found = next((one for one in brought(group) if one.name == name), None)
    if found is None:
        what = f"no room of this installation brings it to {group}"
        raise DetenteError(what, where=name, hint=AGAIN)
    return found.load()


@cache
def _of_sources() -> Mapping[str, Mapping[str, str]] | None:
    """Return the entry points declared in the sources, or None if detente is installed."""
    if not SOURCES.is_file():
        return None
    import tomli  # noqa: PLC0415  where detente is installed nothing is read

    project = tomli.loads(SOURCES.read_text(encoding="utf-8")).get("project", {})
    return project.get("entry-points", {}) if project.get("name") == "detente" else None

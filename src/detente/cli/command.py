"""A command as it is listed: by this package, and by each room that brings some."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Annotated, Any, NamedTuple

import typer

WRITE, PLAY, READ, FOLLOW, MAINTAIN = "Write", "Play", "Read", "Follow", "Maintain"
"""The panels of `--help`, in the order of the work."""


class Extra(NamedTuple):
    """An extra of the package, and what it installs."""

    name: str
    modules: tuple[str, ...]

    @property
    def is_installed(self) -> bool:
        """Say whether all of it is there, without importing it."""
        return all(find_spec(module) is not None for module in self.modules)


class ListedCommand(NamedTuple):
    """A command, or a group of them as an application of its own.

    A room lists its commands in a module that imports the core alone, and of that what is quick:
    it is loaded whenever `detente` is. The entry point `detente.commands` leads to the list.
    """

    name: Annotated[str, "as it is typed; `lab rates` stands in the group `lab`"]
    run: Callable[..., Any] | typer.Typer
    panel: str = ""
    example: str = ""
    after: Annotated[str, "behind which it is listed; behind all if empty"] = ""
    extra: Annotated[Extra | None, "without which it cannot do anything"] = None

    @property
    def short_help(self) -> str | None:
        """Return what `--help` says of it where its extra is missing; None for its own summary."""
        if self.extra is None or self.extra.is_installed:
            return None
        return f"Not installed: pip install 'detente[{self.extra.name}]' brings it."

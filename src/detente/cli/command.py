"""The form in which the core and the rooms list their commands."""

import inspect
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import Annotated, Any, NamedTuple, TypeAlias

import typer

from detente.cli import terminal

WRITE, PLAY, READ, FOLLOW, MAINTAIN = "Write", "Play", "Read", "Follow", "Maintain"
"""The panels of `--help`, in the order of the work."""


class Extra(NamedTuple):
    """An extra of the package, and what it installs."""

    name: str
    modules: tuple[str, ...]


class ListedCommand(NamedTuple):
    """A command, or a group of commands as an application of its own.

    A room lists its commands in a module that imports little and of the core alone, since it is
    loaded whenever a named command is not one of the core's. The entry point `detente.commands`
    names the list.
    """

    name: Annotated[str, "as it is typed; `lab rates` stands in the group `lab`"]
    run: Callable[..., Any] | typer.Typer
    panel: str = ""
    example: str = ""
    after: Annotated[str, "behind which it is listed; behind all if empty"] = ""
    extra: Annotated[Extra | None, "without which it cannot do anything"] = None

    @property
    def short_help(self) -> str | None:
        """Return the short help of a command whose extra is missing; None for its own summary."""
        if self.extra is None or all(map(find_spec, self.extra.modules)):  # imports none of them
            return None
        return f"Not installed: pip install 'detente[{self.extra.name}]' brings it."


Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON object.", rich_help_panel="Everywhere")
]
Quiet: TypeAlias = Annotated[
    bool,
    typer.Option("-q", "--quiet", help="Print the result only.", rich_help_panel="Everywhere"),
]
All: TypeAlias = Annotated[
    bool,
    typer.Option("--all", help="Print everything.", rich_help_panel="Everywhere"),
]


def answering(command: Callable[..., Any]) -> Callable[..., int]:
    """Return a command with the flags `--json`, `--quiet` and `--all`, which show its answer.

    The returned function returns an exit status. The command returns its answer, or the status if
    it printed its result itself, or None for 0.
    """
    everywhere = {"json": Json, "quiet": Quiet, "everything": All}

    @wraps(command)
    def run(
        *given: Any,
        json: bool = False,
        quiet: bool = False,
        everything: bool = False,
        **named: Any,
    ) -> int:
        token = terminal.FORM.set(terminal.OutputForm(json, quiet, everything))
        try:
            found = command(*given, **named)
            if found is not None and not isinstance(found, int):
                terminal.show_answer(found)
        finally:
            terminal.FORM.reset(token)
        return found if isinstance(found, int) else 0

    # The form is read by typer, for which a class that is loaded for type checkers is not there.
    own = list(inspect.signature(command).parameters.values())
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=its)
        for name, its in everywhere.items()
    ]
    run.__signature__ = inspect.Signature([*own, *more])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in (*own, *more)}
    return run

"""The command that serves a crisis as pages on this machine."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from detente.cli import parameters, terminal
from detente.cli.command import READ, Extra, ListedCommand
from detente.errors import DetenteError, from_extra

HERE = "127.0.0.1"
PORT = 8765


def serve(
    subject: parameters.Served = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of this machine; 0 for any that is free.")
    ] = PORT,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="This machine alone; others are refused.")
    ] = HERE,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address, and open nothing.")
    ] = False,
) -> None:
    """Show a crisis in the browser.

    Prints the address, which opens once, and opens it in the browser. A number that you move is
    played again on the run's own draws. For a pack, the newest run that matches it is shown, or one
    is played. Ctrl-C ends it; what was saved or played is kept.
    """
    if host not in {HERE, "localhost"}:
        hint = (
            f"from another machine use a tunnel: ssh -L {port}:{HERE}:{port} THIS_MACHINE, and "
            "open the address there"
        )
        raise DetenteError(
            f"not served at {host}: pages can change files and play runs, and are for the user of "
            f"this machine alone; use {HERE}",
            where="--host",
            hint=hint,
        )
    app, connection, _ = (
        from_extra("serve", module, needs="detente serve")
        for module in ("detente.pages.app", "detente.pages.connection", "python_multipart")
    )
    from detente.ensemble import folder as folders
    from detente.pages.workspace import Workspace

    with connection.listening(port) as ear:
        named: tuple[str | None, list[Path]] = (None, [])
        if subject is not None or folders.known():  # else pages begin a crisis
            named = parameters.pack_and_runs(subject, "detente serve")
        pack, runs = named
        workspace = Workspace(pack=pack, runs=runs)
        guard = app.build(workspace, ear.getsockname()[1])
        if terminal.FORM.get().json:
            served = {"pack": workspace.pack, "runs": list(map(str, workspace.runs.values()))}
            content = {"schema": "detente/pages/1", "address": guard.address, **served}
            content |= {"programs": f"{guard.home}/api", "token": guard.session}
            terminal.show_json(content)
        else:
            terminal.show(guard.address)
        sys.stdout.flush()
        if terminal.FORM.get().shows_progress:
            terminal.warn("Ctrl-C ends it; what was saved or played is kept.")
            terminal.warn(f"Programs ask at {guard.home}/api, {guard.header}")
        if workspace.pack is not None and not workspace.runs:
            app.running.play(workspace, workspace.pack)
        if not no_browser:
            webbrowser.open(guard.address)
        connection.server(guard).run(sockets=[ear])


EXTRA = Extra("serve", ("python_multipart", "starlette", "uvicorn"))
COMMANDS = (ListedCommand("serve", serve, READ, "serve oman-2026", "report", EXTRA),)

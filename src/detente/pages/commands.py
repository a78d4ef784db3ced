"""The command that serves a crisis as pages on this machine."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
import socket
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal
from detente.cli.command import READ, Extra, ListedCommand
from detente.errors import DetenteError, from_extra

if TYPE_CHECKING:
    from detente.pages.workspace import Workspace

HERE = "127.0.0.1"
PORT = 8765
PENDING = 128
"""Connections that may wait until they are taken."""


def serve(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="PACK|RUN|FOLDER",
            help="A pack, a run, or a folder of runs; the newest in ./runs if left out.",
            autocompletion=parameters.offer_packs_or_runs,
        ),
    ] = None,
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
    """Show a crisis on pages that answer, on this machine alone.

    Prints the address, which opens once, and opens it in the browser. A number that is moved is
    played again on the run's own draws. Of a pack the newest run that matches it is shown, or one
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
    with _listening(port) as ear:
        workspace = _workspace(subject)
        guard = app.build(workspace, ear.getsockname()[1])
        if terminal.FORM.get().json:
            served = {"pack": workspace.pack, "runs": list(map(str, workspace.runs.values()))}
            content = {"schema": "detente/pages/1", "address": guard.address, **served}
            terminal.show_json(content)
        else:
            terminal.show(guard.address)
        sys.stdout.flush()
        if terminal.FORM.get().shows_progress:
            terminal.warn("Ctrl-C ends it; what was saved or played is kept.")
        if workspace.pack is not None and not workspace.runs:
            app.running.play(workspace, workspace.pack)
        if not no_browser:
            webbrowser.open(guard.address)
        connection.server(guard).run(sockets=[ear])


def _listening(port: int) -> socket.socket:
    """Return what listens at a port of this machine."""
    ear = socket.socket()
    try:
        if sys.platform != "win32":  # there it would let a second program in
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((HERE, port))
        ear.listen(PENDING)
    except OSError as fault:
        ear.close()
        hint = "name another one, or --port 0 for any that is free"
        what = f"cannot be listened at: {fault.strerror}"
        raise DetenteError(what, where=f"--port {port}", hint=hint) from fault
    return ear


def _workspace(subject: str | None) -> "Workspace":
    """Return what is served: of a folder its runs, else a run, else a pack with its runs."""
    from detente.ensemble import folder as folders
    from detente.ensemble.run import Run
    from detente.pages.workspace import Workspace, runs_of

    if subject is None and not folders.known():
        hint = "name a pack, one that ships or your own: detente serve oman-2026"
        raise DetenteError("no run lies there yet", where=f"./{folders.RUNS}", hint=hint)
    if subject is None:
        return Workspace(runs=[Run.open().folder])
    place = Path(subject)
    if folders.is_run(place) or (place.is_file() and place.suffix != ".toml"):
        return Workspace(runs=[Run.open(place).folder])
    is_path = "/" in subject or subject in {".", ".."}
    if is_path and place.is_dir() and not any(place.glob("*.toml")):
        runs = folders.below(place)
        if not runs:
            hint = f"play one: detente run oman-2026 -o {shlex.quote(str(place / 'first'))}"
            raise DetenteError("no run lies there yet", where=subject, hint=hint)
        return Workspace(runs=runs)
    return Workspace(pack=subject, runs=runs_of(subject))


EXTRA = Extra("serve", ("python_multipart", "starlette", "uvicorn"))
COMMANDS = (ListedCommand("serve", serve, READ, "serve oman-2026", "report", EXTRA),)

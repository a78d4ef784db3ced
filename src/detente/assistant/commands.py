"""The command that lets an analyst's assistant ask."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import sys
from pathlib import Path
from typing import Annotated

import typer

from detente.cli import parameters, terminal
from detente.cli.command import READ, Extra, ListedCommand
from detente.errors import DetenteError, from_extra

PRIVACY = (
    "What a tool returns goes to the program that asks, and may leave this machine with it: "
    "answers, words of the pack, paths of runs."
)


def assistant(
    subject: parameters.Served = None,
    http: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", min=0, max=65535, help="Answer at a port of this machine; 0 for any."
        ),
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Hand on documents that lie there; none otherwise."),
    ] = None,
) -> None:
    """Let an AI assistant read and play (MCP).

    Your assistant's program starts this command and speaks with it. With --http the command answers
    at an address of this machine instead, to programs that send the token that it prints. The model
    may read and play. A pack changes only by proposals that a person accepts: detente proposals
    PACK. Documents stay closed unless --documents names their folder, in which a log lists what was
    handed out.
    """
    server = from_extra("assistant", "detente.assistant.server", needs="detente assistant")
    from detente.views.programs import Access

    if documents is not None and not documents.is_dir():
        hint = "name a folder that holds the documents"
        raise DetenteError("is not a folder", where=f"--documents {documents}", hint=hint)
    pack, runs = parameters.pack_and_runs(subject, "detente assistant")
    built = server.build(server.AskedRuns(Access(pack, documents), runs))
    handed = (
        f"Documents in {documents} may be handed on; handed-out.jsonl there lists what was."
        if documents is not None
        else "Documents are off."
    )
    terminal.warn(f"{PRIVACY} {handed}")
    if http is None:
        if terminal.is_terminal(sys.stdin):
            terminal.warn("Let a program that speaks MCP start this command; Ctrl-C ends it.")
        server.run_stdio(built)
        return
    from detente import rooms

    def begun(home: str, header: str) -> None:
        terminal.show(f"{home}/mcp")
        terminal.warn(f"Asked {header}")
        terminal.warn("Ctrl-C ends it; what was played is kept.")

    from_extra("assistant", "uvicorn", needs="detente assistant --http")
    rooms.load(rooms.SERVERS, "guarded")(built.streamable_http_app(), http, begun)


EXTRA = Extra("assistant", ("mcp",))
COMMANDS = (ListedCommand("assistant", assistant, READ, "assistant oman-2026", "serve", EXTRA),)

"""The boundary between commands and the system: signals, errors, exit statuses."""

import os
import re
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from typer.exceptions import TyperException

from detente import provenance
from detente.cli import terminal
from detente.errors import DetenteError, Faults, UnguardedWarning

DONE = 0
INTERRUPTED = 130
"""Exit status after Ctrl-C; `main` has the numbers of other signals."""
NOT_DONE = 2
STREAMS = (0, 1, 2)
"""Standard input, output and error."""
MOST_FAULTS = 20
LEAST_MEMORY = 2 << 30
"""Address space of a small run [bytes]; with less the compiler may end the process."""
NO_CACHE = "cannot cache function"
"""Beginning of the compiler's message that no folder can hold its cache."""
NO_ROOM = "check the path, what you may read and write there, and the space left"
OTHER_CACHE = "free some space, or name another folder: XDG_CACHE_HOME=FOLDER detente ..."
NO_WHOLE_NUMBER = re.compile(r"Input should be a valid integer.*")


def run_command(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status."""
    arguments = arguments or ["--help"]
    wants_json = "--json" in arguments
    if not _prepare_streams():
        return NOT_DONE
    if "--version" in arguments:
        version, model, commit = provenance.this()
        if wants_json:
            content = {"version": version, "model": model, "commit": commit}
            terminal.show_json({"schema": "detente/version/1", **content})
        else:
            terminal.say(provenance.describe(version, model, commit))
        return DONE
    terminal.TYPED.set(arguments)
    from detente.cli.app import commands  # noqa: PLC0415  --version needs no commands

    try:
        if os.name != "nt":
            import resource  # noqa: PLC0415  not on Windows

            # With less than it takes to load what computes nothing is begun.
            allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
            if allowed != resource.RLIM_INFINITY and allowed < LEAST_MEMORY:
                what = f"{allowed >> 20} MiB of memory are allowed; {LEAST_MEMORY >> 20} are needed"
                hint = "allow more, for example: ulimit -v unlimited"
                raise DetenteError(what, where="ulimit -v", hint=hint)
        with _warnings_as_lines():
            run = commands(arguments[0])
            return run(args=arguments, prog_name="detente", standalone_mode=False) or DONE
    except (TyperException, DetenteError, OSError, RuntimeError, MemoryError) as fault:
        report(_in_words(fault), wants_json=wants_json)
        return INTERRUPTED if isinstance(fault.__cause__, KeyboardInterrupt) else NOT_DONE
    except SystemExit:
        return DONE  # so ends a command whose reader has gone, which is the reader's right


def _in_words(fault: Exception) -> DetenteError:
    """Return any error of a command as an error that says what to do.

    A fault of the command line points to the help of its command. Values are read by pydantic,
    whose messages are reworded here.
    """
    if isinstance(fault, DetenteError):
        return fault
    if isinstance(fault, TyperException):
        context = getattr(fault, "ctx", None)
        command = context.command_path if context is not None else "detente"
        what = NO_WHOLE_NUMBER.sub("not a whole number", fault.format_message())
        what = what.replace("Value error, ", "")
        return DetenteError(what, hint=f"{command} --help shows what can be asked")
    if isinstance(fault, OSError):
        what = f"cannot be read or written: {fault.strerror or fault}"
        return DetenteError(what, where=str(fault.filename or ""), hint=NO_ROOM)
    if isinstance(fault, MemoryError):
        hint = "use fewer --threads or a smaller --chunk"
        return DetenteError("the memory is full", where="memory", hint=hint)
    if NO_CACHE in str(fault):
        what = "the disk failed while the compiled model's folder was looked for"
        return DetenteError(what, where="cache", hint=OTHER_CACHE)
    raise fault


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Print each of our warnings once, on one line of the standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("default", UnguardedWarning)
        show = warnings.showwarning

        def write(message: Any, category: type[Warning], *place: Any, **file: Any) -> None:
            if issubclass(category, UnguardedWarning):
                terminal.warn(f"detente: {message}")
            else:
                show(message, category, *place, **file)

        warnings.showwarning = write
        yield


def report(error: DetenteError, *, wants_json: bool) -> None:
    """Print an error: where, what was found, what is allowed, what to do."""
    if os.environ.get("DETENTE_DEBUG") == "1":
        traceback.print_exc()
    if wants_json:
        try:
            terminal.show_json({"error": error.content()})
            sys.stdout.flush()
            return
        except OSError:  # the standard output does not take it
            _silence(sys.stdout.fileno())
    if isinstance(error, Faults):
        terminal.warn(f"detente: {error.where}: {error.counted}")
        for fault in error.faults[:MOST_FAULTS]:
            terminal.warn(f"  {fault}")
        if len(error.faults) > MOST_FAULTS:
            terminal.warn(f"  and {len(error.faults) - MOST_FAULTS} more; {error.hint}")
    else:
        place = f"{error.where}: " if not error.what.startswith(error.where) else ""
        terminal.warn(f"detente: {place}{error.what}")
        if error.hint:
            terminal.warn(f"  {error.hint}")


def _prepare_streams() -> bool:
    """Replace characters that a terminal cannot show; return whether there is an output.

    A closed stream is replaced by one that discards its output, since the next opened file would
    otherwise take its place.
    """
    has_output = sys.stdout is not None
    for descriptor in STREAMS:
        try:
            os.fstat(descriptor)
        except OSError:
            _silence(descriptor)
    sys.stdout, sys.stderr = (
        stream or Path(os.devnull).open("w")  # noqa: SIM115  for as long as the process
        for stream in (sys.stdout, sys.stderr)
    )
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if not has_output:
        hint = "to throw the answer away, send it to /dev/null"
        report(DetenteError("the standard output is closed", hint=hint), wants_json=False)
    return has_output


def _silence(descriptor: int) -> None:
    """Redirect a stream to nowhere, so that writing to it cannot fail."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)

"""Servers of this machine: a connection that does not say in time what it asks for is closed."""

import asyncio
import socket
import sys
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from detente.errors import DetenteError
from detente.pages.guard import NAMES, App, Guard

PENDING = 128
"""Connections that may wait until they are taken."""
MOST_CONNECTIONS = 256
SOON = 2
"""How long open pages have to let go when the server ends [s]."""
HEADER_WITHIN = 10.0
"""How long the header of a request may take to come, from its first byte or the connection's [s].

A connection counts from when it is made, and only so many are let in: one that says nothing would
keep others out for as long as it likes.
"""


class TimedConnection(H11Protocol):
    """A connection that is closed if the header of its first or next request does not come whole.

    What waits for a request to begin, once one was answered, the server closes of itself.
    """

    header_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first header."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Go on waiting if what came ends within a header, however often some of it comes."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self.header_due is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self.header_due = self.loop.call_later(HEADER_WITHIN, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self.header_due is not None:
            self.header_due.cancel()
            self.header_due = None


def server(guard: Guard) -> uvicorn.Server:
    """Return what serves the pages behind a guard, to be run on a socket that listens."""
    config = uvicorn.Config(
        guard,
        http=TimedConnection,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=SOON,
    )
    return uvicorn.Server(config)


def listening(port: int) -> socket.socket:
    """Return what listens at a port of this machine.

    Raises
    ------
    DetenteError
        If the port is taken, or may not be had.
    """
    ear = socket.socket()
    try:
        if sys.platform != "win32":  # there it would let a second program in
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((NAMES[0], port))
        ear.listen(PENDING)
    except OSError as fault:
        ear.close()
        hint = "name another one, or --port 0 for any that is free"
        what = f"cannot be listened at: {fault.strerror}"
        raise DetenteError(what, where=f"--port {port}", hint=hint) from fault
    return ear


def serve_guarded(app: App, port: int, begun: Callable[[str, str], None]) -> None:
    """Serve an application of another room behind a guard, to programs that have its token.

    `begun` is given the address, without a stroke at its end, and in words what programs send.
    """
    with listening(port) as ear:
        guard = Guard(app, ear.getsockname()[1])
        begun(guard.home, guard.header)
        server(guard).run(sockets=[ear])

"""The servers of this machine; connections that are slow to send a request are closed."""

import asyncio
import socket
import sys
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from detente.errors import DetenteError
from detente.pages.guard import NAMES, App, Guard

PENDING = 128
"""Upper limit on connections that wait to be accepted."""
MOST_CONNECTIONS = 256
SOON = 2
"""Time that open pages have to finish when the server ends [s]."""
HEADER_WITHIN = 10.0
"""Time limit for the header of a request, from its first byte or the connection's start [s].

A connection counts towards the limit from its start. Without a time limit, silent ones would keep
others out.
"""


class TimedConnection(H11Protocol):
    """A connection that is closed if the header of a request does not arrive in time.

    The server itself closes connections that are idle after an answer.
    """

    header_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timer for the first header."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Keep the timer running as long as a header is incomplete."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self.header_due is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self.header_due = self.loop.call_later(HEADER_WITHIN, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self.header_due is not None:
            self.header_due.cancel()
            self.header_due = None


def server(guard: Guard) -> uvicorn.Server:
    """Return a server for the pages behind a guard, to be run on a listening socket."""
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
    """Return a socket that listens at a port of this machine.

    Raises `DetenteError` if the port is taken, or not permitted.
    """
    ear = socket.socket()
    try:
        if sys.platform != "win32":  # on Windows a second program could then use the port
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
    """Serve an application of another room behind a guard, to programs with its token.

    `begun` receives the address, without a trailing slash, and a description of the header to send.
    """
    with listening(port) as ear:
        guard = Guard(app, ear.getsockname()[1])
        begun(guard.home, guard.header)
        server(guard).run(sockets=[ear])

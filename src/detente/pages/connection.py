"""The server and its connections: one that does not say in time what it asks for is closed."""

import asyncio

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from detente.pages.guard import Guard

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

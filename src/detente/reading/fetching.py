"""Fetches one feed over http or https, from public addresses only, with limits on size and time."""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import closing
from urllib.parse import SplitResult, urljoin, urlsplit

from detente.errors import DetenteError

MOST_BYTES = 5 * 1024 * 1024
PATIENCE = 20.0
"""Time limit for a fetch, redirects included [s]."""
MOST_REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
OK = 200
ASKS = {
    "Accept": "application/rss+xml, application/atom+xml, application/xml, text/xml;q=.9",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "detente",
}
"""Headers of a request; there are no cookies or passwords."""
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that are translated to IPv4, also to private ones."""


def fetch(address: str) -> bytes:
    """Return the content at an address.

    Raises `DetenteError` if it is not http or https, leads to a machine that is not public,
    redirects too often, is too large or too slow, or does not answer.
    """
    until, current = time.monotonic() + PATIENCE, address
    for _ in range(1 + MOST_REDIRECTS):
        content, elsewhere = _ask(address, current, until)
        if not elsewhere:
            return content
        current = urljoin(current, elsewhere)
    raise _refused(address, f"it redirects more than {MOST_REDIRECTS} times")


def _ask(address: str, current: str, until: float) -> tuple[bytes, str]:
    """Return the content from one server, whose name is resolved once, or the redirect."""
    try:
        parts = urlsplit(current)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as fault:
        raise _refused(address, f"no address: {fault}") from fault
    if parts.scheme not in PORTS or not parts.hostname:
        raise _refused(address, f"{parts.scheme or current} is neither http nor https")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        hosts = [str(one[4][0]) for one in found]
        if not all(map(is_public, hosts)):
            raise _refused(address, f"{parts.hostname} is a machine of a private network")
        return _exchange(address, parts, (hosts[0], port), until)
    except (OSError, ValueError, http.client.HTTPException) as fault:
        is_late = isinstance(fault, TimeoutError) or time.monotonic() >= until
        why = getattr(fault, "strerror", None) or str(fault) or repr(fault)
        why = f"it took more than {PATIENCE:.0f} s" if is_late else why
        raise _refused(address, why) from fault


def _exchange(
    address: str, parts: SplitResult, server: tuple[str, int], until: float
) -> tuple[bytes, str]:
    line = socket.create_connection(server, timeout=max(0.1, until - time.monotonic()))
    # Timeouts of single reads do not stop a server that sends a byte now and then.
    watch = threading.Timer(max(0.1, until - time.monotonic()), _hang_up, (line,))
    watch.daemon = True
    watch.start()
    try:
        host = str(parts.hostname)
        if parts.scheme == "https":
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
        asked = http.client.HTTPConnection(host, server[1])
        asked.sock = line
        with closing(asked):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            asked.request("GET", path, headers=ASKS)
            answer = asked.getresponse()
            if answer.status in REDIRECTS and answer.headers.get("Location"):
                return b"", str(answer.headers["Location"])
            if answer.status != OK:
                raise _refused(address, f"the server answers {answer.status} {answer.reason}")
            content = answer.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise _refused(address, f"it is larger than {MOST_BYTES // 1024**2} MiB")
            if time.monotonic() >= until:
                raise TimeoutError
            return content, ""
    finally:
        watch.cancel()
        line.close()


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:  # already closed
        return


def is_public(host: str) -> bool:
    """Return whether an IP address is public."""
    one = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour or (one.teredo or (None, None))[1]
        if inner is not None:
            return is_public(str(inner))
        if one in TRANSLATED:
            return False
    return one.is_global and not one.is_multicast


def _refused(address: str, why: str) -> DetenteError:
    hint = "save the feed as a file, and give that"
    return DetenteError(f"the feed cannot be fetched: {why}", where=address, hint=hint)

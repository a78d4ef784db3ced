"""Links to the seats of a table: each opens once, for one browser, and leads to its seat alone."""

import hashlib
import secrets
import threading
from dataclasses import dataclass, field

READS = ("GET", "HEAD")


@dataclass(frozen=True)
class SeatLink:
    """A seat of a table, and what a browser that holds it may ask for."""

    table: str
    seat: str
    run: str = field(compare=False)

    @property
    def address(self) -> str:
        """Return the page of the seat."""
        return f"/run/{self.run}/tables/{self.table}/seat/{self.seat}"

    @property
    def debrief(self) -> str:
        """Return the page of the debrief, which says itself whether the table is over."""
        return f"/run/{self.run}/tables/{self.table}/debrief"

    def opens(self, method: str, path: str) -> bool:
        """Say whether who holds the seat may ask for this: its page, its decisions, the debrief."""
        if path == self.address:
            return method in {*READS, "POST"}
        return method in READS and (path == self.debrief or path.startswith("/static/"))


class SeatLinks:
    """The links of a server, in memory: of tokens and cookies their digests alone are kept.

    A token itself is kept from when it is given until the umpire's page shows it.
    """

    def __init__(self) -> None:
        self._given: dict[str, SeatLink] = {}
        self._held: dict[str, SeatLink] = {}
        self._unshown: dict[SeatLink, str] = {}
        self._lock = threading.Lock()

    def give(self, link: SeatLink) -> str:
        """Make a token that opens a seat once, and return it; what opened the seat before ends."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._end(link)
            self._given[_digest(token)] = link
            self._unshown[link] = token
        return token

    def show(self, link: SeatLink) -> str | None:
        """Return the token of a seat, once; None if it was shown, or there is none."""
        with self._lock:
            return self._unshown.pop(link, None)

    def end(self, link: SeatLink) -> None:
        """End the token and the cookie of a seat."""
        with self._lock:
            self._end(link)

    def spend(self, token: str) -> tuple[SeatLink, str] | None:
        """Return the seat that a token opens and a cookie for it; None if it opens none."""
        with self._lock:
            link = self._given.pop(_digest(token), None)
            if link is None:
                return None
            cookie = secrets.token_urlsafe(32)
            self._held[_digest(cookie)] = link
            return link, cookie

    def held_by(self, cookie: str) -> SeatLink | None:
        """Return the seat that the browser with a cookie holds."""
        with self._lock:
            return self._held.get(_digest(cookie))

    def state(self, link: SeatLink) -> str:
        """Return how far a seat's link is, in words."""
        with self._lock:
            if link in self._held.values():
                return "its link was opened"
            return "its link waits" if link in self._given.values() else "no link"

    def _end(self, link: SeatLink) -> None:
        self._unshown.pop(link, None)
        for kept in (self._given, self._held):
            for digest in [digest for digest, other in kept.items() if other == link]:
                del kept[digest]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""Links to the seats of a table: each opens for one browser, and leads to its seat alone."""

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

    A token itself is kept from when it is given until the umpire's page shows it. It opens
    until its cookie has come back, so that an answer which never arrived shuts nobody out.
    """

    def __init__(self) -> None:
        self._given: dict[str, SeatLink] = {}
        self._held: dict[str, SeatLink] = {}
        self._unshown: dict[SeatLink, str] = {}
        self._unproven: dict[str, str] = {}
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
        """Return the seat that a token opens and a cookie for it; None if it opens none.

        A cookie that it gave before, and that never came back, ends.
        """
        with self._lock:
            link = self._given.get(_digest(token))
            if link is None:
                return None
            self._end_cookies(link)
            cookie = secrets.token_urlsafe(32)
            self._held[_digest(cookie)] = link
            self._unproven[_digest(cookie)] = _digest(token)
            return link, cookie

    def held_by(self, cookie: str) -> SeatLink | None:
        """Return the seat that the browser with a cookie holds; the link that gave it has ended."""
        with self._lock:
            digest = _digest(cookie)
            if digest in self._unproven:
                self._given.pop(self._unproven.pop(digest), None)
            return self._held.get(digest)

    def state(self, link: SeatLink) -> str:
        """Return how far a seat's link is, in words."""
        with self._lock:
            if link in self._held.values():
                return "its link was opened"
            return "its link waits" if link in self._given.values() else "no link"

    def _end(self, link: SeatLink) -> None:
        self._unshown.pop(link, None)
        self._end_cookies(link)
        for digest in [digest for digest, other in self._given.items() if other == link]:
            del self._given[digest]

    def _end_cookies(self, link: SeatLink) -> None:
        for digest in [digest for digest, other in self._held.items() if other == link]:
            del self._held[digest]
            self._unproven.pop(digest, None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

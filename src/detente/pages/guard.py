"""Who may ask: this machine's user, in a page that this program made, or a seat by its own link."""

import asyncio
import hashlib
import hmac
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote

from detente.views.served import GuestLink

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]
Headers: TypeAlias = Iterable[tuple[bytes, bytes]]

NAMES = ("127.0.0.1", "localhost")
"""What this machine calls itself; a page of another name that leads here is refused."""
OPEN = "/open"
SEAT = "/seat"
"""Where the links lead that open one seat of a table."""
MOST_BODY = 16 << 20
"""What a form may hold, with the documents in it [bytes]."""
TOO_LONG = f"more than {MOST_BODY >> 20} MiB were sent"
PATIENCE = 30.0
"""How long the next part of a body may take to come [s]."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a browser may do with a page: nothing that it did not get from here."""
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # With no referrer at all a browser does not say which page sends a form.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
AGAIN = "open the address that detente serve printed; it opens once, so start it again if need be"
AGAIN_SEAT = "this link was opened, or has ended; the umpire can give the seat a new one"
UMPIRES = (
    "this browser is the umpire's and sees all: open the link in another browser, or in a private "
    "window; it still opens"
)


class RefusedRequest(NamedTuple):
    """Why a request is not answered."""

    status: int
    why: str


class BodyError(Exception):
    """A body that is longer than it may be, or takes longer to come."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.refusal = RefusedRequest(status, why)


class Guard:
    """Answers what comes from a page of this server, in the browser that was given its token.

    A browser that was given a seat of a table is answered what that seat may ask for.

    First the name by which it was reached is looked at (a foreign name may lead here), then whether
    another site asks, then the cookie. The token is in the address that is printed; it is spent by
    the first who opens that, who gets the cookie.
    """

    def __init__(self, app: App, port: int) -> None:
        self.app = app
        self.token = secrets.token_urlsafe(32)
        self.session = secrets.token_urlsafe(32)
        self.links = OpenLinks()
        self.hosts = {f"{name}:{port}".encode() for name in NAMES}
        self.origins = {b"http://" + host for host in self.hosts}
        self.cookie = f"detente-{port}"
        self.seat_cookie = f"detente-{port}-seat"
        self.address = f"http://{NAMES[0]}:{port}{OPEN}?token={self.token}"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        refused = self._refusal(scope, headers)
        if refused is not None:
            await _say(send, refused.status, refused.why)
        elif scope["path"] == OPEN:
            await self._open(scope, headers, send)
        elif scope["path"] == SEAT:
            await self._open_seat(scope, headers, send)
        elif self._is_known(headers):
            await self._pass_on(scope, receive, send)
        else:
            await self._answer_seat(scope, receive, send)

    def _refusal(self, scope: Message, headers: dict[bytes, bytes]) -> RefusedRequest | None:
        if sum(name == b"host" for name, _ in scope["headers"]) != 1:
            return RefusedRequest(400, "one host is to be named")
        if headers[b"host"].lower() not in self.hosts:
            return RefusedRequest(421, "this server has another name")
        if headers.get(b"sec-fetch-site", b"none") not in {b"same-origin", b"none"}:
            return RefusedRequest(403, "asked by another site")
        may_be_unsaid = scope["method"] in READS and b"origin" not in headers
        if not may_be_unsaid and headers.get(b"origin") not in self.origins:
            return RefusedRequest(403, "asked by another site")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return RefusedRequest(413, TOO_LONG)
        return None

    async def _open(self, scope: Message, headers: dict[bytes, bytes], send: Send) -> None:
        """Give who has the token the cookie; who has it already is let in."""
        asked = scope["query_string"]
        if self._is_known(headers):
            await _say(send, 303, "", [(b"location", b"/")])
        elif not hmac.compare_digest(asked, f"token={self.token}".encode()):
            await _say(send, 403, AGAIN)
        else:
            self.token = secrets.token_urlsafe(32)
            await _lead(send, "/", f"{self.cookie}={self.session}")

    async def _open_seat(self, scope: Message, headers: dict[bytes, bytes], send: Send) -> None:
        """Give who has a seat's token the seat's cookie; the umpire's own browser spends none."""
        if self._is_known(headers):
            await _say(send, 403, UMPIRES)
            return
        token = scope["query_string"].removeprefix(b"token=").decode("latin-1")
        opened = self.links.spend(token) if scope["method"] == "GET" else None
        if opened is not None:
            link, cookie = opened
            await _lead(send, link.address, f"{self.seat_cookie}={cookie}")
        elif self.links.held_by(_cookie(headers, self.seat_cookie)):
            await _say(send, 303, "", [(b"location", b"/")])
        else:
            await _say(send, 403, AGAIN_SEAT)

    async def _answer_seat(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer what a seat may ask for, and refuse all else."""
        cookie = _cookie(dict(scope["headers"]), self.seat_cookie)
        link = self.links.held_by(cookie)
        if link is None:
            await _say(send, 403, AGAIN_SEAT if cookie else AGAIN)
        elif opens(link, scope["method"], scope["path"]):
            await self._pass_on({**scope, "guest": link}, receive, send)
        elif scope["path"] == "/":
            await _say(send, 303, "", [(b"location", quote(link.address).encode())])
        else:
            await _say(send, 403, f"this browser holds a seat; its page is {link.address}")

    def _is_known(self, headers: dict[bytes, bytes]) -> bool:
        given = _cookie(headers, self.cookie)
        return hmac.compare_digest(given.encode(), self.session.encode())

    async def _pass_on(self, scope: Message, receive: Receive, send: Send) -> None:
        has_begun = False

        async def marked(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        try:
            await self.app(scope, counted(receive), marked)
        except BodyError as fault:
            if not has_begun:
                await _say(send, *fault.refusal)


def counted(receive: Receive) -> Receive:
    """Return what receives a body as long as it is no longer than it may be, and comes in time."""
    there, is_whole = 0, False

    async def next_part() -> Message:
        nonlocal there, is_whole
        try:
            async with asyncio.timeout(None if is_whole else PATIENCE):
                message = await receive()
        except TimeoutError as fault:
            raise BodyError(408, "the rest of what was sent did not come") from fault
        there += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if there > MOST_BODY:
            raise BodyError(413, TOO_LONG)
        return message

    return next_part


def _cookie(headers: dict[bytes, bytes], name: str) -> str:
    """Return a cookie that was sent; empty if it was not."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


async def _lead(send: Send, address: str, cookie: str) -> None:
    """Lead to a page, with a cookie that no script reads and no other site sends."""
    kept = f"{cookie}; HttpOnly; SameSite=Strict; Path=/"
    more = [(b"location", quote(address).encode()), (b"set-cookie", kept.encode())]
    await _say(send, 303, "", more)


async def _say(send: Send, status: int, text: str, headers: Headers = ()) -> None:
    kind = (b"content-type", b"text/plain; charset=utf-8")
    start = {"type": "http.response.start", "status": status, "headers": [kind, *HEADERS, *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": text.encode()})


READS = ("GET", "HEAD")


def opens(link: GuestLink, method: str, path: str) -> bool:
    """Say whether who holds a link may ask for this: its page, what it sends, what it may read."""
    if path == link.address:
        return method in {*READS, "POST"}
    return method in READS and (path in link.reads or path.startswith("/static/"))


class OpenLinks:
    """The links of a server, in memory: of tokens and cookies their digests alone are kept.

    A token itself is kept from when it is given until the umpire's page shows it. It opens
    until its cookie has come back, so that an answer which never arrived shuts nobody out.
    """

    def __init__(self) -> None:
        self._given: dict[str, GuestLink] = {}
        self._held: dict[str, GuestLink] = {}
        self._unshown: dict[GuestLink, str] = {}
        self._unproven: dict[str, str] = {}
        self._lock = threading.Lock()

    def give(self, link: GuestLink) -> str:
        """Make a token that opens a seat once, and return it; what opened the seat before ends."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._end(link)
            self._given[_digest(token)] = link
            self._unshown[link] = token
        return token

    def show(self, link: GuestLink) -> str | None:
        """Return the token of a seat, once; None if it was shown, or there is none."""
        with self._lock:
            return self._unshown.pop(link, None)

    def end(self, link: GuestLink) -> None:
        """End the token and the cookie of a seat."""
        with self._lock:
            self._end(link)

    def spend(self, token: str) -> tuple[GuestLink, str] | None:
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

    def held_by(self, cookie: str) -> GuestLink | None:
        """Return the seat that the browser with a cookie holds; the link that gave it has ended."""
        with self._lock:
            digest = _digest(cookie)
            if digest in self._unproven:
                self._given.pop(self._unproven.pop(digest), None)
            return self._held.get(digest)

    def state(self, link: GuestLink) -> str:
        """Return how far a seat's link is, in words."""
        with self._lock:
            if link in self._held.values():
                return "its link was opened"
            return "its link waits" if link in self._given.values() else "no link"

    def _end(self, link: GuestLink) -> None:
        self._unshown.pop(link, None)
        self._end_cookies(link)
        for digest in [digest for digest, other in self._given.items() if other == link]:
            del self._given[digest]

    def _end_cookies(self, link: GuestLink) -> None:
        for digest in [digest for digest, other in self._held.items() if other == link]:
            del self._held[digest]
            self._unproven.pop(digest, None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

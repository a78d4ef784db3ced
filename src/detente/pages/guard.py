"""Access control: the user of this machine, in pages of this server, and seats by their links."""

import asyncio
import hashlib
import hmac
import secrets
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple, TypeAlias

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from detente.errors import DetenteError
from detente.views.served import GuestLink

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

NAMES = ("127.0.0.1", "localhost")
"""Names of this machine; requests under other names are refused."""
OPEN = "/open"
SEAT = "/seat"
"""Address of links that open one seat of a table."""
MOST_BODY = 16 << 20
"""Upper limit on a request with all its documents [bytes]."""
TOO_LONG = f"more than {MOST_BODY >> 20} MiB were sent"
PATIENCE = 30.0
"""Time limit for the next part of a request [s]."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy of all pages: only content from this server."""
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # With "no-referrer" a browser would send forms without their origin.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
AGAIN = "open the address that detente serve printed; it opens once, so start it again if need be"
AGAIN_SEAT = "this link was opened, or has ended; the umpire can give the seat a new one"
FOR_PROGRAMS = ("/api/", "/mcp")
PROGRAM = "send the token that was printed for programs: Authorization: Bearer TOKEN"
UMPIRES = (
    "this browser is the umpire's and sees all: open the link in another browser, or in a private "
    "window; it still opens"
)


class BodyError(Exception):
    """The body of a request is too long or too slow."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class Refusal(NamedTuple):
    """Why a request is refused."""

    why: str
    status: int

    def response(self, path: str) -> Response:
        """Return the refusal as a browser shows it, or as JSON at an address for programs."""
        if not path.startswith(FOR_PROGRAMS):
            return PlainTextResponse(self.why, self.status)
        why, hint = self.why, ""
        if why == AGAIN:
            why, hint = "the token is missing or wrong", PROGRAM
        fault = DetenteError(why, where=path, hint=hint)
        return JSONResponse({"error": fault.content()}, self.status)


class Guard:
    """Passes on requests from pages of this server, in the browser that has its cookie.

    A browser with the cookie of a seat may use the pages of that seat only. The checks are, in
    order: the host name (a foreign name may resolve to this machine), the site that sends the
    request, the cookie. The token is in the printed address; the first browser that opens it gets
    the cookie, and the token ends. Programs send the value of the cookie as a header
    (`Authorization: Bearer`) instead.
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
        self.home = f"http://{NAMES[0]}:{port}"
        self.address = f"{self.home}{OPEN}?token={self.token}"

    @property
    def header(self) -> str:
        """Return in words the header that programs send."""
        return f"with the header Authorization: Bearer {self.session}"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer or refuse a request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        if scope["type"] != "http":
            return
        has_begun = False

        async def marked(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        found = self._refusal(scope) or self._admitted(scope)
        try:
            if isinstance(found, Refusal):
                found = found.response(scope["path"])
            if isinstance(found, Response):
                await found(scope, receive, marked)
            else:
                await self.app(found, counted(receive), marked)
        except BodyError as fault:
            if not has_begun:
                said = Refusal(fault.why, fault.status).response(scope["path"])
                await said(scope, receive, marked)

    def _refusal(self, scope: Message) -> Refusal | None:
        """Return why a request is refused; None if it is from a page of ours."""
        headers = dict(scope["headers"])
        if sum(name == b"host" for name, _ in scope["headers"]) != 1:
            return Refusal("one host is to be named", 400)
        if headers[b"host"].lower() not in self.hosts:
            return Refusal("this server has another name", 421)
        if headers.get(b"sec-fetch-site", b"none") not in {b"same-origin", b"none"}:
            return Refusal("asked by another site", 403)
        # Programs send no Origin; pages of other sites cannot send their header.
        is_program = self._is_program(headers)
        may_be_unsaid = (scope["method"] in READS or is_program) and b"origin" not in headers
        if not may_be_unsaid and headers.get(b"origin") not in self.origins:
            # Browsers name the site of what they send; a program without the token does not.
            why = "asked by another site" if b"origin" in headers else AGAIN
            return Refusal(why, 403)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return Refusal(TOO_LONG, 413)
        return None

    def _is_program(self, headers: dict[bytes, bytes]) -> bool:
        """Return whether a request has the token for programs."""
        given = headers.get(b"authorization", b"")
        return hmac.compare_digest(given, f"Bearer {self.session}".encode())

    def _admitted(self, scope: Message) -> Response | Refusal | Message:
        """Return the scope for a browser or a program with access, or the refusal."""
        if self._is_program(dict(scope["headers"])):
            return scope
        jar = HTTPConnection(scope).cookies
        given = jar.get(self.cookie, "").encode()
        is_known = hmac.compare_digest(given, self.session.encode())
        if scope["path"] == OPEN:
            return self._opened(scope, is_known=is_known)
        held = jar.get(self.seat_cookie, "")
        if scope["path"] == SEAT:
            return self._seat_opened(scope, held, is_known=is_known)
        return scope if is_known else self._admitted_to_seat(scope, held)

    def _admitted_to_seat(self, scope: Message, held: str) -> Response | Refusal | Message:
        """Return the scope if a seat has access, or the refusal."""
        link = self.links.held_by(held)
        if link is None:
            return Refusal(AGAIN_SEAT if held else AGAIN, 403)
        if opens(link, scope["method"], scope["path"]):
            return {**scope, "guest": link}
        if scope["path"] == "/":
            return RedirectResponse(link.address, 303)
        return Refusal(f"this browser holds a seat; its page is {link.address}", 403)

    def _opened(self, scope: Message, *, is_known: bool) -> Response | Refusal:
        """Exchange the token for the cookie; a browser with the cookie is let in."""
        if is_known:
            return RedirectResponse("/", 303)
        if not hmac.compare_digest(scope["query_string"], f"token={self.token}".encode()):
            return Refusal(AGAIN, 403)
        self.token = secrets.token_urlsafe(32)
        return _lead("/", f"{self.cookie}={self.session}")

    def _seat_opened(self, scope: Message, held: str, *, is_known: bool) -> Response | Refusal:
        """Exchange a seat's token for its cookie; the umpire's own browser uses up none."""
        if is_known:
            return Refusal(UMPIRES, 403)
        token = scope["query_string"].removeprefix(b"token=").decode("latin-1")
        opened = self.links.spend(token) if scope["method"] == "GET" else None
        if opened is not None:
            link, cookie = opened
            return _lead(link.address, f"{self.seat_cookie}={cookie}")
        if self.links.held_by(held):
            return RedirectResponse("/", 303)
        return Refusal(AGAIN_SEAT, 403)


def _lead(address: str, cookie: str) -> Response:
    """Return a redirect with a cookie that scripts cannot read and other sites cannot send."""
    kept = {"set-cookie": f"{cookie}; HttpOnly; SameSite=Strict; Path=/"}
    return RedirectResponse(address, 303, kept)


def counted(receive: Receive) -> Receive:
    """Return a receiver that raises BodyError if the body is too long or too slow."""
    received, is_whole = 0, False

    async def next_part() -> Message:
        nonlocal received, is_whole
        try:
            async with asyncio.timeout(None if is_whole else PATIENCE):
                message = await receive()
        except TimeoutError as fault:
            raise BodyError(408, "the rest of what was sent did not come") from fault
        received += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if received > MOST_BODY:
            raise BodyError(413, TOO_LONG)
        return message

    return next_part


READS = ("GET", "HEAD")


def opens(link: GuestLink, method: str, path: str) -> bool:
    """Return whether a link permits a request: its page, forms of it, or addresses to read."""
    if path == link.address:
        return method in {*READS, "POST"}
    return method in READS and (path in link.reads or path.startswith("/static/"))


class OpenLinks:
    """The links of a server, in memory; of tokens and cookies only checksums are stored.

    A token itself is stored until the umpire's page shows it. It stays valid until the browser
    first sends its cookie back, so that a lost answer does not lock a guest out.
    """

    def __init__(self) -> None:
        self._given: dict[str, GuestLink] = {}
        self._held: dict[str, GuestLink] = {}
        self._unshown: dict[GuestLink, str] = {}
        self._unproven: dict[str, str] = {}
        self._lock = threading.Lock()

    def give(self, link: GuestLink) -> str:
        """Return a new token that opens a seat once; the seat's earlier token and cookie end."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._end(link)
            self._given[_digest(token)] = link
            self._unshown[link] = token
        return token

    def show(self, link: GuestLink) -> str | None:
        """Return the token of a seat once; None if it was shown before, or there is none."""
        with self._lock:
            return self._unshown.pop(link, None)

    def end(self, link: GuestLink) -> None:
        """Revoke the token and the cookie of a seat."""
        with self._lock:
            self._end(link)

    def spend(self, token: str) -> tuple[GuestLink, str] | None:
        """Return the seat of a token and a new cookie for it; None if the token is invalid.

        Cookies given before that were never sent back end.
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
        """Return the seat of a browser's cookie; the token that gave the cookie ends."""
        with self._lock:
            digest = _digest(cookie)
            if digest in self._unproven:
                self._given.pop(self._unproven.pop(digest), None)
            return self._held.get(digest)

    def state(self, link: GuestLink) -> str:
        """Return the state of a seat's link in words."""
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

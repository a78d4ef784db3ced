"""The application: routes of all modules of pages, pages for faults, and the guard."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from detente.errors import DetenteError
from detente.pages import (
    adding,
    answering,
    asking,
    beginning,
    crisis,
    drill,
    html,
    outside,
    pack,
    programs,
    running,
)
from detente.pages.guard import App, BodyError, Guard
from detente.pages.workspace import Workspace

PAGES = (beginning, crisis, asking, drill, outside, pack, adding, running, programs)
"""Modules of pages, each with a list `PAGES`; rooms bring others."""
STATIC = Path(__file__).parent / "static"
FORM = "send 1,000 fields and 1,000 files at most, with 1 MiB of text in a field"
"""Limits of the framework on a form, unless a page raises them."""


def build(workspace: Workspace, port: int) -> Guard:
    """Return the application for a port of this machine, behind its guard."""
    own_pages = [page for module in PAGES for page in module.PAGES]
    brought = [page for room in html.of_rooms() for page in room.pages]
    stream = Route("/run/{run}/answer", crisis.answer)
    apart = Route("/apart/{name}", html.apart)
    static = Mount("/static", StaticFiles(directory=STATIC))
    faults: dict[Any, Any] = {
        DetenteError: _fault,
        HTTPException: _no_page,
        BodyError: _refused,
        Exception: _failed,
    }

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        workspace.jobs.stop_all()

    routes = [*answering.routes([*own_pages, *brought]), *programs.ROUTES, stream, apart, static]
    app = Starlette(routes=routes, exception_handlers=faults, lifespan=lifespan)
    app.state.workspace = workspace
    guard = Guard(cast("App", app), port)
    app.state.links = guard.links
    return guard


def _fault(request: Request, fault: DetenteError) -> Response:
    """Return the page on a fault that users can correct."""
    return html.page(request, "fault.html", 400, fault=fault)


def _refused(_request: Request, fault: BodyError) -> Response:
    return PlainTextResponse(fault.why, fault.status)


def _failed(request: Request, _fault: Exception) -> Response:
    """Return the page on a failure of the program, whose traceback is printed in the terminal."""
    hint = "what happened is printed where detente serve was started; what was saved is kept"
    said = DetenteError("the program failed", where=request.url.path, hint=hint)
    return html.page(request, "fault.html", 500, fault=said)


def _no_page(request: Request, fault: HTTPException) -> Response:
    what, hint = fault.detail.lower(), ""
    if fault.status_code == 404:  # noqa: PLR2004
        what = "there is no such page"
    elif isinstance(fault.__context__, MultiPartException):
        what, hint = "what was sent is too long for a form, or is none", FORM
    said = DetenteError(what, where=request.url.path, hint=hint)
    if request.url.path.startswith("/api/"):
        return programs.refused(said, fault.status_code)
    return html.page(request, "fault.html", fault.status_code, fault=said)

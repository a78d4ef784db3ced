"""Routes for pages of this room and of others."""

from collections.abc import Awaitable, Callable, Iterable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from detente.pages import html, workspace
from detente.pages.guard import MOST_BODY
from detente.views.served import Elsewhere, Form, Page, PageRefused, PageRequest

SOON = 2
"""Interval at which a page that waits for the model is loaded again [s]."""


def routes(pages: Iterable[Page]) -> list[Route]:
    """Return the routes of pages."""
    return [Route(page.address, _answering(page), methods=[page.method]) for page in pages]


def _answering(page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        form = await _sent(request, page) if page.method == "POST" else Form()
        return await run_in_threadpool(_written, request, page, form)

    return answer


async def _sent(request: Request, page: Page) -> Form:
    texts: dict[str, tuple[str, ...]] = {}
    documents: dict[str, tuple[tuple[str, bytes], ...]] = {}
    # The reader of documents limits their length, so the form does not.
    size = {"max_part_size": MOST_BODY} if page.takes_documents else {}
    async with request.form(**size) as form:
        for name, one in form.multi_items():
            if isinstance(one, UploadFile):
                document = one.filename or "", await one.read()
                documents[name] = (*documents.get(name, ()), document)
            else:
                texts[name] = (*texts.get(name, ()), one)
    return Form(texts, documents)


def asked_of(request: Request, form: Form) -> PageRequest:
    """Return a request of a browser as a `PageRequest`."""
    return PageRequest(
        served=html.workspace_of(request),
        address=request.url.path,
        server=str(request.base_url),
        parts=request.path_params,
        query=request.query_params,
        form=form,
        links=request.app.state.links,
        guest=request.scope.get("guest"),
    )


def _written(request: Request, page: Page, form: Form) -> Response:
    asked, needs_model = asked_of(request, form), page.needs_model
    try:
        if not isinstance(needs_model, bool):
            needs_model = needs_model(asked)
        if needs_model and not workspace.of(asked).is_ready():
            return html.page(request, "compiling_page.html", again_after=SOON)
        found = page.answer(asked)
    except PageRefused as refused:
        raise HTTPException(refused.status, refused.why) from refused
    if isinstance(found, Elsewhere):
        return RedirectResponse(found.address, 303)
    again_after = found.again_after
    shown = html.page(request, found.template, found.status, again_after=again_after, **found.given)
    if found.then is not None:
        found.then()
    return shown

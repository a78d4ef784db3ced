"""Pages that rooms bring, as the server answers them."""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from detente.pages import html, workspace
from detente.pages.guard import MOST_BODY
from detente.views.served import Elsewhere, Form, Page, PageRefused, PageRequest


def routes() -> list[Route]:
    """Return the routes of all pages that rooms bring."""
    pages = [page for room in html.of_rooms() for page in room.pages]
    return [Route(page.address, _answering(page), methods=[page.method]) for page in pages]


def _answering(page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        form = await _sent(request, page) if page.method == "POST" else Form()

        def written(request: Request) -> Response:
            return _written(request, page, form)

        return await run_in_threadpool(
            html.once_compiled(written) if page.needs_model else written, request
        )

    return answer


async def _sent(request: Request, page: Page) -> Form:
    # How long a document may be is for its reader to say, not for the form that it is pasted into.
    size = {"max_part_size": MOST_BODY} if page.takes_documents else {}
    async with request.form(**size) as form:
        return Form(_texts(form), await _documents(form))


def _texts(form: FormData) -> dict[str, tuple[str, ...]]:
    return {name: tuple(one for one in form.getlist(name) if isinstance(one, str)) for name in form}


async def _documents(form: FormData) -> dict[str, tuple[tuple[str, bytes], ...]]:
    found: dict[str, tuple[tuple[str, bytes], ...]] = {}
    for name, one in form.multi_items():
        if isinstance(one, UploadFile):
            document = one.filename or "", await one.read()
            found[name] = (*found.get(name, ()), document)
    return found


def _written(request: Request, page: Page, form: Form) -> Response:
    asked = PageRequest(
        served=workspace.of(request),
        address=request.url.path,
        server=str(request.base_url),
        parts=request.path_params,
        query=request.query_params,
        form=form,
        links=request.app.state.links,
        guest=request.scope.get("guest"),
    )
    try:
        found = page.answer(asked)
    except PageRefused as refused:
        raise HTTPException(refused.status, refused.why) from refused
    if isinstance(found, Elsewhere):
        return html.see_other(found.address)
    shown = html.page(request, found.template, found.status, **found.given)
    if found.again_after is not None:
        shown.headers["refresh"] = str(found.again_after)
    return shown

"""The page of a crisis: how it may end, and what becomes of that if numbers are moved."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from detente.analysis.whatif import WhatIf, WhatIfQuestion
from detente.ensemble import runners
from detente.errors import DetenteError
from detente.serve import html, question, workspace
from detente.serve.question import CrisisQuestion
from detente.serve.workspace import ServedRun
from detente.views import figures, whatif
from detente.views.answer import answer as said


def begin(request: Request) -> Response:
    """Lead to what is shown first: the newest run, one that is played, or the list of runs."""
    there = workspace.of(request)
    if there.newest is not None and there.pack is None and len(there.runs) > 1:
        return html.see_other("/runs")
    if there.newest is not None:
        return html.see_other(f"/run/{there.newest}/")
    return html.see_other(next((job.address for job in there.jobs.left), "/runs"))


def crisis(request: Request) -> Response:
    """Show how a crisis may end; with a question in the address, what comes of it."""
    moved = question.read(workspace.run_of(request), request.query_params.multi_items()).moved
    is_played = any(one.text for one in moved)
    return html.once_compiled(_crisis)(request) if is_played else _crisis(request)


def _crisis(request: Request) -> Response:
    run = workspace.run_of(request)
    asked = question.read(run, request.query_params.multi_items())
    known: dict[str, Any] = {"found": None, "fault": None}
    try:
        known |= _answered(run, asked) if asked.asked else _unasked(run)
    except DetenteError as fault:
        known["fault"] = fault
    page = html.page(
        request,
        "crisis.html",
        400 if known["fault"] else 200,
        run=run,
        question=asked,
        listed=_listed(run, request),
        find=request.query_params.get("find", ""),
        **known,
    )
    threading.Thread(target=_warm, args=(run,), daemon=True).start()  # once the page is written
    return page


def _answered(run: ServedRun, asked: CrisisQuestion) -> dict[str, Any]:
    *_, found = question.answers(run, question.put(run, asked), threading.Event())
    return _shown(found, asked, is_last=True)


def _shown(found: WhatIf, asked: CrisisQuestion, *, is_last: bool) -> dict[str, Any]:
    """Return what the answer's template is given."""
    picture = figures.moved_endings(found)
    about = {"found": found, "section": whatif.section(found), "picture": picture}
    return {**about, "far": asked.far, "is_last": is_last}


def _unasked(run: ServedRun) -> dict[str, Any]:
    picture = figures.futures_first(run.front)
    return {"picture": picture, "leads": said(run.front, run.course)}


def _warm(run: ServedRun) -> None:
    """Make ready for the first question; if that cannot be, the question will say why."""
    try:
        question.warm(run)
    except DetenteError:
        return


def numbers(request: Request) -> Response:
    """List the numbers that a search finds, as a part of the page."""
    run = workspace.run_of(request)
    asked = question.read(run, request.query_params.multi_items())
    _ = run.drivers  # what moves outcomes comes first
    listed = _listed(run, request)
    return html.page(request, "numbers.html", run=run, question=asked, listed=listed)


def _listed(run: ServedRun, request: Request) -> list[question.KnownNumber]:
    return question.find(run, request.query_params.get("find", ""))


async def answer(request: Request) -> Response:
    """Send answers to a question as they come, each sharper; who goes away stops it."""
    given_up = threading.Event()
    parts = _parts(request, given_up)

    async def events() -> AsyncIterator[str]:
        try:
            while (part := await asyncio.to_thread(next, parts, None)) is not None:
                yield f"data: {json.dumps(part)}\n\n"
            yield "event: over\ndata: 0\n\n"
        finally:
            given_up.set()

    return StreamingResponse(events(), media_type="text/event-stream")


def _parts(request: Request, given_up: threading.Event) -> Iterator[str]:
    """Yield the answers to a question as parts of its page, or why there is none."""
    try:
        run = workspace.run_of(request)
        asked = question.read(run, request.query_params.multi_items())
        if not asked.asked:
            yield html.fragment(request, "answer.html", **_unasked(run), found=None, fault=None)
            return
        if not runners.kernel().is_warm():
            yield html.fragment(request, "compiling.html")
        yield from _sharpening(request, (run, asked, question.put(run, asked)), given_up)
    except DetenteError as fault:
        yield html.fragment(request, "answer.html", found=None, fault=fault)


def _sharpening(
    request: Request,
    asked: tuple[ServedRun, CrisisQuestion, WhatIfQuestion],
    given_up: threading.Event,
) -> Iterator[str]:
    run, words, put = asked
    for found in question.answers(run, put, given_up):
        known = _shown(found, words, is_last=found.worlds == put.worlds)
        yield html.fragment(request, "answer.html", fault=None, **known)


ROUTES = [
    Route("/", begin),
    Route("/run/{run}/", crisis),
    Route("/run/{run}/numbers", numbers),
    Route("/run/{run}/answer", answer),
]

"""The pages of what is played and worked out: the runs that are served, and the jobs."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from detente.ensemble import record as records
from detente.errors import DetenteError
from detente.serve import html, workspace
from detente.serve.jobs import Job

LOOKED_AT = 0.25
"""How often a job that is followed is looked at [s]."""


def runs(request: Request) -> Response:
    """List the runs, the newest first."""
    there = workspace.of(request)
    listed = [(key, _record(there, key)) for key in reversed(there.runs)]
    return html.page(request, "runs.html", listed=listed)


def _record(there: workspace.Workspace, key: str) -> records.Record | DetenteError:
    try:
        return records.read(there.runs[key])
    except DetenteError as fault:
        return fault


def jobs(request: Request) -> Response:
    """List the jobs, the newest first."""
    listed = list(reversed(workspace.of(request).jobs.all.values()))
    return html.page(request, "jobs.html", listed=listed)


def job(request: Request) -> Response:
    """Show how far a job has come; once it is done, lead to what came of it."""
    one = _job(request)
    return html.see_other(one.shown_at) if one.state == "done" else _shown(request, one)


def _shown(request: Request, one: Job) -> Response:
    found = html.page(request, "job.html", job=one)
    if not one.is_over:
        found.headers["refresh"] = "2"  # for who has no script
    return found


async def follow(request: Request) -> Response:
    """Send how far a job has come, whenever that changes, until it is over."""
    one = _job(request)

    async def events() -> AsyncIterator[str]:
        told = ""
        while not one.is_over and not await request.is_disconnected():
            now = html.fragment(request, "progress.html", job=one)
            if now != told:
                yield f"data: {json.dumps(now)}\n\n"
                told = now
            await asyncio.sleep(LOOKED_AT)
        yield f"event: over\ndata: {json.dumps(one.address)}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


def stop(request: Request) -> Response:
    """Ask a job to stop."""
    one = _job(request)
    workspace.of(request).jobs.stop(one.key)
    return html.see_other(one.address)


def _job(request: Request) -> Job:
    found = workspace.of(request).jobs.all.get(request.path_params["job"])
    if found is None:
        raise HTTPException(404)
    return found


ROUTES = [
    Route("/runs", runs),
    Route("/jobs", jobs),
    Route("/jobs/{job}", job),
    Route("/jobs/{job}/events", follow),
    Route("/jobs/{job}/stop", stop, methods=["POST"]),
]

"""The pages of what is played and worked out: the runs that are served, and the jobs."""

from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.simulate import resume, simulate
from detente.errors import DetenteError
from detente.pack import load
from detente.serve import html, workspace
from detente.serve.jobs import BackgroundJob, Listener
from detente.serve.workspace import Workspace


def play(there: Workspace, pack: str, **settings: Any) -> BackgroundJob:
    """Begin to play a run of a pack, behind the pages; it is served once it is done.

    The settings are those of `simulate`. One that was stopped goes on where it was.
    """
    laid: list[Path] = []

    def do(progress: Listener) -> str:
        if laid and folders.is_run(laid[0]):
            run = resume(laid[0], progress=progress)
        else:
            crisis = load(pack)
            laid[:] = [folders.choose(crisis.name, None, overwrite=False)]
            run = simulate(crisis, **settings, out=laid[0], progress=progress)
        return f"/run/{there.add(run.folder)}/"

    return there.jobs.start(f"Run of {pack}", do, shown_at="/runs")


def runs(request: Request) -> Response:
    """List the runs, the newest first."""
    there = workspace.of(request)
    listed = [(key, _record(there, key)) for key in reversed(there.runs)]
    return html.page(request, "runs.html", listed=listed)


def _record(there: Workspace, key: str) -> records.Record | DetenteError:
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


def _shown(request: Request, one: BackgroundJob) -> Response:
    found = html.page(request, "job.html", job=one)
    if not one.is_over:
        found.headers["refresh"] = "2"  # for who has no script
    return found


def progress(request: Request) -> Response:
    """Return how far a job has come, as a part of its page; once it is over, lead to that."""
    one = _job(request)
    if one.is_over:
        return html.see_other(one.address)
    return html.page(request, "progress.html", job=one)


def stop(request: Request) -> Response:
    """Ask a job to stop."""
    one = _job(request)
    workspace.of(request).jobs.stop(one.key)
    return html.see_other(one.address)


def again(request: Request) -> Response:
    """Go on with a job that was stopped, or failed."""
    one = _job(request)
    begun = workspace.of(request).jobs.start(one.title, one.work, shown_at=one.shown_at)
    return html.see_other(begun.address)


def _job(request: Request) -> BackgroundJob:
    found = workspace.of(request).jobs.all.get(request.path_params["job"])
    if found is None:
        raise HTTPException(404)
    return found


ROUTES = [
    Route("/runs", runs),
    Route("/jobs", jobs),
    Route("/jobs/{job}", job),
    Route("/jobs/{job}/progress", progress),
    Route("/jobs/{job}/stop", stop, methods=["POST"]),
    Route("/jobs/{job}/again", again, methods=["POST"]),
]

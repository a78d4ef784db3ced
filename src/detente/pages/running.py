"""The pages of what is played and worked out: the runs that are served, and the jobs."""

from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.simulate import resume, simulate
from detente.errors import DetenteError
from detente.pack import load
from detente.pages import html, workspace
from detente.pages.workspace import BackgroundJob, Workspace
from detente.views.served import Listener, pack_of

MOST_DIGITS = 9
"""No seed and no size of a run has more."""


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

    told = "".join(f", {key} {_said(value)}" for key, value in settings.items() if value)
    return there.jobs.start(f"Run of {pack}{told}", do, shown_at="/runs")


def _said(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else f"{value:,}"


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


def new_run(request: Request) -> Response:
    """Ask for what a new run is played with."""
    known = pack_of(workspace.of(request))
    options = known.reading.model.options if known.reading.model else {}
    return html.page(request, "newrun.html", known=known, options=options)


async def begin_run(request: Request) -> Response:
    """Begin to play the pack, and lead to where that is followed."""
    async with request.form() as form:
        chosen = [str(name) for name in form.getlist("option")]
        given = {key: str(form.get(key, "")) for key in ("seed", "worlds", "futures")}
    sizes = {key: _whole(key, text) for key, text in given.items()}

    def answer() -> Response:
        there = workspace.of(request)
        known = pack_of(there)
        _ = known.reading.crisis  # its faults are said before it is begun
        return html.see_other(play(there, known.place, options=chosen, **sizes).address)

    return await run_in_threadpool(answer)


def _whole(key: str, text: str) -> int:
    least = 0 if key == "seed" else 1
    is_whole = text.strip().isdecimal() and len(text.strip()) <= MOST_DIGITS
    if not is_whole or int(text) < least:
        hint = f"write one from {least} to {10**MOST_DIGITS - 1:,}"
        raise DetenteError(f"no such whole number: {text or 'nothing'}", where=key, hint=hint)
    return int(text)


ROUTES = [
    Route("/pack/run", new_run),
    Route("/pack/run", begin_run, methods=["POST"]),
    Route("/runs", runs),
    Route("/jobs", jobs),
    Route("/jobs/{job}", job),
    Route("/jobs/{job}/progress", progress),
    Route("/jobs/{job}/stop", stop, methods=["POST"]),
    Route("/jobs/{job}/again", again, methods=["POST"]),
]

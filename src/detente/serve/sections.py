"""The pages of a run's questions, as the report answers them, and the work that some need."""

from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from detente.serve import html, workspace
from detente.serve.jobs import Listener
from detente.serve.workspace import ServedRun
from detente.views import page
from detente.views.material import WORK

SECTIONS = {**page.QUESTIONS, **page.GROUNDS}
"""What each section is written by, by its key, which is the last part of its address."""


PLAYED = ("endings", "turning")
"""Sections for which worlds are played when they are shown."""


class Doing(NamedTuple):
    """Work that a section needs: what it is called, and what it does."""

    title: str
    about: str


DOINGS = {
    "turning": Doing("Drivers", "numbers are moved in the run's worlds, on the same draws"),
    "beginnings": Doing("Causes of war", "futures are played again without each mechanism"),
    "hypotheses": Doing("Hypotheses", "the run's worlds are played with what each test changes"),
    "resting": Doing("Weight of claims", "what rests on each claim is turned round"),
}


def section(request: Request) -> Response:
    """Show one question of a run; what is long of it when that is asked for."""
    is_played = request.path_params["section"] in PLAYED
    return html.once_compiled(_section)(request) if is_played else _section(request)


def _section(request: Request) -> Response:
    key, run = _asked(request)
    doing = DOINGS.get(key) if run.lacks(key) else None
    return html.page(
        request,
        "section_page.html",
        section=SECTIONS[key](run),
        is_whole="whole" in request.query_params,
        doing=doing,
        run=run,
    )


def work(request: Request) -> Response:
    """Begin what a section needs, behind the pages."""
    key, run = _asked(request)
    if key not in DOINGS:
        raise HTTPException(404)
    there, name = workspace.of(request), request.path_params["run"]

    def do(progress: Listener) -> None:
        try:
            WORK[key](run.run, progress)
        finally:
            there.renew(name)

    job = there.jobs.start(DOINGS[key].title, do, shown_at=f"/run/{name}/section/{key}")
    return html.see_other(job.address)


def _asked(request: Request) -> tuple[str, ServedRun]:
    key = request.path_params["section"]
    if key not in SECTIONS:
        raise HTTPException(404)
    return key, workspace.run_of(request)


ROUTES = [
    Route("/run/{run}/section/{section}", section),
    Route("/run/{run}/section/{section}/work", work, methods=["POST"]),
]

"""The page of a run: how the crisis may end."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from detente.serve import html, workspace
from detente.views import figures
from detente.views.answer import answer


def begin(request: Request) -> Response:
    """Lead to what is shown first: the newest run, or the list of runs."""
    newest = workspace.of(request).newest
    return html.see_other("/runs" if newest is None else f"/run/{newest}/")


def crisis(request: Request) -> Response:
    """Show how a crisis may end, by a run of it."""
    known = workspace.of(request).known(request.path_params["run"])
    picture = figures.futures_first(known.summary)
    leads = answer(known.summary, known.course)
    return html.page(request, "crisis.html", known=known, picture=picture, leads=leads)


ROUTES = [Route("/", begin), Route("/run/{run}/", crisis)]

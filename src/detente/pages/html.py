"""How a page is written: every text escaped, sections as the report has them, pictures apart."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.responses import HTMLResponse, RedirectResponse, Response

from detente.ensemble.record import Record
from detente.pages import workspace
from detente.questions.wording import titles
from detente.text import headed
from detente.views.blocks import Table
from detente.views.figures import Figure
from detente.views.render import html

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_KEPT = 400
"""Pictures and tables that are kept for the pages that name them."""


class Destination(NamedTuple):
    """A page that everybody should find."""

    title: str
    path: str


PLACES = {
    "Asked of the run": (
        Destination("The crisis", ""),
        Destination("How wars begin", "section/beginnings"),
        Destination("Drivers", "section/turning"),
        Destination("Options", "section/options"),
        Destination("What to watch", "section/watching"),
        Destination("Evidence", "section/resting"),
        Destination("Hypotheses", "section/hypotheses"),
        Destination("Futures", "futures"),
    ),
    "What it is made of": (Destination("The pack", "/pack"), Destination("The ledger", "/ledger")),
    "Played by people": (Destination("Play", "tables"),),
    "Worked on": (Destination("Runs", "/runs"), Destination("Jobs", "/jobs")),
}
"""What stands in the navigation of each page, in groups; a path without a stroke is the run's."""
OF_A_PACK = ("/pack", "/ledger")
"""Places that are there where a pack is served."""


Places: TypeAlias = Mapping[str, Sequence[Destination]]


class Apart:
    """Pictures and tables of pages, under the digest of what they hold."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, text: str, kind: str, ending: str) -> str:
        """Keep a text; return its address."""
        name = f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.{ending}"
        with self._lock:
            self._kept[name] = text, kind
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return f"/apart/{name}"

    def find(self, name: str) -> tuple[str, str] | None:
        """Return a text and its kind; None if it is not kept."""
        with self._lock:
            return self._kept.get(name)


APART = Apart()


def page(request: "Request", name: str, status: int = 200, **given: Any) -> Response:
    """Write a page from a template; it knows the workspace and the places to go."""
    return HTMLResponse(fragment(request, name, **given), status)


def once_compiled(page_of: Callable[["Request"], Response]) -> Callable[["Request"], Response]:
    """Have a page that plays worlds say so while the model is compiled, and come after that."""

    @wraps(page_of)
    def shown(request: "Request") -> Response:
        if workspace.of(request).is_ready():
            return page_of(request)
        soon = page(request, "compiling_page.html")
        soon.headers["refresh"] = "2"
        return soon

    return shown


def fragment(request: "Request", name: str, **given: Any) -> str:
    """Write a part of a page from a template; a seat's leads nowhere else, and holds it all."""
    there, is_seat = workspace.of(request), "seat" in request.scope
    asked = request.path_params.get("run")
    run = asked if asked in there.runs else there.newest
    about = {
        "request": request,
        "workspace": there,
        "run_key": run,
        "places": {} if is_seat else _places(run, there.pack),
        "is_seat": is_seat,
        "has_other_pack": asked in there.runs and there.has_other_pack(asked),
    }
    return environment(has_apart=not is_seat).get_template(name).render(**about, **given)


def leading(hint: str, places: Places) -> Iterator[tuple[str, str]]:
    """Yield the parts of a hint, each with an address where it names a page, else with none."""
    paths = {place.title: place.path for its in places.values() for place in its}
    titles = "|".join(map(re.escape, paths))
    for part in filter(None, re.split(rf"\b({titles})\b", hint)):
        yield part, paths.get(part, "")


def nearest(places: Places, path: str) -> Destination:
    """Return the place that an address lies below, by the longest path; else the first."""
    every = [place for its in places.values() for place in its if place.path != path]
    above = [place for place in every if path.startswith(place.path)]
    return max(above or every[:1], key=lambda place: len(place.path))


def see_other(address: str) -> Response:
    """Lead to another page once something is done."""
    return RedirectResponse(address, 303)


def _places(run: str | None, pack: str | None) -> dict[str, list[Destination]]:
    """Return where the navigation leads, for the run that a page is about and the pack served."""
    led = {
        group: [_placed(one, run) for one in its if _is_there(one, run, pack)]
        for group, its in PLACES.items()
    }
    return {group: its for group, its in led.items() if its}


def _is_there(place: Destination, run: str | None, pack: str | None) -> bool:
    if place.path in OF_A_PACK:
        return pack is not None
    return place.path.startswith("/") or run is not None


def _placed(place: Destination, run: str | None) -> Destination:
    is_of_run = not place.path.startswith("/")
    return place._replace(path=f"/run/{run}/{place.path}") if is_of_run else place


@cache
def environment(*, has_apart: bool = True) -> Environment:
    """Return what templates are written with: that of the report, with pictures by address.

    `has_apart`: whether pictures and tables have addresses of their own, or lie in the page.
    """
    before = html.environment()
    own = PackageLoader("detente.pages")
    made = before.overlay(loader=ChoiceLoader([own, PackageLoader("detente.views.render")]))
    made.filters = {**before.filters, "headed": headed, "outcome_title": outcome_title}
    made.filters |= {"leading": leading, "nearest": nearest}
    if has_apart:
        made.filters |= {"picture": picture, "csv": csv_address}
    return made


def picture(figure: Figure) -> dict[str, str]:
    """Return a figure as a picture with an address of its own, and its size."""
    svg = figure.svg()
    width, height = (f"{side:.0f}" for side in html.size_of(svg))
    return {"src": APART.keep(svg, "image/svg+xml", "svg"), "width": width, "height": height}


def csv_address(block: Table | Figure) -> str:
    """Return a table as an address from which it is saved."""
    return APART.keep(block.csv(), "text/csv; charset=utf-8", "csv")


def outcome_title(record: Record, outcome: str) -> str:
    """Return what an outcome is called in a run."""
    return titles(record)[outcome]


def apart(request: "Request") -> Response:
    """Return a picture or a table of a page."""
    found = APART.find(request.path_params["name"])
    if found is None:
        return Response("load the page again", 404, media_type="text/plain")
    text, kind = found
    return Response(text, media_type=kind)

"""Writing pages from templates: text escaped, sections as in the report, pictures by address."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.responses import HTMLResponse, Response

from detente import rooms
from detente.pages.workspace import Workspace
from detente.questions.wording import duration, in_short, range_in_short, titles
from detente.text import capitalised
from detente.views.blocks import Table
from detente.views.figures import Figure
from detente.views.register import VIEWS, Destination
from detente.views.render import html
from detente.views.served import RoomPages

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection, Request

MOST_KEPT = 400
"""Upper limit on the pictures and tables in memory."""


OWN = (
    Destination("Why", "Right about the past?", "/past"),
    Destination("Write", "The pack", "/pack"),
)
"""Entries of the navigation after the views of a run and before those of rooms."""
WORK = (
    Destination("Write", "Outside views", "outside"),
    Destination("Write", "Begin a crisis", "/new"),
    Destination("Runs and jobs", "Runs", "/runs"),
    Destination("Runs and jobs", "Jobs", "/jobs"),
    Destination("Runs and jobs", "For programs", "/api"),
)
"""Entries of the navigation after all others."""
WRITTEN = "Write"
"""The group in which pages of rooms come before views of a run: a pack is written first."""
BAR = ("Crisis", "Ask", "Why", "Do and watch", "Write")
"""Groups at the beginning of the navigation, in order; others come at its end."""
WITHIN = {"number": "section/resting", "claim": "section/resting", "claims": "section/resting"}
WITHIN |= {"future": "futures", "section": "section/turning"}
"""Pages of a run that belong to an entry of the navigation with another address."""

COMMAND = re.compile(r"(: | ?\()(?P<line>detente [a-z].*?)(\)|$)")
"""A command in a hint, with the characters before and after it."""

FIRST = Destination("", "The first page", "/")
"""Where a page without an entry of its own leads back to while there is no run."""

Places: TypeAlias = Mapping[str, Sequence[Destination]]


@cache
def of_rooms() -> tuple[RoomPages, ...]:
    """Return the pages of rooms."""
    return tuple(entry.load() for entry in rooms.brought(rooms.PAGES))


class Apart:
    """Pictures and tables of pages, by the checksum of their content."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, text: str, kind: str, ending: str) -> str:
        """Store a text and return its address."""
        name = f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.{ending}"
        with self._lock:
            self._kept[name] = text, kind
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return f"/apart/{name}"

    def find(self, name: str) -> tuple[str, str] | None:
        """Return a text and its media type; None if it is not stored."""
        with self._lock:
            return self._kept.get(name)


APART = Apart()


def page(
    request: "Request",
    name: str,
    status: int = 200,
    *,
    again_after: int | None = None,
    **given: Any,
) -> Response:
    """Return a page written from a template; the browser reloads it after `again_after` seconds."""
    workspace_of(request).jobs.see(request.url.path)
    headers = None if again_after is None else {"refresh": str(again_after)}
    return HTMLResponse(fragment(request, name, **given), status, headers)


def workspace_of(request: "HTTPConnection") -> Workspace:
    """Return the workspace of the server that received a request."""
    workspace: Workspace = request.app.state.workspace
    return workspace


def fragment(request: "Request", name: str, **given: Any) -> str:
    """Return a part of a page from a template; pages of guests have no links and no addresses."""
    workspace, is_guest = workspace_of(request), "guest" in request.scope
    asked = request.path_params.get("run")
    run = asked if asked in workspace.runs else workspace.newest
    places = {} if is_guest else _places(run, workspace.pack)
    about = {
        "request": request,
        "workspace": workspace,
        "run_key": run,
        "places": places,
        "bar": BAR,
        "own_place": _own_place(places, request.url.path, run),
        "is_guest": is_guest,
        "has_other_pack": asked in workspace.runs and workspace.has_other_pack(asked),
    }
    return environment(has_apart=not is_guest).get_template(name).render(**about, **given)


def leading(hint: str, places: Places) -> Iterator[tuple[str, str]]:
    """Yield the parts of a hint, each with the address of the page that it names, or ""."""
    paths = {place.title: place.path for group in places.values() for place in group}
    titles = "|".join(map(re.escape, paths))
    for part in filter(None, re.split(rf"\b({titles})\b", hint)):
        yield part, paths.get(part, "")


def apart_command(hint: str) -> tuple[str, str]:
    """Return a hint without its command, and the command, which is folded."""
    found = COMMAND.search(hint)
    if found is None:
        return hint, ""
    return f"{hint[: found.start()]}{hint[found.end() :]}", found["line"]


def nearest(places: Places, path: str) -> Destination:
    """Return the entry with the longest path above an address; by default the crisis."""
    every = [place for group in places.values() for place in group if place.path != path]
    above = [place for place in every if path.startswith(place.path)]
    default = places[BAR[0]][0] if BAR[0] in places else FIRST
    return max(above, key=lambda place: len(place.path), default=default)


def _own_place(places: Places, path: str, run: str | None) -> Destination | None:
    """Return the entry to which a page belongs; None if there is no navigation."""
    page = path.removeprefix(f"/run/{run}/").partition("/")[0]
    listed = [place for group in places.values() for place in group]
    if not any(place.path == path for place in listed) and page in WITHIN:
        path = f"/run/{run}/{WITHIN[page]}"
    exact = next((place for place in listed if place.path == path), None)
    return exact or (nearest(places, path) if listed else None)


def _places(run: str | None, pack: str | None) -> dict[str, list[Destination]]:
    """Return the entries of the navigation by group, for a run and the served pack."""
    brought = [place for room in of_rooms() for place in room.places]
    views = [view.place for view in VIEWS if view.place is not None]
    before = [place for place in views if place.group != WRITTEN]
    behind = [place for place in views if place.group == WRITTEN]
    led: dict[str, list[Destination]] = {}
    for place in (*before, *OWN, *brought, *behind, *WORK):
        is_of_run = not place.path.startswith("/")
        if (place.needs_pack and pack is None) or (is_of_run and run is None):
            continue
        path = f"/run/{run}/{place.path}" if is_of_run else place.path
        led.setdefault(place.group, []).append(place._replace(path=path))
    return led


@cache
def environment(*, has_apart: bool = True) -> Environment:
    """Return the Jinja environment: that of the report, with pictures by address.

    `has_apart`: whether pictures and tables have addresses, or are included in the page.
    """
    before = html.environment()
    own_templates, of_report = PackageLoader("detente.pages"), PackageLoader("detente.views.render")
    brought = [FileSystemLoader(room.templates) for room in of_rooms()]
    made = before.overlay(loader=ChoiceLoader([own_templates, *brought, of_report]))
    made.globals = {**before.globals, "is_served": True}
    made.filters = {
        **before.filters,
        "capitalised": capitalised,
        "in_short": in_short,
        "ends_in_short": lambda one: range_in_short(one.low, one.high),
        "outcome_title": lambda run, key: titles(run)[key],
        "leading": leading,
        "nearest": nearest,
        "apart_command": apart_command,
        "duration": duration,
    }
    if has_apart:
        made.filters |= {"picture": picture, "csv": csv_address}
    return made


def picture(figure: Figure) -> dict[str, str]:
    """Return a figure as a picture with its address and its size."""
    svg = figure.svg()
    width, height = (f"{side:.0f}" for side in html.size_of(svg))
    return {"src": APART.keep(svg, "image/svg+xml", "svg"), "width": width, "height": height}


def csv_address(block: Table | Figure) -> str:
    """Return the address from which a table can be saved."""
    return APART.keep(block.csv(), "text/csv; charset=utf-8", "csv")


def apart(request: "Request") -> Response:
    """Return the response with a picture or a table of a page."""
    found = APART.find(request.path_params["name"])
    if found is None:
        return Response("load the page again", 404, media_type="text/plain")
    text, kind = found
    return Response(text, media_type=kind)

"""The pages of a run: its questions, and single numbers, claims and futures of it."""

import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from detente.pages import html, workspace
from detente.pages.crisis import MovedOutcome, moved_by
from detente.pages.workspace import ServedRun
from detente.questions.drivers.inputs import titled
from detente.questions.explaining import explain
from detente.questions.influence import Shift
from detente.questions.trace import trace
from detente.questions.wording import share, titles
from detente.views import explaining, figures, page
from detente.views import trace as tracing
from detente.views.figures import Figure
from detente.views.material import WORK
from detente.views.served import Listener

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


def number(request: Request) -> Response:
    """Show what a number means, what it rests on and what it moves."""
    run, path = workspace.run_of(request), request.path_params["path"]
    found = explain(run.crisis, path)
    return html.page(
        request,
        "number.html",
        section=explaining.section(found),
        found=found,
        title=titled(path, run.crisis),
        can_move=path in run.numbers,
        moves=list(moved_by(run, path)),
    )


def claims(request: Request) -> Response:
    """List the claims of the pack with how many numbers rest on each."""
    run = workspace.run_of(request)
    resting = {key: sum(key in row.because for row in run.ledger.rows) for key in run.crisis.claims}
    return html.page(request, "claims.html", run=run, resting=resting)


def claim(request: Request) -> Response:
    """Show a claim, which numbers rest on it, and how far outcomes move if it is turned round."""
    run, key = workspace.run_of(request), request.path_params["claim"]
    if key not in run.crisis.claims:
        raise HTTPException(404)
    one = run.crisis.claims[key]
    rows = [row for row in run.ledger.rows if key in row.because]
    shifts = run.influence.claims[key].shifts
    return html.page(
        request,
        "claim.html",
        key=key,
        claim=one,
        source=run.crisis.sources.get(one.source),
        rows=rows,
        titles=run.numbers,
        moves=list(_turned(run, shifts)),
        is_played=not run.influence.notes,
    )


def _turned(run: ServedRun, shifts: Mapping[str, Shift]) -> Iterator[MovedOutcome]:
    called = titles(run.run.record)
    for outcome, shift in shifts.items():
        if shift.is_told:
            moved, low, high = shift.swing.interval
            yield MovedOutcome(called[outcome], share(moved, low, high, decimals=1))


def futures(request: Request) -> Response:
    """Show a hundred futures, each with an address at which it is walked."""
    run = workspace.run_of(request)
    picture = figures.hundred_futures(run.run)
    numbers, endings = itertools.count(1), dict[str, list[tuple[int, str]]]()
    for ending, *_, addresses in picture.table.rows:
        walked = endings.setdefault(str(ending), [])
        walked += [(next(numbers), address) for address in str(addresses).split()]
    return html.page(request, "futures.html", run=run, picture=picture, endings=endings)


@html.once_compiled
def future(request: Request) -> Response:
    """Walk one future day by day, next to what dates and places the pack has."""
    run, given = workspace.run_of(request), request.path_params
    found = trace(run.run, future=(given["world"], given["future"]))
    days = sorted({one.day for one in found.happenings})
    day = _day(request.query_params.get("day", ""), days)
    return html.page(
        request,
        "future.html",
        found=found,
        section=tracing.section(found),
        day=day,
        before=max((one for one in days if day is not None and one < day), default=None),
        after=min((one for one in days if day is None or one > day), default=None),
        pictures=list(_next_to_it(run, figures.beliefs(found))),
    )


def _day(text: str, days: list[int]) -> int | None:
    """Return up to which day a future is walked; None for all of it."""
    return min(int(text), days[-1]) if text.isdecimal() and len(text) < 6 and days else None  # noqa: PLR2004


def _next_to_it(run: ServedRun, beliefs: Figure | None) -> Iterator[Figure]:
    for drawn in (beliefs, figures.posture_map(run.crisis), figures.calendar(run.crisis)):
        if drawn is not None:
            yield drawn


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
    Route("/run/{run}/number/{path}", number),
    Route("/run/{run}/claims", claims),
    Route("/run/{run}/claim/{claim}", claim),
    Route("/run/{run}/futures", futures),
    Route("/run/{run}/future/{world:int}/{future:int}", future),
    Route("/run/{run}/section/{section}", section),
    Route("/run/{run}/section/{section}/work", work, methods=["POST"]),
]

"""Pages of a run: its questions, and single numbers, claims and futures."""

import itertools
from functools import partial

from detente.ensemble.runners import Listener
from detente.errors import DetenteError
from detente.pages import inputs, workspace
from detente.pages.crisis import MovedOutcome, moved_by
from detente.pages.workspace import ServedRun
from detente.questions.drivers.inputs import titled
from detente.questions.explaining import explain
from detente.questions.trace import trace
from detente.questions.wording import share, titles
from detente.views import compared, explaining, figures
from detente.views import endings as endings_view
from detente.views import trace as tracing
from detente.views.blocks import Command
from detente.views.register import SECTIONS
from detente.views.served import (
    Elsewhere,
    FilledTemplate,
    Page,
    PageRefused,
    PageRequest,
)
from detente.views.work import WORKS

LATER = 5
"""Interval at which a page checks whether the model is compiled [s]."""
MOST_DIGITS = 5
"""Upper limit on the digits of a day of a future."""


def number(asked: PageRequest) -> FilledTemplate:
    """Show the meaning and the basis of a number, and the outcomes that it moves."""
    run, path = workspace.run_of(asked), asked.parts["path"]
    found = explain(run.crisis, path)
    given = {
        "section": explaining.section(found),
        "found": found,
        "title": titled(path, run.crisis),
        "can_move": path in run.numbers,
        "moves": list(moved_by(run, path)),
        "standing": inputs.standing(found),
        "quartered": list(inputs.by_quarter(run, path)),
        "run": run,
    }
    return FilledTemplate("number.html", given)


def claims(asked: PageRequest) -> FilledTemplate:
    """List the claims of the pack with the number of inputs that rest on each."""
    run = workspace.run_of(asked)
    resting = {key: sum(key in row.because for row in run.ledger.rows) for key in run.crisis.claims}
    return FilledTemplate("claims.html", {"run": run, "resting": resting})


def claim(asked: PageRequest) -> FilledTemplate:
    """Show a claim, the numbers that rest on it, and how far outcomes move if it is reversed."""
    run, key = workspace.run_of(asked), asked.parts["claim"]
    if key not in run.crisis.claims:
        raise PageRefused(404)
    one, called = run.crisis.claims[key], titles(run.run.record)
    given = {
        "key": key,
        "claim": one,
        "source": run.crisis.sources.get(one.source),
        "rows": [row for row in run.ledger.rows if key in row.because],
        "titles": run.numbers,
        "moves": [
            MovedOutcome(called[outcome], share(*shift.swing.interval))
            for outcome, shift in run.influence.claims[key].shifts.items()
            if shift.is_clear
        ],
        "is_played": not run.influence.notes,
    }
    return FilledTemplate("claim.html", given)


def futures(asked: PageRequest) -> FilledTemplate:
    """Show typical futures with their shares, and a hundred futures below."""
    run = workspace.run_of(asked)
    stories, fault, is_ready = [], None, workspace.of(asked).is_ready()
    try:
        # Stories are replayed, which needs the compiled model; other futures are only listed.
        for one in sorted(run.storylines if is_ready else (), key=lambda one: -one.share):
            address = f"future/{one.trace.world}/{one.trace.future}"
            stories.append((endings_view.story(one), address))
    except DetenteError as error:  # a run of another version cannot be replayed
        fault = error
    picture = figures.hundred_futures(run.run)
    numbers, endings = itertools.count(1), dict[str, list[tuple[int, str]]]()
    for ending, *_, addresses in picture.table.rows:
        walked = endings.setdefault(str(ending), [])
        walked += [(next(numbers), address) for address in str(addresses).split()]
    given = {
        "stories": stories,
        "fault": fault,
        "is_ready": is_ready,
        "rule": tracing.RULE,
        "picture": picture,
        "endings": endings,
    }
    return FilledTemplate("futures.html", given, again_after=None if is_ready else LATER)


def future(asked: PageRequest) -> FilledTemplate:
    """Show one future day by day, with pictures of the pack's dates and places."""
    run = workspace.run_of(asked)
    found = trace(run.run, future=(int(asked.parts["world"]), int(asked.parts["future"])))
    days = sorted({one.day for one in found.happenings})
    text, day = asked.query.get("day", ""), None
    if text.isdecimal() and len(text) <= MOST_DIGITS and days:
        day = min(int(text), days[-1])
    pictures = figures.beliefs(found), figures.posture_map(run.crisis), figures.calendar(run.crisis)
    given = {
        "found": found,
        "section": tracing.section(found),
        "day": day,
        "before": max((one for one in days if day is not None and one < day), default=None),
        "after": min((one for one in days if day is None or one > day), default=None),
        "pictures": [one for one in pictures if one is not None],
    }
    return FilledTemplate("future.html", given)


def section(asked: PageRequest) -> FilledTemplate:
    """Show the page on one question of a run, with long parts on request."""
    key, run = _asked(asked)
    is_own, work = run.run.record.is_own_model, WORKS.get(key)
    lacks = work is not None and not work.is_done(run)
    doing = work if lacks and is_own else None
    job = workspace.of(asked).jobs.at(asked.address)
    shown = SECTIONS[key].of(run)
    # A page that would be nearly empty shows the rest too.
    has_brief = any(one.level == "brief" for one in shown.blocks if not isinstance(one, Command))
    given = {
        "section": shown,
        "is_whole": "whole" in asked.query or not has_brief,
        "doing": doing,
        "is_old": lacks and not is_own,
        "seconds": doing.seconds(run) if doing and not job else None,
        "job": job,
        "run": run,
    }
    return FilledTemplate("section_page.html", given)


def past(asked: PageRequest) -> FilledTemplate:
    """Show how the model compares with the past; this concerns no run."""
    given = {"section": compared.section(), "is_whole": "whole" in asked.query}
    given |= dict.fromkeys(("doing", "job", "is_old"))
    return FilledTemplate("section_page.html", given)


def _plays_worlds(asked: PageRequest) -> bool:
    view = SECTIONS.get(asked.parts["section"])
    return view is not None and view.plays


def work(asked: PageRequest) -> Elsewhere:
    """Start the work that a section needs, in the background."""
    key, run = _asked(asked)
    if key not in WORKS:
        raise PageRefused(404)
    served, name, doing = workspace.of(asked), asked.parts["run"], WORKS[key]

    def do(listener: Listener) -> None:
        doing.do(run.run, listener, partial(served.renew, name))

    shown_at = f"/run/{name}/section/{key}"
    served.begin(doing.title, do, shown_at=shown_at)
    return Elsewhere(shown_at)


def _asked(asked: PageRequest) -> tuple[str, ServedRun]:
    key = asked.parts["section"]
    if key not in SECTIONS:
        raise PageRefused(404)
    return key, workspace.run_of(asked)


PAGES = (
    Page("/past", past),
    Page("/run/{run}/number/{path}", number),
    Page("/run/{run}/claims", claims),
    Page("/run/{run}/claim/{claim}", claim),
    Page("/run/{run}/futures", futures),
    Page("/run/{run}/future/{world:int}/{future:int}", future, needs_model=True),
    Page("/run/{run}/section/{section}", section, needs_model=_plays_worlds),
    Page("/run/{run}/section/{section}/work", work, "POST"),
)

"""The page of a crisis: how it may end, and the effect of changed numbers, increasingly exact."""

import asyncio
import json
import math
import os
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from detente.ensemble import runners
from detente.ensemble.intervention import AS_IT_IS, BLOCK
from detente.ensemble.record import threads_of
from detente.ensemble.study import FIRST_WORLDS, WORLDS
from detente.errors import DetenteError
from detente.evidence.ledger import ORIGINS
from detente.locking import BusyError
from detente.pack.quantity import DOMAINS, Quantity
from detente.pages import answering, html, workspace
from detente.pages.inputs import ends_of
from detente.pages.workspace import ServedRun
from detente.questions.explaining import median
from detente.questions.whatif import Asked, WhatIf, WhatIfQuestion, ask
from detente.questions.wording import Value, quantity, share, significant, titles
from detente.text import did_you_mean, show
from detente.views import figures, strip, whatif
from detente.views.answer import answer as said
from detente.views.served import Elsewhere, FilledTemplate, Form, Page, PageRequest

MOST_MOVED = 12
"""Upper limit on the numbers that are changed at once."""
MOST_FOUND = 10
"""Upper limit on the numbers that a search lists."""
SHARP = "sharp"
"""Parameter of an address that asks for an answer from all worlds."""
FORM = "write a number, or LOW:HIGH for a range, in which each draw keeps its quantile"


class MovedOutcome(NamedTuple):
    """An outcome that a number or a claim moves, and the change between its two ends."""

    outcome: str
    by: Value


class KnownNumber(NamedTuple):
    """A number that can be changed, with its title."""

    path: str
    title: str
    number: Quantity
    moves: Annotated[tuple[MovedOutcome, ...], "outcomes that it moves, as far as computed"] = ()

    @property
    def words(self) -> str:
        """Return the pack's value in words."""
        return quantity(self.number)

    @property
    def claims(self) -> int:
        """Return the number of claims behind it; defaults and calibration are none."""
        return len(set(self.number.because) - {*ORIGINS})

    @property
    def ends(self) -> tuple[float, float]:
        """Return its 5th and 95th percentile over worlds; 0 and 1 for a yes or no."""
        return (0.0, 1.0) if DOMAINS[self.number.domain].whole else ends_of(self.number)

    @property
    def step(self) -> str:
        """Return the step of its slider."""
        return "1" if DOMAINS[self.number.domain].whole else "any"

    @property
    def middle(self) -> str:
        """Return its median with few digits."""
        return significant(median(self.number))


class AskedNumber(NamedTuple):
    """A number of a question, and its new value."""

    known: KnownNumber
    text: Annotated[str, "the new value as typed; empty if unchanged"]

    @property
    def value(self) -> float | tuple[float, float]:
        """Return the new value, or both ends of a new range."""
        try:
            ends = [float(part) for part in self.text.split(":")]
        except ValueError:
            ends = []
        if len(ends) not in {1, 2} or not all(map(math.isfinite, ends)):
            raise DetenteError(
                f"{show(self.text)} is not a number", where=self.known.path, hint=FORM
            )
        if len(ends) == 2:  # noqa: PLR2004  both ends
            return ends[0], ends[1]
        return int(ends[0]) if ends[0].is_integer() else ends[0]

    @property
    def is_far(self) -> bool:
        """Return whether the new value is outside the range of the run's worlds."""
        asked, (low, high) = self.value, self.known.ends
        ends = asked if isinstance(asked, tuple) else (asked,)
        return not all(low <= end <= high for end in ends)


@dataclass(frozen=True)
class CrisisQuestion:
    """A question of what changed numbers do."""

    moved: tuple[AskedNumber, ...]

    @property
    def asked(self) -> dict[str, Asked]:
        """Return new values by path."""
        return {one.known.path: one.value for one in self.moved if one.text}

    @property
    def far(self) -> tuple[AskedNumber, ...]:
        """Return the numbers whose new values are outside the range of the run's worlds."""
        return tuple(one for one in self.moved if one.text and one.is_far)

    def query(self, *, without: str = "", plus: str = "") -> str:
        """Return the question as query of an address, without a number or with one more."""
        fields = {one.known.path: one.text for one in self.moved if one.known.path != without}
        return urlencode({**fields, **({plus: ""} if plus else {})})


def read(run: ServedRun, fields: Mapping[str, str]) -> CrisisQuestion:
    """Return the question of an address; only parameters that are paths of numbers count."""
    texts = {path: text.strip() for path, text in fields.items() if "." in path}
    if len(texts) > MOST_MOVED:
        hint = f"change {MOST_MOVED} at most"
        raise DetenteError(f"{len(texts)} numbers are changed at once", where="question", hint=hint)
    return CrisisQuestion(
        tuple(AskedNumber(_known(run, path), text) for path, text in texts.items())
    )


def _known(run: ServedRun, path: str) -> KnownNumber:
    if path not in run.numbers:
        hint = did_you_mean(path, run.numbers) or "search for it on the page The crisis"
        raise DetenteError("there is no such number", where=show(path), hint=hint)
    return KnownNumber(path, run.numbers[path], run.crisis.numbers[path])


def moved_by(run: ServedRun, path: str) -> Iterator[MovedOutcome]:
    """Yield the outcomes that a number clearly moves, as far as this was computed."""
    called = titles(run.run.record)
    for outcome, found in run.drivers.items():
        if path in found.numbers:
            swing = found.numbers[path].swing
            yield MovedOutcome(
                called[outcome], share(swing.value, swing.low, swing.high, decimals=1)
            )


def find(run: ServedRun, text: str) -> list[KnownNumber]:
    """Return the numbers whose path or title contains each word of a text.

    Numbers that move outcomes come first or, until this is computed, numbers correlated with
    outcomes across worlds; then those with the most claims. Without a text only the former are
    listed, if there are any.
    """
    words = text.lower().split()
    first = [path for path in run.matter or run.go_along if path in run.numbers]
    found = [
        _known(run, path)
        for path, title in run.numbers.items()
        if all(word in f"{path} {title}".lower() for word in words)
        and (words or not first or path in first)
    ]
    ranks = {path: rank for rank, path in enumerate(first)}
    found.sort(key=lambda one: (ranks.get(one.path, len(ranks)), -one.claims))
    return [
        one._replace(moves=tuple(moved_by(run, one.path)) if run.has_drivers else ())
        for one in found[:MOST_FOUND]
    ]


def answers(run: ServedRun, asked: WhatIfQuestion, given_up: threading.Event) -> Iterator[WhatIf]:
    """Yield increasingly exact answers, each from twice as many worlds as the one before.

    The first uses one block for each processor, or all worlds played before. Only playing waits for
    the lock. Once `given_up` is set, no more answers follow.
    """
    # Results are read from the run and from the aside study.
    kept = asked._replace(study=run.aside)
    sizes = kept.study.sizes(kept.worlds)
    played_sizes = [size for size in sizes if not kept._replace(worlds=size).missing]
    first = max([min(BLOCK * threads_of(None), kept.worlds), *played_sizes])
    for size in (size for size in sizes if size >= first):
        if kept._replace(worlds=size).missing:
            with run.turn:
                if not given_up.is_set():
                    _play(run, asked, size, given_up)
        if given_up.is_set():
            return
        yield kept.read(size)


def _play(run: ServedRun, asked: WhatIfQuestion, worlds: int, given_up: threading.Event) -> None:
    """Play a question; its results go to the aside study if the run is busy or read-only."""
    study = asked.study if os.access(run.run.folder, os.W_OK) else run.aside
    try:
        study.play(asked.plays, worlds, stop=given_up)
    except BusyError:
        run.aside.play(asked.plays, worlds, stop=given_up)


def warm(run: ServedRun) -> None:
    """Compute drivers and play the worlds unchanged, so that later questions are answered faster.

    Other questions take turns with it. Faults are ignored here; the question will show them.
    """
    with suppress(DetenteError):
        _ = run.drivers
        worlds = min(WORLDS, run.run.record.settings.worlds)
        step = BLOCK * threads_of(None)
        for size in (*range(step, worlds, step), worlds):
            with run.turn:
                run.study.play([AS_IT_IS], size)


def begin(asked: PageRequest) -> Elsewhere:
    """Lead to the first page: the newest run, the progress of one, or the list of runs."""
    served = workspace.of(asked)
    if served.newest is not None and served.pack is None and len(served.runs) > 1:
        return Elsewhere("/runs")
    if served.newest is not None:
        return Elsewhere(f"/run/{served.newest}/")
    return Elsewhere(next((job.address for job in served.jobs.left), "/runs"))


def crisis(asked: PageRequest) -> FilledTemplate:
    """Show how a crisis may end, or the answer to the question in the address.

    The page for questions shows nothing until something is asked.
    """
    run, sought = workspace.run_of(asked), asked.query.get("find", "")
    is_ask = asked.address.endswith("/ask")
    question = read(run, asked.query)
    known: dict[str, Any] = {"found": None, "fault": None, "waits": False}
    try:
        is_sharp = SHARP in asked.query
        if question.asked:
            known |= _answered(run, question, is_sharp=is_sharp)
        elif question.moved or not is_ask:
            known |= _front(run)
    except DetenteError as fault:
        known["fault"] = fault
    known |= {"run": run, "question": question, "listed": find(run, sought), "find": sought}
    known["is_ask"] = is_ask
    warming = threading.Thread(target=warm, args=(run,), daemon=True)
    status = 400 if known["fault"] else 200
    return FilledTemplate("crisis.html", known, status, then=warming.start)


def _front(run: ServedRun) -> dict[str, Any]:
    """Return the values of the template if nothing is asked."""
    leads = said(run.front, run.course, run.strip)
    views = strip.section(run.strip)
    return {"picture": figures.stands(run.front), "leads": leads, "views": views}


def _is_question(asked: PageRequest) -> bool:
    return any(one.text for one in read(workspace.run_of(asked), asked.query).moved)


def _answered(run: ServedRun, asked: CrisisQuestion, *, is_sharp: bool) -> dict[str, Any]:
    """Return the values of the template for an answer: from few worlds, unless `is_sharp`.

    An answer from all worlds is shown at once if it was played before. If other questions come
    first or the machine is busy, the page says that it waits, and reloads.
    """
    ready = ask(run.run, asked.asked, study=run.study)
    last, kept = ready.worlds, ready._replace(study=run.aside)
    if not is_sharp and kept.missing:
        few = min(FIRST_WORLDS, last)
        ready, kept = ready._replace(worlds=few), kept._replace(worlds=few)

    def play() -> None:
        # Faults are shown by the page that reads the result.
        with suppress(DetenteError):
            for _ in answers(run, ready, threading.Event()):
                pass

    if kept.missing and not run.has_done_soon(f"{ready.worlds} {asked.query()}", play):
        return {"waits": True}
    *_, found = answers(run, ready, threading.Event())
    return _shown(found, asked, last) | {"sharper": f"?{asked.query()}&{SHARP}="}


def _shown(found: WhatIf, asked: CrisisQuestion, last: int) -> dict[str, Any]:
    """Return the values of the template for an answer; `last` is the final number of worlds."""
    picture = figures.moved_endings(found)
    about = {"found": found, "section": whatif.section(found), "picture": picture}
    return {**about, "far": asked.far, "last": last, "sharper": None}


def numbers(asked: PageRequest) -> FilledTemplate:
    """List the numbers that a search finds, as a part of the page."""
    run = workspace.run_of(asked)
    question = read(run, asked.query)
    _ = run.drivers  # reads drivers, which sort the list
    sought = asked.query.get("find", "")
    given = {"run": run, "question": question, "listed": find(run, sought), "find": sought}
    return FilledTemplate("numbers.html", given)


async def answer(request: Request) -> Response:
    """Stream answers to a question as they become more exact; a closed connection stops it."""
    given_up = threading.Event()
    parts = _parts(request, given_up)

    async def events() -> AsyncIterator[str]:
        coming = asyncio.create_task(asyncio.to_thread(next, parts, None))
        try:
            is_there, _ = await asyncio.wait({coming}, timeout=workspace.SOON)
            if not is_there:
                yield _event(html.fragment(request, "waiting.html"))
            while (part := await coming) is not None:
                yield _event(part)
                coming = asyncio.create_task(asyncio.to_thread(next, parts, None))
            yield "event: over\ndata: 0\n\n"
        finally:
            coming.cancel()
            given_up.set()

    return StreamingResponse(events(), media_type="text/event-stream")


def _event(part: str) -> str:
    return f"data: {json.dumps(part)}\n\n"


def _parts(request: Request, given_up: threading.Event) -> Iterator[str]:
    """Yield the answers to a question as parts of its page, or the fault."""
    try:
        asked = answering.asked_of(request, Form())
        run = workspace.run_of(asked)
        question = read(run, asked.query)
        if not question.asked:
            yield html.fragment(request, "answer.html", **_front(run), found=None, fault=None)
            return
        if not runners.kernel().is_warm():
            yield html.fragment(request, "compiling.html")
        ready = ask(run.run, question.asked, study=run.study)
        for found in answers(run, ready, given_up):
            known = _shown(found, question, ready.worlds)
            yield html.fragment(request, "answer.html", fault=None, **known)
    except DetenteError as fault:
        yield html.fragment(request, "answer.html", found=None, fault=fault)


PAGES = (
    Page("/", begin),
    Page("/run/{run}/", crisis, needs_model=_is_question),
    Page("/run/{run}/ask", crisis, needs_model=_is_question),
    Page("/run/{run}/numbers", numbers),
)
"""The pages of this module; `answer` streams parts of one."""

"""Questions of programs: JSON at stable addresses, and a page that lists them.

`/api/runs` lists the runs (`detente/runs/1`). `/api/runs/RUN/QUESTION?PARAMETER=VALUE` asks one of
the questions `views.programs.QUESTIONS` with its parameters. `/api/openapi.json` describes them. An
answer is one `detente/answer/1`, a fault `{"error": {what, where, hint}}` with status 400 or 404.

If worlds have to be played, an answer may take longer. The status is then 202 and the object
`detente/waiting/1`: job (page with its progress), state, done, total, and again, the address to ask
later; results so far are stored.
"""

import time
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from detente import provenance
from detente.ensemble import record as records
from detente.ensemble.runners import Listener
from detente.errors import DetenteError
from detente.pages import html, workspace
from detente.pages.workspace import Workspace
from detente.views.programs import (
    IN_THIS_MODEL,
    QUESTIONS,
    ProgramAnswer,
    answer_of,
    parameters_of,
    read_parameters,
    said_of,
)
from detente.views.register import ProgramQuestion
from detente.views.served import FilledTemplate, Page, PageRequest

STEP = 0.05
"""Interval at which the state of a job is checked [s]."""
BY_NAME = {one.name: one for one in QUESTIONS}


def overview(_asked: PageRequest) -> FilledTemplate:
    """List the addresses for programs, with their parameters."""
    listed = [
        (
            one,
            said_of(one.answer),
            parameters_of(one.answer).model_json_schema().get("properties", {}),
        )
        for one in QUESTIONS
    ]
    return FilledTemplate("programs.html", {"listed": listed})


def _answering(read: Callable[[Request], Response]) -> Callable[[Request], Any]:
    """Return a route that answers on a thread, and returns faults as JSON."""

    async def answer(request: Request) -> Response:
        try:
            return await run_in_threadpool(read, request)
        except DetenteError as fault:
            return refused(fault, 400)

    return answer


def refused(fault: DetenteError, status: int) -> Response:
    """Return a fault as a program reads it."""
    return JSONResponse({"error": fault.content()}, status)


def _runs(request: Request) -> Response:
    served = html.workspace_of(request)
    listed = []
    for key in reversed(served.runs):
        record = records.read(served.runs[key])
        digest = record.outcome.digest if record.outcome else None
        listed.append(
            {
                "run": key,
                "crisis": record.name,
                "title": record.title,
                "as_of": record.as_of,
                "options": list(record.settings.options),
                "digest": digest,
                "questions": {one.name: f"/api/runs/{key}/{one.name}" for one in QUESTIONS},
            }
        )
    return JSONResponse({"schema": "detente/runs/1", "runs": listed})


def _ask(request: Request) -> Response:
    served, key = html.workspace_of(request), request.path_params["run"]
    question = BY_NAME.get(request.path_params["question"])
    if question is None or key not in served.runs:
        what = "there is no such question" if question is None else "no run of this name is served"
        hint = f"questions: {', '.join(BY_NAME)}; /api/runs lists the runs"
        return refused(DetenteError(what, where=request.url.path, hint=hint), 404)
    given = read_parameters(question.answer, _given(request, question), question.name)

    def answer(hear: Listener) -> ProgramAnswer:
        return answer_of(question, served.known(key), key, given, hear)

    if not question.plays:
        return JSONResponse(answer(lambda _progress: None).as_json())
    return _soon(served, key, question, request.url.path + "?" + request.url.query, answer)


def _given(request: Request, question: ProgramQuestion) -> dict[str, Any]:
    """Return the parameters of an address; repeated ones as a list if they take several values."""
    properties = parameters_of(question.answer).model_json_schema().get("properties", {})
    query = request.query_params
    return {
        name: query.getlist(name)
        if properties.get(name, {}).get("type") == "array"
        else query[name]
        for name in query
    }


def _soon(
    served: Workspace,
    key: str,
    question: ProgramQuestion,
    address: str,
    answer: Callable[[Listener], ProgramAnswer],
) -> Response:
    """Start a job for an answer; return the answer, or the job's progress if it takes longer."""
    found: list[ProgramAnswer] = []

    def work(hear: Listener) -> None:
        try:
            found.append(answer(hear))
        finally:
            served.renew(key)

    job = served.jobs.start(f"For a program: {question.title}", work, shown_at=address)
    due = time.monotonic() + workspace.SOON
    while not job.is_over and time.monotonic() < due:
        time.sleep(STEP)
    if job.fault is not None:
        return refused(job.fault, 400)
    if job.state == "done":
        # The job was another request's: its results are in the run, so this only reads.
        found = found or [answer(lambda _progress: None)]
        return JSONResponse(found[0].as_json())
    done, total = (job.progress.done, job.progress.total) if job.progress else (0, 0)
    content = {"job": job.address, "state": job.state, "done": done, "total": total}
    return JSONResponse({"schema": "detente/waiting/1", **content, "again": address}, 202)


def _openapi(_request: Request) -> Response:
    """Return the description of the addresses in the OpenAPI format."""
    said = "detente/waiting/1: it is being played; ask the address again"
    waits = {"202": {"description": said}}
    responses = {
        "200": {"description": f"detente/answer/1. {IN_THIS_MODEL}"},
        "400": {"description": "what is wrong, where, and what to do"},
        "403": {"description": "the token of serve is missing or wrong"},
        "404": {"description": "no such run or question"},
    }
    run = {"name": "run", "in": "path", "required": True, "schema": {"type": "string"}}
    paths: dict[str, Any] = {
        "/api/runs": {
            "get": {"summary": "The runs that are served", "responses": {"200": responses["200"]}}
        }
    }
    for one in QUESTIONS:
        schema = parameters_of(one.answer).model_json_schema()
        asked = [
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "description": details.get("description", ""),
                "schema": {key: value for key, value in details.items() if key != "description"},
            }
            for name, details in schema.get("properties", {}).items()
        ]
        paths[f"/api/runs/{{run}}/{one.name}"] = {
            "get": {
                "summary": one.title,
                "description": said_of(one.answer),
                "operationId": one.name,
                "parameters": [run, *asked],
                "responses": responses | waits if one.plays else responses,
            }
        }
    info = {"title": "Detente", "version": provenance.version_of("detente")}
    scheme = {"token": {"type": "http", "scheme": "bearer"}}
    return JSONResponse(
        {
            "openapi": "3.1.0",
            "info": info,
            "paths": paths,
            "components": {"securitySchemes": scheme},
            "security": [{"token": []}],
        }
    )


ROUTES = [
    Route("/api/openapi.json", _answering(_openapi)),
    Route("/api/runs", _answering(_runs)),
    Route("/api/runs/{run}/{question}", _answering(_ask)),
]
"""Routes that answer in JSON."""
PAGES = (Page("/api", overview),)

"""The pages of what is played and worked out: the runs that are served, and the jobs."""

from pathlib import Path
from typing import Any

from detente.ensemble import folder as folders
from detente.ensemble import record as records
from detente.ensemble.runners import Listener
from detente.ensemble.simulate import resume, simulate
from detente.errors import DetenteError
from detente.pack import load
from detente.pages import workspace
from detente.pages.workspace import BackgroundJob, Workspace
from detente.views.served import (
    Elsewhere,
    FilledTemplate,
    Page,
    PageRefused,
    PageRequest,
)

MOST_DIGITS = 9
"""No seed and no size of a run has more."""


def play(there: Workspace, pack: str, **settings: Any) -> BackgroundJob:
    """Begin to play a run of a pack, behind the pages; it is served once it is done.

    The settings are those of `simulate`. One that was stopped goes on where it was.
    """
    begun: list[Path] = []

    def do(progress: Listener) -> str:
        if begun and folders.is_run(begun[0]):
            run = resume(begun[0], progress=progress)
        else:
            crisis = load(pack)
            begun[:] = [folders.choose(crisis.name, None, overwrite=False)]
            run = simulate(crisis, **settings, out=begun[0], progress=progress)
        return f"/run/{there.add(run.folder)}/"

    asked = "".join(
        f", {key} {' '.join(value) if isinstance(value, list) else f'{value:,}'}"
        for key, value in settings.items()
        if value
    )
    return there.jobs.start(f"Run of {pack}{asked}", do, shown_at="/runs")


def runs(asked: PageRequest) -> FilledTemplate:
    """List the runs, the newest first."""
    there = workspace.of(asked)
    listed: list[tuple[str, records.Record | DetenteError]] = []
    for key in reversed(there.runs):
        try:
            listed.append((key, records.read(there.runs[key])))
        except DetenteError as fault:
            listed.append((key, fault))
    return FilledTemplate("runs.html", {"listed": listed})


def jobs(asked: PageRequest) -> FilledTemplate:
    """List the jobs, the newest first."""
    listed = list(reversed(workspace.of(asked).jobs.all.values()))
    return FilledTemplate("jobs.html", {"listed": listed})


def news(_asked: PageRequest) -> FilledTemplate:
    """Return what is done and was not looked at, as a part of every page."""
    return FilledTemplate("news.html", {})


def job(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Show how far a job has come; once it is done, lead to what came of it."""
    one = _job(asked)
    if one.state == "done":
        return Elsewhere(one.shown_at)
    # By itself for who has no script.
    return FilledTemplate("job.html", {"job": one}, again_after=None if one.is_over else 2)


def progress(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Return how far a job has come, as a part of its page; once it is over, lead to that."""
    one = _job(asked)
    return Elsewhere(one.address) if one.is_over else FilledTemplate("progress.html", {"job": one})


def stop(asked: PageRequest) -> Elsewhere:
    """Ask a job to stop."""
    one = _job(asked)
    workspace.of(asked).jobs.stop(one.key)
    return Elsewhere(one.address)


def again(asked: PageRequest) -> Elsewhere:
    """Go on with a job that was stopped, or failed."""
    one = _job(asked)
    begun = workspace.of(asked).jobs.start(one.title, one.work, shown_at=one.shown_at)
    return Elsewhere(begun.address)


def _job(asked: PageRequest) -> BackgroundJob:
    found = workspace.of(asked).jobs.all.get(asked.parts["job"])
    if found is None:
        raise PageRefused(404)
    return found


def new_run(asked: PageRequest) -> FilledTemplate:
    """Ask for what a new run is played with."""
    known = asked.pack
    options = known.reading.model.options if known.reading.model else {}
    return FilledTemplate("newrun.html", {"known": known, "options": options})


def begin_run(asked: PageRequest) -> Elsewhere:
    """Begin to play the pack, and lead to where that is followed."""
    chosen = list(asked.form.every("option"))
    sizes = {key: _whole(key, asked.form.text(key)) for key in ("seed", "worlds", "futures")}
    known = asked.pack
    _ = known.reading.crisis  # its faults are said before it is begun
    return Elsewhere(play(workspace.of(asked), known.place, options=chosen, **sizes).address)


def _whole(key: str, text: str) -> int:
    least = 0 if key == "seed" else 1
    is_whole = text.strip().isdecimal() and len(text.strip()) <= MOST_DIGITS
    if not is_whole or int(text) < least:
        hint = f"write one from {least} to {10**MOST_DIGITS - 1:,}"
        raise DetenteError(f"no such whole number: {text or 'nothing'}", where=key, hint=hint)
    return int(text)


PAGES = (
    Page("/pack/run", new_run),
    Page("/pack/run", begin_run, "POST"),
    Page("/runs", runs),
    Page("/jobs", jobs),
    Page("/jobs/news", news),
    Page("/jobs/{job}", job),
    Page("/jobs/{job}/progress", progress),
    Page("/jobs/{job}/stop", stop, "POST"),
    Page("/jobs/{job}/again", again, "POST"),
)

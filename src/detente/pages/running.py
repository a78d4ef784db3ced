"""Pages of runs and of background jobs."""

from pathlib import Path
from typing import Any

from detente.ensemble import record as records
from detente.ensemble.runners import Listener
from detente.errors import DetenteError
from detente.pages import workspace
from detente.pages.workspace import BackgroundJob, Workspace
from detente.views.served import (
    Elsewhere,
    FilledTemplate,
    Page,
    PageRefused,
    PageRequest,
)
from detente.views.work import play_on

MOST_DIGITS = 9
"""Upper limit on the digits of the seed and of the sizes of a run."""


def play(served: Workspace, pack: str, **settings: Any) -> BackgroundJob:
    """Start a job that plays a run of a pack; the run is served once it is finished.

    Settings are those of `simulate`. A job that was stopped continues where it was.
    """
    begun: list[Path] = []

    def do(progress: Listener) -> str:
        return f"/run/{served.add(play_on(begun, pack, progress, **settings).folder)}/"

    asked = "".join(
        f", {key} {' '.join(value) if isinstance(value, list) else f'{value:,}'}"
        for key, value in settings.items()
        if value
    )
    return served.jobs.start(f"Run of {pack}{asked}", do, shown_at="/runs")


def runs(asked: PageRequest) -> FilledTemplate:
    """List the runs, newest first."""
    served = workspace.of(asked)
    listed: list[tuple[str, records.Record | DetenteError]] = []
    for key in reversed(served.runs):
        try:
            listed.append((key, records.read(served.runs[key])))
        except DetenteError as fault:
            listed.append((key, fault))
    return FilledTemplate("runs.html", {"listed": listed})


def jobs(asked: PageRequest) -> FilledTemplate:
    """List the jobs, newest first."""
    listed = list(reversed(workspace.of(asked).jobs.all.values()))
    return FilledTemplate("jobs.html", {"listed": listed})


def news(_asked: PageRequest) -> FilledTemplate:
    """Return the part of every page on finished jobs that nobody has looked at."""
    return FilledTemplate("news.html", {})


def job(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Show the progress of a job; once it is done, lead to its result."""
    one = _job(asked)
    if one.state == "done":
        return Elsewhere(one.shown_at)
    # Reload for browsers without scripts.
    return FilledTemplate("job.html", {"job": one}, again_after=None if one.is_over else 2)


def progress(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Return the progress of a job as a part of its page; once it is over, lead to that page."""
    one = _job(asked)
    return Elsewhere(one.address) if one.is_over else FilledTemplate("progress.html", {"job": one})


def stop(asked: PageRequest) -> Elsewhere:
    """Ask a job to stop."""
    one = _job(asked)
    workspace.of(asked).jobs.stop(one.key)
    return Elsewhere(one.address)


def again(asked: PageRequest) -> Elsewhere:
    """Start a job again that was stopped or failed; it continues where it was."""
    one = _job(asked)
    begun = workspace.of(asked).jobs.start(one.title, one.work, shown_at=one.shown_at)
    return Elsewhere(begun.address)


def _job(asked: PageRequest) -> BackgroundJob:
    found = workspace.of(asked).jobs.all.get(asked.parts["job"])
    if found is None:
        raise PageRefused(404)
    return found


def new_run(asked: PageRequest) -> FilledTemplate:
    """Show the form for a new run."""
    known = asked.pack
    options = known.reading.model.options if known.reading.model else {}
    return FilledTemplate("newrun.html", {"known": known, "options": options})


def begin_run(asked: PageRequest) -> Elsewhere:
    """Start playing the pack, and lead to the progress of the job."""
    chosen = list(asked.form.every("option"))
    sizes = {key: _whole(key, asked.form.text(key)) for key in ("seed", "worlds", "futures")}
    known = asked.pack
    _ = known.reading.crisis  # raises faults of the pack before the job starts
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

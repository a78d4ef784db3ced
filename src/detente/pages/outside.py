"""The page of outside views: estimates of others on the crisis of a run, and a form for one."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from detente.disk import write_whole
from detente.ensemble import bundle
from detente.ensemble.measures import KNOWN
from detente.ensemble.run import Run
from detente.errors import Fault, Faults
from detente.pack.amending import with_table
from detente.pack.editing import saving
from detente.pack.files import OUTSIDE
from detente.pack.outside import (
    ViewKind,
    ViewScope,
    at_pack,
    is_about,
    read_outside,
)
from detente.pack.toml import value_text
from detente.pages import workspace
from detente.pages.workspace import ServedRun
from detente.questions.given import condition
from detente.questions.outside import file_of
from detente.questions.wording import titles
from detente.text import capitalised, free_key, plain, slug
from detente.views import figures
from detente.views.served import Elsewhere, FilledTemplate, Page, PageRequest

TEXTS = ("who", "size", "source")
"""Fields of a view that are stored as typed."""
CHANCE = "write 40, or 30-50 for a range"
KINDS: Mapping[ViewKind, str] = {
    "market": "a market",
    "forecasters": "forecasters",
    "expert": "an expert",
    "own": "my own",
}
"""Words for the kinds of holders of views."""


def views(asked: PageRequest) -> FilledTemplate:
    """Show estimates of others on the crisis of a run, and a form for another."""
    run = workspace.run_of(asked)
    return _page(run, {"date": run.run.record.start.isoformat()})


def _page(
    run: ServedRun, form: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> FilledTemplate:
    found, record = run.strip, run.run.record
    compared = tuple(row for row in found.rows if row.others)
    given = {
        "run": run,
        "found": found,
        "picture": figures.strip(replace(found, rows=compared)) if compared else None,
        "place": file_of(run.run) or _place(run.run),
        "outcomes": [(key, capitalised(titles(record)[key])) for key in KNOWN],
        "kinds": KINDS,
        "first": record.start,
        "last": record.date_of(record.settings.horizon),
        "form": form,
        "faults": faults or {},
    }
    return FilledTemplate("outside.html", given, 400 if faults else 200)


def _place(run: Run) -> Path:
    """Return the path for a new file of views: in the pack, next to its runs, or in the run."""
    for path in at_pack(run.record.source):
        if path.parent.is_dir():
            return path
    next_to_it = run.folder.parent / OUTSIDE
    if bundle.is_within_bundle(run.folder):
        return Path(str(run.folder)).parent / OUTSIDE
    if not next_to_it.is_file() or is_about(next_to_it, run.record.name):
        return next_to_it
    return run.folder / OUTSIDE


def add(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Store another view, or show faults at their fields."""
    run, form, served = workspace.run_of(asked), asked.form.last, workspace.of(asked)
    faults = _add(run.run, form)
    if faults:
        return _page(run, form, faults)
    for key in served.runs:
        served.renew(key)
    return Elsewhere(f"{asked.address}?saved=")


def _add(run: Run, form: Mapping[str, str]) -> dict[str, str]:
    """Store a view; return faults by field if it was not stored."""
    fields: dict[str, Any] = {"outcome": form.get("outcome", "")}
    faults: dict[str, str] = {}
    for key in ("by", "date"):
        try:
            fields[key] = date.fromisoformat(form.get(key, ""))
        except ValueError:
            faults[key] = "give a day"
    if form.get("given", "").strip():
        fields["given"] = tuple(one.strip() for one in form["given"].split(","))
    try:
        ends = [float(end) / 100.0 for end in form.get("probability", "").strip(" %").split("-")]
        fields["probability"] = ends[0] if len(ends) == 1 else tuple(ends)
    except ValueError:
        faults["probability"] = CHANCE
    for key in TEXTS:
        typed = plain(form.get(key, ""))
        if typed:
            fields[key] = typed
        elif key != "size":
            faults[key] = "is needed"
    fields["kind"] = form.get("kind", "")
    if faults:
        return faults
    place = file_of(run) or _place(run)
    with saving(place.parent):
        begun = f"pack = {value_text(run.record.name)}\n".encode()
        content = place.read_bytes() if place.is_file() else begun
        known = _read(run, content)
        key = free_key(f"{slug(fields['kind'], 'view')}_{len(known) + 1}", known)
        try:
            changed = with_table(content, ("view", key), fields, name=OUTSIDE)
            _read(run, changed)
        except Faults as error:
            return {_field_of(one): one.says for one in error.faults}
        write_whole(place, changed)
    return {}


def _read(run: Run, content: bytes) -> Mapping[str, object]:
    """Return the views in a text, with the same faults as `read_outside`."""
    scope = ViewScope(run.record.name, run.record.start, run.record.settings.horizon)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / OUTSIDE
        path.write_bytes(content)
        return read_outside(path, scope, check=partial(condition, run))


def _field_of(fault: Fault) -> str:
    """Return the field of the form to which a fault belongs."""
    _, _, *field = fault.field.replace("[", ".").split(".")
    return field[0] if field else "who"


PAGES = (
    Page("/run/{run}/outside", views),
    Page("/run/{run}/outside", add, "POST"),
)

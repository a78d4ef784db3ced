"""Pages of the pack: its fields with their faults, and edits before they are saved."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, get_args

from detente.ensemble.effects import without_effect
from detente.ensemble.folder import PACK
from detente.ensemble.record import Record
from detente.ensemble.runners import Listener
from detente.errors import DetenteError, Fault
from detente.pack import beginning, files, shipped
from detente.pack.editing import Edit, edit, edit_file, near, openings, save
from detente.pack.fields import (
    FORMS,
    Field,
    fields,
    figures_of,
    form_of,
    form_values,
    typed,
    value_from,
)
from detente.pack.places import headline_at
from detente.pack.quantity import Shape
from detente.pack.toml import dotted
from detente.pages import inputs, workspace
from detente.pages.crisis import moved_by
from detente.pages.inputs import OutcomeByQuarter
from detente.pages.workspace import ServedRun, Workspace
from detente.questions.drivers.inputs import titled
from detente.questions.explaining import explain
from detente.questions.wording import quantity
from detente.text import capitalised, clean
from detente.views.blocks import Words
from detente.views.served import Elsewhere, FilledTemplate, Page, PageRequest, ServedPack
from detente.views.since import in_sentences
from detente.views.work import WORKS

SentTexts: TypeAlias = Mapping[str, str]
MOST_MATTERING = 8
"""Upper limit on the inputs that are named first."""
MOST_FOUND = 60
"""Upper limit on the fields that a search shows."""
SHAPES = get_args(Shape)


def overview(asked: PageRequest) -> FilledTemplate:
    """List the tables of a pack, the fields of one, or the results of a search.

    If a run is served without a pack, offer to copy or open its pack.
    """
    if asked.served.pack is None:
        return _unopened(workspace.of(asked))
    known, query = asked.pack, asked.query
    every, spaces = fields(known.reading), openings(known.reading)
    find, claim, group = (query.get(key, "") for key in ("find", "claim", "group"))
    table, words = query.get("table"), find.lower().split()
    # Results of a search or fields of a table; None if neither is asked for.
    listed = None if table is None else [field for field in every if field.table == table]
    if words:
        listed = [field for field in every if _holds(field, words)]
    if listed is not None and claim:
        listed = [field for field in listed if field.kind == "number"]
    # Fields by table, and tables by the first part of their path.
    tables: dict[str, dict[str, list[Field]]] = {}
    for field in every:
        first = str(field.path[0]) if field.table else ""
        tables.setdefault(first, {}).setdefault(field.table, []).append(field)
    names = dict.fromkeys(field.table for field in every)
    held = {id(fault) for field in every for fault in field.faults}
    given: dict[str, Any] = {
        "known": known,
        "find": find,
        "claim": claim,
        "table": table,
        "group": group,
        "open": () if find or claim else near(spaces, table or group),
        "can_go": table in {dotted(path) for one in spaces for path in one.entries},
        "tables": tables,
        "within": [name for name in names if table and name.startswith(f"{table}.")],
        "listed": listed and listed[:MOST_FOUND] if find else listed,
        "found": len(listed or ()),
        "others": [fault for fault in known.reading.faults if id(fault) not in held],
        "value_of": shown_value,
        "rests_on": rests_on,
        "headline": headline,
        "run": None,
        "matter": [],
        "going_along": [],
        "idle": workspace.of(asked).idle.get(known.text.digest),
    }
    newest = workspace.of(asked).newest
    if listed is None and not group and newest is not None:
        run = workspace.of(asked).known(newest)
        given |= {"run": run, "matter": _matter(run, every)}
        if not run.drivers and run.run.record.is_own_model:
            seconds = WORKS["turning"].seconds(run)
            given |= {"going_along": _going_along(run, every), "seconds": seconds}
    given["bare"] = _bare(every, given["idle"])
    return FilledTemplate("pack.html", given)


def _unopened(served: Workspace) -> FilledTemplate:
    """Offer ways to a pack that can be edited: that of the newest run, or a new one."""
    if served.newest is None:
        return FilledTemplate("unopened.html", {"record": None})
    record = served.known(served.newest).run.record
    return FilledTemplate("unopened.html", {"record": record, "own": _own_pack(record)})


def _own_pack(record: Record) -> str | None:
    """Return the user's own pack that a run played, if it is still as it was played."""
    if record.source in shipped():
        return None
    try:
        return record.source if files.read(record.source).digest == record.pack else None
    except DetenteError:
        return None


def _matter(run: ServedRun, every: tuple[Field, ...]) -> list[tuple[Field, str, Any]]:
    """Return inputs that move outcomes in a run, the most important first, with their effects.

    Inputs that only the run's pack has are left out.
    """
    _ = run.drivers
    known = {field.name: field for field in every}
    return [
        (known[path], run.numbers.get(path, path), list(moved_by(run, path)))
        for path in run.matter[:MOST_MATTERING]
        if path in known
    ]


def _going_along(
    run: ServedRun, every: tuple[Field, ...]
) -> list[tuple[Field, str, list[OutcomeByQuarter]]]:
    """Return inputs clearly correlated with outcomes in a run, with outcomes by quarter of each.

    They come first until it is computed how far inputs move outcomes.
    """
    known = {field.name: field for field in every}
    return [
        (known[path], run.numbers.get(path, path), list(inputs.by_quarter(run, path)))
        for path in run.go_along[:MOST_MATTERING]
        if path in known
    ]


def _bare(every: tuple[Field, ...], idle: frozenset[str] | None) -> list[Field]:
    """Return inputs with an effect whose size is assumed.

    They come first until it is known how far inputs move outcomes.
    """
    if idle is None:
        return []
    assumed = (
        field
        for field in every
        if field.is_written and field.known and not field.known.is_fixed and not field.known.gives
    )
    return [field for field in assumed if field.name not in idle][:MOST_MATTERING]


def find_idle(asked: PageRequest) -> Elsewhere:
    """Start a search for inputs without effect, as `check --effects` does."""
    served, known = workspace.of(asked), asked.pack
    crisis = known.reading.crisis  # raises faults of the pack before the job starts

    def do(listener: Listener) -> None:
        served.idle[known.text.digest] = frozenset(without_effect(crisis, progress=listener))

    return Elsewhere(served.begin("Inputs without effect", do, shown_at="/pack"))


def _holds(field: Field, words: list[str]) -> bool:
    said = f"{field.name} {field.says} {shown_value(field)} {rests_on(field)}".lower()
    return all(word in said or word in said.replace("_", " ") for word in words)


def headline(table: str) -> str:
    """Return the title of a table."""
    return capitalised(headline_at((table,)) or table)


def shown_value(field: Field) -> str:
    """Return the value of a field in words; empty if it has none."""
    if field.known is not None:
        return quantity(field.known)
    if field.kind == "number" and isinstance(field.value, dict):
        return f"{form_of(field.value)} {figures_of(field.value)}"
    lines = typed(field)
    return ", ".join(lines.splitlines()) if field.kind in {"list", "changes"} else lines


def rests_on(field: Field) -> str:
    """Return the basis of a number: claims, a reason in words, or another origin."""
    number = field.number
    if number is None:
        return ""
    because = dict.fromkeys((*number.gives, *number.because))
    return "; ".join(filter(None, (", ".join(because), number.assumed)))


def _field(known: ServedPack, name: str) -> Field:
    found = next((field for field in fields(known.reading) if field.name == name), None)
    if found is None:
        hint = "search for it on the page The pack"
        raise DetenteError("no such field in the pack", where=name, hint=hint)
    return found


def field(asked: PageRequest) -> FilledTemplate:
    """Show the form for one field."""
    known, claim = asked.pack, asked.query.get("claim", "")
    one = _field(known, asked.query.get("name", ""))
    values = {**form_values(one), "claim": claim}
    if claim and claim not in values.get("because", "").split():
        values["because"] = f"{values.get('because', '')} {claim}".strip()
    return _field_page(workspace.of(asked), known, one, values)


def _field_page(
    served: Workspace,
    known: ServedPack,
    one: Field,
    values: SentTexts,
    made: Edit | None = None,
    fault: DetenteError | None = None,
) -> FilledTemplate:
    new = made.new if made else ()
    given = {
        "known": known,
        "field": one,
        "values": {"do": "", "out": "", "claim": "", **form_values(one), **values},
        "forms": FORMS,
        "shapes": SHAPES,
        "claims": known.reading.model.claims if known.reading.model else {},
        "value": shown_value(one),
        "title": one.says or one.name,
        "standing": [],
        "own_faults": [each for each in (*one.faults, *new) if each.field.startswith(one.name)],
        **(_moves(served, one.name) if one.known is not None else {"run": None}),
    }
    if one.known is not None and not known.reading.faults:
        given["title"] = capitalised(titled(one.name, known.reading.crisis))
        given["standing"] = inputs.standing(explain(known.reading.crisis, one.name))
    return edited_page("field.html", given, made, fault)


def _moves(served: Workspace, field: str) -> dict[str, Any]:
    """Return the newest run's results on the effects of an input."""
    if served.newest is None:
        return {"run": None}
    run = served.known(served.newest)
    can_move = field in run.numbers
    moves = list(moved_by(run, field)) if can_move else []
    return {
        "run": run,
        "moves": moves,
        "quartered": list(inputs.by_quarter(run, field)) if can_move else [],
        "can_move": can_move,
    }


def edited_page(
    template: str, given: Mapping[str, Any], made: Edit | None, fault: DetenteError | None
) -> FilledTemplate:
    """Return a page with the lines that an edit changes, and the fault that prevents saving it."""
    lines = []
    for line in made.diff.splitlines(keepends=True) if made else ():
        # HTML element for an added or removed line.
        is_head = line.startswith(("+++ ", "--- "))
        element = "" if is_head else {"+": "ins", "-": "del"}.get(line[:1], "")
        lines.append((element, f"{clean(line).rstrip()}\n"))
    said: list[Words] = []
    if made and not any(reading.faults for reading in made.readings):
        said = list(in_sentences(*(reading.crisis for reading in made.readings)))
    changes = {"made": made, "fault": fault, "lines": lines, "said": said}
    return FilledTemplate(template, {**given, **changes}, 400 if fault else 200)


def change_field(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Show the change that an edit of a field makes, or save it."""
    known, form = asked.pack, asked.form.last
    one = _field(known, form.get("name", ""))
    # Saving repeats the removal that was shown before.
    is_out = form.get("do") == "out" or (form.get("do") == "save" and "out" in form)

    def make() -> Edit:
        return edit(known.text, {one.path: None if is_out else value_from(one, form)})

    # After saving, return to the claim that linked here, or to the field's table.
    claims = known.reading.model.claims if known.reading.model else {}
    claim = form.get("claim", "")
    back = f"/ledger/claim/{claim}?" if claim in claims else f"/pack?table={one.table}"
    again = partial(_field_page, workspace.of(asked), known, one, form)
    return saved_or_shown(known, form, make, again, back=back)


def saved_or_shown(
    known: ServedPack,
    form: SentTexts,
    make: Callable[[], Edit],
    again: Callable[[Edit | None, DetenteError | None], FilledTemplate],
    back: str,
) -> FilledTemplate | Elsewhere:
    """Save an edit without faults if the pack is unchanged since it was shown; else show it."""
    made = None
    try:
        made = make()
        if form.get("do") != "save" or made.new or not made.files:
            return again(made, None)
        if form.get("digest") != known.text.digest:
            hint = "below is what would change in it as it is now: save that, or go back"
            what = "the pack has changed since this page was made, and nothing was saved"
            raise DetenteError(what, where=known.place, hint=hint)
        if known.is_shipped:
            raise DetenteError("a pack that ships is copied before it is edited")
        kept = save(Path(known.place), known.text, made.files)
    except DetenteError as fault:
        return again(made, fault)
    return Elsewhere(f"{back}&saved={kept.name if kept else ''}")


def file(asked: PageRequest) -> FilledTemplate:
    """Show the form for a complete file of the pack."""
    known, name = asked.pack, asked.parts["name"]
    return _file_page(known, name, _text(known, name))


def _text(known: ServedPack, name: str) -> str:
    if name not in known.text.files:
        raise DetenteError("no such file in the pack", where=name)
    return known.text.files[name].decode("utf-8-sig", "replace")


def _file_page(
    known: ServedPack,
    name: str,
    text: str,
    made: Edit | None = None,
    fault: DetenteError | None = None,
) -> FilledTemplate:
    faults: list[Fault] = [one for one in known.reading.faults if one.file == name]
    lines = enumerate(text.splitlines(), 1)
    hidden = [number for number, line in lines if clean(line).rstrip() != line.rstrip()]
    given = {"known": known, "file": name, "text": text, "faults": faults, "hidden": hidden}
    return edited_page("file.html", given, made, fault)


def change_file(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Show the change that a new text of a file makes, or save it."""
    known, name, form = asked.pack, asked.parts["name"], asked.form.last
    was, text = _text(known, name), form.get("text", "").replace("\r\n", "\n")
    if "\r\n" in was:
        text = text.replace("\n", "\r\n")
    make = partial(edit_file, known.text, name, text)
    again = partial(_file_page, known, name, text)
    return saved_or_shown(known, form, make, again, back="/pack?table=")


def copy(asked: PageRequest) -> Elsewhere:
    """Copy a shipped pack, or the pack of a run, and serve the copy from then on."""
    served = workspace.of(asked)
    if served.pack is None and served.newest is not None:
        start: str | Path = served.known(served.newest).run.folder / PACK
    else:
        start = asked.pack.place
    made = beginning.new(asked.form.text("name"), folder=Path(), start=start)
    served.pack = f"./{made}"
    return Elsewhere("/pack")


def open_own(asked: PageRequest) -> Elsewhere:
    """Serve the user's own pack that the newest run played, from then on."""
    served = workspace.of(asked)
    own = None
    if served.newest is not None:
        own = _own_pack(served.known(served.newest).run.record)
    if own is None:
        hint = "go back to the page The pack, and make a copy of what the run played"
        raise DetenteError("the pack was moved or changed after the run", hint=hint)
    served.pack = own
    return Elsewhere("/pack")


PAGES = (
    Page("/pack", overview),
    Page("/pack/field", field),
    Page("/pack/field", change_field, "POST"),
    Page("/pack/file/{name}", file),
    Page("/pack/file/{name}", change_file, "POST"),
    Page("/pack/copy", copy, "POST"),
    Page("/pack/open", open_own, "POST"),
    Page("/pack/idle", find_idle, "POST"),
)

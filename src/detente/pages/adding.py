"""Pages that add a table with its required fields to the pack, or remove one."""

import re
from collections.abc import Iterator
from functools import partial

from detente.errors import DetenteError
from detente.pack.editing import Edit, Opening, add_table, begun_with, openings, take_table
from detente.pack.fields import FORMS, form_values, value_from
from detente.pack.toml import KeyPath, dotted
from detente.pages.pack import SHAPES, SentTexts, edited_page, saved_or_shown
from detente.text import plain
from detente.views.served import Elsewhere, FilledTemplate, Page, PageRequest, ServedPack

HINT = "choose one on the page The pack"
KEYED = "give it a short name of small letters and digits"


def add(asked: PageRequest) -> FilledTemplate:
    """Return the form for the fields of a new table."""
    known = asked.pack
    return _form(known, _opening(known, asked.query), {})


def _opening(known: ServedPack, form: SentTexts) -> Opening:
    name = form.get("to", "")
    found = next((one for one in openings(known.reading) if one.name == name), None)
    if found is None or not found.is_free:
        raise DetenteError("this part of the pack takes no further table", where=name, hint=HINT)
    return found


def _form(
    known: ServedPack,
    opening: Opening,
    form: SentTexts,
    made: Edit | None = None,
    fault: DetenteError | None = None,
) -> FilledTemplate:
    path = opening.path(_keys(opening, form))
    written = {name.partition(".")[0] for name in form if "." in name}
    fields = begun_with(path, written | set(_lacking(path, made)))
    model = known.reading.model
    new = made.new if made else ()
    faults = {
        one.path[-1]: [each for each in new if each.field.startswith(one.name)] for one in fields
    }
    given = {
        "known": known,
        "opening": opening,
        "form": form,
        "fields": fields,
        "faults": faults,
        "values": {one.path[-1]: form_values(one) | _of(one.path[-1], form) for one in fields},
        "forms": FORMS,
        "shapes": SHAPES,
        "actors": list(model.actors) if model else [],
        "claims": model.claims if model else {},
    }
    return edited_page("newtable.html", given, made, fault)


def _keys(opening: Opening, form: SentTexts) -> tuple[str, ...]:
    return tuple(plain(form.get(f"key{number}", "")) for number in range(opening.keys))


def _of(key: str | int, form: SentTexts) -> dict[str, str]:
    """Return the parts of a form that belong to one field of the table."""
    start = f"{key}."
    return {name.removeprefix(start): text for name, text in form.items() if name.startswith(start)}


def _lacking(path: KeyPath, made: Edit | None) -> Iterator[str]:
    """Yield the fields of a new table that its faults mention, as they may be missing."""
    name = dotted(path)
    for one in made.new if made else ():
        if one.field.startswith(f"{name}."):
            yield one.field.removeprefix(f"{name}.").partition(".")[0]
        elif one.field == name:
            yield from re.findall(r"\w+", f"{one.found} {one.hint}")


def show_added(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Show the change that a new table makes, or save it."""
    known, form = asked.pack, asked.form.last
    opening = _opening(known, form)
    path = opening.path(_keys(opening, form))

    def make() -> Edit:
        if not all(map(str, path)):
            raise DetenteError("the table has no key", where=opening.name, hint=KEYED)
        fields = begun_with(path, {name.partition(".")[0] for name in form if "." in name})
        values = {str(one.path[-1]): value_from(one, _of(one.path[-1], form)) for one in fields}
        # Blank fields are not written.
        written = {key: value for key, value in values.items() if value is not None}
        return add_table(known.text, path, written)

    again = partial(_form, known, opening, form)
    return saved_or_shown(known, form, make, again, back=f"/pack?table={dotted(path)}")


def out(asked: PageRequest) -> FilledTemplate:
    """Show the change that removing a table makes."""
    known = asked.pack
    path = _entry(known, asked.query)
    given = {"known": known, "table": dotted(path)}
    return edited_page("tableout.html", given, take_table(known.text, path), None)


def _entry(known: ServedPack, form: SentTexts) -> KeyPath:
    name = form.get("table", "")
    every = (path for one in openings(known.reading) for path in one.entries)
    found = next((path for path in every if dotted(path) == name), None)
    if found is None:
        raise DetenteError("this table cannot be taken out", where=name, hint=HINT)
    return found


def show_out(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Remove a table, or show why it cannot be removed."""
    known, form = asked.pack, asked.form.last
    path = _entry(known, form)
    given = {"known": known, "table": dotted(path)}
    make = partial(take_table, known.text, path)
    again = partial(edited_page, "tableout.html", given)
    return saved_or_shown(known, form, make, again, back="/pack?group=")


PAGES = (
    Page("/pack/add", add),
    Page("/pack/add", show_added, "POST"),
    Page("/pack/out", out),
    Page("/pack/out", show_out, "POST"),
)

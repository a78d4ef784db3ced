"""Begins a pack: from answers, from a kind of crisis, or as a copy; new answers change it."""

# ruff: noqa: PLC0415  what changes a text, and what asks, loads slowly

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from detente import rooms
from detente.errors import DetenteError, PackFaults
from detente.pack import files
from detente.pack.crisis import load, read_crisis
from detente.pack.files import PackText
from detente.pack.number import is_number
from detente.pack.toml import KeyPath, Tree, parse, positions
from detente.pack.writing import NAME, lines_of, write
from detente.text import offered

if TYPE_CHECKING:
    from detente.pack.answers import Answers, TellingPassage

ANSWERS = ".answers.toml"
"""File in a composed pack with the answers that it was made of; not part of the pack."""
ANSWERS_HEAD = "# Answers to the eight questions of `detente new`; detente new {} --answers FILE\n"

KINDS = ("strike", "blockade", "land", "fait-accompli", "declaration", "court")
"""Kinds of crises to begin with, each a file of answers."""


class BegunPack(NamedTuple):
    """A pack made of answers: its folder, and what changed if it existed before."""

    place: Path
    is_new: bool
    changed: Annotated[tuple[KeyPath, ...], "fields that were written, changed or taken out"] = ()
    kept: Annotated[Path | None, "the files as they were"] = None


def answers_file(name: str, folder: Path) -> Path:
    """Return the path of the answers next to a pack."""
    return folder / f"{name}{ANSWERS}"


def answers_text(tree: Mapping[str, Any], name: str) -> bytes:
    """Return the file of answers; some may be missing."""
    return "\n".join((ANSWERS_HEAD.format(name), *lines_of(tree), "")).encode()


def new(name: str, *, folder: Path, start: str | Path | None = None, kind: str = "strike") -> Path:
    """Write a new pack that passes its check into a folder of this name.

    `start` is a shipped pack or the path of any pack: its files are copied, comments included, and
    the name in them is changed. Without it `kind`, one of `KINDS`, names the small real crisis from
    whose answers the pack is composed.

    Raises `DetenteError` if the name is not allowed, the folder exists, or it cannot be written;
    `PackFaults` if the pack to start from has faults, `UnknownPackError` if there is none.
    """
    check_name(name)
    place = folder / name
    if start is None:
        if place.exists():
            hint = "choose another name, or move the folder away"
            raise DetenteError("already there", where=str(place), hint=hint)
        return begin(answers_of(kind), name, folder=folder).place
    renamed = dict(load(start).files)
    for file, text in renamed.items():
        if ("name",) in positions(text).spots:
            from detente.pack.amending import amended

            renamed[file] = amended(text, {("name",): name}, name=name)
    write(place, renamed)
    return place


def answers_of(kind: str) -> "Answers":
    """Return the answers of a small real crisis of a kind."""
    from detente.pack.answers import read_answers

    if kind not in KINDS:
        hint = offered(kind, KINDS, "kinds are")
        raise DetenteError("no such kind of crisis", where=f"--kind {kind}", hint=hint)
    return read_answers(Path(str(files.library() / "kinds" / f"{kind}.toml")))


def begin(answers: "Answers", name: str, *, folder: Path) -> BegunPack:
    """Write a pack made of answers, or change one that was made of earlier answers.

    In an existing pack only the fields whose answers changed are rewritten. Later edits stay, and
    earlier versions of the files are kept.

    Raises `DetenteError` if the name is not allowed, something else is at its place, or it cannot
    be written; `PackFaults` if the pack would have faults.
    """
    from detente.pack.answers import read_answers
    from detente.pack.composing import compose
    from detente.pack.editing import save

    check_name(name)
    place, own = folder / name, answers_text(answers.model_dump(exclude_none=True), name)
    texts = compose(answers, name)
    if not place.exists():
        faults = read_crisis(PackText(f"./{name}", _tomls(texts)), {}).faults
        if faults:
            raise PackFaults(f"./{name}", faults)
        write(place, {**texts, ANSWERS: own})
        return BegunPack(place, is_new=True)
    if not (place / ANSWERS).is_file():
        hint = "choose another name: this pack was not made of answers"
        raise DetenteError("already there", where=str(place), hint=hint)
    before = files.read(place)
    had = read_crisis(before, {}).faults
    was = compose(read_answers(place / ANSWERS), name)
    text, changed = _changed(before, _tree(was), _tree(texts))
    if not changed:
        return BegunPack(place, is_new=False)
    faults = read_crisis(text, {}).faults
    if faults and not had:
        raise PackFaults(f"./{name}", faults)
    differ = {file: its for file, its in text.files.items() if its != before.files[file]}
    return BegunPack(place, False, changed, save(place, before, {**differ, ANSWERS: own}))


def check_name(name: str) -> None:
    """Raise `DetenteError` if a name is not allowed for a pack."""
    if not NAME.fullmatch(name):
        hint = "use small letters, digits and -, such as border-2031"
        raise DetenteError("not a name for a pack", where=name, hint=hint)


def _tomls(texts: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: text for name, text in texts.items() if name.endswith(".toml")}


def _tree(texts: Mapping[str, bytes]) -> dict[KeyPath, Any]:
    """Return the fields of composed files, by path."""
    found: dict[KeyPath, Any] = {}
    for text in _tomls(texts).values():
        tree: Any = parse(text)
        found.update(_fields(tree))
    return found


def _fields(tree: Tree, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict) and not is_number(value):
            yield from _fields(value, (*path, key))
        else:
            yield (*path, key), value


def _changed(
    text: PackText, was: Mapping[KeyPath, Any], now: Mapping[KeyPath, Any]
) -> tuple[PackText, tuple[KeyPath, ...]]:
    """Return a pack with the differences between two composed ones applied, and their fields."""
    from detente.pack.editing import add_table, edit, take_table

    gone = [path for path in was if path not in now]
    new = {path: value for path, value in now.items() if path not in was or was[path] != value}
    tables = {path[:-1] for path in now}
    for table in dict.fromkeys(path[:-1] for path in gone):
        if table not in tables and _stands(text, table):
            text = _with(text, take_table(text, table).files)
    left = {path: None for path in gone if path[:-1] in tables and _stands(text, path)}
    there = {path: value for path, value in new.items() if _stands(text, path[:-1])}
    text = _with(text, edit(text, {**left, **there}).files)
    for table in dict.fromkeys(path[:-1] for path in new if path not in there):
        own = {str(path[-1]): value for path, value in new.items() if path[:-1] == table}
        text = _with(text, add_table(text, table, own).files)
    return text, (*gone, *new)


def proposed(article: Path | None) -> "Mapping[str, list[TellingPassage]]":
    """Return the answers that an article suggests, by question; empty without an article."""
    if article is None:
        return {}
    found: Mapping[str, list[TellingPassage]] = rooms.load(rooms.PROPOSERS, "reading")(article)
    return found


def usual_day(proposals: "Mapping[str, Sequence[TellingPassage]]") -> date:
    """Return the default of the as-of day: the date of the article, if known, or today."""
    named = [one.answer for one in proposals.get("as_of", ())]
    return date.fromisoformat(named[0]) if named else date.today()


def _stands(text: PackText, path: KeyPath) -> bool:
    return not path or any(path in positions(its).spots for its in text.files.values())


def _with(text: PackText, files_: Mapping[str, bytes]) -> PackText:
    return text._replace(files={**text.files, **files_})

"""The page with eight questions: their answers make a new pack, or change one."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NamedTuple

from detente.disk import write_whole
from detente.errors import DetenteError, Fault, PackFaults
from detente.pack.actors import MOST_JOINERS
from detente.pack.answers import (
    FOLLOWING,
    MOST_ISSUES,
    QUESTIONS,
    WORDS,
    Answers,
    Prompt,
    TellingPassage,
    as_typed,
    fit_answers,
    part_of,
    prompts,
    read_typed,
    with_names,
)
from detente.pack.beginning import (
    ANSWERS,
    answers_file,
    answers_text,
    begin,
    check_name,
    proposed,
    usual_day,
)
from detente.pack.toml import KeyPath, dotted
from detente.pages import workspace
from detente.text import capitalised
from detente.views.served import Elsewhere, FilledTemplate, Page, PageRequest

SEVERAL = {"issues": MOST_ISSUES, "friends": MOST_JOINERS}
"""Questions with several entries, and the most entries of each."""
SIDES = ("presser", "pressed")
CHOSEN = ("day", "yes or no", "choice", "likelihood")
"""Kinds of answers that are chosen from a list or need no hint on their format."""


class AskedField(NamedTuple):
    """A field of the page."""

    prompt: Prompt
    label: str
    value: str
    fault: Annotated[str, "its fault, if any"] = ""

    @property
    def after(self) -> str:
        """Return the name of the field without whose answer this one is not asked, if any."""
        *within, last = self.prompt.path
        return dotted((*within, FOLLOWING[str(last)])) if str(last) in FOLLOWING else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return the choices as code and in words; empty for a typed answer."""
        given = self.prompt.choices or (("yes", "no") if self.prompt.kind == "yes or no" else ())
        return [(one, capitalised(WORDS.get(one, one.replace("_", " ")))) for one in given]


class AskedGroup(NamedTuple):
    """Fields shown together, such as those of one issue."""

    title: str
    fields: list[AskedField]


class BegunBefore(NamedTuple):
    """A crisis whose answers are kept in the folder of the server."""

    name: str
    answered: Annotated[int, "of the eight questions"]
    first_open: Annotated[str, "key of the first question without an answer; empty for none"]
    has_pack: bool


def questions() -> Iterator[tuple[str, str, list[Prompt]]]:
    """Yield the key of each question, the entry or side concerned in words, and its prompts."""
    for key in QUESTIONS:
        part = part_of(Answers.model_fields[key].annotation)
        if key in SEVERAL:
            for number in range(SEVERAL[key]):
                listed = [
                    one._replace(
                        path=(key, number, *one.path),
                        is_needed=one.is_needed and key == "issues" and number == 0,
                    )
                    for one in prompts(part)
                ]
                yield key, f"{capitalised(key.removesuffix('s'))} {number + 1}", listed
        elif key == "judgements":
            for name, field in part.model_fields.items():
                likely, why = prompts(part_of(field.annotation), (key, name))
                says = capitalised(field.description or "")
                yield key, says, [likely, why._replace(is_needed=False)]
        else:
            grouped: dict[str, list[Prompt]] = {}
            for one in prompts(part, (key,)):
                side = str(one.path[1]) if len(one.path) > 2 else ""  # noqa: PLR2004
                grouped.setdefault(side, []).append(one)
            for side, listed in grouped.items():
                yield key, capitalised(WORDS.get(side, side)), listed


def show(asked: PageRequest) -> FilledTemplate:
    """Show the questions, with the stored answers of a pack if one is named."""
    name = asked.query.get("name", "")
    typed: Mapping[str, str] = {}
    if name:
        check_name(name)
        places = (answers_file(name, Path()), Path(name) / ANSWERS)
        typed = next((_kept(one) for one in places if one.is_file()), {})
    return _page({"name": name, "goes_on": name, **typed}, {})


def _kept(file: Path) -> dict[str, str]:
    """Return the answers in a file as they would be typed, by field."""
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise DetenteError(f"cannot be read: {fault}", where=str(file)) from fault
    listed = (*_first(), *(one for _, _, its in questions() for one in its))
    return {one.name: as_typed(_at(tree, one.path)) for one in listed}


def _begun() -> Iterator[BegunBefore]:
    """Yield the crises whose answers lie in the folder of the server."""
    for file in sorted(Path().glob(f"*{ANSWERS}")):
        name = file.name.removesuffix(ANSWERS)
        with suppress(DetenteError):
            check_name(name)
            typed = _kept(file)
            missing = [
                key
                for key in list(QUESTIONS)[:-1]
                if not any(
                    typed[one.name] not in {"", as_typed(one.usual)}
                    for asked, _, its in questions()
                    for one in its
                    if asked == key
                )
            ]
            answered = len(QUESTIONS) - 1 - len(missing)
            first = missing[0] if missing else ""
            yield BegunBefore(name, answered, first, (Path(name) / ANSWERS).is_file())


def _first() -> list[Prompt]:
    return [one for one in prompts(Answers) if one.path in {("as_of",), ("title",)}]


def _at(tree: Any, path: KeyPath) -> Any:
    for part in path:
        is_there = isinstance(part, str) and isinstance(tree, Mapping) and part in tree
        is_entry = isinstance(part, int) and isinstance(tree, list) and part < len(tree)
        if not (is_there or is_entry):
            return None
        tree = tree[part]
    return tree


def _page(
    typed: Mapping[str, str], faults: Mapping[str, str], others: tuple[Fault, ...] = (), **also: Any
) -> FilledTemplate:
    found = _passages(typed.get("article", ""))
    usual = {"as_of": usual_day(found)}
    who = {side: typed.get(f"who.{side}", "") for side in SIDES}

    def fields(listed: list[Prompt]) -> list[AskedField]:
        return [
            AskedField(
                one,
                capitalised(with_names(one.says, who)) + ("" if one.kind in CHOSEN else one.hint),
                typed.get(one.name, "") or as_typed(usual.get(one.name, one.usual)),
                faults.get(one.name, ""),
            )
            for one in listed
        ]

    asked: dict[str, list[AskedGroup]] = {}
    for key, title, listed in questions():
        group = AskedGroup(capitalised(with_names(title.lower(), who)), fields(listed))
        asked.setdefault(key, []).append(group)
    given = {
        "called": typed.get("name", ""),
        "first": fields(_first()),
        "questions": QUESTIONS,
        "asked": asked,
        "faults": faults,
        "others": others,
        "article": typed.get("article", ""),
        "passages": found,
        "goes_on": typed.get("goes_on", ""),
        "begun": [] if typed.get("name") else list(_begun()),
        "kept": "",
        "taken": "",
        **also,
    }
    return FilledTemplate("begin.html", given, 400 if faults or others else 200)


def _passages(article: str) -> Mapping[str, Sequence[TellingPassage]]:
    """Return the passages of a pasted article that bear on each question."""
    if not article.strip():
        return {}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "article.txt"
        file.write_text(article.replace("\r\n", "\n"), encoding="utf-8")
        return proposed(file)


def passages(asked: PageRequest) -> FilledTemplate:
    """Show what a pasted article says to each question; it answers none."""
    typed = asked.form.last
    # A day that nobody has changed gives way to the article's own.
    is_untouched = typed.get("as_of") == usual_day({}).isoformat()
    return _page({**typed, **({"as_of": ""} if is_untouched else {})}, {})


def keep(asked: PageRequest) -> FilledTemplate:
    """Keep the answers so far, as far as they can be read, under the name of the pack."""
    typed = asked.form.last
    name = typed.get("name", "").strip()
    try:
        check_name(name)
    except DetenteError:
        return _page(typed, {}, kept="Not kept yet: the pack needs a name of small letters.")
    file = answers_file(name, Path())
    if typed.get("goes_on") != name and (file.exists() or Path(name).exists()):
        return _page(typed, {}, kept="Not kept: there are answers of this name.", taken=name)
    tree, _ = _read(typed)
    write_whole(file, answers_text(tree, name))
    return _page({**typed, "goes_on": name}, {}, kept=f"Kept in {file}.")


def answer(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Write the pack from the answers, or show faults at their fields."""
    typed = asked.form.last
    name = typed.get("name", "").strip()
    tree, faults = _read(typed)
    try:
        check_name(name)
    except DetenteError as fault:
        faults["name"] = f"{fault.what}: {fault.hint}"
    answers, findings = fit_answers(tree)
    for one in findings:
        said = f"{one.found}; allowed: {one.allowed}. {capitalised(one.hint)}"
        faults.setdefault(dotted(one.path), said)
    if "name" not in faults:
        write_whole(answers_file(name, Path()), answers_text(tree, name))
    if answers is None or faults:
        return _page(typed, faults)
    try:
        begun = begin(answers, name, folder=Path())
    except PackFaults as refused:
        return _page(typed, {}, tuple(refused.faults))
    except DetenteError as fault:
        return _page(typed, {"name": f"{fault.what}: {fault.hint}"})
    workspace.of(asked).pack = f"./{begun.place}"
    return Elsewhere("/pack")


def _read(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed as answers, and the faults of single fields by name."""
    faults: dict[str, str] = {}
    tree: dict[str, Any] = {key: {} for key in QUESTIONS}
    tree["force"] = {"presser": {}, "pressed": {}}
    for prompt in _first():
        _put(tree, prompt, typed, faults)
    for key, _, listed in questions():
        sent = [typed.get(one.name, "").strip() for one in listed]
        # An entry without a name or a judgement without a number is left out.
        is_left_out = not sent[0] and key in {*SEVERAL, "judgements"} and not listed[0].is_needed
        for prompt in listed if not is_left_out else ():
            _put(tree, prompt, typed, faults)
    for key in SEVERAL:
        tree[key] = tuple(tree[key][number] for number in sorted(tree.get(key) or {}))
    return tree, faults


def _put(
    tree: dict[str, Any], prompt: Prompt, typed: Mapping[str, str], faults: dict[str, str]
) -> None:
    """Add a typed answer to the answers, or its fault to the faults."""
    name = prompt.name
    text = typed.get(name, "").strip()
    if not text and prompt.is_needed and prompt.usual is None:
        faults[name] = prompt.needed
    if not text:
        return
    at: Any = tree
    for part in prompt.path[:-1]:
        if at.get(part) in (None, ()):
            at[part] = {}
        at = at[part]
    try:
        at[prompt.path[-1]] = read_typed(prompt, text)
    except ValueError as fault:
        faults[name] = str(fault)


PAGES = (
    Page("/new", show),
    Page("/new", answer, "POST"),
    Page("/new/passages", passages, "POST"),
    Page("/new/kept", keep, "POST"),
)

"""The page with eight questions: their answers make a new pack, or change one."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente.disk import write_whole
from detente.errors import DetenteError, Fault, PackFaults
from detente.pack.actors import MOST_JOINERS
from detente.pack.answers import (
    MOST_ISSUES,
    QUESTIONS,
    WORDS,
    Answers,
    Prompt,
    as_typed,
    fit_answers,
    part_of,
    prompts,
    read_typed,
)
from detente.pack.beginning import ANSWERS, answers_file, answers_text, begin, check_name
from detente.pack.toml import KeyPath, dotted
from detente.pages import workspace
from detente.text import capitalised
from detente.views.served import Elsewhere, FilledTemplate, Page, PageRequest

SEVERAL = {"issues": MOST_ISSUES, "friends": MOST_JOINERS}
"""Questions with several entries, and the most entries of each."""
CHOSEN = ("day", "yes or no", "choice", "likelihood")
"""Kinds of answers that are chosen from a list or need no hint on their format."""


class AskedField(NamedTuple):
    """A field of the page."""

    prompt: Prompt
    label: str
    value: str
    fault: Annotated[str, "its fault, if any"] = ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return the choices as code and in words; empty for a typed answer."""
        given = self.prompt.choices or (("yes", "no") if self.prompt.kind == "yes or no" else ())
        return [(one, capitalised(WORDS.get(one, one.replace("_", " ")))) for one in given]


class AskedGroup(NamedTuple):
    """Fields shown together, such as those of one issue."""

    title: str
    fields: list[AskedField]


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
    tree: Mapping[str, Any] = {}
    if name:
        check_name(name)
        places = (answers_file(name, Path()), Path(name) / ANSWERS)
        kept = next((one for one in places if one.is_file()), None)
        try:
            tree = tomllib.loads(kept.read_text(encoding="utf-8")) if kept else {}
        except (OSError, ValueError) as fault:
            raise DetenteError(f"cannot be read: {fault}", where=str(kept)) from fault
    typed = {
        dotted(one.path): as_typed(_at(tree, one.path))
        for one in (*_first(), *(one for _, _, listed in questions() for one in listed))
    }
    return _page({"name": name, **typed}, {})


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
    typed: Mapping[str, str], faults: Mapping[str, str], others: tuple[Fault, ...] = ()
) -> FilledTemplate:
    def fields(listed: list[Prompt]) -> list[AskedField]:
        return [
            AskedField(
                one,
                capitalised(one.says) + ("" if one.kind in CHOSEN else one.hint),
                typed.get(dotted(one.path), "") or as_typed(one.usual),
                faults.get(dotted(one.path), ""),
            )
            for one in listed
        ]

    asked: dict[str, list[AskedGroup]] = {}
    for key, title, listed in questions():
        asked.setdefault(key, []).append(AskedGroup(title, fields(listed)))
    given = {
        "called": typed.get("name", ""),
        "first": fields(_first()),
        "questions": QUESTIONS,
        "asked": asked,
        "faults": faults,
        "others": others,
    }
    return FilledTemplate("begin.html", given, 400 if faults or others else 200)


def answer(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Write the pack from the answers, or show faults at their fields."""
    typed = asked.form.last
    faults: dict[str, str] = {}
    tree: dict[str, Any] = {key: {} for key in QUESTIONS}
    tree["force"] = {"presser": {}, "pressed": {}}
    name = typed.get("name", "").strip()
    try:
        check_name(name)
    except DetenteError as fault:
        faults["name"] = f"{fault.what}: {fault.hint}"
    for prompt in _first():
        _put(tree, prompt, typed, faults)
    for key, _, listed in questions():
        sent = [typed.get(dotted(one.path), "").strip() for one in listed]
        # An entry without a name or a judgement without a number is left out.
        is_left_out = not sent[0] and key in {*SEVERAL, "judgements"} and not listed[0].is_needed
        for prompt in listed if not is_left_out else ():
            _put(tree, prompt, typed, faults)
    for key in SEVERAL:
        tree[key] = tuple(tree[key][number] for number in sorted(tree.get(key) or {}))
    answers, findings = fit_answers(tree)
    for one in findings:
        faults.setdefault(dotted(one.path), f"{one.found}; allowed: {one.allowed}. {one.hint}")
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


def _put(
    tree: dict[str, Any], prompt: Prompt, typed: Mapping[str, str], faults: dict[str, str]
) -> None:
    """Add a typed answer to the answers, or its fault to the faults."""
    name = dotted(prompt.path)
    text = typed.get(name, "").strip()
    if not text and prompt.is_needed and prompt.usual is None:
        faults[name] = "nothing; this has to be known, and may be answered widely"
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


PAGES = (Page("/new", show), Page("/new", answer, "POST"))

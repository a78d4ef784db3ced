"""Asks the eight questions of `detente new` at a terminal."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from detente.cli import terminal
from detente.errors import DetenteError
from detente.text import capitalised, wrapped

if TYPE_CHECKING:
    from detente.pack.answers import Answers, Prompt, TellingPassage
    from detente.pack.toml import KeyPath

NO_ANSWER = "-"
"""Typed to remove an earlier answer."""
HOW = (
    f"Press Enter to keep the answer in brackets, or to skip an optional question; {NO_ANSWER} "
    "takes an answer out. What was answered is kept after each question."
)


def ask_all(
    name: str | None, proposals: "Mapping[str, Sequence[TellingPassage]]", *, folder: Path
) -> "tuple[str, Answers]":
    """Ask the eight questions and four judgements; return the pack's name and the answers.

    Earlier answers are offered again; with an incomplete set the questions continue where it ends.

    Raises `DetenteError` if nobody is there to answer, or stops: the answers so far are kept.
    """
    from detente.disk import write_whole
    from detente.pack.answers import QUESTIONS, UNANSWERED, fit_answers
    from detente.pack.beginning import answers_file, answers_text, check_name, usual_day

    if name is not None:
        check_name(name)
    is_watched = terminal.is_terminal(sys.stdin) and terminal.is_terminal(sys.stdout)
    if terminal.FORM.get().json or not is_watched:
        command = f"detente new {name or 'my-crisis'}"
        hint = f"answer in a file, {command} --answers FILE; or begin with an example, "
        hint += f"{command} --kind strike"
        raise DetenteError(
            "it asks its questions at a terminal; this is none", where="new", hint=hint
        )
    name = name or _asked_name()
    kept, tree = _kept(name, folder)
    is_whole = not [key for key in ("as_of", *QUESTIONS) if key not in tree]
    usual = {"as_of": usual_day(proposals)}
    terminal.say(HOW, style="dim")
    if tree and not is_whole:
        terminal.say(f"Some answers are kept in {kept}: it goes on with the next.", style="dim")
    try:
        for number, key in enumerate(("as_of", *QUESTIONS)):
            if key in tree and not is_whole:
                continue
            terminal.say()
            if key != "as_of":
                of = f"{number} of 8" if number <= 8 else "Last"  # noqa: PLR2004
                terminal.say(f"{of}. {QUESTIONS[key]}", style="bold")
            _propose(proposals.get(key, ()))
            while True:
                tree[key] = _ask_part(key, tree.get(key, usual.get(key)), tree)
                _, findings = fit_answers({**UNANSWERED, **tree})
                own = [one for one in findings if one.path[0] == key]
                if not own:
                    break
                for one in own:
                    where = _asked_at(one.path, tree.get("who", {}))
                    hint = capitalised(one.hint)
                    terminal.say(f"{where}{one.found}; allowed: {one.allowed}. {hint}.")
            write_whole(answers_file(name, folder), answers_text(tree, name))
    except (KeyboardInterrupt, EOFError) as stop:
        hint = f"go on: detente new {name}" if tree else ""
        if hint and proposals:
            hint += " --from-article FILE, which shows its passages again"
        what = f"stopped; what was answered is kept in {answers_file(name, folder).name}"
        raise DetenteError(what if tree else "stopped", hint=hint) from stop
    answers, findings = fit_answers(tree)
    if answers is None or findings:
        raise DetenteError("some answers contradict each other", hint="ask again: detente new")
    return name, answers


def _kept(name: str, folder: Path) -> tuple[Path | None, Any]:
    """Return the file of a pack's answers, and the answers in it, if any."""
    from detente.pack.beginning import ANSWERS, answers_file
    from detente.pack.toml import Unreadable, parse

    places = (answers_file(name, folder), folder / name / ANSWERS)
    kept = next((one for one in places if one.is_file()), None)
    if kept is None:
        if (folder / name).exists():
            hint = "choose another name: this pack was not made of answers"
            raise DetenteError("already there", where=name, hint=hint)
        return None, {}
    tree = parse(kept.read_bytes())
    if isinstance(tree, Unreadable):
        raise DetenteError(tree.found, where=str(kept), hint="correct it or take it away")
    return kept, tree


def _asked_name() -> str:
    """Ask for the name of the pack until it is allowed."""
    from detente.pack.beginning import check_name

    while True:
        typed = _read("Name of the pack (small letters, digits and -)")
        try:
            check_name(typed)
        except DetenteError as fault:
            terminal.say(f"{fault.what}: {fault.hint}.")
        else:
            return typed


def _read(says: str, usual: str = "") -> str:
    """Return the typed text, or the default shown in brackets if it is empty."""
    asked = f"{says}{f' [{usual}]' if usual else ''}:"
    sys.stdout.write(f"{wrapped(asked, terminal.room_of(sys.stdout), indent=2, hang=4)} ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip() or usual


def _propose(found: "Sequence[TellingPassage]") -> None:
    """Show passages of a document that may answer a question."""
    for one in found:
        named = f"{one.answer}: " if one.answer else ""
        terminal.say(
            f"{named}\u201c{one.passage}\u201d (characters {one.start} to {one.end})", indent=4
        )


def _ask_part(key: str, before: Any, tree: Mapping[str, Any]) -> Any:
    """Ask one question; return its answer as in the file."""
    from detente.pack.answers import FOLLOWING, Answers, part_of, prompts, with_names

    field = Answers.model_fields[key]
    part = part_of(field.annotation)
    if key == "as_of":
        (prompt,) = (one for one in prompts(Answers) if one.path == ("as_of",))
        return _ask(prompt, before)
    if key in {"issues", "friends"}:
        return _ask_several(part, before or (), tree["who"], needs_one=key == "issues")
    if key == "judgements":
        return _ask_judgements(part, before or {})
    answered: dict[str, Any] = {}
    who = tree.get("who", {})
    nothing_is_takeable = all(one.get("taken") == "no" for one in tree.get("issues", ()))
    for one in prompts(part):
        first = FOLLOWING.get(str(one.path[-1]))
        if first is not None and first not in answered:
            continue
        if one.path[-1] == "troops" and nothing_is_takeable:
            continue
        prompt = one if first is None else one._replace(is_needed=True)
        at, below, whose = answered, before or {}, ""
        for step in map(str, prompt.path[:-1]):
            whose = f"{who.get(step, step)}: "
            at, below = at.setdefault(step, {}), below.get(step, {})
        says = f"{whose}{with_names(prompt.says, who)}"
        value = _ask(prompt._replace(says=says), below.get(str(prompt.path[-1])), who)
        if value is not None:
            at[str(prompt.path[-1])] = value
    return answered


def _asked_at(path: "KeyPath", who: Mapping[str, str]) -> str:
    """Return the words of the prompt whose answer has a fault, if it has one, and a colon."""
    from detente.pack.answers import Answers, part_of, prompts, with_names

    key, *steps = path
    below = tuple(one for one in steps if isinstance(one, str))  # without the place in a list
    part = part_of(Answers.model_fields[str(key)].annotation)
    if not below:
        return ""
    asked = next((one.says for one in prompts(part) if one.path == below), "")
    says = part.model_fields[below[0]].description or asked
    return f"{capitalised(with_names(says, who))}: " if says else ""


def _ask_several(
    part: Any,
    before: Sequence[Mapping[str, Any]],
    who: Mapping[str, str],
    *,
    needs_one: bool,
) -> tuple[Any, ...]:
    """Ask for entries until no further name is given; a name given again takes its entry out.

    Rules limit their number. With `needs_one` the first name cannot be left out.
    """
    from detente.pack.answers import prompts, with_names

    found: list[dict[str, Any]] = []
    earlier = list(before)
    named, *others = (one._replace(says=with_names(one.says, who)) for one in prompts(part))
    while True:
        was = earlier[len(found)] if len(found) < len(earlier) else {}
        says = f"one more (a name given again is taken out): {named.says}" if found else named.says
        is_needed = needs_one and not found
        name = _ask(named._replace(is_needed=is_needed, says=says), was.get("name"))
        if name is None:
            break
        same = [place for place, one in enumerate(found) if one["name"] == name]
        if same:
            del found[same[0]], earlier[same[0] : same[0] + 1]
            terminal.say(f"{name} is taken out.")
            continue
        entry: dict[str, Any] = {"name": name}
        for one in others:
            key = str(one.path[-1])
            if key == "at_once" and (found or entry["taken"] == "no"):
                continue  # only the first issue may be taken at once, and only if it can be taken
            if key == "could_topple" and entry["pressed"] != "vital" and key not in was:
                continue  # leaders seldom fall over what they could do without
            answer = _ask(one, was.get(key), who)
            if answer is not None:
                entry[key] = answer
        found.append(entry)
    return tuple(found)


def _ask_judgements(part: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for each of four probabilities and its reason."""
    from detente.pack.answers import Prompt

    judged: dict[str, Any] = {}
    for key, field in part.model_fields.items():
        was = before.get(key, {})
        likely = Prompt((key,), field.description or "", "likelihood", is_needed=False)
        size = _ask(likely, was.get("probability"))
        if size is not None:
            why = _ask(Prompt((key,), "and why", "text"), was.get("reason"))
            judged[key] = {"probability": size, "reason": why}
    return judged


def _ask(prompt: "Prompt", before: Any, who: Mapping[str, str] = MappingProxyType({})) -> Any:
    """Ask one prompt until its answer can be read; None if it is left out.

    Where a side is asked for, the sides' names are shown and typed.
    """
    from detente.pack.answers import as_typed, as_words, read_typed

    usual = as_typed(prompt.usual if before is None else before)
    sides = {name: side for side, name in who.items() if side in prompt.choices}
    if sides:
        others = (one for one in prompt.choices if one not in sides.values())
        prompt = prompt._replace(choices=(*sides, *others))
        usual = next((name for name, side in sides.items() if side == usual), usual)
    shown = (one if one in sides else as_words(one) for one in prompt.choices)
    allowed = f" ({', '.join(shown)})" if prompt.choices else prompt.hint
    if not (prompt.is_needed or usual):
        allowed = f"{allowed}; may be left out"
    while True:
        typed = _read(f"{capitalised(prompt.says)}{allowed}", usual)
        if typed in {"", NO_ANSWER}:
            if not prompt.is_needed:
                return None
            terminal.say(prompt.needed)
            continue
        try:
            answer = read_typed(prompt, typed)
        except ValueError as fault:
            terminal.say(f"{fault}.")
        else:
            return sides.get(answer, answer) if sides else answer

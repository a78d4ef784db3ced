"""The command that reads documents into the evidence of a pack."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal
from detente.cli.command import WRITE, ListedCommand
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.pack import Crisis
    from detente.reading.accepting import Accession
    from detente.reading.draft import ReadDocument

LINES = ".jsonl"
MOST_TOLD = 5
"""Claims that a draft has otherwise are named up to this count."""


def read(  # noqa: PLR0913, PLR0917  every way to ask for it
    documents: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DOCUMENT...", help="Texts, HTML pages or PDF files."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="DRAFT", help="Write a draft to edit; *.jsonl: a card a line."
        ),
    ] = None,
    accept: Annotated[
        Path | None,
        typer.Option(metavar="DRAFT", help="Put the accepted cards of this draft into the pack."),
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            "-p", "--pack", metavar="PACK", help="The pack.", autocompletion=parameters.offer_packs
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="The date of the documents: 2026-02-06."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the draft, and what was edited in it.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Read articles into the evidence of a pack, sentence by sentence.

    Every sentence becomes a card: its place and digest, who speaks where the words leave no doubt,
    quantities, dates, known systems. With -o the cards go into a draft that you edit; --accept then
    puts those that you accepted into the pack, all of them or none. A card is refused if its
    passage is not in the document, or if it gives a number or a name that is not there.
    """
    if accept is not None:
        given = {"DOCUMENT": documents, "-o": out, "--date": day, "--overwrite": overwrite}
        _refuse(given, "not together with --accept")
        return _accept(accept, pack, json=json, quiet=quiet)
    if not documents:
        hint = "detente read --help shows what can be asked"
        raise DetenteError("no document and no draft is named", where="read", hint=hint)
    if out is None:
        _refuse({"--overwrite": overwrite}, "means nothing without -o")
    elif out.exists() and (out.is_dir() or not overwrite):
        hint = "give another name, or add --overwrite: what was edited in it is lost"
        raise DetenteError("is there already", where=str(out), hint=hint)
    from detente.pack import load
    from detente.reading.draft import read_documents

    crisis = load(pack) if pack is not None else None
    found = read_documents(documents, day=_day(day), crisis=crisis)
    if out is not None:
        _write(found, out, crisis)
    _show(found, out, pack, json=json, quiet=quiet)
    return 0


def _refuse(given: Mapping[str, object], what: str) -> None:
    for name, value in given.items():
        if value:
            raise DetenteError(what, where=name, hint=f"leave {name} out")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as fault:
        hint = "write it as 2026-02-06"
        raise DetenteError(f"no date: {text}", where="--date", hint=hint) from fault


def _write(found: "Sequence[ReadDocument]", out: Path, crisis: "Crisis | None") -> None:
    from detente.ensemble.store import write_aside
    from detente.reading.draft import to_draft, to_lines

    is_lines = out.suffix == LINES
    text = to_lines(found) if is_lines else to_draft(found, out, today=date.today(), crisis=crisis)
    write_aside(out, text.encode())


def _show(
    found: "Sequence[ReadDocument]", out: Path | None, pack: str | None, *, json: bool, quiet: bool
) -> None:
    if json:
        terminal.show_json(_as_json(found, out))
        return
    if out is None:
        from detente.reading.views import section

        terminal.show_sections(section(found), quiet=quiet)
        return
    from detente.questions.wording import count

    cards = [card for one in found for card in one.cards]
    sure = f"of {sum(bool(card.by) for card in cards):,} the words say for sure who speaks"
    terminal.say(f"{out} holds {count(len(cards), 'sentence')}, a card each; {sure}.")
    if not all(one.day for one in found):
        asked = "With --date DATE, that of the document, dates such as “last month” are worked out"
        terminal.say(f"{asked}, and each card has a date.")
    if not quiet and out.suffix != LINES:
        line = shlex.join(["detente", "read", "--accept", str(out), "-p", pack or "./my-crisis"])
        terminal.say("Next: accept cards in an editor, then")
        terminal.show_table([("", line, "put them into the pack")], has_head=False)


def _as_json(found: "Sequence[ReadDocument]", out: Path | None) -> dict[str, Any]:
    listed = [
        {"document": one.key, "file": str(one.path), "cards": len(one.cards)} for one in found
    ]
    held = [{"document": one.key, **card.as_json()} for one in found for card in one.cards]
    content = {"schema": "detente/read/1", "documents": listed, "cards": held}
    return {**content, "draft": None if out is None else str(out)}


def _accept(draft: Path, pack: str | None, *, json: bool, quiet: bool) -> int:
    from detente.pack import load, shipped
    from detente.pack.editing import save
    from detente.reading.accepting import accept

    if pack is None:
        hint = f"name it: detente read --accept {shlex.quote(str(draft))} -p ./my-crisis"
        raise DetenteError("no pack is named", where="--accept", hint=hint)
    if pack in shipped():
        hint = f"copy it and accept into the copy: detente new my-crisis --from {pack}"
        raise DetenteError("ships with the program and is not changed", where=pack, hint=hint)
    crisis = load(pack)
    made = accept(draft, crisis, today=date.today())
    kept = save(Path(pack), crisis.text, made.files)
    written = [str(_folder(pack) / name) for name in made.files]
    if json:
        content: dict[str, Any] = {"pack": pack, "claims": list(made.claims)}
        content |= {"sources": list(made.sources)}
        backup = None if kept is None else str(kept)
        more = {"already": list(made.already), "files": written, "backup": backup}
        content |= {"differs": made.differs, "alike": made.alike, "joined": made.joined}
        terminal.show_json({"schema": "detente/accept/1", **content, **more})
        return 0
    _tell(pack, made, written, kept, quiet=quiet)
    return 0


def _folder(pack: str) -> Path:
    return Path(pack) if Path(pack).is_dir() else Path(pack).parent


def _tell(
    pack: str, made: "Accession", written: list[str], kept: Path | None, *, quiet: bool
) -> None:
    already = f"; {len(made.already)} were there already" if made.already else ""
    terminal.say(f"New claims in {pack}: {len(made.claims)}{already}")
    for key, claim in made.claims.items():
        told = f"{claim.by}, {claim.kind}, {claim.date}, {claim.grade}"
        terminal.say(f"{key}: {claim.says} ({told})", indent=2, hang=4)
    if quiet:
        return
    _tell_more(made)
    if not made.files:
        return
    was = f" As it was: {kept}." if kept else ""
    terminal.say(f"Changed: {', '.join(written)}.{was}")
    terminal.say("Next:")
    folder = shlex.quote(pack)
    rows = [
        ("", f"detente check {folder}", "find its faults"),
        ("", f"detente evidence {folder}", "which numbers rest on the claims"),
        ("", f"detente serve {folder}", "from a claim to the numbers that it may bear on"),
    ]
    terminal.show_table(rows, has_head=False)


def _tell_more(made: "Accession") -> None:
    """Name the numbers that rest on claims now, and claims that stand twice or otherwise."""
    for key, fields in made.joined.items():
        listed = ", ".join(fields)
        terminal.say(f"Rests on {key} from now on, its range as it was: {listed}", hang=2)
    for key, other in made.alike.items():
        terminal.say(f"{key} may say what {other} says: see whether the pack needs both.", hang=2)
    if not made.differs:
        return
    others = [f"{key} ({', '.join(fields)})" for key, fields in made.differs.items()]
    more = [f"{len(others) - MOST_TOLD} more"] if len(others) > MOST_TOLD else []
    terminal.say("The draft has otherwise what is in the pack already. The pack keeps its own:")
    terminal.say(", ".join((*others[:MOST_TOLD], *more)), indent=2, hang=4)


COMMANDS = (
    ListedCommand("read", read, WRITE, "read article.txt -o draft.toml -p ./my-crisis", "evidence"),
)

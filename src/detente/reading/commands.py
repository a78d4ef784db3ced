"""The commands that bring documents, and what assistants make of them, into a pack."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal
from detente.cli.command import WRITE, ListedCommand
from detente.errors import DetenteError
from detente.text import first_of

if TYPE_CHECKING:
    from detente.pack import Crisis
    from detente.reading.draft import ReadDocument

LINES = ".jsonl"
MOST_NAMED = 5
"""Upper limit on the claims that are named as different in the draft."""


def read(  # noqa: PLR0913, PLR0917  every setting
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
    feed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FEED", help="Read what is new in this feed (file, address) or folder."
        ),
    ] = None,
) -> Any:
    """Turn articles into claims.

    Every sentence becomes a card: its place and checksum, who speaks where the words leave no
    doubt, quantities, dates, known systems. With -o the cards go into a draft that you edit;
    --accept then puts those that you accepted into the pack, all of them or none. A card is refused
    if its passage is not in the document, or if it gives a number or a name that is not there.

    --feed takes RSS or Atom (extra `feeds`) and folders of saved articles; articles that were read
    before are left out, and articles that say the same are grouped. The numbers that a card may
    bear on stand above it. New articles of feeds are saved in `articles` next to the draft.
    """
    if accept is not None:
        given: dict[str, object] = {"DOCUMENT": documents, "-o": out, "--date": day}
        given |= {"--overwrite": overwrite, "--feed": feed}
        for name in [name for name, value in given.items() if value]:
            what = "not together with --accept"
            raise DetenteError(what, where=name, hint=f"leave {name} out")
        return _accept(accept, pack)
    if feed and documents:
        what = "not together with documents"
        raise DetenteError(what, where="--feed", hint="put them into a folder, and give that")
    if not documents and not feed:
        hint = "detente read --help shows what can be asked"
        raise DetenteError("no document and no draft is named", where="read", hint=hint)
    parameters.need("-o", out, {"--overwrite": overwrite})
    if out is not None and out.exists() and (out.is_dir() or not overwrite):
        hint = "give another name, or add --overwrite: what was edited in it is lost"
        raise DetenteError("is there already", where=str(out), hint=hint)
    from detente.disk import write_whole
    from detente.pack import load
    from detente.reading.draft import day_of, read_documents, to_draft, to_lines
    from detente.reading.views import section

    crisis = load(pack) if pack is not None else None
    when = day_of(day, where="--date") if day is not None else None
    if feed:
        return _read_news(feed, out, crisis, when, pack)
    found = read_documents(documents or (), day=when, crisis=crisis)
    if out is None and not terminal.FORM.get().json:
        terminal.show_sections(section(found))
        return None
    if out is not None:
        if out.suffix == LINES:
            text = to_lines(found)
        else:
            text = to_draft(found, out, today=date.today(), crisis=crisis)
        write_whole(out, text.encode())
    return _message(found, out, pack)


def _message(
    found: "Sequence[ReadDocument]", out: Path | None, pack: str | None
) -> terminal.Notice:
    """Return the summary of documents read, and how to accept cards."""
    from detente.data import in_json
    from detente.questions.wording import count

    cards = [card for one in found for card in one.cards]
    sure = f"in {sum(bool(card.by) for card in cards):,} the words leave no doubt who speaks"
    says = [f"{out} holds {count(len(cards), 'sentence')}, a card each; {sure}."]
    if not all(one.day for one in found):
        says.append(
            "With --date DATE, that of the document, dates such as “last month” are computed, "
            "and each card has a date."
        )
    if out is not None and out.suffix != LINES and not terminal.FORM.get().quiet:
        line = shlex.join(["detente", "read", "--accept", str(out), "-p", pack or "./my-crisis"])
        says.append("Next: accept cards in an editor, then")
        says.append(f"  {line}  put them into the pack")
    listed = [
        {"document": one.key, "file": str(one.path), "cards": len(one.cards)} for one in found
    ]
    content = {
        "schema": "detente/read/1",
        "documents": listed,
        "cards": [{"document": one.key, **in_json(card)} for one in found for card in one.cards],
        "draft": None if out is None else str(out),
    }
    return terminal.Notice(content, says)


def _read_news(
    feed: Sequence[str],
    out: Path | None,
    crisis: "Crisis | None",
    when: date | None,
    pack: str | None,
) -> terminal.Notice:
    """Write new articles into a draft, and print faults of sources; nothing is accepted."""
    from detente.disk import write_whole
    from detente.questions.wording import count
    from detente.reading.draft import to_draft
    from detente.reading.news import SEEN, gather, seen_in

    if out is not None and out.suffix == LINES:
        raise DetenteError(
            "is not the name of a draft", where=str(out), hint="end its name in .toml"
        )
    folder = (Path() if out is None else out.parent) / "articles"
    found = gather(feed, folder, crisis=crisis, day=when)
    for fault in found.faults:
        terminal.warn(f"{fault}")
    documents = found.documents
    says = [f"{count(len(documents), 'new article')}; {found.known} were read before."]
    says += [f"  the same is reported by {', '.join(group)}" for group in found.groups]
    signs = sum(one.startswith("sign ") for many in found.proposals.values() for one in many)
    bears = f"{count(len(found.proposals), 'sentence')} may bear on the pack"
    if crisis is not None:
        says.append(f"{bears}, {signs} on a sign; check them, as only words were compared.")
    if found.late:
        says.append(f"Dated after the pack's day: {', '.join(found.late)}.")
    content = {
        "schema": "detente/read-news/1",
        "documents": [
            {
                "document": one.key,
                "file": str(one.path),
                "date": one.day and one.day.isoformat(),
                "cards": len(one.cards),
            }
            for one in documents
        ],
        "known": found.known,
        "groups": [list(group) for group in found.groups],
        "bears_on": [
            {"document": key, "card": place + 1, "on": list(on)}
            for (key, place), on in found.proposals.items()
        ],
        "late": list(found.late),
        "faults": [{"source": fault.where, "says": str(fault)} for fault in found.faults],
        "draft": None if out is None or not documents else str(out),
    }
    if out is None:
        for one in documents:
            many = count(len(one.cards), "sentence")
            says.append(f"  {one.key} ({one.day or 'no date'}, {many})")
        return terminal.Notice(content, [*says, "Nothing was written: -o DRAFT makes cards."])
    if not documents:
        return terminal.Notice(content, says)
    for one in documents:
        if one.path.parent == folder:
            write_whole(one.path, one.text.encode())
    text = to_draft(documents, out, today=date.today(), crisis=crisis, proposals=found.proposals)
    write_whole(out, text.encode())
    # Written last, since articles listed here are never read again.
    listed = "\n".join(sorted(seen_in(folder) | {*found.digests}))
    write_whole(folder / SEEN, f"{listed}\n".encode())
    line = shlex.join(["detente", "read", "--accept", str(out), "-p", pack or "./my-crisis"])
    says.append(f"{out} holds their cards; accept some in an editor.")
    return terminal.Notice(content, says, ((line, "put them into the pack"),))


def _accept(draft: Path, pack: str | None) -> terminal.Notice:
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
    folder = Path(pack) if Path(pack).is_dir() else Path(pack).parent
    written = [str(folder / name) for name in made.files]
    content = {
        "schema": "detente/accept/1",
        "pack": pack,
        "claims": list(made.claims),
        "sources": list(made.sources),
        "differs": made.differs,
        "alike": made.alike,
        "joined": made.joined,
        "already": list(made.already),
        "files": written,
        "backup": None if kept is None else str(kept),
    }
    already = f"; {len(made.already)} were there already" if made.already else ""
    says = [f"New claims in {pack}: {len(made.claims)}{already}"]
    for key, claim in made.claims.items():
        said = f"{claim.by}, {claim.kind}, {claim.date}, {claim.grade}"
        says.append(f"  {key}: {claim.says} ({said})")
    if terminal.FORM.get().quiet:
        return terminal.Notice(content, says)
    for key, fields in made.joined.items():
        says.append(f"Rests on {key} from now on, its range as it was: {', '.join(fields)}")
    for key, other in made.alike.items():
        says.append(f"{key} may say what {other} says: see whether the pack needs both.")
    if made.differs:
        others = [f"{key} ({', '.join(fields)})" for key, fields in made.differs.items()]
        says.append(
            "The draft differs from claims that are in the pack already. The pack keeps its own:"
        )
        says.append(f"  {', '.join(first_of(others, MOST_NAMED))}")
    if not made.files:
        return terminal.Notice(content, says)
    was = f" As it was: {kept}." if kept else ""
    says.append(f"Changed: {', '.join(written)}.{was}")
    place = shlex.quote(pack)
    following = (
        (f"detente check {place}", "find its faults"),
        (f"detente evidence {place}", "which numbers rest on the claims"),
        (f"detente serve {place}", "from a claim to the numbers that it may bear on"),
    )
    return terminal.Notice(content, says, following)


def proposals(
    pack: Annotated[
        str,
        typer.Argument(metavar="PACK", help="A pack.", autocompletion=parameters.offer_packs),
    ],
    accept: Annotated[
        str | None, typer.Option(metavar="N", help="Put this proposal into the pack.")
    ] = None,
    reject: Annotated[str | None, typer.Option(metavar="N", help="Reject this proposal.")] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who accepts or rejects it.")] = "",
) -> terminal.Notice:
    """Accept or reject an assistant's proposals.

    Without --accept or --reject, lists the open proposals of `proposals.jsonl` in its folder. One
    that is accepted enters with its claim, the number that rests on it and, if it has one, the new
    range; the earlier files lie in .backups.
    """
    from detente.reading.proposals import book_of, lines_of, refuse, take

    parameters.one_of({"--accept": accept, "--reject": reject})
    key = accept or reject
    parameters.need("--accept or --reject", key, {"--by": by})
    place = shlex.quote(pack)
    if key is None:
        book = book_of(pack)
        content: dict[str, Any] = {
            "schema": "detente/proposals/1",
            "pack": pack,
            "open": [one.model_dump(mode="json") for one in book.open.values()],
            "decided": [one.model_dump(mode="json") for one in book.decisions.values()],
        }
        says = lines_of(book.open.values()) or [f"No proposal for {pack} is open."]
        following = [
            (f"detente proposals {place} --{done} {one} --by NAME", f"{done} it")
            for one in list(book.open)[:1]
            for done in ("accept", "reject")
        ]
        return terminal.Notice(content, says, following)
    if accept is None:
        refuse(pack, key, by=by, today=date.today())
        content = {"schema": "detente/decided/1", "pack": pack, "key": key, "decided": "rejected"}
        return terminal.Notice(content, [f"Proposal {key} is rejected; {pack} is as it was."])
    made = take(pack, key, by=by, today=date.today())
    content = {"schema": "detente/decided/1", "pack": pack, "key": key, "decided": "accepted"}
    content |= {"claims": list(made.claims), "files": list(made.files)}
    content |= {"backup": None if made.backup is None else str(made.backup)}
    was = f" As it was: {made.backup}." if made.backup else ""
    says = [
        f"Proposal {key} is in {pack}: {made.proposal.field} rests on {', '.join(made.claims)}.",
        f"Changed: {', '.join(made.files) or 'nothing'}.{was}",
    ]
    return terminal.Notice(content, says, [(f"detente check {place}", "find its faults")])


COMMANDS = (
    ListedCommand("read", read, WRITE, "read article.txt -o draft.toml -p ./my-crisis", "evidence"),
    ListedCommand("proposals", proposals, WRITE, "proposals ./my-crisis", "read"),
)

"""Commands on what numbers rest on: read documents into the ledger of a pack, look it up."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.run import Run
    from detente.evidence import Ledger, Passage
    from detente.pack import Crisis
    from detente.questions.influence import Influences
    from detente.reading.accepting import Accession
    from detente.reading.draft import ReadDocument


Form = Literal["csv", "jsonl"]


def evidence(  # noqa: PLR0913, PLR0917  every way to ask for it
    pack: parameters.Pack,
    document: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Look up the passages of claims in this text, 2 MiB at most."
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="KEY", help="The source that FILE is, if there are several.")
    ] = "",
    export: Annotated[
        Form | None,
        typer.Option(help="Write a table of numbers and claims, or claims as annotations."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Export into this file.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file that is exported into.")
    ] = False,
    outcome: Annotated[
        str,
        typer.Option(
            metavar="O,...",
            help="Of a run: outcomes; any_war,deal unless given.",
            autocompletion=parameters.offer_outcomes,
        ),
    ] = "",
    threads: parameters.Threads = None,
    everything: parameters.All = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say what the numbers of a pack or a run rest on.

    Documents, the weakest claims, and what rests on nothing. PACK may also be a run: how far
    outcomes move if a claim is turned round is then played too, on the run's own worlds and draws,
    and comes first, weak claims with much weight on top. It is kept in the run's folder: a call
    that was stopped goes on.
    --all lists every claim with its grading, hypotheses, and all numbers that rest on no claim, the
    weakest first: detente evidence oman-2026 --all
    With --document the passages that claims come from are looked up; the status is 1 if one is
    missing.
    """
    _refuse_clashes(
        {"--document": document, "--export": export},
        {"--source": (source, document), "--out": (out, export), "--overwrite": (overwrite, out)},
    )
    run = _run_of(pack)
    _refuse_outcome(outcome, run, is_listed=document is None and export is None)
    crisis = crisis_of(pack, run)
    if document is not None:
        return _look_up(crisis, source, document, json=json, quiet=quiet)
    if export is not None:
        if json:
            raise DetenteError("not together with --json", where="--export", hint="give one")
        _export(crisis, export, out, overwrite=overwrite)
        return 0
    asked: dict[str, Any] = {"threads": threads, "is_quiet": json or quiet}
    influence = None if run is None else _influence_of(run, outcome, **asked)
    _show_evidence(crisis, influence, json=json, quiet=quiet, everything=everything)
    return 0


def _refuse_clashes(
    rivals: Mapping[str, object], companions: Mapping[str, tuple[object, object]]
) -> None:
    given = [name for name, value in rivals.items() if value is not None]
    if len(given) > 1:
        raise DetenteError("not together", where=" and ".join(given), hint="give one")
    needs = {"--source": "--document", "--out": "--export", "--overwrite": "--out"}
    for name, (value, needed) in companions.items():
        if value and not needed:
            hint = f"add {needs[name]}, or leave {name} out"
            raise DetenteError(f"means nothing without {needs[name]}", where=name, hint=hint)


def _run_of(pack: str) -> "Run | None":
    """Open a run, if that is what was named: one that is not finished is read as its pack."""
    from detente.ensemble import bundle, record
    from detente.ensemble.folder import place_of
    from detente.ensemble.run import Run

    place = place_of(pack)
    path = bundle.opened(place) if bundle.is_bundle(place) else place
    if not (path / record.FILE).is_file():
        return None
    return Run(path, record.read(path))


def crisis_of(pack: str, run: "Run | None" = None) -> "Crisis":
    """Load a pack, or the pack of a run as it was played."""
    from detente.ensemble.foundation import read_base_again
    from detente.pack import load

    run = run or _run_of(pack)
    return load(pack) if run is None else read_base_again(run.folder, run.record)


def _refuse_outcome(outcome: str, run: "Run | None", *, is_listed: bool) -> None:
    if not outcome or (run is not None and is_listed):
        return
    what = "means nothing without a run" if is_listed else "not together with another table"
    hint = "name the folder of a run, or leave --outcome out"
    raise DetenteError(what, where="--outcome", hint=hint)


def _influence_of(
    run: "Run", outcome: str, *, threads: int | None, is_quiet: bool
) -> "Influences | None":
    """Ask how outcomes move if a claim is turned round; None of a run that is not finished."""
    from detente.cli.progress import Teller
    from detente.questions.influence import OUTCOMES, influence

    if run.record.outcome is None and not outcome:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in outcome.split(",") if name.strip()))
    if outcome and not names:
        hint = "give their keys with commas between, or leave --outcome out"
        raise DetenteError("names no outcome", where="--outcome", hint=hint)
    with Teller(quiet=is_quiet, unit="worlds") as teller:
        return influence(run, outcomes=names or OUTCOMES, threads=threads, progress=teller)


def _look_up(crisis: "Crisis", source: str, document: Path, *, json: bool, quiet: bool) -> int:
    from detente.evidence import read_document, verify
    from detente.views import evidence as view

    key, passages = _passages(crisis, source)
    found = verify(passages, read_document(document))
    status = int(any(one.result == "missing" for one in found))
    if json:
        content = {"pack": crisis.name, "source": key, "document": str(document)}
        passages_found = [one._asdict() for one in found]
        terminal.show_json({"schema": "detente/passages/1", **content, "passages": passages_found})
    else:
        section = view.passages(crisis, key, zip(passages.values(), found, strict=True))
        terminal.show_sections(section, quiet=quiet)
    return status


def _passages(crisis: "Crisis", source: str) -> tuple[str, "Mapping[str, Passage]"]:
    """Return a source and the passages of its claims; the one source there is, if none is named."""
    cited = {claim.source for claim in crisis.claims.values() if claim.at is not None}
    listed = ", ".join(sorted(cited))
    if not cited:
        hint = 'add at = { start = 0, end = 9, sha256 = "…" } to a claim; detente new explains it'
        raise DetenteError("no claim tells its passage", where=crisis.name, hint=hint)
    if source and source not in cited:
        hint = f"these sources have passages: {listed}"
        raise DetenteError("no claim tells its passage", where=f"--source {source}", hint=hint)
    if not source and len(cited) > 1:
        what = f"passages are from {len(cited)} sources"
        raise DetenteError(what, where=crisis.name, hint=f"add --source, one of: {listed}")
    key = source or next(iter(cited))
    passages = {
        name: claim.at
        for name, claim in crisis.claims.items()
        if claim.at is not None and claim.source == key
    }
    return key, passages


def _export(crisis: "Crisis", form: Form, out: Path | None, *, overwrite: bool) -> None:
    import sys

    from detente.ensemble.store import write_aside
    from detente.evidence import Evidence, ledger, to_csv, to_json_lines
    from detente.questions.wording import quantity

    book = ledger(crisis.numbers.items(), crisis.claims)
    values = {field: quantity(number) for field, number in crisis.numbers.items()}
    evidence = Evidence(crisis.name, book, crisis.claims, crisis.sources, values)
    text = to_csv(evidence) if form == "csv" else to_json_lines(evidence)
    if out is None:
        sys.stdout.write(text)
        return
    if out.exists() and (out.is_dir() or not overwrite):
        hint = "give another name" if out.is_dir() else "give another name, or add --overwrite"
        raise DetenteError("is there already", where=str(out), hint=hint)
    write_aside(out, text.encode())


def _show_evidence(
    crisis: "Crisis",
    influence: "Influences | None",
    *,
    json: bool,
    quiet: bool,
    everything: bool,
) -> None:
    from detente.evidence import ledger

    book = ledger(crisis.numbers.items(), crisis.claims, hypotheses=crisis.sentences)
    if json:
        found = {} if influence is None else {"influence": influence.as_json()}
        terminal.show_json({**_evidence_as_json(crisis, book), **found})
    elif everything:
        _show_pages(crisis, book, influence, quiet=quiet)
    else:
        _glance(crisis, book, influence, quiet=quiet)


def _glance(
    crisis: "Crisis", book: "Ledger", influence: "Influences | None", *, quiet: bool
) -> None:
    from detente.questions.drivers import played
    from detente.views import glance

    if influence is None:
        terminal.show_sections(glance.of_pack(crisis, book), quiet=quiet)
        return
    found = {outcome: played(influence.run, outcome=outcome) for outcome in influence.outcomes}
    known = {outcome: one for outcome, one in found.items() if one is not None}
    terminal.show_sections(glance.of_evidence(influence, known, crisis, book), quiet=quiet)


def _show_pages(
    crisis: "Crisis", book: "Ledger", influence: "Influences | None", *, quiet: bool
) -> None:
    from detente.views import evidence, hypotheses

    sections = [
        evidence.claims(crisis, book),
        *([hypotheses.held(crisis)] if crisis.hypotheses else []),
        evidence.assumptions(crisis, book),
    ]
    if influence is not None:
        sections.insert(0, evidence.resting(influence))
    terminal.show_sections(*sections, quiet=quiet)


def _evidence_as_json(crisis: "Crisis", book: "Ledger") -> dict[str, Any]:
    claims = [
        {"claim": key, **claim.model_dump(mode="json")} for key, claim in crisis.claims.items()
    ]
    numbers = [
        {**row._asdict(), "because": list(row.because), "gives": list(row.gives)}
        for row in book.rows
    ]
    return {
        "schema": "detente/evidence/1",
        "pack": crisis.name,
        "claims": claims,
        "numbers": numbers,
        "unsupported": [row.field for row in book.unsupported],
        "unused": list(book.unused),
        "hypotheses": [
            {"id": key, **hypothesis.model_dump(mode="json")}
            for key, hypothesis in crisis.hypotheses.items()
        ],
    }


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
        from detente.views.cards import section

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

"""`detente evidence`: what a crisis rests on, what rests on nothing, and whether sources say it."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.analysis.influence import Influences
    from detente.ensemble.run import Run
    from detente.evidence import Found, Ledger, Passage
    from detente.pack import Crisis

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
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """List claims, hypotheses, and the numbers that rest on nothing.

    Claims come with their gradings, unsupported numbers weakest first. PACK may also be a run: then
    how far outcomes move if a claim is wrong comes too, the weakest with the most weight first.
    With --document the passages that claims come from are looked up: status 1 if one is missing.
    """
    _refuse_clashes(
        {"--document": document, "--export": export},
        {"--source": (source, document), "--out": (out, export), "--overwrite": (overwrite, out)},
    )
    run = _run_of(pack)
    _refuse_outcome(outcome, run, is_listed=document is None and export is None)
    crisis = _crisis_of(pack, run)
    if document is not None:
        return _verify(crisis, source, document, json=json, quiet=quiet)
    if export is not None:
        if json:
            raise DetenteError("not together with --json", where="--export", hint="give one")
        _export(crisis, export, out, overwrite=overwrite)
        return 0
    influence = None if run is None else _influence_of(run, outcome)
    _list(crisis, influence, json=json, quiet=quiet)
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
    from detente.ensemble.address import place_of
    from detente.ensemble.run import Run

    place = place_of(pack)
    path = bundle.opened(place) if bundle.is_bundle(place) else place
    if not (path / record.FILE).is_file():
        return None
    return Run(path, record.read(path))


def _crisis_of(pack: str, run: "Run | None") -> "Crisis":
    """Load a pack, or the pack of a run."""
    from detente.ensemble.foundation import read_base_again
    from detente.pack import load

    return load(pack) if run is None else read_base_again(run.folder, run.record)


def _refuse_outcome(outcome: str, run: "Run | None", *, is_listed: bool) -> None:
    if not outcome or (run is not None and is_listed):
        return
    what = "means nothing without a run" if is_listed else "not together with another table"
    hint = "name the folder of a run, or leave --outcome out"
    raise DetenteError(what, where="--outcome", hint=hint)


def _influence_of(run: "Run", outcome: str) -> "Influences | None":
    """Ask what hangs on each claim; None of a run that is not finished."""
    from detente.analysis.influence import OUTCOMES, influence

    if run.record.outcome is None and not outcome:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in outcome.split(",") if name.strip()))
    if outcome and not names:
        hint = "give their keys with commas between, or leave --outcome out"
        raise DetenteError("names no outcome", where="--outcome", hint=hint)
    return influence(run, outcomes=names or OUTCOMES)


def _verify(crisis: "Crisis", source: str, document: Path, *, json: bool, quiet: bool) -> int:
    from detente.evidence import read_document, verify

    key, passages = _passages(crisis, source)
    found = verify(passages, read_document(document))
    status = int(any(one.result == "missing" for one in found))
    if json:
        content = {"pack": crisis.name, "source": key, "document": str(document)}
        passages_found = [one._asdict() for one in found]
        terminal.show_json({"schema": "detente/passages/1", **content, "passages": passages_found})
    else:
        _show_passages(crisis, key, zip(passages.values(), found, strict=True), quiet=quiet)
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


def _show_passages(
    crisis: "Crisis", source: str, pairs: "Iterable[tuple[Passage, Found]]", *, quiet: bool
) -> None:
    sought = list(pairs)
    counts: Counter[str] = Counter(found.result for _, found in sought)
    document = crisis.sources[source]
    terminal.say(f"{document.title} ({document.publisher})", style="bold")
    terminal.say()
    terminal.say(
        f"{counts['matches']} of {len(sought)} passages stand where their claims say; "
        f"moved: {counts['moved']}, missing: {counts['missing']}."
    )
    for passage, found in sought:
        if found.result == "moved":
            _show_moved(passage, found)
    for _, found in sought:
        if found.result == "missing":
            says = crisis.claims[found.claim].says
            terminal.say(f"missing  {found.claim}: {says}", indent=2, hang=4)
    if not quiet:
        _advise(counts)


def _show_moved(passage: "Passage", found: "Found") -> None:
    """Tell the new place of a passage, in a line that is not wrapped, so that it can be pasted."""
    terminal.say(f"moved  {found.claim}: now line {found.line}", indent=2, hang=4)
    place = f"start = {found.start}, end = {found.end}"
    terminal.show(f'    at = {{ {place}, sha256 = "{passage.sha256}" }}')


def _advise(counts: Counter[str]) -> None:
    if counts["moved"]:
        terminal.say()
        terminal.say(
            "A moved passage is the same, in another place: copy its new start and end, that is "
            "the line `at`, into its claim. The sha256 stays as it is."
        )
    if counts["missing"]:
        terminal.say()
        terminal.say(
            "A missing passage was changed, or this is another edition or another document; "
            "or the length (end less start) or the sha256 of the claim is not that of the passage."
        )


def _export(crisis: "Crisis", form: Form, out: Path | None, *, overwrite: bool) -> None:
    import sys

    from detente.analysis.wording import quantity
    from detente.ensemble.store import write_aside
    from detente.evidence import Evidence, ledger, to_csv, to_json_lines

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


def _list(crisis: "Crisis", influence: "Influences | None", *, json: bool, quiet: bool) -> None:
    from detente.evidence import ledger

    held = crisis.hypotheses.values()
    book = ledger(crisis.numbers.items(), crisis.claims, hypotheses=held)
    if json:
        told = {} if influence is None else {"influence": influence.as_json()}
        terminal.show_json({**_as_json(crisis, book), **told})
        return
    if influence is not None:
        from detente.cli.influencing.page import show_influence

        show_influence(influence, quiet=quiet)
    _show(crisis, book, quiet=quiet)


def _as_json(crisis: "Crisis", book: "Ledger") -> dict[str, Any]:
    claims = [
        {"claim": key, **claim.model_dump(mode="json")} for key, claim in crisis.claims.items()
    ]
    numbers = [{**row._asdict(), "because": list(row.because)} for row in book.rows]
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


def _show(crisis: "Crisis", book: "Ledger", *, quiet: bool) -> None:
    terminal.say(f"{crisis.title}: what it rests on", style="bold")
    _show_claims(crisis, book)
    _show_hypotheses(crisis)
    terminal.say()
    terminal.say("Numbers that rest on no claim, weakest first")
    for row in book.unsupported:
        reason = row.assumed or ", ".join(row.because)
        terminal.say(f"{row.field}: {reason}", indent=2, hang=4)
    if not quiet:
        terminal.say()
        terminal.say(
            f"{len(book.rows)} numbers, {len(book.rows) - len(book.unsupported)} of them with a "
            "claim behind them. Grades: A reliable to F unknown, 1 confirmed to 6 unknown. "
            "Their values: detente check PACK --resolved."
        )


def _show_claims(crisis: "Crisis", book: "Ledger") -> None:
    uses = {key: sum(key in row.because for row in book.rows) for key in crisis.claims}
    used = [key for key in uses if key not in book.unused]
    terminal.say()
    terminal.say("Claims: grade (Admiralty code), numbers that rest on it, who said what")
    _show_each(crisis, uses, used)
    if book.unused:
        terminal.say()
        terminal.say("Claims that no number and no hypothesis rests on")
        _show_each(crisis, uses, book.unused)


def _show_each(crisis: "Crisis", uses: Mapping[str, int], keys: Sequence[str]) -> None:
    for key in keys:
        claim = crisis.claims[key]
        who = f"{claim.by}, {claim.kind}, {claim.date}"
        line = f"{claim.grade}  {uses[key]:>2}  {key}: {claim.says} ({who})"
        terminal.say(line, indent=2, hang=8)


def _show_hypotheses(crisis: "Crisis") -> None:
    if not crisis.hypotheses:
        return
    terminal.say()
    terminal.say("Hypotheses: what is held, and the claims behind it")
    for key, hypothesis in crisis.hypotheses.items():
        words = [f"assumed: {hypothesis.assumed}"] if hypothesis.assumed else []
        behind = ", ".join([*hypothesis.because, *words])
        terminal.say(f"{key}: {hypothesis.says} ({behind})", indent=2, hang=4)

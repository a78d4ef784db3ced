"""The command `evidence`."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from detente.ensemble.run import Run
    from detente.pack import Crisis
    from detente.questions.influence import Influences


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
        str, typer.Option(metavar="KEY", help="Which source FILE is, if there are several.")
    ] = "",
    export: Annotated[
        Form | None,
        typer.Option(help="Write a table of numbers and claims, or claims as annotations."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Export into this file.")
    ] = None,
    overwrite: parameters.Overwrite = False,
    outcome: Annotated[
        str,
        parameters.outcomes("O,...", "Outcomes of a run; any_war,deal unless given."),
    ] = "",
    threads: parameters.Threads = None,
) -> Any:
    """Say what the numbers rest on.

    Names the documents, the weakest claims, and how many numbers rest on nothing. PACK may also be
    a run: then the answer begins with how far outcomes move if a claim is reversed, played on the
    run's own worlds and draws. The result is kept in the run's folder, and a stopped call can be
    resumed.
    --all lists every claim with its grading, hypotheses, and all numbers that rest on no claim, the
    weakest first: detente evidence oman-2026 --all
    --document looks up the passages that claims come from; the status is 1 if one is missing.
    """
    parameters.one_of({"--document": document, "--export": export})
    parameters.need("--document", document, {"--source": source})
    parameters.need("--export", export, {"--out": out})
    parameters.need("--out", out, {"--overwrite": overwrite})
    run = _run_of(pack)
    is_listed = document is None and export is None
    if outcome and (run is None or not is_listed):
        what = "means nothing without a run" if is_listed else "not together with another table"
        hint = "name the folder of a run, or leave --outcome out"
        raise DetenteError(what, where="--outcome", hint=hint)
    crisis = crisis_of(pack, run)
    if document is not None:
        return _look_up(crisis, source, document)
    if export is not None:
        if terminal.FORM.get().json:
            raise DetenteError("not together with --json", where="--export", hint="give one")
        return _export(crisis, export, out, overwrite=overwrite)
    influence = None
    # Of a run that is not finished only if it is asked for, which then says why it cannot be.
    if run is not None and (outcome or run.record.outcome is not None):
        from detente.cli.progress import ProgressReport
        from detente.questions.influence import OUTCOMES
        from detente.questions.influence import influence as weigh

        names = tuple(dict.fromkeys(parameters.read_names("--outcome", outcome))) or OUTCOMES
        with ProgressReport(unit="sets of assumptions") as report:
            influence = weigh(run, outcomes=names, threads=threads, progress=report)
    return _show_evidence(crisis, influence)


def _run_of(pack: str) -> "Run | None":
    """Open a run if one was named; an unfinished one is read as its pack."""
    from detente.ensemble import bundle, record
    from detente.ensemble.folder import place_of
    from detente.ensemble.run import Run

    place = place_of(pack)
    path = bundle.opened(place) if bundle.is_bundle(place) else place
    if not (path / record.FILE).is_file():
        return None
    return Run(path, record.read(path))


def crisis_of(pack: str, run: "Run | None" = None) -> "Crisis":
    """Load a pack, or the pack with which a run was played."""
    from detente.pack import load

    run = run or _run_of(pack)
    return load(pack) if run is None else run.crisis


def _look_up(crisis: "Crisis", source: str, document: Path) -> int:
    """Look up the passages of a source, by default the only one; return 1 if one is missing."""
    from detente.evidence import read_document, verify
    from detente.views import evidence as view

    cited = {claim.source for claim in crisis.claims.values() if claim.at is not None}
    listed = ", ".join(sorted(cited))
    if not cited:
        hint = 'add at = { start = 0, end = 9, sha256 = "…" } to a claim; detente new explains it'
        raise DetenteError("no claim says which passage it rests on", where=crisis.name, hint=hint)
    if source and source not in cited:
        hint = f"these sources have passages: {listed}"
        what = "no claim of it says which passage it rests on"
        raise DetenteError(what, where=f"--source {source}", hint=hint)
    if not source and len(cited) > 1:
        what = f"passages are from {len(cited)} sources"
        raise DetenteError(what, where=crisis.name, hint=f"add --source, one of: {listed}")
    key = source or next(iter(cited))
    passages = {
        name: claim.at
        for name, claim in crisis.claims.items()
        if claim.at is not None and claim.source == key
    }
    found = verify(passages, read_document(document))
    status = int(any(one.result == "missing" for one in found))
    if terminal.FORM.get().json:
        content = {"pack": crisis.name, "source": key, "document": str(document)}
        passages_found = [one._asdict() for one in found]
        terminal.show_json({"schema": "detente/passages/1", **content, "passages": passages_found})
    else:
        section = view.passages(crisis, key, zip(passages.values(), found, strict=True))
        terminal.show_sections(section)
    return status


def _export(crisis: "Crisis", form: Form, out: Path | None, *, overwrite: bool) -> None:
    import sys

    from detente.disk import refuse_taken, write_whole
    from detente.evidence import Evidence, ledger, to_csv, to_json_lines
    from detente.questions.wording import quantity

    book = ledger(crisis.numbers.items(), crisis.claims)
    values = {field: quantity(number) for field, number in crisis.numbers.items()}
    evidence = Evidence(crisis.name, book, crisis.claims, crisis.sources, values)
    text = to_csv(evidence) if form == "csv" else to_json_lines(evidence)
    if out is None:
        sys.stdout.write(text)
        return
    refuse_taken(out, overwrite=overwrite)
    write_whole(out, text.encode())


def _show_evidence(crisis: "Crisis", influence: "Influences | None") -> None:
    from detente.data import in_json
    from detente.evidence import ledger
    from detente.questions.drivers import played
    from detente.views import evidence, glance, hypotheses

    def keyed(name: str, held: "Mapping[str, BaseModel]") -> list[dict[str, Any]]:
        return [{name: key, **one.model_dump(mode="json")} for key, one in held.items()]

    book = ledger(crisis.numbers.items(), crisis.claims, hypotheses=crisis.sentences)
    if terminal.FORM.get().json:
        content = {
            "schema": "detente/evidence/1",
            "pack": crisis.name,
            "claims": keyed("claim", crisis.claims),
            "numbers": in_json(book.rows),
            "unsupported": [row.field for row in book.unsupported],
            "unused": list(book.unused),
            "hypotheses": keyed("id", crisis.hypotheses),
        }
        more = {} if influence is None else {"influence": influence.as_json()}
        terminal.show_json({**content, **more})
    elif terminal.FORM.get().everything:
        first = [] if influence is None else [evidence.resting(influence)]
        held = [hypotheses.held(crisis)] if crisis.hypotheses else []
        listed = evidence.claims(crisis, book), *held, evidence.assumptions(crisis, book)
        terminal.show_sections(*first, *listed)
    elif influence is None:
        terminal.show_sections(glance.of_pack(crisis, book))
    else:
        drivers = {
            outcome: played(influence.run, outcome=outcome) for outcome in influence.outcomes
        }
        known = {outcome: one for outcome, one in drivers.items() if one is not None}
        terminal.show_sections(glance.of_evidence(influence, known, crisis, book))

"""`detente evidence`: what a crisis rests on, and what rests on nothing."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from typing import TYPE_CHECKING, Any

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.evidence.ledger import Ledger
    from detente.pack import Crisis


def evidence(
    pack: parameters.Pack,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """List claims, and the numbers that rest on nothing.

    Claims come with their gradings, unsupported numbers weakest first. PACK may also be a run.
    """
    from detente.evidence.ledger import ledger

    crisis = _crisis_of(pack)
    book = ledger(crisis.numbers.items(), crisis.claims)
    if json:
        terminal.show_json(_as_json(crisis, book))
    else:
        _show(crisis, book, quiet=quiet)
    return 0


def _crisis_of(pack: str) -> "Crisis":
    """Load a pack, or the pack of a run."""
    from pathlib import Path

    from detente.ensemble import foundation, record
    from detente.pack import load

    path = Path(pack)
    if (path / record.FILE).is_file():
        return foundation.read_again(path, record.read(path))[record.BASE]
    return load(pack)


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
    }


def _show(crisis: "Crisis", book: "Ledger", *, quiet: bool) -> None:
    terminal.say(f"{crisis.title}: what it rests on", style="bold")
    terminal.say()
    terminal.say("Claims: grade (Admiralty code), numbers that rest on it, who said what")
    for key, claim in crisis.claims.items():
        uses = sum(key in row.because for row in book.rows)
        who = f"{claim.by}, {claim.kind}, {claim.date}"
        terminal.say(f"{claim.grade}  {uses:>2}  {key}: {claim.says} ({who})", indent=2, hang=8)
    terminal.say()
    terminal.say("Numbers that rest on no claim, weakest first")
    for row in book.unsupported:
        reason = row.assumed or ", ".join(row.because)
        terminal.say(f"{row.field}: {reason}", indent=2, hang=4)
    if book.unused:
        terminal.say()
        terminal.say(f"Claims that no number rests on: {', '.join(book.unused)}")
    if not quiet:
        terminal.say()
        terminal.say(
            f"{len(book.rows)} numbers, {len(book.rows) - len(book.unsupported)} of them with a "
            "claim behind them. Grades: A reliable to F unknown, 1 confirmed to 6 unknown."
        )

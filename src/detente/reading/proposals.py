"""Proposals of programs for a pack: lines of `proposals.jsonl`, accepted or rejected by a person.

The pack changes only when a proposal is accepted. A line of the file is one JSON object, and lines
are only added. A proposal is `detente/proposal/1`:

- key: identifies it; on: the day of the proposal.
- field: the number of the pack; old: the number as the pack wrote it then; new: the proposed
  number, or null if its range stays.
- reason: why, in the proposer's words.
- document: path of the document; passage: start, end and sha256 of the supporting passage.
- claim: says, by, kind, grade and date of the claim for the pack's evidence, and the document's
  title and publisher.

A decision is `detente/decision/1`: key, decided (accepted or rejected), by and on.

An accepted proposal is checked like a card of a draft (`reading.accepting`): the document contains
the passage, and the claim has no number and no name that the document lacks.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from detente.data import in_json
from detente.disk import write_whole
from detente.errors import DetenteError, Fault
from detente.evidence.claim import Passage, WrittenPart, digest_of
from detente.evidence.document import read_document, read_whole
from detente.pack import files, load, shipped
from detente.pack.crisis import Crisis
from detente.pack.editing import edit, save, saving
from detente.pack.files import PackText, merge
from detente.pack.places import REASONS
from detente.pack.toml import KeyPath, value_at
from detente.pack.writing import inline_lines
from detente.reading.accepting import MOST_BYTES, Accession, DraftFaults, accept
from detente.text import capitalised, offered, plain, slug

FILE = "proposals.jsonl"
"""Name of the file in the folder of a pack."""
COPY = "copy it and propose for the copy: detente new my-crisis --from {}"

Decided = Literal["accepted", "rejected"]


class ProposedClaim(WrittenPart):
    """The claim of a passage, with data on its document."""

    says: str
    by: str
    kind: str
    grade: str
    date: date
    title: str = ""
    publisher: str = ""


class ProposedChange(WrittenPart):
    """A change of a number, and the supporting passage."""

    key: str
    on: date
    field: str
    old: Any = None
    new: Mapping[str, Any] | None = None
    reason: str
    document: str
    passage: Passage
    claim: ProposedClaim


class ProposalDecision(WrittenPart):
    """A person's decision on a proposal."""

    key: str
    decided: Decided
    by: Annotated[str, Field(min_length=1)]
    on: date


class Book(NamedTuple):
    """The proposals for a pack, and the decisions on them, by key."""

    proposals: Mapping[str, ProposedChange]
    decisions: Mapping[str, ProposalDecision]

    @property
    def open(self) -> dict[str, ProposedChange]:
        """Return the undecided proposals."""
        return {key: one for key, one in self.proposals.items() if key not in self.decisions}


def folder_of(pack: str) -> Path:
    """Return the folder of a user's pack, which has its proposals.

    Raises `DetenteError` if the pack does not exist, or ships with the program.
    """
    files.read(pack)  # raises if the pack does not exist
    if pack in shipped():
        what = "ships with the program and is not changed"
        raise DetenteError(what, where=pack, hint=COPY.format(pack))
    return Path(pack) if Path(pack).is_dir() else Path(pack).parent


def book_of(pack: str) -> Book:
    """Return the proposals for a pack; empty if there is no file.

    Raises `DetenteError` if the file cannot be read, or a line is neither a proposal nor a
    decision.
    """
    path = folder_of(pack) / FILE
    proposals: dict[str, ProposedChange] = {}
    decisions: dict[str, ProposalDecision] = {}
    if not path.is_file():
        return Book(proposals, decisions)
    content = read_whole(
        path, what="file", wanted="proposals, a JSON object a line", cut="fewer", most=MOST_BYTES
    )
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        try:
            parsed = json.loads(line)
            if parsed.pop("schema") == "detente/decision/1":
                decision = ProposalDecision.model_validate_json(json.dumps(parsed))
                decisions[decision.key] = decision
            else:
                proposal = ProposedChange.model_validate_json(json.dumps(parsed))
                proposals[proposal.key] = proposal
        except (ValueError, AttributeError, KeyError, TypeError, ValidationError) as fault:
            what = "is neither a proposal nor a decision"
            hint = "remove the line; nothing else depends on it"
            raise DetenteError(what, where=f"{path}:{number}", hint=hint) from fault
    return Book(proposals, decisions)


def propose(pack: str, proposed: ProposedChange) -> ProposedChange:
    """Add a proposal that could be accepted unchanged; return it with its key.

    Raises `DetenteError` with every reason why it could not enter the pack, as in `accept`.
    """
    crisis = load(pack)
    _made(proposed, crisis, by="nobody as yet", today=proposed.on)
    with saving(folder_of(pack)):
        book = book_of(pack)
        # A line may have been taken out.
        key = str(1 + max((int(one) for one in book.proposals if one.isdigit()), default=0))
        old = in_json(value_at(merge(crisis.files).tree, _path(proposed)))
        kept = proposed.model_copy(update={"key": key, "old": old})
        for other in book.open.values():
            if kept == other.model_copy(update={"key": key, "on": kept.on}):
                hint = "a person accepts it, or not"
                raise DetenteError("was proposed already", where=f"proposal {other.key}", hint=hint)
        add_line(
            folder_of(pack) / FILE, {"schema": "detente/proposal/1", **kept.model_dump(mode="json")}
        )
    return kept


class TakenProposal(NamedTuple):
    """The changes that an accepted proposal made to a pack."""

    proposal: ProposedChange
    claims: tuple[str, ...]
    files: tuple[str, ...]
    backup: Path | None


def take(pack: str, key: str, *, by: str, today: date) -> TakenProposal:
    """Accept a proposal: add its claim, link the number to it, and change its range.

    Raises `DetenteError` if there is no open proposal with the key, no name is given, the number
    has changed since, or it may not enter the pack.
    """
    found = _open(pack, key, by)
    crisis = load(pack)
    # A changed basis is no conflict: the claim is added to it.
    now = in_json(value_at(merge(crisis.files).tree, _path(found)))
    if found.new is not None and form_of(now) != form_of(found.old):
        hint = "reject it, and let it be proposed again"
        raise DetenteError(
            "the pack has changed there since it was proposed", where=found.field, hint=hint
        )
    made, changed = _made(found, crisis, by=by, today=today)
    kept = save(Path(pack), crisis.text, changed)
    _decide(pack, key, "accepted", by, today)
    return TakenProposal(found, (*made.claims, *made.already), tuple(changed), kept)


def refuse(pack: str, key: str, *, by: str, today: date) -> ProposedChange:
    """Reject a proposal; the pack stays unchanged.

    Raises `DetenteError` if there is no open proposal with the key, or no name is given.
    """
    found = _open(pack, key, by)
    _decide(pack, key, "rejected", by, today)
    return found


def _open(pack: str, key: str, by: str) -> ProposedChange:
    book = book_of(pack)
    if not by.strip():
        hint = "give the name of whoever decides: the pack keeps it with the claim"
        raise DetenteError("nobody decides", where="by", hint=hint)
    if key in book.open:
        return book.open[key]
    what = f"was {book.decisions[key].decided} already" if key in book.decisions else "is not there"
    hint = offered(key, list(book.open), "open proposals") if book.open else "none is open"
    raise DetenteError(what, where=f"proposal {key}", hint=hint)


def _decide(pack: str, key: str, decided: Decided, by: str, today: date) -> None:
    with saving(folder_of(pack)):
        decision = ProposalDecision(key=key, decided=decided, by=by.strip(), on=today)
        add_line(
            folder_of(pack) / FILE,
            {"schema": "detente/decision/1", **decision.model_dump(mode="json")},
        )


def add_line(path: Path, line: Mapping[str, Any]) -> None:
    """Add a line to a file of JSON objects; the caller holds the lock on saving."""
    before = path.read_bytes() if path.is_file() else b""
    write_whole(path, before + json.dumps(line, ensure_ascii=True).encode() + b"\n")


def _path(one: ProposedChange) -> KeyPath:
    return tuple(one.field.split("."))


def _made(
    one: ProposedChange, crisis: Crisis, *, by: str, today: date
) -> tuple[Accession, dict[str, bytes]]:
    """Return the changes that a proposal makes to a pack, by means of a draft with one card."""
    text = read_document(Path(one.document))
    claim = one.claim
    known = [key for key, entry in crisis.sources.items() if entry.title == claim.title]
    source = known[0] if known else slug(Path(one.document).stem, "document")
    document = {
        "file": str(Path(one.document).absolute()),
        "sha256": digest_of(text),
        "title": claim.title,
        "publisher": claim.publisher,
        "date": claim.date,
    }
    card = {
        "accept": True,
        **{name: getattr(claim, name) for name in ("says", "by", "kind", "grade", "date")},
        "at": one.passage.model_dump(),
        "bears_on": (one.field,),
    }
    lines = [*inline_lines({"accepted_by": by}), f"[documents.{source}]", *inline_lines(document)]
    lines += [f"[cards.{source}.1]", *inline_lines(card)]
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "proposal.toml"
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        try:
            made = accept(draft, crisis, today=today)
        except DraftFaults as refused:
            raise _refused(one.field, refused.faults) from refused
    changed = dict(made.files)
    if one.new is not None:
        text_now = PackText(crisis.text.name, {**crisis.files, **changed})
        written = value_at(merge(text_now.files).tree, _path(one))
        kept = {name: value for name, value in written.items() if name in REASONS}
        # JSON has lists where TOML's are read as tuples.
        new = {key: tuple(to) if isinstance(to, list) else to for key, to in one.new.items()}
        edited = edit(text_now, {_path(one): {**new, **kept}})
        if edited.new:
            raise _refused(one.field, edited.new)
        changed |= edited.files
    return made, changed


def _refused(field: str, faults: Iterable[Fault]) -> DetenteError:
    """Return an error with every reason why a proposal may not enter the pack."""
    reasons = []
    for fault in faults:
        part = fault.field.removeprefix(f"{field}.").rpartition(".")[2]
        advice = f"; {fault.hint}" if fault.hint else ""
        reasons.append(f"{part}: {fault.found}; allowed: {fault.allowed}{advice}")
    hint = "put this right and propose it again: nothing was written"
    return DetenteError(". ".join(reasons), where="proposal", hint=hint)


def form_of(number: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a number as written in a pack, without its basis."""
    return {name: value for name, value in (number or {}).items() if name not in REASONS}


def passage_of(one: ProposedChange) -> str:
    """Return the text of a proposal's passage, or why it is not available."""
    try:
        text = read_document(Path(one.document))
    except DetenteError as fault:
        return f"cannot be read: {fault.what}"
    words = text[one.passage.start : one.passage.end]
    is_same = digest_of(words) == one.passage.sha256
    return plain(words) if is_same else "the document has changed since it was read"


def lines_of(proposals: Iterable[ProposedChange]) -> list[str]:
    """Return proposals in words, a few lines each."""
    found = []
    for one in proposals:
        claim = one.claim
        found.append(f"{one.key}. {one.field}: {capitalised(one.reason)}")
        if one.new is not None:
            now = json.dumps(form_of(one.old))
            found += [f"  Now: {now}", f"  Then: {json.dumps(one.new)}"]
        said = f"{claim.by}, {claim.kind}, {claim.date}, {claim.grade}"
        found.append(f"  Claim: {claim.says} ({said})")
        found.append(f"  Passage, in {one.document}: {passage_of(one)}")
    return found

"""Turns accepted cards of a draft into claims of a pack: all of them, or none with all reasons."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente.errors import DetenteError, Fault, Faults
from detente.evidence.claim import Claim, Source, digest_of
from detente.evidence.document import read_document, read_whole
from detente.evidence.ledger import ORIGINS
from detente.pack import files
from detente.pack.amending import amended
from detente.pack.crisis import Crisis, read_crisis
from detente.pack.files import place, unreadable_faults
from detente.pack.form import fit_to
from detente.pack.number import Finding, Sought
from detente.pack.toml import KeyPath, Tree, Unreadable, dotted, parse, positions
from detente.pack.writing import inline_lines
from detente.reading.acceptance import refusals
from detente.reading.bearing import ordinary_words
from detente.reading.draft import (
    KINDS,
    DraftedCard,
    DraftedDocument,
    DraftFile,
    held_in,
    identity_of,
)
from detente.text import free_key, show

MOST_BYTES = 16 * 1024 * 1024
MOST_VALUES = 500_000
"""Upper limits on a draft, enough for the longest document: bytes, and values in its TOML."""
LEDGER = "evidence.toml"
NEEDED = ("says", "by", "kind", "grade", "date")
"""Fields that an accepted card has to have."""
ONCE = ("by", "kind", "grade", "date")
"""Fields that may be set once for all cards that leave them blank."""
MANY = 3
"""If more cards than this leave such a field blank, one fault covers all."""
CONFIRMED = "1"
"""Second character of a grade that needs a second source."""
LONGEST_KEY = 5
"""Upper limit on the words of a key made from a claim."""
LITTLE = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "have"),
        *("in", "is", "it", "its", "of", "on", "or", "said", "that", "the", "their", "to", "was"),
        *("were", "which", "with", "would"),
    )
)
"""Words left out of such a key."""
ALLOWED = {
    "says": "what the sentence says, in your own words",
    "by": "who says so, as the document calls them",
    "kind": ", ".join(KINDS),
    "grade": "a letter A to F and a digit 1 to 6, such as C3",
    "date": "the day on which it was said or became known, such as 2026-02-06",
    "title": "the title of the document",
    "publisher": "who published it",
}


class DraftFaults(Faults):
    """Faults of a draft, of which nothing was accepted."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        hint = "put these right and accept the draft again: nothing was written"
        super().__init__(faults, of="draft", where=name, hint=hint)


class Accession(NamedTuple):
    """The changes of a pack made by accepted cards: changed files, new claims and sources."""

    files: Annotated[Mapping[str, bytes], "changed files only, by name"]
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    already: Annotated[tuple[str, ...], "claims of the pack repeated by accepted cards"]
    differs: Annotated[
        Mapping[str, tuple[str, ...]], "fields in which the draft differs, by claim of the pack"
    ]
    alike: Annotated[
        Mapping[str, str], "another claim with the same passage or words, by new claim"
    ]
    joined: Annotated[Mapping[str, tuple[str, ...]], "numbers that newly rest on it, by claim"]


class _Entry(NamedTuple):
    """An accepted card with its path in the draft."""

    path: KeyPath
    source: str
    card: DraftedCard
    fields: Mapping[str, Any]


def read_draft(path: Path) -> tuple[DraftFile, bytes]:
    """Return a draft and its bytes.

    Raises `DraftFaults` with every fault of its form, `DetenteError` if it cannot be read.
    """
    content = read_whole(
        path, what="draft", wanted="a draft of detente read", cut="fewer cards", most=MOST_BYTES
    )
    return draft_of(content, path), content


def draft_of(content: bytes, path: Path) -> DraftFile:
    """Return the draft in a text; `path` is its file, for messages.

    Raises `DraftFaults` with every fault of its form.
    """
    tree = parse(content, most_values=MOST_VALUES)
    if isinstance(tree, Unreadable):
        raise DraftFaults(str(path), unreadable_faults(path.name, content, tree))
    fitted = fit_to(DraftFile, _without_blanks(tree))
    if fitted.findings or fitted.model is None:
        raise _faults(path, content, fitted.findings)
    return fitted.model


def _without_blanks(tree: Tree) -> Tree:
    """Return tables without blank texts."""
    return {
        key: _without_blanks(value) if isinstance(value, dict) else value
        for key, value in tree.items()
        if not (isinstance(value, str) and not value.strip())
    }


def _faults(path: Path, content: bytes, findings: Iterable[Finding]) -> DraftFaults:
    tree = parse(content, most_values=MOST_VALUES)
    trees = {path.name: {} if isinstance(tree, Unreadable) else tree}
    faults = place(list(findings), trees, {path.name: content})
    return DraftFaults(str(path), sorted(faults, key=lambda fault: (fault.line, fault.column)))


def accept(path: Path, crisis: Crisis, *, today: date) -> Accession:
    """Return the changes that a draft's accepted cards make to a pack; nothing is written.

    Each claim has `today` as its day of acceptance.

    Raises `DraftFaults` with every reason against a card: a blank field, a passage that the
    document does not contain, a number or a name that the document does not give, a copied
    sentence; or with faults of the pack with the new claims. Raises `DetenteError` if no card is
    accepted, or the draft or a document cannot be read.
    """
    draft, content = read_draft(path)
    entries = tuple(_entries(draft))
    if not entries:
        hint = "write accept = true in the cards that are to enter the pack"
        raise DetenteError("no card is accepted", where=str(path), hint=hint)
    judge(content, path, crisis)
    held = {identity_of(claim): key for key, claim in crisis.claims.items()}
    claims: dict[str, Claim] = {}
    numbers: dict[str, tuple[str, ...]] = {}
    already: dict[str, Claim] = {}
    for entry in entries:
        claim = Claim(
            **entry.fields,
            source=entry.source,
            at=entry.card.at,
            accepted_by=draft.accepted_by,
            accepted_on=today,
        )
        key = held.get(identity_of(claim), "")
        if key:
            already[key] = claim
        else:
            # By default the key is made of the first words of the claim.
            letters = unicodedata.normalize("NFKD", claim.says.lower()).encode("ascii", "ignore")
            words = re.findall(r"[a-z0-9]+", letters.decode().replace("'s", ""))
            made = "-".join([word for word in words if word not in LITTLE][:LONGEST_KEY])
            taken = {*crisis.claims, *claims, *ORIGINS}
            key = entry.card.key or free_key(made or "claim", taken)
            claims[key] = claim
            held[identity_of(claim)] = key
        bears_on = entry.card.bears_on
        new = [field for field in bears_on if key not in crisis.numbers[field].because]
        numbers[key] = tuple(dict.fromkeys((*numbers.get(key, ()), *new)))
    sources = {
        claim.source: Source.model_validate(
            draft.documents[claim.source].model_dump(exclude={"file", "sha256"})
        )
        for claim in claims.values()
        if claim.source not in crisis.sources
    }
    differs = {
        key: tuple(one for one in ONCE if getattr(crisis.claims[key], one) != getattr(claim, one))
        for key, claim in already.items()
        if key in crisis.claims
    }
    joined = {key: fields for key, fields in numbers.items() if fields}
    return Accession(
        _changed(crisis, claims, sources, joined) if claims or joined else {},
        claims,
        sources,
        tuple(already),
        {key: fields for key, fields in differs.items() if fields},
        dict(_alike(claims, crisis)),
        joined,
    )


def judge(content: bytes, path: Path, crisis: Crisis, *, only: KeyPath = ("cards",)) -> None:
    """Check whether the accepted cards of a draft may enter a pack, or one card by its path.

    `content` is the text of the draft, `path` its file. Raises `DraftFaults` with every reason
    against a card.
    """
    draft = draft_of(content, path)
    entries = tuple(one for one in _entries(draft) if one.path[: len(only)] == only)
    findings = list(_findings(draft, entries, path, crisis))
    if findings:
        raise _faults(path, content, findings)


def _entries(draft: DraftFile) -> Iterator[_Entry]:
    """Yield the accepted cards with the fields of their claims.

    A blank field has the value for all cards; a blank date that of the document.
    """
    for source, cards in draft.cards.items():
        document = draft.documents.get(source)
        for number, card in cards.items():
            if not card.accept:
                continue
            fields = {
                key: getattr(card, key) or getattr(draft.otherwise, key, None) for key in NEEDED
            }
            fields["date"] = card.date or (document.date if document else None)
            yield _Entry(("cards", source, number), source, card, fields)


def _findings(
    draft: DraftFile, entries: tuple[_Entry, ...], path: Path, crisis: Crisis
) -> Iterator[Finding]:
    """Yield faults of accepted cards: of each card, of all together, then of each document."""
    if draft.accepted_by is None:
        hint = 'write accepted_by = "your name" at the top'
        yield Finding(("accepted_by",), "blank", "the name of whoever accepts the cards", hint)
    for entry in entries:
        grade, day = entry.fields["grade"] or "", entry.fields["date"]
        if entry.card.reject:
            yield Finding((*entry.path, "reject"), "accepted and rejected", "one of the two")
        if grade.endswith(CONFIRMED):
            hint = "write it into the pack by hand, with confirmed_by = another source"
            found = f"{grade} on a single source"
            yield Finding((*entry.path, "grade"), found, f"{grade[0]}2 at most", hint)
        for number, field in enumerate(entry.card.bears_on):
            spot = (*entry.path, "bears_on", number)
            if field not in crisis.numbers:
                sought = Sought(field, crisis.numbers)
                yield Finding(spot, show(field), "the field of a number of the pack", sought=sought)
            elif not _home(field, crisis):
                hint = f"give {field} a range in the pack first, or leave it out here"
                yield Finding(spot, show(field), "a number to which the pack gives a range", hint)
        # Refuse days after the as-of date or after the document's date.
        document, source = draft.documents.get(entry.source), crisis.sources.get(entry.source)
        out = source.date if source and source.date else document.date if document else None
        bounds = {"the pack knows nothing later": crisis.as_of, "the document is of that day": out}
        late = (f"{last} or before: {why}" for why, last in bounds.items() if last and day > last)
        if day and (allowed := next(late, "")):
            yield Finding((*entry.path, "date"), show(day), allowed)
    yield from _blank_findings(entries)
    # Refuse keys of other claims in the pack or in the draft.
    held = {key: identity_of(claim) for key, claim in crisis.claims.items()}
    for entry in entries:
        key, identity = entry.card.key, (entry.source, entry.card.at, entry.fields["says"])
        if key in ORIGINS:
            allowed = f"any key but {' and '.join(ORIGINS)}"
            yield Finding((*entry.path, "key"), show(key), allowed)
        elif key is not None and held.setdefault(key, identity) != identity:
            yield Finding((*entry.path, "key"), show(key), "a key that no other claim has")
    for source_key in dict.fromkeys(entry.source for entry in entries):
        yield from _document_findings(source_key, draft, entries, path, crisis)


def _blank_findings(entries: tuple[_Entry, ...]) -> Iterator[Finding]:
    """Yield faults for blank fields; one fault covers many cards that share it."""
    for key in NEEDED:
        blank = [entry for entry in entries if not entry.fields[key]]
        # Paths where the field can be set for all cards.
        places: list[KeyPath] = [
            ("documents", entry.source, key) if key == "date" else ("otherwise", key)
            for entry in blank
        ]
        if key in ONCE and len(blank) > MANY:
            found = f"blank here and on {len(blank)} accepted cards"
            hint = "write it here for all that leave it blank, or on each card"
            for place in dict.fromkeys(places):
                yield Finding(place, found, ALLOWED[key], hint)
            continue
        for entry, place in zip(blank, places, strict=True):
            hint = f"or once for all, in {dotted(place)}" if key in ONCE else ""
            yield Finding((*entry.path, key), "blank", ALLOWED[key], hint)


def _document_findings(
    source: str, draft: DraftFile, entries: tuple[_Entry, ...], path: Path, crisis: Crisis
) -> Iterator[Finding]:
    place: KeyPath = ("documents", source)
    document = draft.documents.get(source)
    if document is None:
        allowed = f"the key of a document: {', '.join(draft.documents)}"
        yield Finding(("cards", source), show(source), allowed, on_key=True)
        return
    if source not in crisis.sources:
        blank = [key for key in ("title", "publisher") if getattr(document, key) is None]
        yield from (Finding((*place, key), "blank", ALLOWED[key]) for key in blank)
    try:
        text = read_document(path.parent / document.file)
    except DetenteError as fault:
        hint = "write where it lies, seen from the draft"
        yield Finding((*place, "file"), f"{document.file}: {fault.what}", "a document", hint)
        return
    if digest_of(text) != document.sha256:
        hint = f"read {document.file} again into another draft"
        found = "the checksum of another text: the document has changed since it was read"
        yield Finding((*place, "sha256"), found, digest_of(text), hint)
        return
    if _is_other(source, document, text, crisis):
        hint = f"rename {source} in the draft, in its documents and its cards"
        found = f"{source}, which is another document in the pack"
        yield Finding(place, found, "a key that no other source has", hint, on_key=True)
    held = crisis.sources.get(source)
    named = (document.author, document.publisher) if held is None else (held.author, held.publisher)
    known = tuple(filter(None, named))  # author and publisher may be named too
    for entry in (one for one in entries if one.source == source):
        says, by = entry.fields["says"] or "", entry.fields["by"] or ""
        ordinary = ordinary_words()
        for one in refusals(says, by, entry.card.at, text, known=known, ordinary=ordinary):
            yield one._replace(path=(*entry.path, *one.path))


def _is_other(source: str, document: DraftedDocument, text: str, crisis: Crisis) -> bool:
    """Return whether the pack has another document under a key: other passages, or title."""
    if source not in crisis.sources:
        return False
    placed = [key for key, claim in crisis.claims.items() if claim.source == source and claim.at]
    if placed:
        return not set(placed) & held_in(text, crisis).keys()
    return document.title not in {None, crisis.sources[source].title}


def _alike(claims: Mapping[str, Claim], crisis: Crisis) -> Iterator[tuple[str, str]]:
    """Yield new claims with another claim of the same passage, or in the same words."""
    every = {**crisis.claims, **claims}
    for key, claim in claims.items():
        for other, other_claim in every.items():
            is_same_passage = (other_claim.source, other_claim.at) == (claim.source, claim.at)
            if other != key and (is_same_passage or other_claim.says == claim.says):
                yield key, other
                break


def _changed(
    crisis: Crisis,
    claims: Mapping[str, Claim],
    sources: Mapping[str, Source],
    numbers: Mapping[str, tuple[str, ...]],
) -> dict[str, bytes]:
    """Return the changed files of a pack, after the whole pack was read again without a fault."""
    texts = dict(crisis.files)
    for key, fields in numbers.items():
        for field in fields:
            # Add the claim to the number's basis.
            name, path = _home(field, crisis), tuple(field.split("."))
            value: Any = parse(texts[name])
            for part in path:
                value = value[part]
            named = value.get("because", ())
            written = (named,) if isinstance(named, str) else named
            because = tuple(dict.fromkeys((*written, key)))
            change: dict[KeyPath, Any] = {(*path, "because"): because if written else key}
            texts[name] = amended(texts[name], change, name=name)
    lines = []
    for table, entries in (("sources", sources), ("claims", claims)):
        for key, entry in entries.items():
            given = entry.model_dump(exclude_none=True)
            lines += ["", f"[{table}.{key}]"]
            lines += inline_lines({name: value for name, value in given.items() if value != ()})
    # New claims go into the pack's only file, its ledger, or the first file with claims.
    own = crisis.files
    holders = [name for name, text in own.items() if ("claims",) in positions(text).spots]
    single = next(iter(own)) if len(own) == 1 and crisis.text.name.endswith(".toml") else ""
    ledger = single or (LEDGER if LEDGER in own else next(iter(holders), LEDGER))
    before = texts.get(ledger, b"")
    gap = b"" if before.endswith(b"\n") or not before else b"\n"
    if lines:
        texts[ledger] = before + gap + ("\n".join(lines) + "\n").encode()
    faults = read_crisis(files.PackText(crisis.text.name, texts), {}).faults
    if faults:
        raise DraftFaults(f"{crisis.text.name} with the accepted cards", faults)
    # The ledger is saved first: an unused claim is no fault, but a missing one is.
    names = sorted(texts, key=lambda name: name != ledger)
    return {name: texts[name] for name in names if texts[name] != crisis.files.get(name)}


def _home(field: str, crisis: Crisis) -> str:
    """Return the file in which a pack writes a number in braces, or ""."""
    path = tuple(field.split("."))
    for name, text in crisis.files.items():
        spot = positions(text).spots.get(path)
        if spot is not None:
            line = text.decode("utf-8-sig").split("\n")[spot.value[0] - 1]
            return name if line[spot.value[1] - 1 :].startswith("{") else ""
    return ""

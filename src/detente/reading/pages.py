"""Pages of the ledger: reading documents into cards, deciding cards, claims and their numbers."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from detente.errors import DetenteError, Fault
from detente.evidence.ledger import ledger as ledger_of
from detente.pack import Crisis
from detente.pack.editing import save
from detente.pack.fields import LISTED
from detente.pack.resolve import slots
from detente.pack.toml import KeyPath, dotted
from detente.questions.wording import quantity
from detente.reading.accepting import DraftFaults, accept
from detente.reading.deciding import (
    DecidedCard,
    OpenDraft,
    begin,
    decide,
    fields_for,
    next_open,
    open_draft,
)
from detente.reading.deciding import write as write_draft
from detente.reading.draft import GRADES, KINDS, day_of
from detente.reading.proposals import book_of, form_of, passage_of, refuse, take
from detente.text import capitalised, plain
from detente.views.register import Destination
from detente.views.served import (
    Elsewhere,
    FilledTemplate,
    Page,
    PageRefused,
    PageRequest,
    RoomPages,
    ServedPack,
)

DRAFTS = "drafts"
"""Folder inside a pack's folder with its drafts and their documents."""
MOST_LISTED = 100
"""Upper limit on the cards listed on a page of a draft."""
TEXTS = ("says", "by", "kind", "grade", "key")
"""Text fields of a card, besides the date and the numbers concerned."""
ABOUT = ("title", "publisher", "author", "date", "language")
OTHERWISE = ("by", "kind", "grade")
LATER = ("save", "about")
"""Actions that store a card without a decision; `about` then opens the draft's own fields."""
DID = ("accept", *LATER, "reject", "undo")
"""Actions on a card."""


def _folder(known: ServedPack) -> Path:
    return known.folder / DRAFTS


def _drafts(known: ServedPack) -> dict[str, Path]:
    """Return the drafts in a pack's folder by name, the only ones that are accessible."""
    if known.is_shipped:
        return {}
    return {path.stem: path for path in sorted(_folder(known).glob("*.toml"))}


def _draft(asked: PageRequest) -> tuple[ServedPack, Crisis, OpenDraft]:
    """Return the served pack, its crisis, and the draft named in the address."""
    known = asked.pack
    path = _drafts(known).get(asked.parts["draft"])
    if path is None:
        raise PageRefused(404)
    crisis = known.reading.crisis
    return known, crisis, open_draft(path, crisis)


def overview(asked: PageRequest) -> FilledTemplate:
    """List the drafts of a pack, and the claims on which no number rests."""
    known = asked.pack
    crisis = known.reading.crisis
    listed = [_opened(path, crisis) for path in _drafts(known).values()]
    rests = ledger_of(crisis.numbers.items(), crisis.claims, hypotheses=crisis.sentences)
    unused = {key: crisis.claims[key] for key in rests.unused}
    waiting = 0 if known.is_shipped else len(book_of(known.place).open)
    given = {"known": known, "crisis": crisis, "listed": listed, "unused": unused}
    given |= {"waiting": waiting}
    return FilledTemplate("ledger.html", given)


def _opened(path: Path, crisis: Crisis) -> tuple[str, OpenDraft | None, DetenteError | None]:
    try:
        return path.stem, open_draft(path, crisis), None
    except DetenteError as fault:
        return path.stem, None, fault


def read(asked: PageRequest) -> Elsewhere:
    """Read documents into a draft of cards."""
    documents = [one for one in asked.form.documents.get("document", ()) if one[0]]
    name, day = (plain(asked.form.text(key)) for key in ("name", "date"))
    text = asked.form.text("text").replace("\r\n", "\n")
    if text.strip():
        documents.append((f"{name or 'document'}.txt", text.encode()))
    known = asked.pack
    if known.is_shipped:
        raise DetenteError("a pack that ships is copied before it is added to")
    made = begin(_folder(known), documents, known.reading.crisis, name=name, day=day_of(day))
    return Elsewhere(f"/ledger/{made.stem}")


def draft(asked: PageRequest) -> FilledTemplate:
    """Show a draft: its documents side by side, with the state of each card."""
    known, _, one = _draft(asked)
    return _draft_page(asked, known, one)


def _draft_page(
    asked: PageRequest, known: ServedPack, one: OpenDraft, faults: tuple[Fault, ...] = ()
) -> FilledTemplate:
    wanted, first = (asked.query.get(key, "") for key in ("show", "from"))
    start = int(first) if first.isdecimal() else 0
    cards = [card for card in one.cards if wanted in {"", card.state.split()[-1]}]
    columns = {key: [card for card in cards if card.source == key] for key in one.documents}
    end = start + MOST_LISTED
    # Faults by source and number of their card; () for those of no card.
    by_card: dict[KeyPath, list[Fault]] = {}
    for fault in faults:
        part, *keys = fault.field.split(".")
        by_card.setdefault(tuple(keys[:2]) if part == "cards" else (), []).append(fault)
    sources = known.reading.model.sources if known.reading.model else {}
    given = {
        "known": known,
        "draft": one,
        "columns": {key: column[start:end] for key, column in columns.items()},
        "show": wanted,
        "before": max(0, start - MOST_LISTED) if start else None,
        "after": end if any(len(column) > end for column in columns.values()) else None,
        "faults": by_card,
        "next": next_open(one, ("", "")),
        "kinds": KINDS,
        "grades": GRADES,
        # Documents with title and publisher, in the draft or in the pack.
        "titled": [
            key
            for key, document in one.file.documents.items()
            if key in sources or (document.title and document.publisher)
        ],
    }
    return FilledTemplate("draft.html", given, 422 if faults else 200)


def about(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Save the fields of a draft: who accepts, values for all cards, data on documents."""
    known, crisis, one = _draft(asked)
    names: dict[str, KeyPath] = {"accepted_by": ("accepted_by",)}
    names |= {f"otherwise.{key}": ("otherwise", key) for key in OTHERWISE}
    for source in one.file.documents:
        names |= {f"{source}.{key}": ("documents", source, key) for key in ABOUT}
    values: dict[KeyPath, Any] = {}
    for name, path in names.items():
        if name in asked.form:
            typed = plain(asked.form.text(name))
            values[path] = day_of(typed) if path[-1] == "date" else typed
    try:
        write_draft(one.path, values, crisis)
    except DraftFaults as refused:
        return _draft_page(asked, known, one, refused.faults)
    return Elsewhere(f"/ledger/{one.path.stem}?saved=yes")


def card(asked: PageRequest) -> FilledTemplate:
    """Show one card for a decision."""
    _, crisis, one = _draft(asked)
    return _card_page(crisis, one, _card(asked, one), {})


def _card(asked: PageRequest, one: OpenDraft) -> DecidedCard:
    key = asked.parts["source"], asked.parts["number"]
    found = next((card for card in one.cards if (card.source, card.number) == key), None)
    if found is None:
        raise PageRefused(404)
    return found


def _card_page(
    crisis: Crisis,
    one: OpenDraft,
    decided: DecidedCard,
    typed: Mapping[str, Any],
    *,
    faults: tuple[Fault, ...] = (),
) -> FilledTemplate:
    place = one.cards.index(decided)
    drafted = decided.drafted.model_dump()
    values = {key: drafted[key] or "" for key in (*TEXTS, "date")}
    fields = fields_for(decided.sentence, crisis, are_written=True)
    offered = dict.fromkeys((*fields, *decided.drafted.bears_on))
    # Suggested speakers: the document's author, then speakers of all cards.
    speakers = (one.file.documents[decided.source].author, *(card.drafted.by for card in one.cards))
    given = {
        "draft": one,
        "card": decided,
        "place": place,
        "before": one.cards[place - 1] if place else None,
        "after": one.cards[place + 1] if place + 1 < len(one.cards) else None,
        "values": {**values, "bears_on": decided.drafted.bears_on, **typed},
        "offered": {field: crisis.numbers.get(field) for field in offered},
        "says": _says(crisis),
        "quantity": quantity,
        "speakers": list(dict.fromkeys(filter(None, speakers))),
        "kinds": KINDS,
        "grades": GRADES,
        "faults": faults,
        "claim": crisis.claims.get(decided.claim),
    }
    return FilledTemplate("card.html", given, 422 if faults else 200)


def _says(crisis: Crisis) -> dict[str, str]:
    """Return the meaning of each number of a crisis, by path."""
    return {dotted(slot.path): capitalised(slot.row.says) for slot in slots(crisis.model)}


def decide_card(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Store the decision on a card and lead to the next one, or show why it is refused."""
    form = asked.form
    typed: dict[str, Any] = {key: plain(form.text(key)) for key in (*TEXTS, "date")}
    fields = dict.fromkeys((*form.every("bears_on"), *LISTED.split(form.text("more"))))
    typed["bears_on"] = tuple(filter(None, fields))
    did = form.text("do")
    _, crisis, one = _draft(asked)
    decided = _card(asked, one)
    try:
        decide(one.path, (decided.source, decided.number), _decision(decided, did, typed), crisis)
    except DraftFaults as refused:
        return _card_page(crisis, one, decided, typed, faults=refused.faults)
    draft_address = f"/ledger/{one.path.stem}"
    if did == "about":
        return Elsewhere(f"{draft_address}?saved=yes")
    if did in {"save", "undo"}:
        return Elsewhere(f"{draft_address}/{decided.source}/{decided.number}?did={did}")
    following = next_open(one, (decided.source, decided.number))
    if following is None or following == decided:
        return Elsewhere(draft_address)
    last = f"?did={did}&last={decided.source}/{decided.number}"
    return Elsewhere(f"{draft_address}/{following.source}/{following.number}{last}")


def _decision(decided: DecidedCard, did: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a decision writes into a card."""
    if did not in DID:
        raise DetenteError("no decision", where=did, hint=f"use {', '.join(DID)}")
    if decided.claim:
        hint = "change the claim on the page The pack"
        raise DetenteError("is a claim of the pack already", where=decided.claim, hint=hint)
    marks = {"accept": did == "accept"} if did not in LATER else {}
    if did not in LATER and (did == "reject") != decided.drafted.reject:
        marks["reject"] = did == "reject"
    if did in {"reject", "undo"}:
        return marks
    written: dict[str, Any] = {key: typed[key] or None for key in TEXTS if key != "key"}
    written["date"] = day_of(typed["date"])
    if typed["key"] or decided.drafted.key:
        written["key"] = typed["key"] or None
    if typed["bears_on"] or decided.drafted.bears_on:
        written["bears_on"] = typed["bears_on"]
    return {**written, **marks}


def enter(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Add the accepted cards of a draft to the pack: all of them, or none with all reasons."""
    known, crisis, one = _draft(asked)
    try:
        made = accept(one.path, crisis, today=date.today())
        kept = save(Path(known.place), crisis.text, made.files)
    except DraftFaults as refused:
        return _draft_page(asked, known, one, refused.faults)
    done = f"entered={len(made.claims)}&saved={kept.name if kept else ''}"
    done += f"&alike={'+'.join(made.alike)}" if made.alike else ""
    return Elsewhere(f"/ledger/{one.path.stem}?{done}")


def claim(asked: PageRequest) -> FilledTemplate:
    """Show a claim, the numbers that rest on it, and others that it may concern."""
    known, key = asked.pack, asked.parts["claim"]
    crisis = known.reading.crisis
    if key not in crisis.claims:
        raise PageRefused(404)
    shown = crisis.claims[key]
    resting = {field: one for field, one in crisis.numbers.items() if key in one.because}
    # The sentences behind the claim in drafts of the pack, and the claim itself.
    texts: list[str] = []
    for path in _drafts(known).values():
        _, one, _ = _opened(path, crisis)
        texts += [card.sentence for card in (one.cards if one else ()) if card.claim == key]
    texts.append(shown.says)
    near = dict.fromkeys(field for text in texts for field in fields_for(text, crisis))
    given = {
        "key": key,
        "claim": shown,
        "source": crisis.sources[shown.source],
        "resting": resting,
        "offered": {field: crisis.numbers[field] for field in near if field not in resting},
        "says": _says(crisis),
        "quantity": quantity,
    }
    return FilledTemplate("claim_to_numbers.html", given)


def proposals(asked: PageRequest) -> FilledTemplate:
    """List the proposals of assistants, with decisions; without a pack of one's own, say so."""
    known = None if asked.served.pack is None else asked.pack
    book = None if known is None or known.is_shipped else book_of(known.place)
    return FilledTemplate(
        "proposals.html",
        {"known": known, "book": book, "as_json": json.dumps, "form": form_of, "words": passage_of},
    )


def decide_proposal(asked: PageRequest) -> Elsewhere:
    """Accept a proposal into the pack, or reject it."""
    known, key, did = asked.pack, asked.parts["proposal"], asked.form.text("do")
    if did not in {"accept", "reject"}:
        raise DetenteError("no decision", where=did, hint="use accept or reject")
    decide_it = take if did == "accept" else refuse
    decide_it(known.place, key, by=plain(asked.form.text("by")), today=date.today())
    return Elsewhere(f"/proposals?{did}ed={key}")


PAGES = RoomPages(
    (
        Page("/ledger", overview),
        Page("/proposals", proposals),
        Page("/proposals/{proposal}", decide_proposal, "POST"),
        Page("/ledger", read, "POST", takes_documents=True),
        Page("/ledger/claim/{claim}", claim),
        Page("/ledger/{draft}", draft),
        Page("/ledger/{draft}", about, "POST"),
        Page("/ledger/{draft}/enter", enter, "POST"),
        Page("/ledger/{draft}/{source}/{number}", card),
        Page("/ledger/{draft}/{source}/{number}", decide_card, "POST"),
    ),
    Path(__file__).parent / "templates",
    (Destination("Write", "The ledger", "/ledger", needs_pack=True),),
)

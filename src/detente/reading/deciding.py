"""Starts a draft, and stores a decision on one card, or refuses it."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from detente.disk import write_whole
from detente.errors import DetenteError
from detente.evidence.claim import Passage, digest_of
from detente.evidence.document import SUFFIXES, read_document
from detente.pack.amending import amended
from detente.pack.crisis import Crisis
from detente.pack.editing import saving
from detente.pack.toml import KeyPath
from detente.reading.accepting import draft_of, judge, read_draft
from detente.reading.bearing import field_words, suggested
from detente.reading.draft import (
    Double,
    DraftedCard,
    DraftFile,
    ReadDocument,
    claims_within,
    doubles_of,
    held_in,
    identity_of,
    mentions,
    read_documents,
    read_text,
    to_draft,
)
from detente.text import free_key, plain, slug

State = Literal["open", "accepted", "rejected", "in the pack"]
READ = 8
"""Upper limit on the documents whose cards are cached between decisions."""
IGNORE = "# Documents and their sentences belong to others: nothing here is published.\n*\n"
MONTHS = 12
CONTEXT = 300
"""Text that is shown before and after a sentence [characters]."""


class DecidedCard(NamedTuple):
    """A card with its context and its state."""

    source: Annotated[str, "key of its document"]
    number: Annotated[str, "number in the document, from 1"]
    drafted: DraftedCard
    state: State
    sentence: str
    before: str
    after: str
    mentions: Annotated[tuple[str, ...], "doubt, quantities, dates and systems, in words"]
    days: Annotated[tuple[str, ...], "days mentioned; the last one of a month or year"]
    double: Double | None
    held: Annotated[tuple[str, ...], "claims of the pack with its passage"]
    claim: Annotated[str, 'key of the claim made from it, or ""']


class OpenDraft(NamedTuple):
    """A draft, its documents, and all cards in order."""

    path: Path
    file: DraftFile
    documents: Mapping[str, ReadDocument]
    cards: tuple[DecidedCard, ...]

    def count(self, state: State) -> int:
        """Return the number of cards in a state."""
        return sum(card.state == state for card in self.cards)


def begin(
    folder: Path,
    documents: Sequence[tuple[str, bytes]],
    crisis: Crisis,
    *,
    name: str = "",
    day: date | None = None,
) -> Path:
    """Write documents and a draft of their cards into a folder, all or none; return its path.

    The folder is excluded from version control. Documents are names with contents, and have the
    date `day`; the draft is named after the first document unless `name` is given.

    Raises `DetenteError` if no document is given, one cannot be read or has no sentence, or they
    cannot be written.
    """
    if not documents:
        hint = "choose a file, or paste the text of one"
        raise DetenteError("no document was given", hint=hint)
    places: list[Path] = []
    try:
        with saving(folder):
            taken = {path.stem for path in folder.glob("*") if path.suffix != ".toml"}
            for given, _ in documents:
                stem = free_key(slug(Path(given).stem, "document"), taken)
                ending = Path(given).suffix.lower()
                taken.add(stem)
                places.append(
                    folder / f"{stem}{ending if ending in (*SUFFIXES, '.pdf') else '.txt'}"
                )
            write_whole(folder / ".gitignore", IGNORE.encode())
            for place, (_, content) in zip(places, documents, strict=True):
                write_whole(place, content)
        # Reading is slow, so the lock is released meanwhile.
        found = read_documents(places, day=day, crisis=crisis)
        with saving(folder):
            drafts = {path.stem for path in folder.glob("*.toml")}
            draft = folder / f"{free_key(slug(name or places[0].stem, 'document'), drafts)}.toml"
            text = to_draft(found, draft, today=date.today(), crisis=crisis)
            write_whole(draft, text.encode())
    except DetenteError:
        for path in places:
            path.unlink(missing_ok=True)
        raise
    return draft


def open_draft(path: Path, crisis: Crisis) -> OpenDraft:
    """Return a draft with its documents, and the claims of a pack made from them.

    Raises `DetenteError` if the draft or a document cannot be read, or a document has changed
    since.
    """
    file, _ = read_draft(path)
    documents = {}
    for key, drafted_document in file.documents.items():
        place = path.parent / drafted_document.file
        text = read_document(place)
        if digest_of(text) != drafted_document.sha256:
            hint = "read it again into another draft"
            raise DetenteError("has changed since it was read", where=str(place), hint=hint)
        documents[key] = _read(key, place, text, drafted_document.date)
    alike = doubles_of(documents.values())
    found = []
    for source, document in documents.items():
        places = {card.start: place for place, card in enumerate(document.cards)}
        held = held_in(document.text, crisis)
        for number, drafted in file.cards.get(source, {}).items():
            double = alike.get((source, places.get(drafted.at.start, -1)))
            card = _card(document, number, drafted, crisis, held)
            found.append(card._replace(double=double))
    return OpenDraft(path, file, documents, tuple(found))


_read = lru_cache(READ)(read_text)


def _card(
    document: ReadDocument,
    number: str,
    drafted: DraftedCard,
    crisis: Crisis,
    held: Mapping[str, Passage],
) -> DecidedCard:
    start, end, text = drafted.at.start, drafted.at.end, document.text
    sentence = next((card for card in document.cards if card.start == start), None)
    identity = document.key, drafted.at, drafted.says
    same = (key for key, one in crisis.claims.items() if identity_of(one) == identity)
    claim = next(same, "")
    state: State = "accepted" if drafted.accept else "rejected" if drafted.reject else "open"
    if claim or (state == "open" and drafted.at in held.values()):
        state = "in the pack"
    # Days mentioned in the sentence, up to the document's day.
    mentioned = (last_day(one.date) for one in (sentence.dates if sentence else ()) if one.date)
    latest = document.day.isoformat() if document.day else ""
    return DecidedCard(
        source=document.key,
        number=number,
        drafted=drafted,
        state=state,
        sentence=plain(text[start:end]),
        before="…" * (start > CONTEXT) + plain(text[max(0, start - CONTEXT) : start]),
        after=plain(text[end : end + CONTEXT]) + "…" * (end + CONTEXT < len(text)),
        mentions=mentions(sentence) if sentence else (),
        days=tuple(day for day in dict.fromkeys(mentioned) if not latest or day <= latest),
        double=None,
        held=claims_within(held, start, end),
        claim=claim,
    )


def last_day(written: str) -> str:
    """Return a day as written, or the last day of a month or a year."""
    year, *month = map(int, written.split("-"))
    if len(month) > 1:
        return written
    number = month[0] if month else MONTHS
    return date(year, number, monthrange(year, number)[1]).isoformat()


def fields_for(says: str, crisis: Crisis, *, are_written: bool = False) -> tuple[str, ...]:
    """Return numbers of a pack to which a sentence may be relevant, the most likely first.

    With `are_written` only numbers that the pack gives are suggested.
    """
    cards = read_text("", Path(), says, None).cards
    known = field_words(crisis)
    return suggested(says, cards[0], known, are_written=are_written) if cards else ()


def decide(path: Path, card: KeyPath, values: Mapping[str, Any], crisis: Crisis) -> None:
    """Write a decision on a card into a draft; a card is named by its document and number.

    `values` are fields of the card; None leaves one blank. Raises `DraftFaults` with the reasons if
    the card is accepted but may not enter the pack; nothing is then written. Raises `DetenteError`
    if the card does not exist, or the draft cannot be read or written.
    """
    card_path: KeyPath = ("cards", *card)
    write(path, {(*card_path, key): value for key, value in values.items()}, crisis, only=card_path)


def write(path: Path, values: Mapping[KeyPath, Any], crisis: Crisis, *, only: KeyPath = ()) -> None:
    """Write fields of a draft by path, all or none; None leaves a field blank.

    Raises `DraftFaults` if the result is no valid draft, or if an accepted card below the path
    `only` may not enter the pack; `DetenteError` if the draft cannot be read or written, or has no
    such card or document.
    """
    with saving(path.parent):
        file, content = read_draft(path)
        for place in values:
            is_there = place[0] != "documents" or place[1] in file.documents
            if place[0] == "cards":
                is_there = str(place[2]) in file.cards.get(str(place[1]), {})
            if not is_there:
                raise DetenteError("is not in the draft", where=".".join(map(str, place[:-1])))
        written = {place: "" if value is None else value for place, value in values.items()}
        changed = amended(content, written, name=path.name)
        drafted = draft_of(changed, path)
        if only and drafted.cards[str(only[1])][str(only[2])].accept:
            judge(changed, path, crisis, only=only)
        write_whole(path, changed)


def next_open(draft: OpenDraft, after: tuple[str, str]) -> DecidedCard | None:
    """Return the next undecided card, continuing from the top at the end; None if there is none."""
    keys = [(card.source, card.number) for card in draft.cards]
    place = keys.index(after) + 1 if after in keys else 0
    turned: Iterator[DecidedCard] = iter((*draft.cards[place:], *draft.cards[:place]))
    return next((card for card in turned if card.state == "open"), None)

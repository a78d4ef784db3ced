"""Drafts: files with a card for each sentence of documents, and the numbers that it may concern."""

import json
import os
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints

from detente.data import in_json
from detente.errors import DetenteError
from detente.evidence.claim import (
    Claim,
    ClaimKey,
    ClaimKind,
    Day,
    Passage,
    StandIn,
    Text,
    WrittenPart,
    digest_of,
)
from detente.evidence.document import read_document
from detente.pack.crisis import Crisis
from detente.pack.resolve import catalogue
from detente.pack.writing import inline_lines
from detente.reading.bearing import NUMBER, field_words, suggested
from detente.reading.cards import SentenceCard, cards_of, doubles
from detente.reading.mentions import aliases_of
from detente.text import free_key, plain, slug

SHELVES = ("layers", "radars", "threats")
WIDTH = 98
"""Width of comments [characters]."""
WRITER = re.compile(r"By (?P<name>[A-Z][\w'.-]*(?: [A-Z][\w'.-]*){1,3})")
"""A line with the author of an article."""
LONGEST_TITLE = 150
"""Upper limit on a headline; longer first lines are none [characters]."""
AUTHOR = "the article's author"
SOUGHT = "title (its first line, if that is one) and publisher are needed"
"""Comment above a document that the pack does not know."""

KINDS = {
    "stated": "by one who decides",
    "reported": "as a fact",
    "claimed": "by an interested side",
    "analyst": "a judgement",
    "inferred": "by you",
}
"""Kinds of claims, with explanations."""
GRADES = (
    "the Admiralty code, such as C3: the source from A (reliable) to E, F for unknown; what it "
    "says from 2 (probably true) to 5 (improbable), 6 for unknown"
)
"""Explanation of grades."""
HEAD = """\
A card for each sentence, {count} in all, drafted on {today}. The sentences stand here for you
alone: a claim in a pack is your own words, with the place of the passage and its SHA-256.

To accept a card, write accept = true, and what the sentence means, in your own words, after says.
by and kind are filled where the words leave no doubt: check them. Leave other cards as they are,
or write reject = true for a sentence that you have read and do not want.
{terms}
date:  the day on which it was said or became known; of a month or a year, its last day. A card that
       leaves it blank has the date of its document.
A card may also have a key for its claim, such as key = "dams-open"; otherwise one is made.
bears_on lists numbers of the pack: the claim is added to because in each. Suggestions stand
there behind #; you write the range of a number yourself, and what it means is shown by
    detente explain {pack} FIELD

What is accepted goes into a pack, all of it or nothing, with
    detente read --accept {draft} -p {pack}
"""


class ReadDocument(NamedTuple):
    """A document, its text, and its cards."""

    key: str
    path: Path
    text: str
    day: date | None
    cards: tuple[SentenceCard, ...]
    title: Annotated[str, "as its feed gives it; empty if it is of no feed"] = ""
    publisher: Annotated[str, "the name of its feed"] = ""

    def sentence(self, place: int) -> str:
        """Return the text of a card on one line."""
        card = self.cards[place]
        return plain(self.text[card.start : card.end])

    @property
    def sentences(self) -> list[str]:
        """Return the texts of all cards."""
        return [self.sentence(place) for place in range(len(self.cards))]


class Double(NamedTuple):
    """A sentence of another document that says nearly the same."""

    source: str
    number: Annotated[str, "number of its card"]
    sentence: str


class DraftedDocument(WrittenPart):
    """A document of a draft, and what its source in the pack is to say."""

    file: Annotated[Text, Field(description="where the document lies, seen from the draft")]
    sha256: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9a-f]{64}$"),
        StandIn("0" * 64),
        Field(description="the checksum of its text"),
    ]
    title: Text | None = None
    publisher: Text | None = None
    author: Text | None = None
    date: Day | None = None
    language: Text | None = None


class Otherwise(WrittenPart):
    """What an accepted card takes where it leaves a field blank."""

    by: Text | None = None
    kind: Annotated[ClaimKind | None, StandIn(None)] = None
    grade: Annotated[str | None, StringConstraints(pattern=r"^[A-F][1-6]$"), StandIn(None)] = None


class DraftedCard(Otherwise):
    """A card as an analyst leaves it."""

    accept: Annotated[bool, StandIn(False)] = False
    reject: Annotated[bool, StandIn(False)] = False
    key: Annotated[ClaimKey | None, StandIn(None)] = None
    says: Text | None = None
    date: Day | None = None
    at: Annotated[Passage, Field(description="the place and the checksum of its passage")]
    bears_on: Annotated[
        tuple[Text, ...],
        Field(description="numbers of the pack, whose `because` the claim joins"),
    ] = ()


class DraftFile(WrittenPart):
    """A whole draft."""

    accepted_by: Text | None = None
    otherwise: Otherwise = Otherwise()
    documents: Mapping[ClaimKey, DraftedDocument] = Field(description="what was read, by key")
    cards: Mapping[ClaimKey, Mapping[ClaimKey, DraftedCard]] = Field(
        default_factory=dict, description="the sentences, by document and number"
    )


def read_documents(
    paths: Sequence[Path], *, day: date | None = None, crisis: Crisis | None = None
) -> tuple[ReadDocument, ...]:
    """Return texts, HTML pages or PDF files with cards for their sentences.

    `day` is their date. A document with passages of the pack has the key of its source there.
    Raises `DetenteError` if one cannot be read, or has no sentence.
    """
    found: dict[str, ReadDocument] = {}
    for path in paths:
        text = read_document(path)
        sources = crisis.sources if crisis else {}
        held = next(iter(held_in(text, crisis)), None)
        key = crisis.claims[held].source if crisis and held else ""
        if not key or key in found:
            key = free_key(slug(path.stem, "document"), {**found, **sources})
        when = day or (sources[key].date if key in sources else None)
        read = read_text(key, path, text, when)
        if not read.cards:
            hint = "give one with a sentence in it; a picture of text has to be made text first"
            raise DetenteError("the document holds no words", where=str(path), hint=hint)
        found[key] = read
    return tuple(found.values())


def read_text(key: str, path: Path, text: str, day: date | None) -> ReadDocument:
    """Return a document with the cards of its text."""
    return ReadDocument(key, path, text, day, cards_of(text, day=day, aliases=_aliases()))


@cache
def _aliases() -> Mapping[str, re.Pattern[str]]:
    return aliases_of(key for shelf in SHELVES for key in catalogue(shelf))


def day_of(text: str, *, where: str = "date") -> date | None:
    """Return a typed date, None for an empty text; raise DetenteError for any other."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        hint = "write it as 2026-02-06"
        raise DetenteError(f"no date: {text}", where=where, hint=hint) from fault


def to_lines(documents: Iterable[ReadDocument]) -> str:
    """Return the cards for other programs: one JSON object a line, without sentences."""
    return "".join(
        json.dumps({"document": document.key, **in_json(card)}, ensure_ascii=True) + "\n"
        for document in documents
        for card in document.cards
    )


def to_draft(
    documents: Sequence[ReadDocument],
    draft: Path,
    *,
    today: date,
    crisis: Crisis | None = None,
    proposals: Mapping[tuple[str, int], Sequence[str]] | None = None,
) -> str:
    """Return the text of a draft, with each sentence above its card; `draft` is its path.

    `proposals`: suggestions for a sentence, by document and index. With a crisis each card also has
    the numbers that it may concern, and the claims of the pack with its passage.
    """
    kinds = ", ".join(f"{kind} ({says})" for kind, says in KINDS.items())
    terms = [
        textwrap.fill(line, WIDTH, subsequent_indent=" " * 7)
        for line in (f"kind:  {kinds}", f"grade: {GRADES}")
    ]
    head = HEAD.format(
        count=sum(len(document.cards) for document in documents),
        today=today,
        terms="\n".join(terms),
        draft=draft,
        pack=crisis.text.name if crisis else "./my-crisis",
    )
    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    lines += ["", 'accepted_by = "" # your name: the pack keeps it with each claim', ""]
    authors = {author_of(document) for document in documents}
    by = authors.pop() if len(authors) == 1 else ""
    lines += ["[otherwise] # values for accepted cards that leave these blank"]
    lines += [f'by = "" # such as "{by or AUTHOR}"', 'kind = ""', 'grade = ""']
    for document in documents:
        is_known = crisis is not None and document.key in crisis.sources
        what = "the pack has this source, and keeps what it says of it" if is_known else SOUGHT
        fields = {
            "file": os.path.relpath(document.path, draft.parent),
            "sha256": digest_of(document.text),
            "title": "" if is_known else title_of(document),
            "publisher": "" if is_known else document.publisher,
            "author": author_of(document),
            "date": document.day or "",
            "language": "",
        }
        lines += ["", f"[documents.{document.key}] # {what}", *inline_lines(fields)]
    alike = doubles_of(documents)
    known = field_words(crisis) if crisis and proposals is None else None
    for document in documents:
        passages = held_in(document.text, crisis)
        for place, card in enumerate(document.cards):
            said = [document.sentence(place)]
            if found := mentions(card):
                said.append(f"- {'; '.join(found)}")
            if double := alike.get((document.key, place)):
                near = f"{double.source} {double.number}: {double.sentence}"
                said.append(f"- nearly the same in {near}")
            if held := claims_within(passages, card.start, card.end):
                said.append(f"- the pack has it: {', '.join(held)}")
            bears = (proposals or {}).get((document.key, place), ())
            # Numbers are written below the card, where they can be uncommented.
            if others := [one for one in bears if not one.startswith(NUMBER)]:
                said.append(f"- may bear on: {', '.join(others)}")
            lines.append("")
            for one in said:
                lines += textwrap.wrap(
                    one,
                    WIDTH,
                    initial_indent="# ",
                    subsequent_indent="#   ",
                    break_on_hyphens=False,
                )
            lines += [f"[cards.{document.key}.{place + 1}]"]
            lines += inline_lines(
                {
                    "accept": False,
                    "says": "",
                    "by": card.by,
                    "kind": card.kind,
                    "grade": "",
                    "date": document.day or "",
                    "at": {"start": card.start, "end": card.end, "sha256": card.sha256},
                }
            )
            likely = [one.removeprefix(NUMBER) for one in bears if one.startswith(NUMBER)]
            if known:
                likely = [*suggested(said[0], card, known, are_written=True)]
            # A comment: users uncomment and shorten it.
            lines += [f"# bears_on = {json.dumps(likely)}"] if likely else []
    return "\n".join(lines) + "\n"


def author_of(document: ReadDocument) -> str:
    """Return the author named in a document, or ""."""
    named = next(filter(None, map(WRITER.fullmatch, document.sentences)), None)
    return named["name"] if named else ""


def title_of(document: ReadDocument) -> str:
    """Return the headline of a document, or ""."""
    if document.title:
        return document.title if len(document.title) <= LONGEST_TITLE else ""
    first = document.sentence(0) if document.cards else ""
    is_headline = len(first) <= LONGEST_TITLE and first[-1:].isalnum()
    return first if is_headline and not WRITER.fullmatch(first) else ""


def mentions(card: SentenceCard) -> tuple[str, ...]:
    """Return in words what a sentence mentions: doubt, quantities, dates, systems."""
    doubt = [f"doubt ({card.hedge})"] if card.hedge else []
    read = [(one.text, f"{one.value:,.12g} {one.unit}") for one in card.quantities]
    counted = [text if text == as_read else f"{text} = {as_read}" for text, as_read in read]
    dated = [
        one.text if one.date in {"", one.text} else f"{one.text} = {one.date}" for one in card.dates
    ]
    return (*doubt, *counted, *dated, *card.systems)


def doubles_of(
    documents: Iterable[ReadDocument],
) -> Mapping[tuple[str, int], Double]:
    """Return sentences of other documents that say nearly the same, by document and index."""
    texts = {document.key: document.sentences for document in documents}
    alike = doubles(texts) if len(texts) > 1 else {}
    return {
        one: Double(key, str(place + 1), texts[key][place]) for one, (key, place) in alike.items()
    }


def held_in(text: str, crisis: Crisis | None) -> dict[str, Passage]:
    """Return the passages of a pack that a text contains, by claim."""
    claims = crisis.claims if crisis else {}
    placed = {key: claim.at for key, claim in claims.items() if claim.at is not None}
    return {
        key: at for key, at in placed.items() if digest_of(text[at.start : at.end]) == at.sha256
    }


def claims_within(passages: Mapping[str, Passage], start: int, end: int) -> tuple[str, ...]:
    """Return the claims whose passages overlap a part of a text."""
    return tuple(key for key, at in passages.items() if at.start < end and start < at.end)


def identity_of(claim: Claim) -> tuple[str, Passage | None, str]:
    """Return the fields that identify a claim: source, passage and words."""
    return claim.source, claim.at, claim.says

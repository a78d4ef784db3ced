"""The page of a document's sentences, with what their words clearly state."""

import shlex
from collections.abc import Sequence

from detente.questions.wording import count
from detente.reading.draft import ReadDocument, mentions
from detente.views.blocks import Command, Listing, Section

TO_DRAFT = ("-o", "draft.toml", "-p", "PACK", "--date", "DATE")
"""Arguments that make a draft of documents."""


def section(documents: Sequence[ReadDocument]) -> Section:
    """Return the page of cards for the sentences of documents."""
    paths = [document.path for document in documents]
    cards = [card for document in documents for card in document.cards]
    named = sum(bool(card.by) for card in cards)
    blocks = []
    for document in documents:
        items = []
        for place, card in enumerate(document.cards):
            notes = [*filter(None, (card.by, card.kind)), *mentions(card)]
            said = f" [{'; '.join(notes)}]" if notes else ""
            items.append(f"{place + 1}. {document.sentence(place)}{said}")
        blocks.append(Listing(f"Sentences of {document.key}", tuple(items)))
    return Section(
        key="cards",
        title=", ".join(map(str, paths)),
        answer=(
            f"{count(len(cards), 'sentence')}, a card each; in {named} the words leave no doubt "
            "who speaks. Read the others yourself.",
        ),
        blocks=tuple(blocks),
        next=(
            Command(
                "to accept cards into a pack",
                shlex.join(["detente", "read", *map(str, paths), *TO_DRAFT]),
            ),
        ),
    )

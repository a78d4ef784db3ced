"""Passages of an article that are relevant to each of the eight questions; none is an answer."""

import re
from collections.abc import Mapping
from pathlib import Path

from detente.pack.answers import TellingPassage
from detente.reading.cards import SentenceCard
from detente.reading.draft import read_documents

MOST_SHOWN = 3
"""Upper limit on the passages for a question."""
TELLING: Mapping[str, str] = {
    "who": r"demand|pressur|threat|ultimatum|coerc|insist|accus",
    "issues": r"disput|claim|concession|programme|program|territor|border|sanction|sovereign",
    "demand": r"demand|deadline|ultimatum|must|court|ruling|referendum|election|vote|by \d",
    "friends": r"\bally|allies|support|guarant|treaty|pact|stands? by|side with|proxy|proxies",
    "mediation": r"mediat|broker|envoy|go-between|host(?:s|ed|ing)?\b|talks in|good offices",
    "force": r"carrier|aircraft|missile|drone|troop|soldier|warship|destroyer|deploy|fleet",
    "resolve": r"vow|red line|resolve|determin|never|last (?:year|time)|retaliat|back(?:ed)? down",
    "kind": r"nuclear|border|attack|killed|earlier crisis|war of|since (?:19|20)\d\d",
    "judgements": r"likely|unlikely|probab|chance|expect|may well|odds",
}
"""Words, or their beginnings, of sentences that are relevant to a question."""
FEWEST_WORDS = 5
"""Words of a sentence below which it is taken for a heading."""


def propose(article: Path) -> dict[str, list[TellingPassage]]:
    """Return the most relevant passages of an article for each question, the best first.

    The suggested answer is what the card clearly states: days or quantities; it may be empty.
    Raises `DetenteError` if the article cannot be read, or has no sentence.
    """
    (document,) = read_documents([article])
    found: dict[str, list[TellingPassage]] = {}
    for question, words in TELLING.items():
        telling = re.compile(rf"\b(?:{words})", re.IGNORECASE)
        scored = []
        for place, card in enumerate(document.cards):
            sentence = document.sentence(place)
            score = len({one.lower() for one in telling.findall(sentence)})
            if score and len(sentence.split()) >= FEWEST_WORDS:
                scored.append((-score - bool(_named(question, card)), place, sentence, card))
        found[question] = [
            TellingPassage(question, _named(question, card), sentence, card.start, card.end)
            for _, _, sentence, card in sorted(scored, key=lambda one: one[:2])[:MOST_SHOWN]
        ]
    return found


def _named(question: str, card: SentenceCard) -> str:
    """Return what a card clearly states on a question, or ""."""
    named = {
        "demand": tuple(one.date or one.text for one in card.dates),
        "force": tuple(one.text for one in card.quantities),
        "judgements": tuple(one.text for one in card.quantities if one.unit == "%"),
    }
    return ", ".join(filter(None, named.get(question, ())))

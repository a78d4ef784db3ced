"""Passages of an article that are relevant to each of the eight questions; none is an answer."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from detente.pack.answers import TellingPassage
from detente.reading.cards import SentenceCard
from detente.reading.draft import read_documents
from detente.reading.mentions import dates

MOST_SHOWN = 3
"""Upper limit on the passages for a question."""
TELLING: Mapping[str, str] = {
    "who": r"demand|pressur|threat|ultimatum|coerc|insist|accus",
    "issues": r"disput|claim|concession|programme|program|territor|border|sanction|sovereign",
    "demand": r"demand|deadline|ultimatum|must|court|ruling|referendum|election|vote|by \d",
    "friends": r"ally|allies|support|guarant|treaty|pact|st(?:ands?|ood) by|side with|prox[yi]",
    "mediation": r"mediat|broker|envoy|go-between|host(?:s|ed|ing)?\b|talks in|good offices",
    "force": r"carrier|aircraft|missile|drone|troop|soldier|warship|destroyer|deploy|fleet",
    "resolve": r"vow|red line|resolve|determin|never|last (?:year|time)|retaliat|back(?:ed)? down|"
    r"give way|all means",
    "kind": r"nuclear|border|attack|fought|killed|earlier crisis|war of|since (?:19|20)\d\d",
    "judgements": r"likely|unlikely|probab|chance|expect|may well|odds",
}
"""Words, or their beginnings, of sentences that are relevant to a question."""
FEWEST_WORDS = 5
"""Words of a sentence below which it is taken for a heading."""

HEAD = 12
"""Lines at the top of an article that may hold its own date."""
DATE_LINE = re.compile(
    r"\b(?:first|last|published|posted|updated|dated?|on|at|\w+day|gmt|utc|[ap]\.?m|"
    r"by [^|·•\d]+)|[\d\W_]+",
    re.IGNORECASE,
)
"""What may stand next to its date in a line of its own: hour, weekday, author."""
PLACE = re.compile(r"[A-Z][\w .]{1,30}, *$")
"""What stands before the date of a dateline: a place."""


def propose(article: Path) -> dict[str, list[TellingPassage]]:
    """Return the most relevant passages of an article for each question, the best first.

    The suggested answer is what the card clearly states: days or quantities; it may be empty. The
    article's own date is suggested for the day as of which the crisis is written.
    Raises `DetenteError` if the article cannot be read, or has no sentence.
    """
    (document,) = read_documents([article])
    found = {"as_of": list(_own_date(document.text))}
    for question, words in TELLING.items():
        telling = re.compile(rf"\b(?:{words})", re.IGNORECASE)
        scored = []
        for place, card in enumerate(document.cards):
            sentence = document.sentence(place)
            score = len({one.lower() for one in telling.findall(sentence)})
            if score and len(sentence.split()) >= FEWEST_WORDS:
                scored.append((-score - bool(_named(question, card)), place, sentence, card))
        found[question] = [
            TellingPassage(_named(question, card), sentence, card.start, card.end)
            for _, _, sentence, card in sorted(scored, key=lambda one: one[:2])[:MOST_SHOWN]
        ]
    return found


def _own_date(text: str) -> Iterator[TellingPassage]:
    """Yield the date of an article with its line, if the top of its text clearly states it."""
    lines = [one for one in re.finditer(r"[^\n]+", text) if not one[0].isspace()]
    for line in lines[:HEAD]:
        days = [one for one in dates(line[0], None) if one.date.count("-") == 2]  # noqa: PLR2004
        if len(days) != 1:
            continue
        before, _, after = line[0].partition(days[0].text)
        is_alone = not DATE_LINE.sub("", f"{before} {after}")
        is_dateline = PLACE.fullmatch(before) and re.match(
            r" *(?:\(\w+\) *)?[-.\u2013\u2014]", after
        )
        if is_alone or is_dateline:
            shown = before + days[0].text if is_dateline else line[0].strip()
            start = text.index(shown, line.start())
            yield TellingPassage(days[0].date, shown, start, start + len(shown))
            return


def _named(question: str, card: SentenceCard) -> str:
    """Return what a card clearly states on a question, or ""."""
    named = {
        "demand": tuple(one.date or one.text for one in card.dates),
        "force": tuple(one.text for one in card.quantities),
        "judgements": tuple(one.text for one in card.quantities if one.unit == "%"),
    }
    return ", ".join(filter(None, named.get(question, ())))

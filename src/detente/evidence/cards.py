"""Every sentence of a document as a card: its place, and what its words say for sure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

from detente.evidence.claim import collapse, digest_of
from detente.evidence.mentions import Amount, Mention, amounts, dates, hedges, systems
from detente.evidence.sentences import Stretch, by_paragraph
from detente.evidence.speakers import Speaker, goes_on, names_of, speaker_of
from detente.text import straight

LONGEST_READ = 2000
"""Of a longer sentence only the place is given [characters]."""
HEARSAY = frozenset(("allegedly", "purportedly", "reportedly", "supposedly"))
"""Words by which a sentence without a speaker passes on what others say."""
LEAST_SHARED = 6
"""Words that two sentences share, at least, before one is taken for the other's double."""
ALIKE = 0.6
"""Share of all words of two sentences that they have in common if they say the same."""
COMMON = 200
"""A word of more sentences than this tells none of them apart."""


class SentenceCard(NamedTuple):
    """A sentence by its place and digest, as a passage is, and what its words say for sure.

    `by` and `kind` are empty where the words leave a doubt: whoever accepts the card writes them.
    """

    start: int
    end: int
    sha256: str
    by: str
    kind: Annotated[str, "stated, reported, claimed, analyst, or empty"]
    hedge: Annotated[str, "the words that leave it in doubt"]
    quantities: tuple[Amount, ...]
    dates: tuple[Mention, ...]
    systems: Annotated[tuple[str, ...], "keys of the catalogue"]

    def as_json(self) -> dict[str, Any]:
        """Return the card as a draft in lines holds it."""
        return {
            **self._asdict(),
            "quantities": [one._asdict() for one in self.quantities],
            "dates": [one._asdict() for one in self.dates],
            "systems": list(self.systems),
        }


def cards_of(
    text: str, *, day: date | None, aliases: Mapping[str, re.Pattern[str]]
) -> tuple[SentenceCard, ...]:
    """Return a card for every sentence of a text, in its order.

    Parameters
    ----------
    text
        The text of a document, as `read_document` returns it.
    day
        The date of the document, from which "last month" is worked out.
    aliases
        By what spellings the text may name each known system, as `aliases_of` returns them.
    """
    blocks = tuple(by_paragraph(text))
    speakers = _speakers([[_readable(text, place) for place in block] for block in blocks], text)
    places = (place for block in blocks for place in block)
    return tuple(
        _card(text, place, speaker, day, aliases)
        for place, speaker in zip(places, speakers, strict=True)
    )


def _card(
    text: str,
    place: Stretch,
    speaker: Speaker | None,
    day: date | None,
    aliases: Mapping[str, re.Pattern[str]],
) -> SentenceCard:
    sentence = _readable(text, place)
    doubts = hedges(sentence)
    kind = speaker.kind if speaker else "reported" if HEARSAY & {*doubts} else ""
    return SentenceCard(
        *place,
        sha256=digest_of(text[slice(*place)]),
        by=speaker.name if speaker else "",
        kind=kind,
        hedge=", ".join(doubts),
        quantities=amounts(sentence),
        dates=dates(sentence, day),
        systems=systems(sentence, aliases),
    )


def _readable(text: str, place: Stretch) -> str:
    """Return a sentence in one line with straight quotes; nothing of one that is too long."""
    start, end = place
    return straight(collapse(text[start:end])) if end - start <= LONGEST_READ else ""


def _speakers(paragraphs: Sequence[Sequence[str]], text: str) -> Iterator[Speaker | None]:
    """Yield who speaks in each sentence of a text.

    All of a quotation that runs over several sentences has one speaker; he or she is whoever spoke
    in the sentence before, if that is a person.
    """
    known, last = names_of(text), None
    for sentences in paragraphs:
        found = [speaker_of(one, known) for one in sentences]
        for run in _quotations(sentences):
            named = {one for one in found[run] if one is not None}
            if len(named) == 1:
                found[run] = [*named] * len(found[run])
        for sentence, speaker in zip(sentences, found, strict=True):
            is_same = last is not None and last.is_person and goes_on(sentence)
            last = speaker or (last if is_same else None)
            yield last


def _quotations(sentences: Sequence[str]) -> Iterator[slice]:
    """Yield the runs of sentences over which one quotation goes, if every one is closed."""
    marks = [sentence.count('"') for sentence in sentences]
    if sum(marks) % 2:
        return
    first, is_open = 0, False
    for place, count in enumerate(marks):
        if not is_open:
            first = place
        is_open ^= bool(count % 2)
        if not is_open and place > first:
            yield slice(first, place + 1)


def doubles(texts: Mapping[str, Sequence[str]]) -> Mapping[tuple[str, int], tuple[str, int]]:
    """Return the sentence of another document that says nearly the same, if one does.

    Parameters
    ----------
    texts
        The sentences of each document, by its key; one is meant by key and place, from 0.
    """
    words = {
        (key, place): frozenset(re.findall(r"\w{3,}", sentence.lower()))
        for key, sentences in texts.items()
        for place, sentence in enumerate(sentences)
    }
    holders: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for one, its in words.items():
        for word in its:
            holders[word].append(one)
    telling = {word: those for word, those in holders.items() if 1 < len(those) <= COMMON}
    found = {one: _nearest(one, its, telling, words) for one, its in words.items()}
    return {one: other for one, other in found.items() if other is not None}


def _nearest(
    one: tuple[str, int],
    its: Iterable[str],
    telling: Mapping[str, Sequence[tuple[str, int]]],
    words: Mapping[tuple[str, int], frozenset[str]],
) -> tuple[str, int] | None:
    shared = Counter(other for word in its for other in telling.get(word, ()))
    near = {
        other: len(words[one] & words[other]) / len(words[one] | words[other])
        for other, count in shared.items()
        if other[0] != one[0] and count >= LEAST_SHARED
    }
    best = max(near, key=lambda other: near[other], default=None)
    return best if best is not None and near[best] >= ALIKE else None

"""Every sentence of a document as a card: where it stands, and what its words say for sure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, NamedTuple

from detente.evidence.claim import collapse, digest_of
from detente.reading.mentions import Amount, Mention, amounts, dates, hedges, systems
from detente.reading.speakers import Speaker, goes_on, names_of, speaker_of
from detente.text import straight

Stretch = tuple[int, int]
"""From a character to the one after the last, as a `Passage` counts them."""

NARROWEST_WRAP, WIDEST_WRAP = 40, 120
"""Lines are broken by hand if the longest hold so much; others are paragraphs [characters]."""
FULL_LINE = 0.85
"""Share of the longest lines from which a line, with the next word on it, is full."""
LONG_LINES = 0.9
"""Quantile of the lengths of lines that stands for the longest of them."""

STOP = re.compile(r"(?:[.!?…\u061f\u06d4।]+[\"')\]]*(?=\s|$)|[。\uff01\uff1f]+[\"'」』]*)")
"""What may end a sentence, with the quotes and brackets that it closes."""
BULLET = re.compile(r"(?:[-—*•·▪◦‣]|\(?(?:\d{1,3}|[a-z])[.)])\s+")
WORD = re.compile(r"[^\W\d_]")
NEAR = 60
"""So many characters next to a mark decide whether it ends a sentence."""
LOWER_START = re.compile(r"[\"'(\[]*[a-z]")

TITLES = re.compile(
    r"[(\"']*(?:adm|amb|ambs|brig|capt|cmdr|col|cpl|dr|drs|e\.g|fig|figs|fr|gen|gens|gov|govs|"
    r"hon|i\.e|lt|maj|messrs|mr|mrs|ms|mt|no|nos|pres|prof|rear|rep|reps|rev|sec|sen|sens|sgt|st|"
    r"vs|cf|ca|approx|art|para|vol|pp?)\.",
    re.IGNORECASE,
)
"""Abbreviations that a name, a number or more of the sentence follows."""
OPEN_ENDED = re.compile(
    r"[(\"']*(?:(?:[a-z]\.){2,}|(?:bros|co|corp|dept|est|etc|inc|jr|ltd|sr|univ|jan|feb|mar|apr|"
    r"jun|jul|aug|sept?|oct|nov|dec)\.)[)\"']*",
    re.IGNORECASE,
)
"""Abbreviations with which a sentence may end or go on, as the next word shows."""
INITIAL = re.compile(r"[(\"']*(?:[A-Z][.-])*[A-Z]\.")
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about above across after again against all almost along already also although
        among an and another any around as at because before behind below between beyond
        both but by despite during each either even every except few for from he her here
        his how however if in inside instead into it its last less many meanwhile more most
        much neither never no nobody none nor not nothing now of off often on once one only
        or other others our out outside over own perhaps rather several she should since so
        some soon still such than that the their then there these they this those though
        through thus to together too toward towards two under unless unlike until up very
        was we well were what when where whether which while who why will with within
        without would yet you
        """,
    )
)
"""Words that say nothing by themselves, with which any sentence may begin."""


def sentences(text: str) -> tuple[Stretch, ...]:
    """Return where each sentence of a text stands, in its order.

    A headline, an entry of a list or a line of a table counts as a sentence. What holds no letter
    is left out. In a text with hard line breaks a sentence may run over several lines.
    """
    return tuple(one for block in by_paragraph(text) for one in block)


def by_paragraph(text: str) -> Iterator[tuple[Stretch, ...]]:
    """Yield the sentences of each paragraph that has any."""
    marked = straight(text)
    for block in _paragraphs(marked):
        found = tuple(one for one in _sentences_in(marked, block) if WORD.search(text, *one))
        if found:
            yield found


def _paragraphs(text: str) -> Iterator[Stretch]:
    """Yield the blocks of a text that no sentence crosses: paragraphs, headlines, list entries."""
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    lines = [line for line in lines if text[slice(*line)].strip()]
    # How many characters a full line has; none is full where lines are not wrapped.
    lengths = sorted(end - start for start, end in lines)
    longest = lengths[int(LONG_LINES * (len(lengths) - 1))] if lengths else 0
    width = longest if NARROWEST_WRAP <= longest <= WIDEST_WRAP else float("inf")
    begun: Stretch | None = None
    for line in lines:
        if begun is not None and _goes_on(text, begun[1], line, width):
            begun = begun[0], line[1]
            continue
        if begun is not None:
            yield begun
        begun = line
    if begun is not None:
        yield begun


def _goes_on(text: str, end: int, line: Stretch, width: float) -> bool:
    """Say whether a line goes on with the sentence of the one before, which ends at `end`."""
    if text.count("\n", end, line[0]) > 1:
        return False
    before = text[text.rfind("\n", 0, end) + 1 : end].rstrip()
    after = text[slice(*line)].strip()
    if BULLET.match(after):
        return False
    if LOWER_START.match(after) and not STOP.search(before[-3:]):
        return True
    return len(before) + 1 + len(after.split(maxsplit=1)[0]) > FULL_LINE * width


def _sentences_in(text: str, block: Stretch) -> Iterator[Stretch]:
    start = block[0]
    for stop in STOP.finditer(text, *block):
        if _is_end(text, start, stop, block[1]):
            yield _trimmed(text, start, stop.end())
            start = stop.end()
    if text[start : block[1]].strip():
        yield _trimmed(text, start, block[1])


def _is_end(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Say whether a sentence that began at `start` ends with a mark."""
    after = text[stop.end() : min(end, stop.end() + NEAR)].split(maxsplit=1)
    if not after:
        return True
    if LOWER_START.match(after[0]):
        return False
    if "." not in stop[0] or stop[0].startswith(".."):
        return True
    token = text[max(start, stop.end() - NEAR) : stop.end()].rsplit(maxsplit=1)[-1]
    if OPEN_ENDED.fullmatch(token):
        return after[0].strip("\"'(,").lower() in FUNCTION_WORDS
    return not (TITLES.fullmatch(token) or INITIAL.fullmatch(token))


def _trimmed(text: str, start: int, end: int) -> Stretch:
    """Return a stretch without the white space around it and the bullet before it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    bullet = BULLET.match(text, start, end)
    return (bullet.end() if bullet else start), end


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
    """A sentence by its place and checksum, as a passage is, and what its words say for sure.

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


def cards_of(
    text: str, *, day: date | None, aliases: Mapping[str, re.Pattern[str]]
) -> tuple[SentenceCard, ...]:
    """Return a card for every sentence of a text, in its order.

    From `day`, the date of the document, "last month" is worked out; by `aliases` the text names
    the systems that are known (`aliases_of`).
    """
    blocks = tuple(by_paragraph(text))
    readable = [[_readable(text, place) for place in block] for block in blocks]
    speakers, found = _speakers(readable, text), []
    for block, sentences_of_it in zip(blocks, readable, strict=True):
        for place, sentence in zip(block, sentences_of_it, strict=True):
            speaker, doubts = next(speakers), hedges(sentence)
            passed_on = "reported" if HEARSAY & {*doubts} else ""
            found.append(
                SentenceCard(
                    *place,
                    sha256=digest_of(text[slice(*place)]),
                    by=speaker.name if speaker else "",
                    kind=speaker.kind if speaker else passed_on,
                    hedge=", ".join(doubts),
                    quantities=amounts(sentence),
                    dates=dates(sentence, day),
                    systems=systems(sentence, aliases),
                )
            )
    return tuple(found)


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

    `texts` are the sentences of each document by its key; one is meant by key and place, from 0.
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
    found = {}
    for one, its in words.items():
        shared = Counter(other for word in its for other in telling.get(word, ()))
        near = {
            other: len(its & words[other]) / len(its | words[other])
            for other, count in shared.items()
            if other[0] != one[0] and count >= LEAST_SHARED
        }
        best = max(near.items(), key=lambda pair: pair[1], default=None)
        if best is not None and best[1] >= ALIKE:
            found[one] = best[0]
    return found

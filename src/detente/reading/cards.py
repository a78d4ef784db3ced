"""Cards for the sentences of a document: the place of each, and what its words clearly state."""

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
"""Start and end of a part of a text, the end excluded, as in a `Passage`."""

NARROWEST_WRAP, WIDEST_WRAP = 40, 120
"""Longest lines in this range indicate hard line breaks; otherwise lines are paragraphs."""
FULL_LINE = 0.85
"""A line is full if it, with the next word, exceeds this share of the longest lines."""
LONG_LINES = 0.9
"""Quantile of the lengths of lines that is used as their maximum."""

STOP = re.compile(r"(?:[.!?…\u061f\u06d4।]+[\"')\]]*(?=\s|$)|[。\uff01\uff1f]+[\"'」』]*)")
"""Marks that may end a sentence, with closing quotes and brackets."""
BULLET = re.compile(r"(?:[-—*•·▪◦‣]|\(?(?:\d{1,3}|[a-z])[.)])\s+")
WORD = re.compile(r"[^\W\d_]")
NEAR = 60
"""Distance next to a mark that decides whether it ends a sentence [characters]."""
LOWER_START = re.compile(r"[\"'(\[]*[a-z]")

TITLES = re.compile(
    r"[(\"']*(?:adm|amb|ambs|brig|capt|cmdr|col|cpl|dr|drs|e\.g|fig|figs|fr|gen|gens|gov|govs|"
    r"hon|i\.e|lt|maj|messrs|mr|mrs|ms|mt|no|nos|pres|prof|rear|rep|reps|rev|sec|sen|sens|sgt|st|"
    r"vs|cf|ca|approx|art|para|vol|pp?)\.",
    re.IGNORECASE,
)
"""Abbreviations before a name or a number, which never end a sentence."""
OPEN_ENDED = re.compile(
    r"[(\"']*(?:(?:[a-z]\.){2,}|(?:bros|co|corp|dept|est|etc|inc|jr|ltd|sr|univ|jan|feb|mar|apr|"
    r"jun|jul|aug|sept?|oct|nov|dec)\.)[)\"']*",
    re.IGNORECASE,
)
"""Abbreviations that may end a sentence, as the next word shows."""
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
"""Words without content of their own, with which any sentence may begin."""


def sentences(text: str) -> tuple[Stretch, ...]:
    """Return the places of the sentences of a text, in order.

    Headlines, list entries and lines of a table count as sentences. Parts without letters are left
    out. In a text with hard line breaks a sentence may extend over several lines.
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
    """Yield the places of blocks that no sentence crosses: paragraphs, headlines, list entries."""
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    lines = [line for line in lines if text[slice(*line)].strip()]
    # Length of a full line; infinite if the text has no hard line breaks.
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
    """Return whether a line continues the sentence of the line before, which ends at `end`."""
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
    """Return whether a mark ends the sentence that began at `start`."""
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
    """Return a part of a text without surrounding white space and bullet."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    bullet = BULLET.match(text, start, end)
    return (bullet.end() if bullet else start), end


LONGEST_READ = 2000
"""A longer sentence is not analysed [characters]."""
HEARSAY = frozenset(("allegedly", "purportedly", "reportedly", "supposedly"))
"""Words that mark a sentence without a speaker as hearsay."""
LEAST_SHARED = 6
"""Least number of words that doubles share."""
ALIKE = 0.6
"""Least share of all words of two sentences that doubles have in common."""
COMMON = 200
"""Words in more sentences than this are ignored."""


class SentenceCard(NamedTuple):
    """A sentence by place and checksum, with what its words clearly state.

    `by` and `kind` are empty if the words leave doubt; a person fills them in.
    """

    start: int
    end: int
    sha256: str
    by: str
    kind: Annotated[str, "stated, reported, claimed, analyst, or empty"]
    hedge: Annotated[str, "words of doubt"]
    quantities: tuple[Amount, ...]
    dates: tuple[Mention, ...]
    systems: Annotated[tuple[str, ...], "keys in the catalogue"]


def cards_of(
    text: str, *, day: date | None, aliases: Mapping[str, re.Pattern[str]]
) -> tuple[SentenceCard, ...]:
    """Return a card for every sentence of a text, in order.

    `day` is the date of the document, to which "last month" refers; `aliases` are patterns for the
    names of known systems (`aliases_of`).
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
    """Return a sentence on one line with straight quotes; "" if it is too long."""
    start, end = place
    return straight(collapse(text[start:end])) if end - start <= LONGEST_READ else ""


def _speakers(paragraphs: Sequence[Sequence[str]], text: str) -> Iterator[Speaker | None]:
    """Yield the speaker of each sentence of a text.

    All sentences of a quotation have one speaker. He or she refers to the person who spoke in the
    sentence before.
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
    """Yield runs of sentences within one quotation, provided that all quotations are closed."""
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
    """Return for each sentence the one of another document that says nearly the same, if any.

    `texts` are the sentences of each document by key; a sentence is identified by key and index.
    """
    words = {
        (key, place): frozenset(re.findall(r"\w{3,}", sentence.lower()))
        for key, sentences in texts.items()
        for place, sentence in enumerate(sentences)
    }
    holders: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for one, own_words in words.items():
        for word in own_words:
            holders[word].append(one)
    telling = {word: those for word, those in holders.items() if 1 < len(those) <= COMMON}
    found = {}
    for one, own_words in words.items():
        shared = Counter(other for word in own_words for other in telling.get(word, ()))
        near = {
            other: len(own_words & words[other]) / len(own_words | words[other])
            for other, count in shared.items()
            if other[0] != one[0] and count >= LEAST_SHARED
        }
        best = max(near.items(), key=lambda pair: pair[1], default=None)
        if best is not None and best[1] >= ALIKE:
            found[one] = best[0]
    return found

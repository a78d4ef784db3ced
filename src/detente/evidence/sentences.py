"""Where the sentences of a text begin and end, headlines and entries of lists among them."""

import re
from collections.abc import Iterator, Sequence

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
OPENERS = frozenset(
    (
        *("a", "after", "although", "an", "and", "as", "at", "because", "before", "both", "but"),
        *("by", "despite", "each", "every", "few", "for", "from", "he", "however", "if", "in"),
        *("it", "its", "last", "many", "meanwhile", "most", "neither", "no", "not", "on", "one"),
        *("other", "others", "our", "she", "since", "so", "some", "still", "such", "that", "the"),
        *("their", "then", "there", "these", "they", "this", "those", "though", "to", "under"),
        *("until", "we", "what", "when", "whether", "while", "with", "yet", "you"),
    )
)
"""Words with a capital after an abbreviation that begin a sentence and no name."""


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
    width = _width(lines)
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


def _width(lines: Sequence[Stretch]) -> float:
    """Return how many characters a full line has; none is full where lines are not wrapped."""
    lengths = sorted(end - start for start, end in lines)
    longest = lengths[int(LONG_LINES * (len(lengths) - 1))] if lengths else 0
    return longest if NARROWEST_WRAP <= longest <= WIDEST_WRAP else float("inf")


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
        return after[0].strip("\"'(,").lower() in OPENERS
    return not (TITLES.fullmatch(token) or INITIAL.fullmatch(token))


def _trimmed(text: str, start: int, end: int) -> Stretch:
    """Return a stretch without the white space around it and the bullet before it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    bullet = BULLET.match(text, start, end)
    return (bullet.end() if bullet else start), end

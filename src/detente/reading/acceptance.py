"""Checks on a drafted claim: the passage in the document has to support it."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from detente.evidence.claim import Passage
from detente.evidence.document import verify
from detente.pack.number import Finding
from detente.reading.cards import FUNCTION_WORDS
from detente.reading.mentions import SCALES, SMALL
from detente.reading.names import WORDED, names_in, strange_names, unaccented, words_of
from detente.text import nearest, straight

SHORTEST = 12
"""Shorter passages are refused [characters]."""
OWN_WORDS = 8
"""This many consecutive words of a document count as copied."""
NEAR = 600
"""Distance from a passage within which its speaker and its years may be named [characters]."""
ODD = re.compile(r"[^\w\s.,;:'\"()/%$&!?+\-\u2014\u2026\u20ac\u00a3\u00b0]")
"""Characters that no sentence needs: code, and invisible characters."""
FIGURE = re.compile(r"(?<![\w-])\d[\d,]*(?:\.\d+)?(?=[a-z]*\b)")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
BOTH = re.compile(r"\b(?:the two|one)\b", re.IGNORECASE)
"""Number words that often refer to persons or things, and are ignored."""
NOBODY_NAMED = frozenset(("the", "an", "a", "unnamed", "some", "several"))


def refusals(
    says: str,
    by: str,
    at: Passage,
    text: str,
    *,
    known: Iterable[str] = (),
    ordinary: Collection[str] = FUNCTION_WORDS,
) -> Iterator[Finding]:
    """Yield reasons against a draft; none if it may enter a ledger.

    `says` paraphrases the passage `at` a place of the document's text. `known` are names besides
    those in the text, of the document's author and publisher; `ordinary` words may begin a sentence
    without being names.
    """
    if verify({"": at}, text)[0].result != "matches":
        yield Finding(
            ("at",), "a passage that does not stand there in the document", "a passage of it"
        )
        return
    if len(text[at.start : at.end].strip()) < SHORTEST:
        found = f"a passage of {at.end - at.start} characters"
        yield Finding(("at",), found, f"{SHORTEST} or more")
    for field, words in (("says", says), ("by", by)):
        odd = ODD.findall(straight(words))
        if odd:
            yield Finding(
                (field,), f"the character {odd[0]!r}", "letters, figures and common marks"
            )
    yield from _of_words(straight(says), at, straight(text), known, ordinary)
    yield from _of_speaker(straight(by), at, straight(text), known, ordinary)


def _of_words(
    says: str, at: Passage, text: str, known: Iterable[str], ordinary: Collection[str]
) -> Iterator[Finding]:
    passage, near = text[at.start : at.end], _near(text, at)
    extra = sorted(numbers_in(BOTH.sub("", says)) - numbers_in(passage) - _years_in(near))
    if extra:
        listed = ", ".join(f"{number:g}" for number in extra)
        found = f"{listed}, which the passage does not give"
        yield Finding(("says",), found, "numbers that it gives, in figures or words")
    strange = strange_names(says, text, known, ordinary=ordinary)
    if strange:
        found = f"{', '.join(strange)}, which the document does not name"
        hint = _meant(strange, text)
        if not hint and says.startswith(strange[0]):
            hint = f"if {strange[0]} is no name, begin with another word"
        yield Finding(("says",), found, "names that stand in it", hint)
    copied = copied_words(says, text)
    if copied:
        found = f"{OWN_WORDS} words in a row of the document, from “{copied}”"
        yield Finding(("says",), found, "your own words")


def _of_speaker(
    by: str, at: Passage, text: str, known: Iterable[str], ordinary: Collection[str]
) -> Iterator[Finding]:
    strange = strange_names(by, text, known, ordinary=ordinary)
    if strange:
        found = f"{', '.join(strange)}, whom the document does not name"
        yield Finding(
            ("by",), found, "who speaks, as the document calls them", _meant(strange, text)
        )
        return
    near = _near(text, at)
    named = [name for name in names_in(by) if name.lower() not in NOBODY_NAMED]
    if named and all(strange_names(word, near, known) for word in named):
        found = f"{by}, named nowhere near the passage"
        yield Finding(("by",), found, f"who is named within {NEAR} characters of it")
    if numbers_in(by) - numbers_in(text):
        yield Finding(("by",), "a number that the document does not give", "who speaks")


def _meant(strange: list[str], text: str) -> str:
    """Return a hint with the name in a text most similar to the first unknown one."""
    by_plain = {unaccented(name): name for name in names_in(text)}
    near = nearest(unaccented(strange[0]), by_plain)
    return f"did you mean {by_plain[near]}?" if near else ""


def _near(text: str, at: Passage) -> str:
    return text[max(0, at.start - NEAR) : at.end + NEAR]


def _years_in(text: str) -> frozenset[float]:
    """Return the years in a text, which "last year" may mean."""
    return frozenset(map(float, YEAR.findall(text)))


def numbers_in(text: str) -> frozenset[float]:
    """Return the numbers in a text, in figures and in words."""
    found = set(_years_in(text))
    for figure in FIGURE.finditer(text):
        value = float(figure[0].rstrip(",").replace(",", ""))
        found.add(value)
        scale = re.match(r"[\s-]*([a-z]+)", text[figure.end() : figure.end() + LONGEST_SCALE])
        if scale and scale[1] in SCALES:
            found.add(value * SCALES[scale[1]])
    words = re.findall(r"[a-z]+", text.lower())
    scaled = {
        SMALL[one] * SCALES[two] for one, two in pairwise(words) if one in SMALL and two in SCALES
    }
    return frozenset(found | scaled | {WORDED[word] for word in words if word in WORDED})


LONGEST_SCALE = 12
"""Distance after a figure within which a word such as million is found [characters]."""


def copied_words(says: str, text: str) -> str:
    """Return the first words of a long run that a sentence shares with a text; "" if none."""
    own_words, text_words = ([word.lower() for word in words_of(one)] for one in (says, text))
    runs = {tuple(text_words[place : place + OWN_WORDS]) for place in range(len(text_words))}
    for place in range(len(own_words) - OWN_WORDS + 1):
        if tuple(own_words[place : place + OWN_WORDS]) in runs:
            return " ".join(own_words[place : place + 3])
    return ""

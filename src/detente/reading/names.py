"""Names in a text, and how to distinguish them from capitalised first words of sentences."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from detente.reading.cards import FUNCTION_WORDS, sentences
from detente.reading.mentions import SCALES, SMALL
from detente.reading.speakers import GROUP

ENDINGS = (
    *("", "s", "n", "ns", "i", "is", "a", "e", "an", "ans", "ian", "ians", "ese", "er", "ers"),
    *("'s", "'"),
)
"""Endings of a name that keep its meaning: Israel, Israeli, Israelis."""
LEAST_STEM = 4
"""Least number of letters of a name without its ending."""
FIRST_LETTERS = 5
"""Letters that identify the first word of a sentence in all its forms."""

WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
COUNTED = re.compile(r"\d[\d.,]*(?:-?[a-z]+)*|(?:early|late|mid|post|pre)-(?:19|20)\d\ds?")
"""A number, or one with the thing counted: 12, 300km, 12-day, mid-2025."""
WORDED = SMALL | SCALES | {"half": 0.5}
"""Number words."""


def names_in(text: str) -> list[str]:
    """Return the words of a text that may be names: with a capital or a digit."""
    return [word[0] for word in _marked(text)]


def _marked(text: str) -> Iterator[re.Match[str]]:
    for word in WORD.finditer(text):
        is_marked = any(one.isupper() or one.isdigit() for one in word[0])
        if is_marked and not COUNTED.fullmatch(word[0]):
            yield word


def sure_names_in(text: str, ordinary: Collection[str]) -> list[str]:
    """Return the names in a text, without ordinary words at the start of a sentence.

    A capital at the start of a sentence says nothing: the word counts as a name unless it, or
    another form of it, is ordinary.
    """
    known = {*ordinary, *(word[:FIRST_LETTERS] for word in ordinary if len(word) >= FIRST_LETTERS)}
    begin = (WORD.search(text, start, end) for start, end in sentences(text))
    first = {word.start() for word in begin if word is not None}
    return [
        word[0]
        for word in _marked(text)
        if word.start() not in first or not _is_ordinary(word[0], known)
    ]


def _is_ordinary(word: str, known: Collection[str]) -> bool:
    """Return whether a word is a known one with only its first letter in upper case."""
    if any(one.isdigit() for one in word):
        return False
    small = re.split(r"['-]", word.lower())[0]
    is_known = small in known or (len(small) >= FIRST_LETTERS and small[:FIRST_LETTERS] in known)
    is_number_or_group = small in WORDED or re.fullmatch(GROUP, small) is not None
    return word[1:] == word[1:].lower() and (is_known or is_number_or_group)


def small_words(text: str) -> set[str]:
    """Return the words of a text in lower case."""
    return set(re.findall(r"\b[a-z]+", text))


def strange_names(
    says: str, text: str, known: Iterable[str] = (), *, ordinary: Collection[str] = FUNCTION_WORDS
) -> list[str]:
    """Return the names in a sentence that a text does not contain, in order.

    `known` are names besides those in the text; its words in lower case are ordinary too.
    """
    held = {form for words in (text, *known) for name in names_in(words) for form in forms_of(name)}
    names = sure_names_in(says, {*ordinary, *small_words(text)})
    return [name for name in names if not forms_of(name) & held]


def forms_of(name: str) -> set[str]:
    """Return forms of a name: without accents, endings or dots."""
    whole = unaccented(name.replace(".", ""))
    cut = {whole.removesuffix(ending) for ending in ENDINGS if whole.endswith(ending)}
    return {stem for stem in cut if len(stem) >= LEAST_STEM} | {whole}


def unaccented(name: str) -> str:
    """Return a name without its accents."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """Return the words of a text."""
    return WORD.findall(text)

"""What an analyst says of a passage enters a ledger only if the document bears it out."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from detente.evidence.claim import Passage
from detente.evidence.document import verify
from detente.evidence.mentions import SCALES, SMALL
from detente.evidence.speakers import GROUP
from detente.text import nearest, straight

SHORTEST = 12
"""A passage of fewer characters says nothing that could be looked up."""
OWN_WORDS = 8
"""So many words in a row of a document are a copy of it."""
NEAR = 600
"""How far from a passage its speaker and its years may be named [characters]."""
ENDINGS = (
    "",
    "s",
    "n",
    "ns",
    "i",
    "is",
    "a",
    "e",
    "an",
    "ans",
    "ian",
    "ians",
    "ese",
    "er",
    "ers",
    "'s",
    "'",
)
"""What a name may end in and mean the same: Israel, Israeli, Israelis."""
LEAST_STEM = 4
"""Letters that are left of a name without its ending."""
FIRST_LETTERS = 5
"""Letters by which the word that begins a sentence is found within others of a text."""

WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
ODD = re.compile(r"[^\w\s.,;:'\"()/%$&!?+\-\u2014\u2026\u20ac\u00a3\u00b0]")
"""What no sentence needs: marks of code, and characters that cannot be seen."""
FIGURE = re.compile(r"(?<![\w-])\d[\d,]*(?:\.\d+)?(?![\w])")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
BOTH = re.compile(r"\b(?:the two|one)\b", re.IGNORECASE)
"""Words that stand for somebody or something, and give no number."""
WORDED = SMALL | SCALES | {"half": 0.5}
PLAIN_WORDS = frozenset(
    (
        *("a", "about", "above", "across", "after", "again", "against", "all", "almost"),
        *("along", "already", "also", "although", "among", "an", "and", "another", "any"),
        *("around", "as", "at", "because", "before", "behind", "below", "between", "beyond"),
        *("both", "but", "by", "despite", "during", "each", "earlier", "either", "even"),
        *("every", "except", "few", "first", "for", "former", "from", "further", "hardly"),
        *("he", "her", "here", "his", "how", "however", "if", "in", "inside", "instead"),
        *("into", "it", "its", "largely", "last", "later", "less", "little", "long", "many"),
        *("more", "most", "much", "near", "nearly", "neither", "never", "new", "next", "no"),
        *("nobody", "none", "nor", "not", "nothing", "now", "of", "off", "often", "old", "on"),
        *("once", "one", "only", "or", "other", "others", "our", "out", "outside", "over"),
        *("own", "part", "people", "perhaps", "rather", "recent", "recently", "several", "she"),
        *("should", "since", "so", "some", "soon", "still", "such", "than", "that", "the"),
        *("their", "then", "there", "these", "they", "this", "those", "though", "through"),
        *("thus", "to", "together", "too", "toward", "towards", "two", "under", "unless"),
        *("unlike", "until", "up", "very", "was", "we", "well", "were", "what", "when"),
        *("where", "whether", "which", "while", "who", "why", "with", "within", "without"),
        *("yet", "you", "aid", "aircraft", "allies", "arms", "attacks", "costs", "defences"),
        *("drones", "fighting", "forces", "missiles", "peace", "planes", "raids", "sanctions"),
        *("ships", "soldiers", "states", "strikes", "talks", "threats", "troops", "war"),
        *("weapons"),
    )
)
"""Words with which any sentence may begin, and which are no names."""
NOBODY_NAMED = frozenset(("the", "an", "a", "unnamed", "some", "several"))


class Refusal(NamedTuple):
    """Why a draft does not enter a ledger: which part of it, what is there, what may be."""

    field: str
    found: str
    allowed: str
    hint: str = ""


def refusals(
    says: str, by: str, at: Passage, text: str, *, known: Iterable[str] = ()
) -> Iterator[Refusal]:
    """Yield what speaks against a draft, nothing if it may enter a ledger.

    Parameters
    ----------
    says
        What the passage says, in the analyst's own words.
    by
        Who says so.
    at
        The passage.
    text
        The text of the document.
    known
        Names besides those in the text: of the document's author and publisher.
    """
    if verify({"": at}, text)[0].result != "matches":
        yield Refusal("at", "a passage that the document does not hold there", "a passage of it")
        return
    if len(text[at.start : at.end].strip()) < SHORTEST:
        found = f"a passage of {at.end - at.start} characters"
        yield Refusal("at", found, f"{SHORTEST} or more")
    for field, words in (("says", says), ("by", by)):
        odd = ODD.findall(straight(words))
        if odd:
            yield Refusal(field, f"the character {odd[0]!r}", "letters, figures and common marks")
    yield from _of_words(straight(says), at, straight(text), known)
    yield from _of_speaker(straight(by), at, straight(text), known)


def _of_words(says: str, at: Passage, text: str, known: Iterable[str]) -> Iterator[Refusal]:
    passage, near = text[at.start : at.end], _near(text, at)
    extra = sorted(numbers_in(BOTH.sub("", says)) - numbers_in(passage) - _years_in(near))
    if extra:
        listed = ", ".join(f"{number:g}" for number in extra)
        found = f"{listed}, which the passage does not give"
        yield Refusal("says", found, "numbers that it gives, in figures or words")
    strange = strange_names(says, text, known)
    if strange:
        found = f"{', '.join(strange)}, which the document does not name"
        allowed = "names that stand in it, and a common word at the beginning"
        yield Refusal("says", found, allowed, _meant(strange, text))
    copied = copied_words(says, text)
    if copied:
        found = f"{OWN_WORDS} words in a row of the document, from “{copied}”"
        yield Refusal("says", found, "your own words")


def _of_speaker(by: str, at: Passage, text: str, known: Iterable[str]) -> Iterator[Refusal]:
    strange = strange_names(by, text, known)
    if strange:
        found = f"{', '.join(strange)}, whom the document does not name"
        yield Refusal("by", found, "who speaks, as the document calls them", _meant(strange, text))
        return
    near = _near(text, at)
    named = [word for word in _words(by) if word[0].isupper() and word.lower() not in NOBODY_NAMED]
    if named and all(strange_names(word, near, known) for word in named):
        found = f"{by}, named nowhere near the passage"
        yield Refusal("by", found, f"who is named within {NEAR} characters of it")
    if numbers_in(by) - numbers_in(text):
        yield Refusal("by", "a number that the document does not give", "who speaks")


def _meant(strange: list[str], text: str) -> str:
    """Return the question that offers the name of a text nearest to the first strange one."""
    by_plain = {_unaccented(name): name for name in _names(text)}
    near = nearest(_unaccented(strange[0]), by_plain)
    return f"did you mean {by_plain[near]}?" if near else ""


def _near(text: str, at: Passage) -> str:
    return text[max(0, at.start - NEAR) : at.end + NEAR]


def _years_in(text: str) -> frozenset[float]:
    """Return the years that a text gives, to one of which "last year" may point."""
    return frozenset(map(float, YEAR.findall(text)))


def numbers_in(text: str) -> frozenset[float]:
    """Return the numbers of a text, in figures and in words."""
    found: set[float] = set()
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
"""Characters after a figure in which a word such as million stands."""


def strange_names(says: str, text: str, known: Iterable[str] = ()) -> list[str]:
    """Return the names in a sentence that a text does not hold, in their order.

    A name is a word with a capital or with a figure in it; the first word of a sentence is none if
    it is a common word or the text has it with a small letter.
    """
    held = {stem for words in (text, *known) for name in _names(words) for stem in _stems(name)}
    first, *_ = [*_words(says), ""]
    small, word = re.findall(r"\b[a-z]+", text), first.lower()
    is_common = (
        word in PLAIN_WORDS
        or word in WORDED
        or re.fullmatch(GROUP, word) is not None
        or word in small
    )
    is_part = len(word) >= FIRST_LETTERS and word[:FIRST_LETTERS] in " ".join(small)
    names = [name for name in _names(says) if name != first or not (is_common or is_part)]
    return [name for name in names if not _stems(name) & held]


def _names(text: str) -> list[str]:
    return [word for word in _words(text) if _is_name(word)]


def _is_name(word: str) -> bool:
    """Say whether a word has a capital or a figure in it, and is no number by itself."""
    is_marked = any(one.isupper() or one.isdigit() for one in word)
    return is_marked and not word.replace(".", "").isdigit()


def _stems(name: str) -> set[str]:
    """Return what a name may be in another form: without accents, an ending or dots in it."""
    whole = _unaccented(name.replace(".", ""))
    cut = {whole.removesuffix(ending) for ending in ENDINGS if whole.endswith(ending)}
    return {stem for stem in cut if len(stem) >= LEAST_STEM} | {whole}


def _unaccented(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _words(text: str) -> list[str]:
    return WORD.findall(text)


def copied_words(says: str, text: str) -> str:
    """Return the first words of a run that a sentence has in common with a text, if it is long."""
    ours, theirs = ([word.lower() for word in _words(one)] for one in (says, text))
    runs = {tuple(theirs[place : place + OWN_WORDS]) for place in range(len(theirs))}
    for place in range(len(ours) - OWN_WORDS + 1):
        if tuple(ours[place : place + OWN_WORDS]) in runs:
            return " ".join(ours[place : place + 3])
    return ""

"""Which numbers of a pack a sentence may bear on, by the words that they share."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from detente.evidence.cards import SentenceCard
from detente.pack.crisis import Crisis
from detente.pack.quantity import Quantity
from detente.pack.resolve import slots
from detente.pack.toml import dotted

MOST = 5
"""Numbers that are suggested for a sentence, the likeliest first."""
LEAST_SHARED = 2
"""One word in common says too little."""
LEAST_SCORE = 6.0
"""Weight of the words that a number has to share: two rare ones, or several."""
STEM = 5
"""Letters by which a word is the same in another form."""
LEAST_LETTERS = 3
UNIT_WEIGHT = 2.0
"""How much more than a word it counts that a quantity has the unit of a number."""
STOP = frozenset(
    (
        *("the", "and", "that", "has", "have", "its", "for", "with", "from", "are", "was", "were"),
        *("will", "would", "than", "this", "they", "their", "which", "not", "but", "who", "one"),
        *("been", "into", "such", "said", "says", "what", "can", "may", "much", "how", "per"),
    )
)


class FieldWords(NamedTuple):
    """The words of each number of a crisis, and how much each word tells."""

    words: Mapping[str, frozenset[str]]
    units: Mapping[str, str]
    weights: Mapping[str, float]


def field_words(crisis: Crisis) -> FieldWords:
    """Return the words of each number: its path, its title, whose it is, and its claims."""
    says = {dotted(slot.path): slot.measure.says for slot in slots(crisis.model)}
    numbers = {field: number for field, number in crisis.numbers.items() if field in says}
    words = {
        field: _stems([*_path_words(field, crisis), says[field], *_claims_of(number, crisis)])
        for field, number in numbers.items()
    }
    held = Counter(word for its in words.values() for word in its)
    weights = {word: math.log(len(words) / count) for word, count in held.items()}
    units = {field: number.unit for field, number in numbers.items()}
    return FieldWords(words, units, weights)


def _path_words(field: str, crisis: Crisis) -> list[str]:
    """Return the words of a path, with the names of the actors and the systems in it."""
    parts = field.split(".")
    names = [crisis.model.actors[part].name for part in parts if part in crisis.model.actors]
    return [*(part.replace("_", " ") for part in parts), *parts, *names]


def _claims_of(number: Quantity, crisis: Crisis) -> list[str]:
    return [crisis.claims[key].says for key in number.because if key in crisis.claims]


def suggested(sentence: str, card: SentenceCard, known: FieldWords) -> tuple[str, ...]:
    """Return the fields that a sentence may bear on, the likeliest first; there may be none."""
    ours = _stems([sentence, *card.systems])
    units = {amount.unit for amount in card.quantities}
    shared = {field: ours & words for field, words in known.words.items()}
    scores = {
        field: sum(known.weights[word] for word in words)
        + (UNIT_WEIGHT if known.units[field] in units else 0.0)
        for field, words in shared.items()
        if len(words) >= LEAST_SHARED
    }
    best = sorted(scores, key=lambda field: -scores[field])[:MOST]
    return tuple(field for field in best if scores[field] >= LEAST_SCORE)


def _stems(texts: Iterable[str]) -> frozenset[str]:
    words = re.findall(r"\w+", " ".join(texts).lower())
    return frozenset(
        word[:STEM] for word in words if len(word) >= LEAST_LETTERS and word not in STOP
    )

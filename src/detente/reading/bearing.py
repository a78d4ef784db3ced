"""Suggests numbers of a pack to which a sentence is relevant, by shared words and names."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple

from detente.evidence.ledger import ORIGINS
from detente.pack import files
from detente.pack.crisis import Crisis
from detente.pack.resolve import slots
from detente.pack.toml import dotted
from detente.reading.cards import FUNCTION_WORDS, SentenceCard
from detente.reading.names import forms_of, small_words, sure_names_in, words_of

MOST = 5
"""Upper limit on the numbers suggested for a sentence, the most likely first."""
MOST_CLAIMS = 3
"""Upper limit on the claims suggested for a sentence."""
NUMBER = "number "
"""Prefix of a suggestion that is a number, not a sign or a claim."""
LEAST_SHARED = 2
"""Least number of shared words."""
LEAST_SCORE = 6.0
"""Least total weight of shared words: two rare ones, or several."""
STEM = 5
"""Letters that identify a word in all its forms."""
LEAST_LETTERS = 3
UNIT_WEIGHT = 2.0
"""Weight added if a quantity has the unit of the number."""
LEAST_SENTENCE = 4
"""Least number of words of a text in a pack that counts as a sentence."""
STOP = FUNCTION_WORDS | frozenset(
    (
        *("and", "are", "been", "can", "could", "does", "had", "has", "have", "may", "new", "per"),
        *("said", "says", "them", "use", "used"),
    )
)
"""Words that are shared by chance."""


class Topic(NamedTuple):
    """The words and names of a number's own description, or of a claim."""

    words: frozenset[str]
    names: Annotated[frozenset[str], "in all forms; if not empty, a sentence needs one of them"]


class FieldWords(NamedTuple):
    """The topics of a crisis's numbers and claims, and the weight of each word."""

    own: Mapping[str, Topic]
    claims: Mapping[str, Topic]
    because: Annotated[Mapping[str, tuple[str, ...]], "claims behind each number"]
    units: Mapping[str, str]
    weights: Mapping[str, float]
    written: Annotated[frozenset[str], "numbers that the pack gives, whose basis can be extended"]


def field_words(crisis: Crisis) -> FieldWords:
    """Return the topics of numbers: their paths, titles, owners and claims."""
    says = {dotted(slot.path): slot.row.says for slot in slots(crisis.model)}
    numbers = {field: number for field, number in crisis.numbers.items() if field in says}
    actors = {
        key: _forms([key, *words_of(actor.name)]) for key, actor in crisis.model.actors.items()
    }
    claims: dict[str, Topic] = {}
    for key, claim in crisis.claims.items():
        # Names in the claim, and actors mentioned by a word in lower case.
        named = f"{claim.says}. {claim.by}"
        said, sure = _forms(words_of(named)), _forms(sure_names_in(named, ordinary_words()))
        called = (forms for forms in actors.values() if forms & said)
        claims[key] = Topic(_stems([claim.says]), sure.union(*called))
    topics: dict[str, Topic] = {}
    for field in numbers:
        # A number belongs to an actor whose key is in its path.
        parts = field.split(".")
        whose = [part for part in parts if part in actors]
        names = [crisis.model.actors[part].name for part in whose]
        words = _stems([*(part.replace("_", " ") for part in parts), *parts, says[field], *names])
        topics[field] = Topic(words, frozenset().union(*(actors[part] for part in whose)))
    because = {
        field: tuple(key for key in number.because if key in claims)
        for field, number in numbers.items()
    }
    held: Counter[str] = Counter()
    for field, keys in because.items():
        held.update(topics[field].words.union(*(claims[key].words for key in keys)))
    weights = {word: math.log(len(topics) / count) for word, count in held.items()}
    units = {field: number.unit for field, number in numbers.items()}
    written = {field for field, number in numbers.items() if not {*number.because} & {*ORIGINS}}
    return FieldWords(topics, claims, because, units, weights, frozenset(written))


def _forms(words: Iterable[str]) -> frozenset[str]:
    """Return words in all forms of a name, without stop words."""
    telling = (word for word in words if word.lower() not in STOP)
    return frozenset(form.lower() for word in telling for form in forms_of(word))


@cache
def ordinary_words() -> frozenset[str]:
    """Return words in lower case in the sentences of shipped packs, which are no names."""
    packs = (files.read(name).files for name in files.shipped())
    sentences = (one for pack in packs for one in _sentences(files.merge(pack).tree))
    return FUNCTION_WORDS.union(*map(small_words, sentences))


def _sentences(written: Any) -> Iterator[str]:
    if isinstance(written, str) and len(written.split()) >= LEAST_SENTENCE:
        yield written
    elif isinstance(written, dict | list):
        for one in written.values() if isinstance(written, dict) else written:
            yield from _sentences(one)


def suggested(
    sentence: str, card: SentenceCard, known: FieldWords, *, are_written: bool = False
) -> tuple[str, ...]:
    """Return numbers to which a sentence may be relevant, the most likely first.

    With `are_written` only numbers that the pack gives are suggested.
    """
    stems, named = _stems([sentence, *card.systems]), _forms(words_of(sentence))
    units = {amount.unit for amount in card.quantities}
    claims = {key: _shared(topic, stems, named) for key, topic in known.claims.items()}
    scores: dict[str, float] = {}
    for field, topic in known.own.items():
        direct = _shared(topic, stems, named)
        shared = direct.union(*(claims[key] for key in known.because[field]))
        if len(shared) >= LEAST_SHARED and (field in known.written or not are_written):
            weight = math.fsum(known.weights[word] for word in shared)
            scores[field] = weight + (UNIT_WEIGHT if known.units[field] in units else 0.0)
    best = sorted(scores, key=lambda field: -scores[field])[:MOST]
    return tuple(field for field in best if scores[field] >= LEAST_SCORE)


def _shared(topic: Topic, words: frozenset[str], named: frozenset[str]) -> frozenset[str]:
    """Return the words shared by a topic and a sentence, if the sentence has one of its names."""
    is_of_others = topic.names and topic.names.isdisjoint(named)
    return frozenset() if is_of_others else topic.words & words


def _stems(texts: Iterable[str]) -> frozenset[str]:
    words = re.findall(r"\w+", " ".join(texts).lower())
    return frozenset(
        word[:STEM] for word in words if len(word) >= LEAST_LETTERS and word not in STOP
    )


def bearing_claims(sentence: str, known: FieldWords) -> tuple[str, ...]:
    """Return claims of a pack to which a sentence may be relevant, the most likely first."""
    stems, named = _stems([sentence]), _forms(words_of(sentence))
    scores: dict[str, float] = {}
    for key, topic in known.claims.items():
        shared = _shared(topic, stems, named)
        if len(shared) >= LEAST_SHARED:
            scores[key] = math.fsum(known.weights.get(word, 0.0) for word in shared)
    best = sorted(scores, key=lambda key: -scores[key])[:MOST_CLAIMS]
    return tuple(key for key in best if scores[key] >= LEAST_SCORE)


def bearing_signs(sentence: str, crisis: Crisis) -> tuple[str, ...]:
    """Return signs of a pack whose words are all in a sentence."""
    stems = _stems([sentence])
    words = {key: _stems([re.sub(r"[_-]", " ", key)]) for key in crisis.model.signs}
    return tuple(key for key, sign in words.items() if sign and sign <= stems)

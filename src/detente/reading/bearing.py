"""Which numbers of a pack a sentence may bear on: those with which it shares words and names."""

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
"""Numbers that are suggested for a sentence, the likeliest first."""
MOST_CLAIMS = 3
"""Claims that are suggested for a sentence, likewise."""
NUMBER = "number "
"""What a proposal begins with that is a field, and no sign or claim."""
LEAST_SHARED = 2
"""One word in common says too little."""
LEAST_SCORE = 6.0
"""Weight of the words that a number has to share: two rare ones, or several."""
STEM = 5
"""Letters by which a word is the same in another form."""
LEAST_LETTERS = 3
UNIT_WEIGHT = 2.0
"""How much more than a word it counts that a quantity has the unit of a number."""
LEAST_SENTENCE = 4
"""Words of a text in a pack that is a sentence, and no name and no key."""
STOP = FUNCTION_WORDS | frozenset(
    (
        *("and", "are", "been", "can", "could", "does", "had", "has", "have", "may", "new", "per"),
        *("said", "says", "them", "use", "used"),
    )
)
"""Words that a sentence and a number share by chance."""


class Topic(NamedTuple):
    """What a number is about by its own words, or what a claim is about."""

    words: frozenset[str]
    names: Annotated[
        frozenset[str], "in all their forms: where there are any, a sentence has to hold one"
    ]


class FieldWords(NamedTuple):
    """What each number of a crisis is about, and how much each word tells."""

    own: Mapping[str, Topic]
    claims: Mapping[str, Topic]
    because: Annotated[Mapping[str, tuple[str, ...]], "claims that a number rests on"]
    units: Mapping[str, str]
    weights: Mapping[str, float]
    written: Annotated[frozenset[str], "those that the pack gives, so that a claim can join them"]


def field_words(crisis: Crisis) -> FieldWords:
    """Return what each number is about: its path, its title, whose it is, and its claims."""
    says = {dotted(slot.path): slot.row.says for slot in slots(crisis.model)}
    numbers = {field: number for field, number in crisis.numbers.items() if field in says}
    actors = {
        key: _forms([key, *words_of(actor.name)]) for key, actor in crisis.model.actors.items()
    }
    claims: dict[str, Topic] = {}
    for key, claim in crisis.claims.items():
        # Whom it names, and actors that it calls by a word without a capital.
        named = f"{claim.says}. {claim.by}"
        said, sure = _forms(words_of(named)), _forms(sure_names_in(named, ordinary_words()))
        called = (forms for forms in actors.values() if forms & said)
        claims[key] = Topic(_stems([claim.says]), sure.union(*called))
    own: dict[str, Topic] = {}
    for field in numbers:
        # A number is that of an actor if its path names one.
        parts = field.split(".")
        whose = [part for part in parts if part in actors]
        names = [crisis.model.actors[part].name for part in whose]
        words = _stems([*(part.replace("_", " ") for part in parts), *parts, says[field], *names])
        own[field] = Topic(words, frozenset().union(*(actors[part] for part in whose)))
    because = {
        field: tuple(key for key in number.because if key in claims)
        for field, number in numbers.items()
    }
    held: Counter[str] = Counter()
    for field, keys in because.items():
        held.update(own[field].words.union(*(claims[key].words for key in keys)))
    weights = {word: math.log(len(own) / count) for word, count in held.items()}
    units = {field: number.unit for field, number in numbers.items()}
    written = {field for field, number in numbers.items() if not {*number.because} & {*ORIGINS}}
    return FieldWords(own, claims, because, units, weights, frozenset(written))


def _forms(words: Iterable[str]) -> frozenset[str]:
    """Return words in all the forms that a name may have, without those that say nothing."""
    telling = (word for word in words if word.lower() not in STOP)
    return frozenset(form.lower() for word in telling for form in forms_of(word))


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words that the sentences of packs that ship have in small letters: no names."""
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
    """Return the fields that a sentence may bear on, the likeliest first; there may be none.

    With `are_written` only numbers that the pack gives are among them.
    """
    ours, named = _stems([sentence, *card.systems]), _forms(words_of(sentence))
    units = {amount.unit for amount in card.quantities}
    claims = {key: _shared(topic, ours, named) for key, topic in known.claims.items()}
    scores: dict[str, float] = {}
    for field, topic in known.own.items():
        own = _shared(topic, ours, named)
        shared = own.union(*(claims[key] for key in known.because[field]))
        if len(shared) >= LEAST_SHARED and (field in known.written or not are_written):
            weight = math.fsum(known.weights[word] for word in shared)
            scores[field] = weight + (UNIT_WEIGHT if known.units[field] in units else 0.0)
    best = sorted(scores, key=lambda field: -scores[field])[:MOST]
    return tuple(field for field in best if scores[field] >= LEAST_SCORE)


def _shared(topic: Topic, words: frozenset[str], named: frozenset[str]) -> frozenset[str]:
    """Return the words that a topic shares with a sentence that speaks of whom it speaks of."""
    is_of_others = topic.names and topic.names.isdisjoint(named)
    return frozenset() if is_of_others else topic.words & words


def _stems(texts: Iterable[str]) -> frozenset[str]:
    words = re.findall(r"\w+", " ".join(texts).lower())
    return frozenset(
        word[:STEM] for word in words if len(word) >= LEAST_LETTERS and word not in STOP
    )


def bearing_claims(sentence: str, known: FieldWords) -> tuple[str, ...]:
    """Return the claims of a pack that a sentence may bear on, the likeliest first."""
    ours, named = _stems([sentence]), _forms(words_of(sentence))
    scores: dict[str, float] = {}
    for key, topic in known.claims.items():
        shared = _shared(topic, ours, named)
        if len(shared) >= LEAST_SHARED:
            scores[key] = math.fsum(known.weights.get(word, 0.0) for word in shared)
    best = sorted(scores, key=lambda key: -scores[key])[:MOST_CLAIMS]
    return tuple(key for key in best if scores[key] >= LEAST_SCORE)


def bearing_signs(sentence: str, crisis: Crisis) -> tuple[str, ...]:
    """Return the signs of a pack all of whose words stand in a sentence."""
    ours = _stems([sentence])
    words = {key: _stems([re.sub(r"[_-]", " ", key)]) for key in crisis.model.signs}
    return tuple(key for key, its in words.items() if its and its <= ours)

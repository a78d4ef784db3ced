"""The answer in at most 120 words: how likely, by when, and how far to rely on it."""

from detente.analysis.telling import answer_in_words
from detente.views.blocks import Words, told
from detente.views.material import Material


def answer(material: Material) -> tuple[Words, ...]:
    """Return the answer, a sentence a line; how far to rely on it comes last."""
    *sentences, confidence = answer_in_words(material.summary, material.course)
    return (*(told(sentence) for sentence in sentences), (confidence,))

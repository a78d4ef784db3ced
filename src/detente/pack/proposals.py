"""What a document says that may answer one of the eight questions, with its passage."""

from typing import NamedTuple


class Proposal(NamedTuple):
    """A passage that bears on a question, and the answer that it names, if it names one."""

    question: str
    answer: str
    passage: str
    start: int
    end: int

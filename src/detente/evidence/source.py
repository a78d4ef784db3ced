"""A document, so that whoever reads a claim can find where it was made."""

from detente.evidence.written import Day, Part, Text


class Source(Part):
    """A document that claims come from; its language is a code such as en."""

    title: Text
    publisher: Text
    author: Text | None = None
    date: Day | None = None
    language: Text | None = None

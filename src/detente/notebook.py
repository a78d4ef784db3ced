"""How results show themselves: as text in Python, as HTML in a notebook."""

from collections.abc import Callable
from typing import Protocol


class Views(Protocol):
    """What says a result in words: the layer above, of which this one knows no more."""

    as_html: Callable[[object], str]
    as_few_lines: Callable[[object], str]
    as_text: Callable[[object], str]


views: Callable[[], Views] | None = None
"""Loads the views when a result is first shown; the package sets it."""


def _loaded() -> Views:
    assert views is not None, "set by detente/__init__.py, which is imported first"  # noqa: S101
    return views()


class Shown:
    """A result that shows itself: a few lines in Python, all of it when printed, HTML in notebooks.

    What is said of a result stands in the views, the layer above, which is asked only then.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        return _loaded().as_html(self)

    def __repr__(self) -> str:
        """Show it in at most 20 lines and 2,000 characters."""
        return _loaded().as_few_lines(self)

    def __str__(self) -> str:
        """Show all that is said of it."""
        return _loaded().as_text(self)

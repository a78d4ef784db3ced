"""How results show themselves: as text in Python, as HTML in a notebook."""

from importlib import import_module


class Shown:
    """A result that shows itself: a few lines in Python, all of it when printed, HTML in notebooks.

    What is said of a result stands in the views, the layer above, which is asked only then.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        html: str = import_module("detente.views.shown").as_html(self)
        return html

    def __repr__(self) -> str:
        """Show it in at most 20 lines and 2,000 characters."""
        lines: str = import_module("detente.views.shown").as_few_lines(self)
        return lines

    def __str__(self) -> str:
        """Show all that is said of it."""
        text: str = import_module("detente.views.shown").as_text(self)
        return text

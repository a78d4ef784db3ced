"""A chart with its message, its numbers (also as CSV), and notes on what it leaves out."""

import html
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
import vl_convert as vlc

from detente import notebook
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.weighing import Weighing
from detente.errors import DetenteError, on_disk
from detente.estimate.intervals import quantiles_over_worlds
from detente.questions.summary import Summary, summarise
from detente.questions.wording import first_worlds
from detente.text import clean
from detente.views.figures import style
from detente.views.figures.marks import Drawn
from detente.views.spreadsheet import to_csv

Cell: TypeAlias = str | float | int
FORMATS = (".svg", ".png", ".csv")
TWENTIETHS = (np.arange(20) + 0.5) / 20
"""Quantiles at the middles of twenty equal parts of the worlds, each drawn as a dot."""

DIGITS = 2
"""Decimals in tables of percentages, enough for those below 1."""
MINUS = re.compile(r"(?<![\w.)-])-(?=\d)")
"""The sign of a negative number, but no hyphen within a date or between two numbers."""
HEADING = 62
"""Characters in a line of the subtitle above a picture outside a page."""


def twentieths_of(by_world: np.ndarray, weighing: Weighing | None = None) -> np.ndarray:
    """Return quantiles over worlds at the middles of twenty parts of equal weight, shape (20,)."""
    if weighing is not None:
        return quantiles_over_worlds(by_world, TWENTIETHS, weighing)
    found: np.ndarray = np.quantile(by_world, TWENTIETHS)
    return found


class Numbers(NamedTuple):
    """The numbers of a chart; a figure rounds them to hundredths."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Cell]]) -> Self:
        """Return a table of rows, each a mapping by the same columns."""
        rows = list(rows)
        columns = tuple(rows[0]) if rows else ()
        return cls(columns, tuple(tuple(row[name] for name in columns) for row in rows))


@dataclass(frozen=True, repr=False)
class Figure(notebook.Shown):
    """A chart, its message in words, and its numbers."""

    key: str
    """Name for anchors and files: lower-case letters and `_`."""
    title: str
    """Its message, in a sentence of at most 10 words."""
    subtitle: str
    """Measure, unit, worlds x futures, as-of date."""
    description: str
    """A text for readers who do not see it, with the main numbers."""
    notes: tuple[str, ...]
    """Notes below it: how to read it, what is outside, what is left out; empty ones are dropped."""
    table: Numbers
    chart: Drawn

    def __post_init__(self) -> None:
        """Clean texts that may come from a file, and round the table.

        In the description hyphens before numbers become minus signs, which screen readers speak.
        """
        for name in ("title", "subtitle", "description"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "description", MINUS.sub("\u2212", self.description))
        object.__setattr__(self, "notes", tuple(clean(note) for note in self.notes if note))
        # Adding 0.0 turns -0.0 into 0.0, which is written without a sign.
        rows = tuple(
            tuple(round(cell, DIGITS) + 0.0 if isinstance(cell, float) else cell for cell in row)
            for row in self.table.rows
        )
        object.__setattr__(self, "table", Numbers(self.table.columns, rows))

    def svg(self, *, titled: bool = False) -> str:
        """Return the chart as self-contained SVG, without scripts or links.

        Title and subtitle are left out unless `titled`, as pages write them themselves.
        """
        svg: str = vlc.vegalite_to_svg(self._spec(titled=titled), allowed_base_urls=[])
        return svg

    def png(self, *, scale: float = 2.0, titled: bool = True) -> bytes:
        """Return the chart as PNG with `scale` dots for each pixel, with its title if asked for."""
        spec = self._spec(titled=titled)
        png: bytes = vlc.vegalite_to_png(spec, scale=scale, allowed_base_urls=[])
        return png

    @property
    def under(self) -> str:
        """The subtitle for a brief, which states the size of the run only once."""
        return self.subtitle.split("; ")[0].replace(", in this model", "")

    def csv(self) -> str:
        """Return the numbers as CSV."""
        return to_csv(*self.table)

    def save(self, path: Path | str) -> None:
        """Write the chart with its title as .svg or .png, or its numbers as .csv.

        Raises
        ------
        DetenteError
            If the name has another ending, or the file cannot be written.
        """
        place = Path(path)
        if place.suffix not in FORMATS:
            what = f"a figure is not saved as {place.suffix or 'a file without an ending'}"
            raise DetenteError(what, where=str(place), hint=f"use {', '.join(FORMATS)}")
        if place.suffix == ".png":
            content = self.png()
        else:
            content = (self.svg(titled=True) if place.suffix == ".svg" else self.csv()).encode()
        with on_disk("cannot be written", where=place, hint="name another place"):
            place.write_bytes(content)

    def content(self) -> Any:
        """Return the numbers as JSON, one object for each row."""
        columns, rows = self.table
        return {self.key: [dict(zip(columns, row, strict=True)) for row in rows]}

    def _repr_html_(self) -> str:
        """Return the figure with its words as HTML for a notebook, without scripts."""
        notes = "".join(f"<br><small>{html.escape(note)}</small>" for note in self.notes)
        return (
            f'<figure role="img" aria-label="{html.escape(self.description)}">'
            f"<figcaption><b>{html.escape(self.title)}</b><br>{html.escape(self.subtitle)}"
            f"</figcaption>{self.svg()}<figcaption>{notes}</figcaption></figure>"
        )

    def _spec(self, *, titled: bool) -> dict[str, Any]:
        spec: dict[str, Any] = self.chart.to_dict()
        if titled:
            lines = textwrap.wrap(self.subtitle, HEADING)
            spec["title"] = {"text": self.title, "subtitle": lines}
        return {**spec, "config": style.config()}


def summary_of(found: Summary | Run) -> Summary:
    """Return a summary unchanged, or the summary of a run."""
    return summarise(found) if isinstance(found, Run) else found


def size_of(
    run: Run, option: str = BASE, *, worlds: int | None = None, futures: int | None = None
) -> str:
    """Return the option, the size and the as-of date for a subtitle.

    `worlds` and `futures` (in each world) replace the option's numbers if fewer are shown.
    """
    settings, day = run.record.settings, run.record.as_of
    total = settings.worlds_of(option)
    shown = first_worlds(total if worlds is None else worlds, total)
    each = settings.futures_of_a_world if futures is None else futures
    size = f"{shown} x {each} courses of events, as of {day}"
    return f"{under_option(run, option)}; {size}".removeprefix("; ")


def under_option(run: Run, option: str) -> str:
    """Return the title of an option in words; empty for the base."""
    return "" if option == BASE else f"option “{run.record.options[option].title}”"


def cells(columns: Iterable[str], shares: Iterable[float]) -> dict[str, float]:
    """Return shares, or differences of shares, in percent by column."""
    return dict(zip(columns, hundredths(*shares), strict=True))


def hundredths(*shares: float) -> tuple[float, ...]:
    """Return shares, or differences of shares, in percent."""
    return tuple(100.0 * share for share in shares)

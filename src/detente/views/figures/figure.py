"""A chart with all that stands about it: its message, its numbers as CSV too, what it omits."""

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
from detente.errors import DetenteError
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
"""The middles of twenty parts of the worlds, each drawn as a dot: 5 of 100 of them."""

DIGITS = 2
"""Decimals in tables of counts of 100: enough where they are below 1, and no more."""
MINUS = re.compile(r"(?<![\w.)-])-(?=\d)")
"""The sign before a number, and no hyphen within a date or between two numbers."""
HEADING = 62
"""Characters of a line of the subtitle above a picture that stands alone."""


def twentieths_of(by_world: np.ndarray, weighing: Weighing | None = None) -> np.ndarray:
    """Return the middles of twenty parts of the worlds, of equal weight, shape (20,)."""
    if weighing is not None:
        return quantiles_over_worlds(by_world, TWENTIETHS, weighing)
    found: np.ndarray = np.quantile(by_world, TWENTIETHS)
    return found


class Numbers(NamedTuple):
    """The numbers that a chart draws; a figure rounds them to hundredths."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Cell]]) -> Self:
        """Return rows whose cells are given by their columns, the same for all."""
        rows = list(rows)
        columns = tuple(rows[0]) if rows else ()
        return cls(columns, tuple(tuple(row[name] for name in columns) for row in rows))


@dataclass(frozen=True, repr=False)
class Figure(notebook.Shown):
    """A chart, its message in words, and the numbers it draws."""

    key: str
    """Plain name for anchors and files: small letters and _."""
    title: str
    """What it shows, in a sentence of at most 10 words."""
    subtitle: str
    """Measure, unit, worlds x futures, as-of date."""
    description: str
    """What it shows, with the main numbers, for a reader who does not see it."""
    notes: tuple[str, ...]
    """What stands beneath: how to read it, what lies outside, what is left out; not if empty."""
    table: Numbers
    chart: Drawn

    def __post_init__(self) -> None:
        """Clean what may come from a file, and round the table to what can be read.

        A description has signs that are read aloud.
        """
        for name in ("title", "subtitle", "description"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "description", MINUS.sub("\u2212", self.description))
        object.__setattr__(self, "notes", tuple(clean(note) for note in self.notes if note))
        # What is nothing to hundredths has no sign: -0.0 + 0.0 is 0.0.
        rows = tuple(
            tuple(round(cell, DIGITS) + 0.0 if isinstance(cell, float) else cell for cell in row)
            for row in self.table.rows
        )
        object.__setattr__(self, "table", Numbers(self.table.columns, rows))

    def svg(self, *, titled: bool = False) -> str:
        """Return the chart as SVG that stands alone: no script, no address, nothing to fetch.

        Title and subtitle are drawn only if asked for, as a page writes them around it.
        """
        svg: str = vlc.vegalite_to_svg(self._spec(titled=titled), allowed_base_urls=[])
        return svg

    def png(self, *, scale: float = 2.0, titled: bool = True) -> bytes:
        """Return the chart as a PNG picture, with its title if asked for, `scale` dots a pixel."""
        spec = self._spec(titled=titled)
        png: bytes = vlc.vegalite_to_png(spec, scale=scale, allowed_base_urls=[])
        return png

    @property
    def under(self) -> str:
        """What stands beneath its title in a brief, whose head says once how much was played."""
        return self.subtitle.split("; ")[0].replace(", in this model", "")

    def csv(self) -> str:
        """Return the numbers that it draws as CSV."""
        return to_csv(*self.table)

    def save(self, path: Path | str) -> None:
        """Write the chart with its title as .svg or .png, or its numbers as .csv.

        Raises
        ------
        DetenteError
            If the name ends otherwise, or the file cannot be written.
        """
        place = Path(path)
        if place.suffix not in FORMATS:
            what = f"a figure is not saved as {place.suffix or 'a file without an ending'}"
            raise DetenteError(what, where=str(place), hint=f"use {', '.join(FORMATS)}")
        if place.suffix == ".png":
            content = self.png()
        else:
            content = (self.svg(titled=True) if place.suffix == ".svg" else self.csv()).encode()
        try:
            place.write_bytes(content)
        except OSError as fault:
            what = f"cannot be written: {fault.strerror}"
            raise DetenteError(what, where=str(place), hint="name another place") from fault

    def content(self) -> Any:
        """Return the numbers that it draws, a row each."""
        columns, rows = self.table
        return {self.key: [dict(zip(columns, row, strict=True)) for row in rows]}

    def _repr_html_(self) -> str:
        """Show the figure in a notebook, with its words and without a script."""
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
    """Return a summary; of a run its own."""
    return summarise(found) if isinstance(found, Run) else found


def size_of(
    run: Run, option: str = BASE, *, worlds: int | None = None, futures: int | None = None
) -> str:
    """Return how much was played, under which option, and the as-of date, for a subtitle.

    `worlds`: how many of them are shown, if these are not all of the option; `futures`: of each.
    """
    settings, day = run.record.settings, run.record.as_of
    there = settings.worlds_of(option)
    shown = first_worlds(there if worlds is None else worlds, there)
    each = settings.futures_of_a_world if futures is None else futures
    size = f"{shown} x {each} courses of events, as of {day}"
    return f"{under_option(run, option)}; {size}".removeprefix("; ")


def under_option(run: Run, option: str) -> str:
    """Return the option under which something was played, nothing of the base."""
    return "" if option == BASE else f"option “{run.record.options[option].title}”"


def cells(columns: Iterable[str], shares: Iterable[float]) -> dict[str, float]:
    """Return shares, or differences of shares, of 100 by their columns."""
    return dict(zip(columns, hundredths(*shares), strict=True))


def hundredths(*shares: float) -> tuple[float, ...]:
    """Return shares, or differences of shares, of 100."""
    return tuple(100.0 * share for share in shares)

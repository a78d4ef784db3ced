"""The tables of docs/history.md that a fit renews, as Markdown to be copied there."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from detente.cli import terminal
from detente.lab.calibration import calibrated
from detente.lab.calibration.moments import NAMED
from detente.pack.quantity import PRIORS, accepted
from detente.pack.toml import read_shipped
from detente.questions.past.definitions import (
    BANDS,
    LEVELS,
    QUARTILES,
    RATES,
    STARTS,
    Band,
    length_key,
)
from detente.questions.past.played import (
    ALL,
    PARTS_OF,
    PLAYED_RATES,
    Played,
    PlayedFigure,
    compared,
)
from verification.model.conditional import ratio, under_conditions

IDENTIFIED, BARELY = 0.5, 0.8
"""Shares of a prior's spread: a number is identified below the first, not above the second."""
BLANK = "-"
"""What stands where the accepted set does not say."""
MISTAKES = ("mistakes", "chosen")
"""Strikes that are worth less than the striker's best alternative, and those they are among."""

Row = tuple[str, ...]


def show_tables(played: Mapping[str, Played]) -> None:
    """Print what was fitted and what it gives when it is played, by how crises begin."""
    made = accepted().provenance
    show_markdown(
        ("number", "prior", "accepted", "left, %", "identified"), map(row_of, calibrated())
    )
    terminal.say(
        f"{made['draws']:,} draws of {made['futures_a_draw']} futures were played for each start "
        f"(seed {made['seed']}). Of {made['candidates']:,} further draws {made['accepted']} were "
        f"within a distance of 1 from history's named moments, as predicted, the closest at "
        f"{made['closest']:.2f}; the {accepted().rows} rows lie within {made['tolerance']:.2f}."
    )
    starts = [
        words for start in STARTS for words in (f"{start.replace('_', '-')} start", "history")
    ]
    show_markdown(("", *starts), rows_by_start({start: played[start] for start in STARTS}))


def show_markdown(head: Row, rows: Iterator[Row]) -> None:
    """Print a table in Markdown, an empty line on either side."""
    terminal.say()
    for line in (head, ("---",) * len(head), *rows):
        terminal.show(f"| {' | '.join(line)} |")
    terminal.say()


def row_of(path: str) -> Row:
    """Return the prior of a number, what is left of it, and whether history identifies it."""
    table, key = path.split(".")
    prior = "{:g} to {:g}".format(*read_shipped(PRIORS)[table][key]["range"])
    column = accepted().columns.get(path)
    left = accepted().provenance.get("left", {}).get(path)
    if column is None or left is None:
        return f"`{path}`", prior, BLANK, BLANK, BLANK
    ends = "{:.2g} to {:.2g}".format(*np.quantile(column, (0.05, 0.95)))
    verdict = "yes" if left < IDENTIFIED else "barely" if left < BARELY else "no"
    return f"`{path}`", prior, ends, f"{100.0 * left:.0f}", verdict


def rows_by_start(played: Mapping[str, Played]) -> Iterator[Row]:
    """Yield shares, lengths, how wars were settled and mistakes, each next to history."""
    figures = {start: _figures(start, [(1.0, played[start])]) for start in STARTS}
    groups: dict[str, Row] = {f"{RATES[rate].title}, %": (rate,) for rate in PLAYED_RATES}
    groups["days: a quarter, half, three quarters"] = tuple(QUARTILES)
    for level, definition in LEVELS.items():
        keys = tuple(length_key("", name, level).removeprefix(".") for name in QUARTILES)
        groups[f"days {definition.title}"] = keys
    *after_war, given_force = PARTS_OF
    groups["after war: agreement, given up, faded, %"] = tuple(after_war)
    groups["war, of crises with serious clashes or war, %"] = (given_force,)
    groups["strikes by choice that are mistakes, %"] = MISTAKES[:1]
    for says, keys in groups.items():
        cells = [_cells(figures[start], start, keys) for start in STARTS]
        yield (says, *(cell for pair in cells for cell in pair))


def _figures(start: str, parts: Sequence[tuple[float, Played]]) -> dict[str, PlayedFigure]:
    """Return the figures of a start; how wars were settled is known of all starts together."""
    figures = {**compared(start, parts).figures, **under_conditions(start, parts)}
    for key, (part, whole) in {**PARTS_OF, MISTAKES[0]: MISTAKES}.items():
        if parts[0][1].happened[whole].any():
            figures[f"{start}.{key}"] = ratio(parts, (part, whole), _band(start, key))
    return figures


def _band(start: str, key: str) -> Band | None:
    """Return the band of a start, or else that of all crises."""
    return BANDS.get(f"{start}.{key}") or BANDS.get(f"{ALL}.{key}") or BANDS.get(key)


def _cells(figures: Mapping[str, PlayedFigure], start: str, keys: Sequence[str]) -> tuple[str, str]:
    """Return what was played and what history says of some figures, in two cells."""
    known = [key for key in keys if _band(start, key) is not None]
    played = [_reported(figures.get(f"{start}.{key}")) for key in known]
    return ", ".join(played), ", ".join(_history(start, key) for key in known)


def _reported(figure: PlayedFigure | None) -> str:
    """Return a figure as played, marked where it lies outside history's interval."""
    if figure is None or figure.band is None:
        return BLANK
    value = _number(figure.value, figure.band)
    open_ended = "+" if figure.is_at_horizon else ""
    return f"{value}{open_ended}{' (outside)' if figure.is_inside is False else ''}"


def _history(start: str, key: str) -> str:
    """Return what history says of a figure, in bold if the fit is accepted by it."""
    band = _band(start, key)
    if band is None or band.low is None or band.high is None:
        return BLANK
    if band.value is None:
        says = f"at most {_number(band.high, band)}"
    else:
        ends = f"{_number(band.low, band)}-{_number(band.high, band)}"
        says = f"{_number(band.value, band)} [{ends}]"
    is_named = f"{start}.{key}" in NAMED or key in NAMED
    return f"**{says}**" if is_named else says


def _number(value: float, band: Band) -> str:
    return f"{value:.0f}" if band.unit == "days" else f"{100.0 * value:.1f}"

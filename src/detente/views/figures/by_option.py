"""What options change: paired differences, on the same worlds and the same chance."""

import numpy as np

from detente.analysis import wording
from detente.analysis.compare import Compared, Comparison
from detente.analysis.paired import between
from detente.ensemble.record import BASE
from detente.ensemble.shares import without_chance
from detente.views.figures import rows
from detente.views.figures.figure import Figure, Numbers, size_of
from detente.views.figures.rows import Row

QUANTILES = (np.arange(20) + 0.5) / 20
"""Worlds are drawn as 20 dots, each of 5 of 100."""
COLUMNS = ("option", "title", "difference", "low", "high", "worlds 5 %", "worlds 95 %")


def options(found: Comparison) -> Figure:
    """Draw by how much each option changes an outcome, the best on top.

    Bands are 90 % intervals of chance on the same draws, dots the worlds with chance removed.
    """
    names = [name for name in found.ranking if name != BASE]
    drawn = [_row(found, name) for name in names]
    title = _title(found, names)
    outcome = wording.NAMES[found.outcome]
    return Figure(
        key=f"options_{found.outcome}",
        title=title,
        subtitle=f"Change in {outcome} against no option, futures of 100, in this model; "
        f"{size_of(found.run)}",
        description=f"{title}. "
        + " ".join(f"{name}: {_number(found.options[name])}." for name in names),
        notes=(
            f"In this model. Left of 0: fewer of 100 futures end in {outcome} than with no option.",
            "Bands, and numbers in brackets: 90 % intervals of chance on the same draws; 10 in 100 "
            "fall outside. A hollow ring may be chance alone.",
            "Dots: worlds, each 5 of 100 of them, chance removed; they differ in what is not "
            "known.",
            *found.notes,
        ),
        table=Numbers(COLUMNS, tuple(_cells(name, found.options[name]) for name in names)),
        chart=rows.listed(
            drawn, axis=f"more or fewer of 100 futures with {outcome}", domain=rows.domain_of(drawn)
        ),
    )


def _title(found: Comparison, names: list[str]) -> str:
    clear = [found.options[name].difference for name in names]
    gains = [found.better * one.difference for one in clear if one.is_clear]
    helps, hurts = sum(gain > 0.0 for gain in gains), sum(gain < 0.0 for gain in gains)
    return f"Of {len(names)} options, {helps} clearly help and {hurts} clearly hurt"


def _row(found: Comparison, name: str) -> Row:
    one, pairs = found.options[name], found.pairs
    middle, low, high = (100.0 * end for end in one.difference[:3])
    worlds: tuple[float, ...] = ()
    if not one.is_same and pairs.futures > 1:
        one_by_one = between(pairs, pairs.options.index(name), 0)
        means = without_chance(one_by_one.means, one_by_one.noise)
        worlds = tuple((100.0 * np.quantile(means, QUANTILES)).tolist())
    return Row(
        one.title,
        middle,
        low,
        high,
        worlds,
        _number(one),
        is_told=one.difference.is_clear,
    )


def _number(one: Compared) -> str:
    if one.is_same:
        return "changes nothing"
    difference = one.difference
    middle, low, high = map(_signed, difference[:3])
    return f"{middle} ({low} to {high})"


def _signed(share: float) -> str:
    text = f"{100.0 * share:+.1f}"
    return "0.0" if float(text) == 0.0 else text.replace("-", "\N{MINUS SIGN}")


def _cells(name: str, one: Compared) -> tuple[str | float, ...]:
    return (name, one.title, *(100.0 * end for end in one.difference))

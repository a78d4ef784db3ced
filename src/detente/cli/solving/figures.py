"""Figures of a solved game in characters: worths, chances, and their spread over worlds."""

from collections.abc import Callable

from detente.analysis.bargaining import Bargaining, Figure
from detente.analysis.bargaining.game import CHALLENGER_TYPES, DEFENDER_TYPES

SURE = 100.0
"""Percent."""


def number(value: float | None, *, sign: bool = False) -> str:
    """Return a worth with two decimals, never as minus nothing; nothing for what is not there."""
    if value is None:
        return ""
    text = f"{value:+.2f}" if sign else f"{value:.2f}"
    return text.lstrip("+-") if float(text) == 0.0 else text


def margin(value: float, *, decimals: int = 3) -> str:
    """Return a small difference of worths with its sign."""
    text = f"{value:+.{decimals}f}"
    return text.lstrip("+-") if float(text) == 0.0 else text


def percent(chance: float | None, *, decimals: int = 0) -> str:
    """Return a chance in percent; what can happen is never told as 0, nor as sure."""
    if chance is None:
        return ""
    text = f"{100.0 * chance:.{decimals}f}"
    least = 10.0**-decimals
    if chance > 0.0 and float(text) == 0.0:
        return f"<{least:.{decimals}f}"
    if chance < 1.0 and float(text) == SURE:
        return f">{SURE - least:.{decimals}f}"
    return text


def share(solution: Bargaining, *key: str) -> float:
    """Return a figure that every game has."""
    value = solution.get(*key)
    if value is None:
        raise KeyError(key)
    return value


def interval(
    solution: Bargaining, key: tuple[str, ...], *, form: Callable[[float], str] = number
) -> str:
    """Return a figure's spread over worlds in brackets; nothing in the median world."""
    figure = solution.figures.get(key)
    if not isinstance(figure, Figure) or figure.spread_low is None:
        return ""
    low, high = (form(end) for end in (figure.spread_low, figure.spread_high) if end is not None)
    return f" ({low} to {high})"


def yes(solution: Bargaining, part: float | None) -> str:
    """Return yes or no; over worlds, the share of those that have it."""
    if part is None:
        return ""
    if solution.worlds is None:
        return "yes" if part else "no"
    return f"{percent(part)} %"


def in_worlds(solution: Bargaining, part: float) -> str:
    """Return a share of worlds as a count."""
    worlds = solution.worlds or 1
    return f"in {part * worlds:.0f} of {worlds} world{'s' if worlds > 1 else ''}"


def listed(packages: list[str]) -> str:
    """Return packages in words; there is at least one."""
    *before, last = packages
    if not before:
        return f"package {last}"
    return f"packages {', '.join(before)} and {last}"


def holders(solution: Bargaining) -> list[tuple[str, str]]:
    """Return whose worth is told, each type in words; an ally only where there is one."""
    parties = solution.parties
    named = [(kind, f"a {kind} {parties['challenger']}") for kind in CHALLENGER_TYPES]
    named += [(kind, f"a {kind} {parties['defender']}") for kind in DEFENDER_TYPES]
    has_ally = bool(solution.crisis.all_of_role("ally"))
    return [*named, ("ally", parties["ally"])] if has_ally else named

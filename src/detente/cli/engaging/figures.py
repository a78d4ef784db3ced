"""Numbers of campaigns in characters: means, shares, and the two spreads beside them."""

from collections.abc import Callable

from detente.analysis.engagement import Defended, Figure
from detente.ensemble.shares import Share

HUNDRED, TEN, TENTH, LEAST = 100.0, 10.0, 0.1, 0.005
Form = Callable[[float], str]


def amount(value: float) -> str:
    """Return a number with about two figures, whole from ten on; nothing is never minus."""
    if abs(value) < LEAST:
        return "0"
    size = abs(value)
    return f"{value:,.0f}" if size >= TEN else f"{value:.1f}" if size >= 1.0 else f"{value:.2f}"


def count(value: float) -> str:
    """Return a number of things, one decimal below ten."""
    return f"{value:,.0f}" if value >= TEN or value < TENTH / 2.0 else f"{value:.1f}"


def percent(share: float) -> str:
    """Return a share in whole percent; what happens is never told as 0, nor as always."""
    if 0.0 < share < LEAST:
        return "<1"
    if 1.0 - LEAST < share < 1.0:
        return ">99"
    return f"{HUNDRED * share:.0f}"


def points(difference: float) -> str:
    """Return a difference of shares in points, with its sign."""
    text = f"{HUNDRED * difference:+.2f}"
    return text.lstrip("+-") if float(text) == 0.0 else text


def size(difference: float) -> str:
    """Return the size of a small difference of shares in points."""
    return f"{HUNDRED * difference:.2f}"


def worlds(figure: Figure | Share, form: Form = amount) -> str:
    """Return the spread over worlds."""
    return span(figure.spread_low, figure.spread_high, form)


def campaign(figure: Figure, form: Form = amount) -> str:
    """Return where nine in ten single campaigns lie; nothing for what is none of a campaign."""
    if figure.campaign_low is None or figure.campaign_high is None:
        return ""
    return span(figure.campaign_low, figure.campaign_high, form)


def span(low: float, high: float, form: Form) -> str:
    """Return an interval, of one number if both ends are told alike."""
    ends = form(low), form(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def row(defended: Defended, words: str, key: tuple[str, ...], form: Form = amount) -> list[str]:
    """Return a line of a table: words, mean, spread over worlds, single campaigns."""
    figure = defended.figures[key]
    single = campaign(figure, form) if isinstance(figure, Figure) else ""
    return [words, form(figure[0]), worlds(figure, form), single]


def of_100(share: Share) -> str:
    """Return a share of campaigns as a count in a hundred, with its spread over worlds."""
    return f"{percent(share.share)} of 100 campaigns (worlds {worlds(share, percent)})"


def plain(key: str) -> str:
    """Return the key of a part of a pack in words."""
    return key.replace("_", " ")

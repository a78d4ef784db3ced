"""The look of all charts: few muted colours with fixed meanings, plain type."""

from typing import Any

from detente.endings import ENDINGS

WIDTH = 440
"""Full width of a chart [pixels]; shown at 330, type of size 13 is still 10 high."""
TEXT, SMALL = 13, 12
"""Font sizes [pixels]."""
FONT = "sans-serif"
"""A generic family, which every reader has, so that no font is loaded."""

PAPER = "#ffffff"
INK = "#10151c"
QUIET = "#59626e"
"""Secondary text, with a contrast of 4.5:1 or more."""
MUTED = "#868e98"
"""Secondary marks, with a contrast of 3:1 or more."""
FAINT = "#dfe3e8"
"""Grid lines, which carry no information of their own."""

COLOURS = {key: one.colour for key, one in ENDINGS.items()}
"""The colour of each ending."""
OPEN = COLOURS["containment"]
SETTLED = COLOURS["defender_yields"]
DEAL = COLOURS["narrow_deal"]
FORCE = COLOURS["limited_strike"]
NOTE: dict[str, Any] = {"fontSize": SMALL, "color": QUIET}
NUMBER: dict[str, Any] = {"fontSize": SMALL, "fontWeight": "bold"}
"""Looks of secondary text, and of numbers that refer to a list."""
MARK = "#2c5d8a"
"""Marks that represent no ending."""
LAND, BORDER, SEA = "#eceae4", "#b9b5aa", "#f7f9fb"
DASHES = {"unresolved": [1, 0], "settled": [7, 3, 2, 3], "deal": [7, 3], "force": [2, 2]}
"""Patterns of lines, for readers who do not see colours."""


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as #3476b3 [0-1] (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5))
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  as defined
        for one in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours [1-21] (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Return the colour of text, light or dark, with the higher contrast on a background."""
    return max((PAPER, INK), key=lambda text: contrast(text, colour))


def config() -> dict[str, Any]:
    """Return the configuration of Vega-Lite for every chart."""
    words = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": SMALL,
        "titleFontSize": SMALL,
        "labelColor": QUIET,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
    }
    return {
        "aria": False,
        "background": PAPER,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **words,
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridColor": FAINT,
            "labelPadding": 5,
        },
        "legend": {**words, "labelColor": INK, "symbolStrokeWidth": 2.5},
        "title": {
            "font": FONT,
            "subtitleFont": FONT,
            "anchor": "start",
            "color": INK,
            "subtitleColor": QUIET,
            "fontSize": 15,
            "fontWeight": "bold",
            "subtitleFontSize": SMALL,
        },
        "mark": {"opacity": 1},
        "text": {"font": FONT, "fontSize": TEXT, "color": INK},
    }

"""How all charts look: few quiet colours that keep their meaning, plain type, nothing for show."""

from typing import Any

from detente.endings import ENDINGS

WIDTH = 440
"""Whole width of a chart [pixels]; shown at 330, type of 13 is still 10 high."""
TEXT, SMALL = 13, 12
"""Sizes of type [pixels]."""
FONT = "sans-serif"
"""A generic family: whoever reads it has one, and nothing is fetched."""

PAPER = "#ffffff"
INK = "#10151c"
QUIET = "#59626e"
"""Words of less weight, at 4.5:1 and more."""
MUTED = "#868e98"
"""Marks of what counts less, at 3:1."""
FAINT = "#dfe3e8"
"""Grid lines, which carry no number of their own."""

COLOURS = {key: one.colour for key, one in ENDINGS.items()}
"""The colour of each ending."""
OPEN = COLOURS["containment"]
SETTLED = COLOURS["defender_yields"]
DEAL = COLOURS["narrow_deal"]
FORCE = COLOURS["limited_strike"]
NOTE: dict[str, Any] = {"fontSize": SMALL, "color": QUIET}
NUMBER: dict[str, Any] = {"fontSize": SMALL, "fontWeight": "bold"}
"""How words of less weight, and numbers that refer to a list, are written."""
MARK = "#2c5d8a"
"""What stands alone and is no ending."""
LAND, BORDER, SEA = "#eceae4", "#b9b5aa", "#f7f9fb"
DASHES = {"unresolved": [1, 0], "settled": [7, 3, 2, 3], "deal": [7, 3], "force": [2, 2]}
"""The second code of lines, for those who see no colours."""


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
    """Return paper or ink, whichever is read more easily on a colour."""
    return max((PAPER, INK), key=lambda text: contrast(text, colour))


def config() -> dict[str, Any]:
    """Return what Vega-Lite is given for every chart."""
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

"""Charts of results, one a question: still pictures with their message and their numbers.

Each function takes what an analysis found and returns a `Figure`, or None where there is nothing to
draw, which its docstring names. Nothing is played or searched for here. What draws is loaded when a
chart is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.views.figures.by_act import beliefs
    from detente.views.figures.by_cause import causes, leakage
    from detente.views.figures.by_date import calendar
    from detente.views.figures.by_day import corridor
    from detente.views.figures.by_future import hundred_futures
    from detente.views.figures.by_number import drivers, evidence
    from detente.views.figures.by_option import options
    from detente.views.figures.by_place import posture_map
    from detente.views.figures.figure import Figure, Numbers

__all__ = [
    "Figure",
    "Numbers",
    "beliefs",
    "calendar",
    "causes",
    "corridor",
    "drivers",
    "evidence",
    "hundred_futures",
    "leakage",
    "options",
    "posture_map",
]

_HOMES = {
    "Figure": "figure",
    "Numbers": "figure",
    "beliefs": "by_act",
    "calendar": "by_date",
    "causes": "by_cause",
    "corridor": "by_day",
    "drivers": "by_number",
    "evidence": "by_number",
    "hundred_futures": "by_future",
    "leakage": "by_cause",
    "options": "by_option",
    "posture_map": "by_place",
}
"""The module of each name."""


def __getattr__(name: str) -> Any:
    """Load a chart."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

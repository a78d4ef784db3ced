"""Charts of results, one a question: still pictures with their message and their numbers.

Each function takes what an analysis found and returns a `Figure`, or None where there is nothing to
draw, which its docstring names. Nothing is played or searched for here.
"""

from detente.views.figures.by_act import beliefs
from detente.views.figures.by_cause import causes, leakage
from detente.views.figures.by_date import calendar
from detente.views.figures.by_day import corridor
from detente.views.figures.by_future import hundred_futures
from detente.views.figures.by_number import drivers, evidence
from detente.views.figures.by_option import options
from detente.views.figures.by_place import posture_map
from detente.views.figures.figure import Figure, Table

__all__ = [
    "Figure",
    "Table",
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

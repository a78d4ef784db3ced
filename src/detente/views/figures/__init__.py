"""Charts of results, one for each question: static pictures with a message and their numbers.

Each function takes the result of an analysis and returns a `Figure`; some return None if there is
nothing to draw, as their docstrings say. Nothing is played or computed here. The drawing library is
imported on first use.

There is one module for each type of chart: `intervals` of estimates (`estimates`, `changes`),
`dots` of futures, their shares by day (`futures`), `bars`, `ribbons`, `timelines`, the strip of
`three_views`, the `matrix` of options, the `map`, and differences in the `past` next to the
model's. All are drawn with `marks`, one for each row of data, inside a `figure`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from detente import rooms

if TYPE_CHECKING:
    from detente.views.figures.bars import quarters, shots, stands
    from detente.views.figures.changes import moved_endings, whatif
    from detente.views.figures.dots import hundred_futures
    from detente.views.figures.estimates import causes, drivers, evidence, leakage, options
    from detente.views.figures.figure import Figure, Numbers
    from detente.views.figures.futures import corridor
    from detente.views.figures.map import posture_map
    from detente.views.figures.matrix import options_matrix
    from detente.views.figures.past import differences
    from detente.views.figures.ribbons import flow
    from detente.views.figures.three_views import strip
    from detente.views.figures.timelines import beliefs, calendar

__all__ = [
    "Figure",
    "Numbers",
    "beliefs",
    "calendar",
    "calibration_curve",
    "causes",
    "corridor",
    "decided",
    "differences",
    "drivers",
    "evidence",
    "flow",
    "hundred_futures",
    "leakage",
    "moved_endings",
    "options",
    "options_matrix",
    "posture_map",
    "quarters",
    "shots",
    "stands",
    "strip",
    "tracked",
    "whatif",
]

_HOMES = {
    "bars": ("quarters", "shots", "stands"),
    "changes": ("moved_endings", "whatif"),
    "dots": ("hundred_futures",),
    "estimates": ("causes", "drivers", "evidence", "leakage", "options"),
    "figure": ("Figure", "Numbers"),
    "futures": ("corridor",),
    "map": ("posture_map",),
    "matrix": ("options_matrix",),
    "past": ("differences",),
    "ribbons": ("flow",),
    "three_views": ("strip",),
    "timelines": ("beliefs", "calendar"),
}
"""Names of charts by module of the core; rooms add their own."""


def __getattr__(name: str) -> Any:
    """Return a chart function, imported on first use."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    if name in __all__:
        return rooms.load(rooms.CHARTS, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Play an international crisis many times: how it may end, why, and what would help."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from detente import notebook

if TYPE_CHECKING:
    from detente.analysis.asking import DatedShare, FoundFutures, ask, find
    from detente.analysis.bargaining import Bargaining, solve
    from detente.analysis.causes import Causes, Story, causes, tell_cause
    from detente.analysis.compare import Comparison, compare
    from detente.analysis.course import Course, course
    from detente.analysis.discovery import Discovery, discover
    from detente.analysis.drivers import Drivers, drivers
    from detente.analysis.engagement import Engagement, engage
    from detente.analysis.explaining import Explanation, explain
    from detente.analysis.hypotheses import Hypotheses, hypotheses
    from detente.analysis.influence import Influences, influence
    from detente.analysis.sightings import Sightings, sightings
    from detente.analysis.since import RunsCompared, compare_runs
    from detente.analysis.summary import Summary, summarise
    from detente.analysis.trace import Trace, trace
    from detente.analysis.track import Tracked, track
    from detente.analysis.track.writing import register, resolve
    from detente.analysis.update import Update, update
    from detente.analysis.whatif import WhatIf, whatif
    from detente.ensemble.replay import Replay, replay
    from detente.ensemble.rule import DecisionRule, rule
    from detente.ensemble.run import Run
    from detente.ensemble.simulate import resume, simulate
    from detente.errors import DetenteError, Fault, PackFaults
    from detente.kernel.decision import Asked, Sight
    from detente.kernel.talks import ChallengerMove, DefenderMove, Regime
    from detente.pack import Crisis, load
    from detente.views import figures as charts
    from detente.views.report import Written, report

    __version__: str

__all__ = [
    "Asked",
    "Bargaining",
    "Causes",
    "ChallengerMove",
    "Comparison",
    "Course",
    "Crisis",
    "DatedShare",
    "DecisionRule",
    "DefenderMove",
    "DetenteError",
    "Discovery",
    "Drivers",
    "Engagement",
    "Explanation",
    "Fault",
    "FoundFutures",
    "Hypotheses",
    "Influences",
    "PackFaults",
    "Regime",
    "Replay",
    "Run",
    "RunsCompared",
    "Sight",
    "Sightings",
    "Story",
    "Summary",
    "Trace",
    "Tracked",
    "Update",
    "WhatIf",
    "Written",
    "ask",
    "causes",
    "charts",
    "compare",
    "compare_runs",
    "course",
    "discover",
    "drivers",
    "engage",
    "explain",
    "find",
    "hypotheses",
    "influence",
    "load",
    "register",
    "replay",
    "report",
    "resolve",
    "resume",
    "rule",
    "sightings",
    "simulate",
    "solve",
    "summarise",
    "tell_cause",
    "trace",
    "track",
    "update",
    "whatif",
]

_HOMES = {
    "Asked": "detente.kernel.decision",
    "Bargaining": "detente.analysis.bargaining",
    "Causes": "detente.analysis.causes",
    "ChallengerMove": "detente.kernel.talks",
    "Comparison": "detente.analysis.compare",
    "Course": "detente.analysis.course",
    "Crisis": "detente.pack",
    "DatedShare": "detente.analysis.asking",
    "DecisionRule": "detente.ensemble.rule",
    "DefenderMove": "detente.kernel.talks",
    "DetenteError": "detente.errors",
    "Discovery": "detente.analysis.discovery",
    "Drivers": "detente.analysis.drivers",
    "Engagement": "detente.analysis.engagement",
    "Explanation": "detente.analysis.explaining",
    "Fault": "detente.errors",
    "FoundFutures": "detente.analysis.asking",
    "Hypotheses": "detente.analysis.hypotheses",
    "Influences": "detente.analysis.influence",
    "PackFaults": "detente.errors",
    "Regime": "detente.kernel.talks",
    "Replay": "detente.ensemble.replay",
    "Run": "detente.ensemble.run",
    "RunsCompared": "detente.analysis.since",
    "Sight": "detente.kernel.decision",
    "Sightings": "detente.analysis.sightings",
    "Story": "detente.analysis.causes",
    "Summary": "detente.analysis.summary",
    "Trace": "detente.analysis.trace",
    "Tracked": "detente.analysis.track",
    "Update": "detente.analysis.update",
    "WhatIf": "detente.analysis.whatif",
    "Written": "detente.views.report",
    "ask": "detente.analysis.asking",
    "causes": "detente.analysis.causes",
    "compare": "detente.analysis.compare",
    "compare_runs": "detente.analysis.since",
    "course": "detente.analysis.course",
    "discover": "detente.analysis.discovery",
    "drivers": "detente.analysis.drivers",
    "engage": "detente.analysis.engagement",
    "explain": "detente.analysis.explaining",
    "find": "detente.analysis.asking",
    "hypotheses": "detente.analysis.hypotheses",
    "influence": "detente.analysis.influence",
    "load": "detente.pack",
    "register": "detente.analysis.track.writing",
    "replay": "detente.ensemble.replay",
    "report": "detente.views.report",
    "resolve": "detente.analysis.track.writing",
    "resume": "detente.ensemble.simulate",
    "rule": "detente.ensemble.rule",
    "sightings": "detente.analysis.sightings",
    "simulate": "detente.ensemble.simulate",
    "solve": "detente.analysis.bargaining",
    "summarise": "detente.analysis.summary",
    "tell_cause": "detente.analysis.causes",
    "trace": "detente.analysis.trace",
    "track": "detente.analysis.track",
    "update": "detente.analysis.update",
    "whatif": "detente.analysis.whatif",
}
"""Where each public name lives; it is loaded when first asked for."""


def _views() -> notebook.Views:
    return cast(notebook.Views, import_module("detente.views.shown"))


notebook.views = _views


def __getattr__(name: str) -> Any:
    """Load a public name."""
    if name == "__version__":
        return import_module("detente.provenance").version_of("detente")
    if name == "charts":
        return import_module("detente.views.figures")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__

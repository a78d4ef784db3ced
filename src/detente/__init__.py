"""Play an international crisis many times: how it may end, why, and what would help."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from detente import notebook

if TYPE_CHECKING:
    from detente.ensemble.replay import Replay, replay
    from detente.ensemble.rule import DecisionRule, rule
    from detente.ensemble.run import Run
    from detente.ensemble.simulate import resume, simulate
    from detente.ensemble.weights import weighed
    from detente.errors import DetenteError, Fault, PackFaults
    from detente.follow.monday import monday
    from detente.follow.tracked import Tracked, track
    from detente.follow.writing import register, resolve
    from detente.kernel.decision import Asked, Sight
    from detente.kernel.talks import ChallengerMove, DefenderMove, Regime
    from detente.pack import Crisis, load
    from detente.questions.asking import DatedShare, FoundFutures, ask, find
    from detente.questions.bargaining import Bargaining, solve
    from detente.questions.causes import Causes, Story, cause_of, causes
    from detente.questions.compare import Comparison, compare
    from detente.questions.course import Course, course
    from detente.questions.discovery import Discovery, discover
    from detente.questions.drivers import Drivers, drivers
    from detente.questions.engagement import Engagement, engage
    from detente.questions.explaining import Explanation, explain
    from detente.questions.hypotheses import Hypotheses, hypotheses
    from detente.questions.influence import Influences, influence
    from detente.questions.sightings import Sightings, sightings
    from detente.questions.since import RunsCompared, compare_runs
    from detente.questions.strip import Strip, strip
    from detente.questions.summary import Summary, summarise
    from detente.questions.trace import Trace, trace
    from detente.questions.update import Update, update
    from detente.questions.whatif import WhatIf, whatif
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
    "Strip",
    "Summary",
    "Trace",
    "Tracked",
    "Update",
    "Weighed",
    "WhatIf",
    "Written",
    "ask",
    "cause_of",
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
    "monday",
    "register",
    "replay",
    "report",
    "resolve",
    "resume",
    "rule",
    "sightings",
    "simulate",
    "solve",
    "strip",
    "summarise",
    "trace",
    "track",
    "update",
    "weigh",
    "weighed",
    "whatif",
]

_NAMES = {
    "ensemble.replay": "Replay replay",
    "ensemble.rule": "DecisionRule rule",
    "ensemble.run": "Run",
    "ensemble.simulate": "resume simulate",
    "ensemble.weights": "weighed",
    "errors": "DetenteError Fault PackFaults",
    "kernel.decision": "Asked Sight",
    "kernel.talks": "ChallengerMove DefenderMove Regime",
    "pack": "Crisis load",
    "questions.asking": "DatedShare FoundFutures ask find",
    "questions.bargaining": "Bargaining solve",
    "questions.causes": "Causes Story causes cause_of",
    "questions.compare": "Comparison compare",
    "questions.course": "Course course",
    "questions.discovery": "Discovery discover",
    "questions.drivers": "Drivers drivers",
    "questions.engagement": "Engagement engage",
    "questions.explaining": "Explanation explain",
    "questions.hypotheses": "Hypotheses hypotheses",
    "questions.influence": "Influences influence",
    "questions.sightings": "Sightings sightings",
    "questions.since": "RunsCompared compare_runs",
    "questions.strip": "Strip strip",
    "questions.summary": "Summary summarise",
    "questions.trace": "Trace trace",
    "questions.update": "Update update",
    "questions.weigh": "Weighed weigh",
    "questions.whatif": "WhatIf whatif",
    "views.report": "Written report",
}
"""The public names of the core by module, loaded when first asked for; rooms bring others."""
_HOMES = {name: f"detente.{module}" for module, names in _NAMES.items() for name in names.split()}


def _views() -> notebook.Views:
    return cast(notebook.Views, import_module("detente.views.shown"))


notebook.views = _views


def __getattr__(name: str) -> Any:
    """Load a public name."""
    if name == "__version__":
        return import_module("detente.provenance").version_of("detente")
    if name == "charts":
        return import_module("detente.views.figures")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in __all__:
        rooms = import_module("detente.rooms")
        return rooms.load(rooms.NAMES, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return __all__

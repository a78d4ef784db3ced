"""The register of views: what each result and each run shows, and everywhere it is shown.

A view is declared here once. Python, notebooks, the terminal and `--json` find by the class of a
result what writes its section. The report and the pages of `serve` find the sections of a run; the
bar of the pages, `show --view` and the questions of programs (the assistant's tools, the JSON of
`serve`) are read from the same rows.

Rows name functions and load them only when they are asked for, so that `detente --help` imports
none. `module.name` stands below `detente.views`.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

if TYPE_CHECKING:
    from detente.views.blocks import Section
    from detente.views.material import Material


class AnalystForm(NamedTuple):
    """What `show --view NAME` answers of a run."""

    name: str
    reads: Annotated[str, "the result, as `Material` has it"]
    takes_observed: Annotated[bool, "a file of observations may change it"] = False


class ForPrograms(NamedTuple):
    """How programs ask for it."""

    name: str
    title: str
    answer: Annotated[str, "of `views.programs`"]
    plays: Annotated[bool, "plays worlds, which takes its time and is kept in the run"] = False


class BarPlace(NamedTuple):
    """Where the bar of the pages leads to it."""

    group: str
    title: str
    path: Annotated[str | None, "below the run; that of its section unless given"] = None


class DeclaredView(NamedTuple):
    """A view, and where it is shown; what is empty is not shown there."""

    result: Annotated[str, "the class of the result that it shows"] = ""
    screen: Annotated[str, "what writes the section of that result"] = ""
    in_brief: Annotated[str, "what writes it in few lines, if something else does"] = ""
    section: Annotated[str, "key of its section of a report, last part of its page's address"] = ""
    report: Annotated[str, "what writes that section of a run"] = ""
    reads: Annotated[str, "what that takes of `Material`, in its order"] = ""
    plays: Annotated[bool, "worlds are played when its page is opened"] = False
    place: BarPlace | None = None
    form: AnalystForm | None = None
    program: ForPrograms | None = None

    @property
    def path(self) -> str:
        """Return the address of its page, below that of the run."""
        own = None if self.place is None else self.place.path
        return f"section/{self.section}" if own is None else own

    def of(self, known: "Material") -> "Section":
        """Return its section of a run."""
        found: Section = load(f"views.{self.report}")(*known.read(self.reads))
        return found


def load(path: str) -> Any:
    """Return what stands at a path below `detente`, such as `views.causes.section`."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"detente.{module}"), name)


VIEWS = (
    DeclaredView("Run", "endings.of_run", in_brief="record.stored"),
    DeclaredView("Crisis", "record.pack"),
    DeclaredView("Figure", "shown.numbers"),
    DeclaredView("Replay", "record.replayed"),
    DeclaredView(
        "About",
        "programs.about",
        program=ForPrograms("describe", "The crisis, and how it may end", "describe"),
    ),
    DeclaredView("Strip", "strip.section", section="strip", report="strip.section", reads="strip"),
    DeclaredView(
        "Summary",
        "endings.section",
        section="endings",
        report="endings.in_report",
        reads="summary course storylines",
        plays=True,
        place=BarPlace("Crisis", "The crisis", ""),
    ),
    DeclaredView("OptionSummary", "endings.of_option"),
    DeclaredView("Course", "endings.of_course"),
    DeclaredView(
        "DatedShare",
        "asking.section",
        place=BarPlace("Ask", "How likely?", "chance"),
        program=ForPrograms("ask", "How likely is an outcome by a date", "ask"),
    ),
    DeclaredView(
        "WhatIf",
        "whatif.section",
        place=BarPlace("Ask", "What if?", "ask"),
        program=ForPrograms("whatif", "What if a number were different", "whatif", plays=True),
    ),
    DeclaredView(
        "Weighed",
        "weigh.section",
        program=ForPrograms("weigh", "What would have to be true", "true_for"),
    ),
    DeclaredView(
        "Causes",
        "causes.section",
        section="beginnings",
        report="beginnings.section",
        reads="summary course causes",
        place=BarPlace("Why", "How wars begin"),
    ),
    DeclaredView("Story", "causes.story"),
    DeclaredView(
        "Drivers",
        "drivers.section",
        section="turning",
        report="drivers.turning",
        reads="run drivers boxes engagement",
        plays=True,
        place=BarPlace("Why", "Drivers"),
        program=ForPrograms("why", "What it turns on, and what causes war", "why", plays=True),
    ),
    DeclaredView("Discovery", "drivers.boxes"),
    DeclaredView("Engagement", "engagement.section"),
    DeclaredView("Bargaining", "bargaining.section"),
    DeclaredView(
        "Comparison",
        "options.section",
        section="options",
        report="options.in_report",
        reads="run comparison",
        place=BarPlace("Do and watch", "Options"),
        program=ForPrograms("options", "What options change", "options"),
    ),
    DeclaredView("RunsCompared", "since.two_runs"),
    DeclaredView(
        "Update",
        "watching.section",
        section="watching",
        report="watching.report",
        reads="run crisis watched",
        place=BarPlace("Do and watch", "What to watch"),
        program=ForPrograms("watch", "What to watch for", "watch", plays=True),
    ),
    DeclaredView("Sightings", "watching.events"),
    DeclaredView(
        "FoundFutures", "asking.addresses", place=BarPlace("Why", "Courses of events", "futures")
    ),
    DeclaredView(
        "Trace",
        "trace.section",
        program=ForPrograms("story", "One course of events, day by day", "story", plays=True),
    ),
    DeclaredView(
        "Explanation",
        "explaining.section",
        program=ForPrograms("evidence", "What a number rests on", "evidence"),
    ),
    DeclaredView(
        "Influences",
        "evidence.resting",
        section="resting",
        report="evidence.resting",
        reads="influence",
        place=BarPlace("Write", "Evidence"),
    ),
    DeclaredView(
        "Hypotheses",
        "hypotheses.section",
        section="hypotheses",
        report="hypotheses.in_report",
        reads="run crisis hypotheses",
        place=BarPlace("Ask", "Hypotheses"),
    ),
    DeclaredView(
        "KeyAssumptions",
        "tradecraft.assumptions",
        form=AnalystForm("assumptions", "key_assumptions"),
    ),
    DeclaredView(
        "Indicators",
        "tradecraft.shown_indicators",
        form=AnalystForm("indicators", "indicators", takes_observed=True),
    ),
    DeclaredView(
        "EvidenceMatrix",
        "tradecraft.evidence_matrix",
        form=AnalystForm("matrix", "matrix", takes_observed=True),
    ),
    DeclaredView(
        "Premortem", "tradecraft.how_war_came", form=AnalystForm("premortem", "premortem")
    ),
    DeclaredView("Cone", "tradecraft.named_courses", form=AnalystForm("cone", "cone")),
    DeclaredView(
        section="tradecraft",
        report="tradecraft.in_report",
        reads="key_assumptions indicators matrix summary storylines cone",
        plays=True,
        place=BarPlace("Why", "An analyst's checks"),
    ),
    DeclaredView("BaseRates", "history.rates"),
    DeclaredView("Attributes", "history.attributes"),
    DeclaredView(section="fitness", report="history.fitness", reads="run period"),
    DeclaredView(section="evidence", report="evidence.claims", reads="crisis ledger"),
    DeclaredView(section="assumptions", report="evidence.assumptions", reads="crisis ledger"),
    DeclaredView(section="words", report="endings.glossary", reads="run"),
    DeclaredView(section="limits", report="record.limits", reads="run"),
    DeclaredView(section="reproduction", report="record.reproduction", reads="run"),
)
"""Every view of the core. Sections stand in this order in a report, and places in the bar."""
OF_RESULT: Mapping[str, DeclaredView] = {one.result: one for one in VIEWS if one.result}
"""The same by the class of the result; rooms bring those of theirs."""
SECTIONS: Mapping[str, DeclaredView] = {one.section: one for one in VIEWS if one.section}
"""Those that a report and the pages of a run show, by the key of the section."""
FORMS: Mapping[str, AnalystForm] = {
    one.form.name: one.form for one in VIEWS if one.form is not None
}
"""What `show --view` may ask for."""

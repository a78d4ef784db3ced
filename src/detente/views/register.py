"""The register of views: the pages of each result and each run, and where they are shown.

Each view is declared once, here. Python, notebooks, the terminal and `--json` look up the page of a
result by its class. The report and the pages of `serve` look up the sections of a run. The
navigation, `show --view` and the questions of programs (the assistant's tools, the JSON of `serve`)
read the same rows.

Rows name functions, which are imported on first use, so that `detente --help` imports none. Paths
`module.name` are relative to `detente.views`.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

if TYPE_CHECKING:
    from detente.notebook import Shown
    from detente.views.blocks import Section
    from detente.views.material import Material


class ProgramQuestion(NamedTuple):
    """A question that programs may ask of a run."""

    name: str
    title: str
    function: Annotated[str, "name in `views.programs`"]
    plays: Annotated[bool, "whether it plays worlds, which is slow and stored in the run"] = False

    @property
    def answer(self) -> "Callable[..., tuple[Shown, ...]]":
        """Return the function that answers, from a run, a progress listener and parameters."""
        found: Callable[..., tuple[Shown, ...]] = load(f"views.programs.{self.function}")
        return found


class Destination(NamedTuple):
    """A page with a link in a group of the navigation."""

    group: str
    title: str
    path: Annotated[str, "relative to the run without a leading slash"]
    needs_pack: bool = False


class DeclaredView(NamedTuple):
    """A view, and the places where it is shown; an empty field means not shown there."""

    result: Annotated[str, "class of the result shown"] = ""
    screen: Annotated[str, "function for the page of the result"] = ""
    in_brief: Annotated[str, "function for a short page, if there is another"] = ""
    section: Annotated[str, "key of the section of a report, and end of its page's address"] = ""
    report: Annotated[str, "function for that section"] = ""
    reads: Annotated[str, "arguments of that function: attributes of `Material`"] = ""
    plays: Annotated[bool, "whether opening its page plays worlds"] = False
    place: Destination | None = None
    form: Annotated[str, "name in `show --view` and of the result in `Material`"] = ""
    reads_observed: Annotated[bool, "whether a file of observations changes the result"] = False
    program: ProgramQuestion | None = None

    def of(self, known: "Material") -> "Section":
        """Return the section of a run."""
        found: Section = load(f"views.{self.report}")(*known.read(self.reads))
        return found


def load(path: str) -> Any:
    """Return the object at a path below `detente`, such as `views.causes.section`."""
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
        program=ProgramQuestion("describe", "The crisis, and how it may end", "describe"),
    ),
    DeclaredView("Strip", "strip.section", section="strip", report="strip.section", reads="strip"),
    DeclaredView(
        "Summary",
        "endings.section",
        section="endings",
        report="endings.in_report",
        reads="summary course storylines",
        plays=True,
        place=Destination("Crisis", "The crisis", ""),
    ),
    DeclaredView("OptionSummary", "endings.of_option"),
    DeclaredView("Course", "endings.of_course"),
    DeclaredView(
        "DatedShare",
        "asking.section",
        place=Destination("Ask", "How likely?", "chance"),
        program=ProgramQuestion("ask", "How likely is an outcome by a date", "ask"),
    ),
    DeclaredView(
        "WhatIf",
        "whatif.section",
        place=Destination("Ask", "What if?", "ask"),
        program=ProgramQuestion("whatif", "What if a number were different", "whatif", plays=True),
    ),
    DeclaredView(
        "Weighed",
        "weigh.section",
        program=ProgramQuestion("weigh", "What would have to be true", "true_for"),
    ),
    DeclaredView(
        "Causes",
        "causes.section",
        section="beginnings",
        report="beginnings.section",
        reads="summary course causes",
        place=Destination("Why", "How wars begin", "section/beginnings"),
    ),
    DeclaredView("Story", "causes.story"),
    DeclaredView(
        "Drivers",
        "drivers.section",
        section="turning",
        report="drivers.turning",
        reads="run drivers boxes engagement",
        plays=True,
        place=Destination("Why", "Drivers", "section/turning"),
        program=ProgramQuestion("why", "What it turns on, and what causes war", "why", plays=True),
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
        place=Destination("Do and watch", "Options", "section/options"),
        program=ProgramQuestion("options", "What options change", "options"),
    ),
    DeclaredView("RunsCompared", "since.two_runs"),
    DeclaredView(
        "Update",
        "watching.section",
        section="watching",
        report="watching.report",
        reads="run crisis watched",
        place=Destination("Do and watch", "What to watch", "section/watching"),
        program=ProgramQuestion("watch", "What to watch for", "watch", plays=True),
    ),
    DeclaredView("Sightings", "watching.events"),
    DeclaredView(
        "FoundFutures", "asking.addresses", place=Destination("Why", "Courses of events", "futures")
    ),
    DeclaredView(
        "Trace",
        "trace.section",
        program=ProgramQuestion("story", "One course of events, day by day", "story", plays=True),
    ),
    DeclaredView(
        "Explanation",
        "explaining.section",
        program=ProgramQuestion("evidence", "What a number rests on", "evidence"),
    ),
    DeclaredView(
        "Influences",
        "evidence.resting",
        section="resting",
        report="evidence.resting",
        reads="influence",
        place=Destination("Write", "Evidence", "section/resting"),
    ),
    DeclaredView(
        "Hypotheses",
        "hypotheses.section",
        section="hypotheses",
        report="hypotheses.in_report",
        reads="run crisis hypotheses",
        place=Destination("Ask", "Hypotheses", "section/hypotheses"),
    ),
    DeclaredView("KeyAssumptions", "tradecraft.assumptions", form="assumptions"),
    DeclaredView(
        "Indicators", "tradecraft.shown_indicators", form="indicators", reads_observed=True
    ),
    DeclaredView(
        "EvidenceMatrix", "tradecraft.evidence_matrix", form="matrix", reads_observed=True
    ),
    DeclaredView("Premortem", "tradecraft.how_war_came", form="premortem"),
    DeclaredView("Cone", "tradecraft.named_courses", form="cone"),
    DeclaredView(
        section="tradecraft",
        report="tradecraft.in_report",
        reads="assumptions indicators matrix summary storylines cone",
        plays=True,
        place=Destination("Why", "An analyst's checks", "section/tradecraft"),
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
"""All views of the core, in the order of the report and of the navigation."""
OF_RESULT: Mapping[str, DeclaredView] = {one.result: one for one in VIEWS if one.result}
"""Views by the class of the result that they show; rooms add their own."""
SECTIONS: Mapping[str, DeclaredView] = {one.section: one for one in VIEWS if one.section}
"""Views that a report and the pages of a run show, by the key of the section."""
FORMS: Mapping[str, DeclaredView] = {one.form: one for one in VIEWS if one.form}
"""Views that `show --view` can show, by name."""

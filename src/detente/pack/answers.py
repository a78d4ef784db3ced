"""The eight questions that begin a crisis, and four judgements: their answers as a file.

The file lies next to the pack (`NAME.answers.toml`), and a copy of it in the pack
(`.answers.toml`). It is not part of the pack, and no checksum covers it.
"""

import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from detente.evidence.claim import Day, StandIn, Text, WrittenPart
from detente.pack.actors import MOST_JOINERS, MOST_MEDIATORS
from detente.pack.form import fit_to
from detente.pack.judgements import Likelihood, probability_rules
from detente.pack.kind import PastKind
from detente.pack.number import Finding
from detente.pack.observed import read_apart
from detente.pack.places import bare
from detente.pack.toml import KeyPath, Tree, dotted
from detente.text import in_sentence, plain, show

MOST_ISSUES = 4
UNKNOWN = "unknown"

Side = Literal["presser", "pressed"]
Dearness = Literal["slight", "some", "high", "vital", "unknown"]
Taken = Literal["yes", "partly", "no", "unknown"]
Sure = Literal["certain", "likely", "even", "unlikely", "unknown"]
Resolve = Literal["low", "even", "high", "unknown"]
Size = Literal["none", "tens", "hundreds", "thousands", "unknown"]
Share = Literal["no", "part", "most", "all"]
Measure = Literal["blockade", "quarantine", "sanctions"]
Daily = Literal["slight", "some", "high", "unknown"]
Soldiers = Literal["none", "thousands", "tens of thousands", "hundreds of thousands", "unknown"]
Finds = Literal["presser", "pressed", "unknown"]
InView = Literal["none", "some", "all"]
LastTime = Literal["none", "talks", "backed_down", "strike", "war", "unknown"]

WORDS: Mapping[str, str] = {
    "presser": "the side that presses",
    "pressed": "the side that is pressed",
    "none": "none",
    "talks": "talks alone",
    "backed_down": "the pressed side backed down",
    "strike": "a limited use of force",
    "war": "a war",
    "unknown": "I do not know",
    "non_violent": "without violence",
    "violent": "with a violent act",
}
"""Words in which a reader sees answers, where they differ from those of the file."""


def _asked(question: str, **limits: Any) -> Any:
    return Field(description=question, **limits)


class Who(WrittenPart):
    """Who presses whom."""

    presser: Annotated[Text, _asked("who demands something, and may use force for it")]
    pressed: Annotated[Text, _asked("who is to give way")]


class AnsweredIssue(WrittenPart):
    """One thing in dispute: how dear it is to both, and whether it can be taken."""

    name: Annotated[Text, _asked("what it is, in a few words")]
    presser: Annotated[Dearness, _asked("how dear it is to the side that presses"), StandIn("some")]
    pressed: Annotated[Dearness, _asked("how dear it is to the other side"), StandIn("some")]
    could_topple: Annotated[
        bool,
        _asked("whether giving it up could bring down the leaders of the side that is pressed"),
    ] = False
    taken: Annotated[Taken, _asked("whether force could take it"), StandIn("no")]
    holder: Annotated[
        Side, _asked("who administers it today, whosever it is"), StandIn("pressed")
    ] = "pressed"
    at_once: Annotated[
        Share, _asked("how much of it could be taken at once, without shots"), StandIn("no")
    ] = "no"


class Demand(WrittenPart):
    """What is demanded, by when, and whether a court or a vote is due."""

    says: Annotated[Text, _asked("what the side that presses demands")]
    deadline: Annotated[Day | None, _asked("the last day that it gave")] = None
    vote_of: Annotated[Side | None, _asked("whose vote is due"), StandIn("presser")] = None
    vote_on: Annotated[Day | None, _asked("the day of that vote")] = None
    court: Annotated[Text | None, _asked("which court or arbiter is to rule")] = None
    court_from: Annotated[Day | None, _asked("the first day on which it may rule")] = None
    court_to: Annotated[Day | None, _asked("the last day on which it may rule")] = None
    court_for: Annotated[
        Finds | None, _asked("for whom it is likelier to find"), StandIn("unknown")
    ] = None


class Friend(WrittenPart):
    """Somebody who stands by a side."""

    name: Annotated[Text, _asked("who stands by a side")]
    of: Annotated[Side, _asked("by which side"), StandIn("pressed")]
    sure: Annotated[Sure, _asked("how sure it is that it fights for that side"), StandIn("even")]
    strikes: Annotated[Size, _asked("how many aircraft and missiles it has there"), StandIn("none")]


class Mediation(WrittenPart):
    """Who mediates, and where they meet."""

    mediators: Annotated[tuple[Text, ...], _asked("who mediates", max_length=MOST_MEDIATORS)] = ()
    place: Annotated[Text | None, _asked("where they meet")] = None
    declaration: Annotated[
        bool, _asked("whether the two may declare that neither uses force for a time")
    ] = False


class Means(WrittenPart):
    """What force a side has at hand."""

    strikes: Annotated[Size, _asked("how many aircraft and missiles"), StandIn("none")]
    troops: Annotated[Soldiers, _asked("how many soldiers for the land in dispute")] = "none"


class ForceAtHand(WrittenPart):
    """What force each side has at hand, in orders of magnitude."""

    presser: Annotated[Means, StandIn({"strikes": "unknown"})]
    in_view: Annotated[
        InView, _asked("how much of that stands ready there already"), StandIn("none")
    ] = "none"
    pressed: Annotated[Means, StandIn({"strikes": "unknown"})]
    measure: Annotated[
        Measure | None, _asked("what the side that presses may impose below force")
    ] = None
    measure_stands: Annotated[bool, _asked("whether that stands already")] = False
    measure_presser: Annotated[
        Daily | None, _asked("how dear a day of it is to the side that presses"), StandIn("some")
    ] = None
    measure_pressed: Annotated[
        Daily | None, _asked("how dear a day of it is to the other side"), StandIn("some")
    ] = None
    measure_harm: Annotated[Text | None, _asked("what it does to civilians")] = None
    measure_legality: Annotated[Text | None, _asked("what is disputed about its legality")] = None


class Steadiness(WrittenPart):
    """How resolved each side is, and what happened last time."""

    presser: Annotated[Resolve, _asked("how resolved the side that presses is"), StandIn("even")]
    pressed: Annotated[Resolve, _asked("how resolved the other side is"), StandIn("even")]
    last: Annotated[
        LastTime,
        _asked(
            "what happened last time (talks alone change nothing; that the pressed side backed "
            "down counts only if its resolve is unknown)"
        ),
        StandIn("none"),
    ] = "none"


class AnsweredJudgement(WrittenPart):
    """How likely something is judged to be, and why."""

    probability: Likelihood
    reason: Annotated[Text, _asked("why")]


class FourJudgements(WrittenPart):
    """Four judgements, each of which may be left out."""

    force: Annotated[
        AnsweredJudgement | None, _asked("how likely is any use of force within a year")
    ] = None
    force_if_talks_fail: Annotated[
        AnsweredJudgement | None, _asked("how likely is force, should talks fail")
    ] = None
    war_if_force: Annotated[
        AnsweredJudgement | None, _asked("how likely is it that force becomes war")
    ] = None
    deal: Annotated[AnsweredJudgement | None, _asked("how likely is a deal within a year")] = None


UNANSWERED: Tree = {
    "who": {"presser": "?", "pressed": "??"},
    "issues": ({"name": "?", "presser": "some", "pressed": "some", "taken": "no"},),
    "demand": {"says": "?"},
    "mediation": {},
    "force": {"presser": {"strikes": "unknown"}, "pressed": {"strikes": "unknown"}},
    "resolve": {"presser": "even", "pressed": "even"},
    "kind": {"start": "non_violent"},
}
"""Placeholders for unanswered questions while the others are checked."""


class Answers(WrittenPart):
    """All answers: whoever they are about, the eight questions, and the judgements."""

    as_of: Annotated[Day, _asked("the day as of which the crisis is written")]
    title: Annotated[Text | None, _asked("what the crisis is called")] = None
    who: Annotated[Who, StandIn(UNANSWERED["who"])]
    issues: Annotated[
        tuple[AnsweredIssue, ...],
        _asked(
            "over what, the one that the demand is about first",
            min_length=1,
            max_length=MOST_ISSUES,
        ),
        StandIn(UNANSWERED["issues"]),
    ]
    demand: Annotated[Demand, StandIn(UNANSWERED["demand"])]
    friends: Annotated[
        tuple[Friend, ...], _asked("who stands by whom", max_length=MOST_JOINERS)
    ] = ()
    mediation: Annotated[Mediation, StandIn(UNANSWERED["mediation"])]
    force: Annotated[ForceAtHand, StandIn(UNANSWERED["force"])]
    resolve: Annotated[Steadiness, StandIn(UNANSWERED["resolve"])]
    kind: Annotated[PastKind, StandIn(UNANSWERED["kind"])]
    judgements: FourJudgements = FourJudgements()


QUESTIONS: Mapping[str, str] = {
    "who": "Who presses whom?",
    "issues": "Over what, how dear is each to both, and can it be taken?",
    "demand": "What is demanded, by when, and is a court or a vote due?",
    "friends": "Who stands by whom?",
    "mediation": "Who mediates, and where?",
    "force": "What force does each side have at hand?",
    "resolve": "How resolved is each side, and what happened last time?",
    "kind": "What kind of crisis is it?",
    "judgements": "What do you judge likely? Four judgements, each of which may be left out.",
}
"""The eight questions in order, then the judgements, by table."""


def read_answers(path: Path) -> Answers:
    """Read a file of answers.

    Raises `DetenteError` if it cannot be read, `Faults` with every fault of its text.
    """
    hint = "correct them and run it again"
    return read_apart(path, Answers, answer_rules, of="answers", hint=hint)[1]


OF_COURT = ("court_from", "court_to", "court_for")
OF_MEASURE = (
    *("measure_stands", "measure_presser", "measure_pressed"),
    *("measure_harm", "measure_legality"),
)
FOLLOWING = {
    "vote_on": "vote_of",
    **dict.fromkeys(OF_COURT, "court"),
    **dict.fromkeys(OF_MEASURE, "measure"),
}
"""Questions that are asked only if another was answered."""


def fit_answers(tree: Tree) -> tuple[Answers | None, list[Finding]]:
    """Return the answers in a tree of tables, and all faults of the tree."""
    fitted = fit_to(Answers, tree)
    findings = list(fitted.findings)
    if fitted.model is not None:
        findings += fitted.kept(answer_rules(fitted.model))
    return fitted.model, findings


def answer_rules(answers: Answers) -> Iterator[Finding]:
    """Yield contradictions between answers of the right form."""
    who, demand, as_of = answers.who, answers.demand, answers.as_of
    named: dict[str, KeyPath] = {}
    parts: list[tuple[KeyPath, str]] = [
        (("who", "presser"), who.presser),
        (("who", "pressed"), who.pressed),
        *((("friends", place, "name"), one.name) for place, one in enumerate(answers.friends)),
        *(
            (("mediation", "mediators", place), one)
            for place, one in enumerate(answers.mediation.mediators)
        ),
    ]
    for path, name in parts:
        if named.setdefault(name.strip().casefold(), path) != path:
            hint = "name somebody else, or leave it out"
            yield Finding(path, show(name), "each actor once", hint)
    for key in ("deadline", "vote_on", "court_from", "court_to"):
        day: date | None = getattr(demand, key)
        if day is not None and day <= as_of:
            hint = "what has happened by then is no answer to this"
            allowed = f"a day after {show(as_of)} (as_of)"
            yield Finding(("demand", key), show(day), allowed, hint, leans_on="as_of")
    tables: tuple[tuple[str, Any], ...] = (("demand", demand), ("force", answers.force))
    for table, part in tables:
        for other, one in FOLLOWING.items():
            if one not in type(part).model_fields or other == "measure_stands":
                continue
            given = [key for key in (one, other) if getattr(part, key) is not None]
            if len(given) == 1:
                lacking = other if given == [one] else one
                hint = f"add {lacking}, or leave out {given[0]}"
                found, allowed = f"{given[0]} alone", f"{one} and {other} together"
                yield Finding((table, given[0]), found, allowed, hint)
    if demand.court_from and demand.court_to and demand.court_to < demand.court_from:
        allowed = f"{show(demand.court_from)} or later"
        yield Finding(("demand", "court_to"), show(demand.court_to), allowed, "put it later")
    if answers.force.presser.strikes == "none" and answers.force.in_view != "none":
        hint = "say how many strikes it has, or that nothing stands ready"
        where = ("force", "in_view")
        yield Finding(where, "forces that stand ready without strikes", "none", hint)
    yield from _force_rules(answers)
    for key in FourJudgements.model_fields:
        judged: AnsweredJudgement | None = getattr(answers.judgements, key)
        if judged is not None:
            yield from probability_rules(("judgements", key, "probability"), judged.probability)


def _force_rules(answers: Answers) -> Iterator[Finding]:
    """Yield contradictions between what may be taken and the forces at hand."""
    force = answers.force
    for place, issue in enumerate(answers.issues):
        where = ("issues", place, "at_once")
        if issue.at_once != "no" and place:
            hint = "put it first, or write no"
            yield Finding(where, show(issue.at_once), "no, but for the first issue", hint)
        elif issue.at_once != "no" and issue.holder == "presser":
            hint = "write no: nobody takes what it holds already"
            yield Finding(where, show(issue.at_once), "no, of what it holds", hint)
    if force.presser.troops != "none" and all(one.taken == "no" for one in answers.issues):
        hint = "say of an issue that force could take it, or that there are none"
        yield Finding(("force", "presser", "troops"), "troops for nothing", "none", hint)


def with_names(says: str, who: Mapping[str, str]) -> str:
    """Return a question with the names of the two sides, if known."""
    called = {
        "presser": ("the side that presses", "the challenger"),
        "pressed": ("the side that is pressed", "the other side", "the defender"),
    }
    for side, words in called.items():
        for word in words if who.get(side) else ():
            says = says.replace(word, in_sentence(who[side]))
    return says


Asked = Literal["text", "day", "yes or no", "choice", "number", "count", "likelihood", "list"]
HINTS: Mapping[Asked, str] = {
    "day": " (a day such as 2026-02-06)",
    "yes or no": " (yes or no)",
    "number": " (a number)",
    "count": " (a whole number)",
    "likelihood": " (a probability such as 0.3, or two ends such as 0.2 to 0.4)",
    "list": " (names with commas between them)",
}
BETWEEN = re.compile(r"\s*(?:,|;|\bto\b|(?<=\d)-)\s*")
"""Separators between two typed figures or names."""
UNSURE = re.compile(r"\?|no idea|not known|(i )?(do not|don.?t) know", re.IGNORECASE)
"""Other ways to type "unknown"."""


class Prompt(NamedTuple):
    """One prompt: the path of its answer, and what it may be."""

    path: KeyPath
    says: str
    kind: Asked
    choices: tuple[str, ...] = ()
    is_needed: bool = True
    usual: Any = None

    @property
    def name(self) -> str:
        """Return the path of its answer, as users write it."""
        return dotted(self.path)

    @property
    def hint(self) -> str:
        """Return what may be typed, in brackets; empty for a text."""
        return HINTS.get(self.kind, "")

    @property
    def needed(self) -> str:
        """Return what is said where a needed answer is missing."""
        unsure = "; if you do not know, say so" if UNKNOWN in self.choices else ""
        return f"An answer is needed{unsure}."


def as_typed(value: Any) -> str:
    """Return an answer as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        between = ", " if all(isinstance(one, str) for one in value) else " to "
        return between.join(map(str, value))
    return str(value)


def read_typed(prompt: Prompt, typed: str) -> Any:
    """Return a typed answer as a value of the file.

    Raises `ValueError`, which says what may be typed, if it is not one.
    """
    typed = plain(typed)
    read: Mapping[Asked, Callable[[str], Any]] = {
        "text": str,
        "list": lambda text: tuple(one.strip() for one in text.split(",") if one.strip()),
        "choice": lambda text: _chosen(text, prompt.choices),
        "yes or no": lambda text: _chosen(text, ("yes", "no")) == "yes",
        "day": date.fromisoformat,
        "count": int,
        "number": float,
        "likelihood": _likely,
    }
    try:
        return read[prompt.kind](typed)
    except ValueError as fault:
        allowed = ", ".join(map(as_words, prompt.choices)) or prompt.hint.strip(" ()")
        raise ValueError(f"{typed}; allowed: {allowed}") from fault


def _chosen(typed: str, choices: Sequence[str]) -> str:
    """Return the choice that was typed, in full or by an unambiguous beginning."""
    if UNKNOWN in choices and UNSURE.fullmatch(typed):
        return UNKNOWN
    said = as_words(typed)
    begun = [one for one in choices if as_words(one).lower().startswith(said.lower())]
    whole = [one for one in begun if as_words(one).lower() == said.lower()]
    (found,) = whole or begun
    return found


def as_words(choice: str) -> str:
    """Return a choice as a person reads and types it, such as backed down for backed_down."""
    return choice.replace("_", " ").replace("-", " ")


def _likely(typed: str) -> float | tuple[float, float]:
    """Return a probability or the ends of a range; figures from 2 up are percentages.

    Raises `ValueError` if a figure without a % sign may be either.
    """
    figures = [float(one) for one in BETWEEN.split(typed.replace("%", "").strip())]
    is_percent = "%" in typed or max(figures) > 1.0
    if is_percent and "%" not in typed and any(0.0 < one < 2.0 for one in figures):  # noqa: PLR2004
        raise ValueError(typed)
    if is_percent:
        figures = [one / 100.0 for one in figures]
    low, high = figures * 2 if len(figures) == 1 else figures
    return low if low == high else (low, high)


def prompts(part: type[BaseModel], path: KeyPath = ()) -> Iterator[Prompt]:
    """Yield the prompts of a part of the answers, in order; lists of parts are left out."""
    for key, field in part.model_fields.items():
        here, kind = (*path, key), bare(field.annotation)
        says = field.description or ""
        usual = None if field.is_required() else field.default
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from prompts(kind, here)
        elif typing.get_origin(kind) is Literal:
            choices = tuple(map(str, typing.get_args(kind)))
            yield Prompt(here, says, "choice", choices, field.is_required(), usual)
        elif key == "probability":
            yield Prompt(here, says, "likelihood", is_needed=False)
        elif typing.get_origin(kind) is tuple:
            yield Prompt(here, says, "list", is_needed=False)
        else:
            named = {str: "text", date: "day", bool: "yes or no", float: "number", int: "count"}
            of = typing.cast("Asked", named[typing.cast("type", kind)])
            yield Prompt(here, says, of, (), field.is_required(), usual)


def part_of(annotation: Any) -> type[BaseModel]:
    """Return the model of a table of answers, or of each entry of a list."""
    kind = bare(annotation)
    if typing.get_origin(kind) is tuple:
        kind = bare(typing.get_args(kind)[0])
    return typing.cast("type[BaseModel]", kind)


class TellingPassage(NamedTuple):
    """A passage that bears on a question, and the answer that it gives for sure, if any."""

    answer: str
    passage: str
    start: int
    end: int

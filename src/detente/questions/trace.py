"""Reports one future of a run day by day, played again from its record."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.endings import Ending
from detente.ensemble.record import BASE
from detente.ensemble.rule import DecisionRule
from detente.ensemble.run import Address, Run, address_of
from detente.ensemble.runners import Stretch
from detente.ensemble.simulate import stage_again
from detente.ensemble.tally import INITIATORS
from detente.kernel.endings import Ceasefire, Event, FirstShot, Violence
from detente.kernel.mediators import SILENT, TOUGH
from detente.kernel.ruling import Verdict
from detente.kernel.theatre import BY_DEFENDER, TOGETHER, ForceScale, Reply
from detente.questions.names import MATTERS, Names, names_in_world, percent
from detente.questions.wording import ANSWERS, CEASEFIRES, PLANS, belief, significant

POSTURE = (Event.RAISES, Event.ARRIVES, Event.LOWERS, Event.POSTURE_CAPPED)
"""Events that change the deployed force, or the force that is on its way."""
STEPS = (Event.PROGRAMME_GROWS, Event.ADVANCES, Event.LEAVES)
"""Events that change the programme's step."""
PERCENT = 100.0


class Happening(NamedTuple):
    """One event of a future: the numbers in the kernel's trace, and its sentence."""

    day: int
    kind: str
    first: int
    second: int
    value: float
    text: str


@dataclass(frozen=True, repr=False)
class Trace(notebook.Shown):
    """One future, day by day."""

    run: Run
    option: str
    world: int
    future: int
    happenings: tuple[Happening, ...]
    row: dict[str, Any]
    differs: tuple[str, ...]

    @property
    def ending(self) -> str:
        """Return the key of the future's ending, as stored."""
        return Ending(self.row["ending"]).name.lower()

    @property
    def war_day(self) -> int:
        """Return the day on which its war began, or its first use of force if that is later."""
        return max(int(self.row["war_day"]), int(self.row["first_force_day"]))

    def content(self) -> dict[str, Any]:
        """Return the object that `detente trace --json` prints."""
        return {
            "schema": "detente/trace/1",
            "run": str(self.run.folder),
            **fields_of(self, "option world future ending"),
            "events": self.happenings,
            **fields_of(self, "row differs"),
        }


def trace(
    run: Run,
    *,
    future: Address,
    option: str = BASE,
    rules: Mapping[str, DecisionRule] | None = None,
) -> Trace:
    """Play one future of a run again and report it day by day.

    `future` is a world and an index: "0:7" or (0, 7). The future is compared with the stored one:
    `differs` names the columns that differ, none unless the model or the run was changed. `rules`
    are those with which the run was played, if any.

    Raises `DetenteError` if `future` does not have that form, the run has no such future or option,
    its pack or a rule was changed, or another version of the model made it.
    """
    world, index = address_of(future)
    stored = run.row(world, index, option)
    stage = stage_again(run, option, rules=rules).remembering()
    encoded, solved = stage.solved(option, world)
    again = stage.played(encoded, solved, Stretch(world, index, 1))[0]
    lines = stage.followed(encoded, solved, world, index)
    columns = stored.dtype.names or ()
    named = names_in_world(stage.crises[option], run.record, stage.numbers(option, world))
    return Trace(
        run=run,
        option=option,
        world=world,
        future=index,
        happenings=happenings_of(lines, named, answer_gap=float(again["answer_gap"])),
        row={column: stored[column].item() for column in columns},
        differs=tuple(column for column in columns if stored[column] != again[column]),
    )


class Line(NamedTuple):
    """One row of the kernel's trace, with the names for its sentence."""

    first: int
    second: int
    value: float
    names: Names
    is_recall: bool = False
    """Whether force that is called back has not arrived yet."""
    step: int = 0
    """The programme's step before this row."""
    gap: float = 0.0
    """Worth of a full answer less that of the best other answer; 0 if unknown."""
    holds_taken: bool = False
    """Whether the challenger holds something that it took without fighting."""

    @property
    def who(self) -> str:
        """Return the name of the acting party, or of the challenger and its ally together."""
        if self.first == TOGETHER:
            return f"{self.challenger} and {self.ally}"
        return self.names.parties[INITIATORS[self.first]]

    @property
    def other(self) -> str:
        """Return the name of the principal on the other side; the ally is on the challenger's."""
        return self.challenger if self.first == BY_DEFENDER else self.defender

    @property
    def challenger(self) -> str:
        """Return the name of the challenger."""
        return self.names.parties["challenger"]

    @property
    def defender(self) -> str:
        """Return the name of the defender."""
        return self.names.parties["defender"]

    @property
    def ally(self) -> str:
        """Return the name of the challenger's ally."""
        return self.names.parties["ally"]

    @property
    def third(self) -> str:
        """Return the name of the third party that the line is about."""
        return self.names.others[self.first]

    @property
    def number(self) -> int:
        """Return the number of the package, from 1."""
        return self.second + 1

    @property
    def package(self) -> str:
        """Return what the package includes, in words."""
        return self.names.packages[self.second]

    @property
    def chance(self) -> str:
        """Return the line's value in percent."""
        return percent(self.value)


Phrase: TypeAlias = str | Callable[[Line], str]
"""The sentence for a line: a template filled from it, or a function of it."""


class Wording(NamedTuple):
    """The sentences for a kind of event."""

    whole: Phrase
    brief: Phrase | None = None
    """Without chances, amounts and days; None if other events of the day imply it."""


def _both(phrase: Phrase) -> Wording:
    """Return both sentences of an event; a brief template has no text in square brackets."""
    if not isinstance(phrase, str):
        return Wording(phrase, phrase)
    return Wording(re.sub(r"[\[\]]", "", phrase), re.sub(r"\[.*?\]", "", phrase))


def in_words(phrase: Phrase, line: Line) -> str:
    """Return the sentence for a line."""
    return phrase.format(line=line) if isinstance(phrase, str) else phrase(line)


def happenings_of(
    lines: Iterable[np.void], names: Names, *, answer_gap: float = 0.0
) -> tuple[Happening, ...]:
    """Return the lines of a kernel's trace in words, in order.

    `answer_gap` is the worth of the first full answer less that of the best other answer.
    """
    happenings = []
    # Force on its way, the programme's step and a taking are not in a row but follow from earlier
    # ones.
    is_under_way, step, holds_taken = names.is_under_way, 0, names.holds_taken
    for line in lines:
        event = Event(int(line["kind"]))
        numbers = int(line["first"]), int(line["second"]), float(line["value"])
        day = int(line["day"])
        gap = 0.0
        if event is Event.ANSWERS and numbers[1] == Reply.FULL:
            gap, answer_gap = answer_gap, 0.0
        row = Line(*numbers, names.on(day), is_under_way, step, gap, holds_taken)
        text = in_words(WORDINGS[event].whole, row)
        happenings.append(Happening(day, event.name.lower(), *numbers, text))
        if event in POSTURE:
            is_under_way = event is Event.RAISES
        if event in {Event.TAKES, Event.RESTORES}:
            holds_taken = event is Event.TAKES
        if event in STEPS:
            step = numbers[0] if event is Event.LEAVES else numbers[1]
    return tuple(happenings)


def _speaks(line: Line) -> str:
    mediator = line.names.mediators[line.first]
    if line.second != SILENT:
        return f"{mediator} says that {line.defender} is {_kind(line.second)}, and is believed"
    said = f"{mediator} gives its view of {line.defender}, and is not believed"
    if int(line.value) == SILENT:
        return said
    return f"{said}: it would call {line.defender} {_kind(int(line.value))} whatever it knew"


def _speaks_briefly(line: Line) -> str:
    mediator = line.names.mediators[line.first]
    if line.second == SILENT:
        return f"{mediator} speaks of {line.defender} and is not believed"
    return f"{mediator} calls {line.defender} {_kind(line.second)}"


def _kind(message: int) -> str:
    return "resolved" if message == TOUGH else "unresolved"


def _rules(line: Line) -> str:
    if line.first == Verdict.NOBODY:
        return f"{line.names.ruling}: the time for a ruling passes without one"
    winner = line.challenger if line.first == Verdict.CHALLENGER else line.defender
    return f"{line.names.ruling}: the ruling is for {winner}"


def _first_shot(line: Line) -> str:
    kind = FirstShot(line.second)
    size = "more" if line.value >= 0.0 else "less"
    # Even if another joins at once, the choice that counts is the challenger's.
    chooser = line.challenger if line.first == TOGETHER else line.who
    worth = f"worth {size} to {chooser}, by {significant(abs(line.value), 2)} of its stakes, than"
    who = line.who if kind is FirstShot.ALLY else chooser
    return f"first shot: {_FIRST_SHOTS[kind].format(who, worth)}"


_FIRST_SHOTS = {
    FirstShot.NONE: "its cause is not known",
    FirstShot.MISREAD: "an accident was taken for an attack, and the reply of {0} grew",
    FirstShot.HOSTILE: "the reply of {0} to a hostile incident grew",
    FirstShot.ALLY: "the choice of {0}",
    FirstShot.CHOSEN_OVER_TEXT: (
        "a deliberate strike although a deal existed that both sides preferred to fighting; "
        "striking is {1} its best other move"
    ),
    FirstShot.CHOSEN_FORCE: (
        "a deliberate strike: no deal was better for both sides than fighting; striking is {1} its "
        "best other move"
    ),
    FirstShot.MISTAKE: "a misjudgement of {0}: striking is {1} its best other move",
    FirstShot.LAPSED: "{0} carried out its threat; striking is {1} backing down",
}
"""How the first shot came: who fired it, and what the choice was worth to that side."""


def _uses_force(name: str, scale: int) -> str:
    return f"{name} begins a campaign" if scale == ForceScale.CAMPAIGN else f"{name} strikes"


def _orders_force(line: Line) -> str:
    return f"{line.who} orders a {'campaign' if line.second == ForceScale.CAMPAIGN else 'strike'}"


def _force_ends(line: Line) -> str:
    kind = Violence(line.first).name.lower().replace("_", " ")
    return (
        f"force ends after {line.second} days as a {kind}; {line.chance} of the disputed "
        "capabilities are destroyed"
    )


def _answers(line: Line) -> str:
    said = f"{line.other} {ANSWERS[line.second]} (chance {line.chance})"
    if line.gap == 0.0:
        return said
    size = "more" if line.gap > 0.0 else "less"
    judged = "" if line.gap > 0.0 else ", a misjudgement"
    worth = significant(abs(line.gap), 2)
    by = f"{size} to it, by {worth} of its stakes, than a lesser answer"
    return f"{said}{judged}: that is worth {by}"


def _leaves(line: Line) -> str:
    back = f"the programme of {line.defender} falls back to step {line.first} of 2; "
    if line.second:
        rest = "the dispute ends with it"
    else:
        rest = (
            f"{line.challenger} gains {line.chance} of what force can settle; the rest stays in "
            "dispute, and talks are suspended"
        )
    return (back if line.first < line.step else "") + rest


def _sends(line: Line) -> str:
    how = f"forces of {line.third} arrive" if line.second else f"{line.third} sends more force"
    return f"{how}: {line.chance} of what it has is there"


def _calls_back(line: Line) -> str:
    how = "forces of {} leave" if line.second else "{} calls back what it sent"
    return f"{how.format(line.third)}: {line.chance} of what it has is there"


def _goes_in(line: Line) -> str:
    came = "destroy what they came for" if line.second else "fail: aircraft and crews are lost"
    return f"forces of {line.who} go in and {came}"


def _front(line: Line) -> str:
    held = f"{PERCENT * line.value:.0f} % of the land in dispute"
    at_first = "none" if line.first else "all"
    return f"as the fighting ends {line.challenger} holds {held}; it held {at_first} at first"


_TAKING_ANSWERS = (
    "accepts the taking and so backs down",
    "protests against the taking",
    "sets out to reverse the taking by force",
)
"""The defender's answer to a taking, by TakingAnswer."""


def _raids(line: Line) -> str:
    many = f"{line.second:,} weapons" if line.second > 1 else "a weapon"
    return f"{line.who} launches {many}; {line.value:,.0f} get through to {line.other}"


def _joins(line: Line) -> str:
    """Return who joins a war; a challenger that joins its ally chooses its own scale."""
    said = f"the war widens to {line.third}"
    if line.third != line.challenger:
        return said
    return f"{said}, which {'begins a campaign' if line.value else 'strikes'}"


WORDINGS: Mapping[Event, Wording] = {
    Event.TEXT_READY: _both("a draft deal is ready"),
    Event.PROGRAMME_GROWS: _both(
        "the programme of {line.defender} grows[ to step {line.second} of 2]"
    ),
    Event.POSTURE_CAPPED: Wording(
        "forces leave or are withheld: {line.challenger} has level {line.second} of 2 at most",
        "{line.challenger} has less force to use: forces leave or are withheld",
    ),
    Event.TALKS_RESUME: _both("talks resume[ after their failure]"),
    Event.FADES: _both("the dispute peters out[ without a deal]"),
    Event.INCIDENT: Wording(
        lambda line: (
            f"incident at the contact zone, {'a hostile act' if line.second else 'an accident'}: "
            f"{'alarm' if line.value > 0.0 else 'no alarm'} on the side of {line.who}"
        ),
        lambda line: f"{'a hostile act' if line.second else 'an accident'} at the contact zone",
    ),
    Event.REPLY: Wording(
        "the local commander of {line.who} replies (chance {line.chance}): a clash",
        "an incident becomes a clash",
    ),
    Event.ESCALATES: Wording(
        "the clash grows into force ordered by {line.who} (chance {line.chance})",
        "{line.who} orders force after a clash",
    ),
    Event.ALLY_STRIKES: Wording(
        lambda line: f"{_uses_force(line.ally, line.second)} on its own decision",
        lambda line: _uses_force(line.ally, line.second),
    ),
    Event.RAISES: _both(
        "{line.who} orders more force[; once it is there, level {line.second} of 2 is deployed]"
    ),
    Event.LOWERS: Wording(
        lambda line: (
            f"{line.who} calls back the force under way and stays at level {line.second} of 2"
            if line.is_recall
            else f"{line.who} lowers its force to level {line.second} of 2"
        ),
        "{line.who} lowers its force",
    ),
    Event.OFFERS: _both("{line.who} offers package {line.number}[: {line.package}]"),
    Event.ACCEPTS: _both("{line.who} accepts package {line.number}[: {line.package}]"),
    Event.REJECTS: _both("{line.who} rejects package {line.number}"),
    Event.RATIFIED: Wording("the agreed deal is ratified", "a deal is ratified"),
    Event.NOT_RATIFIED: Wording(
        "the agreed deal is not ratified; talks have failed", "a deal is not ratified"
    ),
    Event.ULTIMATUM: _both(
        "{line.who} sets an ultimatum[ that lapses in about {line.value:.0f} days]"
    ),
    Event.REFUSES: Wording("{line.who} refuses it", "{line.who} refuses an ultimatum"),
    Event.YIELDS: Wording(
        lambda line: (
            f"{line.who} backs down{' under the ultimatum' if line.second else ' without a deal'}"
        ),
        "{line.who} backs down",
    ),
    Event.DROPS: Wording(
        lambda line: (
            f"{line.who} withdraws the rest of its demand and keeps what it took"
            if line.holds_taken
            else f"{line.who} withdraws its demand"
        ),
        "{line.who} withdraws its demand",
    ),
    Event.WALKS_OUT: _both("{line.who} walks out[; talks have failed]"),
    Event.STRIKES: _both(_orders_force),
    Event.ADVANCES: _both("{line.who} advances its programme[ to step {line.second} of 2]"),
    Event.LAPSES: Wording("the ultimatum lapses", "an ultimatum lapses"),
    Event.BACKS_DOWN: _both("{line.challenger} does not act on it[; talks have failed]"),
    Event.ANSWERS: Wording(
        _answers,
        lambda line: f"{line.other} {ANSWERS[line.second]}",
    ),
    Event.FORCE_ENDS: Wording(_force_ends, "the fighting ends"),
    Event.CEASEFIRE: Wording(
        lambda line: f"the fighting stopped {CEASEFIRES[Ceasefire(line.first)]}",
        lambda line: f"the fighting stops {CEASEFIRES[Ceasefire(line.first)]}",
    ),
    Event.CLOSES: _both(
        "{line.who} closes the chokepoint[ on day {line.second} of the war; until it ends that "
        "costs all others {line.value:.0f} billion dollars]"
    ),
    Event.FIRST_SHOT: Wording(_first_shot),
    Event.SHOWS_PLAN: Wording(
        lambda line: (
            f"how {line.challenger} fights shows what it had in mind, {PLANS[line.second]} "
            f"(believed before: {belief(line.value)})"
        )
    ),
    Event.JOINS: Wording(
        lambda line: f"{_joins(line)}, on day {line.second} of the fighting", _joins
    ),
    Event.RAIDS: Wording(_raids),
    Event.LOSES: Wording(
        lambda line: (
            f"{line.who} loses {significant(PERCENT * line.value, 2)} hundredths of what its "
            f"forces are worth on day {line.second} of the fighting"
        )
    ),
    Event.LEAVES: Wording(_leaves),
    Event.DISPUTED: Wording(
        lambda line: (
            f"{MATTERS[line.first]} of the talks is in dispute: no draft until a side concedes"
        ),
        lambda line: f"{MATTERS[line.first]} of the talks is in dispute",
    ),
    Event.CONCEDES: Wording(
        lambda line: f"{line.who} concedes {MATTERS[line.second]}: {line.names.terms[line.second]}",
        lambda line: f"{line.who} concedes {MATTERS[line.second]}",
    ),
    Event.HAPPENS: _both(lambda line: line.names.events[line.first]),
    Event.RULES: Wording(
        lambda line: f"{_rules(line)} (chance {line.chance})",
        _rules,
    ),
    Event.WITHDRAWS: Wording(
        "{line.third} withdraws its consent: the forces on its soil are not to be used",
        "{line.third} withdraws its consent to forces on its soil",
    ),
    Event.CONSENTS: Wording(
        "{line.third} lets the forces on its soil be used again",
        "{line.third} lets forces on its soil be used again",
    ),
    Event.GOES_IN: Wording(_goes_in, "{line.who} sends forces in"),
    Event.FRONT: Wording(_front),
    Event.TAKES: _both("{line.who} takes[ {line.chance} of] {line.names.taken} without shots"),
    Event.MEETS_TAKING: Wording(
        lambda line: f"{line.defender} {_TAKING_ANSWERS[line.second]} (chance {line.chance})",
        lambda line: f"{line.defender} {_TAKING_ANSWERS[line.second]}",
    ),
    Event.RESTORES: _both(
        lambda line: (
            f"war puts {line.names.taken} at stake again"
            if line.first
            else f"force undoes the taking of {line.names.taken}"
        )
    ),
    Event.SENDS: Wording(_sends, "{line.third} sends more force"),
    Event.CALLS_BACK: Wording(_calls_back, "{line.third} calls back force"),
    Event.IMPOSES: _both("{line.who} imposes {line.names.measure}"),
    Event.LIFTS: Wording(
        lambda line: (
            f"{line.names.measure} ends, as the force that it needs is gone"
            if line.second
            else f"{line.who} lifts {line.names.measure}"
        ),
        "{line.names.measure} ends",
    ),
    Event.HORIZON: Wording("the horizon is reached"),
    Event.BELIEFS: Wording(
        lambda line: f"it is now believed that {line.who} is resolved: {belief(line.value)}"
    ),
    Event.ARRIVES: Wording(
        "the force that {line.who} ordered is there: level {line.second} of 2 is deployed",
        "force that {line.who} ordered arrives",
    ),
    Event.SIGN: Wording(
        lambda line: (
            f"the sign watched for, {line.names.signs[line.first]}, "
            f"{'is seen' if line.second else 'is not seen'} with it"
        )
    ),
    Event.UNREST: Wording(
        "unrest within {line.who} begins and lasts {line.second} days: it gives a strike a "
        "justification",
        "unrest begins within {line.who}",
    ),
    Event.VOWS: _both("{line.who} vows[ in public] to answer force[ with force]"),
    Event.RESTRAINED: Wording(
        "{line.ally} is about to strike; {line.who} holds it back",
        "{line.ally} is held back from a strike",
    ),
    Event.SPEAKS: Wording(_speaks, _speaks_briefly),
    Event.OFFERS_STANDSTILL: _both("{line.who} offers a standstill"),
    Event.AGREES_STANDSTILL: _both(
        "{line.who} agrees to a standstill[: for a time neither side uses force or orders more]"
    ),
    Event.REFUSES_STANDSTILL: _both("{line.who} refuses a standstill"),
    Event.STANDSTILL_ENDS: Wording(
        lambda line: (
            "the time of the standstill is over; "
            f"{'a draft deal is ready' if line.second else 'talks go on without a draft deal'}"
        ),
        "a standstill ends",
    ),
    Event.BREAKS_STANDSTILL: _both("{line.who} breaks the standstill[ by using force]"),
    Event.BREAKS: _both(
        "{line.who} breaks the deal[ on package {line.number} ({line.package}); talks have failed]"
    ),
}
"""The sentences for each kind of event."""

"""One future day by day in words, played again from the run's record."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente import notebook
from detente.ensemble.foundation import read_again
from detente.ensemble.record import BASE
from detente.ensemble.rule import DecisionRule
from detente.ensemble.run import Address, Run, address_of
from detente.ensemble.runners import Stretch
from detente.ensemble.simulate import stage_of
from detente.ensemble.tally import INITIATORS, SIDES
from detente.ensemble.versions import is_own_model
from detente.kernel.endings import Ceasefire, Ending, Event, FirstShot, Violence
from detente.kernel.mediators import SILENT, TOUGH
from detente.questions.names import MATTERS, Names, names_in_world, percent
from detente.questions.wording import ANSWERS, CEASEFIRES, PLANS, belief, significant

POSTURE = (Event.RAISES, Event.ARRIVES, Event.LOWERS, Event.POSTURE_CAPPED)
"""What changes the force deployed, or what is under way."""
STEPS = (Event.PROGRAMME_GROWS, Event.ADVANCES, Event.LEAVES)
"""What changes how far the programme has grown."""
PERCENT = 100.0


class Happening(NamedTuple):
    """One thing that happened, as the kernel noted it and in words."""

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
    def has_same_model(self) -> bool:
        """Say whether the model is still the one that made the run."""
        return is_own_model(self.run.record)

    def content(self) -> dict[str, Any]:
        """Return the trace as `detente trace --json` prints it."""
        return {
            "schema": "detente/trace/1",
            "run": str(self.run.folder),
            "option": self.option,
            "world": self.world,
            "future": self.future,
            "ending": self.ending,
            "events": self.happenings,
            "row": self.row,
            "differs": self.differs,
        }


def trace(
    run: Run,
    *,
    future: Address,
    option: str = BASE,
    rules: Mapping[str, DecisionRule] | None = None,
) -> Trace:
    """Play one future of a run again and tell it day by day.

    `future` is world and index: "0:7" or (0, 7). What is played again is compared with what is
    stored: `differs` names the columns that came out otherwise, none unless the model or the run
    was changed.
    `rules`: those with which the run was played, if it was.

    Raises
    ------
    DetenteError
        If `future` is not of that form, the run holds no such future or option, its pack or a rule
        was changed, or an older model made it, which knew fewer endings.
    """
    world, index = address_of(future)
    stored = run.row(world, index, option)
    crises = read_again(run.folder, run.record)
    asked = {name: crises[name] for name in (BASE, option)}  # an option shares the base's draws
    stage = stage_of(run.folder, asked, run.record.settings, rules).remembering()
    encoded = stage.encoded(option, world)
    solved = stage.solved(encoded, world)
    again = stage.played(encoded, solved, Stretch(world, index, 1))[0]
    lines = stage.followed(encoded, solved, world, index)
    columns = stored.dtype.names or ()
    named = names_in_world(crises[option], run.record, stage.numbers(option, world))
    return Trace(
        run=run,
        option=option,
        world=world,
        future=index,
        happenings=tell(lines, named),
        row={column: stored[column].item() for column in columns},
        differs=tuple(column for column in columns if stored[column] != again[column]),
    )


class Line(NamedTuple):
    """One line of the kernel's trace, with the names that it needs."""

    first: int
    second: int
    value: float
    is_recall: bool
    """Whether force that has not arrived yet is called back."""
    names: Names
    step: int
    """Steps that the programme had made before."""

    @property
    def who(self) -> str:
        """Name the party that the line is about, if it is about one."""
        return self.names.parties[INITIATORS[self.first]]

    @property
    def package(self) -> str:
        """Say what the package holds that the line is about."""
        return self.names.packages[self.second]

    @property
    def other(self) -> str:
        """Name the principal that it is not about."""
        return self.names.parties["challenger" if self.first == 1 else "defender"]


def tell(lines: Iterable[np.void], names: Names) -> tuple[Happening, ...]:
    """Tell the lines of a kernel's trace in words, in their order."""
    happenings = []
    is_under_way, step = False, 0
    for line in lines:
        event = Event(int(line["kind"]))
        numbers = int(line["first"]), int(line["second"]), float(line["value"])
        day = int(line["day"])
        text = _SENTENCES[event](Line(*numbers, is_under_way, names.on(day), step))
        happenings.append(Happening(day, event.name.lower(), *numbers, text))
        if event in POSTURE:
            is_under_way = event is Event.RAISES
        if event in STEPS:
            step = numbers[0] if event is Event.LEAVES else numbers[1]
    return tuple(happenings)


def _incident(line: Line) -> str:
    kind = "a hostile act" if line.second else "an accident"
    alarm = "alarm" if line.value > 0.0 else "no alarm"
    return f"incident at the contact zone, {kind}: {alarm} on the side of {line.who}"


def _yields(line: Line) -> str:
    how = "to the ultimatum" if line.second else "without a text"
    return f"{line.who} yields {how}"


def _answers(line: Line) -> str:
    return f"{line.other} {ANSWERS[line.second]} (chance {percent(line.value)})"


def _lowers(line: Line) -> str:
    if line.is_recall:
        return f"{line.who} calls back the force under way and stays at level {line.second} of 2"
    return f"{line.who} lowers its force to level {line.second} of 2"


def _sign(line: Line) -> str:
    seen = "is seen" if line.second else "is not seen"
    return f"the sign watched for, {line.names.signs[line.first]}, {seen} with it"


def _unrest(line: Line) -> str:
    return (
        f"unrest within {line.who} begins and lasts {line.second} days: "
        "it gives a strike a justification"
    )


def _speaks(line: Line) -> str:
    mediator, defender = line.names.mediators[line.first], line.names.parties["defender"]
    if line.second == SILENT:
        said = f"{mediator} says what it makes of {defender}, and is not believed"
        if int(line.value) == SILENT:
            return said
        kind = "resolved" if int(line.value) == TOUGH else "unresolved"
        return f"{said}: it would call {defender} {kind} whatever it knew"
    kind = "resolved" if line.second == TOUGH else "unresolved"
    return f"{mediator} says that {defender} is {kind}, and is believed"


def _force_ends(line: Line) -> str:
    kind = Violence(line.first).name.lower().replace("_", " ")
    return (
        f"force ends after {line.second} days as a {kind}; "
        f"{percent(line.value)} of the disputed capabilities are destroyed"
    )


def _first_shot(line: Line) -> str:
    kind = FirstShot(line.second)
    if kind in _UNCHOSEN:
        return f"first shot: {_UNCHOSEN[kind].format(line.who)}"
    size = "more" if line.value >= 0.0 else "less"
    worth = f"worth {significant(abs(line.value), 2)} of its basket {size} to {line.who} than"
    return f"first shot: {_CHOSEN[kind].format(line.who, worth)}"


_UNCHOSEN = {
    FirstShot.NONE: "how it came is not known",
    FirstShot.MISREAD: "an accident was taken for an attack, and the reply of {} grew",
    FirstShot.HOSTILE: "the reply of {} to a hostile incident grew",
    FirstShot.ALLY: "the choice of {}",
}
_CHOSEN = {
    FirstShot.CHOSEN_OVER_TEXT: (
        "chosen while a text was open that both would rather have had; striking is {1} its best "
        "other move"
    ),
    FirstShot.CHOSEN_FORCE: (
        "chosen, with no text open that both would rather have had; striking is {1} its best other "
        "move"
    ),
    FirstShot.MISTAKE: ("{0} chose to strike by mistake: striking is {1} its best other move"),
    FirstShot.LAPSED: "{0} made good its ultimatum; striking is {1} backing down",
}
"""How the first shot came: without a choice of its side's, or chosen and worth so much to it."""


def _shows_plan(line: Line) -> str:
    return (
        f"how {line.names.parties['challenger']} fights shows what it had in mind, "
        f"{PLANS[line.second]} (believed before: {belief(line.value)})"
    )


def _raids(line: Line) -> str:
    many = f"{line.second:,} weapons" if line.second > 1 else "a weapon"
    return f"{line.who} launches {many}; {line.value:,.0f} get through to {line.other}"


def _leaves(line: Line) -> str:
    challenger, defender = (line.names.parties[side] for side in SIDES)
    back = f"the programme of {defender} falls back to step {line.first} of 2; "
    if line.second:
        kept = "the dispute ends with it"
    else:
        kept = (
            f"{percent(line.value)} of what force can settle goes the way of {challenger}; the "
            "rest stays in dispute, and talks are off"
        )
    return (back if line.first < line.step else "") + kept


def _sends(line: Line) -> str:
    friend = line.names.others[line.first]
    how = f"forces of {friend} arrive" if line.second else f"{friend} sends more force"
    return f"{how}: {percent(line.value)} of what it has is there"


def _calls_back(line: Line) -> str:
    friend = line.names.others[line.first]
    how = f"forces of {friend} leave" if line.second else f"{friend} calls back what it sent"
    return f"{how}: {percent(line.value)} of what it has is there"


def _disputed(line: Line) -> str:
    return f"{MATTERS[line.first]} of the talks is in dispute: no text until a side concedes"


def _concedes(line: Line) -> str:
    return f"{line.who} concedes {MATTERS[line.second]}: {line.names.terms[line.second]}"


def _beliefs(line: Line) -> str:
    return f"it is now believed that {line.who} is resolved: {belief(line.value)}"


_SENTENCES: dict[Event, Callable[[Line], str]] = {
    Event.TEXT_READY: lambda _: "a text is ready to be put on the table",
    Event.PROGRAMME_GROWS: lambda line: (
        f"the programme of {line.names.parties['defender']} grows to step {line.second} of 2"
    ),
    Event.POSTURE_CAPPED: lambda line: (
        f"forces leave or are withheld: {line.names.parties['challenger']} is held to level "
        f"{line.second} of 2"
    ),
    Event.TALKS_RESUME: lambda _: "talks resume after their failure",
    Event.FADES: lambda _: "the dispute fades without a text",
    Event.INCIDENT: _incident,
    Event.REPLY: lambda line: (
        f"the local commander of {line.who} replies (chance {percent(line.value)}): a clash"
    ),
    Event.ESCALATES: lambda line: (
        f"the clash grows into force ordered by {line.who} (chance {percent(line.value)})"
    ),
    Event.ALLY_STRIKES: lambda line: f"{line.names.parties['ally']} strikes on its own decision",
    Event.RAISES: lambda line: (
        f"{line.who} orders more force; once it is there, level {line.second} of 2 is deployed"
    ),
    Event.LOWERS: _lowers,
    Event.OFFERS: lambda line: f"{line.who} offers package {line.second + 1}: {line.package}",
    Event.ACCEPTS: lambda line: f"{line.who} accepts package {line.second + 1}: {line.package}",
    Event.REJECTS: lambda line: f"{line.who} rejects package {line.second + 1}",
    Event.RATIFIED: lambda _: "the agreed text is ratified",
    Event.NOT_RATIFIED: lambda _: "the agreed text is not ratified; talks have failed",
    Event.ULTIMATUM: lambda line: (
        f"{line.who} sets an ultimatum that lapses in about {line.value:.0f} days"
    ),
    Event.REFUSES: lambda line: f"{line.who} refuses it",
    Event.YIELDS: _yields,
    Event.DROPS: lambda line: f"{line.who} drops its demand",
    Event.WALKS_OUT: lambda line: f"{line.who} walks out; talks have failed",
    Event.STRIKES: lambda line: f"{line.who} orders a strike",
    Event.ADVANCES: lambda line: f"{line.who} advances its programme to step {line.second} of 2",
    Event.LAPSES: lambda _: "the ultimatum lapses",
    Event.BACKS_DOWN: lambda line: (
        f"{line.names.parties['challenger']} does not act on it; talks have failed"
    ),
    Event.ANSWERS: _answers,
    Event.FORCE_ENDS: _force_ends,
    Event.CEASEFIRE: lambda line: f"the fighting stopped {CEASEFIRES[Ceasefire(line.first)]}",
    Event.CLOSES: lambda line: (
        f"{line.who} closes the chokepoint on day {line.second} of the war; until it ends that "
        f"costs all others {line.value:.0f} billion dollars"
    ),
    Event.FIRST_SHOT: _first_shot,
    Event.SHOWS_PLAN: _shows_plan,
    Event.JOINS: lambda line: (
        f"the war widens to {line.names.others[line.first]}, on day {line.second} of the fighting"
    ),
    Event.RAIDS: _raids,
    Event.LOSES: lambda line: (
        f"{line.who} loses {significant(PERCENT * line.value, 2)} hundredths of what its forces "
        f"are worth on day {line.second} of the fighting"
    ),
    Event.LEAVES: _leaves,
    Event.DISPUTED: _disputed,
    Event.CONCEDES: _concedes,
    Event.HAPPENS: lambda line: line.names.events[line.first],
    Event.WITHDRAWS: lambda line: (
        f"{line.names.others[line.first]} withdraws its consent: the forces on its soil are not to "
        "be used"
    ),
    Event.CONSENTS: lambda line: (
        f"{line.names.others[line.first]} lets the forces on its soil be used again"
    ),
    Event.GOES_IN: lambda line: (
        f"forces of {line.who} go in and "
        + ("destroy what they came for" if line.second else "fail: aircraft and crews are lost")
    ),
    Event.SENDS: _sends,
    Event.CALLS_BACK: _calls_back,
    Event.HORIZON: lambda _: "the horizon is reached",
    Event.BELIEFS: _beliefs,
    Event.ARRIVES: lambda line: (
        f"the force that {line.who} ordered is there: level {line.second} of 2 is deployed"
    ),
    Event.SIGN: _sign,
    Event.UNREST: _unrest,
    Event.VOWS: lambda line: f"{line.who} vows in public to answer force with force",
    Event.RESTRAINED: lambda line: (
        f"{line.names.parties['ally']} is about to strike; {line.who} holds it back"
    ),
    Event.SPEAKS: _speaks,
    Event.BREAKS: lambda line: (
        f"{line.who} breaks the deal on package {line.second + 1} ({line.package}); talks have "
        "failed"
    ),
}
"""What each kind of event is in words."""

"""Codes of a future's violence, first use of force, ceasefire and events, and a run's columns."""

from enum import IntEnum
from typing import Annotated, Protocol

from detente.kernel.layout import Float32, Int8, Int16, Int32, dtype_of


class Violence(IntEnum):
    """The highest violence that a future reached."""

    NONE = 0
    CLASH = 1
    LIMITED_STRIKE = 2
    WAR = 3
    REGIONAL_WAR = 4


class Trigger(IntEnum):
    """The cause that set off the first use of force."""

    NONE = 0
    STRIKE = 1
    LAPSE = 2
    INCIDENT = 3
    """A reply to a hostile incident that grew into a use of force."""
    ALLY = 4
    MISREAD = 5
    """A reply to an accident, taken for an attack, that grew into a use of force."""


class FirstShot(IntEnum):
    """How the first use of force came about, by its worth to the side that chose it."""

    NONE = 0
    CHOSEN_OVER_TEXT = 1
    """It was the striker's best move, although both sides preferred some deal to it."""
    CHOSEN_FORCE = 2
    """It was worth more to the striker than any deal that the other would accept."""
    MISTAKE = 3
    """It was worth less to the striker than its best alternative."""
    LAPSED = 4
    """An ultimatum lapsed, and the challenger kept its word."""
    MISREAD = 5
    """An accident was taken for an attack, and the reply grew."""
    HOSTILE = 6
    """A reply to a hostile incident grew."""
    ALLY = 7
    """The ally pressed for it, alone or with the challenger."""


class Ceasefire(IntEnum):
    """Why the fighting stopped (MODEL 7)."""

    NONE = 0
    LIMITED = 1
    """Force short of war had reached its last day."""
    SPENT = 2
    """A side was exhausted: too little of its first strength remained."""
    LEARNT = 3
    """Battle had taught both enough that both preferred some terms to fighting on."""
    MEDIATED = 4
    """Mediators found terms."""
    RAN_OUT = 5
    """The war had reached the longest duration that is played."""


class Event(IntEnum):
    """Kinds of a line in a trace; `first`, `second` and `value` give details.

    Numbers are written to files: a new event takes the next one.
    """

    TEXT_READY = 0
    PROGRAMME_GROWS = 1
    POSTURE_CAPPED = 2
    TALKS_RESUME = 3
    FADES = 4
    INCIDENT = 5
    REPLY = 6
    ESCALATES = 7
    ALLY_STRIKES = 8
    RAISES = 9
    LOWERS = 10
    OFFERS = 11
    ACCEPTS = 12
    REJECTS = 13
    RATIFIED = 14
    NOT_RATIFIED = 15
    ULTIMATUM = 16
    REFUSES = 17
    YIELDS = 18
    DROPS = 19
    WALKS_OUT = 20
    STRIKES = 21
    ADVANCES = 22
    LAPSES = 23
    BACKS_DOWN = 24
    ANSWERS = 25
    FORCE_ENDS = 26
    HORIZON = 27
    BELIEFS = 28
    ARRIVES = 29
    SIGN = 30
    UNREST = 31
    VOWS = 32
    RESTRAINED = 33
    SPEAKS = 34
    BREAKS = 35
    CLOSES = 36
    CEASEFIRE = 37
    FIRST_SHOT = 38
    SHOWS_PLAN = 39
    JOINS = 40
    RAIDS = 41
    LOSES = 42
    LEAVES = 43
    DISPUTED = 44
    CONCEDES = 45
    HAPPENS = 46
    """An event of the pack's calendar."""
    WITHDRAWS = 47
    """A host no longer lets the forces on its soil be used."""
    CONSENTS = 48
    """A host lets the forces on its soil be used again."""
    SENDS = 49
    """A friend of a side deploys more of its force."""
    CALLS_BACK = 50
    """A friend of a side withdraws some of its force."""
    GOES_IN = 51
    """The challenger makes a ground raid, which succeeds or fails."""
    RULES = 52
    """A court rules, or lets the time pass in which it could."""
    OFFERS_STANDSTILL = 53
    AGREES_STANDSTILL = 54
    REFUSES_STANDSTILL = 55
    STANDSTILL_ENDS = 56
    """A standstill has run out; `second` is 1 if a draft deal is ready."""
    BREAKS_STANDSTILL = 57
    FRONT = 58
    """The front as the fighting ends, in a war for land."""
    IMPOSES = 59
    """The challenger imposes a blockade, or another such measure."""
    LIFTS = 60
    """The challenger lifts the blockade, or lacks the force for it."""
    TAKES = 61
    """The challenger takes a share of an issue without shots."""
    MEETS_TAKING = 62
    """The defender accepts a taking, protests, or decides to reverse it by force."""
    RESTORES = 63
    """Force restores what was taken, or puts it at stake in a war."""


MOST_ROUNDS = 127
"""Most uses of force that a future's row counts."""


class Future(Protocol):
    """One row of a run; the option's name is added by the ensemble."""

    world: Annotated[Int32, "index of the world"]
    future: Annotated[Int32, "index of the future within the world"]
    ending: Annotated[Int8, "headline ending, an Ending"]
    ending_day: Annotated[Int16, "day on which the future ended [days since the as-of date]"]
    first_force_day: Annotated[Int16, "day of the first use of force, -1 if none [days]"]
    war_day: Annotated[
        Int16, "day on which the first war began, regional or not, -1 if none [days]"
    ]
    initiator: Annotated[
        Int8,
        "who used force first, the challenger if together with its ally:"
        " 0 challenger, 1 defender, 2 ally, -1 none",
    ]
    began: Annotated[
        Int8, "who began that force: 0 challenger, 1 defender, 2 ally, 3 together, -1 none"
    ]
    scale: Annotated[Int8, "scale of that force: 0 limited, 1 campaign, -1 none"]
    answer: Annotated[Int8, "answer to that force: 0 absorbed, 1 token, 2 full, -1 none"]
    answer_gap: Annotated[
        Float32,
        "what the first full answer was worth to its side beyond its best alternative,"
        " 0 if there was none [value]",
    ]
    raised_day: Annotated[
        Int16, "first day on which the challenger ordered more force, -1 if never [days]"
    ]
    joined_day: Annotated[
        Int16, "day on which the challenger joined force that its ally began, -1 if never [days]"
    ]
    violence: Annotated[Int8, "highest violence reached, a Violence"]
    settlement: Annotated[Int8, "where the dispute stood at the end, an Ending"]
    trigger: Annotated[Int8, "what set off the first use of force, a Trigger"]
    first_shot: Annotated[Int8, "how the first use of force came about, a FirstShot"]
    first_shot_gap: Annotated[
        Float32,
        "what striking was worth to the striker beyond its best alternative,"
        " 0 if nobody chose to [value]",
    ]
    rounds: Annotated[Int8, "how often force was used; no more than 127 are counted"]
    package: Annotated[Int8, "package agreed, soft to hard from 0, -1 if none"]
    posture: Annotated[Int8, "challenger's force level at the end [0-2]"]
    broken_deal_day: Annotated[
        Int16, "day of the first deal that was broken later, -1 if none [days]"
    ]
    broken_day: Annotated[Int16, "day on which it was broken, -1 if none [days]"]
    failed_day: Annotated[Int16, "first day on which talks failed, -1 if never [days]"]
    war_days: Annotated[Int16, "days of fighting after the first use of force [days]"]
    ceasefire: Annotated[Int8, "why the heaviest fighting stopped, a Ceasefire"]
    parties: Annotated[Int8, "states and named groups fighting at the end, 0 without force"]
    closed_day: Annotated[Int16, "day on which a chokepoint was closed, -1 if never [days]"]
    world_cost: Annotated[Float32, "what that cost all others [billion dollars]"]
    challenger_loss: Annotated[Float32, "challenger's losses [normalised]"]
    defender_loss: Annotated[Float32, "defender's losses [normalised]"]
    challenger_military_loss: Annotated[Float32, "of that, forces and bases [normalised]"]
    challenger_aircraft_loss: Annotated[Float32, "of that, aircraft [normalised]"]
    challenger_economy_loss: Annotated[Float32, "of that, economy and trade [normalised]"]
    defender_military_loss: Annotated[Float32, "of the defender's, forces and bases [normalised]"]
    defender_aircraft_loss: Annotated[Float32, "of the defender's, aircraft [normalised]"]
    defender_economy_loss: Annotated[Float32, "of the defender's, economy and trade [normalised]"]
    parties_hit: Annotated[Int8, "third parties hit on their soil or bases"]
    damage: Annotated[Float32, "share of the disputed capabilities destroyed [0-1]"]
    challenger_type: Annotated[Int8, "0 resolved, 1 unresolved"]
    defender_type: Annotated[Int8, "0 resolved, 1 unresolved"]
    belief_hard: Annotated[Float32, "public belief in a resolved challenger, at the end [0-1]"]
    belief_tough: Annotated[Float32, "public belief in a resolved defender, at the end [0-1]"]
    snap_hard: Annotated[Float32, "the same on the snapshot day, -1 if ended before [0-1]"]
    snap_tough: Annotated[Float32, "the same on the snapshot day, -1 if ended before [0-1]"]
    plan: Annotated[Int8, "the challenger's plan: 0 display, 1 stand-off, 2 sustained, 3 direct"]
    belief_plan: Annotated[Float32, "public belief in that plan, at the end [0-1]"]
    visited: Annotated[Int32, "decision nodes that the future visited"]
    unsettled: Annotated[Int32, "visited nodes whose fixed point has a residual above .02"]
    blockade_days: Annotated[Int16, "days on which a blockade stood [days]"]
    taken_day: Annotated[
        Int16, "day on which the challenger took a share of an issue, -1 if never [days]"
    ]
    taken: Annotated[
        Float32, "share of the issue that it took, 0 once the first force after it undid that [0-1]"
    ]
    front: Annotated[
        Float32,
        "share of the land in dispute that the challenger held as the last fighting for it ended,"
        " -1 if troops never fought for any [0-1]",
    ]


class EventRow(Protocol):
    """One line of a trace."""

    day: Annotated[Int16, "day [days since the as-of date]"]
    kind: Annotated[Int8, "an Event"]
    first: Annotated[Int16, "who, or which package or level"]
    second: Annotated[int, "a second such number, or a count"]
    value: Annotated[float, "a probability, share or count"]


FUTURE = dtype_of(Future)
EVENT = dtype_of(EventRow)
